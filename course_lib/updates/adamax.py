"""Lesson 6, first part: norms, AdaMax, and the form that the notes call Adam Max.

A rule is a pure function: everything it needs comes in, everything it changes goes out, and
no argument is changed. State starts at zeros and `t` counts from 1.
"""

import numpy as np


def lp_norm(x, p):
    """Measure a vector by its Lp norm, over the last axis.

    Where the norm itself is a number that the dtype can hold, so is the result: no power
    overflows on the way, however large p is.

    Parameters
    ----------
    x : array, shape (..., n)
        Vectors. A single number counts as a vector of one entry.
    p : float, 1 ≤ p ≤ np.inf
        Order of the norm.

    Returns
    -------
    norm : array of shape (...), or a number for one vector
        In the dtype of `x` (float64 for integers). 0 for an empty vector; inf where an entry is
        infinite; NaN where one is NaN.

    Raises
    ------
    ValueError
        Where p < 1, for then the triangle inequality fails, or p is NaN.

    References
    ----------
    Kingma and Ba (2015), "Adam: A method for stochastic optimization", arXiv 1412.6980, §7.1,
    use the limit p → ∞.
    """
    raise NotImplementedError("lp_norm is not written yet: open course_lib/updates/adamax.py")


def adamax_update(w, grad, m, u, t, *, lr, beta1, beta2, eps):
    """Take one AdaMax step, with eps inside the maximum.

    The maximum is taken for each coordinate on its own, over time. u is not corrected for its
    start.

    Parameters
    ----------
    w : array, any shape
        Parameters.
    grad : array, shape of w
        Gradient of the loss at `w`.
    m : array, shape of w
        Moving average of the gradients before this step; zeros at the start.
    u : array, shape of w, ≥ 0
        Decaying maximum of the absolute gradients before this step; zeros at the start.
    t : int, ≥ 1
        Number of this step.
    lr : float or array, ≥ 0
        Learning rate. An array broadcasts against `w` and has its dtype.
    beta1, beta2 : float, 0 ≤ beta < 1
        Shares of m and of u that are kept.
    eps : float, > 0
        Keeps u from zero. With eps = 0, the paper's form, a coordinate that has seen no
        gradient yet becomes NaN.

    Returns
    -------
    w, m, u : arrays
        New parameters and new state, in the shape and dtype of `w`.

    Raises
    ------
    ValueError
        Where shapes do not broadcast together.

    References
    ----------
    Kingma and Ba (2015), "Adam: A method for stochastic optimization", arXiv 1412.6980, §7.1,
    Algorithm 2.
    """
    raise NotImplementedError("adamax_update is not written yet: open course_lib/updates/adamax.py")


def adam_max_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    """Take one step of the notes' "Adam Max", which is not AdaMax.

    Adam, with the squared maximum norm of the whole gradient vector in place of each
    coordinate's square.

    Parameters
    ----------
    w : array, shape (..., n)
        Parameters.
    grad : array, shape of w
        Gradient of the loss at `w`.
    m : array, shape of w
        Moving average of the gradients before this step; zeros at the start.
    v : array, shape of w, ≥ 0
        Moving average of the squared norms before this step, the same for all coordinates of
        a vector; zeros at the start.
    t : int, ≥ 1
        Number of this step.
    lr : float or array, ≥ 0
        Learning rate. An array broadcasts against `w` and has its dtype.
    beta1, beta2 : float, 0 ≤ beta < 1
        Shares of m and of v that are kept.
    eps : float, > 0
        Keeps the denominator from zero; outside the root.

    Returns
    -------
    w, m, v : arrays
        New parameters and new state, in the shape and dtype of `w`.

    Raises
    ------
    ValueError
        Where shapes do not broadcast together.
    """
    raise NotImplementedError("adam_max_update is not written yet: open adamax.py")
