"""Lesson 8, optional: Muon, which takes a weight matrix as a whole.

A rule is a pure function: everything it needs comes in, everything it changes goes out, and
no argument is changed. State starts at zeros. The products are products of matrices.
"""

import numpy as np


def muon_update(w, grad, m, *, lr, beta):
    """Take one Muon step: momentum whose singular values are all brought near 1.

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

    References
    ----------
    Jordan et al. (2024), "Muon: an optimizer for hidden layers in neural networks",
    kellerjordan.github.io/posts/muon.
    """
    raise NotImplementedError("muon_update is not written yet: open course_lib/updates/muon.py")
