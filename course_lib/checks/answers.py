"""What an answer should look like, and what is said to a right one and to a known wrong one.

`answers/LESSON.json` has what a lesson asks: functions, answers and words; and of each answer the
form. What is said to an answer stands there too, where it may: under lock, and only the answer
itself opens the lock. A number is rounded to a cell of a lattice, the key is made of the cell by
scrypt, and behind the lock is how far an answer may be off. docs/threat-model.md says what the
locks are worth.
"""

import ast
import functools
import hashlib
import json
import math
import operator
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

STORE = Path(__file__).with_name("answers")
WORK = {"n": 2**14, "r": 8, "p": 1}
"""What scrypt spends on one guess: 16 MB, and some 50 ms."""
RIGHT = "right"
OPERATIONS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: lambda base, exponent: float(base) ** exponent,
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
}


def literal(node: ast.expr) -> Any:
    """Read a value that is written out: a literal, or arithmetic of numbers such as `1/3`.

    Raises
    ------
    ValueError
        Where it has to be run to know.
    """
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        pass
    if isinstance(node, ast.BinOp | ast.UnaryOp) and type(node.op) in OPERATIONS:
        parts = [node.left, node.right] if isinstance(node, ast.BinOp) else [node.operand]
        try:
            values = [literal(part) for part in parts]
            if all(isinstance(value, int | float) for value in values):
                value = OPERATIONS[type(node.op)](*values)  # type: ignore[operator]
                if isinstance(value, int | float):
                    return value
        except (ArithmeticError, RecursionError):
            pass
    raise ValueError("an answer that has to be run")


@functools.cache
def asked() -> dict[str, dict[str, Any]]:
    """Read what each lesson asks, by lesson: "functions", "answers" and "words"."""
    paths = sorted(STORE.glob("*.json"))
    return {path.stem: json.loads(path.read_text("utf-8")) for path in paths}


@functools.cache
def known() -> dict[str, dict[str, Any]]:
    """Read what is stored of all answers, by name."""
    return {name: told for lesson in asked().values() for name, told in lesson["answers"].items()}


def plain(value: Any) -> Any:
    """Give NumPy's numbers as Python's."""
    return value.item() if isinstance(value, np.generic) else value


def problem(name: str, value: Any) -> str:
    """Say in one sentence what form is wanted of an answer that has another; "" where it is right.

    Parameters
    ----------
    name : str
        Name of the answer; one that is not known may be a number, a text or a list of these.
    value : any
        What stands there.
    """
    if value is None:
        return f"{name} is not answered yet: write your answer in place of None."
    value, form = plain(value), known().get(name)
    if form is None:
        items = value if isinstance(value, list | tuple) else [value]
        if all(isinstance(item, str | bool | int | float) for item in map(plain, items)):
            return ""
        return f"{name} should be a number, a word in quotes, or a list of these."
    if letters := form.get("letters"):
        if isinstance(value, str) and value.strip().upper() in [*letters]:
            return ""
        one_of = f"{', '.join(letters[:-1])} or {letters[-1]}"
        return f'{name} should be one letter in quotes, {one_of}: write {name} = "{letters[0]}".'
    kind = "whole number" if form["whole"] else "number"
    if isinstance(value, list | tuple | np.ndarray):
        return f"{name} should be one {kind}: write it without brackets."
    if isinstance(value, str):
        return f"{name} should be a {kind}: write it without quotes."
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f"{name} should be a {kind}, such as {name} = {12 if form['whole'] else 2.5}."
    if not math.isfinite(value):
        return f"{name} should be a finite {kind}; {value} is none."
    if form["whole"] and value != int(value):
        return f"{name} should be a whole number; {value:g} is none."
    low, high = form["between"]
    if not low <= value <= high:
        return f"{name} should be a {kind} from {low:g} to {high:g}; {value:g} is not."
    return ""


def assigned(source: str, names: Iterable[str]) -> dict[str, Any]:
    """Give what a cell assigns to names: a value, or `...` where it has to be run to know."""
    found: dict[str, Any] = {}
    try:
        statements = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return found
    for statement in statements:
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        for name in {*names} & {*map(_name, targets)}:
            try:
                found[name] = literal(statement.value)  # type: ignore[attr-defined]
            except ValueError:
                found[name] = ...
    return found


def written_out(name: str, source: str) -> str:
    """Say what is wrong with how a cell writes an answer down; "" where grading can read it.

    Parameters
    ----------
    name : str
    source : str
        The cell that assigns it.
    """
    for statement in ast.parse(source).body:
        if not isinstance(statement, ast.Assign) or name not in map(_name, statement.targets):
            continue
        if (letter := _name(statement.value)) in [*known().get(name, {}).get("letters", ())]:
            return f'The letter needs quotes: write {name} = "{letter}".'
        try:
            literal(statement.value)
        except ValueError:
            return f"Grading reads the cell of {name} by itself: write the answer out there."
    return ""


def _name(node):
    return getattr(node, "id", "")


# Locks


def said(name: str, value: Any) -> str | None:
    """Give what is said to an answer: RIGHT, a sentence, "" for one that is wrong and not known.

    None where nothing is said before grading. The answer has the form that is wanted.
    """
    answer = known().get(name, {})
    if not answer.get("locks"):
        return None
    value = plain(value)
    key = _key(answer["salt"], _cell(value, answer), len(answer["locks"][0]) // 2)
    for lock in answer["locks"]:
        opened = bytes(a ^ b for a, b in zip(bytes.fromhex(lock), key, strict=True))
        try:
            entries = json.loads(opened)
        except ValueError:  # another answer's
            continue
        return next((say for *about, say in entries if agrees(value, *about)), "")
    return ""


def lock(salt: str, form: dict[str, Any], entries: Iterable[tuple]) -> dict[str, Any]:
    """Put under lock what is said to answers.

    Parameters
    ----------
    salt : str
        Another one for each answer.
    form : dict
        With "cells", where the answer is a number.
    entries : iterable of (value, rtol, atol, sentence)
        The first one that an answer agrees with is said.

    Returns
    -------
    stored : dict
        "salt" and "locks", in an order and of a length that tell nothing.
    """
    rooms: dict[str, list] = {}
    for value, rtol, atol, sentence in entries:
        for cell in _cells(value, rtol, atol, form):
            rooms.setdefault(cell, []).append([value, rtol, atol, sentence])
    texts = {cell: json.dumps(room).encode() for cell, room in rooms.items()}
    size = max(map(len, texts.values()))
    locks = [
        bytes(a ^ b for a, b in zip(text.ljust(size), _key(salt, cell, size), strict=True)).hex()
        for cell, text in texts.items()
    ]
    return {"salt": salt, "locks": sorted(locks)}


def agrees(value: Any, expected: Any, rtol: float, atol: float) -> bool:
    """Tell whether an answer is the expected one, letters in any case, numbers within bounds."""
    if isinstance(expected, str):
        return isinstance(value, str) and value.strip().casefold() == expected.strip().casefold()
    return bool(abs(value - expected) <= atol + rtol * abs(expected))


def _key(salt, cell, size):
    return hashlib.scrypt(cell.encode(), salt=salt.encode(), dklen=size, **WORK)


def _cell(value, form):
    if isinstance(value, str):
        return value.strip().upper()
    kind, width = form["cells"]
    if kind == "linear" or not value:
        return f"{math.floor(value / width)}"
    return f"{'-' if value < 0 else '+'}{math.floor(math.log(abs(value)) / width)}"


def _cells(value, rtol, atol, form):
    """Name the cells that an answer within the bounds can be in."""
    if isinstance(value, str):
        return {_cell(value, form)}
    off = (atol + rtol * abs(value)) * (1 + 1e-9)
    steps = 50  # several a cell, whatever its width
    return {_cell(value + off * (step / steps), form) for step in range(-steps, steps + 1)}
