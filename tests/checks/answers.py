"""Right and wrong answers as students write them: real functions, in `right/` and `wrong/`.

There a function is decorated, and may stand several times, in other words each time. A new file
in one of the folders is found.
"""

import importlib.util
import inspect
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Answer:
    """One function as a student wrote it, and the names of mistakes that would be right for it."""

    function: str
    source: str
    names: tuple[str, ...] = ()


RIGHT, WRONG = [], []


def right(function):
    """Take a function as a right answer."""
    RIGHT.append(Answer(function.__name__, _source(function)))


def wrong(*names):
    """Take a function as a wrong answer; without names where no name is expected to fit."""
    return lambda function: WRONG.append(Answer(function.__name__, _source(function), names))


def _source(function):
    text = inspect.getsource(function)
    return text[text.index("def ") :]


for path in sorted(Path(__file__).parent.glob("*/*.py")):
    spec = importlib.util.spec_from_file_location(f"{path.parent.name}_{path.stem}", path)
    spec.loader.exec_module(importlib.util.module_from_spec(spec))
