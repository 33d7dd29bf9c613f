"""What students may put into a zip, the exchange or a folder to be graded as another, or to read.

Each file that nobody handed in has an outcome here: passed over, contained, or flagged; and the
others of the class are collected as ever.
"""

import io
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import pytest
from handing_in import BY_TESTS, LESSON, RIGHT, WRONG, hand_in, hand_in_right
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nbgrader.api import Gradebook

from course_lib.instructor.grading import batch, intake
from course_lib.instructor.handout.unzip import Unzip

TIME, LATER = "20260102T030405Z", "20991231T235959Z"
MODULE = "course_lib/updates/adagrad.py"


def nbgrader(course, *arguments):
    program = Path(sys.executable).with_name("nbgrader")
    done = subprocess.run(
        [program, *arguments], cwd=course, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


def zipped(files):
    """Make a zip of names to contents, in any order and as often as they come."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in files:
            opened.writestr(zipfile.ZipInfo(name), content)
    return file.getvalue()


@pytest.fixture
def archive(course):
    folder = course / "downloaded" / LESSON / "archive"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def work(course):
    """Give what a student packs: with the module's text, a list of names and contents."""
    notebook = (course / "release" / LESSON / f"{LESSON}.ipynb").read_bytes()
    return lambda text: [(f"{LESSON}.ipynb", notebook), (MODULE, text)]


def module(course, student):
    return (course / "submitted" / student / LESSON / MODULE).read_text()


def flags(course, student):
    return intake.recorded_flags(course, student, LESSON)


def inside(folder, files):
    return [(f"{folder}/{name}", content) for name, content in files]


# zip_collect


def test_nothing_inside_a_zip_names_another_student(course, archive, work):
    forged, name = work("forged"), f"{LESSON}--zoe--{LATER}"
    (archive / f"{LESSON}--zoe--{TIME}.zip").write_bytes(zipped(work("zoe's")))
    for attack, files in {
        "mal1": [*work("mal1's"), *inside(name, forged)],
        "mal2": [*work("mal2's"), (f"{name}.zip", zipped(forged))],
        "mal3": [*work("mal3's"), *inside(f"x/{LESSON}/extracted/{name}", forged)],
    }.items():
        (archive / f"{LESSON}--{attack}--{TIME}.zip").write_bytes(zipped(files))
    # The platform's name for the sender comes before what the sender chose.
    (archive / f"mallory_33_44_{name}.zip").write_bytes(zipped(forged))
    (archive / "mallory_33_45_work.zip").write_bytes(zipped(inside(name, forged)))
    (archive / f"mallory_33_46_{LESSON}--amy--{TIME}.zip").write_bytes(zipped(forged))
    (archive / "Mallory M_78_assignsubmission_file_").mkdir()
    (archive / "Mallory M_78_assignsubmission_file_" / f"zoe_1_2_{name}.zip").write_bytes(
        zipped(forged)
    )
    # Nor does what lies inside, though nobody else claims to be that student.
    (archive / "nils_55_66_work.zip").write_bytes(
        zipped([(f"{LESSON}--bea--{TIME}.zip", zipped(forged))])
    )
    # One sender is one student, and not two.
    for number, student in enumerate(("olaf", "cleo")):
        file = f"olaf_57_{number}_{LESSON}--{student}--{TIME}.zip"
        (archive / file).write_bytes(zipped(work(student)))
    (archive / "stuff.zip").write_bytes(zipped([(f"{name}.zip", zipped(forged))]))
    (archive / f"{name}.py").write_text("forged")
    done = nbgrader(course, "zip_collect", LESSON)
    assert done.returncode == 0, done.stderr
    assert module(course, "zoe") == "zoe's"
    for student in ("mal1", "mal2", "mal3"):
        assert module(course, student) == f"{student}'s"
    assert {p.name for p in (course / "submitted").iterdir()} <= {
        "zoe", "mal1", "mal2", "mal3", "amy", "olaf"
    }  # fmt: skip
    assert any("claims to be zoe's" in flag for flag in flags(course, "zoe"))
    assert not flags(course, "mal1")
    assert "Passed over mallory_33_45_work.zip" in done.stderr or "mallory 33" in done.stderr


def test_the_roster_decides_whose_a_file_is(course, archive, work):
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        gradebook.add_student("s1", first_name="Zoe", last_name="Zed")
        gradebook.add_student("s2", first_name="Mallory", last_name="Moe")
        gradebook.add_student("s3", lms_user_id="99")
    early = "20200101T000000Z"
    for sender, student, time in (
        ("moemallory_33_44_", "s1", early),  # somebody else's, though it came first
        ("zedzoe_11_22_", "s1", TIME),
        ("moemallory_33_45_", "s3", early),
        ("whoever_99_22_", "s3", TIME),
    ):
        files = zipped(work(sender))
        (archive / f"{sender}{LESSON}--{student}--{time}.zip").write_bytes(files)
    nbgrader(course, "zip_collect", LESSON)
    assert module(course, "s1") == "zedzoe_11_22_"
    assert module(course, "s3") == "whoever_99_22_"
    # What the platform says that Mallory sent is Mallory's, whatever its name says.
    assert module(course, "s2").startswith("moemallory_33_4")
    assert any("the name of its file says s" in flag for flag in flags(course, "s2"))
    assert not flags(course, "s1") and not flags(course, "s3")


def test_downloads_of_a_class_in_every_form(course, archive, work):
    """Canvas's and Moodle's zip of zips, one unpacked by a browser, one zipped once more."""
    names = {s: f"{LESSON}--{s}--{TIME}" for s in ("ada", "bob", "cy", "dan", "eve", "flo")}
    canvas = f"adaking_LATE_11_22_{names['ada']}-1.zip", zipped(work("ada"))
    twice = (
        f"bobby_12_23_{names['bob']}.zip",
        zipped([(f"{names['bob']}.zip", zipped(work("bob")))]),
    )
    (archive / "submissions.zip").write_bytes(zipped([canvas, twice]))
    moodle = [
        (f"Cy Young_77_assignsubmission_file_/{names['cy']}.zip", zipped(work("cy"))),
        (f"Dan_78_assignsubmission_file_{names['dan']}.zip", zipped(work("dan"))),
        ("...zip", b"broken"),
        ("../../../../submitted/ada/x.zip", zipped(work("x"))),
        ("/etc/x.zip", b""),
        ("C:\\x.zip", b""),
    ]
    (archive / "Course-Task-99.zip").write_bytes(zipped(moodle))
    (archive / f"{names['eve']}.ZIP").write_bytes(zipped(inside(f"{LESSON}", work("eve"))))
    for name, content in work("flo"):
        path = archive / names["flo"] / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    before = {path: path.read_bytes() for path in archive.rglob("*") if path.is_file()}
    nbgrader(course, "zip_collect", LESSON)
    assert {path.name for path in (course / "submitted").iterdir()} == {*names}
    for student in names:
        assert module(course, student) == student
        assert not flags(course, student)
    assert {path: path.read_bytes() for path in archive.rglob("*") if path.is_file()} == before


def test_names_of_dots_leave_the_class_and_the_archive(course, archive, work):
    good = zipped(work("good"))
    (archive / "...zip").write_bytes(b"broken")
    (archive / "..zip").write_bytes(good)
    (archive / f"{LESSON}--ada--{TIME}.zip").write_bytes(good)
    attack = [*work("mal"), ("...zip", b"broken"), ("x/...zip", zipped([(MODULE, "forged")]))]
    attack += [("02_adagrad.html", "a page"), ("timestamp.txt", "1999-01-01"), ("x.py", "x")]
    (archive / f"{LESSON}--mal--{TIME}.zip").write_bytes(zipped(attack))
    climbing = [*work("up"), ("../../../../../submitted/ada/x.py", "x")]
    (archive / f"{LESSON}--up--{TIME}.zip").write_bytes(zipped(climbing))
    (archive / "bulk.zip").write_bytes(
        zipped([("...zip", b"broken"), (f"{LESSON}--bob--{TIME}.zip", good), ("x/...zip", good)])
    )
    nbgrader(course, "zip_collect", LESSON)
    assert {s: module(course, s) for s in ("ada", "bob", "mal")} == {
        "ada": "good", "bob": "good", "mal": "mal"
    }  # fmt: skip
    assert len(list(archive.iterdir())) == 6
    assert module(course, "up") == "up"  # what is good of it is taken, with a flag
    assert flags(course, "up")
    assert not list((course / "submitted" / "ada").rglob("x.py"))
    mine = course / "submitted" / "mal" / LESSON
    taken = {str(path.relative_to(mine)) for path in mine.rglob("*") if path.is_file()}
    assert taken == {f"{LESSON}.ipynb", MODULE, "timestamp.txt"}
    assert "1999" not in (mine / "timestamp.txt").read_text()


def test_a_zip_does_not_replace_what_came_another_way(course, archive, work):
    folder = hand_in(course, "zoe", modules={"adagrad.py": RIGHT})
    (archive / f"mallory_33_44_{LESSON}--zoe--{LATER}.zip").write_bytes(zipped(work("forged")))
    (archive / f"{LESSON}--ada--{TIME}.zip").write_bytes(zipped(work("first")))
    assert "submitted/zoe" in nbgrader(course, "zip_collect", LESSON, "--force").stderr
    assert (folder / MODULE).read_text() == RIGHT
    assert flags(course, "zoe") and not flags(course, "ada")
    later = archive / f"{LESSON}--ada--20260203T000000Z.zip"  # the same sender hands in anew
    later.write_bytes(zipped(work("second")))
    nbgrader(course, "zip_collect", LESSON, "--force")
    assert module(course, "ada") == "second"
    assert not flags(course, "ada")


NASTY = st.sampled_from(
    ["..", ".", "...", "...zip", "..zip", ".zip", "", "/", "\\", "C:", "NUL", "~", "x" * 300]
    + [f"{LESSON}--zoe--{TIME}", f"{LESSON}--{TIME}", LESSON, f"{LESSON}.ipynb", "a.py", "b.zip"]
    + ["course_lib", "updates", "adagrad.py", "Adagrad.py", "e\u0301", "\u00e9", "x\0y", "\n"]
    + ["Zoe_1_assignsubmission_file_", f"zoe_1_2_{LESSON}--zoe--{LATER}.zip"]
) | st.text(max_size=20)
NAMES = st.lists(NASTY, min_size=1, max_size=5).map("/".join)
MODES = st.sampled_from([0, 0o100644, 0o120777, 0o060666, 0o040755, 0o010644])


def nasty_zip(members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as opened:
        for name, content, mode in members:
            try:
                info = zipfile.ZipInfo(name or "x")
            except ValueError:
                continue
            info.external_attr = mode << 16
            try:
                opened.writestr(info, content)
            except UnicodeEncodeError:
                continue
    return file.getvalue()


CONTENT = st.recursive(
    st.binary(max_size=50),
    lambda inner: st.lists(st.tuples(NAMES, inner, MODES), max_size=6).map(nasty_zip),
    max_leaves=12,
)
ZIPS = st.lists(st.tuples(NAMES, CONTENT, MODES), max_size=8).map(nasty_zip)
OUTER = st.sampled_from(
    ["bulk", f"{LESSON}--mal--{TIME}", f"m_1_2_{LESSON}--mal--{TIME}", "..", ".", "m_1_2_x"]
)


def check_zips_stay_within(downloads):
    with tempfile.TemporaryDirectory() as folder:
        archive, out = Path(folder, LESSON, "archive"), Path(folder, "target", "out")
        archive.mkdir(parents=True)
        for name, content in downloads.items():
            (archive / f"{name}.zip").write_bytes(content)
        (archive / f"{LESSON}--good--{TIME}.zip").write_bytes(zipped([(MODULE, "good")]))
        before = {path: path.read_bytes() for path in archive.iterdir()}
        Unzip(zip_ext=[".zip"]).extract(str(archive), str(out))
        assert {path: path.read_bytes() for path in archive.iterdir()} == before
        found = {p for p in Path(folder).rglob("*") if p.is_file() or p.is_symlink()}
        assert all(path in before or out in path.parents for path in found)
        assert (out / f"{LESSON}--good--{TIME}" / MODULE).read_text() == "good"
        for path in found - set(before):
            name = path.relative_to(out).parts[1:]
            assert not path.is_symlink() and (
                name in ((f"{LESSON}.ipynb",), ("collected.txt",))
                or (name[:2] == ("course_lib", "updates") and len(name) == 3)
            )


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.dictionaries(OUTER, ZIPS | st.binary(max_size=200), max_size=3))
def test_no_zip_writes_outside_of_a_fresh_folder(downloads):
    check_zips_stay_within(downloads)


@pytest.mark.full
@pytest.mark.timeout(1800)
@settings(max_examples=10_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.dictionaries(OUTER, ZIPS | st.binary(max_size=200), max_size=3))
def test_no_zip_of_ten_thousand_does(downloads):
    check_zips_stay_within(downloads)


# The exchange


class Exchange:
    """nbgrader's exchange, in which a test puts folders as students can."""

    def __init__(self, course, root):
        self.course, self.inbound = course, root / "one" / "inbound"
        self.feedback = root / "one" / "feedback"
        self.inbound.mkdir(parents=True)
        root.chmod(0o777)
        with (course / "nbgrader_config.py").open("a") as file:
            file.write(f"\nc.Exchange.root = {str(root)!r}\nc.CourseDirectory.course_id = 'one'\n")

    def submit(self, student, text, *, time="2026-01-02 03:04:05.000000 UTC", owner=None):
        folder = self.inbound / f"{student}+{LESSON}+{time}+random"
        shutil.copytree(self.course / "release" / LESSON, folder)
        (folder / MODULE).write_text(text)
        (folder / "timestamp.txt").write_text(time)
        secret = "".join(f"{ord(letter):02x}" for letter in student).ljust(128, "0")
        (folder / "submission_secret.txt").write_text(secret)
        for path in (folder, *folder.rglob("*")):
            os.chown(path, os.geteuid() if owner is None else owner, -1)
        return folder

    def collect(self, *arguments):
        done = nbgrader(self.course, "collect", LESSON, *arguments)
        assert done.returncode == 0, done.stderr
        return done.stderr


@pytest.fixture
def exchange(course, tmp_path):
    return Exchange(course, tmp_path / "exchange")


def test_the_exchange_follows_no_link(course, exchange, tmp_path):
    secret = course / ".grading" / "seed"
    secret.parent.mkdir(exist_ok=True)
    secret.write_text("8041 is the seed")
    victim = exchange.submit("ada", "ada's")
    folder = exchange.submit("mal", "mal's")
    (folder / "x.html").symlink_to(secret)
    (folder / "02_adagrad.html").symlink_to(secret)
    os.link(secret, folder / "hard.txt")
    os.mkfifo(folder / "fifo.ipynb")
    (folder / "folder").symlink_to(secret.parent)
    (folder / MODULE).unlink()
    (folder / MODULE).symlink_to(Path(intake.__file__).parents[3] / "solutions/updates/adagrad.py")
    (folder / "timestamp.txt").write_text("2026-01-02 03:04:05 /proc/kmsg")
    (exchange.inbound / f"eve+{LESSON}+2026-01-02 03:04:05 UTC+r").symlink_to(victim)
    for name in ("..", ".", "a\nb"):
        exchange.submit(name, "escaped")
    exchange.submit("bad", "bad's", time="no time at all")
    exchange.submit("worse", "worse's", time=LESSON)
    said = exchange.collect()
    submitted = course / "submitted"
    assert {path.name for path in submitted.iterdir()} == {"ada", "mal"}
    assert not (course / LESSON).exists()
    assert module(course, "ada") == "ada's"
    assert not flags(course, "ada")
    assert not any(path.is_symlink() for path in submitted.rglob("*"))
    found = [path for path in (submitted / "mal").rglob("*") if path.is_file()]
    assert not any(b"8041 is the seed" in path.read_bytes() for path in found)
    assert not (submitted / "mal" / LESSON / MODULE).exists()
    assert any(MODULE in flag and "link" in flag for flag in flags(course, "mal"))
    assert "Passed over eve+" in said
    assert victim.is_dir()
    nbgrader(course, "list", LESSON, "--inbound")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can hand in as somebody else")
def test_files_belong_to_the_student_who_submits_them(course, exchange):
    folder = exchange.submit("daemon", "daemon's", owner=1)
    (folder / "other.txt").write_text("somebody else's")
    os.chown(folder / "other.txt", 2, -1)
    exchange.submit("bin", "forged", owner=1)
    exchange.submit("zoe", "zoe's", owner=4711)
    exchange.submit("zoe", "forged", owner=4712, time="2027-01-01 00:00:00 UTC")
    exchange.submit("ann", "forged", owner=1)
    said = exchange.collect()
    assert {path.name for path in (course / "submitted").iterdir()} == {"daemon", "zoe"}
    assert not (course / "submitted" / "daemon" / LESSON / "other.txt").exists()
    assert module(course, "zoe") == "zoe's"
    assert "belongs to daemon, not to bin" in said


def test_an_update_that_fails_or_came_another_way_loses_nothing(course, exchange):
    hand_in(course, "zoe", modules={"adagrad.py": "by folder"})
    exchange.submit("zoe", "by exchange")
    exchange.submit("ada", "first")
    exchange.collect("--update")
    assert module(course, "zoe") == "by exchange"
    assert any("another way" in flag for flag in flags(course, "zoe"))
    kept = (course / "set_aside" / "zoe").rglob("adagrad.py")
    assert "by folder" in {path.read_text() for path in kept}
    big = exchange.submit("ada", "second", time="2026-02-02 00:00:00 UTC")
    for number in range(6000):
        (big / f"{number}").touch()
    assert "Passed over ada" in exchange.collect("--update")
    assert module(course, "ada") == "first"
    exchange.submit("ada", "third", time="2026-03-03 00:00:00 UTC")
    exchange.collect("--update")
    assert module(course, "ada") == "third"
    assert not flags(course, "ada")


def test_what_goes_back_is_what_feedback_wrote(course, exchange):
    """A page of a student's, a link, a missing or a copied secret: the others get theirs."""
    pages = {}
    for student in ("ada", "bob", "cy", "dan", "eve", "mal"):
        exchange.submit(student, "x")
        source = next(exchange.inbound.glob(f"{student}+*"))
        pages[student] = course / "feedback" / student / LESSON
        pages[student].mkdir(parents=True)
        shutil.copy(source / "submission_secret.txt", pages[student])
        shutil.copy(source / "timestamp.txt", pages[student])
        (pages[student] / f"{LESSON}.html").write_text(f"for {student}")
    secret = course / "secret"
    secret.write_text("8041 is the seed")
    (pages["mal"] / "x.html").symlink_to(secret)
    (pages["mal"] / "y.html").write_text("8041 is the seed")
    (pages["bob"] / f"{LESSON}.html").unlink()
    (pages["bob"] / f"{LESSON}.html").symlink_to(secret)
    (pages["cy"] / "submission_secret.txt").unlink()  # handed in as a zip
    (pages["dan"] / "submission_secret.txt").write_text("")
    shutil.copy(pages["mal"] / "submission_secret.txt", pages["eve"])
    done = nbgrader(course, "release_feedback", LESSON)
    assert done.returncode == 0, done.stderr
    assert [path.read_text() for path in exchange.feedback.iterdir()] == ["for ada"]


# A folder


@pytest.mark.needs("bubblewrap")
@pytest.mark.timeout(900)
def test_a_submission_that_is_a_link_has_no_marks_of_another(course):
    folder = hand_in_right(course, "ada")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    (course / "submitted" / "mal").mkdir()
    (course / "submitted" / "mal" / LESSON).symlink_to(folder)
    (course / "submitted" / "eve").symlink_to(folder.parent)
    done = nbgrader_by_hand(course)
    for student in ("mal", "eve"):
        assert f"submission of {student} is not in order: {intake.NO_FOLDER}" in done
        assert not list((course / "autograded").glob(f"{student}/{LESSON}/*"))
    rows = {row.student: row for row in batch.grade(LESSON, course).rows}
    assert rows["ada"].score == BY_TESTS and not rows["ada"].flags
    for student in ("mal", "eve"):
        assert rows[student].score == 0
        assert intake.NO_FOLDER in rows[student].flags[0]
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def nbgrader_by_hand(course):
    program = Path(sys.executable).with_name("nbgrader")
    done = subprocess.run(
        [program, "autograde", LESSON], cwd=course, capture_output=True, text=True, check=False
    )
    return done.stderr


@pytest.mark.needs("bubblewrap")
@pytest.mark.timeout(900)
def test_what_collecting_said_is_a_flag_of_the_grade(course, archive, work):
    notebook, _ = work("")
    for sender, text in (("", RIGHT), ("mallory_33_44_", WRONG)):
        name = f"{sender}{LESSON}--zoe--{LATER if sender else TIME}.zip"
        (archive / name).write_bytes(zipped([notebook, (MODULE, text)]))
    nbgrader(course, "zip_collect", LESSON)
    [row] = batch.grade(LESSON, course).rows
    assert row.score == 7
    assert [flag for flag in row.flags if "mallory_33_44_" in flag]


def test_two_different_submissions_share_no_fingerprint(tmp_path):
    def tree(name, files):
        for path, content in files.items():
            (tmp_path / name / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name / path).write_text(content)
        return intake.fingerprint(tmp_path / name)

    updates = "course_lib/updates"
    trees = [
        {f"{updates}/a.py": "x = 1\n", f"{updates}/b.py": "y = 2\n"},
        {f"{updates}/a.py": "x = 1\nb.py\ny = 2\n"},
        {f"{updates}/a.py": "x = 1\nb.py\n", f"{updates}/b.py": "y = 2\n"},
        {f"{LESSON}.ipynb": "timestamp.txt\n", "timestamp.txt": ""},
        {f"{LESSON}.ipynb": "", "timestamp.txt": "timestamp.txt\n"},
        {f"{LESSON}.ipynb": ""},
        {},
    ]
    found = [tree(f"{n}/{LESSON}", files) for n, files in enumerate(trees)]
    (tmp_path / "6" / LESSON).mkdir(parents=True)
    found[6] = intake.fingerprint(tmp_path / "6" / LESSON)
    assert len({*found}) == len(trees) and None not in found
