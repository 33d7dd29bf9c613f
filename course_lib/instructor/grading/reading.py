"""Reads submitted notebooks in a process with limits, whatever they are made of.

One process stays warm and forks for each notebook. The fork has half a gigabyte and twenty
seconds; what comes back is cut to what is graded or shown.
"""

import atexit
import contextlib
import json
import os
import re
import select
import signal
import stat
import struct
import subprocess
import sys
import threading
import time
import warnings

import nbformat

from course_lib.instructor import FOLDER

MAX_NOTEBOOK = 64 << 20
MAX_CELLS = 1000
MAX_PARTS = 500_000
"""Objects, lists, texts and numbers in a notebook: reading takes time for each."""
MAX_DEPTH = 50
MAX_SOURCE = 2 << 20
"""Characters of all code and text: some of it is parsed."""
MAX_SHOWN = 16 << 20
"""Characters of all outputs and attached images that are kept."""
MAX_TEXT = 30_000
MAX_RESULT = 32 << 20
MEMORY = 512 << 20
SECONDS = 20
LENGTH = struct.Struct("!I")
SHOWN = ("text/plain", "image/png", "image/jpeg")


class _TooLarge(Exception):
    """More than anybody hands in."""


def read_notebook(path):
    """Read a notebook as nbgrader will, cut to what is graded or shown.

    Returns
    -------
    notebook : NotebookNode or None
        None where it is broken, or larger than anybody's work.
    """
    return _node(_ask(path).get("notebook"))


def salvage(path):
    """Make a notebook of whatever cells can be read of a broken one; None where there is none."""
    return _node(_ask(path).get("salvaged"))


def too_large(path):
    """Tell whether a notebook takes more memory, time or cells than anybody's work."""
    return "too large" in _ask(path)


def _node(tree):
    return None if tree is None else nbformat.from_dict(tree)


class _Reader:
    """The warm process, one for all threads."""

    def __init__(self):
        self.lock, self.process = threading.Lock(), None

    def ask(self, path):
        with self.lock:
            for _ in range(2):
                with contextlib.suppress(OSError, struct.error):  # it was killed: ask another
                    return self._ask(path)
            return b""

    def _ask(self, path):
        if self.process is None:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", __name__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=FOLDER.parents[1],
            )
        process, self.process = self.process, None  # where it answers it is kept
        process.stdin.write(json.dumps(os.fspath(path)).encode() + b"\n")
        process.stdin.flush()
        [length] = LENGTH.unpack(process.stdout.read(LENGTH.size))
        answer = process.stdout.read(length)
        if len(answer) < length:
            raise BrokenPipeError
        self.process = process
        return answer

    def close(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()


_reader = _Reader()
atexit.register(_reader.close)


def _ask(path):
    try:
        return json.loads(_reader.ask(os.path.abspath(path)))
    except ValueError:  # it was ended: too long, too large or too late
        return {"too large": True}


# What follows runs in the warm process and its forks.


def serve():
    """Read a path a line, and answer with the result of a fork."""
    import resource

    pages = int(open("/proc/self/statm").read().split()[0]) if sys.platform == "linux" else 0
    for line in sys.stdin.buffer:
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
            memory = MEMORY + pages * resource.getpagesize()
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
            answer = b""
            with contextlib.suppress(MemoryError, RecursionError):
                answer = json.dumps(read(json.loads(line))).encode()
            with contextlib.suppress(OSError), os.fdopen(writing, "wb") as pipe:
                pipe.write(answer)
            os._exit(0)
        os.close(writing)
        answer = _collect(reading)
        os.close(reading)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        sys.stdout.buffer.write(LENGTH.pack(len(answer)) + answer)
        sys.stdout.buffer.flush()


def _collect(pipe):
    """Read a fork's answer; nothing where it is too long or too late."""
    pieces, size, end = [], 0, time.monotonic() + 10 * SECONDS
    while size <= MAX_RESULT and select.select([pipe], [], [], max(0, end - time.monotonic()))[0]:
        piece = os.read(pipe, 1 << 20)
        if not piece:
            return b"".join(pieces)
        pieces.append(piece)
        size += len(piece)
    return b""


def read(path):
    """Read a notebook, here and now, as `read_notebook`, `salvage` and `too_large` tell of it."""
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return {}
            data = file.read(MAX_NOTEBOOK + 1)
        tree, usual = _parse(data)
        if not usual:
            return {"salvaged": _salvage(tree), "too large": True}
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                notebook = nbformat.reads(data.decode("utf-8"), as_version=4)
                nbformat.validate(notebook)
        except (MemoryError, RecursionError):
            raise _TooLarge from None
        except Exception:  # noqa: BLE001 (nbformat raises many kinds for a broken file)
            return {"salvaged": _salvage(tree)}
        return {"notebook": _cut(notebook)}
    except _TooLarge:
        return {"too large": True}
    except (OSError, ValueError, RecursionError):
        return {}


def _parse(data):
    """Parse a notebook in any encoding; tell whether it is made of no more parts than usual."""
    if len(data) > MAX_NOTEBOOK:
        raise _TooLarge
    text = data.removeprefix(b"\xef\xbb\xbf")
    tree = None
    for encoding in ("utf-8", "utf-16", "latin-1"):
        try:
            tree = json.loads(text.decode(encoding))
            break
        except (ValueError, RecursionError):
            continue
    parts, level = 0, [tree]
    for _ in range(MAX_DEPTH):
        parts += len(level)
        if parts > MAX_PARTS:
            return tree, False
        inside = (x.values() if isinstance(x, dict) else x for x in level)
        level = [y for x in inside if not isinstance(x, str | int | float | None) for y in x]
    if level:
        raise _TooLarge
    cells = tree.get("cells") if isinstance(tree, dict) else None
    return tree, not isinstance(cells, list) or len(cells) <= MAX_CELLS


def _cut(notebook):
    """Keep of a notebook what is graded or shown."""
    if len(notebook.cells) > MAX_CELLS or sum(len(c.source) for c in notebook.cells) > MAX_SOURCE:
        raise _TooLarge
    room, cells = MAX_SHOWN, []
    for cell in notebook.cells:
        kept = {"cell_type": cell.cell_type, "source": cell.source, "metadata": {}}
        graded = cell.metadata.get("nbgrader")
        if isinstance(graded, dict) and isinstance(name := graded.get("grade_id"), str):
            kept["metadata"] = {"nbgrader": {"grade_id": name[:1000]}}
        if "id" in cell:
            kept["id"] = cell.id
        if cell.cell_type == "code":
            kept |= {"execution_count": None, "outputs": []}
            for output in map(_shown, cell.outputs):
                room -= len(json.dumps(output)) + 100
                if room > 0:
                    kept["outputs"].append(output)
        if cell.get("attachments"):
            room -= len(json.dumps(cell.attachments))
            if room > 0:
                kept["attachments"] = cell.attachments
        cells.append(kept)
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def _shown(output):
    """Keep the text and the pictures of an output, as long as they can be shown."""
    kept = {"output_type": output.output_type}
    if output.output_type == "stream":
        return kept | {"name": output.name, "text": _text(output.text)}
    if output.output_type == "error":
        told = {key: _text(output[key]) for key in ("ename", "evalue")}
        return kept | told | {"traceback": []}
    data = {mime: output.data[mime] for mime in SHOWN if mime in output.data}
    if "text/plain" in data:
        data["text/plain"] = _text(data["text/plain"])
    return kept | {"data": data, "metadata": {}}


def _text(text):
    return ("".join(text) if isinstance(text, list) else text)[:MAX_TEXT]


def _salvage(tree):
    """Make a notebook of whatever cells can be read; None where there is none."""
    cells = tree.get("cells") if isinstance(tree, dict) else None
    if not isinstance(cells, list):
        return None
    made, room = [], MAX_SOURCE
    for cell in cells[:MAX_CELLS]:
        if not isinstance(cell, dict) or cell.get("cell_type") not in ("code", "markdown"):
            continue
        source = cell.get("source", "")
        if isinstance(source, list) and all(isinstance(line, str) for line in source):
            source = "".join(source)
        if not isinstance(source, str):
            continue
        room -= len(source)
        if room < 0:
            raise _TooLarge
        new = getattr(nbformat.v4, f"new_{cell['cell_type']}_cell")(source=source)
        metadata = cell.get("metadata")
        graded = metadata.get("nbgrader") if isinstance(metadata, dict) else None
        name = graded.get("grade_id") if isinstance(graded, dict) else None
        if isinstance(name, str):
            new.metadata["nbgrader"] = {"grade_id": name[:1000]}
        if isinstance(cell.get("id"), str) and re.fullmatch(r"[A-Za-z0-9_-]{1,64}", cell["id"]):
            new.id = cell["id"]
        made.append(new)
    return nbformat.v4.new_notebook(cells=made) if made else None


if __name__ == "__main__":
    serve()
