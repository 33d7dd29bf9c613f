"""The student's folder: states of modules, work that carries over, reloading while one works."""

import json
import os
import shutil
import subprocess
import sys

import pytest
from clones import RIGHT, WRONG, write_rule
from jupyter_client.manager import start_new_kernel

from course_lib import CourseError, workspace


def updates(folder):
    return folder / "course_lib" / "updates"


def states(folder):
    return {name: module.state for name, module in workspace.modules(updates(folder)).items()}


# States


def test_a_fresh_folder_is_blank_but_for_references(hand_out):
    found = states(hand_out("02_adagrad", references=["adaptive"]))
    assert found.pop("adaptive") == "reference"
    assert set(found.values()) == {"blank"}


def test_states_of_a_folder_that_was_worked_in(hand_out):
    folder = hand_out("02_adagrad")
    write_rule(folder, "adagrad", RIGHT)
    (updates(folder) / "adam.py").write_text("def adam_update(w, grad:\n")
    (updates(folder) / "rmsprop.py").unlink()
    (updates(folder) / "nadam.py").write_text("")
    blank = updates(folder) / "schedules.py"
    blank.write_bytes(blank.read_bytes().replace(b"\n", b"\r\n"))  # saved under Windows
    found = workspace.modules(updates(folder))
    assert [found[name].state for name in ("adagrad", "adam", "rmsprop", "nadam", "schedules")] == [
        "edited",
        "broken",
        "missing",
        "missing",
        "blank",
    ]
    assert found["adagrad"].unwritten == ("adagrad_momentum_update",)
    assert found["adam"].problem.startswith("course_lib/updates/adam.py, line 1: SyntaxError")
    assert found["rmsprop"].problem == "course_lib/updates/rmsprop.py is missing."
    assert found["nadam"].problem == "course_lib/updates/nadam.py is empty."


def test_the_nearest_course_upwards_is_the_one_to_work_in(hand_out, tmp_path):
    folder = hand_out("02_adagrad")
    assert workspace.find_root(folder / "course_lib" / "checks") == folder
    assert workspace.find_root(tmp_path) == workspace.find_root("/")  # the installed one


# Work that carries over


def test_earlier_work_comes_into_a_new_lesson(hand_out):
    earlier = hand_out("02_adagrad")
    mine = write_rule(earlier, "adagrad", RIGHT)
    later = hand_out("03_rmsprop")
    assert workspace.carry_over(later) == [f"Taken over: your adagrad.py, from {mine.parent}."]
    assert (updates(later) / "adagrad.py").read_bytes() == mine.read_bytes()
    assert workspace.carry_over(later) == []
    assert states(later)["rmsprop"] == "blank"


def test_an_edited_module_is_never_written_over(hand_out):
    write_rule(hand_out("02_adagrad"), "adagrad", RIGHT)
    later = hand_out("03_rmsprop")
    mine = write_rule(later, "adagrad", WRONG)
    before = mine.read_bytes()
    os.utime(mine, (1, 1))
    (newer,) = workspace.carry_over(later)
    assert "is newer than the adagrad.py used here" in newer
    assert mine.read_bytes() == before


def test_a_broken_module_is_never_written_over(hand_out):
    write_rule(hand_out("02_adagrad"), "adagrad", RIGHT)
    later = hand_out("03_rmsprop")
    mine = updates(later) / "adagrad.py"
    mine.write_text("def half a line")
    assert workspace.carry_over(later) == []
    assert mine.read_text() == "def half a line"


def test_a_reference_that_ships_gives_way_only_to_finished_work(hand_out):
    earlier = hand_out("02_adagrad")
    write_rule(earlier, "adagrad", RIGHT)  # its second function is still blank
    later = hand_out("03_rmsprop", references=["adagrad"])
    assert workspace.carry_over(later) == []
    assert states(later)["adagrad"] == "reference"
    body = "    return w, v, m\n"
    finished = write_rule(earlier, "adagrad", body, "adagrad_momentum_update")
    workspace.carry_over(later)
    assert (updates(later) / "adagrad.py").read_bytes() == finished.read_bytes()


def test_the_newest_of_several_versions_comes_over(hand_out):
    old = write_rule(hand_out("02_adagrad"), "adagrad", WRONG)
    new = write_rule(hand_out("03_rmsprop"), "adagrad", RIGHT)
    os.utime(old, (1000, 1000))
    os.utime(new, (2000, 2000))
    latest = hand_out("04_adadelta")
    workspace.carry_over(latest)
    assert (updates(latest) / "adagrad.py").read_bytes() == new.read_bytes()


def test_a_release_unpacked_over_a_folder_loses_nothing(hand_out):
    folder = hand_out("02_adagrad")
    mine = write_rule(folder, "adagrad", RIGHT)
    before = mine.read_bytes()
    workspace.carry_over(folder)  # any command, and the first cell of a lesson
    hand_out("02_adagrad", over=True)
    assert mine.read_bytes() != before
    (sentence,) = workspace.carry_over(folder)
    assert sentence.startswith("Taken over: your adagrad.py")
    assert mine.read_bytes() == before


def test_a_submission_is_graded_as_it_was_handed_in(hand_out, monkeypatch):
    write_rule(hand_out("02_adagrad"), "adagrad", RIGHT)
    later = hand_out("03_rmsprop")
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert workspace.carry_over(later) == []
    assert states(later)["adagrad"] == "blank"


# While one works


@pytest.fixture
def kernel(hand_out):
    """Start a kernel in a lesson's folder: run(code) gives what it prints and its error."""
    folder = hand_out("02_adagrad")
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(folder))

    def run(code):
        printed, errors = [], []

        def note(message):
            content = message["content"]
            if message["msg_type"] == "stream":
                printed.append(content["text"])
            elif message["msg_type"] == "error":
                errors.append("\n".join(content["traceback"]))

        client.execute_interactive(code, output_hook=note, timeout=60)
        return "".join(printed), "".join(errors)

    run.folder = folder
    yield run
    client.stop_channels()
    manager.shutdown_kernel(now=True)


BEGIN = "from course_lib import workspace\nworkspace.start()"
IMPORT = "from course_lib.updates.adagrad import adagrad_update"
CALL = "print(adagrad_update(1.0, 3.0, 7.0, lr=4.0, eps=0.0)[1])"


def test_saving_is_enough(kernel):
    assert kernel(BEGIN) == ("", "")
    kernel(IMPORT)
    assert "adagrad_update is not written yet" in kernel(CALL)[1]
    path = write_rule(kernel.folder, "adagrad", RIGHT)
    assert kernel(CALL) == ("16.0\n", "")
    path.write_text(path.read_text().replace("grad * grad", "grad"))
    assert kernel(CALL) == ("10.0\n", "")


def test_a_syntax_error_is_one_sentence_and_the_version_before_stays(kernel):
    path = write_rule(kernel.folder, "adagrad", RIGHT)
    kernel(BEGIN)
    kernel(IMPORT)
    right = path.read_text()
    path.write_text(right.replace("np.sqrt(v + eps)", "np.sqrt(v + eps"))
    line = right[: right.index("np.sqrt(v + eps)")].count("\n") + 1
    said, error = kernel(CALL)
    assert error == ""
    sentence, value = said.splitlines()
    assert sentence.startswith(f"course_lib/updates/adagrad.py, line {line}: SyntaxError")
    assert sentence.endswith("The version before it stays in use.")
    assert value == "16.0"
    assert kernel(CALL) == ("16.0\n", "")  # said once for each save
    path.write_text(right.replace("grad * grad", "0"))
    assert kernel(CALL) == ("7.0\n", "")


def test_a_module_that_is_broken_from_the_start_is_one_sentence_and_mends(kernel):
    path = write_rule(kernel.folder, "adagrad", RIGHT)
    right = path.read_text()
    path.write_text(right.replace("import numpy as np", "import numpyy as np"))
    said, _ = kernel(BEGIN)
    sentence = (
        "course_lib/updates/adagrad.py, line 7: ModuleNotFoundError: No module named 'numpyy'."
    )
    assert said == f"{sentence}\n"
    assert kernel(IMPORT)[1] == sentence
    path.write_text(right)
    assert kernel(IMPORT) == ("", "")
    assert kernel(CALL) == ("16.0\n", "")


def test_earlier_work_is_there_even_if_it_was_imported_before_the_start(kernel, hand_out):
    write_rule(hand_out("03_rmsprop"), "adagrad", RIGHT)
    kernel(IMPORT)
    said, _ = kernel(BEGIN)
    assert said.startswith("Taken over: your adagrad.py")
    assert kernel(CALL) == ("16.0\n", "")


def test_each_version_that_was_saved_and_run_is_kept(kernel, hand_out):
    kernel(BEGIN)
    path = write_rule(kernel.folder, "adagrad", RIGHT)
    before = path.read_bytes()
    kernel("1")
    hand_out("02_adagrad", over=True)
    workspace.carry_over(kernel.folder)
    assert path.read_bytes() == before


# Views and races


def test_rules_that_are_not_written_are_left_out_and_named(hand_out):
    folder = hand_out("03_rmsprop", references=["adaptive"])
    write_rule(folder, "adagrad", RIGHT)
    (updates(folder) / "adam.py").write_text("def adam_update(w, grad:\n")
    code = (
        "from course_lib.workspace import written\n"
        "rules = written('sgd_update', 'adagrad_update', 'rmsprop_update', 'adam_update')\n"
        "print(list(rules), rules['sgd_update'](1.0, 0.25, lr=2.0))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True
    )
    left_out, rules = done.stdout.splitlines()
    assert left_out.startswith(
        "Left out: rmsprop_update (not written yet), adam_update (course_lib/"
    )
    assert "line 1: SyntaxError" in left_out
    assert rules == "['sgd_update', 'adagrad_update'] 0.5"


def test_a_rule_that_nobody_knows_is_the_lessons_fault():
    with pytest.raises(CourseError, match="did you mean adagrad_update"):
        workspace.written("adagrd_update")


def test_without_a_record_whatever_is_written_counts(hand_out):
    folder = hand_out("02_adagrad")
    (updates(folder) / "released.json").unlink()
    shutil.copy(updates(folder) / "adam.py", updates(folder) / "mine.py")
    module = workspace.modules(updates(folder))["adagrad"]
    assert module.state == "edited"
    assert module.unwritten == ("adagrad_update", "adagrad_momentum_update")
    (updates(folder) / "released.json").write_text(json.dumps([1]) + "}")
    assert states(folder)["mine"] == "edited"
