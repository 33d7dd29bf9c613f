"""Takes the submissions out of what a platform gives back: zips, zips of zips, folders, files.

What names a student is read once for each archive: the outermost file or folder that has a name
`LESSON--STUDENT--TIME`, the platform's own name for the sender, or a folder that the instructor
named. Nothing inside can name another student. No name of an archive becomes a path: only the
notebook and the modules are taken, into folders that are named here.
"""

import contextlib
import os
import re
import shutil
import stat
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple

from nbgrader.plugins import ExtractorPlugin

from course_lib import LESSONS
from course_lib.checks.process import clean
from course_lib.instructor.grading.intake import graded_cells
from course_lib.instructor.grading.results import write_json
from course_lib.instructor.handout.claims import (
    Claim,
    choose,
    fingerprint,
    known_source,
    sender,
    settle,
    stands_in_the_way,
    without_sender,
)
from course_lib.instructor.handout.roster import read_roster
from course_lib.submission import COLLECTED, STUDENT

ROOM, RATIO = 64 << 20, 30
"""A zip, with those inside it, may unpack to 64 MB and 30 times its own size: notebooks with
pictures take a tenth."""
ROOM_INSIDE = 1 << 30
"""The download of a whole class may hold 1 GB, and 30 times its size."""
MAX_FILES = 5000
MAX_DEPTH = 3
"""A class's zip of students' zips, one of which was zipped once more."""
MAX_READ = 3
"""Notebooks of one submission that are opened to see of which lesson they are."""
MODULE = re.compile(r"\w{1,100}\.py")
MODULES = {f"{name}.py": lesson for lesson, names in LESSONS.items() for name in names}
COPY = re.compile(r"(?:[ _]?\([0-9]+\)|-Copy[0-9]*|-[0-9]+|[ _-]copy)+$", re.IGNORECASE)
MOST_SAID = 8
LITTER = {"__MACOSX", ".ipynb_checkpoints", ".DS_Store", "Thumbs.db", "desktop.ini"}


class Refused(Exception):
    """A file that is passed over."""


class File(NamedTuple):
    """A file on the disk or in a zip, or why it cannot be taken."""

    parts: tuple[str, ...]
    size: int
    open: Callable[[], IO[bytes]]
    changed: float = 0.0
    problem: str = ""

    @property
    def name(self) -> str:
        """Its name as the student gave it: without a platform's and a browser's additions."""
        if not self.parts:
            return ""
        path = PurePosixPath(without_sender(self.parts[-1]))
        return COPY.sub("", path.stem) + path.suffix.lower()


def lesson_of(name: str) -> str:
    """Give the lesson that a name means, such as "05_adam" for `5_adam`; "" where it is none."""
    squeezed = "".join(re.findall("[a-z0-9]+", name.casefold()))
    squeezed = squeezed.removeprefix("lesson").lstrip("0")
    for lesson in LESSONS:
        known = lesson.replace("_", "").lstrip("0")
        if squeezed == known.lstrip("123456789") or squeezed.startswith(known):
            return lesson
    return ""


class Archive:
    """Finds the submissions of a lesson in files and folders.

    Parameters
    ----------
    lesson : str
    fresh : path
        An empty folder, to unpack into.
    roster : Roster
    zip_ext : collection of str
    cells : dict of str to set, optional
        The names of graded cells by lesson, to tell a notebook by its content.
    """

    def __init__(self, lesson, fresh, roster, zip_ext=(".zip",), cells=None):
        self.lesson, self.fresh, self.roster = lesson, Path(fresh), roster
        self.zip_ext, self.cells = zip_ext, cells or {}
        number, *words = lesson.split("_")
        self.words = {number, number.lstrip("0"), "lesson", *words}
        self.key = re.compile("|".join(f"{re.escape(name)}--" for name in {lesson, *LESSONS}))
        self.typed = re.compile(
            f"(?P<lesson>{'|'.join(map(re.escape, {lesson, *LESSONS}))})"
            rf"--(?P<student>{STUDENT})--(?P<time>[0-9]{{8}}T[0-9]{{6}}Z)"
        )

    def claims(self, path: Path) -> Iterator[Claim]:
        """Yield what a file or a folder holds."""
        if not path.is_dir():
            yield from self._claims([_on_disk(path, (path.name,))])
            return
        owner = self.roster.owner(path.name, self.words)
        files = (
            _on_disk(Path(place, name), Path(place, name).relative_to(path).parts)
            for place, folders, names in os.walk(path)
            for name in sorted(names)
            if not folders.sort()
        )
        yield from self._claims(files, owner=owner)

    def _claims(self, files, *, who="", owner="", late=False, inside="", depth=0):
        """Yield the claims of a folder or of a zip."""
        groups: dict = defaultdict(list)
        empty, opened = True, set()
        for file in files:
            if LITTER & {*file.parts} or file.parts[-1].startswith("._"):
                continue
            empty = False
            outer, delayed, key = who, late, None
            for number, part in enumerate(file.parts):
                if not outer:
                    outer, delayed = sender(part)
                if self.key.search(part):
                    key = file.parts[: number + 1]
                    break
            named = owner or ("" if outer else self._owner(file.parts, key, depth))
            place = "/".join(file.parts) + inside
            told = {"sender": outer, "owner": named, "late": delayed}
            told |= {"direct": not depth, "inner": bool(who)}
            if key:
                file = file._replace(parts=file.parts[len(key) :])
            elif file.problem and not (outer or named):
                yield Claim(clean(place), problem=file.problem, **told)
                continue
            elif not file.problem and depth < MAX_DEPTH and self._is_zip(file.parts[-1]):
                opened.add((outer, named))
                yield from self._open(file, outer, named, delayed, place, depth)
                continue
            elif not (outer or named):
                key = self._bundle(file.parts) if depth else file.parts[:1]
            groups[key, bool(key and self.key.search(key[-1])), *told.items()].append(file)
        for (key, typed, *told), content in groups.items():
            first = content[0].parts if key is None else key
            more = f" and {len(content) - 1} more" if key is None and len(content) > 1 else ""
            place = clean(("/".join(first) + more + inside).removeprefix(" in "))
            claim = Claim(place, changed=max(f.changed for f in content), **dict(told))
            work = any(f.parts[-1:] and f.name.endswith((".ipynb", ".py", ".zip")) for f in content)
            if typed or key is None and (work or (claim.sender, claim.owner) not in opened):
                self._fill(claim, content, key[-1] if typed else "")
                yield claim
            elif work and key is not None:
                claim.problem = "its name does not say whose it is"
                yield claim
        if empty and inside:
            place = clean(inside.removeprefix(" in "))
            yield Claim(place, sender=who, owner=owner, direct=False, problem="it is empty")

    def _open(self, file, who, owner, late, place, depth):
        """Yield the claims of a zip."""
        try:
            room = (ROOM if who or owner else ROOM_INSIDE) + RATIO * file.size
            with tempfile.TemporaryFile(dir=self.fresh) as copy, file.open() as opened:
                shutil.copyfileobj(opened, copy)
                members, _ = open_zip(copy, room)
                told = {"who": who, "owner": owner, "late": late}
                yield from self._claims(members, **told, inside=f" in {place}", depth=depth + 1)
        except Exception as error:  # noqa: BLE001 (zipfile raises many kinds)
            told = {"sender": who, "owner": owner, "late": late, "direct": not depth}
            yield Claim(clean(place), problem=_reason(error), **told)

    def _is_zip(self, name):
        return PurePosixPath(name).suffix.lower() in self.zip_ext

    def _owner(self, parts, key, depth):
        """Name the student after whom the instructor named a folder or a file."""
        folders = list(parts[:-1])
        if "course_lib" in folders:
            folders = folders[: folders.index("course_lib")]
        name = File(parts, 0, open).name
        stem = PurePosixPath(name).stem
        named = [part for part in folders if not lesson_of(part)]
        if self.roster.students:
            exact = [part for part in folders if not depth and part in self.roster]
            lone = [] if lesson_of(stem) or name in MODULES or "course_lib" in parts else [stem]
            found = (self.roster.owner(part, self.words) for part in [*exact, *named, *lone])
            if owner := next(filter(None, found), ""):
                return owner
        if key or depth or self.roster.listed is not None:
            return ""
        return named[-1] if named and re.fullmatch(STUDENT, named[-1]) else ""

    def _bundle(self, parts):
        """Give what is told of as one where nobody is named: a folder, a file, or all of a zip."""
        inner = parts[0] in ("course_lib", "notebooks") or bool(lesson_of(parts[0]))
        return parts[:1] if not inner else ()

    def _fill(self, claim, content, key):
        """Put into a claim what it holds, or why it cannot be taken."""
        try:
            if key:
                typed = {match.groups() for match in self.typed.finditer(key)}
                if len(typed) != 1:
                    raise Refused(f"its name is not {self.lesson}--STUDENT--TIME")
                lesson, claim.student, claim.time = next(iter(typed))
                datetime.strptime(claim.time, "%Y%m%dT%H%M%SZ")
                if lesson != self.lesson:
                    raise Refused(f"this is {lesson}")
            zipped = bool(key) and content[0].parts == ()
            if zipped and (content[0].problem or not self._is_zip(key)):
                raise Refused(content[0].problem or "it is no zip")
            left = [ROOM + (RATIO if zipped else 1) * sum(file.size for file in content)]
            claim.folder = Path(tempfile.mkdtemp(dir=self.fresh))
            said: list[str] = []
            if zipped:
                self._take_zip(content[0], claim.folder, left, 1, said)
            else:
                self._take_files(content, claim.folder, left, 0, said)
            more = [f"{len(said) - MOST_SAID} more files were not taken"]
            claim.flags = list(map(clean, said[:MOST_SAID])) + more * (len(said) > MOST_SAID)
            claim.content = fingerprint(claim.folder)
        except Exception as error:  # noqa: BLE001 (zipfile raises many kinds for a broken zip)
            claim.folder, claim.problem = None, _reason(error)

    # What a submission holds

    def _take_zip(self, file, folder, left, depth, said):
        with tempfile.TemporaryFile(dir=self.fresh) as copy, file.open() as opened:
            shutil.copyfileobj(opened, copy)
            members, size = open_zip(copy, left[0])
            left[0] -= size
            if not members:
                raise Refused("it is empty")
            self._take_files(members, folder, left, depth, said)

    def _take_files(self, files, folder, left, depth, said):
        """Copy the notebook and the modules of one submission into a folder."""
        files = [f for f in files if not (LITTER & {*f.parts} or f.parts[-1].startswith("._"))]
        said += [f"{'/'.join(f.parts)}: {f.problem}: it was not taken" for f in files if f.problem]
        files = sorted((f for f in files if not f.problem), key=lambda f: (len(f.parts), f.parts))
        wanted = self._notebook(files, said) | self._modules(files, said)
        if not wanted:
            for file in files:
                if self._is_zip(file.parts[-1]) and depth < MAX_DEPTH:
                    with contextlib.suppress(Exception):  # it may be in the next one
                        return self._take_zip(file, folder, left, depth + 1, said)
        if f"{self.lesson}.ipynb" not in wanted and (other := self._another(files, wanted)):
            raise Refused(f"this is {other}")
        taken = 0
        for name, file in wanted.items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                with file.open() as source, target.open("wb") as out:
                    shutil.copyfileobj(source, out)
                taken += 1
            except Exception as error:  # noqa: BLE001 (zipfile raises many kinds)
                target.unlink(missing_ok=True)
                said.append(f"{'/'.join(file.parts)} cannot be read ({error}): it was not taken")
        if not taken:
            raise Refused(said[0] if said else f"it holds no {self.lesson}.ipynb and no module")
        return None

    def _notebook(self, files, said):
        """Find the notebook: by its name, a name like it, or its graded cells."""
        books = [f for f in files if f.parts and f.parts[-1].endswith(".ipynb")]
        exact = [f for f in books if f.parts[-1] == f"{self.lesson}.ipynb"]
        alike = [f for f in books if lesson_of(PurePosixPath(f.name).stem) == self.lesson]
        unnamed = [f for f in books if not lesson_of(PurePosixPath(f.name).stem)][:MAX_READ]
        found = exact[:1] or sorted(alike, key=lambda f: -f.changed)
        found = found or [f for f in unnamed if self._content_of(f) == self.lesson]
        if not found:
            return {}
        beside = [f for f in alike if f.parts[:-1] == found[0].parts[:-1]]
        others = [f for f in beside if f is not found[0]]
        said += [f"{'/'.join(f.parts)} is a second notebook: it was not taken" for f in others]
        if not exact:
            said.append(f"{'/'.join(found[0].parts)} is taken for {self.lesson}.ipynb")
        return {f"{self.lesson}.ipynb": found[0]}

    def _another(self, files, wanted):
        """Name the lesson of work that has no notebook of this one; "" where it may be of this."""
        stems = [PurePosixPath(f.name).stem for f in files if f.name.endswith(".ipynb")]
        books = {lesson_of(stem) for stem in stems} - {""}
        lone = {MODULES.get(PurePosixPath(name).name, "") for name in wanted} - {""}
        return ", ".join(sorted(books or (lone if self.lesson not in lone else ())))

    def _content_of(self, file):
        """Give the lesson whose graded cells a notebook has."""
        if not self.cells:
            return ""
        with tempfile.TemporaryDirectory(dir=self.fresh) as place:
            copy = Path(place, "x.ipynb")
            with file.open() as source, copy.open("wb") as out:
                shutil.copyfileobj(source, out)
            names = graded_cells(copy)
        common = {lesson: len(names & known) for lesson, known in self.cells.items()}
        best = max(common, key=common.__getitem__)
        return best if 2 * common[best] > len(self.cells[best]) else ""

    def _modules(self, files, said):
        """Find the modules: those of the first `course_lib/updates`, or else lone ones."""
        tops = [f.parts[:-3] for f in files if f.parts[-3:-1] == ("course_lib", "updates")]
        beside = [f.parts[:-1] for f in files if f.parts[-1:] == (f"{self.lesson}.ipynb",)]
        if tops:
            top = next((t for t in tops if beside and t == beside[0]), tops[0])
            place = (*top, "course_lib", "updates")
            return {
                f"course_lib/updates/{f.parts[-1]}": f
                for f in files
                if f.parts[:-1] == place and MODULE.fullmatch(f.parts[-1])
            }
        lone = sorted((f for f in files if f.name in MODULES), key=lambda f: f.changed)
        found = {f"course_lib/updates/{f.name}": f for f in lone}
        older = [f for f in lone if f not in found.values()]
        said += [f"{'/'.join(f.parts)} is an older {f.name}: it was not taken" for f in older]
        return found


def _on_disk(path, parts):
    status = path.lstat()
    problem = "" if stat.S_ISREG(status.st_mode) else "it is no file"
    return File(parts, status.st_size, lambda: path.open("rb"), status.st_mtime, problem)


def _reason(error):
    if isinstance(error, zipfile.BadZipFile):
        return "it is no zip, or a damaged one"
    return clean(str(error)) or "unreadable"


def open_zip(file: IO[bytes], most: int) -> tuple[list[File], int]:
    """List the members of a zip.

    Parameters
    ----------
    file : binary file
        Stays open as long as members are read.
    most : int
        Bytes that it may unpack to. zipfile reads no more of a member than its entry says.

    Returns
    -------
    members : list of File
        With the problem of each that is not to be taken.
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
    found = []
    for member in members:
        name = PurePosixPath(member.filename.replace("\\", "/"))
        kind = stat.S_IFMT(member.external_attr >> 16)
        problem = ""
        if name.is_absolute() or ".." in name.parts or re.match("[A-Za-z]:", str(name)):
            problem = "it names a file outside of its folder"
        elif not name.parts:
            problem = "it names a file with no name"
        elif kind not in (0, stat.S_IFREG):
            problem = "it is a link or a device"
        elif member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            problem = "it is compressed in a way that is not read"
        elif member.flag_bits & 1:
            problem = "it asks for a password"
        try:
            changed = datetime(*member.date_time).timestamp()
        except (ValueError, OverflowError):
            changed = 0.0
        # Only the last part of a name that leads elsewhere is told, and it is part of no path.
        parts = name.parts if not problem else (name.name or "?",)
        opener = lambda member=member: archive.open(member)  # noqa: E731
        found.append(File(parts, member.file_size, opener, changed, problem))
    return found, size


class Unzip(ExtractorPlugin):
    """Lets `nbgrader zip_collect` take what `course submit` packed, from any platform."""

    def extract(self, archive_path, extracted_path):
        """Write `LESSON--STUDENT--TIME` for each student, with flags where there is a doubt."""
        archive, extracted = Path(archive_path), Path(extracted_path)
        lesson = archive.parent.name
        course = getattr(self.parent, "coursedir", None)
        roster = read_roster(course)
        extracted.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=extracted) as fresh:
            claims = list(Archive(lesson, fresh, roster, self.zip_ext).claims(archive))
            settle(claims, roster)
            for claim in claims:
                if not claim.time:
                    claim.problem = claim.problem or "when it came is not known: course collect"
            choices, refused = choose([c for c in claims if not c.problem], roster)
            for claim in [*(c for c in claims if c.problem), *refused]:
                self.log.error("Passed over %s: %s.", claim.place, claim.problem)
            for choice in choices:
                claim = choice.claim
                for flag in choice.flags:
                    self.log.error("%s.", flag)
                if course and not self._may_come(course, lesson, claim):
                    continue
                target = extracted / f"{lesson}--{claim.student}--{claim.time}"
                os.rename(claim.folder, target)
                if choice.flags:
                    (target / COLLECTED).write_text("\n".join(choice.flags), "utf-8")

    def _may_come(self, course, lesson, claim):
        """Keep what was handed in another way; remember where the others come from."""
        before = Path(course.format_path(course.submitted_directory, claim.student, lesson))
        known = known_source(course.root, claim.student, lesson)
        problem = stands_in_the_way(before, known, claim)
        if not problem and before.is_dir() and any(before.iterdir()) and not self.force:
            problem = f"{claim.student} has a submission; replace it with --force"
        if problem:
            self.log.error("Passed over %s: %s.", claim.place, problem)
            return False
        write_json(known, {"sender": claim.sender, "content": claim.content})
        return True
