"""Stores the reference's curves for the views."""

from course_lib.optimizer import Optimizer
from course_lib.widgets import landscape, presets, schedules, sparse_features
from course_lib.widgets.landscape import EVERY as LANDSCAPE_EVERY
from course_lib.widgets.schedules import EVERY as SCHEDULES_EVERY
from course_lib.widgets.sparse import EVERY as SPARSE_EVERY
from solutions.updates.adagrad import adagrad_update
from solutions.updates.schedules import (
    cosine_annealing,
    cosine_restarts,
    exponential_decay,
    step_decay,
    triangular,
    warmup_inverse_sqrt,
)

SETTINGS = {"lr": 0.5, "eps": 1e-8}


def build_presets(folder=presets.FOLDER):
    """Run the reference in each view with a preset and write its curves into `folder`."""
    name = adagrad_update.__name__
    paths = sparse_features(adagrad_update, **SETTINGS).paths
    presets.save(folder, "sparse_features", name, {"w": paths[::SPARSE_EVERY]}, **SETTINGS)
    paths = landscape(Optimizer(adagrad_update, **SETTINGS)).paths[name]
    presets.save(folder, "landscape-ravine", name, {"w": paths[::LANDSCAPE_EVERY]}, **SETTINGS)
    for rule in (
        step_decay,
        exponential_decay,
        triangular,
        cosine_annealing,
        cosine_restarts,
        warmup_inverse_sqrt,
    ):
        rate = schedules(rule).arrays[f"rate {rule.__name__}"][::SCHEDULES_EVERY]
        presets.save(folder, "schedules", rule.__name__, {"rate": rate})
