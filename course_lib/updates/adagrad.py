"""Lesson 2: AdaGrad, which divides by the root of all squared gradients so far.

A rule is a pure function: everything it needs comes in, everything it changes goes out, and
no argument is changed. State starts at zeros. All operations are elementwise.
"""

import numpy as np


def adagrad_update(w, grad, v, *, lr, eps):
    """Take one AdaGrad step, with eps inside the root.

    Parameters
    ----------
    w : array, any shape
        Parameters.
    grad : array, shape of w
        Gradient of the loss at `w`.
    v : array, shape of w, ≥ 0
        Sum of the squared gradients before this step; zeros at the start.
    lr : float or array, ≥ 0
        Learning rate. An array broadcasts against `w` and has its dtype.
    eps : float, > 0
        Keeps the denominator from zero, and sets the scale below which a gradient counts as
        small: √eps.

    Returns
    -------
    w, v : arrays
        New parameters and new state, in the shape and dtype of `w`.

    Raises
    ------
    ValueError
        Where shapes do not broadcast together.

    References
    ----------
    Duchi, Hazan and Singer (2011), "Adaptive subgradient methods for online learning and
    stochastic optimization", JMLR 12, §1.1, eq. (1), and §3 for the diagonal form.
    """
    raise NotImplementedError("adagrad_update is not written yet: open adagrad.py")


def adagrad_momentum_update(w, grad, v, m, *, lr, beta, eps):
    """Take one AdaGrad step along an average of the gradients, with eps inside the root.

    The notes suggest momentum for AdaGrad and give no formula. This one averages, so that lr
    keeps its meaning: with beta = 0 it is AdaGrad.

    Parameters
    ----------
    w : array, any shape
        Parameters.
    grad : array, shape of w
        Gradient of the loss at `w`.
    v : array, shape of w, ≥ 0
        Sum of the squared gradients before this step; zeros at the start.
    m : array, shape of w
        Average of the gradients before this step; zeros at the start, not corrected for it.
    lr : float or array, ≥ 0
        Learning rate. An array broadcasts against `w` and has its dtype.
    beta : float, 0 ≤ beta < 1
        Share of the average that is kept.
    eps : float, > 0
        Keeps the denominator from zero.

    Returns
    -------
    w, v, m : arrays
        New parameters and new state, in the shape and dtype of `w`.

    Raises
    ------
    ValueError
        Where shapes do not broadcast together.

    References
    ----------
    Chen, Liu, Sun and Hong (2019), "On the convergence of a class of Adam-type algorithms for
    non-convex optimization", arXiv 1808.02941, where it is called AdaFom.
    """
    raise NotImplementedError("adagrad_momentum_update is not written yet: open adagrad.py")
