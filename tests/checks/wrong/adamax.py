"""Wrong answers in students' own words, with the names that would be right for each."""

import numpy as np
from answers import wrong


@wrong("overflow_at_large_p")
def lp_norm(x, p):
    return np.sum(np.abs(x) ** p, axis=-1) ** (1 / p) if p != np.inf else np.max(np.abs(x), axis=-1)


@wrong("infinity_not_handled")
def lp_norm(x, p):
    return np.sum(np.abs(x) ** p, axis=-1) ** (1 / p)


@wrong("maximum_for_every_p")
def lp_norm(x, p):
    return np.max(np.abs(x), axis=-1)


@wrong("always_the_two_norm")
def lp_norm(x, p):
    return np.sqrt(np.sum(x**2, axis=-1))


@wrong("norm_over_everything")
def lp_norm(x, p):
    return np.sum(np.abs(x) ** p) ** (1 / p) if p < np.inf else np.max(np.abs(x))


@wrong("absolute_value_missing")
def lp_norm(x, p):
    return np.sum(x**p, axis=-1) ** (1 / p) if p < np.inf else np.max(x, axis=-1)


@wrong("always_the_two_norm")
def lp_norm(x, p):
    return np.linalg.norm(x, 2, axis=-1)


@wrong("missing_root")
def lp_norm(x, p):
    return np.sum(np.abs(x) ** p, axis=-1)


@wrong("absolute_value_missing")
def lp_norm(x, p):
    return np.sum(x**p, axis=-1) ** (1 / p)


@wrong("mean_instead_of_sum")
def lp_norm(x, p):
    return np.mean(np.abs(x) ** p, axis=-1) ** (1 / p)


@wrong("norm_over_the_first_axis")
def lp_norm(x, p):
    return np.sum(np.abs(x) ** p, axis=0) ** (1 / p)


@wrong("absolute_value_missing")
def lp_norm(x, p):
    if p == np.inf:
        return np.max(x, axis=-1)
    s = np.max(np.abs(x), axis=-1, keepdims=True)
    s1 = np.where(s == 0, 1, s)
    return s1[..., 0] * np.sum((np.abs(x) / s1) ** p, axis=-1) ** (1 / p)


@wrong("norm_over_everything")
def lp_norm(x, p):
    return np.linalg.norm(x, ord=p)


@wrong("extra_axis")
def lp_norm(x, p):
    s = np.max(np.abs(x), axis=-1, keepdims=True)
    return np.sum(np.abs(x) ** p, axis=-1, keepdims=True) ** (1 / p)


@wrong("minimum_for_maximum")
def adamax_update(w, grad, m, u, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    u = np.minimum(beta2 * u, np.abs(grad) + eps)
    return w - lr / (1 - beta1**t) * m / u, m, u


@wrong("bias_correction_missing")
def adamax_update(w, grad, m, u, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    u = np.maximum(beta2 * u, np.abs(grad) + eps)
    return w - lr * m / u, m, u


@wrong("u_corrected")
def adamax_update(w, grad, m, u, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    u = np.maximum(beta2 * u, np.abs(grad) + eps)
    uh = u / (1 - beta2**t)
    return w - lr / (1 - beta1**t) * m / uh, m, u


@wrong("square_root_of_u")
def adamax_update(w, grad, m, u, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    u = np.maximum(beta2 * u, np.abs(grad) + eps)
    return w - lr / (1 - beta1**t) * m / np.sqrt(u), m, u


@wrong("norm_over_coordinates")
def adamax_update(w, grad, m, u, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    u = np.maximum(beta2 * u, np.max(np.abs(grad)) + eps)
    return w - lr / (1 - beta1**t) * m / u, m, u


@wrong("eps_beside_u_as_in_keras")
def adamax_update(w, grad, m, u, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    u = np.maximum(beta2 * u, np.abs(grad))
    return w - lr / (1 - beta1**t) * m / (u + eps), m, u


@wrong("absolute_value_missing")
def adamax_update(w, grad, m, u, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    u = np.maximum(beta2 * u, grad + eps)
    return w - lr / (1 - beta1**t) * m / u, m, u


@wrong("no_decay")
def adamax_update(w, grad, m, u, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    u = np.maximum(u, abs(grad) + eps)
    return w - lr / (1 - beta1**t) * m / u, m, u


@wrong("eps_missing")
def adamax_update(w, grad, m, u, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    u = np.maximum(beta2 * u, abs(grad))
    return w - lr / (1 - beta1**t) * m / u, m, u


@wrong("average_instead_of_maximum")
def adamax_update(w, grad, m, u, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    u = beta2 * u + (1 - beta2) * abs(grad)
    return w - lr / (1 - beta1**t) * m / (u + eps), m, u


@wrong("average_instead_of_maximum")
def adamax_update(w, grad, m, u, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    u = beta2 * u + (1 - beta2) * np.abs(grad) + eps
    return w - lr / (1 - beta1**t) * m / u, m, u


@wrong("stale_state_u")
def adamax_update(w, grad, m, u, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    nu = np.maximum(beta2 * u, np.abs(grad) + eps)
    return w - lr / (1 - beta1**t) * m / (u + eps), m, nu


@wrong("elementwise_in_place_of_the_norm")
def adam_max_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    mh, vh = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - lr * mh / (np.sqrt(vh) + eps), m, v


@wrong("axis_lost_in_the_norm")
def adam_max_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * np.max(np.abs(grad), axis=-1) ** 2
    mh = m / (1 - beta1**t)
    vh = v / (1 - beta2**t)
    return w - lr * mh / (np.sqrt(vh) + eps), m, v
