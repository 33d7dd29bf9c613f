"""Lesson 8, optional: Muon, which takes a weight matrix as a whole.

A rule is a pure function: everything it needs comes in, everything it changes goes out, and
no argument is changed. State starts at zeros. The products are products of matrices.
"""

import numpy as np


def muon_update(w, grad, m, *, lr, beta):
    """Take one Muon step: momentum whose singular values are all brought near 1.

    ::

        m ← beta · m + grad
        G = grad + beta · m
        X = G / (‖G‖ + 1e-7)
        five times:  A = X Xᵀ
                     X ← 3.4445 X + (-4.775 A + 2.0315 A²) X
        w ← w - lr · √max(1, rows / columns) · X

    ‖G‖ is the Frobenius norm: the root of the sum of all squares. Where there are more rows than
    columns, X is transposed before the loop and back after it. The result is the same; A is
    smaller.

    Parameters
    ----------
    w : array, (rows, columns)
        Parameters: one matrix, whose outputs are its rows.
    grad : array, shape of w
        Gradient of the loss at `w`.
    m : array, shape of w
        Sum of the gradients before this step, fading by `beta` a step; zeros at the start.
    lr : float, ≥ 0
        Learning rate.
    beta : float, 0 ≤ beta < 1
        Share of m that is kept.

    Returns
    -------
    w, m : arrays
        New parameters and new state, in the shape and dtype of `w`.

    Raises
    ------
    ValueError
        Where `w` is no matrix, or shapes do not broadcast together.

    Notes
    -----
    Dialects: PyTorch's m is an average, (1 - beta) times this one, with the same step; it
    works in bfloat16 and decays w by default (weight_decay = 0.1). optax's m is an average, too,
    and corrected; its outputs are columns, so it scales by √max(1, columns / rows).

    References
    ----------
    Jordan et al. (2024), "Muon: an optimizer for hidden layers in neural networks",
    kellerjordan.github.io/posts/muon.
    """
    ### BEGIN SOLUTION
    if np.ndim(w) != 2:
        raise ValueError(f"muon_update takes a matrix, and w has the shape {np.shape(w)}")
    rows, columns = w.shape
    m = beta * m + grad
    ahead = grad + beta * m
    unit = ahead / (np.linalg.norm(ahead) + 1e-7)
    x = unit.T if rows > columns else unit
    for _ in range(5):
        a = x @ x.T
        x = 3.4445 * x + (-4.775 * a + 2.0315 * a @ a) @ x
    step = x.T if rows > columns else x
    w = w - lr * max(1, rows / columns) ** 0.5 * step
    return w, m
    ### END SOLUTION
