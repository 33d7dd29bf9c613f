"""From `course add-lesson` to a grade: what it writes runs, checks, releases and is graded."""

import os
import shutil
import subprocess
import sys

import pytest
from clones import ROOT, copy_course, write_rule

LESSON, MODULE = "09_momentum", "momentum"
RIGHT = "    m = beta * m + (1 - beta) * grad\n    return w - lr * np.sign(m), m\n"
WRONG = RIGHT.replace("np.sign(m)", "m", 1)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Add a lesson to a copy of the course and build it."""
    clone = copy_course(tmp_path_factory.mktemp("added") / "clone")
    said = clone.course("add-lesson", LESSON, MODULE).stdout
    assert "Next: course build 09_momentum" in said
    assert clone.course("build", LESSON).stdout.count("Built") >= 3
    return clone


def test_the_new_rule_passes_its_own_test(built):
    environment = os.environ | {"PYTHONPATH": str(built.root)}
    path = built.root / "tests" / "updates" / f"test_{MODULE}.py"
    command = [sys.executable, "-P", "-m", "pytest", "-q", "-p", "no:cacheprovider", str(path)]
    done = subprocess.run(
        command, cwd=built.root, env=environment, capture_output=True, text=True, check=False
    )
    assert "2 passed" in done.stdout, done.stdout + done.stderr


def test_the_check_tells_blank_right_and_wrong_apart(built, tmp_path):
    student = copy_course(tmp_path / "copy").root.parent / "student"
    shutil.copytree(built.root / "course_lib", student / "course_lib")
    said = built.course("check", MODULE, cwd=student, code=1).stdout
    assert "not written yet" in said
    write_rule(student, MODULE, WRONG)
    said = built.course("check", MODULE, cwd=student, code=1).stdout
    assert "only its sign?" in said
    shutil.copy(
        built.root / "course_lib" / "updates" / f"{MODULE}.py", student / "course_lib/updates"
    )
    write_rule(student, MODULE, RIGHT)
    assert "right" in built.course("check", MODULE, cwd=student).stdout


@pytest.mark.needs("bubblewrap")
def test_it_is_released_graded_and_gives_feedback(built, tmp_path):
    course = tmp_path / "course"
    assert f"Released {LESSON}" in built.course("release", LESSON, "--course", course).stdout
    for student, body in (("right", RIGHT), ("wrong", WRONG)):
        folder = course / "submitted" / student / LESSON
        shutil.copytree(course / "release" / LESSON, folder)
        write_rule(folder, MODULE, body)
    built.course("grade", LESSON, "--course", course)
    built.course("feedback", LESSON, "--course", course)
    pages = {
        student: (course / "feedback" / student / LESSON / f"{LESSON}.html").read_text("utf-8")
        for student in ("right", "wrong")
    }
    assert "Right (without points)." in pages["right"]
    assert "only its sign?" in pages["wrong"]


def contents(root):
    """Read all that the command could write to."""
    folders = ("solutions", "course_lib", "tests")
    paths = [p for name in folders for p in (root / name).rglob("*") if p.is_file()]
    return {p: p.read_bytes() for p in paths if p.suffix in (".py", ".md")}


@pytest.mark.parametrize(
    ("lesson", "module", "sentence"),
    [
        ("momentum", "momentum", "two digits and words"),
        ("09 momentum", "momentum", "two digits and words"),
        ("02_momentum", "momentum", "a new one has a higher number"),
        ("10_more", "adam", "There is a module adam already"),
        ("10_more", "momentum", "There is a module momentum already"),
        ("10_more", "Momentum", "small letters"),
        ("10_more", "class", "small letters"),
        ("10_more", "../evil", "small letters"),
    ],
)
def test_what_does_not_serve_is_refused_in_a_sentence_and_nothing_is_written(
    built, lesson, module, sentence
):
    before = contents(built.root)
    done = built.course("add-lesson", lesson, module, code=2)
    assert sentence in done.stderr and done.stderr.count("\n") == 1
    assert contents(built.root) == before


def test_a_file_that_is_there_is_not_overwritten(clone):
    path = clone.root / "solutions" / "mistakes" / "momentum.py"
    path.write_text("MISTAKES = {}  # mine\n")
    done = clone.course("add-lesson", LESSON, MODULE, code=2)
    assert "solutions/mistakes/momentum.py is there already" in done.stderr
    assert path.read_text() == "MISTAKES = {}  # mine\n"
    assert not (clone.root / "solutions" / "updates" / "momentum.py").exists()


def test_a_students_copy_says_that_this_is_for_instructors(hand_out, clone):
    shutil.rmtree(clone.root / "course_lib" / "instructor")
    done = clone.course("add-lesson", LESSON, MODULE, code=2)
    assert "for instructors" in done.stderr


def test_what_it_writes_is_linted_and_formatted(built):
    shutil.copy(ROOT / "pyproject.toml", built.root)
    for arguments in (["check"], ["format", "--check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *arguments, "solutions", "tests"],
            cwd=built.root, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
