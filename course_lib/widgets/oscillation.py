"""RMSprop near a minimum: it does not stop, it swings, and the learning rate says how far."""

import numpy as np

from course_lib import figures
from course_lib.problems import Problem
from course_lib.training import descend

from .canvas import View
from .parts import NEUTRAL, axis, number, panel, series, slider, time_slider
from .runs import attempt

STEPS = 600
LRS = 0.5 * 2.0 ** (np.arange(-12, 1) / 2)  # two places are a factor of 2
BETAS = np.array([0.5, 0.8, 0.9, 0.95])


def oscillation(rule, *, eps):
    """RMSprop on the loss 2 w², from w = 1: the path, its phase space, and its final swing.

    The curvature is the same on both sides of the minimum, so that in the end two steps cancel
    each other. Sliders set the learning rate, beta, and the step.

    Parameters
    ----------
    rule : callable
        The student's `rmsprop_update`.
    eps : float
        Its hyperparameter.

    Returns
    -------
    View
        To be displayed by `show`. Its numbers, for assertions, are in `arrays`: ``w``, whose axes
        are step (0 to 600), beta and learning rate; ``swing``, half the distance between the
        highest and the lowest of the last 20 points. Where the rule cannot be run there are none.
    """
    loss = Problem(
        name="2 w²",
        loss=lambda w: 2 * np.sum(w**2, axis=-1),
        grad=lambda w: 4 * w,
        minimum=np.zeros(1),
        window=None,
        start=np.ones(1),
    )
    run, message = attempt(
        rule,
        lambda: descend(
            loss,
            rule,
            np.ones((len(BETAS), len(LRS), 1)),
            steps=STEPS,
            lr=LRS[:, None],
            beta=BETAS[:, None, None],
            eps=eps,
        ),
    )
    arrays = {"lr": LRS, "half": LRS / 2}
    if run:
        w = run.w[..., 0]
        swing = (w[-20:].max(axis=0) - w[-20:].min(axis=0)) / 2
        after = np.concatenate([w[1:], np.full_like(w[:1], np.nan)])
        arrays |= {"w": w, "scaled": w / LRS, "next": after / LRS, "swing": swing}
    picks = {"lr": 8, "beta": 2, "step": STEPS}
    return View(
        _spec(rule.__name__, arrays, message),
        arrays,
        lambda picks: _figure(rule.__name__, arrays, picks),
        _alt(rule.__name__, arrays, picks),
        picks,
    )


def _spec(name, arrays, message):
    runs = "w" in arrays
    where = ["beta", "lr"]

    def lines(title, x, y, *refs, height=190, **more):
        shown = series(refs) if runs else []
        blank = "" if runs else "nothing to draw yet"
        more |= {"width": 50, "height": height, "left": 58, "x": x, "y": y}
        return panel("lines", title, series=shown, blank=blank, **more)

    time = axis(0, STEPS, range(0, STEPS + 1, 200), "step")
    scaled = axis(-2.2, 2.2, [-2, -1, -0.5, 0, 0.5, 1, 2])
    phase = lines(
        "The next weight over this one, both / lr",
        axis(-2.2, 2.2, [-2, -1, -0.5, 0, 0.5, 1, 2], "w now / lr"),
        scaled,
        ["next", ":", *where],
        height=270,
        time="step",
        guides=[-0.5, 0.5],
    )
    ends = [0, 6, 12]
    swing = lines(
        "Swing at the end; line: lr / 2",
        axis(0, len(LRS) - 1, ends, "learning rate", texts=[f"{LRS[k]:.2g}" for k in ends]),
        axis(1e-3, 1, [1e-3, 1e-2, 1e-1, 1], log=True),
        ["swing", "beta", ":"],
        height=270,
        time="lr",
        scrub="lr",
    )
    for line in phase["series"]:
        line |= {"xref": ["scaled", ":", *where], "trail": 80}
    for line in swing["series"]:
        line["trail"] = len(LRS)
    swing["series"].insert(0, {"ref": ["half", ":"], **NEUTRAL, "marker": "none"})
    return {
        "title": f"Near a minimum: {name} on the loss 2 w²",
        "controls": [
            slider("lr", "Learning rate", [f"{lr:.3g}" for lr in LRS]),
            slider("beta", "beta", [f"{beta:g}" for beta in BETAS]),
            time_slider(STEPS),
        ],
        "rows": [
            [
                lines("Weight", time, axis(-0.4, 1.1, [0, 0.5, 1]), ["w", ":", *where],
                      time="step", scrub="step", guides=[0]),
                lines("Weight / lr", time, scaled, ["scaled", ":", *where],
                      time="step", scrub="step", guides=[-0.5, 0.5]),
            ],
            [phase, swing],
        ],
        "ask": (
            "Predict first: halve the learning rate. How far does the weight swing in the end? "
            "Then play the last steps and watch the two points on the left."
        ),
        "captions": {"by": where[::-1], "texts": _captions(name, arrays)},
        "status": [
            f"{name}: weight ", number("w", "step", *where), " at learning rate ",
            number("lr", "lr"), "; swing at the end ", number("swing", *where), ".",
        ] if runs else ["Nothing to tell yet."],
        "message": message,
    }  # fmt: skip


def _captions(name, arrays):
    if "w" not in arrays:
        return [""] * (len(LRS) * len(BETAS))
    texts = []
    for j, lr in enumerate(LRS):
        for i in range(len(BETAS)):
            w, swing = arrays["w"][:, i, j], arrays["swing"][i, j]
            share = swing / lr
            if not np.isfinite(swing):
                text = f"{name} diverges"
            elif np.abs(w[-21:-2] - w[-19:]).max() < 1e-3 * lr and swing > 1e-3 * lr:
                text = f"{name} jumps between two points, {swing:.2g} to either side of the minimum"
            elif swing <= 1e-3 * lr:
                text = f"{name} comes to rest"
            else:
                text = f"{name} still swings, by {swing:.2g} to either side"
            texts.append(f"{text}: {share:.2g} learning rates of {lr:.2g}.")
    return texts


def _alt(name, arrays, picks):
    if "w" not in arrays:
        return f"{name} cannot be run yet: there is nothing to draw."
    i, j = picks["beta"], picks["lr"]
    share = arrays["swing"][i] / LRS
    return (
        f"{name} on the loss 2 w² with learning rate {LRS[j]:.2g} and beta {BETAS[i]:g}, from "
        f"w = 1. At the end it swings by {arrays['swing'][i, j]:.3g} to either side of the "
        f"minimum; over all learning rates, by {share.min():.2g} to {share.max():.2g} of the "
        "learning rate."
    )


def _figure(name, arrays, picks):
    i, j = picks["beta"], picks["lr"]
    figure, axes = figures.panels(f"Weight, {name}", "Swing at the end", width=9)
    lines = {name: arrays["w"][:, i, j]} if "w" in arrays else {}
    figures.lines(lines, x="step", y="weight", axes=axes[0])
    swings = {name: (LRS, arrays["swing"][i])} if "w" in arrays else {}
    figures.lines(
        {**swings, "half the learning rate": (LRS, LRS / 2)},
        x="learning rate",
        y="swing",
        log="xy",
        axes=axes[1],
    )
    return figure
