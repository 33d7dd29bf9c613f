"""The browser's side of the views by itself, in a blank page: no notebook and no kernel."""

import base64
import json
import mimetypes

import numpy as np
import pytest
from views import SETUP, VIEWS, code

from course_lib.widgets import browser as modules

pytestmark = pytest.mark.needs("chromium")

SITE = "http://views.test/"
PAGE = '<!doctype html><link rel="stylesheet" href="view.css"><body style="margin: 0">'
PIXELS = "canvas => canvas.toDataURL()"
TEXTS = """
window.texts = [];
const fill = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.fillText = function (text, x, y, most = Infinity) {
  const wide = Math.min(most, this.measureText(text).width);
  const left = x - { left: 0, center: 0.5, right: 1 }[this.textAlign] * wide;
  window.texts.push([text, left, left + wide, this.canvas.width / devicePixelRatio]);
  fill.call(this, text, x, y, most);
};
"""  # each text that is drawn, from where to where, and the width of its canvas


@pytest.fixture
def page(browser):
    """A page that finds our modules beside it and in `page.files`, and nothing else."""
    page = browser.new_page()
    page.files, page.errors = {"": PAGE}, []

    def answer(route):
        name = route.request.url.removeprefix(SITE)
        if name in page.files:
            route.fulfill(body=page.files[name], content_type=mimetypes.guess_type(name)[0] or PAGE)
        elif (modules.HERE / name).is_file():
            route.fulfill(path=modules.HERE / name)
        else:
            route.fulfill(status=404)

    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.route("**/*", answer)
    page.add_init_script(TEXTS)
    page.goto(SITE)
    yield page
    assert page.errors == []
    page.close()


def call(page, code, *arguments):
    """Evaluate an expression in which all that `scales.js` exports has its name."""
    names = "clamp, floats, scale, slice, ticks, write"
    return page.evaluate(
        f'async (given) => {{ const {{ {names} }} = await import("./scales.js"); return {code}; }}',
        list(arguments),
    )


def kept(name):
    """What a view sends to the browser, as `static.js` takes it; the reference runs in it."""
    known = {"__name__": "__main__"}
    exec(SETUP.replace("course_lib.updates", "solutions.updates"), known)
    view = eval(code(name), known)
    state = {"spec": view.spec, "picks": view.picks, "alt": view.alt}
    return state | {"data": {"base64": base64.b64encode(view.data).decode()}}


def show(page, state):
    """Show a view that was kept, and give its element."""
    show = "async (state) => { (await import('./static.js')).show(document.body, state) }"
    page.evaluate(show, state)
    view = page.locator(".alr-view")
    view.locator("canvas[aria-label]").wait_for()
    return view


# Scales, ticks, slicing


def test_a_scale_is_linear_and_may_run_upwards(page):
    axis = {"min": -1, "max": 3}
    assert call(page, "[-1, 0, 3].map(scale(given[0], 100, 500))", axis) == [100, 200, 500]
    assert call(page, "[-1, 0, 3].map(scale(given[0], 90, 10))", axis) == [90, 70, 10]


def test_a_logarithmic_scale_gives_each_decade_the_same_room(page):
    axis = {"min": 0.01, "max": 100, "log": True}
    found = call(page, "[0.01, 0.1, 1, 10, 100].map(scale(given[0], 0, 400))", axis)
    assert found == pytest.approx([0, 100, 200, 300, 400])


def test_what_has_no_place_on_a_scale_is_drawn_off_it(page):
    axis = {"min": 1, "max": 10, "log": True}
    # A quarter before the beginning for 0; never so far that a canvas would be inexact.
    assert call(page, "[0, -1].map(scale(given[0], 100, 500))", axis) == [0, 0]
    far = {"min": 0, "max": 1}
    assert call(page, "[1e30, -1e30].map(scale(given[0], 0, 100))", far) == [4000, -4000]
    assert call(page, "Number.isNaN(scale(given[0], 0, 100)(NaN))", far)


def test_ticks_stand_on_half_pixels_within_the_axis(page):
    axis = {"min": 0, "max": 3, "ticks": [[-1, "−1"], [0, "0"], [1, "1"], [3, "3"], [4, "4"]]}
    found = call(page, "ticks(given[0], scale(given[0], 10, 110))", axis)
    assert found == [
        {"at": 10.5, "text": "0"},
        {"at": 43.5, "text": "1"},
        {"at": 110.5, "text": "3"},
    ]


ARRAYS = {"w": {"start": 5, "shape": [2, 3, 4]}, "x": {"start": 29, "shape": [3]}}


@pytest.mark.parametrize(
    ("ref", "expected"),
    [
        (["w", 0, 0, 0], {"at": 5, "step": 0, "length": 1}),
        (["w", 1, 2, 3], {"at": 28, "step": 0, "length": 1}),  # the last of 24
        (["w", 1, "lr", 0], {"at": 5 + 12 + 2 * 4, "step": 0, "length": 1}),
        (["w", ":", "lr", 3], {"at": 5 + 2 * 4 + 3, "step": 12, "length": 2}),
        (["w", 1, 0, ":"], {"at": 5 + 12, "step": 1, "length": 4}),
        (["x", ":"], {"at": 29, "step": 1, "length": 3}),
    ],
)
def test_a_ref_says_where_its_numbers_stand(page, ref, expected):
    assert call(page, "slice(given[0], given[1], { lr: 2 })", ARRAYS, ref) == expected


def test_a_slice_is_what_numpy_takes(page):
    numbers = np.arange(24).reshape(2, 3, 4)
    found = call(page, "slice(given[0], ['w', ':', 'lr', 3], { lr: 2 })", ARRAYS)
    at = found["at"] - ARRAYS["w"]["start"]
    taken = numbers.ravel()[at :: found["step"]][: found["length"]]
    assert taken.tolist() == numbers[:, 2, 3].tolist()


@pytest.mark.parametrize("offset", [0, 1, 4])
def test_float32_is_read_wherever_a_message_has_it(page, offset):
    data = [0] * offset + list(np.array([1.5, -2], dtype="<f4").tobytes())
    code = "[...floats(new DataView(Uint8Array.from(given[0]).buffer, given[1]))]"
    assert call(page, code, data, offset) == [1.5, -2]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0", "0"), ("12.345", "12.3"), ("-0.5", "−0.5"), ("99999", "100000"), ("123456", "1.2e+5"),
        ("0.000123", "1.2e−4"), ("NaN", "not a number"), ("1 / 0", "∞"), ("-1 / 0", "−∞"),
    ],
)  # fmt: skip
def test_a_number_is_written_for_a_reader(page, value, text):
    assert call(page, f"write({value})") == text


# One text of all modules


@pytest.mark.parametrize("name", ["view.js", "static.js"])
def test_joined_modules_import_nothing_and_export_what_the_last_does(page, name):
    page.files["joined.js"] = modules.join(name)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    exports = "async (name) => Object.keys(await import(name)).sort()"
    assert page.evaluate(exports, "./joined.js") == {
        "view.js": ["default", "mount"], "static.js": ["StaticModel", "show"]
    }[name]  # fmt: skip
    assert asked == [f"{SITE}joined.js"]
    assert page.evaluate(exports, f"./{name}") == page.evaluate(exports, "./joined.js")


# On a page without a kernel


@pytest.mark.parametrize("name", VIEWS)
def test_each_view_moves_without_a_kernel_and_cuts_no_word_off(page, name):
    page.set_viewport_size({"width": 1366, "height": 768})
    view = show(page, kept(name))
    canvas, status = view.locator("canvas"), view.get_by_role("status")
    for _ in range(2):  # in small type, and in large
        for each in view.get_by_role("slider").all():
            each.press("Home")
            first = canvas.evaluate(PIXELS)
            each.press("End")
            assert canvas.evaluate(PIXELS) != first
            each.press("PageDown")
        view.get_by_role("button", name="Larger type").click()
    assert status.inner_text()
    page.set_viewport_size({"width": 390, "height": 844})  # a phone
    page.wait_for_function("canvas => canvas.clientWidth < 390", arg=canvas.element_handle())
    drawn = page.evaluate("texts")
    assert len(drawn) > 50
    assert [text for text, left, right, wide in drawn if left < -0.5 or right > wide + 0.5] == []


def test_what_asks_the_kernel_says_that_it_needs_the_course(page):
    view = show(page, kept("landscape"))
    surface = view.get_by_role("combobox", name="Surface: needs the course itself")
    assert surface.is_disabled()
    view.get_by_text("needs the course itself", exact=True).wait_for()
    box = view.locator("canvas").bounding_box()
    page.mouse.click(box["x"] + 0.3 * box["width"], box["y"] + 0.5 * box["height"])
    view.get_by_role("status").get_by_text("The start point needs the course itself.").wait_for()


def test_numbers_of_the_background_are_shown_where_they_are_kept(page):
    state = kept("schedules")
    work = show(page, state).locator(".alr-work")
    work.get_by_text("Training the network needs the course itself.").wait_for()
    assert work.get_by_role("button").count() == work.get_by_role("progressbar").count() == 0

    page.goto(SITE)
    rows = np.ones(state["spec"]["arrays"]["trained"]["shape"], dtype="<f4")
    trained = {"of": [state["picks"][name] for name in ("schedule", "share", "lr")]}
    trained |= {"done": 1, "all": 1, "data": {"base64": base64.b64encode(rows).decode()}}
    view = show(page, state | {"trained": trained})
    assert not view.locator(".alr-work").is_visible()
    page.get_by_role("slider", name="Share left").press("End")
    view.get_by_text("Training the network needs the course itself.").wait_for()


def test_a_view_comes_from_files_too_or_says_which_is_not_there(page):
    state = kept("memory")
    page.files["memory.bin"] = base64.b64decode(state["data"]["base64"])
    page.files["memory.json"] = json.dumps(state | {"data": {"file": "memory.bin"}})
    from_file = show(page, "memory.json").locator("canvas").evaluate(PIXELS)
    page.goto(SITE)
    assert show(page, state).locator("canvas").evaluate(PIXELS) == from_file
    page.goto(SITE)
    page.evaluate(
        "async () => (await import('./static.js')).show(document.body, 'x.json').catch(() => 0)"
    )
    assert "/x.json is not there (404)" in page.locator("body").inner_text()


def test_a_page_moves_its_view_through_the_model(page):
    view = show(page, kept("memory"))
    page.evaluate(
        """async (state) => {
            document.body.replaceChildren();
            const model = await (await import("./static.js")).show(document.body, state);
            model.on("change:picks", () => { window.heard = model.get("picks").step; });
            model.set("picks", { ...model.get("picks"), step: 7 });
        }""",
        kept("memory"),
    )
    step = view.get_by_role("slider", name="Step")
    assert step.input_value() == "7"
    step.press("ArrowRight")
    page.wait_for_function("window.heard === 8")


# Ink


@pytest.mark.parametrize(
    ("host", "dark"),
    [
        ("body.dataset.jpThemeLight = 'false'", True),
        ("body.dataset.jpThemeLight = 'true'", False),
        ("body.className = 'vscode-body vscode-dark'", True),
        ("body.className = 'vscode-body vscode-high-contrast'", True),
        ("body.className = 'vscode-body vscode-light'", False),
        ("body.className = 'vscode-body vscode-high-contrast vscode-high-contrast-light'", False),
        ("body.style.background = '#222'", True),
        ("body.style.background = '#eee'", False),
        ("documentElement.style.background = '#222'", True),
        # What is seen behind counts more than what the host says: VS Code lays widgets on white.
        ("body.className = 'vscode-dark', document.body.style.background = 'white'", False),
        ("title = 'the system decides'", None),
    ],
)
def test_ink_follows_the_host_and_then_the_system(page, host, dark):
    view = show(page, kept("memory"))
    for system in ("dark", "light"):
        page.emulate_media(color_scheme=system)
        page.evaluate(f"document.{host}")
        expected = system == "dark" if dark is None else dark
        page.wait_for_function(
            "([view, dark]) => view.classList.contains('alr-dark') === dark",
            arg=[view.element_handle(), expected],
        )
        # Letters and what is behind them differ.
        ink, ground = view.evaluate(
            """view => {
                const behind = [view, document.body, document.documentElement]
                    .map((node) => getComputedStyle(node).backgroundColor)
                    .find((color) => !color.endsWith(", 0)"));
                const color = getComputedStyle(view).color;
                return [color, behind].map((text) => text.match(/\\d+/g).map(Number));
            }"""
        )
        assert (ink[0] > 200 and ground[0] < 50) if expected else (ink[0] < 50 and ground[0] > 200)


def test_the_number_of_a_bar_stands_before_its_end_where_the_panel_has_no_room(page):
    axis = {"min": 0, "max": 100, "ticks": [], "label": ""}
    bars = [{"ref": ["n", i], "color": "blue", "dash": [], "marker": "circle"} for i in range(3)]
    panel = {"kind": "bars", "title": "", "width": 1, "height": 90, "left": 0, "right": 30}
    panel |= {"bars": bars, "x": axis, "digits": 6}
    spec = {
        "title": "", "controls": [], "start": {}, "rows": [[panel, panel]], "status": [],
        "captions": {"by": [], "texts": [""]}, "arrays": {"n": {"start": 0, "shape": [3]}},
    }  # fmt: skip
    numbers = base64.b64encode(np.array([10, 99.987, 87654], dtype="<f4")).decode()
    show(page, {"spec": spec, "picks": {}, "alt": "", "data": {"base64": numbers}})
    ends = {}
    for text, left, right, wide in page.evaluate("texts"):
        if text:
            ends.setdefault(text, []).append((left, right, wide))
    assert set(ends) == {"10", "99.987", "87654"}
    for places in ends.values():
        (_, first, wide), (second, last, _) = sorted(places)[0], sorted(places)[-1]
        assert first < wide / 2 < second < last < wide
    (left, _, wide), *_ = ends["10"]
    assert left > 0.1 * (wide / 2 - 35)  # where there is room, beyond its bar
