"""What the course knows of each function that students write: one place for tests, cases and docs.

Lesson, module, arguments, states and results are read off `LESSONS`, the signature and the
docstring; how states start, off the rule's own `init`. Two things are written here: the values
that a hyperparameter is given, and which functions are not elementwise. A rule whose
hyperparameters have names that are known, and that works coordinate by coordinate, needs no row.
"""

import importlib
import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from course_lib import LESSONS, CourseError


@dataclass(frozen=True)
class Hyperparameter:
    """The values that a hyperparameter is given.

    Attributes
    ----------
    by_hand : number
        In the first cases that a student sees: easy to calculate with, and nobody's habit.
    drawn : (lowest, highest)
        In the other cases. Whole numbers are drawn where both ends are whole.
    usual : tuple
        What papers and libraries set, the most usual first.
    valid : (lowest, highest)
        Where the properties of every rule must hold.
    off : number, optional
        The value at which a zero gradient moves nothing, where others would move w.
    """

    by_hand: float
    drawn: tuple[float, float]
    usual: tuple[float, ...]
    valid: tuple[float, float]
    off: float | None = None

    @property
    def whole(self) -> bool:
        """Whether it is a whole number, such as a number of steps."""
        return all(isinstance(end, int) for end in self.drawn)


BETA1 = (0.9, 0.99, 0.95, 0.999, 0.5, 0.8)
LR = (0.001, 0.01, 0.1, 1.0, 0.5, 0.3, 0.05, 0.002, 0.0001)
EPS = (1e-8, 1e-7, 1e-6, 1e-10, 1e-5, 1e-4, 1e-3, 1e-12, 0.1)
PERIOD = (10, 4, 5, 8, 100)

HYPERPARAMETERS = {
    "lr": Hyperparameter(0.5, (0.1, 0.9), LR, (1e-4, 1)),
    "beta": Hyperparameter(0.8, (0.55, 0.95), BETA1, (0, 0.999)),
    "beta1": Hyperparameter(0.6, (0.55, 0.75), BETA1, (0, 0.999)),
    "beta2": Hyperparameter(0.9, (0.8, 0.95), (0.999, 0.99, 0.9, 0.95, 0.5, 0.9999), (0, 0.999)),
    "eps": Hyperparameter(0.25, (0.05, 0.9), EPS, (1e-6, 1)),
    "eps_root": Hyperparameter(0.25, (0.05, 0.9), EPS, (1e-6, 1)),
    "momentum_decay": Hyperparameter(2.0, (0.3, 3.0), (0.004, 1.0, 0.04, 0.4), (0, 1)),
    "weight_decay": Hyperparameter(0.3, (0.1, 0.6), (0.01, 0.1, 0.0, 0.05, 0.001), (0, 1), off=0.0),
    "max_norm": Hyperparameter(2.5, (1.0, 2.5), (1.0, 0.5, 5.0, 10.0, 0.25), (0.1, 10)),
    # of schedules
    "lr0": Hyperparameter(2.0, (0.3, 3.0), LR, (0, 10)),
    "gamma": Hyperparameter(0.2, (0.15, 0.45), (0.1, 0.5, 0.9, 0.95, 0.25), (0.01, 1)),
    "tau": Hyperparameter(3, (4, 6), (10, 5, 20, 30, 100), (1, 1000)),
    "decay_rate": Hyperparameter(0.25, (0.05, 0.4), (0.1, 0.01, 0.05, 0.5, 1.0), (0, 10)),
    "lr_min": Hyperparameter(1.0, (1.0, 3.0), (0.0001, 0.001, 0.01, 0.1, 1e-5), (0, 1)),
    "lr_max": Hyperparameter(5.0, (4.0, 8.0), (1.0, 0.1, 0.01, 0.5), (1, 10)),
    "half_period": Hyperparameter(4, (3, 5), PERIOD, (1, 1000)),
    "period": Hyperparameter(4, (3, 5), PERIOD, (1, 1000)),
    "t_max": Hyperparameter(6, (5, 8), (10, 50, 100, 20, 6), (1, 1000)),
    "t_0": Hyperparameter(3, (3, 5), (10, 5, 50, 4, 7), (1, 1000)),
    "t_mult": Hyperparameter(2, (2, 3), (2, 1, 3), (1, 3)),
    "d_model": Hyperparameter(16, (3, 39), (512, 256, 128, 64), (1, 4096)),
    "warmup": Hyperparameter(4, (3, 7), (4000, 1000, 100, 10), (1, 1000)),
    "stable": Hyperparameter(3, (4, 6), (1000, 10000, 100, 10, 5), (0, 1000)),
    "decay": Hyperparameter(2, (5, 9), (100, 1000, 10, 20), (1, 1000)),
}

AXES = {
    "adam_max_update": 1,
    "muon_update": 2,
    "torch_muon_update": 2,
    "optax_muon_update": 2,
}
"""How many axes, the last ones, a function takes together, where it is not elementwise: 1 for
vectors in a batch of any shape, 2 for single matrices."""


@dataclass(frozen=True)
class Function:
    """One function of `solutions/updates`, as its signature and docstring describe it."""

    function: Callable

    @property
    def name(self) -> str:
        """Its name: "adam_update"."""
        return self.function.__name__

    @property
    def module(self) -> str:
        """Its module: "adam"."""
        return self.function.__module__.rpartition(".")[2]

    @property
    def lesson(self) -> str:
        """The lesson in which it is written; empty for another library's form."""
        return next((name for name, modules in LESSONS.items() if self.module in modules), "")

    @property
    def axes(self) -> int:
        """How many axes it takes together: 0 where it is elementwise."""
        return AXES.get(self.name, 0)

    @cached_property
    def arguments(self) -> list[str]:
        """Its positional arguments, in order."""
        parameters = inspect.signature(self.function).parameters.values()
        return [p.name for p in parameters if p.kind is not p.KEYWORD_ONLY]

    @cached_property
    def hyper(self) -> dict[str, Hyperparameter]:
        """Its hyperparameters, and what values they are given.

        Raises
        ------
        CourseError
            For a name without a row in HYPERPARAMETERS.
        """
        parameters = inspect.signature(self.function).parameters.values()
        names = [p.name for p in parameters if p.kind is p.KEYWORD_ONLY]
        for name in names:
            if name not in HYPERPARAMETERS:
                raise CourseError(
                    f"{self.name} has a hyperparameter {name}: give it a row in HYPERPARAMETERS "
                    "of solutions/registry.py."
                )
        return {name: HYPERPARAMETERS[name] for name in names}

    @property
    def is_rule(self) -> bool:
        """Whether it takes a step: from w and a gradient, or the gradient as a function."""
        return self.arguments[:1] == ["w"] and bool({"grad", "grad_fn"} & {*self.arguments})

    @property
    def is_schedule(self) -> bool:
        """Whether it is a function of the step's number alone."""
        return self.arguments == ["t"]

    @property
    def states(self) -> list[str]:
        """A rule's states, in order."""
        others = {"w", "grad", "grad_fn", "t"}
        return [n for n in self.arguments if n not in others] if self.is_rule else []

    @property
    def declares_a_start(self) -> bool:
        """Whether a state starts at anything but zeros in the shape of w."""
        return hasattr(self.function, "init")

    def start(self, w: np.ndarray) -> dict[str, Any]:
        """Give the states before the first step on w, by name, as the optimizer makes them."""
        declared: Mapping[str, Any] = getattr(self.function, "init", lambda w: {})(w)
        return {n: declared[n] if n in declared else np.zeros_like(w) for n in self.states}

    @cached_property
    def results(self) -> list[str]:
        """The names of what it returns, as the docstring lists them."""
        lines = inspect.getdoc(self.function).split("\n")
        start = lines.index("Returns") + 2
        if ":" not in lines[start] and lines[start + 1].startswith(" "):
            return lines[start].split(", ")
        names: list[str] = []
        for line in lines[start:]:
            if not line:
                break
            if not line.startswith(" "):
                names += line.split(" :")[0].split(", ")
        return names

    def least(self, argument: str) -> float:
        """Give the least value of an argument, where the docstring says one: "v : array, ≥ 0"."""
        pattern = rf"^(?:\w+, )*{argument}(?:, \w+)* : .*≥ ([\d.]+)$"
        found = re.search(pattern, inspect.getdoc(self.function), re.MULTILINE)
        return float(found[1]) if found else -np.inf


def of_module(module: str) -> list[Function]:
    """Give the functions that a module of `solutions/updates` defines, in its order."""
    loaded = importlib.import_module(f"solutions.updates.{module}")
    return [
        Function(value)
        for name, value in vars(loaded).items()
        if inspect.isfunction(value)
        and value.__module__ == loaded.__name__
        and not name.startswith("_")
    ]


FUNCTIONS = {
    function.name: function
    for modules in LESSONS.values()
    for module in modules
    for function in of_module(module)
}
"""The functions that students write, by name, in the order of the course."""

RULES = {name: function for name, function in FUNCTIONS.items() if function.is_rule}
