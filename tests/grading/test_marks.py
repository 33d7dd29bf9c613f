"""Marks as learning platforms read them, from a real gradebook."""

import csv

import pytest
from handing_in import LESSON
from nbgrader.api import Gradebook

from course_lib.instructor.grading import export


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
    path = export.export(marked, "canvas")
    assert path == marked / "grades-canvas.csv"
    assert table(path) == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", LESSON],
        ["Points Possible", "", "", "", "", "14.0"],
        ["King, née Byron, Ada", "", "", "ada", "", "6.5"],
        ["bob", "", "", "bob", "", ""],
    ]


def test_moodle_reads_a_row_a_user(marked):
    path = export.export(marked, "moodle")
    assert path == marked / "grades-moodle.csv"
    assert table(path) == [
        ["username", "firstname", "lastname", "email", LESSON],
        ["ada", "Ada", "King, née Byron", "", "6.5"],
        ["bob", "", "", "bob@example.edu", ""],
    ]


def test_each_format_leaves_the_other_files_alone(marked):
    export.export(marked, "csv")
    before = (marked / "grades.csv").read_bytes()
    export.export(marked, "canvas")
    assert (marked / "grades.csv").read_bytes() == before
    assert not (marked / "grades-moodle.csv").exists()


NASTY = ["=HYPERLINK(1)", "+1+cmd", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "a,b\n=1", "＝1"]
ORDINARY = ["ada", "b.o-b@uni", "-12", "+4912", "-1.5", "King, née Byron", '"quoted"', "1e5"]


@pytest.mark.parametrize("format", ["csv", "canvas", "moodle"])
def test_no_name_is_a_formula_and_ordinary_ones_are_as_they_were(course, format):
    """A spreadsheet calculates what begins so; a ' in front makes it a text."""
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        for name in (*NASTY, *ORDINARY):
            gradebook.add_student(name, first_name=name, last_name=name, email=name)
    with export.export(course, format).open(newline="", encoding="utf-8") as file:
        rows = [*csv.reader(file)]
    assert {len(row) for row in rows} == {len(rows[0])}
    cells = {cell for row in rows for cell in row}
    assert cells >= {*ORDINARY} | {f"'{name}" for name in NASTY if not name.startswith("a,")}
    for cell in cells - {*ORDINARY}:
        assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "＝"))
