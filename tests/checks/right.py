"""Right answers written in other ways than the reference: they all must pass, with no name."""

HEADS = {
    "sgd_update": "w, grad, *, lr",
    "adagrad_update": "w, grad, v, *, lr, eps",
    "adagrad_momentum_update": "w, grad, v, m, *, lr, beta, eps",
    "ema_update": "average, value, *, beta",
    "rmsprop_update": "w, grad, v, *, lr, beta, eps",
    "rms": "average, *, eps",
    "adadelta_update": "w, grad, v, u, *, beta, eps",
    "adadelta_notes_update": "w, grad, v, u, *, beta, eps",
    "bias_correction": "average, t, *, beta",
    "adam_update": "w, grad, m, v, t, *, lr, beta1, beta2, eps",
    "lp_norm": "x, p",
    "adamax_update": "w, grad, m, u, t, *, lr, beta1, beta2, eps",
    "adam_max_update": "w, grad, m, v, t, *, lr, beta1, beta2, eps",
    "nag_update": "w, u, grad_fn, *, lr, beta",
    "nesterov_update": "w, grad, u, *, lr, beta",
    "nadam_update": "w, grad, m, v, t, *, lr, beta1, beta2, eps",
    "nadam_scheduled_update": (
        "w, grad, m, v, mu_product, t, *, lr, beta1, beta2, eps, momentum_decay"
    ),
    "nadam_notes_update": "w, grad, u, v, *, lr, beta1, beta2, eps",
    "dozat_momentum": "t, *, beta1, momentum_decay",
    "sparsity_factor": "x",
    "sparsity_scaled_lr": "x, *, lr0",
    "dense_forward": "h, W, b, activation",
    "dense_backward": "delta, h, W",
    "step_decay": "t, *, lr0, gamma, tau",
    "exponential_decay": "t, *, lr0, decay_rate",
    "triangular": "t, *, lr_min, lr_max, half_period",
    "triangular_notes": "t, *, lr_min, lr_max, period",
    "cosine_annealing": "t, *, lr_min, lr_max, t_max",
    "cosine_restarts": "t, *, lr_min, lr_max, t_0, t_mult",
    "warmup_inverse_sqrt": "t, *, d_model, warmup",
    "adagrad_effective_lr": "v, *, lr, eps",
    "rmsprop_effective_lr": "v, *, lr, eps",
    "adadelta_effective_lr": "v, u, *, eps",
    "adadelta_notes_effective_lr": "v_before, v, *, eps",
    "adam_effective_lr": "v, t, *, lr, beta2, eps",
    "adam_notes_effective_lr": "v, *, lr, eps",
    "adamw_update": "w, grad, m, v, t, *, lr, beta1, beta2, eps, weight_decay",
    "amsgrad_update": "w, grad, m, v, v_max, t, *, lr, beta1, beta2, eps",
}

BODIES = {
    "sgd_update": [
        "w = w + (-lr) * grad\nreturn w",
        "return np.add(w, np.multiply(-lr, grad, dtype=w.dtype))",
        "return -lr * grad + w",
        "return np.subtract(w, np.multiply(grad, lr))",
        "step = grad.copy() if hasattr(grad, 'copy') else grad\nstep = step * lr\nreturn w - step",
        """
        result = np.empty_like(w)
        for i in np.ndindex(np.shape(w)):
            result[i] = w[i] - lr * grad[i]
        return result
        """,
        "new = np.array(w)\nnew -= lr * grad\nreturn new",
    ],
    "adagrad_update": [
        "v = np.hypot(np.sqrt(v), grad) ** 2\nreturn w - lr * grad / np.sqrt(v + eps), v",
        "s = v + grad ** 2.0\nlrs = lr * np.reciprocal(np.sqrt(s + eps))\nreturn w - lrs * grad, s",
        "total = np.add(v, np.square(grad))\nreturn w - lr * grad / np.sqrt(total + eps), total",
        "v = v + grad * grad\nreturn w - (lr * grad) * (v + eps) ** -0.5, v",
        "new = v.copy()\nnew += grad**2\nstep = np.power(eps + new, 0.5)\nw = w - grad / step * lr\nreturn w, new",
        """
        new_w, new_v = np.empty_like(w), np.empty_like(v)
        for i in np.ndindex(w.shape):
            new_v[i] = v[i] + grad[i] ** 2
            new_w[i] = w[i] - lr / np.sqrt(new_v[i] + eps) * grad[i]
        return new_w, new_v
        """,
        """
        def scale(total):
            return 1 / np.sqrt(total + eps)
        v = abs(grad) ** 2 + v
        return [w - scale(v) * grad * lr, v]
        """,
        "u = v + grad**2\nroot = np.sqrt(u + eps)\nreturn (w * root - lr * grad) / root, u",
        "g = grad.astype(np.float64)\ntotal = v + g**2\nnew = w - lr * g / np.sqrt(total + eps)\nreturn new.astype(w.dtype), total.astype(w.dtype)",
        "w, v = np.array(w), np.array(v)\nv[...] += grad**2\nw[...] -= lr * grad / np.sqrt(v + eps)\nreturn w, v",
        """
        rows = [(a - lr / (c + b**2 + eps) ** 0.5 * b, c + b**2) for a, b, c in zip(w, grad, v)]
        return np.array([r[0] for r in rows]), np.array([r[1] for r in rows])
        """,
        "out = np.zeros_like(w)\nnp.multiply(grad, grad, out=out)\nv = out + v\nreturn w - np.divide(lr, np.sqrt(np.add(v, eps))) * grad, v",
    ],
    "adagrad_momentum_update": [
        "m = m * beta + grad * (1 - beta)\nv = grad * grad + v\nscale = lr / np.sqrt(eps + v)\nreturn w - scale * m, v, m",
        "import math\nnew_v = v + grad ** 2\nnew_m = (1 - beta) * grad + beta * m\nstep = np.true_divide(new_m, np.power(new_v + eps, .5))\nreturn w - step * lr, new_v, new_m",
        "v = v + grad**2\nm = m + (1 - beta) * (grad - m)\nreturn w - lr * m / np.sqrt(v + eps), v, m",
        "m = grad - beta * (grad - m)\nv = np.square(grad) + v\nreturn w - m * (lr / np.sqrt(v + eps)), v, m",
    ],
    "ema_update": [
        "return (1 - beta) * (value + beta / (1 - beta) * average)",
        "return average - (1 - beta) * (average - value)",
        "return average + (1 - beta) * (value - average)",
        "return value + beta * (average - value)",
        "return average * beta + value - value * beta",
        "return np.add(np.multiply(beta, average), np.multiply(1 - beta, value))",
    ],
    "rmsprop_update": [
        "k = 1 - beta\nsq = np.square(grad)\nsq *= k\nsq += beta * v\nreturn w - np.multiply(lr, grad) / np.sqrt(np.add(sq, eps)), sq",
        "v -= 0 * v\nv = v - (1 - beta) * (v - grad ** 2)\nreturn w - grad * lr / (v + eps) ** .5, v",
        "v = v + (1 - beta) * (grad * grad - v)\nreturn w - lr * grad / (v + eps) ** 0.5, v",
        "v = beta * v + np.square(np.sqrt(1 - beta) * grad) if grad.dtype == np.float64 else beta * v + (1 - beta) * grad**2\nreturn w - lr / np.sqrt(v + eps) * grad, v",
        "a = 1.0 - beta\nv = (a * grad) * grad + v * beta\ndenominator = np.sqrt(v + eps)\nw = w - lr * (grad / denominator)\nreturn w, v",
        """
        w, v = w.copy(), v.copy()
        v *= beta
        v += (1 - beta) * grad**2
        w -= lr * grad / np.sqrt(v + eps)
        return w, v
        """,
    ],
    "rms": [
        "return np.sqrt(np.add(average, eps), dtype=np.result_type(average))",
        "return np.exp(0.5 * np.log(average + eps))",
        "return (average + eps) ** 0.5",
        "return np.power(eps + average, 0.5)",
        "x = np.array(average)\nx += eps\nreturn np.sqrt(x)",
    ],
    "adadelta_update": [
        "def root(x): return (x + eps) ** 0.5\nv2 = v * beta + grad ** 2 * (1 - beta)\nstep = root(u) * grad / root(v2)\nu2 = u * beta + step ** 2 * (1 - beta)\nreturn w - step, v2, u2",
        "v = beta * v + (1 - beta) * grad**2\nstep = grad * np.sqrt((u + eps) / (v + eps))\nu = beta * u + (1 - beta) * step**2\nreturn w - step, v, u",
        "s = v - (1 - beta) * (v - grad**2)\nd = (u + eps) ** 0.5 * grad / (s + eps) ** 0.5\nreturn w - d, s, beta * u + (1 - beta) * d * d",
        """
        root = lambda x: np.sqrt(x + eps)
        v_new = beta * v + (1 - beta) * np.multiply(grad, grad)
        delta = np.negative(grad) * root(u) / root(v_new)
        return np.add(w, delta), v_new, beta * u + delta * delta * (1 - beta)
        """,
    ],
    "adadelta_notes_update": [
        "v = v + (1 - beta) * (grad * grad - v)\nu = u + (1 - beta) * (grad * grad - u)\nreturn w - grad * (u + eps) ** .5 / (v + eps) ** .5, v, u",
        "s = (1 - beta) * grad**2\nv = beta * v + s\nu = beta * u + s\nreturn w - grad * ((u + eps) / (v + eps)) ** 0.5, v, u",
    ],
    "bias_correction": [
        "from math import pow as p\nreturn average / (1 - p(beta, t))",
        "s = 0\nfor k in range(t):\n    s += (1 - beta) * beta ** k\nreturn average / s",
        "return average * (1 / (1 - beta**t))",
        "return np.divide(average, 1.0 - pow(beta, t))",
        "factor = 1.0\nfor _ in range(t):\n    factor *= beta\nreturn average / (1 - factor)",
        "return -average / float(np.expm1(t * np.log(beta)))",
    ],
    "adam_update": [
        "b1, b2 = beta1, beta2\nm, v = b1 * m + (1 - b1) * grad, b2 * v + (1 - b2) * grad ** 2\nlr_t = lr / (1 - b1 ** t)\nreturn w - lr_t * m / ((v / (1 - b2 ** t)) ** (1 / 2) + eps), m, v",
        "m = np.average(np.stack([m, grad]), axis=0, weights=[beta1, 1 - beta1]).astype(m.dtype)\nv = (beta2 * v + (1 - beta2) * grad ** 2)\nd = np.sqrt(v / (1 - beta2 ** t)) + eps\nreturn w - lr * m / (1 - beta1 ** t) / d, m, v",
        "m = m + (1 - beta1) * (grad - m)\nv = v + (1 - beta2) * (grad * grad - v)\nreturn w - lr * (m / (1 - beta1**t)) / ((v / (1 - beta2**t)) ** 0.5 + eps), m, v",
        "m = beta1 * m + (1 - beta1) * grad\nv = beta2 * v + (1 - beta2) * np.square(grad)\nc1, c2 = 1 - beta1**t, 1 - beta2**t\nw = w - (lr / c1) * m / (np.sqrt(v) / c2**0.5 + eps)\nreturn w, m, v",
        "m = beta1 * m + (1 - beta1) * grad\nv = beta2 * v + (1 - beta2) * grad**2\nalpha = lr * (1 - beta2**t) ** 0.5 / (1 - beta1**t)\nreturn w - alpha * m / (np.sqrt(v) + eps * (1 - beta2**t) ** 0.5), m, v",
        """
        def corrected(x, b):
            return x / (1.0 - pow(b, t))
        m = np.multiply(beta1, m) + np.multiply(1 - beta1, grad)
        v = np.multiply(beta2, v) + np.multiply(1 - beta2, np.square(grad))
        return np.subtract(w, lr * corrected(m, beta1) / (eps + np.sqrt(corrected(v, beta2)))), m, v
        """,
        """
        w, m, v = w.copy(), m.copy(), v.copy()
        m *= beta1
        m += (1 - beta1) * grad
        v *= beta2
        v += (1 - beta2) * grad * grad
        w -= lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
        return w, m, v
        """,
        """
        W, M, V = np.empty_like(w), np.empty_like(m), np.empty_like(v)
        for i in np.ndindex(w.shape):
            M[i] = beta1 * m[i] + (1 - beta1) * grad[i]
            V[i] = beta2 * v[i] + (1 - beta2) * grad[i] ** 2
            W[i] = w[i] - lr * M[i] / (1 - beta1**t) / ((V[i] / (1 - beta2**t)) ** 0.5 + eps)
        return W, M, V
        """,
        "m = beta1 * m + (1 - beta1) * grad\nv = beta2 * v + (1 - beta2) * grad**2\nb1 = b2 = 1\nfor _ in range(t):\n    b1, b2 = b1 * beta1, b2 * beta2\nm_hat, v_hat = m / (1 - b1), v / (1 - b2)\nreturn w - lr * m_hat / (np.sqrt(v_hat) + eps), m, v",
    ],
    "lp_norm": [
        "a = np.abs(np.atleast_1d(x)) * 1.0\nif a.shape[-1] == 0:\n    return np.zeros(a.shape[:-1])\nif p == np.inf:\n    return a.max(axis=-1)\ns = a.max(axis=-1, keepdims=True)\ns[s == 0] = 1\nr = (((a / s) ** p).sum(axis=-1)) ** (1 / p) * s[..., 0]\nreturn r",
        "a = np.abs(np.atleast_1d(x))\nif np.isinf(p): return np.max(a, axis=-1, initial=0)\nbig = np.max(a, axis=-1, initial=0)\nwith np.errstate(all='ignore'):\n    lg = np.log(a / np.where(big == 0, 1, big)[..., None])\n    return big * np.exp(np.log(np.exp(p * lg).sum(axis=-1)) / p) if np.all(big > 0) else big * 1.0",
        """
        x = np.abs(np.atleast_1d(np.asarray(x)))
        top = x.max(axis=-1)
        if np.isinf(p):
            return top
        safe = np.where(top > 0, top, 1)
        return top * np.sum((x / safe[..., None]) ** p, axis=-1) ** (1 / p)
        """,
        """
        x = np.abs(x)
        if p == np.inf:
            return np.max(x, axis=-1)
        with np.errstate(divide="ignore"):
            logs = p * np.log(x)
        top = np.max(logs, axis=-1, keepdims=True)
        top = np.where(np.isfinite(top), top, 0).astype(x.dtype)
        total = np.log(np.sum(np.exp(logs - top), axis=-1)) + top[..., 0]
        return np.exp(total / p)
        """,
        """
        flat = np.abs(x).reshape(-1, np.shape(x)[-1])
        norms = []
        for row in flat:
            m = max(row)
            norms.append(m if m == 0 or p == np.inf else m * sum((row / m) ** p) ** (1 / p))
        return np.array(norms, dtype=x.dtype).reshape(np.shape(x)[:-1])[()]
        """,
    ],
    "adamax_update": [
        "m = beta1 * m + (1 - beta1) * grad\ncand = np.abs(grad) + eps\nu = np.where(beta2 * u > cand, beta2 * u, cand)\nreturn w - lr * (m / (1 - beta1 ** t)) / u, m, u",
        "m = m + (1 - beta1) * (grad - m)\na, b = beta2 * u, np.sqrt(grad ** 2) + eps\nu = (a + b + np.abs(a - b)) / 2\nreturn w - lr * m / (u * (1 - beta1 ** t)), m, u",
        "m = m * beta1 + grad * (1 - beta1)\na, b = beta2 * u, abs(grad) + eps\nu = np.where(a > b, a, b)\nreturn w - lr * (m / (1 - beta1**t)) / u, m, u",
        "m = m + (1 - beta1) * (grad - m)\nu = np.max(np.stack([beta2 * u, np.abs(grad) + eps]), axis=0)\nreturn w - (lr / (1 - beta1**t)) * (m / u), m, u",
        """
        W, M, U = np.empty_like(w), np.empty_like(m), np.empty_like(u)
        for i in np.ndindex(w.shape):
            M[i] = beta1 * m[i] + (1 - beta1) * grad[i]
            U[i] = max(beta2 * u[i], abs(grad[i]) + eps)
            W[i] = w[i] - lr / (1 - beta1**t) * M[i] / U[i]
        return W, M, U
        """,
    ],
    "adam_max_update": [
        "n = np.max(np.abs(grad), axis=-1, keepdims=True) if np.ndim(grad) and grad.size else np.abs(grad)\nm = beta1 * m + (1 - beta1) * grad\nv = beta2 * v + (1 - beta2) * np.square(n)\nreturn w - lr * m / (1 - beta1 ** t) / (np.sqrt(v / (1 - beta2 ** t)) + eps), m, v",
        "m = beta1 * m + (1 - beta1) * grad\nbig = np.max(grad**2, axis=-1, keepdims=True) if np.ndim(grad) else grad**2\nv = beta2 * v + (1 - beta2) * big\nreturn w - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v",
        "m = m + (1 - beta1) * (grad - m)\nnorm = np.linalg.norm(grad, np.inf, axis=-1, keepdims=True)\nv = v + (1 - beta2) * (norm * norm - v)\nreturn w - lr * m / (1 - beta1**t) / ((v / (1 - beta2**t)) ** 0.5 + eps), m, v",
    ],
    "nag_update": [
        "ahead = w - np.multiply(beta, u)\ng = grad_fn(ahead)\nnew = lr * g + beta * u\nreturn w - new, new",
        "p = w - beta * u\nu = w - p + lr * grad_fn(p)\nreturn w - u, u",
        "g = grad_fn(w - beta * u)\nu = lr * g + beta * u\nreturn w - u, u",
        "ahead = w - u * beta\nnew = ahead - lr * grad_fn(ahead)\nreturn new, beta * u + lr * grad_fn(ahead)",
        "velocity = np.multiply(beta, u)\nvelocity = velocity + np.multiply(lr, grad_fn(np.subtract(w, velocity)))\nreturn np.subtract(w, velocity), velocity",
    ],
    "nesterov_update": [
        "n = beta * u + lr * grad\nreturn w - lr * grad - beta * n, n",
        "n = beta * u + lr * grad\nreturn w + beta * u - (1 + beta) * n, n",
        "new = lr * grad + beta * u\nreturn w - lr * grad - beta * new, new",
        "s = lr * grad\nu = beta * u + s\nreturn w - u + (1 - beta) * u - s, u",
        "u = u * beta\nu = u + lr * grad\nstep = beta * u\nstep = step + lr * grad\nreturn w - step, u",
    ],
    "nadam_update": [
        "m = beta1 * m + (1 - beta1) * grad\nv = beta2 * v + (1 - beta2) * grad ** 2\na = beta1 / (1 - beta1 ** (t + 1))\nb = (1 - beta1) / (1 - beta1 ** t)\nreturn w - lr * (a * m + b * grad) / (np.sqrt(v) / (1 - beta2 ** t) ** .5 + eps), m, v",
        "m = m + (1 - beta1) * (grad - m)\nv = v + (1 - beta2) * (grad**2 - v)\nbar = beta1 * (m / (1 - beta1 ** (t + 1))) + (1 - beta1) / (1 - beta1**t) * grad\nreturn w - lr * bar / ((v / (1 - beta2**t)) ** 0.5 + eps), m, v",
        "keep, new = beta1, 1 - beta1\nm = keep * m + new * grad\nv = beta2 * v + (1 - beta2) * np.square(grad)\nn = keep / (1 - keep ** (t + 1)) * m\ng = new / (1 - keep**t) * grad\nreturn w - np.divide(lr * (n + g), eps + np.sqrt(v / (1 - beta2**t))), m, v",
    ],
    "nadam_scheduled_update": [
        "mom = lambda s: beta1 * (1 - 0.5 * 0.96 ** (s * momentum_decay))\nmu, nxt = mom(t), mom(t + 1)\nprod = mu if t == 1 else mu_product * mu\nif t == 1 and np.ndim(mu_product): prod = np.full_like(mu_product, mu)\nm = beta1 * m + (1 - beta1) * grad\nv = beta2 * v + (1 - beta2) * grad ** 2\nmb = nxt * m / (1 - prod * nxt) + (1 - mu) * grad / (1 - prod)\nreturn w - lr * mb / (np.sqrt(v / (1 - beta2 ** t)) + eps), m, v, prod",
        """
        now = beta1 * (1 - 0.5 * 0.96 ** (momentum_decay * t))
        after = beta1 * (1 - 0.5 * 0.96 ** (momentum_decay * (t + 1)))
        product = now if t == 1 else mu_product * now
        m = m + (1 - beta1) * (grad - m)
        v = v + (1 - beta2) * (grad * grad - v)
        bar = after / (1 - product * after) * m + (1 - now) / (1 - product) * grad
        return w - lr * bar / (np.sqrt(v / (1 - beta2**t)) + eps), m, v, product
        """,
    ],
    "nadam_notes_update": [
        "u = lr * grad + u * beta1\nv = v * beta2 + grad ** 2 * (1 - beta2)\nreturn w - lr * (beta1 * u + (1 - beta1) * grad) / (v ** .5 + eps), u, v",
        "u = lr * grad + beta1 * u\nv = v + (1 - beta2) * (grad**2 - v)\nd = v**0.5 + eps\nreturn w - lr * beta1 * u / d - lr * (1 - beta1) * grad / d, u, v",
    ],
    "dozat_momentum": [
        "return beta1 - beta1 / 2 * 0.96 ** (momentum_decay * t)",
        "import math\nreturn beta1 * (1 - np.exp(math.log(.96) * t * momentum_decay) / 2)",
        "return beta1 - beta1 * 0.96 ** (momentum_decay * t) / 2",
        "return beta1 * (1 - 0.5 * np.power(0.96, np.multiply(t, momentum_decay)))",
        "return (1 - 0.5 * np.exp(np.log(0.96) * momentum_decay * t)) * beta1",
    ],
    "sparsity_factor": [
        "x = np.asarray(x)\nm = x.shape[0]\ncount = (x != 0).astype(int).sum(axis=0)\ncount = np.where(count < 1, 1, count)\nout = (m / count) ** .5\nreturn out.astype(x.dtype) if x.dtype == np.float32 else out",
        "x = np.asarray(x)\ncount = (x != 0).sum(axis=0)\ncount = np.where(count < 1, 1, count)\nresult = np.sqrt(x.shape[0] / count)\nreturn result.astype(x.dtype) if x.dtype == np.float32 else result",
        "seen = np.clip(np.sum(np.abs(x) > 0, axis=0), 1, None)\nkind = np.float32 if x.dtype == np.float32 else np.float64\nreturn ((len(x) / seen) ** 0.5).astype(kind)",
    ],
    "sparsity_scaled_lr": [
        "f = sparsity_factor(x)\nreturn np.multiply(lr0, f, dtype=f.dtype)",
        "return np.multiply(sparsity_factor(x), lr0)",
        "factor = sparsity_factor(x)\nreturn factor * lr0",
    ],
    "dense_forward": [
        "a = np.einsum('kj,ij->ki', h, W) + b\nreturn a, activation(a)",
        "a = (W @ h.T).T + b[None, :]\nz = activation(a)\nreturn (a, z)",
        "a = np.dot(h, W.T) + b\nreturn a, activation(a)",
        "a = np.einsum('ki,oi->ko', h, W) + b[None, :]\nreturn a, activation(a)",
        "a = np.array([W @ row + b for row in h])\nreturn a, activation(a)",
        "a = (W @ h.T).T + b\nout = activation(a.copy())\nreturn a, out",
    ],
    "dense_backward": [
        "dW = np.einsum('ki,kj->ij', delta, h)\nreturn dW, np.add.reduce(delta, 0), np.dot(delta, W)",
        "dW = np.zeros_like(W)\ndb = np.zeros(W.shape[0], W.dtype)\ndh = np.zeros_like(h)\nfor k in range(len(h)):\n    dW += np.outer(delta[k], h[k])\n    db += delta[k]\n    dh[k] = W.T @ delta[k]\nreturn dW, db, dh",
        "return np.einsum('ko,ki->oi', delta, h), np.sum(delta, 0), np.dot(delta, W)",
        "dW = np.zeros_like(W)\ndb = np.zeros_like(W[:, 0])\nfor d, x in zip(delta, h):\n    dW += np.outer(d, x)\n    db += d\nreturn dW, db, (W.T @ delta.T).T",
        "dW = np.dot(h.T, delta).T\nreturn dW, np.ones(len(delta), delta.dtype) @ delta, delta.dot(W)",
    ],
    "step_decay": [
        "return lr0 * gamma ** np.floor(np.divide(t, tau))",
        "n = np.asarray(t) // tau\nreturn lr0 * np.exp(n * np.log(gamma))",
        "return lr0 * gamma ** np.floor(t / tau)",
        "return lr0 * np.power(gamma, np.floor_divide(t, tau))",
        "drops = (np.asarray(t) / tau).astype(int)\nreturn lr0 * np.float64(gamma) ** drops",
    ],
    "exponential_decay": [
        "return lr0 / np.exp(decay_rate * t)",
        "import math\nreturn lr0 * math.e ** (-decay_rate * t)",
        "return np.exp(-np.multiply(decay_rate, t)) * lr0",
        "return lr0 / np.exp(decay_rate * t)",
        "return lr0 * np.exp(-decay_rate) ** t",
    ],
    "triangular": [
        "cycle = np.floor(1 + t / (2 * half_period))\nx = np.abs(t / half_period - 2 * cycle + 1)\nreturn lr_min + (lr_max - lr_min) * np.maximum(0, 1 - x)",
        "s = np.asarray(t) % (2 * half_period)\nreturn np.where(s < half_period, lr_min + (lr_max - lr_min) * s / half_period, lr_max - (lr_max - lr_min) * (s - half_period) / half_period)",
        "cycle = np.floor(1 + t / (2 * half_period))\nx = np.abs(t / half_period - 2 * cycle + 1)\nreturn lr_min + (lr_max - lr_min) * np.maximum(0, 1 - x)",
        "phase = np.mod(t, 2 * half_period)\nup = lr_min + (lr_max - lr_min) * phase / half_period\ndown = lr_max - (lr_max - lr_min) * (phase - half_period) / half_period\nreturn np.where(phase < half_period, up, down)",
        "k = t // (2 * half_period)\nr = t - 2 * half_period * k\nreturn lr_min + (lr_max - lr_min) * np.minimum(r, 2 * half_period - r) / half_period",
    ],
    "triangular_notes": [
        "x = t / period - 2 * np.floor(t / period) - 1\nreturn lr_min + (lr_max - lr_min) * np.maximum(0, 1 - np.abs(x))",
    ],
    "cosine_annealing": [
        "return lr_min + (lr_max - lr_min) * np.cos(np.pi * t / (2 * t_max)) ** 2",
        "mid, amp = (lr_max + lr_min) / 2, (lr_max - lr_min) / 2\nreturn mid + amp * np.cos(t / t_max * np.pi)",
        "return lr_min + (lr_max - lr_min) * (1 + np.cos(np.pi * t / t_max)) / 2",
        "return lr_min + (lr_max - lr_min) * np.cos(np.pi * np.asarray(t) / (2 * t_max)) ** 2",
        "middle, half = (lr_max + lr_min) / 2, (lr_max - lr_min) / 2\nreturn middle + half * np.cos(t / t_max * np.pi)",
    ],
    "cosine_restarts": [
        "def one(s):\n    T = t_0\n    while s >= T:\n        s -= T\n        T *= t_mult\n    return lr_min + (lr_max - lr_min) * (1 + np.cos(np.pi * s / T)) / 2\nreturn np.vectorize(one, otypes=[float])(t) if np.ndim(t) else one(t)",
        """
        def at(now):
            length = t_0
            while now >= length:
                now, length = now - length, length * t_mult
            return lr_min + 0.5 * (lr_max - lr_min) * (1 + np.cos(np.pi * now / length))
        if np.ndim(t) == 0:
            return at(t)
        return np.array([at(now) for now in np.ravel(t)]).reshape(np.shape(t))
        """,
        """
        t = np.asarray(t, dtype=float)
        start, length = np.zeros_like(t), np.full_like(t, t_0)
        for _ in range(3000):
            over = t >= start + length
            if not over.any():
                break
            start, length = np.where(over, start + length, start), np.where(over, length * t_mult, length)
        return lr_min + (lr_max - lr_min) * (1 + np.cos(np.pi * (t - start) / length)) / 2
        """,
    ],
    "warmup_inverse_sqrt": [
        "t = np.asarray(t, float)\nreturn np.where(t < warmup, t / warmup, np.sqrt(warmup / t)) / np.sqrt(d_model * warmup)",
        "return np.minimum(1 / np.sqrt(t), t / warmup ** 1.5) / d_model ** .5",
        "return np.minimum(1 / np.sqrt(t), t / warmup**1.5) / np.sqrt(d_model)",
        "t = np.asarray(t)\nreturn np.where(t < warmup, t * warmup**-1.5, np.power(t, -0.5)) * d_model**-0.5",
    ],
    "adagrad_effective_lr": [
        "return lr * (v + eps) ** -0.5",
        "return lr * (v + eps) ** -0.5",
        "return np.divide(lr, np.sqrt(np.add(v, eps)))",
    ],
    "rmsprop_effective_lr": ["root = np.sqrt(eps + v)\nreturn lr / root"],
    "adadelta_effective_lr": [
        "return ((eps + u) / (eps + v)) ** .5",
        "return np.sqrt((u + eps) / (v + eps))",
        "return ((u + eps) / (v + eps)) ** 0.5",
    ],
    "adadelta_notes_effective_lr": ["return np.sqrt(v_before + eps) / np.sqrt(v + eps)"],
    "adam_effective_lr": [
        "c = (1 - beta2 ** t) ** .5\nreturn lr * c / (np.sqrt(v) + eps * c)",
        "return lr / (eps + np.sqrt(v) / (1 - beta2**t) ** 0.5)",
        "c = (1 - beta2**t) ** 0.5\nreturn lr * c / (np.sqrt(v) + eps * c)",
    ],
    "adam_notes_effective_lr": ["return lr * np.power(v + eps, -0.5)"],
    "adamw_update": [
        """
        w_decayed = w - lr * weight_decay * w
        m = m + (1 - beta1) * (grad - m)
        v = v + (1 - beta2) * (grad * grad - v)
        step = m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
        return w_decayed - lr * step, m, v
        """,
        """
        m, v = beta1 * m + (1 - beta1) * grad, beta2 * v + (1 - beta2) * np.square(grad)
        c1, c2 = 1 - beta1**t, (1 - beta2**t) ** 0.5
        return (1 - lr * weight_decay) * w - lr / c1 * m / (np.sqrt(v) / c2 + eps), m, v
        """,
        """
        def mean(old, new, b):
            return np.add(np.multiply(b, old), np.multiply(1 - b, new))
        def without_bias(x, b):
            return x / (1.0 - pow(b, t))
        m, v = mean(m, grad, beta1), mean(v, grad * grad, beta2)
        direction = without_bias(m, beta1) / (eps + without_bias(v, beta2) ** 0.5)
        return w - lr * direction - weight_decay * lr * w, m, v
        """,
        """
        w, m, v = w.copy(), m.copy(), v.copy()
        w -= lr * weight_decay * w
        m *= beta1
        m += (1 - beta1) * grad
        v *= beta2
        v += (1 - beta2) * grad**2
        w -= lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
        return w, m, v
        """,
    ],
    "amsgrad_update": [
        """
        m = m + (1 - beta1) * (grad - m)
        v = v + (1 - beta2) * (grad * grad - v)
        v_max = np.where(v > v_max, v, v_max)
        return w - lr * m / (1 - beta1**t) / ((v_max / (1 - beta2**t)) ** 0.5 + eps), m, v, v_max
        """,
        """
        m = beta1 * m + (1 - beta1) * grad
        v = beta2 * v + (1 - beta2) * np.square(grad)
        v_max = np.fmax(v, v_max)
        c1, c2 = 1 - beta1**t, (1 - beta2**t) ** 0.5
        return w - lr / c1 * m / (np.sqrt(v_max) / c2 + eps), m, v, v_max
        """,
        """
        m = np.multiply(beta1, m) + np.multiply(1 - beta1, grad)
        v = np.multiply(beta2, v) + np.multiply(1 - beta2, grad * grad)
        v_max = np.amax(np.stack([v_max, v]), axis=0)
        denominator = eps + np.sqrt(v_max) / np.sqrt(1 - beta2**t, dtype=w.dtype)
        return np.subtract(w, lr * (m / (1 - beta1**t)) / denominator), m, v, v_max
        """,
    ],
}
