"""Runs a rule for a view, and tells what is to be said about it."""

import inspect
from pathlib import Path

import numpy as np

from course_lib.problems import Problem
from course_lib.training import descend


class Attempts:
    """Runs rules for a view, and keeps the sentence about each that does not run as it should."""

    def __init__(self):
        self.said = {}

    @property
    def message(self):
        """All that is to be said."""
        return " ".join(filter(None, self.said.values()))

    def __call__(self, rule, run, *given, known=None, **more):
        """Run a rule; where it does not run, or not as it should, note one sentence.

        Parameters
        ----------
        rule : callable
            The update rule that `run` uses. The check is asked about it once.
        run : callable
            ``run(rule, *given, **more)`` gives what the view draws.
        known : callable, optional
            ``known(result)`` tells whether the result is the reference's. Without it the check
            has to be asked, which takes a moment longer.

        Returns
        -------
        object or None
            What `run` gave; None where the rule failed.
        """
        try:
            result = run(rule, *given, **more)
        except NotImplementedError as error:
            self.said[rule] = f"{error}".rstrip(".") + "."
        except Exception as error:  # noqa: BLE001 - a student's rule may raise anything
            self.said[rule] = verdict(rule) or (
                f"{rule.__name__} stopped with {type(error).__name__}: {error}. "
                "A view passes many points and many learning rates as one array."
            )
        else:
            if rule not in self.said:
                self.said[rule] = "" if known and known(result) else verdict(rule)
            return result
        return None


def hyper(optimizer):
    """The hyperparameters of an optimizer, its learning rate if it has one among them."""
    return optimizer.hyper | ({} if optimizer.lr is None else {"lr": optimizer.lr})


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


def effective_rate(run):
    """Step divided by gradient, as each weight last had it.

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


def step_lengths(run, lr):
    """The steps of a run against the gradient, in learning rates. Row t belongs to step t."""
    taken = -np.diff(run.w, axis=0)[..., 0] / lr
    return np.concatenate([np.full_like(taken[:1], np.nan), taken])


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
