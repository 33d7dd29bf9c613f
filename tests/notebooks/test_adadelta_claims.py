"""What the AdaDelta lesson says about runs, over several settings and with a margin."""

import numpy as np
import pytest

from course_lib.optimizer import Optimizer
from course_lib.problems import Problem, quadratic
from course_lib.training import descend
from course_lib.widgets import units
from solutions.updates.adadelta import adadelta_notes_update, adadelta_update
from solutions.updates.adagrad import adagrad_update
from solutions.updates.adaptive import sgd_update
from solutions.updates.rmsprop import rmsprop_update

ZEILER = {"beta": 0.95, "eps": 1e-6}
EPSILONS = (1e-8, 1e-6, 1e-4, 1e-2)
STARTS = [(-4, 1), (-3, 1), (-4, 0.5), (-5, -1), (4, 2)]
SCALES = [0.25, 4, 10, 100, 1000]


def left(rule, price=1.0, length=1.0, steps=60, start=1.0, **hyper):
    """Distance in metres after some steps, the loss times `price`, the weight times `length`."""
    problem = Problem(
        "parabola",
        loss=lambda w: price * (w[..., 0] / length) ** 2 / 2,
        grad=lambda w: price * w / length**2,
        minimum=None,
        window=None,
        start=np.array([start * length]),
    )
    return abs(descend(problem, rule, problem.start, steps=steps, **hyper).w[-1, 0]) / length


@pytest.mark.parametrize("price", SCALES)
def test_adadelta_goes_the_same_way_in_euros_and_cents_and_plain_descent_does_not(price):
    home, away = left(adadelta_update, **ZEILER), left(adadelta_update, price, **ZEILER)
    assert away == pytest.approx(home, rel=2e-3)
    home, away = left(sgd_update, lr=0.03), left(sgd_update, price, lr=0.03)
    assert not 2 / 3 < away / home < 3 / 2


def test_after_60_steps_the_distance_is_7424_for_every_curvature():
    for curvature in (1, 4, 10, 40):
        assert left(adadelta_update, curvature, **ZEILER) == pytest.approx(0.7424, abs=2e-4)
    assert left(sgd_update, 40, lr=0.1) > 1e6


@pytest.mark.parametrize("length", [3, 10, 30, 100, 1000])
def test_in_another_unit_of_length_every_rule_needs_another_learning_rate(length):
    for rule, power, hyper in [
        (sgd_update, 2, {"lr": 0.03}),
        (adagrad_update, 1, {"lr": 0.1, "eps": 1e-16}),
        (rmsprop_update, 1, {"lr": 0.01, "beta": 0.9, "eps": 1e-16}),
    ]:
        home = left(rule, **hyper)
        assert not 2 / 3 < left(rule, 1, length, **hyper) / home < 3 / 2
        mended = hyper | {"lr": hyper["lr"] * length**power}
        assert left(rule, 1, length, **mended) == pytest.approx(home, rel=1e-4)


@pytest.mark.parametrize("length", [0.01, 10, 100, 1000])
def test_with_an_eps_in_the_unit_of_each_average_adadelta_does_not_mind_lengths(length):
    eps_u, eps_v = 1e-6 * length**2, 1e-6 / length**2
    w, v, u = length, 0.0, 0.0
    for _ in range(60):
        g = w / length**2
        v = 0.95 * v + 0.05 * g**2
        step = -np.sqrt(u + eps_u) / np.sqrt(v + eps_v) * g
        u = 0.95 * u + 0.05 * step**2
        w = w + step
    assert w / length == pytest.approx(0.7424, abs=2e-4)
    assert abs(left(adadelta_update, 1, length, **ZEILER) - 0.7424) > 0.2  # with one eps it does


@pytest.mark.parametrize("length", [0.01, 10, 100, 1000])
def test_in_a_tiny_unit_of_the_loss_only_the_eps_beside_u_matters(length):
    assert left(adadelta_update, 1e8, length, beta=0.95, eps=1e-6 * length**2) == pytest.approx(
        0.7424, abs=5e-4
    )
    assert abs(left(adadelta_update, 1e8, length, **ZEILER) - 0.7424) > 0.2


def test_in_the_view_plain_descent_minds_no_tenth_of_a_unit_if_the_loss_is_a_hundredth():
    optimizers = [
        Optimizer(adadelta_update, **ZEILER),
        Optimizer(sgd_update, lr=0.05),
        Optimizer(adagrad_update, lr=0.1, eps=1e-8),
        Optimizer(rmsprop_update, lr=0.02, beta=0.9, eps=1e-8),
    ]
    w = units(*optimizers).arrays["w sgd_update"]
    tenth, first = 0, (0, 3, 3)  # weight times 0.1; where both are 1
    same = [np.allclose(w[:, 0, tenth, c], w[(slice(None), *first)], atol=0.02) for c in range(7)]
    assert same == [False, True, False, False, False, False, False]  # 0.01, the answer of 5


@pytest.mark.parametrize("gradient", [0.1, 1.0, 10.0, 1000.0])
@pytest.mark.parametrize(("eps", "length"), [(1e-8, 4.47e-4), (1e-6, 4.47e-3), (1e-4, 4.47e-2)])
def test_the_first_step_is_the_root_of_eps_over_that_of_one_minus_beta(eps, length, gradient):
    zero = np.zeros(1)
    w, _, _ = adadelta_update(zero, np.array([gradient]), zero, zero, beta=0.95, eps=eps)
    rel = 0.1 if eps > 1e-6 and gradient < 1 else 0.01  # not a gradient that is tiny beside eps
    assert abs(w[0]) == pytest.approx(length, rel=rel)


def test_half_way_takes_2_14_131_or_930_steps():
    waits = []
    for eps in EPSILONS:
        problem = Problem("p", lambda w: w[..., 0] ** 2 / 2, lambda w: w, None, None, np.ones(1))
        run = descend(problem, adadelta_update, np.ones(1), steps=1000, beta=0.95, eps=eps)
        waits.append(np.argmax(run.w[:, 0] < 0.5))
    assert waits == [930, 131, 14, 2]


@pytest.mark.parametrize("start", STARTS)
def test_on_the_ravine_a_small_eps_starts_slowly_and_a_large_one_wanders_off(start):
    run = {
        eps: descend(
            quadratic(20), adadelta_update, np.array(start, float), steps=3000, beta=0.95, eps=eps
        ).loss
        for eps in EPSILONS
    }
    assert min(run, key=lambda eps: run[eps][300]) == 1e-4  # the answer of exercise 6
    assert run[1e-8][300] > 0.6 * run[1e-8][0]
    assert run[1e-2][3000] > 3 * run[1e-2][300]
    assert run[1e-6][3000] < 0.1 * min(run[eps][3000] for eps in (1e-8, 1e-4, 1e-2))


@pytest.mark.parametrize("start", STARTS)
def test_in_the_fair_race_tuned_rmsprop_is_far_ahead_for_300_steps(start):
    start = np.array(start, float)
    zeiler = descend(quadratic(20), adadelta_update, start, steps=300, **ZEILER).loss
    tuned = descend(
        quadratic(20), rmsprop_update, start, steps=300, lr=0.03, beta=0.95, eps=1e-8
    ).loss
    assert tuned[10] < 0.7 * zeiler[10]
    assert tuned[100] < 0.2 * zeiler[100]
    assert tuned[300] < 0.01 * zeiler[300]


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_the_notes_is_plain_descent_with_the_learning_rate_1(seed):
    rng = np.random.default_rng(seed)
    w, v, u = rng.normal(size=3), np.zeros(3), np.zeros(3)
    for grad in rng.normal(size=(20, 3)):
        before = w
        w, v, u = adadelta_notes_update(w, grad, v, u, **ZEILER)
        np.testing.assert_allclose(w, before - grad, rtol=1e-12)


def test_the_step_wakes_up_by_a_root_of_time():
    w, v, u = np.zeros(1), np.ones(1), np.zeros(1)
    for t in range(1, 2001):
        before = w
        w, v, u = adadelta_update(w, np.ones(1), v, u, beta=0.95, eps=1e-8)
        by_hand = np.sqrt(1e-8 * (1 + 0.05 * (t - 1)))
        assert abs(w - before)[0] == pytest.approx(by_hand, rel=1e-5)
    assert 1 + 0.05 * (1981 - 1) == pytest.approx(100)  # ten times the first at step 1981


@pytest.mark.parametrize("pair", [(1e-10, 1e-8), (1e-8, 1e-6), (1e-6, 1e-4), (1e-4, 1e-2)])
def test_an_eps_100_times_smaller_makes_the_way_several_times_as_long(pair):
    waits = []
    for eps in pair:
        w, v, u, steps = 1.0, 0.0, 0.0, 0
        while w > 0.5:
            v = 0.95 * v + 0.05 * w**2
            step = np.sqrt(u + eps) / np.sqrt(v + eps) * w
            u = 0.95 * u + 0.05 * step**2
            w, steps = w - step, steps + 1
        waits.append(steps)
    ratio = waits[0] / waits[1]
    assert 5 < ratio < 10
    if pair[0] in EPSILONS:  # those of the lesson
        assert 7 <= ratio


@pytest.mark.parametrize("start", STARTS)
def test_with_both_tuned_the_winner_changes_with_the_length_of_the_run(start):
    start = np.array(start, float)
    eps, lr = 10.0 ** np.arange(-9, 0, 0.5)[:, None], 10.0 ** np.arange(-4, 1.1, 0.25)[:, None]
    ada = descend(quadratic(20), adadelta_update, start, steps=10_000, beta=0.95, eps=eps).loss
    rms = descend(
        quadratic(20), rmsprop_update, start, steps=10_000, beta=0.95, lr=lr, eps=1e-8
    ).loss
    for steps in (10, 1000, 3000, 10_000):
        assert np.nanmin(rms[steps]) < ada[steps].min() / 10
    assert ada[100].min() < np.nanmin(rms[100]) / 10
    for steps in (100, 1000, 3000, 10_000):
        assert 0 < ada[steps].argmin() < len(eps) - 1  # not at the grid's edge
