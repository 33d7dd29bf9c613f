"""What holds for all tests: programs that some need, what is said of the skipped, a busy machine.

With CI=true nothing may be skipped but comparisons with frameworks that are not installed.
"""

import os
from collections import Counter

import programs
import pytest
from hypothesis import settings

IN_CI = os.environ.get("CI") == "true"

settings.register_profile("course", deadline=None)  # other work may slow a single example down
settings.load_profile("course")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    for mark in item.iter_markers("needs"):
        for name in mark.args:
            if problem := programs.problem(name):
                pytest.skip(f"needs {name}: {problem}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    report = yield
    if not item.get_closest_marker("frameworks") and "benchmark" not in item.fixturenames:
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
