"""A course folder that version 0.1.0 released and half graded goes on with this one.

Its marks were given by version 0.1.0, which graded all four submissions in a copy.
"""

import csv
import tarfile
from pathlib import Path

import pytest

from course_lib.instructor.grading import batch, export, feedback

LESSON = "02_adagrad"
KEPT = Path(__file__).parent / "fixtures" / "course-of-version-0.1.0.tar.xz"
MARKS = {"ada": 11, "bob": 3, "cy": 11, "dan": 0}


@pytest.fixture
def course(tmp_path):
    """Unpack the folder, in which ada and bob were graded and cy and dan were not."""
    with tarfile.open(KEPT) as file:
        file.extractall(tmp_path, filter="data")
    return tmp_path / "course"


def marks(course):
    with export.export(course).open(encoding="utf-8") as file:
        return {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}


def test_its_marks_are_the_same_after_grading_and_returning_the_rest(course):
    summary = batch.grade(LESSON, course)
    assert {row.student: row.score for row in summary.rows} == MARKS
    assert [row.flags for row in summary.rows] == [[]] * 4
    list(feedback.feedback(LESSON, course))
    for student in MARKS:
        page = course / "feedback" / student / LESSON / f"{LESSON}.html"
        assert f"(Score: {MARKS[student]:.1f} / 14.0)" in page.read_text("utf-8")
    assert marks(course) == MARKS


def test_its_marks_are_the_same_when_everything_is_graded_anew(course):
    batch.grade(LESSON, course, force=True)
    assert marks(course) == MARKS
