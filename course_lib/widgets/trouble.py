"""What a view has to say about the rule that it runs."""

import inspect
from pathlib import Path


def attempt(rule, run, reference=None):
    """Run a rule; where it does not run, or not as it should, say so in one sentence.

    Parameters
    ----------
    rule : callable
        The update rule that `run` uses.
    run : callable
        ``run()`` gives what the view draws.
    reference : callable, optional
        ``reference(result)`` tells whether the result is the right one. Without it the check has
        to be asked, which takes a moment longer.

    Returns
    -------
    result : object or None
        What `run` gave; None where the rule failed.
    message : str
        Empty, or the sentence of the check.
    """
    try:
        result = run()
    except NotImplementedError as error:
        return None, f"{error}".rstrip(".") + "."
    except Exception as error:  # noqa: BLE001 - a student's rule may raise anything
        fallback = (
            f"{rule.__name__} stopped with {type(error).__name__}: {error}. "
            "A view passes many points and many learning rates as one array."
        )
        return None, verdict(rule) or fallback
    if reference and reference(result):
        return result, ""
    return result, verdict(rule)


def verdict(rule):
    """What the check says of a student's rule; empty where it passes or knows no such rule."""
    if not rule.__module__.startswith("course_lib.updates."):
        return ""
    from course_lib.checks import run_checks  # only when there is something to ask

    folder = Path(inspect.getfile(rule)).parent
    (answer,) = run_checks([rule.__name__], updates_dir=folder)
    return "" if answer.passed else answer.message
