"""Right answers in other words than the reference's."""

import numpy as np
from answers import right


@right
def muon_update(w, grad, m, *, lr, beta):
    if w.ndim != 2:
        raise ValueError("w is no matrix")
    m = grad + beta * m
    x = grad + beta * m
    x = x / (np.sqrt(np.sum(x**2)) + 1e-7)  # not transposed: slower, and the same
    for _ in range(5):
        x = 3.4445 * x - 4.775 * x @ x.T @ x + 2.0315 * x @ x.T @ x @ x.T @ x
    return w - lr * np.sqrt(max(1.0, w.shape[0] / w.shape[1])).astype(w.dtype) * x, m


@right
def muon_update(w, grad, m, *, lr, beta):
    rows, columns = np.shape(w)
    m = np.multiply(beta, m) + grad
    x = np.add(grad, np.multiply(beta, m))
    x = x / (np.linalg.norm(x) + 1e-7)
    for _ in range(5):
        gram = np.matmul(x.T, x)
        square = np.matmul(gram, gram)
        x = np.matmul(x, 3.4445 * np.eye(columns, dtype=w.dtype) - 4.775 * gram + 2.0315 * square)
    return w - lr * max(rows / columns, 1) ** 0.5 * x, m


@right
def muon_update(w, grad, m, *, lr, beta):
    if len(w.shape) != 2:
        raise ValueError(w.shape)
    m = beta * m + grad
    g = grad + beta * m
    u, s, vt = np.linalg.svd(g, full_matrices=False)  # the polynomial of the singular values
    s = s / (np.linalg.norm(g) + 1e-7)
    for _ in range(5):
        s = 3.4445 * s - 4.775 * s**3 + 2.0315 * s**5
    return w - lr * max(1, w.shape[0] / w.shape[1]) ** 0.5 * (u * s) @ vt, m


@right
def muon_update(w, grad, m, *, lr, beta):
    if np.ndim(w) != 2:
        raise ValueError("Muon is for matrices")
    m = beta * m + grad
    ahead = grad + beta * m
    tall = w.shape[0] > w.shape[1]
    if tall:
        ahead = ahead.T
    x = ahead / (np.linalg.norm(ahead, "fro") + 1e-7)
    steps = 0
    while steps < 5:
        a = x.dot(x.T)
        b = -4.775 * a + 2.0315 * a.dot(a)
        x = 3.4445 * x + b.dot(x)
        steps += 1
    if tall:
        x = x.T * (w.shape[0] / w.shape[1]) ** 0.5
    return w - lr * x, m
