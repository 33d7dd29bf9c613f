"""AdaGrad's decay against RMSprop's memory: what v keeps, and what the learning rate becomes."""

import numpy as np

from . import parts as ui
from .canvas import View
from .runs import Attempts, effective_rate, feed

STEPS = 200
WINDOWS = np.array([2, 3, 5, 10, 20, 50, 100, 200])  # 1 / (1 - beta)
AGES = 60  # how far the panel of the memory looks back
CHANGES = {"always 1": 50, "one spike": 60, "loud, then quiet": 80}  # the step of each stream


def memory(adagrad, rmsprop, *, lr, eps):
    """Two rules fed with the same gradients, RMSprop with windows from 2 to 200 steps.

    Nothing is learnt here: the gradients are given, so that what differs is the rules alone.

    Parameters
    ----------
    adagrad, rmsprop : callable
        The student's `adagrad_update` and `rmsprop_update`.
    lr, eps : float
        Hyperparameters of both.

    Returns
    -------
    View
        With the arrays ``v NAME`` and ``rate NAME`` (step, stream, and window for RMSprop), and
        ``kept NAME``, what is left of a gradient in v (age, and window for RMSprop).
    """
    attempt, names = Attempts(), (adagrad.__name__, rmsprop.__name__)
    arrays = {"grad": ("example stream", gradients())}
    betas = (1 - 1 / WINDOWS)[:, None]
    for rule, hyper, window in ((adagrad, {}, ""), (rmsprop, {"beta": betas}, " window")):
        run = attempt(rule, _run, lr=lr, eps=eps, **hyper)
        for key, axes in (("v", "step stream"), ("rate", "step stream"), ("kept", "age")):
            arrays[f"{key} {rule.__name__}"] = (axes + window, run and run[key])

    def over_time(title, drawn, y, label="", **more):
        more |= {"width": 60, "left": 52}
        return ui.lines(title, drawn, ui.time_axis(STEPS, 50, label), y, **more)

    def caption(at, stream, window):
        said = []
        for name, rate in at.each("rate", names).items():
            text = f"{name} {rate[CHANGES[stream]]:.2g} at step {CHANGES[stream]}, "
            if stream == "one spike":
                text += f"{rate[61:].min():.2g} at the lowest after the spike, "
            said.append(f"{text}{rate[-1]:.2g} at the end")
        return f"The learning rate felt: {'; '.join(said)}."

    grad = {"over": "example", "time": "step", "scrub": "step"}
    v, rate, kept = (ui.marks(ui.per(key, names)) for key in ("v", "rate", "kept"))
    return View(
        title="What v remembers, and what becomes of the learning rate",
        ask="Predict first: when loud gradients are followed by quiet ones, which learning rate "
        "recovers, and how long does it take? Then change the window.",
        controls=[
            ui.Control("stream", "Gradients", list(CHANGES), "loud, then quiet", choice=True),
            ui.Control("window", "Window", WINDOWS, 10,
                       lambda n: f"{n} steps, beta {1 - 1 / n:.3g}"),
            ui.time_control(STEPS),
        ],
        arrays=arrays,
        rows=[
            ui.legend(*v),
            [
                over_time("Gradient", [ui.mark("grad", style=ui.NEUTRAL)],
                          ui.axis(0, 11, [0, 5, 10]), **grad),
                ui.lines("Left in v of a gradient that is so many steps old", kept,
                         ui.axis(0, AGES, [0, 20, 40, 60], "steps"), ui.axis(0, 1.1, [0, 0.5, 1]),
                         over="age", width=40),
            ],
            [
                over_time("v", v, ui.axis(1e-3, 1e3, [1e-3, 0.1, 10, 1000], log=True)),
                ui.bars("v now", v, ui.axis(1e-3, 1e3, [1e-3, 1, 1000], log=True), width=40),
            ],
            [
                over_time("Learning rate felt: step / gradient", rate,
                          ui.axis(1e-3, 10, [1e-3, 0.1, 10], log=True), "step"),
                ui.bars("Felt now", rate, ui.axis(1e-3, 10, [1e-3, 0.1, 10], log=True), width=40),
            ],
        ],
        caption=caption,
        status=ui.numbers("Learning rate felt at this step", ui.per("rate", names)),
        message=attempt.message,
    )  # fmt: skip


def gradients():
    """The streams of gradients: (example, stream)."""
    grad = np.ones((STEPS, len(CHANGES)))
    grad[60, 1] = 10
    grad[:80, 2], grad[80:, 2] = 3, 0.1
    return grad


def _run(rule, *, beta=None, **hyper):
    """State v and effective rate for every stream and window, and what v keeps of a pulse."""
    shape = () if beta is None else (len(WINDOWS),)
    hyper |= {} if beta is None else {"beta": beta}
    grad = gradients().reshape(STEPS, len(CHANGES), *(1 for _ in shape), 1)
    run = feed(rule, grad, (len(CHANGES), *shape, 1), **hyper)
    pulse = np.zeros((AGES + 1, *(1 for _ in shape), 1))
    pulse[0] = 1
    v = feed(rule, pulse, (*shape, 1), **hyper).state["v"][1:, ..., 0]
    return {"v": run.state["v"][..., 0], "rate": effective_rate(run)[..., 0], "kept": v / v[0]}
