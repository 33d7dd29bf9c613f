"""Packs what a student hands in: one lesson's notebook and all of their modules."""

import contextlib
import getpass
import hashlib
import json
import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from course_lib import LESSONS, CourseError, nearest, workspace

FOLDER = "handed_in"
COLLECTED = "collected.txt"
"""What collecting has to say of a submission, a line each: `course grade` raises it as flags."""
STUDENT = r"[A-Za-z0-9_](?:[A-Za-z0-9_.@]|-(?!-))*"
COLLECT = (
    r".*[/\\](?P<lesson>[^/\\]+)[/\\]extracted[/\\](?P=lesson)"
    rf"--(?P<student_id>{STUDENT})--(?P<timestamp>[0-9]{{8}}T[0-9]{{6}}Z)[/\\]"
    rf"(?P<file_id>(?P=lesson)\.ipynb|{re.escape(COLLECTED)}|course_lib[/\\]updates[/\\]\w+\.py)$"
)
"""How `nbgrader zip_collect` reads the folders that its extractor makes of what `pack` writes."""


def pack(lesson: str, updates: str | Path, *, student: str | None = None) -> list[str]:
    """Write `handed_in/LESSON--STUDENT--TIME.zip`, as `nbgrader zip_collect` reads it.

    Parameters
    ----------
    lesson : str
        Such as "02_adagrad".
    updates : path
        The student's modules.
    student : str, optional
        Their id in the course: letters, digits and single . _ @ -; the login name where not
        given.

    Returns
    -------
    lines : list of str
        What the visible checks say of the lesson's functions, and a receipt.

    Raises
    ------
    CourseError
        For an unknown lesson, an id that cannot be used, a notebook that is missing or no
        notebook, a module that is missing or that Python cannot read. Nothing is written then.
    """
    root = Path(updates).parents[1]
    notebook = _find_notebook(root, lesson)
    modules = workspace.modules(updates)
    problems = [module.problem for module in modules.values() if module.problem]
    if problems:
        raise CourseError(f"Not packed, for this must be mended first: {' '.join(problems)}")
    student = _identify(student)
    files = {notebook.name: notebook} | {
        f"course_lib/updates/{name}.py": module.path for name, module in modules.items()
    }
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
    return [
        *_self_test(lesson, updates),
        f"Packed for {student}: {', '.join(files)}.",
        f"Hand in this file: {target}",
        f"Receipt: {now:%Y-%m-%d %H:%M:%S} UTC, {hashlib.sha256(target.read_bytes()).hexdigest()}",
    ]


def _find_notebook(root: Path, lesson: str) -> Path:
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


def _identify(student: str | None) -> str:
    if not student:
        with contextlib.suppress(OSError, KeyError, ImportError):  # a machine without login names
            student = getpass.getuser()
    if not student or not re.fullmatch(STUDENT, student):
        raise CourseError(f"{student!r} is no id to hand in under; give yours with --student ID.")
    return student


def _self_test(lesson: str, updates: str | Path) -> list[str]:
    """Say what the checks of the lesson say; whatever they say, it can be handed in."""
    from course_lib import checks

    modules = LESSONS.get(lesson, ())
    verdicts = checks.run_checks(modules, updates_dir=updates) if modules else []
    signs = {"right": "✓", "blank": "○"}
    marks = [f"{signs.get(verdict.outcome, '✗')} {verdict.rule}" for verdict in verdicts]
    return [f"The visible checks say: {', '.join(marks)}."] if marks else []
