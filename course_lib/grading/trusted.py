"""Runs hidden tests in a clean process that no student code enters: task in, outputs out.

An `Examiner` keeps one such process warm and lets it fork a fresh one for every task. A task and
its result are plain data, so that they can go to another machine:

    task: {"tests": [{"id", "source", "points"}], "answers": {name: value}, "modules": {file: text
        in base64}, "cells": [{"id", "source", "names"}] or None, "seed", "seconds"}
    result: {"outputs": {id: [output]}, "ran": {id: [output]}, "flags": [sentence], "seconds"}

Where "cells" are given, the whole notebook is run inside the walls first (`notebook_run.py`);
what it leaves in `names` counts as answers, its outputs are returned in "ran".
"""

import base64
import functools
import importlib.abc
import importlib.util
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
import types
from pathlib import Path

SECONDS = 120


class ExaminerError(Exception):
    """The trusted side failed; nothing is known about the submission."""


class Examiner:
    """One warm process that examines submissions, one after another.

    Use as a context manager, or call `close`.
    """

    def __init__(self):
        self._server = None

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()

    def close(self):
        """End the process and what it runs."""
        if self._server is not None:
            self._server.stdin.close()  # at which it ends what it runs, and itself
            try:
                self._server.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self._server.kill()
                self._server.wait()
            self._server.stdout.close()
            self._server = None

    def examine(self, task):
        """Run a task.

        Raises
        ------
        ExaminerError
            Where the trusted side itself fails.
        """
        if self._server is None:
            self._server = subprocess.Popen(
                [sys.executable, "-m", "course_lib.grading.trusted"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                start_new_session=True,
                cwd=tempfile.gettempdir(),
                env=os.environ | {"OPENBLAS_NUM_THREADS": "1", "NBGRADER_EXECUTION": "autograde"},
            )
        try:
            self._server.stdin.write(json.dumps(task).encode() + b"\n")
            self._server.stdin.flush()
            result = json.loads(self._server.stdout.readline())
        except (OSError, ValueError):
            self.close()
            raise ExaminerError("the process that examines has died") from None
        if "error" in result:
            raise ExaminerError(result["error"])
        return result


# What follows runs in the warm process and its children.


def serve():
    """Read a task a line, fork a process for each, and write its result as a line."""
    tasks, results = os.dup(0), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    shell = _make_shell()
    rest = b""
    while True:
        while b"\n" not in rest:
            if not (data := os.read(tasks, 1 << 20)):
                return
            rest += data
        line, _, rest = rest.partition(b"\n")
        task = json.loads(line)
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.setsid()
            os.close(reading)
            with os.fdopen(writing, "wb") as pipe:
                try:
                    result = examine(task, shell)
                except BaseException as error:  # noqa: BLE001 (whatever it is, it is reported)
                    result = {"error": f"{type(error).__name__}: {error}"}
                pipe.write(json.dumps(result).encode())
            os._exit(0)
        os.close(writing)
        data = _read(reading, tasks, time.monotonic() + 2 * task.get("seconds", SECONDS) + 30)
        os.close(reading)
        if data is None:
            os.killpg(child, signal.SIGKILL)
        os.waitpid(child, 0)
        results.write((data or b'{"error": "the examination came to no end"}') + b"\n")
        results.flush()


def _read(pipe, tasks, deadline):
    """Read to the end; None where the deadline passes. The end of `tasks` ends everything."""
    data = b""
    while (left := deadline - time.monotonic()) > 0:
        ready, _, _ = select.select([pipe, tasks], [], [], left)
        if pipe in ready:
            if not (piece := os.read(pipe, 1 << 20)):
                return data
            data += piece
        elif tasks in ready:  # nobody sends a task before the last one is answered
            return None
    return None


def examine(task, shell):
    """Run the tests of a task, here and now."""
    from course_lib import checks
    from course_lib.grading import hidden, notebook_run, walls

    start = time.monotonic()
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
            found, ran, flags = notebook_run.run(task["cells"], Path(folder))
            answers |= found
        os.chdir(folder)
        process = _walled(updates, start + task.get("seconds", SECONDS), walls.wrap)
        with process:
            hidden.session = hidden.Session(process, task["seed"])
            checks.check, checks.check_answer = hidden.show_check, hidden.show_check_answer
            sys.meta_path.insert(0, _Proxies(process))
            import numpy

            shell.user_ns.update(
                np=numpy, check=hidden.show_check, check_answer=hidden.show_check_answer, **answers
            )
            outputs = {test["id"]: _run_test(shell, test) for test in task["tests"]}
    return {
        "outputs": outputs,
        "ran": ran,
        "flags": flags,
        "seconds": round(time.monotonic() - start, 3),
    }


def _walled(updates, deadline, wrap):
    from course_lib.checks.process import Reply, StudentProcess

    class Walled(StudentProcess):
        """All calls of one submission share one deadline."""

        def call(self, module, function, args=(), kwargs=None):
            self.timeout = min(5.0, deadline - time.monotonic())
            if self.timeout <= 0:
                return Reply("timeout", message="the submission has used up its time")
            return super().call(module, function, args, kwargs)

    return Walled(updates, wrap=functools.partial(wrap, readable=[updates]))


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

    import course_lib.grading.hidden
    import course_lib.grading.walls  # noqa: F401 (warm)

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


def _run_test(shell, test):
    """Run a test cell and give its outputs: what it showed, then its points or its error."""
    from IPython.utils.capture import capture_output

    from course_lib.grading import hidden

    hidden.session.earned.clear()
    with capture_output() as captured:
        result = shell.run_cell(test["source"], store_history=False)
    outputs = []
    if captured.stdout or captured.stderr:
        # A warning is no failure, so nothing goes to stderr, which nbgrader takes for one.
        text = captured.stdout + captured.stderr
        outputs.append({"output_type": "stream", "name": "stdout", "text": text})
    for shown in captured._outputs:
        data = {mime: value for mime, value in shown["data"].items() if isinstance(value, str)}
        outputs.append({"output_type": "display_data", "data": data, "metadata": {}})
    # The card says more than the line with the points, so it stands first.
    outputs.sort(key=lambda output: output["output_type"] == "stream")
    error = result.error_before_exec or result.error_in_exec
    earned = hidden.session.earned
    value = min(sum(earned), test["points"]) if earned else result.result
    if error is not None:
        name, text = type(error).__name__, str(error)
        return outputs + [
            {
                "output_type": "error",
                "ename": name,
                "evalue": text,
                "traceback": [f"{name}: {text}"],
            }
        ]
    if value is not None:
        outputs.append(
            {
                "output_type": "execute_result",
                "execution_count": None,
                "data": {"text/plain": repr(value)},
                "metadata": {},
            }
        )
    return outputs


if __name__ == "__main__":
    serve()
