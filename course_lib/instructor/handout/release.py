"""Releases lessons into an nbgrader course folder.

nbgrader itself makes `release/LESSON` from `source/LESSON`; both hold the notebook and the
student's `course_lib`, so that whatever carries the folder carries all of it. What gives an
answer away stops a release.
"""

import contextlib
import json
import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from traitlets import Bool
from traitlets.config import Configurable
from traitlets.config.loader import PyFileConfigLoader

from course_lib import LESSONS, CourseError, instructor, nearest
from course_lib.instructor.authoring import answers, build
from course_lib.instructor.conversion import GradebookError, convert

CONFIG = """\
# A course folder of nbgrader: every nbgrader command works in here.
# The policy is the course's own; what is set below holds for this folder alone.
from pathlib import Path

import course_lib

c = get_config()  # noqa: F821
load_subconfig("nbgrader_config.py", path=str(Path(course_lib.__file__).parents[1]))  # noqa: F821

c.CourseDirectory.root = str(Path(__file__).parent)
"""
OURS = (instructor.FOLDER.name, "solutions", "mistakes")
MARKER = re.compile(r"#+ *(?:BEGIN|END) |(?:BEGIN|END) (?:SOLUTION|HIDDEN TESTS|MARK SCHEME)")


class Release(Configurable):
    """The policy of a release; set it in `nbgrader_config.py`."""

    ship_due_references = Bool(
        True,
        help="Ship the reference of other lessons whose due date has passed, so that a module "
        "that a student never wrote does not stop a later lesson.",
    ).tag(config=True)
    answer_feedback = Bool(
        False,
        help="Let `check_answer` say at once whether an answer is right, and what is wrong with a "
        "known wrong one. Lessons that are due, or without points, do so in any case.",
    ).tag(config=True)


def open_course(folder, *, make=False):
    """Read the configuration of a course folder.

    Parameters
    ----------
    folder : path
    make : bool
        Make the folder where it does not exist or is empty.

    Returns
    -------
    folder : Path
        Absolute.
    config : traitlets.config.Config
        As nbgrader reads it.

    Raises
    ------
    CourseError
        Where the folder is none of nbgrader's, or its configuration cannot be read.
    """
    folder = Path(folder).resolve()
    if (folder / "course_lib").is_dir():
        raise CourseError(f"{folder} is the course itself, not a course folder of nbgrader.")
    if folder.exists() and not folder.is_dir():
        raise CourseError(f"{folder} is a file, not a course folder.")
    if not (folder / "nbgrader_config.py").is_file():
        if not make:
            raise CourseError(f"{folder} is not a course folder: it has no nbgrader_config.py.")
        if folder.exists() and any(folder.iterdir()):
            raise CourseError(
                f"{folder} is neither empty nor a course folder: it has no nbgrader_config.py."
            )
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "nbgrader_config.py").write_text(CONFIG, "utf-8")
    try:
        config = PyFileConfigLoader("nbgrader_config.py", path=str(folder)).load_config()
    except Exception as error:  # noqa: BLE001 - a configuration is a program
        raise CourseError(f"{folder / 'nbgrader_config.py'} cannot be read: {error}.") from None
    config.CourseDirectory.root = str(folder)
    # The name that nbgrader's preprocessors take; PostgreSQL asks that all of nbgrader take one.
    config.CourseDirectory.setdefault("course_id", "default_course")
    return folder, config


def require_released(root, lesson):
    """Refuse a lesson that does not exist or is not released in a course folder."""
    known = {path.name for path in (root / "release").glob("*") if path.is_dir()}
    if lesson not in known:
        if lesson in LESSONS or not known:
            raise CourseError(f"{lesson} is not released in {root}: run course release first.")
        raise CourseError(f"There is no lesson {lesson}; did you mean {nearest(lesson, known)}?")


def release(names, folder):
    """Release lessons, and make the course folder where there is none.

    Releasing again replaces `source/LESSON` and `release/LESSON` and touches no submission and
    no grade. What a release replaces comes back where the release fails; a source notebook that
    was changed is kept in `replaced/`.

    Parameters
    ----------
    names : collection of str
        Lessons; all that are written where none is given.
    folder : path
        The course folder.

    Yields
    ------
    line : str
        What was released.

    Raises
    ------
    CourseError
        For an unknown lesson, a folder that is no course folder, a notebook that is out of date,
        graded cells that came or went after grading began, or a release that gives something
        away.
    """
    names = build.lesson_names(names)
    sources = {name: source_notebook(name) for name in names}
    folder, config = open_course(folder, make=True)
    for name, notebook in sources.items():
        references = due_references(name, config)
        source, target = folder / "source" / name, folder / "release" / name
        with _restored_on_failure(folder, source, target):
            build.copy_library(source, references)
            _take_locks_out(source, config)
            nbformat.write(notebook, source / f"{name}.ipynb")
            _generate(name, config)
            if found := secrets_in(target, references):
                raise CourseError(f"{name} is not released, for it gives away: {found[0]}.")
        given = f", with the reference of {', '.join(references)}" if references else ""
        yield f"Released {name} in {target}{given}."


def new_term(folder, first_due, days, lessons=()):
    """Make a course folder for a term, with due dates and a seed of its own, and release into it.

    A folder that holds anything is refused: the grades of another term stay as they are. The seed
    of the hidden tests is drawn anew by the first `course grade`. The folder is made beside its
    place and moved there when all is released: a half-made one is never left.

    Parameters
    ----------
    folder : path
        New or empty.
    first_due : datetime.datetime
        The day the first lesson is due; it ends at 23:59 local time.
    days : int
        From one due date to the next, at least 1.
    lessons : collection of str
        Those that are taught, in their order; all where none is given.

    Yields
    ------
    line : str
        What was released, and when it is due.
    """
    folder = Path(folder).resolve()
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise CourseError(f"{folder} is not empty: a new term needs a new folder.")
    names = sorted(set(build.lesson_names(lessons)))
    made = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(made, ignore_errors=True)  # of one that was killed
    said = []
    try:
        lines = list(release(names, made))
        _, config = open_course(made)
        end = first_due.replace(hour=23, minute=59)
        with Gradebook(CourseDirectory(config=config).db_url) as gradebook:
            for number, (line, name) in enumerate(zip(lines, names, strict=True)):
                due = end + timedelta(days=days * number)
                stored = due.astimezone(UTC).replace(tzinfo=None)  # as nbgrader stores a time
                gradebook.update_or_create_assignment(name, duedate=stored)
                said.append(f"{line} Due {due:%Y-%m-%d %H:%M}.".replace(str(made), str(folder)))
        if folder.exists():
            folder.rmdir()
        made.rename(folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    yield from said


def source_notebook(name):
    """Give nbgrader's source of a lesson, with the outputs of its built notebook."""
    path = build.NOTEBOOKS / f"{name}.ipynb"
    built = build.read_notebook(path)
    source = build.read_lesson(name)
    fresh = build.student_version(source)
    texts = [[cell.source for cell in book.cells] for book in (built, fresh) if book is not None]
    if built is None or texts[0] != texts[1] or build.is_edited(built):
        raise CourseError(f"{path} is not the notebook of {name} as it is now: run course build.")
    for cell, run in zip(source.cells, built.cells, strict=True):
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = run.outputs, run.execution_count
    return source


def due_references(name, config):
    """Name the modules whose reference ships with a lesson: those of other lessons now due."""
    if not Release(config=config).ship_due_references:
        return []
    due = _due(config) - {name}
    return [module for lesson, modules in LESSONS.items() if lesson in due for module in modules]


def _due(config):
    """Name the lessons whose due date has passed."""
    now = datetime.now(UTC).replace(tzinfo=None)  # as nbgrader stores a time
    due = set()
    with Gradebook(CourseDirectory(config=config).db_url) as gradebook:
        for lesson in LESSONS:
            with contextlib.suppress(MissingEntry):
                date = gradebook.find_assignment(lesson).duedate
                if date is not None and date < now:
                    due.add(lesson)
    return due


def _take_locks_out(folder, config):
    """Leave of the stored answers their form alone, where nothing may be said before grading."""
    if Release(config=config).answer_feedback:
        return
    due = _due(config)
    for lesson in LESSONS:
        if lesson not in due and any(a["points"] for a in answers.keyed(lesson).values()):
            path = folder / "course_lib" / "checks" / "answers" / f"{lesson}.json"
            stored = json.loads(path.read_text("utf-8"))
            path.write_text(json.dumps(answers.without_locks(stored), indent=1) + "\n", "utf-8")


@contextlib.contextmanager
def _restored_on_failure(folder, source, target):
    """Set two folders aside; put them back where what follows fails."""
    aside = folder / ".replaced"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir()
    before = {path: aside / path.parent.name for path in (source, target) if path.exists()}
    for path, kept in before.items():
        path.rename(kept)
    try:
        yield
    except BaseException:
        for path in (source, target):
            shutil.rmtree(path, ignore_errors=True)
        for path, kept in before.items():
            kept.rename(path)
        raise
    else:
        notebook = f"{source.name}.ipynb"
        old = aside / "source" / notebook
        if old.exists() and old.read_bytes() != (source / notebook).read_bytes():
            (folder / "replaced").mkdir(exist_ok=True)
            names = (folder / "replaced" / f"{source.name}-{n}.ipynb" for n in range(1, 10**6))
            old.rename(next(path for path in names if not path.exists()))
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _generate(name, config):
    """Let nbgrader make `release/NAME` and note its cells in the gradebook."""
    try:
        said = convert(GenerateAssignment, config, name)
    except GradebookError as error:
        raise CourseError(f"The gradebook cannot be written: {error}.") from None
    if any("there are submissions associated with it" in line for line in said):
        raise CourseError(
            f"{name} stays as it was released: graded cells came or went since, and there "
            "are grades already. Put the cells back, or release into a new course folder."
        )
    if said:
        raise CourseError("\n".join([f"nbgrader could not release {name}:", *said]))


def secrets_in(folder, references=()):
    """Find what a student must not see in a released folder.

    Parameters
    ----------
    folder : path
    references : collection of str
        Modules whose reference is meant to be there.

    Returns
    -------
    found : list of str
        Each a file and what stands in it; empty where all is well.
    """
    lines = _secret_lines(references)
    found = []
    for path in sorted(p for p in Path(folder).rglob("*") if p.is_file()):
        place = path.relative_to(folder)
        if {instructor.FOLDER.name, "solutions", "mistakes"} & set(
            place.parts
        ) or path.suffix == ".pyc":
            found.append(f"{place}, which is for instructors")
            continue
        text = path.read_text("utf-8", errors="replace")
        if path.suffix == ".ipynb":
            text = "\n".join(cell["source"] for cell in nbformat.reads(text, 4).cells)
            if instructor.__name__ in text:
                found.append(f"{place} uses {instructor.__name__}")
        marked = (line for line in text.splitlines() if MARKER.search(line))
        found += [f"{place} holds the marker {line.strip()[:80]!r}" for line in marked]
        squeezed = "".join(text.split())
        found += [
            f"{place} holds the line {line!r}" for key, line in lines.items() if key in squeezed
        ]
    return found


def _secret_lines(references):
    """Give the lines of solutions, hidden tests and mark schemes that are long enough to tell.

    By the line without blanks. A line that a reference to be shipped holds too is no secret.
    """
    secret, known = {}, ""
    files = list((build.SOLUTIONS / "updates").glob("*.py"))
    for path in [*files, *(build.SOLUTIONS / "lessons").glob("*.md")]:
        text = path.read_text("utf-8")
        if path.stem in references:
            known += "".join(text.split())
            continue
        inside = False
        for line in text.splitlines():
            if MARKER.search(line):
                inside = "BEGIN" in line
            elif inside and len(key := "".join(line.split())) >= 25:
                secret[key] = line.strip()
    return {key: line for key, line in secret.items() if key not in known}
