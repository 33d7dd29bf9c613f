"""Each view of the gallery that a test opens, and its main slider: the one that is timed."""

VIEWS = {
    "sparse_features": ("sparse", "rarity"),
    "landscape": ("two-landscapes", "angle"),
    "memory": ("memory", "window"),
    "oscillation": ("oscillation", "lr"),
    "moments": ("moments", "beta2"),
    "units": ("units", "s"),
    "norms": ("norms", "p"),
    "nesterov": ("nesterov", "lr"),
    "schedules": ("schedules", "time"),
    "range_test": ("range-test", "rate"),
    "race": ("race", "step"),
}
SETUP = """
from course_lib.widgets import show
from course_lib.widgets.gallery import GALLERY, rules
written = rules("course_lib.updates")
"""


def code(name):
    """The expression that makes a view from what the student has written."""
    return f"GALLERY[{VIEWS[name][0]!r}](written)"
