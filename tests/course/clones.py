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
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def small_lesson(self, text):
        """Put a small lesson in the place of 03_rmsprop and return where its notebook goes."""
        (self.root / "solutions" / "lessons" / "03_rmsprop.md").write_text(text)
        path = self.root / "notebooks" / "03_rmsprop.ipynb"
        path.unlink(missing_ok=True)
        return path


def copy_course(target):
    """Copy what a clone of the repository holds, without what was made by working in it."""
    ignore = shutil.ignore_patterns("__pycache__", ".kept", "*.bak-*", ".ipynb_checkpoints")
    for name in ("course_lib", "solutions", "notebooks"):
        shutil.copytree(ROOT / name, target / name, ignore=ignore)
    shutil.copy(ROOT / "nbgrader_config.py", target)
    if (ROOT / "build" / "built.json").exists():  # what is up to date here is so there
        (target / "build").mkdir()
        shutil.copy(ROOT / "build" / "built.json", target / "build")
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

SMALL = """---
kernelspec:
  display_name: Python 3 (ipykernel)
  language: python
  name: python3
---

# Small

```{code-cell} ipython3
import matplotlib.pyplot as plt
from course_lib.updates.adaptive import sgd_update

print(sgd_update(1.0, 0.25, lr=2.0))
plt.plot([1, 2]);
```

```{code-cell} ipython3
---
nbgrader:
  grade: false
  grade_id: answer
  locked: false
  schema_version: 3
  solution: true
  task: false
---
answer = None
### BEGIN SOLUTION
answer = "quagga"
### END SOLUTION
```

```{code-cell} ipython3
---
nbgrader:
  grade: true
  grade_id: answer_check
  locked: true
  points: 1
  schema_version: 3
  solution: false
  task: false
---
assert answer is not None
### BEGIN HIDDEN TESTS
assert answer == "quagga"
### END HIDDEN TESTS
```
"""
