"""Lesson 6, beside the spike: gradients clipped by the norm of all of them together."""

import numpy as np


def clip_by_global_norm(grads, *, max_norm):
    """Shorten gradients that are together longer than max_norm; their direction stays.

    ::

        norm = √(Σ g²), over all entries of all arrays
        g ← g · max_norm / norm    where norm > max_norm, else as it is

    Parameters
    ----------
    grads : list of arrays, any shapes
        Gradients of all parameters.
    max_norm : float, > 0
        Greatest length.

    Returns
    -------
    grads : list of arrays
        New arrays, in the shapes and dtypes of those that came in.
    norm : float
        The norm before clipping; 0 for no arrays.

    Raises
    ------
    ValueError
        Where max_norm is not above 0.

    Notes
    -----
    A zero norm changes nothing. A norm that is not finite is handed back and mends nothing: with
    NaN the gradients are left as they are; with inf finite entries become 0, infinite ones NaN.

    optax's form. Dialect: PyTorch's clip_grad_norm_ divides by norm + 1e-6.

    References
    ----------
    Pascanu, Mikolov and Bengio (2013), "On the difficulty of training recurrent neural
    networks", arXiv 1211.5063, Algorithm 1.
    """
    raise NotImplementedError(
        "clip_by_global_norm is not written yet: open course_lib/updates/clipping.py"
    )
