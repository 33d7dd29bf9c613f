"""Wrong answers in students' own words, with the names that would be right for each."""

import numpy as np
from answers import wrong


@wrong("new_m_in_c")
def lion_update(w, grad, m, *, lr, beta1, beta2, weight_decay):
    m = beta2 * m + (1 - beta2) * grad
    c = beta1 * m + (1 - beta1) * grad
    w = w - lr * (np.sign(c) + weight_decay * w)
    return w, m


@wrong("beta1_in_m")
def lion_update(w, grad, m, *, lr, beta1, beta2, weight_decay):
    m = beta1 * m + (1 - beta1) * grad
    return w - lr * (np.sign(m) + weight_decay * w), m


@wrong("sign_missing")
def lion_update(w, grad, m, *, lr, beta1, beta2, weight_decay):
    direction = m + (1 - beta1) * (grad - m)
    m = beta2 * m + (1 - beta2) * grad
    return w * (1 - lr * weight_decay) - lr * direction, m


@wrong("decay_missing")
def lion_update(w, grad, m, *, lr, beta1, beta2, weight_decay):
    direction = np.sign(beta1 * m + (1 - beta1) * grad)
    return w - lr * direction, beta2 * m + (1 - beta2) * grad


@wrong("decay_without_lr")
def lion_update(w, grad, m, *, lr, beta1, beta2, weight_decay):
    direction = np.sign(beta1 * m + (1 - beta1) * grad)
    return (1 - weight_decay) * w - lr * direction, beta2 * m + (1 - beta2) * grad


@wrong("decay_inside_the_sign")
def lion_update(w, grad, m, *, lr, beta1, beta2, weight_decay):
    c = beta1 * m + (1 - beta1) * grad
    return w - lr * np.sign(c + weight_decay * w), beta2 * m + (1 - beta2) * grad


@wrong("m_missing_in_c")
def lion_update(w, grad, m, *, lr, beta1, beta2, weight_decay):
    m = m * beta2 + grad * (1 - beta2)
    return w - lr * np.sign(grad) - lr * weight_decay * w, m


@wrong("sign_kept_in_m")
def lion_update(w, grad, m, *, lr, beta1, beta2, weight_decay):
    c = beta1 * m + (1 - beta1) * grad
    m = beta2 * m + (1 - beta2) * np.sign(grad)
    return w - lr * (np.sign(c) + weight_decay * w), m
