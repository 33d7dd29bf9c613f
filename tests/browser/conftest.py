"""One server and one browser a module; every notebook in a tab of its own."""

import pytest
from lab import Lab, Notebook, chromium, course_folder


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with chromium(tmp_path_factory.mktemp("profile")) as context:
        yield context


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """JupyterLab on a student's folder in which every rule is written."""
    server = Lab(course_folder(tmp_path_factory.mktemp("course")), tmp_path_factory.mktemp("home"))
    yield server
    server.close()


@pytest.fixture
def open_notebook(lab, browser):
    """A function that opens a notebook of the lab's folder, written from cells if they are given."""
    opened = []

    def open_it(name, cells=None):
        opened.append(Notebook(lab, browser, name, cells))
        return opened[-1]

    yield open_it
    for notebook in opened:
        notebook.page.close()
