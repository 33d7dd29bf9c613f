"""What the AdaGrad lesson says about runs, over several seeds and with a margin."""

import numpy as np
import pytest

from course_lib.problems import logistic, quadratic, sparse_features, with_noise
from course_lib.training import descend
from course_lib.widgets import sparse_features as live_view
from course_lib.widgets.sparse import RARITIES, examples
from solutions.updates.adagrad import adagrad_momentum_update, adagrad_update

SEEDS = range(5)
LRS = np.array([0.1, 0.3, 1, 3, 10, 30])[:, None]
T = np.arange(1, 10_001)


def plain(w, grad, *, lr):
    return w - lr * grad


def best_weights(data):
    """Fit logistic regression by Newton's method, which needs no learning rate."""
    x, y, w = data.x_train, data.y_train, np.zeros(5)
    for _ in range(30):
        p = 1 / (1 + np.exp(-x @ w))
        w = w - np.linalg.solve((x.T * (p * (1 - p))) @ x, x.T @ (p - y))
    return w


@pytest.mark.parametrize("seed", SEEDS)
def test_a_rare_feature_stalls_under_plain_descent_and_not_under_adagrad(seed):
    data = sparse_features([0, 0, 0, 0.9, 0.99], examples=10_000, seed=seed)
    problem, best = logistic(data), best_weights(data)
    missing = {}
    for rule, hyper in [(plain, {}), (adagrad_update, {"eps": 1e-8})]:
        run = descend(problem, rule, problem.start, steps=60, lr=LRS, **hyper)
        chosen = run.w[-1, np.nanargmin(run.loss[-1])]  # its own best learning rate
        missing[rule.__name__] = np.abs(1 - chosen / best)
    assert missing["plain"][0] < 0.05  # the dense weight is there
    assert missing["plain"][4] > 0.4  # and half of the way is missing for the rare one
    assert missing["adagrad_update"].max() < 0.02
    assert missing["plain"][4] > 20 * missing["adagrad_update"][4]


@pytest.mark.parametrize("seed", SEEDS)
def test_dense_and_sparse_weights_move_together_under_adagrad(seed):
    data = sparse_features([0, 0, 0, 0.9, 0.99], examples=10_000, seed=seed)
    problem = logistic(data)
    run = descend(problem, adagrad_update, problem.start, steps=10, lr=0.3, eps=1e-8)
    moved = np.abs(run.w[-1])
    assert moved.max() < 1.3 * moved.min()
    slow = np.abs(descend(problem, plain, problem.start, steps=10, lr=1.0).w[-1])
    assert slow.max() > 30 * slow.min()


def effective_lr(grads):
    w = v = np.zeros(grads.shape[1:])
    rates = []
    for grad in grads:
        w, v = adagrad_update(w, grad, v, lr=1.0, eps=1e-8)
        rates.append(1 / np.sqrt(v + 1e-8))
    return np.array(rates)


def slope(rates):
    return np.polyfit(np.log(T[99:]), np.log(rates[99:]), 1)[0]


def test_the_learning_rate_falls_like_one_over_the_root_of_t():
    rates = effective_lr(np.ones((T.size, 1)))[:, 0]
    assert slope(rates) == pytest.approx(-0.5, abs=1e-6)
    assert rates[[0, 9, 99, 999]] == pytest.approx([1, 0.316, 0.1, 0.0316], rel=1e-3)


def test_the_learning_rate_falls_as_fast_under_noise():
    noise = np.stack([np.random.default_rng(s).normal(size=T.size) for s in SEEDS], axis=1)
    for rates in effective_lr(noise).T:
        assert slope(rates) == pytest.approx(-0.5, abs=0.03)


def test_the_learning_rate_levels_off_when_gradients_die():
    assert effective_lr(0.9 ** (T[:200] - 1.0))[-1] == pytest.approx(0.436, abs=5e-4)


def test_the_answer_to_exercise_4_is_a_quarter():
    assert slope(effective_lr(T**-0.25)) == pytest.approx(-0.25, abs=0.01)


def test_a_dense_weight_does_not_touch_a_sparse_one_unless_the_loss_couples_them():
    start = np.array([-4.0, 1.0])

    def end(curvature, angle):
        problem = quadratic(curvature, angle)
        run = descend(problem, adagrad_update, start, steps=50, lr=0.3, eps=1e-8)
        return abs(run.w[-1, 0])

    assert end(1, 0) == end(10, 0) == end(100, 0)
    assert end(100, np.pi / 8) > 1.2 * end(10, np.pi / 8) > 1.2**2 * end(1, np.pi / 8)


def test_the_answer_to_exercise_3_is_what_the_view_shows():
    rate = live_view(adagrad_update, lr=0.5, eps=1e-8).arrays["rate"]
    step, rarest, lr = -1, -1, 4
    always, rarely = rate[step, rarest, lr, [0, -1]]
    assert rarely / always == pytest.approx(4.8, rel=0.05)


def test_eps_and_the_first_v_decide_the_first_steps():
    g = np.array([1e-6, 1e-4, 1e-2])
    zero = np.zeros(3)
    inside = -adagrad_update(zero, g, zero, lr=1.0, eps=1e-8)[0]
    from_a_tenth = -adagrad_update(zero, g, zero + 0.1, lr=1.0, eps=1e-8)[0]
    assert inside == pytest.approx([0.010, 0.707, 1.0], abs=1e-3)
    assert from_a_tenth == pytest.approx([3.16e-6, 3.16e-4, 0.0316], rel=1e-2)


@pytest.mark.parametrize("seed", SEEDS)
def test_momentum_costs_time_at_the_start_and_calms_the_end(seed):
    noisy = with_noise(quadratic(100), scale=5.0, seed=seed)
    starts = np.tile(noisy.start, (1000, 1))
    betas = np.array([0.0, 0.9])[:, None, None]
    hyper = {"lr": 1.0, "beta": betas, "eps": 1e-8}
    loss = descend(noisy, adagrad_momentum_update, starts, steps=300, **hyper).loss.mean(-1)
    assert loss[30, 1] > 2 * loss[30, 0]
    assert loss[300, 1] < 0.85 * loss[300, 0]


def test_adagrad_goes_two_learning_rates_times_the_root_of_the_steps():
    w = v = np.zeros(1)
    for _ in T:
        w, v = adagrad_update(w, np.ones(1), v, lr=1.0, eps=1e-8)
    assert -w[0] == pytest.approx(2 * np.sqrt(T.size), rel=0.01)


def walk_of_the_view(rule, lr, seed, rarity=0.01):
    """One example a step, as in the live view, written out: each weight after each step."""
    x, noise = examples(seed)
    w, v, path, squares = np.zeros(4), np.zeros(4), [], []
    for row, error in zip(x[:, list(RARITIES).index(rarity)], noise, strict=True):
        g = (np.sum((w - 1) * row) - error) * row
        v = v + g**2
        w = w - lr * (g if rule == "plain" else g / np.sqrt(v + 1e-8))
        path.append(w)
        squares.append(g**2)
    return np.array(path), np.array(squares)


def test_the_rare_weights_squares_are_2_6_times_as_large_as_the_others():
    _, squares = walk_of_the_view("adagrad", 0.5, seed=0)
    seen = np.count_nonzero(squares, axis=0)
    assert seen[[0, 3]].tolist() == [300, 5]
    mean = squares.sum(axis=0) / seen
    assert mean[3] / mean[0] == pytest.approx(2.6, abs=0.05)
    assert np.sqrt(300 / 5) == pytest.approx(7.7, abs=0.05)


def test_at_one_rate_for_both_plain_descents_rare_weight_is_nearer():
    ends = {rule: walk_of_the_view(rule, 0.5, seed=0)[0][-1, 3] for rule in ("plain", "adagrad")}
    assert ends == {
        "plain": pytest.approx(0.95, abs=0.005),
        "adagrad": pytest.approx(0.71, abs=5e-3),
    }


@pytest.mark.parametrize("seed", range(8))
def test_with_each_rules_own_best_rate_adagrad_ends_with_the_lower_loss(seed):
    best = {}
    for rule in ("plain", "adagrad"):
        runs = {lr: walk_of_the_view(rule, lr, seed)[0][-100:] for lr in 2.0 ** np.arange(-5, 2)}
        loss = {lr: np.mean(np.sum((path - 1) ** 2, axis=1)) / 2 for lr, path in runs.items()}
        lr = min(loss, key=loss.get)
        assert 2**-5 < lr < 2  # not at the slider's end
        best[rule] = lr, loss[lr], np.abs(runs[lr] - 1).mean(axis=0)
    assert best["adagrad"][1] < 0.8 * best["plain"][1]
    assert best["adagrad"][2][0] < 0.7 * best["plain"][2][0]  # the weight that is always there
    if seed == 0:  # that of the view
        assert [best[rule][0] for rule in ("plain", "adagrad")] == [0.5, 1]
        assert best["adagrad"][1] == pytest.approx(0.06, abs=0.002)
        assert best["plain"][1] == pytest.approx(0.09, abs=0.002)
        assert best["adagrad"][2][3] == pytest.approx(best["plain"][2][3], rel=0.35)
