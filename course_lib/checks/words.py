"""The sentences of a check that belong to no rule in particular, and numbers in words."""

import re
from dataclasses import dataclass

import numpy as np

from course_lib.checks.process import MAX_OUTPUT, Other

LONG = 24
"""Arrays of more entries are shown in part."""

ONE_NUMBER_ONLY = re.compile("arrays can be converted to Python scalars|truth value of an array")
"""What NumPy says where an array meets `math.sqrt`, `float`, `if`, `max` or `min`."""


@dataclass(frozen=True)
class Diagnosis:
    """A recognised mistake: its name, what a student reads first, and the next hint."""

    name: str
    sentence: str
    hint: str
    dialect: bool = False


def changed_in_place(name):
    """Diagnose an argument that the function wrote into."""
    return Diagnosis(
        "argument_changed_in_place",
        f"The caller's own array {name} has changed after the call: which line writes into "
        f"{name} in place of making a new array?",
        f"`{name} += …`, `{name}[:] = …` and `out={name}` write into the caller's array. "
        f"`{name} = {name} + …` makes a new one.",
    )


def kept_between_calls(rule):
    """Diagnose a function that remembers something between calls."""
    return Diagnosis(
        "state_kept_between_calls",
        f"The same call gives another answer when it is repeated: what does {rule} remember "
        "from the call before?",
        "A rule keeps nothing between calls: all state comes in as arguments and goes out as "
        "results. Look for `global`, a mutable default, or a value kept in the module.",
    )


def other_order(rule, results):
    """Diagnose right results in a wrong order."""
    return Diagnosis(
        "results_in_another_order",
        f"The numbers are right, but in which order does {rule} return them?",
        f"The order is that of the docstring: {', '.join(results)}.",
    )


def hard_coded(values):
    """Diagnose hyperparameters that make no difference; `values` are those that it works with."""
    names = " and ".join(values)
    return Diagnosis(
        f"hard_coded_{'_and_'.join(values)}",
        f"Another value of {names} makes no difference: does a number stand where the argument "
        f"{names} should?",
        f"The results are those of {' and '.join(f'{n} = {x:g}' for n, x in values.items())}, "
        "whatever is passed.",
    )


def one_number_only(rule, error):
    """Diagnose a function that takes no array."""
    return Diagnosis(
        "scalar_where_an_array_belongs",
        f"{rule} raises {error} when it is given an array: which line takes a single number only?",
        "Functions of `math`, `float(…)`, `if`, `max` and `min` take one number; NumPy's "
        "functions, np.where, np.maximum and np.minimum take arrays.",
    )


def none_returned(rule, which, results):
    """Diagnose None in place of a result, or of all."""
    what = "None" if which is None else f"None for {which}"
    return Diagnosis(
        "nothing_returned",
        f"{rule} returns {what}: is there a return, and what follows it?",
        f"It should end with: return {', '.join(results)}.",
    )


def other_type(rule, got, results):
    """Diagnose a dict or another container in place of the results."""
    return Diagnosis(
        "other_type_returned",
        f"{rule} returns {_a(kind(got))}, but should return {' and '.join(results)}: what does the "
        "docstring list under Returns?",
        f"It should end with: return {', '.join(results)}.",
    )


def wrong_count(rule, number, results):
    """Diagnose too few or too many results."""
    few = "state_not_returned" if results[0] == "w" else "too_few_results"
    return Diagnosis(
        few if number < len(results) else "too_many_results",
        f"{rule} returns {number} value{'s' * (number != 1)}, but should return {len(results)}: "
        "what does the docstring list under Returns?",
        f"It should end with: return {', '.join(results)}.",
    )


def wrong_type(name, got, expected):
    """Diagnose a result that is no array of numbers."""
    if isinstance(expected, list):
        return Diagnosis(
            "no_list_returned",
            f"{name} should be a list of as many arrays as came in: is it one?",
            "[… for g in grads] makes a list, with one array for each.",
        )
    sequence = isinstance(got, list | tuple)
    return Diagnosis(
        "list_where_an_array_belongs" if sequence else "no_number_returned",
        f"{name} comes back as {_a(kind(got))}: should it not be an array of plain numbers?",
        f"{name} should be an array of shape {np.shape(expected)}."
        + (" np.array makes one out of a list." if sequence else ""),
    )


def wrong_shape(name, got, expected):
    """Diagnose a result of another shape."""
    shape, right = np.shape(got), np.shape(expected)
    if shape == ():
        return Diagnosis(
            "scalar_where_an_array_belongs",
            f"{name} comes back as one number, but should have shape {right}: is there a sum, "
            "mean, maximum or norm over coordinates that should each go their own way?",
            "Every coordinate has a value of its own; let NumPy work elementwise.",
        )
    if len(shape) > len(right) and np.prod(shape) == np.prod(right):
        return Diagnosis(
            "extra_axis",
            f"{name} has shape {shape}, but should have {right}: which line adds an axis?",
            "keepdims=True, np.newaxis, [:, None] and reshape do. Print the shapes line by line.",
        )
    if np.prod(shape) > np.prod(right) or len(shape) > len(right):
        return Diagnosis(
            "broadcast_to_the_wrong_shape",
            f"{name} has shape {shape}, but should have {right}: which two shapes meet?",
            "A (3,) and a (3, 1) array give a (3, 3) one. Print the shapes line by line.",
        )
    return Diagnosis(
        "wrong_shape",
        f"{name} has shape {shape}, but should have {right}: where does an axis get lost?",
        "Look for a sum, a maximum, an index or a reshape.",
    )


def dtype_lost(name, got, expected):
    """Diagnose right numbers in another dtype."""
    return Diagnosis(
        "dtype_lost",
        f"The numbers are right, but {name} comes back in {got.dtype} where {expected.dtype} "
        "went in: which operand brings the other dtype?",
        "A float32 array times a Python float stays float32. np.float64(.1), np.array(.1), and "
        "np.sqrt or np.power of a plain number, are float64 and take the array along: for plain "
        "numbers use ** and ** 0.5. `astype` and `dtype=` say a dtype outright.",
    )


def no_answer(rule, reply, file, where=""):
    """Say in one sentence why a call gave no result."""
    place = file if not reply.file or file.endswith(reply.file) else reply.file
    place += f", line {reply.line}" if reply.line else ""
    if reply.kind == "blank":
        if reply.message and rule not in reply.message:
            return f"{rule} needs another function first: {reply.message}."
        return f"{rule} is not written yet: open {place}."
    if reply.kind == "raised":
        what = f"{reply.error_type}: {reply.message}" if reply.message else reply.error_type
        renamed = reply.error_type == "TypeError" and f"{rule}()" in reply.message
        question = " Has the first line of the function been changed?" if renamed else ""
        return f"{rule} raises an error{where and f' {where}'} ({place}): {what}.{question}"
    if reply.kind == "timeout" and reply.message != "loops":
        return {
            "sleeps": f"{rule} waits where it should calculate: is there a sleep in {file}, or "
            "does it wait for what never comes?",
            "slow": f"{rule} is too slow: it takes {reply.seconds:.2g} s of processor time a call. "
            "On average 1 s is the most: which loop over entries could NumPy do at once?",
            "late": f"{rule} gave no answer for very long: the machine is busy, so try again.",
            "spent": f"{rule} was not called any more: the calls before it used up what a "
            "submission may take.",
        }[reply.message]
    return {
        "no_file": f"There is no {file}, so {rule} cannot be checked.",
        "missing": f"{file} has no function {rule}: has it been renamed or deleted?",
        "syntax": f"{place} is not Python: {reply.message}.",
        "exited": f"{rule} ends the program (sys.exit or quit) where it should return.",
        "timeout": f"{rule} gave no answer in time: is there a loop in {file} that never ends?",
        "flood": f"{rule} prints more than {MAX_OUTPUT:,} characters: is there a print in a loop?",
        "malformed": f"{rule} gave an answer that cannot be read: {reply.message}.",
        "died": f"{rule} crashed: {reply.message}.",
    }[reply.kind]


def is_numeric(value):
    """Tell whether a value is a number or an array of numbers."""
    if isinstance(value, np.ndarray | np.generic):
        return value.dtype.kind in "fiu"
    return isinstance(value, float | int) and not isinstance(value, bool)


def kind(value):
    """Name the type of a value as a student would."""
    if isinstance(value, Other):
        return value.name
    if isinstance(value, np.ndarray | np.generic):
        return f"{value.dtype} array"
    return {"str": "string", "bool": "truth value"}.get(type(value).__name__, type(value).__name__)


def _a(noun):
    return f"{'an' if noun[:2] == 'nd' or noun[:1] in 'aeiou' else 'a'} {noun}"


def show(value, digits=6):
    """Write a number or a small array as one would by hand."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and value and all(map(is_numeric, value)):
        return "[" + ", ".join(show(x, digits) for x in value) + "]"
    if not is_numeric(value):
        return kind(value)
    if np.size(value) > LONG:
        return f"{show(np.ravel(value)[:3], digits)[:-1]}, …] of shape {np.shape(value)}"
    if np.ndim(value):
        return "[" + ", ".join(show(x, digits) for x in value) + "]"
    return f"{float(value):.{digits}g}"


def show_pair(got, expected):
    """Write two values with as many digits as tell them apart; of long ones, where they differ."""
    if is_numeric(got) and np.shape(got) == np.shape(expected) and np.size(expected) > LONG:
        got, expected = np.ravel(got), np.ravel(expected)
        order = np.argsort(-np.abs(got - expected), kind="stable")
        index = int(order[0])
        pair = show_pair(got[index], expected[index])
        return tuple(f"{text} at index {index}" for text in pair)
    pairs = [(show(got, digits), show(expected, digits)) for digits in (6, 10, 17)]
    return next((pair for pair in pairs if pair[0] != pair[1]), pairs[0])
