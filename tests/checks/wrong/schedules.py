"""Wrong answers in students' own words, with the names that would be right for each."""

import numpy as np
from answers import wrong


@wrong("floor_missing")
def step_decay(t, *, lr0, gamma, tau):
    return lr0 * gamma ** (t / tau)


@wrong("rounded_instead_of_floor")
def step_decay(t, *, lr0, gamma, tau):
    return lr0 * gamma ** np.round(t / tau)


@wrong("t_off_by_one")
def step_decay(t, *, lr0, gamma, tau):
    return lr0 * gamma ** ((t + 1) // tau)


@wrong("hard_coded_gamma")
def step_decay(t, *, lr0, gamma, tau):
    return lr0 * 0.5 ** (t // tau)


@wrong("scalar_where_an_array_belongs")
def step_decay(t, *, lr0, gamma, tau):
    import math

    return lr0 * gamma ** math.floor(t / tau)


@wrong("product_in_place_of_the_power")
def step_decay(t, *, lr0, gamma, tau):
    return lr0 * gamma * (t // tau)


@wrong("missing_parentheses")
def step_decay(t, *, lr0, gamma, tau):
    return lr0 * gamma**t // tau


@wrong("ceiling_instead_of_floor")
def step_decay(t, *, lr0, gamma, tau):
    return lr0 * gamma ** np.ceil(t / tau)


@wrong("gamma_and_tau_swapped")
def step_decay(t, *, lr0, gamma, tau):
    return lr0 * tau ** (t // gamma)


@wrong("wrong_sign")
def exponential_decay(t, *, lr0, decay_rate):
    return lr0 * np.exp(decay_rate * t)


@wrong("scalar_where_an_array_belongs")
def exponential_decay(t, *, lr0, decay_rate):
    import math

    return lr0 * math.exp(-decay_rate * t)


@wrong("power_of_the_rate_as_in_torch")
def exponential_decay(t, *, lr0, decay_rate):
    return lr0 * decay_rate**t


@wrong("wrong_base")
def exponential_decay(t, *, lr0, decay_rate):
    return lr0 * (1 - decay_rate) ** t


@wrong("divided_by_decay_rate")
def exponential_decay(t, *, lr0, decay_rate):
    return lr0 * np.exp(-t / decay_rate)


@wrong("one_missing")
def inverse_time_decay(t, *, lr0, decay_rate):
    return lr0 / (decay_rate * t)


@wrong("missing_parentheses")
def inverse_time_decay(t, *, lr0, decay_rate):
    return lr0 / 1 + decay_rate * t


@wrong("square_root")
def inverse_time_decay(t, *, lr0, decay_rate):
    return lr0 / (1 + decay_rate * t) ** 0.5


@wrong("power_for_the_product")
def inverse_time_decay(t, *, lr0, decay_rate):
    return lr0 / (1 + decay_rate**t)


@wrong("starts_at_zero")
def warmup_stable_decay(t, *, lr0, warmup, stable, decay):
    k = t - warmup - stable
    climb = lr0 * t / max(warmup, 1)
    return np.where(t < warmup, climb, np.where(k < 0, lr0, lr0 * np.maximum(0, 1 - k / decay)))


@wrong("below_zero")
def warmup_stable_decay(t, *, lr0, warmup, stable, decay):
    k = t - warmup - stable
    climb = lr0 * (t + 1) / max(warmup, 1)
    return np.where(t < warmup, climb, np.where(k < 0, lr0, lr0 * (1 - k / decay)))


@wrong("stable_missing")
def warmup_stable_decay(t, *, lr0, warmup, stable, decay):
    k = t - warmup
    climb = lr0 * (t + 1) / max(warmup, 1)
    return np.where(t < warmup, climb, lr0 * np.clip(1 - k / decay, 0, 1))


@wrong("scalar_where_an_array_belongs")
def warmup_stable_decay(t, *, lr0, warmup, stable, decay):
    if t < warmup:
        return lr0 * (t + 1) / warmup
    if t < warmup + stable:
        return lr0
    return lr0 * max(0, 1 - (t - warmup - stable) / decay)


@wrong("fall_one_step_early")
def warmup_stable_decay(t, *, lr0, warmup, stable, decay):
    k = t - warmup - stable + 1
    climb = lr0 * (t + 1) / max(warmup, 1)
    return np.where(t < warmup, climb, lr0 * np.clip(1 - k / decay, 0, 1))


@wrong("notes_form")
def triangular(t, *, lr_min, lr_max, half_period):
    return lr_min + (lr_max - lr_min) * np.maximum(
        0, 1 - np.abs(t / half_period - 2 * np.floor(t / half_period) - 1)
    )


@wrong("sawtooth_for_triangle")
def triangular(t, *, lr_min, lr_max, half_period):
    p = t % half_period / half_period
    return lr_min + (lr_max - lr_min) * p


@wrong("scalar_where_an_array_belongs")
def triangular(t, *, lr_min, lr_max, half_period):
    if t % (2 * half_period) < half_period:
        x = t % (2 * half_period)
    else:
        x = 2 * half_period - t % (2 * half_period)
    return lr_min + (lr_max - lr_min) * x / half_period


@wrong("upside_down")
def triangular(t, *, lr_min, lr_max, half_period):
    x = np.abs(t / half_period - 2 * np.floor(1 + t / (2 * half_period)) + 1)
    return lr_min + (lr_max - lr_min) * x


@wrong("lr_min_and_amplitude_wrong")
def triangular(t, *, lr_min, lr_max, half_period):
    x = np.abs(t / half_period - 2 * np.floor(t / (2 * half_period)) - 1)
    return lr_max * np.maximum(0, 1 - x)


@wrong("rounded_instead_of_floor")
def triangular(t, *, lr_min, lr_max, half_period):
    x = np.abs(t / half_period - 2 * np.round(t / (2 * half_period)) - 1)
    return lr_min + (lr_max - lr_min) * np.maximum(0, 1 - x)


@wrong("amplitude_halved")
def triangular(t, *, lr_min, lr_max, half_period):
    mu = half_period
    x = np.abs(t / mu - 2 * (t // (2 * mu)) - 1)
    return lr_min + 0.5 * (lr_max - lr_min) * (1 - x)


@wrong("missing_half")
def cosine_annealing(t, *, lr_min, lr_max, t_max):
    return lr_min + (lr_max - lr_min) * (1 + np.cos(np.pi * t / t_max))


@wrong("degrees_for_radians")
def cosine_annealing(t, *, lr_min, lr_max, t_max):
    return lr_min + 0.5 * (lr_max - lr_min) * (1 + np.cos(180 * t / t_max))


@wrong("clamped_after_t_max_as_in_optax")
def cosine_annealing(t, *, lr_min, lr_max, t_max):
    t = np.minimum(t, t_max)
    return lr_min + 0.5 * (lr_max - lr_min) * (1 + np.cos(np.pi * t / t_max))


@wrong("lr_min_and_amplitude_wrong")
def cosine_annealing(t, *, lr_min, lr_max, t_max):
    return 0.5 * lr_max * (1 + np.cos(np.pi * t / t_max))


@wrong("pi_missing")
def cosine_annealing(t, *, lr_min, lr_max, t_max):
    return lr_min + 0.5 * (lr_max - lr_min) * (1 + np.cos(t / t_max))


@wrong("restarts_at_t_max")
def cosine_annealing(t, *, lr_min, lr_max, t_max):
    return lr_min + 0.5 * (lr_max - lr_min) * (1 + np.cos(np.pi * (t % t_max) / t_max))


@wrong("sum_for_the_difference")
def cosine_annealing(t, *, lr_min, lr_max, t_max):
    return 0.5 * (lr_max + lr_min) * (1 + np.cos(np.pi * t / t_max))


@wrong("no_restart")
def cosine_restarts(t, *, lr_min, lr_max, t_0, t_mult):
    return lr_min + 0.5 * (lr_max - lr_min) * (1 + np.cos(np.pi * t / t_0))


@wrong("growth_of_cycles_missing")
def cosine_restarts(t, *, lr_min, lr_max, t_0, t_mult):
    return lr_min + 0.5 * (lr_max - lr_min) * (1 + np.cos(np.pi * (t % t_0) / t_0))


@wrong("cycles_counted_as_equally_long")
def cosine_restarts(t, *, lr_min, lr_max, t_0, t_mult):
    n = t // t_0
    return lr_min + 0.5 * (lr_max - lr_min) * (
        1 + np.cos(np.pi * (t - n * t_0) / (t_0 * t_mult**n))
    )


@wrong("growth_added")
def cosine_restarts(t, *, lr_min, lr_max, t_0, t_mult):
    def one(s):
        s, T = float(s), t_0
        while s >= T:
            s, T = s - T, T + t_mult
        return lr_min + 0.5 * (lr_max - lr_min) * (1 + np.cos(np.pi * s / T))

    return np.vectorize(one, otypes=[float])(t)


@wrong("maximum_for_minimum")
def warmup_inverse_sqrt(t, *, d_model, warmup):
    return d_model**-0.5 * np.maximum(t**-0.5, t * warmup**-1.5)


@wrong("d_model_missing")
def warmup_inverse_sqrt(t, *, d_model, warmup):
    return np.minimum(t**-0.5, t * warmup**-1.5)


@wrong("wrong_power_of_warmup")
def warmup_inverse_sqrt(t, *, d_model, warmup):
    return d_model**-0.5 * np.minimum(t**-0.5, t * warmup**-0.5)


@wrong("warmup_missing")
def warmup_inverse_sqrt(t, *, d_model, warmup):
    return d_model**-0.5 * t**-0.5


@wrong("scalar_where_an_array_belongs")
def warmup_inverse_sqrt(t, *, d_model, warmup):
    return d_model**-0.5 * min(t**-0.5, t * warmup**-1.5)


@wrong("eps_outside_root_as_in_torch")
def adagrad_effective_lr(v, *, lr, eps):
    return lr / (np.sqrt(v) + eps)


@wrong("upside_down")
def adadelta_effective_lr(v, u, *, eps):
    return np.sqrt(v + eps) / np.sqrt(u + eps)


@wrong("eps_missing_under_u")
def adadelta_effective_lr(v, u, *, eps):
    return np.sqrt(u) / np.sqrt(v + eps)


@wrong("notes_form")
def adam_effective_lr(v, t, *, lr, beta2, eps):
    return lr / np.sqrt(v + eps)


@wrong("eps_inside_root")
def adam_effective_lr(v, t, *, lr, beta2, eps):
    return lr / np.sqrt(v / (1 - beta2**t) + eps)
