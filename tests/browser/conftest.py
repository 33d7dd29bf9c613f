"""One server for all, one browser a module; every notebook in a tab of its own."""

import pytest
from lab import Lab, Notebook, chromium, course_folder


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with chromium(tmp_path_factory.mktemp("profile")) as context:
        yield context


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """JupyterLab on a student's folder in which every rule is written."""
    server = Lab(course_folder(tmp_path_factory.mktemp("course")), tmp_path_factory.mktemp("home"))
    yield server
    server.close()


@pytest.fixture(scope="module")
def open_notebook(lab, browser):
    """A function that opens a notebook of the lab's folder, or writes it from cells first."""

    def open_it(name, cells=None):
        return Notebook(lab, browser, name, cells)

    return open_it
