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


@functools.cache
def code_version() -> str:
    """Fingerprint the code that decides a grade: NumPy, checks, grading, reference, mistakes."""
    root = FOLDER.parents[1]
    whole = hashlib.sha256(np.__version__.encode())
    for folder in ("course_lib/checks", "course_lib/instructor", "solutions"):
        for path in sorted((root / folder).rglob("*.py")):
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
