"""A release: an ordinary nbgrader course folder, self-contained, and nothing in it gives away."""

import json
import shutil
import subprocess
import sys
import sysconfig
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import nbformat
import pytest
from clones import ROOT
from nbgrader.api import Gradebook

from course_lib import LESSONS, CourseError
from course_lib.instructor.authoring import build
from course_lib.instructor.handout.release import new_term, open_course, release, secrets_in

LESSON = "02_adagrad"


@pytest.fixture(scope="module")
def first_release(tmp_path_factory):
    """Release the lesson once; each test gets a copy of the course folder."""
    folder = tmp_path_factory.mktemp("release") / "course"
    list(release([LESSON], folder))
    return folder


@pytest.fixture
def course(first_release, tmp_path):
    return Path(shutil.copytree(first_release, tmp_path / "course"))


@pytest.fixture
def ours(clone, monkeypatch):
    """Release from a copy of the course that a test may change."""
    monkeypatch.setattr(build, "ROOT", clone.root)
    monkeypatch.setattr(build, "SOLUTIONS", clone.root / "solutions")
    monkeypatch.setattr(build, "NOTEBOOKS", clone.root / "notebooks")
    monkeypatch.setattr(build, "UPDATES", clone.root / "course_lib" / "updates")
    return clone.root


def contents(folder):
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def nbgrader(*args, cwd):
    """Run a command of nbgrader's own, as an instructor types it."""
    program = Path(sysconfig.get_path("scripts")) / "nbgrader"
    done = subprocess.run([program, *args], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stderr


def set_due(course, lesson, date):
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        gradebook.update_or_create_assignment(lesson, duedate=date)


# What is released


def test_the_course_folder_is_an_ordinary_one(course):
    assert {p.name for p in course.iterdir()} == {
        "nbgrader_config.py",
        "source",
        "release",
        "gradebook.db",
    }
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        notebook = gradebook.find_notebook(LESSON, LESSON)
        assert {cell.name for cell in notebook.grade_cells} >= {"adagrad_update"}
    nbgrader("generate_assignment", LESSON, "--force", cwd=course)
    assert secrets_in(course / "release" / LESSON) == []


def test_a_released_folder_is_self_contained(course):
    folder = course / "release" / LESSON
    assert {p.name for p in folder.iterdir()} == {f"{LESSON}.ipynb", "course_lib"}
    code = (
        "import sys; sys.path = [p for p in sys.path if p == '' or 'packages' in p or 'lib/' in p];"
        "import course_lib, course_lib.workspace, course_lib.checks, course_lib.training;"
        "import course_lib.figures, course_lib.widgets, course_lib.updates.adagrad;"
        "print(course_lib.__file__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True
    )
    assert Path(done.stdout.strip()).parent == folder / "course_lib"


def test_a_released_notebook_is_the_notebook_of_the_course(course):
    """The stored outputs come along, so that a lesson reads well before it is run."""
    released = nbformat.read(course / "release" / LESSON / f"{LESSON}.ipynb", as_version=4)
    ours = nbformat.read(ROOT / "notebooks" / f"{LESSON}.ipynb", as_version=4)
    assert released.cells == ours.cells
    assert any(cell.get("outputs") for cell in released.cells)


def test_nothing_that_is_released_gives_anything_away(course):
    """Looked for by hand, apart from the release's own search."""
    folder = course / "release" / LESSON
    text = "\n".join(p.read_text("utf-8", "replace") for p in folder.rglob("*") if p.is_file())
    for word in ("BEGIN SOLUTION", "END SOLUTION", "HIDDEN TESTS", "MARK SCHEME"):
        assert word not in text
    assert "grading.hidden" not in text
    assert "v + grad**2" not in text
    assert not list(folder.rglob("instructor")) + list(folder.rglob("solutions"))
    assert not list(folder.rglob("*.pyc"))
    source = build.read_lesson(LESSON)
    answers = [
        line
        for cell in source.cells
        if cell.metadata.get("nbgrader", {}).get("solution") and cell.cell_type == "code"
        for line in cell.source.splitlines()[2:-1]
    ]
    assert answers
    for line in answers:
        assert json.dumps(line)[1:-1] not in text


@pytest.mark.parametrize("lesson", build.lesson_names())
def test_no_lesson_gives_a_solution_of_the_course_away(hand_out, lesson):
    assert secrets_in(hand_out(lesson)) == []


LEAKS = {
    "a marker": ("course_lib/figures.py", "### BEGIN SOLUTION\n", "the marker"),
    "a misspelt marker": ("course_lib/figures.py", "    ### BEGIN SOLUTOIN\n", "the marker"),
    "a solution": ("course_lib/notes.txt", "w = w - lr / np.sqrt(v+eps) * grad", "the line"),
    "a hidden test": (
        "course_lib/data/x.py",
        "from course_lib.instructor.grading.hidden import grade\n",
        "the line",
    ),
    "the graders' part": ("course_lib/instructor/x.py", "", "which is for instructors"),
    "a compiled module": ("course_lib/updates/adagrad.pyc", "", "which is for instructors"),
}


@pytest.mark.parametrize("file, text, said", LEAKS.values(), ids=LEAKS)
def test_what_gives_something_away_is_found(course, file, text, said):
    folder = course / "release" / LESSON
    assert secrets_in(folder) == []
    path = folder / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(text + (path.read_text() if path.exists() else ""))
    (found,) = secrets_in(folder)
    assert file in found
    assert said in found


def test_a_hidden_test_that_nothing_marks_is_found(course):
    path = course / "release" / LESSON / f"{LESSON}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[-1].source += "\nfrom course_lib.instructor import hidden"
    nbformat.write(notebook, path)
    assert secrets_in(path.parent) == [f"{LESSON}.ipynb uses course_lib.instructor"]


def test_a_release_that_gives_something_away_fails_and_the_one_before_stays(course, ours):
    before = contents(course / "release") | contents(course / "source")
    (ours / "course_lib" / "notes.txt").write_text("w = w - lr / np.sqrt(v + eps) * grad")
    with pytest.raises(CourseError, match="not released, for it gives away: course_lib/notes.txt"):
        list(release([LESSON], course))
    assert contents(course / "release") | contents(course / "source") == before


# Releasing again


def test_releasing_twice_loses_no_submission_and_no_grade(course, tmp_path):
    submitted = course / "submitted" / "alice" / LESSON
    shutil.copytree(course / "release" / LESSON, submitted)
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        gradebook.add_student("alice")
        gradebook.add_submission(LESSON, "alice")
        grade = gradebook.find_grade("adagrad_update", LESSON, LESSON, "alice")
        grade.manual_score = 1.5
        gradebook.db.commit()
    before = contents(course / "submitted")
    list(release([LESSON], course))
    assert contents(course / "submitted") == before
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        grade = gradebook.find_grade("adagrad_update", LESSON, LESSON, "alice")
        assert grade.manual_score == 1.5
    assert secrets_in(course / "release" / LESSON) == []


def test_graded_cells_that_come_or_go_after_grading_stop_a_release(course, ours):
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        gradebook.add_student("alice")
        gradebook.add_submission(LESSON, "alice")
    before = contents(course / "release") | contents(course / "source")
    path = ours / "solutions" / "lessons" / f"{LESSON}.md"
    text = path.read_text("utf-8")
    assert text.count("grade_id: adagrad_update\n") == 1
    path.write_text(text.replace("grade_id: adagrad_update\n", "grade_id: renamed\n"), "utf-8")
    with pytest.raises(CourseError, match="02_adagrad stays as it was released"):
        list(release([LESSON], course))
    assert contents(course / "release") | contents(course / "source") == before
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        assert gradebook.find_grade("adagrad_update", LESSON, LESSON, "alice")


def test_a_source_that_was_changed_by_hand_is_kept(course):
    path = course / "source" / LESSON / f"{LESSON}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[0].source = "# My own title"
    nbformat.write(notebook, path)
    mine = path.read_bytes()
    list(release([LESSON], course))
    assert path.read_bytes() != mine
    assert (course / "replaced" / f"{LESSON}-1.ipynb").read_bytes() == mine


# References of lessons that are due


def kinds(folder):
    record = json.loads((folder / "course_lib" / "updates" / "released.json").read_text())
    return {name for name, entry in record.items() if entry["kind"] == "reference"}


def test_references_of_lessons_that_are_due_ship_with_the_next_release(course):
    set_due(course, "01_adaptive_rates", "2020-01-01 00:00:00 UTC")
    set_due(course, "05_adam", "2999-01-01 00:00:00 UTC")
    set_due(course, LESSON, "2020-01-01 00:00:00 UTC")
    (said,) = release([LESSON], course)
    folder = course / "release" / LESSON
    assert said.endswith("with the reference of adaptive.")
    assert kinds(folder) == {"adaptive"}  # its own stays blank, even when it is due
    code = "from course_lib.updates.adaptive import sgd_update as f; print(f(1.0, .25, lr=2.0))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True
    )
    assert done.stdout == "0.5\n"
    assert "###" not in (folder / "course_lib" / "updates" / "adaptive.py").read_text()


def test_the_policy_can_keep_references_back(course):
    set_due(course, "01_adaptive_rates", "2020-01-01 00:00:00 UTC")
    with (course / "nbgrader_config.py").open("a") as config:
        config.write("c.Release.ship_due_references = False\n")
    list(release([LESSON], course))
    assert kinds(course / "release" / LESSON) == set()


def with_locks(folder):
    stored = (folder / "course_lib" / "checks" / "answers").glob("*.json")
    return {path.stem for path in stored if "locks" in path.read_text("utf-8")}


def test_no_answer_is_released_before_its_lesson_is_due_unless_the_policy_says_so(course):
    folder = course / "release" / LESSON
    assert with_locks(folder) == {"08_after_adam"}  # it is optional, and has no marks
    set_due(course, LESSON, "2020-01-01 00:00:00 UTC")
    set_due(course, "05_adam", "2999-01-01 00:00:00 UTC")
    list(release([LESSON], course))
    assert with_locks(folder) == {"08_after_adam", LESSON}
    with (course / "nbgrader_config.py").open("a") as config:
        config.write("c.Release.answer_feedback = True\n")
    list(release([LESSON], course))
    assert with_locks(folder) == set(LESSONS)


def test_a_shipped_reference_is_not_taken_for_a_leak_but_others_are(course):
    set_due(course, "05_adam", "2020-01-01 00:00:00 UTC")
    list(release([LESSON], course))
    folder = course / "release" / LESSON
    assert secrets_in(folder, ["adam"]) == []
    assert any("updates/adam.py" in found for found in secrets_in(folder))


# Folders that are none


def test_a_folder_that_is_neither_empty_nor_a_course_is_refused(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(CourseError, match="is neither empty nor a course folder"):
        list(release([LESSON], tmp_path))
    assert contents(tmp_path) == {Path("thesis.txt"): b"mine"}


def test_an_empty_folder_becomes_a_course_folder(tmp_path):
    folder, config = open_course(tmp_path, make=True)
    assert [path.name for path in folder.iterdir()] == ["nbgrader_config.py"]
    assert config.CourseDirectory.root == str(tmp_path)


def test_the_course_itself_is_no_course_folder():
    with pytest.raises(CourseError, match="is the course itself"):
        open_course(ROOT, make=True)


def test_a_file_is_no_course_folder(tmp_path):
    (tmp_path / "course").write_text("")
    with pytest.raises(CourseError, match="is a file"):
        open_course(tmp_path / "course", make=True)


def test_a_configuration_that_cannot_be_read_is_said(course):
    (course / "nbgrader_config.py").write_text("c.X = (")
    with pytest.raises(CourseError, match=r"nbgrader_config.py cannot be read: .*never closed"):
        list(release([LESSON], course))


def test_an_unknown_lesson_makes_no_folder(tmp_path):
    with pytest.raises(CourseError, match="There is no lesson 02_adagrid; did you mean 02_adagrad"):
        list(release(["02_adagrid"], tmp_path / "course"))
    assert not (tmp_path / "course").exists()


def test_a_notebook_that_is_out_of_date_is_not_released(ours, tmp_path):
    path = ours / "solutions" / "lessons" / f"{LESSON}.md"
    path.write_text(path.read_text("utf-8") + "\nA last word.\n", "utf-8")
    with pytest.raises(CourseError, match="run course build"):
        list(release([LESSON], tmp_path / "course"))
    assert not (tmp_path / "course").exists()


# A new term


def test_a_new_term_releases_every_lesson_with_its_due_date(tmp_path):
    lines = list(new_term(tmp_path / "term", datetime(2027, 2, 5), 7))
    assert len(lines) == len(LESSONS)
    assert lines[1].endswith("Due 2027-02-12 23:59.")
    with Gradebook(f"sqlite:///{tmp_path}/term/gradebook.db") as gradebook:
        due = {a.name: a.duedate.replace(tzinfo=UTC).astimezone() for a in gradebook.assignments}
    assert list(due) == list(LESSONS)
    days = [
        (date.replace(tzinfo=None) - datetime(2027, 2, 5, 23, 59)).days for date in due.values()
    ]
    assert days == [7 * number for number in range(len(LESSONS))]
    assert {p.name for p in (tmp_path / "term" / "release").iterdir()} == set(LESSONS)


def test_a_term_of_some_lessons(tmp_path):
    lessons = ["03_rmsprop", "02_adagrad"]
    lines = list(new_term(tmp_path / "term", datetime(2027, 2, 5), 7, lessons))
    assert [line.split()[1] for line in lines] == ["02_adagrad", "03_rmsprop"]
    assert [line[-17:-7] for line in lines] == ["2027-02-05", "2027-02-12"]
    assert {path.name for path in (tmp_path / "term" / "release").iterdir()} == {*lessons}


def test_no_half_made_term_is_left(tmp_path, monkeypatch):
    def fails(*_):
        raise CourseError("no")

    monkeypatch.setattr("course_lib.instructor.handout.release._generate", fails)
    with pytest.raises(CourseError, match="no"):
        list(new_term(tmp_path / "term", datetime(2027, 2, 5), 7, ["02_adagrad"]))
    assert list(tmp_path.iterdir()) == []


def test_a_due_date_in_the_past_is_asked_about(tmp_path):
    folder = tmp_path / "term"
    arguments = ["new-term", folder, "--first-due", "2020-02-05", "--lessons", LESSON]
    command = [sys.executable, "-P", "-m", "course_lib", *map(str, arguments)]
    run = partial(subprocess.run, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    done = run(command, check=False)
    assert done.returncode == 2 and "2020-02-05 is in the past" in done.stderr
    assert not folder.exists()
    assert run([*command, "--yes"], check=True) and folder.exists()


def test_a_new_term_never_writes_into_an_old_one(course):
    before = contents(course)
    with pytest.raises(CourseError, match="not empty: a new term needs a new folder"):
        list(new_term(course, datetime(2027, 2, 5), 7))
    assert contents(course) == before
