"""The book: lessons as stored, whose formulas and search need no network and no script's host."""

import pytest
from lab import chromium

from course_lib import LESSONS
from course_lib.instructor.authoring.build import ROOT
from course_lib.instructor.classroom import pages, site
from course_lib.instructor.handout.release import secrets_in


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    site.build(folder)
    return folder


def test_no_page_holds_a_line_of_an_answer(built):
    assert secrets_in(built) == []
    for path in built.rglob("*.html"):
        text = path.read_text("utf-8")
        for secret in ("BEGIN SOLUTION", "BEGIN HIDDEN", "solutions.updates", str(ROOT)):
            assert secret not in text, path


@pytest.mark.needs("chromium")
def test_each_page_is_whole_without_a_network(built, tmp_path):
    with chromium(tmp_path / "profile") as browser:
        page = browser.new_page()
        wrong, asked = [], []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        page.on("request", lambda request: asked.append(request.url))
        for lesson in LESSONS:
            page.goto(f"{built.as_uri()}/book/{lesson}.html")
            assert pages.lesson_title(lesson) in page.locator("h1").inner_text()
            assert page.locator("math").count() > 3
            assert page.locator("img:not([alt])").count() == 0
        page.goto(f"{built.as_uri()}/book/search.html?q=bias+correction")
        page.locator("#search-results a", has_text="Adam: momentum").first.wait_for()

        page.goto(f"{built.as_uri()}/index.html")
        page.wait_for_function("document.querySelector('input[name=step]').value > 3")
        assert page.locator(".lessons a").count() == len(LESSONS)
        for width in (390, 1366, 1920):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert wrong == []
        outside = [url for url in asked if not url.startswith(("file:", "data:", "blob:"))]
        assert outside == []
