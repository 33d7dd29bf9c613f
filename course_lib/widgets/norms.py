"""Norms: the unit ball as p grows, naive powers that overflow, and what two rules divide by."""

import numpy as np

from course_lib import figures

from .canvas import View
from .parts import NEUTRAL, STYLE, axis, legend, panel, series, slider, time_slider
from .runs import attempt, feed

STEPS = 200
P = (1, 1.5, 2, 3, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, np.inf)
VECTOR = np.array([6.0, 8.0])
NAIVE = "naive powers"
STREAMS = ("always 1", "a pulse every 20 steps", "a pulse, then silence")


def norms(lp_norm, adam, adamax, *, lr, beta1, beta2, eps):
    """The unit ball of the student's norm, and the denominators of two rules under pulses.

    Sliders set p, the gradients, and the step.

    Parameters
    ----------
    lp_norm, adam, adamax : callable
        The student's `lp_norm`, `adam_update` and `adamax_update`.
    lr, beta1, beta2, eps : float
        Hyperparameters of both rules.

    Returns
    -------
    View
        To be displayed by `show`. Its numbers, for assertions, are in `arrays`: ``ball`` (p,
        direction, coordinate), ``norm`` and ``naive`` of the vector (6, 8) by p, where the naive
        power overflows to inf; by rule ``denominator NAME`` and ``step NAME`` (in learning
        rates), with the axes step (0 to 200) and gradients. What cannot be run is not there.
    """
    arrays, messages, names = {"naive": _naive(), "grad": gradients()}, [], []
    ball, message = attempt(lp_norm, lambda: _ball(lp_norm))
    messages.append(message)
    arrays |= ball or {}
    hyper = {"lr": lr, "beta1": beta1, "beta2": beta2, "eps": eps}
    for rule, state in ((adam, "v"), (adamax, "u")):
        run, message = attempt(
            rule, lambda rule=rule: feed(rule, gradients()[..., None], (len(STREAMS), 1), **hyper)
        )
        messages.append(message)
        if run:
            name = rule.__name__
            names.append(name)
            arrays[f"denominator {name}"] = _denominator(run.state[state][..., 0], state, beta2)
            taken = -np.diff(run.w, axis=0)[..., 0] / lr
            arrays[f"step {name}"] = np.concatenate([np.full_like(taken[:1], np.nan), taken])
    picks = {"p": 2, "stream": 2, "step": STEPS}
    return View(
        _spec(lp_norm.__name__, names, arrays, " ".join(filter(None, messages))),
        arrays,
        lambda picks: _figure(names, arrays, picks),
        _alt(lp_norm.__name__, names, arrays, picks),
        picks,
    )


def gradients():
    """The streams of gradients: (step, stream)."""
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


def _denominator(state, name, beta2):
    """What the step is divided by: Adam's corrected root, AdaMax's u as it is."""
    if name == "u":
        return np.where(np.arange(len(state))[:, None] > 0, state, np.nan)
    t = np.arange(len(state))[:, None]
    with np.errstate(invalid="ignore"):
        return np.sqrt(state / (1 - beta2**t))


def _spec(norm, names, arrays, message):
    labels = ["∞" if p == np.inf else f"{p:g}" for p in P]
    runs = "ball" in arrays
    blank = "" if runs else "nothing to draw yet"
    ball = series([["ball", "p", ":", 1]]) if runs else []
    for line in ball:
        line |= {"xref": ["ball", "p", ":", 0], "marker": "none"}
    sizes = [{"ref": ["naive", ":"], **STYLE[1]}]
    if runs:
        sizes.insert(0, {"ref": ["norm", ":"], **STYLE[0]})
    ticks = range(0, len(P), 2)

    def over_time(title, key, y, label=""):
        return panel(
            "lines", title, width=50, height=180, left=52, time="step", scrub="step",
            series=series([[f"{key} {name}", ":", "stream"] for name in names], STYLE[2:]),
            x=axis(0, STEPS, range(0, STEPS + 1, 50), label), y=y,
        )  # fmt: skip

    where = ["step", "stream"]
    status = ["Norm of (6, 8): "]
    status += [f"{norm} ", {"ref": ["norm", "p"], "digits": 4}, ", "] if runs else []
    status += [f"{NAIVE} ", {"ref": ["naive", "p"], "digits": 4}, ". Divided by:"]
    for name in names:
        status += [f" {name} ", {"ref": [f"denominator {name}", *where], "digits": 3}, ";"]
    return {
        "title": "Norms, and what Adam and AdaMax divide by",
        "controls": [
            slider("p", "p", labels),
            slider("stream", "Gradients", STREAMS, choice=True),
            time_slider(STEPS),
        ],
        "rows": [
            legend([*([norm] if runs else []), NAIVE, *names],
                   [*(STYLE[:1] if runs else []), STYLE[1], *STYLE[2:]]),
            [
                panel("plane", "All points whose norm is 1", width=40, height=250, left=46,
                      series=ball, blank=blank, x=axis(-1.2, 1.2, [-1, 0, 1], "x₁"),
                      y=axis(-1.2, 1.2, [-1, 0, 1], "x₂")),
                panel("lines", "Norm of (6, 8) by p", width=60, height=250, left=46, time="p",
                      scrub="p", series=sizes, y=axis(7, 15, range(8, 15, 2)), guides=[8],
                      x=axis(0, len(P) - 1, ticks, "p", texts=[labels[k] for k in ticks])),
            ],
            [
                over_time("Divided by", "denominator", axis(1e-2, 2, [0.01, 0.1, 1], log=True)),
                over_time("Step, in learning rates", "step", axis(-0.1, 1.4, [0, 0.5, 1])),
            ],
            [
                panel("lines", "Gradient", width=100, height=90, left=52, time="step",
                      scrub="step", series=[{"ref": ["grad", ":", "stream"], **NEUTRAL}],
                      x=axis(0, STEPS, range(0, STEPS + 1, 50), "step"), y=axis(-0.1, 1.2, [0, 1])),
            ],
        ],
        "ask": (
            "Predict first: as p grows, what does the ball become, and at which p can 8 to the "
            "power of p no longer be written down? Then: which denominator forgets a pulse sooner?"
        ),
        "captions": {"by": ["p", "stream"], "texts": _captions(norm, names, arrays)},
        "status": [*status[:-1], "."],
        "message": message,
    }  # fmt: skip


def _captions(norm, names, arrays):
    texts = []
    for i, p in enumerate(P):
        if p == np.inf:
            size = "For p = ∞ the ball is the square: the largest coordinate alone counts"
        elif np.isinf(arrays["naive"][i]):
            size = f"At p = {p:g} the naive power 8ᵖ overflows"
        else:
            size = f"At p = {p:g} the naive power still gives {arrays['naive'][i]:.4g}"
        if "norm" in arrays:
            size += f"; {norm} gives {arrays['norm'][i]:.4g} for (6, 8)"
        for j, stream in enumerate(STREAMS):
            said = [
                f"{name} divides by {arrays[f'denominator {name}'][10, j]:.2g} at step 10 and "
                f"{arrays[f'denominator {name}'][-1, j]:.2g} at the end"
                for name in names
            ]
            texts.append(f"{size}. Gradients {stream}: " + "; ".join(said) + ".")
    return texts


def _alt(norm, names, arrays, picks):
    text = _captions(norm, names, arrays)[picks["p"] * len(STREAMS) + picks["stream"]]
    return f"The unit ball of the norm with p = {P[picks['p']]:g}. {text}"


def _figure(names, arrays, picks):
    figure, axes = figures.panels("All points whose norm is 1", "Divided by", width=9, height=4)
    chosen = dict.fromkeys([0, picks["p"], len(P) - 1]) if "ball" in arrays else {}
    balls = {f"p = {P[i]:g}": tuple(arrays["ball"][i].T) for i in chosen}
    figures.lines(balls, x="$x_1$", y="$x_2$", axes=axes[0])
    axes[0].set_aspect("equal")
    time = np.arange(1, STEPS + 1)
    lines = {name: (time, arrays[f"denominator {name}"][1:, picks["stream"]]) for name in names}
    figures.lines(lines, x="step", y="denominator", log="y", axes=axes[1])
    return figure
