"""Grades a lesson's submissions, writes feedback, exports marks: `course grade` and its kin.

Submissions are examined side by side; one writer, nbgrader itself, then puts each into the
gradebook. What is killed is taken up again by the same command: a submission counts as done once
all of it is written, and until then it is done again.
"""

import contextlib
import errno
import hashlib
import json
import logging
import os
import signal
import threading
import time
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path

from nbformat.notebooknode import NotebookNode
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.coursedir import CourseDirectory
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text
from sqlalchemy.exc import SQLAlchemyError

from course_lib import CourseError
from course_lib.checks.process import clean
from course_lib.instructor.conversion import GradebookError, cause, convert, reason
from course_lib.instructor.grading import autograde, intake, rebuild, results
from course_lib.instructor.grading.cluster import Cluster
from course_lib.instructor.grading.marks import FORMATS
from course_lib.instructor.grading.trusted import ExaminerError
from course_lib.instructor.handout.release import open_course, require_released
from course_lib.instructor.sandbox import walls

UNWRITABLE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}


@dataclass
class Row:
    """What became of one submission.

    Attributes
    ----------
    student : str
    state : str
        "graded", "kept" (it was graded before and nothing has changed) or "not graded".
    score, max_score : float or None
    needs_manual_grade : bool
    flags : list of str
        What was not in order, or why it was not graded.
    seconds : float
        What its examination took.
    """

    student: str
    state: str
    score: float | None = None
    max_score: float | None = None
    needs_manual_grade: bool = False
    flags: list[str] = field(default_factory=list)
    seconds: float = 0.0


@dataclass
class Summary:
    """What became of all submissions of a lesson."""

    lesson: str
    rows: list[Row]
    seconds: float
    path: Path

    @property
    def exit_code(self):
        """0 where every submission is graded, 1 where one is not."""
        return int(any(row.state == "not graded" for row in self.rows))

    def show(self, console=None):
        """Print a table with a line for each student, and the counts."""
        console = console or Console()
        table = Table("student", "score", "", "flags", "seconds", box=None)
        for row in self.rows:
            score = "" if row.score is None else f"{row.score:g} of {row.max_score:g}"
            needs = ["needs a mark by hand"] if row.needs_manual_grade else []
            told = Text("\n".join([*needs, *row.flags]))
            table.add_row(Text(row.student), score, row.state, told, f"{row.seconds:.2f}")
        console.print(table)
        counts = {
            state: sum(row.state == state for row in self.rows)
            for state in ("graded", "kept", "not graded")
        }
        console.print(
            f"{self.lesson}: {', '.join(f'{n} {state}' for state, n in counts.items() if n)}; "
            f"{sum(row.needs_manual_grade for row in self.rows)} need a mark by hand, "
            f"{sum(bool(row.flags) for row in self.rows)} flagged; {self.seconds:.1f} s. "
            f"Also in {self.path}."
        )
        if self.exit_code:
            console.print("Run the same command again for those that are not graded.")


class _Stopped(Exception):
    """Nothing more can be examined."""


def grade(lesson, course, *, force=False, rerun=False, workers=None, scheduler=None):
    """Grade all submissions of a lesson.

    Parameters
    ----------
    lesson : str
    course : path
        The course folder.
    force : bool
        Grade again what was graded before and has not changed.
    rerun : bool
        Run whole notebooks inside the walls, for fresh figures. Without it figures stay as they
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
        For a folder that is no course folder, a lesson that is not released in it, walls that do
        not hold, a gradebook that cannot be written, a scheduler or workers that do not serve.
        What was graded by then stays.
    """
    start = time.monotonic()
    root, config = open_course(course)
    config.RunTests.rerun = rerun
    require_released(root, lesson)
    names = intake.students(root, lesson)
    with _only_one(root):
        record = _read_record(config, lesson)
        seed = autograde.read_seed(root)
        rows = {}
        try:
            with _Examination(
                root, config, lesson, record, seed, force, rerun, workers, scheduler
            ) as examination:
                with _progress(len(names), examination) as advance, _whole_writes() as write:
                    for name, outcome in examination.run(names):
                        with write():
                            rows[name] = _write(root, config, lesson, name, outcome)
                        advance(rows[name])
        except KeyboardInterrupt:
            raise CourseError(
                f"Stopped. {len(rows)} of {len(names)} submissions are done; the same command "
                "goes on with the others."
            ) from None
        except GradebookError as problem:
            raise CourseError(
                f"The gradebook cannot be written: {problem}. {len(rows)} of {len(names)} "
                "submissions are done; mend this and give the same command again."
            ) from None
        except _Stopped as problem:
            raise CourseError(
                f"{str(problem).rstrip('.')}. {len(rows)} of {len(names)} submissions are done; "
                "mend this and give the same command again."
            ) from None
        except OSError as problem:
            raise CourseError(
                f"{problem.filename or root} cannot be written: {problem.strerror}. {len(rows)} of "
                f"{len(names)} submissions are done; mend this and give the same command again."
            ) from None
        path = root / "summary" / f"{lesson}.json"
        summary = Summary(
            lesson, [rows[name] for name in names], round(time.monotonic() - start, 3), path
        )
        found = {
            "lesson": lesson,
            "seconds": summary.seconds,
            "rows": list(map(asdict, summary.rows)),
        }
        results.write_json(path, found)
    return summary


def _read_record(config, lesson):
    try:
        return rebuild.read_record(CourseDirectory(config=config).db_url, lesson, lesson)
    except MissingEntry:
        raise CourseError(f"The gradebook has no {lesson}: run course release first.") from None
    except SQLAlchemyError as error:
        raise CourseError(f"The gradebook cannot be read: {reason(error)}.") from None


@contextlib.contextmanager
def _only_one(root):
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


@contextlib.contextmanager
def _progress(count, examination):
    """Show rate, time left, what runs now and the last problem, where somebody watches."""
    console = Console(stderr=True)
    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[running]}"),
        TextColumn("[red]{task.fields[problem]}", markup=True),
    )
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("", total=count, rate="", running="", problem="")

        def advance(row):
            speed = bar.tasks[0].speed
            told = {"rate": f"{speed:.1f} a second"} if speed else {}
            told["running"] = escape(", ".join(sorted(examination.running)[:3]))
            if row.state == "not graded":
                told["problem"] = escape(f"{row.student}: {row.flags[-1]}")
            bar.update(task, advance=1, **told)

        yield advance


@contextlib.contextmanager
def _whole_writes():
    """Let Ctrl-C wait for the end of a write: nbgrader takes it for a failed submission."""
    waiting = writing = False

    def interrupt(*_):
        nonlocal waiting
        waiting = True
        if not writing:
            raise KeyboardInterrupt

    @contextlib.contextmanager
    def write():
        nonlocal writing
        writing = True
        try:
            yield
        finally:
            writing = False
        if waiting:
            raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield contextlib.nullcontext
        return
    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield write
    finally:
        signal.signal(signal.SIGINT, before)


@dataclass
class _Outcome:
    """A submission that was examined: what decides its grade, and what is known of it.

    Either the marks that it has already, or the notebook with the outputs that give it marks.
    """

    notebook: NotebookNode | None = None
    state: str = ""
    marks: tuple = ()
    flags: list[str] = field(default_factory=list)
    seconds: float = 0.0
    problem: str = ""


class _Examination:
    """Examines submissions side by side, each in a fresh fork of a warm process."""

    def __init__(self, root, config, lesson, record, seed, force, rerun, workers, scheduler):
        self.root, self.config, self.lesson = root, config, lesson
        self.record, self.seed, self.force, self.rerun = record, seed, force, rerun
        self.marks = {} if force else _read_marks(config, lesson)
        whole = [record, seed, rerun, results.code_version()]
        self.same_for_all = json.dumps(whole, sort_keys=True).encode()
        self.running = set()
        self.at_work, self.made, self.lock = {}, set(), threading.Lock()
        self.cluster = Cluster(scheduler, workers or os.cpu_count(), root / ".grading")
        # The next ones are made ready while others are examined and written; a cluster may grow.
        self.ready = max(32 * bool(scheduler), 2 * self.cluster.threads + 2)
        self.pool = ThreadPoolExecutor(self.ready)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.pool.shutdown(wait=False, cancel_futures=True)
        self.cluster.close()
        self.pool.shutdown()

    def run(self, names):
        """Yield each student and the outcome, as they come.

        Where an examination ends the process that does it, the submission is tried once more
        after all others, alone, so that it is known which one it was.
        """
        if not self.cluster.scheduler:
            walls.require()
            # Both take a while: side by side.
            if not set(names) <= self.marks.keys():
                self.pool.submit(self.cluster.warm)
            walls.prove()
        waiting, futures, again = iter(names), {}, []
        while True:
            for name in islice(waiting, self.ready - len(futures)):
                futures[self.pool.submit(self._examine, name)] = name
            if not futures:
                break
            done, _ = wait(futures, return_when=FIRST_COMPLETED)
            future = done.pop()
            name = futures.pop(future)
            try:
                yield name, future.result()
            except ExaminerError:
                again.append(name)
        for name in sorted(again):
            try:
                yield name, self._examine(name)
            except ExaminerError as error:
                yield (
                    name,
                    _Outcome(problem=f"not graded, given up after two tries: {clean(str(error))}"),
                )

    def _examine(self, student):
        outcome = _Outcome()
        self.running.add(student)
        try:
            folder = self.root / "submitted" / student / self.lesson
            state, before = self._state(folder), _read_done(self.root, student, self.lesson)
            if state and state == before.get("state") and student in self.marks:
                outcome.marks = self.marks[student]
                outcome.flags, outcome.seconds = before["flags"], before["seconds"]
                return outcome
            outcome.flags = list(map(clean, intake.put_in_order(self.root, student, self.lesson)))
            outcome.state = self._state(folder)
            notebook = intake.read_notebook(folder / f"{self.lesson}.ipynb")
            rebuilt, flags = rebuild.rebuild(notebook, self.record)
            modules = autograde.read_modules(folder)
            task, said = autograde.make_task(rebuilt, self.record, modules, self.seed, self.rerun)
            result = self._result(task)
            outcome.flags += map(clean, [*flags, *said, *result["flags"]])
            autograde.put_outputs(rebuilt, result, outcome.flags)
            outcome.notebook = rebuilt
            outcome.seconds = result["seconds"]
        except ExaminerError:
            raise
        except CourseError as error:
            raise _Stopped(str(error)) from None
        except Exception as error:
            if isinstance(error, OSError) and error.errno in UNWRITABLE:
                raise
            outcome.problem = f"not graded: {type(error).__name__}: {clean(str(error))}"
        finally:
            self.running.discard(student)
        return outcome

    def _result(self, task):
        """Find or make the result of a task; who has an equal one waits for it."""
        path = results.path_of(self.root, task)
        with self.lock:
            alone = self.at_work.setdefault(path, threading.Lock())
        with alone:
            known = not self.force or path in self.made
            result = results.find(self.root, task) if known else None
            if result is None:
                result = self.cluster.examine(task)
                results.keep(self.root, task, result)
                self.made.add(path)
        return result

    def _state(self, folder):
        """Fingerprint all that decides a grade, and what is shown; None where not in order."""
        handed_in = intake.fingerprint(folder)
        if handed_in is None:
            return None
        return hashlib.sha256(self.same_for_all + handed_in.encode()).hexdigest()


def _done_path(root, student, lesson):
    return root / ".grading" / "done" / student / f"{lesson}.json"


def _read_done(root, student, lesson):
    try:
        done = json.loads(_done_path(root, student, lesson).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    graded = root / "autograded" / student / lesson / f"{lesson}.ipynb"
    return done if graded.is_file() else {}


def _write(root, config, lesson, student, outcome):
    """Let nbgrader write one examined submission into its folders and its gradebook."""
    if outcome.problem:
        return Row(student, "not graded", flags=[*outcome.flags, outcome.problem])
    row = Row(student, "kept", *outcome.marks, flags=outcome.flags, seconds=outcome.seconds)
    if not outcome.marks:
        _done_path(root, student, lesson).unlink(missing_ok=True)
        row.state = "graded"
        examined = outcome.notebook, outcome.flags
        problem = cause(
            convert(autograde.AutogradeExamined, config, lesson, student, examined=examined)
        )
        if problem:
            row.state, row.flags = "not graded", [*outcome.flags, f"not graded: {problem}"]
            return row
        [(row.score, row.max_score, row.needs_manual_grade)] = _read_marks(
            config, lesson, student
        ).values()
        done = {"state": outcome.state, "flags": outcome.flags, "seconds": outcome.seconds}
        results.write_json(_done_path(root, student, lesson), done)
    return row


def _read_marks(config, lesson, student=None):
    """Read score, most and whether a mark by hand is missing, by student, from the gradebook."""
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


def export(course, format="csv"):
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
    """
    root, config = open_course(course)
    if format not in FORMATS:
        raise CourseError(f"There is no format {format}; there are {', '.join(FORMATS)}.")
    plugin_class, name = FORMATS[format]
    path = root / name
    plugin = plugin_class(config=config)
    new = path.with_name(f"{name}.new")
    plugin.to = str(new)
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
