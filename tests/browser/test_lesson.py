"""The lesson in JupyterLab, and a student's minute in it."""

import shutil

import pytest
from lab import ROOT, course_folder, failures

pytestmark = pytest.mark.needs("chromium")

MINUTE = """
from course_lib import workspace
workspace.start()
from course_lib.checks import check
from course_lib.updates.adagrad import adagrad_update
from course_lib.widgets import show, sparse_features
"""


def text(outputs):
    """All that a cell says, as a terminal would show it."""
    return "\n".join(
        out.get("text") or out.get("data", {}).get("text/plain") or out.get("evalue", "")
        for out in outputs
    )


def test_lesson_runs_and_its_view_moves(lab, open_notebook):
    shutil.copy(ROOT / "notebooks" / "02_adagrad.ipynb", lab.folder)
    notebook = open_notebook("02_adagrad.ipynb")
    failed = failures(notebook.run_all())
    # Answers that a student has not written yet are the only thing that may stop a cell.
    assert [error for error in failed if "is not answered yet" not in error] == []
    view = notebook.view()
    canvas = view.locator("canvas")
    before = canvas.evaluate("canvas => canvas.toDataURL()")
    view.get_by_role("slider").first.press("ArrowRight")
    assert canvas.evaluate("canvas => canvas.toDataURL()") != before
    assert notebook.errors == []


def test_a_student_s_minute(lab, open_notebook):
    """Blank, wrong, right: each saved, and the same cells run again without a restart."""
    folder = course_folder(lab.folder / "minute")
    module = folder / "course_lib" / "updates" / "adagrad.py"
    written = module.read_text()
    module.write_text((ROOT / "course_lib" / "updates" / "adagrad.py").read_text())
    show = "show(sparse_features(adagrad_update, lr=0.5, eps=1e-8))"
    notebook = open_notebook("minute/minute.ipynb", [MINUTE, "check('adagrad_update')", show])
    notebook.run_cell(0)

    assert "not written yet" in text(notebook.run_cell(1))
    notebook.run_cell(2)
    said = notebook.view().get_by_role("note")
    assert "adagrad_update is not written yet" in said.inner_text()

    module.write_text(written.replace("v = v + grad**2", "v = grad**2"))
    assert "v that was passed in" in text(notebook.run_cell(1))
    notebook.run_cell(2)
    said.get_by_text("v that was passed in").wait_for()

    module.write_text(written)
    card = notebook.run_cell(1)
    assert failures([card]) == []
    assert "adagrad_update: right" in text(card)
    notebook.run_cell(2)
    said.wait_for(state="hidden")
    assert notebook.errors == []
