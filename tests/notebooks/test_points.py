"""What each exercise of the lessons gives points for: nothing for nothing, a share for a part."""

import ast
import re
import textwrap

import pytest
from lessons import NAMES, exercises, graded, stored

from course_lib.checks.process import StudentProcess
from course_lib.checks.stored import catalogue
from course_lib.instructor.authoring import build
from course_lib.instructor.grading import hidden
from solutions import mistakes

HOMES = {function: module for module, functions in catalogue().items() for function in functions}
FUNCTIONS = [function for name in NAMES for function in exercises(name)]
SEED = 271_828  # of the hidden tests here; a course draws its own
every_function = pytest.mark.parametrize("function", FUNCTIONS)

# What students return who do nothing: the arguments that stand where the results belong.
NOTHING = """
def _given(right, args, kwargs):
    out = right(*args, **kwargs)
    passed = [value for name, value in zip(inspect.signature(right).parameters, args)
              if name not in ("grad", "grad_fn", "t") or len(args) == 1]
    return (tuple(passed[: len(out)]), out) if isinstance(out, tuple) else (passed[0], out)
"""
LAZY = {
    "identity": "return given",
    "zeros": """
        parts = out if isinstance(out, tuple) else (out,)
        zeros = tuple(np.zeros_like(part) for part in parts)
        return zeros if isinstance(out, tuple) else zeros[0]
        """,
    "unchanged state": """
        if not isinstance(out, tuple):
            return given
        return (2 * out[0] - given[0], *given[1:])
        """,
    "right but for its state": """
        return (out[0], *given[1:]) if isinstance(out, tuple) else given
        """,
}


@pytest.fixture(scope="module", params=LAZY)
def lazy(request, tmp_path_factory):
    """Run the modules of a student who does nothing, in one way of doing it."""
    folder = tmp_path_factory.mktemp("lazy")
    body = textwrap.indent(textwrap.dedent(LAZY[request.param]).strip(), "    ")
    for module in {HOMES[function] for function in FUNCTIONS}:
        text = build.reference_module(mistakes.reference(module))
        for function in catalogue()[module]:
            text += (
                f"\n_right_{function} = {function}\n\n\ndef {function}(*args, **kwargs):\n"
                f"    given, out = _given(_right_{function}, args, kwargs)\n{body}\n"
            )
        text = text.replace(
            "import numpy as np\n", f"import inspect\nimport numpy as np\n{NOTHING}"
        )
        (folder / f"{module}.py").write_text(text, "utf-8")
    with StudentProcess(folder) as process:
        yield request.param, process


def points(process, function, most):
    with hidden.session(process, SEED):
        return hidden.grade(function, points=most)


@every_function
def test_nothing_done_earns_nothing(lazy, function):
    way, process = lazy
    earned = points(process, function, 4)
    if way == "right but for its state" and earned:  # the share of the weights, and no more
        source = mistakes.reference(HOMES[function])
        (names,) = re.findall(
            rf"^def {function}\(.*?^    return (.+?)$", source, re.MULTILINE | re.DOTALL
        )
        assert earned <= 4 / len(names.split(","))
    else:
        assert earned == 0


@every_function
def test_a_dialect_earns_part_of_the_points_with_its_name(function, tmp_path, capsys):
    module = HOMES[function]
    for mistake in mistakes.catalogue()[module][function]:
        if not mistake.dialect:
            continue
        text = mistakes.edited(mistakes.reference(module), function, mistake)
        (tmp_path / f"{module}.py").write_text(text, "utf-8")
        with StudentProcess(tmp_path) as process:
            earned = points(process, function, 4)
        assert 2 <= earned < 4, mistake.name
        assert (
            "another library's form, where this course asks for its own" in capsys.readouterr().out
        )


def answers():
    """Give lesson, name and right value of each answer, and what its hidden test calls."""
    for name in NAMES:
        right = {
            cell.id: ast.literal_eval(re.findall(r"^\w+ = (.+)$", cell.source, re.MULTILINE)[-1])
            for cell in graded(build.read_lesson(name), "solution")
            if cell.cell_type == "code"
        }
        for cell in graded(build.read_lesson(name), "grade"):
            if call := re.search(r"^grade_answer\(.+\)$", cell.source, re.MULTILINE | re.DOTALL):
                answer = cell.id.removesuffix("_check")
                yield pytest.param(answer, right[answer], call[0], id=f"{name} {answer}")


@pytest.mark.parametrize(("answer", "right", "call"), list(answers()))
def test_a_right_answer_earns_all_and_none_or_nought_nothing(answer, right, call):
    def earned(value):
        return eval(call, {"grade_answer": hidden.grade_answer, answer: value})

    (worth,) = re.findall(r"points=(\d+)", call)
    assert earned(right) == int(worth)
    for empty in (None, 0, 1, True, "", "0", "Z", [], float("nan")):
        assert earned(empty) == 0


@pytest.mark.parametrize("name", NAMES)
def test_no_answer_of_three_digits_stands_in_what_a_student_reads(name):
    notebook = stored(name)
    texts = [cell.source for cell in notebook.cells]
    for output in (out for cell in notebook.cells for out in cell.get("outputs", [])):
        texts += [output.get("text", ""), output.get("data", {}).get("text/plain", "")]
    for cell in graded(build.read_lesson(name), "solution"):
        for number in re.findall(r"^\w+ = ([-.\d]+)$", cell.source, re.MULTILINE):
            if len(re.sub(r"^-?[0.]*|\.", "", number)) >= 3:
                assert not re.search(rf"(?<![\d.]){re.escape(number)}", "\n".join(texts)), cell.id
