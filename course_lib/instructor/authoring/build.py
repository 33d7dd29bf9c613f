"""Makes what a student sees from what stands in `solutions`.

`solutions/updates/NAME.py` becomes the blank module `course_lib/updates/NAME.py`, and
`solutions/lessons/NN_name.md` the notebook `notebooks/NN_name.ipynb`: answers, hidden tests and
mark schemes taken out by nbgrader's own preprocessors, outputs stored from a run on the
reference. Built twice, a file is the same, byte for byte.
"""

import ast
import base64
import hashlib
import io
import json
import math
import os
import re
import shutil
import tempfile
import textwrap
from pathlib import Path

import jupytext
import nbformat
import numpy as np

from course_lib import LESSONS, CourseError, nearest
from course_lib.checks.answers import STORE as ANSWERS
from course_lib.instructor import FOLDER
from course_lib.instructor.authoring import answers
from course_lib.workspace import fingerprint, released

ROOT = FOLDER.parents[1]
SOLUTIONS = ROOT / "solutions"
NOTEBOOKS = ROOT / "notebooks"
UPDATES = ROOT / "course_lib" / "updates"

INDENTED = {"initial_indent": "    ", "subsequent_indent": "    "}
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
NOT_FOR_STUDENTS = shutil.ignore_patterns(
    FOLDER.name, "__pycache__", "*.pyc", ".*", "*.bak-*", "released.json"
)


# Modules


def blank_module(source, name):
    """Take the solutions out of a module: each leaves `raise NotImplementedError(...)`.

    Parameters
    ----------
    source : str
        Text with solution markers.
    name : str
        The module's name, for the sentence.

    Returns
    -------
    blank : str
        The same with signatures and whatever stands outside of the markers. The docstrings of
        what is to be written say what goes in and what comes out; the formula is the lesson's.
    """
    written = exercises(source)
    docstrings = {
        node.body[0].lineno: node.body[0]
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef) and node.name in written
    }
    lines, solution, inside = [], None, 0
    for number, line in enumerate(source.splitlines(keepends=True), start=1):
        if docstring := docstrings.get(number):
            inside = docstring.end_lineno
            lines.append(_without_formula(docstring.value.value))
        if number <= inside:
            continue
        if line.strip() == BEGIN:
            solution = line[: line.index(BEGIN)]
            lines.append(_raise(solution, _function_at(source, number), name))
        elif line.strip() == END:
            solution = None
        elif solution is None:
            lines.append(line)
    return "".join(lines)


def _without_formula(docstring):
    """Leave of a docstring what it says above the first section, but no formula, and no notes."""
    head, *sections = re.split(r"\n\n(?=    \w+\n    -+\n)", docstring.rstrip())
    kept = []
    for paragraph in head.split("\n\n"):
        if paragraph.endswith("::"):  # its last sentence leads to the formula
            sentences = re.split(r"(?<=\.)\s+", paragraph.strip())[:-1]
            paragraph = textwrap.fill(" ".join(sentences), 100, **INDENTED)
        if paragraph.strip() and not paragraph.startswith(" " * 8):
            kept.append(paragraph)
    kept += [section for section in sections if not section.startswith("    Notes\n")]
    text = "\n\n".join(kept)
    return f'    """{text}"""\n' if "\n" not in text else f'    """{text}\n    """\n'


def _raise(indent, function, name):
    """Say in one line, so that it can be replaced as a line, what is not written yet."""
    for place in (f"course_lib/updates/{name}.py", f"{name}.py"):
        line = f'{indent}raise NotImplementedError("{function} is not written yet: open {place}")\n'
        if len(line) <= 101:
            break
    return line


def _function_at(source, number):
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and node.lineno <= number <= node.end_lineno:
            return node.name
    raise CourseError(f"A solution stands outside of a function, in line {number}:\n{source}")


def reference_module(source):
    """Take the markers out of a module and leave its solutions in."""
    kept = (line for line in source.splitlines(keepends=True) if line.strip() not in (BEGIN, END))
    return "".join(kept)


def exercises(source):
    """Name the functions of a module that a student writes, in order."""
    lines = source.splitlines()
    found = (n for n, line in enumerate(lines, start=1) if line.strip() == BEGIN)
    return list(dict.fromkeys(_function_at(source, number) for number in found))


def course_modules(references=()):
    """Make the modules of `course_lib/updates` and their record.

    Parameters
    ----------
    references : collection of str
        The modules that are to hold the reference; the others are blank.

    Returns
    -------
    files : dict of str to bytes
        By file name: each module, and `released.json`.
    """
    files, record = {}, {}
    for name in (name for names in LESSONS.values() for name in names):
        source = (SOLUTIONS / "updates" / f"{name}.py").read_text("utf-8")
        kind = "reference" if name in references else "stub"
        blank = blank_module(source, name)
        text = reference_module(source) if kind == "reference" else blank
        files[f"{name}.py"] = text.encode()
        record[name] = {
            "kind": kind,
            "sha256": fingerprint(text.encode()),
            "functions": exercises(source),
            "blank": blank,
        }
    files["released.json"] = (json.dumps(record, indent=1) + "\n").encode()
    return files


def copy_library(folder, references=()):
    """Write a student's `course_lib` into a folder: all but grading, with those references."""
    library = Path(folder) / "course_lib"
    shutil.copytree(ROOT / "course_lib", library, ignore=NOT_FOR_STUDENTS)
    for old in (library / "updates").glob("[!_]*"):
        old.unlink()
    for name, content in course_modules(references).items():
        (library / "updates" / name).write_bytes(content)


# Lessons


def lesson_names(names=()):
    """Give the lessons that are asked for, or all that are written; refuse an unknown one."""
    written = sorted(path.stem for path in (SOLUTIONS / "lessons").glob("[0-9][0-9]_*.md"))
    for name in names:
        if name not in written:
            raise CourseError(f"There is no lesson {name}; did you mean {nearest(name, written)}?")
    return list(names) or written


def policy():
    """Read the grading policy, `nbgrader_config.py`, as nbgrader does."""
    from traitlets.config.loader import PyFileConfigLoader

    return PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config()


def read_lesson(name):
    """Read a lesson's master as nbgrader's source notebook, without outputs.

    Cells get lasting ids: nbgrader's grade_id where there is one, else one made of their text.
    """
    notebook = jupytext.read(SOLUTIONS / "lessons" / f"{name}.md")
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    notebook.metadata = nbformat.from_dict(
        {"kernelspec": kernel, "language_info": {"name": "python"}}
    )
    notebook.nbformat_minor = 5
    seen = set()
    for cell in notebook.cells:
        of_text = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:8]
        wanted = cell.metadata.get("nbgrader", {}).get("grade_id", of_text)
        cell.id = next(i for i in _numbered(wanted) if i not in seen)
        seen.add(cell.id)
    return notebook


def _numbered(name):
    yield name
    number = 1
    while True:
        number += 1
        yield f"{name}-{number}"


def student_version(source):
    """Take answers, hidden tests and mark schemes out of a source notebook, as nbgrader does."""
    from nbgrader.preprocessors import (
        CheckCellMetadata,
        ClearHiddenTests,
        ClearMarkScheme,
        ClearSolutions,
        ComputeChecksums,
        LockCells,
    )

    steps = [LockCells, ClearSolutions, ClearHiddenTests, ClearMarkScheme]
    notebook, resources = nbformat.from_dict(source), {}
    for step in [*steps, ComputeChecksums, CheckCellMetadata]:
        notebook, resources = step(config=policy()).preprocess(notebook, resources)
    return notebook


def stores_nothing(cell):
    """Tell whether a cell keeps no output: one that checks, or one that holds an answer."""
    graded = cell.metadata.get("nbgrader", {})
    checks = re.search(r"^check(_answer)?\(", cell.source, re.MULTILINE)
    return bool(graded.get("grade") or graded.get("solution") or checks)


def run(notebook, name):
    """Run a student's notebook on the reference, in a folder of its own, and store the outputs.

    Raises
    ------
    CourseError
        Where a cell fails that neither checks nor holds an answer.
    """
    from nbclient import NotebookClient

    metadata = nbformat.from_dict(notebook.metadata)
    every_module = [module for modules in LESSONS.values() for module in modules]
    with tempfile.TemporaryDirectory() as folder:
        copy_library(folder, references=every_module)
        environment = os.environ | {"IPYTHONDIR": f"{folder}/.ipython", "PYTHONHASHSEED": "0"}
        environment.pop("PYTHONPATH", None)  # it would come before the folder
        client = NotebookClient(
            notebook,
            timeout=600,
            kernel_name="python3",
            allow_errors=True,
            record_timing=False,
            store_widget_state=False,
            extra_arguments=["--IPKernelApp.log_level=ERROR"],
            coalesce_streams=True,
            resources={"metadata": {"path": folder}},
        )
        client.execute(env=environment)
    notebook.metadata = metadata  # nbclient adds the version of Python
    for number, cell in enumerate(cell for cell in notebook.cells if cell.cell_type == "code"):
        cell.execution_count = number + 1
        if stores_nothing(cell):
            cell.outputs, cell.execution_count = [], None
        for output in cell.outputs:
            if output.output_type == "error" and "raises-exception" not in cell.metadata.get(
                "tags", ()
            ):
                raise CourseError(
                    f"{name} fails on the reference: {output.ename}: {output.evalue}, "
                    f"in the cell\n{cell.source}"
                )
            if "execution_count" in output:
                output.execution_count = cell.execution_count
            output.get("data", {}).pop("application/vnd.jupyter.widget-view+json", None)
    return notebook


def seal(notebook):
    """Write into a notebook the fingerprint of its cells, so that an edited one is known."""
    notebook.metadata["course"] = {"sha256": _cells_fingerprint(notebook)}
    return notebook


def is_edited(notebook):
    """Tell whether the cells of a notebook differ from what was built."""
    return notebook.metadata.get("course", {}).get("sha256") != _cells_fingerprint(notebook)


def _cells_fingerprint(notebook):
    cells = [[c.cell_type, c.source, c.get("outputs", [])] for c in notebook.cells]
    return hashlib.sha256(json.dumps(cells, sort_keys=True).encode()).hexdigest()


# The build


def build(names=(), *, check=False):
    """Make the blank modules, the data of the checks and the notebooks that are out of date.

    A module or notebook that was edited here is kept beside the new one, as `NAME.bak-1` and so
    on, and a line says so. A notebook is run again when its master, the reference or the library
    has changed since it was built on this machine.

    Parameters
    ----------
    names : collection of str
        Lessons; all where none is given.
    check : bool
        Write nothing, and run every notebook again.

    Returns
    -------
    changed : list of Path
        The files that were written or, with `check`, that would be. Images count as the same
        when they show the same: their bytes depend on the versions of fonts and libraries.
    """
    names = lesson_names(names)
    changed = []
    record = released(UPDATES)
    for file, content in course_modules().items():
        path = UPDATES / file
        before = fingerprint(path.read_bytes()) if path.exists() else None
        if before != fingerprint(content):
            changed.append(path)
            as_built = {None, record.get(path.stem, {}).get("sha256")}
            edited = file != "released.json" and before not in as_built
            _write(path, content, edited=edited, check=check)
    for path, text in _documents().items():
        if not path.exists() or path.read_text("utf-8") != text:
            changed.append(path)
            _write(path, text.encode(), edited=False, check=check)
    built = _Built()
    if check or not built.from_these(_data_sources()):
        for folder, make in _stored_data().items():
            with tempfile.TemporaryDirectory() as made:
                make(made)
                if not _same_data(made, folder):
                    changed.append(folder)
                    if not check:
                        shutil.rmtree(folder, ignore_errors=True)
                        shutil.copytree(made, folder)
                        print(f"Built {folder.relative_to(ROOT)}.")
        built.remember(_data_sources())
    for name in names:
        path = NOTEBOOKS / f"{name}.ipynb"
        before = read_notebook(path)
        edited = before is not None and is_edited(before)
        if check or before is None or edited or not built.from_these(_notebook_sources(name)):
            notebook = seal(run(student_version(read_lesson(name)), name))
            if before is None or not same_notebook(before, notebook, images_alike=check):
                changed.append(path)
                content = (nbformat.writes(notebook) + "\n").encode()
                _write(path, content, edited=edited, check=check)
            told = ANSWERS / f"{name}.json"
            text = json.dumps(answers.stored(name), indent=1) + "\n"
            if not told.exists() or told.read_text("utf-8") != text:
                changed.append(told)
                _write(told, text.encode(), edited=False, check=check)
            built.remember(_notebook_sources(name))
    return changed


def _write(path, content, *, edited, check):
    if check:
        return
    if edited:
        kept = next(p for p in map(path.with_name, _backups(path.name)) if not p.exists())
        shutil.copy2(path, kept)
        print(f"{path.relative_to(ROOT)} was edited here: your version is kept as {kept.name}.")
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    print(f"Built {path.relative_to(ROOT)}.")


def _backups(name):
    number = 0
    while True:
        number += 1
        yield f"{name}.bak-{number}"


def _stored_data():
    """Give the folders of data that are made by running the solutions, each with its maker."""
    from course_lib.instructor.authoring import cases, presets
    from course_lib.widgets.presets import FOLDER

    return {cases.STORE: cases.write, FOLDER: presets.build_presets}


def _documents():
    """Give the documents that hold figures, with their texts."""
    from course_lib.instructor.authoring import docs

    return docs.pages()


def _same_data(one, other):
    """Tell whether two folders hold the same files, numbers up to rounding."""
    folders = [
        {path.relative_to(folder): path for path in sorted(Path(folder).rglob("*.*"))}
        for folder in (one, other)
    ]
    return folders[0].keys() == folders[1].keys() and all(
        _same_numbers(*(_numbers(folder[name]) for folder in folders)) for name in folders[0]
    )


def _numbers(path):
    if path.suffix == ".npz":
        with np.load(path) as arrays:
            return {name: array.tolist() for name, array in arrays.items()}
    return json.loads(path.read_text("utf-8"))


def _same_numbers(one, other):
    """Compare nested lists and dictionaries; floats to six digits, as processors differ."""
    if isinstance(one, dict) and isinstance(other, dict):
        same = one.keys() == other.keys()
        return same and all(_same_numbers(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same_numbers, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return (
            math.isclose(one, other, rel_tol=1e-6)
            or one == other
            or (math.isnan(one) and math.isnan(other))
        )
    return one == other


def read_notebook(path):
    """Read a notebook; None where there is none, a `CourseError` where it is broken."""
    try:
        return nbformat.read(path, as_version=4)
    except FileNotFoundError:
        return None
    except Exception as error:  # noqa: BLE001 - nbformat raises many kinds for a broken file
        raise CourseError(
            f"{path} is not a notebook: {error}. Move it away and build again."
        ) from None


def same_notebook(one, other, *, images_alike=False):
    """Tell whether two notebooks are the same: cells, metadata and outputs.

    With `images_alike`, two PNG images count as the same when they have one size and differ by
    less than 2 % on average.
    """
    if not images_alike:
        return one == other
    (text, images), (other_text, other_images) = map(_without_images, (one, other))
    return (
        text == other_text
        and len(images) == len(other_images)
        and all(map(_alike, images, other_images))
    )


def _without_images(notebook):
    notebook = nbformat.from_dict(notebook)
    notebook.metadata.pop("course", None)
    png = re.compile(r"iVBORw0KGgo(?:[A-Za-z0-9+/=]|\\n)+")
    text = json.dumps(notebook, sort_keys=True)
    return png.sub("", text), png.findall(text)


def _alike(one, other):
    from matplotlib.image import imread

    one, other = (
        imread(io.BytesIO(base64.b64decode(png.replace("\\n", "")))) for png in (one, other)
    )
    return one.shape == other.shape and abs(one - other).mean() < 0.02


def _library():
    """Give the files of the library that a lesson runs on."""
    made = {"updates", ANSWERS.name, FOLDER.name, "__pycache__"}
    return [p for p in (ROOT / "course_lib").rglob("*.*") if not made & set(p.parts)]


def _data_sources():
    """Give all that the stored data depends on, and the data."""
    return [*SOLUTIONS.glob("*/*.py"), *FOLDER.rglob("*.py"), *_library()]


def _notebook_sources(name):
    """Give all that a notebook depends on: master, reference, library, policy, this file."""
    lesson = [SOLUTIONS / "lessons" / f"{name}.md", *(SOLUTIONS / "updates").glob("*.py")]
    makers = [Path(__file__), Path(answers.__file__), ROOT / "nbgrader_config.py"]
    return [*lesson, *_library(), *makers, ANSWERS / f"{name}.json"]


class _Built:
    """Remembers, in `build/built.json`, from which files things were built on this machine."""

    file = ROOT / "build" / "built.json"

    def __init__(self):
        try:
            self.states = json.loads(self.file.read_text())
        except (OSError, ValueError):
            self.states = []

    def from_these(self, sources):
        return self._state(sources) in self.states

    def remember(self, sources):
        self.states = [*self.states, self._state(sources)][-100:]
        self.file.parent.mkdir(exist_ok=True)
        self.file.write_text(json.dumps(self.states))

    @staticmethod
    def _state(sources):
        whole = hashlib.sha256()
        for path in sorted(path for path in sources if path.is_file()):
            whole.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
        return whole.hexdigest()
