"""Lesson 3: RMSprop, which divides by the root of a moving average of squared gradients.

A rule is a pure function: everything it needs comes in, everything it changes goes out, and
no argument is changed. State starts at zeros. All operations are elementwise.
"""

import numpy as np


def ema_update(average, value, *, beta):
    """Move an exponential moving average towards a new value.

    ::

        average ← beta · average + (1 - beta) · value

    Parameters
    ----------
    average : array, any shape
        The average so far.
    value : array, shape of average
        The new value.
    beta : float, 0 ≤ beta < 1
        Share of the average that is kept. The memory is about 1 / (1 - beta) steps long.

    Returns
    -------
    average : array
        The new average, in the shape and dtype of `average`.

    Raises
    ------
    ValueError
        Where shapes do not broadcast together.

    Notes
    -----
    From a start at zero, the weights of the values seen add up to 1 - betaᵗ after t steps.
    """
    ### BEGIN SOLUTION
    return beta * average + (1 - beta) * value
    ### END SOLUTION


def rmsprop_update(w, grad, v, *, lr, beta, eps):
    """Take one RMSprop step, with eps inside the root.

    ::

        v ← beta · v + (1 - beta) · grad²
        w ← w - lr / √(v + eps) · grad

    Parameters
    ----------
    w : array, any shape
        Parameters.
    grad : array, shape of w
        Gradient of the loss at `w`.
    v : array, shape of w, ≥ 0
        Moving average of the squared gradients before this step; zeros at the start, not
        corrected for it.
    lr : float or array, ≥ 0
        Learning rate. An array broadcasts against `w` and has its dtype.
    beta : float, 0 ≤ beta < 1
        Share of the average that is kept.
    eps : float, > 0
        Keeps the denominator from zero.

    Returns
    -------
    w, v : arrays
        New parameters and new state, in the shape and dtype of `w`.

    Raises
    ------
    ValueError
        Where shapes do not broadcast together.

    Notes
    -----
    The notes give the equation of v alone. Dialects: Keras and optax put eps inside the root
    too (beta = .9); PyTorch puts it outside, lr / (√v + eps), and calls beta alpha (.99).

    References
    ----------
    Tieleman and Hinton (2012), "Lecture 6e, rmsprop: Divide the gradient by a running average
    of its recent magnitude", COURSERA: Neural Networks for Machine Learning.
    """
    ### BEGIN SOLUTION
    v = beta * v + (1 - beta) * grad**2
    w = w - lr / np.sqrt(v + eps) * grad
    return w, v
    ### END SOLUTION
