"""What hidden tests call: `grade` and `grade_answer`, whose value is the points of the cell.

Where grading runs them (`trusted.py`), within a `session` that holds the process of the student's
code and the course's secret seed, `check` shows its card without failing the cell, so that partial
credit can follow. In any other kernel they work on the modules of the folder at hand.
"""

import contextlib
import functools
import hashlib
import math
import numbers
import secrets
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from course_lib.checks import answers
from course_lib.checks.card import Card
from course_lib.checks.engine import judge
from course_lib.checks.process import StudentProcess
from course_lib.checks.stored import Cases, catalogue, load
from course_lib.checks.words import show
from course_lib.instructor.authoring import cases
from course_lib.workspace import find_root


@dataclass
class Session:
    """One student's hidden tests.

    Attributes
    ----------
    process : StudentProcess
    seed : int
        What the inputs of the hidden tests are drawn from.
    passed : set of str
        The functions that passed the visible check.
    earned : list of float
        The points of each `grade` and `grade_answer` in the cell that runs.
    verdicts : list of dict
        What the cards of that cell say, for whoever counts mistakes.
    answer : str
        The answer that was shown last.
    """

    process: StudentProcess
    seed: int
    passed: set = field(default_factory=set)
    earned: list = field(default_factory=list)
    verdicts: list = field(default_factory=list)
    answer: str = ""


_session: ContextVar[Session | None] = ContextVar("session", default=None)


@contextlib.contextmanager
def session(process: StudentProcess, seed: int) -> Iterator[Session]:
    """Let what is called within test one student's functions."""
    here = Session(process, seed)
    token = _session.set(here)
    try:
        yield here
    finally:
        _session.reset(token)


def grade(function: str, *, points: float) -> float:
    """Judge a student's function on inputs that nobody has seen.

    Parameters
    ----------
    function : str
        Such as "adagrad_update".
    points : float
        What it is worth when all is right.

    Returns
    -------
    earned : float
        All points where it passes. Where some of its results are right in every call and others
        not, that share of them. Half, at least, for another library's form, and for right numbers
        from a function that changes its arguments or keeps something between calls.
    """
    with contextlib.ExitStack() as stack:
        here = _session.get()
        if here is None:
            process = StudentProcess(find_root() / "course_lib" / "updates")
            here = Session(stack.enter_context(process), secrets.randbits(64))
        verdict = judge(hidden_cases(function, here.seed), here.process)
    share = _share(verdict)
    if not verdict.passed and function in here.passed:
        print("Right on the inputs that you know, but not on all others:")
        _display(here, [verdict])
    return _earn(here, points, share, "" if verdict.passed else _reason(verdict, share))


def grade_answer(
    value: Any,
    expected: Any,
    *,
    points: float,
    rtol: float = 0.0,
    atol: float = 0.0,
    wrong: dict[Any, str] | None = None,
    whole: bool = False,
    between: tuple[float, float] | None = None,
) -> float:
    """Compare an answer with the right one, and tell a known wrong one what is wrong with it.

    Parameters
    ----------
    value : number, string, bool, or list or tuple of these
        The student's answer; None where there is none.
    expected : of the same kind
    points : float
        What it is worth.
    rtol, atol : float
        A number may be off by `atol + rtol * abs(expected)`.
    wrong : dict, optional
        What students answer instead, as far off at most: for each the misconception and a
        question. Of a choice, all the other letters.
    whole, between
        What form a number should have; `check_answer` says so, and nothing is marked by it.

    Returns
    -------
    earned : float
        All points or none.
    """
    if value is None:
        share, reason = 0, "there is no answer"
    elif _agrees(value, expected, rtol, atol):
        share, reason = 1, ""
    else:
        found = [w for w in wrong or () if _agrees(value, w, rtol, atol)]
        share, reason = 0, "this is not the answer"
        if (here := _session.get()) is not None:
            mistake = f"answer {found[0]}" if found else None
            verdict = {"rule": here.answer, "passed": False, "mistake": mistake, "message": ""}
            here.verdicts.append(verdict | {"outcome": "wrong"})
        if wrong and found:
            print(f"{wrong[found[0]]}")
    return _earn(_session.get(), points, share, reason)


def show_check(*names: str) -> None:
    """Show the card of the visible check, as `check` does, and fail nothing."""
    stored = catalogue()
    pairs = [(m, f) for m, functions in stored.items() for f in functions if {m, f} & {*names}]
    here = _session.get()
    assert here is not None  # the trusted side alone calls this
    verdicts = [judge(load(*pair), here.process) for pair in pairs]
    here.passed |= {verdict.rule for verdict in verdicts if verdict.passed}
    _display(here, verdicts)


def show_check_answer(name: str, value: Any) -> None:
    """Show the answer, or what is wrong with its form, and fail nothing."""
    if (here := _session.get()) is not None:
        here.answer = name
    print(answers.problem(name, value) or f"Your answer: {name} = {value!r}")


@functools.cache
def hidden_cases(function: str, seed: int) -> Cases:
    """Make the cases of a function that nobody has seen; each function draws its own."""
    homes = {name: module for module, names in catalogue().items() for name in names}
    if function not in homes:
        raise LookupError(f"There is no function {function} to grade.")
    drawn = hashlib.sha256(f"{seed} {function}".encode()).digest()
    return cases.make(homes[function], function, int.from_bytes(drawn))


def _share(verdict):
    if verdict.passed:
        return 1.0
    right = sum(verdict.parts.values()) / max(1, len(verdict.parts))
    return max(right, 0.5) if verdict.dialect else min(right, 0.5) if right == 1 else right


def _reason(verdict, share):
    if verdict.dialect:
        return "another library's form, where this course asks for its own"
    right = [name for name, ok in verdict.parts.items() if ok]
    if not share:
        return "not right yet"
    if len(right) == len(verdict.parts):
        return "the numbers are right, but it changes or keeps what it should not"
    return f"right in every call: {', '.join(right)}"


def _agrees(value, expected, rtol, atol):
    if isinstance(expected, list | tuple):
        return (
            isinstance(value, list | tuple)
            and len(value) == len(expected)
            and all(_agrees(a, b, rtol, atol) for a, b in zip(value, expected, strict=True))
        )
    if isinstance(expected, str):
        return isinstance(value, str) and value.strip().casefold() == expected.strip().casefold()
    if isinstance(expected, bool) or isinstance(value, bool):
        return value is expected
    if not isinstance(value, numbers.Real):
        return False
    try:
        value = float(value)
    except OverflowError:
        return False
    return math.isfinite(value) and abs(value - expected) <= atol + rtol * abs(expected)


def _earn(here, points, share, reason):
    earned = math.floor(points * share * 4 + 1e-9) / 4
    if here is not None:
        here.earned.append(earned)
    if points:
        print(f"{show(earned)} of {show(points)} points{f': {reason}' if reason else ''}.")
    else:
        print(f"{(reason or 'right').capitalize()} (without points).")
    return float(earned)


def _display(here, verdicts):
    """Show a card, and note beside it what `course report` counts."""
    here.verdicts += [verdict.as_dict() | {"outcome": verdict.outcome} for verdict in verdicts]
    card = Card(verdicts)
    try:
        from IPython.display import display
    except ImportError:
        print(card)
    else:
        display(card)
