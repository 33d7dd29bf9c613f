"""A submission as plain data, for whoever examines it; and its result as a notebook's outputs."""

import base64
import html
from pathlib import Path
from typing import Any

import nbformat
from nbformat.notebooknode import NotebookNode

from course_lib import LESSONS
from course_lib.checks.process import clean
from course_lib.instructor.grading import rebuild

MAX_MODULES = 40
CALCULATED = "an answer is calculated: the notebook was run whole, in the sandbox"


def read_modules(folder: str | Path) -> dict[str, bytes]:
    """Read the student's modules, and others beside them that they may import: name to bytes."""
    known = {f"{name}.py" for names in LESSONS.values() for name in names}
    paths = (p for p in (Path(folder) / "course_lib" / "updates").glob("*.py") if p.is_file())
    ordered = sorted(paths, key=lambda path: (path.name not in known, path.name))
    return {path.name: path.read_bytes() for path in ordered[:MAX_MODULES]}


def make_task(
    notebook: NotebookNode,
    record: dict[str, Any],
    modules: dict[str, bytes],
    seed: int,
    rerun: bool = False,
) -> tuple[dict[str, Any], list[str]]:
    """Make what an `Examiner` needs to examine a notebook that is in order, and flags.

    With `rerun` the whole notebook is run, though no answer asks for it.
    """
    tests, cells = [], []
    answers: dict[str, Any] = {}
    calculated: set[str] = set()
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        known = record["cells"].get(cell.metadata.get("nbgrader", {}).get("grade_id"), {})
        if known.get("grade") and not known["solution"]:
            test = {"id": cell.metadata.nbgrader["grade_id"], "source": cell.source}
            tests.append(test | {"points": known["points"]})
            continue
        names = rebuild.assigned(known["source"]) if known.get("solution") else set()
        if names:
            found = rebuild.read_answer(cell.source, names)
            calculated |= names if found is None else set()
            answers |= found or dict.fromkeys(names)
        cells.append({"id": cell.id, "source": cell.source, "names": sorted(names)})
    # An answer that is not in its own cell may be in another.
    blank = {name for name, value in answers.items() if value is None} - calculated
    for cell in cells if blank else ():
        if names := (rebuild.assigned(cell["source"]) & blank) - {*cell["names"]}:
            found = rebuild.read_answer(cell["source"], names)
            calculated |= names if found is None else set()
            answers |= found or {}
            cell["names"] += sorted(names)
    task = {
        "tests": tests,
        "answers": answers,
        "modules": {name: base64.b64encode(data).decode() for name, data in modules.items()},
        "cells": cells if calculated or rerun else None,
        "seed": seed,
    }
    return task, [CALCULATED] * bool(calculated)


def put_outputs(notebook: NotebookNode, result: dict[str, Any], flags: list[str]) -> None:
    """Put the result of an examination into a notebook, and flags on top."""
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in result["cells"] and cell.cell_type == "code":
            cell.outputs = _outputs(result["cells"][name])
        elif cell.id in result["ran"]:
            cell.outputs = nbformat.from_dict(result["ran"][cell.id])
    if flags:
        lines = "\n".join(f"- {html.escape(clean(flag))}" for flag in flags)
        told = f"**Put in order before grading**\n\n{lines}"
        notebook.cells.insert(0, nbformat.v4.new_markdown_cell(told, id="course-flags"))


def _outputs(cell: dict[str, Any]) -> list[NotebookNode]:
    """Give what nbgrader reads the points of a test cell from, below what the cell showed."""
    made = [
        nbformat.v4.new_output("stream", name="stdout", text=shown["text/plain"])
        if [*shown] == ["text/plain"]
        else nbformat.v4.new_output("display_data", data=shown)
        for shown in cell["shown"]
    ]
    if error := cell.get("error"):
        kind, _, text = error.partition(": ")
        made.append(nbformat.v4.new_output("error", ename=kind, evalue=text, traceback=[error]))
    elif cell["points"] is not None:
        data = {"text/plain": repr(cell["points"])}
        made.append(nbformat.v4.new_output("execute_result", data=data))
    return made
