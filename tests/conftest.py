"""What holds for all tests: lessons by name, programs that some need, what is said of the skipped.

Each test that is about a rule, a module or a lesson, by its name or a parameter's, bears the
lesson's marker and answers to all their names: `-m 05_adam`, `-k adam_update`, `-k adamw`.

With CI=true nothing may be skipped but comparisons with frameworks that are not installed, and
the course in a browser where no Pyodide is to be had.
"""

import os
import re
from collections import Counter

import programs
import pytest
from hypothesis import settings

from course_lib import LESSONS
from solutions.registry import FUNCTIONS

IN_CI = os.environ.get("CI") == "true"

settings.register_profile("course", deadline=None)  # other work may slow a single example down
settings.load_profile("course")


def pytest_configure(config):
    for lesson, modules in LESSONS.items():
        config.addinivalue_line("markers", f"{lesson}: about {' and '.join(modules)}")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    names = {lesson: {lesson} for lesson in LESSONS}
    for function in FUNCTIONS.values():
        names[function.lesson] |= {function.module, function.name}
    longest = {lesson: sorted(words, key=len, reverse=True) for lesson, words in names.items()}
    about = {
        lesson: re.compile(rf"(?<![A-Za-z0-9])({'|'.join(words)})(?![A-Za-z0-9])")
        for lesson, words in longest.items()
    }
    for item in items:
        for lesson, pattern in about.items():
            if found := pattern.search(item.nodeid):
                item.add_marker(lesson)
                modules = LESSONS[lesson]
                if found[1] in FUNCTIONS:
                    modules = [FUNCTIONS[found[1]].module]
                item.extra_keyword_matches.update(modules)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    for mark in item.iter_markers("needs"):
        for name in mark.args:
            if problem := programs.problem(name):
                pytest.skip(f"needs {name}: {problem}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    report = yield
    may_skip = {"benchmark", "pyodide"} & set(item.fixturenames)
    if not item.get_closest_marker("frameworks") and not may_skip:
        _fail_in_ci(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report():
    report = yield
    _fail_in_ci(report)
    return report


def _fail_in_ci(report):
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{_reason(report)} (in CI a skip is a failure)"


def _reason(report):
    return report.longrepr[2].removeprefix("Skipped: ")


def pytest_terminal_summary(terminalreporter):
    """Tell at the end which tests did not run, why, and what to type."""
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = Counter(_reason(report) for report in skipped)
    if reasons:
        terminalreporter.section("not run here")
    for reason, number in reasons.items():
        terminalreporter.line(f"{number} skipped: {reason}")
