"""What keeps a grade and what does not: the files are edited in a copy of the course.

The copy grades a class of one; then the same command says "kept" or "graded".
"""

import json
import shutil
import sqlite3
import subprocess
import sys

import pytest
from handing_in import ANSWERS, LESSON, RIGHT, ROOT, hand_in

from course_lib.instructor.grading.results import DECIDES

pytestmark = [pytest.mark.needs("bubblewrap"), pytest.mark.timeout(900)]

# Wording, figures, views, pages, the classroom: nothing that a mark depends on.
KEEP = (
    *("README.md", "docs/threat-model.md", "solutions/lessons/02_adagrad.md"),
    *("course_lib/figures.py", "course_lib/checks/card.py"),
    *("course_lib/cli.py", "course_lib/submission.py", "nbgrader_config.py"),
    *("course_lib/widgets/*.py", "course_lib/instructor/classroom/*.py"),
    *(f"course_lib/instructor/grading/{name}.py" for name in ("pages", "feedback", "report")),
    *(f"course_lib/instructor/grading/{name}.py" for name in ("batch", "summary", "cluster")),
)


@pytest.fixture
def copy(tmp_path):
    """Copy the course, so that its files can be edited."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file() and not name.startswith("tests/"):
            target = tmp_path / "copy" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, target)
    return tmp_path / "copy"


def grade(copy, course):
    """Grade with the copy's own code; give what became of the one submission."""
    done = subprocess.run(
        [sys.executable, "-m", "course_lib", "grade", LESSON, "--course", str(course)],
        cwd=copy, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    [row] = json.loads((course / "summary" / f"{LESSON}.json").read_text())["rows"]
    return row["state"]


def edit(copy, *patterns):
    """Change files without changing what they do."""
    for pattern in patterns:
        paths = sorted(copy.glob(pattern))
        assert paths, pattern
        for path in paths:
            comment = "\n<!-- changed -->\n" if path.suffix == ".md" else "\n# changed\n"
            path.write_text(path.read_text("utf-8") + comment, "utf-8")


def test_what_decides_no_grade_keeps_it_and_what_decides_one_does_not(course, copy):
    hand_in(course, "ada", modules={"adagrad.py": RIGHT}, answers=ANSWERS)
    config = course / "nbgrader_config.py"
    config.write_text(config.read_text() + f"\n# {copy}\n")
    assert grade(copy, course) == "graded"
    assert grade(copy, course) == "kept"
    edit(copy, *KEEP)
    assert grade(copy, course) == "kept"
    for what in (
        "solutions/updates/adagrad.py",  # a rule
        "solutions/mistakes/adagrad.py",
        "course_lib/checks/engine.py",
        "course_lib/instructor/sandbox/bubblewrap.py",
    ):
        edit(copy, what)
        assert grade(copy, course) == "graded", what
        assert grade(copy, course) == "kept"
    trusted = copy / "course_lib" / "instructor" / "grading" / "trusted.py"
    changed = trusted.read_text().replace("SECONDS = 60\n", "SECONDS = 61\n", 1)
    assert changed != trusted.read_text()
    trusted.write_text(changed)
    assert grade(copy, course) == "graded"  # a limit
    with sqlite3.connect(course / "gradebook.db") as book:
        book.execute(
            "update source_cell set source = replace(source, 'points=4', 'points=3.5')"
            " where name = 'adagrad_update'"
        )
    assert grade(copy, course) == "graded"  # a hidden test


def test_all_that_the_trusted_side_loads_is_known_to_decide_a_grade_or_not():
    """A module that is new there has to be named: in `DECIDES`, or here."""
    script = (
        "import sys; from pathlib import Path\n"
        "from course_lib.instructor.grading import hidden, trusted\n"
        "trusted._make_shell(); hidden.hidden_cases('adagrad_update', 1)\n"
        "for name, module in sorted(sys.modules.items()):\n"
        "    if name.partition('.')[0] in ('course_lib', 'solutions'): print(module.__file__)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = {line for line in done.stdout.splitlines() if line.startswith(str(ROOT))}
    decide = {str(path) for pattern in DECIDES for path in ROOT.glob(pattern)}
    assert decide & loaded
    others = {
        *("course_lib/__init__.py", "course_lib/workspace.py"),  # names of lessons, places
        *("course_lib/checks/__init__.py", "course_lib/checks/card.py"),  # what is shown
        *(f"course_lib/instructor/{name}__init__.py" for name in ("", "grading/", "sandbox/")),
        "course_lib/instructor/authoring/__init__.py",
        *("course_lib/browser.py", "course_lib/checks/in_process.py"),  # nothing is graded there
    }
    assert {path.removeprefix(f"{ROOT}/") for path in loaded - decide} <= others
