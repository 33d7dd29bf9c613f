"""Loss landscapes: up to four rules from one start point that can be dragged."""

from dataclasses import replace
from functools import cache

import contourpy
import numpy as np

from course_lib import figures, problems
from course_lib.training import descend

from . import presets
from .canvas import View
from .parts import STYLE, axis, legend, number, panel, series, slider, time_slider
from .runs import attempt, names_of

PRESET = "landscape"
STEPS = 120
EVERY = 5  # steps from one stored point of the reference to the next
FACTORS = 10.0 ** np.linspace(-2, 1, 13)  # of each rule's own learning rate
ANGLES = np.arange(0, 46, 5)  # degrees
CONDITION = 20
SURFACES = ("ravine", "Rosenbrock", "Beale", "saddle", "noisy plateau")


def landscape(*optimizers, surface="ravine", start=None):
    """Paths of up to four rules over a loss with two weights, beside their losses.

    A ravine that can be turned, and four other surfaces. The start point can be dragged, or
    moved by the arrow keys; the learning rate's slider multiplies that of every rule. A ravine
    takes its start point along when it is turned.

    Parameters
    ----------
    *optimizers : Optimizer
        One to four rules with their hyperparameters, not stepped yet.
    surface : str
        One of "ravine", "Rosenbrock", "Beale", "saddle", "noisy plateau".
    start : pair of floats, optional
        Where the paths begin; otherwise where the surface is instructive.

    Returns
    -------
    Landscape
        To be displayed by `show`. A rule that cannot be run is left out, and the view says why.

    Raises
    ------
    ValueError
        For no rule or more than four, two of one name, or an unknown surface.
    """
    names_of("landscape", optimizers)
    if surface not in SURFACES:
        raise ValueError(f"landscape: surface is one of {', '.join(SURFACES)}, not {surface}")
    return Landscape(optimizers, surface, start)


class Landscape(View):
    """What `landscape` returns.

    Attributes
    ----------
    paths : dict of str to ndarray
        By rule, points whose axes are step (0 to 120), angle (0°, 5° … 45°; one for surfaces that
        do not turn), learning rate (1/100 to 10 times the rule's own) and coordinate.
    losses : dict of str to ndarray
        By rule, the loss above its minimum, with the same axes but the last.
    surface : str
        The surface that is drawn.
    """

    def __init__(self, optimizers, surface, start):
        self._optimizers = optimizers
        self._first = {"surface": surface, "start": start}
        self._said = {}
        picks = {"surface": SURFACES.index(surface), "angle": 0, "lr": 8, "step": STEPS}
        super().__init__(*self._run(surface, start, picks), picks)
        self.on_msg(self._asked)

    def move(self, *, surface=None, start=None, **picks):
        """Run again on another surface, or from another start point (for a ravine at 0°)."""
        surface = surface or self.surface
        picks = {**self.picks, **picks, "surface": SURFACES.index(surface)}
        if surface != "ravine":
            picks["angle"] = 0
        self.load(*self._run(surface, start, picks), picks)

    def _asked(self, _widget, request, _buffers):
        picks = request["picks"]
        surface = SURFACES[picks.pop("surface")]
        if request["ask"] == "rewind":
            self.move(**{**self.first, **self._first})
        elif request["ask"] == "surface":
            self.move(surface=surface, **picks)
        else:
            turn = _turn(ANGLES[picks["angle"]])
            self.move(start=np.array(request["start"]) @ turn, **picks)

    def _run(self, surface, start, picks):
        """Compute all places of the sliders: spec, arrays, still twin and alternative text."""
        self.surface = surface
        turned, together, lines, cuts = _surface(surface)
        starts = np.array([p.start for p in turned])
        if start is not None:
            starts = np.array([_turn(angle) @ start for angle in ANGLES[: len(turned)]])
        minima = np.array([p.minimum for p in turned])
        arrays = {"start": starts, "minimum": minima, "contours": lines}
        self.paths, self.losses = {}, {}
        for optimizer in self._optimizers:
            name, hyper = optimizer.name, {"lr": optimizer.lr, **optimizer.hyper}
            stored = (
                None if start is not None else presets.load(f"{PRESET}-{surface}", name, **hyper)
            )
            run, message = attempt(
                optimizer.rule,
                lambda optimizer=optimizer: descend(
                    together,
                    optimizer.rule,
                    np.broadcast_to(starts[:, None], (len(turned), len(FACTORS), 2)),
                    steps=STEPS,
                    lr=_scaled(optimizer.lr),
                    **optimizer.hyper,
                ),
                # The check is asked once a view, not whenever the start point moves.
                lambda run, name=name, stored=stored: name in self._said or _agree(run, stored),
            )
            self._said[name] = message or self._said.get(name, "")
            if run is None:
                continue
            self.paths[name] = arrays[f"w {name}"] = run.w
            above = run.loss - together.loss(minima[:, None])
            self.losses[name] = arrays[f"loss {name}"] = above
            if stored:
                arrays[f"expected {name}"] = stored["w"]
        return (
            self._spec(turned[0].window, cuts, arrays),
            arrays,
            lambda picks: self._still(turned[picks["angle"]], picks),
            self._alt(starts[picks["angle"]], picks),
        )

    def _spec(self, window, cuts, arrays):
        names, where = list(self.paths), [":", "angle", "lr"]
        styles = [s for s, o in zip(STYLE, self._optimizers, strict=False) if o.name in names]
        left, right, bottom, top = window
        worst = max((losses[0].max() for losses in self.losses.values()), default=1.0)
        high = int(np.ceil(np.log10(worst) + 0.3))
        decades = 10.0 ** np.arange(high - 8, high + 1, 2)
        angles = ANGLES[: len(arrays["start"])]
        paths = series([[f"w {name}", *where, 1] for name in names], styles)
        rings = ""
        for name, path in zip(names, paths, strict=True):
            path["xref"] = [f"w {name}", *where, 0]
            if f"expected {name}" in arrays:
                path["expected"] = [f"expected {name}", *where, 1]
                path["xexpected"] = [f"expected {name}", *where, 0]
                rings = " (rings: the reference)"
        plane = panel(
            "plane", f"Paths, {self.surface}{rings}", width=58, height=380, left=46, time="step",
            series=paths,
            x=axis(left, right, range(int(np.ceil(left)), int(right) + 1), "w₁"),
            y=axis(bottom, top, range(int(np.ceil(bottom)), int(top) + 1), "w₂"),
            contours={"ref": "contours", "by": "angle", "cuts": cuts},
            start=["start", "angle"], minimum=["minimum", "angle"],
        )  # fmt: skip
        losses = panel(
            "lines", "Loss above the minimum", width=42, height=380, left=52, time="step",
            scrub="step",
            series=series([[f"loss {name}", *where] for name in names], styles),
            x=axis(0, STEPS, range(0, STEPS + 1, 40), "step"),
            y=axis(decades[0], decades[-1], decades, log=True),
        )  # fmt: skip
        status = ["Loss above the minimum:"]
        for name in names:
            status += [f" {name} ", number(f"loss {name}", "step", "angle", "lr"), ";"]
        status += [" start point (", number("start", "angle", 0, digits=2)]
        status += [", ", number("start", "angle", 1, digits=2), ")."]
        return {
            "title": f"Loss landscape: {self.surface}",
            "controls": [
                slider("surface", "Surface", SURFACES, choice=True, asks=True),
                slider("angle", "Turned by", [f"{angle}°" for angle in angles]),
                slider("lr", "Learning rates times", [f"{factor:.2g}" for factor in FACTORS]),
                time_slider(STEPS),
            ],
            "rows": [legend(names, styles), [plane, losses]],
            "every": EVERY,
            "ask": (
                "Predict first: who is at the minimum first, and who minds when the ravine is "
                "turned? Turn it, change the learning rates, drag the start point."
            ),
            "captions": {"by": ["angle", "lr"], "texts": self._captions(len(angles))},
            "status": status,
            "message": " ".join(filter(None, self._said.values())),
        }

    def _captions(self, angles):
        """Tell for every angle and learning rate how long each rule takes to a hundredth."""
        outcomes = {}
        for name, loss in self.losses.items():
            there = loss <= loss[0] / 100
            wait = np.where(there.any(axis=0), there.argmax(axis=0), -1)
            lost = ~(loss[-1] < 1e3 * loss[0] + 1)
            outcomes[name] = np.where(lost, -2, wait)
        return [
            "To a hundredth of the first loss: "
            + "; ".join(
                f"{name} {_wait(outcome[i, j])}"
                + (f" (at 0°: {_wait(outcome[0, j])})" if i else "")
                for name, outcome in outcomes.items()
            )
            + "."
            for i in range(angles)
            for j in range(len(FACTORS))
        ]

    def _alt(self, start, picks):
        i, j = picks["angle"], picks["lr"]
        ends = ", ".join(f"{name} at {loss[-1, i, j]:.2g}" for name, loss in self.losses.items())
        return (
            f"Contours of a loss ({self.surface}), and paths of {STEPS} steps from "
            f"({start[0]:.2g}, {start[1]:.2g}). Loss above the minimum at the end: {ends}."
        )

    def _still(self, problem, picks):
        i, j = picks["angle"], picks["lr"]
        figure, axes = figures.panels(self.surface, "Loss above the minimum", width=9, height=4)
        paths = {name: path[:, i, j] for name, path in self.paths.items()}
        figures.landscape(problem, paths, axes=axes[0])
        # What is not positive has no place on a logarithmic axis.
        losses = {
            name: np.where(loss[:, i, j] > 0, loss[:, i, j], np.nan)
            for name, loss in self.losses.items()
        }
        figures.lines(losses, x="step", y="loss", log="y", axes=axes[1])
        return figure


@cache
def _surface(name):
    """A surface at each of its angles, all as one problem for points (angle, ..., 2), contours."""
    if name != "ravine":
        makers = (problems.rosenbrock, problems.beale, problems.saddle, problems.noisy_plateau)
        problem = dict(zip(SURFACES[1:], makers, strict=True))[name]()
        return [problem], problem, *contours([problem])
    turned = [problems.quadratic(CONDITION, np.radians(angle)) for angle in ANGLES]
    curvature = np.stack([problem.grad(np.eye(2)) for problem in turned])
    together = replace(
        turned[0],
        loss=lambda w: 0.5 * np.sum(w * (w @ curvature), axis=-1),
        grad=lambda w: w @ curvature,
    )
    return turned, together, *contours(turned)


def _turn(degrees):
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[c, -s], [s, c]])


def _scaled(lr):
    """A rule's learning rate times every factor of the slider: a column beside coordinates."""
    if lr is None:
        return None
    factors = FACTORS[:, None]
    return (lambda t: factors * lr(t)) if callable(lr) else factors * lr


def _agree(run, stored):
    return stored and np.allclose(run.w[::EVERY], stored["w"], atol=1e-5, equal_nan=True)


def contours(turned):
    """Contour lines of every angle, as points with NaN between lines, and where each angle ends."""
    pieces, cuts, gap = [], [0], np.full((1, 2), np.nan)
    for problem in turned:
        left, right, bottom, top = problem.window
        x, y = np.linspace(left, right, 81), np.linspace(bottom, top, 81)
        height = problem.loss(np.stack(np.meshgrid(x, y), axis=-1))
        height -= problem.loss(problem.minimum)
        lines = contourpy.contour_generator(x, y, height)
        for level in height.max() * np.geomspace(1e-4, 0.7, 12):
            pieces += [part for line in lines.lines(level) for part in (line, gap)]
        cuts.append(sum(map(len, pieces)))
    return np.concatenate(pieces), cuts


def _wait(steps):
    return {-1: "not yet", -2: "diverges"}.get(steps, f"{steps} steps")
