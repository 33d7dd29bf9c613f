"""What goes wrong on the instructor's machine: the same command takes up where it was stopped."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

import pytest
from handing_in import ANSWERS, LESSON, RIGHT, WRONG, hand_in
from nbgrader.api import Gradebook

from course_lib import CourseError
from course_lib.instructor.grading import autograde, batch, done

pytestmark = [pytest.mark.needs("bubblewrap"), pytest.mark.timeout(3600)]


def hand_in_ten(course):
    for number in range(10):
        text = f"# {number}\n{WRONG if number % 3 == 1 else RIGHT}"
        answers = ANSWERS if number % 2 else {}
        folder = hand_in(course, f"s{number}", modules={"adagrad.py": text}, answers=answers)
        if number == 5:
            (folder / f"{LESSON}.ipynb").write_bytes(b"{")
    autograde.read_seed(course)  # one seed for all the runs that are compared


def gradebook(course):
    """Give all that the gradebook says of grades."""
    with sqlite3.connect(course / "gradebook.db") as database:
        assert database.execute("pragma integrity_check").fetchall() == [("ok",)]
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        submissions = book.assignment_submissions(LESSON)
        assert len({s.student_id for s in submissions}) == len(submissions)
        return sorted(
            (s.student_id, g.name, g.auto_score, g.manual_score, g.needs_manual_grade, n.flagged)
            for s in submissions
            for n in s.notebooks
            for g in n.grades
        )


@pytest.fixture
def ten(course, tmp_path):
    """Give a course with ten submissions, and what an undisturbed run makes of a copy of it."""
    hand_in_ten(course)
    undisturbed = shutil.copytree(course, tmp_path / "undisturbed")
    start = time.monotonic()
    batch.grade(LESSON, undisturbed)
    return course, gradebook(undisturbed), time.monotonic() - start


def test_stopped_by_hand_what_was_graded_stays(ten):
    """Ctrl-C ends with one sentence and loses nothing; the same command goes on."""
    course, expected, _ = ten
    command = [sys.executable, "-m", "course_lib", "grade", LESSON, "--course", str(course)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        done = course / ".grading" / "done"
        while process.poll() is None and len(list(done.glob("*/*.json"))) < 3:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate()
    assert process.returncode == 2
    assert "Traceback" not in told
    written = len(list(done.glob("*/*.json")))
    assert f"Stopped. {written} of 10 submissions are done" in told
    assert 3 <= written < 10
    summary = batch.grade(LESSON, course)
    assert sum(row.state == "kept" for row in summary.rows) == written
    assert gradebook(course) == expected


def kill_and_take_up(course, after):
    command = [sys.executable, "-m", "course_lib", "grade", LESSON, "--course", str(course)]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        time.sleep(after)
        os.kill(process.pid, signal.SIGKILL)
    summary = batch.grade(LESSON, course)
    assert summary.exit_code == 0
    return gradebook(course)


def test_killed_in_the_middle(ten):
    course, undisturbed, seconds = ten
    assert kill_and_take_up(course, 3 + seconds / 2) == undisturbed


def test_killed_it_leaves_nothing_in_the_temporary_folder(course, tmp_path):
    hand_in_ten(course)
    place = tmp_path / "temporary"
    place.mkdir()
    command = [sys.executable, "-m", "course_lib", "grade", LESSON, "--course", str(course)]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, env=os.environ | {"TMPDIR": str(place)}
    ) as process:
        results = course / ".grading" / "results"
        while process.poll() is None and not list(results.glob("*.json")):
            time.sleep(0.02)
        assert list(place.iterdir()) != []
        process.kill()
    until = time.monotonic() + 30
    while left := list(place.iterdir()):
        assert time.monotonic() < until, left
        time.sleep(0.1)


@pytest.mark.full
def test_killed_at_twenty_random_moments(ten, tmp_path):
    course, undisturbed, seconds = ten
    moments = random.Random(1)
    for number in range(20):
        copy = shutil.copytree(course, tmp_path / f"run{number}")
        after = moments.uniform(0, 3 + seconds)
        assert kill_and_take_up(copy, after) == undisturbed, f"killed after {after:.1f} s"
        shutil.rmtree(copy)


def test_unchanged_submissions_are_kept_and_changed_ones_graded_again(course):
    hand_in(course, "ada", modules={"adagrad.py": RIGHT})
    hand_in(course, "eve", modules={"adagrad.py": WRONG})
    assert [row.state for row in batch.grade(LESSON, course).rows] == ["graded", "graded"]
    assert [row.state for row in batch.grade(LESSON, course).rows] == ["kept", "kept"]
    module = course / "submitted" / "eve" / LESSON / "course_lib" / "updates" / "adagrad.py"
    module.write_text(RIGHT, "utf-8")
    rows = batch.grade(LESSON, course).rows
    assert [(row.state, row.score) for row in rows] == [("kept", 7), ("graded", 7)]
    timestamp = course / "submitted" / "ada" / LESSON / "timestamp.txt"
    timestamp.write_text("2030-01-01 00:00:00 UTC", "utf-8")
    module.unlink()
    module.symlink_to(course / "submitted" / "ada" / LESSON / "course_lib/updates/adagrad.py")
    ada, eve = batch.grade(LESSON, course).rows
    assert (ada.state, eve.state, eve.score) == ("graded", "graded", 0)
    assert "a link" in eve.flags[0]


def test_a_locked_gradebook(course):
    hand_in(course, "ada", modules={"adagrad.py": RIGHT})
    with sqlite3.connect(course / "gradebook.db") as held:
        held.execute("begin exclusive")
        with pytest.raises(CourseError, match="locked.*give the same command again|cannot be read"):
            batch.grade(LESSON, course)
        held.rollback()
    assert [row.score for row in batch.grade(LESSON, course).rows] == [7]


def test_two_at_a_time_are_refused(course):
    hand_in(course, "ada", modules={"adagrad.py": RIGHT})
    with (
        done.only_one(course),
        pytest.raises(CourseError, match="Another course grade is at work"),
    ):
        batch.grade(LESSON, course)


def test_a_clock_that_was_set_back(course):
    hand_in(course, "ada", modules={"adagrad.py": RIGHT})
    tomorrow = time.time() + 10**6
    for place, _, names in os.walk(course):
        for name in names:
            os.utime(os.path.join(place, name), (tomorrow, tomorrow))
    assert [row.score for row in batch.grade(LESSON, course).rows] == [7]
    folder = course / "submitted" / "ada" / LESSON
    (folder / "course_lib" / "updates" / "adagrad.py").write_text(WRONG, "utf-8")
    os.utime(folder / "course_lib" / "updates" / "adagrad.py", (1, 1))
    [row] = batch.grade(LESSON, course).rows
    assert (row.state, row.score) == ("graded", 0)


@pytest.fixture
def small_disk(tmp_path):
    """Mount a disk whose size can be changed."""
    place = tmp_path / "disk"
    place.mkdir()

    def mount(*options):
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", str(place)],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            pytest.skip(f"needs the right to mount a disk ({done.stderr.strip()}): run as root")

    mount("size=200m")
    yield place, mount
    subprocess.run(["umount", "-l", str(place)], check=False)


def test_a_full_disk(released, small_disk):
    place, mount = small_disk
    course = shutil.copytree(released, place / "course")
    hand_in_ten(course)
    used = sum(p.stat().st_blocks * 512 for p in course.rglob("*") if p.is_file())
    mount("remount", f"size={used + (600 << 10)}")
    try:
        assert batch.grade(LESSON, course).exit_code == 1
    except CourseError as error:
        assert "cannot be written" in str(error)
    mount("remount", "size=200m")
    summary = batch.grade(LESSON, course)
    assert summary.exit_code == 0
    assert [row.score for row in summary.rows] == [7, 4, 7, 11, 0, 7, 7, 4, 7, 11]
    gradebook(course)


def test_a_read_only_course_folder(released, small_disk):
    place, mount = small_disk
    course = shutil.copytree(released, place / "course")
    hand_in(course, "ada", modules={"adagrad.py": RIGHT})
    mount("remount", "ro")
    with pytest.raises(CourseError, match="cannot be written"):
        batch.grade(LESSON, course)
    mount("remount", "rw")
    assert [row.score for row in batch.grade(LESSON, course).rows] == [7]
