"""The catalogue of wrong implementations that students write, as small edits of the reference.

Each module of `solutions/updates` that students write has one here, whose `MISTAKES` lists for
each function instances of `Mistake`. An edit replaces a piece of the function's solution that must
be there exactly once, so that a change of the reference cannot leave a mistake behind unnoticed.
"""

import importlib
import os
import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

UPDATES = Path(__file__).parents[1] / "updates"
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"


@dataclass(frozen=True)
class Mistake:
    """One wrong implementation.

    Attributes
    ----------
    name : str
        The mistake in words. Several entries may share one: ways to make the same mistake.
    sentence : str
        What a student reads: which term, as a question.
    hint : str
        The next hint.
    edits : tuple of (old, new)
        What to replace in the reference's solution.
    dialect : bool
        It is another library's right form.
    """

    name: str
    sentence: str
    hint: str
    edits: tuple[tuple[str, str], ...]
    dialect: bool = False


class EditError(ValueError):
    """An edit does not apply to the reference, or two edits meet."""


def reference(module):
    """Return the source of a reference module."""
    return (UPDATES / f"{module}.py").read_text("utf-8")


def edited(source, function, *mistakes):
    """Return the source of a module with mistakes made in one function.

    Raises
    ------
    EditError
        Where a piece to be replaced is not there exactly once, or pieces overlap.
    """
    start = source.index(BEGIN, source.index(f"\ndef {function}("))
    end = source.index(END, start)
    body = source[start:end]
    spans = []
    for mistake in mistakes:
        for old, new in mistake.edits:
            if body.count(old) != 1:
                raise EditError(
                    f"{function}, {mistake.name}: {old!r} is there {body.count(old)} times"
                )
            before, old, new = _narrow(old, new, body.index(old))
            spans.append((before, before + len(old), new))
    spans.sort()
    for (_, first_end, _), (second_start, _, _) in pairwise(spans):
        if second_start <= first_end and len(mistakes) > 1:
            raise EditError(f"{function}: {' and '.join(m.name for m in mistakes)} overlap")
    for first, last, new in reversed(spans):
        body = body[:first] + new + body[last:]
    return source[:start] + body + source[end:]


def _narrow(old, new, position):
    """Leave out of an edit the words at both ends that stay, so that more edits go together."""
    old, new = (re.findall(r"\w+|\s+|\*\*|//|\S", text) for text in (old, new))
    first = len(os.path.commonprefix([old, new]))
    last = len(os.path.commonprefix([old[first:][::-1], new[first:][::-1]]))
    position += len("".join(old[:first]))
    return position, "".join(old[first : len(old) - last]), "".join(new[first : len(new) - last])


def build(module, function, *mistakes):
    """Return a function of the reference, with mistakes made in it."""
    source = edited(reference(module), function, *mistakes)
    namespace = {"__name__": f"solutions.updates.{module}"}
    exec(compile(source, f"{module}.py with {[m.name for m in mistakes]}", "exec"), namespace)
    return namespace[function]


def catalogue():
    """Return all mistakes, by module and function."""
    modules = (file.stem for file in sorted(Path(__file__).parent.glob("[a-z]*.py")))
    return {
        name: importlib.import_module(f"{__name__}.{name}").MISTAKES
        for name in modules
        if name != "families"
    }
