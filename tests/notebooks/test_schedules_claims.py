"""What the lesson on schedules says about runs, over several seeds and with a margin."""

from dataclasses import replace

import numpy as np
import pytest

from course_lib import widgets
from course_lib.network import Network
from course_lib.optimizer import Optimizer
from course_lib.problems import (
    Problem,
    load_definitions,
    quadratic,
    saddle,
    some_of,
    with_noise,
)
from course_lib.training import descend, range_test, train
from solutions.updates.adagrad import adagrad_update
from solutions.updates.adam import adam_update
from solutions.updates.rmsprop import rmsprop_update
from solutions.updates.schedules import (
    cosine_annealing,
    cosine_restarts,
    step_decay,
    triangular,
    triangular_notes,
    warmup_inverse_sqrt,
)

SEEDS = range(5)


def plain(w, grad, *, lr):
    return w - lr * grad


def schedules(lr):
    return {
        "fixed": lr,
        "steps": lambda t: step_decay(t, lr0=lr, gamma=0.5, tau=60),
        "triangle": lambda t: triangular(t, lr_min=0.0, lr_max=lr, half_period=25),
        "cosine": lambda t: cosine_annealing(t, lr_min=0.0, lr_max=lr, t_max=300),
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_with_noise_a_large_rate_is_ahead_early_and_a_small_one_late(seed):
    noisy = with_noise(quadratic(20), scale=2.0, seed=seed)
    starts = np.tile(noisy.start, (200, 1))
    large, small = (
        descend(noisy, plain, starts, steps=1000, lr=lr).loss.mean(-1) for lr in (0.03, 0.003)
    )
    assert large[100] < 0.1 * small[100]
    assert small[1000] < 0.6 * large[1000]


@pytest.mark.parametrize("seed", SEEDS)
def test_with_noise_falling_schedules_beat_the_best_fixed_rate(seed):
    noisy = with_noise(quadratic(20), scale=2.0, seed=seed)
    starts = np.tile(noisy.start, (9, 100, 1))
    rates = 10.0 ** np.arange(-3.5, -1.4, 0.25)[:, None, None]
    best = {
        name: descend(noisy, plain, starts, steps=300, lr=schedule).loss[-1].mean(-1).min()
        for name, schedule in schedules(rates).items()
    }
    assert best["cosine"] < 0.6 * best["fixed"]
    assert best["steps"] < 0.6 * best["fixed"]


@pytest.mark.parametrize("seed", SEEDS)
def test_when_the_target_moves_late_falling_schedules_lose(seed):
    noise = np.random.default_rng(seed).normal(scale=2.0, size=301)
    moving = Problem(
        "deliveries",
        lambda w: (w[..., 0] - 20) ** 2 / 2,
        lambda w: w - 20,
        None,
        None,
        np.array([25.0]),
        lambda w, t: w - (30 if t < 250 else 20) - noise[t],
    )
    off = {
        name: abs(descend(moving, plain, moving.start, steps=300, lr=lr).w[-1, 0] - 20)
        for name, lr in schedules(0.1).items()
    }
    assert off["fixed"] < 2
    assert off["cosine"] > 5 * off["fixed"]
    assert off["steps"] > 3 * off["fixed"]


@pytest.mark.parametrize("mean", [0.05, 0.1, 0.2])
def test_a_wave_leaves_the_saddle_no_sooner_than_a_fixed_rate_with_its_mean(mean):
    def leaves(lr):
        path = descend(saddle(), plain, saddle().start, steps=600, lr=lr).w
        return np.argmax(abs(path[:, 1]) > 0.5)

    def wave(lr_max):
        return lambda t: triangular(t, lr_min=0.0, lr_max=lr_max, half_period=10)

    assert leaves(wave(2 * mean)) == pytest.approx(leaves(mean), rel=0.1)
    assert leaves(wave(mean)) > 1.8 * leaves(mean)


def test_the_formula_of_the_notes_rises_once_and_is_0_from_then_on():
    t = np.linspace(0, 24, 481)
    heights = triangular_notes(t, lr_min=0.0, lr_max=1.0, period=4)
    np.testing.assert_allclose(heights, np.where(t < 4, t / 4, 0.0), atol=1e-12)


def test_warm_up_hides_rmsprops_wild_first_steps():
    options = {"steps": 300, "beta": 0.999, "eps": 1e-8}
    ravine = quadratic(20)
    fixed = descend(ravine, rmsprop_update, ravine.start, lr=0.1, **options)
    warm = descend(
        ravine, rmsprop_update, ravine.start, lr=lambda t: 0.1 * min(1, (t + 1) / 50), **options
    )
    assert fixed.loss.max() > 2 * fixed.loss[0]
    assert warm.loss.max() == warm.loss[0]


def test_of_the_cycles_below_100_that_of_30_ends_with_the_lowest_loss():
    arrays = widgets.schedules(cosine_restarts).arrays
    ends = arrays["loss"][-1, 1, :5, 1, 2]  # T = 10, 20, 30, 40, 60; share 0.1, rate 0.03
    assert ends.argmin() == 2  # T = 30, the answer of exercise 8
    assert np.delete(ends, 2).min() > 1.5 * ends[2]
    noisy = with_noise(quadratic(20), scale=2.0, seed=0)
    starts = np.tile(noisy.start, (2000, 1))
    for T, end in zip((10, 20, 30, 40, 60), ends, strict=True):
        restarts = {"lr_min": 0.003, "lr_max": 0.03, "t_0": T, "t_mult": 2}
        run = descend(
            noisy, plain, starts, steps=200, lr=lambda t, r=restarts: cosine_restarts(t, **r)
        )
        assert run.loss[-1].mean() == pytest.approx(end, rel=0.15)


def test_the_warm_up_cannot_be_handed_over_as_it_stands():
    options = {"d_model": 512, "warmup": 4000}
    with pytest.raises(ZeroDivisionError):
        warmup_inverse_sqrt(0, **options)  # what `descend` and `Optimizer` ask for first
    run = descend(
        quadratic(20),
        plain,
        [-4.0, 1.0],
        steps=1,
        lr=lambda t: warmup_inverse_sqrt(t + 1, **options),
    )
    assert run.w[1, 0] == pytest.approx(-4 + 4 * 512**-0.5 * 4000**-1.5)
    assert (512 * 4000) ** -0.5 == pytest.approx(0.0007, abs=5e-6)


def words():
    data = load_definitions()
    half = len(data.x_test) // 2
    tune = replace(data, x_test=data.x_test[:half], y_test=data.y_test[:half])
    final = replace(data, x_test=data.x_test[half:], y_test=data.y_test[half:])
    return tune, final, Network((data.x_train.shape[1], len(data.classes)))


def test_the_range_tests_lowest_point_lies_near_5_and_is_followed_by_ruin():
    tune, _, model = words()
    test = range_test(model, tune, plain, lr_min=1e-2, lr_max=1e2, steps=200, seed=0)
    smooth = np.convolve(test.loss, np.ones(15) / 15, mode="valid")
    assert test.lr[7 + smooth.argmin()] == pytest.approx(5.17, rel=0.01)  # exercise 10
    assert smooth[-1] > 5 * smooth[0]


@pytest.mark.full
def test_in_the_race_plain_descent_with_a_fixed_rate_falls_behind_by_more_than_the_spread():
    _, final, model = words()

    def losses(rule, lr, **options):
        return [
            train(
                model, final, Optimizer(rule, lr=lr, **options), steps=170, seed=seed, quiet=True
            ).test_loss[-1]
            for seed in range(1, 6)
        ]

    behind = min(losses(plain, 3.0))
    for rule, lr, options in [
        (adagrad_update, 0.3, {"eps": 1e-8}),
        (rmsprop_update, 0.03, {"beta": 0.9, "eps": 1e-8}),
        (adam_update, 0.03, {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8}),
    ]:
        assert max(losses(rule, lr, **options)) < 0.9 * behind


def test_a_hasty_sweep_is_lowest_far_too_early_and_a_slow_one_near_the_best_rate():
    topics = some_of(load_definitions(), ["animal", "plant"], 128)
    view = widgets.range_test(plain, topics, lr_min=1e-2, lr_max=1e3).arrays
    end = view["run"][-1]
    assert view["lr"][end.argmin()] == pytest.approx(7.5, rel=0.05)
    assert 5 < view["lr lowest"][3, 2] < 10  # 200 steps, mean of 15
    assert end[(view["lr"] > 60) & (view["lr"] < 90)].min() > 1.3 * end.min()
    assert view["lr lowest"][0, 2] == pytest.approx(0.3, rel=0.1)  # 25 steps
    assert view["lr lowest"][0, 0] > 3  # mean of 1


def test_budgets_decide_the_race_and_on_the_ravine_nobody_wins():
    view = widgets.race(
        Optimizer(adam_update, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8),
        Optimizer(adagrad_update, lr=0.5, eps=1e-8),
        Optimizer(rmsprop_update, lr=0.1, beta=0.9, eps=1e-8),
        Optimizer(plain, lr=0.3),
        schedules={"cosine": lambda t: cosine_annealing(t, lr_min=0.0, lr_max=1.0, t_max=100)},
        on="noisy ravine",
    )

    def ends(first, others, word="middle"):
        found = {}
        for name in ("adam", "adagrad", "rmsprop", "plain"):
            for schedule in ("fixed", "cosine"):
                losses = view.arrays[f"{word} {name}, {schedule}"]
                found[name, schedule] = losses[-1, first if name == "adam" else others, 0]
        return found

    def first_rule(*budget):
        found = ends(*budget)
        return min(found, key=found.get)[0]

    assert max(ends(3, 3, "low").values()) < min(ends(3, 3, "high").values())
    orders = {tuple(sorted(ends(n, n), key=ends(n, n).get)) for n in range(7)}
    assert len(orders) > 3
    view.move(on="Rosenbrock with noise")
    assert all(first_rule(n, n) == "adagrad" for n in range(2, 7))  # three tries and more
    assert first_rule(6, 0) == "adam"
    assert first_rule(0, 6) == "adagrad"
