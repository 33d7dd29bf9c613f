"""Forms of the rules that other libraries use and the course does not ask for.

They make two things possible: tests against those libraries' own runs, and a check that calls
a student's right formula by its owner's name. Signatures are those of the course's rules.
"""

import numpy as np

from solutions.updates import muon


def torch_momentum_update(w, grad, u, *, lr, beta):
    """Take one step of momentum with lr outside the velocity: PyTorch and optax.

    The course's w as long as lr is constant, another under a schedule::

        u ← beta · u + grad
        w ← w - lr · u
    """
    u = beta * u + grad
    w = w - lr * u
    return w, u


def torch_adagrad_update(w, grad, v, *, lr, eps):
    """Take one AdaGrad step with eps outside the root: PyTorch and Duchi et al. (2011), §3.

    ::

        v ← v + grad²
        w ← w - lr / (√v + eps) · grad
    """
    v = v + grad**2
    w = w - lr / (np.sqrt(v) + eps) * grad
    return w, v


def torch_rmsprop_update(w, grad, v, *, lr, beta, eps):
    """Take one RMSprop step with eps outside the root: PyTorch, optax with eps_in_sqrt=False.

    ::

        v ← beta · v + (1 - beta) · grad²
        w ← w - lr / (√v + eps) · grad
    """
    v = beta * v + (1 - beta) * grad**2
    w = w - lr / (np.sqrt(v) + eps) * grad
    return w, v


def scaled_adadelta_update(w, grad, v, u, *, lr, beta, eps):
    """Take one AdaDelta step times lr: PyTorch (default 1), Keras (.001) and optax.

    ::

        v ← beta · v + (1 - beta) · grad²
        Δw = -√(u + eps) / √(v + eps) · grad
        u ← beta · u + (1 - beta) · Δw²
        w ← w + lr · Δw
    """
    v = beta * v + (1 - beta) * grad**2
    delta_w = -np.sqrt(u + eps) / np.sqrt(v + eps) * grad
    u = beta * u + (1 - beta) * delta_w**2
    w = w + lr * delta_w
    return w, v, u


def keras_adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    """Take one Adam step with eps beside the uncorrected root: Keras.

    Kingma and Ba (2015) give this form just before §2.1 and call its eps "epsilon hat"::

        w ← w - lr · √(1 - beta2ᵗ) / (1 - beta1ᵗ) · m / (√v + eps)
    """
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    w = w - lr * (1 - beta2**t) ** 0.5 / (1 - beta1**t) * m / (np.sqrt(v) + eps)
    return w, m, v


def optax_adam_eps_root_update(w, grad, m, v, t, *, lr, beta1, beta2, eps, eps_root):
    """Take one Adam step with a second eps, inside the root: optax's eps_root.

    ::

        w ← w - lr · m̂ / (√(v̂ + eps_root) + eps)
    """
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    w = w - lr * m_hat / (np.sqrt(v_hat + eps_root) + eps)
    return w, m, v


def keras_adamax_update(w, grad, m, u, t, *, lr, beta1, beta2, eps):
    """Take one AdaMax step with eps added to u: Keras; with eps = 0 the paper's Algorithm 2.

    ::

        u ← max(beta2 · u, |grad|)
        w ← w - lr / (1 - beta1ᵗ) · m / (u + eps)
    """
    m = beta1 * m + (1 - beta1) * grad
    u = np.maximum(beta2 * u, np.abs(grad))
    w = w - lr / (1 - beta1**t) * m / (u + eps)
    return w, m, u


def optax_amsgrad_update(w, grad, m, v, v_max, t, *, lr, beta1, beta2, eps):
    """Take one AMSGrad step with the maximum of the corrected averages: optax.

    ::

        v_max ← max(v_max, v / (1 - beta2ᵗ))
        w ← w - lr · m̂ / (√v_max + eps)
    """
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    v_max = np.maximum(v_max, v / (1 - beta2**t))
    m_hat = m / (1 - beta1**t)
    w = w - lr * m_hat / (np.sqrt(v_max) + eps)
    return w, m, v, v_max


def torch_clip_by_global_norm(grads, *, max_norm):
    """Clip by the global norm with 1e-6 added to it: PyTorch's clip_grad_norm_.

    ::

        g ← g · min(1, max_norm / (norm + 1e-6))
    """
    norm = np.sqrt(sum(np.sum(g**2) for g in grads))
    scale = min(1.0, float(max_norm / (norm + 1e-6)))
    return [g * scale for g in grads], norm


def torch_muon_update(w, grad, m, *, lr, beta):
    """Take one Muon step with an average for m: PyTorch, here in the precision of w.

    ::

        m ← beta · m + (1 - beta) · grad
        G = (1 - beta) · grad + beta · m

    G is 1 - beta times the course's, so the step is the same. PyTorch takes it in bfloat16, and
    decays w besides: weight_decay is 0.1 unless given.
    """
    m = beta * m + (1 - beta) * grad
    ahead = (1 - beta) * grad + beta * m
    return _muon_step(w, ahead, lr), m


def optax_muon_update(w, grad, m, t, *, lr, beta):
    """Take one Muon step with a corrected average, on matrices whose outputs are columns: optax.

    ::

        m ← beta · m + (1 - beta) · grad
        G = beta · m / (1 - betaᵗ⁺¹) + (1 - beta) · grad / (1 - betaᵗ)
        w ← w - lr · √max(1, columns / rows) · X

    Its eps, which is added to the norm, is 1e-8 unless given; here 1e-7, as in the course.
    """
    m = beta * m + (1 - beta) * grad
    ahead = beta * m / (1 - beta ** (t + 1)) + (1 - beta) * grad / (1 - beta**t)
    return _muon_step(w.T, ahead.T, lr).T.copy(), m


def _muon_step(w, ahead, lr):
    """Take the course's step along a matrix: without memory, G is the gradient."""
    return muon.muon_update(w, ahead, np.zeros_like(w), lr=lr, beta=0.0)[0]


def optax_cosine_annealing(t, *, lr_min, lr_max, t_max):
    """Fall along half a cosine and stay at lr_min after t_max: optax's cosine_decay_schedule."""
    height = 0.5 * (1 + np.cos(np.pi * np.minimum(t, t_max) / t_max))
    lr = (1 - height) * lr_min + height * lr_max
    return np.clip(lr, lr_min, lr_max)
