"""What documents say of figures and files is what commands write, and marked where it is made."""

import re
import subprocess

from tree import ROOT, tracked

from course_lib.instructor.authoring import docs


def test_figures_in_documents_are_those_that_the_build_writes():
    for path, text in docs.pages().items():
        assert path.read_text("utf-8") == text, f"course build writes {path.name} anew"


def test_the_readme_holds_no_table():
    assert not re.search(r"^ *\|", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)


def test_what_commands_make_is_marked_as_made():
    made = [
        "notebooks",
        "course_lib/updates",
        "course_lib/checks/cases",
        "course_lib/widgets/stored",
    ]
    paths = [
        str(path.relative_to(ROOT))
        for folder in [*made, "docs/figures"]
        for path in tracked(folder)
    ]
    command = ["git", "check-attr", "linguist-generated", "--", *paths, "docs/checks.md"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    not_marked = [line.split(":")[0] for line in said.splitlines() if not line.endswith(": set")]
    assert not_marked == ["course_lib/updates/__init__.py"]
