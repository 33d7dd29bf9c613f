"""What a student sees: one card, in words, with numbers to redo by hand, and steps of hints."""

import json
import subprocess
import sys
import time

import pytest
from bs4 import BeautifulSoup
from students import check_body, source

from course_lib import CourseError
from course_lib.checks import CheckFailed, check_answer, run_checks
from course_lib.checks.card import Card, show_in_terminal, text

NO_ROOT = "v = v + grad**2\nreturn w - lr / (v + eps) * grad, v"
TORCH = "v = v + grad**2\nreturn w - lr / (np.sqrt(v) + eps) * grad, v"
RIGHT = "v = v + grad**2\nreturn w - lr / np.sqrt(v + eps) * grad, v"
UNKNOWN = "v = v + grad**2 + (v > 0)\nreturn w - lr / np.sqrt(v + eps) * grad, v"


@pytest.fixture
def verdict(tmp_path):
    def judge(body, **kwargs):
        return check_body(tmp_path, "adagrad_update", body, **kwargs)

    return judge


def html(verdict):
    return BeautifulSoup(Card([verdict])._repr_mimebundle_()["text/html"], "html.parser")


# Sentences


def test_a_known_mistake_is_a_question_and_the_next_hint_says_more(verdict):
    found = verdict(NO_ROOT)
    assert found.mistake == "missing_square_root"
    assert found.message.startswith("What is done to v before it divides the learning rate?")
    assert found.hint == "The learning rate is divided by the square root of v + eps."
    assert found.parts == {"w": False, "v": True}


def test_an_unknown_one_is_not_named_but_placed(verdict):
    found = verdict(UNKNOWN)
    assert found.mistake is None
    assert found.message == (
        "Not a mistake I know: the first difference is in v at step 2 "
        "([11, 6] in place of [10, 5])."
    )
    assert found.call.where == "at step 2"


def test_a_dialect_does_not_pass_and_is_not_called_wrong(verdict):
    found = verdict(TORCH)
    assert not found.passed and found.dialect
    assert found.mistake == "eps_outside_root_as_in_torch"
    assert "PyTorch's form" in found.message and "the course uses" in found.message
    assert "wrong" not in text(found) and "mistake" not in text(found)


def test_as_json_it_is_what_the_command_prints(verdict):
    assert verdict(RIGHT).as_dict() == {
        "rule": "adagrad_update",
        "passed": True,
        "mistake": None,
        "message": verdict(RIGHT).message,
    }
    assert json.loads(json.dumps(verdict(NO_ROOT).as_dict()))["mistake"] == "missing_square_root"


@pytest.mark.parametrize(
    ("body", "outcome", "sentence"),
    [
        ("raise NotImplementedError('adagrad_update is not written yet')", "blank",
         "adagrad_update is not written yet: open course_lib/updates/adagrad.py, line 5."),
        ("while True: pass", "timeout",
         "adagrad_update gave no answer in time: is there a loop in "
         "course_lib/updates/adagrad.py that never ends?"),
        ("import time; time.sleep(60)", "timeout",
         "adagrad_update waits where it should calculate: is there a sleep in "
         "course_lib/updates/adagrad.py, or does it wait for what never comes?"),
        ("import sys; sys.exit(0)", "exited",
         "adagrad_update ends the program (sys.exit or quit) where it should return."),
        ("import os; os._exit(0)", "died", "adagrad_update crashed: its process ended with status 0."),
        ("while True: print('no' * 1000)", "flood",
         "adagrad_update prints more than 1,048,576 characters: is there a print in a loop?"),
        ("return w - lr * gradd, v", "raised",
         "adagrad_update raises an error at step 1 (course_lib/updates/adagrad.py, line 5): "
         "NameError: name 'gradd' is not defined."),
        ("if grad[0] == 1: raise ValueError\n" + RIGHT, "raised",
         "adagrad_update raises an error at step 2 (course_lib/updates/adagrad.py, line 5): "
         "ValueError."),
        ("return (", "syntax",
         "course_lib/updates/adagrad.py, line 5 is not Python: '(' was never closed."),
        ("return rms(v)", "raised",
         "adagrad_update raises an error at step 1 (course_lib/updates/adagrad.py, line 5): "
         "NameError: name 'rms' is not defined."),
    ],
)  # fmt: skip
def test_what_keeps_a_function_from_answering_is_said_in_one_sentence(
    verdict, body, outcome, sentence
):
    found = verdict(body, timeout=1.5)
    assert (found.passed, found.mistake, found.outcome) == (False, None, outcome)
    assert found.message == sentence
    assert not any(found.parts.values())


@pytest.mark.parametrize(
    ("body", "name", "words"),
    [
        ("v = v + grad**2", "nothing_returned", "returns None: is there a return"),
        ("return w, None", "nothing_returned", "returns None for v"),
        ("return w", "state_not_returned", "returns 1 value, but should return 2"),
        ("return w, v, v", "too_many_results", "returns 3 values"),
        ("return [1.0, 2.0], v + grad**2", "list_where_an_array_belongs", "w comes back as a list"),
        ("return 'w', v + grad**2", "no_number_returned", "w comes back as a string"),
        ("return w, np.sum(v + grad**2)", "scalar_where_an_array_belongs", "v comes back as one"),
        ("return w, v + grad[:, None]**2", "broadcast_to_the_wrong_shape", "v has shape (2, 2)"),
        ("return w[:1], v + grad**2", "wrong_shape", "w has shape (1,)"),
        ("import math\nv = v + grad**2\nreturn w - lr / math.sqrt(v + eps) * grad, v",
         "scalar_where_an_array_belongs", "raises TypeError when it is given an array"),
        ("v = v + grad**2\nif v > 0: w = w - lr / np.sqrt(v + eps) * grad\nreturn w, v",
         "scalar_where_an_array_belongs", "which line takes a single number only?"),
        ("v = v + grad**2\nreturn w - lr / np.sqrt(v + eps) * grad, [v, 0]",
         "list_where_an_array_belongs", "v comes back as a list"),
        ("return {'w': w, 'v': v}", "other_type_returned", "returns a dict, but should return"),
        ("return w[..., None], v + grad**2", "extra_axis", "w has shape (2, 1)"),
        ("import math\nreturn w - lr * math.log(-1) * grad, v", None, "raises"),
        ("v = (v + grad**2).astype('f4')\nreturn w - lr / np.sqrt(v + eps) * grad, v", "dtype_lost",
         "v comes back in float32 where float64"),
        (RIGHT.replace("v + grad**2\n", "v + np.array(grad, dtype='f8')**2\n"), "dtype_lost", "float64"),
        ("v += grad**2\nreturn w - lr / np.sqrt(v + eps) * grad, v", "argument_changed_in_place",
         "own array v has changed"),
        ("global n\nn = globals().get('n', 0) + 1\nv = v + grad**2\n"
         "return w - lr / np.sqrt(v + eps) * grad + n, v", "state_kept_between_calls", "remember"),
    ],
)  # fmt: skip
def test_results_that_are_no_results_have_their_own_sentence(verdict, body, name, words):
    found = verdict(body)
    assert (found.passed, found.mistake) == (False, name), found.message
    assert words in found.message


def test_a_right_result_beside_a_list_of_several_keeps_its_part(verdict):
    found = verdict("v = v + grad**2\nreturn w - lr / np.sqrt(v + eps) * grad, [v, 0]")
    assert found.parts == {"w": True, "v": False}


def test_slow_is_told_with_its_seconds_and_slow_enough_passes(verdict):
    """On average a call may take a fifth of what one alone may: here .2 s of 1 s."""
    wait = "import time\nend = time.process_time() + {}\nwhile time.process_time() < end: pass\n"
    assert verdict(wait.format(0.1) + RIGHT, timeout=1.0).passed
    found = verdict(wait.format(0.4) + RIGHT, timeout=1.0)
    assert (found.passed, found.outcome) == (False, "timeout")
    assert found.message.startswith("adagrad_update is too slow: it takes 0.4")
    assert "s of processor time a call" in found.message


def test_wrong_numbers_and_a_changed_argument_are_both_told(verdict):
    found = verdict("v += grad**2\nreturn w - lr / (v + eps) * grad, v")
    assert found.mistake == "missing_square_root"
    assert found.notes == ["It also changes its argument v in place."]


@pytest.mark.parametrize(
    "body",
    ["return w, v", "return np.zeros_like(w), np.zeros_like(v)", "return w*np.nan, v*np.nan"],
)
def test_doing_nothing_gets_nothing(verdict, body):
    assert verdict(body).parts == {"w": False, "v": False}


# The card


def test_a_screen_reader_can_walk_through_the_card(verdict):
    card = html(verdict(NO_ROOT))
    section = card.section
    assert section["aria-label"] == "Check of adagrad_update: not right yet"
    assert section.h4.get_text() == "✗ adagrad_update: not right yet"
    assert section.h4.span["aria-hidden"] == "true"
    table = section.table
    assert table.caption.get_text() == "What came out"
    assert [th.get_text() for th in table.thead("th", scope="col")] == [
        "result", "yours", "should be", "compared",
    ]  # fmt: skip
    rows = [[cell.get_text() for cell in row(["th", "td"])] for row in table.tbody("tr")]
    assert rows == [
        ["w", "[0.837838, -1.6]", "[0.506803, -1.55279]", "different"],
        ["v", "[9, 1]", "[9, 1]", "same"],
    ]
    assert all(row.th["scope"] == "row" for row in table.tbody("tr"))
    assert [dt.get_text() for dt in section("dt")] == ["w", "grad", "v", "lr", "eps"]
    assert "at step 1" in section.get_text()


def test_the_next_hint_is_there_on_demand_with_no_kernel(verdict):
    details = html(verdict(NO_ROOT)).details
    assert details.summary.get_text() == "Next hint" and "open" not in details.attrs
    assert "square root" in details.p.get_text()


def test_colour_only_repeats_what_words_say_and_text_keeps_the_pages_colours(verdict):
    for body in (NO_ROOT, TORCH, RIGHT):
        for tag in html(verdict(body))(style=True):
            for declaration in tag["style"].split(";"):
                name, _, value = declaration.partition(":")
                assert name not in ("background", "background-color", "opacity")
                assert name != "color" or value == "inherit"


def test_a_students_text_cannot_become_html(verdict):
    found = verdict(
        "print('<script>alert(1)</script>')\nraise ValueError('<img src=x onerror=alert(1)>')"
    )
    card = html(found)
    assert not card("script") and not card("img")
    assert "<img src=x" in card.get_text()


def test_the_text_says_all_that_the_card_says(verdict):
    found = verdict(NO_ROOT)
    bundle = Card([found])._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/plain"}
    plain = bundle["text/plain"]
    for part in (
        "✗ adagrad_update: not right yet",
        "What is done to v",
        "w = [1, -2]",
        "w: yours [0.837838, -1.6], should be [0.506803, -1.55279] (different)",
    ):
        assert part in plain
    assert found.hint not in plain and found.hint in text(found, hint=True)


def test_in_the_terminal_the_hint_waits_to_be_asked_for(verdict, capsys):
    show_in_terminal([verdict(NO_ROOT)])
    shown = capsys.readouterr().out
    assert "✗ adagrad_update: not right yet" in shown and "--hint" in shown
    assert "square root of v" not in shown
    show_in_terminal([verdict(NO_ROOT)], hint=True)
    assert "square root of v" in " ".join(capsys.readouterr().out.split())


def test_long_arrays_are_shown_where_they_differ(tmp_path):
    body = "return np.where(np.asarray(t) < 29, lr0 * gamma ** (t // tau), 9.0)"
    found = check_body(tmp_path, "step_decay", body)
    assert "9 at index" in found.message and len(found.message) < 200


# The functions of a lesson


def test_names_may_be_modules_or_functions(tmp_path):
    (tmp_path / "adagrad.py").write_text(source("adagrad_update", RIGHT))
    both = run_checks(["adagrad"], updates_dir=tmp_path)
    assert [(v.rule, v.passed, v.outcome) for v in both] == [
        ("adagrad_update", True, "right"),
        ("adagrad_momentum_update", False, "missing"),
    ]
    [one] = run_checks(["adagrad_update", "adagrad_update"], updates_dir=tmp_path)
    assert one.passed


def test_a_file_of_any_name_is_checked_as_a_module(tmp_path):
    file = tmp_path / "my solution (2).py"
    file.write_text(source("adagrad_update", NO_ROOT))
    [verdict] = run_checks(["adagrad_update"], file=file)
    assert verdict.mistake == "missing_square_root"


@pytest.mark.parametrize(
    ("names", "file", "sentence"),
    [
        (["adagrd_update"], None, "adagrad_update"),
        (["adagrad", "adam"], "x.py", "one module"),
        (["adagrad"], "nowhere.py", "There is no file"),
    ],
)
def test_misuse_is_one_sentence(names, file, sentence, tmp_path):
    if file == "x.py":
        file = tmp_path / file
        file.write_text("")
    with pytest.raises(CourseError, match=sentence):
        run_checks(names, updates_dir=tmp_path, file=file)


NOTEBOOK = """
import json
from pathlib import Path
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
shell = InteractiveShell.instance()
shell.run_cell("from course_lib.checks import check")
with capture_output() as seen:
    result = shell.run_cell("check('adagrad_update')")
print(json.dumps({
    "error": type(result.error_in_exec).__name__,
    "text": seen.stdout + seen.stderr,
    "outputs": [list(output.data) for output in seen.outputs],
}))
"""


@pytest.mark.parametrize(("body", "error"), [(NO_ROOT, "CheckFailed"), (RIGHT, "NoneType")])
def test_in_a_notebook_it_shows_one_card_and_fails_without_a_traceback(tmp_path, body, error):
    updates = tmp_path / "course_lib" / "updates"
    updates.mkdir(parents=True)
    (updates / "adagrad.py").write_text(source("adagrad_update", body))
    (tmp_path / "notebook.py").write_text(NOTEBOOK)
    ran = subprocess.run(
        [sys.executable, "-P", "notebook.py"],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    seen = json.loads(ran.stdout.split("\n")[-2])
    assert seen["error"] == error
    assert "Traceback" not in seen["text"] and "course_lib/checks" not in seen["text"]
    assert seen["outputs"] == [["text/html", "text/plain"]]
    if error == "CheckFailed":
        assert "Not right yet: adagrad_update. The card above says more." in seen["text"]


def test_a_check_sees_what_was_saved_a_moment_ago(tmp_path, monkeypatch):
    from course_lib import checks

    updates = tmp_path / "course_lib" / "updates"
    updates.mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    shown = []
    monkeypatch.setattr(checks, "_show", lambda card: shown.extend(card.verdicts))
    for body, passed in [(NO_ROOT, False), (RIGHT, True), (TORCH, False), (RIGHT, True)]:
        (updates / "adagrad.py").write_text(source("adagrad_update", body))
        if passed:
            checks.check("adagrad_update")
        else:
            with pytest.raises(CheckFailed):
                checks.check("adagrad_update")
        assert shown.pop().passed is passed
    with pytest.raises(CheckFailed, match="adagrad_update"):
        checks.check("adagrad_updat")
    assert shown == []


def test_the_waiting_child_ends_with_its_parent(tmp_path):
    script = (
        "import course_lib.checks as c\n"
        "c._show = lambda card: None\n"
        "try: c.check('adagrad_update')\n"
        "except c.CheckFailed: pass\n"
        "print(c._spare._child.process.pid)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    pid = int(ran.stdout)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            with open(f"/proc/{pid}/stat") as stat:
                if stat.read().split(")")[1].split()[0] == "Z":
                    return
        except FileNotFoundError:
            return
        time.sleep(0.05)
    pytest.fail("the child that waits for the next check outlives the kernel")


def test_an_answer_is_there_or_not_and_nothing_is_given_away(capsys):
    check_answer("slope", -0.5)
    assert capsys.readouterr().out == (
        "slope = -0.5 is an answer; whether it is right, grading will tell.\n"
    )
    for value, sentence in [(None, "not answered yet"), ({1: 2}, "should be a number")]:
        with pytest.raises(CheckFailed, match=sentence):
            check_answer("slope", value)
