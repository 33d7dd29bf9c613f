"""Schedules: all of them over the same steps, and what one of them does for plain descent."""

from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np
from traitlets import Bool, Bytes, Dict, Int, List

from course_lib.network import Network
from course_lib.optimizer import Optimizer
from course_lib.problems import Data, quadratic
from course_lib.training import train

from . import parts as ui
from . import presets
from .canvas import View
from .runs import Attempts, smooth

STEPS = 200
EVERY = 5  # steps from one stored rate of the reference to the next
TIMES = (10, 20, 30, 40, 60, 100, 150, 200)
SHARES = (0.01, 0.1, 0.3, 0.5)
LRS = np.array([0.003, 0.01, 0.03, 0.05, 0.08, 0.12])
NOTES = "triangle of the notes"
FIXED = "fixed"
NOISE = 2.0
BACKGROUND = ThreadPoolExecutor(1)  # one training at a time, whatever the number of views
SEEDS, WINDOW = 5, 11  # runs, and steps, whose losses are one point of a curve
FASTER = 100  # the network of lesson 1 takes rates that are so many times those of the ravine
CHOICE = ("schedule", "share", "lr")  # what a training is for; it is made for every T

# The time T and the share that is left say what each schedule needs; the highest rate is 1.
PARAMETERS = {
    "step_decay": lambda T, share: {"lr0": 1.0, "gamma": share, "tau": T},
    "exponential_decay": lambda T, share: {"lr0": 1.0, "decay_rate": -np.log(share) / T},
    "triangular": lambda T, share: {"lr_min": share, "lr_max": 1.0, "half_period": T},
    NOTES: lambda T, share: {"lr_min": share, "lr_max": 1.0, "period": T},
    "cosine_annealing": lambda T, share: {"lr_min": share, "lr_max": 1.0, "t_max": T},
    "cosine_restarts": lambda T, share: {"lr_min": share, "lr_max": 1.0, "t_0": T, "t_mult": 2},
    "warmup_inverse_sqrt": lambda T, share: {"d_model": 1 / T, "warmup": T},
}
FAMILIES = {
    "Downhill": ("step_decay", "exponential_decay"),
    "Up and down": ("triangular", NOTES),
    "Cosines": ("cosine_annealing", "cosine_restarts"),
    "Warm-up": ("warmup_inverse_sqrt",),
}


def schedules(*rules):
    """Schedules side by side, and what plain descent does under one: in a ravine, in a network.

    Two numbers set all of them: the time T (tau, half_period, t_max, t_0 and warmup; the
    exponential is the smooth form of the steps) and the share of the highest rate that is left
    where a schedule is lowest (after T steps, for the two that go on falling). The warm-up has
    its highest rate at step T whatever the share, and counts its steps from 1.

    Parameters
    ----------
    *rules : callable
        The student's schedules, each once, known by their names: `step_decay`,
        `exponential_decay`, `triangular`, `cosine_annealing`, `cosine_restarts` and
        `warmup_inverse_sqrt`. The notes' triangle is always there.

    Returns
    -------
    Schedules
        With the arrays ``rate NAME``, as a share of the highest rate (step, time, share);
        ``loss`` (step, schedule, time, share, lr) and ``loss fixed`` (step, lr), the mean over all
        noise, computed and not drawn; ``trained`` (run, step), filled in the background while
        somebody looks: a run for each T, and one with the rate fixed.

    Raises
    ------
    ValueError
        Where a rule is none of these, or is given twice.
    """
    given = {rule.__name__: rule for rule in rules}
    known = [name for name in PARAMETERS if name != NOTES]
    if len(given) < len(rules) or not set(given) <= set(known):
        raise ValueError(f"schedules: takes each of {', '.join(known)} once, and no other rule")
    attempt, rates = Attempts(), {}
    for name in PARAMETERS:
        if rule := (given | {NOTES: _of_the_notes}).get(name):
            rates[name] = attempt(rule, _rates, name, known=_known(name))
    names = [name for name, rate in rates.items() if rate is not None]
    every = np.stack([rates[name] for name in names], axis=1)
    fixed, chosen = "fixed at the highest rate", "the chosen schedule"

    def caption(at, schedule, time, share, lr):
        rate = _behaviour(schedule, at[f"rate {schedule}"], time)
        end, other = _size(at["loss"][-1]), _size(at["loss fixed"][-1])
        return f"{rate}. Mean loss after {STEPS} steps: {end}; with the rate fixed {other}."

    def family(title, styles, label=""):
        drawn = {n: f"rate {n}" for n in FAMILIES[title] if n in names}
        styles = [s for n, s in zip(FAMILIES[title], styles, strict=True) if n in names]
        time, rate = ui.time_axis(STEPS, 50, label), ui.axis(-0.05, 1.1, [0, 0.5, 1])
        return ui.lines(f"{title}: rate / highest rate", ui.marks(drawn, styles), time, rate)

    def key(*panels):
        return ui.legend(*(mark for panel in panels for mark in panel["series"]))

    down, up = family("Downhill", ui.STYLE[:2]), family("Up and down", ui.STYLE[2:])
    cosines = family("Cosines", ui.STYLE[:2], "step")
    warm = family("Warm-up", ui.STYLE[2:3], "step")
    mean = ui.marks({chosen: "loss", fixed: "loss fixed"})
    trained = [ui.mark("trained", chosen, run="time"),
               ui.mark("trained", fixed, ui.STYLE[1], run=FIXED)]  # fmt: skip
    return Schedules(
        title="Schedules, and a run under one of them",
        ask="Predict first: which of these curves comes back up, which of them jumps, and which "
        "one does not do what its name says? Then change T.",
        controls=[
            ui.Control("schedule", "Run with", names,
                       "triangular" if "triangular" in names else NOTES, choice=True),
            ui.Control("time", "Time T", TIMES, 40, "{} steps"),
            ui.Control("share", "Share left", SHARES, 0.1, "{:g} of the highest rate"),
            ui.Control("lr", "Highest rate of the run", LRS, 0.03, "{:g}"),
            ui.time_control(STEPS),
        ],
        axes={"run": (*TIMES, FIXED)},
        arrays={
            **{f"rate {name}": ("step time share", rate) for name, rate in rates.items()},
            "loss": ("step schedule time share lr", _mean_loss(every[..., None] * LRS)),
            "loss fixed": ("step lr", _mean_loss(np.ones((STEPS + 1, 1)) * LRS)),
            "trained": ("run step", np.full((len(TIMES) + 1, STEPS + 1), np.nan)),
        },
        rows=[
            key(down, up),
            [down, up],
            key(cosines, warm),
            [cosines, warm],
            ui.legend(*mean),
            [
                ui.lines("Mean loss of plain descent with noise", mean, ui.time_axis(STEPS, 50),
                         ui.axis(3e-3, 100, [0.01, 0.1, 1, 10, 100], log=True), width=50,
                         height=180),
                ui.lines(f"Loss of the network of lesson 1, {FASTER} times the rate", trained,
                         ui.time_axis(STEPS, 50), ui.axis(0.03, 30, [0.1, 1, 10], log=True),
                         width=50, height=180),
            ],
        ],
        background={"by": CHOICE, "array": "trained", "text": "Training the network"},
        caption=caption,
        status=["Mean loss at this step: the chosen schedule ", ui.number("loss"), ", fixed ",
                ui.number("loss fixed"), "."],
        message=attempt.message,
    )  # fmt: skip


class Schedules(View):
    """What `schedules` returns.

    Attributes
    ----------
    trained : dict
        How far the training of the network is: ``of`` (positions of schedule, share and highest
        rate), ``done`` and ``all`` (runs), ``stopped``, and ``data``, the losses as float32.
    """

    trained = Dict(
        per_key_traits={"of": List(Int()), "done": Int(), "all": Int(), "stopped": Bool(),
                        "data": Bytes()}
    ).tag(sync=True)  # fmt: skip

    def __init__(self, **declared):
        super().__init__(**declared)
        self._wanted = None
        self.on_msg(self._asked)

    def _asked(self, _widget, request, _buffers):
        """Train for what the browser shows now, or stop; either ends the training before it."""
        self._wanted = None
        if request["ask"] == "train":
            self._wanted = wanted = object()
            BACKGROUND.submit(self.train, request["picks"], lambda: self._wanted is wanted)

    def train(self, picks, go_on=lambda: True):
        """Train the network of lesson 1 under a schedule, for every T, and with the rate fixed.

        Parameters
        ----------
        picks : dict of str to int
            The positions of the controls. The fixed rate and their T come first.
        go_on : callable
            Asked before each run.
        """
        place = [picks[name] for name in CHOICE]
        name = self.control("schedule")["texts"][picks["schedule"]]
        rate = self.arrays[f"rate {name}"][:, :, picks["share"]] * LRS[picks["lr"]] * FASTER
        order = sorted(range(len(TIMES)), key=lambda i: abs(i - picks["time"]))
        rows = np.full((len(TIMES) + 1, STEPS + 1), np.nan)
        runs, done = SEEDS * len(rows), 0
        for row in (-1, *order):
            lrs = np.full(STEPS + 1, LRS[picks["lr"]] * FASTER) if row == -1 else rate[:, row]
            losses = []
            for seed in range(SEEDS):
                if not go_on():
                    self._tell(place, rows, done, runs, stopped=True)
                    return
                losses.append(_trained(lrs, seed))
                done += 1
                rows[row] = smooth(np.mean(losses, axis=0), WINDOW)
                self._tell(place, rows, done, runs)

    def _tell(self, place, rows, done, runs, *, stopped=False):
        self.arrays["trained"] = rows
        data = rows.astype("<f4").tobytes()
        self.trained = {"of": place, "done": done, "all": runs, "stopped": stopped, "data": data}


def _of_the_notes(t, *, lr_min, lr_max, period):
    height = np.maximum(0, 1 - np.abs(t / period - 2 * np.floor(t / period) - 1))
    return lr_min + (lr_max - lr_min) * height


def _known(name):
    """A function that tells whether rates are the reference's, where those are stored."""
    stored = presets.load("schedules", name)
    return stored and (lambda rates: np.allclose(rates[::EVERY], stored["rate"], atol=1e-5))


def _rates(rule, name):
    """One call for each T and share: a schedule takes an array of times, and no more."""
    t = np.arange(STEPS + 1) + (1 if name == "warmup_inverse_sqrt" else 0)
    rates = [
        [np.broadcast_to(rule(t, **PARAMETERS[name](T, share)), t.shape) for share in SHARES]
        for T in TIMES
    ]
    return np.moveaxis(np.array(rates, dtype=float), -1, 0)


def _mean_loss(lrs):
    """The mean loss of plain descent in a ravine under gradient noise, over all noise at once.

    With curvature h a weight goes to (1 - lr h) w + lr NOISE z, so the mean of its square goes
    to (1 - lr h)² times itself + lr² NOISE².
    """
    ravine = quadratic(20)
    curvature = np.array([1.0, 20.0])
    square = np.broadcast_to(ravine.start**2, (*lrs.shape[1:], 2))
    losses = []
    with np.errstate(all="ignore"):  # a rate that is too large runs away, and is drawn so
        for lr in lrs[..., None]:
            losses.append(square @ curvature / 2)
            square = (1 - lr * curvature) ** 2 * square + (lr * NOISE) ** 2
    return np.array(losses)


@cache
def _signs():
    """The task of lesson 1's network: whether two numbers have the same sign."""
    points = np.random.default_rng(0).uniform(-1, 1, (400, 2))
    same = (points[:, 0] * points[:, 1] > 0).astype(int)
    return Data("signs", points[:300], same[:300], points[300:], same[300:], "xy", ["no", "yes"])


def _trained(lrs, seed):
    """Losses of the mini-batches of a run with these rates; infinite from where it diverged."""
    plain = Optimizer(lambda w, grad, *, lr: w - lr * grad, lr=lambda t: lrs[t])
    network = Network((2, 8, 2), activation="tanh")
    loss = train(network, _signs(), plain, steps=len(lrs), seed=seed, quiet=True).loss
    return np.pad(loss, (0, len(lrs) - len(loss)), constant_values=np.inf)


def _size(loss):
    return f"{loss:.2g}" if loss < 1e3 else "it grows without bound"


def _behaviour(name, rate, time):
    """Say what a rate does from step to step."""
    low, high = int(np.argmin(rate)), int(np.argmax(rate))
    jumps = np.flatnonzero(np.abs(np.diff(rate)) > 0.4 * np.ptp(rate)) + 1
    text = f"{name} with T = {time}: highest at step {high}, lowest at step {low}"
    if np.ptp(rate) > 0 and len(jumps):
        places = ", ".join(map(str, jumps[:4])) + (" …" if len(jumps) > 4 else "")
        text += f"; it jumps at step {places}"
    return text
