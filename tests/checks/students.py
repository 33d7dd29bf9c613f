"""Students' files for the tests: written to a folder, and asked about."""

import inspect
import textwrap
from functools import cache

from course_lib.checks.engine import judge
from course_lib.checks.process import StudentProcess
from course_lib.checks.stored import load
from course_lib.instructor.authoring import cases as generator
from solutions.registry import FUNCTIONS

HOMES = {name: function.module for name, function in FUNCTIONS.items()}

SIBLING = """

def sparsity_factor(x):
    seen = np.maximum(np.count_nonzero(x, axis=0), 1)
    return np.sqrt(len(x) / seen, dtype=np.result_type(x, 1.0))
"""


def module(function, source):
    """Return the text of a module with one function, and the other one that it may call."""
    sibling = SIBLING if function == "sparsity_scaled_lr" else ""
    return f"import numpy as np\n{sibling}\n\n{source}"


def source(function, body, head=None):
    """Return the text of a module with one function of this body."""
    head = head or str(inspect.signature(FUNCTIONS[function].function))[1:-1]
    body = textwrap.indent(textwrap.dedent(body).strip("\n"), "    ")
    return module(function, f"def {function}({head}):\n{body}\n")


@cache
def cases(function, seed=None):
    """Return a function's stored cases, or those of a seed."""
    module = HOMES[function]
    return load(module, function) if seed is None else generator.make(module, function, seed)


def check_text(folder, function, text, *, seed=None, timeout=5.0):
    """Judge a function in a module of this text, in a child process as a student's is."""
    (folder / f"{HOMES[function]}.py").write_text(text, "utf-8")
    with StudentProcess(folder, timeout=timeout) as process:
        return judge(cases(function, seed), process)


def check_body(folder, function, body, *, head=None, **how):
    """Judge a function with this body."""
    return check_text(folder, function, source(function, body, head), **how)


def check_answer(folder, answer, **how):
    """Judge an answer of `right/` or `wrong/`."""
    text = module(answer.function, answer.source)
    return check_text(folder, answer.function, text, **how)
