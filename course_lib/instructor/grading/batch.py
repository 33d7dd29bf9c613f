"""Grades a lesson's submissions: `course grade`.

Submissions are examined side by side; one writer, nbgrader itself, then puts each into the
gradebook. What is killed is taken up again by the same command: a submission counts as done once
all of it is written, and until then it is done again.
"""

import os
import time
from contextlib import closing
from pathlib import Path

from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from course_lib import CourseError
from course_lib.instructor.conversion import GradebookError, cause, convert
from course_lib.instructor.grading import done, gradebook, intake
from course_lib.instructor.grading.autograde import AutogradeExamined
from course_lib.instructor.grading.cluster import Dask
from course_lib.instructor.grading.examination import Examination, Outcome, Stopped
from course_lib.instructor.grading.progress import bar, whole_writes
from course_lib.instructor.grading.summary import Row, Summary
from course_lib.instructor.grading.trusted import Examiner
from course_lib.instructor.handout.dates import lateness
from course_lib.instructor.handout.release import open_course, require_released
from course_lib.instructor.handout.roster import read_roster


def grade(
    lesson: str,
    course: str | Path,
    *,
    force: bool = False,
    rerun: bool = False,
    workers: int | None = None,
    scheduler: str | None = None,
) -> Summary:
    """Grade all submissions of a lesson.

    Parameters
    ----------
    lesson : str
    course : path
        The course folder.
    force : bool
        Grade again what was graded before and has not changed.
    rerun : bool
        Run whole notebooks inside the sandbox, for fresh figures. Without it figures stay as they
        were handed in, and are marked so.
    workers : int, optional
        How many submissions to examine at a time on this machine; one a processor where not given.
    scheduler : str, optional
        The address of a Dask scheduler, whose workers examine the submissions in place of this
        machine.

    Returns
    -------
    summary : Summary
        Also written to `DIR/summary/LESSON.json`.

    Raises
    ------
    CourseError
        For a folder that is no course folder, a lesson that is not released in it, a sandbox that
        does not hold, a gradebook that cannot be written, a scheduler or workers that do not serve.
        What was graded by then stays.
    """
    start = time.monotonic()
    root, config = open_course(course)
    config.RunTests.rerun = rerun
    require_released(root, lesson)
    names = intake.students(root, lesson)
    with done.only_one(root):
        rows: dict[str, Row] = {}
        try:
            examination = Examination(root, config, lesson, force, rerun)
            executor = Dask(scheduler) if scheduler else Examiner(workers or os.cpu_count() or 1)
            with (
                closing(examination.run(names, executor)) as examined,
                bar(len(names), examination.running) as advance,
                whole_writes() as write,
            ):
                for name, outcome in examined:
                    with write():
                        rows[name] = _write(root, config, lesson, name, outcome)
                    advance(rows[name])
            late, known = (
                lateness(root, config, lesson),
                read_roster(CourseDirectory(config=config)),
            )
            for row in rows.values():
                row.name, row.late = known.name(row.student), late.get(row.student, "")
        except KeyboardInterrupt:
            then = "the same command goes on with the others"
            raise _stopped("Stopped", rows, names, then) from None
        except GradebookError as problem:
            raise _stopped(f"The gradebook cannot be written: {problem}", rows, names) from None
        except Stopped as problem:
            raise _stopped(str(problem).rstrip("."), rows, names) from None
        except OSError as problem:
            what = f"{problem.filename or root} cannot be written: {problem.strerror}"
            raise _stopped(what, rows, names) from None
        summary = Summary(
            lesson,
            [rows[name] for name in names],
            round(time.monotonic() - start, 3),
            root / "summary" / f"{lesson}.json",
        )
        summary.write()
    return summary


AGAIN = "mend this and give the same command again"


def _stopped(why: str, rows: dict[str, Row], names: list[str], then: str = AGAIN) -> CourseError:
    return CourseError(f"{why}. {len(rows)} of {len(names)} submissions are done; {then}.")


def _write(root: Path, config: Config, lesson: str, student: str, outcome: Outcome) -> Row:
    """Let nbgrader write one examined submission into its folders and its gradebook."""
    flags, seconds = outcome.flags, outcome.seconds
    if outcome.problem:
        return Row(student, "not graded", flags=[*flags, outcome.problem])
    if outcome.marks:
        return Row(student, "kept", *outcome.marks, flags=flags, seconds=seconds)
    done.unmark(root, student, lesson)
    examined = outcome.notebook, flags
    problem = cause(convert(AutogradeExamined, config, lesson, student, examined=examined))
    if problem:
        told = [*flags, f"not graded: {problem}"]
        return Row(student, "not graded", flags=told, seconds=seconds)
    [marks] = gradebook.marks(config, lesson, student).values()
    done.mark(
        root,
        student,
        lesson,
        state=outcome.state,
        flags=flags,
        seconds=seconds,
        result=outcome.result,
    )
    return Row(student, "graded", *marks, flags=flags, seconds=seconds)
