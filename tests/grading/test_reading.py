"""A submitted notebook costs a bounded share of memory and time, whatever it is made of."""

import json
import os
import subprocess
import sys

import pytest
from handing_in import ANSWERS, LESSON, RIGHT, ROOT, hand_in

from course_lib.instructor.grading import reading

MASTER = ROOT / "notebooks" / f"{LESSON}.ipynb"
AROUND = b'{"cells": [], "nbformat": 4, "nbformat_minor": 5, "metadata": {%s}}'


def cells(count, source):
    """Write a notebook with more code than anybody's."""
    tree = json.loads(MASTER.read_text("utf-8"))
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    tree["cells"] += [cell | {"source": source, "id": f"more{n}"} for n in range(count)]
    return json.dumps(tree).encode()


TOO_LARGE = {
    "60 MB of empty lists": AROUND % (b'"x": [' + b"[]," * 20_000_000 + b"[]]"),
    "880 cells of 19.9 kB": cells(880, "a=1;" * 4975),
    "lists two hundred deep": AROUND % (b'"x": ' + b"[" * 200 + b"]" * 200),
    "more than 64 MB": AROUND % (b'"x": "' + b"x" * (64 << 20) + b'"'),
}


@pytest.mark.parametrize("attack", TOO_LARGE)
def test_what_is_too_large_is_told_and_not_read(tmp_path, attack):
    path = tmp_path / "x.ipynb"
    path.write_bytes(TOO_LARGE[attack])
    assert reading.too_large(path)
    assert reading.read_notebook(path) is None and reading.salvage(path) is None


def test_a_notebook_comes_back_with_all_that_is_graded_or_shown():
    tree = json.loads(MASTER.read_text("utf-8"))
    notebook = reading.read_notebook(MASTER)
    assert [cell.source for cell in notebook.cells] == ["".join(c["source"]) for c in tree["cells"]]
    names = [c["metadata"].get("nbgrader", {}).get("grade_id") for c in tree["cells"]]
    kept = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells]
    assert kept == names and any(names)
    count = sum(len(cell.get("outputs", [])) for cell in tree["cells"])
    assert sum(len(cell.get("outputs", [])) for cell in notebook.cells) == count > 0
    assert not reading.too_large(MASTER)


def test_long_outputs_are_cut_and_many_leave_room_for_the_answers(tmp_path):
    tree = json.loads(MASTER.read_text("utf-8"))
    long = {"output_type": "stream", "name": "stdout", "text": "x" * (30 << 20)}
    many = [long | {"text": "y" * 20_000}] * 1500
    for outputs in ([long], many):
        cell = {"cell_type": "code", "metadata": {}, "source": "1", "execution_count": None}
        changed = tree | {"cells": [cell | {"outputs": outputs, "id": "long"}, *tree["cells"]]}
        path = tmp_path / "x.ipynb"
        path.write_text(json.dumps(changed), "utf-8")
        notebook = reading.read_notebook(path)
        assert len(notebook.cells) == len(changed["cells"])
        assert sum(len(json.dumps(cell)) for cell in notebook.cells) < 20 << 20


@pytest.mark.parametrize("kind", ["a pipe", "a folder", "nothing", "no JSON"])
def test_what_is_no_notebook_is_none(tmp_path, kind):
    path = tmp_path / "x.ipynb"
    if kind == "a pipe":
        os.mkfifo(path)
    elif kind == "a folder":
        path.mkdir()
    elif kind == "no JSON":
        path.write_text("{")
    assert reading.read_notebook(path) is None and reading.salvage(path) is None
    assert not reading.too_large(path)


@pytest.mark.needs("bubblewrap")
@pytest.mark.timeout(600)
def test_a_notebook_that_is_too_large_costs_its_own_answers_alone(course):
    hand_in(course, "ada", modules={"adagrad.py": RIGHT}, answers=ANSWERS)
    folder = hand_in(course, "eve", modules={"adagrad.py": RIGHT}, answers=ANSWERS)
    (folder / f"{LESSON}.ipynb").write_bytes(TOO_LARGE["60 MB of empty lists"])
    script = (
        "import json, re, sys\n"
        "from course_lib.instructor.grading import batch\n"
        "rows = batch.grade(sys.argv[1], sys.argv[2]).rows\n"
        "print(json.dumps([[row.student, row.score, row.flags] for row in rows]))\n"
        "peak = re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1]\n"
        "print(int(peak) >> 10)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, LESSON, str(course)],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    *_, rows, memory = done.stdout.splitlines()
    ada, (*eve, [flag]) = json.loads(rows)
    assert (ada, eve) == (["ada", 11.0, []], ["eve", 7.0])
    assert flag.startswith("02_adagrad.ipynb is no notebook: graded as released")
    assert int(memory) < 700  # MB; with all of it read here, 3100


@pytest.mark.needs("bubblewrap")
def test_by_hand_nothing_is_read_that_is_too_large(course):
    folder = hand_in(course, "eve")
    (folder / f"{LESSON}.ipynb").write_bytes(TOO_LARGE["60 MB of empty lists"])
    nbgrader = os.path.join(os.path.dirname(sys.executable), "nbgrader")
    done = subprocess.run(
        [nbgrader, "autograde", LESSON], cwd=course, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "02_adagrad of eve is too large to read" in done.stderr
    assert "course grade" in done.stderr


def test_a_reader_that_was_killed_is_replaced():
    expected = reading.read_notebook(MASTER)
    reading._reader.process.kill()
    assert reading.read_notebook(MASTER) == expected
