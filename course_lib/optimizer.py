"""Drives any update rule, the student's or the reference's, over a dict of named arrays."""

from __future__ import annotations

import inspect
import os
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from course_lib import blockwise

Array = np.ndarray
Rate = float | Array


class RuleError(Exception):
    """An update rule cannot be driven, or returned something else than its signature promises."""


class Optimizer:
    """An update rule with its hyperparameters, its state and its step counter.

    What the rule needs is read off its signature, ``rule(w, grad, STATE..., [t], *, lr, ...)``:
    what stands beside `w`, `grad` and `t` is state. A state starts at zeros in the shape of `w`.
    Where one starts otherwise, the rule says so in its attribute `init`, as an optimizer of
    optax does: a function of w that gives such states by name, arrays of any shape or numbers.
    Large arrays are updated block by block: see `course_lib.blockwise`.

    Parameters
    ----------
    rule
        A function of the course's update-rule contract.
    lr
        A number; an array that broadcasts against the parameters; or a schedule, called with
        the number of steps taken so far (0, 1, ...). None for a rule that has no `lr`.
    others
        An optimizer with a second rule, which takes the parameters that are no matrices, such as
        the biases beside Muon.
    **hyper
        The rule's other hyperparameters.

    Attributes
    ----------
    state : dict
        ``state["v"]["W1"]`` is the v, an array or a number, that belongs to the parameters W1.
        A step may overwrite these arrays: copy what you keep.
    t : int
        Steps taken so far.

    Raises
    ------
    RuleError
        If the signature is not that of a rule.
    TypeError
        If a hyperparameter is missing, or one is given that the rule does not have.
    """

    def __init__(
        self,
        rule: Callable,
        *,
        lr: Rate | Callable | None = None,
        others: Optimizer | None = None,
        **hyper: Any,
    ):
        self.rule = rule
        self.others = others
        plain = getattr(rule, "func", rule)  # of functools.partial
        self.name = getattr(rule, "__name__", None) or plain.__name__
        self._init: Callable[[Array], Mapping[str, Any]] = getattr(plain, "init", lambda w: {})
        self.lr = lr
        self.hyper = hyper
        self.t = 0
        self._in_blocks = True
        self._scratch: dict[np.dtype, list[Array]] = {}
        parameters = inspect.signature(rule).parameters
        given = set(hyper) | ({"lr"} if lr is not None else set())
        positional = [
            name
            for name, p in parameters.items()
            if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
            # A rule written without the star has its hyperparameters here.
            and name not in given | {"lr"}
            and (p.default is p.empty or name == "t")
        ]
        if positional[:1] != ["w"] or not {"grad", "grad_fn"} & set(positional):
            raise RuleError(
                f"{self.name}{inspect.signature(rule)} is not an update rule: "
                "it must take w first, and grad"
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

    def step(
        self,
        params: Mapping[str, Array],
        grads: Mapping[str, Array],
        *,
        out: Mapping[str, Array] | None = None,
    ) -> dict[str, Array]:
        """Take one step and return the new parameters; `params` and `grads` stay as they are.

        Parameters
        ----------
        params
            Named floating-point arrays of any shape.
        grads
            Gradients under the same names, in the same shapes. For a rule that asks for
            `grad_fn`, functions from such an array to the gradient there.
        out
            Arrays to write the new parameters into; ``out=params`` updates them in place, which
            spares new memory in each step.

        Raises
        ------
        RuleError
            If the rule returns other arrays than its signature promises.
        ValueError
            If names or shapes of parameters, gradients and state do not agree.
        """
        if set(params) != set(grads):
            raise ValueError(f"parameters are named {sorted(params)} but gradients {sorted(grads)}")
        new_params: dict[str, Array] = {}
        if self.others is not None:
            rest = [key for key, w in params.items() if np.ndim(w) != 2]
            parts = ({key: of[key] for key in rest} for of in (params, grads))
            new_params = self.others.step(*parts, out=out)
            params = {key: w for key, w in params.items() if key not in new_params}
        lr = self.lr(self.t) if callable(self.lr) else self.lr
        new_state: dict[str, dict[str, Array]] = {name: {} for name in self._state_names}
        for key, w in params.items():
            w = np.asarray(w)
            target = None if out is None else out[key]
            new_params[key], *states = self._apply(key, w, grads[key], lr, target)
            for name, value in zip(self._state_names, states, strict=True):
                new_state[name][key] = value
        self.state = new_state
        self.t += 1
        return new_params

    def _apply(self, key, w, grad, lr, target):
        """Call the rule on one parameter array; give new w and new states."""
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
            values["grad_fn"] = lambda at: np.asarray(grad(at), dtype=w.dtype)
        if "grad" in self._arguments:
            here = grad(w) if self.looks_ahead else grad
            values["grad"] = np.asarray(here, dtype=w.dtype)
            if np.shape(here) != w.shape:
                raise ValueError(
                    f"the gradient of {key!r} has shape {np.shape(here)}, "
                    f"its parameters have shape {w.shape}"
                )
        values |= self.states_of(key, w)
        hyper = dict(self.hyper) if lr is None else {"lr": lr, **self.hyper}
        hyper = {name: _in_dtype(value, w.dtype) for name, value in hyper.items()}
        if (
            self._in_blocks
            and w.size > blockwise.BLOCK // 2
            and blockwise.fit_for_blocks(values, target)
        ):
            try:
                trace = blockwise.Trace(lambda stand_ins: self._call(stand_ins, hyper), values)
            except (blockwise.NotElementwise, Exception):  # noqa: BLE001
                self._in_blocks = False  # a plain call does it, or shows what is wrong with it
            else:
                return self._run(trace, values, np.empty_like(w) if target is None else target)
        new = self._checked(self._call(values, hyper), values)
        if target is not None:
            target[...] = new[0]
            new[0] = target
        return new

    def _call(self, values: Mapping[str, Any], hyper: Mapping[str, Any]) -> dict[str, Any]:
        """Call the rule; give what it returned by name."""
        result = self.rule(*(values[name] for name in self._arguments), **hyper)
        names = ["w", *self._state_names]
        new = list(result) if isinstance(result, tuple | list) else [result]
        if result is None or len(new) != len(names):
            what = "one value" if len(new) == 1 else f"{len(new)} values"
            raise RuleError(
                f"{self.name} returned {'nothing' if result is None else what}: it must return "
                f"{', '.join(names)}"
            )
        return dict(zip(names, new, strict=True))

    def states_of(self, key: str, w: Array) -> dict[str, Rate]:
        """States, by name, from which the next step on the parameters `key`, now `w`, starts.

        Raises
        ------
        ValueError
            If a state that was loaded does not fit these parameters.
        """
        declared = self._init(w)
        states: dict[str, Rate] = {}
        for name in self._state_names:
            like = declared.get(name, w)
            if key not in self.state[name]:
                states[name] = declared[name] if name in declared else np.zeros_like(w)
            elif isinstance(like, float | int):
                states[name] = float(self.state[name][key])
            else:
                value = states[name] = self.state[name][key]
                if (value.shape, value.dtype) != (like.shape, like.dtype):
                    raise ValueError(
                        f"the state {name} of {key!r} is {value.dtype} of shape {value.shape}, "
                        f"but for its parameters it must be {like.dtype} of shape {like.shape}"
                    )
        return states

    def _run(self, trace, values, target):
        """Do what a trace says, block by block; states are overwritten."""
        scratch = self._scratch.setdefault(target.dtype, [])
        while len(scratch) < trace.buffers:
            scratch.append(np.empty(blockwise.BLOCK, target.dtype))
        trace.run([values[name] for name in trace.inputs] + [target], scratch)
        return [target, *(trace.numbers.get(name, values[name]) for name in self._state_names)]

    def _checked(self, result, values):
        """Hold the rule to its promise: w and every state, in the shape and dtype it had."""
        new: list[Any] = []
        for name, value in result.items():
            before = values[name]
            if not isinstance(value, np.ndarray | np.generic | float | int):
                raise RuleError(
                    f"{self.name} returned {name} as {type(value).__name__}: it must be an array"
                )
            if np.shape(value) != np.shape(before):
                raise RuleError(
                    f"{self.name} returned {name} with shape {np.shape(value)}: "
                    f"for w of shape {values['w'].shape} it must have shape {np.shape(before)}"
                )
            if isinstance(before, float | int):
                new.append(float(value))
                continue
            array = np.asarray(value)
            if array.dtype != before.dtype:
                raise RuleError(
                    f"{self.name} returned {name} as {array.dtype}: "
                    f"for w of dtype {values['w'].dtype} it must be {before.dtype}"
                )
            # A rule may hand back an argument; what is kept must share memory with nothing.
            shared = any(array is other for other in (*values.values(), *new))
            new.append(array.copy() if shared or array.base is not None else array)
        return new

    def save(self, path: str | os.PathLike) -> None:
        """Write state and step counter to a .npz file from which a run resumes bit for bit.

        Parameters, hyperparameters and schedule are the caller's and are not in it.
        """
        part = Path(f"{os.fspath(path)}.part")
        with part.open("wb") as file:
            np.savez(file, **self._entries())  # type: ignore[arg-type]
        part.replace(path)

    def _entries(self) -> dict[str, Any]:
        """Name all that is saved; what the second rule keeps is under "others/"."""
        entries: dict[str, Any] = {"rule": self.name, "t": self.t}
        for name, of_name in self.state.items():
            entries |= {f"{name}/{key}": value for key, value in of_name.items()}
        if self.others is not None:
            entries |= {f"others/{name}": x for name, x in self.others._entries().items()}
        return entries

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
            str(stored["rule"]), int(stored["t"])
        except (zipfile.BadZipFile, EOFError, ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{path} is not a file of saved optimizer state") from error
        self._take(stored, path)

    def _take(self, stored: dict[str, Any], path: str | os.PathLike) -> None:
        """Take over what `_entries` named."""
        second = {n.removeprefix("others/"): x for n, x in stored.items() if n[:7] == "others/"}
        first = {n: x for n, x in stored.items() if n[:7] != "others/"}
        saved_by, t = str(first.pop("rule")), int(first.pop("t"))
        if saved_by != self.name:
            raise ValueError(f"{path} was saved by {saved_by}; this optimizer runs {self.name}")
        if bool(second) != (self.others is not None):
            has = "a second rule" if second else "no second rule"
            raise ValueError(f"{path} was saved with {has} for what is no matrix, unlike this one")
        state: dict[str, dict[str, Any]] = {name: {} for name in self._state_names}
        for entry, value in first.items():
            name, _, key = entry.partition("/")
            if name not in state:
                raise ValueError(f"{path} holds a state {name} that {self.name} does not have")
            state[name][key] = value
        if self.others is not None:
            self.others._take(second, path)
        self.state, self.t = state, t


def _in_dtype(value, dtype):
    """Keep a hyperparameter from widening float32 parameters to float64."""
    if isinstance(value, np.ndarray | np.generic):
        return value.item() if value.ndim == 0 else value.astype(dtype, copy=False)
    return value
