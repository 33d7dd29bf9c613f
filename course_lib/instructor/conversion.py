"""Runs one of nbgrader's converters, and gives what went wrong as lines in place of a log."""

import glob
import logging
import warnings
from typing import Any

from nbgrader.converters.base import BaseConverter, NbGraderException
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import SQLAlchemyError
from traitlets.config import Config

from course_lib.checks.process import clean


class GradebookError(Exception):
    """The gradebook cannot be read or written; the message says why."""


class _Messages(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines += record.getMessage().splitlines()


def convert(
    kind: type[BaseConverter], config: Config, lesson: str, student: str = "", **given: Any
) -> list[str]:
    """Run a converter on a lesson, or on one student's submission of it.

    Returns
    -------
    said : list of str
        What nbgrader logged where it failed; empty where all went well.

    Raises
    ------
    GradebookError
    """
    course = CourseDirectory(config=config)
    course.assignment_id = lesson
    if student:
        course.student_id = glob.escape(student)
    converter = kind(coursedir=course, config=config, **given)
    converter.force = True
    messages, log = _Messages(), converter.log
    level, propagates = log.level, log.propagate
    log.propagate = False
    log.addHandler(messages)
    log.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of nbgrader's own use of its database
            converter.start()
    except (NbGraderException, SystemExit):
        if any("nbgrader database" in line for line in messages.lines):
            causes = [line for line in messages.lines if "OperationalError" in line]
            raise GradebookError(reason(causes[-1] if causes else "it gives none")) from None
        return messages.lines or ["nbgrader says no more"]
    except SQLAlchemyError as error:
        raise GradebookError(reason(error)) from None
    finally:
        log.removeHandler(messages)
        log.setLevel(level)
        log.propagate = propagates
    return []


def cause(said: list[str]) -> str:
    """Pick the line that says why from what nbgrader logged; "" where it logged nothing."""
    lines = [line for line in said if line and not line.startswith((" ", "Please"))]
    causes = [line for line in lines if ": " in line and "There was an error" not in line]
    return clean((causes or lines or said or [""])[0])


def reason(error: SQLAlchemyError | str) -> str:
    """Give the first line of a database's error, without the names of its classes."""
    return clean(str(error).splitlines()[0].rpartition(") ")[2] or str(error), 200)
