"""Lesson 6, second part: Nesterov's look-ahead, and Nadam, which builds it into Adam.

A rule is a pure function: everything it needs comes in, everything it changes goes out, and
no argument is changed. State starts at zeros and `t` counts from 1. All operations are
elementwise.
"""

import numpy as np


def nag_update(w, u, grad_fn, *, lr, beta):
    """Take one step of Nesterov's accelerated gradient, with its gradient at the look-ahead.

    ::

        u ← beta · u + lr · ∇L(w - beta · u)
        w ← w - u

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
    ### BEGIN SOLUTION
    u = beta * u + lr * grad_fn(w - beta * u)
    w = w - u
    return w, u
    ### END SOLUTION


def nesterov_update(w, grad, u, *, lr, beta):
    """Take one step of Nesterov's accelerated gradient, rewritten: w is the look-ahead point.

    ::

        u ← beta · u + lr · grad
        w ← w - (beta · u + lr · grad)              (the new u)

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

    Notes
    -----
    For a constant lr the iterates are those of PyTorch's and optax's SGD with nesterov=True,
    which keep lr outside: their velocity is u / lr.

    References
    ----------
    Bengio, Boulanger-Lewandowski and Pascanu (2013), "Advances in optimizing recurrent
    networks", arXiv 1212.0901, §3.5.
    """
    ### BEGIN SOLUTION
    u = beta * u + lr * grad
    w = w - (beta * u + lr * grad)
    return w, u
    ### END SOLUTION


def nadam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    """Take one Nadam step with constant momentum, with eps outside the root.

    ::

        m ← beta1 · m + (1 - beta1) · grad
        v ← beta2 · v + (1 - beta2) · grad²
        m̄ = beta1 · m / (1 - beta1ᵗ⁺¹) + (1 - beta1) · grad / (1 - beta1ᵗ)
        w ← w - lr · m̄ / (√(v / (1 - beta2ᵗ)) + eps)

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

    Notes
    -----
    optax agrees with this form. Dialects: Dozat's paper, PyTorch and Keras let the momentum
    grow with t; `nadam_scheduled_update` does that.

    References
    ----------
    Dozat (2016), "Incorporating Nesterov momentum into Adam", ICLR workshop, Algorithm 2, with
    its momentum held at beta1.
    """
    ### BEGIN SOLUTION
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_bar = beta1 * m / (1 - beta1 ** (t + 1)) + (1 - beta1) * grad / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    w = w - lr * m_bar / (np.sqrt(v_hat) + eps)
    return w, m, v
    ### END SOLUTION


def dozat_momentum(t, *, beta1, momentum_decay):
    """Let the momentum grow from about half of beta1 to beta1.

    ::

        mu = beta1 · (1 - ½ · 0.96^(t · momentum_decay))

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
    ### BEGIN SOLUTION
    return beta1 * (1 - 0.5 * 0.96 ** (t * momentum_decay))
    ### END SOLUTION


def nadam_scheduled_update(w, grad, m, v, mu_product, t, *, lr, beta1, beta2, eps, momentum_decay):
    """Take one Nadam step with a momentum that grows with t, with eps outside the root.

    With mu(t) = `dozat_momentum`, and M the product mu(1) · … · mu(t)::

        m ← beta1 · m + (1 - beta1) · grad
        v ← beta2 · v + (1 - beta2) · grad²
        m̄ = mu(t+1) · m / (1 - M · mu(t+1)) + (1 - mu(t)) · grad / (1 - M)
        w ← w - lr · m̄ / (√(v / (1 - beta2ᵗ)) + eps)

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

    Notes
    -----
    This is PyTorch's form and, with momentum_decay = 1, Keras's. Dialect: in Dozat's Algorithm 2
    m too is averaged with mu(t), here with beta1, and v̂ has one more factor beta2.

    References
    ----------
    Dozat (2016), "Incorporating Nesterov momentum into Adam", ICLR workshop, Algorithm 2.
    """
    ### BEGIN SOLUTION
    mu = dozat_momentum(t, beta1=beta1, momentum_decay=momentum_decay)
    mu_next = dozat_momentum(t + 1, beta1=beta1, momentum_decay=momentum_decay)
    mu_product = mu_product * mu
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_bar = mu_next * m / (1 - mu_product * mu_next) + (1 - mu) * grad / (1 - mu_product)
    v_hat = v / (1 - beta2**t)
    w = w - lr * m_bar / (np.sqrt(v_hat) + eps)
    return w, m, v, mu_product
    ### END SOLUTION


nadam_scheduled_update.init = lambda w: {"mu_product": 1.0}  # m and v start at zeros


def nadam_notes_update(w, grad, u, v, *, lr, beta1, beta2, eps):
    """Take one step of the notes' NADAM, which is not Nadam: lr acts twice, nothing is corrected.

    ::

        u ← beta1 · u + lr · grad
        v ← beta2 · v + (1 - beta2) · grad²
        w ← w - lr / (√v + eps) · (beta1 · u + (1 - beta1) · grad)

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

    Notes
    -----
    Kept to be compared with `nadam_update`: here the size of the first step, measured in lr,
    changes with lr.
    """
    ### BEGIN SOLUTION
    u = beta1 * u + lr * grad
    v = beta2 * v + (1 - beta2) * grad**2
    w = w - lr / (np.sqrt(v) + eps) * (beta1 * u + (1 - beta1) * grad)
    return w, u, v
    ### END SOLUTION
