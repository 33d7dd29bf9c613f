"""RMSprop near a minimum: it does not stop, it swings, and the learning rate says how far."""

import numpy as np

from course_lib.problems import Problem
from course_lib.training import descend

from . import parts as ui
from .canvas import View
from .runs import Attempts

STEPS = 600
LRS = 0.5 * 2.0 ** (np.arange(-12, 1) / 2)  # two positions are a factor of 2
BETAS = np.array([0.5, 0.8, 0.9, 0.95])


def oscillation(rule, *, eps):
    """RMSprop on the loss 2 w², from w = 1: the path, its phase space, and its final swing.

    The curvature is the same on both sides of the minimum, so that in the end two steps cancel
    each other.

    Parameters
    ----------
    rule : callable
        The student's `rmsprop_update`.
    eps : float
        Its hyperparameter.

    Returns
    -------
    View
        With the arrays ``w`` (step, beta, lr) and ``swing`` (beta, lr), half the distance between
        the highest and the lowest of the last 20 points.
    """
    attempt, name = Attempts(), rule.__name__
    w = attempt(rule, _run, eps=eps)
    ran = w is not None
    swing = (w[-20:].max(axis=0) - w[-20:].min(axis=0)) / 2 if ran else None
    after = np.concatenate([w[1:], np.full_like(w[:1], np.nan)]) if ran else None

    def caption(at, lr, beta):
        w, swing = at["w"], at["swing"]
        if not np.isfinite(swing):
            text = f"{name} diverges"
        elif swing <= 1e-3 * lr:
            text = f"{name} comes to rest"
        elif np.abs(w[-21:-2] - w[-19:]).max() < 1e-3 * lr:
            text = f"{name} jumps between two points, {swing:.2g} to either side of the minimum"
        else:
            text = f"{name} still swings, by {swing:.2g} to either side"
        return f"{text}: {swing / lr:.2g} learning rates of {lr:.2g}."

    time, half = ui.time_axis(STEPS, 200), {"width": 50, "left": 58}
    scaled = ui.axis(-2.2, 2.2, [-2, -1, -0.5, 0, 0.5, 1, 2])
    ends = [0, 6, 12]
    rates = ui.axis(0, 12, ends, "learning rate", texts=[f"{LRS[k]:.2g}" for k in ends])
    return View(
        title=f"Near a minimum: {name} on the loss 2 w²",
        ask="Predict first: halve the learning rate. How far does the weight swing in the end? "
        "Then play the last steps and watch the two points on the left.",
        controls=[
            ui.Control("lr", "Learning rate", LRS, LRS[8], "{:.3g}"),
            ui.Control("beta", "beta", BETAS, 0.9, "{:g}"),
            ui.time_control(STEPS),
        ],
        arrays={
            "lr": ("lr", LRS),
            "half": ("lr", LRS / 2),
            "w": ("step beta lr", w),
            "scaled": ("step beta lr", w / LRS if ran else None),
            "next": ("step beta lr", after / LRS if ran else None),
            "swing": ("beta lr", swing),
        },
        rows=[
            [
                ui.lines("Weight", [ui.mark("w")], time, ui.axis(-0.4, 1.1, [0, 0.5, 1]),
                         guides=[0], height=190, **half),
                ui.lines("Weight / lr", [ui.mark("scaled")], time, scaled, guides=[-0.5, 0.5],
                         height=190, **half),
            ],
            [
                ui.lines("The next weight over this one, both / lr",
                         [ui.mark("next", x="scaled", trail=80)], {**scaled, "label": "w now / lr"},
                         scaled, guides=[-0.5, 0.5], scrub=None, height=270, **half),
                ui.lines("Swing at the end; line: lr / 2",
                         [ui.mark("half", style={**ui.NEUTRAL, "marker": "none"}),
                          ui.mark("swing", trail=len(LRS))],
                         rates, ui.axis(1e-3, 1, [1e-3, 1e-2, 1e-1, 1], log=True),
                         over="lr", height=270, **half),
            ],
        ],
        caption=caption,
        status=[f"{name}: weight ", ui.number("w"), " at learning rate ", ui.number("lr"),
                "; swing at the end ", ui.number("swing"), "."],
        message=attempt.message,
    )  # fmt: skip


def _run(rule, eps):
    loss = Problem(
        name="2 w²",
        loss=lambda w: 2 * np.sum(w**2, axis=-1),
        grad=lambda w: 4 * w,
        minimum=np.zeros(1),
        window=None,
        start=np.ones(1),
    )
    hyper = {"lr": LRS[:, None], "beta": BETAS[:, None, None], "eps": eps}
    return descend(loss, rule, np.ones((len(BETAS), len(LRS), 1)), steps=STEPS, **hyper).w[..., 0]
