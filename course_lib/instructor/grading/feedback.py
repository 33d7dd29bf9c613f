"""Writes the pages that are handed back: `course feedback`."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Application

from course_lib import CourseError
from course_lib.checks.process import clean
from course_lib.instructor.conversion import GradebookError, cause, convert
from course_lib.instructor.handout.release import open_course, require_released


@dataclass
class Feedback:
    """What became of one student's feedback.

    Attributes
    ----------
    student : str
    path : Path
        The page.
    problem : str
        Why it is not written; "" where it is.
    """

    student: str
    path: Path
    problem: str = ""

    def __str__(self) -> str:
        if self.problem:
            return f"No feedback for {self.student}: {self.problem}."
        return f"Wrote {self.path}."


class _OnlyPages(GenerateFeedback):
    """Hands back the page alone: no other file of a submission."""

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        """Copy the time of handing in, by which nbgrader's exchange knows a page."""
        source = Path(self._format_source(assignment_id, student_id), "timestamp.txt")
        target = Path(self._format_dest(assignment_id, student_id))
        target.mkdir(parents=True, exist_ok=True)
        if source.is_file() and not source.is_symlink():
            shutil.copyfile(source, target / source.name)


def feedback(lesson: str, course: str | Path) -> Iterator[Feedback]:
    """Write the feedback of all submissions of a lesson, to `DIR/feedback`.

    Yields
    ------
    feedback : Feedback
        Of each student who handed in; each stands by itself.

    Raises
    ------
    CourseError
        Where nothing is graded, or the gradebook cannot be read.
    """
    root, config = open_course(course)
    require_released(root, lesson)
    graded = {path.parts[-3] for path in root.glob(f"autograded/*/{lesson}/{lesson}.ipynb")}
    if not graded:
        raise CourseError(f"No submission of {lesson} is graded: run course grade first.")
    handed_in = {path.parent.name for path in root.glob(f"submitted/*/{lesson}")}
    for student in sorted(graded | handed_in):
        page = Feedback(student, root / "feedback" / student / lesson / f"{lesson}.html")
        if student not in graded:
            page.problem = "it is not graded; run course grade again"
        else:
            try:
                page.problem = cause(convert(_OnlyPages, config, lesson, student))
            except GradebookError as error:
                raise CourseError(f"The gradebook cannot be read: {error}.") from None
            except Exception as error:  # noqa: BLE001 (whatever it is, the others get theirs)
                page.problem = f"{type(error).__name__}: {clean(str(error))}"
        yield page


def tidy(assignment: str, **_: Any) -> None:
    """Take out of `feedback/`, where nbgrader is typed by hand, all but the pages."""
    if not Application.initialized():
        return
    kept = {f"{assignment}.html", "timestamp.txt"}
    root = Path(CourseDirectory(config=Application.instance().config).root)
    for path in root.glob(f"feedback/*/{assignment}/*"):
        if path.name not in kept:
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
