"""Copies of the course to work in, and what a student writes into one."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Clone:
    """A copy of the course in a folder of its own, with its commands."""

    def __init__(self, root):
        self.root = root

    def course(self, *args, cwd=None, code=0):
        """Run `course ARGS` with the code of this copy and expect that exit code."""
        environment = os.environ | {"PYTHONPATH": str(self.root), "NO_COLOR": "1", "COLUMNS": "120"}
        done = subprocess.run(
            [sys.executable, "-P", "-m", "course_lib", *map(str, args)],
            cwd=cwd or self.root,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr, done.stderr
        return done


def copy_course(target):
    """Copy what a clone of the repository holds, without what was made by working in it."""
    ignore = shutil.ignore_patterns("__pycache__", ".kept", "*.bak-*", ".ipynb_checkpoints")
    for name in ("course_lib", "solutions", "notebooks"):
        shutil.copytree(ROOT / name, target / name, ignore=ignore)
    shutil.copy(ROOT / "nbgrader_config.py", target)
    return Clone(target)


def write_rule(folder, module, body, function=None):
    """Write the body of a function into a student's module, in place of its `raise`."""
    path = folder / "course_lib" / "updates" / f"{module}.py"
    text = path.read_text("utf-8")
    start = text.index(f"def {function or f'{module}_update'}(")
    begin = text.index("    raise NotImplementedError(", start)
    end = text.find("\ndef ", begin)
    end = len(text) if end < 0 else end
    path.write_text(text[:begin] + body + text[end:], "utf-8")
    return path


RIGHT = """    v = v + grad * grad
    return w - lr * grad / np.sqrt(v + eps), v


"""
WRONG = RIGHT.replace("v = v + grad * grad", "v = v + grad")
