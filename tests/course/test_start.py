"""A student who has a lesson's folder and Python, and nothing else, makes the first check."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from clones import RIGHT, write_rule

REQUIRED = "course_lib/requirements.txt"


@pytest.mark.full
@pytest.mark.timeout(1200)
def test_from_a_lessons_folder_to_the_first_check(hand_out):
    """As START_HERE.md says, in an environment that is made for it."""
    folder = hand_out("02_adagrad")
    place = folder.parent
    subprocess.run([sys.executable, "-m", "venv", ".venv"], cwd=place, check=True)
    programs = place / ".venv" / ("Scripts" if os.name == "nt" else "bin")
    install = [programs / "pip", "install", "--quiet", "-r", f"02_adagrad/{REQUIRED}"]
    subprocess.run(install, cwd=place, check=True)

    def course(*arguments):
        command = [programs / "python", "-m", "course_lib", *arguments]
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)

    first = course("check", "adagrad_update")
    assert first.returncode == 1 and "not written yet" in first.stdout
    write_rule(folder, "adagrad", RIGHT)
    assert course("check", "adagrad_update").returncode == 0
    assert course("progress").returncode == 0
    handed_in = course("submit", "02_adagrad", "--student", "ada")
    assert handed_in.returncode == 0 and list(Path(folder / "handed_in").iterdir())
    kernels = [programs / "jupyter", "kernelspec", "list", "--json"]
    listed = subprocess.run(kernels, cwd=folder, capture_output=True, text=True, check=True)
    assert str(place / ".venv") in listed.stdout  # the notebook's python3 is this one
