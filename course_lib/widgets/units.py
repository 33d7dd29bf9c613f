"""Units: measure the weight, or the loss, in other units, and see which rule minds."""

from functools import partial

import numpy as np

from course_lib import figures
from course_lib.problems import Problem
from course_lib.training import descend

from .canvas import View
from .parts import STYLE, axis, legend, number, panel, series, slider, time_slider
from .runs import attempt, names_of

STEPS = 150
WEIGHT = 10.0 ** (np.arange(-3, 4) / 3)  # s: from 1/10 to 10
LOSS = 10.0 ** np.arange(-3, 4)  # c
EPS = ("the same number", "times the unit squared")
HOME = (3, 3)  # where both are 1


def units(*optimizers):
    """Paths of up to four rules on one loss, measured in other units.

    The loss is c/2 (w/s)², from w = s. Both s and c only change the units; a rule that does not
    mind them draws the same curve of w/s. AdaDelta's steps have the unit of the weight, and so
    has the root of its eps: it may be measured in that unit too. Controls set s, c, eps and the
    step.

    Parameters
    ----------
    *optimizers : Optimizer
        One to four rules with their hyperparameters, such as `adadelta_update`.

    Returns
    -------
    View
        To be displayed by `show`. Its numbers, for assertions, are in `arrays` under ``w NAME``:
        w/s with the axes step (0 to 150), eps (as it is, times s²), s (1/10 to 10) and c (1/1000
        to 1000). A rule that cannot be run is left out, and the view says why.

    Raises
    ------
    ValueError
        For no rule or more than four, or two of one name.
    """
    names = names_of("units", optimizers)
    s, c = WEIGHT[:, None, None], LOSS[:, None]
    loss = Problem(
        name="c/2 (w/s)²",
        loss=lambda w: np.sum(c / 2 * (w / s) ** 2, axis=-1),
        grad=lambda w: c * w / s**2,
        minimum=np.zeros(1),
        window=None,
        start=np.ones(1),
    )
    start = np.broadcast_to(s, (len(EPS), len(WEIGHT), len(LOSS), 1))
    arrays, messages = {}, []
    for optimizer in optimizers:
        hyper = dict(optimizer.hyper)
        if optimizer.lr is not None:
            hyper["lr"] = optimizer.lr
        if "eps" in hyper:
            hyper["eps"] = hyper["eps"] * np.stack([np.ones_like(s), s**2])
        run, message = attempt(optimizer.rule, partial(_run, loss, optimizer.rule, start, hyper))
        messages.append(message)
        if run:
            arrays[f"w {optimizer.name}"] = run.w[..., 0] / WEIGHT[:, None]
    names = [name for name in names if f"w {name}" in arrays]
    styles = [s for s, o in zip(STYLE, optimizers, strict=False) if o.name in names]
    picks = {"s": 3, "c": 3, "eps": 0, "step": STEPS}
    return View(
        _spec(names, styles, arrays, " ".join(filter(None, messages))),
        arrays,
        lambda picks: _figure(names, arrays, picks),
        _alt(names, arrays, picks),
        picks,
    )


def _run(loss, rule, start, hyper):
    return descend(loss, rule, start, steps=STEPS, **hyper)


def _spec(names, styles, arrays, message):
    here, home = ["eps", "s", "c"], [0, *HOME]

    def paths(title, places, **more):
        return panel(
            "lines", title, width=50, height=300, left=46, time="step", scrub="step",
            series=series([[f"w {name}", ":", *places] for name in names], styles),
            x=axis(0, STEPS, [0, 50, 100, 150], "step"), y=axis(-0.5, 1.25, [-0.5, 0, 0.5, 1]),
            guides=[0], **more,
        )  # fmt: skip

    status = ["Weight in its own unit:"]
    for name in names:
        status += [f" {name} ", number(f"w {name}", "step", *here), ";"]
    return {
        "title": "Which rule minds the units?",
        "controls": [
            slider("s", "Weight times", [f"{scale:.2g}" for scale in WEIGHT]),
            slider("c", "Loss times", [f"{scale:g}" for scale in LOSS]),
            slider("eps", "eps", EPS, choice=True),
            time_slider(STEPS),
        ],
        "rows": [
            legend(names, styles),
            [paths("Weight in the first units", home), paths("Weight in these units", here)],
        ],
        "ask": (
            "Predict first: measure the weight in metres instead of millimetres. Which rule takes "
            "the same way as before? And if the loss is counted in cents instead of euros?"
        ),
        "captions": {"by": here, "texts": _captions(names, arrays)},
        "status": [*status[:-1], "."] if names else ["Nothing to tell yet."],
        "message": message,
    }


def _captions(names, arrays):
    """Say for all units how far each path is from that in the first units."""
    texts = []
    for place in np.ndindex(len(EPS), len(WEIGHT), len(LOSS)):
        said = {"the same way": [], "another way": [], "diverging": []}
        for name in names:
            w = arrays[f"w {name}"]
            with np.errstate(all="ignore"):
                off = np.abs(w[(slice(None), *place)] - w[(slice(None), 0, *HOME)]).max()
            if off < 0.02:
                said["the same way"].append(name)
            elif off < 1e3:
                said["another way"].append(f"{name} (up to {off:.2g} off)")
            else:
                said["diverging"].append(name)
        texts.append("; ".join(f"{w}: {', '.join(n)}" for w, n in said.items() if n).capitalize())
    return [f"{text}." for text in texts]


def _alt(names, arrays, picks):
    e, i, j = picks["eps"], picks["s"], picks["c"]
    ends = ", ".join(f"{name} {arrays[f'w {name}'][-1, e, i, j]:.2g}" for name in names)
    return (
        f"A weight over {STEPS} steps from 1 towards 0, measured times {WEIGHT[i]:.2g}, and its "
        f"loss times {LOSS[j]:g}. At the end, in its own unit: {ends or 'nothing to draw yet'}."
    )


def _figure(names, arrays, picks):
    e, i, j = picks["eps"], picks["s"], picks["c"]
    titles = "In the first units", f"Weight times {WEIGHT[i]:.2g}, loss times {LOSS[j]:g}"
    figure, axes = figures.panels(*titles, width=9)
    for one, place in zip(axes, ((0, *HOME), (e, i, j)), strict=True):
        lines = {name: arrays[f"w {name}"][(slice(None), *place)] for name in names}
        figures.lines(lines, x="step", y="weight in its own unit", axes=one)
        one.set_ylim(-0.5, 1.25)
    return figure
