"""When work is due, for whom, and how late it is: `course extend`.

Due dates stand in nbgrader's gradebook. An extension may come before anything is handed in, for
which the gradebook has no place, so extensions stand in `DIR/extensions.json`.
"""

import contextlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy.exc import SQLAlchemyError
from traitlets.config import Config

from course_lib import CourseError, nearest
from course_lib.instructor.conversion import GradebookError, reason
from course_lib.instructor.grading.results import write_json
from course_lib.instructor.handout.claims import known_source, read_known
from course_lib.instructor.handout.release import open_course, require_released
from course_lib.instructor.handout.roster import read_roster

FILE = "extensions.json"
FORMAT = "%Y-%m-%d %H:%M"
BY_THE_PLATFORM = "the platform says so"


def extend(who: str, lesson: str, date: datetime, course: str | Path) -> Iterator[str]:
    """Give a student, or a group of the list of students, more time for a lesson.

    Parameters
    ----------
    who : str
        An id or a group.
    lesson : str
    date : datetime.datetime
        Local time; a day without a time ends at 23:59.
    course : path
        The course folder.

    Yields
    ------
    line : str
        Who has time until when, and who is late no more.

    Raises
    ------
    CourseError
        For an unknown student and group, a lesson that is not released or has no due date, or a
        date before it.
    """
    root, config = open_course(course)
    require_released(root, lesson)
    directory = CourseDirectory(config=config)
    roster = read_roster(directory)
    handed_in = {path.name for path in root.glob("submitted/*")}
    if (known := roster.find(who)) in roster or who in handed_in:
        students = [known if known in roster else who]
    else:
        groups = {s.id: [g.strip() for g in s.group.split(",")] for s in roster.students.values()}
        students = sorted(student for student, names in groups.items() if who in names)
        if not students:
            names = {*roster, *handed_in, *(n for own in groups.values() for n in own if n)}
            told = f"; did you mean {nearest(who, names)}?" if names else "."
            raise CourseError(f"There is no student and no group {who}{told}")
    if not (date.hour or date.minute):
        date = date.replace(hour=23, minute=59)
    stored = date.astimezone(UTC).replace(tzinfo=None)  # as nbgrader stores a time
    due = due_dates(root, config, lesson)
    if due[""] is None:
        raise CourseError(f"{lesson} has no due date: set one in the formgrader.")
    if stored < due[""]:
        raise CourseError(f"{date:{FORMAT}} is before {lesson} is due, {_local(due[''])}.")
    before = lateness(root, config, lesson)
    extensions = _read(root)
    for student in students:
        extensions.setdefault(lesson, {})[student] = f"{stored:{FORMAT}}"
    write_json(root / FILE, extensions)
    try:
        after = lateness(root, config, lesson)
    except GradebookError as error:
        raise CourseError(f"The gradebook cannot be written: {error}.") from None
    for student in students:
        no_more = " No longer late." if before.get(student) and not after.get(student) else ""
        yield f"{student} has until {date:{FORMAT}} for {lesson}.{no_more}"


def due_dates(root: Path, config: Config, lesson: str) -> dict[str, datetime | None]:
    """Give when a lesson is due in UTC: under "" for all, under an id where it is another time."""
    due = None
    with contextlib.suppress(MissingEntry):
        with Gradebook(CourseDirectory(config=config).db_url) as gradebook:
            due = gradebook.find_assignment(lesson).duedate
    if due is None:
        return {"": None}
    later = {s: datetime.strptime(t, FORMAT) for s, t in _read(root).get(lesson, {}).items()}
    return {"": due, **later}


def lateness(root: Path, config: Config, lesson: str) -> dict[str, str]:
    """Say of each graded submission that is late how late; set its penalty as the policy says.

    So a due date, an extension or a policy that has changed counts without grading again.
    """
    due = due_dates(root, config, lesson)
    policy = AssignLatePenalties(config=config)
    policy.init_plugin()
    found = {}
    try:
        with Gradebook(CourseDirectory(config=config).db_url) as gradebook:
            for submission in gradebook.assignment_submissions(lesson):
                student = submission.student_id
                if (end := due[""]) is not None:
                    extension = (due.get(student) or end) - end
                    submission.extension = extension if extension > timedelta(0) else None
                seconds = submission.total_seconds_late
                for notebook in submission.notebooks:
                    penalty = None
                    if seconds > 0:
                        penalty = policy.plugin_inst.late_submission_penalty(
                            student, notebook.score, seconds
                        )
                    if penalty is not None:
                        penalty = min(max(penalty, 0), notebook.score)
                    if penalty != notebook.late_submission_penalty:
                        notebook.late_submission_penalty = penalty
                if seconds > 0:
                    found[student] = span(seconds)
                elif student not in due and _marked_late(root, student, lesson):
                    found[student] = BY_THE_PLATFORM
            gradebook.db.commit()
    except SQLAlchemyError as error:
        raise GradebookError(reason(error)) from None
    return found


def span(seconds: float) -> str:
    """Say a time in its two largest units, such as "1 day 3 h"."""
    minutes = max(1, int(seconds // 60))
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [f"{days} day{'s' * (days != 1)}"] * bool(days) + [f"{hours} h"] * bool(hours)
    return " ".join([*parts, *[f"{minutes} min"] * bool(minutes)][:2])


def _marked_late(root, student, lesson):
    return read_known(known_source(root, student, lesson)).get("late", False)


def _local(time):
    return f"{time.replace(tzinfo=UTC).astimezone():{FORMAT}}"


def _read(root):
    try:
        return json.loads((root / FILE).read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise CourseError(f"{root / FILE} cannot be read: {error}.") from None
