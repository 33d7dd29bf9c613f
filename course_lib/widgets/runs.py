"""Runs a rule for a view, and tells what is to be said about it."""

import inspect
from pathlib import Path

import numpy as np

from course_lib.problems import Problem
from course_lib.training import descend


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


def names_of(view, optimizers):
    """The names of a view's rules.

    Raises
    ------
    ValueError
        For no rule or more than four, or two of one name.
    """
    names = [optimizer.name for optimizer in optimizers]
    if not 1 <= len(names) <= 4:
        raise ValueError(f"{view}: takes one to four rules, not {len(names)}")
    if len(set(names)) < len(names):
        raise ValueError(f"{view}: takes each rule once, not {', '.join(names)}")
    return names


def feed(rule, gradients, shape, **hyper):
    """Give a rule these gradients, whatever it does with them.

    Parameters
    ----------
    rule : callable
        An update rule.
    gradients : array (steps, ...)
        What it sees step by step; broadcast to `shape`.
    shape : tuple of int
        Shape of the parameters, which start at zeros.
    **hyper : float or array
        As for `descend`.

    Returns
    -------
    History
        Of as many steps as there are gradients.
    """
    steps = len(gradients)
    stream = Problem(
        name="given gradients",
        loss=lambda w: np.zeros(w.shape[:-1]),
        grad=np.zeros_like,
        minimum=None,
        window=None,
        start=np.zeros(shape),
        # After the last step `descend` asks once more.
        step_grad=lambda w, t: np.broadcast_to(gradients[min(t, steps - 1)], w.shape) * 1.0,
    )
    return descend(stream, rule, np.zeros(shape), steps=steps, **hyper)


def smooth(values, width):
    """A centred mean over `width` values; at the ends over those that are there."""
    ones = np.ones(min(width, len(values)))
    return np.convolve(values, ones, "same") / np.convolve(np.ones_like(values), ones, "same")


def felt_rate(run):
    """Step divided by gradient: the learning rate that each weight felt, as last felt.

    Row t belongs to step t - 1. NaN before the first gradient that is not zero; carried over
    the steps whose gradient is zero.
    """
    step, grad = np.diff(run.w, axis=0), run.grad[:-1]
    with np.errstate(all="ignore"):
        # Below 1e-9 the step drowns in the rounding of the weight.
        rate = np.where(np.abs(grad) > 1e-9, -step / grad, np.nan)
    for t in range(1, len(rate)):
        rate[t] = np.where(np.isnan(rate[t]), rate[t - 1], rate[t])
    return np.concatenate([np.full_like(rate[:1], np.nan), rate])


def verdict(rule):
    """What the check says of a student's rule; empty where it passes or knows no such rule."""
    home, _, module = rule.__module__.rpartition(".")
    if home != "course_lib.updates":
        return ""
    from course_lib.checks import run_checks  # only when there is something to ask
    from course_lib.checks.engine import judge
    from course_lib.checks.process import InThisProcess
    from course_lib.checks.stored import load

    if judge(load(module, rule.__name__), InThisProcess(rule)).passed:
        return ""
    folder = Path(inspect.getfile(rule)).parent
    (answer,) = run_checks([rule.__name__], updates_dir=folder)
    return "" if answer.passed else answer.message
