"""The learning-rate range test: one run whose rate grows, beside runs at fixed rates."""

from dataclasses import replace

import numpy as np

from course_lib import figures
from course_lib.problems import logistic, logistic_loss
from course_lib.training import descend

from .canvas import View
from .parts import STYLE, axis, legend, loss_axis, number, panel, series, slider, time_slider
from .runs import attempt, smooth

PLACES = 121  # learning rates, from the smallest to the largest
SPEEDS = (25, 50, 100, 200, 400)  # steps of a sweep
MEANS = (1, 5, 15, 31)  # steps that a mean takes in
STEPS = 100  # of a run at a fixed rate
BATCH = 32
MARKED = ("the marked rate", "where the sweep falls most steeply", "where it is lowest")


def range_test(rule, data, *, lr_min, lr_max, seed=0, **hyper):
    """A sweep of the learning rate, and what runs at the rates on its way come to.

    Logistic regression on mini-batches of 32. A marker on the sweep is dragged; controls set how
    many steps the sweep takes, how many a mean takes in, and the step of the run.

    Parameters
    ----------
    rule : callable
        An update rule with a learning rate.
    data : Data
        Two classes.
    lr_min, lr_max : float, > 0
        Where the sweep begins and ends.
    seed : int
        Draws the mini-batches.
    **hyper : float
        What the rule takes besides.

    Returns
    -------
    View
        To be displayed by `show`. Its numbers, for assertions, are in `arrays`: ``lr`` (place),
        ``sweep`` (speed, mean, place) the loss of the mini-batches on the way, ``run`` (step,
        place) the loss on the test data at fixed rates; ``lr steepest``, ``lr lowest`` (speed,
        mean, 1).

    Raises
    ------
    ValueError
        Where the data have not two classes, or the rates are not 0 < lr_min < lr_max.

    References
    ----------
    Smith (2017), "Cyclical learning rates for training neural networks", arXiv 1506.01186, §3.3.
    """
    if len(data.classes) != 2:
        raise ValueError(f"range_test: takes data of two classes, not {len(data.classes)}")
    if not 0 < lr_min < lr_max:
        raise ValueError(f"range_test: takes 0 < lr_min < lr_max, not {lr_min} and {lr_max}")
    lrs = np.geomspace(lr_min, lr_max, PLACES)
    arrays, message = attempt(rule, lambda: _run(rule, data, lrs, seed, hyper))
    name = getattr(rule, "__name__", "the rule")
    picks = {"rate": PLACES // 2, "speed": 3, "mean": 2, "step": STEPS}
    captions = _captions(arrays) if arrays else [message] * (len(SPEEDS) * len(MEANS))
    return View(
        _spec(name, lrs, captions, message, arrays),
        arrays or {},
        lambda picks: _figure(arrays, picks),
        f"A range test of {name}. {captions[picks['speed'] * len(MEANS) + picks['mean']]}",
        picks,
    )


def _run(rule, data, lrs, seed, hyper):
    problem = logistic(data, batch_size=BATCH, seed=seed)
    growth = (lrs[-1] / lrs[0]) ** (1 / (np.array(SPEEDS)[:, None] - 1))
    size = len(data.features)
    swept = descend(
        replace(problem, loss=lambda w: np.zeros(w.shape[:-1])),  # only its mini-batches count
        rule, np.zeros((len(SPEEDS), size)), steps=max(SPEEDS),
        lr=lambda t: np.minimum(lrs[0] * growth**t, lrs[-1]), **hyper,
    )  # fmt: skip
    run = descend(
        replace(problem, loss=lambda w: logistic_loss(w, data.x_test, data.y_test)),
        rule, np.zeros((PLACES, size)), steps=STEPS, lr=lrs[:, None], **hyper,
    ).loss  # fmt: skip
    sweep = np.array(
        [
            [_at(lrs, smooth(_seen(data, swept.w[:speed, i], seed), width)) for width in MEANS]
            for i, speed in enumerate(SPEEDS)
        ]
    )
    # Where nothing is a number, nothing falls and nothing is low.
    falls = np.nan_to_num(-np.gradient(sweep, axis=-1), nan=-np.inf)
    lowest = np.nan_to_num(sweep, nan=np.inf).argmin(axis=-1)
    before = np.arange(PLACES) <= lowest[..., None]
    steepest = np.where(before, falls, -np.inf).argmax(axis=-1)
    arrays = {"lr": lrs, "sweep": sweep, "run": run, "end": run[-1]}
    for word, place in (("steepest", steepest), ("lowest", lowest)):
        arrays[f"lr {word}"] = lrs[place][..., None]
        arrays[f"sweep {word}"] = np.take_along_axis(sweep, place[..., None], axis=-1)
        arrays[f"run {word}"] = run[:, place]
        arrays[f"end {word}"] = run[-1][place][..., None]
    return arrays


def _seen(data, w, seed):
    """The loss of each step's mini-batch: what a sweep shows while it runs."""
    rows = [np.random.default_rng([seed, t]).integers(len(data.x_train), size=BATCH)
            for t in range(len(w))]  # fmt: skip
    with np.errstate(all="ignore"):
        return np.array(
            [
                logistic_loss(one, data.x_train[r], data.y_train[r])
                for r, one in zip(rows, w, strict=True)
            ]
        )


def _at(lrs, values):
    """What a sweep showed when it passed each of these rates."""
    passed = np.geomspace(lrs[0], lrs[-1], len(values))
    return np.interp(np.log(lrs), np.log(passed), values)


def _spec(name, lrs, captions, message, arrays):
    where, low, high = ["speed", "mean"], int(np.ceil(np.log10(lrs[0]))), int(np.log10(lrs[-1]))
    rates = axis(lrs[0], lrs[-1], 10.0 ** np.arange(low, high + 1), "learning rate", log=True)
    least = arrays["run"] if arrays else np.array([])
    losses, fewer = loss_axis(least, 10), loss_axis(least, 2)
    blank = "" if arrays else "nothing to draw yet"

    def beside(kind):
        line = {**STYLE[0], "ref": [kind, *where, ":"] if kind == "sweep" else [kind, ":"]}
        marks = [
            {**style, "ref": [f"{kind} {word}", *where, ":"], "xref": [f"lr {word}", *where, ":"]}
            for word, style in zip(("steepest", "lowest"), STYLE[1:], strict=False)
        ]
        return [{**line, "marker": "none", "xref": ["lr", ":"]}, *marks]

    runs = [["run", ":", "rate"], ["run steepest", ":", *where], ["run lowest", ":", *where]]
    return {
        "title": f"The learning-rate range test, {name}",
        "controls": [
            slider("rate", "Marked rate", [f"{lr:.3g}" for lr in lrs]),
            slider("speed", "The sweep takes", [f"{speed} steps" for speed in SPEEDS]),
            slider("mean", "Mean of", ["1 step", *(f"{width} steps" for width in MEANS[1:])]),
            time_slider(STEPS),
        ],
        "rows": [
            legend(MARKED),
            [
                panel("lines", "The sweep: loss while the rate grows (drag the marker)", width=50,
                      height=230, left=40, scrub="rate", series=beside("sweep"), x=rates, y=losses,
                      blank=blank),
                panel("lines", f"Loss after {STEPS} steps at a fixed rate", width=50, height=230,
                      left=40, scrub="rate", series=beside("end"), x=rates, y=losses, blank=blank),
            ],
            [
                panel("lines", "Runs at fixed rates: loss on the test data", width=100, height=190,
                      left=40, time="step", scrub="step", series=series(runs), blank=blank,
                      x=axis(0, STEPS, range(0, STEPS + 1, 20), "step"), y=fewer),
            ],
        ],
        "ask": (
            "Predict first: does a run at the rate where the sweep is lowest go well, and one at "
            "ten times that rate? Drag the marker; then make the sweep faster."
        ),
        "captions": {"by": where, "texts": captions},
        "status": [
            f"Loss after {STEPS} steps: at the marked rate ", number("end", "rate"),
            ", at the steepest place ", number("end steepest", *where, 0),
            ", at the lowest ", number("end lowest", *where, 0), ".",
        ] if arrays else [],
        "message": message,
    }  # fmt: skip


def _captions(arrays):
    best = arrays["end"]
    found = int(np.nan_to_num(best, nan=np.inf).argmin())
    texts = []
    for i, j in np.ndindex(len(SPEEDS), len(MEANS)):
        steep, low = (arrays[f"lr {word}"][i, j, 0] for word in ("steepest", "lowest"))
        ends = [arrays[f"end {word}"][i, j, 0] for word in ("steepest", "lowest")]
        texts.append(
            f"A sweep of {SPEEDS[i]} steps, mean of {MEANS[j]}: steepest at {steep:.2g}, lowest "
            f"at {low:.2g}. Runs there end at {ends[0]:.2g} and {ends[1]:.2g}; the best of all "
            f"fixed rates, {arrays['lr'][found]:.2g}, at {best[found]:.2g}."
        )
    return texts


def _figure(arrays, picks):
    figure, axes = figures.panels(
        "The sweep, and runs at fixed rates", "Runs", width=10, height=3.8
    )
    if not arrays:
        return figure
    place, lrs = (picks["speed"], picks["mean"]), arrays["lr"]
    curves = {"the sweep": arrays["sweep"][place], f"after {STEPS} steps": arrays["end"]}
    named = {label: (lrs, curve) for label, curve in curves.items()}
    figures.lines(named, x="learning rate", y="loss", log="xy", axes=axes[0])
    runs = {f"marked, lr = {lrs[picks['rate']]:.2g}": arrays["run"][:, picks["rate"]]}
    for word in ("steepest", "lowest"):
        label = f"{word}, lr = {arrays[f'lr {word}'][*place, 0]:.2g}"
        runs[label] = arrays[f"run {word}"][:, *place]
    figures.lines(runs, x="step", y="loss on the test data", axes=axes[1])
    for one, high in zip(axes, (10, 2), strict=True):
        one.set_ylim(0.8 * np.nanmin(arrays["run"]), high)
    return figure
