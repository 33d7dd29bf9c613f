"""Deletes all that a course folder keeps of a student: `course forget`."""

import csv
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from course_lib import CourseError, nearest
from course_lib.instructor.conversion import reason
from course_lib.instructor.grading import done, results
from course_lib.instructor.handout import dates, roster
from course_lib.instructor.handout.release import open_course

FOLDERS = (
    *("submitted", "autograded", "feedback", "set_aside"),
    *(f".grading/{name}" for name in ("done", "flags", "collected")),
)


def forget(student: str, course: str | Path) -> Iterator[str]:
    """Delete a student's work, marks, feedback and name from a course folder.

    Parameters
    ----------
    student : str
        The id.
    course : path
        The course folder.

    Yields
    ------
    line : str
        What was deleted, and what must be deleted by hand.

    Raises
    ------
    CourseError
        Where nothing is kept of such a student, or the gradebook cannot be written.
    """
    root, config = open_course(course)
    directory = CourseDirectory(config=config)
    known = roster.read_roster(directory)
    kept = {path.name for name in FOLDERS for path in root.glob(f"{name}/*")}
    if student not in {*known, *kept}:
        names = {*known, *kept}
        told = f"; did you mean {nearest(student, names)}?" if names else "."
        raise CourseError(f"Nothing is kept of a student {student}{told}")
    with done.only_one(root):
        try:
            with Gradebook(directory.db_url) as gradebook:
                gradebook.remove_student(student)
            if directory.db_url.startswith("sqlite"):  # which keeps what is deleted until then
                with create_engine(directory.db_url).connect() as connection:
                    connection.execution_options(isolation_level="AUTOCOMMIT")
                    connection.execute(text("VACUUM"))
            yield "Deleted from the gradebook: marks and name."
        except MissingEntry:
            pass
        except SQLAlchemyError as error:
            raise CourseError(f"The gradebook cannot be written: {reason(error)}.") from None
        # Equal submissions share a result.
        own = _results((root / ".grading" / "done" / student).glob("*.json"))
        for name in FOLDERS:
            path = root / name / student
            if path.is_symlink():
                path.unlink()
            elif path.is_dir():
                shutil.rmtree(path)
                yield f"Deleted {path}."
        for name in own - _results(root.glob(".grading/done/*/*.json")):
            (results.folder(root) / name).unlink(missing_ok=True)
        for path in sorted(root.glob("summary/*.json")):
            told = json.loads(path.read_text("utf-8"))
            rows = [row for row in told["rows"] if row["student"] != student]
            if len(rows) < len(told["rows"]):
                results.write_json(path, told | {"rows": rows})
                yield f"Deleted from {path}."
        path = root / dates.FILE
        if path.exists():
            lessons = json.loads(path.read_text("utf-8"))
            for extensions in lessons.values():
                extensions.pop(student, None)
            results.write_json(path, lessons)
        path = root / roster.FILE
        if known.listed and student in known.listed:
            with path.open(newline="", encoding="utf-8") as file:
                lines = [row for row in csv.reader(file) if row[:1] != [student]]
            with path.open("w", newline="", encoding="utf-8") as file:
                csv.writer(file).writerows(lines)
            yield f"Deleted from {path}."
        for path in root.glob("grades*.csv"):
            path.unlink()
            yield f"Deleted {path}: course export writes it again, without {student}."
    yield (
        f"Of {student} there may still be: what you downloaded (such as {root / 'downloaded'}), "
        "what lies in an exchange, what you gave away, and backups."
    )


def _results(paths):
    """Name the results that marks of done submissions point at."""
    found = set()
    for path in paths:
        try:
            found.add(json.loads(path.read_text("utf-8")).get("result"))
        except (OSError, ValueError):
            continue
    return found - {None, ""}
