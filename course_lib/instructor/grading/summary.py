"""What became of a lesson's submissions: shown as a table, and kept in `DIR/summary`."""

from dataclasses import asdict, dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from course_lib.instructor.grading.results import write_json


@dataclass
class Row:
    """What became of one submission.

    Attributes
    ----------
    student : str
    state : str
        "graded", "kept" (it was graded before and nothing has changed) or "not graded".
    score, max_score : float or None
    needs_manual_grade : bool
    flags : list of str
        What was not in order, or why it was not graded.
    seconds : float
        What its examination took.
    name : str
        The student's; "" where no list of students says it.
    late : str
        How late, such as "1 day 3 h"; "" where it is in time.
    """

    student: str
    state: str
    score: float | None = None
    max_score: float | None = None
    needs_manual_grade: bool = False
    flags: list[str] = field(default_factory=list)
    seconds: float = 0.0
    name: str = ""
    late: str = ""


@dataclass
class Summary:
    """What became of all submissions of a lesson."""

    lesson: str
    rows: list[Row]
    seconds: float
    path: Path

    @property
    def exit_code(self) -> int:
        """0 where every submission is graded, 1 where one is not."""
        return int(any(row.state == "not graded" for row in self.rows))

    def write(self) -> None:
        """Write it to its file."""
        rows = [asdict(row) for row in self.rows]
        write_json(self.path, {"lesson": self.lesson, "seconds": self.seconds, "rows": rows})

    def show(self, console: Console | None = None) -> None:
        """Print a table with a line for each student, and the counts."""
        console = console or Console()
        table = Table("student", "name", "score", "late", "", "flags", "seconds", box=None)
        for row in self.rows:
            score = "" if row.score is None else f"{row.score:g} of {row.max_score:g}"
            needs = ["needs a mark by hand"] if row.needs_manual_grade else []
            told = Text("\n".join([*needs, *row.flags]))
            whose = Text(row.student), Text(row.name)
            table.add_row(*whose, score, row.late, row.state, told, f"{row.seconds:.2f}")
        console.print(table)
        counts = {
            state: sum(row.state == state for row in self.rows)
            for state in ("graded", "kept", "not graded")
        }
        console.print(
            f"{self.lesson}: {', '.join(f'{n} {state}' for state, n in counts.items() if n)}; "
            f"{sum(row.needs_manual_grade for row in self.rows)} need a mark by hand, "
            f"{sum(bool(row.flags) for row in self.rows)} flagged; {self.seconds:.1f} s. "
            f"Also in {self.path}."
        )
        if self.exit_code:
            console.print("Run the same command again for those that are not graded.")
