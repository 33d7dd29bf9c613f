"""Sparse features: what a rule does for a weight whose feature is seldom there."""

import numpy as np

from course_lib.problems import Problem
from course_lib.training import descend

from . import parts as ui
from . import presets
from .canvas import View
from .runs import Attempts, effective_rate

STEPS = 300
EVERY = 20  # steps from one stored point of the reference to the next
FEATURES = ("always", "often", "sometimes", "rarely")
# Chance that an example has the rare feature.
RARITIES = 1 / np.array([1, 1.5, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100])


def sparse_features(rule, *, lr, **hyper):
    """Four features, from one that is always there to a rare one: a rule beside plain descent.

    Linear regression, one example a step, from weights 0. Every feature that is there has value
    +1 or -1, every true weight is 1, and labels carry noise. The two features between follow the
    rarity of the rare one.

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
        With the arrays ``w`` under the rule, ``plain`` under plain descent, ``v`` and ``rate``,
        step divided by gradient (step, rarity, lr, feature), and ``seen``, how often the feature
        was there (step, rarity, feature).

    Raises
    ------
    ValueError
        If `lr` is not a positive number.
    """
    if not 0 < lr < np.inf:
        raise ValueError(f"sparse_features: lr is a positive number, not {lr}")
    lrs, attempt, name = lr * 2.0 ** np.arange(-4, 3), Attempts(), rule.__name__
    x, noise = examples()
    start = np.zeros((len(RARITIES), len(lrs), len(FEATURES)))

    def descent(rule, **hyper):
        return descend(regression(x, noise), rule, start, steps=STEPS, lr=lrs[:, None], **hyper)

    stored = presets.load("sparse_features", name, lr=lr, **hyper)
    known = stored and (lambda run: np.allclose(run.w[::EVERY], stored["w"], atol=1e-5))
    run = attempt(rule, descent, known=known, **hyper)
    plain = descent(lambda w, grad, *, lr: w + -lr * grad).w
    seen = np.concatenate([np.zeros_like(x[:1]), np.cumsum(x != 0, axis=0)])
    where = "step rarity lr feature"

    def caption(at, rarity, lr):
        seen = int(at["seen"][-1, -1])
        count = "once" if seen == 1 else f"{seen} times"
        steady, late = _distance(at["plain"])
        if not np.isfinite(steady):
            text = "Plain descent diverges: the feature that is always there bears no such rate"
        elif rarity == 1:
            text = "Every feature is in every example: no weight is at a disadvantage"
        elif steady > 0.12:
            text = "Plain descent shakes: this rate is too large for the feature always there"
        elif late > 0.25:
            text = f"Plain descent leaves the rare weight behind: its feature came {count}"
        else:
            text = "Plain descent bears this rate; see how little it bears to either side"
        ours = f"{name} {_pair(_distance(at['w']))}; " if "w" in at else ""
        return (
            f"{text}. Distance from 1 over the last 100 steps, always there and rare: "
            f"{ours}plain descent {_pair((steady, late))}."
        )

    def each(array, **more):
        return [ui.mark(array, f, s, feature=f, **more)
                for f, s in zip(FEATURES, ui.STYLE, strict=True)]  # fmt: skip

    wide, narrow = {"width": 66, "left": 112}, {"width": 34, "right": 44}
    weight = ui.axis(-0.25, 1.75, [0, 0.5, 1, 1.5])
    rings = {"expected": "expected"} if stored else {}
    title = f"Weights, {name}" + " (rings: the reference)" * bool(stored)
    return View(
        title=f"Sparse features: {name} beside plain descent",
        ask="All true weights are 1. Is there a learning rate at which plain descent holds the "
        "weight of the feature that is always there still, and yet brings the rare one home in "
        "time? Predict, then move the learning rate; then make the feature rarer.",
        controls=[
            ui.Control("rarity", "Rare feature in", RARITIES, 1 / 20,
                       lambda r: "all examples" if r == 1 else f"1 in {1 / r:.3g}"),
            ui.Control("lr", "Learning rate", lrs, lr, "{:.3g}"),
            ui.time_control(STEPS),
        ],
        axes={"feature": FEATURES},
        arrays={
            "x": ("example rarity feature", x),
            "noise": ("example", noise),
            "seen": ("step rarity feature", seen),
            "lrs": ("lr", lrs),
            "plain": (where, plain),
            "w": (where, run and run.w),
            "v": (where, run and run.state["v"]),
            "rate": (where, run and effective_rate(run)),
            "expected": ("ring rarity lr feature", stored and stored["w"]),
        },
        rows=[
            [
                ui.panel("raster", "Which examples have the feature", height=130, rows=each("x"),
                         over="example", time="step", scrub="step", x=ui.axis(0, STEPS, []),
                         **wide),
                ui.bars("Seen so far", each("seen"), ui.axis(0, STEPS, [0, 150, 300]), height=130,
                        **narrow),
            ],
            [
                ui.lines(title, each("w", **rings), ui.time_axis(STEPS, 100, ""), weight,
                         guides=[1], height=170, **wide),
                ui.bars("v, gathered so far", each("v"),
                        ui.axis(0.1, 1000, [0.1, 1, 10, 100, 1000], log=True), height=170,
                        **narrow),
            ],
            [
                ui.lines("Weights, plain descent", each("plain"), ui.time_axis(STEPS, 100), weight,
                         guides=[1], height=170, **wide),
                ui.bars("Rate felt: step / gradient", each("rate"),
                        ui.axis(1e-3, 10, [1e-3, 0.1, 10], log=True), height=170,
                        guide={**ui.number("lrs"), "label": "plain"}, **narrow),
            ],
        ],
        caption=caption,
        status=["The rare feature was there ", ui.number("seen", feature="rarely"),
                " times so far. Its weight: ", [f"{name} ", ui.number("w", feature="rarely"), ", "],
                "plain descent ", ui.number("plain", feature="rarely"), "; the true one is 1."],
        message=attempt.message,
        every=EVERY,
    )  # fmt: skip


def examples(seed=0):
    """Draw the data: features (example, rarity, feature), each 0, 1 or -1, and label noise.

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


def _distance(path):
    """Mean distance from the true weights in the last 100 steps: always there, and rare."""
    with np.errstate(all="ignore"):
        off = np.abs(path[-100:] - 1).mean(axis=0)
    return np.where(off < 100, off, np.inf)[[0, -1]]


def _pair(distances):
    return " and ".join(f"{d:.2f}" if np.isfinite(d) else "without bound" for d in distances)
