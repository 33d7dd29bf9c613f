"""Each live view in JupyterLab in Chromium: it opens, moves under mouse and keys, and speaks."""

import pytest
from lab import SEVEN, Notebook, failures
from views import SETUP, VIEWS, code

pytestmark = pytest.mark.needs("chromium")

PIXELS = "canvas => canvas.toDataURL()"
# How many pixels have the light ink of the dark theme.
INK = """canvas => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let light = 0;
    for (let i = 0; i < data.length; i += 4) {
        if ([0, 1, 2].every((k) => Math.abs(data[i + k] - 240) < 4) && data[i + 3] > 200) light++;
    }
    return light;
}"""


# What Python says that the status lines are, with the controls as at first.
STATUS = f"""for view in ({", ".join(f"{name}_view" for name in VIEWS)}):
    view.picks = view.first
    print(view.status())"""


@pytest.fixture(scope="module")
def notebook(open_notebook):
    """One notebook with a view a cell, and two last cells that tell where they stand."""
    shown = [f"show({name}_view := {code(name)})" for name in VIEWS]
    opened = open_notebook("views.ipynb", [SETUP, *shown, STATUS, "sparse_features_view.picks"])
    assert failures(opened.run_all()) == []
    return opened


@pytest.fixture
def open_view(notebook):
    """A function that gives a view as it stands at first."""

    def open_it(name):
        view = notebook.view(list(VIEWS).index(name))
        view.get_by_role("button", name="Reset").click()
        view.get_by_role("progressbar").wait_for(state="hidden")
        return view

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
def test_view_moves_under_keys_and_mouse_and_says_so(name, notebook, open_view):
    view = open_view(name)
    canvas, status = view.locator("canvas"), view.get_by_role("status")
    for each in view.get_by_role("slider").all():
        way = "ArrowLeft" if int(each.input_value()) else "ArrowRight"
        before, text = canvas.evaluate(PIXELS), each.get_attribute("aria-valuetext")
        assert each.get_attribute("aria-label")
        each.focus()
        notebook.page.keyboard.press(way)
        assert canvas.evaluate(PIXELS) != before
        assert each.get_attribute("aria-valuetext") != text

    before, said = canvas.evaluate(PIXELS), status.inner_text()
    drag(notebook.page, view.get_by_role("slider").first.bounding_box(), 0.6, 0.02)
    assert canvas.evaluate(PIXELS) != before
    slider(view, "Step").press("Home")
    notebook.page.wait_for_function(
        "([status, said]) => status.textContent !== said", arg=[status.element_handle(), said]
    )
    assert notebook.errors == []


@pytest.mark.parametrize("name", VIEWS)
def test_reset_brings_the_first_picture_back(name, open_view):
    view = open_view(name)
    canvas = view.locator("canvas")
    first = canvas.evaluate(PIXELS)
    for each in view.get_by_role("slider").all():
        each.press("ArrowLeft")
    assert canvas.evaluate(PIXELS) != first
    view.get_by_role("button", name="Reset").press("Enter")
    view.get_by_role("progressbar").wait_for(state="hidden")
    assert canvas.evaluate(PIXELS) == first


@pytest.mark.parametrize("capture", [False, True], ids=["JupyterLab", "JupyterLite"])
def test_jupyterlab_takes_no_key_from_a_slider(capture, notebook, open_view):
    """JupyterLab hears keys after the page does; JupyterLite's, and older ones, before."""
    view = open_view("sparse_features")
    step = slider(view, "Step")
    active = "jupyterapp.shell.currentWidget.content.activeCellIndex"
    cell = notebook.page.evaluate(active)
    notebook.page.evaluate(
        """capture => {
            window.hear = (event) => jupyterapp.commands.processKeydownEvent(event);
            if (capture) document.addEventListener("keydown", hear, true);
        }""",
        capture,
    )
    try:
        for key, value in (("Home", "0"), ("ArrowRight", "1"), ("ArrowUp", "2"), ("End", "300")):
            step.press(key)
            assert step.input_value() == value
        assert notebook.page.evaluate(active) == cell
        step.press("Control+Shift+c")  # what is no plain key is still the notebook's
        notebook.page.locator(".lm-CommandPalette-input").wait_for()
        notebook.page.keyboard.press("Escape")
    finally:
        notebook.page.evaluate("() => document.removeEventListener('keydown', hear, true)")


def test_the_status_line_is_the_one_that_python_writes(notebook, open_view):
    said = [open_view(name).get_by_role("status") for name in VIEWS]
    (out,) = notebook.run_cell(len(VIEWS) + 1)
    for status, line in zip(said, out["text"].splitlines(), strict=True):
        status.get_by_text(line, exact=True).wait_for()


def test_still_picture_is_not_shown_below_a_view_that_moves(notebook, open_view):
    assert open_view("sparse_features").is_visible()
    twins = notebook.page.locator(".alr-twin").all()
    assert twins
    assert not any(twin.is_visible() for twin in twins)


def test_caption_asks_first_and_then_answers_what_the_student_did(open_view):
    view = open_view("sparse_features")
    caption = view.locator(".alr-caption")
    caption.get_by_text("Predict").wait_for()
    slider(view, "Learning rate").press("End")
    caption.get_by_text("Plain descent diverges").wait_for()
    slider(view, "Learning rate").press("Home")
    caption.get_by_text("leaves the rare weight behind").wait_for()


def test_kernel_follows_the_student_s_hand(notebook, open_view):
    view = open_view("sparse_features")
    slider(view, "Rare feature in").press("Home")
    view.locator(".alr-caption").get_by_text("no weight is at a disadvantage").wait_for()
    (out,) = notebook.run_cell(len(VIEWS) + 2)
    assert "'rarity': 0" in out["data"]["text/plain"]


def test_network_is_trained_in_the_background_and_may_be_stopped(notebook, open_view):
    view = open_view("schedules")
    canvas, bar = view.locator("canvas"), view.get_by_role("progressbar")
    trained = canvas.evaluate(PIXELS)
    slider(view, "Highest rate of the run").press("End")
    bar.wait_for()
    view.get_by_role("button", name="Stop").click()
    view.get_by_text("Training the network: stopped").wait_for()
    slider(view, "Time T").press("Home")  # the page goes on
    view.get_by_role("button", name="Go on").click()
    bar.wait_for(state="hidden")
    view.get_by_role("button", name="Reset").click()
    bar.wait_for(state="hidden")
    assert canvas.evaluate(PIXELS) == trained
    assert notebook.errors == []


def test_mouse_on_the_curves_scrubs_the_time(notebook, open_view):
    view = open_view("sparse_features")
    step = slider(view, "Step")
    assert step.get_attribute("aria-valuetext") == "300 of 300"
    drag(notebook.page, view.locator("canvas").bounding_box(), 0.5, 0.3)
    assert 20 < int(step.input_value()) < 150


def test_play_runs_to_the_end_and_at_once_where_motion_is_unwanted(notebook, open_view):
    view = open_view("sparse_features")
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


def test_dark_theme_has_light_ink(notebook, open_view):
    page, canvas = notebook.page, open_view("sparse_features").locator("canvas").element_handle()
    theme = "theme => jupyterapp.commands.execute('apputils:change-theme', { theme })"
    page.evaluate(theme, "JupyterLab Dark")
    page.wait_for_function(f"canvas => ({INK})(canvas) > 1000", arg=canvas)
    page.evaluate(theme, "JupyterLab Light")
    page.wait_for_function(f"canvas => ({INK})(canvas) < 500", arg=canvas)


def test_larger_type_makes_all_of_it_larger(open_view):
    view = open_view("sparse_features")
    canvas, caption = view.locator("canvas"), view.locator(".alr-caption")
    size = "e => parseFloat(getComputedStyle(e).fontSize)"
    height, letters = canvas.bounding_box()["height"], caption.evaluate(size)
    larger = view.get_by_role("button", name="Larger type")
    larger.click()
    assert larger.get_attribute("aria-pressed") == "true"
    assert canvas.bounding_box()["height"] > 1.3 * height
    assert caption.evaluate(size) > 1.3 * letters
    larger.click()


def test_at_200_percent_zoom_panels_stand_under_each_other(notebook, open_view):
    page, view = notebook.page, open_view("sparse_features")
    canvas = view.locator("canvas")
    height = canvas.bounding_box()["height"]
    size = page.viewport_size
    page.set_viewport_size({"width": size["width"] // 2, "height": size["height"]})
    try:
        page.wait_for_function(
            "([canvas, height]) => canvas.clientHeight > 1.5 * height",
            arg=[canvas.element_handle(), height],
        )
        assert view.evaluate("view => view.scrollWidth <= view.clientWidth")
    finally:
        page.set_viewport_size(size)


def test_start_point_moves_by_mouse_and_keys_and_the_kernel_answers(notebook, open_view):
    view = open_view("landscape")
    canvas, status = view.locator("canvas"), view.get_by_role("status")
    first = canvas.evaluate(PIXELS)
    status.get_by_text("start point (−4, 1)").wait_for()
    box = canvas.bounding_box()
    notebook.page.mouse.click(box["x"] + 0.4 * box["width"], box["y"] + 0.4 * box["height"])
    status.filter(has_not_text="(−4, 1)").wait_for()
    told = status.inner_text()
    canvas.press("ArrowUp")
    notebook.page.wait_for_function(
        "([status, told]) => status.textContent !== told", arg=[status.element_handle(), told]
    )
    view.get_by_role("button", name="Reset").click()
    status.get_by_text("start point (−4, 1)").wait_for()
    assert canvas.evaluate(PIXELS) == first
    assert notebook.errors == []


def test_another_surface_has_its_own_paths_and_does_not_turn(notebook, open_view):
    view = open_view("landscape")
    view.get_by_role("combobox", name="Surface").select_option("Rosenbrock")
    view.get_by_role("status").get_by_text("start point (−1.2, 1)").wait_for()
    assert slider(view, "Turned by").is_disabled()
    view.get_by_role("button", name="Reset").click()
    view.get_by_role("status").get_by_text("start point (−4, 1)").wait_for()
    assert slider(view, "Turned by").is_enabled()
    assert notebook.errors == []


def test_a_view_moves_in_notebook_7_too(lab, browser):
    cells = [SETUP, f"show({code('memory')})"]
    notebook = Notebook(lab, browser, "seven.ipynb", cells, app=SEVEN)
    assert failures(notebook.run_all()) == []
    view = notebook.view()
    before = view.locator("canvas").evaluate(PIXELS)
    slider(view, "Step").press("Home")
    assert view.locator("canvas").evaluate(PIXELS) != before
    twin = notebook.page.locator(".alr-twin")
    twin.wait_for(state="attached")
    assert not twin.is_visible()
    assert notebook.errors == []
