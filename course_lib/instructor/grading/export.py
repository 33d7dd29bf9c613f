"""Writes the marks of all lessons to a file: `course export`."""

import logging
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import SQLAlchemyError

from course_lib import CourseError
from course_lib.instructor.conversion import reason
from course_lib.instructor.grading.marks import FORMATS
from course_lib.instructor.handout.release import open_course
from course_lib.instructor.handout.roster import read_roster


def export(course: str | Path, format: str = "csv") -> Path:
    """Write the marks to a file.

    Parameters
    ----------
    course : path
    format : str
        "csv": `DIR/grades.csv`, with nbgrader's own columns; "canvas": `DIR/grades-canvas.csv`;
        "moodle": `DIR/grades-moodle.csv`.

    Returns
    -------
    path : Path

    Raises
    ------
    CourseError
        For another format, a gradebook that cannot be read, a file that cannot be written.
    """
    root, config = open_course(course)
    if format not in FORMATS:
        raise CourseError(f"There is no format {format}; there are {', '.join(FORMATS)}.")
    plugin_class: Any
    plugin_class, name = FORMATS[format]
    path = root / name
    plugin = plugin_class(config=config)
    new = path.with_name(f"{name}.new")
    plugin.to, plugin.roster = str(new), read_roster(CourseDirectory(config=config))
    plugin.log.setLevel(logging.ERROR)
    try:
        with Gradebook(CourseDirectory(config=config).db_url) as gradebook:
            plugin.export(gradebook)
        new.replace(path)
    except SQLAlchemyError as error:
        raise CourseError(f"The gradebook cannot be read: {reason(error)}.") from None
    except OSError as error:
        raise CourseError(f"{path} cannot be written: {error.strerror}.") from None
    return path


def doubts(course: str | Path) -> list[str]:
    """Say what is missing in the marks of a course folder: marks by hand, and known students."""
    _, config = open_course(course)
    directory = CourseDirectory(config=config)
    roster, said = read_roster(directory), []
    try:
        with Gradebook(directory.db_url) as gradebook:
            unknown = set()
            for assignment in gradebook.assignments:
                found = assignment.submissions
                unmarked = sum(submission.needs_manual_grade for submission in found)
                unknown |= {s.student_id for s in found if not roster.knows(s.student_id)}
                if unmarked:
                    said.append(
                        f"{assignment.name}: {unmarked} of {len(found)} still need a mark by hand."
                    )
    except SQLAlchemyError as error:
        raise CourseError(f"The gradebook cannot be read: {reason(error)}.") from None
    if unknown:
        said.append(f"Not in the list of students: {', '.join(sorted(unknown))}.")
    return said
