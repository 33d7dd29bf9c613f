"""What a function is judged by: calls, what they should return, and what mistakes return.

A student's copy of the course stores it as JSON: numbers and sentences, no code.
"""

import json
import math
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

STORE = Path(__file__).with_name("cases")
SAME = "="

FUNCTIONS = {
    "tanh": np.tanh,
    "x ↦ max(x, 0)": lambda x: np.maximum(x, 0),
    "x ↦ x² + 3": lambda x: x * x + 3,
    "w ↦ 2 w": lambda w: 2 * w,
    "w ↦ w³ - 2 w": lambda w: w * w * w - 2 * w,
}
"""The functions that a call can pass as an argument, under the names that a card shows."""


@dataclass
class Call:
    """One call of a student's function and what it should return.

    Attributes
    ----------
    where : str
        The call in words, to follow "the first difference is in w": "at step 2".
    args : list, kwargs : dict
        Arrays, numbers, or the name of one of FUNCTIONS.
    expected : list
        One value a result.
    role : str
        "core": must be right, and tells mistakes apart; "shape": must be right; "extra": must
        be right where it does not raise, for shapes that a loop may not take;
        "vary NAME": repeats a core call with another value of one hyperparameter;
        "vary all": with usual values of all.
    """

    where: str
    args: list
    kwargs: dict
    expected: list = field(default_factory=list)
    role: str = "core"


@dataclass
class Mistake:
    """A mistake that can be recognised: its name, what a student reads, and what it returns.

    `in_state` tells that it stands in the equation of a state, so that w is wrong in consequence
    only. `outputs` has one list of results for each core call, or None where the mistake raises.
    In storage a result that is right is SAME.
    """

    name: str
    sentence: str
    hint: str
    dialect: bool
    in_state: bool
    outputs: list


@dataclass
class Cases:
    """Everything that one function is judged by."""

    module: str
    function: str
    parameters: list[str]
    results: list[str]
    calls: list[Call]
    mistakes: list[Mistake] = field(default_factory=list)

    @cached_property
    def bases(self) -> list[int | None]:
        """For each result, which argument it is the new value of."""
        names = self.parameters
        return [names.index(name) if name in names else None for name in self.results]

    @cached_property
    def changes(self) -> list[set[int]]:
        """For each mistake, which results it makes wrong."""
        core = [call.expected for call in self.calls if call.role == "core"]
        return [
            {
                k
                for outputs, expected in zip(mistake.outputs, core, strict=True)
                for k in range(len(expected))
                if outputs is None or not _same(outputs[k], expected[k])
            }
            for mistake in self.mistakes
        ]


def _same(first, second):
    """Tell whether two results are equal up to rounding."""
    if isinstance(second, list):
        return len(first) == len(second) and all(map(_same, first, second))
    return np.shape(first) == np.shape(second) and np.allclose(
        first, second, rtol=1e-9, atol=0, equal_nan=True
    )


def pack(value):
    """Turn a value into JSON: float64 arrays as lists, others with dtype, lists by name."""
    if isinstance(value, np.ndarray | np.generic):
        # tolist() would widen float32; str() keeps the digits that it has.
        flat = [_number(x) for x in value.ravel()]
        shaped = np.array(flat, dtype=object).reshape(value.shape).tolist()
        if value.dtype == np.float64 and value.ndim and value.size:
            return shaped
        return {"dtype": value.dtype.str[1:], "shape": list(value.shape), "data": flat}
    if isinstance(value, list):
        return {"list": [pack(item) for item in value]}
    return _number(value) if isinstance(value, float) else value


def _number(x):
    x = (
        float(str(x))
        if isinstance(x, np.floating)
        else x.item()
        if isinstance(x, np.generic)
        else x
    )
    return x if math.isfinite(x) else str(x)


def unpack(tree):
    """Turn what `pack` made back."""
    if isinstance(tree, list):
        return np.array(tree, dtype=object).astype(np.float64)
    if isinstance(tree, dict) and "list" in tree:
        return [unpack(item) for item in tree["list"]]
    if isinstance(tree, dict):
        return np.array(tree["data"], dtype=object).astype(tree["dtype"]).reshape(tree["shape"])
    return float(tree) if tree in ("inf", "-inf", "nan") else tree


def dump(cases: Cases) -> str:
    """Write cases as JSON, one call or mistake a line."""
    head = {k: getattr(cases, k) for k in ("module", "function", "parameters", "results")}
    calls = [
        {
            "where": call.where,
            "role": call.role,
            "args": [pack(x) for x in call.args],
            "kwargs": {name: pack(x) for name, x in call.kwargs.items()},
            "expected": [pack(x) for x in call.expected],
        }
        for call in cases.calls
    ]
    core = [call.expected for call in cases.calls if call.role == "core"]
    mistakes = [
        vars(mistake) | {"outputs": list(map(_pack_outputs, mistake.outputs, core))}
        for mistake in cases.mistakes
    ]
    lines = [f" {json.dumps(k)}: {json.dumps(v)}" for k, v in head.items()]
    for name, items in (("calls", calls), ("mistakes", mistakes)):
        rows = ",\n".join("  " + json.dumps(item, ensure_ascii=False) for item in items)
        lines.append(f" {json.dumps(name)}: [\n{rows}\n ]")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _pack_outputs(outputs, expected):
    if outputs is None or len(outputs) != len(expected):
        return None
    return [
        SAME
        if not isinstance(b, list) and np.array_equal(a, b, equal_nan=True)
        else pack(_shorten(a))
        for a, b in zip(outputs, expected, strict=True)
    ]


def _shorten(x):
    """Keep the twelve digits that recognition needs."""
    if isinstance(x, list):
        return [_shorten(item) for item in x]
    digits = np.frompyfunc(lambda number: float(f"{number:.12g}"), 1, 1)
    return np.asarray(digits(x), dtype=np.float64) if isinstance(x, np.ndarray) else x


def load(module: str, function: str) -> Cases:
    """Read the stored cases of a function."""
    tree = json.loads((STORE / module / f"{function}.json").read_text("utf-8"))
    for call in tree["calls"]:
        call["args"] = [unpack(x) for x in call["args"]]
        call["kwargs"] = {name: unpack(x) for name, x in call["kwargs"].items()}
        call["expected"] = [unpack(x) for x in call["expected"]]
    tree["calls"] = [Call(**call) for call in tree["calls"]]
    core = [call.expected for call in tree["calls"] if call.role == "core"]
    for mistake in tree["mistakes"]:
        mistake["outputs"] = [
            o and [right if x == SAME else unpack(x) for x, right in zip(o, e, strict=True)]
            for o, e in zip(mistake["outputs"], core, strict=True)
        ]
    tree["mistakes"] = [Mistake(**mistake) for mistake in tree["mistakes"]]
    return Cases(**tree)


def catalogue() -> dict[str, list[str]]:
    """Return the functions that have stored cases, by module, in the order of the course."""
    return json.loads((STORE / "index.json").read_text("utf-8"))
