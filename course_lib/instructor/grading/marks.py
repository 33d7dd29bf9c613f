"""Marks in the forms that learning platforms read, as export plugins of nbgrader."""

import contextlib
import csv
import re

from nbgrader.api import MissingEntry
from nbgrader.plugins import CsvExportPlugin
from nbgrader.plugins.export import ExportPlugin

from course_lib.instructor.handout.dates import span
from course_lib.instructor.handout.roster import Roster, Student

FORMULA = re.compile(r"\s*[=+@＝＋－＠-]|[\t\r\n]")
NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")
COLUMNS = ["assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email"]
COLUMNS += ["raw_score", "late_submission_penalty", "score", "max_score", "late"]


class CsvExport(CsvExportPlugin):
    """nbgrader's own columns and how late each is, each cell quoted as its content needs."""

    def export(self, gradebook):
        """Write the file `self.to`, or `grades.csv`."""
        rows = []
        for assignment in gradebook.assignments:
            if self.assignment and assignment.name not in map(str, self.assignment):
                continue
            for student in gradebook.students:
                if self.student and student.id not in map(str, self.student):
                    continue
                time, raw, penalty, late = None, 0.0, 0.0, ""
                with contextlib.suppress(MissingEntry):
                    found = gradebook.find_submission(assignment.name, student.id)
                    time, raw, penalty = found.timestamp, found.score, found.late_submission_penalty
                    late = span(found.total_seconds_late) if found.total_seconds_late else ""
                row = [assignment.name, assignment.duedate, time, student.id, student.last_name]
                row += [student.first_name, student.email, raw, penalty]
                rows.append([*row, max(0.0, raw - penalty), assignment.max_score, late])
        _write(self.to or "grades.csv", [COLUMNS, *rows])


class CanvasExport(ExportPlugin):
    """What Canvas takes under Grades → Import: a row a student, a column an assignment."""

    roster = Roster()

    def export(self, gradebook):
        """Write the file `self.to`."""
        assignments = gradebook.assignments
        names = [assignment.name for assignment in assignments]
        head = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *names]
        most = ["Points Possible", "", "", "", "", *(a.max_score for a in assignments)]
        rows = []
        for s, marks in _marks(gradebook):
            known = self.roster.students.get(s.id, Student(s.id))
            name = ", ".join(filter(None, (s.last_name, s.first_name))) or s.id
            told = [name, s.lms_user_id or "", known.sis_id, known.login or s.id, known.group]
            rows.append([*told, *marks])
        _write(self.to, [head, most, *rows])


class MoodleExport(ExportPlugin):
    """What Moodle takes under Grades → Import → CSV file, by username or email address."""

    roster = Roster()

    def export(self, gradebook):
        """Write the file `self.to`."""
        head = ["username", "firstname", "lastname", "email"]
        head += [assignment.name for assignment in gradebook.assignments]
        rows = []
        for s, marks in _marks(gradebook):
            login = self.roster.students.get(s.id, Student(s.id)).login or s.id
            rows.append([login, s.first_name or "", s.last_name or "", s.email or "", *marks])
        _write(self.to, [head, *rows])


FORMATS = {
    "csv": (CsvExport, "grades.csv"),
    "canvas": (CanvasExport, "grades-canvas.csv"),
    "moodle": (MoodleExport, "grades-moodle.csv"),
}


def _marks(gradebook):
    """Yield each student with the marks, late penalties off; "" where nothing was handed in."""
    for student in sorted(gradebook.students, key=lambda student: student.id):
        marks = []
        for assignment in gradebook.assignments:
            try:
                found = gradebook.find_submission(assignment.name, student.id)
            except MissingEntry:
                marks.append("")
            else:
                marks.append(max(0.0, found.score - (found.late_submission_penalty or 0.0)))
        yield student, marks


def _write(path, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([_harmless(cell) for cell in row] for row in rows)


def _harmless(cell):
    """Keep a spreadsheet from calculating a text: a ' in front, which it does not show."""
    if isinstance(cell, str) and FORMULA.match(cell) and not NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell
