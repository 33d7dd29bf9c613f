"""What the first lesson says about runs, over several seeds and with a margin."""

import numpy as np
import pytest

from course_lib.network import Network
from course_lib.optimizer import Optimizer
from course_lib.problems import Data, logistic, quadratic, sparse_features
from course_lib.training import descend, train
from solutions.updates.adaptive import (
    dense_backward,
    dense_forward,
    sgd_momentum_update,
    sgd_update,
    sparsity_factor,
    sparsity_scaled_lr,
)

SEEDS = range(5)
STEEP = 535
LIMIT = 2 / STEEP  # of plain descent's learning rate, by the curvature across the valley


@pytest.mark.parametrize("seed", SEEDS)
def test_with_the_best_safe_rate_two_thirds_of_the_flat_way_are_left_after_100_steps(seed):
    start = np.random.default_rng(seed).uniform(1, 5, 2)
    lrs = LIMIT * np.array([0.1, 0.5, 0.9, 0.999])[:, None]
    left = descend(quadratic(STEEP), sgd_update, start, steps=100, lr=lrs).w[-1, :, 0] / start[0]
    assert left.min() == pytest.approx((1 - LIMIT) ** 100, rel=0.01)
    assert 0.6 < left.min() < 0.75


@pytest.mark.parametrize("seed", SEEDS)
def test_a_rate_3_percent_above_the_limit_ends_beyond_forty_digits(seed):
    start = np.random.default_rng(seed).uniform(1, 5, 2)
    loss = descend(
        quadratic(STEEP), sgd_update, start, steps=1000, lr=LIMIT * np.array([[0.97], [1.03]])
    ).loss[-1]
    assert loss[0] < 1
    assert loss[1] > 1e40


@pytest.mark.parametrize("curvature", [1, 20, 80, 535])
def test_the_largest_rate_is_two_over_the_curvature(curvature):
    lrs = np.array([0.99, 1.01])[:, None] * 2 / curvature
    steep = descend(quadratic(curvature), sgd_update, [0.0, 1.0], steps=200, lr=lrs).w[-1, :, 1]
    assert abs(steep[0]) < 0.2
    assert abs(steep[1]) > 5


# Momentum on ½ (w₁² + 100 w₂²) from (1, 1), by the powers of its matrix, not by the rule.
CURVATURES = (1, 100)


def ball(curvature, lr, beta):
    """One step of the heavy ball on (w, u)."""
    return np.array([[1 - lr * curvature, -beta], [lr * curvature, beta]])


def ball_loss(lr, beta, steps):
    ends = [np.linalg.matrix_power(ball(c, lr, beta), steps)[0, 0] for c in CURVATURES]
    return sum(c * w**2 / 2 for c, w in zip(CURVATURES, ends, strict=True))


def plain_loss(lr, steps):
    return sum(c * (1 - lr * c) ** (2 * steps) / 2 for c in CURVATURES)


def test_the_lesson_s_momentum_ends_where_the_powers_of_its_matrix_do():
    hyper = {"lr": (2 / 11) ** 2, "beta": (9 / 11) ** 2}
    loss = descend(quadratic(100), sgd_momentum_update, [1.0, 1.0], steps=100, **hyper).loss
    assert loss[0] == 50.5
    assert loss[-1] == pytest.approx(ball_loss(**hyper, steps=100), rel=1e-6)
    assert loss[-1] == pytest.approx(6.2e-12, rel=0.01)
    assert plain_loss(2 / 101, 100) == pytest.approx(0.92, abs=0.005)


@pytest.mark.parametrize("steps", [100, 300, 1000])
def test_momentum_is_ahead_at_three_and_ten_times_the_horizon_both_tuned_on_a_grid(steps):
    plain = min(plain_loss(lr, steps) for lr in np.linspace(0.001, 0.02, 1901))
    grid = [(lr, b) for lr in np.linspace(0.02, 0.04, 41) for b in np.linspace(0.5, 0.9, 41)]
    with np.errstate(over="ignore"):
        tuned = min(ball_loss(*pair, steps) for pair in grid)
    assert tuned < 1e-10 * plain
    if steps == 100:
        assert plain == pytest.approx(0.010, abs=0.0005)
        assert 1e-16 < tuned < 1e-14


def test_both_eigenvalues_have_the_size_root_beta_where_they_are_complex_and_only_there():
    lr = (2 / 11) ** 2
    for beta in np.linspace(0.01, 0.99, 99):
        for c in (1, 10, 100):
            sizes = abs(np.linalg.eigvals(ball(c, lr, beta)))
            inside = (1 - beta**0.5) ** 2 < lr * c < (1 + beta**0.5) ** 2
            assert sizes.max() >= beta**0.5 - 1e-9
            assert (sizes.max() < beta**0.5 + 1e-6) == inside
            if beta > 0.67:
                assert inside
    assert abs(np.linalg.eigvals(ball(100, lr, 0.05))).max() > 1


@pytest.mark.parametrize("seed", SEEDS)
def test_averaging_with_the_rate_eta_is_momentum_with_the_rate_one_minus_beta_times_eta(seed):
    grads = np.random.default_rng(seed).normal(size=50)
    w = u = m = 0.0
    other = 0.0
    for g in grads:
        w, u = sgd_momentum_update(w, g, u, lr=0.1 * 0.3, beta=0.9)
        m = 0.9 * m + 0.1 * g
        other -= 0.3 * m
        assert u == pytest.approx(0.3 * m, rel=1e-9)
    assert w == pytest.approx(other, rel=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_finite_differences_agree_with_the_sum_over_examples_and_with_no_other_reading(seed):
    rng = np.random.default_rng(seed)
    x, y, w = rng.normal(size=(4, 3)), rng.integers(2, size=4), rng.normal(size=3)
    delta = x @ w - y
    h = np.array([1e-6, 0, 0])
    slope = (np.sum((x @ (w + h) - y) ** 2) - np.sum((x @ (w - h) - y) ** 2)) / 4e-6
    assert np.sum(delta * x[:, 0]) == pytest.approx(slope, rel=1e-6)
    assert abs(len(x) * delta.mean() * x[:, 0].mean() - slope) > 0.05 * abs(slope)
    assert abs(np.sum(delta * x[-1, 0]) - slope) > 0.05 * abs(slope)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_network_of_two_layers_learns_equal_signs_and_one_layer_does_not(seed):
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1, 1, (400, 2))
    same = (x[:, 0] * x[:, 1] > 0).astype(int)
    signs = Data("signs", x[:300], same[:300], x[300:], same[300:], "xy", ["no", "yes"])

    def accuracy(sizes):
        net = Network(sizes, activation="tanh", dense=(dense_forward, dense_backward))
        run = train(net, signs, Optimizer(sgd_update, lr=1.0), steps=1000, seed=seed, quiet=True)
        return run.test_accuracy[-1]

    assert accuracy((2, 8, 2)) > 0.85
    assert accuracy((2, 2)) < 0.7


@pytest.mark.parametrize("seed", SEEDS)
def test_a_sparse_features_gradients_are_rare_and_not_small(seed):
    pair = sparse_features([0, 0.95], examples=10_000, seed=seed)
    x = pair.x_train
    sizes = abs((0.5 - pair.y_train)[:, None] * x)
    dense, sparse = sizes.mean(axis=0)
    assert 16 < dense / sparse < 25
    assert sizes[x[:, 1] != 0, 1].mean() == pytest.approx(dense, rel=0.1)


def test_the_answer_to_exercise_6_is_three_times_the_dense_features_and_rarity_hides_it():
    pair = sparse_features([0, 0.95], examples=10_000, seed=0)
    x = pair.x_train * [1, 3]
    sizes = abs((0.5 - pair.y_train)[:, None] * x)
    assert sizes[x[:, 1] != 0, 1].mean() == pytest.approx(1.2, rel=0.01)
    assert sizes[:, 0].mean() == pytest.approx(6.5 * sizes[:, 1].mean(), rel=0.05)


@pytest.mark.parametrize("seed", SEEDS)
def test_sparse_weights_stall_under_one_rate_and_move_with_rates_of_their_own(seed):
    data = sparse_features([0, 0, 0, 0.9, 0.99], examples=10_000, seed=seed)
    problem = logistic(data)
    scaled = sparsity_scaled_lr(data.x_train, lr0=1.0)
    one, root, full = (
        np.abs(descend(problem, sgd_update, problem.start, steps=60, lr=lr).w[-1])
        for lr in (1.0, scaled, scaled**2)
    )
    assert one[:3].min() > 1.6
    assert one[4] < one[:3].min() / 10
    assert one[3] < 0.6 * one[:3].min()
    assert 5 * one[4] < root[4] < 0.6 * root[:3].min()  # it helps, and still lags
    assert full[4] > 0.7 * full[:3].min()  # all arrive together


@pytest.mark.parametrize("seed", SEEDS)
def test_one_example_at_a_time_the_squared_factor_throws_the_rare_weight_about(seed):
    data = sparse_features([0, 0, 0, 0.9, 0.99], examples=10_000, seed=seed)
    problem = logistic(data, batch_size=1, seed=seed)
    factor = sparsity_factor(data.x_train)
    root, full = (
        np.abs(descend(problem, sgd_update, problem.start, steps=2000, lr=lr).w[:, 4]).max()
        for lr in (factor, factor**2)
    )
    assert full > 5 * root
    assert full > 20


@pytest.mark.parametrize("distance", [0.1, 1.0, 7.0])
def test_at_one_distance_the_slope_across_the_valley_is_535_times_the_slope_along(distance):
    valley, h = quadratic(STEEP), 1e-6
    along, across = (
        (valley.loss((distance + h) * way) - valley.loss((distance - h) * way)) / (2 * h)
        for way in np.eye(2)
    )
    assert across / along == pytest.approx(STEEP, rel=1e-5)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("steps", [60, 600, 2000])
def test_a_rate_of_100_throws_logistic_weights_about_and_does_not_run_off(seed, steps):
    problem = logistic(sparse_features([0, 0, 0, 0.9, 0.99], examples=10_000, seed=seed))
    run = descend(problem, sgd_update, problem.start, steps=steps, lr=100.0)
    assert run.loss[0] == pytest.approx(np.log(2))
    assert 1 < run.loss[min(steps, 60) :].min()  # worse than the start
    assert run.loss.max() < 10  # where the valley has more than forty digits
    assert abs(np.diff(run.w[:, 0])).max() > 5
