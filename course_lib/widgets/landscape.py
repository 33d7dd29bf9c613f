"""Loss landscapes: up to four rules from one start point that can be dragged."""

from dataclasses import replace
from functools import cache

import contourpy
import numpy as np

from course_lib import problems
from course_lib.training import descend

from . import parts as ui
from . import presets
from .canvas import View
from .runs import Attempts, hyper, names_of

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

    Its arrays are ``w NAME`` (step, angle, lr, weight), where the angle has one value for a
    surface that does not turn and lr multiplies the rule's own, and ``loss NAME`` above the
    minimum (step, angle, lr).

    Attributes
    ----------
    surface : str
        The surface that is drawn.
    """

    def __init__(self, optimizers, surface, start):
        self._optimizers, self._attempt = optimizers, Attempts()
        self._first = {"surface": surface, "start": start}
        super().__init__(**self._declared(surface, start))
        self.on_msg(self._asked)

    def move(self, *, surface=None, start=None, **picks):
        """Run again on another surface, or from another start point (for a ravine at 0°)."""
        surface = surface or self.surface
        picks = {**self.picks, **picks, "surface": SURFACES.index(surface)}
        if surface != "ravine":
            picks["angle"] = 0
        self.load(**self._declared(surface, start), picks=picks)

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

    def _declared(self, surface, start):
        """Run the rules for all values of the controls, and declare the view."""
        self.surface = surface
        turned, together, points, cuts = _surface(surface)
        angles, names = ANGLES[: len(turned)], [o.name for o in self._optimizers]
        starts = np.array([p.start for p in turned])
        if start is not None:
            starts = np.array([_turn(angle) @ start for angle in angles])
        minima = np.array([p.minimum for p in turned])
        begin = np.broadcast_to(starts[:, None], (len(turned), len(FACTORS), 2))

        def run(rule, optimizer):
            lr = _scaled(optimizer.lr)
            return descend(together, rule, begin, steps=STEPS, lr=lr, **optimizer.hyper)

        arrays, rings = {}, {}
        for optimizer in self._optimizers:
            name, stored = optimizer.name, None
            if start is None:
                stored = presets.load(f"landscape-{surface}", name, **hyper(optimizer))
            found = self._attempt(optimizer.rule, run, optimizer, known=_known(stored))
            above = found and found.loss - together.loss(minima[:, None])
            arrays |= {f"w {name}": ("step angle lr weight", found and found.w),
                       f"loss {name}": ("step angle lr", above)}  # fmt: skip
            if stored and found:
                rings[name] = f"expected {name}"
                arrays[rings[name]] = ("ring angle lr weight", stored["w"])
        paths = [
            ui.mark(f"w {name}", name, style, expected=rings.get(name))
            for name, style in zip(names, ui.STYLE, strict=False)
        ]
        plane = ui.plane(
            f"Paths, {surface}" + " (rings: the reference)" * bool(rings), paths,
            *_window(turned[0].window), width=58, height=380,
            contours={"ref": "contours", "by": "angle", "cuts": cuts},
            start=ui.Ref("start", {}), minimum=ui.Ref("minimum", {}),
        )  # fmt: skip
        first = [loss[0].max() for key, (_, loss) in arrays.items()
                 if key.startswith("loss") and loss is not None]  # fmt: skip
        high = int(np.ceil(np.log10(max(first, default=1.0)) + 0.3))
        decades = 10.0 ** np.arange(high - 8, high + 1, 2)
        losses = ui.lines(
            "Loss above the minimum", ui.marks(ui.per("loss", names)), ui.time_axis(STEPS, 40),
            ui.axis(decades[0], decades[-1], decades, log=True), width=42, height=380, left=52,
        )  # fmt: skip

        def caption(at, angle, lr):
            first = at.where(angle=0).each("loss", names) if angle else {}
            said = [
                f"{name} {_wait(loss)}" + (f" (at 0°: {_wait(first[name])})" if angle else "")
                for name, loss in at.each("loss", names).items()
            ]
            return f"To a hundredth of the first loss: {'; '.join(said)}."

        return {
            "title": f"Loss landscape: {surface}",
            "ask": "Predict first: who is at the minimum first, and who minds when the ravine is "
            "turned? Turn it, change the learning rates, drag the start point.",
            "controls": [
                ui.Control("surface", "Surface", SURFACES, surface, choice=True, asks=True),
                ui.Control("angle", "Turned by", angles, 0, "{}°"),
                ui.Control("lr", "Learning rates times", FACTORS, 1.0, "{:.2g}"),
                ui.time_control(STEPS),
            ],
            "arrays": {
                "start": ("angle weight", starts),
                "minimum": ("angle weight", minima),
                "contours": ("point weight", points),
                **arrays,
            },
            "rows": [ui.legend(*paths), [plane, losses]],
            "every": EVERY,
            "caption": caption,
            "status": [
                *ui.numbers("Loss above the minimum", ui.per("loss", names)),
                " start point (", ui.number("start", 2, weight=0), ", ",
                ui.number("start", 2, weight=1), ").",
            ],
            "message": self._attempt.message,
        }  # fmt: skip


def _wait(loss):
    """How long a loss took to a hundredth of its first value."""
    if not loss[-1] < 1e3 * loss[0] + 1:
        return "diverges"
    there = loss <= loss[0] / 100
    return f"{there.argmax()} steps" if there.any() else "not yet"


def _window(window):
    left, right, bottom, top = window
    across, up = (
        range(int(np.ceil(left)), int(right) + 1),
        range(int(np.ceil(bottom)), int(top) + 1),
    )
    return ui.axis(left, right, across, "w₁"), ui.axis(bottom, top, up, "w₂")


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


def _known(stored):
    """A function that tells whether a run is the reference's, where that is stored."""
    return stored and (
        lambda run: np.allclose(run.w[::EVERY], stored["w"], atol=1e-5, equal_nan=True)
    )


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
