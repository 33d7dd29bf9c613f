"""The command `course`: what it prints, how it ends, how fast it begins."""

import json
import subprocess
import sys

import pytest
from clones import RIGHT, WRONG, write_rule
from typer.testing import CliRunner

from course_lib import lesson_named
from course_lib.cli import app

WHOLE = RIGHT.replace("\n\n\n", "\n") + "\n\n"
MOMENTUM = """    v = v + grad**2
    m = beta * m + (1 - beta) * grad
    return w - lr * m / np.sqrt(v + eps), v, m
"""


@pytest.fixture
def student(clone, hand_out):
    """Give a lesson's folder, with `course` called in it."""
    folder = hand_out("02_adagrad")
    return folder, lambda *args, code=0: clone.course(*args, cwd=folder, code=code)


# check


def test_check_ends_with_0_when_all_is_right(student):
    folder, course = student
    write_rule(folder, "adagrad", RIGHT)
    write_rule(folder, "adagrad", MOMENTUM, "adagrad_momentum_update")
    assert "right" in course("check", "adagrad").stdout


def test_check_ends_with_1_when_something_fails(student):
    folder, course = student
    assert "not written yet" in course("check", "adagrad_update", code=1).stdout
    write_rule(folder, "adagrad", WRONG)
    shown = course("check", "adagrad_update", code=1).stdout
    assert "smallest call that fails" in shown
    assert "should be" in shown


def test_check_as_json(student):
    folder, course = student
    write_rule(folder, "adagrad", RIGHT)
    right, blank = json.loads(course("check", "adagrad", "--json", code=1).stdout)
    assert list(right) == ["rule", "passed", "mistake", "message"]
    assert (right["rule"], right["passed"], right["mistake"]) == ("adagrad_update", True, None)
    assert (blank["rule"], blank["passed"]) == ("adagrad_momentum_update", False)
    assert "not written yet" in blank["message"]


def test_check_reads_the_folder_it_is_called_in(student, clone, hand_out):
    folder, _ = student
    write_rule(folder, "adagrad", RIGHT)
    other = hand_out("03_rmsprop")
    write_rule(other, "adagrad", WRONG)
    inside = folder / "course_lib" / "checks"
    clone.course("check", "adagrad_update", cwd=inside)
    clone.course("check", "adagrad_update", cwd=other, code=1)


def test_check_a_file_that_lies_elsewhere(student, tmp_path):
    folder, course = student
    path = write_rule(folder, "adagrad", RIGHT)
    elsewhere = tmp_path / "attempt.py"
    elsewhere.write_bytes(path.read_bytes())
    path.write_text("")
    course("check", "adagrad_update", "--file", elsewhere)


@pytest.mark.parametrize(
    "args, said",
    [
        (("adagrid",), "try adagrad"),
        (("adagrad_updat",), "adagrad_update"),
        (("adagrad", "--file", "nowhere.py"), "There is no file nowhere.py"),
    ],
)
def test_check_of_what_is_not_there(student, args, said):
    _, course = student
    done = course("check", *args, code=2)
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_check_of_a_module_that_python_cannot_read(student):
    folder, course = student
    path = folder / "course_lib" / "updates" / "adagrad.py"
    path.write_text("import numpy as np\n\ndef adagrad_update(w:\n")
    done = course("check", "adagrad", code=2)
    assert len(done.stderr.splitlines()) == 1
    assert "course_lib/updates/adagrad.py, line 3" in done.stderr
    assert [v["passed"] for v in json.loads(course("check", "adagrad", "--json", code=2).stdout)]
    assert path.read_text().endswith("def adagrad_update(w:\n")


def test_check_of_a_module_that_is_missing(student):
    folder, course = student
    (folder / "course_lib" / "updates" / "adagrad.py").unlink()
    done = course("check", "adagrad", code=2)
    assert len(done.stderr.splitlines()) == 1
    assert "course_lib/updates/adagrad.py" in done.stderr


# progress


def test_progress_shows_each_function(student):
    folder, course = student
    write_rule(folder, "adagrad", RIGHT)
    (folder / "course_lib" / "updates" / "adam.py").write_text("def adam_update(w:\n")
    rows = course("progress").stdout.splitlines()

    def row(name):
        (found,) = (r for r in rows if f" {name} " in r)
        return found

    assert "02_adagrad" in row("adagrad_update")
    assert "✓ right" in row("adagrad_update")
    assert "○ not written yet" in row("adagrad_momentum_update")
    assert "○ not written yet" in row("rmsprop_update")
    assert "broken" in row("adam_update")
    assert "1 of " in rows[-1]
    assert "○ not answered yet" in row("felt_ratio")
    assert "○ not answered yet" in row("explain")
    assert not any("nadam_notes_update" in row for row in rows)  # no lesson asks for it
    write_rule(folder, "rmsprop", "    return w, v\n")
    rows = course("progress").stdout.splitlines()
    assert "✗ not right yet" in row("rmsprop_update")


def test_progress_counts_an_answer_that_stands_in_the_notebook(student):
    folder, course = student
    path = folder / "02_adagrad.ipynb"
    text = path.read_text("utf-8")
    total = int(course("progress").stdout.split()[-2])
    path.write_text(text.replace("felt_ratio = None", "felt_ratio = 4.8", 1), "utf-8")
    said = course("progress").stdout
    assert "✓ right" in next(row for row in said.splitlines() if " felt_ratio " in row)
    assert f" 1 of {total} done" in said


# reset


def test_reset_gives_back_one_blank_function_and_keeps_the_old(student):
    folder, course = student
    path = folder / "course_lib" / "updates" / "adagrad.py"
    blank = path.read_text("utf-8")
    write_rule(folder, "adagrad", RIGHT)
    half = path.read_text("utf-8")
    write_rule(folder, "adagrad", MOMENTUM, "adagrad_momentum_update")
    both = path.read_text("utf-8")
    said = course("reset", "adagrad_momentum_update").stdout
    assert "is blank again. What you had is kept in adagrad.py.bak-1." in said
    assert path.read_text("utf-8").split() == half.split() != blank.split()
    assert path.with_name("adagrad.py.bak-1").read_text("utf-8") == both
    half = path.read_text("utf-8")
    course("reset", "adagrad_update")
    assert path.read_text("utf-8").split() == blank.split()
    assert path.with_name("adagrad.py.bak-2").read_text("utf-8") == half


def test_reset_of_a_function_that_python_cannot_read_or_that_is_gone(student):
    folder, course = student
    path = folder / "course_lib" / "updates" / "adagrad.py"
    blank = path.read_text("utf-8")
    path.write_text(blank.replace("    raise NotImpl", "    return w -*-\n    raise NotImpl", 1))
    course("reset", "adagrad_update")
    assert path.read_text("utf-8") == blank
    path.write_text(blank[: blank.index("def adagrad_momentum_update")], "utf-8")
    course("reset", "adagrad_momentum_update")
    assert path.read_text("utf-8") == blank
    assert "did you mean" in course("reset", "adagrid_update", code=2).stderr


# The rest


@pytest.mark.parametrize(
    ("short", "lesson"),
    [
        ("1", "01_adaptive_rates"),
        ("05", "05_adam"),
        ("adam", "05_adam"),
        ("nadam", "06_adamax_nadam"),
        ("02_adagrad", "02_adagrad"),
        ("ada", "ada"),
        ("9", "9"),
    ],
)
def test_a_lesson_may_be_named_in_short_where_one_alone_is_meant(short, lesson):
    assert lesson_named(short) == lesson


def test_both_names_are_the_same_command(clone):
    listed = clone.course("--help").stdout
    for command in (
        "check",
        "progress",
        "submit",
        "build",
        "release",
        "grade",
        "feedback",
        "export",
    ):
        assert f"\n  {command} " in listed
    from importlib.metadata import entry_points

    (entry,) = entry_points(group="console_scripts", name="course")
    assert entry.value == "course_lib.cli:app"


def test_a_students_copy_has_no_instructors_commands(student):
    folder, _ = student
    for command in (
        ["build"],
        ["release", "--course", "x"],
        ["grade", "02_adagrad", "--course", "x"],
        ["feedback", "02_adagrad", "--course", "x"],
        ["export", "--course", "x"],
    ):
        done = subprocess.run(
            [sys.executable, "-m", "course_lib", *command],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 2
        assert done.stderr == (
            f"{command[0]} is for instructors, and this is a student's copy of the course.\n"
        )
    assert not (folder / "x").exists()


def course(*args):
    """Run `course ARGS` in this process."""
    return CliRunner().invoke(app, [str(arg) for arg in args])


@pytest.mark.parametrize("command", ["release", "grade", "feedback", "export"])
def test_a_folder_that_is_no_course_folder_is_refused(tmp_path, command):
    (tmp_path / "thesis.txt").write_text("mine")
    lesson = [] if command == "export" else ["02_adagrad"]
    done = course(command, *lesson, "--course", tmp_path)
    assert done.exit_code == 2
    assert "course folder" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("command", ["build", "release", "grade", "feedback", "submit"])
def test_an_unknown_lesson_is_refused(tmp_path, command):
    where = ["--course", tmp_path] if command not in ("build", "submit") else []
    if command in ("grade", "feedback"):
        (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n")
        (tmp_path / "release" / "02_adagrad").mkdir(parents=True)
    before = sorted(tmp_path.rglob("*"))
    done = course(command, "02_adagrid", *where)
    assert done.exit_code == 2
    assert "no lesson 02_adagrid; did you mean 02_adagrad" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert sorted(tmp_path.rglob("*")) == before


def test_a_check_begins_at_once(student):
    """The imports of the command leave out whatever is slow to load and not needed for a check."""
    folder, _ = student
    code = "import sys, course_lib.cli, course_lib.workspace; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, check=True, capture_output=True, text=True
    )
    assert not {"IPython", "jupytext", "matplotlib", "nbformat", "nbgrader"} & set(
        done.stdout.split()
    )
