"""Keeps the result of each examination by the content of its task, so that none is done twice."""

import functools
import hashlib
import json
import secrets
from pathlib import Path
from typing import Any

import numpy as np

from course_lib.instructor import FOLDER


def read(path: Path) -> dict[str, Any] | None:
    """Read a result that is kept; None where there is none."""
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None


def path_of(root: str | Path, task: dict[str, Any]) -> Path:
    """Say where the result of a task is kept."""
    whole = json.dumps([task, code_version()], sort_keys=True).encode()
    return folder(root) / f"{hashlib.sha256(whole).hexdigest()}.json"


def folder(root: str | Path) -> Path:
    """Say where the results of a course folder are kept."""
    return Path(root) / ".grading" / "results"


DECIDES = (
    # the judge, and what calls a student's function
    *(
        f"course_lib/checks/{name}.py"
        for name in ("answers", "engine", "process", "stored", "words", "worker")
    ),
    # the sandbox, the trusted side, and what makes a task of a submission
    "course_lib/instructor/sandbox/*.py",
    *(
        f"course_lib/instructor/grading/{name}.py"
        for name in ("hidden", "intake", "notebook_run", "rebuild", "task", "trusted")
    ),
    # what an answer may be calculated with
    *(f"course_lib/{name}.py" for name in ("network", "optimizer", "problems", "training")),
    # hidden inputs, reference rules, and mistakes, some of which earn a share
    "course_lib/instructor/authoring/cases.py",
    "solutions/*.py",
    "solutions/mistakes/*.py",
    "solutions/updates/*.py",
)
"""The files that decide a grade; besides them the lesson's record, the seed and NumPy do."""


@functools.cache
def code_version() -> str:
    """Fingerprint what decides a grade; a change of anything else keeps what is graded."""
    whole = hashlib.sha256(np.__version__.encode())
    for pattern in DECIDES:
        for path in sorted(FOLDER.parents[1].glob(pattern)):
            whole.update(f"{path.name} {path.stat().st_size}\n".encode())
            whole.update(path.read_bytes())
    return whole.hexdigest()


def write_json(path: str | Path, value: Any) -> None:
    """Write a file whole or not at all, whoever else writes it at the same moment."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.{secrets.token_hex(8)}.new")
    try:
        new.write_text(json.dumps(value), "utf-8")
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
