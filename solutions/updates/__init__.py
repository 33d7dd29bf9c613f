"""Reference implementations: the masters of course_lib/updates."""
