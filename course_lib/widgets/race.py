"""The race: rules and schedules with equal budgets, on a surface or on data, over many seeds."""

from dataclasses import replace

import numpy as np

from course_lib import problems
from course_lib.training import descend

from . import parts as ui
from .canvas import View
from .runs import Attempts, names_of

STEPS = 100
FACTORS = (1, 1 / 3, 3, 1 / 10, 10, 1 / 30, 30)  # of each rule's own rate, in the order of trying
BUDGETS = range(1, len(FACTORS) + 1)
CHOOSING, JUDGING = 3, 7  # seeds
ENDS = {"low": np.min, "middle": np.median, "high": np.max}
BATCH = 32
JUDGED = ("on seeds that nobody has seen", "on the seeds that chose the rate")


def _noisy(problem, scale):
    return lambda: problems.with_noise(problem(), scale)


SURFACES = {
    "noisy ravine": _noisy(lambda: problems.quadratic(20), 2.0),
    "noisy ravine at 45°": _noisy(lambda: problems.quadratic(20, np.pi / 4), 2.0),
    "Rosenbrock with noise": _noisy(problems.rosenbrock, 2.0),
    "noisy plateau": _noisy(problems.noisy_plateau, 0.1),
}


def race(*optimizers, schedules=None, data=None, on=None):
    """Rules with and without schedules, each with the same number of tries, ranked with spread.

    For each entry learning rates around that of its optimizer are tried over three seeds, and the
    best by its median is judged on seven others. Controls set how many rates the first rule and
    the others may try, what is judged, and the step.

    Parameters
    ----------
    *optimizers : Optimizer
        One to four rules with their hyperparameters and a guess of the learning rate.
    schedules : dict of str to callable, optional
        By name, the share of the highest rate at step t, beside the fixed rate: such as
        ``{"cosine": lambda t: cosine_annealing(t, lr_min=0, lr_max=1, t_max=100)}``. At most two.
    data : Data, optional
        Two classes, for logistic regression. The test data are halved: one half chooses, the
        other judges.
    on : str, optional
        Where the race is run first: the data's name or one of "noisy ravine", "noisy ravine at
        45°", "Rosenbrock with noise", "noisy plateau"; otherwise on the data if there are any.

    Returns
    -------
    Race

    Raises
    ------
    ValueError
        For no rule or more than four, two of one name, a rule without a learning
        rate, more than two schedules, data of other than two classes, or an unknown place.
    """
    names_of("race", optimizers)
    for optimizer in optimizers:
        if optimizer.lr is None or callable(optimizer.lr):
            raise ValueError(f"race: {optimizer.name} needs a guess of its learning rate, a number")
    if len(schedules or {}) > 2:
        raise ValueError(f"race: takes at most two schedules, not {len(schedules)}")
    if data is not None and len(data.classes) != 2:
        raise ValueError(f"race: takes data of two classes, not {len(data.classes)}")
    places = [*([data.name] if data else []), *SURFACES]
    if on is not None and on not in places:
        raise ValueError(f"race: on is one of {', '.join(places)}, not {on}")
    return Race(optimizers, schedules or {}, data, places, on or places[0])


class Race(View):
    """What `race` returns.

    Its arrays are, for every entry "RULE, SCHEDULE", ``low``, ``middle`` and ``high`` ENTRY, the
    smallest, median and largest loss over the seeds (step, first or others, judged), ``lr ENTRY``,
    and ``low rank ENTRY`` and so on, its rank at the end (first, others, judged).

    Attributes
    ----------
    runs : dict of str to ndarray
        By rule, the loss of every run where the view stands, above its minimum where that is
        known: step (0 to 100), schedule (fixed first), learning rate in the order of trying, seed
        (three that choose, then seven that judge).
    place : str
        Where the race is run.
    """

    def __init__(self, optimizers, schedules, data, places, on):
        self._optimizers, self._data, self._places, self._on = optimizers, data, places, on
        self._attempt, self._found = Attempts(), {}
        self._budget = {o.name: "others" if at else "first" for at, o in enumerate(optimizers)}
        self._schedules = {"fixed": np.ones(STEPS + 1)}
        for name, schedule in schedules.items():
            shares = self._attempt(schedule, lambda rule: [rule(t) for t in range(STEPS + 1)])
            if shares:
                self._schedules[name] = np.array(shares, dtype=float)
        super().__init__(**self._declared(on))
        self.on_msg(self._asked)

    def move(self, *, on=None, **picks):
        """Run the race somewhere else."""
        on = on or self.place
        picks = {**self.picks, **picks, "on": self._places.index(on)}
        self.load(**self._declared(on), picks=picks)

    def _asked(self, _widget, request, _buffers):
        picks = request["picks"]
        place = self._places[picks.pop("on")]
        if request["ask"] == "rewind":
            self.move(**{**self.first, "on": self._on})
        else:
            self.move(on=place, **picks)

    def _run(self, rule, optimizer, problem):
        """The loss of every run, above its minimum; infinite where it is not a number."""
        factors = optimizer.lr * np.array(FACTORS)[:, None, None]
        shares = np.stack(list(self._schedules.values()), axis=-1)[:, :, None, None, None]
        shape = (len(self._schedules), len(FACTORS), CHOOSING + JUDGING, len(problem.start))
        start = np.broadcast_to(problem.start, shape)
        hyper = {"lr": lambda t: shares[t] * factors, **optimizer.hyper}
        loss = descend(problem, rule, start, steps=STEPS, **hyper).loss
        least = 0.0 if problem.minimum is None else problem.loss(problem.minimum)
        return np.nan_to_num(loss - least, nan=np.inf, posinf=np.inf)

    def _judge(self):
        """Choose each entry's rate within its budget, and judge it over the seeds."""
        entries, arrays, ends = {}, {}, []
        for optimizer in self._optimizers:
            name, budget = optimizer.name, self._budget[optimizer.name]
            for k, schedule in enumerate(self._schedules if name in self.runs else ()):
                entry, loss = f"{name.removesuffix('_update')}, {schedule}", self.runs[name][:, k]
                entries[entry] = name, schedule
                median = np.median(loss[-1, :, :CHOOSING], axis=-1)
                chosen = [int(median[:tries].argmin()) for tries in BUDGETS]
                judged = loss[:, chosen, CHOOSING:], loss[:, chosen, :CHOOSING]
                for word, what in ENDS.items():
                    found = np.stack([what(seeds, axis=-1) for seeds in judged], axis=-1)
                    arrays[f"{word} {entry}"] = f"step {budget} judged", found
                arrays[f"lr {entry}"] = budget, optimizer.lr * np.array(FACTORS)[chosen]
                ends.append((budget, [seeds[-1] for seeds in judged]))
        ranks = np.zeros((len(entries), len(ENDS), len(BUDGETS), len(BUDGETS), len(JUDGED)))
        for first, others, how in np.ndindex(ranks.shape[2:]):
            at = {"first": first, "others": others}
            end = np.array([seeds[how][at[budget]] for budget, seeds in ends])
            # One more than are better, on each seed.
            rank = 1 + np.count_nonzero(end[None] < end[:, None], axis=1)
            quantiles = np.quantile(rank, [0, 0.5, 1], axis=-1, method="nearest")
            ranks[:, :, first, others, how] = quantiles.T
        for entry, rank in zip(entries, ranks, strict=True):
            arrays |= {f"{word} rank {entry}": ("first others judged", one)
                       for word, one in zip(ENDS, rank, strict=True)}  # fmt: skip
        return entries, arrays

    def _axis(self, label=""):
        ends = [np.median(loss[-1], axis=-1).ravel() for loss in self.runs.values()]
        if self.place not in SURFACES:
            every = [np.median(loss, axis=-1).ravel() for loss in self.runs.values()]
            return ui.loss_axis(np.concatenate([[], *every]), 1, label)
        start = max((loss[0].max() for loss in self.runs.values()), default=1.0)
        best = np.concatenate([[], *ends]).min(initial=np.inf if ends else 0.1)
        high = int(np.ceil(np.log10(start))) + 1
        low = max(int(np.floor(np.log10(max(best, 1e-12)))), high - 8)
        ticks = 10.0 ** np.arange(low, high + 1, 1 if high - low < 5 else 2)
        return ui.axis(10.0**low, 10.0**high, ticks, label, log=True)

    def _declared(self, place):
        """Run all entries in one place, and declare the view."""
        self.place, self.runs = place, {}
        problem = _on(self._data) if place not in SURFACES else SURFACES[place]()
        for optimizer in self._optimizers:
            at = place, optimizer.name
            if at not in self._found:
                self._found[at] = self._attempt(optimizer.rule, self._run, optimizer, problem)
            if self._found[at] is not None:
                self.runs[optimizer.name] = self._found[at]
        entries, arrays = self._judge()
        style = {o.name: s for o, s in zip(self._optimizers, ui.STYLE, strict=False)}

        def spans(title, word, x, note=False, **more):
            """The smallest, middle and largest of each entry, named by it or by its rate."""
            made = []
            for entry, (name, _) in entries.items():
                refs = {end: ui.Ref(f"{end}{word} {entry}", {}) for end in ENDS}
                chosen = zip(arrays[f"lr {entry}"][1], BUDGETS, strict=True)
                rates = [f"lr {lr:.2g}, best of {n}" for lr, n in chosen]
                told = {"note": {"by": self._budget[name], "texts": rates}} if note else {}
                made.append({"label": "" if note else entry, **style[name], **refs, **told})
            height = 60 + 26 * len(entries)
            return ui.panel("spans", title, spans=made, x=x, height=height, **more)

        def curves(schedule):
            drawn = [ui.mark(f"middle {entry}", name, style[name])
                     for entry, (name, its) in entries.items() if its == schedule]  # fmt: skip
            return ui.lines(f"Median loss, {schedule}", drawn, ui.time_axis(STEPS, 20),
                            self._axis(), width=50, height=200, left=52)  # fmt: skip

        panels, first = [curves(schedule) for schedule in self._schedules], self._optimizers[0].name

        def caption(at, first, others, judged):
            if not entries:
                return ""
            found = {e: [at[f"{word} {e}"][-1] for word in ENDS] for e in entries}
            best = min(found, key=lambda entry: found[entry][1])
            low, middle, high = found[best]
            near = [e for e, (least, _, _) in found.items() if e != best and least <= high]
            budget = f"Each tried {first} of {len(FACTORS)} rates" if first == others else (
                f"Unequal budgets: {first} for {self._optimizers[0].name}, {others} for the others"
            )  # fmt: skip
            text = f"{budget}. Lowest median: {best}, {middle:.2g} ({low:.2g} to {high:.2g}). "
            if not near:
                text += "No other bracket meets its own."
            elif len(near) > 3:
                text += f"The brackets of {len(near)} others meet its own: no winner."
            else:
                text += f"Its bracket meets that of {'; '.join(near)}: no winner."
            if judged != JUDGED[0]:
                text += " But these seeds chose the rates: they prove nothing."
            return text

        def tries(name, label):
            return ui.Control(name, label, BUDGETS, 4, lambda n: f"{n} rate{'s' * (n > 1)}")

        return {
            "title": f"The race on {place}",
            "ask": "Predict first: who wins, and on how many of the seeds? Then give one rule more "
            "tries than the others, and judge on the seeds that chose.",
            "controls": [
                ui.Control("on", "Race on", self._places, self._on, choice=True, asks=True),
                ui.Control("judged", "Judged", JUDGED, JUDGED[0], choice=True),
                tries("first", f"{first} may try"),
                tries("others", "The others may try"),
                ui.time_control(STEPS),
            ],
            "arrays": arrays,
            "rows": [
                ui.legend(*(mark for panel in panels for mark in panel["series"])),
                [
                    spans("Loss at this step: smallest, median, largest", "", self._axis("loss"),
                          width=60, left=150),
                    spans("Rank at the end, over the seeds", " rank",
                          ui.axis(0.7, max(len(entries), 2), range(1, len(entries) + 1), "rank"),
                          note=True, width=40, left=130, right=24),
                ],
                panels,
            ],
            "caption": caption,
            "status": ui.numbers("Median loss at this step", ui.per("middle", entries)),
            "message": self._attempt.message,
        }  # fmt: skip


def _on(data):
    """Logistic regression whose batches differ from seed to seed: weights (..., seed, feature)."""
    half = len(data.x_test) // 2
    choose = data.x_test[:half], data.y_test[:half]
    judge = data.x_test[half:], data.y_test[half:]

    def loss(w):
        parts = (w[..., :CHOOSING, :], choose), (w[..., CHOOSING:, :], judge)
        return np.concatenate([problems.logistic_loss(one, *on) for one, on in parts], axis=-1)

    def step_grad(w, t):
        rows = np.random.default_rng([0, t]).integers(len(data.x_train), size=(w.shape[-2], BATCH))
        x, y = data.x_train[rows], data.y_train[rows]
        a = np.matmul(x, w[..., None])[..., 0]
        return np.matmul((0.5 * (1 + np.tanh(a / 2)) - y)[..., None, :], x)[..., 0, :] / BATCH

    return replace(problems.logistic(data), loss=loss, step_grad=step_grad)
