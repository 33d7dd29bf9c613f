"""Runs hidden tests in a clean process that no student code enters: task in, outputs out.

An `Examiner` keeps one such process warm and lets it fork a fresh one for every task. A task and
its result are plain data, so that they can go to another machine:

    task: {"tests": [{"id", "source", "points"}], "answers": {name: value}, "modules": {file: text
        in base64}, "cells": [{"id", "source", "names"}] or None, "seed"}
    result: {"cells": {id: {"points", "max", "verdicts", "shown"}}, "ran": {id: [output]},
        "flags": [sentence], "seconds"}

"shown" is a list of {MIME type: text}. "points" are None where a cell gives none and its marks are
all; a cell that raised has "error" besides.

Where "cells" are given, the whole notebook is run in the sandbox first (`notebook_run.py`);
what it leaves in `names` counts as answers, its outputs are returned in "ran".
"""

import base64
import contextlib
import functools
import importlib.abc
import importlib.util
import json
import math
import os
import re
import resource
import secrets
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import types
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from course_lib.instructor import FOLDER
from course_lib.instructor.sandbox import bubblewrap

SECONDS = 300
"""Processor time that all calls of one submission's functions may take together."""
NOTEBOOK_SECONDS = 120
"""Processor time that a notebook may take that has to be run, all its processes together."""
REPLIES = 256 << 20
"""Bytes of all replies to those calls."""
MEMORY = 512 << 20
"""Bytes that one examination may take here, besides those of the warm process."""
OWN_SECONDS = 60
"""Processor time that one examination may take here, besides what a student's functions take."""
MAX_RESULT = 64 << 20
"""Bytes of a result."""
FAR = 10
"""An examination is given up after this many times its limits by the clock."""


class ExaminerError(Exception):
    """The trusted side failed; nothing is known about the submission."""


class Examiner:
    """Examines submissions on this machine, in forks of one warm process.

    Use as a context manager, or call `close`.

    Parameters
    ----------
    at_a_time : int
        How many it examines at a time; others wait.
    """

    def __init__(self, at_a_time: int = 1 << 10) -> None:
        self.ready = 2 * at_a_time + 2  # the next ones are made ready meanwhile
        self._free = threading.Semaphore(at_a_time)
        self._server: Any = None
        self._waiting: dict[str, Future[dict[str, Any]]] = {}
        self._lock = threading.Lock()
        self._closed = False

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()

    def prepare(self, needed: bool) -> None:
        """Prove that the sandbox holds; start meanwhile where there is something to examine."""
        bubblewrap.require()
        if needed:
            self.start()
        bubblewrap.prove()

    def start(self) -> None:
        """Start the process, unless it runs, so that the first task need not wait for it."""
        if self._server is not None:
            return
        root = str(FOLDER.parents[1])
        paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
        place = tempfile.mkdtemp(prefix="course-")
        self._server = subprocess.Popen(
            [sys.executable, "-P", "-m", "course_lib.instructor.grading.trusted", place],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
            cwd=root,
            env=os.environ
            | {
                "PYTHONPATH": os.pathsep.join(paths),
                "OPENBLAS_NUM_THREADS": "1",
                "OMP_NUM_THREADS": "1",
                "MALLOC_ARENA_MAX": "2",  # each thread's would count as memory taken
                "NBGRADER_EXECUTION": "autograde",
            },
        )
        self._waiting = {}  # each process answers for its own tasks
        reading = self._server, self._waiting, place
        threading.Thread(target=self._read, args=reading, daemon=True).start()

    def close(self) -> None:
        """End the process and what it runs."""
        with self._lock:
            server, self._server = self._server, None
            self._closed = True
        if server is not None:
            server.stdin.close()  # at which it ends what it runs, and itself
            try:
                server.wait(timeout=10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()

    def examine(self, task: dict[str, Any]) -> dict[str, Any]:
        """Run a task and wait for its result.

        Raises
        ------
        ExaminerError
            Where the trusted side itself fails.
        """
        with self._free:
            return self._examine(task)

    def _examine(self, task):
        number, result = secrets.token_hex(8), Future()
        line = json.dumps({"number": number, "task": task}).encode() + b"\n"
        with self._lock:
            if self._closed:
                raise ExaminerError("examining was stopped")
            self.start()
            self._waiting[number] = result
            try:
                self._server.stdin.write(line)
                self._server.stdin.flush()
            except OSError:
                self._server = None
                raise ExaminerError("the process that examines has died") from None
        found = result.result()
        if "error" in found:
            raise ExaminerError(found["error"])
        return found

    def _read(self, server, waiting, place):
        with server.stdout as pipe:
            for line in pipe:
                if not line.endswith(b"\n"):
                    break  # it died while it wrote
                answer = json.loads(line)
                waiting.pop(answer["number"]).set_result(answer["result"])
        shutil.rmtree(place, ignore_errors=True)  # where it could not do so itself
        with self._lock:
            if self._server is server:
                self._server = None
        for result in waiting.values():
            result.set_result({"error": "the process that examines has died"})


# What follows runs in the warm process and its children.


def serve() -> None:
    """Read a task a line, run each in a fork of its own, and write its result as a line."""
    tasks, results = os.dup(0), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    shell = _make_shell()
    children: dict[int, _Child] = {}
    rest = b""
    while True:
        left = min((c.deadline for c in children.values()), default=math.inf) - time.monotonic()
        wait = None if left == math.inf else max(0, left)
        ready, _, _ = select.select([tasks, *children], [], [], wait)
        if tasks in ready:
            if not (data := os.read(tasks, 1 << 20)):
                break
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                child = _Child(json.loads(line), shell)
                children[child.pipe] = child
        for pipe, child in list(children.items()):
            if (pipe in ready and child.read()) or time.monotonic() >= child.deadline:
                result = child.end()
                del children[pipe]
                results.write(b'{"number": "%s", "result": %s}\n' % (child.number, result))
                results.flush()
    for child in children.values():
        child.end()


class _Child:
    """A fork that runs one task."""

    def __init__(self, message, shell):
        self.number, task = message["number"].encode(), message["task"]
        self.deadline = time.monotonic() + FAR * (SECONDS + NOTEBOOK_SECONDS)
        self.data = b""
        prepare(task)
        self.pipe, writing = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.setsid()
            os.closerange(3, writing)
            os.closerange(writing + 1, 1024)
            _limit()
            try:
                result = examine(task, shell)
            except MemoryError:
                result = {"error": f"it takes more than {MEMORY >> 20} MB to examine"}
            except BaseException as error:  # noqa: BLE001 (whatever it is, it is reported)
                result = {"error": f"{type(error).__name__}: {error}"}
            with os.fdopen(writing, "wb") as pipe:
                pipe.write(json.dumps(result).encode())
            os._exit(0)
        os.close(writing)

    def read(self):
        """Read what is there; True at the end."""
        piece = os.read(self.pipe, 1 << 20)
        self.data += piece
        return not piece or len(self.data) > MAX_RESULT

    def end(self):
        """End the fork, where it has not ended itself, and give its result."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        _, status = os.waitpid(self.pid, 0)
        os.close(self.pipe)
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU:
            said = f"it takes more than {OWN_SECONDS} s of processor time to examine"
            return json.dumps({"error": said}).encode()
        try:
            return json.dumps(json.loads(self.data)).encode()
        except ValueError:
            return b'{"error": "the examination came to no end"}'


def _limit():
    """Bound what this fork may take.

    Soft limits, for they are passed on: a sandbox sets its own, and could not raise a hard one.
    """
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    memory = MEMORY + pages * resource.getpagesize()
    for kind, limit in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, OWN_SECONDS)):
        hard = resource.getrlimit(kind)[1]
        resource.setrlimit(kind, (limit if hard < 0 else min(limit, hard), hard))


def prepare(task: dict[str, Any]) -> None:
    """Make the cases that the tests of a task will ask for, once for all students."""
    from course_lib.instructor.grading import hidden

    for test in task["tests"]:
        for function in re.findall(r"""^grade\(["'](\w+)["']""", test["source"], re.MULTILINE):
            with contextlib.suppress(LookupError):
                hidden.hidden_cases(function, task["seed"])


def examine(task: dict[str, Any], shell: Any) -> dict[str, Any]:
    """Run the tests of a task, here and now."""
    start = time.monotonic()
    from course_lib import checks
    from course_lib.instructor.grading import hidden, notebook_run

    with tempfile.TemporaryDirectory(prefix="course-") as folder:
        os.chmod(folder, 0o755)
        updates = Path(folder) / "course_lib" / "updates"
        updates.mkdir(parents=True)
        for name, content in task["modules"].items():
            (updates / name).write_bytes(base64.b64decode(content))
        for path in (updates.parent, updates):
            path.chmod(0o755)
        answers, ran, flags = dict(task["answers"]), {}, []
        if task.get("cells"):
            found, ran, flags = notebook_run.run(task["cells"], Path(folder), NOTEBOOK_SECONDS)
            answers |= {name: found[name] for name in found if answers.get(name) is None}
        os.chdir(folder)
        process = _student_process(updates, bubblewrap.wrap, flags)
        with process, hidden.session(process, task["seed"]) as session:
            checks.check, checks.check_answer = hidden.show_check, hidden.show_check_answer
            sys.meta_path.insert(0, _Proxies(process))
            import numpy

            shell.user_ns.update(
                np=numpy, check=hidden.show_check, check_answer=hidden.show_check_answer, **answers
            )
            tested = {test["id"]: _run_test(shell, session, test) for test in task["tests"]}
    return {
        "cells": tested,
        "ran": ran,
        "flags": flags,
        "seconds": round(time.monotonic() - start, 3),
    }


MAX_WORDS = 100
"""Characters of an error's message."""
NO_NUMBERS = {"exited", "timeout", "died", "flood", "malformed"}
OF_THE_SANDBOX = {
    *("PermissionError", "FileNotFoundError", "OSError", "BlockingIOError", "MemoryError"),
    *("ModuleNotFoundError", "ImportError", "RuntimeError", "Error"),  # the last is locale's
}


def _student_process(updates, wrap, flags):
    from course_lib.checks.process import Reply, StudentProcess, clean
    from course_lib.checks.words import no_answer

    class Bounded(StudentProcess):
        """All calls of one submission share their limits; a failure of another kind is flagged.

        It may be right where nothing bounds it, so a person ought to know. What a function prints
        and the errors it raises could hold all hidden inputs that it has seen: of an error a few
        words are kept, and one flag of each kind.
        """

        seconds = 0.0
        flagged: set[tuple[str, str, str]] = set()  # of this fork's one submission

        def call(self, module, function, args=(), kwargs=None):
            if self.seconds > SECONDS or self.received > REPLIES:
                reply = Reply("timeout", message="spent")
            else:
                reply = super().call(module, function, args, kwargs)
                self.seconds += reply.seconds
            reply.message, reply.output = clean(reply.message, MAX_WORDS), ""
            if reply.kind in NO_NUMBERS or reply.error_type in OF_THE_SANDBOX:
                kind = (function, reply.kind, reply.error_type)
                if kind not in self.flagged:
                    self.flagged.add(kind)
                    flags.append(no_answer(function, reply, f"course_lib/updates/{module}.py"))
            return reply

    return Bounded(updates, wrap=functools.partial(wrap, readable=[updates]))


class _Proxies(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Makes `course_lib.updates.NAME` a module whose functions call the student's process."""

    def __init__(self, process):
        self.process = process

    def find_spec(self, fullname, path=None, target=None):
        if fullname.startswith("course_lib.updates."):
            return importlib.util.spec_from_loader(fullname, self)
        return None

    def create_module(self, spec):
        return _Proxy(spec.name, self.process)

    def exec_module(self, module):
        pass


class _Proxy(types.ModuleType):
    def __init__(self, name, process):
        super().__init__(name)
        self._process = process

    def __getattr__(self, function):
        if function.startswith("_"):
            raise AttributeError(function)
        return functools.partial(self._call, function)

    def _call(self, function, *args, **kwargs):
        from course_lib.checks.words import no_answer

        module = self.__name__.rpartition(".")[2]
        reply = self._process.call(module, function, args, kwargs)
        if reply.kind != "value":
            raise AssertionError(no_answer(function, reply, f"course_lib/updates/{module}.py"))
        return reply.value


def _make_shell():
    """Make an IPython shell that writes no history, and import what every task needs."""
    from IPython.core.displayhook import DisplayHook
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    from course_lib.instructor.grading import hidden, notebook_run  # noqa: F401 (so no fork has to)

    bubblewrap.warm()
    # Lessons that were released before the house was rebuilt call it by its former name.
    sys.modules["course_lib.grading.hidden"] = hidden

    class Quiet(DisplayHook):
        def write_output_prompt(self):
            pass

        def write_format_data(self, format_dict, md_dict=None):
            pass

    class Shell(InteractiveShell):
        displayhook_class = Quiet

        def _showtraceback(self, etype, evalue, stb):
            pass

    config = Config()
    config.HistoryManager.enabled = False
    return Shell.instance(config=config, ipython_dir=tempfile.mkdtemp(prefix="course-"))


def _run_test(shell, session, test):
    """Run a test cell: its points, what it found out and what it showed."""
    from IPython.utils.capture import capture_output

    session.earned.clear()
    session.verdicts.clear()
    with capture_output() as captured:
        ran = shell.run_cell(test["source"], store_history=False)
    # The card says more than the line with the points, so it stands first.
    shown = [
        {mime: value for mime, value in output["data"].items() if isinstance(value, str)}
        for output in captured._outputs
    ]
    if text := captured.stdout + captured.stderr:  # a warning is no failure
        shown.append({"text/plain": text})
    error = ran.error_before_exec or ran.error_in_exec
    if isinstance(error, MemoryError):  # ours: it is no student's mistake
        raise error
    points = min(sum(session.earned), test["points"]) if session.earned else ran.result
    found = {"max": test["points"], "verdicts": [*session.verdicts], "shown": shown}
    if error is not None:
        return found | {"points": 0, "error": f"{type(error).__name__}: {error}"}
    return found | {"points": points if isinstance(points, int | float) else None}


if __name__ == "__main__":
    tempfile.tempdir = sys.argv[1]
    try:
        serve()
    finally:
        shutil.rmtree(tempfile.tempdir, ignore_errors=True)
