"""What the lesson on schedules says about runs, over several seeds and with a margin."""

from dataclasses import replace

import numpy as np
import pytest

from course_lib import widgets
from course_lib.network import Network
from course_lib.optimizer import Optimizer
from course_lib.problems import (
    load_definitions,
    logistic,
    logistic_loss,
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
def test_when_the_target_moves_late_cosine_loses_at_every_rate_and_the_others_tuned_do_not(seed):
    noise = np.random.default_rng(seed).normal(scale=2.0, size=(300, 30))
    rates, best = np.geomspace(0.03, 1.9, 40), {}
    for name in schedules(0.0):
        w = np.full((len(rates), 30), 25.0)
        for t in range(300):
            schedule = schedules(rates[:, None])[name]
            lr = schedule(t) if callable(schedule) else schedule
            w = w - lr * (w - (30 if t < 250 else 20) - noise[t])
        loss = np.mean((w - 20) ** 2, axis=1) / 2
        best[name] = loss.min(), rates[loss.argmin()]
    assert best["cosine"][0] > 3 * best["fixed"][0]
    assert best["steps"][0] < 1.6 * best["fixed"][0]
    assert best["triangle"][0] < 1.6 * best["fixed"][0]
    assert 0.05 < best["fixed"][1] < 0.2
    assert 0.05 < step_decay(250, lr0=best["steps"][1], gamma=0.5, tau=60) < 0.2
    assert 0.05 < best["triangle"][1] / 2 < 0.2  # its mean


@pytest.mark.parametrize("steps", [900, 3000])
def test_with_noise_falling_schedules_win_in_longer_runs_too(steps):
    noisy = with_noise(quadratic(20), scale=2.0, seed=1)
    rates = 10.0 ** np.arange(-4, -0.9, 0.25)[:, None, None]
    starts = np.tile(noisy.start, (len(rates), 100, 1))
    falls = {
        "fixed": rates,
        "steps": lambda t: step_decay(t, lr0=rates, gamma=0.5, tau=steps / 5),
        "cosine": lambda t: cosine_annealing(t, lr_min=0.0, lr_max=rates, t_max=steps),
    }
    best = {}
    for name, lr in falls.items():
        means = descend(noisy, plain, starts, steps=steps, lr=lr).loss[-1].mean(-1)
        assert 0 < np.nanargmin(means) < len(rates) - 1
        best[name] = np.nanmin(means)
    assert max(best["cosine"], best["steps"]) < 0.6 * best["fixed"]


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


@pytest.mark.parametrize("lr", [0.01, 0.1, 1.0])
@pytest.mark.parametrize("start", [(-4.0, 1.0), (-3.0, 0.5), (2.0, -1.5)])
def test_corrected_adam_has_no_wild_start_for_warm_up_to_hide(lr, start):
    largest, c = [], np.array([1.0, 20.0])
    for warm in (False, True):
        w, m, v, losses = np.array(start), 0.0, 0.0, []
        for t in range(1, 301):
            losses.append(np.sum(c * w**2) / 2)
            m, v = 0.9 * m + 0.1 * c * w, 0.999 * v + 0.001 * (c * w) ** 2
            step = m / (1 - 0.9**t) / np.sqrt(v / (1 - 0.999**t))
            w = w - lr * (min(1, t / 50) if warm else 1) * step
        largest.append(max(losses) / losses[0])
    assert largest == [1, 1]


def test_with_noise_adams_first_denominators_rest_on_few_gradients():
    g = np.random.default_rng(0).normal(size=(400, 2000))
    t, v, spread = 0, np.zeros(2000), {}
    for row in g:
        t, v = t + 1, 0.999 * v + 0.001 * row**2
        spread[t] = np.quantile(1 / np.sqrt(v / (1 - 0.999**t)), 0.95)
    assert spread[2] > 2.5  # one step in twenty would be that many times too long
    assert spread[400] < 1.1


@pytest.mark.parametrize("stable", [150, 350, 750, 3500])
@pytest.mark.parametrize("seed", range(3))
def test_fifty_steps_of_decay_halve_what_a_stable_part_of_any_length_leaves(stable, seed):
    noisy = with_noise(quadratic(20), scale=2.0, seed=seed)
    starts = np.tile(noisy.start, (200, 1))
    rates = np.r_[np.arange(1, 11) / 10, np.ones(stable), 1 - np.arange(50) / 50] * 0.03
    run = descend(noisy, plain, starts, steps=60 + stable, lr=lambda t: rates[t])
    loss = run.loss.mean(-1)
    assert loss[-1] < 0.55 * loss[10 + stable]


def test_one_over_t_has_an_endless_sum_and_a_bounded_sum_of_squares():
    t = np.arange(10**6)
    one, other = 1 / (1 + 0.1 * t), np.exp(-0.1 * t)
    assert np.log(1 + 0.1 * 10**6) / 0.1 < one.sum() < np.log(1 + 0.1 * 10**6) / 0.1 + 1
    assert np.sum(one**2) < 1 + 1 / 0.1
    assert other.sum() == pytest.approx(1 / (1 - np.exp(-0.1)))


def test_of_the_cycles_below_100_that_of_30_ends_with_the_lowest_loss():
    arrays = widgets.schedules(cosine_restarts).arrays
    ends = arrays["loss"][-1, 1, :5, 1, 2]  # T = 10, 20, 30, 40, 60; share 0.1, rate 0.03
    assert ends.argmin() == 2  # T = 30: its third cycle ends at 210
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
    assert test.lr[7 + smooth.argmin()] == pytest.approx(5.17, rel=0.01)  # exercise 11
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
    low = view["lr lowest"][3, 2]
    for share in (0.1, 10):
        assert end[abs(np.log(view["lr"] / low / share)).argmin()] > 1.2 * end.min()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_best_fixed_rate_is_within_a_factor_of_two_of_the_sweeps_lowest_place(seed):
    tune, _, model = words()
    test = range_test(model, tune, plain, lr_min=1e-2, lr_max=1e2, steps=200, seed=seed)
    smooth = np.convolve(test.loss, np.ones(15) / 15, mode="valid")
    low = test.lr[7 + smooth.argmin()]
    end = {}
    for share in (0.1, 0.25, 0.5, 1, 2, 4, 10):
        end[share] = train(
            model, load_definitions(), Optimizer(plain, lr=share * low),
            steps=170, seed=seed, quiet=True,
        ).test_loss[-1]  # fmt: skip
    assert min(end, key=end.get) in (0.5, 1, 2)
    assert end[0.1] > 1.1 * end[1]
    assert end[10] > 3 * end[1]


@pytest.mark.full
def test_no_rate_that_is_chosen_in_the_race_lies_at_the_edge_of_its_four():
    tune, _, model = words()
    for rule, guess, options in [
        (plain, 10.0, {}),
        (adagrad_update, 0.3, {"eps": 1e-8}),
        (rmsprop_update, 0.05, {"beta": 0.9, "eps": 1e-8}),
        (adam_update, 0.05, {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8}),
    ]:
        for cosine in (False, True):
            ends = []
            for lr in guess * 3.0 ** np.arange(-2, 2):
                rate = (lambda t, lr=lr: lr * (1 + np.cos(np.pi * t / 170)) / 2) if cosine else lr
                optimizer = Optimizer(rule, lr=rate, **options)
                run = train(model, tune, optimizer, steps=170, seed=0, quiet=True)
                ends.append(run.test_loss[-1])
            assert 0 < np.argmin(ends) < 3


def test_the_half_that_chooses_prefers_another_rate_than_the_half_that_judges():
    topics = some_of(load_definitions(), ["animal", "plant"], 128)
    half = len(topics.x_test) // 2
    assert (half, len(topics.x_test) - half) == (138, 139)
    parts = slice(None, half), slice(half, None)
    end = {}
    for lr in (0.1, 0.1 / 3):
        for part in parts:
            found = []
            for seed in range(20):
                problem = logistic(topics, batch_size=32, seed=seed)
                run = descend(
                    problem, adam_update, problem.start, steps=100, lr=lr,
                    beta1=0.9, beta2=0.999, eps=1e-8,
                )  # fmt: skip
                found.append(logistic_loss(run.w[-1], topics.x_test[part], topics.y_test[part]))
            end[lr, part.start] = np.median(found)
    assert end[0.1 / 3, None] < end[0.1, None]
    assert end[0.1 / 3, half] > end[0.1, half]


def test_on_the_ravine_more_tries_choose_a_luckier_and_a_worse_rate():
    noisy = with_noise(quadratic(20), 2.0, seed=5)
    rates = 0.1 * np.array([1, 1 / 3, 3, 1 / 10, 10, 1 / 30, 30])[:, None, None]
    starts = np.broadcast_to(noisy.start, (7, 3000, 2))
    options = {"lr": rates, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}
    end = descend(noisy, adam_update, starts, steps=100, **options).loss[-1]
    truth, three = np.median(end, axis=1), np.median(end.reshape(7, 1000, 3), axis=2)
    promised, kept = [], []
    for tries in (1, 3, 7):
        chosen = three[:tries].argmin(axis=0)
        promised.append(three[chosen, np.arange(1000)].mean())
        kept.append(truth[chosen].mean())
    assert promised[0] > promised[1] >= promised[2]
    assert kept[0] < kept[1] < kept[2]


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
