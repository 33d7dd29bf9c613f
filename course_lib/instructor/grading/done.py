"""Marks a submission as done, once all of it is written; one grading at a time works in a folder.

A mark is a file in `.grading/done`: the fingerprint of all that decided the grade, what was said,
and the name of the result that is kept.
"""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from course_lib import CourseError
from course_lib.instructor.grading.results import write_json


def read(root: Path, student: str, lesson: str) -> dict[str, Any]:
    """Give the mark of a graded submission; {} where there is none."""
    try:
        done = json.loads(_path(root, student, lesson).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    graded = root / "autograded" / student / lesson / f"{lesson}.ipynb"
    return done if graded.is_file() else {}


def mark(root: Path, student: str, lesson: str, **told: Any) -> None:
    """Mark a submission as done."""
    write_json(_path(root, student, lesson), told)


def unmark(root: Path, student: str, lesson: str) -> None:
    """Take the mark off: what was written is about to change."""
    _path(root, student, lesson).unlink(missing_ok=True)


def _path(root: Path, student: str, lesson: str) -> Path:
    return root / ".grading" / "done" / student / f"{lesson}.json"


@contextlib.contextmanager
def only_one(root: Path) -> Iterator[None]:
    """Let one grading at a time work in a course folder."""
    import fcntl  # not on Windows, where nothing is graded

    folder = root / ".grading"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        file = (folder / "lock").open("w")
    except OSError as error:
        raise CourseError(f"{folder} cannot be written: {error.strerror}.") from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CourseError(f"Another course grade is at work in {root}.") from None
        yield
