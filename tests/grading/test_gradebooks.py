"""The same grades, flags and feedback wherever work is done and wherever the gradebook lies."""

import os
import shutil
import subprocess
import tempfile
from datetime import datetime
from pathlib import Path

import pytest
from corpus import CORPUS
from handing_in import ANSWERS, LESSON, RIGHT, hand_in
from nbgrader.api import Gradebook
from programs import postgresql
from test_cluster import Cluster
from test_misuse import refused, run

from course_lib.instructor.grading import autograde, batch, export, feedback, report
from course_lib.instructor.handout import release

pytestmark = [
    pytest.mark.needs("bubblewrap", "postgresql"),
    pytest.mark.timeout(1200),
]

SAMPLE = [
    "right and answered",
    "control codes and HTML in messages",
    "a copied answer cell",
    "a missing notebook",
    "Latin-1 in a comment",
]


class Server:
    """A PostgreSQL server that listens at a socket in a folder of its own."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # a socket's path is short
        self.as_user = []
        if os.geteuid() == 0:  # as root it does not start
            shutil.chown(self.folder, "postgres", "postgres")
            self.as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        self._run("initdb", "--auth=trust", "--username=course", "--no-sync", "--encoding=UTF8")
        socket = f"-k {self.folder} -c listen_addresses='' -c fsync=off"
        self._run("pg_ctl", "start", "--wait", f"--log={self.folder}/log", f"--options={socket}")
        self.made = 0

    def _run(self, program, *arguments):
        command = [*self.as_user, str(postgresql() / program), f"--pgdata={self.folder}/data"]
        subprocess.run(
            [*command, *arguments], check=True, cwd=self.folder, stdout=subprocess.DEVNULL
        )

    def new(self):
        """Make an empty database; give its URL."""
        self.made += 1
        command = [str(postgresql() / "createdb"), "--username=course", f"--host={self.folder}"]
        subprocess.run([*command, f"book{self.made}"], check=True)
        return f"postgresql://course@/book{self.made}?host={self.folder}"

    def stop(self):
        self._run("pg_ctl", "stop", "--mode=immediate")
        shutil.rmtree(self.folder)


@pytest.fixture(scope="module")
def server():
    server = Server()
    yield server
    server.stop()


def move(course, url):
    """Keep the grades of a course folder in another gradebook."""
    with (course / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(f"\nc.CourseDirectory.db_url = {url!r}\n")
    (course / "gradebook.db").unlink()
    list(release.release([LESSON], course))


def found(course, summary, url=None):
    """Give all that a run leaves: scores and flags, the gradebook's record, the pages."""
    list(feedback.feedback(LESSON, course))
    with Gradebook(url or f"sqlite:///{course}/gradebook.db") as book:
        record = sorted(
            (s.student_id, g.name, g.auto_score, g.needs_manual_grade, n.flagged)
            for s in book.assignment_submissions(LESSON)
            for n in s.notebooks
            for g in n.grades
        )
    pages = {path.parts[-3]: path.read_text("utf-8") for path in course.glob("feedback/*/*/*.html")}
    marks = sorted(export.export(course).read_text("utf-8").splitlines())
    rows = [(row.student, row.score, row.max_score, row.flags) for row in summary.rows]
    return rows, record, pages, marks


def test_the_same_with_one_worker_and_two_here_and_elsewhere_on_sqlite_and_postgresql(
    course, tmp_path, server
):
    entries = [next(entry for entry in CORPUS if entry.name == name) for name in SAMPLE]
    for number, entry in enumerate(entries):
        entry.build(hand_in(course, f"s{number}"))
    hand_in(course, "late", modules={"adagrad.py": RIGHT}, answers=ANSWERS)
    autograde.read_seed(course)
    (tmp_path / "cluster").mkdir()
    cluster = Cluster(tmp_path / "cluster")
    try:
        cluster.worker()
        runs = {}
        for name, where in {
            "one": {"workers": 1},
            "two": {"workers": 2},
            "one by address": {"scheduler": cluster.address},
            "two by address": {"scheduler": cluster.address},
            "two, PostgreSQL": {"workers": 2},
            "two by address, PostgreSQL": {"scheduler": cluster.address},
        }.items():
            if name == "two by address":
                cluster.worker()
            copy = shutil.copytree(course, tmp_path / name)
            url = server.new() if "PostgreSQL" in name else None
            if url:
                move(copy, url)
            runs[name] = found(copy, batch.grade(LESSON, copy, **where), url)
    finally:
        cluster.end()
    first = runs.pop("one")
    assert [row[1] for row in first[0][1:]] == [entry.marks for entry in entries]
    assert len(first[2]) == len(entries) + 1
    for name, other in runs.items():
        assert other == first, name


@pytest.mark.full
def test_a_term_on_postgresql_from_its_start_to_the_marks(tmp_path, server):
    """Due dates, references, penalties by hand, report and export ask the gradebook too."""
    url, course = server.new(), tmp_path / "term"
    course.mkdir()
    (course / "nbgrader_config.py").write_text(
        f"{release.CONFIG}\nc.CourseDirectory.db_url = {url!r}\n"
    )
    list(release.release([LESSON], course))
    with Gradebook(url) as book:
        book.update_or_create_assignment(LESSON, duedate=datetime(2020, 1, 1))
    list(release.release(["03_rmsprop"], course))
    shipped = course / "release" / "03_rmsprop" / "course_lib" / "updates" / "adagrad.py"
    assert "NotImplementedError" not in shipped.read_text()
    hand_in(course, "ada", modules={"adagrad.py": RIGHT}, answers=ANSWERS)
    [row] = batch.grade(LESSON, course, workers=1).rows
    assert (row.state, row.score) == ("graded", 11)
    [row] = batch.grade(LESSON, course, workers=1).rows
    assert row.state == "kept"
    assert report.report(course, LESSON).is_file()
    assert "ada" in export.export(course, "moodle").read_text()
    assert not (course / "gradebook.db").exists()


def test_a_server_that_is_not_there_is_told_in_one_sentence(course):
    move_to = "postgresql://course@/book?host=/nowhere"
    with (course / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(f"\nc.CourseDirectory.db_url = {move_to!r}\n")
    hand_in(course, "ada", modules={"adagrad.py": RIGHT})
    refused(run("grade", LESSON, "--course", course), "The gradebook cannot be read", "nowhere")
