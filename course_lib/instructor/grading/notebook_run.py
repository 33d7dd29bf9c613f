"""Runs a whole notebook in the sandbox: for answers that are calculated, or fresh figures.

What comes back is the student's word: text, pictures and plain values, cut to size. No score
depends on any of it but on the values, as answers.
"""

import functools
import json
import shutil
import subprocess
import sys
import threading

import nbformat

from course_lib.checks.process import clean
from course_lib.instructor import FOLDER
from course_lib.instructor.grading import rebuild
from course_lib.instructor.sandbox import bubblewrap, notebook_worker

LIBRARY = FOLDER.parent
MAX_BYTES = 64 << 20
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
        How long it may take.

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
    lines, complete = _exchange(command, json.dumps(cells).encode(), seconds)
    if not complete:
        flags.append("the notebook was not run to its end: it took too long or ended the process")
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


def _exchange(command, sent, seconds):
    """Send bytes to a process and read its lines; tell whether it came to its end in time."""
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        timer = threading.Timer(max(1.0, seconds), process.kill)
        timer.start()
        threading.Thread(target=_send, args=[process.stdin, sent], daemon=True).start()
        pieces, size = [], 0
        for piece in iter(functools.partial(process.stdout.read1, 1 << 20), b""):
            pieces.append(piece)
            size += len(piece)
            if size > MAX_BYTES:
                process.kill()
                break
        complete = process.wait() == 0
        timer.cancel()
    return b"".join(pieces)[:MAX_BYTES].split(b"\n"), complete


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
