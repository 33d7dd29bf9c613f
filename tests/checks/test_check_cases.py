"""The stored cases: made by the generator, readable, and no recipe."""

import json
import re
from importlib import import_module

import numpy as np
import pytest
from students import HOMES, cases

from course_lib.checks.engine import close
from course_lib.checks.stored import STORE, catalogue, dump, load, pack, unpack
from course_lib.instructor.authoring import cases as generator
from solutions.mistakes import reference


def test_the_index_lists_what_students_write_in_the_order_of_the_course():
    assert catalogue() == generator.functions()
    assert list(catalogue())[:2] == ["adaptive", "adagrad"]
    assert catalogue()["adam"] == ["bias_correction", "adam_update"]


@pytest.mark.parametrize("function", HOMES)
def test_stored_cases_are_those_that_the_generator_makes(function):
    """Compared as numbers: another processor may round the last digit otherwise."""
    stored = load(HOMES[function], function)
    made = json.loads(dump(generator.make(HOMES[function], function)))
    again = json.loads(dump(stored))
    assert [c["where"] for c in again["calls"]] == [c["where"] for c in made["calls"]]
    assert [m["name"] for m in again["mistakes"]] == [m["name"] for m in made["mistakes"]]
    for old, new in zip(again["calls"], made["calls"], strict=True):
        for part in ("args", "expected"):
            for a, b in zip(old[part], new[part], strict=True):
                assert a == b or close(unpack(a), unpack(b))


@pytest.mark.parametrize("function", HOMES)
def test_a_students_copy_holds_numbers_and_sentences_but_no_code(function):
    text = (STORE / HOMES[function] / f"{function}.json").read_text("utf-8")
    assert not re.search(r"\bdef |\breturn |lambda|np\.\w+\(", re.sub(r'"hint": ".*?"', "", text))
    solution = reference(HOMES[function]).split(f"def {function}(")[1]
    solution = solution.split("### BEGIN SOLUTION")[1].split("### END SOLUTION")[0]
    for line in solution.split("\n"):
        if len(line.strip()) > 12:
            assert line.strip() not in text


@pytest.mark.parametrize(
    "value",
    [
        np.array([1.5, np.nan, np.inf, -0.0]),
        np.array([[1, 2], [3, 4]], dtype=np.float32) / 3,
        np.float32(0.1),
        np.array(2.5),
        np.zeros((2, 0)),
        np.arange(3),
        float("inf"),
        0.1,
        7,
    ],
)
def test_values_survive_storage_bit_for_bit(value):
    again = unpack(json.loads(json.dumps(pack(value), allow_nan=False)))
    np.testing.assert_array_equal(again, value)
    assert np.shape(again) == np.shape(value)
    assert np.asarray(again).dtype == np.asarray(value).dtype


def test_the_first_call_of_a_rule_can_be_redone_by_hand():
    """Duchi et al.: v = 3² = 9 and 1, w = w - ½ grad / √(v + ¼)."""
    call = cases("adagrad_update").calls[0]
    assert [x.tolist() for x in call.args] == [[1, -2], [3, -1], [0, 0]]
    assert call.kwargs == {"lr": 0.5, "eps": 0.25}
    w, v = call.expected
    assert v.tolist() == [9, 1]
    np.testing.assert_allclose(w, [1 - 0.5 * 3 / 9.25**0.5, -2 + 0.5 / 1.25**0.5], rtol=1e-15)


@pytest.mark.parametrize(
    "function", [f for f in HOMES if f.endswith("_update") and f != "ema_update"]
)
def test_the_inputs_are_such_that_mistakes_cannot_hide(function):
    calls = cases(function).calls
    core = [call for call in calls if call.role == "core"]
    rule = cases(function)

    def values(name):
        return [c.args[rule.parameters.index(name)] for c in core if name in rule.parameters]

    steps = [c.where for c in core if c.where.startswith("at step")]
    assert steps == ["at step 1", "at step 2", "at step 3"]
    made = getattr(import_module(f"solutions.updates.{HOMES[function]}"), function)
    init = getattr(made, "init", lambda w: {})
    for state in {"v", "m", "u"} & set(rule.parameters):
        starts = [
            np.array_equal(x, init(w).get(state, np.zeros_like(x)))
            for w, x in zip(values("w"), values(state), strict=True)
        ]
        assert any(starts) and not all(starts)
    if "t" in rule.parameters:
        assert len(set(values("t"))) > 4
    if "grad" in rule.parameters:
        sizes = [np.abs(g) for g in values("grad")]
        assert any(g.max() > 100 for g in sizes) and any(0 < g.max() < 1e-4 for g in sizes)
        assert any((g == 0).any() and g.any() for g in sizes) and any(not g.any() for g in sizes)
    for name, usual in (("eps", 1e-8), ("beta1", 0.9), ("beta2", 0.999), ("lr", 0.001)):
        given = {c.kwargs[name] for c in core if name in c.kwargs}
        assert usual not in given
        assert not given or len(given) > 3
    if "eps" in rule.calls[0].kwargs:
        assert max(c.kwargs["eps"] for c in core) > 0.1
    assert any(x.dtype == np.float32 for c in calls for x in c.args if isinstance(x, np.ndarray))
    assert any(np.ndim(c.args[0]) == 2 for c in core)


@pytest.mark.parametrize("function", HOMES)
def test_a_seed_makes_other_inputs_and_the_same_ones_again(function):
    first, again, other = (generator.make(HOMES[function], function, seed) for seed in (5, 5, 6))
    assert dump(first) == dump(again)
    assert dump(first) != dump(other)
    assert [c.role for c in first.calls] != [] and first.results == other.results
