"""Wrong answers in students' own words, with the names that would be right for each."""

import numpy as np
from answers import wrong


@wrong("gradient_at_w")
def nag_update(w, u, grad_fn, *, lr, beta):
    g = grad_fn(w)
    u = beta * u + lr * g
    return w - u, u


@wrong("look_ahead_with_the_wrong_sign")
def nag_update(w, u, grad_fn, *, lr, beta):
    g = grad_fn(w + beta * u)
    u = beta * u + lr * g
    return w - u, u


@wrong("look_ahead_by_u")
def nag_update(w, u, grad_fn, *, lr, beta):
    g = grad_fn(w - u)
    u = beta * u + lr * g
    return w - u, u


@wrong("moved_twice")
def nag_update(w, u, grad_fn, *, lr, beta):
    w = w - beta * u
    u = beta * u + lr * grad_fn(w)
    return w - u, u


@wrong("velocity_with_the_opposite_sign")
def nag_update(w, u, grad_fn, *, lr, beta):
    u = beta * u - lr * grad_fn(w + beta * u)
    return w + u, u


@wrong("lr_outside_u")
def nag_update(w, u, grad_fn, *, lr, beta):
    u = beta * u + grad_fn(w - beta * u)
    return w - lr * u, u


@wrong("lr_twice")
def nag_update(w, u, grad_fn, *, lr, beta):
    u = beta * u + lr * grad_fn(w - beta * u)
    return w - lr * u, u


@wrong("two_gradients")
def nag_update(w, u, grad_fn, *, lr, beta):
    g1 = grad_fn(w)
    u = beta * u + lr * grad_fn(w - beta * u)
    return w - u - lr * g1, u


@wrong("plain_momentum")
def nesterov_update(w, grad, u, *, lr, beta):
    u = beta * u + lr * grad
    return w - u, u


@wrong("lr_outside_u_as_in_torch")
def nesterov_update(w, grad, u, *, lr, beta):
    u = beta * u + grad
    return w - lr * (grad + beta * u), u


@wrong("look_ahead_with_the_wrong_sign")
def nesterov_update(w, grad, u, *, lr, beta):
    u = beta * u + lr * grad
    return w - (lr * grad - beta * u), u


@wrong("adam_in_place_of_nadam")
def nadam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    mh, vh = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - lr * mh / (np.sqrt(vh) + eps), m, v


@wrong("t_off_by_one")
def nadam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    mb = (beta1 * m + (1 - beta1) * grad) / (1 - beta1**t)
    return w - lr * mb / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


@wrong("bias_correction_missing")
def nadam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    mb = beta1 * m + (1 - beta1) * grad
    return w - lr * mb / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


@wrong("v_not_corrected")
def nadam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    mb = beta1 * m / (1 - beta1 ** (t + 1)) + (1 - beta1) * grad / (1 - beta1**t)
    return w - lr * mb / (np.sqrt(v) + eps), m, v


@wrong("missing_one_minus_beta_in_the_look_ahead")
def nadam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    mb = beta1 * m / (1 - beta1 ** (t + 1)) + grad / (1 - beta1**t)
    return w - lr * mb / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


@wrong("half_missing")
def dozat_momentum(t, *, beta1, momentum_decay):
    return beta1 * (1 - 0.96 ** (t * momentum_decay))


@wrong("momentum_decay_missing")
def dozat_momentum(t, *, beta1, momentum_decay):
    return beta1 * (1 - 0.5 * 0.96**t)


@wrong("momentum_held_at_beta1")
def nadam_scheduled_update(w, grad, m, v, mu_product, t, *, lr, beta1, beta2, eps, momentum_decay):
    mu = beta1
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    p = mu_product * mu if t > 1 else mu
    mb = mu * m / (1 - p * mu) + (1 - mu) * grad / (1 - p)
    return w - lr * mb / (np.sqrt(v / (1 - beta2**t)) + eps), m, v, p


@wrong("wrong_sign")
def nadam_scheduled_update(w, grad, m, v, mu_product, t, *, lr, beta1, beta2, eps, momentum_decay):
    mu = beta1 * (1 - 0.5 * 0.96 ** (t * momentum_decay))
    mu_next = beta1 * (1 - 0.5 * 0.96 ** ((t + 1) * momentum_decay))
    mu_product = mu_product * mu
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad * grad
    mb = mu_next * m / (1 - mu_product * mu_next) + (1 - mu) * grad / (1 - mu_product)
    vh = v / (1 - beta2**t)
    return w + lr * mb / (np.sqrt(vh) + eps), m, v, mu_product
