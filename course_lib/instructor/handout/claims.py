"""Whose a submission is: what its file says, what the platform says, and what the roster knows.

The platform's name for the sender was given by the platform, the name of a file by the sender. So
where the roster knows the platform's name, it decides, and a file that says otherwise is flagged.
"""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from course_lib.checks.process import clean
from course_lib.instructor.handout.roster import Roster
from course_lib.submission import COLLECTED

CANVAS = re.compile(r"(?P<name>[^_]+)_(?P<late>LATE_)?(?P<number>[0-9]+)_[0-9]+_")
MOODLE = re.compile(r"(?P<name>.+?)_[0-9]+_assignsubmission_(?:file|onlinetext)_")


@dataclass
class Claim:
    """What came in, and whose it says that it is.

    Attributes
    ----------
    place : str
        Where it was found.
    student : str
        The id in the name of its file, "" where there is none; `settle` puts the right one here.
    time : str
        As the name of the file has it, such as "20260102T030405Z"; "" where there is none.
    sender : str
        The platform's name for who uploaded it; "" where it gives none.
    owner : str
        The student whose name a folder or file has that the instructor put there.
    direct : bool
        Whether it lay in no zip, so that the instructor put it there.
    inner : bool
        Whether it lay inside what a sender uploaded, so that the sender alone named it.
    late : bool
        Whether the platform marks it as late.
    changed : float
        When it was last changed, as its zip or the disk has it: orders versions without a time.
    folder : Path or None
        Its notebook and modules; None where it cannot be taken.
    content : str
        Their fingerprint.
    flags : list of str
        What was not in order.
    problem : str
        Why it cannot be taken; "" where it can.
    known : bool
        Whether the roster knows the sender as this student.
    """

    place: str
    student: str = ""
    time: str = ""
    sender: str = ""
    owner: str = ""
    direct: bool = True
    inner: bool = False
    late: bool = False
    changed: float = 0.0
    folder: Path | None = None
    content: str = ""
    flags: list[str] = field(default_factory=list)
    problem: str = ""
    known: bool = False

    @property
    def source(self) -> str:
        """Where it comes from: a sender, or the file that it lay in."""
        return self.sender or ("" if self.direct else self.place.partition(" in ")[2])


@dataclass
class Choice:
    """What is taken of a student.

    Attributes
    ----------
    claim : Claim
        The newest version.
    older : list of Claim
        Other versions from the same student.
    flags : list of str
        Where there was a doubt.
    """

    claim: Claim
    older: list[Claim]
    flags: list[str]


def sender(part: str) -> tuple[str, bool]:
    """Give the name that a platform put before a file's or folder's, and whether it was late."""
    if match := MOODLE.match(part):
        return match["name"], False
    match = CANVAS.match(part)
    return (f"{match['name']} {match['number']}", bool(match["late"])) if match else ("", False)


def without_sender(part: str) -> str:
    """Give a name without what a platform put before it."""
    match = MOODLE.match(part) or CANVAS.match(part)
    return part[match.end() :] if match else part


def settle(claims: Iterable[Claim], roster: Roster) -> None:
    """Put into each claim whose it is, and flag a name of a file that says otherwise."""
    for claim in claims:
        typed = claim.student
        named = roster.called(claim.sender)
        claim.known = len(named) == 1
        claim.student = next(iter(named)) if claim.known else claim.owner or roster.find(typed)
        if claim.sender and claim.student and not named and any(map(roster.name, roster)):
            claim.flags.append(f"the list of students has no {clean(claim.sender)}, who sent it")
        if typed and claim.student != roster.find(typed):
            claim.flags.append(f"the name of its file says {typed}")


def choose(claims: list[Claim], roster: Roster) -> tuple[list[Choice], list[Claim]]:
    """Choose one claim for each student: a platform's word and the roster's before a name's.

    Parameters
    ----------
    claims : list of Claim
        As `settle` left them, each with a student.
    roster : Roster

    Returns
    -------
    choices : list of Choice
        One a student. Of files from different sources the first one handed in stays.
    refused : list of Claim
        Those that are somebody else's, with the reason.
    """
    now = f"{datetime.now(UTC) + timedelta(days=1):%Y%m%dT%H%M%SZ}"
    ids = {student.casefold() for student in [*roster, *(claim.student for claim in claims)]}

    def trust(claim: Claim) -> int:
        if claim.known:
            return 3
        if named := roster.called(claim.sender):
            return 3 if claim.student in named else -1
        if claim.owner:
            return 2 if claim.direct else 0
        if not claim.sender:
            return int(claim.direct)
        name = "".join(re.findall("[a-z]+", claim.sender.casefold()))
        if any(word in name for word in re.findall("[a-z]{3,}", claim.student.casefold())):
            return 1
        return -1 if claim.inner or name in ids else 0

    def age(claim: Claim) -> tuple[bool, str, float, str]:
        return claim.time <= now, claim.time, claim.changed, claim.place

    refused, by_sender = [], defaultdict(list)
    for claim in claims:
        by_sender[claim.sender].append(claim)
    for name, own in by_sender.items():
        if name and len({c.student for c in own}) > 1:  # a sender is one student
            best = min(own, key=lambda c: (-trust(c), c.student not in roster, c.time))
            refused += [c for c in own if c.student != best.student]
    refused += [c for c in claims if trust(c) < 0 and c not in refused]
    for claim in refused:
        claim.problem = (
            f"the platform says that {clean(claim.sender)} sent it, who is not {claim.student}"
        )
    choices, students = [], defaultdict(list)
    for claim in claims:
        students[claim.student.casefold().rstrip(".")].append(claim)
    for same in students.values():
        own = [c for c in same if c not in refused]
        if not own:
            continue
        most = max(map(trust, own))
        first = min((c for c in own if trust(c) == most), key=lambda c: (c.time > now, c.time))
        mine = [
            c
            for c in own
            if c.student == first.student
            and (c.source == first.source or trust(c) == most and (c.known or c.owner))
        ]
        chosen = max(mine, key=age)
        older = [c for c in mine if c.content != chosen.content]
        others = [c for c in same if c not in mine and c.content != chosen.content]
        flags = [f"{c.place} claims to be {c.student}'s too: it was not taken" for c in others]
        for claim in others:
            claim.problem = claim.problem or f"another file of {claim.student}'s counts"
        refused += [c for c in others if c not in refused]
        if chosen.time > now:
            flags.append(f"{chosen.place} has a time that is still to come")
        choices.append(Choice(chosen, older, [*chosen.flags, *flags]))
    return choices, refused


# How a submission came


def known_source(root: str | Path, student: str, lesson: str) -> Path:
    """Give the file that remembers how a submission came."""
    return Path(root, ".grading", "collected", student, f"{lesson}.json")


def read_known(path: Path) -> dict:
    """Read how a submission came; {} where it is not known, such as for a plain folder."""
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}


def stands_in_the_way(before: Path, known: Path, claim: Claim) -> str:
    """Say why a submission that is there is not replaced by another; "" where it may be.

    What came another way stays, and is flagged, unless the roster knows who sent the other.
    """
    if before.is_symlink() or before.parent.is_symlink():
        return f"submitted/{claim.student} is a link"
    if not before.is_dir() or not any(before.iterdir()) or claim.known:
        return ""
    if read_known(known).get("sender") == claim.sender or fingerprint(before) == claim.content:
        return ""
    note(before, f"{claim.place} came another way than this submission: it was not taken")
    return (
        f"submitted/{before.parent.name}/{before.name} came another way; take that away to "
        "collect this in its place"
    )


def note(folder: Path, flag: str) -> None:
    """Add a line to what collecting said of a submission."""
    path = folder / COLLECTED
    if path.is_symlink() or (path.exists() and not path.is_file()):
        return
    said = path.read_text("utf-8", "replace").splitlines() if path.exists() else []
    if flag not in said:
        path.write_text("\n".join([*said, flag]), "utf-8")


def fingerprint(folder: Path) -> str:
    """Fingerprint the notebook and the modules of a folder."""
    paths = [*folder.glob("*.ipynb"), *folder.glob("course_lib/updates/*.py")]
    pairs = [
        (path.relative_to(folder).as_posix(), hashlib.sha256(path.read_bytes()).hexdigest())
        for path in sorted(paths)
        if path.is_file() and not path.is_symlink()
    ]
    return hashlib.sha256(json.dumps(pairs).encode()).hexdigest()
