"""Each view as a notebook shows it, and its main slider: the one that is timed."""

VIEWS = {
    "sparse_features": (
        "sparse_features(adagrad_update, lr=0.5, eps=1e-8)",
        "rarity",
    ),
}
SETUP = """
from course_lib.updates.adagrad import adagrad_update
from course_lib.widgets import *
"""
