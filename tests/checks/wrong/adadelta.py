"""Wrong answers in students' own words, with the names that would be right for each."""

import numpy as np
from answers import wrong


@wrong("eps_outside_root")
def rms(average, *, eps):
    return np.sqrt(average) + eps


@wrong("mean_over_coordinates", "scalar_where_an_array_belongs")
def rms(average, *, eps):
    return np.sqrt(np.mean(average**2) + eps)


@wrong("scalar_where_an_array_belongs")
def rms(average, *, eps):
    import math

    return math.sqrt(average + eps)


@wrong("u_from_the_gradient")
def adadelta_update(w, grad, v, u, *, beta, eps):
    v = beta * v + (1 - beta) * grad**2
    d = -np.sqrt(u + eps) / np.sqrt(v + eps) * grad
    u = beta * u + (1 - beta) * grad**2
    return w + d, v, u


@wrong("u_updated_too_early")
def adadelta_update(w, grad, v, u, *, beta, eps):
    v = beta * v + (1 - beta) * grad**2
    u = beta * u + (1 - beta) * grad**2
    return w - np.sqrt(u + eps) / np.sqrt(v + eps) * grad, v, u


@wrong("wrong_sign")
def adadelta_update(w, grad, v, u, *, beta, eps):
    v = beta * v + (1 - beta) * grad**2
    d = np.sqrt(u + eps) / np.sqrt(v + eps) * grad
    u = beta * u + (1 - beta) * d**2
    return w + d, v, u


@wrong("missing_square_root")
def adadelta_update(w, grad, v, u, *, beta, eps):
    v = beta * v + (1 - beta) * grad**2
    d = (u + eps) / (v + eps) * grad
    u = beta * u + (1 - beta) * d**2
    return w - d, v, u


@wrong("u_and_v_swapped")
def adadelta_update(w, grad, v, u, *, beta, eps):
    v = beta * v + (1 - beta) * grad**2
    d = np.sqrt((v + eps) / (u + eps)) * grad
    u = beta * u + (1 - beta) * d**2
    return w - d, v, u


@wrong("learning_rate_as_in_keras")
def adadelta_update(w, grad, v, u, *, beta, eps):
    v = beta * v + (1 - beta) * grad**2
    d = np.sqrt((u + eps) / (v + eps)) * grad
    u = beta * u + (1 - beta) * d**2
    return w - 0.001 * d, v, u


@wrong("sum_instead_of_average_in_u")
def adadelta_update(w, grad, v, u, *, beta, eps):
    v = beta * v + (1 - beta) * grad**2
    d = np.sqrt((u + eps) / (v + eps)) * grad
    u = u + d**2
    return w - d, v, u


@wrong("hard_coded_beta")
def adadelta_update(w, grad, v, u, *, beta, eps):
    v = 0.95 * v + 0.05 * grad**2
    d = np.sqrt((u + eps) / (v + eps)) * grad
    u = 0.95 * u + 0.05 * d**2
    return w - d, v, u


@wrong("numerator_missing")
def adadelta_update(w, grad, v, u, *, beta, eps):
    v = beta * v + (1 - beta) * grad**2
    d = grad / np.sqrt(v + eps)
    u = beta * u + (1 - beta) * d**2
    return w - d, v, u


@wrong("eps_outside_root")
def adadelta_update(w, grad, v, u, *, beta, eps):
    v = beta * v + (1 - beta) * grad**2
    d = -(np.sqrt(u) + eps) / (np.sqrt(v) + eps) * grad
    u = beta * u + (1 - beta) * d**2
    return w + d, v, u


@wrong("notes_schedule_form")
def adadelta_update(w, grad, v, u, *, beta, eps):
    old = v
    v = beta * v + (1 - beta) * grad**2
    d = -np.sqrt((old + eps) / (v + eps)) * grad
    u = beta * u + (1 - beta) * d**2
    return w + d, v, u


@wrong("abs_instead_of_square")
def adadelta_update(w, grad, v, u, *, beta, eps):
    v = beta * v + (1 - beta) * abs(grad)
    d = -np.sqrt((u + eps) / (v + eps)) * grad
    u = beta * u + (1 - beta) * abs(d)
    return w + d, v, u


@wrong("missing_square_in_u")
def adadelta_update(w, grad, v, u, *, beta, eps):
    v = beta * v + (1 - beta) * grad**2
    d = np.sqrt((u + eps) / (v + eps)) * grad
    u = beta * u + (1 - beta) * d
    return w - d, v, u


@wrong("eps_squared")
def adadelta_update(w, grad, v, u, *, beta, eps):
    v = beta * v + (1 - beta) * grad**2
    d = np.sqrt((u + eps**2) / (v + eps**2)) * grad
    u = beta * u + (1 - beta) * d**2
    return w - d, v, u
