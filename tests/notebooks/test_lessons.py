"""What holds for every lesson: its form, its marks, and that nothing is missing."""

import itertools
import re
import tomllib
from pathlib import Path

import jupytext
import pytest
from lessons import NAMES, exercises, graded, stored

from course_lib.instructor.authoring import build

COVERAGE = tomllib.loads((Path(__file__).parent / "coverage.toml").read_text("utf-8"))
POINTS = {
    "01_adaptive_rates": 14,
    "02_adagrad": 14,
    "03_rmsprop": 14,
    "04_adadelta": 14,
    "05_adam": 15,
    "06_adamax_nadam": 15,
    "07_schedules": 14,
    "08_after_adam": 0,
}
WITH_POINTS = [name for name in POINTS if POINTS[name]]
every_lesson = pytest.mark.parametrize("name", NAMES)
# A lesson that is added has the form of these, and is free in what it asks.
every_lesson_of_the_course = pytest.mark.parametrize("name", POINTS)


def tags(name):
    return {tag for cell in build.read_lesson(name).cells for tag in cell.metadata.get("tags", ())}


@pytest.mark.parametrize(
    "item, place", [(*pair,) for table in COVERAGE.values() for pair in table.items()]
)
def test_every_item_of_the_notes_has_its_place(item, place):
    lesson, tag = place.split()
    assert tag in tags(lesson), f"{item} points to {place}, and no cell there has that tag"


def test_no_item_of_the_notes_is_missing():
    assert set(COVERAGE["items"]) == {str(n) for n in range(1, 69)}
    numbers = "1 1b 1c 2 2b 3 4 5 6 6b 6c 6d 7 7b 7c 8 9 10 10b 11 12 13 14 15 16 17 18"
    assert set(COVERAGE["errors"]) == {f"E{n}" for n in numbers.split()}


@every_lesson
def test_no_cell_is_longer_than_twenty_lines(name):
    long = [cell.source for cell in stored(name).cells if len(cell.source.splitlines()) > 20]
    assert not long


@every_lesson
def test_headings_go_down_one_level_at_a_time(name):
    text = "\n".join(cell.source for cell in stored(name).cells if cell.cell_type == "markdown")
    text = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    levels = [len(marks) for marks in re.findall(r"^(#+) ", text, re.MULTILINE)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


@every_lesson
def test_every_stored_picture_says_what_it_shows(name):
    outputs = [o for cell in stored(name).cells for o in cell.get("outputs", [])]
    pictures = [o for o in outputs if "image/png" in o.get("data", {})]
    assert pictures
    for output in pictures:
        alt = output.metadata["image/png"]["alt"]
        assert len(alt.split()) >= 8
        assert output.data["text/plain"] == alt
        assert re.match(r'<img alt="[^"]+" src="data:image/png', output.data["text/html"])


@every_lesson
def test_cells_that_check_or_hold_answers_store_nothing(name):
    notebook = stored(name)
    for cell in graded(notebook, "grade") + graded(notebook, "solution"):
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


@every_lesson
def test_every_other_cell_shows_that_it_has_run(name):
    notebook = stored(name)
    untold = {cell.id for kind in ("grade", "solution") for cell in graded(notebook, kind)}
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.id not in untold:
            assert cell.execution_count
            assert not any(o.output_type in ("error", "stderr") for o in cell.outputs)


@every_lesson
def test_nothing_in_a_students_notebook_gives_an_answer_away(name):
    text = (build.NOTEBOOKS / f"{name}.ipynb").read_text("utf-8")
    for word in ("HIDDEN TESTS", "SOLUTION", "MARK SCHEME", "course_lib.instructor", "solutions"):
        assert word not in text


@every_lesson
def test_points_stand_at_the_exercise_at_a_glance_and_in_the_metadata_alike(name):
    notebook = stored(name)
    metadata = [cell.metadata.nbgrader.points for cell in graded(notebook, "grade")]
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    at_exercise = [
        int(n) for n in re.findall(r"^\*\d+ minutes · .* · (\d+) points?", text, re.MULTILINE)
    ]
    at_a_glance = [int(n) for n in re.findall(r"^\| \d+\. .*\| (\d+) \|$", text, re.MULTILINE)]
    assert metadata == at_exercise == at_a_glance


@every_lesson_of_the_course
def test_the_points_of_a_lesson_add_up(name):
    points = [cell.metadata.nbgrader.points for cell in graded(stored(name), "grade")]
    assert sum(points) == POINTS[name]


def test_the_points_of_the_course_add_up_to_100():
    assert sum(POINTS.values()) == 100


@every_lesson
def test_exercises_are_numbered_named_at_a_glance_and_told_with_minutes_and_difficulty(name):
    text = "\n".join(c.source for c in stored(name).cells if c.cell_type == "markdown")
    headings = re.findall(
        r"^#+ (?:\d+\. )?Exercise (\d+)( \(optional\))?: (.+)$", text, re.MULTILINE
    )
    rows = re.findall(r"^\| (\d+)\. ([^|]+?)( \(optional\))? \|", text, re.MULTILINE)
    assert [int(number) for number, _, _ in headings] == list(range(1, len(headings) + 1))
    assert [(number, optional) for number, optional, _ in headings] == [
        (number, optional) for number, _, optional in rows
    ]
    assert name not in POINTS or [bool(optional) for _, optional, _ in headings].count(True) == 1
    told = re.findall(
        r"Exercise \d+.*\n\n\*\d+ minutes · (?:easy|medium|harder) · (?:\d+|no) points?", text
    )
    assert len(told) == len(headings)


@every_lesson_of_the_course
def test_a_lesson_has_a_live_view_and_an_answer_to_be_found_with_it(name):
    cells = build.read_lesson(name).cells
    views = [n for n, cell in enumerate(cells) if cell.source.startswith("widgets.show(")]
    views += [n for n, cell in enumerate(cells) if "\nwidgets.show(" in cell.source]
    answers = [n for n, cell in enumerate(cells) if "answer" in cell.metadata.get("tags", ())]
    assert views
    assert any(0 < n - view <= 3 for view in views for n in answers)
    for view in views:
        assert "live-view" in cells[view].metadata.tags


@every_lesson
def test_minutes_stand_at_the_exercise_and_at_a_glance_alike(name):
    text = "\n".join(c.source for c in stored(name).cells if c.cell_type == "markdown")
    at_exercise = re.findall(r"^\*(\d+) minutes · ", text, re.MULTILINE)
    at_a_glance = re.findall(r"^\| \d+\. .*\| (\d+) \| [^|]+ \| \S+ \|$", text, re.MULTILINE)
    assert at_exercise == at_a_glance
    (total,) = re.findall(r"^\*\*It takes\*\* about (\d+) minutes", text, re.MULTILINE)
    assert 45 <= int(total) <= (100 if name == "08_after_adam" else 80)  # optional, in parts


@every_lesson_of_the_course
def test_a_lesson_has_each_kind_of_task(name):
    notebook = stored(name)
    manual = [c for c in graded(notebook, "grade") if c.metadata.nbgrader.solution]
    answers = [c for c in graded(notebook, "solution") if not c.metadata.nbgrader.grade]
    assert len(exercises(name)) >= 2
    assert len(answers) >= 3  # two explorations, and an error to be spotted
    assert len(manual) == (name in WITH_POINTS)
    assert {"prediction", "overview", "necessary", "return", "optional", "next", "sources"} <= tags(
        name
    )


@every_lesson
def test_check_cells_carry_their_tags(name):
    for cell in graded(stored(name), "grade"):
        if cell.cell_type == "code":
            # What is not right yet does not stop "run all cells".
            wanted = {"check", "nbval-ignore-output", "raises-exception"}
            assert wanted <= set(cell.metadata.tags)


@pytest.mark.parametrize("name", WITH_POINTS)
def test_rubrics_are_in_the_instructors_copy_alone(name):
    (cell,) = (c for c in graded(build.read_lesson(name), "grade") if c.cell_type == "markdown")
    assert "**Marks.**" in cell.source
    text = "\n".join(c.source for c in stored(name).cells)
    assert "**Marks.**" not in text


@every_lesson
def test_the_master_survives_a_round_trip_through_jupyter(name):
    text = (build.SOLUTIONS / "lessons" / f"{name}.md").read_text("utf-8")
    written = jupytext.writes(jupytext.reads(text, "md:myst"), "md:myst")
    assert re.sub(r"^ *jupytext_version: .*\n", "", written, flags=re.MULTILINE) == text
