"""Each live view in JupyterLab in Chromium: it opens, moves under mouse and keys, and speaks."""

import pytest
from lab import failures
from views import SETUP, VIEWS

pytestmark = pytest.mark.needs("chromium")

PIXELS = "canvas => canvas.toDataURL()"
INK = """canvas => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let bright = 0, drawn = 0;
    for (let i = 0; i < data.length; i += 4) {
        if (data[i + 3] < 200) continue;
        drawn++;
        if (data[i] + data[i + 1] + data[i + 2] > 600) bright++;
    }
    return bright / drawn;
}"""


@pytest.fixture(scope="module")
def opened():
    return {}


@pytest.fixture
def open_view(open_notebook, opened):
    """A function that gives a view in a notebook of its own, as it stands at first."""

    def open_it(name):
        if name not in opened:
            cell = SETUP + f"show(view := {VIEWS[name][0]})"
            opened[name] = open_notebook(f"{name}.ipynb", [cell, "view.picks"])
            assert failures([opened[name].run_cell(0)]) == []
        notebook = opened[name]
        notebook.page.bring_to_front()
        view = notebook.view()
        view.get_by_role("button", name="Rewind").click()
        return notebook, view

    return open_it


def slider(view, name):
    return view.get_by_role("slider", name=name)


def drag(page, box, start, end):
    """Press the mouse at one share of a box's width and let it go at another."""
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * start, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * end, y, steps=8)
    page.mouse.up()


@pytest.mark.parametrize("name", VIEWS)
def test_view_moves_under_keys_and_mouse_and_says_so(name, open_view):
    notebook, view = open_view(name)
    canvas, status = view.locator("canvas"), view.get_by_role("status")
    for each in view.get_by_role("slider").all():
        before, text = canvas.evaluate(PIXELS), each.get_attribute("aria-valuetext")
        assert each.get_attribute("aria-label")
        each.focus()
        notebook.page.keyboard.press("ArrowLeft")
        assert canvas.evaluate(PIXELS) != before
        assert each.get_attribute("aria-valuetext") != text

    before, said = canvas.evaluate(PIXELS), status.inner_text()
    drag(notebook.page, view.get_by_role("slider").first.bounding_box(), 0.6, 0.2)
    assert canvas.evaluate(PIXELS) != before
    notebook.page.wait_for_function(
        "([status, said]) => status.textContent !== said", arg=[status.element_handle(), said]
    )
    assert notebook.errors == []


@pytest.mark.parametrize("name", VIEWS)
def test_rewind_brings_the_first_picture_back(name, open_view):
    _, view = open_view(name)
    canvas = view.locator("canvas")
    first = canvas.evaluate(PIXELS)
    for each in view.get_by_role("slider").all():
        each.press("ArrowLeft")
    assert canvas.evaluate(PIXELS) != first
    view.get_by_role("button", name="Rewind").press("Enter")
    assert canvas.evaluate(PIXELS) == first


def test_caption_asks_first_and_then_answers_what_the_student_did(open_view):
    _, view = open_view("sparse_features")
    caption = view.locator(".alr-caption")
    caption.get_by_text("Predict").wait_for()
    slider(view, "Learning rate").press("End")
    caption.get_by_text("Plain descent diverges").wait_for()
    slider(view, "Learning rate").press("Home")
    caption.get_by_text("leaves the rare weight behind").wait_for()


def test_kernel_follows_the_student_s_hand(open_view):
    notebook, view = open_view("sparse_features")
    slider(view, "Rare feature in").press("Home")
    view.locator(".alr-caption").get_by_text("no weight is at a disadvantage").wait_for()
    (out,) = notebook.run_cell(1)
    assert "'rarity': 0" in out["data"]["text/plain"]


def test_mouse_on_the_curves_scrubs_the_time(open_view):
    notebook, view = open_view("sparse_features")
    step = slider(view, "Step")
    assert step.get_attribute("aria-valuetext") == "300 of 300"
    drag(notebook.page, view.locator("canvas").bounding_box(), 0.5, 0.3)
    assert 20 < int(step.input_value()) < 150


def test_play_runs_to_the_end_and_at_once_where_motion_is_unwanted(open_view):
    notebook, view = open_view("sparse_features")
    step = slider(view, "Step")
    play = view.get_by_role("button", name="Play")
    step.press("Home")
    play.click()
    notebook.page.wait_for_function("input => input.value > 3", arg=step.element_handle())
    view.get_by_role("button", name="Pause").click()
    assert int(step.input_value()) < 300
    notebook.page.emulate_media(reduced_motion="reduce")
    view.get_by_role("button", name="Play").click()
    assert step.input_value() == "300"


def test_dark_theme_larger_type_and_a_narrow_page(open_view):
    notebook, view = open_view("sparse_features")
    page, canvas = notebook.page, view.locator("canvas")
    light = canvas.evaluate(INK)
    assert light < 0.4  # dark ink
    page.evaluate(
        "() => jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})"
    )
    page.wait_for_selector("body[data-jp-theme-light=false]", state="attached")
    page.wait_for_function(
        f"canvas => ({INK})(canvas) > {light} + 0.1", arg=canvas.element_handle()
    )
    page.evaluate(
        "() => jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Light'})"
    )
    page.wait_for_selector("body[data-jp-theme-light=true]", state="attached")

    height = canvas.bounding_box()["height"]
    larger = view.get_by_role("button", name="Larger type")
    larger.click()
    assert larger.get_attribute("aria-pressed") == "true"
    assert canvas.bounding_box()["height"] > 1.3 * height
    larger.click()

    page.set_viewport_size({"width": 650, "height": 800})  # what 200 % zoom leaves of 1300
    page.wait_for_function(
        "([canvas, height]) => canvas.clientHeight > 1.5 * height",
        arg=[canvas.element_handle(), height],
    )  # the panels stand under each other
    assert canvas.evaluate("c => c.scrollWidth <= c.closest('.jp-OutputArea').clientWidth")
