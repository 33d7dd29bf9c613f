"""Right answers in other words than the reference's."""

import numpy as np
from answers import right


@right
def adagrad_update(w, grad, v, *, lr, eps):
    v = np.hypot(np.sqrt(v), grad) ** 2
    return w - lr * grad / np.sqrt(v + eps), v


@right
def adagrad_update(w, grad, v, *, lr, eps):
    s = v + grad**2.0
    lrs = lr * np.reciprocal(np.sqrt(s + eps))
    return w - lrs * grad, s


@right
def adagrad_update(w, grad, v, *, lr, eps):
    total = np.add(v, np.square(grad))
    return w - lr * grad / np.sqrt(total + eps), total


@right
def adagrad_update(w, grad, v, *, lr, eps):
    v = v + grad * grad
    return w - (lr * grad) * (v + eps) ** -0.5, v


@right
def adagrad_update(w, grad, v, *, lr, eps):
    new = v.copy()
    new += grad**2
    step = np.power(eps + new, 0.5)
    w = w - grad / step * lr
    return w, new


@right
def adagrad_update(w, grad, v, *, lr, eps):
    new_w, new_v = np.empty_like(w), np.empty_like(v)
    for i in np.ndindex(w.shape):
        new_v[i] = v[i] + grad[i] ** 2
        new_w[i] = w[i] - lr / np.sqrt(new_v[i] + eps) * grad[i]
    return new_w, new_v


@right
def adagrad_update(w, grad, v, *, lr, eps):
    def scale(total):
        return 1 / np.sqrt(total + eps)

    v = abs(grad) ** 2 + v
    return [w - scale(v) * grad * lr, v]


@right
def adagrad_update(w, grad, v, *, lr, eps):
    u = v + grad**2
    root = np.sqrt(u + eps)
    return (w * root - lr * grad) / root, u


@right
def adagrad_update(w, grad, v, *, lr, eps):
    g = grad.astype(np.float64)
    total = v + g**2
    new = w - lr * g / np.sqrt(total + eps)
    return new.astype(w.dtype), total.astype(w.dtype)


@right
def adagrad_update(w, grad, v, *, lr, eps):
    w, v = np.array(w), np.array(v)
    v[...] += grad**2
    w[...] -= lr * grad / np.sqrt(v + eps)
    return w, v


@right
def adagrad_update(w, grad, v, *, lr, eps):
    rows = [(a - lr / (c + b**2 + eps) ** 0.5 * b, c + b**2) for a, b, c in zip(w, grad, v)]
    return np.array([r[0] for r in rows]), np.array([r[1] for r in rows])


@right
def adagrad_update(w, grad, v, *, lr, eps):
    out = np.zeros_like(w)
    np.multiply(grad, grad, out=out)
    v = out + v
    return w - np.divide(lr, np.sqrt(np.add(v, eps))) * grad, v


@right
def adagrad_momentum_update(w, grad, v, m, *, lr, beta, eps):
    m = m * beta + grad * (1 - beta)
    v = grad * grad + v
    scale = lr / np.sqrt(eps + v)
    return w - scale * m, v, m


@right
def adagrad_momentum_update(w, grad, v, m, *, lr, beta, eps):
    import math

    new_v = v + grad**2
    new_m = (1 - beta) * grad + beta * m
    step = np.true_divide(new_m, np.power(new_v + eps, 0.5))
    return w - step * lr, new_v, new_m


@right
def adagrad_momentum_update(w, grad, v, m, *, lr, beta, eps):
    v = v + grad**2
    m = m + (1 - beta) * (grad - m)
    return w - lr * m / np.sqrt(v + eps), v, m


@right
def adagrad_momentum_update(w, grad, v, m, *, lr, beta, eps):
    m = grad - beta * (grad - m)
    v = np.square(grad) + v
    return w - m * (lr / np.sqrt(v + eps)), v, m
