"""Right answers in other words than the reference's."""

import numpy as np
from answers import right


@right
def step_decay(t, *, lr0, gamma, tau):
    return lr0 * gamma ** np.floor(np.divide(t, tau))


@right
def step_decay(t, *, lr0, gamma, tau):
    n = np.asarray(t) // tau
    return lr0 * np.exp(n * np.log(gamma))


@right
def step_decay(t, *, lr0, gamma, tau):
    return lr0 * gamma ** np.floor(t / tau)


@right
def step_decay(t, *, lr0, gamma, tau):
    return lr0 * np.power(gamma, np.floor_divide(t, tau))


@right
def step_decay(t, *, lr0, gamma, tau):
    drops = (np.asarray(t) / tau).astype(int)
    return lr0 * np.float64(gamma) ** drops


@right
def exponential_decay(t, *, lr0, decay_rate):
    return lr0 / np.exp(decay_rate * t)


@right
def exponential_decay(t, *, lr0, decay_rate):
    import math

    return lr0 * math.e ** (-decay_rate * t)


@right
def exponential_decay(t, *, lr0, decay_rate):
    return np.exp(-np.multiply(decay_rate, t)) * lr0


@right
def exponential_decay(t, *, lr0, decay_rate):
    return lr0 / np.exp(decay_rate * t)


@right
def exponential_decay(t, *, lr0, decay_rate):
    return lr0 * np.exp(-decay_rate) ** t


@right
def inverse_time_decay(t, *, lr0, decay_rate):
    return lr0 * (1 + decay_rate * t) ** -1.0


@right
def inverse_time_decay(t, *, lr0, decay_rate):
    return np.divide(lr0, 1 + np.multiply(t, decay_rate))


@right
def inverse_time_decay(t, *, lr0, decay_rate):
    below = 1 / lr0 + decay_rate / lr0 * t
    return 1 / below


@right
def triangular(t, *, lr_min, lr_max, half_period):
    cycle = np.floor(1 + t / (2 * half_period))
    x = np.abs(t / half_period - 2 * cycle + 1)
    return lr_min + (lr_max - lr_min) * np.maximum(0, 1 - x)


@right
def triangular(t, *, lr_min, lr_max, half_period):
    s = np.asarray(t) % (2 * half_period)
    return np.where(
        s < half_period,
        lr_min + (lr_max - lr_min) * s / half_period,
        lr_max - (lr_max - lr_min) * (s - half_period) / half_period,
    )


@right
def triangular(t, *, lr_min, lr_max, half_period):
    cycle = np.floor(1 + t / (2 * half_period))
    x = np.abs(t / half_period - 2 * cycle + 1)
    return lr_min + (lr_max - lr_min) * np.maximum(0, 1 - x)


@right
def triangular(t, *, lr_min, lr_max, half_period):
    phase = np.mod(t, 2 * half_period)
    up = lr_min + (lr_max - lr_min) * phase / half_period
    down = lr_max - (lr_max - lr_min) * (phase - half_period) / half_period
    return np.where(phase < half_period, up, down)


@right
def triangular(t, *, lr_min, lr_max, half_period):
    k = t // (2 * half_period)
    r = t - 2 * half_period * k
    return lr_min + (lr_max - lr_min) * np.minimum(r, 2 * half_period - r) / half_period


@right
def triangular_notes(t, *, lr_min, lr_max, period):
    x = t / period - 2 * np.floor(t / period) - 1
    return lr_min + (lr_max - lr_min) * np.maximum(0, 1 - np.abs(x))


@right
def cosine_annealing(t, *, lr_min, lr_max, t_max):
    return lr_min + (lr_max - lr_min) * np.cos(np.pi * t / (2 * t_max)) ** 2


@right
def cosine_annealing(t, *, lr_min, lr_max, t_max):
    mid, amp = (lr_max + lr_min) / 2, (lr_max - lr_min) / 2
    return mid + amp * np.cos(t / t_max * np.pi)


@right
def cosine_annealing(t, *, lr_min, lr_max, t_max):
    return lr_min + (lr_max - lr_min) * (1 + np.cos(np.pi * t / t_max)) / 2


@right
def cosine_annealing(t, *, lr_min, lr_max, t_max):
    return lr_min + (lr_max - lr_min) * np.cos(np.pi * np.asarray(t) / (2 * t_max)) ** 2


@right
def cosine_annealing(t, *, lr_min, lr_max, t_max):
    middle, half = (lr_max + lr_min) / 2, (lr_max - lr_min) / 2
    return middle + half * np.cos(t / t_max * np.pi)


@right
def cosine_restarts(t, *, lr_min, lr_max, t_0, t_mult):
    def one(s):
        T = t_0
        while s >= T:
            s -= T
            T *= t_mult
        return lr_min + (lr_max - lr_min) * (1 + np.cos(np.pi * s / T)) / 2

    return np.vectorize(one, otypes=[float])(t) if np.ndim(t) else one(t)


@right
def cosine_restarts(t, *, lr_min, lr_max, t_0, t_mult):
    def at(now):
        length = t_0
        while now >= length:
            now, length = now - length, length * t_mult
        return lr_min + 0.5 * (lr_max - lr_min) * (1 + np.cos(np.pi * now / length))

    if np.ndim(t) == 0:
        return at(t)
    return np.array([at(now) for now in np.ravel(t)]).reshape(np.shape(t))


@right
def cosine_restarts(t, *, lr_min, lr_max, t_0, t_mult):
    t = np.asarray(t, dtype=float)
    start, length = np.zeros_like(t), np.full_like(t, t_0)
    for _ in range(3000):
        over = t >= start + length
        if not over.any():
            break
        start, length = (
            np.where(over, start + length, start),
            np.where(over, length * t_mult, length),
        )
    return lr_min + (lr_max - lr_min) * (1 + np.cos(np.pi * (t - start) / length)) / 2


@right
def warmup_inverse_sqrt(t, *, d_model, warmup):
    t = np.asarray(t, float)
    return np.where(t < warmup, t / warmup, np.sqrt(warmup / t)) / np.sqrt(d_model * warmup)


@right
def warmup_inverse_sqrt(t, *, d_model, warmup):
    return np.minimum(1 / np.sqrt(t), t / warmup**1.5) / d_model**0.5


@right
def warmup_inverse_sqrt(t, *, d_model, warmup):
    return np.minimum(1 / np.sqrt(t), t / warmup**1.5) / np.sqrt(d_model)


@right
def warmup_inverse_sqrt(t, *, d_model, warmup):
    t = np.asarray(t)
    return np.where(t < warmup, t * warmup**-1.5, np.power(t, -0.5)) * d_model**-0.5


@right
def warmup_stable_decay(t, *, lr0, warmup, stable, decay):
    k = np.asarray(t) - warmup - stable
    falling = lr0 * np.maximum(0, 1 - k / decay)
    climbing = lr0 * (np.asarray(t) + 1) / max(warmup, 1)
    return np.where(t < warmup, climbing, np.where(k < 0, lr0, falling))


@right
def warmup_stable_decay(t, *, lr0, warmup, stable, decay):
    def one(s):
        if s < warmup:
            return lr0 * (s + 1) / warmup
        if s < warmup + stable:
            return lr0
        return lr0 * max(0.0, 1 - (s - warmup - stable) / decay)

    return np.vectorize(one, otypes=[float])(t)


@right
def warmup_stable_decay(t, *, lr0, warmup, stable, decay):
    end = warmup + stable + decay
    left = np.minimum(np.maximum((end - t) / decay, 0), 1)
    return lr0 * (np.minimum(left, (t + 1) / warmup) if warmup else left)


@right
def adagrad_effective_lr(v, *, lr, eps):
    return lr * (v + eps) ** -0.5


@right
def adagrad_effective_lr(v, *, lr, eps):
    return lr * (v + eps) ** -0.5


@right
def adagrad_effective_lr(v, *, lr, eps):
    return np.divide(lr, np.sqrt(np.add(v, eps)))


@right
def rmsprop_effective_lr(v, *, lr, eps):
    root = np.sqrt(eps + v)
    return lr / root


@right
def adadelta_effective_lr(v, u, *, eps):
    return ((eps + u) / (eps + v)) ** 0.5


@right
def adadelta_effective_lr(v, u, *, eps):
    return np.sqrt((u + eps) / (v + eps))


@right
def adadelta_effective_lr(v, u, *, eps):
    return ((u + eps) / (v + eps)) ** 0.5


@right
def adadelta_notes_effective_lr(v_before, v, *, eps):
    return np.sqrt(v_before + eps) / np.sqrt(v + eps)


@right
def adam_effective_lr(v, t, *, lr, beta2, eps):
    c = (1 - beta2**t) ** 0.5
    return lr * c / (np.sqrt(v) + eps * c)


@right
def adam_effective_lr(v, t, *, lr, beta2, eps):
    return lr / (eps + np.sqrt(v) / (1 - beta2**t) ** 0.5)


@right
def adam_effective_lr(v, t, *, lr, beta2, eps):
    c = (1 - beta2**t) ** 0.5
    return lr * c / (np.sqrt(v) + eps * c)


@right
def adam_notes_effective_lr(v, *, lr, eps):
    return lr * np.power(v + eps, -0.5)
