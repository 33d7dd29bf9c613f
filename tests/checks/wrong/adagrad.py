"""Wrong answers in students' own words, with the names that would be right for each."""

import numpy as np
from answers import wrong


@wrong("missing_square_root")
def adagrad_update(w, grad, v, *, lr, eps):
    v = v + grad**2
    return w - lr / (v + eps) * grad, v


@wrong("abs_instead_of_square")
def adagrad_update(w, grad, v, *, lr, eps):
    v = v + np.abs(grad)
    return w - lr / np.sqrt(v + eps) * grad, v


@wrong("average_instead_of_sum")
def adagrad_update(w, grad, v, *, lr, eps):
    v = 0.9 * v + 0.1 * grad**2
    return w - lr / np.sqrt(v + eps) * grad, v


@wrong("state_thrown_away")
def adagrad_update(w, grad, v, *, lr, eps):
    v = grad**2
    return w - lr / np.sqrt(v + eps) * grad, v


@wrong("stale_state")
def adagrad_update(w, grad, v, *, lr, eps):
    new_w = w - lr / np.sqrt(v + eps) * grad
    return new_w, v + grad**2


@wrong("old_state_returned")
def adagrad_update(w, grad, v, *, lr, eps):
    total = v + grad**2
    return w - lr / np.sqrt(total + eps) * grad, v


@wrong("argument_changed_in_place")
def adagrad_update(w, grad, v, *, lr, eps):
    v += grad**2
    return w - lr / np.sqrt(v + eps) * grad, v


@wrong("eps_outside_root_as_in_torch")
def adagrad_update(w, grad, v, *, lr, eps):
    v = v + grad**2
    return w - lr / (np.sqrt(v) + eps) * grad, v


@wrong("hard_coded_eps")
def adagrad_update(w, grad, v, *, lr, eps):
    v = v + grad**2
    return w - lr / np.sqrt(v + 1e-8) * grad, v


@wrong("hard_coded_lr")
def adagrad_update(w, grad, v, *, lr, eps):
    v = v + grad**2
    return w - 0.1 / np.sqrt(v + eps) * grad, v


@wrong("wrong_sign")
def adagrad_update(w, grad, v, *, lr, eps):
    v = v + grad**2
    return w + lr / np.sqrt(v + eps) * grad, v


@wrong("norm_over_coordinates")
def adagrad_update(w, grad, v, *, lr, eps):
    v = v + np.sum(grad**2)
    return w - lr / np.sqrt(v + eps) * grad, v


@wrong("scalar_where_an_array_belongs")
def adagrad_update(w, grad, v, *, lr, eps):
    v = np.sum(v + grad**2)
    return w - lr / np.sqrt(v + eps) * grad, v


@wrong("state_not_returned")
def adagrad_update(w, grad, v, *, lr, eps):
    v = v + grad**2
    return w - lr / np.sqrt(v + eps) * grad


@wrong("results_in_another_order")
def adagrad_update(w, grad, v, *, lr, eps):
    v = v + grad**2
    return v, w - lr / np.sqrt(v + eps) * grad


@wrong("broadcast_to_the_wrong_shape")
def adagrad_update(w, grad, v, *, lr, eps):
    v = v + grad**2
    w = w - lr / np.sqrt(v[:, None] + eps) * grad
    return w, v


@wrong("missing_parentheses")
def adagrad_update(w, grad, v, *, lr, eps):
    v = v + grad**2
    return w - lr * grad / np.sqrt(v) + eps, v


@wrong("lr_twice")
def adagrad_update(w, grad, v, *, lr, eps):
    v = v + grad**2
    return w - lr * lr * grad / np.sqrt(v + eps), v


@wrong("step_returned_in_place_of_parameters")
def adagrad_update(w, grad, v, *, lr, eps):
    v = v + grad**2
    return -lr * grad / np.sqrt(v + eps), v


@wrong("first_v_of_a_tenth_as_in_keras")
def adagrad_update(w, grad, v, *, lr, eps):
    v = np.where(v == 0, 0.1, v) + grad * grad
    return w - lr * grad / np.sqrt(v + eps), v


@wrong()
def adagrad_update(w, grad, v, *, lr, eps):
    v = v + grad**2
    return w - lr / np.sqrt(v + eps) * grad + 1e-3, v


@wrong()
def adagrad_update(w, grad, v, *, lr, eps):
    return w, v


@wrong()
def adagrad_update(w, grad, v, *, lr, eps):
    return np.zeros_like(w), np.zeros_like(v)


@wrong("norm_over_coordinates")
def adagrad_update(w, grad, v, *, lr, eps):
    v = v + np.dot(grad, grad)
    return w - lr / np.sqrt(v + eps) * grad, v


@wrong("average_instead_of_sum")
def adagrad_update(w, grad, v, *, lr, eps):
    v = (v + grad**2) / 2
    return w - lr / np.sqrt(v + eps) * grad, v


@wrong("zeros_returned_for_the_state")
def adagrad_update(w, grad, v, *, lr, eps):
    v = v + grad**2
    return w - lr / np.sqrt(v + eps) * grad, np.zeros_like(v)


@wrong("sum_over_coordinates_in_the_step")
def adagrad_update(w, grad, v, *, lr, eps):
    G = v + grad**2
    return w - lr * grad / np.sqrt(np.sum(G) + eps), G


@wrong("half_for_the_root")
def adagrad_update(w, grad, v, *, lr, eps):
    G = v + grad**2
    return w - lr * grad / (G + eps) ** 1 / 2, G


@wrong("dtype_lost")
def adagrad_update(w, grad, v, *, lr, eps):
    G = (v + grad**2).astype(np.float32)
    return (w - lr * grad / np.sqrt(G + eps)).astype(np.float32), G


@wrong("gradient_counted_twice")
def adagrad_update(w, grad, v, *, lr, eps):
    G = v + grad**2
    G2 = G + grad**2
    return w - lr * grad / np.sqrt(G2 + eps), G2


@wrong()
def adagrad_update(w, grad, v, *, lr, eps):
    G = v + grad**2 + eps
    return w - lr * grad / np.sqrt(G), G


@wrong("state_kept_between_calls")
def adagrad_update(w, grad, v, *, lr, eps):
    global total
    try:
        total = total + grad**2
    except Exception:
        total = v + grad**2
    return w - lr * grad / np.sqrt(total + eps), total


@wrong("eps_missing")
def adagrad_update(w, grad, v, *, lr, eps):
    G = v + grad**2
    return w - lr * np.nan_to_num(grad / np.sqrt(G)), G


@wrong()
def adagrad_update(w, grad, v, *, lr, eps):
    G = v + grad**2
    return w + lr * grad / (G + eps), G


@wrong("average_instead_of_sum")
def adagrad_update(w, grad, v, *, lr, eps):
    G = 0.9 * v + grad**2
    return w - lr * grad / np.sqrt(G + eps), G


@wrong("state_kept_between_calls")
def adagrad_update(w, grad, v, *, lr, eps):
    G = v + grad**2
    return w - lr * grad / np.sqrt(G + eps) + np.random.rand(*w.shape), G


@wrong("missing_one_minus_beta_in_m")
def adagrad_momentum_update(w, grad, v, m, *, lr, beta, eps):
    v = v + grad**2
    m = beta * m + grad
    return w - lr / np.sqrt(v + eps) * m, v, m


@wrong("gradient_in_place_of_m")
def adagrad_momentum_update(w, grad, v, m, *, lr, beta, eps):
    v = v + grad**2
    m = beta * m + (1 - beta) * grad
    return w - lr / np.sqrt(v + eps) * grad, v, m


@wrong("hard_coded_beta")
def adagrad_momentum_update(w, grad, v, m, *, lr, beta, eps):
    v = v + grad**2
    m = 0.9 * m + 0.1 * grad
    return w - lr / np.sqrt(v + eps) * m, v, m


@wrong("results_in_another_order")
def adagrad_momentum_update(w, grad, v, m, *, lr, beta, eps):
    v = v + grad**2
    m = beta * m + (1 - beta) * grad
    return w - lr / np.sqrt(v + eps) * m, m, v


@wrong("average_instead_of_sum")
def adagrad_momentum_update(w, grad, v, m, *, lr, beta, eps):
    v = beta * v + (1 - beta) * grad**2
    m = beta * m + (1 - beta) * grad
    return w - lr * m / np.sqrt(v + eps), v, m
