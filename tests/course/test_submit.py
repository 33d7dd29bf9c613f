"""What a student hands in, through a zip, into nbgrader's own folders."""

import shutil
import subprocess
import sysconfig
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import nbformat
import pytest
from clones import RIGHT, WRONG, write_rule

from course_lib import CourseError
from course_lib.instructor.handout.release import release
from course_lib.submission import pack

LESSON = "02_adagrad"


def submit(folder, student="alice"):
    pack(LESSON, folder / "course_lib" / "updates", student=student)
    return max((folder / "handed_in").iterdir(), key=lambda path: path.stat().st_mtime_ns)


def test_a_zip_holds_the_notebook_and_every_module(hand_out):
    folder = hand_out(LESSON)
    mine = write_rule(folder, "adagrad", RIGHT)
    (folder / "course_lib" / "updates" / "my_tools.py").write_text("A = 1\n")
    with zipfile.ZipFile(submit(folder)) as archive:
        modules = {f"course_lib/updates/{p.name}" for p in mine.parent.glob("[!_]*.py")}
        assert set(archive.namelist()) == {f"{LESSON}.ipynb"} | modules
        assert archive.read("course_lib/updates/adagrad.py") == mine.read_bytes()
        assert archive.read(f"{LESSON}.ipynb") == (folder / f"{LESSON}.ipynb").read_bytes()


def test_it_says_what_the_checks_say_and_packs_all_the_same(hand_out):
    folder = hand_out(LESSON)
    write_rule(folder, "adagrad", WRONG)
    checks, blank, packed, hand_in, receipt = pack(
        LESSON, folder / "course_lib" / "updates", student="alice"
    )
    assert checks == "The visible checks say: ✗ adagrad_update, ○ adagrad_momentum_update."
    assert blank.startswith("Not answered yet: repair, felt_ratio, ")
    assert "explain" in blank
    assert packed.startswith("Packed for alice: 02_adagrad.ipynb, course_lib/updates/adadelta.py")
    path = Path(hand_in.removeprefix("Hand in this file: "))
    assert path.exists()
    assert receipt.startswith("Receipt: ")


def test_it_says_which_answer_is_blank_and_which_is_not_written_out(hand_out):
    folder = hand_out(LESSON)
    path = folder / f"{LESSON}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    text = {"repair": 'repair = "B"', "felt_ratio": "felt_ratio = 24 / 5", "explain": "It sums."}
    text |= {"fading_slope": "fading_slope = slope", "hinder": "hinder = None"}
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = text.get(name, cell.source)
    nbformat.write(notebook, path)
    said = pack(LESSON, folder / "course_lib" / "updates", student="alice")
    assert said[1] == "Not answered yet: hinder."
    assert said[2].endswith("grading reads each cell by itself: fading_slope.")
    assert said[3].startswith("Packed for alice")


def test_an_earlier_zip_is_kept_even_one_of_the_same_second(hand_out):
    folder = hand_out(LESSON)
    (folder / "handed_in").mkdir()
    earlier = []
    for seconds in range(30):
        moment = datetime.now(UTC) + timedelta(seconds=seconds)
        earlier.append(folder / "handed_in" / f"{LESSON}--alice--{moment:%Y%m%dT%H%M%SZ}.zip")
        earlier[-1].write_text("mine")
    assert zipfile.is_zipfile(submit(folder))
    assert all(path.read_text() == "mine" for path in earlier)


def test_earlier_work_is_in_it(clone, hand_out):
    write_rule(hand_out("03_rmsprop"), "adagrad", RIGHT)
    folder = hand_out(LESSON)
    done = clone.course("submit", LESSON, "--student", "alice", cwd=folder)
    assert "Taken over: your adagrad.py" in done.stderr
    (path,) = (folder / "handed_in").iterdir()
    with zipfile.ZipFile(path) as archive:
        assert b"grad * grad" in archive.read("course_lib/updates/adagrad.py")


def test_a_clone_is_a_place_to_hand_in_from(clone):
    clone.course("submit", LESSON, "--student", "alice", cwd=clone.root / "notebooks")
    assert len(list((clone.root / "handed_in").iterdir())) == 1


def damage_module(folder, name="adagrad"):
    (folder / "course_lib" / "updates" / f"{name}.py").write_text("def adam_update(:\n")


def remove_module(folder, name="adagrad"):
    (folder / "course_lib" / "updates" / f"{name}.py").unlink()


def remove_notebook(folder):
    (folder / f"{LESSON}.ipynb").unlink()


def damage_notebook(folder):
    (folder / f"{LESSON}.ipynb").write_text("{")


BAD = {
    "a broken module": (damage_module, "course_lib/updates/adagrad.py, line 1: SyntaxError"),
    "a missing module": (remove_module, "course_lib/updates/adagrad.py is missing"),
    "a missing notebook": (remove_notebook, "The notebook 02_adagrad.ipynb is missing from"),
    "a damaged notebook": (damage_notebook, "02_adagrad.ipynb is damaged"),
}


@pytest.mark.parametrize("damage, said", BAD.values(), ids=BAD)
def test_what_cannot_be_handed_in_is_said_and_nothing_is_written(hand_out, damage, said):
    folder = hand_out(LESSON)
    damage(folder)
    with pytest.raises(CourseError, match=said):
        submit(folder)
    assert not (folder / "handed_in").exists()


def test_another_lessons_module_is_packed_as_it_is(hand_out):
    folder = hand_out(LESSON)
    damage_module(folder, "adam")
    remove_module(folder, "nadam")
    said = pack(LESSON, folder / "course_lib" / "updates", student="alice")
    assert "02_adagrad does not need it: course_lib/updates/adam.py, line 1: Synt" in said[0]
    assert "course_lib/updates/nadam.py is missing" in said[1]
    with zipfile.ZipFile(next((folder / "handed_in").iterdir())) as archive:
        assert archive.read("course_lib/updates/adam.py") == b"def adam_update(:\n"
        assert "course_lib/updates/nadam.py" not in archive.namelist()


def test_the_id_is_asked_for_once_and_kept_for_all_lessons(hand_out):
    asked = []

    def ask():
        asked.append(1)
        return "alice"

    first, second = hand_out(LESSON), hand_out("03_rmsprop")
    for folder in (first, first, second):
        lesson = next(folder.glob("*.ipynb")).stem
        said = pack(lesson, folder / "course_lib" / "updates", ask=ask)
        assert any(line.startswith("Packed for alice: ") for line in said)
    assert asked == [1]
    pack(LESSON, first / "course_lib" / "updates", student="bob")
    assert pack(LESSON, first / "course_lib" / "updates")[-3].startswith("Packed for bob: ")


def test_without_an_id_and_without_a_terminal_a_sentence_says_so(clone, hand_out):
    folder = hand_out(LESSON)
    done = clone.course("submit", LESSON, cwd=folder, code=2)
    assert done.stderr.endswith("Give your id in the course once, with --student ID: it is kept.\n")
    assert not (folder / "handed_in").exists()


def test_an_unknown_lesson(hand_out):
    with pytest.raises(CourseError, match="no lesson 02_adagrid; did you mean 02_adagrad"):
        pack("02_adagrid", hand_out(LESSON) / "course_lib" / "updates")


@pytest.mark.parametrize("student", ["a b", "../bob", "al--ice", "-x", "a+b", "*"])
def test_an_id_that_would_not_arrive_is_refused(hand_out, student):
    with pytest.raises(CourseError, match="is no id to hand in under"):
        submit(hand_out(LESSON), student)


# zip_collect


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    folder = tmp_path_factory.mktemp("submit") / "course"
    list(release([LESSON], folder))
    return folder


def collect(course):
    program = Path(sysconfig.get_path("scripts")) / "nbgrader"
    done = subprocess.run(
        [program, "zip_collect", LESSON, "--force"],
        cwd=course,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


def test_zip_collect_takes_in_what_an_lms_gives_back(course, hand_out, tmp_path):
    archive = course / "downloaded" / LESSON / "archive"
    archive.mkdir(parents=True)
    folder = hand_out(LESSON)

    right = write_rule(folder, "adagrad", RIGHT).read_bytes()
    plain = submit(folder, "alice")
    shutil.copy(plain, archive)

    # Canvas puts a name and numbers before, and a number after a second attempt.
    canvas = submit(folder, "b.o-b@uni")
    shutil.copy(canvas, archive / f"bloggsbob_123_456_{canvas.stem}-1.zip")

    # Moodle puts each into a folder with the student's name.
    moodle = submit(folder, "carol_2")
    (archive / "Carol Smith_77_assignsubmission_file_").mkdir()
    shutil.copy(moodle, archive / "Carol Smith_77_assignsubmission_file_" / moodle.name)

    # What belongs elsewhere is passed over.
    shutil.copy(plain, archive / "03_rmsprop--mallory--20260101T000000Z.zip")
    (archive / "holiday.py").write_text("x = 1")

    collect(course)
    students = {path.name for path in (course / "submitted").iterdir()}
    assert students == {"alice", "b.o-b@uni", "carol_2"}
    for student in students:
        arrived = course / "submitted" / student / LESSON
        assert (arrived / "course_lib" / "updates" / "adagrad.py").read_bytes() == right
        assert (arrived / f"{LESSON}.ipynb").exists()
        assert (arrived / "timestamp.txt").exists()
        files = {p.relative_to(arrived).as_posix() for p in arrived.rglob("*") if p.is_file()}
        with zipfile.ZipFile(plain) as packed:
            assert files == {*packed.namelist(), "timestamp.txt"}


def test_the_later_of_two_attempts_counts(course, hand_out):
    archive = course / "downloaded" / LESSON / "archive"
    shutil.rmtree(archive, ignore_errors=True)
    archive.mkdir(parents=True)
    folder = hand_out(LESSON)
    write_rule(folder, "adagrad", WRONG)
    first = submit(folder, "dave")
    path = folder / "course_lib" / "updates" / "adagrad.py"
    path.write_text(path.read_text().replace("v = v + grad\n", "v = v + grad * grad\n"))
    second = submit(folder, "dave")
    for zipped, time in ((first, "20260101T000000Z"), (second, "20260101T000001Z")):
        shutil.copy(zipped, archive / f"{LESSON}--dave--{time}.zip")
    collect(course)
    arrived = course / "submitted" / "dave" / LESSON
    assert (arrived / "course_lib" / "updates" / "adagrad.py").read_bytes() == path.read_bytes()
    assert (arrived / "timestamp.txt").read_text().startswith("2026-01-01 00:00:01")
