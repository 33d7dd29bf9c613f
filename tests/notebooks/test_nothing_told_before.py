"""What stands before an answer, be it text, alt text or stored output, does not hold it."""

import re

import pytest
from lessons import NAMES, stored

from course_lib.checks.answers import agrees
from course_lib.instructor.authoring.answers import keyed

OF_SETTINGS = {"window", "best_lr", "loss_factor", "best_eps"}
"""Answers that are one of several settings, which stand in the lesson side by side."""
ASKED = [
    (lesson, name)
    for lesson in NAMES
    for name, answer in keyed(lesson).items()
    if not isinstance(answer["expected"], str) and name not in OF_SETTINGS
]
NUMBER = re.compile(r"(?<![\w.])[-−]?\d+(?:\.\d+)?(?:e[-+]?\d+)?(?![\w.]*\w)")


def shown(cell):
    yield cell.source
    for output in cell.get("outputs", ()):
        yield output.get("text", "")
        yield output.get("data", {}).get("text/plain", "")  # a picture's is its alt text


def given_away(lesson, name):
    """Give the places before an answer's cell where a number stands that would be right."""
    answer = keyed(lesson)[name]
    bounds = min(answer["rtol"], 0.02), answer["atol"]
    for cell in stored(lesson).cells:
        if cell.id == name:
            return
        for text in shown(cell):
            for found in NUMBER.finditer(text):
                exact = answer["whole"] or len(re.sub(r"\D|^0+", "", found.group())) > 1
                value = float(found.group().replace("−", "-"))
                if exact and agrees(value, answer["expected"], *bounds):
                    yield text[max(0, found.start() - 60) : found.end() + 20]
    raise AssertionError(f"{lesson} has no cell {name}")


@pytest.mark.parametrize(("lesson", "name"), ASKED)
def test_no_number_before_an_answer_is_the_answer(lesson, name):
    assert list(given_away(lesson, name)) == []
