"""The learning-rate range test: one run whose rate grows, beside runs at fixed rates."""

from dataclasses import replace

import numpy as np

from course_lib.problems import logistic, logistic_loss
from course_lib.training import descend

from . import parts as ui
from .canvas import View
from .runs import Attempts, smooth

PLACES = 121  # learning rates, from the smallest to the largest
SPEEDS = (25, 50, 100, 200, 400)  # steps of a sweep
MEANS = (1, 5, 15, 31)  # steps that a mean takes in
STEPS = 100  # of a run at a fixed rate
BATCH = 32
MARKED = {
    "": "the marked rate",
    " steepest": "where the sweep falls most steeply",
    " lowest": "where it is lowest",
}


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
        With the arrays ``sweep``, the loss of the mini-batches on the way (speed, mean, rate),
        ``run``, the loss on the test data at fixed rates (step, rate), ``lr``, and
        ``lr steepest``, ``lr lowest`` (speed, mean).

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
    lrs, attempt = np.geomspace(lr_min, lr_max, PLACES), Attempts()
    found = attempt(rule, _run, data, lrs, seed, hyper) or {}
    name = getattr(rule, "__name__", "the rule")
    axes = {"lr": "rate", "sweep": "speed mean rate", "run": "step rate", "end": "rate"}
    for word in (" steepest", " lowest"):
        axes |= {f"{key}{word}": "speed mean" for key in ("lr", "sweep", "end")}
        axes[f"run{word}"] = "step speed mean"

    def caption(at, speed, mean):
        best = int(np.nan_to_num(at["end"], nan=np.inf).argmin())
        return (
            f"A sweep of {speed} steps, mean of {mean}: steepest at {at['lr steepest']:.2g}, "
            f"lowest at {at['lr lowest']:.2g}. Runs there end at {at['end steepest']:.2g} and "
            f"{at['end lowest']:.2g}; the best of all fixed rates, {at['lr'][best]:.2g}, at "
            f"{at['end'][best]:.2g}."
        )

    decades = 10.0 ** np.arange(int(np.ceil(np.log10(lr_min))), int(np.log10(lr_max)) + 1)
    rates = ui.axis(lr_min, lr_max, decades, "learning rate", log=True)
    least = found.get("run", np.array([]))

    def over_rates(title, key):
        line = ui.mark(key, style={**ui.STYLE[0], "marker": "none"}, x="lr")
        points = [
            ui.mark(f"{key}{word}", style=style, x=f"lr{word}", point=True)
            for word, style in zip((" steepest", " lowest"), ui.STYLE[1:], strict=False)
        ]
        return ui.lines(title, [line, *points], rates, ui.loss_axis(least, 10), over="rate",
                        time=None, width=50, height=230, left=40)  # fmt: skip

    return View(
        title=f"The learning-rate range test, {name}",
        ask="Predict first: does a run at the rate where the sweep is lowest go well, and one at "
        "ten times that rate? Drag the marker; then make the sweep faster.",
        controls=[
            ui.Control("rate", "Marked rate", lrs, lrs[PLACES // 2], "{:.3g}"),
            ui.Control("speed", "The sweep takes", SPEEDS, 200, "{} steps"),
            ui.Control("mean", "Mean of", MEANS, 15, lambda n: f"{n} step{'s' * (n > 1)}"),
            ui.time_control(STEPS),
        ],
        arrays={key: (those, found.get(key)) for key, those in axes.items()},
        rows=[
            ui.legend(*ui.marks({label: f"run{word}" for word, label in MARKED.items()})),
            [
                over_rates("The sweep: loss while the rate grows (drag the marker)", "sweep"),
                over_rates(f"Loss after {STEPS} steps at a fixed rate", "end"),
            ],
            [ui.lines("Runs at fixed rates: loss on the test data",
                      ui.marks({label: f"run{word}" for word, label in MARKED.items()}),
                      ui.time_axis(STEPS, 20), ui.loss_axis(least, 2), height=190, left=40)],
        ],
        caption=caption,
        status=[f"Loss after {STEPS} steps: at the marked rate ", ui.number("end"),
                ", at the steepest place ", ui.number("end steepest"),
                ", at the lowest ", ui.number("end lowest"), "."],
        message=attempt.message,
    )  # fmt: skip


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
        arrays[f"lr {word}"] = lrs[place]
        arrays[f"sweep {word}"] = np.take_along_axis(sweep, place[..., None], axis=-1)[..., 0]
        arrays[f"run {word}"] = run[:, place]
        arrays[f"end {word}"] = run[-1][place]
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
