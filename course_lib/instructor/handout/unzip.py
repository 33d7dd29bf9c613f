"""Takes the submissions out of what a platform gives back, for `nbgrader zip_collect`.

Who handed in is read once for each archive: from the name `LESSON--STUDENT--TIME` of the outermost
file or folder that has one, beside the platform's own name for the sender. Nothing inside can name
another student. No name of an archive becomes a path: only the notebook and the modules are taken,
into folders that are named here. What is passed over is told in the log; all others are taken.
"""

import contextlib
import hashlib
import json
import os
import re
import shutil
import stat
import tempfile
import zipfile
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath

from nbgrader.api import Gradebook
from nbgrader.plugins import ExtractorPlugin
from sqlalchemy.exc import SQLAlchemyError

from course_lib.checks.process import clean
from course_lib.instructor.grading.results import write_json
from course_lib.submission import COLLECTED, STUDENT

ROOM, RATIO = 64 << 20, 30
"""A zip, with those inside it, may unpack to 64 MB and 30 times its own size: notebooks with
pictures take a tenth."""
ROOM_INSIDE = 1 << 30
"""The download of a whole class may hold 1 GB, and 30 times its size."""
MAX_FILES = 5000
MAX_DEPTH = 3
"""A class's zip of students' zips, one of which was zipped once more."""
CANVAS = re.compile(r"(?P<name>[^_]+)_(?:LATE_)?(?P<number>[0-9]+)_[0-9]+_")
MOODLE = re.compile(r"(?P<name>.+?)_[0-9]+_assignsubmission_file_")
MODULE = re.compile(r"\w{1,100}\.py")


class Refused(Exception):
    """A file that is passed over."""


@dataclass
class Claim:
    """A submission, and whose it says that it is.

    Attributes
    ----------
    student, time : str
        As the name of the file has them.
    sender : str
        The platform's name for who uploaded it; "" where it gives none.
    direct : bool
        Whether it lay in the archive folder itself, where the instructor put it.
    inner : bool
        Whether it lay inside what a sender uploaded, so that the sender alone named it.
    place : str
        Where it was found.
    folder : Path
        Its notebook and modules.
    content : str
        Their fingerprint.
    """

    student: str
    time: str
    sender: str
    direct: bool
    inner: bool
    place: str
    folder: Path
    content: str

    @property
    def source(self):
        """Where it comes from: a sender, or the file that it lay in."""
        return self.sender or ("" if self.direct else self.place.partition(" in ")[2])


class Unzip(ExtractorPlugin):
    """Takes each student's notebook and modules out of zips and folders of any platform."""

    def extract(self, archive_path, extracted_path):
        """Write `LESSON--STUDENT--TIME` for each student, with flags where there is a doubt."""
        archive, extracted = Path(archive_path), Path(extracted_path)
        self.lesson = archive.parent.name
        extracted.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=extracted) as fresh:
            self.fresh = Path(fresh)
            claims = list(self._claims(self._files(archive), "", "", 0))
            app = getattr(self.parent, "coursedir", None)
            for claim, flags in choose(claims, read_roster(app), self.log):
                if app and not self._may_come(app, claim):
                    continue
                target = extracted / f"{self.lesson}--{claim.student}--{claim.time}"
                os.rename(claim.folder, target)
                if flags:
                    (target / COLLECTED).write_text("\n".join(flags), "utf-8")

    def _may_come(self, course, claim):
        """Keep what was handed in another way; remember where the others come from."""
        submitted = course.format_path(course.submitted_directory, claim.student, self.lesson)
        known = known_source(course.root, claim.student, self.lesson)
        before = Path(submitted)
        if before.is_symlink() or before.parent.is_symlink():
            self._pass_over(claim.place, f"submitted/{claim.student} is a link")
            return False
        if before.is_dir() and any(before.iterdir()):
            said = f"{claim.place} came another way than this submission: it was not taken"
            if read_source(known) != claim.sender and fingerprint(before) != claim.content:
                self.log.error(
                    "Passed over %s: submitted/%s/%s came another way; take that away to collect "
                    "this in its place.", claim.place, claim.student, self.lesson
                )  # fmt: skip
                note(before, said)
                return False
            if not self.force:
                self.log.error(
                    "Passed over %s: %s has a submission; replace it with --force.",
                    claim.place, claim.student
                )  # fmt: skip
                return False
        write_json(known, {"sender": claim.sender})
        return True

    # Where submissions are

    def _files(self, archive):
        """List the files of a folder: parts of the name, size and how to open it."""
        for place, folders, names in os.walk(archive):
            folders.sort()
            for name in sorted(names):
                path = Path(place, name)
                status = path.lstat()
                if stat.S_ISREG(status.st_mode):
                    yield (
                        path.relative_to(archive).parts,
                        status.st_size,
                        lambda p=path: p.open("rb"),
                    )
                else:
                    self._pass_over(path, "it is no file")

    def _pass_over(self, place, reason):
        self.log.error("Passed over %s: %s.", clean(str(place)), clean(str(reason)) or "unreadable")

    def _claims(self, files, sender, inside, depth):
        """Yield the claims of a folder or of a class's zip."""
        found = defaultdict(list)
        for parts, size, opener in files:
            who, key = sender, None
            for number, part in enumerate(parts):
                who = who or _sender(part)
                if f"{self.lesson}--" in part:
                    key = parts[: number + 1]
                    break
            if key:
                found[key, who].append((parts[len(key) :], size, opener))
            elif self._is_zip(parts[-1]) and depth < MAX_DEPTH:
                place = "/".join(parts) + inside
                try:
                    room = (ROOM if who else ROOM_INSIDE) + RATIO * size
                    with tempfile.TemporaryFile(dir=self.fresh) as copy, opener() as file:
                        shutil.copyfileobj(file, copy)
                        members, _ = open_zip(copy, room, passed_over=self._pass_over)
                        yield from self._claims(members, who, f" in {place}", depth + 1)
                except Exception as error:  # noqa: BLE001 (zipfile raises many kinds)
                    self._pass_over(place, error)
            elif PurePosixPath(parts[-1]).suffix in (".ipynb", ".py", ".zip"):
                self._pass_over("/".join(parts) + inside, "its name does not say whose it is")
        for (key, who), content in found.items():
            place = "/".join(key) + inside
            try:
                if len({match.groups() for match in self._names(key[-1])}) != 1:
                    raise Refused(f"its name is not {self.lesson}--STUDENT--TIME")
                student, time = next(self._names(key[-1])).groups()
                datetime.strptime(time, "%Y%m%dT%H%M%SZ")
                folder = Path(tempfile.mkdtemp(dir=self.fresh))
                self._take(content, folder, key[-1])
                yield Claim(
                    student=student,
                    time=time,
                    sender=who,
                    direct=not depth,
                    inner=bool(sender),
                    place=clean(place),
                    folder=folder,
                    content=fingerprint(folder),
                )
            except Exception as error:  # noqa: BLE001 (zipfile raises many kinds for a broken zip)
                self._pass_over(place, error)

    def _names(self, part):
        return re.finditer(
            rf"{re.escape(self.lesson)}--({STUDENT})--([0-9]{{8}}T[0-9]{{6}}Z)", part
        )

    def _is_zip(self, name):
        return PurePosixPath(name).suffix.lower() in self.zip_ext

    # What a submission holds

    def _take(self, files, folder, name):
        """Copy the notebook and the modules of one submission into a folder."""
        sizes = sum(size for _, size, _ in files)
        left = [ROOM + (RATIO if files[0][0] == () else 1) * sizes]
        if files[0][0] == ():
            if not self._is_zip(name):
                raise Refused("it is no zip")
            self._take_zip(files[0][2], folder, left, 1)
        else:
            self._take_files(files, folder, left, 0)

    def _take_zip(self, opener, folder, left, depth):
        with tempfile.TemporaryFile(dir=self.fresh) as copy, opener() as file:
            shutil.copyfileobj(file, copy)
            members, size = open_zip(copy, left[0])
            left[0] -= size
            self._take_files(members, folder, left, depth)

    def _take_files(self, files, folder, left, depth):
        files = [f for f in files if not {"__MACOSX", ".ipynb_checkpoints"} & {*f[0]}]
        notebook = (f"{self.lesson}.ipynb",)
        tops = [parts[:-1] for parts, *_ in files if parts[-1:] == notebook]
        tops = tops or [
            parts[:-3] for parts, *_ in files if parts[-3:-1] == ("course_lib", "updates")
        ]
        if not tops:
            for parts, _, opener in files:
                if self._is_zip(parts[-1]) and depth < MAX_DEPTH:
                    with contextlib.suppress(Exception):  # it may be in the next one
                        return self._take_zip(opener, folder, left, depth + 1)
            raise Refused(f"it holds no {notebook[0]} and no module")
        top = min(tops, key=lambda parts: (len(parts), parts))
        for parts, _, opener in files:
            name = parts[len(top) :]
            updates = name[:-1] == ("course_lib", "updates") and MODULE.fullmatch(name[-1])
            if parts[: len(top)] == top and (name == notebook or updates):
                target = folder.joinpath(*name)
                target.parent.mkdir(parents=True, exist_ok=True)
                with opener() as source, target.open("wb") as file:
                    shutil.copyfileobj(source, file)


def open_zip(file, most, passed_over=None):
    """List the members of a zip: parts of the name, size and how to open each.

    Parameters
    ----------
    file : binary file
        Stays open as long as members are read.
    most : int
        Bytes that it may unpack to. zipfile reads no more of a member than its entry says.
    passed_over : callable, optional
        Takes a name and a reason where one member is refused; without it the zip is.

    Returns
    -------
    members : list
    size : int
        Bytes that they unpack to.

    Raises
    ------
    Refused
    """
    archive = zipfile.ZipFile(file)
    members = [member for member in archive.infolist() if not member.is_dir()]
    size = sum(member.file_size for member in members)
    if len(members) > MAX_FILES:
        raise Refused(f"it holds {len(members)} files")
    if size > most:
        raise Refused("it unpacks to too much")
    taken = []
    for member in members:
        name = PurePosixPath(member.filename.replace("\\", "/"))
        kind = stat.S_IFMT(member.external_attr >> 16)
        problem = ""
        if name.is_absolute() or ".." in name.parts or re.match("[A-Za-z]:", str(name)):
            problem = f"it names a file outside of its folder, {member.filename!r}"
        elif not name.parts:
            problem = "it names a file with no name"
        elif kind not in (0, stat.S_IFREG):
            problem = f"{member.filename!r} is a link or a device"
        elif member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            problem = f"{member.filename!r} is compressed in a way that is not read"
        elif member.flag_bits & 1:
            problem = "it asks for a password"
        if not problem:
            opener = lambda member=member: archive.open(member)  # noqa: E731
            taken.append((name.parts, member.file_size, opener))
        elif passed_over:
            passed_over(member.filename, problem)
        else:
            raise Refused(problem)
    return taken, size


# Whose it is


def _sender(part):
    """Give the name that a platform put before a file's or a folder's; "" where there is none."""
    if match := MOODLE.match(part):
        return match["name"]
    match = CANVAS.match(part)
    return f"{match['name']} {match['number']}" if match else ""


def _words(text):
    return re.findall(r"\w+", (text or "").casefold())


def read_roster(course):
    """Read what the gradebook knows of students: words by which a platform may call each."""
    if course is None:
        return {}
    try:
        with Gradebook(course.db_url) as gradebook:
            return {s.id: (s.first_name, s.last_name, s.lms_user_id) for s in gradebook.students}
    except SQLAlchemyError:
        return {}


def _is(sender, names):
    """Tell whether a platform's name for a sender is one that the roster has for a student."""
    first, last, number = names
    words, known = _words(sender), [*_words(last), *_words(first)]
    by_name = bool(known) and ({*known} <= {*words} or "".join(known) in words)
    return by_name or (bool(number) and number in sender.split())


def choose(claims, roster, log):
    """Choose one claim for each student: a platform's word and the roster's before a name's.

    Parameters
    ----------
    claims : list of Claim
    roster : dict
        Student to first name, last name and number on the platform, each may be None.
    log : Logger

    Yields
    ------
    claim : Claim
    flags : list of str
        Where there was a doubt. Of files from different sources the first one handed in stays.
    """
    now = f"{datetime.now(UTC) + timedelta(days=1):%Y%m%dT%H%M%SZ}"
    ids = {student.casefold() for student in [*roster, *(claim.student for claim in claims)]}

    def trust(claim):
        named = claim.sender and {s for s, names in roster.items() if _is(claim.sender, names)}
        if named:
            return 3 if claim.student in named else -1
        if not claim.sender:
            return int(claim.direct)
        name = "".join(re.findall("[a-z]+", claim.sender.casefold()))
        if any(word in name for word in re.findall("[a-z]{3,}", claim.student.casefold())):
            return 1
        return -1 if claim.inner or name in ids else 0

    refused, by_sender = [], defaultdict(list)
    for claim in claims:
        by_sender[claim.sender].append(claim)
    for sender, own in by_sender.items():
        if sender and len({c.student for c in own}) > 1:  # a sender is one student
            best = min(own, key=lambda c: (-trust(c), c.student not in roster, c.time))
            refused += [c for c in own if c.student != best.student]
    refused += [c for c in claims if trust(c) < 0 and c not in refused]
    for claim in refused:
        log.error(
            "Passed over %s: the platform says that %s sent it, who is not %s.",
            claim.place, clean(claim.sender), claim.student
        )  # fmt: skip
    students = defaultdict(list)
    for claim in claims:
        students[claim.student.casefold().rstrip(".")].append(claim)
    for same in students.values():
        own = [c for c in same if c not in refused]
        if not own:
            continue
        most = max(map(trust, own))
        first = min((c for c in own if trust(c) == most), key=lambda c: (c.time > now, c.time))
        mine = [c for c in own if c.source == first.source and c.student == first.student]
        chosen = max(mine, key=lambda c: (c.time <= now, c.time, c.place))
        others = [c for c in same if c not in mine and c.content != chosen.content]
        flags = [f"{c.place} claims to be {c.student}'s too: it was not taken" for c in others]
        if chosen.time > now:
            flags.append(f"{chosen.place} has a time that is still to come")
        for flag in flags:
            log.error("%s.", flag)
        yield chosen, flags


def known_source(root, student, lesson):
    """Give the file that remembers how a submission came."""
    return Path(root, ".grading", "collected", student, f"{lesson}.json")


def read_source(path):
    """Read how a submission came; None where it is not known, such as for a plain folder."""
    try:
        return json.loads(path.read_text("utf-8"))["sender"]
    except (OSError, ValueError, KeyError):
        return None


def note(folder, flag):
    """Add a line to what collecting said of a submission."""
    path = folder / COLLECTED
    if path.is_symlink() or (path.exists() and not path.is_file()):
        return
    said = path.read_text("utf-8", "replace").splitlines() if path.exists() else []
    if flag not in said:
        path.write_text("\n".join([*said, flag]), "utf-8")


def fingerprint(folder):
    """Fingerprint the notebook and the modules of a folder."""
    paths = [*folder.glob("*.ipynb"), *folder.glob("course_lib/updates/*.py")]
    pairs = [
        (str(path.relative_to(folder)), hashlib.sha256(path.read_bytes()).hexdigest())
        for path in sorted(paths)
        if path.is_file() and not path.is_symlink()
    ]
    return json.dumps(pairs)
