"""Every mistake of the catalogue is caught and named, and nothing is named that is not there."""

import contextlib
import itertools
import random
import re
import warnings
from collections import Counter
from dataclasses import replace
from functools import cache

import pytest
from answers import RIGHT, WRONG
from figures import by_module, hold
from students import HOMES, cases, check_answer

from course_lib.checks.engine import judge
from course_lib.checks.process import InThisProcess, StudentProcess
from course_lib.instructor.authoring import cases as generator
from course_lib.instructor.authoring.cases import as_list, run, same
from solutions.mistakes import EditError, build, catalogue, edited, reference, slips, without

MISTAKES = {
    function: mistakes
    for functions in catalogue().values()
    for function, mistakes in functions.items()
}
SEED = 914_107


@pytest.fixture(autouse=True)
def quiet():
    """Wrong formulas divide by zero; nobody needs to hear of it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        yield


# What the catalogue is


def test_every_function_that_students_write_has_at_least_eight_mistakes():
    assert set(MISTAKES) == set(HOMES)
    for function, mistakes in MISTAKES.items():
        assert len({mistake.name for mistake in mistakes}) >= 8, function


@pytest.mark.parametrize("function", MISTAKES)
def test_names_are_words_and_sentences_ask(function):
    for mistake in MISTAKES[function]:
        assert re.fullmatch(r"[a-z][a-z0-9A-Z]*(_[a-zA-Z0-9]+)+", mistake.name), mistake.name
        assert "?" in mistake.sentence, mistake.sentence
        assert mistake.hint.endswith((".", "?")), mistake.hint
        assert mistake.hint != mistake.sentence


def test_a_dialect_is_called_by_its_owner_and_not_called_wrong():
    dialects = [m for mistakes in MISTAKES.values() for m in mistakes if m.dialect]
    assert len({m.name for m in dialects}) >= 8
    for mistake in dialects:
        owner = re.search(r"_as_in_(torch|keras|optax|dozat)$", mistake.name)[1]
        assert owner in mistake.sentence.lower() and "the course" in mistake.sentence
        assert not re.search(r"\b(wrong|mistake|error|incorrect)\b", mistake.sentence)


def test_an_edit_that_no_longer_applies_is_an_error():
    mistake = MISTAKES["adagrad_update"][0]
    for new, times in (("v += grad**2", 0), ("v = v + 0\n    v = v + grad**2", 2)):
        source = reference("adagrad").replace("v = v + grad**2", new)
        with pytest.raises(EditError, match=f"{mistake.name} of adagrad_update .* {times} times"):
            edited(source, "adagrad_update", mistake)


@pytest.mark.parametrize("entry", ["no_way: Why? So.", "no_hint: Why?\n    w", "Why? So.\n    w"])
def test_an_entry_that_cannot_be_read_is_an_error(entry):
    with pytest.raises(EditError, match="name: question"):
        slips("w = …", entry)


def test_a_mistake_that_is_not_there_cannot_be_left_out():
    with pytest.raises(EditError, match="no_such_name"):
        without(MISTAKES["sgd_update"], "no_such_name")


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ("another_name: Which sign? Minus.\n    w + lr * grad", "wrong_sign and another_name"),
        ("wrong_sign: Another question? Yes.\n    w + grad", "wrong_sign .* two questions"),
        ("no_mistake: Is it? No.\n    w - grad * lr", "no_mistake computes the right answer"),
        ("slip: Which name? grad.\n    w - lr * grads", "slip fails: name 'grads'"),
    ],
)
def test_a_mistake_that_clashes_is_refused(entry, told, monkeypatch):
    more = [*MISTAKES["sgd_update"], *slips("return …", entry)]
    monkeypatch.setattr(
        generator.catalogue, "catalogue", lambda: {"adaptive": {"sgd_update": more}}
    )
    with pytest.raises(EditError, match=rf"sgd_update .*{told}"):
        generator.refuse_clashes(generator.make("adaptive", "sgd_update"))


def test_a_way_that_is_no_python_is_told_with_its_name():
    [slip] = slips("return …", "not_closed: Is it closed? No.\n    (w - lr")
    with pytest.raises(EditError, match="adaptive.py, not_closed is no Python: .*: return .w - lr"):
        build("adaptive", "sgd_update", slip)


@pytest.mark.parametrize("function", MISTAKES)
def test_no_mistake_of_the_catalogue_clashes(function):
    generator.refuse_clashes(generator.make(HOMES[function], function))


# Single mistakes


@cache
def outcome(function, mistake, seed=None):
    verdict = judge(
        cases(function, seed), InThisProcess(build(HOMES[function], function, mistake), timeout=600)
    )
    if verdict.passed:
        return "missed"
    if verdict.mistake is None:
        return "not named"
    return "named" if verdict.mistake == mistake.name else f"named {verdict.mistake}"


@pytest.mark.parametrize("function", MISTAKES)
def test_every_mistake_is_caught_and_named(function):
    outcomes = {(m.name, m.edits): outcome(function, m) for m in MISTAKES[function]}
    assert {key: found for key, found in outcomes.items() if found != "named"} == {}


@pytest.mark.full
@pytest.mark.parametrize("seed", [SEED, 1, 2])
@pytest.mark.parametrize("function", MISTAKES)
def test_every_mistake_is_caught_and_named_on_secret_inputs(function, seed):
    outcomes = {(m.name, m.edits): outcome(function, m, seed) for m in MISTAKES[function]}
    assert {key: found for key, found in outcomes.items() if found != "named"} == {}


@pytest.mark.parametrize("function", MISTAKES)
def test_a_mistake_in_a_students_file_is_named(function, tmp_path):
    """The series above run in this process; here the files go the whole way."""
    for mistake in random.Random(function).sample(MISTAKES[function], 2):
        module = HOMES[function]
        text = edited(reference(module), function, mistake)
        (tmp_path / f"{module}.py").write_text(text, "utf-8")
        with StudentProcess(tmp_path) as process:
            verdict = judge(cases(function), process)
        assert (verdict.passed, verdict.mistake) == (False, mistake.name)
        assert verdict.dialect == mistake.dialect
        assert verdict.message.startswith(mistake.sentence)
        assert verdict.hint == mistake.hint


# Pairs


def pairs(function, number=None):
    """Yield pairs of mistakes in one function that go together, with the function they make."""
    text = reference(HOMES[function])
    both = list(itertools.combinations(MISTAKES[function], 2))
    if number:
        random.Random(function).shuffle(both)
    for first, second in both:
        try:
            text_of_both = edited(text, function, first, second)
            code = compile(text_of_both, "two mistakes", "exec")
        except (EditError, SyntaxError):
            continue
        yield first, second, code
        number = number and number - 1
        if number == 0:
            return


def results(wrong, function):
    """Return what a function gives on inputs that no check uses."""
    calls = [c for seed in (71, 72, 73) for c in cases(function, seed).calls if c.role == "core"]
    return [as_list(run(wrong, call)) for call in calls]


@cache
def single(function, name):
    """Return what each way to make a mistake gives."""
    module = HOMES[function]
    return [
        results(build(module, function, m), function) for m in MISTAKES[function] if m.name == name
    ]


@cache
def single_pairs(function, name, other):
    """Return what each way to make two mistakes at once gives, where they go together."""
    both = [m for m in MISTAKES[function] if m.name in (name, other)]
    made = []
    for first, second in itertools.combinations(both, 2):
        if first.name != second.name:
            with contextlib.suppress(EditError, SyntaxError):
                made.append(results(build(HOMES[function], function, first, second), function))
    return made


@cache
def fewer_cases(function):
    """Return a function's stored cases without the calls that pairs need not be told by."""
    whole = cases(function)
    calls = [call for call in whole.calls if call.role in ("core", "shape")]
    return replace(whole, calls=calls)


def says(name, other):
    """Tell whether two names are of one mistake, where one may be of one state alone."""
    return name == other or name.startswith(f"{other}_in_") or other.startswith(f"{name}_in_")


def judge_pair(function, first, second, code):
    """Say what became of a pair: "caught", "missed", "the reference", "named", "named wrongly".

    A name is right that is of one of the two, or that makes the same function, alone or with one
    of the two.
    """
    namespace = {"__name__": "two_mistakes"}
    exec(code, namespace)
    wrong = namespace[function]
    verdict = judge(fewer_cases(function), InThisProcess(wrong, timeout=600))
    if verdict.passed:
        right = [
            c.expected for s in (71, 72, 73) for c in cases(function, s).calls if c.role == "core"
        ]
        return "the reference" if same(results(wrong, function), right) else "missed"
    if verdict.mistake is None:
        return "caught"
    if any(says(verdict.mistake, one.name) for one in (first, second)):
        return "named"
    of_this_name = single(function, verdict.mistake)
    if not of_this_name:  # the engine's own: shape, dtype, order
        return "named"
    found = results(wrong, function)
    also = (single_pairs(function, verdict.mistake, other.name) for other in (first, second))
    explained = (same(found, one) for some in (of_this_name, *also) for one in some)
    return "named" if any(explained) else "named wrongly"


@cache
def count_pairs(function, number=None):
    """Judge pairs, all that go together or some of them, and count what became of them."""
    counted = Counter()
    for first, second, code in pairs(function, number):
        found = judge_pair(function, first, second, code)
        counted[found] += 1
        assert found not in ("missed", "named wrongly"), (found, first, second)
    return counted


@pytest.mark.parametrize("function", MISTAKES)
def test_two_mistakes_at_once_are_caught(function):
    count_pairs(function, 12)


@pytest.mark.full
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("function", MISTAKES)
def test_every_two_mistakes_at_once_are_caught(function):
    count_pairs(function)


# Right and wrong answers in students' own words


@pytest.mark.parametrize("function", dict.fromkeys(answer.function for answer in RIGHT))
def test_right_answers_written_in_other_ways_pass(function, tmp_path):
    for answer in (answer for answer in RIGHT if answer.function == function):
        for seed in (None, SEED):
            verdict = check_answer(tmp_path, answer, seed=seed)
            assert (verdict.passed, verdict.mistake) == (True, None), (answer, verdict.message)
            assert verdict.outcome == "right" and all(verdict.parts.values())


@pytest.mark.parametrize("seed", [None, SEED])
@pytest.mark.parametrize("function", dict.fromkeys(answer.function for answer in WRONG))
def test_wrong_answers_written_by_hand_are_caught_and_named(function, seed, tmp_path):
    for answer in (answer for answer in WRONG if answer.function == function):
        verdict = check_answer(tmp_path, answer, seed=seed)
        assert not verdict.passed, answer
        assert verdict.mistake in (answer.names or {None}), (answer, verdict.mistake)


# What docs/checks.md says of them


@pytest.mark.full
@pytest.mark.timeout(3600)
def test_the_documents_say_what_became_of_the_pairs():
    found = {function: count_pairs(function) for function in MISTAKES}
    hold(
        "pairs",
        {
            "pairs": by_module({f: counted.total() for f, counted in found.items()}),
            "right again": by_module({f: counted["the reference"] for f, counted in found.items()}),
        },
    )
