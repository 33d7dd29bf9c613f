"""Puts a submitted notebook in order from the gradebook's own record, and reads its answers.

Whatever a student did to a notebook (cells deleted, copied, edited, metadata lost on the way
through another editor), it comes out with each graded cell once, each locked cell as released,
and nbgrader's metadata as the record has it. Nothing of it is run here.
"""

import ast
import functools
import json
import re

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell

from course_lib.checks.answers import literal
from course_lib.checks.process import clean

HIDDEN = re.compile(
    r"^[^\n]*BEGIN HIDDEN TESTS.*?END HIDDEN TESTS[^\n]*\n?", re.DOTALL | re.MULTILINE
)
ATTACHED = re.compile(r"attachment:([^\s)\"'>]+)")
MAX_ANSWER = 20_000
MAX_TEXT = 20_000
MAX_IMAGE = 4 << 20
AS_SUBMITTED = "[as submitted, not run again]\n"


def read_record(db_url, lesson, notebook):
    """Read what the gradebook knows of a notebook.

    Returns
    -------
    record : dict
        "kernelspec", and "cells": by name, in the order of the release, cell_type, source
        (hidden tests included), checksum, locked, grade, solution, task, points.
    """
    from nbgrader.api import Gradebook  # slow to import, and needed for this alone

    with Gradebook(db_url) as gradebook:
        known = gradebook.find_notebook(notebook, lesson)
        points = {cell.name: cell.max_score for cell in (*known.grade_cells, *known.task_cells)}
        grades = {cell.name for cell in known.grade_cells}
        solutions = {cell.name for cell in known.solution_cells}
        tasks = {cell.name for cell in known.task_cells}
        cells = {
            cell.name: {
                "cell_type": cell.cell_type,
                "source": cell.source or "",
                "checksum": cell.checksum,
                "locked": bool(cell.locked),
                "grade": cell.name in grades,
                "solution": cell.name in solutions,
                "task": cell.name in tasks,
                "points": points.get(cell.name),
            }
            for cell in known.source_cells
        }
        return {"kernelspec": json.loads(known.kernelspec or "{}"), "cells": cells}


def rebuild(notebook, record):
    """Put a notebook in order.

    Parameters
    ----------
    notebook : NotebookNode
        As submitted.
    record : dict
        As `read_record` gives it.

    Returns
    -------
    rebuilt : NotebookNode
    flags : list of str
        What was not in order.
    """
    flags, chosen = [], {}
    for name, cell in record["cells"].items():
        index, said = _find(name, cell, notebook.cells, set(chosen))
        if index is not None:
            chosen[index] = name
        flags += said
    cells, placed = [], {}
    for index, cell in enumerate(notebook.cells):
        if index in chosen:
            name = chosen[index]
            placed[name] = len(cells)
            known = record["cells"][name]
            if known["locked"] and not known["solution"]:
                if not _same(cell.source, _released(known)):
                    flags.append(f"cell {name} was changed: graded as released")
                cells.append(_graded(name, known, known["source"]))
            else:
                cells.append(_attach(_graded(name, known, cell.source, _safe(cell)), cell))
        else:
            cells.append(_plain(cell))
    names = list(record["cells"])
    for position, name in enumerate(names):
        if name not in placed:
            before = [placed[n] for n in names[:position] if n in placed]
            at = max(before) + 1 if before else 0
            cells.insert(at, _graded(name, record["cells"][name], record["cells"][name]["source"]))
            placed = {n: p + (p >= at) for n, p in placed.items()} | {name: at}
    seen = set()
    for number, cell in enumerate(cells):
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", cell.get("id", "")) or cell.id in seen:
            cell["id"] = f"cell-{number}"
        seen.add(cell.id)
    rebuilt = nbformat.v4.new_notebook(cells=cells)
    rebuilt.metadata = nbformat.from_dict(
        {"kernelspec": record["kernelspec"], "language_info": {"name": "python"}}
    )
    return rebuilt, flags


def _find(name, known, cells, taken):
    """Find the cell that stands for a graded one; say where that was not plain to see."""
    named = [
        index
        for index, cell in enumerate(cells)
        if index not in taken and graded_name(cell) == name and _fits(cell, known)
    ]
    if not named:  # the metadata was lost on the way through another editor
        same = [i for i, c in enumerate(cells) if i not in taken and graded_name(c) is None]
        named = [i for i in same if cells[i].get("id") == name and _fits(cells[i], known)]
        if not named and known["solution"]:
            wanted = assigned(known["source"])
            named = [i for i in same if wanted and wanted <= assigned(cells[i].source)]
        if not named and not known["solution"]:
            named = [i for i in same if _same(cells[i].source, _released(known))]
        if not named:
            return None, [f"cell {name} was deleted: put back as released"]
        return named[-1], []
    if known["solution"] and len(named) > 1:
        edited = [i for i in named if not _same(cells[i].source, known["source"])]
        texts = {cells[i].source.strip() for i in edited}
        said = [f"cell {name} is there {len(edited)} times, differing: the last one counts"]
        return (edited or named)[-1], said if len(texts) > 1 else []
    return named[0], []


def graded_name(cell):
    """Give the name that nbgrader knows a cell by; None where it has none."""
    graded = cell.metadata.get("nbgrader")
    name = graded.get("grade_id") if isinstance(graded, dict) else None
    return name if isinstance(name, str) else None


def _fits(cell, known):
    # Code in place of a text, or the other way round, is still the answer.
    return known["solution"] or cell.cell_type == known["cell_type"]


def _released(known):
    return HIDDEN.sub("", known["source"])


def _same(one, other):
    return "".join(one.split()) == "".join(other.split())


def _graded(name, known, source, outputs=()):
    make = new_code_cell if known["cell_type"] == "code" else new_markdown_cell
    place = name if re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name) else "cell"
    cell = make(source=_writable(source), id=place)
    if known["cell_type"] == "code":
        cell.outputs = list(outputs)
    graded = {key: known[key] for key in ("checksum", "grade", "locked", "solution", "task")}
    graded |= {"grade_id": name, "schema_version": 3, "cell_type": known["cell_type"]}
    if known["points"] is not None:
        graded["points"] = known["points"]
    cell.metadata["nbgrader"] = graded
    return nbformat.from_dict(cell)


def _plain(cell):
    """Copy a cell that is not graded: its text, its attached images, outputs that only show."""
    if cell.cell_type == "code":
        return new_code_cell(source=_writable(cell.source), id=_id(cell), outputs=_safe(cell))
    made = new_markdown_cell(source=_writable(cell.source), id=_id(cell))
    made.cell_type = cell.cell_type
    return _attach(made, cell)


def _attach(made, cell):
    """Give a text the images that are attached to it; leave no link to one that is none."""
    if made.cell_type != "markdown":
        return made
    images = {}
    for name, shown in (cell.get("attachments") or {}).items():
        if kept := {mime: data for mime, data in shown.items() if is_image(data)}:
            images[clean(name, 200)] = kept
    made.source = ATTACHED.sub(
        lambda link: link[0] if link[1] in images else f"missing-{link[0]}", made.source
    )
    if images:
        made.attachments = nbformat.from_dict(images)
    return made


def _writable(text):
    """Replace what no file can hold: halves of characters."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _id(cell):
    return cell.get("id") or "cell"


def _safe(cell):
    """Keep what outputs show as text and pixels: no HTML, no script, no control codes."""
    kept = []
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        shown = {m: data[m] for m in ("image/png", "image/jpeg") if is_image(data.get(m))}
        if output.output_type == "stream":
            kept.append(_text(output.text))
        elif output.output_type == "error":
            kept.append(_text(f"{output.ename}: {output.evalue}\n"))
        elif shown:
            alt = clean(data.get("text/plain", ""), 1000)
            data = shown | {"text/plain": alt}
            told = {mime: {"alt": alt} for mime in shown}
            kept.append(nbformat.v4.new_output("display_data", data=data, metadata=told))
        elif data.get("text/plain"):
            kept.append(_text(f"{data['text/plain']}\n"))
    return [_text(AS_SUBMITTED), *kept] if kept else []


def _text(text):
    text = clean(text if isinstance(text, str) else "".join(text), MAX_TEXT)
    return nbformat.v4.new_output("stream", name="stdout", text=text)


def is_image(value):
    """Tell whether a value is a picture in base64, of a size that can be shown."""
    return (
        isinstance(value, str)
        and len(value) <= MAX_IMAGE
        and re.fullmatch(r"[A-Za-z0-9+/=\s]+", value) is not None
    )


# Answers


@functools.lru_cache(1000)
def assigned(source):
    """Give the names that a cell assigns in its own lines."""
    if len(source) > MAX_ANSWER:
        return set()
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    return {
        node.id
        for statement in tree.body
        if isinstance(statement, ast.Assign | ast.AnnAssign)
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }


def read_answer(source, names):
    """Read literals off an answer cell.

    Parameters
    ----------
    source : str
    names : set of str
        The answers that the cell was released to hold.

    Returns
    -------
    answers : dict or None
        A plain value, or None, for each name. None where the cell has to be run to know.
    """
    answers = dict.fromkeys(names)
    if len(source) > MAX_ANSWER:
        return answers
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    for statement in body:
        if isinstance(statement, ast.AnnAssign):
            targets = [statement.target]
        elif isinstance(statement, ast.Assign):
            targets = statement.targets
        elif _only_shows(statement):
            continue
        else:
            return None
        if not all(isinstance(target, ast.Name) for target in targets):
            return None
        try:
            value = plain(literal(statement.value)) if statement.value else None
        except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
            return None
        answers |= {target.id: value for target in targets if target.id in names}
    return answers


def _only_shows(statement):
    """Tell whether a statement is a text, a name, or a call of print on names and texts."""
    if not isinstance(statement, ast.Expr):
        return isinstance(statement, ast.Pass)
    value = statement.value
    if isinstance(value, ast.Call):
        named = isinstance(value.func, ast.Name) and value.func.id in ("print", "display")
        return named and all(isinstance(x, ast.Name | ast.Constant) for x in value.args)
    return isinstance(value, ast.Name | ast.Constant)


def plain(value, depth=0):
    """Give back a value made of plain data; raise ValueError for any other.

    Tuples become lists, as in JSON, so that an answer is the same wherever it was read.
    """
    if value is None or isinstance(value, bool | str | float):
        return value[:1000] if isinstance(value, str) else value
    if isinstance(value, int) and abs(value) < 2**63:
        return value
    if isinstance(value, list | tuple) and len(value) <= 1000 and depth < 4:
        return [plain(item, depth + 1) for item in value]
    raise ValueError("an answer is a number, a word or a list of these")
