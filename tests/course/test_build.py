"""One source for each thing: what is built is what the solutions make, and nothing is lost."""

import ast
import base64
import io
import json
import re
import subprocess
import sys

import jupytext
import nbformat
import pytest
from clones import ROOT, SMALL, write_rule
from nbformat import v4

from course_lib import LESSONS, CourseError
from course_lib.instructor.authoring import build

MODULES = [module for modules in LESSONS.values() for module in modules]
every_module = pytest.mark.parametrize("name", MODULES)
every_lesson = pytest.mark.parametrize("name", build.lesson_names())


def functions(text):
    """Give the functions of a module, each without its body but for the docstring."""
    tree = ast.parse(text)
    found = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    return {name: (ast.dump(node.args), ast.get_docstring(node)) for name, node in found.items()}


# Modules


def test_the_solution_alone_is_taken_out():
    source = '''"""Lesson 0."""

import numpy as np

LIMIT = 3


def half_update(w, *, lr):
    """Halve w."""
    ### BEGIN SOLUTION
    if lr:
        w = w / 2
    return w
    ### END SOLUTION


def given(w):
    """Stay."""
    return w
'''
    blank = '''"""Lesson 0."""

import numpy as np

LIMIT = 3


def half_update(w, *, lr):
    """Halve w."""
    raise NotImplementedError("half_update is not written yet: open course_lib/updates/zero.py")


def given(w):
    """Stay."""
    return w
'''
    assert build.blank_module(source, "zero") == blank
    assert build.exercises(source) == ["half_update"]
    assert build.reference_module(source) == "".join(
        line for line in source.splitlines(keepends=True) if "###" not in line
    )


def test_a_solution_outside_of_a_function_is_refused():
    with pytest.raises(CourseError, match="outside of a function, in line 1"):
        build.blank_module("### BEGIN SOLUTION\nx = 1\n### END SOLUTION\n", "zero")


@every_module
def test_a_blank_module_is_what_its_solution_makes(name):
    built = build.course_modules()[f"{name}.py"]
    assert (ROOT / "course_lib" / "updates" / f"{name}.py").read_bytes() == built


def test_the_record_of_the_blank_modules_is_what_the_solutions_make():
    built = build.course_modules()["released.json"]
    assert (ROOT / "course_lib" / "updates" / "released.json").read_bytes() == built


@every_module
def test_a_blank_module_says_what_goes_in_and_out_and_not_how(name):
    solution = (ROOT / "solutions" / "updates" / f"{name}.py").read_text("utf-8")
    blank = (ROOT / "course_lib" / "updates" / f"{name}.py").read_text("utf-8")
    asked, given = functions(solution), functions(blank)
    assert {f: arguments for f, (arguments, _) in given.items()} == {
        f: arguments for f, (arguments, _) in asked.items()
    }
    for function, (_, docstring) in given.items():
        whole = asked[function][1]
        assert docstring.splitlines()[0] == whole.splitlines()[0]
        for section in ("Parameters", "Returns", "Raises"):
            (told,) = re.findall(rf"^{section}\n-+\n.*?(?=\n\n|\Z)", whole, re.M | re.S) or [""]
            assert told in docstring
        assert not re.search(r"::$|←|^Notes$|\w \* \w|√\w+ \+|√\(", docstring, re.MULTILINE)


@every_module
def test_a_line_that_begins_with_raise_is_replaced_as_the_lessons_say(name):
    solution = (ROOT / "solutions" / "updates" / f"{name}.py").read_text("utf-8")
    lines = (ROOT / "course_lib" / "updates" / f"{name}.py").read_text("utf-8").splitlines()
    written = re.findall(r"^    ### BEGIN SOLUTION\n(.*?)^    ### END", solution, re.M | re.S)
    places = [n for n, line in enumerate(lines) if line.strip().startswith("raise ")]
    assert len(places) == len(written) > 0
    for place, answer in zip(places, written, strict=True):
        lines[place] = answer.rstrip("\n")
    student, reference = (
        {node.name: ast.unparse(node.body[1:]) for node in ast.parse(text).body if _is_def(node)}
        for text in ("\n".join(lines), solution)
    )
    assert student == reference


def _is_def(node):
    return isinstance(node, ast.FunctionDef)


def test_blank_modules_need_no_linting():
    ruff = [sys.executable, "-m", "ruff"]
    for command in (["check"], ["format", "--check"]):
        done = subprocess.run(
            [*ruff, *command, "course_lib/updates"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout


def test_an_edited_module_is_kept_and_said_so(clone):
    path = write_rule(clone.root, "adagrad", "    return w, v  # mine\n")
    first = path.read_bytes()
    clone.small_lesson(SMALL)
    said = clone.course("build", "03_rmsprop").stdout
    assert "course_lib/updates/adagrad.py was edited here" in said
    assert "kept as adagrad.py.bak-1" in said
    assert path.read_bytes() == (ROOT / "course_lib" / "updates" / "adagrad.py").read_bytes()
    assert path.with_name("adagrad.py.bak-1").read_bytes() == first
    path.write_text("second")
    clone.course("build", "03_rmsprop")
    assert path.with_name("adagrad.py.bak-1").read_bytes() == first
    assert path.with_name("adagrad.py.bak-2").read_text() == "second"


# Notebooks


@every_lesson
@pytest.mark.full
def test_everything_is_what_the_sources_make(name):
    assert build.build([name], check=True) == []


@every_lesson
def test_a_notebook_is_its_master_without_what_is_hidden(name):
    stored = build.read_notebook(build.NOTEBOOKS / f"{name}.ipynb")
    fresh = build.student_version(build.read_lesson(name))
    assert not build.is_edited(stored)
    for cell in stored.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    assert stored.cells == fresh.cells


@every_lesson
def test_the_round_trip_loses_no_metadata(name):
    path = ROOT / "solutions" / "lessons" / f"{name}.md"
    text = path.read_text("utf-8")
    notebook = jupytext.reads(text, fmt="md:myst")
    as_file = nbformat.writes(notebook)
    again = jupytext.reads(
        jupytext.writes(nbformat.reads(as_file, as_version=4), fmt="md:myst"), fmt="md:myst"
    )
    for one, other in zip(notebook.cells, again.cells, strict=True):
        assert (one.cell_type, one.source, one.metadata) == (
            other.cell_type,
            other.source,
            other.metadata,
        )
    built = build.read_lesson(name)
    assert [cell.metadata for cell in built.cells] == [cell.metadata for cell in notebook.cells]


@every_lesson
def test_stored_outputs_are_stored_where_they_belong(name):
    notebook = build.read_notebook(build.NOTEBOOKS / f"{name}.ipynb")
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    assert set(notebook.metadata) == {"kernelspec", "language_info", "course"}
    assert "widgets" not in notebook.metadata
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)
    text = json.dumps([cell.get("outputs", []) for cell in notebook.cells])
    assert "widget-view" not in text
    assert "0x7f" not in text
    for number, cell in enumerate(c for c in notebook.cells if c.cell_type == "code"):
        assert "execution" not in cell.metadata
        if "check(" in cell.source or "check_answer(" in cell.source:
            assert (cell.outputs, cell.execution_count) == ([], None)
        elif cell.execution_count is not None:
            assert cell.execution_count == number + 1


def test_a_small_lesson_from_master_to_notebook(clone):
    path = clone.small_lesson(SMALL)
    assert "Built notebooks/03_rmsprop.ipynb." in clone.course("build", "03_rmsprop").stdout
    text = path.read_text("utf-8")
    notebook = nbformat.reads(text, as_version=4)
    shown, answer, check = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert shown.outputs[0].text == "0.5\n"  # from the reference: 1 - 2 · 0.25
    assert "image/png" in shown.outputs[1].data
    assert "quagga" not in text
    assert (answer.id, check.id) == ("answer", "answer_check")
    assert answer.source.startswith("answer = None")
    assert check.source == "assert answer is not None"
    assert (check.outputs, check.execution_count) == ([], None)

    # An edited one is kept, and said so; the new one is the same as the first, byte for byte.
    notebook.cells[0].source += "\n\nMy notes."
    mine = nbformat.writes(notebook)
    path.write_text(mine, "utf-8")
    said = clone.course("build", "03_rmsprop").stdout
    assert "notebooks/03_rmsprop.ipynb was edited here" in said
    assert path.read_text("utf-8") == text
    assert path.with_name("03_rmsprop.ipynb.bak-1").read_text("utf-8") == mine


@pytest.mark.full
def test_only_what_is_out_of_date_is_built(clone):
    path = clone.small_lesson(SMALL)
    clone.course("build", "03_rmsprop")
    assert "Everything is up to date." in clone.course("build", "03_rmsprop").stdout
    clone.course("build", "--check", "03_rmsprop")
    text = path.read_text("utf-8")
    path.write_text(text.replace("0.5\\n", "0.6\\n"), "utf-8")
    said = clone.course("build", "--check", "03_rmsprop", code=1).stdout
    assert "notebooks/03_rmsprop.ipynb is out of date" in said
    assert path.read_text("utf-8") != text
    clone.small_lesson(SMALL.replace("# Small", "# Smaller"))
    assert "Built notebooks/03_rmsprop.ipynb." in clone.course("build", "03_rmsprop").stdout


def test_a_lesson_that_fails_on_the_reference_is_not_built(clone):
    broken = SMALL.replace("lr=2.0", "lr=nothing")
    path = clone.small_lesson(broken)
    path.write_text("kept")
    said = clone.course("build", "03_rmsprop", code=2).stderr
    assert "is not a notebook" in said
    path.unlink()
    said = clone.course("build", "03_rmsprop", code=2).stderr
    assert "03_rmsprop fails on the reference: NameError: name 'nothing' is not defined" in said
    assert not path.exists()


# What counts as the same


def picture(shade, size=(4, 4)):
    import numpy as np
    from matplotlib.image import imsave

    file = io.BytesIO()
    imsave(file, np.full((*size, 3), shade), format="png")
    return base64.b64encode(file.getvalue()).decode()


def with_output(**data):
    output = v4.new_output("display_data", {key.replace("_", "/"): x for key, x in data.items()})
    return v4.new_notebook(cells=[v4.new_code_cell("1", id="a", outputs=[output])])


def test_images_are_the_same_when_they_show_the_same():
    one = with_output(image_png=picture(0.5), text_plain="a")
    near = with_output(image_png=picture(0.505), text_plain="a")
    far = with_output(image_png=picture(0.6), text_plain="a")
    larger = with_output(image_png=picture(0.5, size=(4, 5)), text_plain="a")
    in_html = with_output(text_html=f'<img src="data:image/png;base64,{picture(0.5)}">')
    near_in_html = with_output(text_html=f'<img src="data:image/png;base64,{picture(0.505)}">')
    assert build.same_notebook(in_html, near_in_html, images_alike=True)
    other_text = with_output(image_png=picture(0.5), text_plain="b")
    assert build.same_notebook(one, near, images_alike=True)
    assert not build.same_notebook(one, near)
    for different in (far, larger, other_text, with_output(text_plain="a")):
        assert not build.same_notebook(one, different, images_alike=True)
