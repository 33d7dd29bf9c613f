"""Norms: the unit ball as p grows, naive powers that overflow, and what two rules divide by."""

import numpy as np

from . import parts as ui
from .canvas import View
from .runs import Attempts, feed, step_lengths

STEPS = 200
P = (1, 1.5, 2, 3, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, np.inf)
VECTOR = np.array([6.0, 8.0])
NAIVE = "naive powers"
STREAMS = ("always 1", "a pulse every 20 steps", "a pulse, then silence")


def norms(lp_norm, adam, adamax, *, lr, beta1, beta2, eps):
    """The unit ball of the student's norm, and the denominators of two rules under pulses.

    Parameters
    ----------
    lp_norm, adam, adamax : callable
        The student's `lp_norm`, `adam_update` and `adamax_update`.
    lr, beta1, beta2, eps : float
        Hyperparameters of both rules.

    Returns
    -------
    View
        With the arrays ``ball`` (p, direction, weight), ``norm`` and ``naive`` of the vector
        (6, 8) by p, where the naive power overflows to inf; ``denominator NAME`` and
        ``step NAME``, in learning rates (step, stream).
    """
    attempt, norm = Attempts(), lp_norm.__name__
    names = (adam.__name__, adamax.__name__)
    ball = attempt(lp_norm, _ball) or {}
    arrays = {
        "naive": ("p", _naive()),
        "grad": ("example stream", gradients()),
        "ball": ("p direction weight", ball.get("ball")),
        "norm": ("p", ball.get("norm")),
    }
    hyper = {"lr": lr, "beta1": beta1, "beta2": beta2, "eps": eps}
    for rule, denominator in ((adam, _root_of_v), (adamax, _u)):
        run = attempt(rule, feed, gradients()[..., None], (len(STREAMS), 1), **hyper)
        arrays[f"denominator {rule.__name__}"] = "step stream", run and denominator(run, beta2)
        arrays[f"step {rule.__name__}"] = "step stream", run and step_lengths(run, lr)

    def caption(at, p, stream):
        if p == np.inf:
            size = "For p = ∞ the ball is the square: the largest coordinate alone counts"
        elif np.isinf(at["naive"]):
            size = f"At p = {p:g} the naive power 8ᵖ overflows"
        else:
            size = f"At p = {p:g} the naive power still gives {at['naive']:.4g}"
        if "norm" in at:
            size += f"; {norm} gives {at['norm']:.4g} for (6, 8)"
        said = [
            f"{name} divides by {by[10]:.2g} at step 10 and {by[-1]:.2g} at the end"
            for name, by in at.each("denominator", names).items()
        ]
        return f"{size}. Gradients {stream}: {'; '.join(said)}."

    def over_time(title, key, y):
        time = ui.time_axis(STEPS, 50, "")
        drawn = ui.marks(ui.per(key, names), ui.STYLE[2:])
        return ui.lines(title, drawn, time, y, width=50, height=180, left=52)

    p = ui.Control("p", "p", P, 2, lambda p: "∞" if p == np.inf else f"{p:g}")
    exponents = ui.axis(0, len(P) - 1, range(0, len(P), 2), "p", texts=p.spec()["texts"][::2])
    plane = ui.axis(-1.2, 1.2, [-1, 0, 1])
    sizes = [ui.mark("norm", norm, ui.STYLE[0]), ui.mark("naive", NAIVE, ui.STYLE[1])]
    said = ui.numbers(". Divided by", ui.per("denominator", names))
    return View(
        title="Norms, and what Adam and AdaMax divide by",
        ask="Predict first: as p grows, what does the ball become, and at which p can 8 to the "
        "power of p no longer be written down? Then: which denominator forgets a pulse sooner?",
        controls=[
            p,
            ui.Control("stream", "Gradients", STREAMS, STREAMS[2], choice=True),
            ui.time_control(STEPS),
        ],
        arrays=arrays,
        rows=[
            ui.legend(*sizes, *ui.marks(ui.per("denominator", names), ui.STYLE[2:])),
            [
                ui.plane("All points whose norm is 1",
                         [ui.mark("ball", style={**ui.STYLE[0], "marker": "none"})],
                         {**plane, "label": "x₁"}, {**plane, "label": "x₂"},
                         over="direction", width=40, height=250),
                ui.lines("Norm of (6, 8) by p", sizes, exponents, ui.axis(7, 15, range(8, 15, 2)),
                         over="p", guides=[8], width=60, height=250),
            ],
            [
                over_time("Divided by", "denominator", ui.axis(1e-2, 2, [0.01, 0.1, 1], log=True)),
                over_time("Step, in learning rates", "step", ui.axis(-0.1, 1.4, [0, 0.5, 1])),
            ],
            [
                ui.lines("Gradient", [ui.mark("grad", style=ui.NEUTRAL)], ui.time_axis(STEPS, 50),
                         ui.axis(-0.1, 1.2, [0, 1]), over="example", time="step", scrub="step",
                         height=90, left=52),
            ],
        ],
        caption=caption,
        status=["Norm of (6, 8): ", [f"{norm} ", ui.number("norm", 4), ", "], f"{NAIVE} ",
                ui.number("naive", 4), *said],
        message=attempt.message,
    )  # fmt: skip


def gradients():
    """The streams of gradients: (example, stream)."""
    grad = np.zeros((STEPS, len(STREAMS)))
    grad[:, 0] = 1
    grad[::20, 1] = 1
    grad[:10, 2] = 1
    return grad


def _naive():
    with np.errstate(over="ignore"):
        powers = [np.sum(VECTOR**p) ** (1 / p) for p in P[:-1]]
    return np.array([*powers, np.nan])  # and infinity is no power


def _ball(lp_norm):
    angle = np.linspace(0, 2 * np.pi, 361)
    direction = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    lengths = np.stack([np.broadcast_to(lp_norm(direction, p), angle.shape) for p in P])
    return {
        "ball": direction / lengths[..., None],
        "norm": np.array([float(lp_norm(VECTOR, p)) for p in P]),
    }


def _root_of_v(run, beta2):
    """Adam's corrected root; NaN before the first step."""
    v = run.state["v"][..., 0]
    with np.errstate(invalid="ignore"):
        return np.sqrt(v / (1 - beta2 ** np.arange(len(v))[:, None]))


def _u(run, beta2):
    """AdaMax's u as it is; NaN before the first step."""
    u = run.state["u"][..., 0]
    return np.where(np.arange(len(u))[:, None] > 0, u, np.nan)
