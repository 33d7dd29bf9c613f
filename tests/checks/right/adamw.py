"""Right answers in other words than the reference's."""

import numpy as np
from answers import right


@right
def adamw_update(w, grad, m, v, t, *, lr, beta1, beta2, eps, weight_decay):
    w_decayed = w - lr * weight_decay * w
    m = m + (1 - beta1) * (grad - m)
    v = v + (1 - beta2) * (grad * grad - v)
    step = m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return w_decayed - lr * step, m, v


@right
def adamw_update(w, grad, m, v, t, *, lr, beta1, beta2, eps, weight_decay):
    m, v = beta1 * m + (1 - beta1) * grad, beta2 * v + (1 - beta2) * np.square(grad)
    c1, c2 = 1 - beta1**t, (1 - beta2**t) ** 0.5
    return (1 - lr * weight_decay) * w - lr / c1 * m / (np.sqrt(v) / c2 + eps), m, v


@right
def adamw_update(w, grad, m, v, t, *, lr, beta1, beta2, eps, weight_decay):
    def mean(old, new, b):
        return np.add(np.multiply(b, old), np.multiply(1 - b, new))

    def without_bias(x, b):
        return x / (1.0 - pow(b, t))

    m, v = mean(m, grad, beta1), mean(v, grad * grad, beta2)
    direction = without_bias(m, beta1) / (eps + without_bias(v, beta2) ** 0.5)
    return w - lr * direction - weight_decay * lr * w, m, v


@right
def adamw_update(w, grad, m, v, t, *, lr, beta1, beta2, eps, weight_decay):
    w, m, v = w.copy(), m.copy(), v.copy()
    w -= lr * weight_decay * w
    m *= beta1
    m += (1 - beta1) * grad
    v *= beta2
    v += (1 - beta2) * grad**2
    w -= lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return w, m, v


@right
def amsgrad_update(w, grad, m, v, v_max, t, *, lr, beta1, beta2, eps):
    m = m + (1 - beta1) * (grad - m)
    v = v + (1 - beta2) * (grad * grad - v)
    v_max = np.where(v > v_max, v, v_max)
    return w - lr * m / (1 - beta1**t) / ((v_max / (1 - beta2**t)) ** 0.5 + eps), m, v, v_max


@right
def amsgrad_update(w, grad, m, v, v_max, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * np.square(grad)
    v_max = np.fmax(v, v_max)
    c1, c2 = 1 - beta1**t, (1 - beta2**t) ** 0.5
    return w - lr / c1 * m / (np.sqrt(v_max) / c2 + eps), m, v, v_max


@right
def amsgrad_update(w, grad, m, v, v_max, t, *, lr, beta1, beta2, eps):
    m = np.multiply(beta1, m) + np.multiply(1 - beta1, grad)
    v = np.multiply(beta2, v) + np.multiply(1 - beta2, grad * grad)
    v_max = np.amax(np.stack([v_max, v]), axis=0)
    denominator = eps + np.sqrt(v_max) / np.sqrt(1 - beta2**t, dtype=w.dtype)
    return np.subtract(w, lr * (m / (1 - beta1**t)) / denominator), m, v, v_max
