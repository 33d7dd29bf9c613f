"""A clone of the course to build and release in, and folders as students have them."""

import shutil

import pytest
from clones import ROOT, copy_course

from course_lib.instructor.authoring import build


@pytest.fixture
def clone(tmp_path):
    """Give a test a clone that it may change."""
    return copy_course(tmp_path / "clone")


@pytest.fixture
def hand_out(tmp_path):
    """Hand out a lesson's folder beside the others of a student: hand_out("02_adagrad")."""

    def hand_out(lesson, references=(), over=False):
        folder = tmp_path / "student" / lesson
        fresh = tmp_path / "fresh"
        build.copy_library(fresh, references)
        shutil.copytree(fresh, folder, dirs_exist_ok=over)
        shutil.rmtree(fresh)
        notebook = ROOT / "notebooks" / f"{lesson}.ipynb"
        if notebook.exists():
            shutil.copy(notebook, folder)
        else:
            (folder / notebook.name).write_text('{"cells": []}')
        return folder

    return hand_out
