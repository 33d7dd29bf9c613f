"""Marks as learning platforms read them, from a real gradebook."""

import csv

import pytest
from handing_in import LESSON
from nbgrader.api import Gradebook

from course_lib.instructor.grading import batch


@pytest.fixture
def marked(course):
    """Give a course in which ada has 7.5 marks less 1 for lateness, and bob handed in nothing."""
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        gradebook.add_student("ada", first_name="Ada", last_name="King, née Byron")
        gradebook.add_student("bob", email="bob@example.edu")
        submission = gradebook.add_submission(LESSON, "ada")
        first, second = submission.notebooks[0].grades[:2]
        first.manual_score, second.manual_score = 4.5, 3.0
        submission.notebooks[0].late_submission_penalty = 1.0
        gradebook.db.commit()
    return course


def table(path):
    return list(csv.reader(path.read_text("utf-8").splitlines()))


def test_canvas_reads_its_columns_and_the_points_possible(marked):
    """Columns as Canvas's own help gives them: Student, ID, SIS User ID, SIS Login ID, Section."""
    path = batch.export(marked, "canvas")
    assert path == marked / "grades-canvas.csv"
    assert table(path) == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", LESSON],
        ["Points Possible", "", "", "", "", "14.0"],
        ["King, née Byron, Ada", "", "", "ada", "", "6.5"],
        ["bob", "", "", "bob", "", ""],
    ]


def test_moodle_reads_a_row_a_user(marked):
    path = batch.export(marked, "moodle")
    assert path == marked / "grades-moodle.csv"
    assert table(path) == [
        ["username", "firstname", "lastname", "email", LESSON],
        ["ada", "Ada", "King, née Byron", "", "6.5"],
        ["bob", "", "", "bob@example.edu", ""],
    ]


def test_each_format_leaves_the_other_files_alone(marked):
    batch.export(marked, "csv")
    before = (marked / "grades.csv").read_bytes()
    batch.export(marked, "canvas")
    assert (marked / "grades.csv").read_bytes() == before
    assert not (marked / "grades-moodle.csv").exists()
