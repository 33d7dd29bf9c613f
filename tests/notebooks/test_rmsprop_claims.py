"""What the RMSprop lesson says about runs, over several seeds and with a margin."""

import numpy as np
import pytest

from course_lib.problems import Problem, quadratic
from course_lib.training import descend
from course_lib.widgets import memory, oscillation
from solutions.updates.adagrad import adagrad_update
from solutions.updates.rmsprop import ema_update, rmsprop_update

SEEDS = range(5)
PARABOLA = Problem(
    "parabola", lambda w: 2 * w[..., 0] ** 2, lambda w: 4 * w, np.zeros(1), None, np.ones(1)
)


def until_half_way(rule, bridge, seed, **hyper):
    """Count the deliveries after the truth has fallen from 30 to 20 until the estimate is at 25."""
    noise = np.random.default_rng(seed).normal(scale=2.0, size=10_500)

    def error(w, t):
        return w - (30.0 if t < bridge else 20.0) - noise[t]

    problem = Problem(
        "deliveries", lambda w: w[..., 0], lambda w: w, None, None, np.array([25.0]), error
    )
    path = descend(problem, rule, problem.start, steps=bridge + 300, eps=1e-8, **hyper).w
    assert path[-1, 0] < 25
    return np.argmax(path[bridge:, 0] < 25)


@pytest.mark.parametrize("seed", SEEDS)
def test_an_old_adagrad_stalls_at_the_bridge_and_an_old_rmsprop_does_not(seed):
    young, middle, old = (
        until_half_way(adagrad_update, bridge, seed, lr=1.0) for bridge in (100, 1000, 10_000)
    )
    assert old > 4 * young
    assert 1.5 * young < middle < 3 * young
    assert 2 * middle < old < 4 * middle
    counts = [
        until_half_way(rmsprop_update, bridge, seed, lr=0.1, beta=0.9)
        for bridge in (100, 1000, 10_000)
    ]
    assert max(counts) < 1.3 * min(counts)
    assert old > 2.5 * counts[-1]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("lr", [1.0, 3.0, 10.0])
def test_a_larger_learning_rate_makes_adagrad_quicker_and_ages_as_fast(lr, seed):
    young, old = (until_half_way(adagrad_update, b, seed, lr=lr) for b in (100, 10_000))
    assert old > 4 * young


@pytest.mark.parametrize("beta", [0.5, 0.9, 0.98])
def test_the_weights_of_an_average_add_up_to_one_minus_a_power(beta):
    average = np.zeros(1)
    for t in range(1, 100):
        average = ema_update(average, np.ones(1), beta=beta)
        assert average[0] == pytest.approx(1 - beta**t, rel=1e-12)


def test_with_beta_98_a_value_has_lost_half_of_its_weight_after_34_steps():
    assert abs(0.98**34 - 0.5) < abs(0.98**33 - 0.5)  # the answer of exercise 2
    assert abs(0.98**34 - 0.5) < abs(0.98**35 - 0.5)


def test_after_loud_gradients_rmsprops_rate_recovers_and_adagrads_does_not():
    grads = np.where(np.arange(300) < 100, 10.0, 1.0)
    average, averages = np.zeros(1), []
    for grad in grads:
        average = ema_update(average, np.array([grad**2]), beta=0.9)
        averages.append(average[0])
    total, average = np.cumsum(grads**2), np.array(averages)
    assert np.sqrt(average[99]) == pytest.approx(10, rel=0.01)
    assert np.sqrt(average[160]) == pytest.approx(1, rel=0.1)
    assert np.sqrt(total[99]) == pytest.approx(100)
    assert np.all(np.diff(total) > 0)


def test_in_the_view_20_steps_is_the_longest_window_whose_rate_comes_half_way_back():
    arrays = memory(adagrad_update, rmsprop_update, lr=0.1, eps=1e-8).arrays
    rates = arrays["rate rmsprop_update"][-1, 2]  # "loud, then quiet"
    windows = np.array([2, 3, 5, 10, 20, 50, 100, 200])
    for window, rate in zip(windows, rates, strict=True):
        v = 0.0
        for grad in [3.0] * 80 + [0.1] * 120:
            v += (grad**2 - v) / window
        assert rate == pytest.approx(0.1 / np.sqrt(v), rel=1e-4)
    assert windows[rates > 0.5].max() == 20  # the answer of exercise 5
    assert rates[4] > 0.55  # and neither window is near the line
    assert rates[5] < 0.2
    assert arrays["rate adagrad_update"][-1, 2] < 0.005


@pytest.mark.parametrize(("beta", "length"), [(0.9, 3.16), (0.99, 10), (0.999, 31.6)])
def test_the_first_step_is_one_over_the_root_of_one_minus_beta(beta, length):
    w, _ = rmsprop_update(np.zeros(1), np.array([3.0]), np.zeros(1), lr=1.0, beta=beta, eps=1e-12)
    assert abs(w[0]) == pytest.approx(length, rel=1e-3)


@pytest.mark.parametrize("start", [0.5, 0.7, 0.9, 1.0, 1.3])
def test_rmsprop_hits_the_minimum_and_is_thrown_out_to_half_a_learning_rate(start):
    lrs = np.array([0.1, 0.03, 0.01])
    options = {"steps": 600, "lr": lrs[:, None], "eps": 1e-8}
    w = descend(PARABOLA, rmsprop_update, np.full((3, 1), start), beta=0.9, **options).w[..., 0]
    assert abs(w).min(axis=0).max() < 1e-12
    np.testing.assert_allclose(abs(w[-2:]) / lrs, 0.5, rtol=0.01)
    assert np.all(w[-1] * w[-2] < 0)
    settled = descend(PARABOLA, adagrad_update, np.full((3, 1), start), **options).w[..., 0]
    assert abs(settled[-1, 0]) < 0.05 * abs(w[-1, 0])  # AdaGrad comes to rest


def test_the_view_shows_the_swing_that_exercise_6_asks_for():
    arrays = oscillation(rmsprop_update, eps=1e-8).arrays
    place = np.flatnonzero(arrays["lr"] == 0.0625)[0]
    assert 2 * arrays["swing"][0, place] ** 2 == pytest.approx(0.001953, rel=0.01)


@pytest.mark.parametrize("start", [(-4, 1), (-3, 1), (-4, 0.5), (-5, -1), (4, 2)])
def test_both_ends_of_the_sweep_are_bad_and_the_best_rate_depends_on_the_length(start):
    lrs = np.array([1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001])
    options = {"lr": lrs[:, None], "beta": 0.9, "eps": 1e-8}
    loss = descend(
        quadratic(20), rmsprop_update, np.array(start, float), steps=3000, **options
    ).loss
    assert lrs[loss[300].argmin()] == 0.03
    assert lrs[loss[3000].argmin()] == 0.003  # the answer of exercise 7
    assert min(loss[300, 0], loss[300, -1]) > 100 * loss[300].min()


@pytest.mark.parametrize("lr0", [0.3, 0.1, 0.03])
def test_a_falling_rate_shrinks_the_swing(lr0):
    options = {"steps": 1000, "beta": 0.9, "eps": 1e-8}
    rate = lr0 / np.sqrt(1 + np.arange(1001) / 10)
    fixed, falling = (
        abs(descend(PARABOLA, rmsprop_update, PARABOLA.start, lr=lr, **options).w[-1, 0])
        for lr in (lr0, rate.__getitem__)
    )
    assert falling < 0.2 * fixed


def steps_by_hand(gradient, beta, eta, eps, steps, start):
    """RMSprop on one weight, written out: the points and the roots of v."""
    w, v, points, roots = start, 0.0, [], []
    for t in range(steps):
        g = gradient(w, t)
        v = beta * v + (1 - beta) * g**2
        w = w - eta * g / np.sqrt(v + eps)
        points.append(w)
        roots.append(np.sqrt(v))
    return np.array(points), np.array(roots)


@pytest.mark.parametrize("c", [0.5, 4.0, 30.0])
@pytest.mark.parametrize("beta", [0.1, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("start", [1.05, -0.3])
def test_the_swing_depends_on_the_rate_and_on_eps_only(c, beta, start):
    for eta, eps in [(0.1, 1e-10), (0.02, 1e-10), (0.1, 0.04**2 * c**2), (0.1, 0.06**2 * c**2)]:
        points, _ = steps_by_hand(lambda w, t: c * w, beta, eta, eps, 6000, start)
        swing = np.sqrt(max(eta**2 / 4 - eps / c**2, 0))
        np.testing.assert_allclose(abs(points[-2:]), swing, rtol=1e-3, atol=1e-9)
        if swing:
            assert points[-1] * points[-2] < 0


@pytest.mark.parametrize("beta", [0.02, 0.5, 0.9, 0.999])
def test_the_swing_attracts_for_every_beta_above_0_and_with_0_it_does_not(beta):
    # Over half a cycle, the sign flipped, with w = s(1 + x) and v = c²s²(1 + y):
    # y' = βy + 2(1-β)x and x' = -(1 + x) + 2(1 + x - y'/2).
    half_cycle = np.array([[1 - 2 * (1 - beta), -beta], [2 * (1 - beta), beta]])
    assert np.trace(half_cycle) == pytest.approx(3 * beta - 1)
    assert np.linalg.det(half_cycle) == pytest.approx(beta)
    assert abs(np.linalg.eigvals(half_cycle)).max() < 1
    no_memory, _ = steps_by_hand(lambda w, t: 4 * w, 0.0, 0.1, 1e-30, 1000, 0.97)
    assert sorted(abs(no_memory[-2:])) == pytest.approx([0.03, 0.07])  # 0.97 less 9 or 10 steps


def test_after_the_loud_gradients_the_denominator_is_near_1_within_60_steps_and_not_within_40():
    _, roots = steps_by_hand(lambda w, t: 10.0 if t < 100 else 1.0, 0.9, 0.0, 0.0, 300, 0.0)
    assert roots[99 + 40] > 1.5
    assert roots[99 + 60] < 1.1


@pytest.mark.parametrize(("beta", "drift"), [(0.0, 8), (0.9, 0.68), (0.99, 0.07)])
def test_on_hintons_mini_batches_signs_walk_8_steps_a_round_and_rmsprop_hardly_any(beta, drift):
    batches = [0.1] * 9 + [-0.9]
    assert sum(batches) == pytest.approx(0)
    points, _ = steps_by_hand(lambda w, t: batches[t % 10], beta, 1.0, 1e-16, 2000, 0.0)
    assert (points[-501] - points[-1]) / 50 == pytest.approx(drift, abs=0.005)
    if not beta:
        assert drift == sum(np.sign(batches))
