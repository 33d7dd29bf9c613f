"""nbgrader's exchange without its trust: no link is followed, and each student fails alone.

The inbound folder is open to all students, who may put anything there at any time. What is copied
is opened without following links, and belongs to the one who handed it in. What goes back is the
pages that feedback wrote.
"""

import contextlib
import glob
import os
import pwd
import re
import secrets
import shutil
import stat
import tempfile
from collections import Counter
from datetime import datetime
from pathlib import Path

from nbgrader.exchange.default import ExchangeCollect, ExchangeList, ExchangeReleaseFeedback
from nbgrader.utils import ignore_patterns, notebook_hash, parse_utc

from course_lib.checks.process import clean
from course_lib.instructor.grading import intake
from course_lib.instructor.grading.results import write_json
from course_lib.instructor.handout.claims import known_source, read_known
from course_lib.submission import COLLECTED

MAX_FILES = 5000
EXCHANGE = "nbgrader's exchange"
SECRET = re.compile(r"[0-9A-Za-z]{32,200}")


def read_name(path, lesson):
    """Read an inbound folder's name, STUDENT+LESSON+TIME+RANDOM.

    Returns
    -------
    student : str or None
        None where the name is no such name, or no folder could have the student's.
    time : datetime
    """
    name = os.path.basename(path)
    match = re.fullmatch(rf"(.+?)\+{re.escape(lesson)}\+([^+]+)(?:\+[^+]*)?", name, re.DOTALL)
    if match and match[1] not in (".", "..") and match[1].isprintable():
        with contextlib.suppress(Exception):  # dateutil raises many kinds
            return match[1], parse_utc(match[2])
    return None, datetime.min


def owner_problem(uid, student):
    """Say what is wrong with an owner of what a student handed in; "" where nothing is.

    Where all servers run as one system user, the one who collects, the system knows no student:
    then nothing can be said.
    """
    try:
        owner = pwd.getpwuid(uid).pw_name
    except KeyError:
        owner = ""
    try:
        pwd.getpwnam(student)
        known = True
    except KeyError:
        known = False
    if owner == student or uid == os.geteuid() or owner == "jovyan" or not (owner or known):
        return ""
    return f"it belongs to {owner or uid}, not to {student}"


def copy_own(source, target, *, ignored, most):
    """Copy a folder without following a link.

    Parameters
    ----------
    source, target : path
    ignored : callable
        Takes a folder and its names, gives those to leave out, as for `shutil.copytree`.
    most : int
        Bytes at most.

    Returns
    -------
    problems : list of str
        What was not copied: links, what is no file, what is another's.

    Raises
    ------
    ValueError
        Where it holds too much.
    """
    problems, files, left = [], 0, most
    root = os.open(source, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        owner = os.fstat(root).st_uid
        for place, folders, names, here in os.fwalk(".", dir_fd=root):
            left_out = ignored(os.path.join(source, place), [*folders, *names])
            files += len(folders) + len(names)
            if files > MAX_FILES:
                raise ValueError(f"it holds more than {MAX_FILES} files")
            for name in {*folders, *names} - {*left_out}:
                shown, copy = os.path.normpath(os.path.join(place, name)), Path(target, place, name)
                try:
                    opened = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=here)
                except OSError:
                    problems.append(f"{shown} is a link or cannot be read: it was not taken")
                    left_out.append(name)
                    continue
                try:
                    status = os.fstat(opened)
                    if problem := _file_problem(status, owner):
                        problems.append(f"{shown} {problem}: it was not taken")
                        left_out.append(name)
                    elif stat.S_ISDIR(status.st_mode):
                        copy.mkdir()
                    else:
                        left -= status.st_size
                        if left < 0:
                            raise ValueError(f"it holds more than {most >> 20} MB")
                        with copy.open("wb") as file:
                            with os.fdopen(os.dup(opened), "rb") as content:
                                file.write(content.read(status.st_size))
                finally:
                    os.close(opened)
            folders[:] = [name for name in folders if name not in left_out]
    finally:
        os.close(root)
    return problems


def _file_problem(status, owner):
    if status.st_uid != owner:
        return "belongs to somebody else"
    if stat.S_ISDIR(status.st_mode):
        return ""
    if not stat.S_ISREG(status.st_mode):
        return "is no file"
    return "is linked to another place" if status.st_nlink > 1 else ""


def _status(path):
    """Look at a path itself; at /dev/null where it has gone meanwhile, or cannot be seen."""
    try:
        return os.lstat(path)
    except OSError:
        return os.lstat(os.devnull)


def _is_folder(path):
    return stat.S_ISDIR(_status(path).st_mode)


class Collect(ExchangeCollect):
    """Collects what students submitted, each by itself."""

    def _path_to_record(self, path):
        student, time = read_name(path, self.coursedir.assignment_id)
        problem = "" if student else "its name is none that submitting gives"
        if student and not _is_folder(path):
            problem = "it is a link or no folder"
        elif student and self.check_owner:
            problem = owner_problem(_status(path).st_uid, student)
        if problem:
            self._pass_over(path, problem)
            student = None
        return {"username": student, "filename": os.path.basename(path), "timestamp": time}

    def _sort_by_timestamp(self, records):
        """Put the latest first, of those that belong to the owner of the earliest."""
        newest = super()._sort_by_timestamp(records)
        owners = [_status(os.path.join(self.inbound_path, r["filename"])).st_uid for r in newest]
        for record, owner in zip(newest, owners):
            if record["username"] and owner != owners[-1]:
                self._pass_over(record["filename"], "an earlier one belongs to somebody else")
        return [record for record, owner in zip(newest, owners) if owner == owners[-1]]

    def _pass_over(self, path, reason):
        self.log.error("Passed over %s: %s.", clean(os.path.basename(path)), clean(str(reason)))

    def copy_files(self):
        """Copy each student's folder by itself; whatever is wrong with one stops no other."""
        records = [record for record in self.src_records if record["username"]]
        for record in records:
            self.src_records, self.collected = [record], None
            try:
                self._stage(record)
                super().copy_files()
            except Exception as error:  # noqa: BLE001 (one student's folder stops no other)
                self._pass_over(record["filename"], error)
            finally:
                if self.collected:
                    shutil.rmtree(self.collected)
        if not records:
            self.src_records = []
            super().copy_files()

    def _stage(self, record):
        """Copy a submission beside its place, so that an earlier one stays until all is there."""
        lesson = self.coursedir.assignment_id
        path = self.coursedir.submitted_directory
        target = Path(self.coursedir.format_path(path, record["username"], lesson))
        if target.is_symlink() or target.parent.is_symlink():
            raise ValueError(f"submitted/{record['username']} is a link")
        grading = Path(self.coursedir.root, ".grading")
        grading.mkdir(mode=0o700, exist_ok=True)
        self.collected = Path(tempfile.mkdtemp(dir=grading))
        ignored = ignore_patterns(
            exclude=[*self.coursedir.ignore, COLLECTED],
            include=self.coursedir.include,
            max_file_size=self.coursedir.max_file_size,
            log=self.log,
        )
        problems = copy_own(
            os.path.join(self.inbound_path, record["filename"]),
            self.collected,
            ignored=ignored,
            most=1000 * self.coursedir.max_dir_size,
        )
        if not intake.is_time(self.collected / "timestamp.txt"):
            (self.collected / "timestamp.txt").unlink()
            problems.append("timestamp.txt cannot be read: when it was handed in is not known")
        self.known = known_source(self.coursedir.root, record["username"], lesson)
        if target.is_dir() and (self.update or self.before_duedate):
            if read_known(self.known).get("sender") != EXCHANGE:
                aside = Path(self.coursedir.root, "set_aside", record["username"], lesson)
                shutil.copytree(target, aside / f"before-{secrets.token_hex(4)}", symlinks=True)
                problems.append(f"it replaces what came another way, which is in {aside}")
        for problem in problems:
            self.log.error("%s: %s.", record["username"], clean(problem))
        if problems:
            said = "\n".join(map(clean, problems))
            (self.collected / COLLECTED).write_text(said, "utf-8")

    def do_copy(self, src, dest, log=None):
        """Copy what was copied safely to where nbgrader wants it."""
        self.collected.chmod(0o755)
        super().do_copy(self.collected, dest, log)
        write_json(self.known, {"sender": EXCHANGE})


class ReleaseFeedback(ExchangeReleaseFeedback):
    """Releases the pages that feedback wrote, and no file that came with a submission."""

    def copy_files(self):
        """Copy the page of each released notebook to where its student alone finds it."""
        course, lesson = self.coursedir, self.coursedir.assignment_id
        released = Path(course.format_path(course.release_directory, ".", lesson))
        names = sorted(path.stem for path in released.glob("*.ipynb"))
        excluded = set(course.student_id_exclude.split(","))
        folders = map(Path, sorted(glob.glob(self.src_path)))
        found = {path: self._secret(path) for path in folders if path.parent.name not in excluded}
        shared = Counter(found.values())
        for folder, secret in found.items():
            student = folder.parent.name
            if not secret:
                self.log.warning("%s handed in another way: no feedback released.", clean(student))
                continue
            if shared[secret] > 1:
                self.log.error("%s handed in another's secret: none released.", clean(student))
                continue
            for name in names:
                page = _read_own(folder / f"{name}.html")
                if page is None:
                    self.log.error("No feedback of %s released: there is none.", clean(student))
                    continue
                known = notebook_hash(secret=secret, notebook_id=name)
                new = Path(self.dest_path, f"{known}-tmp.html")
                new.write_bytes(page)
                new.chmod(0o644)
                new.replace(Path(self.dest_path, f"{known}.html"))
                self.log.info("Feedback released for %s on %s.", clean(student), name)

    def _secret(self, folder):
        found = (
            None
            if folder.is_symlink() or folder.parent.is_symlink()
            else (_read_own(folder / "submission_secret.txt", 1000))
        )
        match = SECRET.fullmatch((found or b"").decode("ascii", "replace"))
        return match and match[0]


def _read_own(path, most=-1):
    """Read a file of the one who runs this; None where it is none, or a link."""
    try:
        opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    with os.fdopen(opened, "rb") as file:
        status = os.fstat(opened)
        if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1:
            return None
        return file.read(most)


class List(ExchangeList):
    """Lists submissions whose notebooks are files; nothing else is opened, listed or removed."""

    def init_dest(self):
        """Find them."""
        super().init_dest()
        if self.inbound:
            self.assignments = [path for path in self.assignments if _can_be_listed(path)]


def _can_be_listed(path):
    opened = [*Path(path).glob("*.ipynb"), Path(path, "submission_secret.txt")]
    files = (stat.S_ISREG(_status(p).st_mode) for p in opened if os.path.lexists(p))
    return _is_folder(path) and os.path.basename(path).isprintable() and all(files)
