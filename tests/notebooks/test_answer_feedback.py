"""What is said to an answer: its form at once, and to a wrong one that is known, a question."""

import json

import pytest
from lessons import NAMES, key, options

from course_lib.checks import CheckFailed, answers, check_answer
from course_lib.instructor.authoring import answers as sources
from course_lib.instructor.grading import hidden, report

KEYED = [(lesson, name) for lesson in NAMES for name in sources.keyed(lesson)]
every_answer = pytest.mark.parametrize(("lesson", "name"), KEYED)


def test_no_two_answers_of_the_course_have_one_name():
    assert len({name for _, name in KEYED}) == len(KEYED) > 25


@every_answer
def test_what_is_wrong_with_two_answers_at_least_is_asked(lesson, name):
    answer = sources.keyed(lesson)[name]
    assert answers.agrees(answer["expected"], key(lesson, name), 0.01, 0)
    assert len(answer["wrong"]) >= 2
    for sentence in answer["wrong"].values():
        assert "?" in sentence
        assert len(sentence.split()) >= 6
    if isinstance(answer["expected"], str):
        assert {answer["expected"], *answer["wrong"]} == set(options(lesson, name))


@every_answer
def test_the_key_opens_its_lock_and_each_wrong_answer_its_own(lesson, name):
    answer = sources.keyed(lesson)[name]
    assert answers.problem(name, answer["expected"]) == ""
    assert answers.said(name, answer["expected"]) == answers.RIGHT
    for value, sentence in answer["wrong"].items():
        assert answers.problem(name, value) == ""
        assert answers.said(name, value) == sentence


@every_answer
def test_what_is_stored_tells_neither_the_key_nor_a_sentence(lesson, name):
    answer, stored = sources.keyed(lesson)[name], answers.known()[name]
    assert len({len(lock) for lock in stored["locks"]}) == 1
    text = json.dumps(stored)
    assert not any(sentence[:20] in text for sentence in answer["wrong"].values())
    assert "locks" not in sources.without_locks(answers.asked()[lesson])["answers"][name]
    assert "salt" not in sources.without_locks(answers.asked()[lesson])["answers"][name]


@pytest.mark.parametrize("value", [0.0248, 0.0252, 2 / 80])
def test_a_number_within_the_bounds_is_right(value):
    assert answers.said("largest_lr", value) == answers.RIGHT


@pytest.mark.parametrize("value", [0.02474, 0.02526, 0.3, -0.025])
def test_a_number_beyond_the_bounds_is_not(value):
    assert answers.said("largest_lr", value) != answers.RIGHT


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("largest_lr", None, "is not answered yet"),
        ("largest_lr", "x", "should be a number: write it without quotes"),
        ("largest_lr", [0.1], "should be one number: write it without brackets"),
        ("largest_lr", True, "should be a number"),
        ("largest_lr", float("inf"), "should be a finite number"),
        ("largest_lr", -1.0, "from 0 to 1000; -1 is not"),
        ("longest", 8.5, "should be a whole number; 8.5 is none"),
        ("reading", "D", "one letter in quotes, A, B or C"),
        ("reading", 2, "one letter in quotes, A, B or C"),
    ],
)
def test_another_form_is_told_in_a_sentence(name, value, sentence):
    with pytest.raises(CheckFailed, match="should|yet") as told:
        check_answer(name, value)
    assert sentence in str(told.value)
    assert len(str(told.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("largest_lr = 2 / 80", ""),
        ("largest_lr = -10**-3", ""),
        ("largest_lr = 2 / c", "Grading reads the cell of largest_lr by itself"),
        ("largest_lr = round(0.025, 3)", "Grading reads the cell"),
        ("reading = B", 'The letter needs quotes: write reading = "B".'),
        ('reading = "B"', ""),
    ],
)
def test_an_answer_that_grading_cannot_read_is_told_of(source, sentence):
    name = source.split()[0]
    said = answers.written_out(name, source)
    assert said.startswith(sentence)
    assert bool(said) == bool(sentence)


def test_arithmetic_that_would_take_for_ever_is_no_literal():
    for source in ("9.0 ** 9 ** 9 ** 9", "10 ** 10 ** 10", "1 / 0", "'a' * 10 ** 9"):
        assert answers.written_out("largest_lr", f"largest_lr = {source}")


def test_grading_says_what_is_wrong_with_an_answer_and_notes_it_for_the_report(capsys):
    with hidden.session(None, 0) as session:
        for value in (0.1, 0.0999, 7.0, 0.025):
            hidden.show_check_answer("largest_lr", value)
            hidden.grade_answer(
                value, 0.025, rtol=0.01, points=1, wrong={0.1: "Which curvature is that?"}
            )
    assert session.earned == [0, 0, 0, 1]
    noted = [(verdict["rule"], verdict["mistake"]) for verdict in session.verdicts]
    assert noted == [("largest_lr", "answer 0.1")] * 2 + [("largest_lr", None)]
    said = capsys.readouterr().out
    assert said.count("Which curvature is that?") == 2
    assert said.count("0 of 1 points: this is not the answer.") == 3


def test_the_report_gives_the_sentence_of_a_wrong_answer():
    assert report._sentences("largest_lr")["answer 0.1"].endswith("What is it for 80?")
