"""What the Adam lesson says about runs, over several seeds and with a margin."""

from functools import cache

import numpy as np
import pytest

from course_lib.problems import Problem, quadratic, with_noise
from course_lib.training import descend
from course_lib.widgets import moments
from solutions.updates.adadelta import adadelta_update
from solutions.updates.adagrad import adagrad_update
from solutions.updates.adam import adam_update, bias_correction
from solutions.updates.rmsprop import rmsprop_update

USUAL = {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8}
SLOPE = Problem("slope", lambda w: w[..., 0], np.ones_like, None, None, np.zeros(1))


def uncorrected(w, grad, m, v, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    return w - lr * m / (np.sqrt(v) + eps), m, v


def steps_on_a_slope(rule):
    run = descend(SLOPE, rule, SLOPE.start, steps=3000, lr=1.0, **USUAL)
    return -np.diff(run.w[:, 0])


@pytest.mark.parametrize("seed", range(5))
def test_the_corrected_average_is_right_from_the_first_step_and_the_other_is_not(seed):
    draws = 1 + np.random.default_rng(seed).normal(size=(50, 2000))
    average = np.zeros(2000)
    for t, g in enumerate(draws, start=1):
        average = 0.9 * average + 0.1 * g
        assert bias_correction(average, t, beta=0.9).mean() == pytest.approx(1, abs=0.1)
        assert average.mean() == pytest.approx(1 - 0.9**t, abs=0.05)


def test_corrected_steps_on_a_slope_are_one_learning_rate_long():
    np.testing.assert_allclose(steps_on_a_slope(adam_update), 1, rtol=1e-6)


def test_uncorrected_steps_start_at_3_peak_at_step_12_and_stay_too_long_for_1000_steps():
    lengths = steps_on_a_slope(uncorrected)
    assert lengths[0] == pytest.approx(0.1 / np.sqrt(0.001), rel=1e-6)
    assert lengths.argmax() + 1 == 12
    assert lengths.max() == pytest.approx(6.57, abs=0.01)
    assert lengths[99] == pytest.approx(3.24, abs=0.01)
    assert lengths[999] > 1.2
    assert lengths[-1] < 1.05


def test_with_a_longer_memory_of_the_gradients_the_longest_step_comes_at_25():
    options = {"lr": 1.0, "beta1": 0.95, "beta2": 0.999, "eps": 1e-8}
    lengths = -np.diff(descend(SLOPE, uncorrected, SLOPE.start, steps=200, **options).w[:, 0])
    assert lengths.argmax() + 1 == 25  # the answer of exercise 3
    arrays = moments(adam_update, bias_correction, lr=0.001, eps=1e-8).arrays
    np.testing.assert_allclose(arrays["step"][1:, 0, 3, 2], lengths, rtol=1e-4)


@pytest.mark.parametrize("lr", [0.01, 0.03, 0.1])
def test_without_correction_the_run_overshoots_at_least_twice_as_far(lr):
    parabola = Problem(
        "parabola", lambda w: w[..., 0] ** 2 / 2, lambda w: w, np.zeros(1), None, np.ones(1)
    )
    beyond = [
        max(0, -descend(parabola, rule, np.ones(1), steps=300, lr=lr, **USUAL).w.min())
        for rule in (adam_update, uncorrected)
    ]
    assert beyond[1] > 0.15
    assert beyond[1] > 2 * beyond[0]


@pytest.mark.parametrize(("beta1", "length"), [(0.8, 6.303), (0.9, 3.152)])
def test_a_pulse_after_a_long_silence_makes_a_long_step(beta1, length):
    w = m = v = np.zeros(1)
    options = {"lr": 1.0, "beta1": beta1, "beta2": 0.999, "eps": 1e-8}
    for t in range(1, 5001):
        before = w
        w, m, v = adam_update(w, np.array([float(t == 5000)]), m, v, t, **options)
    assert abs(w - before)[0] == pytest.approx(length, rel=1e-3)


def test_the_second_of_two_pulses_after_the_silence_makes_a_step_of_8():
    w = m = v = np.zeros(1)
    options = {"lr": 1.0, "beta1": 0.8, "beta2": 0.999, "eps": 1e-8}
    for t in range(1, 5002):
        before = w
        w, m, v = adam_update(w, np.array([float(t >= 5000)]), m, v, t, **options)
    by_hand = (0.2 * 0.8 + 0.2) / np.sqrt((0.001 * 0.999 + 0.001) / (1 - 0.999**5001))
    assert abs(w - before)[0] == pytest.approx(8.0248, rel=1e-4)  # the answer of exercise 4
    assert by_hand == pytest.approx(8.0248, rel=1e-4)


MEMORIES = (0.9, 0.99, 0.999)


@cache
def race(seed, steps):
    """Best mean loss of each rule over nine rates (AdaDelta: nine ε), by its memory."""
    noisy = with_noise(quadratic(100), scale=1.0, seed=seed)
    starts = np.tile(noisy.start, (50, 1))
    grid = 10.0 ** np.arange(-3, 1.01, 0.5)[:, None, None]

    def best(rule, **options):
        means = descend(noisy, rule, starts, steps=steps, **options).loss[-1].mean(-1)
        assert 0 < np.nanargmin(means) < 8  # not at the grid's edge
        return np.nanmin(means)

    return {
        "adagrad": [best(adagrad_update, lr=grid, eps=1e-8)],
        "rmsprop": [best(rmsprop_update, lr=grid, beta=b, eps=1e-8) for b in MEMORIES],
        "adadelta": [best(adadelta_update, beta=b, eps=1e-4 * grid**2) for b in MEMORIES],
        "adam": [best(adam_update, lr=grid, beta1=0.9, beta2=b, eps=1e-8) for b in MEMORIES],
    }


@pytest.mark.parametrize("seed", range(5))
def test_with_the_quoted_memories_adam_would_have_beaten_rmsprop_and_with_tuned_ones_not(seed):
    found = race(seed, 300)
    assert found["adam"][2] < found["rmsprop"][0] / 2.5
    assert min(found["rmsprop"]) == found["rmsprop"][2]
    tuned = {name: min(losses) for name, losses in found.items()}
    close = [tuned[name] for name in ("adagrad", "rmsprop", "adam")]
    assert max(close) < 2 * min(close)


@pytest.mark.full
def test_over_20_seeds_tuned_rmsprop_is_ahead_of_tuned_adam_in_16_and_the_order_changes():
    races = [race(seed, 300) for seed in range(20)]
    assert all(one["adam"][2] < one["rmsprop"][0] / 2 for one in races)  # as books quote them
    tuned = [{name: min(losses) for name, losses in one.items()} for one in races]
    assert sum(one["rmsprop"] < one["adam"] for one in tuned) == 16
    assert {min(one, key=one.get) for one in tuned} == {"adagrad", "rmsprop", "adam"}


@pytest.mark.parametrize("seed", range(3))
def test_in_a_race_of_900_steps_adadelta_comes_first(seed):
    tuned = {name: min(losses) for name, losses in race(seed, 900).items()}
    assert min(tuned, key=tuned.get) == "adadelta"


@pytest.mark.parametrize("large", [3.0, 5.0, 10.0])
def test_what_is_seldom_and_large_counts_little_only_with_a_memory_shorter_than_the_gap(large):
    """Steps of Adam without momentum, when the memory is full: their sum over a round."""

    def round_of(beta2):
        v, steps = 0.0, []
        for t in range(30_000):
            g = large if t % 3 == 0 else -(large - 1) / 2  # their sum is 1
            v = beta2 * v + (1 - beta2) * g**2
            steps.append(-g / np.sqrt(v))
        return sum(steps[-3:]), max(abs(step) for step in steps[-3:]) / abs(steps[-1])

    uphill, ratio = round_of(0.1)
    assert uphill > 0
    assert ratio < 1.5  # the large one counts for little more than a small one
    downhill, ratio = round_of(0.999)
    assert downhill < 0
    assert ratio == pytest.approx(2 * large / (large - 1), rel=0.01)  # each by its size


@pytest.mark.parametrize("start", [-0.9, -0.5, 0.0, 0.5, 0.9])
def test_adam_ends_at_the_worst_point_where_plain_descent_ends_at_the_best(start):
    assert (3 - 1 - 1) / 3 == pytest.approx(0.3333, abs=1e-4)  # the answer of exercise 6
    w, m, v, plain = np.array([start]), np.zeros(1), np.zeros(1), start
    options = {"beta1": 0.0, "beta2": 0.1, "eps": 1e-12}
    for t in range(1, 4001):
        grad = 3.0 if t % 3 == 1 else -1.0
        lr = 0.1 / np.sqrt(t)
        w, m, v = adam_update(w, np.array([grad]), m, v, t + 10**6, lr=lr, **options)
        w, plain = np.clip(w, -1, 1), np.clip(plain - lr * grad, -1, 1)
    assert w[0] > 0.99
    assert plain < -0.9


def test_the_longest_step_late_in_a_run_meets_the_bound_of_cauchy_and_schwarz():
    age = np.arange(2000)[::-1]
    w = m = v = np.zeros(1)
    for t, g in enumerate((0.9 / 0.999) ** age, start=10**5):
        before = w
        w, m, v = adam_update(w, np.array([g]), m, v, t, lr=1.0, **USUAL)
    bound = 0.1 / np.sqrt(0.001 * (1 - 0.9**2 / 0.999))
    assert abs(w - before)[0] == pytest.approx(bound, rel=1e-3)
    assert bound == pytest.approx(7.27, abs=0.01)
