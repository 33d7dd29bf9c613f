"""Takes what students handed in into a course folder: `course collect`.

Nothing is asked and nothing is lost: each file that came is told of in one line, and what a newer
version replaces lies in `set_aside/STUDENT/LESSON`.
"""

import os
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import parse_utc
from rich.console import Console
from rich.table import Table
from rich.text import Text

from course_lib import CourseError
from course_lib.checks.process import clean
from course_lib.instructor.grading import done, intake
from course_lib.instructor.grading.results import write_json
from course_lib.instructor.handout.claims import (
    Choice,
    Claim,
    choose,
    fingerprint,
    known_source,
    read_known,
    settle,
    stands_in_the_way,
)
from course_lib.instructor.handout.dates import BY_THE_PLATFORM, due_dates, span
from course_lib.instructor.handout.release import open_course, require_released
from course_lib.instructor.handout.roster import Roster, read_roster
from course_lib.instructor.handout.unzip import Archive
from course_lib.submission import COLLECTED


@dataclass
class Row:
    """What became of one file, or of a student who handed in none.

    Attributes
    ----------
    state : str
        "taken", "kept" (the one that is there counts), "left out" or "nothing came".
    student, name : str
        "" where it is not known whose it is.
    file : str
        Where it was found.
    time : str
        When it was handed in, in UTC, as far as that is known.
    late : str
        "" where it is in time, or nothing is known.
    said : list of str
        Why it was left out, or what was not in order.
    """

    state: str
    student: str = ""
    name: str = ""
    file: str = ""
    time: str = ""
    late: str = ""
    said: list[str] = field(default_factory=list)


@dataclass
class Collected:
    """What became of all that came for a lesson."""

    lesson: str
    rows: list[Row]

    @property
    def exit_code(self) -> int:
        """0 where all is taken, 1 where something is left out."""
        return int(any(row.state == "left out" for row in self.rows))

    def as_list(self) -> list[dict]:
        """Give the rows for `--json`."""
        return [asdict(row) for row in self.rows]

    def show(self, console: Console | None = None) -> None:
        """Print a line for each file and for each student who handed in none."""
        console = console or Console()
        table = Table("student", "name", "", "file", "handed in (UTC)", "late", "", box=None)
        for row in self.rows:
            cells = [row.student, row.name, row.state, row.file, row.time, row.late]
            table.add_row(*map(Text, [*cells, "\n".join(row.said)]))
        console.print(table)
        states = ("taken", "kept", "left out", "nothing came")
        counts = {state: sum(row.state == state for row in self.rows) for state in states}
        told = ", ".join(f"{n} {state}" for state, n in counts.items() if n)
        console.print(f"{self.lesson}: {told or 'there was nothing to collect'}.")


def collect(lesson: str, course: str | Path, paths: Iterable[str | Path]) -> Collected:
    """Take a lesson's submissions out of files and folders, of whatever platform.

    Parameters
    ----------
    lesson : str
    course : path
        The course folder.
    paths : collection of path
        Downloads of a class, zips, notebooks, modules, folders with any of these.

    Returns
    -------
    collected : Collected

    Raises
    ------
    CourseError
        For a folder that is no course folder, a lesson that is not released in it, or a file that
        does not exist. Nothing is taken then.
    """
    root, config = open_course(course)
    require_released(root, lesson)
    found = [Path(path) for path in paths]
    for path in found:
        if not path.exists():
            raise CourseError(f"There is no {path}.")
        if root.is_relative_to(path.resolve()):
            raise CourseError(f"{path} holds the course folder itself: name what was downloaded.")
    directory = CourseDirectory(config=config)
    roster = read_roster(directory)
    cells = {path.stem: intake.graded_cells(path) for path in root.glob("release/*/*.ipynb")}
    with done.only_one(root), tempfile.TemporaryDirectory(dir=root / ".grading") as fresh:
        archive = Archive(lesson, fresh, roster, cells=cells)
        claims = [claim for path in found for claim in archive.claims(path)]
        settle(claims, roster)
        for claim in claims:
            claim.problem = claim.problem or _unknown(claim, roster)
        choices, refused = choose([c for c in claims if not c.problem], roster)
        rows = [_arrive(root, lesson, choice) for choice in choices]
        left_out = [c for c in claims if c.problem]
        rows += [_row("left out", c, [*c.flags, c.problem]) for c in left_out]
    told = {row.student for row in rows}
    handed_in = {path.parent.name for path in root.glob(f"submitted/*/{lesson}")}
    rows += [Row("nothing came", s) for s in (roster.listed or set()) - told - handed_in]
    due = due_dates(root, config, lesson)
    for row in rows:
        row.name = roster.name(row.student)
        end = due.get(row.student, due[""])
        if row.time and end and datetime.fromisoformat(row.time) > end:
            row.late = span((datetime.fromisoformat(row.time) - end).total_seconds())
    return Collected(
        lesson, sorted(rows, key=lambda row: (row.student == "", row.student, row.file))
    )


def _unknown(claim: Claim, roster: Roster) -> str:
    """Say why nobody can be found whose it is; "" where somebody is."""
    known = clean(claim.sender).rpartition(" ")[0] or clean(claim.sender)
    if not claim.student:
        if not roster.students:
            return (
                f"the platform calls its sender {known}, and there is no list that says who that "
                "is: course roster takes one in"
            )
        if len(roster.called(claim.sender)) > 1:
            return f"the list has more than one {known}: put it in a folder named by the id"
        return f"{known} is not in the list of students"
    if not roster.knows(claim.student):
        return (
            f"{claim.student} is not in the list of students: add a line there, or put it in a "
            "folder named by the right id"
        )
    return ""


def _row(state: str, claim: Claim, said: list[str]) -> Row:
    time = _read_time(claim.time)
    shown = f"{time:%Y-%m-%d %H:%M:%S}" if time else ""
    late = BY_THE_PLATFORM if claim.late else ""
    return Row(state, claim.student, file=claim.place, time=shown, late=late, said=said)


def _arrive(root: Path, lesson: str, choice: Choice) -> Row:
    """Put what was chosen into `submitted`, and what it replaces aside."""
    claim, said = choice.claim, list(choice.flags)
    target = root / "submitted" / claim.student / lesson
    aside = root / "set_aside" / claim.student / lesson
    known = known_source(root, claim.student, lesson)
    if problem := stands_in_the_way(target, known, claim):
        return _row("left out", claim, [*said, problem])
    for older in choice.older:
        kept = _set_aside(older.folder, aside, older.content)
        said.append(f"an older version, {older.place}, is kept in {kept.relative_to(root)}")
    if target.is_dir() and any(target.iterdir()):
        content = read_known(known).get("content") or fingerprint(target)
        if claim.content == content:
            return _row("kept", claim, [*said, "the same is there already"])
        here, coming = _time_of(target), _read_time(claim.time)
        if here and coming and coming < here:
            kept = _set_aside(claim.folder, aside, claim.content)
            told = f"the one that is there is newer; this one is kept in {kept.relative_to(root)}"
            return _row("kept", claim, [*said, told])
        kept = _set_aside(target, aside, fingerprint(target))
        when = f" of {here:%Y-%m-%d %H:%M:%S}" if here else ""
        said.append(f"it replaces a version{when}, which is kept in {kept.relative_to(root)}")
    assert claim.folder is not None
    if coming := _read_time(claim.time):
        (claim.folder / "timestamp.txt").write_text(f"{coming:%Y-%m-%d %H:%M:%S} UTC\n", "utf-8")
    if claim.late:
        said.append("the platform says that it came late")
    if said:
        (claim.folder / COLLECTED).write_text("\n".join(said), "utf-8")
    claim.folder.chmod(0o755)
    if target.is_dir():
        target.rmdir()
    target.parent.mkdir(parents=True, exist_ok=True)
    os.rename(claim.folder, target)
    write_json(known, {"sender": claim.sender, "content": claim.content, "late": claim.late})
    return _row("taken", claim, said)


def _set_aside(folder, aside, content):
    """Move a version to `set_aside`, under a name that the same version has again."""
    kept = aside / f"version-{content[:8]}"
    if not kept.exists():
        aside.mkdir(parents=True, exist_ok=True)
        os.rename(folder, kept)
    elif folder.is_dir():
        shutil.rmtree(folder)
    return kept


def _read_time(text: str) -> datetime | None:
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ") if text else None


def _time_of(folder: Path) -> datetime | None:
    path = folder / "timestamp.txt"
    if path.is_symlink() or not path.is_file() or not intake.is_time(path):
        return None
    return parse_utc(path.read_text("utf-8").strip() or None)
