"""The page for the next lecture, from a lesson graded for real."""

import re

import nbformat
import pytest
from handing_in import ANSWERS, LESSON, RIGHT, WRONG, hand_in

from course_lib import CourseError
from course_lib.instructor.grading import batch
from course_lib.instructor.grading.report import report

ROOTLESS = RIGHT.replace("np.sqrt(v + eps)", "(v + eps)")


@pytest.mark.needs("bubblewrap")
def test_the_page_counts_exercises_and_mistakes_and_names_nobody(course):
    hand_in(course, "student-one", modules={"adagrad.py": RIGHT}, answers=ANSWERS)
    for student in ("student-two", "student-three"):
        hand_in(course, student, modules={"adagrad.py": ROOTLESS})
    hand_in(course, "student-four")
    batch.grade(LESSON, course)
    page = report(course, LESSON).read_text("utf-8")
    assert "4 submissions" in page
    [rule] = re.findall(r"<h3>adagrad_update</h3>\s*(<table>.*?</table>)", page, re.DOTALL)
    assert re.search(r"<td>50%</td><td>missing square root</td><td>[^<]+\?", rule)
    assert "<td>25%</td><td>not written</td>" in rule
    assert re.search(r"<td>adagrad_update</td><td>25%</td>", page)
    assert re.search(r'<img alt="How many submissions have how many of 14 points', page)
    assert "student-" not in page


@pytest.mark.needs("bubblewrap")
def test_what_a_student_writes_does_not_enter_the_page(course):
    folder = hand_in(course, "eve", modules={"adagrad.py": WRONG})
    path = folder / f"{LESSON}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    forged = {"rule": "x", "passed": False, "mistake": "<script>", "message": "", "outcome": ""}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            data = {"text/plain": "card"}
            cell.outputs = [
                nbformat.v4.new_output("display_data", data, metadata={"verdicts": [forged]})
            ]
    nbformat.write(notebook, path)
    batch.grade(LESSON, course)
    page = report(course, LESSON).read_text("utf-8")
    assert "script" not in page and "<h3>x</h3>" not in page


@pytest.mark.needs("bubblewrap")
def test_no_name_that_a_student_chose_enters_the_page(course):
    """The name of a type or of an error is a student's, as is what stands in a message."""
    returned = "import numpy as np\n\nclass HireEve(dict): pass\n\n"
    returned += "def adagrad_update(w, grad, v, *, lr, eps):\n    return HireEve()\n\n"
    returned += "class TrustEve(Exception): pass\n\n"
    returned += "def adagrad_momentum_update(w, grad, v, m, *, lr, beta, eps):\n"
    returned += "    if np.ndim(w): raise TrustEve('only length-1 arrays can be converted to Python"
    returned += " scalars')\n    return w, v, m\n"
    hand_in(course, "mallory", modules={"adagrad.py": returned})
    batch.grade(LESSON, course)
    page = report(course, LESSON).read_text("utf-8")
    assert "other type returned" in page and "scalar where an array belongs" in page
    assert "Eve" not in page


def test_before_anything_is_graded_there_is_no_page(course):
    with pytest.raises(CourseError, match="No submission of 02_adagrad is graded"):
        report(course, LESSON)
    assert not (course / "reports").exists()
