"""A page for the next lecture: the marks of a lesson, by exercise and by mistake, without names."""

import functools
import html
from collections import Counter, defaultdict
from pathlib import Path
from statistics import fmean, median

from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory

from course_lib import CourseError
from course_lib.checks.stored import catalogue, load
from course_lib.figures import bundle, panels
from course_lib.instructor.authoring import build
from course_lib.instructor.authoring.answers import keyed
from course_lib.instructor.grading import done, results
from course_lib.instructor.handout.release import open_course

PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ font: 18px/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto }}
img {{ max-width: 100% }}
table {{ border-collapse: collapse; width: 100% }}
th, td {{ text-align: left; padding: .3rem .6rem; border-bottom: 1px solid; vertical-align: top }}
</style>
<h1>{title}</h1>
{body}
</html>
"""
OTHERWISE = {
    "blank": "not written",
    "no_file": "no file",
    "missing": "the function is not there",
    "syntax": "the file cannot be read by Python",
    "raised": "an error while it ran",
    "timeout": "did not come back in time",
}


def report(course: str | Path, lesson: str) -> Path:
    """Write `DIR/reports/LESSON.html`.

    Parameters
    ----------
    course : path
    lesson : str

    Returns
    -------
    path : Path

    Raises
    ------
    CourseError
        Where no submission of the lesson is graded.
    """
    root, config = open_course(course)
    scores, most, exercises = _marks(CourseDirectory(config=config).db_url, lesson)
    if not scores:
        raise CourseError(f"No submission of {lesson} is graded: run course grade first.")
    body = [
        f"<p>{len(scores)} submissions. Median {median(scores.values()):g} of {most:g} points.</p>",
        _distribution([*scores.values()], most),
        "<h2>By exercise</h2>",
        _table(
            ("exercise", "all points", "mean"),
            [
                (name, f"{fmean(part == 1 for part in parts):.0%}", f"{fmean(parts):.0%}")
                for name, parts in exercises.items()
            ],
        ),
        "<h2>By mistake</h2>",
    ]
    found, unknown = _mistakes(root, lesson, scores)
    for rule, counts in found.items():
        rows = [
            (f"{count / len(scores):.0%}", name.replace("_", " "), sentence)
            for (name, sentence), count in counts.most_common()
        ]
        body += [f"<h3>{rule}</h3>", _table(("share", "what", "what they read"), rows)]
    if unknown:
        body.append(f"<p>Not known of {unknown} submissions: run course grade again.</p>")
    elif not found:
        body.append("<p>Every function and answer of every submission is right.</p>")
    path = root / "reports" / f"{lesson}.html"
    path.parent.mkdir(exist_ok=True)
    path.write_text(PAGE.format(title=f"{lesson}: the marks", body="\n".join(body)), "utf-8")
    return path


def _marks(db_url, lesson):
    """Give the scores, the most that there is, and each exercise's shares of its points."""
    exercises = defaultdict(list)
    with Gradebook(db_url) as gradebook:
        submissions = [
            submission
            for submission in gradebook.assignment_submissions(lesson)
            if any(grade.auto_score is not None for grade in submission.notebooks[0].grades)
        ]
        for submission in submissions:
            for grade in submission.notebooks[0].grades:
                if grade.max_score and not grade.needs_manual_grade:
                    exercises[grade.name].append(grade.score / grade.max_score)
        scores = {submission.student_id: submission.score for submission in submissions}
        most = submissions[0].max_score if submissions else 0.0
    return scores, most, exercises


def _mistakes(root, lesson, students):
    """Count for each function and answer what was wrong with it, as the results that are kept say.

    Gives, besides, of how many students no result is kept: an earlier version kept others.
    """
    found, unknown = defaultdict(Counter), 0
    for student in students:
        name = done.read(root, student, lesson).get("result")
        result = results.read(results.folder(root) / name) if name else None
        unknown += result is None
        wrong = {}
        for cell in result["cells"].values() if result else ():
            for verdict in cell["verdicts"]:
                if not verdict["passed"]:
                    wrong.setdefault(verdict["rule"], verdict)
        for rule, verdict in wrong.items():
            name = verdict["mistake"] or OTHERWISE.get(verdict["outcome"], "another mistake")
            found[rule][name, _sentences(rule).get(verdict["mistake"], "")] += 1
    return found, unknown


@functools.cache
def _sentences(rule):
    """Give what the course asks about each mistake in a rule; nothing of a student's is in it."""
    for module, functions in catalogue().items():
        if rule in functions:
            return {mistake.name: mistake.sentence for mistake in load(module, rule).mistakes}
    answers = (keyed(lesson) for lesson in build.lesson_names())
    wrong = next((known[rule]["wrong"] for known in answers if rule in known), {})
    return {f"answer {value}": sentence for value, sentence in wrong.items()}


def _distribution(scores, most):
    figure, (axes,) = panels("")
    counts, _, bars = axes.hist(
        scores, bins=10, range=(0, most), color="#56B4E9", edgecolor="black", hatch="/"
    )
    axes.bar_label(bars, labels=[f"{count:g}" if count else "" for count in counts])
    axes.yaxis.get_major_locator().set_params(integer=True)
    axes.margins(y=0.1)
    axes.set_xlabel("points")
    axes.set_ylabel("submissions")
    alt = f"How many submissions have how many of {most:g} points, in ten bins from 0: "
    alt += ", ".join(f"{count:g}" for count in counts) + "."
    data, _ = bundle(figure, alt)
    return data["text/html"]


def _table(heads, rows):
    def line(tag, values):
        cells = (f"<{tag}>{html.escape(str(value))}</{tag}>" for value in values)
        return f"<tr>{''.join(cells)}</tr>"

    return "\n".join(["<table>", line("th", heads), *(line("td", row) for row in rows), "</table>"])
