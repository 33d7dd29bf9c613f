"""Code and notebooks are linted and formatted by ruff, the built ones too; hints are true."""

import subprocess
import sys

import pytest
from tree import ROOT


@pytest.mark.parametrize("command", ["check", "format --check"])
def test_ruff_has_nothing_to_say(command):
    ruff = [sys.executable, "-m", "ruff", *command.split(), "--quiet"]
    run = subprocess.run(ruff, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


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
