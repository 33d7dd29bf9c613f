"""Units: measure the weight, or the loss, in other units, and see which rule minds."""

import numpy as np

from course_lib.problems import Problem
from course_lib.training import descend

from . import parts as ui
from .canvas import View
from .runs import Attempts, hyper, names_of

STEPS = 150
WEIGHT = 10.0 ** (np.arange(-3, 4) / 3)  # s: from 1/10 to 10
LOSS = 10.0 ** np.arange(-3, 4)  # c
EPS = ("the same number", "times the unit squared")


def units(*optimizers):
    """Paths of up to four rules on one loss, measured in other units.

    The loss is c/2 (w/s)², from w = s. Both s and c only change the units; a rule that does not
    mind them draws the same curve of w/s. AdaDelta's steps have the unit of the weight, and so
    has the root of its eps: it may be measured in that unit too.

    Parameters
    ----------
    *optimizers : Optimizer
        One to four rules with their hyperparameters, such as `adadelta_update`.

    Returns
    -------
    View
        With the arrays ``w NAME``, the weight in its own unit, w/s (step, eps, s, c).

    Raises
    ------
    ValueError
        For no rule or more than four, or two of one name.
    """
    names, attempt = names_of("units", optimizers), Attempts()
    runs = {o.name: attempt(o.rule, _run, hyper(o)) for o in optimizers}
    home = {"eps": EPS[0], "s": 1.0, "c": 1.0}

    def caption(at, eps, s, c):
        said = {"the same way": [], "another way": [], "diverging": []}
        first = at.where(**home)
        for name, w in at.each("w", names).items():
            with np.errstate(all="ignore"):
                off = np.abs(w - first[f"w {name}"]).max()
            if off < 0.02:
                said["the same way"].append(name)
            elif off < 1e3:
                said["another way"].append(f"{name} (up to {off:.2g} off)")
            else:
                said["diverging"].append(name)
        return "; ".join(f"{w}: {', '.join(n)}" for w, n in said.items() if n).capitalize() + "."

    def paths(title, **where):
        drawn = ui.marks(ui.per("w", names), **where)
        y = ui.axis(-0.5, 1.25, [-0.5, 0, 0.5, 1])
        time = ui.time_axis(STEPS, 50)
        return ui.lines(title, drawn, time, y, guides=[0], width=50, height=300)

    return View(
        title="Which rule minds the units?",
        ask="Predict first: measure the weight in metres instead of millimetres. Which rule takes "
        "the same way as before? And if the loss is counted in cents instead of euros?",
        controls=[
            ui.Control("s", "Weight times", WEIGHT, 1.0, "{:.2g}"),
            ui.Control("c", "Loss times", LOSS, 1.0, "{:g}"),
            ui.Control("eps", "eps", EPS, EPS[0], choice=True),
            ui.time_control(STEPS),
        ],
        arrays={f"w {name}": ("step eps s c", w) for name, w in runs.items()},
        rows=[
            ui.legend(*ui.marks(ui.per("w", names))),
            [paths("Weight in the first units", **home), paths("Weight in these units")],
        ],
        caption=caption,
        status=ui.numbers("Weight in its own unit", ui.per("w", names)),
        message=attempt.message,
    )


def _run(rule, hyper):
    s, c = WEIGHT[:, None, None], LOSS[:, None]
    loss = Problem(
        name="c/2 (w/s)²",
        loss=lambda w: np.sum(c / 2 * (w / s) ** 2, axis=-1),
        grad=lambda w: c * w / s**2,
        minimum=np.zeros(1),
        window=None,
        start=np.ones(1),
    )
    if "eps" in hyper:
        hyper["eps"] = hyper["eps"] * np.stack([np.ones_like(s), s**2])
    start = np.broadcast_to(s, (len(EPS), len(WEIGHT), len(LOSS), 1))
    return descend(loss, rule, start, steps=STEPS, **hyper).w[..., 0] / WEIGHT[:, None]
