"""Sparse features: what a rule does for a weight whose feature is seldom there."""

import numpy as np

from course_lib import figures
from course_lib.problems import Problem
from course_lib.training import descend

from . import presets
from .canvas import View
from .parts import STYLE, axis, number, panel, series, slider, time_slider
from .runs import attempt, felt_rate

STEPS = 300
EVERY = 20  # steps from one stored point of the reference to the next
FEATURES = ("always", "often", "sometimes", "rarely")
# Chance that an example has the rare feature.
RARITIES = 1 / np.array([1, 1.5, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100])


def sparse_features(rule, *, lr, **hyper):
    """Four features, from one that is always there to a rare one: a rule beside plain descent.

    Linear regression, one example a step, from weights 0. Every feature that is there has value
    +1 or -1, every true weight is 1, and labels carry noise. Sliders set how rare the rare
    feature is (the two between follow), the learning rate, and the step.

    Parameters
    ----------
    rule : callable
        An update rule with a state `v`, such as the student's `adagrad_update`.
    lr : float
        The learning rate at which its slider starts; the slider runs from lr/16 to 4 lr.
    **hyper : float
        The rule's other hyperparameters.

    Returns
    -------
    View
        To be displayed by `show`. Where the rule cannot be run, the view says why, and shows
        plain descent alone. Its numbers, for assertions, are arrays whose axes are step (0 to
        300), rarity, learning rate and feature: `paths` (weights under the rule; None where it
        cannot be run), `plain` (under plain descent), and by name in `arrays` ``v``, ``rate``
        (step divided by gradient, as last felt by each weight) and ``seen`` (how often the
        feature was there).

    Raises
    ------
    ValueError
        If `lr` is not a positive number.
    """
    if not 0 < lr < np.inf:
        raise ValueError(f"sparse_features: lr is a positive number, not {lr}")
    lrs = lr * 2.0 ** np.arange(-4, 3)
    x, noise = examples()
    problem = regression(x, noise)
    start = np.zeros((len(RARITIES), len(lrs), len(FEATURES)))
    plain = descend(problem, _plain_descent, start, steps=STEPS, lr=lrs[:, None])
    preset = presets.load("sparse_features", rule.__name__, lr=lr, **hyper)
    run, message = attempt(
        rule,
        lambda: descend(problem, rule, start, steps=STEPS, lr=lrs[:, None], **hyper),
        lambda run: preset and np.allclose(run.w[::EVERY], preset["w"], atol=1e-5),
    )
    seen = np.concatenate([np.zeros_like(x[:1]), np.cumsum(x != 0, axis=0)])
    arrays = {"x": x, "noise": noise, "seen": seen, "lrs": lrs, "plain": plain.w}
    if run:
        arrays |= {"w": run.w, "v": run.state["v"], "rate": felt_rate(run)}
    if preset:
        arrays["expected"] = preset["w"]
    picks = {"rarity": 8, "lr": 4, "step": STEPS}
    view = View(
        _spec(rule.__name__, arrays, message, _captions(rule.__name__, arrays)),
        arrays,
        lambda picks: _figure(rule.__name__, arrays, picks),
        _alt(rule.__name__, arrays, picks),
        picks,
    )
    view.paths = run.w if run else None
    view.plain = plain.w
    return view


def examples(seed=0):
    """Draw the data: features (step, rarity, feature), each 0, 1 or -1, and label noise (step,).

    With rarer features an example loses values and gains none, so that the slider moves smoothly.
    """
    rng = np.random.default_rng(seed)
    shape = (STEPS, 1, len(FEATURES))
    sign, chance = rng.choice([-1.0, 1.0], shape), rng.random(shape)
    present = RARITIES[:, None] ** (np.arange(len(FEATURES)) / (len(FEATURES) - 1))
    return np.where(chance < present, sign, 0.0), rng.normal(scale=0.4, size=STEPS)


def regression(x, noise):
    """Squared error of example t at step t, for weights (rarity, learning rate, feature)."""

    def step_grad(w, t):
        if t == len(x):  # after the last example nothing is learnt
            return np.zeros_like(w)
        example = x[t][:, None, :]
        return (np.sum((w - 1) * example, axis=-1, keepdims=True) - noise[t]) * example

    return Problem(
        name="regression on sparse features",
        loss=lambda w: 0.5 * np.sum((w - 1) ** 2, axis=-1),
        grad=lambda w: w - 1,
        minimum=np.ones(x.shape[-1]),
        window=None,
        start=np.zeros(x.shape[-1]),
        step_grad=step_grad,
    )


def _plain_descent(w, grad, *, lr):
    return w + -lr * grad


def _share(rarity):
    return "all examples" if rarity == 1 else f"1 in {1 / rarity:.3g}"


def _captions(name, arrays):
    """Say what to notice, for every rarity and every learning rate."""
    texts = []
    for i in range(len(RARITIES)):
        seen = int(arrays["seen"][-1, i, -1])
        count = "once" if seen == 1 else f"{seen} times"
        for j in range(len(arrays["lrs"])):
            steady, late = _distance(arrays["plain"][:, i, j])
            if not np.isfinite(steady):
                text = "Plain descent diverges: the feature that is always there bears no such rate"
            elif i == 0:
                text = "Every feature is in every example: no weight is at a disadvantage"
            elif steady > 0.12:
                text = "Plain descent shakes: this rate is too large for the feature always there"
            elif late > 0.25:
                text = f"Plain descent leaves the rare weight behind: its feature came {count}"
            else:
                text = "Plain descent bears this rate; see how little it bears to either side"
            text += ". Distance from 1 over the last 100 steps, always there and rare: "
            if "w" in arrays:
                text += f"{name} {_pair(_distance(arrays['w'][:, i, j]))}; "
            texts.append(f"{text}plain descent {_pair((steady, late))}.")
    return texts


def _distance(path):
    """Mean distance from the true weights in the last 100 steps: always there, and rare."""
    with np.errstate(all="ignore"):
        off = np.abs(path[-100:] - 1).mean(axis=0)
    return np.where(off < 100, off, np.inf)[[0, -1]]


def _pair(distances):
    return " and ".join(f"{d:.2f}" if np.isfinite(d) else "no end" for d in distances)


def _spec(name, arrays, message, captions):
    runs, rings = "w" in arrays, "expected" in arrays
    where = ["step", "rarity", "lr"]

    def each(array, *places):
        return series([[array, *places, j] for j in range(len(FEATURES))])

    def wide(kind, title, height, **more):
        return panel(
            kind, title, width=66, height=height, left=112, time="step", scrub="step", **more
        )

    def narrow(title, bars, x, height=170, **more):
        return panel(
            "bars",
            title,
            width=34,
            height=height,
            left=20,
            right=44,
            bars=bars,
            x=x,
            digits=3,
            **more,
        )

    weight = axis(-0.25, 1.75, [0, 0.5, 1, 1.5])
    mine = each("w", ":", *where[1:]) if runs else []
    if runs and rings:
        for j, line in enumerate(mine):
            line["expected"] = ["expected", ":", *where[1:], j]
    rows = each("x", ":", "rarity")
    for row, label in zip(rows, FEATURES, strict=True):
        row["label"] = label
    nothing = [dict(style) for style in STYLE]
    return {
        "title": f"Sparse features: {name} beside plain descent",
        "controls": [
            slider("rarity", "Rare feature in", map(_share, RARITIES)),
            slider("lr", "Learning rate", [f"{lr:.3g}" for lr in arrays["lrs"]]),
            time_slider(STEPS),
        ],
        "rows": [
            [
                wide("raster", "Which examples have the feature", 130, rows=rows,
                     x=axis(0, STEPS, [])),
                narrow("Seen so far", each("seen", *where[:2]), axis(0, STEPS, [0, 150, 300]), 130),
            ],
            [
                wide("lines", f"Weights, {name}" + " (rings: the reference)" * rings, 170,
                     series=mine, x=axis(0, STEPS, [0, 100, 200, 300]), y=weight, guides=[1],
                     blank="" if runs else "nothing to draw yet"),
                narrow("v, gathered so far", each("v", *where) if runs else nothing,
                       axis(0.1, 1000, [0.1, 1, 10, 100, 1000], log=True)),
            ],
            [
                wide("lines", "Weights, plain descent", 170,
                     series=each("plain", ":", *where[1:]),
                     x=axis(0, STEPS, [0, 100, 200, 300], "step"), y=weight, guides=[1]),
                narrow("Rate felt: step / gradient", each("rate", *where) if runs else nothing,
                       axis(1e-3, 10, [1e-3, 0.1, 10], log=True),
                       guide={"ref": ["lrs", "lr"], "label": "plain"}),
            ],
        ],
        "every": EVERY,
        "ask": (
            "All true weights are 1. Is there a learning rate at which plain descent holds the "
            "weight of the feature that is always there still, and yet brings the rare one home in "
            "time? Predict, then move the learning rate; then make the feature rarer."
        ),
        "captions": {"by": ["rarity", "lr"], "texts": captions},
        "status": [
            "The rare feature was there ", number("seen", *where[:2], 3), " times so far. "
            "Its weight: ", *([f"{name} ", number("w", *where, 3), ", "] if runs else []),
            "plain descent ", number("plain", *where, 3), "; the true one is 1.",
        ],
        "message": message,
    }  # fmt: skip


def _alt(name, arrays, picks):
    i, j = picks["rarity"], picks["lr"]
    rows = [("Plain descent", arrays["plain"])]
    if "w" in arrays:
        rows.insert(0, (name, arrays["w"]))
    ends = "; ".join(
        f"{who}: "
        + ", ".join(f"{f} {w:.2f}" for f, w in zip(FEATURES, path[-1, i, j], strict=True))
        for who, path in rows
    )
    return (
        f"Four weights over {STEPS} steps, the true ones all 1. The rarest feature is in "
        f"{_share(RARITIES[i])}; the learning rate is {arrays['lrs'][j]:.3g}. "
        f"At the end the weights are, by how often their feature is there, {ends}."
    )


def _figure(name, arrays, picks):
    i, j = picks["rarity"], picks["lr"]
    figure, axes = figures.panels(f"Weights, {name}", "Weights, plain descent", width=9)
    for one, key in zip(axes, ("w", "plain"), strict=True):
        one.axhline(1, color="#767676", linewidth=0.8, linestyle=":")
        one.set(xlim=(0, STEPS), ylim=(-0.5, 1.75), xlabel="step", ylabel="weight")
        if key not in arrays:
            one.text(0.5, 0.5, "nothing to draw yet", transform=one.transAxes, ha="center")
            continue
        path = np.clip(arrays[key][:, i, j], -1e6, 1e6)
        styles = zip(FEATURES, figures.COLOURS, figures.DASHES, figures.MARKERS, strict=False)
        for k, (label, color, dash, marker) in enumerate(styles):
            one.plot(path[:, k], label=label, color=color, linestyle=dash, marker=marker,
                     markevery=50, markersize=5)  # fmt: skip
        one.legend(
            title="feature is there",
            fontsize=figures.FONT_SIZE - 2,
            title_fontsize=figures.FONT_SIZE - 2,
        )
    return figure
