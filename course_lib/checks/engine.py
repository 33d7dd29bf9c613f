"""Compares a student's function with `Cases` and recognises its mistake.

The student's own check and the hidden tests both judge by this file.
"""

from dataclasses import dataclass, field
from itertools import permutations
from typing import Any

import numpy as np

from course_lib.checks import words
from course_lib.checks.process import Other, StudentProcess
from course_lib.checks.stored import FUNCTIONS, Call, Cases
from course_lib.checks.words import Diagnosis, is_numeric

# An error is measured against the change that a call makes, so that no small step can hide.
# What rounding may add is counted in last places of the largest number at that coordinate.
RELATIVE = {np.dtype("f8"): 1e-9, np.dtype("f4"): 2e-5}
LAST_PLACES = 16
# The results of mistakes are stored with twelve digits.
STORED = 1e-11
# All calls of a function together may take four times what one of them may, and on average a
# fifth of it: 20 s of processor time, or 1 s a call where there are more than twenty.
PATIENCE, AVERAGE = 4, 1 / 5


@dataclass
class Verdict:
    """What a check found out about one function.

    Attributes
    ----------
    rule : str
        The function.
    passed : bool
    mistake : str or None
        Name of the mistake or dialect that was recognised.
    message : str
        What a student reads first.
    hint : str
        The next hint, "" where there is none.
    dialect : bool
        The mistake is another library's right form.
    outcome : str
        "right", "wrong", or what kept the function from answering: "blank", "no_file",
        "missing", "syntax", "raised", "exited", "timeout", "died", "flood", "malformed".
    parts : dict of str to bool
        For each result, whether it was right in every call. All False where a call failed.
    parameters : list of str
        Names of the positional arguments.
    call : Call or None
        The first call that failed.
    got : list or None
        Its results, as many as there should be.
    differ : list of str
        Names of those that are wrong.
    calls : int
        How many calls were judged.
    notes : list of str
        What else a student may want to know.
    output : str
        What the student's file printed.
    """

    rule: str
    passed: bool
    mistake: str | None = None
    message: str = ""
    hint: str = ""
    dialect: bool = False
    outcome: str = "wrong"
    parts: dict[str, bool] = field(default_factory=dict)
    parameters: list[str] = field(default_factory=list)
    call: Call | None = None
    got: list | None = None
    differ: list[str] = field(default_factory=list)
    calls: int = 0
    notes: list[str] = field(default_factory=list)
    output: str = ""

    def as_dict(self) -> dict:
        """Return the object that `course check --json` prints."""
        return {name: getattr(self, name) for name in ("rule", "passed", "mistake", "message")}


def judge(cases: Cases, process: StudentProcess, file: str | None = None) -> Verdict:
    """Call a student's function and say what is right about it and what is not.

    Parameters
    ----------
    cases : Cases
    process : StudentProcess
    file : str, optional
        How to name the student's file in a sentence; `course_lib/updates/NAME.py` otherwise.

    Returns
    -------
    verdict : Verdict
    """
    file = file or f"course_lib/updates/{cases.module}.py"
    replies = []
    most = process.timeout * max(PATIENCE, AVERAGE * len(cases.calls))
    for call in cases.calls + 2 * cases.calls[:1]:  # the first again: nothing may be left over
        args = [FUNCTIONS[x] if isinstance(x, str) else x for x in call.args]
        reply = process.call(cases.module, cases.function, args, call.kwargs)
        replies.append(reply)
        used = sum(reply.seconds for reply in replies)
        if used > most and reply.kind in ("value", "raised"):
            reply.kind, reply.message, reply.seconds = "timeout", "slow", used / len(replies)
        if reply.kind not in ("value", "raised"):
            break
    answers = _Answers(cases, replies)
    verdict = answers.verdict(file)
    verdict.parameters = cases.parameters
    verdict.calls = len(cases.calls)
    verdict.output = replies[-1].output
    return verdict


def close(
    got: Any, expected: Any, base: Any = None, dtype: Any = np.float64, stored: float = 0.0
) -> bool:
    """Tell whether a value is the expected one, up to rounding.

    Parameters
    ----------
    got, expected : arrays or numbers of one shape
    base : array or number, optional
        What the value was before the call: it is the change that must agree.
    dtype : dtype
        The precision in which it was to be calculated.
    stored : float
        How exactly `expected` is known, relative to the largest number.
    """
    if np.array_equal(got, expected):
        return True
    with np.errstate(all="ignore"):
        got, expected = np.asarray(got, np.float64), np.asarray(expected, np.float64)
        tolerance = RELATIVE[np.dtype(dtype)] * np.abs(expected - (0 if base is None else base))
        tolerance += stored * np.abs(expected)
        if base is None:  # what cancels may leave the rounding of its neighbours
            largest = np.max(np.abs(expected), initial=0, where=np.isfinite(expected))
        else:
            largest = np.maximum(np.abs(base), np.abs(expected))
        tolerance += LAST_PLACES * np.finfo(dtype).eps * largest
        same = np.isfinite(expected) & (np.abs(got - expected) <= tolerance)
        same |= (got == expected) | (np.isnan(got) & np.isnan(expected))
    return bool(np.all(same))


class _Answers:
    """A student's answers to all calls, compared with what they should be.

    `results` holds for each call the list of results, or None where there are not as many as
    there should be; `faults` holds for each call what is wrong with each result: None, "type",
    "shape", "value" or "dtype"; "count" where there is no list of results.
    """

    def __init__(self, cases, replies):
        self.cases = cases
        self.again = replies[len(cases.calls) :]
        self.replies = replies[: len(cases.calls)]
        self.calls = cases.calls[: len(self.replies)]
        self.results = [self._split(reply) for reply in self.replies]
        self.faults = [
            ["count"] if results is None else self._compare(call, results, call.expected)
            for call, results in zip(self.calls, self.results, strict=True)
        ]
        # An extra call counts where it gives numbers of the right shape.
        self.judged = [
            i
            for i, (call, faults) in enumerate(zip(self.calls, self.faults, strict=True))
            if call.role != "extra" or set(faults) <= {None, "value", "dtype"}
        ]
        self.failing = next((i for i in self.judged if any(self.faults[i])), None)
        self.core = [i for i, call in enumerate(self.calls) if call.role == "core"]

    def _split(self, reply):
        count = len(self.cases.results)
        if reply.kind != "value":
            return None
        if count == 1:
            return None if isinstance(reply.value, tuple) else [reply.value]
        whole = isinstance(reply.value, tuple | list) and len(reply.value) == count
        return list(reply.value) if whole else None

    def _base(self, call, index, like):
        """Return the argument that a result is the new value of, where there is one."""
        position = self.cases.bases[index]
        value = None if position is None else call.args[position]
        alike = is_numeric(value) and is_numeric(like) and np.shape(value) == np.shape(like)
        return value if alike else None

    def _compare(self, call, results, expected, order=None):
        """Name the fault of each result; `order` says which result is taken for which."""
        order = order or range(len(expected))
        return [
            _fault(results[k], value, self._base(call, i, value))
            for i, (k, value) in enumerate(zip(order, expected, strict=True))
        ]

    def verdict(self, file):
        rule, last = self.cases.function, self.replies[-1]
        if last.kind not in ("value", "raised"):
            message = words.no_answer(rule, last, file)
            return Verdict(rule, False, message=message, outcome=last.kind)
        call, changed = self._changed_arguments()
        if self.failing is None:
            return self._right_numbers(call, changed)
        call, results = self.calls[self.failing], self.results[self.failing]
        reply, found = self.replies[self.failing], self._recognise()
        several = None if found else self._one_of_several()
        found = found or several
        names, faults = self.cases.results, self.faults[self.failing]
        differ = [n for n, fault in zip(names, faults, strict=False) if fault]
        verdict = Verdict(rule, False, parts=self._parts(), call=call, got=results, differ=differ)
        where = self._difference() if results else ""
        if found:
            verdict.mistake, verdict.hint, verdict.dialect = found.name, found.hint, found.dialect
            verdict.message = found.sentence + (
                f" The first difference is {where}." if results else ""
            )
        elif reply.kind == "raised":
            verdict.message = words.no_answer(rule, reply, file, call.where)
            verdict.outcome = "raised"
        else:
            verdict.message = f"Not a mistake I know: the first difference is {where}."
        if found and reply.kind == "raised":
            verdict.notes.append(words.no_answer(rule, reply, file, call.where))
        if several:
            verdict.notes.append("It is not alone: mend it, and check again to see what is left.")
        if changed:
            verdict.notes.append(f"It also changes its argument {changed} in place.")
        return verdict

    def _right_numbers(self, changing, changed):
        """Judge a function whose numbers are all right."""
        rule, parts = self.cases.function, self._parts()
        found, call = None, changing
        if changed:
            found = words.changed_in_place(changed)
        elif not self._repeats():
            found, call = words.kept_between_calls(rule), self.calls[0]
        if found:
            return Verdict(
                rule, False, found.name, found.sentence, found.hint, call=call, parts=parts
            )
        apart = [call.where for i, call in enumerate(self.calls) if i not in self.judged]
        notes = (
            [f"It does not work {', nor '.join(apart)}; this check lets that pass."]
            if apart
            else []
        )
        message = f"{rule} is right in all {len(self.judged)} calls."
        return Verdict(rule, True, message=message, outcome="right", parts=parts, notes=notes)

    def _difference(self):
        """Say where the first difference is: the first call, and state before w, as calculated."""
        call, faults = self.calls[self.failing], self.faults[self.failing]
        wrong = [i for i, fault in enumerate(faults) if fault]
        index = min(wrong, key=lambda i: self.cases.results[i] == "w")
        name, got, expected = _entry(
            self.cases.results[index], self.results[self.failing][index], call.expected[index]
        )
        text = f"in {name} {call.where}"
        if faults[index] == "value":
            text += " ({} in place of {})".format(*words.show_pair(got, expected))
        return text

    def _parts(self):
        whole = len(self.replies) == len(self.cases.calls)
        return {
            name: whole and all(self.faults[i][index:][:1] == [None] for i in self.judged)
            for index, name in enumerate(self.cases.results)
        }

    def _changed_arguments(self):
        """Return the first call that changed an argument, and that argument's name."""
        for call, reply in zip(self.calls, self.replies, strict=True):
            before = [*call.args, *call.kwargs.values()]
            names = [*self.cases.parameters, *call.kwargs]
            for name, old, new in zip(names, before, reply.args, strict=False):
                if _changed(old, new):
                    return call, name
        return None, None

    def _repeats(self):
        """Tell whether the first call gave the same again each time it was repeated."""
        if self.results[0] is None:  # it raised: there is nothing to compare
            return True
        for again in map(self._split, self.again):
            if again is None:
                return False
            faults = self._compare(self.calls[0], again, self.results[0])
            if {"shape", "value", "dtype"} & set(faults):
                return False
        return True

    # Recognition: each of these explains all the answers or says nothing.

    def _recognise(self):
        for mistake in self.cases.mistakes:
            if self._agrees(mistake.outputs):
                return Diagnosis(mistake.name, mistake.sentence, mistake.hint, mistake.dialect)
        return (
            (None if self._repeats() else words.kept_between_calls(self.cases.function))
            or self._other_order()
            or self._wrong_kind()
            or self._hard_coded()
        )

    def _one_of_several(self):
        """Recognise a mistake that is not alone: some results are just what it makes of them.

        A mistake in a state shows in that state, whatever the step then does. Where two could
        have made the same, neither is named, unless one of them explains more.
        """
        names = self.cases.results
        right = {
            k
            for k in range(len(names))
            if all(self.results[i] and not self.faults[i][k] for i in self.core)
        }
        step_is_right = "w" not in names or names.index("w") in right
        for k in [k for k in range(len(names)) if k not in right and names[k] != "w"]:
            found = {}
            for mistake, changed in zip(self.cases.mistakes, self.cases.changes, strict=True):
                told = {n for n in changed if names[n] != "w"}
                if k in told and not changed & right and self._shows(mistake, k):
                    whole = all(self._shows(mistake, n) for n in told)
                    # w is wrong because of the state, or not at all.
                    alone = mistake.in_state if changed > told else step_is_right
                    sure = whole and alone and not mistake.dialect
                    found.setdefault(mistake.name, (sure, len(told), mistake, told))
            if not found:
                continue
            sure, _, mistake, told = max(found.values(), key=lambda entry: entry[:2])
            others = [entry for entry in found.values() if entry[2] is not mistake]
            if sure and all(entry[3] < told for entry in others):
                return Diagnosis(mistake.name, mistake.sentence, mistake.hint)
            return None
        return None

    def _shows(self, mistake, k):
        """Tell whether one result is in every core call what a mistake makes it."""
        return len(mistake.outputs) == len(self.core) and all(
            self._gave(i, outputs, [k])
            for i, outputs in zip(self.core, mistake.outputs, strict=True)
        )

    def _agrees(self, outputs):
        """Tell whether every core call gave these outputs."""
        return (
            len(outputs) == len(self.core)
            and any(outputs)
            and all(map(self._gave, self.core, outputs))
        )

    def _gave(self, i, outputs, which=None):
        """Tell whether a call gave these outputs, or some of them, as far as they are stored."""
        call, results = self.calls[i], self.results[i]
        if outputs is None or results is None:
            return outputs is results
        return all(
            _fault(got, value, self._base(call, k, value), STORED) in (None, "dtype")
            for k, (got, value) in enumerate(zip(results, outputs, strict=True))
            if which is None or k in which
        )

    def _wrong_kind(self):
        """Recognise results that are not the arrays they should be."""
        rule, names = self.cases.function, self.cases.results
        call, reply = self.calls[self.failing], self.replies[self.failing]
        results, faults = self.results[self.failing], self.faults[self.failing]
        if reply.kind == "raised":
            before = [x for c in self.calls[: self.failing] for x in c.args]
            arrays = [isinstance(x, list) or np.ndim(x) > 0 for x in before + call.args]
            numbers_only = before and not any(arrays[: len(before)]) and any(arrays)
            if numbers_only or words.ONE_NUMBER_ONLY.search(reply.message):
                return words.one_number_only(rule, reply.error_type)
            return None
        if reply.value is None:
            return words.none_returned(rule, None, names)
        if isinstance(reply.value, Other):
            return words.other_type(rule, reply.value, names)
        if results is None:
            count = len(reply.value) if isinstance(reply.value, tuple | list) else 1
            return words.wrong_count(rule, count, names)
        index = next((i for i, fault in enumerate(faults) if fault in ("type", "shape")), None)
        if index is None:
            if {fault for i in self.judged for fault in self.faults[i]} == {None, "dtype"}:
                index = faults.index("dtype")
                return words.dtype_lost(*_entry(names[index], results[index], call.expected[index]))
            return self._single_precision()
        name, got, expected = _entry(names[index], results[index], call.expected[index])
        if got is None:
            return words.none_returned(rule, name, names)
        if faults[index] == "type":
            return words.wrong_type(name, got, expected)
        return words.wrong_shape(name, got, expected)

    def _single_precision(self):
        """Recognise results that are right as far as float32 goes, in a call in float64."""
        call, results = self.calls[self.failing], self.results[self.failing]
        single = [k for k, got in enumerate(results) if getattr(got, "dtype", None) == np.float32]
        as_far = all(
            self.results[i]
            and all(
                is_numeric(got)
                and np.shape(got) == np.shape(value)
                and close(got, value, self._base(self.calls[i], k, value), np.float32)
                for k, (got, value) in enumerate(
                    zip(self.results[i], self.calls[i].expected, strict=True)
                )
            )
            for i in self.core
        )
        if single and as_far:
            k = single[0]
            return words.dtype_lost(self.cases.results[k], results[k], call.expected[k])
        return None

    def _other_order(self):
        for order in list(permutations(range(len(self.cases.results))))[1:]:
            if all(
                self.results[i]
                and not any(
                    self._compare(self.calls[i], self.results[i], self.calls[i].expected, order)
                )
                for i in self.core
            ):
                return words.other_order(self.cases.function, self.cases.results)
        return None

    def _hard_coded(self):
        """Recognise hyperparameters that are not used.

        Calls that differ in one of them alone give the same, and where all of them have their
        usual values at once, the results are right.
        """
        groups = {}
        for i, call in enumerate(self.calls):
            if call.role.startswith("vary "):
                groups.setdefault(call.role[5:], []).append(i)
        ignored = [
            name
            for name, group in groups.items()
            if name != "all"
            and all(self.results[i] for i in group)
            and not any(
                any(self._compare(self.calls[i], self.results[i], self.results[group[0]]))
                for i in group
            )
        ]
        candidates = groups[ignored[0]] if len(ignored) == 1 else groups.get("all", [])
        for i in candidates if ignored else ():
            if not any(self.faults[i]):
                return words.hard_coded({name: self.calls[i].kwargs[name] for name in ignored})
        return None


def _changed(old, new):
    if isinstance(old, list):
        alike = isinstance(new, list) and len(new) == len(old)
        return not alike or any(map(_changed, old, new))
    arrays = isinstance(old, np.ndarray) and old.ndim  # t -= 1 is fair on a number
    return arrays and not np.array_equal(old, new, equal_nan=True)


def _entry(name, got, expected):
    """Go into a list of arrays, to the first that is wrong."""
    if isinstance(expected, list) and isinstance(got, list | tuple) and len(got) == len(expected):
        wrong = (i for i, pair in enumerate(zip(got, expected)) if _fault(*pair, None))
        i = next(wrong, 0)
        return f"{name}[{i}]", got[i], expected[i]
    return name, got, expected


def _fault(got, expected, base, stored=0.0):
    if isinstance(expected, list):
        if not isinstance(got, list | tuple) or len(got) != len(expected):
            return "type"
        faults = [_fault(g, e, None, stored) for g, e in zip(got, expected, strict=True)]
        return next((f for f in ("type", "shape", "value", "dtype") if f in faults), None)
    if not (is_numeric(got) and is_numeric(expected)):
        return "type"  # two results of the student's are compared too
    if np.shape(got) != np.shape(expected):
        return "shape"
    dtype = getattr(expected, "dtype", np.dtype(float))
    if not close(got, expected, base, dtype if dtype in RELATIVE else float, stored):
        single = getattr(got, "dtype", None) == np.float32 != dtype
        return "dtype" if single and close(got, expected, base, np.float32, stored) else "value"
    # A Python number has no dtype to lose, and is right for a single number.
    return "dtype" if np.ndim(expected) and got.dtype != dtype else None
