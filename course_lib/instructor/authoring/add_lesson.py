"""Starts a lesson on a new rule: `course add-lesson`. What it writes runs, and waits to be changed.

The files come from `solutions/new_lesson`, whose rule is momentum under the name `example`.
"""

import keyword
import re

from course_lib import LESSONS, CourseError
from course_lib.instructor.authoring.build import ROOT, SOLUTIONS

LIST = ROOT / "course_lib" / "__init__.py"
END_OF_LIST = '}\n"""Each lesson'


def add_lesson(lesson, module):
    """Write a lesson's source, its rule, the rule's mistakes and a test; list it in the course.

    Parameters
    ----------
    lesson : str
        Such as "09_momentum": two digits, more than those of the lessons that are there, and a
        word or several.
    module : str
        Name of the module; its rule is `MODULE_update`.

    Yields
    ------
    line : str
        What was written.

    Raises
    ------
    CourseError
        For a name that does not serve, or one that is taken. Nothing is written then.
    """
    _refuse(lesson, module)
    files = {
        "rule.py": SOLUTIONS / "updates" / f"{module}.py",
        "mistakes.py": SOLUTIONS / "mistakes" / f"{module}.py",
        "lesson.md": SOLUTIONS / "lessons" / f"{lesson}.md",
        "test.py": ROOT / "tests" / "updates" / f"test_{module}.py",
    }
    for path in files.values():
        if path.exists():
            raise CourseError(f"{path.relative_to(ROOT)} is there already: take another name.")
    for name, path in files.items():
        text = (SOLUTIONS / "new_lesson" / name).read_text("utf-8")
        text = text.replace("example", module).replace("esson 00", f"esson {int(lesson[:2])}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        yield f"Wrote {path.relative_to(ROOT)}."
    text = LIST.read_text("utf-8")
    entry = f'    "{lesson}": ("{module}",),\n'
    LIST.write_text(text.replace(END_OF_LIST, entry + END_OF_LIST, 1), "utf-8")
    yield f"Listed {lesson} in {LIST.relative_to(ROOT)}."
    yield f"Next: course build {lesson}. CONTRIBUTING.md says what to change in which order."


def _refuse(lesson, module):
    if not re.fullmatch(r"\d\d(_[a-z0-9]+)+", lesson):
        raise CourseError(f"A lesson's name is two digits and words, as in 09_momentum: {lesson}?")
    last = max(LESSONS)
    if lesson[:2] <= last[:2]:
        raise CourseError(f"The last lesson is {last}: a new one has a higher number.")
    if not re.fullmatch("[a-z][a-z0-9_]*", module) or keyword.iskeyword(module):
        raise CourseError(f"A module's name is small letters, as in momentum: {module}?")
    if any(module in modules for modules in LESSONS.values()):
        raise CourseError(f"There is a module {module} already: take another name.")
