"""Puts a submitted folder in order before nbgrader reads it.

What is missing or cannot be read is restored from the release, the original kept in
`set_aside/STUDENT/LESSON`, and said. Nothing is followed that points out of the folder.
"""

import hashlib
import json
import os
import secrets
import shutil
import stat
from pathlib import Path

import nbformat
from nbgrader.utils import parse_utc

from course_lib import LESSONS, CourseError
from course_lib.instructor.grading import rebuild
from course_lib.instructor.grading.reading import MAX_NOTEBOOK, read_notebook, salvage
from course_lib.instructor.sandbox.foreign import MAX_MODULE
from course_lib.submission import COLLECTED

MAX_TIMESTAMP = 100
MAX_COPIES = 20
MAX_FILES = 2000
MAX_BYTES = 256 << 20
NO_FOLDER = "what was handed in is no folder"


def modules_of(release):
    """Name the modules that a release holds."""
    return sorted(path.name for path in (release / "course_lib" / "updates").glob("[!_]*.py"))


def problems(folder, notebook):
    """Say what would keep nbgrader from reading a submission safely; change nothing."""
    if not _is_folder(folder):
        return [NO_FOLDER]
    found = [f"{path.relative_to(folder)} is {what}" for path, what in _strange(folder)]
    path = folder / f"{notebook}.ipynb"
    if not found and read_notebook(path) is None:
        found.append(f"{path.name} is missing or no notebook")
    if not found and not is_time(folder / "timestamp.txt"):
        found.append("timestamp.txt cannot be read")
    return found


def _is_folder(folder):
    """Tell whether `submitted/STUDENT/LESSON` is a folder of its own, the student's too no link."""
    return not any(path.is_symlink() for path in (folder, folder.parent)) and folder.is_dir()


def _strange(folder):
    """List what is neither a folder nor a file of its own, or is too large."""
    for place, folders, names in os.walk(folder):
        for name in (*names, *folders):
            path = Path(place, name)
            status = path.lstat()
            if stat.S_ISDIR(status.st_mode):
                continue
            if stat.S_ISLNK(status.st_mode):
                yield path, "a link"
            elif not stat.S_ISREG(status.st_mode):
                yield path, "no file"
            elif status.st_nlink > 1:
                yield path, "linked to another place"
            elif path.suffix == ".py" and status.st_size > MAX_MODULE:
                yield path, f"larger than {MAX_MODULE >> 10} KB"
            elif status.st_size > MAX_NOTEBOOK:
                yield path, f"larger than {MAX_NOTEBOOK >> 20} MB"


def _superfluous(folder, release, lesson):
    """List the files that need not be there, where there are more than anybody hands in."""
    wanted = {Path(f"{lesson}.ipynb"), Path("timestamp.txt"), Path(COLLECTED)}
    wanted |= {Path("course_lib", "updates", name) for name in modules_of(release)}
    others, total = [], 0
    for place, _, names in os.walk(folder):
        for path in (Path(place, name) for name in names):
            if path.relative_to(folder) not in wanted:
                others.append(path)
                total += path.lstat().st_size
    return others if len(others) > MAX_FILES or total > MAX_BYTES else []


def put_in_order(root, student, lesson):
    """Put one submission in order.

    Parameters
    ----------
    root : Path
        The course folder.
    student, lesson : str

    Returns
    -------
    flags : list of str
        What was not in order, now or when it was put in order before.
    """
    folder, release = root / "submitted" / student / lesson, root / "release" / lesson
    aside = root / "set_aside" / student / lesson
    recorded, new = _recorded_flags(folder, root, student, lesson), []
    if not _is_folder(folder):
        _set_aside(folder.parent if folder.parent.is_symlink() else folder, aside)
        folder.mkdir(parents=True)
        new.append(f"{NO_FOLDER}: graded as released")
    for path, what in list(_strange(folder)):
        name = path.relative_to(folder)
        _set_aside(path, aside)
        new.append(f"{name} is {what}: taken out")
    if others := _superfluous(folder, release, lesson):
        for path in others:
            _set_aside(path, aside)
        new.append(f"{len(others)} files that do not belong to {lesson}: taken out")
    new += _order_notebook(folder, release, lesson, aside)
    for name in modules_of(release):
        said = _order_module(folder, release, name, aside)
        if Path(name).stem in LESSONS.get(lesson, [Path(name).stem]):
            new += said  # those of other lessons need not be there
    new += _order_timestamp(folder, aside)
    if new:
        recorded = [*recorded, *new]
        record = {"state": fingerprint(folder), "flags": recorded}
        path = root / ".grading" / "flags" / student / f"{lesson}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(record), "utf-8")
    return [*_collected_flags(folder), *recorded]


def recorded_flags(root, student, lesson):
    """Give the flags of a submission that is still as it was put in order."""
    folder = Path(root) / "submitted" / student / lesson
    return [*_collected_flags(folder), *_recorded_flags(folder, root, student, lesson)]


def _recorded_flags(folder, root, student, lesson):
    path = Path(root) / ".grading" / "flags" / student / f"{lesson}.json"
    try:
        record = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return []
    return record["flags"] if record["state"] == fingerprint(folder) else []


def _collected_flags(folder):
    """Read what collecting said of a submission; whoever writes it themselves flags themselves."""
    path = folder / COLLECTED
    if not _is_folder(folder) or path.is_symlink() or not path.is_file():
        return []
    with path.open("rb") as file:
        return file.read(5000).decode("utf-8", "replace").splitlines()[:20]


def fingerprint(folder):
    """Fingerprint a submission, all its files; None where it cannot be read safely."""
    if not _is_folder(folder) or next(_strange(folder), None):
        return None
    whole = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name, content = os.fsencode(path.relative_to(folder)), path.read_bytes()
        whole.update(b"%d %d %b%b" % (len(name), len(content), name, content))
    return whole.hexdigest()


def _set_aside(path, aside):
    """Move something out of a submission; nothing that was set aside before is lost."""
    aside.mkdir(parents=True, exist_ok=True)
    name = os.fsdecode(os.fsencode(path.name)[:200])
    target = aside / name
    if os.path.lexists(target):
        target = aside / f"{name}.{secrets.token_hex(4)}"
    os.rename(path, target)


def _order_notebook(folder, release, lesson, aside):
    path = folder / f"{lesson}.ipynb"
    if path.is_dir():
        _set_aside(path, aside)
    if path.exists():
        if read_notebook(path) is not None:
            return []
        salvaged = salvage(path)
        _set_aside(path, aside)
        if salvaged is not None:
            nbformat.write(salvaged, path)
            return [f"{path.name} was damaged: what could be read of it is graded"]
        shutil.copyfile(release / path.name, path)
        return [f"{path.name} is no notebook: graded as released, with the student's modules"]
    released = graded_cells(release / path.name)
    copies = [
        p
        for p in _all(folder, "*.ipynb")[:MAX_COPIES]
        if graded_cells(p) & released or lesson in p.name
    ]
    named = [p for p in copies if lesson in p.name and read_notebook(p) is not None]
    for found in (named, copies):
        if len(found) == 1 and read_notebook(found[0]) is not None:
            shutil.copyfile(found[0], path)
            place = found[0].relative_to(folder)
            return [f"{path.name} is missing: {place} is graded in its place"]
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(release / path.name, path)
    return [f"{path.name} is missing: graded as released, with the student's modules"]


def _all(folder, pattern):
    """List the files of a pattern, those near the top first, without a system's own copies."""
    found = (p for p in folder.rglob(pattern) if p.is_file())
    kept = (p for p in found if not {".ipynb_checkpoints", "__MACOSX"} & {*p.parts})
    return sorted(kept, key=lambda p: (len(p.parts), p))


def graded_cells(path):
    """Name the graded cells of a notebook."""
    notebook = read_notebook(path)
    cells = notebook.cells if notebook else []
    return {name for cell in cells if (name := rebuild.graded_name(cell)) is not None}


def _order_timestamp(folder, aside):
    path = folder / "timestamp.txt"
    if is_time(path):
        return []
    _set_aside(path, aside)
    return ["timestamp.txt cannot be read: when it was handed in is not known"]


def is_time(path):
    """Tell whether nbgrader can read a time of handing in, or there is none."""
    try:
        if path.stat().st_size <= MAX_TIMESTAMP:
            text = path.read_text("utf-8").strip()
            if "/" not in text:  # dateutil would open the file of such a time zone
                parse_utc(text or None)
                return True
    except FileNotFoundError:
        return True
    except (OSError, ValueError, OverflowError):
        pass
    return False


def _order_module(folder, release, name, aside):
    path = folder / "course_lib" / "updates" / name
    if path.is_file():
        return []
    for parent in (path, *list(path.parents)[:2]):
        if os.path.lexists(parent) and (parent == path or not parent.is_dir()):
            _set_aside(parent, aside)
    path.parent.mkdir(parents=True, exist_ok=True)
    stem = Path(name).stem  # "adagrad (1).py" is what a browser makes of a second download
    places = [p for like in (name, f"{stem} ([0-9]).py") for p in _all(folder, like)]
    if places:
        shutil.copyfile(places[0], path)
        return [f"{name} was handed in as {places[0].relative_to(folder)}"]
    shutil.copyfile(release / "course_lib" / "updates" / name, path)
    return [f"course_lib/updates/{name} is missing: graded as released"]


def students(root, lesson):
    """Name the students who handed in a lesson."""
    folder = root / "submitted"
    found = sorted(path.parent.name for path in folder.glob("*/*") if path.name == lesson)
    if not found:
        raise CourseError(f"Nobody has handed in {lesson}: there is no {folder}/STUDENT/{lesson}.")
    return found
