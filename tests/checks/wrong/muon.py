"""Wrong answers in students' own words, with the names that would be right for each."""

import numpy as np
from answers import wrong


@wrong("scale_missing")
def muon_update(w, grad, m, *, lr, beta):
    m = beta * m + grad
    x = grad + beta * m
    x = x / (np.linalg.norm(x) + 1e-7)
    for _ in range(5):
        x = 3.4445 * x - 4.775 * x @ x.T @ x + 2.0315 * x @ x.T @ x @ x.T @ x
    return w - lr * x, m


@wrong("scale_upside_down")
def muon_update(w, grad, m, *, lr, beta):
    m = beta * m + grad
    x = grad + beta * m
    x = x / (np.linalg.norm(x) + 1e-7)
    for _ in range(5):
        x = 3.4445 * x - 4.775 * x @ x.T @ x + 2.0315 * x @ x.T @ x @ x.T @ x
    return w - lr * max(1, w.shape[1] / w.shape[0]) ** 0.5 * x, m


@wrong("average_in_m_as_in_torch")
def muon_update(w, grad, m, *, lr, beta):
    m = m + (1 - beta) * (grad - m)
    x = grad + beta * (m - grad)
    x = x / (np.linalg.norm(x) + 1e-7)
    for _ in range(5):
        x = 3.4445 * x - 4.775 * x @ x.T @ x + 2.0315 * x @ x.T @ x @ x.T @ x
    return w - lr * max(1, w.shape[0] / w.shape[1]) ** 0.5 * x, m


@wrong("look_ahead_missing")
def muon_update(w, grad, m, *, lr, beta):
    m = x = beta * m + grad
    x = x / (np.linalg.norm(x) + 1e-7)
    for _ in range(5):
        x = 3.4445 * x - 4.775 * x @ x.T @ x + 2.0315 * x @ x.T @ x @ x.T @ x
    return w - lr * max(1, w.shape[0] / w.shape[1]) ** 0.5 * x, m


@wrong("not_divided_by_the_norm")
def muon_update(w, grad, m, *, lr, beta):
    m = beta * m + grad
    x = grad + beta * m
    for _ in range(5):
        x = 3.4445 * x - 4.775 * x @ x.T @ x + 2.0315 * x @ x.T @ x @ x.T @ x
    return w - lr * max(1, w.shape[0] / w.shape[1]) ** 0.5 * x, m


@wrong("another_norm")
def muon_update(w, grad, m, *, lr, beta):
    m = beta * m + grad
    x = grad + beta * m
    x = x / (np.linalg.norm(x, ord=2) + 1e-7)
    for _ in range(5):
        x = 3.4445 * x - 4.775 * x @ x.T @ x + 2.0315 * x @ x.T @ x @ x.T @ x
    return w - lr * max(1, w.shape[0] / w.shape[1]) ** 0.5 * x, m


@wrong("small_number_missing")
def muon_update(w, grad, m, *, lr, beta):
    m = beta * m + grad
    x = grad + beta * m
    x = x / np.linalg.norm(x)
    for _ in range(5):
        x = 3.4445 * x - 4.775 * x @ x.T @ x + 2.0315 * x @ x.T @ x @ x.T @ x
    return w - lr * max(1, w.shape[0] / w.shape[1]) ** 0.5 * x, m


@wrong("number_of_steps")
def muon_update(w, grad, m, *, lr, beta):
    m = beta * m + grad
    x = grad + beta * m
    x = x / (np.linalg.norm(x) + 1e-7)
    for _ in range(6):
        x = 3.4445 * x - 4.775 * x @ x.T @ x + 2.0315 * x @ x.T @ x @ x.T @ x
    return w - lr * max(1, w.shape[0] / w.shape[1]) ** 0.5 * x, m


@wrong("products_of_numbers")
def muon_update(w, grad, m, *, lr, beta):
    m = beta * m + grad
    x = grad + beta * m
    x = x / (np.linalg.norm(x) + 1e-7)
    for _ in range(5):
        x = 3.4445 * x - 4.775 * x**3 + 2.0315 * x**5
    return w - lr * max(1, w.shape[0] / w.shape[1]) ** 0.5 * x, m


@wrong("singular_values_all_one")
def muon_update(w, grad, m, *, lr, beta):
    m = beta * m + grad
    x = grad + beta * m
    u, _, vt = np.linalg.svd(x, full_matrices=False)
    x = u @ vt
    return w - lr * max(1, w.shape[0] / w.shape[1]) ** 0.5 * x, m


@wrong("wrong_sign")
def muon_update(w, grad, m, *, lr, beta):
    m = beta * m + grad
    x = grad + beta * m
    x = x / (np.linalg.norm(x) + 1e-7)
    for _ in range(5):
        x = 3.4445 * x - 4.775 * x @ x.T @ x + 2.0315 * x @ x.T @ x @ x.T @ x
    return w + lr * max(1, w.shape[0] / w.shape[1]) ** 0.5 * x, m


@wrong("not_turned_back")
def muon_update(w, grad, m, *, lr, beta):
    m = beta * m + grad
    x = grad + beta * m
    x = x.T if len(w) > len(w.T) else x
    x = x / (np.linalg.norm(x) + 1e-7)
    for _ in range(5):
        x = 3.4445 * x - 4.775 * x @ x.T @ x + 2.0315 * x @ x.T @ x @ x.T @ x
    return w - lr * max(1, w.shape[0] / w.shape[1]) ** 0.5 * x, m
