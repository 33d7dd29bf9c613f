"""What `course grade` asks nbgrader's gradebook."""

from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import SQLAlchemyError
from traitlets.config import Config

from course_lib import CourseError
from course_lib.instructor.conversion import GradebookError, reason
from course_lib.instructor.grading import rebuild

Marks = tuple[float, float, bool]
"""Score, the most that there is, and whether a mark by hand is missing."""


def record(config: Config, lesson: str) -> dict[str, Any]:
    """Read what a lesson's notebook was released as (`rebuild.read_record`)."""
    try:
        return rebuild.read_record(CourseDirectory(config=config).db_url, lesson, lesson)
    except MissingEntry:
        raise CourseError(f"The gradebook has no {lesson}: run course release first.") from None
    except SQLAlchemyError as error:
        raise CourseError(f"The gradebook cannot be read: {reason(error)}.") from None


def marks(config: Config, lesson: str, student: str | None = None) -> dict[str, Marks]:
    """Read the marks of a lesson by student, of one alone where that is named."""
    try:
        with Gradebook(CourseDirectory(config=config).db_url) as gradebook:
            found = (
                [gradebook.find_submission(lesson, student)]
                if student
                else gradebook.assignment_submissions(lesson)
            )
            return {s.student_id: (s.score, s.max_score, s.needs_manual_grade) for s in found}
    except SQLAlchemyError as error:
        raise GradebookError(reason(error)) from None
