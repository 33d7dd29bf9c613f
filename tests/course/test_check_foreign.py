"""`course check` of a file that somebody else wrote: it runs in the sandbox, or not unasked."""

import os
import pty
import shutil
import subprocess
import sys

import pytest
from clones import RIGHT, write_rule

HOSTILE = """\
import os, socket, subprocess, sys
import numpy as np

for path in {secrets}:
    try:
        print("STOLEN", open(path).read())
    except OSError:
        pass
for attempt in (
    lambda: open({mark!r}, "w").write("was here"),
    lambda: subprocess.Popen(["sleep", "3600"]),
    lambda: socket.create_connection(("127.0.0.1", 22)),
):
    try:
        attempt()
        open({mark!r}, "w").write("was here")
    except Exception:
        pass


def adagrad_update(w, grad, v, *, lr, eps):
    v = v + grad * grad
    return w - lr * grad / np.sqrt(v + eps), v
"""


@pytest.fixture
def theirs(tmp_path):
    """Write a right function into a file that tries to read, write and stay; and its mark."""
    secret, mark = tmp_path / "seed", tmp_path / "mark"
    secret.write_text("1234567890")
    path = tmp_path / "handed_in" / "adagrad.py"
    path.parent.mkdir()
    path.write_text(HOSTILE.format(secrets=[str(secret), "/etc/passwd"], mark=str(mark)))
    return path, mark


def at_a_terminal(clone, folder, answer, *args):
    """Type `course ARGS` at a terminal without bubblewrap, and answer its question."""
    leader, follower = pty.openpty()
    programs = folder.parent / "bin"
    programs.mkdir(exist_ok=True)
    env = os.environ | {"PYTHONPATH": str(clone.root), "PATH": str(programs), "NO_COLOR": "1"}
    command = [sys.executable, "-P", "-m", "course_lib", *map(str, args)]
    os.write(leader, answer.encode())
    done = subprocess.run(
        command, cwd=folder, env=env, stdin=follower, capture_output=True, text=True, check=False
    )
    os.close(leader)
    os.close(follower)
    return done


@pytest.mark.needs("bubblewrap")
def test_their_file_is_checked_and_can_harm_nothing(clone, hand_out, theirs):
    path, mark = theirs
    done = clone.course("check", "adagrad_update", "--file", path, cwd=hand_out("02_adagrad"))
    assert "right" in done.stdout
    assert "STOLEN" not in done.stdout + done.stderr
    assert not mark.exists()


@pytest.mark.needs("bubblewrap")
def test_a_link_in_ones_own_folder_to_their_file_is_theirs(clone, hand_out, theirs):
    path, mark = theirs
    folder = hand_out("02_adagrad")
    link = folder / "course_lib" / "updates" / "attempt.py"
    link.symlink_to(path)
    clone.course("check", "adagrad_update", "--file", link, cwd=folder)
    assert not mark.exists()


@pytest.mark.needs("bubblewrap")
@pytest.mark.parametrize("command", [("check", "adagrad_update"), ("progress",)])
def test_a_submission_in_a_course_folder_is_theirs(command, clone, hand_out, theirs, tmp_path):
    path, mark = theirs
    folder = tmp_path / "course" / "submitted" / "eve" / "02_adagrad"
    shutil.copytree(hand_out("02_adagrad"), folder)
    shutil.copy(path, folder / "course_lib" / "updates" / "adagrad.py")
    clone.course(*command, cwd=folder)
    assert not mark.exists()


def test_without_a_sandbox_and_a_terminal_nothing_is_run(clone, hand_out, theirs):
    path, mark = theirs
    shutil.rmtree(clone.root / "course_lib" / "instructor")  # as in a student's copy
    folder = hand_out("02_adagrad")
    done = clone.course("check", "adagrad_update", "--file", path, cwd=folder, code=2)
    (said,) = done.stderr.splitlines()
    assert f"{path} would run with your rights" in said
    assert not mark.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of Unix")
@pytest.mark.parametrize("answer, code, said", [("n\n", 2, ""), ("y\n", 0, "right")])
def test_without_a_sandbox_a_person_decides(answer, code, said, clone, hand_out, theirs):
    path, mark = theirs
    done = at_a_terminal(
        clone, hand_out("02_adagrad"), answer, "check", "adagrad_update", "--file", path
    )
    assert "bubblewrap" in done.stderr
    assert "Run it?" in done.stderr
    assert done.returncode == code, done.stderr
    assert said in done.stdout
    assert not mark.exists()  # a check lets nobody's function write


def test_ones_own_file_is_checked_at_once(clone, hand_out):
    folder = hand_out("02_adagrad")
    shutil.rmtree(clone.root / "course_lib" / "instructor")
    path = write_rule(folder, "adagrad", RIGHT)
    clone.course("check", "adagrad_update", "--file", path, cwd=folder)


@pytest.mark.needs("bubblewrap")
def test_their_file_is_too_large(clone, hand_out, tmp_path):
    path = tmp_path / "large.py"
    path.write_text("#" * 300_000)
    folder = hand_out("02_adagrad")
    done = clone.course("check", "adagrad_update", "--file", path, cwd=folder, code=2)
    assert len(done.stderr.splitlines()) == 1
    assert "larger than 256 kB" in done.stderr
