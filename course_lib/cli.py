"""The command `course`: check, progress and submit for students, the rest for instructors."""

import importlib
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from typer.core import TyperGroup

from course_lib import CourseError, lesson_named, workspace


class _Course(TyperGroup):
    def invoke(self, ctx):
        try:
            return super().invoke(ctx)
        except CourseError as error:
            typer.echo(error, err=True)
            raise typer.Exit(2) from None


app = typer.Typer(
    cls=_Course,
    help=__doc__,
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Lesson = Annotated[
    str,
    typer.Argument(
        metavar="LESSON",
        help="A lesson: 02_adagrad, 2 or adagrad.",
        callback=lambda name: lesson_named(name),  # typer counts the arguments of a callback
    ),
]
Lessons = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[LESSON]...",
        help="Lessons; all where none is named.",
        callback=lambda names: [lesson_named(name) for name in names or ()],
    ),
]
CourseFolder = Annotated[
    Path, typer.Option("--course", metavar="DIR", help="The nbgrader course folder.")
]


# For students


@app.command()
def check(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME]...", help="Modules or functions; all where none is named."),
    ] = None,
    file: Annotated[Path | None, typer.Option(help="Check this file in place of yours.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print a list of objects.")] = False,
    hint: Annotated[bool, typer.Option(help="Show the next hint too.")] = False,
) -> None:
    """Check your functions. Ends with 0 when all are right, 1 when not, 2 on misuse."""
    updates = _updates()
    if file and not names:
        names = [file.stem]
    from course_lib import checks

    verdicts = checks.run_checks(
        names or (), updates_dir=updates, file=file, **_place_to_run(updates, file)
    )
    unread = [verdict for verdict in verdicts if verdict.outcome in ("syntax", "no_file")]
    modules = workspace.modules(updates).values() if file is None else ()
    problems = {rule: module.problem for module in modules for rule in module.functions}
    for problem in dict.fromkeys(problems.get(v.rule) or v.message for v in unread):
        print(problem, file=sys.stderr)
    if as_json:
        print(json.dumps([verdict.as_dict() for verdict in verdicts], indent=1))
    else:
        shown = [verdict for verdict in verdicts if verdict not in unread]
        checks.card.show_in_terminal(shown, hint=hint)
    if unread:
        raise typer.Exit(2)
    raise typer.Exit(0 if all(verdict.passed for verdict in verdicts) else 1)


def _place_to_run(updates, file):
    """Say where a check is to run modules: in the sandbox, if somebody else may have written them.

    These are a file from elsewhere, and whatever lies in a course folder. Where there is no
    sandbox, the person who types the command decides.
    """
    theirs = file is not None and file.resolve().parent != updates.resolve()
    signs = ("gradebook.db", ".grading", "submitted")  # of a course folder
    near = any((folder / sign).exists() for folder in updates.parents for sign in signs)
    if not theirs and not near:
        return {}
    try:
        foreign = _instructors("sandbox.foreign")
        _instructors("sandbox.bubblewrap").prove()
        return {"start": foreign.sandboxed}
    except CourseError as problem:
        what = file or updates
        risk = f"{what} would run with your rights: it could read, change and send your files"
        if not sys.stdin.isatty():
            raise CourseError(
                f"{risk}. Nothing was run, for there is no sandbox here and nobody to ask."
            ) from None
        typer.echo(problem, err=True)
        if not typer.confirm(f"{risk}. Run it?", err=True):
            raise CourseError("Nothing was run.") from None
        return {}


@app.command()
def progress() -> None:
    """Show how far you are: each function, answer and text that the lessons ask for."""
    from rich.console import Console
    from rich.progress_bar import ProgressBar
    from rich.table import Table

    from course_lib import LESSONS, checks
    from course_lib.checks.answers import asked

    updates = _updates()
    told = asked()
    functions = [function for lesson in told.values() for function in lesson["functions"]]
    found = checks.run_checks(functions, updates_dir=updates, **_place_to_run(updates, None))
    verdicts = {verdict.rule: verdict for verdict in found}
    modules = workspace.modules(updates)
    table = Table("lesson", "where", "what", "state", box=None)
    done = total = 0
    for lesson in told:
        rows = []
        for module in (modules[n] for n in LESSONS.get(lesson, ()) if n in modules):
            for function in (f for f in module.functions if f in told[lesson]["functions"]):
                verdict = verdicts[function]
                rows.append((module.name, function, _state(module, verdict), verdict.passed))
        rows += _answer_rows(updates.parents[1], lesson)
        before = None
        for number, (where, what, state, right) in enumerate(rows):
            table.add_row(
                lesson if number == 0 else "", where if where != before else "", what, state
            )
            before, done, total = where, done + right, total + 1
    console = Console()
    console.print(table)
    console.print(ProgressBar(total=total, completed=done, width=40), end="")
    console.print(f" {done} of {total} done")


def _answer_rows(root, lesson):
    """Give a row for each answer of a lesson whose notebook is there."""
    from course_lib import submission
    from course_lib.checks import answers

    try:
        notebook = submission.find_notebook(root, lesson)
    except CourseError:
        return
    for name, value in submission.answered(notebook, lesson).items():
        state, done = "○ not answered yet", False
        if value is not None:
            formed = name in answers.known() and value is not ...
            problem = answers.problem(name, value) if formed else ""
            said = answers.said(name, value) if formed and not problem else None
            if problem:
                state = f"[red]✗[/] {problem}"
            elif said is None:
                state, done = "[green]✓[/] answered", True
            elif said == answers.RIGHT:
                state, done = "[green]✓ right[/]", True
            else:
                state = "[red]✗ not right yet[/]"
        yield "notebook", name, state, done


def _state(module, verdict):
    if module.problem:
        return f"[red]! {module.state}: {module.problem}[/]"
    if verdict.passed:
        given = " (the course's own)" if module.state == "reference" else ""
        return f"[green]✓ right[/]{given}"
    if verdict.rule in module.unwritten:
        return "○ not written yet"
    return f"[red]✗ not right yet[/]{f': {verdict.mistake}' if verdict.mistake else ''}"


@app.command()
def submit(
    lesson: Lesson,
    student: Annotated[
        str | None, typer.Option(help="Your id in the course; asked for once, and kept.")
    ] = None,
) -> None:
    """Pack a lesson's notebook and all of your modules into a zip to hand in."""
    from course_lib.submission import pack

    ask = (lambda: typer.prompt("Your id in the course")) if sys.stdin.isatty() else None
    for line in pack(lesson, _updates(), student=student, ask=ask):
        print(line)


@app.command()
def reset(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A function, as adagrad_update.")],
) -> None:
    """Make one of your functions blank again. What you had is kept beside the file."""
    print(workspace.reset(_updates(), name))


def _updates():
    """Find the modules of the folder that the command is called in, with earlier work in them."""
    root = workspace.find_root()
    for sentence in workspace.carry_over(root):
        print(sentence, file=sys.stderr)
    return root / "course_lib" / "updates"


# For instructors


def _instructors(module):
    try:
        return importlib.import_module(f"course_lib.instructor.{module}")
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith(("course_lib.instructor", "solutions")):
            raise
        command = sys.argv[1] if len(sys.argv) > 1 else "This"
        raise CourseError(
            f"{command} is for instructors, and this is a student's copy of the course."
        ) from None


@app.command()
def build(
    lessons: Lessons = None,
    only_check: Annotated[
        bool, typer.Option("--check", help="Write nothing; end with 1 where a file is out of date.")
    ] = False,
) -> None:
    """Make blank modules, data of the checks and notebooks from `solutions`."""
    builder = _instructors("authoring.build")
    changed = builder.build(lessons or (), check=only_check)
    if only_check and changed:
        for path in changed:
            print(f"{path.relative_to(builder.ROOT)} is out of date: run course build.")
        raise typer.Exit(1)
    if not changed:
        print("Everything is up to date.")


@app.command("add-lesson")
def add_lesson(
    lesson: Annotated[str, typer.Argument(metavar="LESSON", help="Such as 09_momentum.")],
    module: Annotated[
        str, typer.Argument(metavar="MODULE", help="Its rule is MODULE_update, as in momentum.")
    ],
) -> None:
    """Start a lesson on a new rule: source, reference, mistakes and a test, ready to be changed."""
    for line in _instructors("authoring.add_lesson").add_lesson(lesson, module):
        print(line)


@app.command()
def release(course: CourseFolder, lessons: Lessons = None) -> None:
    """Release lessons into an nbgrader course folder, which is made where there is none."""
    for line in _instructors("handout.release").release(lessons or (), course):
        print(line)


@app.command("new-term")
def new_term(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that is new or empty.")],
    first_due: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help="When the first lesson is due.")
    ],
    days: Annotated[int, typer.Option(min=1, help="Days from one due date to the next.")] = 7,
    lessons: Annotated[
        str, typer.Option(metavar="LESSON,...", help="Those that are taught; all if not given.")
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Take a due date that is past.")] = False,
) -> None:
    """Make a course folder for a term: its lessons released, each with its due date."""
    if first_due.date() < datetime.now().date() and not yes:
        past = f"{first_due:%Y-%m-%d} is in the past"
        if not sys.stdin.isatty():
            raise CourseError(f"{past}. Nothing was made; with --yes it is.")
        if not typer.confirm(f"{past}. Make the term all the same?", err=True):
            raise CourseError("Nothing was made.")
    names = [name.strip() for name in lessons.split(",") if name.strip()]
    for line in _instructors("handout.release").new_term(folder, first_due, days, names):
        print(line)


@app.command()
def roster(
    file: Annotated[
        Path, typer.Argument(metavar="FILE.csv", help="Yours, or what Moodle or Canvas exports.")
    ],
    course: CourseFolder,
) -> None:
    """Take the list of students into a course folder: ids, names, groups, logins."""
    for line in _instructors("handout.roster").store(file, course):
        print(line)


@app.command()
def collect(
    lesson: Lesson,
    course: CourseFolder,
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="FILE|FOLDER...", help="What came, as a platform gives it."),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print a list of objects.")] = False,
) -> None:
    """Take in what was handed in. Ends with 1 where something is left out."""
    collected = _instructors("handout.collect").collect(lesson, course, paths)
    if as_json:
        print(json.dumps(collected.as_list(), indent=1))
    else:
        collected.show()
    raise typer.Exit(collected.exit_code)


@app.command()
def extend(
    who: Annotated[str, typer.Argument(metavar="STUDENT|GROUP", help="An id, or a group.")],
    lesson: Lesson,
    date: Annotated[
        datetime,
        typer.Argument(
            metavar="DATE",
            formats=["%Y-%m-%d", "%Y-%m-%d %H:%M"],
            help="Local time; a day ends at 23:59.",
        ),
    ],
    course: CourseFolder,
) -> None:
    """Give a student or a group more time for a lesson."""
    for line in _instructors("handout.dates").extend(who, lesson, date, course):
        print(line)


@app.command()
def forget(
    student: Annotated[str, typer.Argument(metavar="STUDENT", help="Their id in the course.")],
    course: CourseFolder,
) -> None:
    """Delete all that a course folder keeps of a student, and say what."""
    for line in _instructors("handout.forget").forget(student, course):
        print(line)


@app.command()
def grade(
    lesson: Lesson,
    course: CourseFolder,
    force: Annotated[
        bool, typer.Option("--force", help="Grade again what is graded and has not changed.")
    ] = False,
    rerun: Annotated[
        bool, typer.Option("--rerun", help="Run whole notebooks, for fresh figures.")
    ] = False,
    workers: Annotated[
        int | None,
        typer.Option(min=1, help="Submissions at a time; one a processor if not given."),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="A Dask scheduler whose workers do the work."),
    ] = None,
) -> None:
    """Grade what was handed in. Ends with 1 where a submission could not be graded."""
    summary = _instructors("grading.batch").grade(
        lesson, course, force=force, rerun=rerun, workers=workers, scheduler=scheduler
    )
    summary.show()
    raise typer.Exit(summary.exit_code)


@app.command()
def feedback(lesson: Lesson, course: CourseFolder) -> None:
    """Write the feedback of a lesson's submissions. Ends with 1 where a student gets none."""
    left_out = 0
    for page in _instructors("grading.feedback").feedback(lesson, course):
        print(page)
        left_out += bool(page.problem)
    raise typer.Exit(int(left_out > 0))


@app.command()
def report(lesson: Lesson, course: CourseFolder) -> None:
    """Write a page for the next lecture: marks, exercises, mistakes; no names."""
    print(f"Wrote {_instructors('grading.report').report(course, lesson)}.")


@app.command()
def demo(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where to listen.")] = 8866,
    browser: Annotated[bool, typer.Option(help="Open a browser.")] = True,
) -> None:
    """Open the classroom: questions for a lecture, with the live views, on pages without code."""
    _instructors("classroom.pages").demo(port, browser)


@app.command()
def site(
    course: Annotated[
        Path | None,
        typer.Option("--course", metavar="DIR", help="Of this course folder; all lessons if none."),
    ] = None,
    pyodide: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="A Pyodide to serve too; else the page loads one."),
    ] = None,
) -> None:
    """Make the site, build/site: book, views, classroom, and the course itself in a browser."""
    pages = _instructors("classroom.site")
    _instructors("classroom.lite").make(pages.SITE / "lite", course=course, pyodide=pyodide)
    print(f"Wrote {pages.build()}.")


@app.command()
def export(
    course: CourseFolder,
    file_format: Annotated[
        str, typer.Option("--format", help="csv, canvas or moodle; each has its own file.")
    ] = "csv",
) -> None:
    """Write the marks of all lessons to a file in the course folder."""
    exporter = _instructors("grading.export")
    print(f"Wrote {exporter.export(course, file_format)}.")
    for sentence in exporter.doubts(course):
        print(sentence, file=sys.stderr)


if __name__ == "__main__":
    app()
