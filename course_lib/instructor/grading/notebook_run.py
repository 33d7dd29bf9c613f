"""Runs a whole notebook in the sandbox: for answers that are calculated, or fresh figures.

What comes back is the student's word: text, pictures and plain values, cut to size. No score
depends on any of it but on the values, as answers.
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import threading

import nbformat
import psutil

from course_lib.checks.process import LOOK_SECONDS, Use, clean
from course_lib.instructor import FOLDER
from course_lib.instructor.grading import rebuild
from course_lib.instructor.sandbox import bubblewrap, notebook_worker

LIBRARY = FOLDER.parent
MAX_BYTES = 32 << 20
MAX_LINE = 8 << 20
"""Bytes that the run of one cell sends; a picture may have 4 MB."""
MAX_PARTS = 500_000
"""Commas and brackets in it: to read a list takes fifty times its bytes."""
MAX_MEMORY = 2 << 30
"""Bytes that all processes of a run take together."""
MAX_FILES = 5000
MAX_OUTPUTS = 200


def run(cells, folder, seconds):
    """Run the code cells of a notebook in order.

    Parameters
    ----------
    cells : list of dict
        "id", "source", and "names": the answers to read after the cell has run.
    folder : Path
        Its `course_lib/updates` holds the student's modules. The rest of the library is added.
    seconds : float
        Of processor time, and of sleep, that all its processes may take together.

    Returns
    -------
    answers : dict
        A plain value for each name, None where there is none.
    outputs : dict of str to list
        By cell.
    flags : list of str
    """
    shutil.copytree(
        LIBRARY,
        folder / "course_lib",
        ignore=shutil.ignore_patterns(FOLDER.name, "updates", "__pycache__", ".*"),
        dirs_exist_ok=True,
    )
    for name in ("__init__.py", "released.json"):
        if not (target := folder / "course_lib" / "updates" / name).exists():
            shutil.copy(LIBRARY / "updates" / name, target)
    script = notebook_worker.__file__
    command = bubblewrap.wrap(
        [sys.executable, "-I", "-X", "utf8", script, str(folder)],
        readable=[script, folder],
        limits=bubblewrap.NOTEBOOK,
        packages=True,
    )
    flags = []
    lines, problem = _exchange(command, json.dumps(cells).encode(), seconds, len(cells))
    if problem:
        flags.append(f"the notebook was not run to its end: {problem}")
    names = {cell["id"]: cell["names"] for cell in cells}
    answers = {name: None for of_cell in names.values() for name in of_cell}
    outputs = {}
    for line in lines:
        read = _read_line(line)
        if read and read["id"] in names:
            outputs[read["id"]] = read["outputs"]
            told = read["answers"].items()
            answers |= {k: v for k, v in told if k in names[read["id"]] and v is not None}
    return answers, outputs, flags


def _exchange(command, sent, seconds, most):
    """Send bytes to a process and read `most` lines of it; say what ended it, "" where nothing."""
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        watch = _Watch(process, seconds)
        watch.start()
        threading.Thread(target=_send, args=[process.stdin, sent], daemon=True).start()
        lines, size, problem = [], 0, ""
        while line := process.stdout.readline(MAX_LINE + 1):
            size += len(line)
            parts = line.count(b",") + line.count(b"[") + line.count(b"{")
            if max(len(line) / MAX_LINE, parts / MAX_PARTS, size / MAX_BYTES) > 1:
                problem = "it showed too much"
            if problem or len(lines) == most:
                process.kill()
                break
            lines.append(line)
        complete = process.wait() == 0
        watch.ended.set()
        watch.join()
    return lines, watch.problem or problem or ("" if complete else "it ended its process")


class _Watch(threading.Thread):
    """Ends a sandbox whose processes take too much together: what no limit of one counts."""

    def __init__(self, process, seconds):
        super().__init__(daemon=True)
        self.process, self.use = process, Use(process.pid, seconds)
        self.ended, self.problem = threading.Event(), ""

    def run(self):
        while not self.ended.wait(LOOK_SECONDS):
            if self.use.look():
                self.problem = "it took too long"
            elif problem := _taken(self.process.pid):
                self.problem = problem
            else:
                continue
            return self.process.kill()


def _taken(pid):
    """Say what all processes below one have taken too much of: memory, files; "" for nothing."""
    memory = files = 0
    with contextlib.suppress(psutil.Error, OSError):
        for process in psutil.Process(pid).children(recursive=True):
            with contextlib.suppress(psutil.Error, OSError):
                memory += process.memory_full_info().pss
                # Each file, folder and link takes memory of the kernel's, whatever its size.
                scratch = os.statvfs(os.path.join("/proc", str(process.pid), "root", "tmp"))
                files = max(files, scratch.f_files - scratch.f_ffree)
    if memory > MAX_MEMORY:
        return f"its processes took more than {MAX_MEMORY >> 20} MB together"
    return "it wrote too many files" if MAX_FILES < files else ""


def _send(pipe, sent):
    try:
        with pipe:
            pipe.write(sent)
    except OSError:
        pass  # it has ended


def _read_line(line):
    """Read what the worker says of one cell; None where it is not what it should be."""
    try:
        tree = json.loads(line)
        outputs = [_output(output) for output in tree["outputs"][:MAX_OUTPUTS]]
        answers = {}
        for name, value in tree["answers"].items():
            try:
                answers[name] = rebuild.plain(value)
            except ValueError:
                answers[name] = None
        if not isinstance(tree["id"], str):
            return None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return {"id": tree["id"], "outputs": [o for o in outputs if o], "answers": answers}


def _output(output):
    """Rebuild an output of a kind that only shows."""
    text, image, alt = (output.get(key) for key in ("text", "image", "alt"))
    if rebuild.is_image(image):
        data = {"image/png": image, "text/plain": clean(alt, 1000)}
        told = {"image/png": {"alt": data["text/plain"]}}
        return nbformat.v4.new_output("display_data", data=data, metadata=told)
    if isinstance(text, str) and text:
        return nbformat.v4.new_output("stream", name="stdout", text=clean(text, rebuild.MAX_TEXT))
    return None
