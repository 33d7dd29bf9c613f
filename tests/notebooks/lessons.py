"""Lessons as the tests need them: read, answered by a right student, and in a folder to work in."""

import ast
import re
from pathlib import Path

import nbformat

from course_lib import LESSONS
from course_lib.instructor.authoring import build

NAMES = build.lesson_names()


def stored(name):
    """Read a lesson as a student first sees it."""
    return nbformat.read(build.NOTEBOOKS / f"{name}.ipynb", as_version=4)


def graded(notebook, kind):
    """Give the cells that nbgrader knows, of one kind: "grade" or "solution"."""
    return [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get(kind)]


def answered(name):
    """Give a lesson with the right answer in each of its answer cells."""
    right = {cell.id: cell.source for cell in graded(build.read_lesson(name), "solution")}
    notebook = stored(name)
    for cell in graded(notebook, "solution"):
        cell.source = right[cell.id]
    return notebook


def exercises(name):
    """Name the functions that a lesson has a student write and checks."""
    checks = (
        re.findall(r'^check\("(\w+)"\)', c.source, re.MULTILINE)
        for c in build.read_lesson(name).cells
    )
    return [function for found in checks for function in found]


def workplace(folder, notebook, name, files=None):
    """Lay out a student's folder: the notebook, and the library with every reference in it.

    Parameters
    ----------
    folder : Path
    notebook : NotebookNode
    name : str
        The lesson's.
    files : dict of str to str, optional
        Modules in place of the reference, by name.

    Returns
    -------
    path : Path
        The notebook's.
    """
    build.copy_library(folder, references=[m for modules in LESSONS.values() for m in modules])
    for module, text in (files or {}).items():
        (Path(folder) / "course_lib" / "updates" / f"{module}.py").write_text(text, "utf-8")
    path = Path(folder) / f"{name}.ipynb"
    nbformat.write(notebook, path)
    return path


def with_blank(function):
    """Give the module of a function as a dict: the reference, with that one function blank."""
    for module in (m for modules in LESSONS.values() for m in modules):
        source = (build.SOLUTIONS / "updates" / f"{module}.py").read_text("utf-8")
        if function in build.exercises(source):
            reference = build.reference_module(source)
            blank = build.blank_module(source, module)
            return {module: _swap(reference, blank, function)}
    raise AssertionError(f"no module has {function}")


def _swap(reference, blank, function):
    pattern = re.compile(rf"^def {function}\(.*?(?=^def |\Z)", re.MULTILINE | re.DOTALL)
    return pattern.sub(lambda _: pattern.search(blank).group(), reference)


def key(name, answer):
    """Give the keyed value of an answer, as the lesson's source has it."""
    (cell,) = (c for c in graded(build.read_lesson(name), "solution") if c.id == answer)
    return ast.literal_eval(re.findall(rf"^{answer} = (.+)$", cell.source, re.MULTILINE)[-1])


def options(name, answer):
    """Give the options of a choice, letter to text: those that stand last before its answer."""
    cells = build.read_lesson(name).cells
    at = next(n for n, cell in enumerate(cells) if cell.id == answer)
    before = range(max(n for n in range(at) if "### Exercise" in cells[n].source
                       or "Exercise" in cells[n].source.split("\n")[0]), at)  # fmt: skip
    text = "\n".join(cells[n].source for n in before)
    listed = re.findall(r"^- \*\*([A-Z])\*\* (.+)$", text, re.MULTILINE)
    programs = re.findall(
        r"^(?:Repair|Program) ([A-Z]):\n\n```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL
    )
    printed = re.findall(r'^print\(f"([A-Z])  (.+?)\{', text, re.MULTILINE)
    return dict(listed or programs or printed)
