"""Students' files for the tests: written to a folder, and asked about."""

import textwrap
from functools import cache
from pathlib import Path

from right import HEADS

from course_lib.checks.engine import judge
from course_lib.checks.process import StudentProcess
from course_lib.checks.stored import catalogue, load
from course_lib.instructor.authoring import cases as generator

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
HOMES = {function: module for module, functions in catalogue().items() for function in functions}

SIBLING = """
def sparsity_factor(x):
    seen = np.maximum(np.count_nonzero(x, axis=0), 1)
    return np.sqrt(len(x) / seen, dtype=np.result_type(x, 1.0))
"""


def source(function, body, head=None):
    """Return the text of a module with one function."""
    sibling = SIBLING if function == "sparsity_scaled_lr" else ""
    body = textwrap.indent(textwrap.dedent(body).strip("\n"), "    ")
    return f"import numpy as np\n{sibling}\n\ndef {function}({head or HEADS[function]}):\n{body}\n"


@cache
def cases(function, seed=None):
    """Return a function's stored cases, or those of a seed."""
    module = HOMES[function]
    return load(module, function) if seed is None else generator.make(module, function, seed)


def check_body(folder, function, body, *, seed=None, head=None, timeout=5.0):
    """Judge a function with this body, in a child process as a student's is."""
    (folder / f"{HOMES[function]}.py").write_text(source(function, body, head), "utf-8")
    with StudentProcess(folder, timeout=timeout) as process:
        return judge(cases(function, seed), process)


def published(heading):
    """Return a column of the README's tables of modules: {module: number}, "all" among them."""
    head = next(line for line in README.split("\n") if f"| {heading} |" in line)
    column = [cell.strip() for cell in head.split("|")].index(heading)
    rows = README[README.index(head) :].partition("\n\n")[0].split("\n")[2:]
    cells = [[cell.strip(" *`") for cell in row.split("|")] for row in rows]
    return {row[1]: int(row[column].replace(",", "")) for row in cells}


def by_module(numbers):
    """Add up numbers of functions, for each module and "all"."""
    sums = dict.fromkeys([*HOMES.values(), "all"], 0)
    for function, number in numbers.items():
        sums[HOMES[function]] += number
        sums["all"] += number
    return sums
