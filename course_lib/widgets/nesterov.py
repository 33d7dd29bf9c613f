"""Nesterov's look-ahead, one step at a time: momentum first, then the gradient found there."""

import numpy as np

from course_lib import figures
from course_lib.problems import quadratic
from course_lib.training import descend

from .canvas import View
from .landscape import contours
from .parts import STYLE, axis, legend, number, panel, series, slider, time_slider
from .runs import attempt

STEPS = 80
LRS = 0.02 * 2.0 ** (np.arange(-4, 5) / 2)
BETAS = np.array([0.0, 0.5, 0.8, 0.9, 0.95])
PLAIN = "plain momentum"
ARROWS = (
    ("momentum", {"color": "green", "dash": []}),
    ("gradient at the look-ahead", {"color": "vermillion", "dash": []}),
    ("gradient before it", {"color": "purple", "dash": [3, 3]}),
    ("whole step", {"color": "text", "dash": [8, 4]}),
)


def nesterov(nag, rewritten):
    """Nesterov's accelerated gradient in a ravine, with the arrows that make up each step.

    Sliders set the learning rate, beta, and the step. Beside it runs plain momentum, which takes
    its gradient before it moves.

    Parameters
    ----------
    nag, rewritten : callable
        The student's `nag_update` and `nesterov_update`.

    Returns
    -------
    View
        To be displayed by `show`. Its numbers, for assertions, are in `arrays`, with the axes
        step (0 to 80), beta, learning rate and coordinate: ``w`` under `nag`; ``ahead``, its
        look-ahead points; ``plain`` under plain momentum; ``rewritten``, the iterates of
        `rewritten`, which are the look-ahead points. What cannot be run is not there.
    """
    ravine = quadratic(20, np.radians(20))
    shape = (len(BETAS), len(LRS), 2)
    start = np.broadcast_to(ravine.start, shape)
    hyper = {"steps": STEPS, "lr": LRS[:, None], "beta": BETAS[:, None, None]}
    points, cuts = contours([ravine])
    plain = descend(ravine, _plain_momentum, start, **hyper)
    arrays = {"contours": points, "minimum": ravine.minimum[None], "plain": plain.w}
    run, message = attempt(nag, lambda: descend(ravine, nag, start, **hyper))
    same, told = attempt(rewritten, lambda: descend(ravine, rewritten, start, **hyper))
    losses = {PLAIN: plain.loss}
    if run:
        arrays |= _arrows(ravine, run)
        losses = {nag.__name__: run.loss, **losses}
    if same:
        arrays["rewritten"] = same.w
    for name, loss in losses.items():
        arrays[f"loss {name}"] = loss
    picks = {"lr": 4, "beta": 3, "step": 4}
    return View(
        _spec(list(losses), arrays, cuts, ravine.window, f"{message} {told}".strip()),
        arrays,
        lambda picks: _figure(ravine, list(losses), arrays, picks),
        _alt(list(losses), arrays, picks),
        picks,
    )


def _plain_momentum(w, grad, u, *, lr, beta):
    u = beta * u + lr * grad
    return w - u, u


def _arrows(ravine, run):
    """The ends of every step's arrows, and the same enlarged so that the longest has length 1."""
    w, u = run.w, run.state["u"]
    momentum = -BETAS[:, None, None] * u
    ahead = w + momentum
    lr = LRS[:, None]
    there, before = ahead - lr * ravine.grad(ahead), ahead - lr * ravine.grad(w)
    ends = np.stack([w, ahead, there, before])  # the step goes from the first to the third
    with np.errstate(all="ignore"):
        longest = np.linalg.norm(ends[1:] - w, axis=-1).max(axis=0)[..., None]
        close = np.where(longest > 0, (ends - w) / longest, 0.0)
    return {"w": w, "ahead": ahead, "close": close}


def _spec(names, arrays, cuts, window, message):
    runs, where = "w" in arrays, ["beta", "lr"]
    left, right, bottom, top = window
    paths = series([["plain", ":", *where, 1]], STYLE[1:])
    if runs:
        paths = series([["w", ":", *where, 1]]) + paths
    for path in paths:
        path["xref"] = [*path["ref"][:-1], 0]
    arrows = [
        {"from": ["close", a, "step", *where], "to": ["close", b, "step", *where], **style}
        for (_, style), (a, b) in zip(ARROWS, ((0, 1), (1, 2), (1, 3), (0, 2)), strict=True)
    ]
    blank = "" if runs else "nothing to draw yet"
    decades = 10.0 ** np.arange(-8, 3, 2)
    styles = STYLE if runs else STYLE[1:]
    key = legend([name for name, _ in ARROWS], [{**s, "marker": "right"} for _, s in ARROWS])
    losses = series([[f"loss {name}", ":", *where] for name in names], styles)
    return {
        "title": "Nesterov's look-ahead",
        "controls": [
            slider("lr", "Learning rate", [f"{lr:.2g}" for lr in LRS]),
            slider("beta", "beta", [f"{beta:g}" for beta in BETAS]),
            time_slider(STEPS),
        ],
        "rows": [
            legend(names, styles),
            [
                panel("plane", "Paths in the ravine", width=64, height=300, left=46, time="step",
                      series=paths, minimum=["minimum", 0],
                      contours={"ref": "contours", "cuts": cuts},
                      x=axis(left, right, range(-4, 5, 2), "w₁"),
                      y=axis(bottom, top, range(-2, 3, 2), "w₂")),
                panel("plane", "This step, enlarged", width=36, height=300, left=14, time="step",
                      series=[], arrows=arrows if runs else [], blank=blank,
                      x=axis(-1.1, 1.1, []), y=axis(-1.1, 1.1, [])),
            ],
            key,
            [
                panel("lines", "Loss", width=100, height=170, left=52, time="step", scrub="step",
                      series=losses, x=axis(0, STEPS, range(0, STEPS + 1, 20), "step"),
                      y=axis(decades[0], decades[-1], decades, log=True)),
            ],
        ],
        "ask": (
            "Predict first: momentum carries you over the middle of the ravine. Does a gradient "
            "that is asked for after the move pull back earlier, or later? Go one step at a time."
        ),
        "captions": {"by": where[::-1], "texts": _captions(names, arrays)},
        "status": [
            part for name in names
            for part in (f"{name}: loss ", number(f"loss {name}", "step", *where), "; ")
        ][:-1] + ["."],
        "message": message,
    }  # fmt: skip


def _captions(names, arrays):
    """Tell for every learning rate and beta how long each takes, and whether the forms agree."""
    same = "rewritten" in arrays and "ahead" in arrays
    texts = []
    for j in range(len(LRS)):
        for i in range(len(BETAS)):
            said = []
            for name in names:
                loss = arrays[f"loss {name}"][:, i, j]
                there = np.flatnonzero(loss <= loss[0] / 1000)
                if not loss[-1] < 1e3 * loss[0]:
                    said.append(f"{name} diverges")
                elif len(there):
                    said.append(f"{name} is at a thousandth of the loss after {there[0]} steps")
                else:
                    said.append(f"{name} is not at a thousandth of the loss yet")
            text = "; ".join(said) + "."
            if same:
                ahead = arrays["ahead"][:, i, j]
                off = np.abs(arrays["rewritten"][:, i, j] - ahead).max() / (1 + np.abs(ahead).max())
                if off < 1e-9:
                    text += " The rewritten form walks on the look-ahead points."
                else:
                    text += " The rewritten form leaves the look-ahead points."
            texts.append(text)
    return texts


def _alt(names, arrays, picks):
    i, j = picks["beta"], picks["lr"]
    ends = ", ".join(f"{name} {arrays[f'loss {name}'][-1, i, j]:.2g}" for name in names)
    return (
        f"Paths of {STEPS} steps in a ravine with learning rate {LRS[j]:.2g} and beta "
        f"{BETAS[i]:g}. Loss at the end: {ends}."
    )


def _figure(ravine, names, arrays, picks):
    i, j = picks["beta"], picks["lr"]
    figure, axes = figures.panels("Paths in the ravine", "Loss", width=9, height=4)
    keys = dict(zip(names[::-1], ("plain", "w"), strict=False))
    paths = {name: arrays[keys[name]][:, i, j] for name in names}
    figures.landscape(ravine, paths, axes=axes[0])
    losses = {name: arrays[f"loss {name}"][:, i, j] for name in names}
    figures.lines(losses, x="step", y="loss", log="y", axes=axes[1])
    return figure
