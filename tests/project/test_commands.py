"""What the README and `make help` promise is there, and JupyterLab opens on the course."""

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from nbgrader.apps import NbGraderApp
from tree import ROOT, tracked

from course_lib.cli import app

MAKEFILE = (ROOT / "Makefile").read_text()
README = (ROOT / "README.md").read_text()
DOCUMENTS = {
    path.relative_to(ROOT).as_posix(): path.read_text("utf-8")
    for path in tracked("*.md", ":!solutions")
}
TARGETS = " ".join(re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)).split()
COMMANDS = [command.name or command.callback.__name__ for command in app.registered_commands]


def blocks(language, text=README):
    """The lines of a document's code blocks in one language, but of those that say why not."""
    found = re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return "".join(block for block in found if not block.startswith("# Not tested: ")).splitlines()


COMMAND_LINES = [
    pytest.param(line, id=f"{name}: {line}")
    for name, text in DOCUMENTS.items()
    for line in blocks("bash", text)
]


def make(*arguments):
    # What an outer make tells its children through the environment is not for this one.
    outer = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES")
    environment = {name: value for name, value in os.environ.items() if name not in outer}
    return subprocess.run(
        ["make", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def recipe(*arguments):
    """The command that a target ends in, for the Python that runs this test."""
    said = make("--dry-run", *arguments).stdout.replace("\\\n", " ").splitlines()
    return shlex.split(said[-1].replace(".venv/bin/python", sys.executable))


on_posix = pytest.mark.skipif(not shutil.which("make"), reason="there is no make here")


@on_posix
def test_help_lists_each_target_with_what_it_does_and_how_long_it_takes():
    listed = dict(re.findall(r"^make ([\w-]+) +\S.+ {2,}(.+)$", make("help").stdout, re.MULTILINE))
    assert sorted(listed) == sorted(TARGETS)
    for target, time_ in listed.items():
        assert re.search(r"at once|\d+ (s|min|h)\b", time_), target


@on_posix
@pytest.mark.parametrize("line", COMMAND_LINES)
def test_each_line_of_a_document_ends_in_a_command_that_exists(line):
    words = shlex.split(line)
    if words[0] == "make":
        assert words[1] in TARGETS
        words = recipe(*words[1:])
    if words[0] == "nbgrader":
        assert words[1] in NbGraderApp.subcommands
    elif "course_lib" in words:
        assert words[words.index("course_lib") + 1] in COMMANDS
    elif words[0] == "course":
        assert words[1] in COMMANDS
    elif words[0] in (sys.executable, ".venv/bin/python"):
        known = ("jupyterlab", "pytest", "ruff", "mypy")
        assert (words[1] == "-m" and words[2] in known) or (ROOT / words[1]).is_file()
    else:
        assert Path(sys.executable).with_name(Path(words[0]).name).is_file()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_each_link_within_the_project_leads_somewhere(name):
    folder = (ROOT / name).parent
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", DOCUMENTS[name])
    assert [target for target in targets if not (folder / target).exists()] == []


@pytest.mark.parametrize("name", re.findall(r"`(?:make|.venv.Scripts.course) ([\w-]+)", README))
def test_each_command_within_the_text_exists(name):
    assert name in TARGETS or name in COMMANDS


@on_posix
def test_windows_users_type_what_make_runs():
    venv, install, lab, test = blocks("powershell")
    assert venv == "py -m venv .venv"
    assert install.partition(" ")[2] == '-m pip install -c constraints.txt -e ".[dev]"'
    typed = shlex.split(lab.replace(".venv\\Scripts\\python", sys.executable))
    assert typed == [word for word in recipe("lab") if word != "--allow-root"]
    assert shlex.split(test.replace(".venv\\Scripts\\python", sys.executable)) == recipe("test")


@on_posix
@pytest.mark.parametrize(
    ("arguments", "missing"),
    [(["grade", "COURSE=x"], "LESSON"), (["export"], "COURSE"), (["submit"], "LESSON")],
    ids=lambda value: " ".join(value) if isinstance(value, list) else value,
)
def test_a_target_that_is_not_told_enough_says_what_is_missing(arguments, missing):
    run = make(*arguments)
    assert run.returncode == 2
    assert run.stderr.count("\n") == 1
    assert f"Say which {missing}: for example, make {arguments[0]} {missing}=" in run.stderr


@pytest.fixture
def start_lab(tmp_path):
    """Start the command of `make lab` with nothing of the user's, and end it after the test."""
    started = []

    def start(*arguments):
        own = {"HOME": tmp_path, "JUPYTER_CONFIG_DIR": tmp_path, "JUPYTER_RUNTIME_DIR": tmp_path}
        own |= {"JUPYTER_DATA_DIR": tmp_path, "IPYTHONDIR": tmp_path}
        process = subprocess.Popen(
            recipe("lab", *arguments, "LAB_ARGS=--no-browser"),
            cwd=ROOT,
            env=os.environ | {name: str(path) for name, path in own.items()},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def address(process):
    """Read what the server says up to its address."""
    for line in process.stdout:
        if found := re.search(r"http://(?:localhost|127\.0\.0\.1):\d+/\S*", line):
            return found[0]
    raise AssertionError("the server ended and named no address")


@on_posix
def test_lab_opens_the_course_and_takes_the_next_port_where_one_is_in_use(start_lab):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        url = address(start_lab(f"LAB_ARGS=--no-browser --port={port}"))
    assert f":{port}/" not in url
    assert "/lab/tree/notebooks" in url
    folder, token = url.split("lab/tree/notebooks")
    until = time.monotonic() + 30
    while True:
        try:
            asked = f"{folder}api/contents/notebooks/02_adagrad.ipynb{token}&content=0"
            with urllib.request.urlopen(asked, timeout=10) as answer:
                assert answer.status == 200
            break
        except urllib.error.URLError:
            assert time.monotonic() < until
            time.sleep(0.2)


@on_posix
def test_lab_says_so_in_a_sentence_where_the_port_that_is_asked_for_is_in_use(start_lab):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = start_lab(f"PORT={port}")
        said, _ = process.communicate(timeout=60)
    assert process.returncode != 0
    assert f"port {port} is not available" in said
    assert "Traceback" not in said
