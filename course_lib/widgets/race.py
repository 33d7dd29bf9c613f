"""The race: rules and schedules with equal budgets, on a surface or on data, over many seeds."""

from dataclasses import replace

import numpy as np

from course_lib import figures, problems
from course_lib.training import descend

from .canvas import View
from .parts import STYLE, axis, legend, loss_axis, number, panel, series, slider, time_slider
from .runs import attempt, names_of

STEPS = 100
FACTORS = (1, 1 / 3, 3, 1 / 10, 10, 1 / 30, 30)  # of each rule's own rate, in the order of trying
CHOOSING, JUDGING = 3, 7  # seeds
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
        To be displayed by `show`. A rule that cannot be run is left out, and the view says why.

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
        self._optimizers = optimizers
        self._data, self._places, self._on = data, places, on
        self._said, self._found = {}, {}
        self._schedules = {"fixed": np.ones(STEPS + 1)}
        for name, schedule in schedules.items():
            shares, self._said[name] = attempt(
                schedule, lambda schedule=schedule: [float(schedule(t)) for t in range(STEPS + 1)]
            )
            if shares:
                self._schedules[name] = np.array(shares)
        picks = {"first": 3, "others": 3, "on": places.index(on), "judged": 0, "step": STEPS}
        super().__init__(*self._run(on, picks), picks)
        self.on_msg(self._asked)

    def move(self, *, on=None, **picks):
        """Run the race somewhere else."""
        on = on or self.place
        picks = {**self.picks, **picks, "on": self._places.index(on)}
        self.load(*self._run(on, picks), picks)

    def _asked(self, _widget, request, _buffers):
        picks = request["picks"]
        place = self._places[picks.pop("on")]
        if request["ask"] == "rewind":
            self.move(**{**self.first, "on": self._on})
        else:
            self.move(on=place, **picks)

    def _run(self, place, picks):
        """Run all entries in one place: spec, arrays, still twin and alternative text."""
        self.place, self.runs = place, {}
        problem = _on(self._data) if place not in SURFACES else SURFACES[place]()
        shape = (len(self._schedules), len(FACTORS), CHOOSING + JUDGING, len(problem.start))
        for optimizer in self._optimizers:
            name = optimizer.name
            if (place, name) not in self._found:
                run, message = attempt(
                    optimizer.rule,
                    lambda optimizer=optimizer: descend(
                        problem, optimizer.rule, np.broadcast_to(problem.start, shape),
                        steps=STEPS, lr=self._lr(optimizer.lr), **optimizer.hyper,
                    ).loss,
                    # The check is asked once a view.
                    lambda _, name=name: name in self._said,
                )  # fmt: skip
                self._said[name] = message or self._said.get(name, "")
                least = 0.0 if problem.minimum is None else problem.loss(problem.minimum)
                # What is not a number has lost.
                self._found[place, name] = run if run is None else np.nan_to_num(
                    run - least, nan=np.inf, posinf=np.inf
                )  # fmt: skip
            if (found := self._found[place, name]) is not None:
                self.runs[name] = found
        entries, arrays = self._judge()
        captions = self._captions(entries, arrays)
        at = np.ravel_multi_index(
            [picks[name] for name in ("first", "others", "judged")],
            (len(FACTORS), len(FACTORS), len(JUDGED)),
        )
        return (
            self._spec(entries, arrays, captions),
            arrays,
            lambda picks: self._still(entries, arrays, picks),
            f"A race on {place} over {STEPS} steps and {JUDGING} seeds. {captions[at]}",
        )

    def _lr(self, guess):
        factors = guess * np.array(FACTORS)[:, None, None]
        shares = np.stack(list(self._schedules.values()), axis=-1)[:, :, None, None, None]
        return lambda t: shares[t] * factors

    def _judge(self):
        """Choose each entry's rate within its budget, and judge it over the seeds."""
        entries, arrays, ends = [], {}, {}
        guesses = {optimizer.name: optimizer.lr for optimizer in self._optimizers}
        for name, loss in self.runs.items():
            for k, schedule in enumerate(self._schedules):
                entry = f"{name.removesuffix('_update')}, {schedule}"
                entries.append((entry, name, schedule))
                median = np.median(loss[-1, k, :, :CHOOSING], axis=-1)
                chosen = [int(median[:budget].argmin()) for budget in range(1, len(FACTORS) + 1)]
                judged = loss[:, k, chosen, CHOOSING:], loss[:, k, chosen, :CHOOSING]
                for word, what in (("low", np.min), ("middle", np.median), ("high", np.max)):
                    arrays[f"{word} {entry}"] = np.stack(
                        [what(j, axis=-1) for j in judged], axis=-1
                    )
                arrays[f"lr {entry}"] = guesses[name] * np.array(FACTORS)[chosen]
                ends[entry] = [j[-1] for j in judged]  # (budget, seed) for both ways
        firsts = [name == self._optimizers[0].name for _, name, _ in entries]
        shape = (len(FACTORS), len(FACTORS), len(JUDGED))
        ranks = np.zeros((*shape, len(entries), 3))
        for i, j, how in np.ndindex(shape):
            end = np.array(
                [
                    ends[e][how][i if first else j]
                    for (e, *_), first in zip(entries, firsts, strict=True)
                ]
            ).reshape(len(entries), -1)
            # One more than are better, on each seed.
            rank = 1 + np.count_nonzero(end[None] < end[:, None], axis=1)
            ranks[i, j, how] = np.quantile(rank, [0, 0.5, 1], axis=-1, method="nearest").T
        for at, (entry, *_) in enumerate(entries):
            for k, word in enumerate(("low", "middle", "high")):
                arrays[f"{word} rank {entry}"] = ranks[..., at, k]
        return entries, arrays

    def _budget(self, name):
        return "first" if name == self._optimizers[0].name else "others"

    def _axis(self, label=""):
        if self.place not in SURFACES:
            ends = [np.median(loss, axis=-1).ravel() for loss in self.runs.values()]
            return loss_axis(np.concatenate([[], *ends]), 1, label)
        with np.errstate(all="ignore"):
            start = max((loss[0].max() for loss in self.runs.values()), default=1.0)
            best = min(
                (np.median(loss[-1], axis=-1).min() for loss in self.runs.values()), default=0.1
            )
        high = int(np.ceil(np.log10(start))) + 1
        low = max(int(np.floor(np.log10(max(best, 1e-12)))), high - 8)
        ticks = 10.0 ** np.arange(low, high + 1, 1 if high - low < 5 else 2)
        return axis(10.0**low, 10.0**high, ticks, label, log=True)

    def _spec(self, entries, arrays, captions):
        style = {o.name: s for o, s in zip(self._optimizers, STYLE, strict=False)}
        names = list(self.runs)

        def spans(word, *before):
            return [
                {"label": entry, **style[name],
                 **{end: [f"{end}{word} {entry}", *before, *self._where(word, name), "judged"]
                    for end in ("low", "middle", "high")}}
                for entry, name, _ in entries
            ]  # fmt: skip

        ranks = [
            {**span, "label": "", "note": {
                "by": self._budget(name),
                "texts": [f"lr {lr:.2g}, best of {n}"
                          for n, lr in enumerate(arrays[f"lr {entry}"], start=1)],
            }}
            for span, (entry, name, _) in zip(spans(" rank"), entries, strict=True)
        ]  # fmt: skip
        height = 60 + 26 * len(entries)
        curves = [
            panel(
                "lines", f"Median loss, {schedule}", width=50, height=200, left=52, time="step",
                scrub="step",
                series=series(
                    [[f"middle {entry}", ":", self._budget(name), "judged"]
                     for entry, name, its in entries if its == schedule],
                    [style[name] for name in names],
                ),
                x=axis(0, STEPS, range(0, STEPS + 1, 20), "step"), y=self._axis(),
            )
            for schedule in self._schedules
        ]  # fmt: skip
        status = ["Median loss at this step:"]
        for entry, name, _ in entries:
            status += [
                f" {entry} ",
                number(f"middle {entry}", "step", self._budget(name), "judged"),
            ]
            status += [";"]
        tries = [f"{n} rate{'s' * (n > 1)}" for n in range(1, len(FACTORS) + 1)]
        return {
            "title": f"The race on {self.place}",
            "controls": [
                slider("on", "Race on", self._places, choice=True, asks=True),
                slider("judged", "Judged", JUDGED, choice=True),
                slider("first", f"{self._optimizers[0].name} may try", tries),
                slider("others", "The others may try", tries),
                time_slider(STEPS),
            ],
            "rows": [
                legend(names, [style[name] for name in names]),
                [
                    panel("spans", "Loss at this step: smallest, median, largest", width=60,
                          height=height, left=150, spans=spans("", "step"),
                          x=self._axis("loss")),
                    panel("spans", "Rank at the end, over the seeds", width=40, height=height,
                          left=130, right=24, spans=ranks,
                          x=axis(0.7, max(len(entries), 2), range(1, len(entries) + 1), "rank")),
                ],
                curves,
            ],
            "ask": (
                "Predict first: who wins, and on how many of the seeds? Then give one rule more "
                "tries than the others, and judge on the seeds that chose."
            ),
            "captions": {"by": ["first", "others", "judged"], "texts": captions},
            "status": status,
            "message": " ".join(filter(None, self._said.values())),
        }  # fmt: skip

    def _where(self, word, name):
        """Which sliders an entry's loss depends on; its rank depends on everybody's tries."""
        return ["first", "others"] if word else [self._budget(name)]

    def _captions(self, entries, arrays):
        texts = []
        for i, j, how in np.ndindex(len(FACTORS), len(FACTORS), len(JUDGED)):
            found = {}
            for entry, name, _ in entries:
                at = (-1, i if self._budget(name) == "first" else j, how)
                found[entry] = [arrays[f"{word} {entry}"][at] for word in ("low", "middle", "high")]
            if not found:
                texts.append("")
                continue
            best = min(found, key=lambda entry: found[entry][1])
            low, middle, high = found[best]
            near = [e for e, (least, _, _) in found.items() if e != best and least <= high]
            budget = f"Each tried {i + 1} of {len(FACTORS)} rates" if i == j else (
                f"Unequal budgets: {i + 1} for {self._optimizers[0].name}, {j + 1} for the others"
            )  # fmt: skip
            text = f"{budget}. Lowest median: {best}, {middle:.2g} ({low:.2g} to {high:.2g}). "
            if not near:
                text += "No other bracket meets its own."
            elif len(near) > 3:
                text += f"The brackets of {len(near)} others meet its own: no winner."
            else:
                text += f"Its bracket meets that of {'; '.join(near)}: no winner."
            if how:
                text += " But these seeds chose the rates: they prove nothing."
            texts.append(text)
        return texts

    def _still(self, entries, arrays, picks):
        figure, (left, right) = figures.panels(
            f"The race on {self.place}",
            "Rank at the end",
            width=11,
            height=1.4 + 0.35 * len(entries),
        )
        styles = [list(self.runs).index(name) for _, name, _ in entries]
        for axes, word in ((left, ""), (right, " rank")):
            drawn = {}
            for entry, name, _ in entries:
                place = [picks[c] for c in (*self._where(word, name), "judged")]
                place = tuple(place if word else [picks["step"], *place])
                ends = ("low", "middle", "high")
                drawn[entry] = [arrays[f"{end}{word} {entry}"][place] for end in ends]
            label = "rank" if word else "loss: smallest, median, largest"
            log = "" if word else "x"
            figures.spans(drawn, x=label, log=log, styles=styles, axes=axes)
        right.set_xticks(range(1, len(entries) + 1))
        return figure


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
