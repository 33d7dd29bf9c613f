"""Adam's two averages start at zero: what bias correction does about it."""

import numpy as np

from . import parts as ui
from .canvas import View
from .runs import Attempts, feed, step_lengths

STEPS = 200
BETAS1 = np.array([0.5, 0.8, 0.9, 0.95])
BETAS2 = np.array([0.9, 0.99, 0.999, 0.9999])
STREAMS = ("always 1", "1 with noise")
NOISE = 1.0
LATE = 10**6  # so late that 1 - beta**t is 1 for every beta here: nothing is left to correct


def moments(adam, correction, *, lr, eps):
    """Adam fed with given gradients, with its bias correction and without.

    Without it is the student's own `adam_update` too, told that it is step 1000000: then nothing
    is left to correct.

    Parameters
    ----------
    adam, correction : callable
        The student's `adam_update`, and `bias_correction` for the corrected averages.
    lr, eps : float
        Adam's hyperparameters.

    Returns
    -------
    View
        With the arrays ``m``, ``m corrected``, ``v``, ``v corrected``, ``step`` and
        ``step corrected``, in learning rates (step, stream, beta1, beta2).
    """
    attempt = Attempts()
    run = attempt(adam, _run, lr=lr, eps=eps)
    averages = attempt(correction, _corrected, run) if run else None
    found = run | averages if averages else {}
    keys = [f"{key}{end}" for end in (" corrected", "") for key in ("m", "v", "step")]
    arrays = {key: ("step stream beta1 beta2", found.get(key)) for key in keys}
    arrays |= {"mean": ("stream", np.ones(2)), "square": ("stream", np.array([1, 1 + NOISE**2]))}

    def caption(at, stream, beta1, beta2):
        said = []
        for end, name in ((" corrected", "With correction"), ("", "Without")):
            steps = np.abs(at[f"step{end}"][1:])
            said.append(
                f"{name}: the first step is {steps[0]:.2f} learning rates, "
                f"the longest {steps.max():.2f} (step {steps.round(6).argmax() + 1})"
            )
        return f"{'. '.join(said)}."

    def row(title, short, key, y, label="", **guide):
        pair = ui.marks({"corrected": f"{key} corrected", "not corrected": key})
        guide = {"guide": {**ui.number(guide["true"]), "label": "true"}} if guide else {}
        time = ui.time_axis(STEPS, 50, label)
        return [
            ui.lines(title, pair, time, y, width=62, height=160),
            ui.bars(short, pair, y, width=38, height=160, **guide),
        ]

    status = []
    for end, name in ((" corrected", "corrected"), ("", "not corrected")):
        status += [f"{name}: m ", ui.number(f"m{end}"), ", v ", ui.number(f"v{end}"), ", step "]
        status += [ui.number(f"step{end}"), " learning rates; "]
    m, v, step = (
        ui.axis(-0.5, 2, [0, 0.5, 1, 1.5, 2]),
        ui.axis(0, 4, [0, 1, 2, 3, 4]),
        ui.axis(-2, 8, [-2, 0, 2, 4, 6, 8]),
    )
    return View(
        title="Adam's averages, corrected and not",
        ask="Predict first: both averages start at 0, far below the truth. Is the first step too "
        "long or too short without correction? Then move beta2.",
        controls=[
            ui.Control("stream", "Gradients", STREAMS, STREAMS[0], choice=True),
            ui.Control("beta1", "beta1", BETAS1, 0.9, "{:g}"),
            ui.Control("beta2", "beta2", BETAS2, 0.999, "{:g}"),
            ui.time_control(STEPS, first=40),
        ],
        arrays=arrays,
        rows=[
            ui.legend(*ui.marks({"corrected": "m corrected", "not corrected": "m"})),
            row("m, the average of the gradients", "m now", "m", m, true="mean"),
            row("v, the average of their squares", "v now", "v", v, true="square"),
            row("Step, in learning rates", "Step now", "step", step, "step"),
        ],
        caption=caption,
        status=status,
        message=attempt.message,
    )


def gradients(seed=0):
    """The streams of gradients: (step, stream)."""
    noise = np.random.default_rng(seed).normal(scale=NOISE, size=STEPS)
    return np.stack([np.ones(STEPS), 1 + noise], axis=1)


def _run(adam, *, lr, eps):
    def late(w, grad, m, v, *, lr, beta1, beta2, eps):
        return adam(w, grad, m, v, LATE, lr=lr, beta1=beta1, beta2=beta2, eps=eps)

    shape = (len(STREAMS), len(BETAS1), len(BETAS2), 1)
    hyper = {"lr": lr, "beta1": BETAS1[:, None, None], "beta2": BETAS2[:, None], "eps": eps}
    stream = gradients()[..., None, None, None]
    run, without = (feed(rule, stream, shape, **hyper) for rule in (adam, late))
    lengths = {"step": step_lengths(without, lr), "step corrected": step_lengths(run, lr)}
    return {"m": run.state["m"][..., 0], "v": run.state["v"][..., 0]} | lengths


def _corrected(correction, run):
    """Corrected averages: NaN before the first step, where there is nothing to correct."""
    found = {}
    for key, beta in (("m", BETAS1[:, None]), ("v", BETAS2)):
        found[f"{key} corrected"] = every = np.full_like(run[key], np.nan)
        for t in range(1, STEPS + 1):
            every[t] = correction(run[key][t], t, beta=beta)
    return found
