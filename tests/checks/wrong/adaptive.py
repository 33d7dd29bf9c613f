"""Wrong answers in students' own words, with the names that would be right for each."""

import numpy as np
from answers import wrong


@wrong("lr_outside_u_as_in_torch")
def sgd_momentum_update(w, grad, u, *, lr, beta):
    u = beta * u + grad
    return w - lr * u, u


@wrong("lr_twice")
def sgd_momentum_update(w, grad, u, *, lr, beta):
    u = beta * u + lr * grad
    w = w - lr * u
    return w, u


@wrong("one_minus_beta_in_u")
def sgd_momentum_update(w, grad, u, *, lr, beta):
    u = beta * u + (1 - beta) * lr * grad
    return w - u, u


@wrong("stale_state")
def sgd_momentum_update(w, grad, u, *, lr, beta):
    w_new = w - u
    u_new = beta * u + lr * grad
    return w_new, u_new


@wrong("look_ahead_added")
def sgd_momentum_update(w, grad, u, *, lr, beta):
    u = beta * u + lr * grad
    return w - beta * u - lr * grad, u


@wrong("velocity_missing_in_the_step")
def sgd_momentum_update(w, grad, u, *, lr, beta):
    u = beta * u + lr * grad
    w = w - lr * grad
    return w, u


@wrong("velocity_with_the_opposite_sign_as_in_keras")
def sgd_momentum_update(w, grad, u, *, lr, beta):
    u = beta * u - lr * grad
    return w + u, u


@wrong("no_decay")
def sgd_momentum_update(w, grad, u, *, lr, beta):
    u += lr * grad
    return w - u, u


@wrong("wrong_sign")
def sgd_update(w, grad, *, lr):
    return w + lr * grad


@wrong("lr_missing")
def sgd_update(w, grad, *, lr):
    return w - grad


@wrong("argument_changed_in_place")
def sgd_update(w, grad, *, lr):
    w -= lr * grad
    return w


@wrong("hard_coded_lr")
def sgd_update(w, grad, *, lr):
    return w - 0.01 * grad


@wrong("nothing_returned")
def sgd_update(w, grad, *, lr):
    w = w - lr * grad


@wrong("list_where_an_array_belongs")
def sgd_update(w, grad, *, lr):
    return list(w - lr * grad)


@wrong("dtype_lost")
def sgd_update(w, grad, *, lr):
    return w - np.float64(lr) * grad


@wrong("share_of_zeros")
def sparsity_factor(x):
    return 1 - np.count_nonzero(x, axis=0) / len(x)


@wrong("never_seen_not_handled")
def sparsity_factor(x):
    return np.sqrt(len(x) / ((x != 0).sum(axis=0) + 1e-8))


@wrong("share_of_zeros")
def sparsity_factor(x):
    return 1 - (x != 0).mean(axis=0)


@wrong("bias_missing")
def dense_forward(h, W, b, activation):
    a = h @ W.T
    return a, activation(a)


@wrong("pre_activation_lost")
def dense_forward(h, W, b, activation):
    a = h @ W.T + b
    return activation(a), activation(a)


@wrong("results_in_another_order")
def dense_forward(h, W, b, activation):
    a = h @ W.T + b
    return activation(a), a


@wrong("order_of_the_product")
def dense_forward(h, W, b, activation):
    a = W @ h + b
    return a, activation(a)


@wrong("hard_coded_activation")
def dense_forward(h, W, b, activation):
    a = h @ W.T + b
    return a, np.tanh(a)


@wrong("activated_twice")
def dense_forward(h, W, b, activation):
    a = activation(h @ W.T + b)
    return a, activation(a)


@wrong("mean_instead_of_sum")
def dense_backward(delta, h, W):
    return delta.T @ h / len(h), delta.mean(axis=0), delta @ W


@wrong("transposed_dW")
def dense_backward(delta, h, W):
    return h.T @ delta, delta.sum(axis=0), delta @ W


@wrong("index_of_the_example_missing_in_dW")
def dense_backward(delta, h, W):
    return np.outer(delta.sum(0), h.sum(0)), delta.sum(0), delta @ W


@wrong("sum_over_the_wrong_axis_in_db")
def dense_backward(delta, h, W):
    return delta.T @ h, delta.sum(axis=1), delta @ W


@wrong("sum_missing_in_db")
def dense_backward(delta, h, W):
    return delta.T @ h, delta, delta @ W


@wrong("weights_transposed_in_dh")
def dense_backward(delta, h, W):
    return delta.T @ h, delta.sum(axis=0), delta @ W.T


@wrong("sum_over_examples_missing")
def dense_backward(delta, h, W):
    return np.outer(delta[-1], h[-1]), delta[-1], delta @ W


@wrong("results_in_another_order")
def dense_backward(delta, h, W):
    return delta @ W, delta.T @ h, delta.sum(axis=0)
