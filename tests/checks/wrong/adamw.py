"""Wrong answers in students' own words, with the names that would be right for each."""

import numpy as np
from answers import wrong


@wrong("decay_in_the_gradient")
def adamw_update(w, grad, m, v, t, *, lr, beta1, beta2, eps, weight_decay):
    grad = grad + weight_decay * w
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    mh, vh = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - lr * mh / (np.sqrt(vh) + eps), m, v


@wrong("decay_divided_by_the_root")
def adamw_update(w, grad, m, v, t, *, lr, beta1, beta2, eps, weight_decay):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    mh, vh = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - lr * (mh + weight_decay * w) / (np.sqrt(vh) + eps), m, v


@wrong("decay_of_the_new_w")
def adamw_update(w, grad, m, v, t, *, lr, beta1, beta2, eps, weight_decay):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    mh, vh = m / (1 - beta1**t), v / (1 - beta2**t)
    w = w - lr * mh / (np.sqrt(vh) + eps)
    w = w - lr * weight_decay * w
    return w, m, v


@wrong("decay_without_lr")
def adamw_update(w, grad, m, v, t, *, lr, beta1, beta2, eps, weight_decay):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    mh, vh = m / (1 - beta1**t), v / (1 - beta2**t)
    return w * (1 - weight_decay) - lr * mh / (np.sqrt(vh) + eps), m, v


@wrong("decay_with_the_wrong_sign")
def adamw_update(w, grad, m, v, t, *, lr, beta1, beta2, eps, weight_decay):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    mh, vh = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - lr * (mh / (np.sqrt(vh) + eps) - weight_decay * w), m, v


@wrong("bias_correction_missing")
def adamw_update(w, grad, m, v, t, *, lr, beta1, beta2, eps, weight_decay):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    return (1 - lr * weight_decay) * w - lr * m / (np.sqrt(v) + eps), m, v


@wrong("adam_in_place_of_amsgrad")
def amsgrad_update(w, grad, m, v, v_max, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    v_max = np.maximum(v, v_max)
    mh, vh = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - lr * mh / (np.sqrt(vh) + eps), m, v, v_max


@wrong("maximum_of_corrected_averages_as_in_optax")
def amsgrad_update(w, grad, m, v, v_max, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    mh, vh = m / (1 - beta1**t), v / (1 - beta2**t)
    v_max = np.maximum(vh, v_max)
    return w - lr * mh / (np.sqrt(v_max) + eps), m, v, v_max


@wrong("maximum_over_coordinates")
def amsgrad_update(w, grad, m, v, v_max, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    v_max = np.max(v) * np.ones_like(v)
    return w - lr * m / (1 - beta1**t) / (np.sqrt(v_max / (1 - beta2**t)) + eps), m, v, v_max


@wrong("maximum_stored_in_v")
def amsgrad_update(w, grad, m, v, v_max, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    v = v_max = np.maximum(v, v_max)
    return w - lr * m / (1 - beta1**t) / (np.sqrt(v_max / (1 - beta2**t)) + eps), m, v, v_max


@wrong("bias_correction_missing")
def amsgrad_update(w, grad, m, v, v_max, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    v_max = np.maximum(v, v_max)
    return w - lr * m / (np.sqrt(v_max) + eps), m, v, v_max


@wrong("old_state_returned_v_max")
def amsgrad_update(w, grad, m, v, v_max, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    hat = np.maximum(v, v_max)
    return w - lr * m / (1 - beta1**t) / (np.sqrt(hat / (1 - beta2**t)) + eps), m, v, v_max
