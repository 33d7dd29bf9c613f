"""Code and notebooks are linted and formatted by ruff, the built ones too; hints are true.

JavaScript is linted by oxlint, which has ESLint's rules and comes as a wheel.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tree import ROOT, tracked


@pytest.mark.parametrize("command", ["check", "format --check"])
def test_ruff_has_nothing_to_say(command):
    ruff = [sys.executable, "-m", "ruff", *command.split(), "--quiet"]
    run = subprocess.run(ruff, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_oxlint_sees_each_script_and_has_nothing_to_say():
    oxlint = shutil.which("oxlint", path=Path(sys.executable).parent)
    if not oxlint:
        pytest.skip("oxlint is not installed. Type: pip install oxlint")
    run = subprocess.run([oxlint], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert f"on {len(tracked('*.js'))} files" in run.stdout


def test_type_hints_are_true():
    mypy = [sys.executable, "-m", "mypy"]
    run = subprocess.run(mypy, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_what_runs_before_a_commit_can_be_read():
    validate = [sys.executable, "-m", "pre_commit", "validate-config"]
    subprocess.run(validate, cwd=ROOT, check=True)


def test_ruff_sees_the_notebooks():
    ruff = [sys.executable, "-m", "ruff", "check", "--show-files"]
    seen = subprocess.run(ruff, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for notebook in (ROOT / "notebooks").glob("*.ipynb"):
        assert notebook.name in seen
