"""The whole loop on real nbgrader: release, three students, grades, feedback, export."""

import csv
import getpass
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from handing_in import (
    ANSWERS,
    BY_HAND,
    BY_TESTS,
    LESSON,
    RIGHT,
    WRONG,
    fill_in,
    hand_in,
    hand_in_right,
)
from nbgrader.api import Gradebook

from course_lib.instructor.grading import autograde, batch

pytestmark = [pytest.mark.needs("bubblewrap"), pytest.mark.timeout(900)]


def run(*command, folder):
    """Run a command as one types it; give what it prints."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def course_command(*arguments, folder):
    return run(sys.executable, "-m", "course_lib", *arguments, folder=folder)


def nbgrader(*arguments, folder):
    return run(str(Path(sys.executable).with_name("nbgrader")), *arguments, folder=folder)


def marks(folder):
    with (folder / "grades.csv").open(newline="") as file:
        return {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}


def test_from_release_to_returned_grade(tmp_path):
    course = tmp_path / "course"
    course_command("release", LESSON, "--course", str(course), folder=tmp_path)
    exchange = tmp_path / "exchange"
    exchange.mkdir(mode=0o777)
    exchange.chmod(0o777)
    with (course / "nbgrader_config.py").open("a") as file:
        file.write(f"\nc.Exchange.root = {str(exchange)!r}\nc.CourseDirectory.course_id = 'one'\n")

    # One hands in a plain folder.
    hand_in_right(course, "right")

    # One packs a zip, which comes back through a learning management system.
    work = shutil.copytree(course / "release" / LESSON, tmp_path / "wrong" / LESSON)
    fill_in(work, modules={"adagrad.py": WRONG}, answers={"repair": 'repair = "A"'})
    course_command("submit", LESSON, "--student", "wrong", folder=work)
    archive = course / "downloaded" / LESSON / "archive"
    archive.mkdir(parents=True)
    for path in (work / "handed_in").iterdir():
        shutil.copy(path, archive)
    nbgrader("zip_collect", LESSON, folder=course)

    # One fetches and submits a blank by nbgrader's own exchange.
    blank, home = getpass.getuser(), tmp_path / "home"
    home.mkdir()
    nbgrader("release_assignment", LESSON, folder=course)
    settings = [f"--Exchange.root={exchange}", "--course=one"]
    nbgrader("fetch_assignment", LESSON, *settings, folder=home)
    nbgrader("submit", LESSON, *settings, folder=home)
    nbgrader("collect", LESSON, folder=course)

    told = course_command("grade", LESSON, "--course", str(course), folder=tmp_path)
    assert "3 graded" in told
    course_command("feedback", LESSON, "--course", str(course), folder=tmp_path)
    course_command("export", "--course", str(course), folder=tmp_path)

    found = marks(course)
    assert found["right"] == BY_TESTS
    assert found[blank] == 0
    assert 0 <= found["wrong"] < 1
    for student in ("right", "wrong", blank):
        page = (course / "feedback" / student / LESSON / f"{LESSON}.html").read_text("utf-8")
        for secret in ("HIDDEN TESTS", "grade_answer", "course_lib.instructor", "solutions"):
            assert secret not in page
        assert "Traceback (most recent" not in page
    assert "adagrad_update: not right yet" in (
        course / "feedback" / "wrong" / LESSON / f"{LESSON}.html"
    ).read_text("utf-8")

    # The short answer waits for a person, and their mark stays when all is graded again.
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        submission = gradebook.find_submission(LESSON, "right")
        assert submission.needs_manual_grade
        assert not gradebook.find_submission(LESSON, blank).needs_manual_grade
        grade = gradebook.find_grade("explain", LESSON, LESSON, "right")
        grade.manual_score, grade.needs_manual_grade = 2.5, False  # as the formgrader does
        gradebook.db.commit()
    course_command("grade", LESSON, "--course", str(course), folder=tmp_path)
    course_command("grade", LESSON, "--course", str(course), "--force", folder=tmp_path)
    course_command("export", "--course", str(course), folder=tmp_path)
    assert marks(course)["right"] == BY_TESTS + 2.5 <= BY_TESTS + BY_HAND

    # nbgrader typed by hand gives the same, with nothing remembered.
    before = marks(course)
    shutil.rmtree(course / ".grading" / "results")
    nbgrader("autograde", LESSON, "--force", folder=course)
    nbgrader("export", folder=course)
    assert marks(course) == before


def test_planted_files_are_what_is_graded(course):
    """A submission's notebook says nothing about its module: the module decides."""
    hand_in(course, "planted-right", modules={"adagrad.py": RIGHT})
    hand_in(course, "planted-wrong", modules={"adagrad.py": WRONG}, answers=ANSWERS)
    rows = {row.student: row for row in batch.grade(LESSON, course).rows}
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:

        def score(cell, student):
            return gradebook.find_grade(cell, LESSON, LESSON, student).auto_score

        assert score("adagrad_update", "planted-right") == 4
        assert score("adagrad_momentum_update", "planted-right") == 3
        assert score("adagrad_update", "planted-wrong") == 0
        assert score("adagrad_momentum_update", "planted-wrong") == 0
    assert rows["planted-right"].score == 7
    assert rows["planted-wrong"].score == 4
    assert not any(row.flags for row in rows.values())


def test_the_seed_is_secret_and_stays(course):
    seed = autograde.read_seed(course)
    assert autograde.read_seed(course) == seed
    assert os.stat(course / ".grading" / "seed").st_mode & 0o777 == 0o600
    for step in ("source", "release"):
        for path in (course / step).rglob("*.*"):
            if path.is_file():
                assert str(seed).encode() not in path.read_bytes()


def test_figures_are_as_handed_in_or_run_again_on_demand(course):
    """By default they are marked as submitted; with `rerun` the notebook is run as it is now."""
    folder = hand_in(course, "ada", modules={"adagrad.py": RIGHT}, answers=ANSWERS)
    path = folder / f"{LESSON}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    shown = nbformat.v4.new_output("stream", name="stdout", text="an old output")
    cell = nbformat.v4.new_code_cell("print(6 * 7)", outputs=[shown], id="mine")
    notebook.cells.append(cell)
    nbformat.write(notebook, path)

    def output():
        graded = nbformat.read(course / "autograded" / "ada" / LESSON / path.name, as_version=4)
        [found] = [cell for cell in graded.cells if cell.id == "mine"]
        return "".join(output.text for output in found.outputs)

    [asis] = batch.grade(LESSON, course).rows
    assert "as submitted, not run again" in output() and "an old output" in output()
    [anew] = batch.grade(LESSON, course, rerun=True).rows
    assert output() == "42\n"
    assert (asis.score, asis.flags) == (anew.score, anew.flags) == (BY_TESTS, [])
