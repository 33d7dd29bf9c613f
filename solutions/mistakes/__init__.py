"""The catalogue of wrong implementations that students write, as small edits of the reference.

Each module of `solutions/updates` that students write has one here, whose `MISTAKES` lists for
each function instances of `Mistake`. They come from tables like this one::

    slips(
        "v = …",
        '''
        no_decay: Is anything of the old {s} forgotten in a step? The old {s} is multiplied by {b}.
            {s} + (1 - {b}) * grad**2
            {s} + grad**2
        ''',
        s="v",
        b="beta",
    )

An entry is the mistake's name, the question that a student reads, which ends with the last question
mark, and the second hint; then, one a line, the ways to make this mistake. A line that is indented
further continues the one before it. Names in braces are put in from the call. A way is code:

- an expression, which takes the place of the … in the first argument;
- statements: `m = grad; v = m**2` gives m and v these values in place of the reference's. A name
  that the reference does not assign is assigned first of all: `v_before = v`;
- `old -> new` for a piece of the solution that is there once, where no statement will do.

A name that ends in `_as_in_torch` (keras, optax, dozat) is another library's right form.

`roles.py` has the tables of what many rules share. A rule is the roles of its lines and its own
mistakes, so write those alone that are new in it, and leave out by name what does not apply::

    "lion_update": [
        *without(average("m", "beta2", "grad"), "maximum_instead_of_average"),
        *handed_on("m", "w, m"),
        *stale("m", "w = w - lr * np.sign(beta1 * m_before + (1 - beta1) * grad)"),
        *slips("w = …", OWN),
    ]

The question has to be true of every way below it: where it is not, the way is another mistake, with
a name of its own. `course build` tries each way, and says in one sentence where one cannot be
put in, computes the right answer, or computes what another one does.
"""

import ast
import importlib
import os
import re
import textwrap
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path

from course_lib import CourseError

UPDATES = Path(__file__).parents[1] / "updates"
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"


class EditError(CourseError):
    """An entry cannot be read, an edit does not apply to the reference, or two edits meet."""


@dataclass(frozen=True)
class Mistake:
    """One wrong implementation.

    Attributes
    ----------
    name : str
        The mistake in words. Several may share one: ways to make the same mistake.
    sentence : str
        What a student reads: which term, as a question.
    hint : str
        The next hint.
    edits : tuple of (place, new)
        What to put where: `place` is a name that the solution assigns, "return", or a piece of
        code; `new` the statement or the piece that takes its place.
    """

    name: str
    sentence: str
    hint: str
    edits: tuple[tuple[str, str], ...]

    @property
    def dialect(self) -> bool:
        """It is another library's right form."""
        return "_as_in_" in self.name


def slips(target: str, table: str, suffix: str = "", **symbols: str) -> list[Mistake]:
    """Read a table of mistakes, as the head of this module describes it.

    Parameters
    ----------
    target : str
        The statements to change, with … where a way that is an expression goes: "v = …".
    table : str
        The entries.
    suffix : str
        Added to every name: "_in_v".
    **symbols : str
        What to put in for the names in braces.

    Returns
    -------
    mistakes : list of Mistake
        One for each way.

    Raises
    ------
    EditError
        For an entry that is not a name with a question, a hint, and at least one way.
    """
    table = re.sub(r"\n {8,}", " ", textwrap.dedent(table)).strip()
    mistakes = []
    for entry in re.split(r"\n+(?=\S)", table):
        head, *ways = [line.strip().format(**symbols) for line in entry.split("\n")]
        read = re.fullmatch(r"(\w+): (.*\?) (.*)", head)
        if not read or not ways:
            raise EditError(f"A mistake is `name: question? hint`, and its code below it: {head}")
        name, question, hint = read.groups()
        for way in ways:
            if not re.match(r"\w+ = |return ", way) and " -> " not in way:
                way = target.replace("…", way)
            edits = tuple(map(_edit, way.split("; ")))
            mistakes.append(Mistake(name + suffix, question, hint, edits))
    return mistakes


def _edit(text):
    place, arrow, new = text.partition(" -> ")
    return (place, new) if arrow else (text.split(" ")[0], text)


def without(mistakes: list[Mistake], *names: str) -> list[Mistake]:
    """Leave out mistakes by name.

    Raises
    ------
    EditError
        For a name that none of them has.
    """
    for name in names:
        if all(mistake.name != name for mistake in mistakes):
            raise EditError(f"There is no mistake {name} to leave out.")
    return [mistake for mistake in mistakes if mistake.name not in names]


def both(first: list[Mistake], second: list[Mistake], suffixes: tuple[str, str]) -> list[Mistake]:
    """Make mistakes of one kind in two places at once, which are named without their suffix.

    A student who misunderstands an average misunderstands both.
    """
    mistakes = []
    for kind in dict.fromkeys(m.name.removesuffix(suffixes[0]) for m in first):
        one, other = (
            [m for m in part if m.name == kind + suffix]
            for part, suffix in zip((first, second), suffixes)
        )
        mistakes += [
            replace(
                a,
                name=kind,
                sentence=f"{a.sentence} And in the other average?",
                hint=f"The same slip stands in both averages. {a.hint}",
                edits=a.edits + b.edits,
            )
            for a, b in zip(one, other)
        ]
    return mistakes


def reference(module):
    """Return the source of a reference module."""
    return (UPDATES / f"{module}.py").read_text("utf-8")


def edited(source, function, *mistakes):
    """Return the source of a module with mistakes made in one function.

    Raises
    ------
    EditError
        Where a place is not there exactly once, or two edits meet.
    """
    start = source.index(BEGIN, source.index(f"\ndef {function}(")) + len(BEGIN) + 1
    end = source.index(END, start)
    solution = source[start:end]
    first, spans = {}, []
    for mistake in mistakes:
        for place, new in mistake.edits:
            found = _find(solution, place)
            if not found and new.startswith(f"{place} = ") and not _stored(solution, place):
                if first.setdefault(place, new) != new:
                    raise EditError(f"{function}: {mistake.name} and another assign {place}.")
                continue
            if len(found) != 1:
                raise EditError(
                    f"The mistake {mistake.name} of {function} changes `{place}`, which its "
                    f"solution has {len(found)} times, not once."
                )
            position, old, new = _narrow(solution[slice(*found[0])], new, found[0][0])
            spans.append((position, position + len(old), new))
    spans.sort()
    for (_, first_end, _), (second_start, _, _) in pairwise(spans):
        if second_start <= first_end and len(mistakes) > 1:
            raise EditError(f"{function}: {' and '.join(m.name for m in mistakes)} overlap.")
    for begin, last, new in reversed(spans):
        solution = solution[:begin] + new + solution[last:]
    added = "".join(f"    {statement}\n" for statement in first.values())
    return source[:start] + added + solution + source[end:]


@cache
def _find(solution, place):
    """Return where a place begins and ends, each time that it is there."""
    if not place.isidentifier():
        return [(m.start(), m.end()) for m in re.finditer(re.escape(place), solution)]
    lines = [0]
    for line in solution.splitlines(keepends=True):
        lines.append(lines[-1] + len(line))
    found = []
    for node in ast.walk(ast.parse("if True:\n" + solution)):
        named = isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == place
        if named or (place == "return" and isinstance(node, ast.Return)):
            begin = lines[node.lineno - 2] + node.col_offset
            found.append((begin, lines[node.end_lineno - 2] + node.end_col_offset))
    return found


@cache
def _stored(solution, name):
    """Tell whether a solution gives a name a value, in whatever way."""
    nodes = ast.walk(ast.parse("if True:\n" + solution))
    return any(
        isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Store) for n in nodes
    )


def _narrow(old, new, position):
    """Leave out of an edit the words at both ends that stay, so that more edits go together."""
    old, new = (re.findall(r"\w+|\s+|\*\*|//|\S", text) for text in (old, new))
    first = len(os.path.commonprefix([old, new]))
    last = len(os.path.commonprefix([old[first:][::-1], new[first:][::-1]]))
    position += len("".join(old[:first]))
    return position, "".join(old[first : len(old) - last]), "".join(new[first : len(new) - last])


def build(module, function, *mistakes):
    """Return a function of the reference, with mistakes made in it.

    Raises
    ------
    EditError
        As `edited` does, and for code that is no Python.
    """
    source = edited(reference(module), function, *mistakes)
    namespace = {"__name__": f"solutions.updates.{module}"}
    names = " with ".join(m.name for m in mistakes)
    try:
        exec(compile(source, f"{module}.py with {names}", "exec"), namespace)
    except SyntaxError as error:
        where = f"In {function} of solutions/mistakes/{module}.py, {names}"
        raise EditError(
            f"{where} is no Python: {error.msg}: {(error.text or '').strip()}"
        ) from None
    return namespace[function]


def catalogue():
    """Return all mistakes, by module and function.

    Raises
    ------
    EditError
        For a table that cannot be read, or for a function that is not there; with its file.
    """
    found = {}
    for file in sorted(Path(__file__).parent.glob("[a-z]*.py")):
        if (name := file.stem) != "roles":
            try:
                found[name] = importlib.import_module(f"{__name__}.{name}").MISTAKES
            except (EditError, AttributeError, NameError, SyntaxError) as problem:
                raise EditError(f"In solutions/mistakes/{file.name}: {problem}") from None
            for function in found[name]:
                if f"\ndef {function}(" not in reference(name):
                    there = f"solutions/updates/{file.name} has no function {function}"
                    raise EditError(f"In solutions/mistakes/{file.name}: {there}.")
    return found
