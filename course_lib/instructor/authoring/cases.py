"""Makes the calls that a student's function is judged by, on the trusted side.

The same generator makes the public cases, stored in `course_lib/checks/cases` for the student's
own check, and from a secret seed those of the hidden tests. Expected results come from the
reference, the results of known mistakes from the catalogue, both run here and now.
"""

import contextlib
import itertools
import json
import shutil
from copy import deepcopy
from pathlib import Path

import numpy as np

from course_lib import CourseError
from course_lib.checks.engine import close
from course_lib.checks.stored import FUNCTIONS, STORE, Call, Cases, Mistake, dump
from solutions import mistakes as catalogue
from solutions import registry

PUBLIC_SEED = 20_240_501


def functions():
    """Return the names of all functions that students write, by module."""
    found = {}
    for function in registry.FUNCTIONS.values():
        found.setdefault(function.module, []).append(function.name)
    return found


def make(module: str, function: str, seed: int | None = None) -> Cases:
    """Make the cases of one function.

    Parameters
    ----------
    module, function : str
        "adagrad", "adagrad_update".
    seed : int, optional
        Where the inputs are drawn from; without it the public cases are made, whose first calls
        have numbers that are easy to calculate with.

    Returns
    -------
    cases : Cases
    """
    known = registry.FUNCTIONS[function]
    calls = Draw(known, seed).calls()
    for call in calls:
        call.expected = as_list(run(known.function, call))
        if call.expected is None and call.role != "extra":
            raise CourseError(
                f"The reference of {function} fails {call.where}: if it takes vectors or matrices "
                "alone, give it a row in AXES of solutions/registry.py."
            )
    calls = [call for call in calls if call.expected is not None]
    cases = Cases(module, function, known.arguments, known.results, calls)
    core = [call for call in calls if call.role == "core"]
    for mistake in catalogue.catalogue().get(module, {}).get(function, ()):
        wrong = catalogue.build(module, function, mistake)
        outputs = [as_list(run(wrong, call)) for call in core]
        in_state = not any(place.split()[0] in ("w", "return") for place, _ in mistake.edits)
        cases.mistakes.append(
            Mistake(
                mistake.name, mistake.sentence, mistake.hint, mistake.dialect, in_state, outputs
            )
        )
    return cases


def refuse_clashes(cases: Cases) -> None:
    """Make sure that each mistake of a function can be told from the others.

    Raises
    ------
    EditError
        Where a name asks two questions, or a mistake has a name that is not there, computes the
        right answer, or the same numbers as a mistake of another name.
    """
    asked: dict[str, tuple[str, str]] = {}
    alike: dict[str, list[Mistake]] = {}
    core_calls = [call for call in cases.calls if call.role == "core"]
    core = [call.expected for call in core_calls]
    where = f"In {cases.function} of solutions/mistakes/{cases.module}.py,"
    ways = catalogue.catalogue().get(cases.module, {}).get(cases.function, ())
    for mistake, way in zip(cases.mistakes, ways, strict=True):
        words = (mistake.sentence, mistake.hint)
        if asked.setdefault(mistake.name, words) != words:
            raise catalogue.EditError(
                f"{where} the name {mistake.name} stands for two questions: give each its own."
            )
        if mistake.outputs[0] is None:
            wrong = catalogue.build(cases.module, cases.function, way)
            try:
                with contextlib.suppress(TypeError, ValueError, ArithmeticError, LookupError):
                    call_on_copies(wrong, core_calls[0])
            except NameError as error:
                raise catalogue.EditError(f"{where} {mistake.name} fails: {error}.") from None
        if same(mistake.outputs, core):
            wrong = catalogue.build(cases.module, cases.function, way)
            judged = [call for call in cases.calls if call.role != "extra"]
            if same([as_list(run(wrong, c)) for c in judged], [c.expected for c in judged]):
                raise catalogue.EditError(f"{where} {mistake.name} computes the right answer.")
        first = str([rounded(x) for x in mistake.outputs[0] or ()])
        others = alike.setdefault(first, [])
        for other in others:
            if other.name != mistake.name and same(mistake.outputs, other.outputs):
                raise catalogue.EditError(
                    f"{where} {other.name} and {mistake.name} compute the same numbers: "
                    "leave one out, or give both one name and one question."
                )
        others.append(mistake)


def same(first, second):
    """Tell whether two lists of results, one of each call, hold the same numbers."""
    for one, other in zip(first, second, strict=True):
        if one is None or other is None:
            if one is not other:
                return False
        elif len(one) != len(other) or not all(map(alike, one, other)):
            return False
    return True


def alike(a, b):
    """Tell whether two results hold the same numbers."""
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(alike, a, b))
    if isinstance(a, list) or isinstance(b, list):
        return False
    return np.shape(a) == np.shape(b) and close(a, b, stored=1e-9)


def rounded(x):
    """Round a result, to find those that may be alike."""
    return (
        [rounded(item) for item in x] if isinstance(x, list) else np.round(np.asarray(x, float), 6)
    )


def call_on_copies(function, call):
    """Call a function on copies of the arguments."""
    args = [FUNCTIONS[x] if isinstance(x, str) else deepcopy(x) for x in call.args]
    with np.errstate(all="ignore"):
        return function(*args, **call.kwargs)


def run(function, call):
    """Call a function on copies of the arguments; None where it raises."""
    try:
        return call_on_copies(function, call)
    except Exception:  # noqa: BLE001 (a wrong implementation may raise anything)
        return None


def as_list(value):
    """Return the results of a call as a list; None for none."""
    return value if value is None else list(value) if isinstance(value, tuple) else [value]


class Draw:
    """Draws the inputs of one function's calls."""

    def __init__(self, known, seed):
        self.known, self.function, self.name = known, known.function, known.name
        self.public = seed is None
        self.rng = np.random.default_rng(PUBLIC_SEED if seed is None else seed)
        self.names, self.hyper = known.arguments, known.hyper

    def calls(self):
        """Return the calls, the simplest first."""
        if hasattr(self, f"draw_{self.name}"):
            return getattr(self, f"draw_{self.name}")()
        if self.known.is_rule:
            return self.rule()
        return self.schedule() if self.known.is_schedule else self.helper()

    # Single values

    def hyperparameters(self, short_memory=False):
        """Draw hyperparameters that are nobody's habit."""
        values = {}
        for name, given in self.hyper.items():
            low, high = given.drawn
            drawn = self.rng.integers(low, high + 1) if given.whole else self.rng.uniform(low, high)
            values[name] = int(drawn) if given.whole else round(float(drawn), 3)
        if short_memory:
            values |= {n: round(x / 2.5, 3) for n, x in values.items() if n.startswith("beta")}
        return values

    def by_hand(self):
        """Return hyperparameters that are easy to calculate with."""
        if self.public:
            return {name: h.by_hand for name, h in self.hyper.items()}
        step = {"lr": 4, "eps": 20}
        return {
            name: value
            if isinstance(value, int)
            else round(float(np.round(value * step.get(name, 20)) / step.get(name, 20)), 3)
            for name, value in self.hyperparameters().items()
        }

    def integers(self, shape, low=1, high=5):
        """Draw small integers with either sign, none of them zero."""
        return self.rng.integers(low, high, shape) * self.rng.choice([-1.0, 1.0], shape)

    def array(self, name, shape, scale=1.0):
        """Draw an argument: short numbers, of either sign where the symbol has one."""
        value = np.round(self.rng.normal(scale=1.5, size=self.shape(shape)), 2)
        value = np.where(value == 0, 0.37, value) * scale
        if self.known.least(name) >= 0:
            value = np.abs(value)
        return np.asarray(value)

    def shape(self, shape):
        """Turn a shape into one that the function takes: where it takes matrices, into one."""
        return shape + (2,) * (self.known.axes - len(shape)) if self.known.axes == 2 else shape

    def arguments(self, shape, t, **given):
        """Draw the positional arguments for arrays of one shape."""
        fixed = {"t": t, "grad_fn": "w ↦ w³ - 2 w"}
        if self.known.declares_a_start:
            fixed |= self.in_a_run(shape, t)
        fixed |= given
        return [fixed[n] if n in fixed else self.array(n, shape) for n in self.names]

    def in_a_run(self, shape, t):
        """Draw w and the states before step t: where a state has a form, a run keeps it."""
        now = {"w": self.array("w", shape), "grad_fn": "w ↦ w³ - 2 w"}
        now |= self.known.start(now["w"])
        for step in range(1, min(t, 4)):
            now |= {"grad": self.array("grad", shape), "t": step}
            call = Call("", [now[n] for n in self.names], self.hyperparameters())
            now |= dict(zip(self.known.results, as_list(run(self.function, call)), strict=True))
        return {n: now[n] for n in ("w", *self.known.states)}

    # Kinds of functions

    def rule(self):
        """Draw calls of an update rule."""
        calls = self.small_run()
        calls += [
            Call("from a state that is not zero", self.arguments((3,), 7), self.hyperparameters())
        ]
        calls += [
            Call("from a state that is not zero", self.arguments((4,), 2), self.hyperparameters()),
            Call("with a (2, 3) batch", self.arguments((2, 3), 4), self.hyperparameters(True)),
        ]
        large = self.arguments((3,), 5)
        for name, x in zip(self.names, large, strict=True):
            if name in self.known.states and isinstance(x, np.ndarray):
                x *= 100
        calls.append(Call("from a large state", large, self.hyperparameters()))
        small = self.arguments((3,), 4)  # where eps, as drawn, is larger than a root
        for name, x in zip(self.names, small, strict=True):
            if name in {"grad", *self.known.states} and isinstance(x, np.ndarray):
                x *= 0.01
        calls.append(Call("from a small state", small, self.hyperparameters()))
        sparse = self.array("grad", (5,))
        sparse[[0, 2, 3]] = 0
        spiky = self.array("grad", (4,))
        spiky[1] = np.round(self.rng.uniform(500, 2000))
        zeros = np.zeros(self.shape((3,)))
        tiny = self.array("grad", (3,), 1e-6)
        state = self.known.start(zeros)
        if "grad" in self.names:
            calls += [
                Call(
                    "with a sparse gradient",
                    self.arguments((5,), 3, grad=sparse),
                    self.hyperparameters(),
                ),
                Call(
                    "with a gradient that has a spike",
                    self.arguments((4,), 11, grad=spiky),
                    self.hyperparameters(),
                ),
                Call(
                    "with a tiny gradient",
                    self.arguments((3,), 1, grad=tiny, w=zeros, **state),
                    self.hyperparameters() | ({"eps": 1e-12} if "eps" in self.hyper else {}),
                ),
                Call(
                    "with a gradient of zero and no state yet",
                    self.arguments((3,), 1, grad=zeros, **state),
                    self.hyperparameters(),
                ),
            ]
        return calls + self.shapes() + self.sweeps(calls[3])

    def small_run(self):
        """Draw three steps of a run that can be redone by hand."""
        shape = self.shape((2,))
        vectors = self.public and shape == (2,)
        w = np.array([1.0, -2.0]) if vectors else self.integers(shape)
        grads = [[3.0, -1.0], [1.0, 2.0], [-2.0, 4.0]] if vectors else self.integers((3, *shape))
        kwargs = self.by_hand()
        if "grad_fn" in self.names:
            kwargs["lr"] = 0.25  # with ½ the first step would end in the minimum
        state = self.known.start(w) | {"w": w}
        calls = []
        for t, grad in enumerate(np.asarray(grads), start=1):
            given = state | {"grad": grad, "t": t, "grad_fn": "w ↦ 2 w"}
            call = Call(f"at step {t}", [given[n] for n in self.names], kwargs)
            calls.append(call)
            results = as_list(run(self.function, call))
            if results is None:
                return calls  # `make` says so
            state |= dict(zip(self.known.results, results, strict=True))
        return calls

    def shapes(self):
        """Draw calls about dtype and shape, which all functions on arrays share."""
        single = [
            x.astype("f4") if isinstance(x, np.ndarray) else x for x in self.arguments((3,), 2)
        ]
        calls = [Call("with float32 arrays", single, self.hyperparameters(), role="shape")]
        if "lr" in self.hyper:
            calls.append(
                Call(
                    "with one learning rate a row",
                    self.arguments((3, 2), 3),
                    self.hyperparameters() | {"lr": np.array([[0.1], [0.2], [0.4]])},
                    role="extra",
                )
            )
        calls.append(
            Call("with 0-d arrays", self.arguments((), 3), self.hyperparameters(), role="extra")
        )
        calls.append(
            Call("with empty arrays", self.arguments((0,), 3), self.hyperparameters(), role="extra")
        )
        for name in self.known.states:
            if isinstance(self.known.start(np.zeros(self.shape((3,))))[name], float):
                args = self.arguments((3,), 3, **{name: np.abs(self.array(name, (3,), 0.1))})
                where = f"with {name} as an array"
                calls.append(Call(where, args, self.hyperparameters(), role="extra"))
        return calls

    def sweeps(self, base):
        """Repeat a call with usual values of each hyperparameter, and of all at once."""
        calls = []
        for name in self.hyper:
            kwargs = base.kwargs | ({"lr_min": 1e-4} if name == "lr_max" else {})
            calls += [
                Call(
                    f"with {name} = {value:g}",
                    base.args,
                    kwargs | {name: value},
                    role=f"vary {name}",
                )
                for value in self.hyper[name].usual
            ]
        if len(self.hyper) > 1:
            first = {name: h.usual[0] for name, h in self.hyper.items()}
            few = [registry.HYPERPARAMETERS[name].usual[:4] for name in ("lr", "eps")]
            for lr, eps in itertools.product(*few):
                kwargs = first | {n: x for n, x in (("lr", lr), ("eps", eps)) if n in first}
                if all(kwargs != call.kwargs for call in calls):
                    where = "with usual hyperparameters"
                    calls.append(Call(where, base.args, kwargs, role="vary all"))
        return calls

    def helper(self):
        """Draw calls of a function of arrays that is no update rule."""
        shape = self.shape((2,))
        by_hand = [
            np.abs(self.integers(shape)) if self.known.least(name) >= 0 else self.integers(shape)
            for name in self.names
            if name != "t"
        ]
        if "t" in self.names:
            by_hand.insert(self.names.index("t"), 2)
        calls = [Call("on two numbers", by_hand, self.by_hand())]
        sparse = self.arguments((4,), 1)
        for x in sparse:
            if isinstance(x, np.ndarray):
                x[self.rng.integers(0, 4)] = 0
        spiky = self.arguments((4,), 11)
        for i, x in enumerate(spiky):
            if isinstance(x, np.ndarray):
                x[i] *= 1e4
        calls += [
            Call("on three numbers", self.arguments((3,), 7), self.hyperparameters()),
            Call("on four numbers", self.arguments((4,), 3), self.hyperparameters()),
            Call("with zeros among the numbers", sparse, self.hyperparameters()),
            Call("with one large number", spiky, self.hyperparameters()),
            Call("on a (2, 3) array", self.arguments((2, 3), 5), self.hyperparameters(True)),
        ]
        return calls + self.shapes() + self.sweeps(calls[1])

    def schedule(self):
        """Draw calls of a function of `t` alone: numbers first, then arrays of them."""
        first = int(max(self.known.least("t"), 0))
        kwargs = self.by_hand()
        calls = [Call(f"at t = {t}", [t], kwargs) for t in range(first, first + 9)]
        for _ in range(3):
            kwargs = self.hyperparameters()
            span = np.arange(first, first + 30)
            calls.append(Call(f"at all of t = {first} … {first + 29}", [span], kwargs))
        kwargs = self.hyperparameters()
        halves = np.sort(np.round(self.rng.uniform(first, 40, 7) * 2) / 2)
        calls += [
            Call("between whole t", [halves], kwargs),
            Call("at t = 17.5", [17.5], self.hyperparameters()),
            Call("at t = 3000 and 5000", [np.array([3000, 5000])], kwargs),
            Call("with a (2, 3) array of t", [span[:6].reshape(2, 3) * 3 + 1], kwargs),
            Call("with a 0-d array", [np.array(7.0)], kwargs, role="extra"),
            Call("with a NumPy integer", [np.int64(5)], kwargs, role="extra"),
            Call("with no t at all", [np.zeros(0)], kwargs, role="extra"),
        ]
        return calls + self.sweeps(Call("", [span], self.hyperparameters()))

    # Functions with inputs of their own

    def draw_adagrad_momentum_update(self):
        """Draw calls of the rule, and one in which eps alone keeps the step finite."""
        zeros = np.zeros(3)
        still = self.arguments((3,), 1, grad=zeros, v=zeros)
        return [*self.rule(), Call("where v is zero", still, self.hyperparameters())]

    def draw_warmup_stable_decay(self):
        """Draw calls of the schedule at whole t, for which alone it is defined."""
        whole = [c for c in self.schedule() if not np.any(np.asarray(c.args[0]) % 1)]
        none = self.hyperparameters() | {"warmup": 0}
        span = np.arange(30)
        return [*whole, Call("without a warm-up", [span], none, role="shape")]

    def draw_clip_by_global_norm(self):
        """Draw calls on lists of arrays: too long, short enough, and zeros."""
        first = [np.array([3.0, 0.0]), np.array([[-4.0], [0.0]])]
        if not self.public:
            first = [self.integers((2,)) + 2, self.integers((2, 1)) - 4]

        def grads(*shapes, scale=1.0, dtype="f8"):
            return [np.asarray(self.array("g", s, scale)).astype(dtype) for s in shapes]

        def call(where, grads, role="core"):
            return Call(where, [grads], self.hyperparameters(), role=role)

        spiky = grads((4,), (2, 3))
        spiky[1][0, 1] = 300.0
        calls = [
            Call("on two arrays", [first], self.by_hand()),
            call("on three arrays", [np.abs(self.array("g", s)) + 1 for s in ((3,), (2, 2), (4,))]),
            call("on short gradients", grads((3,), (2, 2), scale=0.01)),
            call("with a spike", spiky),
            call("with one short array", [grads((3,), scale=0.01)[0], spiky[0] * 10]),
            call("on zeros", [np.zeros(3), np.zeros((2, 2))]),
            call("on one array", [self.array("g", (5,)) * 4]),
            call("with float32 arrays", grads((3,), (2,), scale=3.0, dtype="f4"), "shape"),
            call("with a 0-d array", grads((), (2,), scale=3.0), "extra"),
            call("on no arrays", [], "extra"),
        ]
        return calls + self.sweeps(calls[1])

    def draw_lion_update(self):
        """Draw calls of the rule, and some where gradient and m nearly cancel: a sign tells."""
        calls = self.rule()
        for _ in range(2):
            m = self.array("m", (25,))
            near = self.arguments((25,), 1, m=m, grad=-m * np.geomspace(0.2, 6, 25).round(2))
            calls.append(Call("where gradient and m nearly cancel", near, self.hyperparameters()))
        return calls

    def draw_lp_norm(self):
        """Draw calls of the norm: small ones, batches, and p that overflow."""
        # The largest is negative, so that a norm without the absolute value shows.
        x = np.array([3.0, -4.0]) if self.public else abs(self.integers(2)).cumsum() * [1, -1]
        vector, batch = self.array("x", (4,)), self.array("x", (2, 3))
        large = np.array([3.0, -2.5, 1.0]) * 10.0 ** self.rng.integers(3, 6)
        calls = [Call(f"with p = {p:g}", [x, p], {}) for p in (2, 1, np.inf, 3)]
        calls += [Call(f"with p = {p:g}", [vector, p], {}) for p in (1.5, 4.0, 2, 7)]
        calls += [
            Call(f"on a (2, 3) batch with p = {p:g}", [batch, p], {}) for p in (3, 2, 1, np.inf)
        ]
        return [
            *calls,
            Call("on zeros", [np.zeros(3), 3], {}),
            Call("on small numbers", [vector / 1000, 2.5], {}),
            Call("with p = 400", [large, 400], {}, role="shape"),
            Call("with p = 5000", [vector, 5000.0], {}, role="shape"),
            Call("on numbers below 1 with p = 3000", [vector / 100, 3000], {}, role="shape"),
            Call("with float32", [vector.astype("f4"), 2], {}, role="shape"),
            Call("with a large p in float32", [large.astype("f4"), 60], {}, role="shape"),
            Call("on a (2, 2, 3) array", [self.array("x", (2, 2, 3)), 3], {}, role="shape"),
            Call("on one number", [np.array(-2.5), 3], {}, role="extra"),
            Call("on no numbers", [np.zeros(0), 3], {}, role="extra"),
            Call("on no numbers with p = inf", [np.zeros((2, 0)), np.inf], {}, role="extra"),
        ]

    def draw_dense_forward(self):
        """Draw calls of a layer: a square one first, so that a transposed one can be told."""

        def layer(where, m, n_in, n_out, activation, role="core", dtype="f8"):
            shapes = ((m, n_in), (n_out, n_in), (n_out,))
            draw = self.integers if where == "on a small layer" else self.normal
            arrays = [draw(shape).astype(dtype) for shape in shapes]
            return Call(where, [*arrays, activation], {}, role=role)

        return [
            layer("on a small layer", 2, 2, 2, "x ↦ max(x, 0)"),
            layer("on a square layer", 3, 3, 3, "x ↦ x² + 3"),
            layer("on a layer with three inputs and two outputs", 4, 3, 2, "tanh"),
            layer("on a layer with two inputs and three outputs", 3, 2, 3, "x ↦ x² + 3"),
            layer("on one example", 1, 3, 2, "tanh"),
            layer("with float32 arrays", 3, 2, 2, "x ↦ x² + 3", "shape", "f4"),
            layer("on no example", 0, 3, 2, "tanh", "extra"),
        ]

    def draw_dense_backward(self):
        """Draw calls of the way back through a layer."""

        def layer(where, m, n_in, n_out, role="core", dtype="f8"):
            shapes = ((m, n_out), (m, n_in), (n_out, n_in))
            draw = self.integers if where == "on a small layer" else self.normal
            return Call(where, [draw(shape).astype(dtype) for shape in shapes], {}, role=role)

        return [
            layer("on a small layer", 2, 2, 2),
            layer("on a square layer", 3, 3, 3),
            layer("on a layer with three inputs and two outputs", 4, 3, 2),
            layer("on a layer with two inputs and three outputs", 3, 2, 3),
            layer("on one example", 1, 3, 2),
            layer("with float32 arrays", 3, 2, 2, "shape", "f4"),
            layer("on no example", 0, 3, 2, "extra"),
        ]

    def normal(self, shape):
        """Draw short numbers of either sign."""
        return self.array("x", shape)

    def batches(self):
        """Draw batches with zeros: by hand, then larger ones."""
        small = np.array([[1.0, 0.0], [2.0, 0.0], [-3.0, 1.0], [0.0, 0.0]])
        if not self.public:
            small = self.integers((4, 2)) * [[1, 0], [1, 1], [1, 0], [0, 0]]
        larger = self.normal((6, 4)) * (self.rng.random((6, 4)) < 0.6)
        larger[:, 1] = 0
        larger[2] = -np.abs(larger[2]) - 1
        larger[2, 1] = 0
        square = self.normal((3, 3)) * [[1, 0, 1], [1, 0, 0], [1, 1, 0]]
        return [
            ("on a batch of four", small, "core"),
            ("with a feature that is never there", larger, "core"),
            ("on a square batch", square, "core"),
            ("on one vector", self.normal(5) * [1, 0, 1, 0, 0], "core"),
            ("on one vector of zeros", np.zeros(3), "core"),
            ("with float32 arrays", larger.astype("f4"), "shape"),
            ("on whole numbers", (larger > 0).astype(np.int64), "extra"),
        ]

    def draw_sparsity_factor(self):
        """Draw calls of the sparsity factor."""
        return [Call(where, [x], {}, role=role) for where, x, role in self.batches()]

    def draw_sparsity_scaled_lr(self):
        """Draw calls of the scaled learning rate."""
        kwargs = self.by_hand()
        calls = [
            Call(where, [x], kwargs if i == 0 else self.hyperparameters(), role=role)
            for i, (where, x, role) in enumerate(self.batches())
        ]
        return calls + self.sweeps(calls[1])


def write(folder=STORE):
    """Write the public cases of every function into a folder: the student's part of the course."""
    folder = Path(folder)
    shutil.rmtree(folder, ignore_errors=True)
    index = functions()
    for module, names in index.items():
        (folder / module).mkdir(parents=True)
        for name in names:
            cases = make(module, name)
            refuse_clashes(cases)
            (folder / module / f"{name}.json").write_text(dump(cases), "utf-8")
    (folder / "index.json").write_text(json.dumps(index, indent=1) + "\n", "utf-8")
