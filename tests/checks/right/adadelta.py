"""Right answers in other words than the reference's."""

import numpy as np
from answers import right


@right
def rms(average, *, eps):
    return np.sqrt(np.add(average, eps), dtype=np.result_type(average))


@right
def rms(average, *, eps):
    return np.exp(0.5 * np.log(average + eps))


@right
def rms(average, *, eps):
    return (average + eps) ** 0.5


@right
def rms(average, *, eps):
    return np.power(eps + average, 0.5)


@right
def rms(average, *, eps):
    x = np.array(average)
    x += eps
    return np.sqrt(x)


@right
def adadelta_update(w, grad, v, u, *, beta, eps):
    def root(x):
        return (x + eps) ** 0.5

    v2 = v * beta + grad**2 * (1 - beta)
    step = root(u) * grad / root(v2)
    u2 = u * beta + step**2 * (1 - beta)
    return w - step, v2, u2


@right
def adadelta_update(w, grad, v, u, *, beta, eps):
    v = beta * v + (1 - beta) * grad**2
    step = grad * np.sqrt((u + eps) / (v + eps))
    u = beta * u + (1 - beta) * step**2
    return w - step, v, u


@right
def adadelta_update(w, grad, v, u, *, beta, eps):
    s = v - (1 - beta) * (v - grad**2)
    d = (u + eps) ** 0.5 * grad / (s + eps) ** 0.5
    return w - d, s, beta * u + (1 - beta) * d * d


@right
def adadelta_update(w, grad, v, u, *, beta, eps):
    root = lambda x: np.sqrt(x + eps)
    v_new = beta * v + (1 - beta) * np.multiply(grad, grad)
    delta = np.negative(grad) * root(u) / root(v_new)
    return np.add(w, delta), v_new, beta * u + delta * delta * (1 - beta)


@right
def adadelta_notes_update(w, grad, v, u, *, beta, eps):
    v = v + (1 - beta) * (grad * grad - v)
    u = u + (1 - beta) * (grad * grad - u)
    return w - grad * (u + eps) ** 0.5 / (v + eps) ** 0.5, v, u


@right
def adadelta_notes_update(w, grad, v, u, *, beta, eps):
    s = (1 - beta) * grad**2
    v = beta * v + s
    u = beta * u + s
    return w - grad * ((u + eps) / (v + eps)) ** 0.5, v, u
