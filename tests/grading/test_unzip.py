"""Zips that a student hands in: `nbgrader zip_collect` takes what it can and says what not."""

import os
import subprocess
import sys
import zipfile
from unittest.mock import patch

from handing_in import LESSON

from course_lib.instructor.grading import intake
from course_lib.instructor.handout import unzip

TIME = "20260102T030405Z"


def pack(course, student, files, *, links=()):
    archive = course / "downloaded" / LESSON / "archive"
    archive.mkdir(parents=True, exist_ok=True)
    path = archive / f"{LESSON}--{student}--{TIME}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in files.items():
            opened.writestr(name, content)
        for name, target in links:
            info = zipfile.ZipInfo(name)
            info.external_attr = 0o120777 << 16
            opened.writestr(info, target)
    return path


def test_only_good_zips_are_collected(course, tmp_path):
    notebook = (course / "release" / LESSON / f"{LESSON}.ipynb").read_bytes()
    good = {f"{LESSON}.ipynb": notebook, "course_lib/updates/adagrad.py": "x = 1\n"}
    pack(course, "good", good)
    pack(course, "leaves", good | {"../../../../../outside.txt": "x"})
    pack(course, "absolute", good | {f"{tmp_path}/outside.txt": "x"})
    pack(course, "bomb", good | {"zeros": bytes(400 << 20)})
    pack(course, "many", good | {f"f{n}": "" for n in range(6000)})
    pack(course, "links", good, links=[("course_lib/updates/adam.py", "/etc/passwd")])
    broken = pack(course, "broken", good)
    broken.write_bytes(broken.read_bytes()[: len(notebook) // 8])
    odd = pack(course, "odd", good)  # compressed in a way that Python does not know
    odd.write_bytes(odd.read_bytes().replace(b"\x08\x00", b"\x61\x00"))
    inner = pack(course, "inner", good | {"zeros": bytes(60 << 20)}).read_bytes()
    pack(course, "nested", {f"x/{LESSON}--n{i}--{TIME}.zip": inner for i in range(3)})
    (
        course / "downloaded" / LESSON / "archive" / f"{LESSON}--nodate--20269999T999999Z.zip"
    ).write_bytes(inner)
    nbgrader = os.path.join(os.path.dirname(sys.executable), "nbgrader")
    done = subprocess.run(
        [nbgrader, "zip_collect", LESSON], cwd=course, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    collected = {path.name for path in (course / "submitted").iterdir()}
    assert collected == {"good", "inner", "nested", "leaves", "absolute", "links"}
    assert not (tmp_path / "outside.txt").exists()
    assert not list(course.parent.rglob("outside.txt"))
    for name in ("bomb", "many", "broken", "odd", "nodate"):
        assert f"--{name}--" in done.stderr
    for name, said in {
        "leaves": "outside.txt: it names a file outside of its folder",
        "absolute": "outside.txt: it names a file outside of its folder",
        "links": "adam.py: it is a link",
    }.items():
        [flag] = intake.recorded_flags(course, name, LESSON)
        assert said in flag
    assert not (course / "submitted/links" / LESSON / "course_lib/updates/adam.py").exists()
    size = sum(p.stat().st_size for p in (course / "downloaded").rglob("*") if p.is_file())
    assert size < 400 << 20


def test_zips_in_a_zip_share_what_they_may_unpack_to(course, tmp_path):
    good = {f"{LESSON}.ipynb": "{}", "zeros": bytes(30 << 20)}
    inner = pack(course, "x", good).read_bytes()
    bad = pack(course, "x", {"zeros": bytes(30 << 20)}).read_bytes()
    (course / "downloaded" / LESSON / "archive" / f"{LESSON}--x--{TIME}.zip").unlink()
    archive = pack(course, "one", {"n0.zip": bad, "n1.zip": inner}).parent
    pack(course, "two", {"n0.zip": bad, "n1.zip": bad, "n2.zip": inner})
    with patch.object(unzip, "ROOM", 70 << 20):
        unzip.Unzip(zip_ext=[".zip"]).extract(str(archive), str(tmp_path / "out"))
    assert [path.name for path in (tmp_path / "out").iterdir()] == [f"{LESSON}--one--{TIME}"]
