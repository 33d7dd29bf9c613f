"""Makes the environment in `.venv/`: `python .ci/environment.py student` or `everything`.

uv installs it, from the PATH or put into `.venv` by pip, with pip's own index settings; where uv
fails, pip takes over. An environment that is whole is left alone. One that is broken, or whose
folder was moved, is made anew. Needs nothing but Python 3.11.
"""

import ast
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / "python"
STAMP = VENV / "installed"
EXTRA = {"student": "", "everything": "[dev]"}
# What uv calls pip's settings. pip looks at all indexes for the best version, and so must uv.
SETTINGS = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "no-index": "UV_NO_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
    "constraint": "UV_CONSTRAINT",
    "timeout": "UV_HTTP_TIMEOUT",
    "cert": "SSL_CERT_FILE",
    "proxy": "ALL_PROXY",
}
# Prints the needed packages of which a file is missing. -I: nothing of this folder is imported.
MISSING = """
import importlib.metadata, json, os, sys
for name in json.load(sys.stdin):
    try:
        files = importlib.metadata.files(name) or ()
        kept = [file for file in files if file.suffix != ".pyc"]
        if not kept or not all(os.path.exists(file.locate()) for file in kept):
            print(name)
    except importlib.metadata.PackageNotFoundError:
        print(name)
"""


def main():
    """Make the environment, unless it is there."""
    wanted = sys.argv[1]
    with only_one():
        state = is_whole(wanted)
        if state == "whole":
            return
        print(f"Installing what the course needs into .venv/ ({state}).", flush=True)
        if state == "it is made anew" or not PYTHON.exists():
            make_folder()
        install(wanted)
        STAMP.write_text(json.dumps(description(wanted)), "utf-8")


class only_one:
    """Let one `make` at a time work on the environment."""

    def __enter__(self):
        self.file = (ROOT / ".venv.lock").open("w")
        try:
            import fcntl
        except ImportError:  # Windows has no make
            return
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another make is at work on .venv/; waiting for it.", flush=True)
            fcntl.flock(self.file, fcntl.LOCK_EX)

    def __exit__(self, *exc):
        self.file.close()


def description(wanted):
    """Say what an environment holds: for which folder, from which lists, how much."""
    lists = hashlib.sha256()
    for name in ("pyproject.toml", "constraints.txt"):
        lists.update((ROOT / name).read_bytes())
    return {"place": str(ROOT), "lists": lists.hexdigest(), "holds": wanted}


def is_whole(wanted):
    """Say "whole" where the environment serves, and otherwise what is to be done."""
    if not PYTHON.exists():
        return "it is made anew"
    try:
        found = json.loads(STAMP.read_text("utf-8"))
        said = ask(MISSING, json.dumps(needed(found["holds"])))
    except (OSError, ValueError, TypeError, KeyError):
        return "it is made anew"
    if found["place"] != str(ROOT) or said is None or said:
        return "it is made anew"
    if found["holds"] == "student" and wanted == "everything":
        return "what instructors need is added"
    if found["lists"] != description(wanted)["lists"]:
        return "the lists have changed"
    return "whole"


def ask(program, told=""):
    """Run a program in the environment and give what it prints; None where it cannot run."""
    try:
        done = subprocess.run(
            [PYTHON, "-I", "-c", program], input=told, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.split()


def needed(holds):
    """Name the packages that stand in pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lines = project["dependencies"] + (
        project["optional-dependencies"]["dev"] if holds == "everything" else []
    )
    return [re.match(r"[\w.-]+", line)[0] for line in lines]


def make_folder():
    """Make an empty environment, with pip in it."""
    shutil.rmtree(VENV, ignore_errors=True)
    if (uv := shutil.which("uv")) and run(
        [uv, "venv", "--quiet", "--seed", "--python", sys.executable, VENV], uv_settings()
    ):
        return
    if run([sys.executable, "-m", "venv", "--clear", VENV]):
        return
    # Debian's Python comes without ensurepip.
    if run([sys.executable, "-m", "venv", "--clear", "--without-pip", VENV]) and run(
        [sys.executable, "-m", "pip", "--python", PYTHON, "install", "--quiet", "pip"]
    ):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    sys.exit(
        "Python's venv or pip is missing. On Debian and Ubuntu type: "
        "sudo apt-get install python3-venv"
    )


def install(wanted):
    """Install by uv or, where that fails, by pip."""
    what = ["-c", ROOT / "constraints.txt", "-e", f"{ROOT}{EXTRA[wanted]}"]
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    uv = shutil.which("uv")
    if uv is None and run([*pip, "-c", ROOT / "constraints.txt", "uv"]):
        uv = BIN / "uv"
    if uv and run([uv, "pip", "install", "--quiet", "--python", PYTHON, *what], uv_settings()):
        return
    print("uv could not install it; pip takes over, which takes some minutes.", flush=True)
    done = subprocess.run([*pip, *what], check=False)
    if done.returncode:
        sys.exit("Nothing could be installed: pip says above why. Mend this, and type it again.")


def run(command, settings=None):
    """Run a command without its output; tell whether it ended well."""
    env = os.environ | (settings or {})
    try:
        done = subprocess.run(command, env=env, capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0


def uv_settings():
    """Read pip's settings, as pip does, in uv's words; what is set for uv itself stays."""
    settings = {"UV_INDEX_STRATEGY": "unsafe-best-match"}
    pip = [sys.executable, "-m", "pip", "config", "list"]
    done = subprocess.run(pip, capture_output=True, text=True, check=False)
    for line in done.stdout.splitlines():
        key, _, value = line.partition("=")
        name = SETTINGS.get(key.rpartition(".")[2])
        if name and (name != "ALL_PROXY" or "HTTPS_PROXY" not in os.environ):
            value = str(ast.literal_eval(value))
            separator = "," if name == "UV_FIND_LINKS" else " "
            settings[name] = separator.join(value.split())
    return {name: value for name, value in settings.items() if name not in os.environ}


if __name__ == "__main__":
    main()
