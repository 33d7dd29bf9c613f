"""Lesson 00, optional: example, a rule to start from.

A rule is a pure function: everything it needs comes in, everything it changes goes out, and
no argument is changed. State starts at zeros, in the shape of w. All operations are elementwise.
"""

import numpy as np


def example_update(w, grad, m, *, lr, beta):
    """Take one step along the sign of an average of the gradients.

    ::

        m ← beta · m + (1 - beta) · grad
        w ← w - lr · sign(m)

    Parameters
    ----------
    w : array, any shape
        Parameters.
    grad : array, shape of w
        Gradient of the loss at `w`.
    m : array, shape of w
        Moving average of the gradients before this step; zeros at the start.
    lr : float or array, ≥ 0
        Learning rate. An array broadcasts against `w` and has its dtype.
    beta : float, 0 ≤ beta < 1
        Share of the average that is kept.

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
    Bernstein, Wang, Azizzadenesheli and Anandkumar (2018), "signSGD: Compressed optimisation for
    non-convex problems", arXiv 1802.04434, Algorithm 2: Signum.
    """
    ### BEGIN SOLUTION
    m = beta * m + (1 - beta) * grad
    w = w - lr * np.sign(m)
    return w, m
    ### END SOLUTION
