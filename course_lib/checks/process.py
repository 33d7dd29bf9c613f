"""Calls a student's functions in a child process and believes nothing that comes back.

The child (worker.py) may be hostile: it can send any bytes, at any time, or none. So every
reply is bounded in size, by what the call was given, in depth and in processor time, and rebuilt
from declared plain arrays; whatever does not fit ends the child and becomes an outcome of that
call. Nothing is ever unpickled.
"""

import contextlib
import json
import os
import queue
import re
import secrets
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import numpy as np

LENGTHS = struct.Struct("!II")
WORKER = Path(__file__).with_name("worker.py")
KINDS = {"value", "no_file", "missing", "blank", "syntax", "raised", "exited"}
DTYPES = {
    np.dtype(name).newbyteorder("<").str: np.dtype(name).newbyteorder("<")
    for name in "?bhiqBHIQefdFD"
}
MAX_HEADER = 64 << 10
MAX_BODY = 256 << 10
"""Bytes of arrays in a reply, besides four times what the call was given."""
MAX_CALL = 4 << 20
"""Bytes of all that a child sends in one call, which may call functions back."""
MAX_OUTPUT = 1 << 20
MAX_DEPTH = 8
MAX_CALLBACKS = 10_000
LOOK_SECONDS = 0.1
LATE = 20
"""A call ends after this many times its limit by the clock, however busy the machine is."""
ENVIRONMENT = (
    "PATH",
    "HOME",
    "USER",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "TEMP",
    "SYSTEMROOT",
    "LD_LIBRARY_PATH",
)


class MalformedReply(Exception):
    """What the child sent is not a reply."""


@dataclass(frozen=True)
class Other:
    """A returned value that is no number and no array of numbers: only its type's name."""

    name: str


@dataclass
class Reply:
    """What became of one call.

    Attributes
    ----------
    kind : str
        "value"; or "no_file", "missing" (no such function), "blank" (NotImplementedError),
        "syntax", "raised", "exited" (sys.exit); or, where the child did not answer, "timeout",
        "died", "flood" (too much output), "malformed".
    value
        What the function returned, built of arrays, numbers, strings, None, lists, tuples and
        `Other`.
    args : list
        The arguments, in the order of the call, as they were after it.
    seconds : float
        Processor time that the call took, the child's own children included, and the time that
        it slept.
    error_type, message, file, line
        Of an exception: its type, text, and where in the student's files it arose. The message
        of a "timeout" is one of "loops", "sleeps", "slow", "late", "spent".
    output : str
        What the child had printed by then, cut to a readable length.
    """

    kind: str
    value: object = None
    args: list = field(default_factory=list)
    seconds: float = 0.0
    error_type: str = ""
    message: str = ""
    file: str | None = None
    line: int | None = None
    output: str = ""


def clean(text: object, limit: int = 500) -> str:
    """Cut a string that a student's process sent, and take terminal control codes out."""
    text = re.sub(r"\x1b\[[0-9;?]*[ -/]*[@-~]", "", text if isinstance(text, str) else "")
    text = "".join(c if c.isprintable() or c == "\n" else "�" for c in text[: limit + 1])
    return text if len(text) <= limit else text[:limit] + " …"


def encode(value: object, buffers: list[bytes], callables: list[Callable]) -> object:
    """Describe an argument in JSON, with the bytes of its arrays appended to `buffers`."""
    if isinstance(value, np.ndarray | np.generic):
        array = np.asarray(value, value.dtype.newbyteorder("<"))
        buffers.append(array.tobytes())
        kind = "array" if isinstance(value, np.ndarray) else "scalar"
        return {kind: [array.dtype.str, list(array.shape)]}
    if isinstance(value, list):
        return {"list": [encode(item, buffers, callables) for item in value]}
    if callable(value):
        callables.append(value)
        return {"callable": len(callables) - 1}
    return value


class _Body:
    """The raw part of a frame, taken off in the order in which the header declares arrays."""

    def __init__(self, data: bytes, header: int = 0):
        self.data, self.position, self.header = data, 0, header

    def take(self, count: int) -> bytes:
        if count > len(self.data) - self.position:
            raise MalformedReply("an array is longer than its bytes")
        self.position += count
        return self.data[self.position - count : self.position]


def decode(tree: object, body: _Body, depth: int = 0) -> object:
    """Rebuild a value that the child described, or raise MalformedReply."""
    if depth > MAX_DEPTH:
        raise MalformedReply("a value is nested too deeply")
    if tree is None or isinstance(tree, bool | float):
        return tree
    if isinstance(tree, int) and abs(tree) < 2**63:
        return tree
    if isinstance(tree, str):
        return clean(tree)
    if not isinstance(tree, dict) or len(tree) != 1:
        raise MalformedReply("a value is not described as one")
    [(kind, content)] = tree.items()
    if kind in ("list", "tuple") and isinstance(content, list):
        return (list if kind == "list" else tuple)(decode(x, body, depth + 1) for x in content)
    if kind == "other":
        return Other(clean(content, 80))
    if kind not in ("array", "scalar") or not isinstance(content, list) or len(content) != 2:
        raise MalformedReply("a value is of no known kind")
    name, shape = content
    if not isinstance(name, str) or name not in DTYPES:
        raise MalformedReply("an array has a dtype that is not allowed")
    if not isinstance(shape, list) or len(shape) > (16 if kind == "array" else 0):
        raise MalformedReply("an array has no proper shape")
    size = 1
    for length in shape:
        if type(length) is not int or not 0 <= length < 2**32:
            raise MalformedReply("an array has no proper shape")
        size *= length
    dtype = DTYPES[name]
    data = body.take(size * dtype.itemsize)
    try:
        array = np.frombuffer(data, dtype, count=size).reshape(shape)
    except ValueError as error:
        raise MalformedReply("an array has no proper shape") from error
    return array if kind == "array" else array[()]


class StudentProcess:
    """A child process that runs the functions of one student's folder.

    Parameters
    ----------
    updates_dir : path
        Folder with the student's modules; they are loaded as `course_lib.updates.NAME`.
    files : mapping of module name to path, optional
        Files that take the place of the folder's.
    wrap : callable, optional
        Takes the command line of the child and returns the one to run: a place for a sandbox.
    timeout : float
        Seconds of processor time that one call may take; what it sleeps counts too.

    Attributes
    ----------
    received : int
        Bytes that all replies had together.

    Notes
    -----
    The child starts at the first call, or at `start`, and a new one at the first call after it
    has died. Use as a context manager, or call `close`.
    """

    def __init__(
        self,
        updates_dir: str | Path,
        *,
        files: Mapping[str, str | Path] | None = None,
        wrap: Callable[[list[str]], list[str]] | None = None,
        timeout: float = 5.0,
    ):
        self.updates_dir = Path(updates_dir).resolve()
        self.files = {name: str(Path(file).resolve()) for name, file in (files or {}).items()}
        self.wrap = wrap
        self.timeout = timeout
        self.received = 0
        self._child: _Child | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def start(self) -> "_Child":
        """Start the child without a call, so that the first call need not wait for it."""
        if self._child is None:
            command = [sys.executable, "-I", "-u", "-X", "utf8", str(WORKER)]
            command += [str(self.updates_dir), json.dumps(self.files)]
            self._child = _Child(self.wrap(command) if self.wrap else command)
        return self._child

    def close(self) -> None:
        """End the child and what it started."""
        if self._child is not None:
            self._child.kill()
            self._child = None

    def call(
        self, module: str, function: str, args: Sequence = (), kwargs: dict | None = None
    ) -> Reply:
        """Call a function of the student's and say what became of it.

        Parameters
        ----------
        module, function : str
            "adagrad", "adagrad_update".
        args : sequence, kwargs : mapping
            Arrays, numbers, strings, None, or callables; a callable is called back here, in
            this process, with the arrays that the student's function passes it.

        Returns
        -------
        reply : Reply
        """
        kwargs = dict(kwargs or {})
        buffers: list[bytes] = []
        callables: list[Callable] = []
        request: dict[str, Any] = {
            "id": secrets.token_hex(8),
            "module": module,
            "function": function,
            "names": list(kwargs),
            "args": {"list": [encode(x, buffers, callables) for x in args]},
            "kwargs": {"list": [encode(x, buffers, callables) for x in kwargs.values()]},
        }
        given = sum(map(len, buffers))
        request["room"] = MAX_BODY + 3 * given  # and once more what was given comes back
        return self._answer(request, buffers, callables)

    def _answer(self, request: dict, buffers: list[bytes], callables: list[Callable]) -> Reply:
        """Let the child answer, and answer what it asks meanwhile."""
        given = sum(map(len, buffers))
        child = self.start()
        use = Use(child.process.pid, self.timeout, child.processor)
        try:
            child.send(request, buffers)
            left, calls = MAX_CALL + 4 * given, 0
            while True:
                header, body = child.receive(use, min(left, request["room"] + given))
                size = len(body.data) + body.header
                left, self.received = left - size, self.received + size
                if header.get("id") != request["id"]:
                    raise MalformedReply("a reply that nobody asked for")
                if "callback" not in header:
                    break
                calls += 1
                if calls > MAX_CALLBACKS or left < 0:
                    raise MalformedReply("too many or too long calls of a function argument")
                child.send(*_call_back(header, body, callables))
            reply = _read_reply(header, body, request)
        except (MalformedReply, _Ended) as problem:
            kind = "malformed" if isinstance(problem, MalformedReply) else problem.kind
            reply = Reply(kind, message=str(problem))
        except BaseException:
            self.close()
            raise
        reply.seconds, child.processor = use.end()
        if reply.kind in ("malformed", "timeout", "died", "flood"):
            self.close()
        reply.output = clean(child.output.decode("utf-8", "replace"), 2000)
        return reply


def _call_back(header, body, callables):
    """Answer a call of one of our callables; a student's wrong argument is the student's error."""
    number = header["callback"]
    if type(number) is not int or not 0 <= number < len(callables):
        raise MalformedReply("a call of a function that was not passed")
    args = decode(header.get("args"), body)
    try:
        value = callables[number](*args)
    except Exception as error:  # noqa: BLE001 (whatever it is, the student's argument caused it)
        return {"error": f"{type(error).__name__}: {error}"[:500]}, []
    buffers: list[bytes] = []
    return {"value": encode(value, buffers, [])}, buffers


def _read_reply(header, body, request):
    """Build the Reply from a frame, all of it checked."""
    kind = header.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise MalformedReply("a reply of no known kind")
    reply = Reply(kind)
    if kind == "value":
        reply.value = decode(header.get("value"), body)
    args = decode(header.get("args"), body)
    count = sum(len(request[part]["list"]) for part in ("args", "kwargs"))
    if not isinstance(args, list) or len(args) != count or body.position != len(body.data):
        raise MalformedReply("the arguments did not come back as they should")
    reply.args = args
    error = header.get("error") or {}
    if not isinstance(error, dict):
        raise MalformedReply("an error that is not described as one")
    reply.error_type, reply.message = clean(error.get("type"), 80), clean(error.get("message"))
    reply.file = clean(error.get("file"), 80) or None
    reply.line = error.get("line") if type(error.get("line")) is int else None
    return reply


class InThisProcess:
    """Calls one function here, sooner than `StudentProcess` starts a child for it.

    For a function that has run here already, or is our own.
    """

    def __init__(self, function: Callable, *, timeout: float = 60):
        self.function, self.timeout = function, timeout

    def call(
        self, module: str, function: str, args: Sequence = (), kwargs: dict | None = None
    ) -> Reply:
        """Call the function, as `StudentProcess.call` does; its names are not looked at."""
        args = [np.copy(x) if isinstance(x, np.ndarray) else x for x in args]
        try:
            with np.errstate(all="ignore"):
                value = self.function(*args, **(kwargs or {}))
        except Exception as error:  # noqa: BLE001 - it may raise anything
            error_type = type(error).__name__
            return Reply("raised", args=args, error_type=error_type, message=str(error))
        return Reply("value", value=value, args=args)


class Use:
    """What a process and all that it starts use: seconds of processor time, and of sleep.

    Seconds by the clock would make a busy machine a hard judge.

    Parameters
    ----------
    pid : int
    limit : float
        Seconds of both together that it may use.
    processor : float
        Seconds of processor time that it had used before.
    """

    def __init__(self, pid: int, limit: float, processor: float = 0.0):
        self.pid, self.limit, self.before, self.processor = pid, limit, processor, processor
        self.asleep = 0.0
        self.start = self.last = time.monotonic()

    @property
    def seconds(self) -> float:
        """What was used so far."""
        return self.processor - self.before + self.asleep

    def look(self) -> str:
        """Measure, and say why it has to end: "loops", "sleeps", "late"; "" where it need not."""
        import psutil  # a quick check needs none

        processor, runs, now = 0.0, False, time.monotonic()
        with contextlib.suppress(psutil.Error):
            top = psutil.Process(self.pid)
            for process in [top, *top.children(recursive=True)]:
                with contextlib.suppress(psutil.Error):
                    processor += sum(process.cpu_times()[:4])
                    # What waits for the processor runs; only Linux tells.
                    runs |= psutil.LINUX and process.status() == psutil.STATUS_RUNNING
        worked = max(0.0, processor - self.processor)
        if not runs and worked < (now - self.last) / 50:
            self.asleep += now - self.last
        self.processor, self.last = self.processor + worked, now
        if self.seconds > self.limit:
            return "sleeps" if self.asleep > self.seconds / 2 else "loops"
        return "late" if now - self.start > LATE * self.limit else ""

    def end(self) -> tuple[float, float]:
        """Return what was used, and what the process has used of the processor in all.

        To measure takes a while, so a short call is taken to have calculated all the time.
        """
        elapsed = time.monotonic() - self.start
        if elapsed > LOOK_SECONDS / 2:
            self.look()
        else:
            self.processor = self.before + elapsed
        return self.seconds, self.processor


class _Ended(Exception):
    """The child gave no reply: it is too slow, dead or too loud."""

    def __init__(self, kind: str, message: str):
        super().__init__(message)
        self.kind = kind


class _Child:
    """One running child with its three pipes, each served by a thread: Windows cannot select."""

    def __init__(self, command: list[str]):
        environment = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
        self.process: Any = subprocess.Popen(  # its pipes are never None
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
            start_new_session=True,
        )
        self.output = bytearray()
        self.processor = 0.0  # seconds, as far as they were measured
        self.flooded = self.killed = False
        self.requests: queue.SimpleQueue = queue.SimpleQueue()
        self.replies: queue.SimpleQueue = queue.SimpleQueue()
        # How long the body of the frame to read may be: none is read ahead.
        self.wanted: queue.SimpleQueue = queue.SimpleQueue()
        for serve in (self._write_requests, self._read_replies, self._read_output):
            threading.Thread(target=serve, daemon=True).start()

    def _write_requests(self) -> None:
        with contextlib.suppress(OSError), self.process.stdin as pipe:
            while (data := self.requests.get()) is not None:
                pipe.write(data)
                pipe.flush()

    def _read_replies(self) -> None:
        with contextlib.suppress(OSError), self.process.stdout as pipe:
            while (room := self.wanted.get()) is not None:
                self.replies.put(_read_frame(pipe, room))

    def _read_output(self) -> None:
        with contextlib.suppress(OSError), self.process.stderr as pipe:
            while data := pipe.read1(65536):
                self.output += data
                if len(self.output) > MAX_OUTPUT:
                    self.flooded = True
                    self.kill()
                    return

    def send(self, header: dict, buffers: list[bytes]) -> None:
        """Queue one frame for the child."""
        head, body = json.dumps(header).encode(), b"".join(buffers)
        self.requests.put(LENGTHS.pack(len(head), len(body)) + head + body)

    def receive(self, use: Use, room: int) -> tuple[dict, _Body]:
        """Return the next frame, or raise _Ended or MalformedReply."""
        self.wanted.put(room)
        while True:
            try:
                frame = self.replies.get(timeout=LOOK_SECONDS)
                break
            except queue.Empty:
                if not self.flooded and (why := use.look()):
                    raise _Ended("timeout", why) from None
        if isinstance(frame, MalformedReply):
            raise frame
        if frame is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=1)
            if self.flooded:
                raise _Ended("flood", f"more than {MAX_OUTPUT:,} bytes of output")
            raise _Ended("died", _how_it_ended(self.process.poll()))
        try:
            header = json.loads(frame[0])
        except (ValueError, RecursionError) as error:
            raise MalformedReply("a header that is not JSON") from error
        if not isinstance(header, dict):
            raise MalformedReply("a header that is not an object")
        return header, _Body(frame[1], len(frame[0]))

    def kill(self) -> None:
        """End the child's whole process group and let the threads go."""
        if not self.killed:
            self.killed = True
            with contextlib.suppress(OSError):
                if hasattr(os, "killpg"):
                    os.killpg(self.process.pid, signal.SIGKILL)
                else:
                    self.process.kill()
            self.requests.put(None)
            self.wanted.put(None)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=5)


def _read_frame(pipe, room):
    """Return the next header and body as bytes, a MalformedReply, or None at the end."""
    lengths = pipe.read(LENGTHS.size)
    if len(lengths) < LENGTHS.size:
        return None
    header_length, body_length = LENGTHS.unpack(lengths)
    if header_length > MAX_HEADER or body_length > room:
        return MalformedReply("a reply that is too long")
    header, body = pipe.read(header_length), pipe.read(body_length)
    return (header, body) if len(header) + len(body) == header_length + body_length else None


def _how_it_ended(status: int | None) -> str:
    if status is None:
        return "its process closed the connection"
    if status < 0:
        with contextlib.suppress(ValueError):
            return f"its process was ended by {signal.Signals(-status).name}"
    return f"its process ended with status {status}"
