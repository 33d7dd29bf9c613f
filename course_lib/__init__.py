"""A hands-on course on adaptive learning rates."""

LESSONS = {
    "01_adaptive_rates": ("adaptive",),
    "02_adagrad": ("adagrad",),
    "03_rmsprop": ("rmsprop",),
    "04_adadelta": ("adadelta",),
    "05_adam": ("adam",),
    "06_adamax_nadam": ("adamax", "clipping", "nadam"),
    "07_schedules": ("schedules",),
    "08_after_adam": ("adamw", "lion", "muon"),
}
"""Each lesson, in order, and the modules of course_lib/updates that are written in it."""


class CourseError(Exception):
    """Bad input, told in one sentence: `course` prints it and exits with 2."""


def nearest(name, names):
    """End a sentence about an unknown name with the names that come closest, or with all."""
    from difflib import get_close_matches

    names = sorted(names)
    return ", ".join(get_close_matches(name, names, n=3, cutoff=0.5) or names)


def lesson_named(name, lessons=LESSONS):
    """Give the lesson that is meant by `1`, `05`, `adam` or a whole name; an unknown name itself.

    A word is that of a title, or the beginning of one of its words.
    """
    if name in lessons:
        return name
    if name.isdigit():
        found = [lesson for lesson in lessons if int(lesson[:2]) == int(name)]
    else:
        found = [lesson for lesson in lessons if name == lesson[3:]] or [
            lesson for lesson in lessons if len(name) > 1 and f"_{name}" in lesson
        ]
    return found[0] if len(found) == 1 else name
