"""What a submission may cost on the trusted side, and all processes of a notebook together."""

import base64
import json
import re
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from handing_in import RIGHT, ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.instructor.grading import notebook_run, rebuild
from course_lib.instructor.grading.trusted import Examiner, ExaminerError

pytestmark = [pytest.mark.needs("bubblewrap"), pytest.mark.timeout(900)]


def task(*, tests=(), cells=None):
    """Make a task as one is sent to be examined."""
    tests = [{"id": f"t{n}", "source": source, "points": 1} for n, source in enumerate(tests)]
    modules = {"adagrad.py": base64.b64encode(RIGHT.encode()).decode()}
    return {"tests": tests, "answers": {}, "modules": modules, "cells": cells, "seed": 1}


def cell(source, *names):
    return {"id": "c", "source": source, "names": list(names)}


@pytest.fixture(scope="module")
def examiner():
    with Examiner() as running:
        yield running


def test_who_takes_more_memory_than_there_is_for_one_fails_alone(examiner):
    with pytest.raises(ExaminerError, match="more than 512 MB"):
        examiner.examine(task(tests=["kept = bytearray(600 << 20)\n1.0"]))
    found = examiner.examine(task(tests=["kept = bytearray(200 << 20)\n1.0"]))
    assert found["cells"]["t0"]["points"] == 1


@pytest.mark.full
def test_who_takes_more_time_than_there_is_for_one_fails_alone(examiner):
    with pytest.raises(ExaminerError, match="more than 60 s of processor time"):
        examiner.examine(task(tests=["while True: pass"]))
    assert examiner.examine(task(tests=["1.0"]))["cells"]["t0"]["points"] == 1


def test_a_process_that_dies_takes_nothing_from_the_one_in_its_place():
    with Examiner() as examiner, ThreadPoolExecutor() as pool:
        examiner.start()
        old, examiner._server = examiner._server, None
        found = pool.submit(examiner.examine, task(tests=["import time\ntime.sleep(2)\n1.0"]))
        while examiner._server is None:
            time.sleep(0.01)
        old.kill()
        assert found.result(timeout=100)["cells"]["t0"]["points"] == 1


# A cell can write to the pipe of the worker that runs it: whatever is sent, reading it is bounded.
SEND = "import os, gc, io\nf = next(x for x in gc.get_objects() if isinstance(x, io.TextIOWrapper)"
SEND += " and x.writable() and x.fileno() > 2)\n"
SENT = {
    "empty lists": 'f.write(\'{"id": "c", "answers": {"x": [\' + \'[],\' * 10**7)',
    "one long line": "f.write('x' * (20 << 20) + chr(10))",
    "lists in lists": "f.write('[' * 10**6 + chr(10))",
}


@pytest.mark.parametrize("attack", SENT)
def test_whatever_a_notebook_sends_is_read_within_bounds(attack, examiner):
    source = f"{SEND}{SENT[attack]}\nf.flush()\nos._exit(0)"
    found = examiner.examine(task(tests=["1.0"], cells=[cell(source, "x")]))
    assert found["cells"]["t0"]["points"] == 1
    assert found["flags"] == ["the notebook was not run to its end: it showed too much"]


TOGETHER = {
    "memory": (
        "import os, time\nfor _ in range(5):\n    if os.fork() == 0:\n"
        "        kept = b'x' * (700 << 20)\n        time.sleep(60)\n"
        "while True: pass",
        "its processes took more than 2048 MB together",
    ),
    "files": (
        "import os\nfor n in range(10**6): os.symlink('x' * 1000, f'/tmp/{n}')\nwhile True: pass",
        "it wrote too many files",
    ),
    "processes": (
        "import os, time\nfor _ in range(40):\n    if os.fork() == 0: time.sleep(60)\n",
        "BlockingIOError",
    ),
}


@pytest.mark.parametrize("what", TOGETHER)
def test_all_processes_of_a_notebook_have_one_limit(what, examiner):
    source, said = TOGETHER[what]
    found = examiner.examine(task(tests=["1.0"], cells=[cell(source)]))
    assert found["cells"]["t0"]["points"] == 1
    assert said in json.dumps([found["flags"], found["ran"]])


def test_all_processes_of_a_notebook_share_their_seconds(tmp_path, monkeypatch):
    """Four that calculate for ever end after 2 s together, though none has taken 2 s alone."""
    (tmp_path / "course_lib" / "updates").mkdir(parents=True)
    for path in (tmp_path, *tmp_path.rglob("*")):
        path.chmod(0o755)
    source = "import os\nos.fork(), os.fork()\nwhile True: pass"
    start = time.process_time()
    _, _, flags = notebook_run.run([cell(source)], tmp_path, 8)
    assert flags == ["the notebook was not run to its end: it took too long"]
    assert time.process_time() - start < 20


def test_few_characters_of_hidden_inputs_come_back_in_what_a_function_says(examiner):
    """A function that tells all that it has seen, in each way that reaches a page."""
    asked = task(tests=["grade('adagrad_update', points=1)", "check('adagrad')"])
    asked["tests"][0]["source"] = (
        "from course_lib.instructor.grading.hidden import grade\n" + asked["tests"][0]["source"]
    )
    text = (
        "seen = []\ndef adagrad_update(w, grad, v, *, lr, eps):\n"
        "    seen.append(f'<{len(seen)}:{lr:.3g}>')\n    print(*seen)\n"
        "    raise {error}(' '.join(seen[::-1]))\n"
    )
    for error in ("PermissionError", "ValueError"):
        module = text.replace("{error}", error).encode()
        asked["modules"] = {"adagrad.py": base64.b64encode(module).decode()}
        found = examiner.examine(asked)
        told = json.dumps([found["flags"], [cell["shown"] for cell in found["cells"].values()]])
        assert error in told
        assert len({*re.findall(r"<(\d+):|&lt;(\d+):", told)}) <= 30  # of hundreds
        assert len(found["flags"]) <= 1


# An answer is read where the whole class is graded.

OPENED = ["(", "[", "-", "~", "not ", "lambda:", "1 if 1 else ", "{1:", "(1,", "*", "await ", "a:="]
CLOSED = ["", ")", "]", "}", ".a", "()", "[0]", "+1", "**1", "<1", " 'a'", ",", "\n"]


@settings(max_examples=60)
@given(st.sampled_from(OPENED), st.sampled_from(CLOSED), st.sampled_from(["x = ", "x = y = ", ""]))
def test_an_answer_nested_as_deep_as_its_size_allows_is_read(opened, closed, before):
    count = (rebuild.MAX_ANSWER - 20) // len(opened + closed)
    source = f"{before}{opened * count}1{closed * count}"
    found, start = [], time.process_time()

    def read():  # in a thread, as when a class is graded: its stack is smaller
        found.append((rebuild.assigned(source), rebuild.read_answer(source, {"x"})))

    thread = threading.Thread(target=read)
    thread.start()
    thread.join()
    assert found and time.process_time() - start < 2


def test_no_answer_takes_the_process_with_it():
    """Each kind of nesting alone, where a crash would be seen: in a process of its own."""
    script = (
        "import sys; from course_lib.instructor.grading import rebuild\n"
        f"for one in {OPENED + CLOSED!r}:\n"
        "    for source in (one * (19_900 // max(1, len(one))) + '1', 'x = 1' + one * 4000):\n"
        "        rebuild.assigned(source), rebuild.read_answer(source, {'x'})\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-500:]
