"""Lesson 8, optional: AdamW, which keeps weight decay out of Adam, and AMSGrad.

A rule is a pure function: everything it needs comes in, everything it changes goes out, and
no argument is changed. State starts at zeros and `t` counts from 1. All operations are
elementwise.
"""

import numpy as np


def adamw_update(w, grad, m, v, t, *, lr, beta1, beta2, eps, weight_decay):
    """Take one AdamW step, with eps outside the root: Adam, and a decay that it does not divide.

    Parameters
    ----------
    w : array, any shape
        Parameters.
    grad : array, shape of w
        Gradient of the loss at `w`, without any penalty.
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
    weight_decay : float, ≥ 0
        Share of w that is taken away a step, in units of lr. With 0 this is Adam.

    Returns
    -------
    w, m, v : arrays
        New parameters and new state, in the shape and dtype of `w`.

    Raises
    ------
    ValueError
        Where shapes do not broadcast together.

    References
    ----------
    Loshchilov and Hutter (2019), "Decoupled weight decay regularization", arXiv 1711.05101,
    Algorithm 2.
    """
    raise NotImplementedError("adamw_update is not written yet: open course_lib/updates/adamw.py")


def amsgrad_update(w, grad, m, v, v_max, t, *, lr, beta1, beta2, eps):
    """Take one AMSGrad step, with eps outside the root: Adam with the largest v so far.

    The maximum is taken for each coordinate on its own, over time.

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
    v_max : array, shape of w, ≥ 0
        Largest v so far; zeros at the start.
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
    w, m, v, v_max : arrays
        New parameters and new state, in the shape and dtype of `w`.

    Raises
    ------
    ValueError
        Where shapes do not broadcast together.

    References
    ----------
    Reddi, Kale and Kumar (2018), "On the convergence of Adam and beyond", arXiv 1904.09237,
    Algorithm 2.
    """
    raise NotImplementedError("amsgrad_update is not written yet: open course_lib/updates/adamw.py")
