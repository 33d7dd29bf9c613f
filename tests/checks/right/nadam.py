"""Right answers in other words than the reference's."""

import numpy as np
from answers import right


@right
def nag_update(w, u, grad_fn, *, lr, beta):
    ahead = w - np.multiply(beta, u)
    g = grad_fn(ahead)
    new = lr * g + beta * u
    return w - new, new


@right
def nag_update(w, u, grad_fn, *, lr, beta):
    p = w - beta * u
    u = w - p + lr * grad_fn(p)
    return w - u, u


@right
def nag_update(w, u, grad_fn, *, lr, beta):
    g = grad_fn(w - beta * u)
    u = lr * g + beta * u
    return w - u, u


@right
def nag_update(w, u, grad_fn, *, lr, beta):
    ahead = w - u * beta
    new = ahead - lr * grad_fn(ahead)
    return new, beta * u + lr * grad_fn(ahead)


@right
def nag_update(w, u, grad_fn, *, lr, beta):
    velocity = np.multiply(beta, u)
    velocity = velocity + np.multiply(lr, grad_fn(np.subtract(w, velocity)))
    return np.subtract(w, velocity), velocity


@right
def nesterov_update(w, grad, u, *, lr, beta):
    n = beta * u + lr * grad
    return w - lr * grad - beta * n, n


@right
def nesterov_update(w, grad, u, *, lr, beta):
    n = beta * u + lr * grad
    return w + beta * u - (1 + beta) * n, n


@right
def nesterov_update(w, grad, u, *, lr, beta):
    new = lr * grad + beta * u
    return w - lr * grad - beta * new, new


@right
def nesterov_update(w, grad, u, *, lr, beta):
    s = lr * grad
    u = beta * u + s
    return w - u + (1 - beta) * u - s, u


@right
def nesterov_update(w, grad, u, *, lr, beta):
    u = u * beta
    u = u + lr * grad
    step = beta * u
    step = step + lr * grad
    return w - step, u


@right
def nadam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    a = beta1 / (1 - beta1 ** (t + 1))
    b = (1 - beta1) / (1 - beta1**t)
    return w - lr * (a * m + b * grad) / (np.sqrt(v) / (1 - beta2**t) ** 0.5 + eps), m, v


@right
def nadam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    m = m + (1 - beta1) * (grad - m)
    v = v + (1 - beta2) * (grad**2 - v)
    bar = beta1 * (m / (1 - beta1 ** (t + 1))) + (1 - beta1) / (1 - beta1**t) * grad
    return w - lr * bar / ((v / (1 - beta2**t)) ** 0.5 + eps), m, v


@right
def nadam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    keep, new = beta1, 1 - beta1
    m = keep * m + new * grad
    v = beta2 * v + (1 - beta2) * np.square(grad)
    n = keep / (1 - keep ** (t + 1)) * m
    g = new / (1 - keep**t) * grad
    return w - np.divide(lr * (n + g), eps + np.sqrt(v / (1 - beta2**t))), m, v


@right
def dozat_momentum(t, *, beta1, momentum_decay):
    return beta1 - beta1 / 2 * 0.96 ** (momentum_decay * t)


@right
def dozat_momentum(t, *, beta1, momentum_decay):
    import math

    return beta1 * (1 - np.exp(math.log(0.96) * t * momentum_decay) / 2)


@right
def dozat_momentum(t, *, beta1, momentum_decay):
    return beta1 - beta1 * 0.96 ** (momentum_decay * t) / 2


@right
def dozat_momentum(t, *, beta1, momentum_decay):
    return beta1 * (1 - 0.5 * np.power(0.96, np.multiply(t, momentum_decay)))


@right
def dozat_momentum(t, *, beta1, momentum_decay):
    return (1 - 0.5 * np.exp(np.log(0.96) * momentum_decay * t)) * beta1


@right
def nadam_scheduled_update(w, grad, m, v, mu_product, t, *, lr, beta1, beta2, eps, momentum_decay):
    mom = lambda s: beta1 * (1 - 0.5 * 0.96 ** (s * momentum_decay))
    mu, nxt = mom(t), mom(t + 1)
    prod = mu if t == 1 else mu_product * mu
    if t == 1 and np.ndim(mu_product):
        prod = np.full_like(mu_product, mu)
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    mb = nxt * m / (1 - prod * nxt) + (1 - mu) * grad / (1 - prod)
    return w - lr * mb / (np.sqrt(v / (1 - beta2**t)) + eps), m, v, prod


@right
def nadam_scheduled_update(w, grad, m, v, mu_product, t, *, lr, beta1, beta2, eps, momentum_decay):
    now = beta1 * (1 - 0.5 * 0.96 ** (momentum_decay * t))
    after = beta1 * (1 - 0.5 * 0.96 ** (momentum_decay * (t + 1)))
    product = now if t == 1 else mu_product * now
    m = m + (1 - beta1) * (grad - m)
    v = v + (1 - beta2) * (grad * grad - v)
    bar = after / (1 - product * after) * m + (1 - now) / (1 - product) * grad
    return w - lr * bar / (np.sqrt(v / (1 - beta2**t)) + eps), m, v, product


@right
def nadam_notes_update(w, grad, u, v, *, lr, beta1, beta2, eps):
    u = lr * grad + u * beta1
    v = v * beta2 + grad**2 * (1 - beta2)
    return w - lr * (beta1 * u + (1 - beta1) * grad) / (v**0.5 + eps), u, v


@right
def nadam_notes_update(w, grad, u, v, *, lr, beta1, beta2, eps):
    u = lr * grad + beta1 * u
    v = v + (1 - beta2) * (grad**2 - v)
    d = v**0.5 + eps
    return w - lr * beta1 * u / d - lr * (1 - beta1) * grad / d, u, v
