"""Each submission of the corpus is graded between two right ones, and touches neither."""

import io
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict
from pathlib import Path
from unittest.mock import patch

import nbformat
import pytest
from corpus import CORPUS, FULL
from handing_in import ANSWERS, LESSON, RIGHT, ROOT, hand_in
from rich.console import Console

from course_lib.checks import run_checks
from course_lib.instructor.grading import batch, feedback

pytestmark = [pytest.mark.needs("bubblewrap"), pytest.mark.timeout(3600)]

SAMPLE = [
    "right and answered",
    "imports the reference by its path",
    "patches numpy's comparisons",
    "an object that equals all",
    "connects to this machine",
    "kills all it can",
    "a fork bomb",
    "50 MB on one line",
    "frame: a huge shape",
    "control codes and HTML in messages",
    "a module of its own for the hidden tests",
    "metadata with more points",
    "scripts in texts and outputs",
    "a copied answer cell",
    "deleted test cells",
    "half a notebook",
    "a missing notebook",
    "a link to the reference",
    "Latin-1 in a comment",
    "a warning on each call",
]


class Listener:
    """A port of this machine that counts who comes."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.visits = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        while True:
            self.socket.accept()[0].close()
            self.visits += 1


def processes(place):
    """List the processes of this machine that work in a folder, in a sandbox or not."""
    found = []
    for number in filter(str.isdigit, os.listdir("/proc")):
        try:
            command = Path(f"/proc/{number}/cmdline").read_bytes()
        except OSError:
            continue
        if os.fsencode(place) in command:
            found.append(command)
    return found


def grade_corpus(course, entries):
    """Grade entries, each between two right ones; give the rows by student."""
    listener = Listener()
    for number, entry in enumerate(entries):
        neighbour = {"adagrad.py": f"# the work of {number}\n{RIGHT}"}
        hand_in(course, f"{number:03}-a", modules=neighbour, answers=ANSWERS)
        folder = hand_in(course, f"{number:03}-b")
        entry.build(folder)
        module = folder / "course_lib" / "updates" / "adagrad.py"
        if module.is_file() and not module.is_symlink() and b"CANARY_PORT" in module.read_bytes():
            text = module.read_text("utf-8")
            module.write_text(text.replace("CANARY_PORT", str(listener.port)), "utf-8")
    # Others may grade on this machine: ours are known by the folder that they work in.
    place = course.parent / "temporary"
    place.mkdir()
    with patch.dict(os.environ, TMPDIR=str(place)), patch.object(tempfile, "tempdir", str(place)):
        summary = batch.grade(LESSON, course)
        time.sleep(0.5)
        assert processes(place) == []
    assert listener.visits == 0
    return {row.student: row for row in summary.rows}


def judge(entries, rows):
    """List what is not as it should be."""
    wrong = []
    for number, entry in enumerate(entries):
        row, neighbour = rows[f"{number:03}-b"], rows[f"{number:03}-a"]
        if (neighbour.score, neighbour.flags) != (FULL, []):
            wrong.append(f"the neighbour of {entry.name}: {neighbour}")
        if row.score != entry.marks:
            wrong.append(f"{entry.name}: {row.score} in place of {entry.marks}, {row}")
    return wrong


def check_feedback(course, entries):
    """Nothing that a student wrote may run in a reader's browser, and no secret is told."""
    list(feedback.feedback(LESSON, course))
    for number, _ in enumerate(entries):
        page = course / "feedback" / f"{number:03}-b" / LESSON / f"{LESSON}.html"
        text = page.read_text("utf-8")
        for forged in ("<script>document", "<img src=x", "<script>alert", "\x1b[", "BEGIN HIDDEN"):
            assert forged not in text, (entries[number].name, forged)


def test_a_sample(course):
    entries = [entry for entry in CORPUS if entry.name in SAMPLE]
    assert len(entries) == len(SAMPLE)
    reference = (ROOT / "solutions" / "updates" / "adagrad.py").read_bytes()
    assert judge(entries, grade_corpus(course, entries)) == []
    check_feedback(course, entries)
    assert (ROOT / "solutions" / "updates" / "adagrad.py").read_bytes() == reference


@pytest.mark.full
def test_the_whole_corpus(course):
    assert len(CORPUS) >= 80
    assert judge(CORPUS, grade_corpus(course, CORPUS)) == []
    check_feedback(course, CORPUS)


def test_flags_are_seen_and_the_original_is_kept(course):
    """What was put in order is told in the summary, in the gradebook and in the notebook."""
    from nbgrader.api import Gradebook

    folder = hand_in(course, "ada", modules={"adagrad.py": RIGHT}, answers=ANSWERS)
    broken = b'{"cells": ['
    (folder / f"{LESSON}.ipynb").write_bytes(broken)
    for state in ("graded", "kept"):  # the second time it is in order, and still flagged
        summary = batch.grade(LESSON, course)
        [row] = summary.rows
        assert row.state == state and "no notebook" in row.flags[0]
        told = json.loads((course / "summary" / f"{LESSON}.json").read_text("utf-8"))
        assert told["lesson"] == LESSON and told["rows"] == [asdict(row)]
        summary.show(Console(file=(printed := io.StringIO()), width=200))
        assert f"1 {state}; 0 need a mark by hand, 1 flagged" in printed.getvalue()
    kept = list((course / "set_aside" / "ada" / LESSON).iterdir())
    assert [path.read_bytes() for path in kept] == [broken]
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        assert gradebook.find_submission_notebook(LESSON, LESSON, "ada").flagged
    graded = nbformat.read(course / "autograded" / "ada" / LESSON / f"{LESSON}.ipynb", 4)
    assert "no notebook" in graded.cells[0].source
    # Handed in anew, it is a submission like any other.
    shutil.rmtree(folder)
    hand_in(course, "ada", modules={"adagrad.py": RIGHT}, answers=ANSWERS)
    [row] = batch.grade(LESSON, course).rows
    assert (row.state, row.score, row.flags) == ("graded", FULL, [])


def test_by_hand_a_submission_out_of_order_is_refused_with_the_command(course):
    folder = hand_in(course, "eve")
    (folder / "link").symlink_to("/etc/passwd")
    (hand_in(course, "bob") / f"{LESSON}.ipynb").unlink()
    (hand_in(course, "cyd") / f"{LESSON}.ipynb").write_text("{")
    (hand_in(course, "dan") / "timestamp.txt").write_text("yesterday")
    hand_in(course, "ada", modules={"adagrad.py": RIGHT}, answers=ANSWERS)
    nbgrader = os.path.join(os.path.dirname(sys.executable), "nbgrader")
    done = subprocess.run(
        [nbgrader, "autograde", LESSON], cwd=course, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    for student in ("bob", "cyd", "dan", "eve"):
        said = [line for line in done.stderr.splitlines() if f"submission of {student} is" in line]
        assert said and f"course grade {LESSON} --course {course}" in said[0]
    assert not (course / "autograded" / "eve").exists() or not list(
        (course / "autograded" / "eve").rglob("link")
    )
    assert (course / "autograded" / "ada" / LESSON / f"{LESSON}.ipynb").is_file()


def test_the_check_and_the_grade_agree_on_what_may_be_imported(course):
    """A rule that imports a plotting library is told so while it can be mended."""
    text = f"import matplotlib.pyplot as plt\n{RIGHT}"
    folder = hand_in(course, "ada", modules={"adagrad.py": text})
    [verdict, _] = run_checks(["adagrad"], updates_dir=folder / "course_lib" / "updates")
    assert not verdict.passed and "matplotlib is not there" in str(verdict.as_dict())
    [row] = batch.grade(LESSON, course).rows
    assert row.score == 0


PIXEL = (  # a picture of one pixel
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def test_an_image_in_a_written_answer_reaches_the_person_who_marks_it(course):
    folder = hand_in(course, "ada", modules={"adagrad.py": RIGHT}, answers=ANSWERS)
    path = folder / f"{LESSON}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    [cell] = [
        c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == "explain"
    ]
    cell.source += "\n\n![my plot](attachment:plot.png) ![gone](attachment:gone.png)"
    cell.attachments = {"plot.png": {"image/png": PIXEL}}
    nbformat.write(notebook, path)
    [row] = batch.grade(LESSON, course).rows
    assert row.score == FULL
    [line] = feedback.feedback(LESSON, course)
    page = (course / "feedback" / "ada" / LESSON / f"{LESSON}.html").read_text("utf-8")
    assert PIXEL in page and "attachment:plot" not in page
