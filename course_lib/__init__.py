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
