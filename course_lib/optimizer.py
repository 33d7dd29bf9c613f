"""Drives any update rule, the student's or the reference's, over a dict of named arrays.

Large arrays are updated block by block. Called on a million parameters at once, a rule leaves a
trail of temporary arrays that fit no cache; most of its time goes into memory. So the rule is
first called once with stand-ins, which write down the elementwise operations that it asks for.
These are then done on one block after another, in buffers that stay in the cache. The operations
and their order are the rule's own, so every bit of the result is what a plain call gives. A rule
that asks for anything else (a norm, an index, a decision on a value) is called plainly.
"""

from __future__ import annotations

import inspect
import os
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

Array = np.ndarray

BLOCK = 2**17  # elements


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
        lr = self.lr(self.t) if callable(self.lr) else self.lr
        new_params: dict[str, Array] = {}
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
        else:
            values["grad"] = np.asarray(grad, dtype=w.dtype)
            if np.shape(grad) != w.shape:
                raise ValueError(
                    f"the gradient of {key!r} has shape {np.shape(grad)}, "
                    f"its parameters have shape {w.shape}"
                )
        for name in self._state_names:
            values[name] = self.state_of(name, key, w)
        hyper = dict(self.hyper) if lr is None else {"lr": lr, **self.hyper}
        hyper = {name: _in_dtype(value, w.dtype) for name, value in hyper.items()}
        if self._in_blocks and w.size > BLOCK // 2 and _fit_for_blocks(values, target):
            try:
                trace = _Trace(self, values, hyper)
            except (_NotElementwise, Exception):  # noqa: BLE001
                self._in_blocks = False  # a plain call does it, or shows what is wrong with it
            else:
                return self._run(trace, values, np.empty_like(w) if target is None else target)
        new = self._checked(self._call(values, hyper), values)
        if target is not None:
            target[...] = new[0]
            new[0] = target
        return new

    def _call(self, values, hyper) -> dict:
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

    def state_of(self, name: str, key: str, w: Array) -> Array | float:
        """State `name` from which the next step on the parameters `key`, now `w`, starts."""
        if key not in self.state[name]:
            return 1.0 if _is_number(name) else np.zeros_like(w)
        value = self.state[name][key]
        if not _is_number(name) and (value.shape, value.dtype) != (w.shape, w.dtype):
            raise ValueError(
                f"the state {name} of {key!r} is {value.dtype} of shape {value.shape}, "
                f"but its parameters are {w.dtype} of shape {w.shape}"
            )
        return value

    def _run(self, trace, values, target):
        """Do what a trace says, block by block; states are overwritten."""
        scratch = self._scratch.setdefault(target.dtype, [])
        while len(scratch) < trace.buffers:
            scratch.append(np.empty(BLOCK, target.dtype))
        trace.run([values[name] for name in trace.inputs] + [target], scratch)
        return [target, *(trace.numbers.get(name, values[name]) for name in self._state_names)]

    def _checked(self, result, values):
        """Hold the rule to its promise: w and every state, in the shape and dtype of w."""
        w = values["w"]
        new = []
        for name, value in result.items():
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
                new.append(float(value))
                continue
            array = np.asarray(value)
            if array.dtype != w.dtype:
                raise RuleError(
                    f"{self.name} returned {name} as {array.dtype}: "
                    f"for w of dtype {w.dtype} it must be {w.dtype}"
                )
            # A rule may hand back an argument; what is kept must share memory with nothing.
            shared = any(array is other for other in (*values.values(), *new))
            new.append(array.copy() if shared or array.base is not None else array)
        return new

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
            np.savez(file, **arrays, rule=self.name, t=self.t)  # type: ignore[arg-type]
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
        state: dict[str, dict[str, Any]] = {name: {} for name in self._state_names}
        for entry, value in stored.items():
            name, _, key = entry.partition("/")
            if name not in state:
                raise ValueError(f"{path} holds a state {name} that {self.name} does not have")
            state[name][key] = float(value) if _is_number(name) else value
        self.state, self.t = state, t


def _fit_for_blocks(values, target) -> bool:
    """Whether blocks of all arrays are plain slices, and writing to the target spoils no input."""
    w, *others = (value for value in values.values() if isinstance(value, np.ndarray))
    if target is not None:
        if target is not w:
            others.append(w)
        if any(np.may_share_memory(target, other) for other in others):
            return False
        others.append(target)
    return all(array.flags.c_contiguous for array in (w, *others))


def _is_number(state_name: str) -> bool:
    return state_name.endswith("_product")


def _in_dtype(value, dtype):
    """Keep a hyperparameter from widening float32 parameters to float64."""
    if isinstance(value, np.ndarray | np.generic):
        return value.item() if value.ndim == 0 else value.astype(dtype, copy=False)
    return value


class _NotElementwise(BaseException):
    """Told by a stand-in; no ``except Exception`` in a rule may swallow it."""


class _StandIn(NDArrayOperatorsMixin):
    """Looks like an array of values to a rule, and writes down which operations it meets.

    It has no values, so a rule that wants to see one (to index, sum, compare, print or convert)
    gives itself away here.
    """

    def __init__(self, trace, number, is_argument=False):
        self._trace, self._number, self._is_argument = trace, number, is_argument

    __class__ = property(lambda self: np.ndarray)  # isinstance(w, np.ndarray) must not differ
    dtype = property(lambda self: self._trace.dtype)
    shape = property(lambda self: self._trace.shape)
    ndim = property(lambda self: len(self._trace.shape))
    size = property(lambda self: int(np.prod(self._trace.shape)))

    def copy(self):
        return _StandIn(self._trace, self._number)

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **options):
        number = self._trace.add(ufunc, method, inputs, options)
        if out is None:
            return _StandIn(self._trace, number)
        if out[0]._is_argument:
            raise _NotElementwise  # the rule changes its argument: leave that to a plain call
        out[0]._number = number
        return out[0]

    # The operator of arrays takes these shortcuts, which may round otherwise than np.power.
    def __pow__(self, exponent):
        shortcut = {-1: np.reciprocal, 0.5: np.sqrt, 1: np.positive, 2: np.square}
        if type(exponent) in (int, float) and exponent in shortcut:
            return shortcut[exponent](self)
        return np.power(self, exponent)

    def _give_away(self, *args, **kwargs):
        raise _NotElementwise

    __array_function__ = __array__ = __getattr__ = _give_away
    __bool__ = __float__ = __int__ = __index__ = __complex__ = _give_away
    __len__ = __iter__ = __getitem__ = __setitem__ = __contains__ = _give_away
    __repr__ = __str__ = __format__ = __ipow__ = _give_away


@cache
def _keeps_dtype(ufunc, dtype) -> bool:
    """Whether a ufunc takes and gives one dtype, element by element."""
    if ufunc.signature is not None or ufunc.nout != 1:
        return False
    try:
        return set(ufunc.resolve_dtypes((dtype,) * ufunc.nin + (None,))) == {dtype}
    except TypeError:
        return False


class _Trace:
    """The operations of one call of an elementwise rule, in order, ready to run on blocks.

    Values are numbered: first the inputs w, grad and states, then the result of each operation.
    When it runs, each value has a place: an input's own array, the target, or a scratch buffer.
    """

    def __init__(self, optimizer, values, hyper):
        self.dtype, self.shape = values["w"].dtype, values["w"].shape
        self.inputs = [n for n, value in values.items() if isinstance(value, np.ndarray)]
        self._operations: list[tuple] = []
        self._known: dict[tuple, int] = {}
        stand_ins = {n: _StandIn(self, i, is_argument=True) for i, n in enumerate(self.inputs)}
        result = optimizer._call({**values, **stand_ins}, hyper)
        self.numbers = {n: float(result.pop(n)) for n in list(result) if _is_number(n)}
        if not all(type(value) is _StandIn for value in result.values()):
            raise _NotElementwise
        self._place({self.inputs.index(n): value._number for n, value in result.items()})

    def add(self, ufunc, method, inputs, options):
        """Write down one operation, unless it is there already, and number its result."""
        if method != "__call__" or options or not _keeps_dtype(ufunc, self.dtype):
            raise _NotElementwise
        operands = tuple(self._operand(value) for value in inputs)
        key = (ufunc, *(o if isinstance(o, int) else o.tobytes() for o in operands))
        if key not in self._known:
            self._known[key] = len(self.inputs) + len(self._operations)
            self._operations.append((ufunc, operands))
        return self._known[key]

    def _operand(self, value):
        """The number of a stand-in, or a constant as an array without dimensions."""
        if type(value) is _StandIn and value._trace is self:
            return value._number
        if type(value) in (int, float) or (
            isinstance(value, np.ndarray | np.generic)
            and (value.shape, value.dtype) == ((), self.dtype)
        ):
            return np.asarray(value, self.dtype)
        raise _NotElementwise

    def _place(self, results):
        """Give every value a place. `results`: number of an input to that of what replaces it."""
        count = len(self.inputs)
        if min(results.values()) < count or len(set(results.values())) < len(results):
            raise _NotElementwise  # an argument, or one array twice, is handed back
        last_use = {}
        for number, (_, operands) in enumerate(self._operations, start=count):
            for operand in operands:
                if isinstance(operand, int):
                    last_use[operand] = number
        target = count  # stands behind the inputs; the scratch buffers behind it
        home = {value: target if old == 0 else old for old, value in results.items()}
        # A result may overwrite what it replaces only when nothing needs the old values any more.
        early = {v for old, v in results.items() if last_use.get(old, -1) > v}
        place = {i: i for i in range(count)}
        free: list[int] = []
        self.buffers = 0
        self._steps = []
        for number, (ufunc, operands) in enumerate(self._operations, start=count):
            sources = [place[o] if isinstance(o, int) else o for o in operands]
            for o in {o for o in operands if isinstance(o, int)}:
                if last_use[o] == number and place[o] > target and o not in early:
                    free.append(place[o])
            if number in home and number not in early:
                place[number] = home[number]
            elif free:
                place[number] = free.pop()
            else:
                self.buffers += 1
                place[number] = target + self.buffers
            self._steps.append((ufunc, sources, place[number]))
        self._copies = [(place[value], home[value]) for value in early]

    def run(self, arrays, scratch):
        """Do all operations on one block after another: arrays are the inputs and the target."""
        arrays = [array.reshape(-1) for array in arrays]
        for start in range(0, len(arrays[0]), BLOCK):
            places = [array[start : start + BLOCK] for array in arrays]
            places += [buffer[: len(places[0])] for buffer in scratch]
            for ufunc, sources, destination in self._steps:
                operands = [places[s] if type(s) is int else s for s in sources]
                ufunc(*operands, out=places[destination])
            for source, destination in self._copies:
                places[destination][...] = places[source]
