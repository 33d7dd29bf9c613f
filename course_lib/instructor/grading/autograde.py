"""What `nbgrader autograde` does in a course folder: its preprocessors, set in the policy.

Test cells run in the trusted process, student functions in the sandbox, nothing in a kernel.
SaveAutoGrades and all that follows is nbgrader's own.
"""

import atexit
import functools
import os
import secrets
from pathlib import Path
from typing import Any
from unittest.mock import patch

import sqlalchemy
from nbformat.notebooknode import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import setenv
from traitlets import Any as AnyTrait
from traitlets import Bool
from traitlets.config import Application

from course_lib.checks.process import clean
from course_lib.instructor.grading import done, intake, reading, rebuild, results
from course_lib.instructor.grading.task import make_task, put_outputs, read_modules
from course_lib.instructor.grading.trusted import Examiner
from course_lib.instructor.sandbox import bubblewrap

LIBRARY = ("checks", "data", "widgets")


class AutogradeExamined(Autograde):
    """nbgrader's autograder for a notebook that is in order and examined already: in one pass.

    What it runs is the policy of the course folder, all of it, as `nbgrader autograde` does.
    """

    examined = AnyTrait(help="The notebook with its outputs, and what is to be flagged of it.")

    def _init_preprocessors(self):
        self.exporter._preprocessors = []
        self.exporter.optimistic_validation = True  # once, after the last of them
        both = (*self.sanitize_preprocessors, *self.autograde_preprocessors)
        for preprocessor in dict.fromkeys(both):
            self.exporter.register_preprocessor(preprocessor)

    def start(self) -> None:
        """Convert, with one engine in place of one each time that nbgrader opens its gradebook.

        What no student changes, and each installed course has, is not copied for each student.
        """
        self.coursedir.ignore = [*self.coursedir.ignore, *LIBRARY]
        with patch("nbgrader.api.create_engine", _engine):
            super().start()

    def convert_single_notebook(self, notebook_filename: str) -> None:
        """Write what was examined as the graded notebook."""
        self._init_preprocessors()
        resources = self.init_single_notebook_resources(notebook_filename)
        notebook, resources["nbgrader"]["course_flags"] = self.examined
        with setenv(NBGRADER_EXECUTION="autograde"):
            output, resources = self.exporter.from_notebook_node(notebook, resources)
        self.write_single_notebook(output, resources)


# An engine remembers the statements that it has put into words.
_engine = functools.cache(sqlalchemy.create_engine)


class PutInOrder(NbGraderPreprocessor):
    """Rebuilds a submitted notebook from the gradebook's own record."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Give back the notebook in order, with what was not in order in its metadata."""
        here = resources["nbgrader"]
        if "course_flags" in here:
            return nb, resources
        folder = _folder(self.config, "submitted", here)
        if problems := intake.problems(folder, here["notebook"]):
            said = _not_in_order(_root(self.config), here["student"], here["assignment"], problems)
            raise ValueError(said)
        record = rebuild.read_record(here["db_url"], here["assignment"], here["notebook"])
        nb, flags = rebuild.rebuild(nb, record)
        nb.metadata["course_flags"] = flags
        return nb, resources


class RunTests(NbGraderPreprocessor):
    """Runs the test cells of a notebook that is in order, in the trusted process."""

    rerun = Bool(help="Run whole notebooks in the sandbox, for fresh figures.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Give back the notebook with the outputs of its test cells, and flags on top."""
        here = resources["nbgrader"]
        if "course_flags" in here:
            return nb, resources
        root = _root(self.config)
        flags = nb.metadata.pop("course_flags", [])
        flags = [*intake.recorded_flags(root, here["student"], here["assignment"]), *flags]
        record = rebuild.read_record(here["db_url"], here["assignment"], here["notebook"])
        modules = read_modules(_folder(self.config, "autograded", here))
        task, said = make_task(nb, record, modules, read_seed(root), self.rerun)
        path = results.path_of(root, task)
        result = results.read(path)
        if result is None:
            bubblewrap.prove()
            result = _examiner().examine(task)
            results.write_json(path, result)
        done.mark(root, here["student"], here["assignment"], result=path.name)
        flags += [*said, *result["flags"]]
        put_outputs(nb, result, flags)
        resources["nbgrader"]["course_flags"] = flags
        return nb, resources


class RaiseFlag(NbGraderPreprocessor):
    """Flags a submission in the gradebook where something was not in order."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Set nbgrader's flag; never take one back that a person may have set."""
        here = resources["nbgrader"]
        if here["course_flags"]:
            with Gradebook(here["db_url"]) as gradebook:
                submitted = gradebook.find_submission_notebook(
                    here["notebook"], here["assignment"], here["student"]
                )
                submitted.flagged = True
                gradebook.db.commit()
        return nb, resources


def before_submission(assignment: str, student: str, notebooks: list[str]) -> None:
    """Say, where nbgrader is typed by hand, which submissions it cannot even begin with."""
    if Application.initialized():  # so not within `course grade`, which has put all in order
        _tell_disorder(assignment)


@functools.cache
def _tell_disorder(assignment):
    app = Application.instance()
    root = _root(app.config)
    for student in intake.students(root, assignment):
        folder = root / "submitted" / student / assignment
        if problems := intake.problems(folder, assignment):
            app.log.error(_not_in_order(root, student, assignment, problems))
        if reading.too_large(folder / f"{assignment}.ipynb"):  # nbgrader would read it itself
            raise SystemExit(f"Nothing was graded: {assignment} of {student} is too large to read.")


def _not_in_order(root, student, assignment, problems):
    return (
        f"The submission of {student} is not in order: {clean(problems[0])}. Run course grade "
        f"{assignment} --course {root}, which puts it in order and keeps the original."
    )


@functools.cache
def _examiner():
    examiner = Examiner()
    atexit.register(examiner.close)
    return examiner


def _root(config):
    return Path(CourseDirectory(config=config).root)


def _folder(config, step, here):
    course = CourseDirectory(config=config)
    name = getattr(course, f"{step}_directory")
    return Path(course.format_path(name, here["student"], here["assignment"]))


def read_seed(root: str | Path) -> int:
    """Read the secret seed of the course's hidden tests; draw it where there is none yet."""
    path = Path(root) / ".grading" / "seed"
    path.parent.mkdir(mode=0o700, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return int(path.read_text())
    with os.fdopen(descriptor, "w") as file:
        seed = secrets.randbits(64)
        file.write(f"{seed}\n")
    return seed
