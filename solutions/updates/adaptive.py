"""Lesson 1: gradient descent, plain and with momentum, one dense layer, a measure of sparsity.

A batch holds one example a row. The symbols are those of the lecture notes: ``h`` enters a
layer, ``a`` is its pre-activation, ``delta`` is the derivative of the loss by ``a``.
Nothing here changes an argument.
"""

import numpy as np


def sgd_update(w, grad, *, lr):
    """Take one step of gradient descent, against the gradient.

    ::

        w ← w - lr · grad

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
    ### BEGIN SOLUTION
    return w - lr * grad
    ### END SOLUTION


def sgd_momentum_update(w, grad, u, *, lr, beta):
    """Take one step of gradient descent with momentum: Polyak's heavy ball.

    ::

        u ← beta · u + lr · grad
        w ← w - u

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

    Notes
    -----
    Dialect: PyTorch and optax keep lr outside, u ← beta · u + grad and w ← w - lr · u. Their w is
    the same as long as lr is constant, and u is theirs times lr. Under a schedule it differs:
    theirs scales steps of the past by the rate of today.

    References
    ----------
    Polyak (1964), "Some methods of speeding up the convergence of iteration methods"; Sutskever,
    Martens, Dahl and Hinton (2013), "On the importance of initialization and momentum in deep
    learning", §2, eqs. (1) and (2), with u = -v.
    """
    ### BEGIN SOLUTION
    u = beta * u + lr * grad
    w = w - u
    return w, u
    ### END SOLUTION


def sparsity_factor(x):
    """Measure how rare features are: 1 where always present, √m where seen at most once.

    With `n_j` the number of rows in which feature `j` is not zero (a feature that is never
    seen counts as seen once, so that the factor stays finite)::

        factor_j = √(m / max(n_j, 1))

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

    Notes
    -----
    AdaGrad, whose gradients are never told `x`, reaches the same ratio between two features
    when their non-zero gradients are of one size.
    """
    ### BEGIN SOLUTION
    x = np.asarray(x)
    seen = np.maximum(np.count_nonzero(x, axis=0), 1)
    return np.sqrt(len(x) / seen, dtype=np.result_type(x, 1.0))
    ### END SOLUTION


def sparsity_scaled_lr(x, *, lr0):
    """Scale a learning rate by the sparsity of the input.

    ::

        lr = lr0 · sparsity_factor(x)

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
    ### BEGIN SOLUTION
    return lr0 * sparsity_factor(x)
    ### END SOLUTION


def dense_forward(h, W, b, activation):
    """Carry a batch forward through one dense layer.

    For each example k, that is each row::

        a⁽ᵏ⁾ = W h⁽ᵏ⁾ + b
        h_next⁽ᵏ⁾ = activation(a⁽ᵏ⁾)

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
    ### BEGIN SOLUTION
    a = h @ W.T + b
    return a, activation(a)
    ### END SOLUTION


def dense_backward(delta, h, W):
    """Carry the derivative of the loss back through one dense layer.

    The sums run over the m examples of the batch::

        dW_ij = Σₖ delta_i⁽ᵏ⁾ h_j⁽ᵏ⁾
        db_i = Σₖ delta_i⁽ᵏ⁾
        dh_j⁽ᵏ⁾ = Σᵢ W_ij delta_i⁽ᵏ⁾

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

    Notes
    -----
    The notes write the first sum without the index k; finite differences agree with the
    indexed sum only.

    References
    ----------
    Rumelhart, Hinton and Williams (1986), "Learning representations by back-propagating
    errors"; Goodfellow, Bengio and Courville (2016), "Deep Learning", §6.5.4, Algorithm 6.4.
    """
    ### BEGIN SOLUTION
    dW = delta.T @ h
    db = delta.sum(axis=0)
    dh = delta @ W
    return dW, db, dh
    ### END SOLUTION
