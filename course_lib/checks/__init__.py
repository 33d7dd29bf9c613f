"""Immediate feedback: runs the student's functions, compares, and names the mistake.

In a notebook `check("adagrad_update")` shows one card. A terminal calls `run_checks`.
"""

import contextlib
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from course_lib import CourseError, nearest
from course_lib.checks import answers
from course_lib.checks.card import Card
from course_lib.checks.engine import Verdict, judge
from course_lib.checks.in_process import StudentInProcess
from course_lib.checks.process import StudentProcess
from course_lib.checks.stored import catalogue, load
from course_lib.workspace import find_root, place

__all__ = ["CheckFailed", "Verdict", "check", "check_answer", "run_checks"]


class CheckFailed(AssertionError):
    """A check in a notebook has failed; the card above says why, so no traceback follows."""

    def _render_traceback_(self):
        return [str(self)]


START = StudentInProcess if sys.platform == "emscripten" else StudentProcess
"""What runs a student's functions here: a browser can start no process."""

_spare: StudentProcess | None = None


def _take_process(updates_dir):
    """Return the child that was started after the last check, or a new one."""
    global _spare
    process, _spare = _spare, None
    if process is not None and process.updates_dir == updates_dir:
        return process
    return START(updates_dir)


def _resolve(names):
    """Turn names of modules and functions into (module, function), in the order of the course."""
    stored = catalogue()
    homes = {function: module for module, functions in stored.items() for function in functions}
    pairs = []
    for name in names or stored:
        if name in stored:
            pairs += [(name, function) for function in stored[name]]
        elif name in homes:
            pairs.append((homes[name], name))
        else:
            known = nearest(name, [*stored, *homes])
            raise CourseError(f"There is nothing to check under the name {name}; try {known}.")
    return list(dict.fromkeys(pairs))


def run_checks(
    names: Sequence[str] = (),
    *,
    updates_dir: str | Path | None = None,
    file: str | Path | None = None,
    start: Callable[..., StudentProcess] = START,
) -> list[Verdict]:
    """Check functions of a student's and return a verdict for each.

    Parameters
    ----------
    names : sequence of str
        Modules ("adagrad") or functions ("adagrad_update"); all there are, if empty.
    updates_dir : path, optional
        Folder with the modules; that of the current folder's course otherwise.
    file : path, optional
        A file to take in place of the folder's module. All names must be of one module.
    start : callable
        ``start(updates_dir, files=files)`` gives the process that runs the functions; with that
        of `course_lib.instructor.sandbox.foreign` they can harm nothing.

    Returns
    -------
    verdicts : list of Verdict

    Raises
    ------
    CourseError
        For a name that is not known, names of several modules for one file, or no such file.
    """
    pairs = _resolve(names)
    updates_dir = Path(updates_dir or find_root() / "course_lib" / "updates").resolve()
    files = {}
    if file is not None:
        if len({module for module, _ in pairs}) != 1:
            raise CourseError("A file is checked as one module: name that module or its functions.")
        if Path(file).is_dir():
            raise CourseError(f"{file} is a folder: give the file in it that is to be checked.")
        if not Path(file).is_file():
            raise CourseError(f"There is no file {file}.")
        files = {pairs[0][0]: file}
    with start(updates_dir, files=files) as process:
        return [
            judge(load(m, f), process, str(file) if file else place(updates_dir / f"{m}.py"))
            for m, f in pairs
        ]


def check(*names):
    """Check functions in a notebook: show one card, and fail the cell where one is not right.

    Parameters
    ----------
    *names : str
        Modules ("adagrad") or functions ("adagrad_update").

    Raises
    ------
    CheckFailed
        After the card has been shown, where a check has failed.
    """
    global _spare
    try:
        pairs = _resolve(names)
    except CourseError as error:
        raise CheckFailed(str(error)) from None
    updates_dir = (find_root() / "course_lib" / "updates").resolve()
    with _take_process(updates_dir) as process:
        verdicts = [judge(load(m, f), process, place(updates_dir / f"{m}.py")) for m, f in pairs]
    _show(Card(verdicts))
    # A child that has loaded nothing yet waits for the next check: most of a check's time is
    # the start of Python and numpy.
    _spare = START(updates_dir)
    _spare.start()
    failed = [verdict.rule for verdict in verdicts if not verdict.passed]
    if failed:
        raise CheckFailed(f"Not right yet: {', '.join(failed)}. The card above says more.")


def _show(card):
    try:
        from IPython.display import display
    except ImportError:
        print(card._repr_mimebundle_()["text/plain"])
    else:
        display(card)


def check_answer(name, value):
    """Check in a notebook the form of an answer and, where that may be told, whether it is right.

    Parameters
    ----------
    name : str
        Name of the answer.
    value : number, string, bool, or list or tuple of these
        The answer.

    Raises
    ------
    CheckFailed
        Where the answer is still None, has another form than is wanted, or is told to be wrong.
    """
    written = _written(name)
    if problem := written if "quotes" in written else answers.problem(name, value):
        raise CheckFailed(problem)
    value, said = answers.plain(value), answers.said(name, value)
    if said is None:
        print(f"{name} = {value!r} is an answer; whether it is right, grading will tell.")
    elif said == answers.RIGHT:
        print(f"{name} = {value!r} is right.")
    else:
        say = said or "Which step on the way to it can you test in a cell of your own?"
        raise CheckFailed(f"{name} = {value!r} is not right. {say}")
    if written:
        print(written)


def _written(name):
    """Say what is wrong with how the notebook's last cell with an answer writes it down."""
    shell = "IPython" in sys.modules and sys.modules["IPython"].get_ipython()
    for source in reversed(shell.user_ns.get("In", ()) if shell else ()):
        if re.search(rf"^{name}\b[^\n]*=", source, re.MULTILINE):
            with contextlib.suppress(SyntaxError, ValueError, RecursionError):
                return answers.written_out(name, source)
    return ""
