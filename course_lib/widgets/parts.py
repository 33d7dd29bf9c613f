"""The parts that a view's spec is made of: sliders, axes, panels. `browser/view.js` draws them."""

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


def slider(name, label, texts, **more):
    """A control with one place a text, called `label` and picked by `name` in a panel's refs."""
    return {"name": name, "label": label, "texts": list(texts), **more}


def time_slider(steps):
    """The control that scrubs and plays the time, from 0 to `steps`."""
    return slider("step", "Step", [f"{t} of {steps}" for t in range(steps + 1)], play=True)


def axis(low, high, ticks, label="", *, log=False, texts=None):
    """An axis from `low` to `high` that does not move, so that pictures can be compared."""
    texts = texts or [f"{tick:g}".replace("-", "−") for tick in ticks]
    marks = [[float(tick), text] for tick, text in zip(ticks, texts, strict=True)]
    return {"min": float(low), "max": float(high), "ticks": marks, "label": label, "log": log}


def loss_axis(losses, high, label=""):
    """A logarithmic axis from just below the least of these losses to `high`."""
    finite = losses[np.isfinite(losses)]
    low = 0.8 * max(finite.min(), high / 1e4) if finite.size else high / 10
    ticks = [t for t in (0.001, 0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10) if low <= t <= high]
    return axis(low, high, ticks, label, log=True)


def panel(kind, title, *, width, height, left=46, right=14, **more):
    """A panel: its share of the row's width, its height in pixels, margins for words."""
    return {
        "kind": kind,
        "title": title,
        "width": width,
        "height": height,
        "left": left,
        "right": right,
        **more,
    }


def legend(names, styles=STYLE):
    """A row that tells what each line is called."""
    entries = [{"label": name, **style} for name, style in zip(names, styles, strict=False)]
    return [panel("legend", "", width=100, height=24, left=8, right=8, entries=entries)]


def series(refs, styles=STYLE):
    """Lines or bars, one a ref, in the styles of the course."""
    return [{"ref": ref, **style} for ref, style in zip(refs, styles, strict=False)]


def number(*ref, digits=3):
    """A number in a status line, read from the buffer."""
    return {"ref": list(ref), "digits": digits}
