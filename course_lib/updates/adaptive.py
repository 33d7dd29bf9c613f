"""Lesson 1: gradient descent, plain and with momentum, one dense layer, a measure of sparsity.

A batch holds one example a row. The symbols are those of the lecture notes: ``h`` enters a
layer, ``a`` is its pre-activation, ``delta`` is the derivative of the loss by ``a``.
Nothing here changes an argument.
"""

import numpy as np


def sgd_update(w, grad, *, lr):
    """Take one step of gradient descent, against the gradient.

    Parameters
    ----------
    w : array, any shape
        Parameters.
    grad : array, shape of w
        Gradient of the loss at `w`.
    lr : float or array, ≥ 0
        Learning rate. An array broadcasts against `w` and has its dtype.

    Returns
    -------
    w : array
        New parameters, in the shape and dtype of `w`.

    Raises
    ------
    ValueError
        Where shapes do not broadcast together.

    References
    ----------
    Robbins and Monro (1951), "A stochastic approximation method"; Goodfellow, Bengio and
    Courville (2016), "Deep Learning", §8.3.1.
    """
    raise NotImplementedError("sgd_update is not written yet: open course_lib/updates/adaptive.py")


def sgd_momentum_update(w, grad, u, *, lr, beta):
    """Take one step of gradient descent with momentum: Polyak's heavy ball.

    The learning rate stands inside u, as in the course's Nesterov.

    Parameters
    ----------
    w : array, any shape
        Parameters.
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
        New parameters and new velocity, in the shape and dtype of `w`.

    Raises
    ------
    ValueError
        Where shapes do not broadcast together.

    References
    ----------
    Polyak (1964), "Some methods of speeding up the convergence of iteration methods"; Sutskever,
    Martens, Dahl and Hinton (2013), "On the importance of initialization and momentum in deep
    learning", §2, eqs. (1) and (2), with u = -v.
    """
    raise NotImplementedError("sgd_momentum_update is not written yet: open adaptive.py")


def sparsity_factor(x):
    """Measure how rare features are: 1 where always present, √m where seen at most once.

    The notes leave this function open, so this is a definition of the course, a heuristic.

    Parameters
    ----------
    x : array, shape (m, n) or (m,)
        A batch of m examples, or one vector, whose own m entries are then counted.

    Returns
    -------
    factor : array of shape (n,), or a number for one vector
        Between 1 and √m; 0 where m = 0. float32 for float32 `x`, float64 for integers.

    Raises
    ------
    TypeError
        Where `x` is a single number.
    """
    raise NotImplementedError("sparsity_factor is not written yet: open adaptive.py")


def sparsity_scaled_lr(x, *, lr0):
    """Scale a learning rate by the sparsity of the input.

    Parameters
    ----------
    x : array, shape (m, n) or (m,)
        A batch of m examples, or one vector.
    lr0 : float, ≥ 0
        Learning rate of a feature that is always present.

    Returns
    -------
    lr : array of shape (n,), or a number for one vector
        One learning rate a feature. It broadcasts against a layer's `W` of shape (n_out, n).

    Raises
    ------
    TypeError
        Where `x` is a single number.
    """
    raise NotImplementedError("sparsity_scaled_lr is not written yet: open adaptive.py")


def dense_forward(h, W, b, activation):
    """Carry a batch forward through one dense layer.

    Parameters
    ----------
    h : array, shape (m, n_in)
        Inputs of the layer, one example a row.
    W : array, shape (n_out, n_in)
        Weights.
    b : array, shape (n_out,)
        Biases.
    activation : callable
        Takes the array `a` and returns an array of its shape.

    Returns
    -------
    a : array, shape (m, n_out)
        Pre-activations.
    h_next : array, shape (m, n_out)
        Activations.

    Raises
    ------
    ValueError
        Where the shapes do not fit.

    References
    ----------
    Goodfellow, Bengio and Courville (2016), "Deep Learning", §6.5.4, Algorithm 6.3.
    """
    raise NotImplementedError("dense_forward is not written yet: open adaptive.py")


def dense_backward(delta, h, W):
    """Carry the derivative of the loss back through one dense layer.

    A loss that is a mean has its 1/m in `delta`.

    Parameters
    ----------
    delta : array, shape (m, n_out)
        Derivative of the loss by the pre-activations `a`, one example a row.
    h : array, shape (m, n_in)
        Inputs of the layer.
    W : array, shape (n_out, n_in)
        Weights.

    Returns
    -------
    dW : array, shape (n_out, n_in)
        Derivative by the weights.
    db : array, shape (n_out,)
        Derivative by the biases.
    dh : array, shape (m, n_in)
        Derivative by the inputs.

    Raises
    ------
    ValueError
        Where the shapes do not fit.

    References
    ----------
    Rumelhart, Hinton and Williams (1986), "Learning representations by back-propagating
    errors"; Goodfellow, Bengio and Courville (2016), "Deep Learning", §6.5.4, Algorithm 6.4.
    """
    raise NotImplementedError("dense_backward is not written yet: open adaptive.py")
