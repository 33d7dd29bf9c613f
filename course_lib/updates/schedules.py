"""Lesson 7: learning-rate schedules, and the learning rates that the adaptive rules amount to.

A schedule is a function of `t` alone, a number or an array of them, and returns the same
shape. `t` counts from 0 unless a schedule says otherwise, in the unit (updates or epochs) in
which its other times are given. An effective learning rate is a function of a rule's state.
"""

import numpy as np


def step_decay(t, *, lr0, gamma, tau):
    """Multiply the learning rate by gamma once in tau steps.

    Parameters
    ----------
    t : number or array, ≥ 0
        Time.
    lr0 : float, ≥ 0
        Learning rate at the start.
    gamma : float, 0 < gamma ≤ 1
        Factor.
    tau : number, > 0
        Time between two drops.

    Returns
    -------
    lr : number or array, shape of t
        Between 0 and lr0.

    Raises
    ------
    ZeroDivisionError
        Where `t` is a plain number and tau = 0.
    """
    raise NotImplementedError("step_decay is not written yet: open course_lib/updates/schedules.py")


def exponential_decay(t, *, lr0, decay_rate):
    """Let the learning rate decay exponentially.

    Parameters
    ----------
    t : number or array, ≥ 0
        Time.
    lr0 : float, ≥ 0
        Learning rate at the start.
    decay_rate : float, ≥ 0
        The notes' λ.

    Returns
    -------
    lr : number or array, shape of t
        Between 0 and lr0.
    """
    raise NotImplementedError("exponential_decay is not written yet: open schedules.py")


def inverse_time_decay(t, *, lr0, decay_rate):
    """Let the learning rate decay like 1/t: Robbins and Monro's schedule.

    Parameters
    ----------
    t : number or array, ≥ 0
        Time.
    lr0 : float, ≥ 0
        Learning rate at the start.
    decay_rate : float, ≥ 0
        One over the time after which lr0 has halved.

    Returns
    -------
    lr : number or array, shape of t
        Between 0 and lr0.

    References
    ----------
    Robbins and Monro (1951), "A stochastic approximation method".
    """
    raise NotImplementedError("inverse_time_decay is not written yet: open schedules.py")


def triangular(t, *, lr_min, lr_max, half_period):
    """Move the learning rate up and down in straight lines.

    It is lr_min at t = 0, lr_max at t = half_period, and lr_min again at twice that.

    Parameters
    ----------
    t : number or array, ≥ 0
        Time.
    lr_min, lr_max : float, 0 ≤ lr_min ≤ lr_max
        Bounds, both reached and never left.
    half_period : number, > 0
        Time from the lowest point to the highest: Smith's stepsize.

    Returns
    -------
    lr : number or array, shape of t
        Between lr_min and lr_max.

    Raises
    ------
    ZeroDivisionError
        Where `t` is a plain number and half_period = 0.

    References
    ----------
    Smith (2017), "Cyclical learning rates for training neural networks", arXiv 1506.01186,
    §3.1.
    """
    raise NotImplementedError("triangular is not written yet: open course_lib/updates/schedules.py")


def triangular_notes(t, *, lr_min, lr_max, period):
    """Evaluate the notes' triangular formula as it stands; it is not a triangle wave.

    Parameters
    ----------
    t : number or array, ≥ 0
        Time.
    lr_min, lr_max : float, 0 ≤ lr_min ≤ lr_max
        Bounds.
    period : number, > 0
        The notes' μ.

    Returns
    -------
    lr : number or array, shape of t
        Between lr_min and lr_max.

    Raises
    ------
    ZeroDivisionError
        Where `t` is a plain number and period = 0.
    """
    raise NotImplementedError("triangular_notes is not written yet: open schedules.py")


def cosine_annealing(t, *, lr_min, lr_max, t_max):
    """Let the learning rate fall along half a cosine.

    It does not restart: beyond t_max it rises again, with period 2 t_max.

    Parameters
    ----------
    t : number or array, ≥ 0
        Time.
    lr_min, lr_max : float, 0 ≤ lr_min ≤ lr_max
        Bounds, both reached and never left.
    t_max : number, > 0
        Time at which lr_min is reached.

    Returns
    -------
    lr : number or array, shape of t
        Between lr_min and lr_max.

    Raises
    ------
    ZeroDivisionError
        Where `t` is a plain number and t_max = 0.

    References
    ----------
    Loshchilov and Hutter (2017), "SGDR: Stochastic gradient descent with warm restarts",
    arXiv 1608.03983, §3, eq. (5), within one cycle.
    """
    raise NotImplementedError("cosine_annealing is not written yet: open schedules.py")


def cosine_restarts(t, *, lr_min, lr_max, t_0, t_mult):
    """Let the learning rate fall along half a cosine and jump back, again and again.

    The first cycle is t_0 long, each further one t_mult times as long as the one before.

    At the moment of a restart it is lr_max.

    Parameters
    ----------
    t : number or array, ≥ 0
        Time.
    lr_min, lr_max : float, 0 ≤ lr_min ≤ lr_max
        Bounds, never left. lr_max is reached at each restart, lr_min never quite.
    t_0 : number, > 0
        Length of the first cycle.
    t_mult : number, ≥ 1
        Growth of the cycles.

    Returns
    -------
    lr : number or array, shape of t
        Between lr_min and lr_max.

    Raises
    ------
    ValueError
        Where t_0 is not above 0 or t_mult is below 1: the cycles would not cover time.

    References
    ----------
    Loshchilov and Hutter (2017), "SGDR: Stochastic gradient descent with warm restarts",
    arXiv 1608.03983, §3, eq. (5).
    """
    raise NotImplementedError("cosine_restarts is not written yet: open schedules.py")


def warmup_inverse_sqrt(t, *, d_model, warmup):
    """Warm up in a straight line, then decay like 1/√t: the Transformer's schedule.

    It is not a warm restart.

    Parameters
    ----------
    t : number or array, ≥ 1
        Number of the step, from 1.
    d_model : number, > 0
        Width of the model.
    warmup : number, > 0
        Step at which the learning rate is highest.

    Returns
    -------
    lr : number or array, shape of t
        Between 0 and (d_model · warmup)^(-½).

    Raises
    ------
    ZeroDivisionError
        Where `t` is the plain number 0.

    References
    ----------
    Vaswani et al. (2017), "Attention is all you need", arXiv 1706.03762, §5.3, eq. (3).
    """
    raise NotImplementedError("warmup_inverse_sqrt is not written yet: open schedules.py")


def warmup_stable_decay(t, *, lr0, warmup, stable, decay):
    """Climb in a straight line, stay, and fall in a straight line to 0.

    Parameters
    ----------
    t : whole number or array of them, ≥ 0
        Number of steps taken so far.
    lr0 : float, ≥ 0
        Highest learning rate.
    warmup : int, ≥ 0
        Steps of the climb; 0 for none.
    stable : int, ≥ 0
        Steps at lr0.
    decay : int, ≥ 1
        Steps from lr0 to 0.

    Returns
    -------
    lr : number or array, shape of t
        Between 0 and lr0.

    Raises
    ------
    ValueError
        Where decay < 1.

    References
    ----------
    Hu et al. (2024), "MiniCPM: Unveiling the potential of small language models with scalable
    training strategies", arXiv 2404.06395, where the fall is any decreasing function.
    """
    raise NotImplementedError("warmup_stable_decay is not written yet: open schedules.py")


def adagrad_effective_lr(v, *, lr, eps):
    """Give the factor by which AdaGrad multiplies the gradient, with eps inside the root.

    Parameters
    ----------
    v : array, any shape, ≥ 0
        State after the step: the sum of squared gradients.
    lr : float or array, ≥ 0
        Learning rate.
    eps : float, > 0
        As in `adagrad_update`.

    Returns
    -------
    effective : array
        In the shape and dtype of `v`.

    References
    ----------
    Duchi, Hazan and Singer (2011), JMLR 12, §1.1, eq. (1).
    """
    raise NotImplementedError("adagrad_effective_lr is not written yet: open schedules.py")


def rmsprop_effective_lr(v, *, lr, eps):
    """Give the factor by which RMSprop multiplies the gradient, with eps inside the root.

    Parameters
    ----------
    v : array, any shape, ≥ 0
        State after the step: the moving average of squared gradients.
    lr : float or array, ≥ 0
        Learning rate.
    eps : float, > 0
        As in `rmsprop_update`.

    Returns
    -------
    effective : array
        In the shape and dtype of `v`.

    References
    ----------
    Tieleman and Hinton (2012), lecture 6e.
    """
    raise NotImplementedError("rmsprop_effective_lr is not written yet: open schedules.py")


def adadelta_effective_lr(v, u, *, eps):
    """Give the factor by which AdaDelta multiplies the gradient.

    Parameters
    ----------
    v : array, any shape, ≥ 0
        Moving average of squared gradients after this step.
    u : array, shape of v, ≥ 0
        Moving average of squared steps before this step.
    eps : float, > 0
        As in `adadelta_update`.

    Returns
    -------
    effective : array
        In the shape and dtype of `v`.

    Raises
    ------
    ValueError
        Where shapes do not broadcast together.

    References
    ----------
    Zeiler (2012), arXiv 1212.5701, eq. (14).
    """
    raise NotImplementedError("adadelta_effective_lr is not written yet: open schedules.py")


def adadelta_notes_effective_lr(v_before, v, *, eps):
    """Evaluate the notes' "ADA Delta" learning rate, which has gradients where steps belong.

    Parameters
    ----------
    v_before, v : arrays of one shape, ≥ 0
        Moving average of squared gradients before and after this step.
    eps : float, > 0
        Stands in both.

    Returns
    -------
    effective : array
        In the shape and dtype of `v`.

    Raises
    ------
    ValueError
        Where shapes do not broadcast together.
    """
    raise NotImplementedError("adadelta_notes_effective_lr is not written yet: open schedules.py")


def adam_effective_lr(v, t, *, lr, beta2, eps):
    """Give the factor by which Adam multiplies its corrected average m̂, with eps outside.

    Parameters
    ----------
    v : array, any shape, ≥ 0
        State after step t: the moving average of squared gradients, not corrected.
    t : int or array that broadcasts against v, ≥ 1
        Number of the step.
    lr : float or array, ≥ 0
        Learning rate.
    beta2 : float, 0 ≤ beta2 < 1
        Share of v that is kept.
    eps : float, > 0
        As in `adam_update`.

    Returns
    -------
    effective : array
        In the shape and dtype of `v`.

    References
    ----------
    Kingma and Ba (2015), arXiv 1412.6980, Algorithm 1.
    """
    raise NotImplementedError("adam_effective_lr is not written yet: open schedules.py")


def adam_notes_effective_lr(v, *, lr, eps):
    """Evaluate the notes' Adam learning rate: not corrected, with eps inside the root.

    Parameters
    ----------
    v : array, any shape, ≥ 0
        State after the step: the moving average of squared gradients.
    lr : float or array, ≥ 0
        Learning rate.
    eps : float, > 0
        Stands inside the root.

    Returns
    -------
    effective : array
        In the shape and dtype of `v`.
    """
    raise NotImplementedError("adam_notes_effective_lr is not written yet: open schedules.py")
