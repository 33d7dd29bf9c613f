"""What the AdaMax and Nadam lesson says about runs."""

import numpy as np
import pytest

from course_lib.problems import quadratic
from course_lib.training import descend
from course_lib.widgets import nesterov, norms
from solutions.updates.adagrad import adagrad_update
from solutions.updates.adam import adam_update
from solutions.updates.adamax import adamax_update, lp_norm
from solutions.updates.nadam import nadam_update, nag_update, nesterov_update
from solutions.updates.rmsprop import rmsprop_update

USUAL = {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8}


def walk(rule, gradients, **changed):
    """Denominator and length of each step of Adam or AdaMax on one weight."""
    options = {"lr": 1.0, **USUAL, **changed}
    w = m = s = np.zeros(1)
    denominators, lengths = [], []
    for t, g in enumerate(gradients, start=1):
        before = w
        w, m, s = rule(w, np.array([float(g)]), m, s, t, **options)
        correction = 1 - options["beta2"] ** t
        denominators.append(s[0] if rule is adamax_update else np.sqrt(s[0] / correction))
        lengths.append(abs(w - before)[0])
    return np.array(denominators), np.array(lengths)


@pytest.mark.parametrize("at", [800, 1000, 1500, 2000, 2500])
def test_one_wild_gradient_throws_adam_at_once_and_numbs_adamax_for_long(at):
    gradients = np.ones(at + 1001)
    gradients[at - 1] = 100
    (_, adam), (_, adamax) = walk(adam_update, gradients), walk(adamax_update, gradients)
    assert adam[at - 1] > 2
    assert adamax[at - 1] < 0.15
    assert adam[-1] > 10 * adamax[-1]


def test_the_spike_of_the_lesson_has_the_numbers_of_the_lesson():
    gradients = np.ones(3000)
    gradients[999] = 100
    (size, step), (u, max_step) = (walk(r, gradients) for r in (adam_update, adamax_update))
    assert size[999] == pytest.approx(4.1, abs=0.1)
    assert (step[999], max_step[999]) == pytest.approx((2.66, 0.11), abs=0.01)
    assert (step[1999], max_step[1999]) == pytest.approx((0.436, 0.027), abs=0.001)
    assert (u[2999], max_step[2999]) == pytest.approx((13.5, 0.074), rel=0.01)


@pytest.mark.parametrize("at", [800, 1000, 2500])
def test_clipped_at_2_the_spike_neither_throws_adam_nor_numbs_adamax(at):
    gradients = np.ones(at + 1001)
    gradients[at - 1] = 2.0  # what a clipped 100 is
    (_, adam), (_, adamax) = walk(adam_update, gradients), walk(adamax_update, gradients)
    assert adam.max() < 1.2
    assert adamax[-1] == pytest.approx(1, abs=0.01)


def test_after_the_spike_adamaxs_denominator_is_back_after_458_steps():
    gradients = np.ones(2000)
    gradients[999] = 100
    u, _ = walk(adamax_update, gradients, beta2=0.99)
    assert np.argmax(u[1000:] < 1.01) + 1 == pytest.approx(458, rel=0.02)


def test_with_a_pulse_in_20_adamaxs_denominator_ends_3_9_times_as_large_as_adams():
    gradients = np.arange(200) % 20 == 0
    (adam, _), (adamax, _) = (walk(r, gradients, beta2=0.99) for r in (adam_update, adamax_update))
    assert adamax[-1] / adam[-1] == pytest.approx(3.879, abs=0.001)  # the answer of exercise 5
    options = {"lr": 0.1, "beta1": 0.9, "beta2": 0.99, "eps": 1e-8}
    arrays = norms(lp_norm, adam_update, adamax_update, **options).arrays
    np.testing.assert_allclose(arrays["denominator adam_update"][1:, 1], adam)
    np.testing.assert_allclose(arrays["denominator adamax_update"][1:, 1], adamax)


def test_adamaxs_denominator_falls_more_slowly_at_first_and_faster_at_the_end():
    gradients = np.arange(200) < 10
    (adam, _), (adamax, _) = (walk(r, gradients, beta2=0.99) for r in (adam_update, adamax_update))
    assert adam[30] / adam[10] < 0.75 * adamax[30] / adamax[10]
    assert adamax[-1] / adamax[-20] < 0.95 * adam[-1] / adam[-20]


def test_scenario_1_holds_at_the_start_only_and_adamax_loses_the_boost_for_rare_pulses():
    swing = np.arange(2000) % 2 == 0
    adam, adamax = (walk(rule, swing)[0] for rule in (adam_update, adamax_update))
    assert adam[:20].max() / adam[:20].min() > 1.4
    assert adamax[:20].max() / adamax[:20].min() < 1.01
    assert adam[-20:].max() / adam[-20:].min() < 1.01
    rare = np.arange(5000) % 100 == 0
    adam, adamax = (walk(rule, rare)[0][-100:].mean() for rule in (adam_update, adamax_update))
    assert (adam, adamax) == pytest.approx((0.10, 0.95), abs=0.01)


def test_scenario_2_is_false_adamaxs_denominator_fades_faster_over_zeros():
    zeros = np.arange(3000) < 2000
    adam, adamax = (walk(rule, zeros)[0] for rule in (adam_update, adamax_update))
    assert adamax[1999] / adamax[-1] == pytest.approx(2.72, abs=0.01)
    assert adam[1999] / adam[-1] == pytest.approx(1.73, abs=0.01)


def test_weight_decay_inside_adams_gradient_spares_weights_with_large_gradients():
    ends = []
    for inside in (0.1, 0.0):
        w, m, v = np.ones(2), np.zeros(2), np.zeros(2)
        for t in range(1, 1001):
            before = w
            g = np.array([0.1, 10.0]) * (-1) ** t
            w, m, v = adam_update(w, g + inside * w, m, v, t, lr=0.01, **USUAL)
            w = w - 0.01 * (0.1 - inside) * before
        ends.append(w)
    (small, large), beside = ends
    assert large > 0.85
    assert small < 0.5 * large
    np.testing.assert_allclose(beside, np.exp(-1), atol=0.01)


@pytest.mark.parametrize("beta", [0.85, 0.9, 0.95])
def test_looking_ahead_brakes_in_the_ravine(beta):
    def momentum(w, grad, u, *, lr, beta):
        u = beta * u + lr * grad
        return w - u, u

    ravine = quadratic(50)
    settings = {"steps": 20, "lr": 0.01, "beta": beta}
    rolling = descend(ravine, momentum, ravine.start, **settings)
    ahead = descend(ravine, nag_update, ravine.start, **settings)
    assert ahead.loss[-1] < 0.6 * rolling.loss[-1]
    fast = {"steps": 200, "lr": 0.03, "beta": beta}
    assert descend(ravine, momentum, ravine.start, **fast).loss[-1] < 1e-2
    assert descend(ravine, nag_update, ravine.start, **fast).loss[-1] > 1e6


@pytest.mark.parametrize("lr", [0.003, 0.01, 0.02])
def test_look_ahead_points_of_one_form_are_the_points_of_the_other(lr):
    ravine = quadratic(50)
    settings = {"steps": 40, "lr": lr, "beta": 0.9}
    ahead = descend(ravine, nag_update, ravine.start, **settings)
    rewritten = descend(ravine, nesterov_update, ravine.start, **settings)
    np.testing.assert_allclose(ahead.w - 0.9 * ahead.state["u"], rewritten.w, atol=1e-12)


def test_at_step_2_of_the_view_the_look_ahead_sees_the_far_wall_and_the_point_the_near_one():
    arrays = nesterov(nag_update, nesterov_update).arrays
    _, ahead, there, before = arrays["close"][:, 2, 3, 4]  # beta 0.9, lr 0.02
    assert (there - ahead)[1] > 0.2
    assert (before - ahead)[1] < 0


def test_nadams_first_step_is_1_47_learning_rates():
    zero = np.zeros(1)
    w, _, _ = nadam_update(zero, np.array([5.0]), zero, zero, 1, lr=1.0, **USUAL)
    assert -w[0] == pytest.approx(0.9 * 0.1 / (1 - 0.81) + 0.1 / 0.1, rel=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_turning_the_ravine_defeats_every_rule_that_treats_each_weight_by_itself(seed):
    lrs = 10.0 ** np.linspace(-3.5, 1, 30)[:, None]
    along, across = np.random.default_rng(seed).uniform([-5, 0.7], [-3, 1.3])

    def best(rule, degrees, **options):
        c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
        start = np.array([c * along - s * across, s * along + c * across])
        ravine = quadratic(1000, np.radians(degrees))
        return np.nanmin(descend(ravine, rule, start, steps=100, lr=lrs, **options).loss[-1])

    assert best(nesterov_update, 45, beta=0.9) == pytest.approx(
        best(nesterov_update, 0, beta=0.9), rel=1e-6
    )
    for rule, options in {
        adagrad_update: {"eps": 1e-8},
        rmsprop_update: {"beta": 0.9, "eps": 1e-8},
        adam_update: USUAL,
        adamax_update: USUAL,
        nadam_update: USUAL,
    }.items():
        assert best(rule, 45, **options) > 20 * best(rule, 0, **options)
        assert best(rule, 45, **options) > best(nesterov_update, 45, beta=0.9)


@pytest.mark.parametrize("size", [1e20, -1e25, 3e37])
def test_in_float32_a_huge_gradient_stops_adam_without_a_word_and_adamax_takes_its_step(size):
    g, zero = np.array([size, 1.0], np.float32), np.zeros(2, np.float32)
    with np.errstate(over="ignore"):
        w, _, v = adam_update(zero, g, zero, zero, 1, lr=0.1, **USUAL)
    other, _, u = adamax_update(zero, g, zero, zero, 1, lr=0.1, **USUAL)
    assert np.isinf(v[0])
    assert w.tolist() == [0, pytest.approx(-0.1)]
    np.testing.assert_allclose(other, -0.1 * np.sign(g), rtol=1e-5)
    np.testing.assert_array_equal(u, abs(g))


@pytest.mark.parametrize("grid", [0.02, 0.005])
@pytest.mark.parametrize("steps", [40, 120, 400])
def test_with_each_at_its_own_best_rate_look_ahead_stays_ahead_of_momentum(steps, grid):
    lrs, curvature = 10.0 ** np.arange(-3, -0.9, grid)[:, None], np.array([1.0, 50.0])

    def best(ahead):
        """Both written out: the gradient at w - ahead · β · u."""
        w, u = np.tile([-4.0, 1.0], (len(lrs), 1)), 0.0
        with np.errstate(all="ignore"):
            for _ in range(steps):
                u = 0.9 * u + lrs * curvature * (w - ahead * 0.9 * u)
                w = w - u
            return np.nanmin(np.sum(curvature * w**2, axis=1) / 2)

    assert best(1) < best(0) / 10


def test_with_095_look_ahead_is_near_adam_along_an_axis_and_far_ahead_at_45_degrees():
    lrs = 10.0 ** np.linspace(-4, 1, 60)[:, None]

    def best(rule, degrees, **options):
        ravine = quadratic(1000, np.radians(degrees))
        return np.nanmin(descend(ravine, rule, ravine.start, steps=100, lr=lrs, **options).loss[-1])

    for degrees in (0, 15, 45):
        look_ahead = best(nesterov_update, degrees, beta=0.95)
        assert look_ahead == pytest.approx(0.001, rel=0.1)
        others = [best(adam_update, degrees, **USUAL | {"beta2": b}) for b in (0.9, 0.99, 0.999)]
        if degrees == 0:
            assert look_ahead / 100 < min(others) < look_ahead
        else:
            others += [best(rmsprop_update, degrees, beta=b, eps=1e-8) for b in (0.9, 0.999)]
            others += [best(adagrad_update, degrees, eps=1e-8)]
            others += [best(rule, degrees, **USUAL) for rule in (adamax_update, nadam_update)]
            assert min(others) > (5 if degrees == 15 else 100) * look_ahead
