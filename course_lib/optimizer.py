"""Drives any update rule, the student's or the reference's, over a dict of named arrays."""

from __future__ import annotations

import inspect
import os
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

Array = np.ndarray


class RuleError(Exception):
    """An update rule cannot be driven, or returned something else than its signature promises."""


class Optimizer:
    """An update rule with its hyperparameters, its state and its step counter.

    What the rule needs is read off its signature, ``rule(w, grad, STATE..., [t], *, lr, ...)``:
    what stands beside `w`, `grad` and `t` is state, one array a parameter array. State starts at
    zeros; a name that ends in ``_product`` is one number a parameter array and starts at 1, as
    products do.

    Parameters
    ----------
    rule
        A function of the course's update-rule contract.
    lr
        A number; an array that broadcasts against the parameters; or a schedule, called with
        the number of steps taken so far (0, 1, ...). None for a rule that has no `lr`.
    **hyper
        The rule's other hyperparameters.

    Attributes
    ----------
    state : dict
        ``state["v"]["W1"]`` is the array v that belongs to the parameters W1. A step may
        overwrite these arrays: copy what you keep.
    t : int
        Steps taken so far.

    Raises
    ------
    RuleError
        If the signature is not that of a rule.
    TypeError
        If a hyperparameter is missing, or one is given that the rule does not have.
    """

    def __init__(self, rule: Callable, *, lr=None, **hyper):
        self.rule = rule
        self.name = getattr(rule, "__name__", None) or getattr(rule, "func", rule).__name__
        self.lr = lr
        self.hyper = hyper
        self.t = 0
        parameters = inspect.signature(rule).parameters
        given = set(hyper) | ({"lr"} if lr is not None else set())
        positional = [
            name
            for name, p in parameters.items()
            if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
            # A rule written without the star has its hyperparameters here.
            and name not in given | {"lr"}
            and p.default is p.empty
        ]
        if "w" not in positional or not {"grad", "grad_fn"} & set(positional):
            raise RuleError(
                f"{self.name}{inspect.signature(rule)} is not an update rule: "
                "its first parameters must be w and grad"
            )
        self._arguments = positional
        self._state_names = [n for n in positional if n not in ("w", "grad", "grad_fn", "t")]
        self.state: dict[str, dict[str, Array]] = {name: {} for name in self._state_names}

        keywords = {n for n in parameters if n not in positional}
        open_ended = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
        if missing := [
            n
            for n in keywords - given
            if parameters[n].default is inspect.Parameter.empty
            and parameters[n].kind is not inspect.Parameter.VAR_KEYWORD
        ]:
            raise TypeError(f"{self.name} needs a value for {', '.join(sorted(missing))}")
        if not open_ended and (extra := given - keywords):
            raise TypeError(f"{self.name} has no hyperparameter {', '.join(sorted(extra))}")

    @property
    def looks_ahead(self) -> bool:
        """Whether the rule asks for `grad_fn`, the gradient as a function, not for `grad`."""
        return "grad_fn" in self._arguments

    def step(self, params: Mapping[str, Array], grads: Mapping[str, Array]) -> dict[str, Array]:
        """Take one step and return the new parameters; `params` and `grads` stay as they are.

        Parameters
        ----------
        params
            Named floating-point arrays of any shape.
        grads
            Gradients under the same names, in the same shapes. For a rule that asks for
            `grad_fn`, functions from such an array to the gradient there.

        Raises
        ------
        RuleError
            If the rule returns other arrays than its signature promises.
        ValueError
            If names or shapes of parameters, gradients and state do not agree.
        """
        if set(params) != set(grads):
            raise ValueError(f"parameters are named {sorted(params)} but gradients {sorted(grads)}")
        lr = self.lr(self.t) if callable(self.lr) else self.lr
        new_params: dict[str, Array] = {}
        new_state: dict[str, dict[str, Array]] = {name: {} for name in self._state_names}
        for key, w in params.items():
            w = np.asarray(w)
            new_params[key], *states = self._apply(key, w, grads[key], lr)
            for name, value in zip(self._state_names, states, strict=True):
                new_state[name][key] = value
        self.state = new_state
        self.t += 1
        return new_params

    def _apply(self, key, w, grad, lr):
        """Call the rule on one parameter array."""
        if not np.issubdtype(w.dtype, np.floating):
            raise ValueError(f"parameters {key!r} have dtype {w.dtype}; they must be floating")
        values = {"w": w, "t": self.t + 1}
        if self.looks_ahead:
            if not callable(grad):
                raise RuleError(
                    f"{self.name} asks for grad_fn, a function that gives the gradient at the "
                    "look-ahead point; where only gradients are at hand, as here, use its "
                    "rewritten form nesterov_update"
                )
            values["grad_fn"] = grad
        else:
            grad = np.asarray(grad)
            if grad.shape != w.shape:
                raise ValueError(
                    f"the gradient of {key!r} has shape {grad.shape}, its parameters {w.shape}"
                )
            values["grad"] = grad
        for name in self._state_names:
            values[name] = self._state_of(name, key, w)
        hyper = dict(self.hyper) if lr is None else {"lr": lr, **self.hyper}
        hyper = {name: _in_dtype(value, w.dtype) for name, value in hyper.items()}
        result = self.rule(*(values[name] for name in self._arguments), **hyper)
        return self._checked(result, w)

    def _state_of(self, name, key, w):
        if key not in self.state[name]:
            return 1.0 if _is_number(name) else np.zeros_like(w)
        value = self.state[name][key]
        if not _is_number(name) and (value.shape, value.dtype) != (w.shape, w.dtype):
            raise ValueError(
                f"the state {name} of {key!r} is {value.dtype} of shape {value.shape}, "
                f"but its parameters are {w.dtype} of shape {w.shape}"
            )
        return value

    def _checked(self, result, w):
        """Hold the rule to its promise: w and every state, in the shape and dtype of w."""
        names = ["w", *self._state_names]
        promise = f"({', '.join(names)})" if len(names) > 1 else "w"
        if result is None:
            raise RuleError(f"{self.name} returned None: it must return {promise}")
        values = list(result) if isinstance(result, tuple | list) else [result]
        if len(values) != len(names):
            what = "one value" if len(values) == 1 else f"{len(values)} values"
            raise RuleError(f"{self.name} returned {what}: it must return {promise}")
        for i, (name, value) in enumerate(zip(names, values, strict=True)):
            if not isinstance(value, np.ndarray | np.generic | float | int):
                raise RuleError(
                    f"{self.name} returned {name} as {type(value).__name__}: it must be an array"
                )
            shape = () if _is_number(name) else w.shape
            if np.shape(value) != shape:
                raise RuleError(
                    f"{self.name} returned {name} with shape {np.shape(value)}: "
                    f"for w of shape {w.shape} it must have shape {shape}"
                )
            if _is_number(name):
                values[i] = float(value)
                continue
            values[i] = np.asarray(value)
            if values[i].dtype != w.dtype:
                raise RuleError(
                    f"{self.name} returned {name} as {values[i].dtype}: "
                    f"for w of dtype {w.dtype} it must be {w.dtype}"
                )
        return values

    def save(self, path: str | os.PathLike) -> None:
        """Write state and step counter to a .npz file from which a run resumes bit for bit.

        Parameters, hyperparameters and schedule are the caller's and are not in it.
        """
        arrays = {
            f"{name}/{key}": value
            for name, of_name in self.state.items()
            for key, value in of_name.items()
        }
        part = Path(f"{os.fspath(path)}.part")
        with part.open("wb") as file:
            np.savez(file, **arrays, rule=self.name, t=self.t)
        part.replace(path)

    def load(self, path: str | os.PathLike) -> None:
        """Take over state and step counter that `save` wrote.

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        ValueError
            If the file is not one that `save` wrote, or was saved by another rule.
        """
        try:
            with np.load(path, allow_pickle=False) as file:
                stored = dict(file)
            saved_by, t = str(stored.pop("rule")), int(stored.pop("t"))
        except (zipfile.BadZipFile, EOFError, ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{path} is not a file of saved optimizer state") from error
        if saved_by != self.name:
            raise ValueError(f"{path} was saved by {saved_by}; this optimizer runs {self.name}")
        state: dict[str, dict[str, Array]] = {name: {} for name in self._state_names}
        for entry, value in stored.items():
            name, _, key = entry.partition("/")
            if name not in state:
                raise ValueError(f"{path} holds a state {name} that {self.name} does not have")
            state[name][key] = float(value) if _is_number(name) else value
        self.state, self.t = state, t


def _is_number(state_name: str) -> bool:
    return state_name.endswith("_product")


def _in_dtype(value, dtype):
    """Keep a hyperparameter from widening float32 parameters to float64."""
    if isinstance(value, np.ndarray | np.generic):
        return value.item() if value.ndim == 0 else value.astype(dtype, copy=False)
    return value
