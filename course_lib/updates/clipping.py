"""Lesson 6, beside the spike: gradients clipped by the norm of all of them together."""

import numpy as np


def clip_by_global_norm(grads, *, max_norm):
    """Shorten gradients that are together longer than max_norm; their direction stays.

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

    References
    ----------
    Pascanu, Mikolov and Bengio (2013), "On the difficulty of training recurrent neural
    networks", arXiv 1211.5063, Algorithm 1.
    """
    raise NotImplementedError("clip_by_global_norm is not written yet: open clipping.py")
