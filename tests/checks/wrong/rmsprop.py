"""Wrong answers in students' own words, with the names that would be right for each."""

import numpy as np
from answers import wrong


@wrong("beta_and_one_minus_beta_swapped")
def ema_update(average, value, *, beta):
    return (1 - beta) * average + beta * value


@wrong("missing_one_minus_beta")
def ema_update(average, value, *, beta):
    return beta * average + value


@wrong("sum_instead_of_average")
def ema_update(average, value, *, beta):
    return average + value


@wrong("argument_changed_in_place")
def ema_update(average, value, *, beta):
    average *= beta
    average += (1 - beta) * value
    return average


@wrong("sum_instead_of_average")
def rmsprop_update(w, grad, v, *, lr, beta, eps):
    v = v + grad**2
    return w - lr / np.sqrt(v + eps) * grad, v


@wrong()
def rmsprop_update(w, grad, v, *, lr, beta, eps):
    v = beta * v + (1 - beta) * grad**2
    return w - lr * grad / v, v


@wrong("missing_square_root")
def rmsprop_update(w, grad, v, *, lr, beta, eps):
    v = beta * v + (1 - beta) * grad**2
    return w - lr * grad / (v + eps), v


@wrong("no_decay")
def rmsprop_update(w, grad, v, *, lr, beta, eps):
    v = v + (1 - beta) * grad**2
    return w - lr * grad / np.sqrt(v + eps), v


@wrong("missing_one_minus_beta")
def rmsprop_update(w, grad, v, *, lr, beta, eps):
    v = beta * v + grad**2
    return w - lr * grad / np.sqrt(v + eps), v


@wrong("beta_and_one_minus_beta_swapped")
def rmsprop_update(w, grad, v, *, lr, beta, eps):
    v = (1 - beta) * v + beta * grad**2
    return w - lr * grad / np.sqrt(v + eps), v


@wrong("eps_outside_root_as_in_torch")
def rmsprop_update(w, grad, v, *, lr, beta, eps):
    v = beta * v + (1 - beta) * grad**2
    return w - lr * grad / (v**0.5 + eps), v


@wrong("hard_coded_beta")
def rmsprop_update(w, grad, v, *, lr, beta, eps):
    v = 0.9 * v + 0.1 * grad**2
    return w - lr * grad / np.sqrt(v + eps), v


@wrong()
def rmsprop_update(w, grad, v, *, lr, beta, eps):
    root = np.sqrt(beta * v + (1 - beta) * grad**2 + eps)
    return w - lr * grad / root, root


@wrong("mean_over_coordinates")
def rmsprop_update(w, grad, v, *, lr, beta, eps):
    v = beta * v + (1 - beta) * np.mean(grad**2)
    return w - lr * grad / np.sqrt(v + eps), v


@wrong("stale_state")
def rmsprop_update(w, grad, v, *, lr, beta, eps):
    s = beta * v + (1 - beta) * grad**2
    return w - lr * grad / np.sqrt(v + eps), s


@wrong("missing_parentheses_in_the_average")
def rmsprop_update(w, grad, v, *, lr, beta, eps):
    v = beta * v + 1 - beta * grad**2
    return w - lr / np.sqrt(v + eps) * grad, v


@wrong("numerator_missing")
def rmsprop_update(w, grad, v, *, lr, beta, eps):
    v = beta * v + (1 - beta) * grad**2
    return w - lr / np.sqrt(v + eps), v


@wrong("root_over_too_much")
def rmsprop_update(w, grad, v, *, lr, beta, eps):
    v = beta * v + (1 - beta) * grad**2
    return w - np.sqrt(lr / (v + eps)) * grad, v


@wrong("beta_and_one_minus_beta_swapped")
def rmsprop_update(w, grad, v, *, lr, beta, eps):
    ms = (1 - beta) * v + beta * grad**2
    return w + lr * grad / np.sqrt(ms + eps), ms
