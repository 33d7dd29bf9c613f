"""A class hands in, with the accidents of a real term: nobody is lost, nobody is mixed up."""

import csv
import io
import json
import subprocess
import sys
import zipfile
from datetime import datetime

import pytest
from handing_in import ANSWERS, BY_TESTS, LESSON, RIGHT, fill_in, hand_in_right
from nbgrader.api import Gradebook, MissingEntry

from course_lib import CourseError
from course_lib.instructor.grading import batch, export, intake
from course_lib.instructor.handout import collect, dates, forget, roster

MODULE = "course_lib/updates/adagrad.py"
EARLY, TIME, LATE = "20260202T100000Z", "20260203T100000Z", "20260209T100000Z"
CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,Lesson 1 (17)
    Points Possible,,,,,14
"King, Ada",11,M01,ada,Monday,
"Young, Bob",12,M02,bob,Monday,
"Žižek, Cy",13,M03,cy,Monday,
"Doe, Dan",14,M04,dan,Monday,
"Poe, Eve",15,M05,eve,Tuesday,
"Roe, Flo",16,M06,flo,Tuesday,
"Smith, Gus",17,M07,gus,Tuesday,
"Hall, Hal",18,M08,hal,Tuesday,
"Ives, Ivy",19,M09,ivy,Tuesday,
"Jay, Joy",20,M10,joy,Tuesday,
"Lee, Leo",21,M12,leo,Tuesday,
"Moe, Max",22,M13,max,Tuesday,
"Student, Test",99,,,,
"""


def course_command(*arguments, code=0):
    done = subprocess.run(
        [sys.executable, "-P", "-m", "course_lib", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    return done


def zipped(files):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in files.items():
            opened.writestr(name, content)
    return file.getvalue()


@pytest.fixture
def listed(course, tmp_path):
    """Give a course folder that knows its students, from Canvas's export."""
    path = tmp_path / "canvas.csv"
    path.write_text(CANVAS, "utf-8")
    roster.store(path, course)
    return course


@pytest.fixture
def work(course, tmp_path):
    """Give what a student packs, with their name in a comment of the module."""
    folder = tmp_path / "work"
    notebook = course / "release" / LESSON / f"{LESSON}.ipynb"
    (folder / "course_lib" / "updates").mkdir(parents=True)
    (folder / notebook.name).write_bytes(notebook.read_bytes())
    fill_in(folder, answers=ANSWERS)
    book = (folder / notebook.name).read_bytes()
    return lambda who: {f"{LESSON}.ipynb": book, MODULE: f"# {who}\n{RIGHT}"}


@pytest.fixture
def downloads(tmp_path):
    folder = tmp_path / "downloads"
    folder.mkdir()
    return folder


def whose(course, student):
    return (course / "submitted" / student / LESSON / MODULE).read_text().splitlines()[0]


def under(folder, files):
    return {f"{folder}/{name}": content for name, content in files.items()}


def rows(collected):
    return {(row.student, row.state): row for row in collected.rows}


def test_a_class_with_the_accidents_of_a_term(listed, work, downloads):
    book = work("x")[f"{LESSON}.ipynb"]
    canvas = {
        # Two who submitted under the login of a shared machine.
        f"kingada_11_301_{LESSON}--user--{TIME}.zip": zipped(work("ada")),
        f"youngbob_12_302_{LESSON}--user--{TIME}.zip": zipped(work("bob")),
        # Zipped by hand under macOS, in a folder of another name.
        "zizekcy_13_303_5_mine.zip": zipped(
            under("2_adagrad", work("cy")) | {f"__MACOSX/2_adagrad/._{LESSON}.ipynb": b"\0\5\x16"}
        ),
        "doedan_14_304_02_adagrad-1.ipynb": book,  # a lone notebook
        "poeeve_LATE_15_305_adagrad.py": f"# eve\n{RIGHT}",  # a lone module, late
        f"ivesivy_19_309_{LESSON}--ivy--{EARLY}.zip": zipped(work("ivy's first")),
        f"ivesivy_19_310_{LESSON}--ivy--{TIME}-1.zip": zipped(work("ivy's second")),
        "jayjoy_20_311_work.zip": zipped({}),
        "strangersam_77_312_02_adagrad.ipynb": book,
    }
    moodle = {
        "Flo Roe_501_assignsubmission_file_/homework.zip": zipped(work("flo")),
        "Flo Roe_501_assignsubmission_onlinetext_/onlinetext.html": "Here it is.",
        "Gus Smith_502_assignsubmission_file_/03_rmsprop.ipynb": book,
        "Hal Hall_503_assignsubmission_file_/work.zip": zipped(work("hal"))[:900],
    }
    (downloads / "submissions.zip").write_bytes(zipped(canvas))
    (downloads / "Optimizers-Lesson 2-99.zip").write_bytes(zipped(moodle))
    (downloads / f"{LESSON}--leo--{LATE}.zip").write_bytes(zipped(work("leo")))
    done = course_command("collect", LESSON, "--course", listed, downloads, "--json", code=1)
    told = json.loads(done.stdout)
    states = {(row["student"], row["state"]): row for row in told}

    for student in ("ada", "bob", "cy", "flo", "leo"):
        assert whose(listed, student) == f"# {student}"
        assert states[student, "taken"]["name"].split()[0].lower() == student
    assert whose(listed, "ivy") == "# ivy's second"
    assert (listed / "submitted/dan" / LESSON / f"{LESSON}.ipynb").read_bytes() == book
    assert whose(listed, "eve") == "# eve"
    collected = {path.name for path in (listed / "submitted").iterdir()}
    assert collected == {"ada", "bob", "cy", "dan", "eve", "flo", "ivy", "leo"}

    def said(student, state):
        return " ".join(states[student, state]["said"])

    assert "the name of its file says user" in said("ada", "taken")
    assert "the name of its file says user" in said("bob", "taken")
    assert not states["cy", "taken"]["said"] or "__MACOSX" not in said("cy", "taken")
    assert states["eve", "taken"]["late"]
    assert "an older version" in said("ivy", "taken")
    kept = list((listed / "set_aside" / "ivy" / LESSON).glob("version-*"))
    assert [(path / MODULE).read_text().splitlines()[0] for path in kept] == ["# ivy's first"]
    assert said("gus", "left out") == "this is 03_rmsprop"
    assert "it is no zip, or a damaged one" in said("hal", "left out")
    assert "it is empty" in said("joy", "left out")
    assert "strangersam is not in the list" in said("", "left out")
    assert states["max", "nothing came"]
    assert len(told) == 13  # a line each; none is told of twice

    # Collecting once more changes nothing, and says so.
    again = rows(collect.collect(LESSON, listed, [downloads]))
    assert again["ivy", "kept"].said[-1] == "the same is there already"
    assert len(list((listed / "set_aside" / "ivy" / LESSON).iterdir())) == 1


def test_a_newer_version_replaces_and_an_older_one_does_not(listed, work, downloads):
    def arrives(time, who):
        path = downloads / f"{LESSON}--ada--{time}.zip"
        path.write_bytes(zipped(work(who)))
        collected = collect.collect(LESSON, listed, [path])
        return next(row for row in collected.rows if row.student == "ada")

    assert arrives(TIME, "second").state == "taken"
    newer = arrives(LATE, "third")
    assert newer.state == "taken" and "it replaces a version of 2026-02-03" in newer.said[0]
    older = arrives(EARLY, "first")
    assert older.state == "kept" and "the one that is there is newer" in older.said[0]
    assert whose(listed, "ada") == "# third"
    aside = (listed / "set_aside" / "ada" / LESSON).glob(f"version-*/{MODULE}")
    assert {path.read_text().splitlines()[0] for path in aside} == {"# second", "# first"}
    assert any("it replaces" in flag for flag in intake.recorded_flags(listed, "ada", LESSON))


def test_what_came_another_way_stays(course, work, downloads):
    folder = course / "submitted" / "zoe" / LESSON
    for name, content in work("zoe").items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    path = downloads / f"mallory_33_44_{LESSON}--zoe--{LATE}.zip"
    path.write_bytes(zipped(work("forged")))
    collected = collect.collect(LESSON, course, [path])
    assert collected.exit_code == 1 and collected.rows[0].state == "left out"
    assert whose(course, "zoe") == "# zoe"


def test_folders_named_by_students(listed, work, downloads):
    files = under("ada/2_adagrad", work("ada")) | under("Bob Young", work("bob"))
    files |= {"eve/adagrad (1).py": f"# eve\n{RIGHT}", "hal/notes.txt": "hello"}
    files |= {"somebody/02_adagrad.ipynb": work("x")[f"{LESSON}.ipynb"]}
    for name, content in files.items():
        path = downloads / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    found = rows(collect.collect(LESSON, listed, [downloads]))
    for student in ("ada", "bob", "eve"):
        assert found[student, "taken"] and whose(listed, student) == f"# {student}"
    assert found["hal", "left out"].said == ["it holds no 02_adagrad.ipynb and no module"]
    assert found["", "left out"].said == ["its name does not say whose it is"]


def test_a_student_may_be_called_as_a_lesson_is(listed, work, downloads, tmp_path):
    more = tmp_path / "more.csv"
    more.write_text(CANVAS + '"Gradient, Ada",31,M31,adagrad,Monday,\n')
    roster.store(more, listed)
    (downloads / "stuff.zip").write_bytes(zipped(work("whose?")))
    collected = collect.collect(LESSON, listed, [downloads])
    assert rows(collected)["", "left out"].said == ["its name does not say whose it is"]
    assert not (listed / "submitted").exists()


def test_bad_members_are_left_out_and_the_rest_is_taken(listed, work, downloads):
    path = downloads / f"{LESSON}--ada--{TIME}.zip"
    path.write_bytes(zipped(work("ada") | {"../../outside.py": "x"}))
    row = rows(collect.collect(LESSON, listed, [path]))["ada", "taken"]
    assert row.said == ["outside.py: it names a file outside of its folder: it was not taken"]
    assert whose(listed, "ada") == "# ada"


def test_a_notebook_is_known_by_its_cells_whatever_its_name(listed, work, downloads):
    (downloads / "kingada_11_1_homework.ipynb").write_bytes(work("x")[f"{LESSON}.ipynb"])
    row = rows(collect.collect(LESSON, listed, [downloads]))["ada", "taken"]
    assert row.said == ["kingada_11_1_homework.ipynb is taken for 02_adagrad.ipynb"]


def test_misuse_is_told(course, downloads):
    with pytest.raises(CourseError, match=r"There is no .*nothing\.zip"):
        collect.collect(LESSON, course, [downloads / "nothing.zip"])
    with pytest.raises(CourseError, match="did you mean 02_adagrad"):
        collect.collect("02_adagrid", course, [downloads])
    with pytest.raises(CourseError, match="holds the course folder itself"):
        collect.collect(LESSON, course, [course])


# The roster

MOODLE = """\
First name;Last name;ID number;Email address;Groups
Ada;King;M01;ada@uni.example;Monday
Zoë;Žižek;M02;zoe@uni.example;Tuesday
"""
LISTS = {
    "Canvas": (CANVAS, "ada", ("Ada", "King", None, "11", "Monday")),
    "Moodle": (MOODLE, "M01", ("Ada", "King", "ada@uni.example", None, "Monday")),
    "our own": ("id,name,group\nada,Ada King,A\n", "ada", ("Ada", "King", None, None, "A")),
}


@pytest.mark.parametrize("text, student, expected", LISTS.values(), ids=LISTS)
def test_lists_as_they_come(course, tmp_path, text, student, expected):
    path = tmp_path / "list.csv"
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    roster.store(path, course)
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        found = gradebook.find_student(student)
        known = (found.first_name, found.last_name, found.email, found.lms_user_id)
    with (course / "roster.csv").open() as file:
        groups = {row["id"]: row["group"] for row in csv.DictReader(file)}
    assert (*known, groups[student]) == expected
    assert not any("Points" in name or "Test" in name for name in groups)


def test_who_leaves_the_list_is_said_and_keeps_everything(listed, tmp_path):
    path = tmp_path / "new.csv"
    path.write_text("id,name\nada,Ada King\nnew,New Comer\n")
    told = " ".join(roster.store(path, listed))
    assert "2 students, 1 of them new" in told and "bob" in told
    with Gradebook(f"sqlite:///{listed}/gradebook.db") as gradebook:
        assert gradebook.find_student("bob").last_name == "Young"
        assert gradebook.find_student("ada").lms_user_id == "11"


BAD_LISTS = {
    "name,points\nAda,3\n": "has no column for an id",
    "id,name\nada,A\nADA,B\n": "lines 2 and 3 have one id, ADA",
    "id,name\na b,A\n": "line 2: 'a b' is no id",
    "id,name\n,Ada\n": "line 2: Ada has no id",
    "id,name\n": "has no student in it",
}


@pytest.mark.parametrize("text, said", BAD_LISTS.items(), ids=BAD_LISTS.values())
def test_a_list_that_cannot_be_read_changes_nothing(course, tmp_path, text, said):
    path = tmp_path / "list.csv"
    path.write_text(text)
    with pytest.raises(CourseError, match=said):
        roster.store(path, course)
    assert not (course / "roster.csv").exists()


# Late, more time, and forgotten

ZERO = "\nc.LateSubmissionPlugin.penalty_method = 'zero'\n"


def set_due(course, time):
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        gradebook.update_or_create_assignment(LESSON, duedate=time)


def marks(course):
    with export.export(course).open(newline="", encoding="utf-8") as file:
        return {row["student_id"]: row for row in csv.DictReader(file)}


@pytest.mark.needs("bubblewrap")
def test_late_is_a_column_and_an_extension_takes_the_penalty_back(listed):
    set_due(listed, datetime(2026, 2, 5, 23, 0))
    for student, time in {"ada": "2026-02-05 22:59:00", "leo": "2026-02-07 02:30:00"}.items():
        (hand_in_right(listed, student) / "timestamp.txt").write_text(f"{time} UTC")
    late = {row.student: (row.late, row.name) for row in batch.grade(LESSON, listed).rows}
    assert late == {"ada": ("", "Ada King"), "leo": ("1 day 3 h", "Leo Lee")}
    assert float(marks(listed)["leo"]["score"]) == BY_TESTS  # taken without a penalty

    with (listed / "nbgrader_config.py").open("a") as file:
        file.write(ZERO)
    states = {row.state for row in batch.grade(LESSON, listed).rows}
    assert states == {"kept"}  # nothing is graded again
    found = marks(listed)
    assert (found["leo"]["score"], found["leo"]["late"]) == ("0.0", "1 day 3 h")
    assert float(found["ada"]["score"]) == BY_TESTS and found["ada"]["late"] == ""

    told = list(dates.extend("Tuesday", LESSON, datetime(2026, 2, 9), listed))
    assert len(told) == 8 and "leo has until 2026-02-09 23:59" in " ".join(told)
    [leo] = [line for line in told if line.startswith("leo")]
    assert leo.endswith("No longer late.")
    assert (marks(listed)["leo"]["late"], float(marks(listed)["leo"]["score"])) == ("", BY_TESTS)
    assert export.doubts(listed) == [f"{LESSON}: 2 of 2 still need a mark by hand."]

    with pytest.raises(CourseError, match="no student and no group Tuesdy; did you mean Tuesday"):
        list(dates.extend("Tuesdy", LESSON, datetime(2026, 2, 9), listed))
    with pytest.raises(CourseError, match="is before 02_adagrad is due"):
        list(dates.extend("ada", LESSON, datetime(2026, 2, 1), listed))


@pytest.mark.needs("bubblewrap")
def test_of_a_forgotten_student_nothing_is_left(listed):
    for student in ("gus", "eve"):
        hand_in_right(listed, student)
    set_due(listed, datetime(2026, 2, 5, 23, 0))
    list(dates.extend("gus", LESSON, datetime(2026, 2, 20), listed))
    batch.grade(LESSON, listed)
    export.export(listed, "canvas")
    told = "\n".join(forget.forget("gus", listed))
    assert "submitted" in told and "gradebook" in told and "what you downloaded" in told
    files = [path for path in listed.rglob("*") if path.is_file()]
    assert not [path for path in listed.rglob("*") if path.name == "gus"]
    for path in files:
        if path.suffix in (".json", ".db", ".csv", ".txt"):  # a picture may spell anything
            assert not any(word in path.read_bytes() for word in (b'"gus"', b"Gus", b"M07")), path
    with Gradebook(f"sqlite:///{listed}/gradebook.db") as gradebook:
        with pytest.raises(MissingEntry):
            gradebook.find_student("gus")
    assert batch.grade(LESSON, listed).rows[0].state == "kept"  # an equal submission's
    with pytest.raises(CourseError, match="Nothing is kept of a student gus"):
        list(forget.forget("gus", listed))
