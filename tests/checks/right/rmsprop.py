"""Right answers in other words than the reference's."""

import numpy as np
from answers import right


@right
def ema_update(average, value, *, beta):
    return (1 - beta) * (value + beta / (1 - beta) * average)


@right
def ema_update(average, value, *, beta):
    return average - (1 - beta) * (average - value)


@right
def ema_update(average, value, *, beta):
    return average + (1 - beta) * (value - average)


@right
def ema_update(average, value, *, beta):
    return value + beta * (average - value)


@right
def ema_update(average, value, *, beta):
    return average * beta + value - value * beta


@right
def ema_update(average, value, *, beta):
    return np.add(np.multiply(beta, average), np.multiply(1 - beta, value))


@right
def rmsprop_update(w, grad, v, *, lr, beta, eps):
    k = 1 - beta
    sq = np.square(grad)
    sq *= k
    sq += beta * v
    return w - np.multiply(lr, grad) / np.sqrt(np.add(sq, eps)), sq


@right
def rmsprop_update(w, grad, v, *, lr, beta, eps):
    v -= 0 * v
    v = v - (1 - beta) * (v - grad**2)
    return w - grad * lr / (v + eps) ** 0.5, v


@right
def rmsprop_update(w, grad, v, *, lr, beta, eps):
    v = v + (1 - beta) * (grad * grad - v)
    return w - lr * grad / (v + eps) ** 0.5, v


@right
def rmsprop_update(w, grad, v, *, lr, beta, eps):
    v = (
        beta * v + np.square(np.sqrt(1 - beta) * grad)
        if grad.dtype == np.float64
        else beta * v + (1 - beta) * grad**2
    )
    return w - lr / np.sqrt(v + eps) * grad, v


@right
def rmsprop_update(w, grad, v, *, lr, beta, eps):
    a = 1.0 - beta
    v = (a * grad) * grad + v * beta
    denominator = np.sqrt(v + eps)
    w = w - lr * (grad / denominator)
    return w, v


@right
def rmsprop_update(w, grad, v, *, lr, beta, eps):
    w, v = w.copy(), v.copy()
    v *= beta
    v += (1 - beta) * grad**2
    w -= lr * grad / np.sqrt(v + eps)
    return w, v
