"""Each live view opens in JupyterLab, moves under mouse and keyboard, and says what it shows."""

import pytest
from lab import failures
from views import SETUP, VIEWS

pytestmark = pytest.mark.needs("chromium")

PIXELS = "canvas => canvas.toDataURL()"


@pytest.mark.parametrize("name", VIEWS)
def test_opens_moves_and_stays_silent(name, open_notebook):
    notebook = open_notebook(f"{name}.ipynb", [f"{SETUP}\nshow({VIEWS[name][0]})"])
    assert failures(notebook.run_all()) == []
    view = notebook.view()
    canvas, status = view.locator("canvas"), view.get_by_role("status")
    for slider in view.get_by_role("slider").all():
        before, said = canvas.evaluate(PIXELS), status.inner_text()
        slider.focus()
        notebook.page.keyboard.press("ArrowLeft")
        assert canvas.evaluate(PIXELS) != before
        assert slider.get_attribute("aria-label")
        assert slider.get_attribute("aria-valuetext")
    before = canvas.evaluate(PIXELS)
    box = view.get_by_role("slider").last.bounding_box()
    notebook.page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + box["height"] / 2)
    notebook.page.mouse.down()
    notebook.page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] / 2, steps=8)
    notebook.page.mouse.up()
    assert canvas.evaluate(PIXELS) != before
    notebook.page.wait_for_function(
        "([e, said]) => e.textContent !== said", arg=[status.element_handle(), said]
    )
    assert notebook.errors == []
