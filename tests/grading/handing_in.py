"""Hands in as students do: a folder of the AdaGrad lesson with modules and answers written."""

import shutil
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[2]
LESSON = "02_adagrad"
RIGHT = (ROOT / "solutions" / "updates" / "adagrad.py").read_text("utf-8")
# eps outside of the root, and the gradient in place of its square.
WRONG = """\
import numpy as np

def adagrad_update(w, grad, v, *, lr, eps):
    v = v + grad
    return w - lr * grad / (np.sqrt(np.abs(v)) + eps), v

def adagrad_momentum_update(w, grad, v, m, *, lr, beta, eps):
    return w, v, m
"""
# Read off the lesson's master by hand.
ANSWERS = {
    "repair": 'repair = "B"',
    "felt_ratio": "felt_ratio = 4.8",
    "fading_slope": "fading_slope = -0.25",
    "hinder": 'hinder = "C"',
    "explain": "Each weight has its own history, and it only grows.",
}
BY_TESTS, BY_HAND = 11, 3


def fill_in(folder, *, modules=None, answers=None):
    """Work in a released folder as a student does: write modules and answers."""
    for name, text in (modules or {}).items():
        path = folder / "course_lib" / "updates" / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    path = folder / f"{LESSON}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = (answers or {}).get(name, cell.source)
    nbformat.write(notebook, path)


def hand_in(course, student, *, modules=None, answers=None):
    """Hand in by a plain folder; give the folder."""
    folder = course / "submitted" / student / LESSON
    shutil.copytree(course / "release" / LESSON, folder)
    fill_in(folder, modules=modules, answers=answers)
    return folder


def hand_in_right(course, student):
    """Hand in a submission with all marks that tests give."""
    return hand_in(course, student, modules={"adagrad.py": RIGHT}, answers=ANSWERS)
