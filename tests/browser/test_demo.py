"""The classroom of `course demo`: every scene opens as it is told and obeys the keys."""

import re
import socket
import subprocess
import sys

import pytest
from lab import ROOT, chromium, classroom

from course_lib import LESSONS
from course_lib.instructor.authoring.build import lesson_names, read_lesson
from course_lib.instructor.classroom.demo import SCENES
from course_lib.widgets.gallery import GALLERY

GUIDE = (ROOT / "docs" / "views.md").read_text("utf-8")


@pytest.mark.parametrize("name", SCENES)
def test_a_scene_opens_with_its_controls_where_it_wants_them(name):
    scene = SCENES[name]
    view = scene.open()
    for control, text in scene.controls.items():
        assert view.control(control)["texts"][view.picks[control]] == text
    assert view.first == view.picks == view.spec["start"]
    assert view.spec["title"]


def test_the_scenes_follow_the_lessons_and_show_every_view():
    lessons = [scene.lesson for scene in SCENES.values()]
    assert lessons == sorted(lessons)
    assert set(lessons) == set(LESSONS)
    assert {scene.view for scene in SCENES.values()} == set(GALLERY)


@pytest.mark.parametrize("name", lesson_names())
def test_each_live_view_of_a_lesson_has_a_scene(name):
    calls = re.findall(
        r"widgets\.(?!show)(\w+)\(", "\n".join(c.source for c in read_lesson(name).cells)
    )
    shown = {type(s.open()).__name__.lower() for s in SCENES.values() if s.lesson == name}
    opened = {GALLERY[s.view].__code__.co_names for s in SCENES.values() if s.lesson == name}
    assert set(calls) <= {word for names in opened for word in names}, shown


@pytest.mark.parametrize("name", SCENES)
def test_the_guide_links_each_scene(name):
    assert f"http://127.0.0.1:8866/?scene={name}" in GUIDE


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with classroom(tmp_path_factory.mktemp("classroom")) as address:
        yield address


@pytest.mark.needs("chromium")
def test_a_lecture_by_keys_alone(address, tmp_path):
    first, second, *_ = SCENES
    with chromium(tmp_path / "profile") as browser:
        page = browser.new_page()
        failed, asked = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: failed.append(str(error)))

        page.goto(address)
        ready(page, "Adaptive learning rates: the views")
        assert page.locator(".classroom li").count() == len(SCENES)

        page.keyboard.press("PageDown")
        page.wait_for_url(f"**/?scene={first}")
        ready(page, SCENES[first].title)
        assert page.locator(".jp-InputArea:visible").count() == 0  # no code
        step = page.locator('input[name="step"]')
        page.keyboard.press("r")
        page.keyboard.press(" ")
        page.wait_for_function("document.querySelector('input[name=step]').value > 3")
        page.keyboard.press(" ")
        stopped = step.input_value()
        page.keyboard.press("r")
        assert step.input_value() == str(SCENES[first].open().first["step"]) != stopped

        page.keyboard.press("n")
        page.wait_for_url(f"**/?scene={second}")
        ready(page, SCENES[second].title)
        view = SCENES[second].open()
        assert page.locator('input[name="lr"]').input_value() == str(view.first["lr"])
        page.locator('input[name="lr"]').press("ArrowLeft")
        assert page.locator('input[name="lr"]').input_value() == str(view.first["lr"] - 1)
        page.keyboard.press("r")
        assert page.locator('input[name="lr"]').input_value() == str(view.first["lr"])

        page.keyboard.press("PageUp")
        page.wait_for_url(f"**/?scene={first}")
        page.goto(f"{address}?scene=<b>nowhere")
        ready(page, "There is no scene <b>nowhere.")
        assert failed == []
        elsewhere = [url for url in asked if not url.startswith((address, "blob:", "data:"))]
        assert elsewhere == []  # a lecture hall may have no network


def ready(page, text):
    """Wait until a page shows a text, its view if it has one, and listens to keys."""
    page.locator(".classroom", has_text=text).wait_for()
    if "scene=" in page.url and "nowhere" not in page.url:
        page.locator(".alr-view canvas").wait_for()
    page.wait_for_function("document.body.dataset.keys === 'heard'")


@pytest.mark.full
@pytest.mark.needs("chromium")
@pytest.mark.timeout(900)
def test_every_scene_shows_in_the_browser(address, tmp_path):
    with chromium(tmp_path / "profile") as browser:
        page = browser.new_page()
        failed = []
        page.on("pageerror", lambda error: failed.append(str(error)))
        for name, scene in SCENES.items():
            page.goto(f"{address}?scene={name}")
            ready(page, scene.title)
            assert page.locator(".alr-caption").inner_text()
        assert failed == []


def test_a_port_that_is_taken_is_told_in_a_sentence():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "course_lib", "demo", "--port", str(port), "--no-browser"],
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
    assert done.returncode == 2
    assert f"port {port} is in use" in done.stderr
    assert "Traceback" not in done.stderr
