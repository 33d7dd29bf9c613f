"""A course folder with the AdaGrad lesson released, made once for all tests."""

import shutil

import pytest
from handing_in import LESSON

from course_lib.instructor.handout import release


@pytest.fixture(scope="session")
def released(tmp_path_factory):
    """Release the lesson once; nobody changes this folder."""
    folder = tmp_path_factory.mktemp("released") / "course"
    list(release.release([LESSON], folder))
    return folder


@pytest.fixture
def course(released, tmp_path):
    """Give a test a course folder of its own."""
    return shutil.copytree(released, tmp_path / "course", symlinks=True)
