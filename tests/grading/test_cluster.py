"""Grading on a Dask cluster of real processes, reached by address; no disk in common is used."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from handing_in import ANSWERS, LESSON, RIGHT, WRONG, hand_in
from test_misuse import refused, run

from course_lib.instructor.grading import batch

pytestmark = [pytest.mark.needs("bubblewrap"), pytest.mark.timeout(900)]

# A worker that loads this dies like one whose machine runs out of memory, at the moment when it
# would examine a submission that says so.
POISONED = """\
import os, signal
from base64 import b64decode
from course_lib.instructor.grading import trusted

class Poisoned(trusted.Examiner):
    def examine(self, task):
        if any(b"# poison" in b64decode(module) for module in task["modules"].values()):
            os.kill(os.getpid(), signal.SIGKILL)
        return super().examine(task)

from course_lib.instructor.grading import cluster
cluster.Examiner = Poisoned
"""
OTHER_VERSION = """\
from course_lib.instructor.grading import results
results.code_version = lambda: "of last year"
"""


class Cluster:
    """A scheduler and workers, each a process of its own."""

    def __init__(self, folder):
        self.folder, self.processes = folder, []
        told = folder / "scheduler.json"
        self.start(
            "scheduler", "--port=0", "--dashboard-address=127.0.0.1:0", f"--scheduler-file={told}"
        )
        until = time.monotonic() + 60
        while not told.exists() or not told.read_text():
            assert time.monotonic() < until
            time.sleep(0.05)
        self.address = json.loads(told.read_text())["address"]

    def start(self, what, *arguments):
        """Start a program of Dask."""
        log = (self.folder / f"{what}-{len(self.processes)}.log").open("w")
        command = [str(Path(sys.executable).with_name("dask")), what, *arguments]
        process = subprocess.Popen(
            command, stdout=log, stderr=log, cwd=self.folder, start_new_session=True
        )
        self.processes.append(process)
        return process

    def worker(self, preload=""):
        """Start a worker that does one task at a time, with no nanny to start it again."""
        number = len(self.processes)
        folder = self.folder / f"worker{number}"
        folder.mkdir()
        (folder / "preload.py").write_text(preload)
        options = ["--nthreads=1", "--no-nanny", "--no-dashboard", f"--local-directory={folder}"]
        return self.start("worker", self.address, *options, f"--preload={folder}/preload.py")

    def end(self):
        """End all that was started."""
        for process in self.processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture
def cluster(tmp_path):
    folder = tmp_path / "cluster"
    folder.mkdir()
    cluster = Cluster(folder)
    yield cluster
    cluster.end()


def hand_in_some(course, count):
    for number in range(count):
        text = f"# {number}\n{WRONG if number % 3 == 1 else RIGHT}"
        hand_in(course, f"s{number}", modules={"adagrad.py": text}, answers=ANSWERS)


EXPECTED = [11, 4, 11]  # of those above, in turn


def scores(summary):
    return [(row.state, row.score) for row in summary.rows]


def test_a_worker_that_is_killed_in_the_middle_loses_nothing(course, cluster):
    hand_in_some(course, 6)
    victim, _ = cluster.worker(), cluster.worker()
    command = [sys.executable, "-m", "course_lib", "grade", LESSON, "--course", str(course)]
    with subprocess.Popen(
        [*command, "--scheduler", cluster.address], stdout=subprocess.PIPE, text=True
    ) as process:
        results = course / ".grading" / "results"
        while process.poll() is None and not list(results.glob("*.json")):
            time.sleep(0.01)
        victim.kill()
        told, _ = process.communicate(timeout=600)
    assert process.returncode == 0, told
    found = json.loads((course / "summary" / f"{LESSON}.json").read_text())["rows"]
    assert [row["score"] for row in found] == EXPECTED * 2
    assert not any(row["flags"] for row in found)


def test_a_submission_that_kills_its_worker_twice_is_given_up_and_the_others_are_graded(
    course, cluster
):
    hand_in_some(course, 3)
    hand_in(course, "eve", modules={"adagrad.py": f"# poison\n{RIGHT}"})
    workers = [cluster.worker(POISONED) for _ in range(3)]
    summary = batch.grade(LESSON, course, scheduler=cluster.address)
    eve, *others = summary.rows
    assert eve.state == "not graded" and "given up after two tries" in eve.flags[-1]
    assert [row.score for row in others] == EXPECTED
    assert summary.exit_code == 1
    assert sorted(bool(worker.poll()) for worker in workers) == [False, True, True]


def test_an_address_where_nobody_listens_is_refused_in_one_sentence(course):
    hand_in_some(course, 1)
    for address in ("tcp://127.0.0.1:9", "no address", "tcp://nowhere.invalid:8786"):
        done = run("grade", LESSON, "--course", course, "--scheduler", address)
        refused(done, f"no Dask scheduler at {address}")
    assert not (course / "autograded").exists()


def test_a_worker_with_another_version_grades_nothing(course, cluster):
    hand_in_some(course, 1)
    cluster.worker(OTHER_VERSION)
    done = run("grade", LESSON, "--course", course, "--scheduler", cluster.address)
    refused(done, "another version of the course", "0 of 1 submissions are done")
    assert not (course / "autograded").exists()


@pytest.mark.full
def test_a_scheduler_without_workers_is_told_and_waited_for(course, cluster):
    hand_in_some(course, 1)
    command = [sys.executable, "-m", "course_lib", "grade", LESSON, "--course", str(course)]
    with subprocess.Popen(
        [*command, "--scheduler", cluster.address], stderr=subprocess.PIPE, text=True
    ) as process:
        assert "No worker has joined" in process.stderr.readline()
        cluster.worker()
        _, told = process.communicate(timeout=300)
    assert (process.returncode, told) == (0, "")


@pytest.mark.full
def test_a_scheduler_that_goes_away_stops_the_run_in_one_sentence(course, cluster):
    hand_in_some(course, 6)
    cluster.worker()
    command = [sys.executable, "-m", "course_lib", "grade", LESSON, "--course", str(course)]
    with subprocess.Popen(
        [*command, "--scheduler", cluster.address], stderr=subprocess.PIPE, text=True
    ) as process:
        results = course / ".grading" / "results"
        while process.poll() is None and not list(results.glob("*.json")):
            time.sleep(0.01)
        cluster.processes[0].kill()
        _, told = process.communicate(timeout=300)
    assert process.returncode == 2 and len(told.strip().splitlines()) == 1, told
    assert "does not answer any more" in told
    assert [row.score for row in batch.grade(LESSON, course).rows] == EXPECTED * 2


def test_the_process_that_examines_is_killed(course):
    """What happens to it happens to two submissions at most, and they are examined again."""
    hand_in_some(course, 4)
    command = [sys.executable, "-m", "course_lib", "grade", LESSON, "--course", str(course)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        results = course / ".grading" / "results"
        while process.poll() is None and not list(results.glob("*.json")):
            time.sleep(0.01)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        for child in children:
            os.kill(int(child), signal.SIGKILL)
    assert process.returncode == 0
    found = json.loads((course / "summary" / f"{LESSON}.json").read_text())["rows"]
    assert [row["score"] for row in found] == [*EXPECTED, 11]
