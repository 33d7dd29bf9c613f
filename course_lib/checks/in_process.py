"""Calls a student's functions in this very process: in a browser no other can be started.

The worker of worker.py makes the calls here too, through a pipe that ends where it begins. This
is for a student's own check: nothing keeps their code from harming the process that they are in.
"""

import builtins
import contextlib
import io
import json
import sys
import time

import numpy as np

from course_lib.checks import worker
from course_lib.checks.process import (
    Reply,
    StudentProcess,
    _Body,
    _call_back,
    _read_reply,
    clean,
)


class StudentInProcess(StudentProcess):
    """Runs the functions of one student's folder here, and ends what runs too long.

    The parameters are those of `StudentProcess`; `wrap` has nothing to wrap.

    Notes
    -----
    A trace function sees each line of the student's that runs. It does not see inside a call of
    numpy or a sleep, so it ends those when they return.
    """

    _modules: dict | None = None
    """The student's modules, as far as they have been loaded."""

    def start(self):
        """Do nothing: there is no child to start."""

    def close(self):
        """Forget the student's modules, so that they are loaded anew."""
        self._modules = None

    def _answer(self, request, buffers, callables):
        finder = worker.Finder(self.updates_dir, self.files)
        pipe, printed = _Pipe(callables), io.StringIO()
        folders = tuple({str(finder.path(request["module"]).parent), str(self.updates_dir)})
        limit = _Limit(self.timeout, folders)
        with self._alone(finder), _quiet(printed), np.errstate(all="ignore"), limit:
            worker.Worker(finder, pipe).answer(request, _Body(b"".join(buffers)).take)
        if limit.passed:
            reply = Reply("timeout", message="loops")
            self.close()
        else:
            reply = _read_reply(*pipe.frame, request)
        reply.seconds = limit.seconds
        reply.output = clean(printed.getvalue(), 2000)
        return reply

    @contextlib.contextmanager
    def _alone(self, finder):
        """Let the student's modules meet each other, numpy and the standard library alone."""
        hidden = {
            name: module
            for name, module in sys.modules.items()
            if not worker.is_known(name.partition(".")[0]) and name != "__main__"
        }
        for name in hidden:
            del sys.modules[name]
        if self._modules is None:
            worker.make_packages()
        else:
            sys.modules.update(self._modules)
        sys.meta_path.insert(0, finder)
        try:
            yield
        finally:
            sys.meta_path.remove(finder)
            names = [name for name in sys.modules if name.partition(".")[0] == "course_lib"]
            self._modules = {name: sys.modules.pop(name) for name in names}
            sys.modules.update(hidden)


class _Pipe:
    """Both ends of the worker's pipe: what it writes stays here, what it asks is answered."""

    def __init__(self, callables):
        self.callables = callables

    def write(self, header, buffers):
        self.frame = json.loads(json.dumps(header)), _Body(b"".join(buffers))

    def read(self):
        header, buffers = _call_back(*self.frame, self.callables)
        return header, _Body(b"".join(buffers)).take


class _Late(BaseException):
    """A function has run for too long."""

    def __init__(self, limit, frame):
        self.limit, self.frame = limit, frame

    def __del__(self):
        # Python traces no more once a trace function has raised. If the student's code has
        # caught this and goes on, it is traced again.
        if self.limit.running:
            self.frame.f_trace = self.limit.watch
            sys.settrace(self.limit.watch)


class _Limit:
    """Ends what the student's files run for more than some seconds of processor time."""

    def __init__(self, seconds, folders):
        self.most, self.folders = seconds, folders
        self.passed = self.running = False

    @property
    def seconds(self):
        return time.process_time() - self.begin

    def watch(self, frame, event, argument):
        if not frame.f_code.co_filename.startswith(self.folders):
            return None
        frame.f_trace_opcodes = True  # a loop may be all in one line
        if self.seconds > self.most:
            self.passed = True
            raise _Late(self, frame)
        return self.watch

    def __enter__(self):
        self.begin, self.running, self.before = time.process_time(), True, sys.gettrace()
        sys.settrace(self.watch)

    def __exit__(self, *error):
        sys.settrace(self.before)
        self.running = False
        self.passed = self.passed or self.seconds > self.most


@contextlib.contextmanager
def _quiet(printed):
    """Keep what is printed, and let nothing be asked."""

    def ask(prompt=""):
        raise EOFError("EOF when reading a line")

    before, builtins.input = builtins.input, ask
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            yield
    finally:
        builtins.input = before
