"""Right answers in other words than the reference's."""

import numpy as np
from answers import right


@right
def lp_norm(x, p):
    a = np.abs(np.atleast_1d(x)) * 1.0
    if a.shape[-1] == 0:
        return np.zeros(a.shape[:-1])
    if p == np.inf:
        return a.max(axis=-1)
    s = a.max(axis=-1, keepdims=True)
    s[s == 0] = 1
    r = (((a / s) ** p).sum(axis=-1)) ** (1 / p) * s[..., 0]
    return r


@right
def lp_norm(x, p):
    a = np.abs(np.atleast_1d(x))
    if np.isinf(p):
        return np.max(a, axis=-1, initial=0)
    big = np.max(a, axis=-1, initial=0)
    with np.errstate(all="ignore"):
        lg = np.log(a / np.where(big == 0, 1, big)[..., None])
        return (
            big * np.exp(np.log(np.exp(p * lg).sum(axis=-1)) / p) if np.all(big > 0) else big * 1.0
        )


@right
def lp_norm(x, p):
    x = np.abs(np.atleast_1d(np.asarray(x)))
    top = x.max(axis=-1)
    if np.isinf(p):
        return top
    safe = np.where(top > 0, top, 1)
    return top * np.sum((x / safe[..., None]) ** p, axis=-1) ** (1 / p)


@right
def lp_norm(x, p):
    x = np.abs(x)
    if p == np.inf:
        return np.max(x, axis=-1)
    with np.errstate(divide="ignore"):
        logs = p * np.log(x)
    top = np.max(logs, axis=-1, keepdims=True)
    top = np.where(np.isfinite(top), top, 0).astype(x.dtype)
    total = np.log(np.sum(np.exp(logs - top), axis=-1)) + top[..., 0]
    return np.exp(total / p)


@right
def lp_norm(x, p):
    flat = np.abs(x).reshape(-1, np.shape(x)[-1])
    norms = []
    for row in flat:
        m = max(row)
        norms.append(m if m == 0 or p == np.inf else m * sum((row / m) ** p) ** (1 / p))
    return np.array(norms, dtype=x.dtype).reshape(np.shape(x)[:-1])[()]


@right
def adamax_update(w, grad, m, u, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    cand = np.abs(grad) + eps
    u = np.where(beta2 * u > cand, beta2 * u, cand)
    return w - lr * (m / (1 - beta1**t)) / u, m, u


@right
def adamax_update(w, grad, m, u, t, *, lr, beta1, beta2, eps):
    m = m + (1 - beta1) * (grad - m)
    a, b = beta2 * u, np.sqrt(grad**2) + eps
    u = (a + b + np.abs(a - b)) / 2
    return w - lr * m / (u * (1 - beta1**t)), m, u


@right
def adamax_update(w, grad, m, u, t, *, lr, beta1, beta2, eps):
    m = m * beta1 + grad * (1 - beta1)
    a, b = beta2 * u, abs(grad) + eps
    u = np.where(a > b, a, b)
    return w - lr * (m / (1 - beta1**t)) / u, m, u


@right
def adamax_update(w, grad, m, u, t, *, lr, beta1, beta2, eps):
    m = m + (1 - beta1) * (grad - m)
    u = np.max(np.stack([beta2 * u, np.abs(grad) + eps]), axis=0)
    return w - (lr / (1 - beta1**t)) * (m / u), m, u


@right
def adamax_update(w, grad, m, u, t, *, lr, beta1, beta2, eps):
    W, M, U = np.empty_like(w), np.empty_like(m), np.empty_like(u)
    for i in np.ndindex(w.shape):
        M[i] = beta1 * m[i] + (1 - beta1) * grad[i]
        U[i] = max(beta2 * u[i], abs(grad[i]) + eps)
        W[i] = w[i] - lr / (1 - beta1**t) * M[i] / U[i]
    return W, M, U


@right
def adam_max_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    n = (
        np.max(np.abs(grad), axis=-1, keepdims=True)
        if np.ndim(grad) and grad.size
        else np.abs(grad)
    )
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * np.square(n)
    return w - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


@right
def adam_max_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    big = np.max(grad**2, axis=-1, keepdims=True) if np.ndim(grad) else grad**2
    v = beta2 * v + (1 - beta2) * big
    return w - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


@right
def adam_max_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    m = m + (1 - beta1) * (grad - m)
    norm = np.linalg.norm(grad, np.inf, axis=-1, keepdims=True)
    v = v + (1 - beta2) * (norm * norm - v)
    return w - lr * m / (1 - beta1**t) / ((v / (1 - beta2**t)) ** 0.5 + eps), m, v
