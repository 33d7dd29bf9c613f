"""Lesson 8, optional: Lion, which keeps one average and steps along its sign.

A rule is a pure function: everything it needs comes in, everything it changes goes out, and
no argument is changed. State starts at zeros. All operations are elementwise.
"""

import numpy as np


def lion_update(w, grad, m, *, lr, beta1, beta2, weight_decay):
    """Take one Lion step: the sign of an average, and a decay beside it.

    Both lines with m have the m that came in. The sign of 0 is 0.

    Parameters
    ----------
    w : array, any shape
        Parameters.
    grad : array, shape of w
        Gradient of the loss at `w`, without any penalty.
    m : array, shape of w
        Moving average of the gradients before this step; zeros at the start.
    lr : float or array, ≥ 0
        Learning rate: how far each weight moves, but for the decay. An array broadcasts against
        `w` and has its dtype.
    beta1 : float, 0 ≤ beta1 < 1
        Share of m in this step's direction.
    beta2 : float, 0 ≤ beta2 < 1
        Share of m that is kept.
    weight_decay : float, ≥ 0
        Share of w that is taken away a step, in units of lr.

    Returns
    -------
    w, m : arrays
        New parameters and new state, in the shape and dtype of `w`.

    Raises
    ------
    ValueError
        Where shapes do not broadcast together.

    References
    ----------
    Chen et al. (2023), "Symbolic discovery of optimization algorithms", arXiv 2302.06675,
    Algorithm 2.
    """
    raise NotImplementedError("lion_update is not written yet: open course_lib/updates/lion.py")
