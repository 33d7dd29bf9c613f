"""Examines submissions side by side: what was handed in becomes a task, a task a result."""

import errno
import hashlib
import json
import threading
from collections.abc import Generator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from nbformat.notebooknode import NotebookNode
from traitlets.config import Config

from course_lib import CourseError
from course_lib.checks.process import clean
from course_lib.instructor.grading import autograde, done, gradebook, intake, rebuild, results
from course_lib.instructor.grading.gradebook import Marks
from course_lib.instructor.grading.task import make_task, put_outputs, read_modules
from course_lib.instructor.grading.trusted import ExaminerError

UNWRITABLE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}


class Executor(Protocol):
    """Where tasks are examined: `trusted.Examiner` on this machine, or `cluster.Dask`."""

    ready: int
    """How many tasks to have at hand: those that are examined, and the next ones."""

    def prepare(self, needed: bool) -> None:
        """Make sure that it can examine; start it where it is `needed`."""

    def examine(self, task: dict[str, Any]) -> dict[str, Any]:
        """Examine a task and wait for its result; any number of threads may."""

    def close(self) -> None:
        """Stop what was started."""


class Stopped(Exception):
    """Nothing more can be examined."""


@dataclass
class Outcome:
    """A submission that was examined: what decides its grade, and what is known of it.

    Either the marks that it has already, or the notebook with the outputs that give it marks.
    """

    notebook: NotebookNode | None = None
    state: str | None = None
    marks: Marks | tuple[()] = ()
    flags: list[str] = field(default_factory=list)
    seconds: float = 0.0
    result: str = ""
    problem: str = ""


class Examination:
    """Examines the submissions of a lesson.

    Attributes
    ----------
    running : set of str
        The students whose submission is examined at this moment.
    """

    def __init__(self, root: Path, config: Config, lesson: str, force: bool, rerun: bool) -> None:
        self.root, self.lesson, self.force, self.rerun = root, lesson, force, rerun
        self.record, self.seed = gradebook.record(config, lesson), autograde.read_seed(root)
        self.marks = {} if force else gradebook.marks(config, lesson)
        whole = [self.record, self.seed, rerun, results.code_version()]
        self.same_for_all = json.dumps(whole, sort_keys=True).encode()
        self.running: set[str] = set()
        self._at_work: dict[Path, threading.Lock] = {}
        self._made: set[Path] = set()
        self._lock = threading.Lock()

    def run(
        self, names: list[str], executor: Executor
    ) -> Generator[tuple[str, Outcome], None, None]:
        """Yield each student and the outcome, as they come.

        Where an examination ends the process that does it, the submission is tried once more
        after all others, alone, so that it is known which one it was.
        """
        pool = ThreadPoolExecutor(executor.ready)
        try:
            executor.prepare(not set(names) <= self.marks.keys())
            waiting, again = iter(names), []
            futures: dict[Future[Outcome], str] = {}
            while True:
                for name in islice(waiting, executor.ready - len(futures)):
                    futures[pool.submit(self.examine, name, executor)] = name
                if not futures:
                    break
                future = wait(futures, return_when=FIRST_COMPLETED).done.pop()
                name = futures.pop(future)
                try:
                    yield name, future.result()
                except ExaminerError:
                    again.append(name)
            for name in sorted(again):
                try:
                    yield name, self.examine(name, executor)
                except ExaminerError as error:
                    said = f"not graded, given up after two tries: {clean(str(error))}"
                    yield name, Outcome(problem=said)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            executor.close()
            pool.shutdown()

    def examine(self, student: str, executor: Executor) -> Outcome:
        """Examine what a student handed in, unless nothing has changed since it was graded.

        Raises
        ------
        ExaminerError
            Where the trusted side failed or died.
        Stopped
            Where nothing can be examined at all.
        """
        outcome = Outcome()
        self.running.add(student)
        try:
            folder = self.root / "submitted" / student / self.lesson
            state, before = self._state(folder), done.read(self.root, student, self.lesson)
            if state and state == before.get("state") and student in self.marks:
                return Outcome(
                    marks=self.marks[student], flags=before["flags"], seconds=before["seconds"]
                )
            outcome.flags = list(map(clean, intake.put_in_order(self.root, student, self.lesson)))
            outcome.state = self._state(folder)
            notebook = intake.read_notebook(folder / f"{self.lesson}.ipynb")
            rebuilt, flags = rebuild.rebuild(notebook, self.record)
            modules = read_modules(folder)
            task, said = make_task(rebuilt, self.record, modules, self.seed, self.rerun)
            path, result = self._result(task, executor)
            outcome.flags += map(clean, [*flags, *said, *result["flags"]])
            put_outputs(rebuilt, result, outcome.flags)
            outcome.notebook, outcome.result = rebuilt, path.name
            outcome.seconds = result["seconds"]
        except ExaminerError:
            raise
        except CourseError as error:
            raise Stopped(str(error)) from None
        except Exception as error:
            if isinstance(error, OSError) and error.errno in UNWRITABLE:
                raise
            outcome.problem = f"not graded: {type(error).__name__}: {clean(str(error))}"
        finally:
            self.running.discard(student)
        return outcome

    def _result(self, task: dict[str, Any], executor: Executor) -> tuple[Path, dict[str, Any]]:
        """Find or make the result of a task; who has an equal one waits for it."""
        path = results.path_of(self.root, task)
        with self._lock:
            alone = self._at_work.setdefault(path, threading.Lock())
        with alone:
            known = not self.force or path in self._made
            result = results.read(path) if known else None
            if result is None:
                result = executor.examine(task)
                results.write_json(path, result)
                self._made.add(path)
        return path, result

    def _state(self, folder: Path) -> str | None:
        """Fingerprint all that decides a grade, and what is shown; None where not in order."""
        handed_in = intake.fingerprint(folder)
        if handed_in is None:
            return None
        return hashlib.sha256(self.same_for_all + handed_in.encode()).hexdigest()
