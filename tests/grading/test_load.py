"""A busy machine changes no mark, no flag and no page of feedback."""

import shutil
import subprocess
import sys

import pytest
from handing_in import ANSWERS, LESSON, RIGHT, WRONG, hand_in

from course_lib.instructor.grading import autograde, batch
from course_lib.instructor.grading.feedback import feedback

pytestmark = [pytest.mark.full, pytest.mark.needs("bubblewrap"), pytest.mark.timeout(3600)]

BODY = "    ### BEGIN SOLUTION\n"
SLOW = BODY + (
    "    import time\n    end = time.process_time() + 0.25\n"
    "    while time.process_time() < end:\n        pass\n"
)
SLEEPY = BODY + "    import time\n    time.sleep(0.3)\n"
LOOP = BODY + "    while True:\n        pass\n"
CLASS = {
    "right": (RIGHT, ANSWERS),
    "wrong": (WRONG, ANSWERS),
    "slow": (RIGHT.replace(BODY, SLOW, 1), ANSWERS),
    "sleepy": (RIGHT.replace(BODY, SLEEPY, 1), ANSWERS),
    "loop": (RIGHT.replace(BODY, LOOP, 1), ANSWERS),
    "blank": (None, {}),
}


@pytest.fixture
def busy():
    """Keep twelve processes busy."""
    spin = [sys.executable, "-c", "while True: pass"]
    processes = [subprocess.Popen(spin) for _ in range(12)]
    yield
    for process in processes:
        process.kill()
        process.wait()


def graded(course):
    """Grade a course; give the marks, the flags and the pages of feedback."""
    rows = {row.student: row for row in batch.grade(LESSON, course).rows}
    assert all(not each.problem for each in feedback(LESSON, course))
    pages = {path.parts[-3]: path.read_text("utf-8") for path in course.glob("feedback/*/*/*.html")}
    return {name: (row.state, row.score, row.flags) for name, row in rows.items()}, pages


@pytest.fixture
def idle(course, tmp_path):
    """Hand in for a class, and grade a copy of its course on a machine as it is."""
    for name, (module, answers) in CLASS.items():
        hand_in(course, name, modules={"adagrad.py": module} if module else {}, answers=answers)
    autograde.read_seed(course)  # one seed for both
    return graded(shutil.copytree(course, tmp_path / "idle"))


def test_a_class_is_graded_alike_beside_twelve_busy_processes(course, idle, busy):
    marks, pages = graded(course)
    assert marks == idle[0]
    assert pages == idle[1] and len(pages) == len(CLASS)
    assert [marks[name][1] for name in ("right", "slow", "sleepy")] == [11, 11, 11]
    assert all(state == "graded" for state, _, _ in marks.values())
