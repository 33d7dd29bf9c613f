"""AdaGrad's decay against RMSprop's memory: what v keeps, and what the learning rate becomes."""

import numpy as np

from course_lib import figures

from .canvas import View
from .parts import NEUTRAL, axis, legend, number, panel, series, slider, time_slider
from .runs import attempt, feed, felt_rate

STEPS = 200
WINDOWS = np.array([2, 3, 5, 10, 20, 50, 100, 200])  # 1 / (1 - beta)
AGES = 60  # how far the panel of the memory looks back
STREAMS = ("always 1", "one spike", "loud, then quiet")


def memory(adagrad, rmsprop, *, lr, eps):
    """Two rules fed with the same gradients, RMSprop with windows from 2 to 200 steps.

    Nothing is learnt here: the gradients are given, so that what differs is the rules alone.
    Sliders set the gradients, the length of RMSprop's window 1 / (1 - beta), and the step.

    Parameters
    ----------
    adagrad, rmsprop : callable
        The student's `adagrad_update` and `rmsprop_update`.
    lr, eps : float
        Hyperparameters of both.

    Returns
    -------
    View
        To be displayed by `show`. Its numbers, for assertions, are in `arrays` under ``v NAME``
        and ``rate NAME`` (step divided by gradient), whose axes are step (0 to 200), gradients
        and window (one for AdaGrad), and ``kept NAME``, what is left of a gradient in v by its
        age and window. A rule that cannot be run has none.
    """
    betas = 1 - 1 / WINDOWS
    arrays, messages, names = {"grad": gradients()}, [], []
    for rule, hyper in ((adagrad, {}), (rmsprop, {"beta": betas[:, None]})):
        windows = len(betas) if hyper else 1
        run, message = attempt(
            rule, lambda rule=rule, hyper=hyper, n=windows: _run(rule, n, lr=lr, eps=eps, **hyper)
        )
        messages.append(message)
        if run:
            names.append(rule.__name__)
            for key, value in run.items():
                arrays[f"{key} {rule.__name__}"] = value
    picks = {"stream": 2, "window": 3, "step": STEPS}
    return View(
        _spec(names, arrays, " ".join(filter(None, messages))),
        arrays,
        lambda picks: _figure(names, arrays, picks),
        _alt(names, arrays, picks),
        picks,
    )


def gradients():
    """The streams of gradients: (step, stream)."""
    grad = np.ones((STEPS, len(STREAMS)))
    grad[60, 1] = 10
    grad[:80, 2], grad[80:, 2] = 3, 0.1
    return grad


def _run(rule, windows, **hyper):
    """The state v and the felt rate for every stream and window, and what v keeps of a pulse."""
    shape = (len(STREAMS), windows, 1)
    run = feed(rule, gradients()[..., None, None], shape, **hyper)
    pulse = np.zeros((AGES + 1, 1, 1))
    pulse[0] = 1
    v = feed(rule, pulse, (windows, 1), **hyper).state["v"][1:, :, 0]
    return {"v": run.state["v"][..., 0], "rate": felt_rate(run)[..., 0], "kept": v / v[0]}


def _spec(names, arrays, message):
    def each(key, *places):
        """A line a rule; AdaGrad has no window."""
        window = ["window" if arrays[f"{key} {n}"].shape[-1] > 1 else 0 for n in names]
        return series([[f"{key} {n}", *places, w] for n, w in zip(names, window, strict=True)])

    def over_time(title, lines, y, label="", **more):
        return panel(
            "lines", title, width=60, height=150, left=52, time="step", scrub="step", series=lines,
            x=axis(0, STEPS, [0, 50, 100, 150, 200], label), y=y, **more,
        )  # fmt: skip

    rate = each("rate", "step", "stream")
    status = ["Learning rate felt at this step:"]
    for name, line in zip(names, rate, strict=True):
        status += [f" {name} ", number(*line["ref"]), ";"]
    return {
        "title": "What v remembers, and what becomes of the learning rate",
        "controls": [
            slider("stream", "Gradients", STREAMS, choice=True),
            slider("window", "Window", [f"{n} steps, beta {1 - 1 / n:.3g}" for n in WINDOWS]),
            time_slider(STEPS),
        ],
        "rows": [
            legend(names),
            [
                over_time("Gradient", series([["grad", ":", "stream"]], [NEUTRAL]),
                          axis(0, 11, [0, 5, 10])),
                panel(
                    "lines", "Left in v of a gradient that is so many steps old", width=40,
                    height=150, left=46, series=each("kept", ":"),
                    x=axis(0, AGES, [0, 20, 40, 60], "steps"), y=axis(0, 1.1, [0, 0.5, 1]),
                ),
            ],
            [
                over_time("v", each("v", ":", "stream"),
                          axis(1e-3, 1e3, [1e-3, 0.1, 10, 1000], log=True)),
                panel("bars", "v now", width=40, height=150, left=20, right=52, digits=3,
                      bars=each("v", "step", "stream"),
                      x=axis(1e-3, 1e3, [1e-3, 1, 1000], log=True)),
            ],
            [
                over_time("Learning rate felt: step / gradient", each("rate", ":", "stream"),
                          axis(1e-3, 10, [1e-3, 0.1, 10], log=True), "step"),
                panel("bars", "Felt now", width=40, height=150, left=20, right=52, digits=3,
                      bars=rate, x=axis(1e-3, 10, [1e-3, 0.1, 10], log=True)),
            ],
        ],
        "ask": (
            "Predict first: when loud gradients are followed by quiet ones, which learning rate "
            "recovers, and how long does it take? Then change the window."
        ),
        "captions": {"by": ["stream", "window"], "texts": _captions(names, arrays)},
        "status": [*status[:-1], "."] if names else [""],
        "message": message,
    }  # fmt: skip


def _captions(names, arrays):
    """Say for every stream and window what becomes of the rate after its change."""
    change = [50, 60, 80]  # steps after which to compare with the end
    texts = []
    for i, stream in enumerate(STREAMS):
        for j in range(len(WINDOWS)):
            said = []
            for name in names:
                rate = arrays[f"rate {name}"]
                rate = rate[:, i, min(j, rate.shape[-1] - 1)]
                before, end = rate[change[i]], rate[-1]
                text = f"{name} {before:.2g} at step {change[i]}, "
                if stream == "one spike":
                    text += f"{rate[61:].min():.2g} at the lowest after the spike, "
                said.append(text + f"{end:.2g} at the end")
            texts.append("The learning rate felt: " + "; ".join(said) + "." if said else "")
    return texts


def _alt(names, arrays, picks):
    i, j = picks["stream"], picks["window"]
    ends = "; ".join(
        f"{name} {rate[80, i, min(j, rate.shape[-1] - 1)]:.2g} at step 80 and "
        f"{rate[-1, i, min(j, rate.shape[-1] - 1)]:.2g} at step {STEPS}"
        for name, rate in ((name, arrays[f"rate {name}"]) for name in names)
    )
    return (
        f"Learning rates felt by one weight whose gradients are {STREAMS[i]}, with a window of "
        f"{WINDOWS[j]} steps: {ends or 'nothing to draw yet'}."
    )


def _figure(names, arrays, picks):
    i, j = picks["stream"], picks["window"]
    figure, axes = figures.panels("v", "Learning rate felt: step / gradient", width=9)
    for one, key in zip(axes, ("v", "rate"), strict=True):
        lines = {name: arrays[f"{key} {name}"] for name in names}
        lines = {
            name: (np.arange(1, STEPS + 1), value[1:, i, min(j, value.shape[-1] - 1)])
            for name, value in lines.items()
        }
        figures.lines(lines, x="step", y=key, log="y", axes=one)
    return figure
