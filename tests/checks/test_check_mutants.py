"""The checks hold every number of the reference: no small change of it goes unnoticed.

A mutation tester of a few operators: each changes one place in the syntax tree of one function of
`solutions/updates`. A mutant that passes the checks must not differ from the reference anywhere.
"""

import ast
import copy
import math
import signal
import warnings
from collections import Counter
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from figures import by_module, hold
from students import HOMES, cases

from course_lib.checks.engine import close, judge
from course_lib.checks.process import InThisProcess
from course_lib.checks.stored import FUNCTIONS
from course_lib.instructor.authoring.cases import as_list, run
from solutions.mistakes import reference

OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow)
COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)
CALLS = {
    "maximum": "minimum",
    "max": "min",
    "sum": "mean",
    "sqrt": "square",
    "exp": "expm1",
    "cos": "sin",
    "abs": "negative",
    "clip": "maximum",
    "count_nonzero": "sum",
    "where": "add",
}


def mutants(function):
    """Yield (what was changed, the changed module) for every mutant of a function."""
    tree = ast.parse(reference(HOMES[function]))
    body = next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == function)
    names = [a.arg for a in body.args.args + body.args.kwonlyargs]
    places = [node for node in ast.walk(body) if not isinstance(node, ast.FunctionDef)]
    for place, node in enumerate(places):
        for what, change in changes(node, names):
            changed = copy.deepcopy(tree)
            root = next(n for n in changed.body if getattr(n, "name", "") == function)
            target = [n for n in ast.walk(root) if not isinstance(n, ast.FunctionDef)][place]
            new = change(target)
            if new is not target:
                Replace(target, new).visit(root)
            ast.fix_missing_locations(changed)
            yield f"{ast.unparse(node)}: {what}", changed


class Replace(ast.NodeTransformer):
    """Puts one node in the place of another."""

    def __init__(self, old, new):
        self.old, self.new = old, new

    def visit(self, node):
        return self.new if node is self.old else self.generic_visit(node)


def setting(name, value):
    """Return a change that sets an attribute of a node."""

    def change(node):
        setattr(node, name, value)
        return node

    return change


def changes(node, names):
    """Return the changes that can be made to a node, in words and as functions."""
    found = []
    if isinstance(node, ast.BinOp):
        found += [
            (f"as {o.__name__}", setting("op", o()))
            for o in OPERATORS
            if not isinstance(node.op, o)
        ]
        found += [
            ("left operand alone", lambda n: n.left),
            ("right operand alone", lambda n: n.right),
        ]
        found += [("operands swapped", _swapped)]
    elif isinstance(node, ast.UnaryOp):
        found += [("sign dropped", lambda n: n.operand)]
    elif isinstance(node, ast.Compare):
        found += [
            (f"as {c.__name__}", setting("ops", [c()]))
            for c in COMPARISONS
            if not isinstance(node.ops[0], c)
        ]
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        value = node.value
        others = {value + 1, value - 1, -value, value * 2, value / 2, value + 0.01} - {value}
        found += [(f"as {x}", setting("value", x)) for x in sorted(others)]
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in names:
        found += [(f"as {n}", setting("id", n)) for n in names if n != node.id]
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr in CALLS:
            found += [(f"as {CALLS[node.func.attr]}", lambda n: _called(n, CALLS[n.func.attr]))]
        found += [(f"argument {i} alone", lambda n, i=i: n.args[i]) for i in range(len(node.args))]
        found += [
            (f"without {k.arg}", lambda n, i=i: _without(n, i)) for i, k in enumerate(node.keywords)
        ]
    elif isinstance(node, ast.IfExp):
        found += [("always the first", lambda n: n.body), ("always the second", lambda n: n.orelse)]
    elif isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Load):
        found += [("turned round", lambda n: ast.Tuple(n.elts[::-1], n.ctx))]
    elif isinstance(node, ast.Assign | ast.If | ast.While | ast.Raise):
        found += [("left out", lambda n: ast.Pass())]
    return found


def _swapped(node):
    node.left, node.right = node.right, node.left
    return node


def _called(node, name):
    node.func.attr = name
    return node


def _without(node, i):
    del node.keywords[i]
    return node


class TooLong(BaseException):
    """A mutant runs for ever; nothing that catches Exception may catch this."""


def within(seconds, work):
    """Call `work`, or raise TooLong."""

    def stop(*_):
        raise TooLong

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return work()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def flat(values):
    """Take the arrays out of the lists among some results."""
    return [x for value in values for x in (value if isinstance(value, list) else [value])]


def differs(function, mutant):
    """Tell whether a mutant gives another number somewhere, on inputs that no check uses."""
    for seed in range(40, 60):
        for call in cases(function, seed).calls:
            got, expected = as_list(run(mutant, call)), call.expected
            got, expected = got and flat(got), flat(expected)
            shapes = got and [np.shape(x) for x in got]
            if shapes != [np.shape(x) for x in expected]:
                if call.role == "extra":  # what may fail there is no other number
                    continue
                return True
            for a, b in zip(got, expected, strict=True):
                dtype = getattr(b, "dtype", np.float64)
                dtype = dtype if dtype == np.float32 else np.float64
                if not close(a, b, dtype=dtype, stored=1e-12):
                    return True
    return False


@cache
def judge_mutants(function, one_in=1):
    """Return how many mutants were caught, equal the reference, and which survive."""
    counted, survivors = Counter(), []
    whole = cases(function)
    some = replace(whole, mistakes=[])  # no need for a name
    for number, (what, tree) in enumerate(mutants(function)):
        if number % one_in:
            continue
        namespace = {"__name__": "mutant"}
        exec(compile(tree, "mutant", "exec"), namespace)
        mutant = namespace[function]
        try:
            passed = within(5, lambda f=mutant: judge(some, InThisProcess(f, timeout=600)).passed)
        except TooLong:
            passed = False
        if not passed:
            counted["caught"] += 1
        elif differs(function, mutant):
            survivors.append(what)
        else:
            counted["equal to the reference"] += 1
    return counted, survivors


@pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="endless mutants are ended by an alarm")
@pytest.mark.parametrize("function", HOMES)
def test_some_mutants_are_caught(function):
    """One mutant in seven; all of them below."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _, survivors = judge_mutants(function, 7)
    assert survivors == []


@pytest.mark.full
@pytest.mark.timeout(1800)
@pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="endless mutants are ended by an alarm")
@pytest.mark.parametrize("function", HOMES)
def test_no_mutant_that_changes_a_number_survives(function):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _, survivors = judge_mutants(function)
    assert survivors == []


@pytest.mark.full
@pytest.mark.timeout(1800)
@pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="endless mutants are ended by an alarm")
def test_the_documents_say_how_many_mutants_there_are():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        judged = {function: judge_mutants(function)[0] for function in HOMES}
    hold(
        "mutants",
        {
            "mutants": by_module({f: counted.total() for f, counted in judged.items()}),
            "no change": by_module({f: c["equal to the reference"] for f, c in judged.items()}),
        },
    )


def test_the_functions_that_calls_can_pass_are_elementwise():
    x = np.array([[0.5, -2.0], [3.0, 1.0]], dtype=np.float32)
    for name, function in FUNCTIONS.items():
        assert function(x).dtype == np.float32 and function(x).shape == x.shape, name
        assert math.isclose(function(x)[1, 0], function(np.float32(3.0)), rel_tol=1e-6)
