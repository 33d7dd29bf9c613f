"""Right answers in other words than the reference's."""

import numpy as np
from answers import right


@right
def sgd_update(w, grad, *, lr):
    w = w + (-lr) * grad
    return w


@right
def sgd_update(w, grad, *, lr):
    return np.add(w, np.multiply(-lr, grad, dtype=w.dtype))


@right
def sgd_update(w, grad, *, lr):
    return -lr * grad + w


@right
def sgd_update(w, grad, *, lr):
    return np.subtract(w, np.multiply(grad, lr))


@right
def sgd_update(w, grad, *, lr):
    step = grad.copy() if hasattr(grad, "copy") else grad
    step = step * lr
    return w - step


@right
def sgd_update(w, grad, *, lr):
    result = np.empty_like(w)
    for i in np.ndindex(np.shape(w)):
        result[i] = w[i] - lr * grad[i]
    return result


@right
def sgd_update(w, grad, *, lr):
    new = np.array(w)
    new -= lr * grad
    return new


@right
def sgd_momentum_update(w, grad, u, *, lr, beta):
    new = lr * grad + beta * u
    return w - new, new


@right
def sgd_momentum_update(w, grad, u, *, lr, beta):
    v = np.multiply(u, beta) + np.multiply(grad, lr)
    return np.subtract(w, v), v


@right
def sgd_momentum_update(w, grad, u, *, lr, beta):
    step = -(beta * u) - lr * grad
    w = w + step
    return w, -step


@right
def sgd_momentum_update(w, grad, u, *, lr, beta):
    u = u.copy()
    u *= beta
    u += lr * grad
    return w - u, u


@right
def sparsity_factor(x):
    x = np.asarray(x)
    m = x.shape[0]
    count = (x != 0).astype(int).sum(axis=0)
    count = np.where(count < 1, 1, count)
    out = (m / count) ** 0.5
    return out.astype(x.dtype) if x.dtype == np.float32 else out


@right
def sparsity_factor(x):
    x = np.asarray(x)
    count = (x != 0).sum(axis=0)
    count = np.where(count < 1, 1, count)
    result = np.sqrt(x.shape[0] / count)
    return result.astype(x.dtype) if x.dtype == np.float32 else result


@right
def sparsity_factor(x):
    seen = np.clip(np.sum(np.abs(x) > 0, axis=0), 1, None)
    kind = np.float32 if x.dtype == np.float32 else np.float64
    return ((len(x) / seen) ** 0.5).astype(kind)


@right
def sparsity_scaled_lr(x, *, lr0):
    f = sparsity_factor(x)
    return np.multiply(lr0, f, dtype=f.dtype)


@right
def sparsity_scaled_lr(x, *, lr0):
    return np.multiply(sparsity_factor(x), lr0)


@right
def sparsity_scaled_lr(x, *, lr0):
    factor = sparsity_factor(x)
    return factor * lr0


@right
def dense_forward(h, W, b, activation):
    a = np.einsum("kj,ij->ki", h, W) + b
    return a, activation(a)


@right
def dense_forward(h, W, b, activation):
    a = (W @ h.T).T + b[None, :]
    z = activation(a)
    return (a, z)


@right
def dense_forward(h, W, b, activation):
    a = np.dot(h, W.T) + b
    return a, activation(a)


@right
def dense_forward(h, W, b, activation):
    a = np.einsum("ki,oi->ko", h, W) + b[None, :]
    return a, activation(a)


@right
def dense_forward(h, W, b, activation):
    a = np.array([W @ row + b for row in h])
    return a, activation(a)


@right
def dense_forward(h, W, b, activation):
    a = (W @ h.T).T + b
    out = activation(a.copy())
    return a, out


@right
def dense_backward(delta, h, W):
    dW = np.einsum("ki,kj->ij", delta, h)
    return dW, np.add.reduce(delta, 0), np.dot(delta, W)


@right
def dense_backward(delta, h, W):
    dW = np.zeros_like(W)
    db = np.zeros(W.shape[0], W.dtype)
    dh = np.zeros_like(h)
    for k in range(len(h)):
        dW += np.outer(delta[k], h[k])
        db += delta[k]
        dh[k] = W.T @ delta[k]
    return dW, db, dh


@right
def dense_backward(delta, h, W):
    return np.einsum("ko,ki->oi", delta, h), np.sum(delta, 0), np.dot(delta, W)


@right
def dense_backward(delta, h, W):
    dW = np.zeros_like(W)
    db = np.zeros_like(W[:, 0])
    for d, x in zip(delta, h):
        dW += np.outer(d, x)
        db += d
    return dW, db, (W.T @ delta.T).T


@right
def dense_backward(delta, h, W):
    dW = np.dot(h.T, delta).T
    return dW, np.ones(len(delta), delta.dtype) @ delta, delta.dot(W)
