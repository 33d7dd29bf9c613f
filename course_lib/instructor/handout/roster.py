"""The list of a course's students: `course roster`.

Names, mail addresses and the platform's numbers stand in nbgrader's own table of students. What it
has no column for (group, login, the registrar's number) stands in `DIR/roster.csv`, which also
says who is in the course.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import SQLAlchemyError

from course_lib import CourseError
from course_lib.instructor.conversion import reason
from course_lib.instructor.handout.release import open_course
from course_lib.submission import STUDENT

FILE = "roster.csv"
EXTRA = ("group", "login", "sis_id")
COLUMNS = {
    "id": ("id", "student_id", "student id"),
    "login": ("login", "username", "sis login id"),
    "sis_id": ("sis_id", "sis user id", "id number"),
    "lms_user_id": ("lms_user_id", "canvas id"),
    "first_name": ("first_name", "first name", "firstname", "given name"),
    "last_name": ("last_name", "last name", "lastname", "surname", "family name"),
    "name": ("name", "full name", "student", "student name"),
    "email": ("email", "email address", "e-mail", "mail"),
    "group": ("group", "groups", "section", "sections"),
}
"""What a column may be called, in our own files and in exports of Moodle and Canvas."""


@dataclass
class Student:
    """A student; what is not known is ""."""

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_user_id: str = ""
    group: str = ""
    login: str = ""
    sis_id: str = ""

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()


class Roster:
    """The students that a course knows.

    Parameters
    ----------
    students : dict of str to Student
    listed : collection of str, optional
        Ids of those in the course; None where nobody has said who is.
    """

    def __init__(self, students=None, listed=None):
        self.students, self.listed = students or {}, listed
        self._found = {}
        for student in self.students.values():
            for word in (student.email, student.lms_user_id, student.sis_id, student.login):
                if word:
                    self._found.setdefault(word.casefold(), student.id)
        self._found |= {name.casefold(): name for name in self.students}

    def __iter__(self) -> Iterator[str]:
        return iter(self.students)

    def __contains__(self, student: object) -> bool:
        return student in self.students

    def name(self, student: str) -> str:
        """Give a student's name, "" where it is not known."""
        return self.students[student].name if student in self.students else ""

    def knows(self, student: str) -> bool:
        """Tell whether somebody is in the course, as far as that is known."""
        return self.listed is None or student in self.listed

    def find(self, word: str) -> str:
        """Give the id that goes with an id, login or number in any case; the word if none does."""
        return self._found.get(word.casefold(), word)

    def called(self, sender: str) -> set[str]:
        """Name the students that a platform may mean by a sender's name."""
        words = _words(sender)
        named = [s for s in self.students.values() if words and _is(words, s)]
        exact = [s for s in named if {*_words(s.name)} == {*words}]
        return {s.id for s in exact or named}

    def owner(self, name: str, ignored: set[str]) -> str:
        """Name the one student whose id or name a folder or file has; "" where there is none."""
        if (found := self.find(name)) in self.students:
            return found
        words = {*_split(name)} - ignored
        named = {
            s.id
            for s in self.students.values()
            if words and words in ({*_split(s.id)}, {*_split(s.name)}, {*_split(s.login)})
        }
        return named.pop() if len(named) == 1 else ""


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", _plain(text))


def _split(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", _plain(text))


def _plain(text: str) -> str:
    """Leave accents and capitals out: platforms do, in the names of files."""
    parts = unicodedata.normalize("NFKD", text)
    return "".join(c for c in parts if not unicodedata.combining(c)).casefold()


def _is(words: list[str], student: Student) -> bool:
    known = [*_words(student.last_name), *_words(student.first_name)]
    by_name = bool(known) and ({*known} <= {*words} or "".join(known) in words)
    return by_name or student.lms_user_id.casefold() in words


def read_roster(course: CourseDirectory | None) -> Roster:
    """Read what a course folder knows of its students; nobody where it cannot be read."""
    if course is None:
        return Roster()
    try:
        with Gradebook(course.db_url) as gradebook:
            students = {
                s.id: Student(
                    s.id, s.first_name or "", s.last_name or "", s.email or "", s.lms_user_id or ""
                )
                for s in gradebook.students
            }
    except SQLAlchemyError:
        students = {}
    path = Path(course.root, FILE)
    if not path.is_file():
        return Roster(students)
    rows = _read_rows(path)
    for row in rows:
        student = students.setdefault(row["id"], Student(row["id"]))
        for name in EXTRA:
            setattr(student, name, row.get(name) or "")
    return Roster(students, {row["id"] for row in rows})


def store(file: str | Path, course: str | Path) -> list[str]:
    """Take a list of students into a course folder.

    Who is not in the list any more keeps work and marks, and is no longer in the course.

    Parameters
    ----------
    file : path
        A CSV file: one's own (`id`, `name`, `group`…), or what Moodle or Canvas exports.
    course : path
        The course folder.

    Returns
    -------
    lines : list of str
        What was understood, and who came or left.

    Raises
    ------
    CourseError
        For a file that cannot be read, has no column for an id, or two students of one id; then
        nothing is changed.
    """
    root, config = open_course(course)
    directory = CourseDirectory(config=config)
    path = Path(file)
    rows = _read_rows(path)
    if not rows:
        raise CourseError(f"{path} has no student in it.")
    for row in rows:
        if not re.fullmatch(STUDENT, row["id"]):
            raise CourseError(
                f"{path}, line {row['line']}: {row['id']!r} is no id; an id is made of letters, "
                "digits and single . _ @ -."
            )
    lines: dict[str, int] = {}
    for row in rows:
        key = row["id"].casefold()
        if key in lines:
            raise CourseError(
                f"{path}: lines {lines[key]} and {row['line']} have one id, {row['id']}."
            )
        lines[key] = row["line"]
    before = read_roster(directory)
    try:
        with closing(Gradebook(directory.db_url)) as gradebook:
            for row in rows:
                names = ("first_name", "last_name", "email", "lms_user_id")
                told = {name: row[name] for name in names if row.get(name)}
                gradebook.update_or_create_student(row["id"], **told)
    except SQLAlchemyError as error:
        raise CourseError(f"The gradebook cannot be written: {reason(error)}.") from None
    with (root / FILE).open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(["id", *EXTRA])
        for row in rows:
            known = before.students.get(row["id"], Student(row["id"]))
            writer.writerow([row["id"], *(row.get(n) or getattr(known, n) for n in EXTRA)])
    ids = {row["id"] for row in rows}
    new, gone = ids - (before.listed or set()), (before.listed or set()) - ids
    columns = ", ".join(name for name in COLUMNS if any(row.get(name) for row in rows))
    said = [f"{len(ids)} students, {len(new)} of them new; understood: {columns}."]
    if gone:
        said.append(
            f"No longer in the list: {', '.join(sorted(gone))}. What they have stays; course "
            "forget deletes it."
        )
    return said


def _read_rows(path: Path) -> list[dict]:
    """Read the students of a file, a dict each with the names of `COLUMNS` and the line."""
    try:
        text = _decode(path.read_bytes())
    except OSError as error:
        raise CourseError(f"{path} cannot be read: {error.strerror}.") from None
    head, _, _ = text.partition("\n")
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        titles = [title.strip().casefold() for title in next(reader, [])]
        numbered = [(reader.line_num, row) for row in reader if any(map(str.strip, row))]
    except csv.Error as error:
        raise CourseError(f"{path}, line {reader.line_num} cannot be read: {error}.") from None
    columns = {
        name: next((titles.index(title) for title in called if title in titles), None)
        for name, called in COLUMNS.items()
    }
    if "sis login id" in titles or "sis user id" in titles:  # Canvas's own ID is a number of its
        columns["lms_user_id"], columns["id"] = columns["id"], None
    known = [columns[name] for name in ("id", "login", "sis_id", "email")]
    if all(column is None for column in known):
        raise CourseError(
            f"{path} has no column for an id (id, Username, SIS Login ID, ID number or Email "
            f"address); it has {', '.join(titles) or 'none'}."
        )
    rows = []
    for line, cells in numbered:
        row: dict = {
            name: cells[column].strip() if column is not None and column < len(cells) else ""
            for name, column in columns.items()
        }
        row["line"] = line
        if row["name"].strip().casefold() in ("points possible", "student, test", "test student"):
            continue  # rows of Canvas's that are no student
        row["id"] = row["id"] or row["login"] or row["sis_id"] or row["email"]
        if not row["id"]:
            if not row["name"] and not row["last_name"]:
                continue
            raise CourseError(f"{path}, line {line}: {row['name'] or row['last_name']} has no id.")
        if row["name"] and not row["last_name"]:
            row["last_name"], row["first_name"] = _split_name(row["name"])
        rows.append(row)
    return rows


def _split_name(name: str) -> tuple[str, str]:
    """Split "King, Ada" or "Ada King" into last and first name."""
    last, comma, first = name.partition(",")
    if comma:
        return last.strip(), first.strip()
    first, _, last = name.rpartition(" ")
    return last.strip(), first.strip()


def _decode(source: bytes) -> str:
    if source.startswith((b"\xff\xfe", b"\xfe\xff")):
        return source.decode("utf-16", "replace")
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError:
        return source.decode("cp1252", "replace")
