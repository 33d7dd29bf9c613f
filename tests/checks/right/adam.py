"""Right answers in other words than the reference's."""

import numpy as np
from answers import right


@right
def bias_correction(average, t, *, beta):
    from math import pow as p

    return average / (1 - p(beta, t))


@right
def bias_correction(average, t, *, beta):
    s = 0
    for k in range(t):
        s += (1 - beta) * beta**k
    return average / s


@right
def bias_correction(average, t, *, beta):
    return average * (1 / (1 - beta**t))


@right
def bias_correction(average, t, *, beta):
    return np.divide(average, 1.0 - pow(beta, t))


@right
def bias_correction(average, t, *, beta):
    factor = 1.0
    for _ in range(t):
        factor *= beta
    return average / (1 - factor)


@right
def bias_correction(average, t, *, beta):
    return -average / float(np.expm1(t * np.log(beta)))


@right
def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    b1, b2 = beta1, beta2
    m, v = b1 * m + (1 - b1) * grad, b2 * v + (1 - b2) * grad**2
    lr_t = lr / (1 - b1**t)
    return w - lr_t * m / ((v / (1 - b2**t)) ** (1 / 2) + eps), m, v


@right
def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    m = np.average(np.stack([m, grad]), axis=0, weights=[beta1, 1 - beta1]).astype(m.dtype)
    v = beta2 * v + (1 - beta2) * grad**2
    d = np.sqrt(v / (1 - beta2**t)) + eps
    return w - lr * m / (1 - beta1**t) / d, m, v


@right
def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    m = m + (1 - beta1) * (grad - m)
    v = v + (1 - beta2) * (grad * grad - v)
    return w - lr * (m / (1 - beta1**t)) / ((v / (1 - beta2**t)) ** 0.5 + eps), m, v


@right
def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * np.square(grad)
    c1, c2 = 1 - beta1**t, 1 - beta2**t
    w = w - (lr / c1) * m / (np.sqrt(v) / c2**0.5 + eps)
    return w, m, v


@right
def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    alpha = lr * (1 - beta2**t) ** 0.5 / (1 - beta1**t)
    return w - alpha * m / (np.sqrt(v) + eps * (1 - beta2**t) ** 0.5), m, v


@right
def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    def corrected(x, b):
        return x / (1.0 - pow(b, t))

    m = np.multiply(beta1, m) + np.multiply(1 - beta1, grad)
    v = np.multiply(beta2, v) + np.multiply(1 - beta2, np.square(grad))
    return np.subtract(w, lr * corrected(m, beta1) / (eps + np.sqrt(corrected(v, beta2)))), m, v


@right
def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    w, m, v = w.copy(), m.copy(), v.copy()
    m *= beta1
    m += (1 - beta1) * grad
    v *= beta2
    v += (1 - beta2) * grad * grad
    w -= lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return w, m, v


@right
def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    W, M, V = np.empty_like(w), np.empty_like(m), np.empty_like(v)
    for i in np.ndindex(w.shape):
        M[i] = beta1 * m[i] + (1 - beta1) * grad[i]
        V[i] = beta2 * v[i] + (1 - beta2) * grad[i] ** 2
        W[i] = w[i] - lr * M[i] / (1 - beta1**t) / ((V[i] / (1 - beta2**t)) ** 0.5 + eps)
    return W, M, V


@right
def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    b1 = b2 = 1
    for _ in range(t):
        b1, b2 = b1 * beta1, b2 * beta2
    m_hat, v_hat = m / (1 - b1), v / (1 - b2)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), m, v
