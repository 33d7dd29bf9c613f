"""What is handed back: a page for everybody, which asks nobody for anything and covers nothing."""

import time

import nbformat
import programs
import pytest
from bs4 import BeautifulSoup
from handing_in import ANSWERS, BY_TESTS, LESSON, RIGHT, hand_in, hand_in_right
from test_loop import nbgrader
from test_misuse import run

from course_lib.instructor.grading import batch, feedback, pages

pytestmark = [pytest.mark.needs("bubblewrap"), pytest.mark.timeout(900)]


def add(folder, *cells):
    """Add cells to a submitted notebook."""
    path = folder / f"{LESSON}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells += cells
    nbformat.write(notebook, path)


def text(source):
    return nbformat.v4.new_markdown_cell(source)


def page(course, student):
    return course / "feedback" / student / LESSON / f"{LESSON}.html"


def test_what_a_student_hands_in_keeps_no_page_from_anybody_and_nothing_else_is_returned(course):
    hand_in_right(course, "ada")
    folder = hand_in_right(course, "folder")
    (folder / f"{LESSON}.html").mkdir()
    (folder / f"{LESSON}.html" / "x").write_text("x")
    (folder / "index.html").write_text("<script>alert(1)</script>")
    marker = hand_in(course, "marker", modules={"adagrad.py": RIGHT}, answers=ANSWERS)
    add(marker, nbformat.v4.new_code_cell("### BEGIN HIDDEN TESTS\nmine = 1"))
    add(marker, text("### BEGIN HIDDEN TESTS\n### BEGIN HIDDEN TESTS"))
    nested = hand_in(course, "nested", modules={"adagrad.py": RIGHT}, answers=ANSWERS)
    add(nested, text(">" * 9000 + " deep"), text("![a][b]\n\n[b]: attachment:'x'"))
    batch.grade(LESSON, course)
    done = run("feedback", LESSON, "--course", course)
    assert done.returncode == 0, done.stdout + done.stderr
    for student in ("ada", "folder", "marker", "nested"):
        assert f"Score: {BY_TESTS:.1f} / 14.0" in page(course, student).read_text("utf-8")
        assert "grade_answer" not in page(course, student).read_text("utf-8")
    assert "mine" in page(course, "marker").read_text("utf-8")
    returned = {path.name for path in (course / "feedback" / "folder" / LESSON).rglob("*")}
    assert returned <= {f"{LESSON}.html", "timestamp.txt"}
    # nbgrader typed by hand cleans up what it copies.
    (course / "autograded" / "ada" / LESSON / "index.html").write_text("x")
    nbgrader("generate_feedback", LESSON, "--force", "--student=ada", folder=course)
    returned = {path.name for path in (course / "feedback" / "ada" / LESSON).rglob("*")}
    assert returned <= {f"{LESSON}.html", "timestamp.txt"}
    assert pages.POLICY.replace("'", "&#x27;") in (
        page(course, "ada").read_text("utf-8").replace("'", "&#x27;")
    )


def test_who_is_left_out_is_told_with_the_reason_and_the_command_ends_with_1(course):
    hand_in_right(course, "ada")
    hand_in_right(course, "bob")
    batch.grade(LESSON, course)
    hand_in_right(course, "late")
    graded = course / "autograded" / "bob" / LESSON / f"{LESSON}.ipynb"
    graded.chmod(0o644)
    graded.write_text("{")
    done = run("feedback", LESSON, "--course", course)
    assert done.returncode == 1
    ada, bob, late = done.stdout.splitlines()
    assert ada == f"Wrote {page(course, 'ada')}."
    assert bob.startswith("No feedback for bob: ")
    assert late == "No feedback for late: it is not graded; run course grade again."
    assert "Traceback" not in done.stdout + done.stderr


# Each takes the longer the more of it there is; some took time with the square of their length.
LONG = {
    "tags": "<div>",
    "details": "<details>",
    "brackets": "[",
    "stars": "*a ",
    "formulas": "\\\\(",
    "environments": "\\begin{a}",
    "fractions": "$\\frac",
    "cells of a table": "|a",
}


@pytest.mark.parametrize("name", LONG)
def test_the_time_of_a_page_is_bounded(name):
    """A long text is shown as it was typed, and no more of it than a page holds."""
    for length in (pages.MAX_MARKDOWN, 2_000_000):
        source = (LONG[name] * length)[:length]
        notebook = nbformat.v4.new_notebook(cells=[text(source) for _ in range(3)])
        bounded, _ = pages.Bounded().preprocess(notebook, {})
        assert sum(len(cell.source) for cell in bounded.cells) < pages.MAX_TEXT + 1000
        start = time.process_time()
        shown = pages.students(pages.markdown({}, bounded.cells[0].source))
        assert time.process_time() - start < 5  # the processor's seconds; it takes .3 at most
        if length > pages.MAX_MARKDOWN:
            assert shown.startswith("<pre>") and "are not shown" in shown


OVERLAY = """\
<div class="navbar-fixed-top" style="position:fixed;top:0;z-index:9">Score: 14.0 / 14.0</div>
<p class="navbar-fixed-top" id="toc">Score: 14.0 / 14.0</p>
<p style="margin-top:-900px;background:url(http://{to}/a)">Score: 14.0 / 14.0</p>
<img src="http://{to}/b"> ![c](http://{to}/c) <table background="http://{to}/d"><tr><td>e</table>
<style>@import url(http://{to}/f); body {{ display: none }}</style>
<link rel="stylesheet" href="http://{to}/g"> <iframe src="http://{to}/h"></iframe>
<meta http-equiv="refresh" content="0;url=http://{to}/i"> <base href="http://{to}/">
<svg><image href="http://{to}/j" /></svg> <video src="http://{to}/k" autoplay></video>
<script>fetch("http://{to}/l")</script> <form action="http://{to}/m"><button>Go</button></form>
<math><mtext><table><mglyph><style><img src="http://{to}/n"></style></mglyph></table></mtext></math>

$\\hspace{{-60em}}\\href{{http://{to}/o}}{{x}} \\frac{{1}}{{2}}$
"""


@pytest.mark.needs("chromium")
def test_in_a_browser_no_request_leaves_and_nothing_covers_the_score(course):
    """Tried in Chromium: with what an attacker writes in each kind of cell."""
    from playwright.sync_api import sync_playwright

    folder = hand_in(course, "eve", modules={"adagrad.py": RIGHT}, answers=ANSWERS)
    attack = OVERLAY.format(to="203.0.113.1")
    path = folder / f"{LESSON}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "explain":
            cell.source = attack
    raw = nbformat.v4.new_raw_cell(attack)
    raw.metadata["raw_mimetype"] = "text/html"
    code = nbformat.v4.new_code_cell("1", outputs=[nbformat.v4.new_output(
        "display_data", {"text/html": attack, "image/svg+xml": attack}
    )])  # fmt: skip
    notebook.cells += [text(attack), text(attack.replace("\n", "\n\n")), raw, code]
    nbformat.write(notebook, path)
    batch.grade(LESSON, course)
    [told] = feedback.feedback(LESSON, course)
    assert not told.problem
    asked = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=programs.chromium(), args=["--no-sandbox"]
        )
        tab = browser.new_page()
        tab.on("request", lambda request: asked.append(request.url))
        tab.goto(told.path.as_uri())
        tab.wait_for_timeout(500)
        outside = [url for url in asked if not url.startswith(("file://", "data:"))]
        assert outside == []
        # Nothing of a cell leaves the box of all cells, and what is seen at the score is the score.
        found = tab.evaluate("""() => {
            const box = document.querySelector('#notebook-container').getBoundingClientRect()
            const strays = [...document.querySelectorAll('#notebook-container *')].filter((e) => {
                const own = e.getBoundingClientRect(), style = getComputedStyle(e)
                return own.height && (own.top < box.top - 1 || own.left < box.left - 1
                    || ['fixed', 'absolute', 'sticky'].includes(style.position))
            }).map((e) => e.outerHTML.slice(0, 200))
            const head = document.querySelector('h4'), at = head.getBoundingClientRect()
            const top = document.elementFromPoint(at.left + 20, at.top + at.height / 2)
            return {strays, seen: top === head || head.contains(top), head: head.textContent,
                formulas: document.querySelectorAll('math mfrac').length,
                scripts: document.scripts.length}
        }""")
        browser.close()
    assert found["strays"] == [] and found["seen"] and found["scripts"] == 0
    assert f"Score: {BY_TESTS:.1f} / 14.0" in found["head"]
    assert found["formulas"] > 5


def test_the_formgraders_pages_are_as_harmless(course):
    """The formgrader makes its pages with the same filters, from the same configuration."""
    from nbconvert.exporters import HTMLExporter

    from course_lib.instructor.handout.release import open_course

    _, config = open_course(course)
    notebook = nbformat.v4.new_notebook(cells=[text(OVERLAY.format(to="203.0.113.1"))])
    shown, _ = HTMLExporter(config=config).from_notebook_node(notebook)
    [cell] = BeautifulSoup(shown, "html.parser").select(".jp-MarkdownOutput, .text_cell_render")
    attributes = {name for tag in cell.find_all(True) for name in tag.attrs}
    assert attributes <= {"href", "rel", "alt", "title", "display", "stretchy", "width", "fence"}
    assert not cell.find_all(["script", "style", "link", "iframe", "meta", "base", "form", "svg"])
