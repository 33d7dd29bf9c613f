"""`make student` and `make everything`: the environment in `.venv/`, whole, once, by uv or pip."""

import os
import shutil
import signal
import subprocess
import sys
import time

import pytest
from tree import ROOT

pytestmark = [
    pytest.mark.skipif(not shutil.which("make"), reason="there is no make here"),
    pytest.mark.timeout(900),
]
OUTER = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES")


class Clone:
    """What `make` needs to set up, in a folder of its own."""

    def __init__(self, root, **env):
        self.root = root
        root.mkdir()
        for name in ("Makefile", "pyproject.toml", "constraints.txt", "README.md", "LICENSE"):
            shutil.copy(ROOT / name, root)
        shutil.copytree(ROOT / ".ci", root / ".ci")
        (root / "course_lib").mkdir()
        (root / "course_lib" / "__init__.py").write_text("")
        self.python = root / ".venv" / "bin" / "python"
        kept = {name: value for name, value in os.environ.items() if name not in OUTER}
        self.env = kept | {name: str(value) for name, value in env.items()}

    def start(self, target="student"):
        command = ["make", target, f"PYTHON={sys.executable}"]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        return subprocess.Popen(
            command, cwd=self.root, env=self.env, start_new_session=True, **pipes
        )

    def make(self, target="student", code=0):
        process = self.start(target)
        said, _ = process.communicate()
        assert process.returncode == code, said
        return said

    def has(self, *modules):
        done = subprocess.run([self.python, "-c", f"import {', '.join(modules)}"], check=False)
        return done.returncode == 0


@pytest.fixture
def clone(tmp_path):
    return Clone(tmp_path / "clone")


def test_a_student_gets_what_a_student_needs_and_an_instructor_the_rest(clone):
    assert "made anew" in clone.make("student")
    assert clone.has("numpy", "matplotlib", "anywidget", "jupyterlab", "typer", "pip")
    for package in ("nbgrader", "distributed", "sphinx", "mypy", "psycopg", "pytest"):
        assert not clone.has(package)
    assert clone.make("student") == ""
    assert "added" in clone.make("everything")
    assert clone.has("numpy", "nbgrader", "distributed", "pytest")
    assert clone.make("student") == clone.make("everything") == ""


BREAK = {
    "its Python is gone": lambda venv: (venv / "bin" / "python").unlink(),
    "its Python does not run": lambda venv: _replace(
        venv / "bin" / "python", "#!/bin/sh\nexit 1\n"
    ),
    "a package is gone": lambda venv: shutil.rmtree(next(venv.rglob("site-packages/numpy"))),
    "a file is gone": lambda venv: next(venv.rglob("site-packages/rich/table.py")).unlink(),
    "setting up was killed": lambda venv: (venv / "installed").unlink(),
    "its folder was moved": lambda venv: venv.parent.rename(venv.parents[1] / "moved"),
}


def _replace(path, text):
    path.unlink(missing_ok=True)
    path.write_text(text)
    path.chmod(0o755)


@pytest.mark.parametrize(
    "broken",
    [pytest.param(b, marks=[] if b == "a file is gone" else pytest.mark.full) for b in BREAK],
)
def test_a_broken_environment_heals(broken, clone):
    clone.make()
    BREAK[broken](clone.root / ".venv")
    if not clone.root.exists():
        clone.root = clone.root.with_name("moved")
        clone.python = clone.root / ".venv" / "bin" / "python"
    assert "made anew" in clone.make()
    assert clone.has("numpy", "rich.table", "jupyterlab")
    assert clone.make() == ""


def test_two_at_once_set_up_once(clone):
    both = [clone.start(), clone.start()]
    said = [process.communicate()[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert "".join(said).count("Installing") == 1
    assert clone.has("numpy", "jupyterlab")


@pytest.mark.full
def test_one_that_was_killed_holds_up_no_other(clone):
    first = clone.start()
    while not (clone.root / ".venv").exists():
        time.sleep(0.01)
    os.killpg(first.pid, signal.SIGKILL)
    first.communicate()
    clone.make()
    assert clone.has("numpy", "jupyterlab")


@pytest.mark.full
@pytest.mark.parametrize("uv", ["is not on the PATH", "does not work"])
def test_pip_takes_uv_in_or_takes_over(uv, tmp_path):
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("make", "sh", "env", "uname", "awk"):
        (programs / name).symlink_to(shutil.which(name))
    if uv == "does not work":
        _replace(programs / "uv", "#!/bin/sh\nexit 1\n")
    clone = Clone(tmp_path / "clone", PATH=programs)
    said = clone.make()
    assert ("pip takes over" in said) == (uv == "does not work")
    assert clone.has("numpy", "jupyterlab")


def test_where_nothing_can_be_installed_a_sentence_says_so(tmp_path):
    nowhere = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": tmp_path / "none", "UV_OFFLINE": "1"}
    nowhere |= {"UV_NO_CACHE": "1", "PIP_NO_CACHE_DIR": "1", "PIP_CONFIG_FILE": os.devnull}
    clone = Clone(tmp_path / "clone", **nowhere)
    said = clone.make(code=2)
    assert "Mend this, and type it again" in said or "venv or pip is missing" in said
    assert "Traceback" not in said
    assert not (clone.root / ".venv" / "installed").exists()
