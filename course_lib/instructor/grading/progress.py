"""What somebody who watches a run sees, and how Ctrl-C ends it."""

import contextlib
import signal
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from course_lib.instructor.grading.summary import Row


@contextlib.contextmanager
def bar(count: int, running: Collection[str]) -> Iterator[Callable[[Row], None]]:
    """Show rate, time left, what runs now and the last problem, where somebody watches.

    Parameters
    ----------
    count : int
        How many submissions there are.
    running : collection of str
        The students whose submission is examined, at each moment.

    Yields
    ------
    advance : callable
        Takes the `Row` of each submission that is done.
    """
    console = Console(stderr=True)
    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[running]}"),
        TextColumn("[red]{task.fields[problem]}", markup=True),
    )
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as shown:
        task = shown.add_task("", total=count, rate="", running="", problem="")

        def advance(row: Row) -> None:
            speed = shown.tasks[0].speed
            told = {"rate": f"{speed:.1f} a second"} if speed else {}
            told["running"] = escape(", ".join(sorted(running)[:3]))
            if row.state == "not graded":
                told["problem"] = escape(f"{row.student}: {row.flags[-1]}")
            shown.update(task, advance=1, **told)  # type: ignore[arg-type]

        yield advance


@contextlib.contextmanager
def whole_writes() -> Iterator[Callable[[], AbstractContextManager[None]]]:
    """Let Ctrl-C wait for the end of a write: nbgrader takes it for a failed submission.

    Yields
    ------
    write : callable
        Gives a context manager, to be entered for each write.
    """
    waiting = writing = False

    def interrupt(*_: object) -> None:
        nonlocal waiting
        waiting = True
        if not writing:
            raise KeyboardInterrupt

    @contextlib.contextmanager
    def write() -> Iterator[None]:
        nonlocal writing
        writing = True
        try:
            yield
        finally:
            writing = False
        if waiting:
            raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield contextlib.nullcontext
        return
    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield write
    finally:
        signal.signal(signal.SIGINT, before)
