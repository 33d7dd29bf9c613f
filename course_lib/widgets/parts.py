"""The parts that a view is declared with: controls, marks, panels. Names, never places.

An array of a view has named axes. A panel says which array it draws and over which axis; the
controls that the array also depends on pick the rest of it by themselves.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

STYLE = (
    {"color": "blue", "dash": [], "marker": "circle"},
    {"color": "vermillion", "dash": [9, 4], "marker": "square"},
    {"color": "green", "dash": [2, 3], "marker": "triangle"},
    {"color": "text", "dash": [10, 3, 2, 3], "marker": "diamond"},
)
"""Okabe–Ito colours that stand apart on light and dark, each with a dash and a marker."""

NEUTRAL = {"color": "text", "dash": [], "marker": "circle"}
"""For a line that belongs to no rule."""


@dataclass(frozen=True)
class Control:
    """A slider with one position a value, or a list (`choice`).

    Attributes
    ----------
    name, label : str
        What the view's arrays and captions call it, and what a reader sees.
    values : sequence
        One value a position.
    first : object
        The value at which it stands at first.
    text : str or callable
        How a value is written: a format such as "{:g}", or a function of the value.
    choice, asks, play : bool
        Whether it is a list; whether the kernel computes anew; whether it moves by itself.
    """

    name: str
    label: str
    values: Sequence
    first: object
    text: str | Callable = "{}"
    choice: bool = False
    asks: bool = False
    play: bool = False

    def spec(self):
        """The control as `browser/view.js` knows it."""
        write = self.text.format if isinstance(self.text, str) else self.text
        flags = {name: True for name in ("choice", "asks", "play") if getattr(self, name)}
        texts = [write(value) for value in self.values]
        return {"name": self.name, "label": self.label, "texts": texts, **flags}


def time_control(steps, first=None):
    """The control `step`, from 0 to `steps`, that scrubs and plays the time."""
    first = steps if first is None else first
    return Control("step", "Step", range(steps + 1), first, f"{{}} of {steps}", play=True)


@dataclass(frozen=True)
class Ref:
    """An array of the view, some of its axes fixed at values: ``Ref("w", {"feature": "rare"})``.

    An axis may also be fixed at the name of a control, and then follows it.
    """

    array: str
    fixed: dict


def number(array, digits=3, **fixed):
    """A number in the status line, where the controls stand."""
    return {"ref": Ref(array, fixed), "digits": digits}


def per(kind, names):
    """The arrays "KIND NAME", by the names of rules."""
    return {name: f"{kind} {name}" for name in names}


def numbers(lead, arrays, **fixed):
    """A status line that says a number of each: `arrays` has an array's name by what to call it."""
    said = [[f" {label} ", number(array, **fixed), ";"] for label, array in arrays.items()]
    return [f"{lead}:", *said]


def mark(array, label="", style=STYLE[0], *, x=None, expected=None, **more):
    """A line, bar or row: an array, its name for the legend, its style.

    Parameters
    ----------
    array, x : str
        Where it is drawn: heights, and places where they are not the panel's axis.
    label : str
    style : dict
    expected : str, optional
        An array of what the reference does every few steps, drawn as rings.
    **more : object
        Axes fixed at a value; `trail`, the length of a trail of dots instead of a line; `point`,
        where it is a single point and not a line.
    """
    drawn = {key: more.pop(key) for key in ("trail", "point") if key in more}
    made = {**style, **drawn, "label": label, "ref": Ref(array, more)}
    if x:
        made["xref"] = Ref(x, more)
    if expected:
        made["expected"] = Ref(expected, more)
    return made


def marks(arrays, styles=STYLE, **more):
    """A mark for each array: `arrays` has its name by its label."""
    return [
        mark(a, label, s, **more) for (label, a), s in zip(arrays.items(), styles, strict=False)
    ]


def axis(low, high, ticks, label="", *, log=False, texts=None):
    """An axis from `low` to `high` that does not move, so that pictures can be compared."""
    texts = texts or [f"{tick:g}".replace("-", "−") for tick in ticks]
    named = [[float(tick), text] for tick, text in zip(ticks, texts, strict=True)]
    return {"min": float(low), "max": float(high), "ticks": named, "label": label, "log": log}


def time_axis(steps, every, label="step"):
    """The axis of a panel over time."""
    return axis(0, steps, range(0, steps + 1, every), label)


def loss_axis(losses, high, label=""):
    """A logarithmic axis from just below the least of these losses to `high`."""
    finite = losses[np.isfinite(losses)]
    low = 0.8 * max(finite.min(), high / 1e4) if finite.size else high / 10
    ticks = [t for t in (0.001, 0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10) if low <= t <= high]
    return axis(low, high, ticks, label, log=True)


def panel(kind, title, *, width=100, height=150, left=46, right=14, **more):
    """A panel: its share of the row's width, its height in pixels, margins for words."""
    size = {"width": width, "height": height, "left": left, "right": right}
    return {"kind": kind, "title": title, **size, **more}


def lines(title, series, x, y, *, over="step", time=True, scrub=True, **more):
    """Lines over an axis of their arrays.

    They are drawn in full up to the control `time`, and dragging moves the control `scrub`; both
    are that of the axis, where there is one of its name. None switches either off.
    """
    more |= {"over": over, "time": time, "scrub": scrub}
    return panel("lines", title, series=series, x=x, y=y, **more)


def plane(title, series, x, y, **more):
    """Paths of two weights: arrays whose last axis is `weight`."""
    paths = [dict(one) for one in series]
    for path in paths:
        for key in {"ref", "expected"} & set(path):
            array, fixed = path[key].array, path[key].fixed
            path[key] = Ref(array, {**fixed, "weight": 1})
            path[f"x{key}"] = Ref(array, {**fixed, "weight": 0})
    return panel("plane", title, series=paths, x=x, y=y, **{"over": "step", "time": True, **more})


def bars(title, entries, x, *, left=20, right=52, **more):
    """One bar an entry, as long as its number where the controls stand."""
    return panel("bars", title, bars=entries, x=x, left=left, right=right, digits=3, **more)


def legend(*entries):
    """A row that tells what each mark is called; each is named once."""
    once = {entry["label"]: entry for entry in entries}
    return [panel("legend", "", height=24, left=8, right=8, entries=list(once.values()))]
