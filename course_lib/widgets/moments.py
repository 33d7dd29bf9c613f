"""Adam's two averages start at zero: what bias correction does about it."""

import numpy as np

from course_lib import figures

from .canvas import View
from .parts import axis, legend, number, panel, series, slider, time_slider
from .runs import attempt, feed

STEPS = 200
BETAS1 = np.array([0.5, 0.8, 0.9, 0.95])
BETAS2 = np.array([0.9, 0.99, 0.999, 0.9999])
STREAMS = ("always 1", "1 with noise")
NOISE = 1.0
NAMES = ("corrected", "not corrected")
LATE = 10**6  # so late that 1 - beta**t is 1 for every beta here: nothing is left to correct


def moments(adam, correction, *, lr, eps):
    """Adam fed with given gradients, with its bias correction and without.

    Without it is the student's own `adam_update` too, told that it is step 1000000: then nothing
    is left to correct. Sliders set the gradients, both betas, and the step.

    Parameters
    ----------
    adam : callable
        The student's `adam_update`.
    correction : callable
        The student's `bias_correction`, for the corrected averages.
    lr, eps : float
        Adam's hyperparameters.

    Returns
    -------
    View
        To be displayed by `show`. Its numbers, for assertions, are in `arrays`, with the axes
        step (0 to 200), gradients, beta1 and beta2: ``m``, ``m corrected``, ``v``,
        ``v corrected``, ``step`` and ``step corrected`` (in learning rates). Where the rules
        cannot be run there are none.
    """
    run, message = attempt(adam, lambda: _run(adam, lr=lr, eps=eps))
    if run:
        averages, told = attempt(correction, lambda: _corrected(correction, run))
        message = f"{message} {told}".strip()
        run = averages and run | averages
    arrays = {
        "mean": np.array([1.0, 1.0]),
        "square": np.array([1.0, 1.0 + NOISE**2]),
        **(run or {}),
    }
    picks = {"stream": 0, "beta1": 2, "beta2": 2, "step": 40}
    return View(
        _spec(arrays, message),
        arrays,
        lambda picks: _figure(arrays, picks),
        _alt(arrays, picks),
        picks,
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
    with_it, without = (feed(rule, stream, shape, **hyper) for rule in (adam, late))

    def steps(run):
        taken = -np.diff(run.w, axis=0)[..., 0] / lr
        return np.concatenate([np.full_like(taken[:1], np.nan), taken])

    return {
        "m": with_it.state["m"][..., 0],
        "v": with_it.state["v"][..., 0],
        "step": steps(without),
        "step corrected": steps(with_it),
    }


def _corrected(correction, run):
    """Corrected averages: NaN before the first step, where there is nothing to correct."""
    m, v = np.full_like(run["m"], np.nan), np.full_like(run["v"], np.nan)
    for t in range(1, STEPS + 1):
        m[t] = correction(run["m"][t], t, beta=BETAS1[:, None])
        v[t] = correction(run["v"][t], t, beta=BETAS2)
    return {"m corrected": m, "v corrected": v}


def _spec(arrays, message):
    runs = "m" in arrays
    where = ["stream", "beta1", "beta2"]

    def pair(key, *places):
        return (
            series([[f"{key} corrected", *places, *where], [key, *places, *where]]) if runs else []
        )

    def row(title, short, key, y, true=None, label=""):
        guide = {"guide": {"ref": [true, "stream"], "label": "true"}} if true else {}
        more = {"blank": "" if runs else "nothing to draw yet", "time": "step", "scrub": "step"}
        return [
            panel("lines", title, width=62, height=160, left=46, series=pair(key, ":"), y=y,
                  x=axis(0, STEPS, [0, 50, 100, 150, 200], label), **more),
            panel("bars", short, width=38, height=160, left=20, right=52, digits=3,
                  bars=pair(key, "step"), x=y, **guide),
        ]  # fmt: skip

    names = dict(zip(NAMES, (" corrected", ""), strict=True))
    status = []
    for name, end in names.items() if runs else ():
        status += [f"{name}: m ", number(f"m{end}", "step", *where), ", v "]
        status += [number(f"v{end}", "step", *where), ", step "]
        status += [number(f"step{end}", "step", *where), " learning rates; "]
    return {
        "title": "Adam's averages, corrected and not",
        "controls": [
            slider("stream", "Gradients", STREAMS, choice=True),
            slider("beta1", "beta1", [f"{beta:g}" for beta in BETAS1]),
            slider("beta2", "beta2", [f"{beta:g}" for beta in BETAS2]),
            time_slider(STEPS),
        ],
        "rows": [
            legend(NAMES),
            row("m, the average of the gradients", "m now", "m",
                axis(-0.5, 2, [0, 0.5, 1, 1.5, 2]), "mean"),
            row("v, the average of their squares", "v now", "v",
                axis(0, 4, [0, 1, 2, 3, 4]), "square"),
            row("Step, in learning rates", "Step now", "step",
                axis(-2, 8, [-2, 0, 2, 4, 6, 8]), label="step"),
        ],
        "ask": (
            "Predict first: both averages start at 0, far below the truth. Is the first step too "
            "long or too short without correction? Then move beta2."
        ),
        "captions": {"by": where, "texts": _captions(arrays)},
        "status": [*status[:-1], " learning rates."] if runs else ["Nothing to tell yet."],
        "message": message,
    }  # fmt: skip


def _captions(arrays):
    if "m" not in arrays:
        return [""] * (len(STREAMS) * len(BETAS1) * len(BETAS2))
    texts = []
    for place in np.ndindex(len(STREAMS), len(BETAS1), len(BETAS2)):
        said = []
        for end, name in ((" corrected", "With correction"), ("", "Without")):
            steps = np.abs(arrays[f"step{end}"][(slice(1, None), *place)])
            said.append(
                f"{name}: the first step is {steps[0]:.2f} learning rates, "
                f"the longest {steps.max():.2f} (step {steps.round(6).argmax() + 1})"
            )
        texts.append(". ".join(said) + ".")
    return texts


def _alt(arrays, picks):
    if "m" not in arrays:
        return "Adam cannot be run yet: there is nothing to draw."
    place = picks["stream"], picks["beta1"], picks["beta2"]
    text = _captions(arrays)[np.ravel_multi_index(place, arrays["m"].shape[1:])]
    return (
        f"Adam's steps where the gradients are {STREAMS[place[0]]}, with beta1 "
        f"{BETAS1[place[1]]:g} and beta2 {BETAS2[place[2]]:g}. {text}"
    )


def _figure(arrays, picks):
    place = slice(1, None), picks["stream"], picks["beta1"], picks["beta2"]
    figure, axes = figures.panels("v, the average of squares", "Step, in learning rates", width=9)
    for one, key in zip(axes, ("v", "step"), strict=True):
        lines = zip(NAMES, (f"{key} corrected", key), strict=True)
        lines = {
            name: (np.arange(1, STEPS + 1), arrays[k][place]) for name, k in lines if k in arrays
        }
        figures.lines(lines, x="step", y=key, axes=one)
    return figure
