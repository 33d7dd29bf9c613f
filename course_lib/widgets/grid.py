"""Arrays with named axes, and the values along each: what a view's names are looked up in."""

import math
from collections.abc import Mapping

import numpy as np

from .parts import Ref


class NotRun(KeyError):
    """An array was asked for that a rule which cannot be run did not give."""


class Grid:
    """The arrays of a view.

    Parameters
    ----------
    values : dict of str to sequence
        The values along an axis, such as those of a control.
    declared : dict of str to (str, ndarray or None)
        Each array with the names of its axes, separated by blanks; None where a rule cannot be
        run. An axis without values has 0, 1, 2, …

    Raises
    ------
    ValueError
        Where an array has another shape than its axes say.
    """

    def __init__(self, values, declared):
        self.values = {name: list(those) for name, those in values.items()}
        self.axes, self.arrays = {}, {}
        for name, (axes, array) in declared.items():
            self.axes[name] = tuple(axes.split())
            if array is None:
                continue
            self.arrays[name] = array
            if np.ndim(array) != len(self.axes[name]):
                dims = np.ndim(array), len(self.axes[name])
                raise ValueError(f"{name} has {dims[0]} axes and not the {dims[1]} of {axes!r}")
            for axis, size in zip(self.axes[name], np.shape(array), strict=True):
                those = self.values.setdefault(axis, list(range(size)))
                if len(those) != size:
                    has = f"{name} has {size} values along {axis}"
                    raise ValueError(f"{has}, which has {len(those)}")

    def index(self, axis, value):
        """Which position along an axis has this value."""
        if axis not in self.values:
            raise ValueError(f"there is no control or axis {axis}")
        for at, known in enumerate(self.values[axis]):
            number = isinstance(known, float) and isinstance(value, int | float)
            if known == value or (number and math.isclose(known, value, rel_tol=1e-5)):
                return at
        raise ValueError(f"{axis} has no value {value}")

    def at(self, **values):
        """All arrays where these axes have these values."""
        return At(self, {axis: self.index(axis, value) for axis, value in values.items()})

    def ref(self, ref, controls, *, over=None, point=False):
        """What `browser/view.js` reads: a name, and for each axis ":", a control, or a position.

        None where the array was not computed.
        """
        if ref.array not in self.axes:
            raise ValueError(f"there is no array {ref.array}")
        axes, found = self.axes[ref.array], [ref.array]
        for axis in ref.fixed:
            if axis not in axes:
                raise ValueError(f"{ref.array} has no axis {axis}")
        if ref.array not in self.arrays:
            return None
        for axis in axes[:-1] if point else axes:
            if axis in ref.fixed:
                value = ref.fixed[axis]
                follows = isinstance(value, str) and value in controls
                found.append(value if follows else self.index(axis, value))
            elif axis == over or axis in controls:
                found.append(":" if axis == over else axis)
            else:
                raise ValueError(f"{ref.array} has the axis {axis}, which is no control: fix it")
        if over and ":" not in found:
            raise ValueError(f"{ref.array} has no axis {over} to be drawn over")
        return found


class At(Mapping):
    """The arrays of a grid at some values: an array loses the axes that have one."""

    def __init__(self, grid, at):
        self.grid, self.place = grid, at

    def __getitem__(self, name):
        if name in self.grid.axes and name not in self.grid.arrays:
            raise NotRun(name)
        place, every = self.place, slice(None)
        at = [place.get(axis, every) for axis in self.grid.axes[name]]
        return self.grid.arrays[name][tuple(at)]

    def each(self, kind, names):
        """The arrays "KIND NAME" of the rules that could be run, by name.

        Raises
        ------
        NotRun
            Where none could.
        """
        there = (name for name in names if f"{kind} {name}" in self.grid.arrays)
        found = {name: self[f"{kind} {name}"] for name in there}
        if not found:
            raise NotRun(kind)
        return found

    def where(self, **values):
        """The same arrays with some axes at other values."""
        return At(self.grid, self.place | self.grid.at(**values).place)

    def __iter__(self):
        return iter(self.grid.arrays)

    def __len__(self):
        return len(self.grid.arrays)


def resolve(grid, controls, part, over=None):
    """A part of a panel with every `Ref` looked up; None in place of what was not computed."""
    if isinstance(part, Ref):
        return grid.ref(part, controls, over=over)
    if isinstance(part, list):
        return [resolve(grid, controls, each, over) for each in part]
    if not isinstance(part, dict):
        return part
    found, over = {}, None if part.get("point") else over
    for key, value in part.items():
        if isinstance(value, Ref) and key in ("start", "minimum", "from", "to"):
            found[key] = grid.ref(value, controls, point=True)
        else:
            found[key] = resolve(grid, controls, value, "ring" if "expected" in key else over)
    return found
