"""Lesson 6, second part: Nesterov's look-ahead, and Nadam, which builds it into Adam.

A rule is a pure function: everything it needs comes in, everything it changes goes out, and
no argument is changed. State starts at zeros and `t` counts from 1. All operations are
elementwise.
"""

import numpy as np


def nag_update(w, u, grad_fn, *, lr, beta):
    """Take one step of Nesterov's accelerated gradient, with its gradient at the look-ahead.

    The learning rate stands inside u, as in the notes, and one gradient is asked for a step.

    Parameters
    ----------
    w : array, any shape
        Parameters.
    u : array, shape of w
        Velocity before this step; zeros at the start.
    grad_fn : callable
        Takes an array of the shape of `w` and returns the gradient of the loss there.
    lr : float or array, ≥ 0
        Learning rate. An array broadcasts against `w` and has its dtype.
    beta : float, 0 ≤ beta < 1
        Share of the velocity that is kept.

    Returns
    -------
    w, u : arrays
        New parameters and new velocity, in the shape and dtype of `w`.

    Raises
    ------
    ValueError
        Where shapes do not broadcast together.

    References
    ----------
    Nesterov (1983), "A method of solving a convex programming problem with convergence rate
    O(1/k²)"; in this form Sutskever, Martens, Dahl and Hinton (2013), "On the importance of
    initialization and momentum in deep learning", §2, eqs. (3) and (4), with u = -v.
    """
    raise NotImplementedError("nag_update is not written yet: open course_lib/updates/nadam.py")


def nesterov_update(w, grad, u, *, lr, beta):
    """Take one step of Nesterov's accelerated gradient, rewritten: w is the look-ahead point.

    `w` stands for the look-ahead point of `nag_update`, so the gradient is taken where the
    parameters are. The learning rate stands inside u, as in the notes.

    Parameters
    ----------
    w : array, any shape
        Parameters: the look-ahead point.
    grad : array, shape of w
        Gradient of the loss at `w`.
    u : array, shape of w
        Velocity before this step; zeros at the start.
    lr : float or array, ≥ 0
        Learning rate. An array broadcasts against `w` and has its dtype.
    beta : float, 0 ≤ beta < 1
        Share of the velocity that is kept.

    Returns
    -------
    w, u : arrays
        New look-ahead point and new velocity, in the shape and dtype of `w`.

    Raises
    ------
    ValueError
        Where shapes do not broadcast together.

    References
    ----------
    Bengio, Boulanger-Lewandowski and Pascanu (2013), "Advances in optimizing recurrent
    networks", arXiv 1212.0901, §3.5.
    """
    raise NotImplementedError("nesterov_update is not written yet: open nadam.py")


def nadam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    """Take one Nadam step with constant momentum, with eps outside the root.

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
        New parameters and new state, in the shape and dtype of `w`.

    Raises
    ------
    ValueError
        Where shapes do not broadcast together.

    References
    ----------
    Dozat (2016), "Incorporating Nesterov momentum into Adam", ICLR workshop, Algorithm 2, with
    its momentum held at beta1.
    """
    raise NotImplementedError("nadam_update is not written yet: open course_lib/updates/nadam.py")


def dozat_momentum(t, *, beta1, momentum_decay):
    """Let the momentum grow from about half of beta1 to beta1.

    Parameters
    ----------
    t : int or array, ≥ 0
        Number of the step, from 1 in `nadam_scheduled_update`.
    beta1 : float, 0 ≤ beta1 < 1
        Momentum in the limit.
    momentum_decay : float, ≥ 0
        Speed: 1/250 = .004 for Dozat and PyTorch, 1 for Keras.

    Returns
    -------
    mu : number or array, shape of t
        Between beta1 / 2 and beta1.

    References
    ----------
    Dozat (2016), "Incorporating Nesterov momentum into Adam", ICLR workshop, and his project
    report of 2015; the idea of a momentum that grows is that of Sutskever et al. (2013), eq. (5).
    """
    raise NotImplementedError("dozat_momentum is not written yet: open course_lib/updates/nadam.py")


def nadam_scheduled_update(w, grad, m, v, mu_product, t, *, lr, beta1, beta2, eps, momentum_decay):
    """Take one Nadam step with a momentum that grows with t, with eps outside the root.

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
    mu_product : float, or array in the shape of w
        The product mu(1) · … · mu(t-1) before this step; 1 at the start.
    t : int, ≥ 1
        Number of this step.
    lr : float or array, ≥ 0
        Learning rate. An array broadcasts against `w` and has its dtype.
    beta1, beta2 : float, 0 ≤ beta < 1
        Shares of m and of v that are kept.
    eps : float, > 0
        Keeps the denominator from zero.
    momentum_decay : float, ≥ 0
        Speed of the schedule: .004 is PyTorch's and Dozat's, 1 is Keras's.

    Returns
    -------
    w, m, v, mu_product : arrays
        New parameters and new state, in the shape and dtype of `w`; the product M as a float
        where it came as one.

    Raises
    ------
    ValueError
        Where shapes do not broadcast together.

    References
    ----------
    Dozat (2016), "Incorporating Nesterov momentum into Adam", ICLR workshop, Algorithm 2.
    """
    raise NotImplementedError("nadam_scheduled_update is not written yet: open nadam.py")


nadam_scheduled_update.init = lambda w: {"mu_product": 1.0}  # m and v start at zeros


def nadam_notes_update(w, grad, u, v, *, lr, beta1, beta2, eps):
    """Take one step of the notes' NADAM, which is not Nadam: lr acts twice, nothing is corrected.

    The notes take the gradient in u at the look-ahead point and the other two at w. Here w is
    the look-ahead point, as in `nesterov_update`, so that one gradient serves all three, and
    the notes' beta is beta1.

    Parameters
    ----------
    w : array, any shape
        Parameters.
    grad : array, shape of w
        Gradient of the loss at `w`.
    u : array, shape of w
        Velocity before this step; zeros at the start.
    v : array, shape of w, ≥ 0
        Moving average of the squared gradients before this step; zeros at the start.
    lr : float or array, ≥ 0
        Learning rate. An array broadcasts against `w` and has its dtype.
    beta1, beta2 : float, 0 ≤ beta < 1
        Shares of u and of v that are kept.
    eps : float, > 0
        Keeps the denominator from zero; outside the root.

    Returns
    -------
    w, u, v : arrays
        New parameters and new state, in the shape and dtype of `w`.

    Raises
    ------
    ValueError
        Where shapes do not broadcast together.
    """
    raise NotImplementedError("nadam_notes_update is not written yet: open nadam.py")
