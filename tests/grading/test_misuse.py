"""Bad input: one clear sentence, exit code 2, nothing written."""

import os
import shutil
import subprocess
import sys
from unittest.mock import patch

import pytest
from handing_in import LESSON, RIGHT, hand_in

from course_lib import CourseError
from course_lib.instructor.grading import batch
from course_lib.instructor.grading.trusted import Examiner
from course_lib.instructor.sandbox import bubblewrap


def run(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "course_lib", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | environment,
    )


def refused(done, *words):
    """Check that a command was refused in one sentence that has these words."""
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    for word in words:
        assert word in done.stderr


def test_a_folder_that_is_no_course(tmp_path):
    for command in (["grade", LESSON], ["feedback", LESSON], ["export"]):
        refused(run(*command, "--course", tmp_path), "not a course folder")
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_lesson_or_format(course):
    refused(run("grade", "02_adagard", "--course", course), "no lesson 02_adagard", LESSON)
    refused(run("grade", "03_rmsprop", "--course", course), "not released")
    refused(run("feedback", LESSON, "--course", course), "No submission", "graded")
    refused(run("export", "--course", course, "--format", "xls"), "no format xls", "canvas")
    refused(run("grade", LESSON, "--course", course), "Nobody has handed in")
    assert not (course / "grades.csv").exists()


@pytest.mark.needs("bubblewrap")
def test_without_bubblewrap_nothing_is_graded(course, tmp_path):
    hand_in(course, "ada", modules={"adagrad.py": RIGHT})
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("setpriv", "prlimit", "ldd", "sh"):
        (programs / name).symlink_to(shutil.which(name))
    refused(
        run("grade", LESSON, "--course", course, PATH=str(programs)),
        "bwrap is not installed",
        "apt-get install bubblewrap",
    )
    assert not (course / "autograded").exists()


@pytest.mark.needs("bubblewrap")
def test_a_sandbox_that_does_not_hold_stops_grading(course, tmp_path):
    """A bubblewrap that opens the disk, or leaves the system call filter out, is found out."""
    hand_in(course, "ada", modules={"adagrad.py": RIGHT})
    programs = tmp_path / "programs"
    programs.mkdir()
    real = shutil.which("bwrap")
    without = 'for a; do shift; [ "$a" = --seccomp ] && a=--sync-fd; set -- "$@" "$a"; done\n'
    for script, part in {
        f'exec {real} --ro-bind / / "$@"\n': "(reading)",
        f'{without}exec {real} "$@"\n': "(network)",
    }.items():
        (programs / "bwrap").write_text(f"#!/bin/sh\n{script}")
        (programs / "bwrap").chmod(0o755)
        refused(
            run("grade", LESSON, "--course", course, PATH=f"{programs}:/usr/bin:/bin"),
            "the sandbox does not hold",
            part,
        )
    assert not (course / "autograded").exists()


@pytest.mark.parametrize(
    "system, machine, reason",
    [
        ("darwin", "arm64", "virtual machine"),
        ("win32", "AMD64", "WSL 2"),
        ("linux", "riscv64", "riscv64 processor"),
    ],
)
def test_other_systems_are_refused_with_what_to_do(course, system, machine, reason):
    """Nothing is started there. The system is a pretence: no test runs on three of them."""
    hand_in(course, "ada", modules={"adagrad.py": RIGHT})
    bubblewrap.prove.cache_clear()
    with (
        patch("sys.platform", system),
        patch("platform.machine", return_value=machine),
        patch.object(Examiner, "start") as start,
        pytest.raises(CourseError, match=f"Nothing is graded on .*{reason}"),
    ):
        batch.grade(LESSON, course)
    start.assert_not_called()
    assert not (course / "autograded").exists()
