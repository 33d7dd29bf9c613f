"""How each live view is called: with which rules, and with which settings."""

import inspect
import pkgutil
from importlib import import_module
from types import SimpleNamespace
from typing import Any

from course_lib.optimizer import Optimizer
from course_lib.problems import load_definitions, some_of

from . import (
    landscape,
    memory,
    moments,
    nesterov,
    norms,
    oscillation,
    race,
    range_test,
    schedules,
    sparse_features,
    units,
)

ADAM: dict[str, Any] = {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8}


def rules(package):
    """All functions of a package's modules by name, such as of "course_lib.updates"."""
    found = {}
    for module in pkgutil.iter_modules(import_module(package).__path__):
        every = vars(import_module(f"{package}.{module.name}"))
        found |= {name: made for name, made in every.items() if inspect.isfunction(made)}
    return SimpleNamespace(**found)


def topics():
    """Two of the six topics, for the views that train."""
    return some_of(load_definitions(), ["animal", "plant"], 128)


def four(r):
    """Four rules for the race, with a guess of their learning rates."""
    return (
        Optimizer(r.adam_update, lr=0.1, **ADAM),
        Optimizer(r.sgd_update, lr=0.3),
        Optimizer(r.adagrad_update, lr=0.5, eps=1e-8),
        Optimizer(r.rmsprop_update, lr=0.1, beta=0.9, eps=1e-8),
    )


def cosine(r):
    """The schedule of the race."""
    return {"cosine": lambda t: r.cosine_annealing(t, lr_min=0.0, lr_max=1.0, t_max=100)}


GALLERY = {
    "landscape": lambda r: landscape(Optimizer(r.sgd_update, lr=0.04)),
    "two-landscapes": lambda r: landscape(
        Optimizer(r.sgd_update, lr=0.04), Optimizer(r.adagrad_update, lr=0.5, eps=1e-8)
    ),
    "sparse": lambda r: sparse_features(r.adagrad_update, lr=0.5, eps=1e-8),
    "memory": lambda r: memory(r.adagrad_update, r.rmsprop_update, lr=0.1, eps=1e-8),
    "oscillation": lambda r: oscillation(r.rmsprop_update, eps=1e-8),
    "units": lambda r: units(
        Optimizer(r.adadelta_update, beta=0.95, eps=1e-6),
        Optimizer(r.sgd_update, lr=0.05),
        Optimizer(r.rmsprop_update, lr=0.02, beta=0.9, eps=1e-8),
    ),
    "moments": lambda r: moments(r.adam_update, r.bias_correction, lr=0.001, eps=1e-8),
    "norms": lambda r: norms(
        r.lp_norm, r.adam_update, r.adamax_update, lr=0.1, beta1=0.9, beta2=0.99, eps=1e-8
    ),
    "nesterov": lambda r: nesterov(r.nag_update, r.nesterov_update),
    "schedules": lambda r: schedules(
        r.step_decay,
        r.exponential_decay,
        r.triangular,
        r.cosine_annealing,
        r.cosine_restarts,
        r.warmup_inverse_sqrt,
    ),
    "range-test": lambda r: range_test(r.sgd_update, topics(), lr_min=1e-2, lr_max=1e3),
    "race": lambda r: race(*four(r), schedules=cosine(r), data=topics()),
    "race-on-a-surface": lambda r: race(
        *four(r), schedules=cosine(r), data=topics(), on="Rosenbrock with noise"
    ),
    "decay": lambda r: landscape(
        Optimizer(r.adam_update, lr=0.1, **ADAM),
        Optimizer(r.adamw_update, lr=0.1, weight_decay=0.3, **ADAM),
        surface="Beale",
    ),
}
"""By name, a function of `rules` that makes the view."""
