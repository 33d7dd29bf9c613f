"""Packs what a student hands in: one lesson's notebook and all of their modules."""

import hashlib
import json
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from course_lib import LESSONS, CourseError, nearest, workspace
from course_lib.checks import answers

FOLDER = "handed_in"
COLLECTED = "collected.txt"
"""What collecting has to say of a submission, a line each: `course grade` raises it as flags."""
BLANK = "YOUR ANSWER HERE"
"""What stands in a cell for words before anything is written, as nbgrader has it."""
STUDENT = r"[A-Za-z0-9_](?:[A-Za-z0-9_.@]|-(?!-))*"
COLLECT = (
    r".*[/\\](?P<lesson>[^/\\]+)[/\\]extracted[/\\](?P=lesson)"
    rf"--(?P<student_id>{STUDENT})--(?P<timestamp>[0-9]{{8}}T[0-9]{{6}}Z)[/\\]"
    rf"(?P<file_id>(?P=lesson)\.ipynb|{re.escape(COLLECTED)}|course_lib[/\\]updates[/\\]\w+\.py)$"
)
"""How `nbgrader zip_collect` reads the folders that its extractor makes of what `pack` writes."""
KEPT_ID = ".student_id"
"""Where a student's id is kept, beside the `course_lib` of a lesson."""


def pack(
    lesson: str,
    updates: str | Path,
    *,
    student: str | None = None,
    ask: Callable[[], str] | None = None,
) -> list[str]:
    """Write `handed_in/LESSON--STUDENT--TIME.zip`, as `nbgrader zip_collect` reads it.

    Parameters
    ----------
    lesson : str
        Such as "02_adagrad".
    updates : path
        The student's modules.
    student : str, optional
        Their id in the course: letters, digits and single . _ @ -. It is kept for the next time,
        for the lessons in the folders beside this one too.
    ask : callable, optional
        Gives the id where neither this time nor before one was given.

    Returns
    -------
    lines : list of str
        What the visible checks say of the lesson's functions, what is blank, and a receipt.

    Raises
    ------
    CourseError
        For an unknown lesson, no id or one that cannot be used, a notebook that is missing or no
        notebook, a module of this lesson that is missing or that Python cannot read. Nothing is
        written then.
    """
    root = Path(updates).parents[1]
    notebook = find_notebook(root, lesson)
    modules = workspace.modules(updates)
    own = LESSONS.get(lesson, tuple(modules))
    broken = {name: module.problem for name, module in modules.items() if module.problem}
    if problems := [problem for name, problem in broken.items() if name in own]:
        raise CourseError(f"Not packed, for this must be mended first: {' '.join(problems)}")
    student = _identify(root, student, ask)
    files = {notebook.name: notebook} | {
        f"course_lib/updates/{name}.py": module.path
        for name, module in modules.items()
        if module.path.is_file()
    }
    there = answered(notebook, lesson)
    now = datetime.now(UTC)
    target = root / FOLDER / f"{lesson}--{student}--{now:%Y%m%dT%H%M%SZ}.zip"
    number = 1
    while target.exists():  # an earlier one is kept, even one of this second
        number += 1
        target = target.with_name(f"{lesson}--{student}--{now:%Y%m%dT%H%M%SZ}-{number}.zip")
    target.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in files.items():
            archive.write(path, name)
    run = [name for name, value in there.items() if value is ...]
    blank = [name for name, value in there.items() if value is None]
    return [
        *(f"Packed as it is, for {lesson} does not need it: {said}" for said in broken.values()),
        *_self_test(lesson, updates),
        *[f"Not answered yet: {', '.join(blank)}."] * bool(blank),
        *[f"Not written out, and grading reads each cell by itself: {', '.join(run)}."] * bool(run),
        f"Packed for {student}: {', '.join(files)}.",
        f"Hand in this file: {target}",
        f"Receipt: {now:%Y-%m-%d %H:%M:%S} UTC, {hashlib.sha256(target.read_bytes()).hexdigest()}",
    ]


def answered(notebook: str | Path, lesson: str) -> dict[str, Any]:
    """Read what stands in a notebook for each answer that a lesson asks for, in words too.

    Parameters
    ----------
    notebook : path
    lesson : str

    Returns
    -------
    answered : dict
        By name: None for what is blank, the answer where it is written out, the text of a cell
        where words are asked for, and `...` where it has to be run to know.
    """
    asked = answers.asked().get(lesson, {"answers": {}, "words": []})
    found: dict[str, Any] = dict.fromkeys([*asked["answers"], *asked["words"]])
    for cell in json.loads(Path(notebook).read_text("utf-8"))["cells"]:
        source = "".join(cell.get("source", ""))
        name = cell.get("metadata", {}).get("nbgrader", {}).get("grade_id")
        if name in asked["words"]:
            found[name] = None if source.strip() in ("", BLANK) else source
        elif cell.get("cell_type") == "code":
            found |= answers.assigned(source, asked["answers"])
    return found


def find_notebook(root: Path, lesson: str) -> Path:
    """Find a lesson's notebook in a student's folder, and see that it is one."""
    places = [root / f"{lesson}.ipynb", root / "notebooks" / f"{lesson}.ipynb"]
    notebook = next((path for path in places if path.is_file()), None)
    if notebook is None:
        here = {path.stem for place in places for path in place.parent.glob("[0-9][0-9]_*.ipynb")}
        if lesson not in {*here, *LESSONS}:
            known = nearest(lesson, here or LESSONS)
            raise CourseError(f"There is no lesson {lesson}; did you mean {known}?")
        raise CourseError(f"The notebook {lesson}.ipynb is missing from {root}.")
    try:
        readable = "cells" in json.loads(notebook.read_text("utf-8"))
    except (ValueError, TypeError):
        readable = False
    if not readable:
        raise CourseError(f"{notebook} is damaged: it is not a notebook any more.")
    return notebook


def _identify(root: Path, student: str | None, ask: Callable[[], str] | None) -> str:
    """Give the student's id, and keep it: one is asked for once."""
    beside = [root, *(path.parent for path in root.parent.glob(f"*/{KEPT_ID}"))]
    kept = [path for folder in beside if (path := folder / KEPT_ID).is_file()]
    before = kept[0].read_text("utf-8", "replace").strip() if kept else ""
    student = (student or before or (ask() if ask else "")).strip()
    if not student:
        raise CourseError(
            "Whose work is it? Give your id in the course once, with --student ID: it is kept."
        )
    if not re.fullmatch(STUDENT, student):
        raise CourseError(f"{student!r} is no id to hand in under; give yours with --student ID.")
    if student != before or kept[0].parent != root:
        (root / KEPT_ID).write_text(f"{student}\n", "utf-8")
    return student


def _self_test(lesson: str, updates: str | Path) -> list[str]:
    """Say what the checks of the lesson say; whatever they say, it can be handed in."""
    from course_lib import checks

    names = answers.asked().get(lesson, {}).get("functions") or LESSONS.get(lesson, ())
    verdicts = checks.run_checks(names, updates_dir=updates) if names else []
    signs = {"right": "✓", "blank": "○"}
    marks = [f"{signs.get(verdict.outcome, '✗')} {verdict.rule}" for verdict in verdicts]
    return [f"The visible checks say: {', '.join(marks)}."] if marks else []
