"""Nesterov's look-ahead, one step at a time: momentum first, then the gradient found there."""

import numpy as np

from course_lib.problems import quadratic
from course_lib.training import descend

from . import parts as ui
from .canvas import View
from .landscape import contours
from .runs import Attempts

STEPS = 80
LRS = 0.02 * 2.0 ** (np.arange(-4, 5) / 2)
BETAS = np.array([0.0, 0.5, 0.8, 0.9, 0.95])
ENDS = ("now", "look-ahead", "end", "end without it")
ARROWS = (
    ("momentum", "now", "look-ahead", {"color": "green", "dash": []}),
    ("gradient at the look-ahead", "look-ahead", "end", {"color": "vermillion", "dash": []}),
    ("gradient before it", "look-ahead", "end without it", {"color": "purple", "dash": [3, 3]}),
    ("whole step", "now", "end", {"color": "text", "dash": [8, 4]}),
)


def nesterov(nag, rewritten):
    """Nesterov's accelerated gradient in a ravine, with the arrows that make up each step.

    Beside it runs plain momentum, which takes its gradient before it moves.

    Parameters
    ----------
    nag, rewritten : callable
        The student's `nag_update` and `nesterov_update`.

    Returns
    -------
    View
        With the arrays ``w`` under `nag`, ``ahead``, its look-ahead points, ``plain`` under plain
        momentum, ``rewritten``, the iterates of `rewritten`, which are the look-ahead points
        (step, beta, lr, weight); ``close``, the ends of a step's arrows, enlarged (end, step, …).
    """
    ravine, attempt = quadratic(20, np.radians(20)), Attempts()
    start = np.broadcast_to(ravine.start, (len(BETAS), len(LRS), 2))

    def run(rule):
        hyper = {"lr": LRS[:, None], "beta": BETAS[:, None, None]}
        return descend(ravine, rule, start, steps=STEPS, **hyper)

    points, cuts = contours([ravine])
    plain, ours, same = run(_plain_momentum), attempt(nag, run), attempt(rewritten, run)
    losses = {nag.__name__: ours and ours.loss, "plain momentum": plain.loss}
    ahead, close = _arrows(ravine, ours) if ours else (None, None)
    where = "step beta lr weight"

    def caption(at, lr, beta):
        said = []
        for name, loss in at.each("loss", losses).items():
            there = np.flatnonzero(loss <= loss[0] / 1000)
            if not loss[-1] < 1e3 * loss[0]:
                said.append(f"{name} diverges")
            elif len(there):
                said.append(f"{name} is at a thousandth of the loss after {there[0]} steps")
            else:
                said.append(f"{name} is not at a thousandth of the loss yet")
        text = f"{'; '.join(said)}."
        if "rewritten" not in at or "ahead" not in at:
            return text
        off = np.abs(at["rewritten"] - at["ahead"]).max() / (1 + np.abs(at["ahead"]).max())
        does = "walks on" if off < 1e-9 else "leaves"
        return f"{text} The rewritten form {does} the look-ahead points."

    paths = ui.marks(dict(zip(losses, ("w", "plain"), strict=True)))
    arrows = [
        {"from": ui.Ref("close", {"end": begin}), "to": ui.Ref("close", {"end": end}), **style}
        for _, begin, end, style in ARROWS
    ]
    key = [{"label": label, **style, "marker": "right"} for label, *_, style in ARROWS]
    left, right, bottom, top = ravine.window
    near, decades = ui.axis(-1.1, 1.1, []), 10.0 ** np.arange(-8, 3, 2)
    return View(
        title="Nesterov's look-ahead",
        ask="Predict first: momentum carries you over the middle of the ravine. Does a gradient "
        "that is asked for after the move pull back earlier, or later? Go one step at a time.",
        controls=[
            ui.Control("lr", "Learning rate", LRS, LRS[4], "{:.2g}"),
            ui.Control("beta", "beta", BETAS, 0.9, "{:g}"),
            ui.time_control(STEPS, first=4),
        ],
        axes={"end": ENDS},
        arrays={
            "contours": ("point weight", points),
            "minimum": ("weight", ravine.minimum),
            "plain": (where, plain.w),
            "w": (where, ours and ours.w),
            "ahead": (where, ahead),
            "close": (f"end {where}", close),
            "rewritten": (where, same and same.w),
            **{f"loss {name}": ("step beta lr", loss) for name, loss in losses.items()},
        },
        rows=[
            ui.legend(*paths),
            [
                ui.plane("Paths in the ravine", paths, ui.axis(left, right, range(-4, 5, 2), "w₁"),
                         ui.axis(bottom, top, range(-2, 3, 2), "w₂"), width=64, height=300,
                         minimum=ui.Ref("minimum", {}),
                         contours={"ref": "contours", "cuts": cuts}),
                ui.plane("This step, enlarged", [], near, near, arrows=arrows, width=36,
                         height=300, left=14),
            ],
            ui.legend(*key),
            [ui.lines("Loss", ui.marks(ui.per("loss", losses)), ui.time_axis(STEPS, 20),
                      ui.axis(decades[0], decades[-1], decades, log=True), height=170, left=52)],
        ],
        caption=caption,
        status=ui.numbers("Loss", ui.per("loss", losses)),
        message=attempt.message,
    )  # fmt: skip


def _plain_momentum(w, grad, u, *, lr, beta):
    u = beta * u + lr * grad
    return w - u, u


def _arrows(ravine, run):
    """Look-ahead points, and every step's arrows enlarged so that the longest has length 1."""
    w, lr = run.w, LRS[:, None]
    ahead = w - BETAS[:, None, None] * run.state["u"]
    ends = np.stack([w, ahead, ahead - lr * ravine.grad(ahead), ahead - lr * ravine.grad(w)])
    with np.errstate(all="ignore"):
        longest = np.linalg.norm(ends[1:] - w, axis=-1).max(axis=0)[..., None]
        return ahead, np.where(longest > 0, (ends - w) / longest, 0.0)
