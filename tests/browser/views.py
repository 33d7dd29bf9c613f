"""Each view as a notebook shows it, and its main slider: the one that is timed."""

VIEWS = {
    "sparse_features": ("sparse_features(adagrad_update, lr=0.5, eps=1e-8)", "rarity"),
    "landscape": (
        "landscape(Optimizer(adagrad_update, lr=0.5, eps=1e-8), Optimizer(sgd_update, lr=0.04), "
        "Optimizer(rmsprop_update, lr=0.1, beta=0.9, eps=1e-8), "
        "Optimizer(adam_update, lr=0.2, beta1=0.9, beta2=0.999, eps=1e-8))",
        "angle",
    ),
    "memory": ("memory(adagrad_update, rmsprop_update, lr=0.1, eps=1e-8)", "window"),
    "oscillation": ("oscillation(rmsprop_update, eps=1e-8)", "lr"),
    "moments": ("moments(adam_update, bias_correction, lr=0.001, eps=1e-8)", "beta2"),
    "units": (
        "units(Optimizer(adadelta_update, beta=0.95, eps=1e-6), Optimizer(sgd_update, lr=0.05), "
        "Optimizer(adagrad_update, lr=0.1, eps=1e-8), "
        "Optimizer(adam_update, lr=0.02, beta1=0.9, beta2=0.999, eps=1e-8))",
        "s",
    ),
    "norms": (
        "norms(lp_norm, adam_update, adamax_update, lr=0.1, beta1=0.9, beta2=0.99, eps=1e-8)",
        "p",
    ),
    "nesterov": ("nesterov(nag_update, nesterov_update)", "lr"),
    "schedules": (
        "schedules(step_decay, exponential_decay, triangular, cosine_annealing, cosine_restarts, "
        "warmup_inverse_sqrt)",
        "time",
    ),
    "range_test": ("range_test(sgd_update, topics, lr_min=1e-2, lr_max=1e3)", "rate"),
    "race": (
        "race(Optimizer(adam_update, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8), "
        "Optimizer(sgd_update, lr=0.3), Optimizer(adagrad_update, lr=0.5, eps=1e-8), "
        "Optimizer(rmsprop_update, lr=0.1, beta=0.9, eps=1e-8), data=topics, "
        "schedules={'cosine': "
        "lambda t: cosine_annealing(t, lr_min=0.0, lr_max=1.0, t_max=100)})",
        "step",
    ),
}
SETUP = """
from course_lib.optimizer import Optimizer
from course_lib.problems import load_definitions, some_of
from course_lib.updates.adadelta import adadelta_update
from course_lib.updates.adagrad import adagrad_update
from course_lib.updates.adam import adam_update, bias_correction
from course_lib.updates.adamax import adamax_update, lp_norm
from course_lib.updates.adaptive import sgd_update
from course_lib.updates.nadam import nag_update, nesterov_update
from course_lib.updates.rmsprop import rmsprop_update
from course_lib.updates.schedules import *
from course_lib.widgets import *
topics = some_of(load_definitions(), ["animal", "plant"], 128)
"""
