"""In every lesson the student's files are graded, and not ours: wrong fails, right gets all."""

import shutil

import nbformat
import pytest
from handing_in import LESSON, ROOT
from nbgrader.api import Gradebook

from course_lib import LESSONS
from course_lib.checks.stored import catalogue
from course_lib.instructor.grading import batch
from course_lib.instructor.handout import release

pytestmark = [pytest.mark.needs("bubblewrap"), pytest.mark.timeout(900)]

RIGHT = ROOT / "solutions" / "updates"


def hand_in(course, student, lesson, write):
    """Hand in a lesson with its answers, and with modules that `write` makes of the right ones."""
    folder = shutil.copytree(
        course / "release" / lesson, course / "submitted" / student / lesson, symlinks=True
    )
    for name in LESSONS[lesson]:
        text = (RIGHT / f"{name}.py").read_text("utf-8")
        path = folder / "course_lib" / "updates" / f"{name}.py"
        path.write_text(write(name, text), "utf-8")
    solved = nbformat.read(course / "source" / lesson / f"{lesson}.ipynb", 4)
    answers = {
        cell.metadata.nbgrader["grade_id"]: cell.source
        for cell in solved.cells
        if cell.metadata.get("nbgrader", {}).get("solution")
    }
    path = folder / f"{lesson}.ipynb"
    notebook = nbformat.read(path, 4)
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = answers.get(name, cell.source)
    nbformat.write(notebook, path)


def right(name, text):
    return text


def wrong(name, text):
    """Let each function give back what it was given."""
    functions = catalogue()[name]
    return text + "".join(f"\ndef {f}(*args, **kwargs):\n    return args\n" for f in functions)


@pytest.mark.parametrize(
    "lesson", [lesson if lesson == LESSON else pytest.param(lesson, marks=pytest.mark.full)
               for lesson in LESSONS]
)  # fmt: skip
def test_planted_files(lesson, tmp_path):
    course = tmp_path / "course"
    list(release.release([lesson], course))
    hand_in(course, "right", lesson, right)
    hand_in(course, "wrong", lesson, wrong)
    rows = {row.student: row for row in batch.grade(lesson, course).rows}
    assert not any(row.flags for row in rows.values())
    functions = {f for name in LESSONS[lesson] for f in catalogue()[name]}
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:

        def tests(student):
            found = gradebook.find_submission_notebook(lesson, lesson, student).grades
            return {g.name: (g.auto_score, g.max_score) for g in found if g.auto_score is not None}

        assert all(score == most for score, most in tests("right").values())
        of_functions = {name: s for name, (s, _) in tests("wrong").items() if name in functions}
        assert of_functions and not any(of_functions.values())
    assert rows["wrong"].score < rows["right"].score or not rows["right"].max_score
    for student, said in (("right", "right"), ("wrong", "not right yet")):
        graded = (course / "autograded" / student / lesson / f"{lesson}.ipynb").read_text("utf-8")
        without_points = f"{said.capitalize()} (without points)." in graded
        assert without_points == (not rows["right"].max_score)
