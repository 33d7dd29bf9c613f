"""Equal submissions are one piece of work: examined once, and graded alike."""

import json
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from handing_in import ANSWERS, BY_TESTS, LESSON, RIGHT, hand_in, hand_in_right

from course_lib.instructor.grading import batch, results
from course_lib.instructor.grading.trusted import Examiner

pytestmark = [pytest.mark.needs("bubblewrap"), pytest.mark.timeout(900)]


def test_thirty_at_once_are_graded_alike_and_examined_once(course, monkeypatch):
    hand_in_right(course, "s00")
    for number in range(1, 30):
        shutil.copytree(course / "submitted" / "s00", course / "submitted" / f"s{number:02}")
    hand_in(course, "other", modules={"adagrad.py": f"# another\n{RIGHT}"}, answers=ANSWERS)
    examined = []
    examine = Examiner.examine
    monkeypatch.setattr(
        Examiner, "examine", lambda self, task: examined.append(task) or examine(self, task)
    )
    for force in (False, True):
        summary = batch.grade(LESSON, course, workers=8, force=force)
        assert [(row.state, row.score) for row in summary.rows] == [("graded", BY_TESTS)] * 31
        assert len(examined) == 2  # the thirty, and the other
        examined.clear()


def test_a_file_that_many_write_at_once_is_whole_and_leaves_nothing_beside_it(tmp_path):
    path, ready = tmp_path / "result.json", threading.Barrier(8)

    def write(number):
        ready.wait()
        for _ in range(200):
            results.write_json(path, [number] * 1000)
            assert len(set(json.loads(path.read_text()))) == 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    assert list(tmp_path.iterdir()) == [path]
