"""The child process in which a student's functions run; the other end is process.py.

Started as a script, on the standard library and numpy alone. Frames come in on the standard
input and go out on the standard output; both are moved to descriptors of their own before a
student's line is run, so that `print` and `input` meet neither. A frame is two lengths, a JSON
header and the raw bytes of the arrays that the header declares.
"""

import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import struct
import sys
import threading
import traceback
import types
from pathlib import Path

import numpy as np

LENGTHS = struct.Struct("!II")
MEMORY = 1 << 30
"""Bytes of address space, here as where it is graded."""
MAX_DEPTH = 6
MAX_ITEMS = 1000
PLAIN = {"b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16"}


class Buffers(list):
    """The bytes of arrays, as far as there is room for them."""

    def __init__(self, room):
        super().__init__()
        self.room = room


def encode(value, buffers, depth=0):
    """Describe a value in JSON, with the bytes of its arrays appended to `buffers`."""
    if isinstance(value, np.ndarray | np.generic):
        kind = "array" if isinstance(value, np.ndarray) else "scalar"
        if value.dtype.str[1:] not in PLAIN or (kind == "array" and type(value) is not np.ndarray):
            return {"other": f"{type(value).__name__} of {value.dtype}"}
        if value.nbytes > buffers.room:
            return {"other": f"{type(value).__name__} of shape {value.shape}"}
        buffers.room -= value.nbytes
        value = np.asarray(value, value.dtype.newbyteorder("<"))
        buffers.append(value.tobytes())
        return {kind: [value.dtype.str, list(value.shape)]}
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**63 else {"other": "int beyond 64 bits"}
    if isinstance(value, str):
        return value[:1000]
    if isinstance(value, list | tuple) and depth < MAX_DEPTH and len(value) <= MAX_ITEMS:
        kind = "list" if isinstance(value, list) else "tuple"
        return {kind: [encode(item, buffers, depth + 1) for item in value]}
    return {"other": type(value).__name__}


def decode(tree, body, call_back):
    """Rebuild a value from its description; the bytes come from the iterator `body`."""
    if not isinstance(tree, dict):
        return tree
    [(kind, content)] = tree.items()
    if kind == "callable":
        return lambda *args: call_back(content, args)
    if kind in ("array", "scalar"):
        dtype, shape = np.dtype(content[0]), content[1]
        data = body(dtype.itemsize * int(np.prod(shape, dtype=int)))
        array = np.frombuffer(data, dtype).reshape(shape).copy()
        return array if kind == "array" else array[()]
    return (list if kind == "list" else tuple)(decode(item, body, call_back) for item in content)


class Pipe:
    """The worker's end of the two pipes."""

    def __init__(self):
        self.requests = os.fdopen(os.dup(0), "rb")
        self.replies = os.fdopen(os.dup(1), "wb")
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        os.dup2(2, 1)

    def read(self):
        """Return the next header and a function that takes bytes off its body."""
        lengths = self.requests.read(LENGTHS.size)
        if len(lengths) < LENGTHS.size:
            os._exit(0)  # the parent is gone
        header, body = (self.requests.read(length) for length in LENGTHS.unpack(lengths))
        position = 0

        def take(count):
            nonlocal position
            position += count
            return body[position - count : position]

        return json.loads(header), take

    def write(self, header, buffers):
        """Send one frame."""
        header, body = json.dumps(header).encode(), b"".join(buffers)
        self.replies.write(LENGTHS.pack(len(header), len(body)) + header + body)
        self.replies.flush()


class Source(importlib.machinery.SourceFileLoader):
    """Loads a file as it stands now: no byte code from a run before, no encoding refused."""

    def get_code(self, fullname):
        """Compile the file's text."""
        data = Path(self.path).read_bytes()
        try:
            text = importlib.util.decode_source(data)
        except (SyntaxError, UnicodeDecodeError):
            utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
            text = data.decode("utf-16" if utf16 else "latin-1")
        if "\0" in text:  # Python before 3.11.4 calls this a ValueError
            raise SyntaxError("source code cannot contain null bytes", (self.path, 1, None, None))
        return compile(text, self.path, "exec", dont_inherit=True)


def is_known(name):
    """Tell whether a rule may import a package: numpy and the standard library."""
    # _sysconfigdata__linux… is part of the standard library, though not of its list.
    return name in (*sys.stdlib_module_names, "numpy") or name.startswith("_sysconfigdata_")


class Finder(importlib.abc.MetaPathFinder):
    """Finds course_lib.updates.NAME in the student's folder, or in the file named for it."""

    def __init__(self, folder, files):
        self.folder, self.files = Path(folder), files

    def path(self, stem):
        """Return where a module is read from."""
        return Path(self.files.get(stem, self.folder / f"{stem}.py"))

    def find_spec(self, fullname, path=None, target=None):
        """Answer the import system."""
        package, _, stem = fullname.rpartition(".")
        if package == "course_lib.updates" and (file := self.path(stem)).is_file():
            return importlib.util.spec_from_loader(fullname, Source(fullname, str(file)))
        top = fullname.partition(".")[0]
        if not is_known(top) and top != "course_lib":
            # Here as where it is graded, so that both say the same.
            if self.path(top).is_file():
                raise ModuleNotFoundError(f"write from course_lib.updates.{top} import … instead")
            raise ModuleNotFoundError(f"{top} is not there for a rule: import it in the notebook")
        return None


STARTED = {
    *("os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.exec", "os.system"),
    *("os.startfile", "subprocess.Popen", "pty.spawn"),
}
CHANGED = {
    *("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.symlink", "os.truncate"),
    *("os.chmod", "os.chown", "os.utime"),
}
WRITE = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
ITS_OWN = "all that it needs comes in as arguments"


def start_nothing(*args):
    """Refuse to start a thread or a process."""
    raise PermissionError("a rule starts no thread and no other program")


def refuse(folder, files):
    """Make the function that refuses what there is nothing of where a rule is graded.

    The sandbox there is what protects; this says the same in words, and at home too.
    """
    parts = [os.path.dirname(module.__file__) for module in (os, np)]
    inside = tuple(os.path.realpath(part) + os.sep for part in [*parts, os.path.dirname(parts[1])])
    own = (os.path.realpath(folder) + os.sep, *files.values())

    def audit(event, args):
        if event in STARTED:
            start_nothing()
        if event == "socket.__new__":
            raise PermissionError(f"a rule reaches no network: {ITS_OWN}")
        if event == "import" and args[0] == "_multiprocessing":
            raise PermissionError("a rule has no other process to share a lock or a queue with")
        if event in CHANGED:
            raise PermissionError("a rule writes no file: print shows what it does")
        if event == "open" and isinstance(args[0], str | bytes):
            path = os.fsdecode(args[0])
            if path == os.devnull:
                return
            if (args[2] or 0) & WRITE:
                raise PermissionError("a rule writes no file: print shows what it does")
            path = os.path.realpath(path)
            if not (path.startswith(inside) or path.startswith(own) and path.endswith(".py")):
                raise PermissionError(f"a rule reads no file: {ITS_OWN}")

    return audit


def make_packages():
    """Put a course_lib in place that holds the student's modules and nothing else."""
    for name in ("course_lib", "course_lib.updates"):
        package = types.ModuleType(name)
        package.__path__ = []
        sys.modules[name] = package
    sys.modules["course_lib"].updates = sys.modules["course_lib.updates"]


def describe_error(error, folder):
    """Say where in the student's files an error arose."""
    line = file = None
    if isinstance(error, SyntaxError) and error.filename:
        file, line = os.path.basename(error.filename), error.lineno
    else:
        for frame, number in traceback.walk_tb(error.__traceback__):
            if frame.f_code.co_filename.startswith(folder):
                file, line = os.path.basename(frame.f_code.co_filename), number
    message = error.msg if isinstance(error, SyntaxError) else str(error)
    return {"type": type(error).__name__, "message": message[:1000], "file": file, "line": line}


class Worker:
    """Makes the calls that come through a pipe, with modules that a finder finds."""

    def __init__(self, finder, pipe):
        self.finder, self.pipe = finder, pipe

    def answer(self, request, take):
        """Make the call that was asked for and send what became of it."""
        call, module, name = request["id"], request["module"], request["function"]

        def call_back(number, args):
            buffers = Buffers(request["room"])
            header = {"id": call, "callback": number, "args": encode(args, buffers)}
            self.pipe.write(header, buffers)
            reply, body = self.pipe.read()
            if "error" in reply:
                raise TypeError(reply["error"])
            return decode(reply["value"], body, None)

        args, kwargs = (decode(request[part], take, call_back) for part in ("args", "kwargs"))
        kwargs = dict(zip(request["names"], kwargs, strict=True))
        buffers = Buffers(request["room"])
        reply = {"id": call}
        path = str(self.finder.path(module))
        stage = "import"
        try:
            if not os.path.isfile(path):
                reply |= {"kind": "no_file"}
            else:
                function = getattr(
                    importlib.import_module(f"course_lib.updates.{module}"), name, None
                )
                if function is None:
                    reply |= {"kind": "missing"}
                else:
                    stage = "call"
                    value = function(*args, **kwargs)
                    reply |= {"kind": "value", "value": encode(value, buffers)}
        except SystemExit:
            reply |= {"kind": "exited"}
        except NotImplementedError as error:
            reply |= {"kind": "blank", "error": describe_error(error, os.path.dirname(path))}
        except BaseException as error:  # noqa: BLE001 (a student's code may raise anything)
            kind = "syntax" if stage == "import" and isinstance(error, SyntaxError) else "raised"
            reply |= {"kind": kind, "error": describe_error(error, os.path.dirname(path))}
        buffers.room += sum(x.nbytes for x in (*args, *kwargs.values()) if hasattr(x, "nbytes"))
        reply["args"] = encode([*args, *kwargs.values()], buffers)
        sys.stdout.flush()
        self.pipe.write(reply, buffers)


def main():
    """Serve the folder and files that the command line names."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    except (ImportError, OSError, ValueError):
        pass  # Windows has no limits to set, macOS not all of them
    sys.dont_write_bytecode = True
    folder, files, *unaudited = sys.argv[1:]  # the last when the sandbox itself is tried
    finder = Finder(folder, json.loads(files))
    make_packages()
    sys.meta_path.insert(0, finder)
    worker = Worker(finder, Pipe())
    if not unaudited:
        sys.addaudithook(refuse(folder, json.loads(files)))
        threading.Thread.start = start_nothing  # no event before Python 3.12
    np.seterr(all="ignore")
    while True:
        worker.answer(*worker.pipe.read())


if __name__ == "__main__":
    main()
