"""Does a rule's elementwise operations on one block of a large array after another.

Called on a million parameters at once, a rule leaves a trail of temporary arrays that fit no
cache; most of its time goes into memory. So the rule is first called once with stand-ins, which
write down the elementwise operations that it asks for. These are then done on one block after
another, in buffers that stay in the cache. The operations and their order are the rule's own, so
every bit of the result is what a plain call gives. A rule that asks for anything else (a norm, an
index, a decision on a value) is called plainly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

Array = np.ndarray

BLOCK = 2**17  # elements


def fit_for_blocks(values: Mapping[str, Any], target: Array | None) -> bool:
    """Whether blocks of all arrays are plain slices, and writing to the target spoils no input."""
    w, *others = (value for value in values.values() if isinstance(value, np.ndarray))
    if target is not None:
        if target is not w:
            others.append(w)
        if any(np.may_share_memory(target, other) for other in others):
            return False
        others.append(target)
    return all(array.flags.c_contiguous for array in (w, *others))


class NotElementwise(BaseException):
    """Told by a stand-in; no ``except Exception`` in a rule may swallow it."""


class _StandIn(NDArrayOperatorsMixin):
    """Looks like an array of values to a rule, and writes down which operations it meets.

    It has no values, so a rule that wants to see one (to index, sum, compare, print or convert)
    gives itself away here.
    """

    def __init__(self, trace: Trace, number: int, is_argument: bool = False):
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
            raise NotElementwise  # the rule changes its argument: leave that to a plain call
        out[0]._number = number
        return out[0]

    # The operator of arrays takes these shortcuts, which may round otherwise than np.power.
    def __pow__(self, exponent):
        shortcut = {-1: np.reciprocal, 0.5: np.sqrt, 1: np.positive, 2: np.square}
        if type(exponent) in (int, float) and exponent in shortcut:
            return shortcut[exponent](self)
        return np.power(self, exponent)

    def _give_away(self, *args, **kwargs):
        raise NotElementwise

    __array_function__ = __array__ = __getattr__ = _give_away
    __bool__ = __float__ = __int__ = __index__ = __complex__ = _give_away
    __len__ = __iter__ = __getitem__ = __setitem__ = __contains__ = _give_away
    __repr__ = __str__ = __format__ = __ipow__ = _give_away


@cache
def _keeps_dtype(ufunc: np.ufunc, dtype: np.dtype) -> bool:
    """Whether a ufunc takes and gives one dtype, element by element."""
    if ufunc.signature is not None or ufunc.nout != 1:
        return False
    try:
        return set(ufunc.resolve_dtypes((dtype,) * ufunc.nin + (None,))) == {dtype}
    except TypeError:
        return False


class Trace:
    """The operations of one call of an elementwise rule, in order, ready to run on blocks.

    Values are numbered: first the inputs w, grad and states, then the result of each operation.
    When it runs, each value has a place: an input's own array, the target, or a scratch buffer.

    Parameters
    ----------
    call
        The rule: from its arguments by name to its results by name.
    values
        Its arguments; arrays in the shape and dtype of ``values["w"]``, and plain numbers.

    Attributes
    ----------
    inputs : list of str
        The arguments that `run` takes as arrays, in this order.
    numbers : dict
        Results that are plain numbers, by name: they are known already.
    buffers : int
        How many scratch buffers `run` needs.

    Raises
    ------
    NotElementwise
        If the rule asks for anything but elementwise operations on whole arrays.
    """

    def __init__(
        self,
        call: Callable[[dict[str, Any]], dict[str, Any]],
        values: Mapping[str, Any],
    ):
        self.dtype, self.shape = values["w"].dtype, values["w"].shape
        self.inputs = [n for n, value in values.items() if isinstance(value, np.ndarray)]
        if any(np.shape(values[name]) != self.shape for name in self.inputs):
            raise NotElementwise
        self._operations: list[tuple] = []
        self._known: dict[tuple, int] = {}
        stand_ins = {n: _StandIn(self, i, is_argument=True) for i, n in enumerate(self.inputs)}
        result = call({**values, **stand_ins})
        self.numbers = {n: float(result.pop(n)) for n in list(result) if n not in self.inputs}
        if not all(type(value) is _StandIn for value in result.values()):
            raise NotElementwise
        self._place({self.inputs.index(n): value._number for n, value in result.items()})

    def add(self, ufunc: np.ufunc, method: str, inputs: tuple, options: dict) -> int:
        """Write down one operation, unless it is there already, and number its result."""
        if method != "__call__" or options or not _keeps_dtype(ufunc, self.dtype):
            raise NotElementwise
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
        raise NotElementwise

    def _place(self, results):
        """Give every value a place. `results`: number of an input to that of what replaces it."""
        count = len(self.inputs)
        if min(results.values()) < count or len(set(results.values())) < len(results):
            raise NotElementwise  # an argument, or one array twice, is handed back
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

    def run(self, arrays: list[Array], scratch: list[Array]) -> None:
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
