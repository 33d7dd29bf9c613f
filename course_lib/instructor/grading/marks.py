"""Marks in the forms that learning platforms read, as export plugins of nbgrader."""

import csv

from nbgrader.api import MissingEntry
from nbgrader.plugins import CsvExportPlugin
from nbgrader.plugins.export import ExportPlugin


class CanvasExport(ExportPlugin):
    """What Canvas takes under Grades → Import: a row a student, a column an assignment."""

    def export(self, gradebook):
        """Write the file `self.to`."""
        assignments = gradebook.assignments
        names = [assignment.name for assignment in assignments]
        head = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *names]
        most = ["Points Possible", "", "", "", "", *(a.max_score for a in assignments)]
        rows = [
            [", ".join(filter(None, (s.last_name, s.first_name))) or s.id, "", "", s.id, "", *marks]
            for s, marks in _marks(gradebook)
        ]
        _write(self.to, [head, most, *rows])


class MoodleExport(ExportPlugin):
    """What Moodle takes under Grades → Import → CSV file, by username or email address."""

    def export(self, gradebook):
        """Write the file `self.to`."""
        head = ["username", "firstname", "lastname", "email"]
        head += [assignment.name for assignment in gradebook.assignments]
        rows = [
            [s.id, s.first_name or "", s.last_name or "", s.email or "", *marks]
            for s, marks in _marks(gradebook)
        ]
        _write(self.to, [head, *rows])


FORMATS = {
    "csv": (CsvExportPlugin, "grades.csv"),
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
        csv.writer(file).writerows(rows)
