"""In a browser a check runs in the student's own process, and says what it says elsewhere."""

import random
import sys

import numpy as np
import pytest
from answers import RIGHT, WRONG
from students import HOMES, cases, module

from course_lib.checks.engine import judge
from course_lib.checks.in_process import StudentInProcess
from course_lib.checks.process import StudentProcess
from solutions.mistakes import catalogue, edited, reference

STUDENT = """
import sys
import numpy as np
from course_lib.updates import sibling

def loop():
    while True: pass
def loop_that_catches_all():
    while True:
        try:
            while True: len("")
        except: pass
def leave(): sys.exit()
def blank(): raise NotImplementedError("blank is not written yet")
def raises():
    return 1 / 0
def asks(): return input()
def recurses(): return recurses()
def in_place(w): w += 1; return w
def with_function(f): return f(np.ones(2)) + f(np.zeros(2))
def with_wrong_argument(f): return f(1, 2, 3)
def needs_sibling(): return sibling.VALUE
def needs_pytest():
    import pytest
def odd(): return np.array([object()]), {1: 2}, 1j, "text", None, [np.float32(2)]
def large(): return np.zeros(10**6)
"""
CALLS = {
    "in_place": [np.zeros(2)],
    "with_function": [lambda x: 2 * x + 1],
    "with_wrong_argument": [lambda x: x],
}
MISTAKES = {
    function: mistakes
    for functions in catalogue().values()
    for function, mistakes in functions.items()
}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "mine.py").write_text(STUDENT)
    (tmp_path / "sibling.py").write_text("VALUE = 3.5\n")
    (tmp_path / "broken.py").write_text("def (:\n")
    return tmp_path


def texts(function):
    """Give modules with each mistake, each right and each wrong answer of a function."""
    written = reference(HOMES[function])
    yield written
    yield from (edited(written, function, mistake) for mistake in MISTAKES[function])
    for answer in [*RIGHT, *WRONG]:
        if answer.function == function:
            yield module(function, answer.source)


def differences(folder, function, some):
    """Judge modules in a process of their own and in this one; give those judged differently."""
    different = []
    for text in some:
        (folder / f"{HOMES[function]}.py").write_text(text, "utf-8")
        said = []
        for start in (StudentProcess, StudentInProcess):
            with start(folder) as process:
                verdict = judge(cases(function), process)
            said.append((verdict.passed, verdict.mistake, verdict.message, verdict.outcome))
        if said[0] != said[1]:
            different.append((text, *said))
    return different


@pytest.mark.parametrize("function", HOMES)
def test_some_verdicts_are_those_of_a_process(function, tmp_path):
    some = random.Random(function).sample(list(texts(function)), 3)
    assert differences(tmp_path, function, some) == []


@pytest.mark.full
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("function", HOMES)
def test_every_verdict_is_that_of_a_process(function, tmp_path):
    assert differences(tmp_path, function, texts(function)) == []


@pytest.mark.parametrize(
    "function",
    [
        *("blank", "raises", "leave", "asks", "recurses", "in_place", "with_function"),
        *("with_wrong_argument", "needs_sibling", "needs_pytest", "odd", "large", "not_there"),
    ],
)
def test_whatever_a_function_does_the_reply_is_that_of_a_process(folder, function):
    replies = []
    for start in (StudentProcess, StudentInProcess):
        with start(folder) as process:
            reply = process.call("mine", function, CALLS.get(function, ()))
        reply.seconds = 0.0
        if function == "recurses":  # the words are Python's own
            reply.message = ""
        replies.append(repr(reply))
    assert replies[0] == replies[1]


@pytest.mark.parametrize(("name", "kind"), [("broken", "syntax"), ("not_there", "no_file")])
def test_a_module_that_cannot_be_loaded_is_told_of(folder, name, kind):
    with StudentInProcess(folder) as process:
        assert process.call(name, "anything").kind == kind


@pytest.mark.parametrize("function", ["loop", "loop_that_catches_all"])
def test_an_endless_loop_costs_its_call_alone(folder, function):
    with StudentInProcess(folder, timeout=0.5) as process:
        reply = process.call("mine", function)
        assert (reply.kind, reply.message) == ("timeout", "loops")
        assert process.call("mine", "needs_sibling").value == 3.5


def test_nothing_of_the_student_s_is_left_in_this_process(folder):
    before = set(sys.modules), list(sys.meta_path), sys.gettrace(), sys.stdout, input
    with StudentInProcess(folder) as process:
        process.call("mine", "needs_sibling")
    after = set(sys.modules), list(sys.meta_path), sys.gettrace(), sys.stdout, input
    assert after[0] - before[0] <= set(sys.stdlib_module_names)
    assert after[1:] == before[1:]
    assert "course_lib.updates.mine" not in sys.modules
