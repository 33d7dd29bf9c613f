"""Lesson 5: Adam, momentum over the root of a moving average, both corrected for their start.

A rule is a pure function: everything it needs comes in, everything it changes goes out, and
no argument is changed. State starts at zeros and `t` counts from 1. All operations are
elementwise.
"""

import numpy as np


def bias_correction(average, t, *, beta):
    """Correct a moving average for its start at zero.

    Parameters
    ----------
    average : array, any shape
        Moving average after t updates from zero.
    t : int, ≥ 1
        How many values the average has seen, this step's among them.
    beta : float, 0 ≤ beta < 1
        Share of the average that each update kept.

    Returns
    -------
    corrected : array
        In the shape and dtype of `average`.

    References
    ----------
    Kingma and Ba (2015), "Adam: A method for stochastic optimization", arXiv 1412.6980, §3.
    """
    raise NotImplementedError("bias_correction is not written yet: open course_lib/updates/adam.py")


def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    """Take one Adam step, with eps outside the root.

    Parameters
    ----------
    w : array, any shape
        Parameters.
    grad : array, shape of w
        Gradient of the loss at `w`.
    m : array, shape of w
        Moving average of the gradients before this step; zeros at the start.
    v : array, shape of w, ≥ 0
        Moving average of the squared gradients before this step; zeros at the start.
    t : int, ≥ 1
        Number of this step.
    lr : float or array, ≥ 0
        Learning rate. An array broadcasts against `w` and has its dtype.
    beta1, beta2 : float, 0 ≤ beta < 1
        Shares of m and of v that are kept.
    eps : float, > 0
        Keeps the denominator from zero.

    Returns
    -------
    w, m, v : arrays
        New parameters and new state, in the shape and dtype of `w`. State is returned
        uncorrected.

    Raises
    ------
    ValueError
        Where shapes do not broadcast together.

    References
    ----------
    Kingma and Ba (2015), "Adam: A method for stochastic optimization", arXiv 1412.6980,
    Algorithm 1.
    """
    raise NotImplementedError("adam_update is not written yet: open course_lib/updates/adam.py")
