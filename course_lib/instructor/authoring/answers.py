"""Reads the keyed answers of a lesson, and makes what a student's copy stores of them.

A key stands in the hidden test of its answer, and the wrong answers that students give beside it,
each with the misconception and a question back:

    grade_answer(largest_lr, 0.025, rtol=0.01, points=1, between=(0, 10), wrong={
        0.0125: "With this rate one step leads to the minimum. ...?",
    })
"""

import ast
import functools
import re
from typing import Any

from course_lib import CourseError
from course_lib.checks import answers

USUAL = {"rtol": 0.0, "atol": 0.0, "whole": False, "between": (-1e12, 1e12), "wrong": {}}


@functools.cache
def keyed(lesson: str) -> dict[str, dict[str, Any]]:
    """Give the answers of a lesson, by name.

    Returns
    -------
    keyed : dict of str to dict
        "expected", "rtol", "atol", "whole", "between", "wrong", "points".
    """
    from course_lib.instructor.authoring import build

    found = {}
    for cell in build.read_lesson(lesson).cells:
        if not cell.source.startswith("check_answer("):
            continue
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "grade_answer":
                name, key = node.args
                told = {str(k.arg): answers.literal(k.value) for k in node.keywords}
                found[ast.unparse(name)] = USUAL | told | {"expected": answers.literal(key)}
    return found


def stored(lesson: str) -> dict[str, Any]:
    """Make what a student's copy stores of what a lesson asks: of answers form and locks."""
    from course_lib.instructor.authoring import build

    cells = build.read_lesson(lesson).cells
    sources = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    graded = (cell.metadata.get("nbgrader", {}) for cell in cells)
    return {
        "functions": re.findall(r'^check\("(\w+)"\)', sources, re.MULTILINE),
        "answers": {name: _stored(name, answer) for name, answer in keyed(lesson).items()},
        "words": [known.grade_id for known in graded if known and known.grade and known.solution],
    }


def _stored(name, answer):
    right, wrong, bounds = answer["expected"], answer["wrong"], (answer["rtol"], answer["atol"])
    for value in wrong:
        if answers.agrees(value, right, *bounds):
            raise CourseError(f"{value!r} is listed as a wrong answer of {name}, and is right.")
    if isinstance(right, str):
        form = {"letters": "".join(sorted([right, *wrong]))}
    else:
        cells = ["linear", 2 * bounds[1]] if bounds[1] else ["log", max(0.002, 2 * bounds[0])]
        form = {"whole": answer["whole"], "between": [*answer["between"]], "cells": cells}
    entries = [(right, *bounds, answers.RIGHT)]
    entries += [(value, *bounds, sentence) for value, sentence in wrong.items()]
    return form | answers.lock(name, form, entries)


def without_locks(stored: dict[str, Any]) -> dict[str, Any]:
    """Leave the forms, and nothing that could be tried."""
    forms = {
        name: {key: answer[key] for key in answer if key not in ("salt", "locks")}
        for name, answer in stored["answers"].items()
    }
    return stored | {"answers": forms}
