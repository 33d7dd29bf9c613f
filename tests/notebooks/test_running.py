"""Lessons run for real: by nbval, by nbgrader's validation, from top to bottom."""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from lessons import NAMES, answered, exercises, graded, stored, with_blank, workplace

from course_lib.instructor.authoring import build

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = "02_adagrad"  # run in every tier; the other lessons in the full one
every_lesson = pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.full] * (name != SAMPLE)) for name in NAMES]
)
every_exercise = pytest.mark.parametrize(
    "name, function", [(name, function) for name in NAMES for function in exercises(name)]
)


def nbval(path):
    """Run `pytest --nbval` on a notebook and give the numbers of the cells that failed."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "--nbval", "-p", "no:cacheprovider", "-q", "-rf"),
            *("--nbval-sanitize-with", ROOT / "tests" / "notebooks" / "nbval.cfg", path.name),
        ],
        cwd=path.parent,
        env=os.environ | {"IPYTHONDIR": str(path.parent / ".ipython"), "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    failed = [int(n) for n in re.findall(r"^FAILED .*::Cell (\d+)", done.stdout, re.MULTILINE)]
    assert bool(failed) == bool(done.returncode), done.stdout
    return failed


def code_cells(name, word):
    cells = [cell for cell in stored(name).cells if cell.cell_type == "code"]
    return {n for n, cell in enumerate(cells) if word in cell.source}


def validate(path):
    """Validate as `nbgrader validate` does, and give the names of the cells that failed."""
    from nbgrader.validator import Validator

    names = {cell.source.strip(): cell.id for cell in nbformat.read(path, as_version=4).cells}
    failed = Validator().validate(str(path)).get("failed", [])
    return {names[cell["source"]] for cell in failed}


def callers(function, module):
    """Name the functions of a module whose reference calls a function."""
    tree = ast.parse((ROOT / "solutions" / "updates" / f"{module}.py").read_text("utf-8"))
    return {
        part.name
        for part in tree.body
        if isinstance(part, ast.FunctionDef) and part.name != function
        for node in ast.walk(part)
        if isinstance(node, ast.Name) and node.id == function
    }


@every_lesson
def test_the_reference_reproduces_the_stored_outputs(name, tmp_path):
    assert nbval(workplace(tmp_path, stored(name), name)) == []


@pytest.mark.full
@every_exercise
def test_a_blank_exercise_fails_where_it_is_used(name, function, tmp_path):
    failed = set(nbval(workplace(tmp_path, stored(name), name, with_blank(function))))
    assert failed >= code_cells(name, f'check("{function}")')
    assert failed <= code_cells(name, "")  # and the notebook was read to its end


def test_a_wrong_rule_does_not_reproduce_the_stored_outputs(tmp_path):
    (text,) = with_blank("adagrad_momentum_update").values()
    wrong = text.replace("np.sqrt(v + eps)", "(v + eps)")
    assert wrong != text
    path = workplace(tmp_path, stored("02_adagrad"), "02_adagrad", {"adagrad": wrong})
    failed = set(nbval(path))
    # Check cells may raise, so that all cells run; the figures and numbers differ.
    assert len(failed - code_cells("02_adagrad", 'check("adagrad_update")')) >= 3
    assert failed >= code_cells("02_adagrad", "sweep = descend(clinic, adagrad_update")
    assert not failed & code_cells(
        "02_adagrad", "descend(clinic, plain, clinic.start, steps=60, lr=lrs"
    )


@every_lesson
def test_the_instructors_copy_is_valid_hidden_tests_and_all(name, tmp_path):
    path = workplace(tmp_path, build.read_lesson(name), name)
    grading = shutil.ignore_patterns("__pycache__")
    shutil.copytree(
        build.ROOT / "course_lib" / "instructor",
        tmp_path / "course_lib" / "instructor",
        ignore=grading,
    )
    assert validate(path) == set()


@pytest.mark.full
@every_lesson
def test_a_right_submission_is_valid(name, tmp_path):
    assert validate(workplace(tmp_path, answered(name), name)) == set()


@every_lesson
def test_a_blank_submission_fails_at_every_exercise(name, tmp_path):
    blank = {module: text for f in exercises(name) for module, text in with_blank(f).items()}
    modules = {m: (build.UPDATES / f"{m}.py").read_text("utf-8") for m in blank}
    failed = validate(workplace(tmp_path, stored(name), name, modules))
    assert failed == {cell.id for cell in graded(stored(name), "grade")}


@pytest.mark.full
@every_exercise
def test_one_blank_exercise_fails_alone(name, function, tmp_path):
    """Nothing else fails, but where the reference itself calls the function that is blank."""
    files = with_blank(function)
    failed = validate(workplace(tmp_path, answered(name), name, files))
    assert failed == {function} | (callers(function, *files) & set(exercises(name)))
