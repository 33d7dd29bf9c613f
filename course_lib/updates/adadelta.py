"""Lesson 4: AdaDelta, whose step has the units of the parameters and no learning rate.

A rule is a pure function: everything it needs comes in, everything it changes goes out, and
no argument is changed. State starts at zeros. All operations are elementwise.
"""

import numpy as np


def rms(average, *, eps):
    """Turn an average of squares into a root mean square, with eps inside the root.

    Parameters
    ----------
    average : array, any shape, ≥ 0
        Average of squares.
    eps : float, > 0
        Keeps the root from zero.

    Returns
    -------
    rms : array
        In the shape and dtype of `average`.

    References
    ----------
    Zeiler (2012), "ADADELTA: An adaptive learning rate method", arXiv 1212.5701, eq. (9).
    """
    raise NotImplementedError("rms is not written yet: open course_lib/updates/adadelta.py")


def adadelta_update(w, grad, v, u, *, beta, eps):
    """Take one AdaDelta step, with eps inside both roots.

    Parameters
    ----------
    w : array, any shape
        Parameters.
    grad : array, shape of w
        Gradient of the loss at `w`.
    v : array, shape of w, ≥ 0
        Moving average of the squared gradients before this step; zeros at the start.
    u : array, shape of w, ≥ 0
        Moving average of the squared steps before this one; zeros at the start.
    beta : float, 0 ≤ beta < 1
        Share of both averages that is kept.
    eps : float, > 0
        Starts the movement from u = 0: the first step grows with √eps.

    Returns
    -------
    w, v, u : arrays
        New parameters and new state, in the shape and dtype of `w`.

    Raises
    ------
    ValueError
        Where shapes do not broadcast together.

    References
    ----------
    Zeiler (2012), "ADADELTA: An adaptive learning rate method", arXiv 1212.5701, Algorithm 1
    and eq. (14).
    """
    raise NotImplementedError("adadelta_update is not written yet: open adadelta.py")


def adadelta_notes_update(w, grad, v, u, *, beta, eps):
    """Take one step in the order of the notes' workflow, which is not AdaDelta.

    Parameters
    ----------
    w : array, any shape
        Parameters.
    grad : array, shape of w
        Gradient of the loss at `w`.
    v, u : arrays, shape of w, ≥ 0
        State before this step; zeros at the start.
    beta : float, 0 ≤ beta < 1
        Share of both averages that is kept.
    eps : float, > 0
        Stands inside both roots.

    Returns
    -------
    w, v, u : arrays
        New parameters and new state, in the shape and dtype of `w`.

    Raises
    ------
    ValueError
        Where shapes do not broadcast together.
    """
    raise NotImplementedError("adadelta_notes_update is not written yet: open adadelta.py")
