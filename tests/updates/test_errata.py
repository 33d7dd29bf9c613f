"""Where the lecture notes and the literature differ: each claim, and the number that shows it.

E1 to E18 are the numbers under which the lessons discuss the claims.
"""

import json
import math
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from solutions.updates.adadelta import adadelta_notes_update, adadelta_update
from solutions.updates.adagrad import adagrad_update
from solutions.updates.adam import adam_update
from solutions.updates.adamax import adam_max_update, adamax_update
from solutions.updates.adaptive import (
    dense_backward,
    dense_forward,
    sgd_update,
    sparsity_factor,
    sparsity_scaled_lr,
)
from solutions.updates.dialects import (
    keras_adam_update,
    keras_adamax_update,
    optax_cosine_annealing,
    scaled_adadelta_update,
    torch_adagrad_update,
    torch_rmsprop_update,
)
from solutions.updates.nadam import (
    nadam_notes_update,
    nadam_scheduled_update,
    nadam_update,
    nag_update,
    nesterov_update,
)
from solutions.updates.rmsprop import ema_update, rmsprop_update
from solutions.updates.schedules import (
    adadelta_effective_lr,
    adadelta_notes_effective_lr,
    adagrad_effective_lr,
    adam_effective_lr,
    adam_notes_effective_lr,
    cosine_annealing,
    cosine_restarts,
    exponential_decay,
    step_decay,
    triangular,
    triangular_notes,
    warmup_inverse_sqrt,
)

ADAM = {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8}


def shown(written):
    """Equal to a number up to half a unit of the last digit in which it is written."""
    number = Decimal(written)
    last_digit = number.as_tuple().exponent if number.is_finite() else 0
    return pytest.approx(float(number), rel=0, abs=0.5001 * 10.0**last_digit)


# Lesson 1


def test_e1_the_sum_over_a_batch_needs_an_index_on_both_factors():
    rng = np.random.default_rng(0)
    h, W, b = rng.normal(size=(4, 3)), rng.normal(size=(2, 3)), rng.normal(size=2)
    y = rng.normal(size=(4, 2))

    def loss(W):
        return 0.5 * np.sum((dense_forward(h, W, b, np.tanh)[1] - y) ** 2)

    a, h_next = dense_forward(h, W, b, np.tanh)
    delta = (h_next - y) * (1 - h_next**2)
    dW, _, _ = dense_backward(delta, h, W)
    steps = 1e-5 * np.eye(6).reshape(6, 2, 3)
    numeric = np.array([(loss(W + s) - loss(W - s)) / 2e-5 for s in steps]).reshape(2, 3)
    np.testing.assert_allclose(dW, numeric, rtol=1e-7)
    # With no index on x it is some one example's, or their mean: neither is the derivative.
    for x in (*h, h.mean(axis=0)):
        assert not np.allclose(np.outer(delta.sum(axis=0), x), numeric, rtol=0.1)


def test_e1_beyond_the_first_layer_the_factor_is_h_not_x():
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(4, 3)), rng.normal(size=(4, 3))
    W1, W2, zero = rng.normal(size=(3, 3)), rng.normal(size=(3, 3)), np.zeros(3)

    def layers(W1, W2):
        h1 = dense_forward(x, W1, zero, np.tanh)[1]
        return h1, dense_forward(h1, W2, zero, np.tanh)[1]

    h1, h2 = layers(W1, W2)
    delta2 = (h2 - y) * (1 - h2**2)
    dW2, _, dh1 = dense_backward(delta2, h1, W2)
    dW1, _, _ = dense_backward(dh1 * (1 - h1**2), x, W1)

    def loss(W1, W2):
        return 0.5 * np.sum((layers(W1, W2)[1] - y) ** 2)

    step = np.zeros((3, 3))
    step[1, 2] = 1e-5
    assert dW2[1, 2] == pytest.approx((loss(W1, W2 + step) - loss(W1, W2 - step)) / 2e-5, rel=1e-7)
    assert dW1[1, 2] == pytest.approx((loss(W1 + step, W2) - loss(W1 - step, W2)) / 2e-5, rel=1e-7)
    assert not np.allclose(dense_backward(delta2, x, W2)[0], dW2, rtol=0.1)


def test_e1b_gradients_of_sparse_features_are_rare_not_small():
    rng = np.random.default_rng(0)
    delta = rng.normal(size=100_000)
    dense = rng.normal(size=100_000)
    sparse = dense * (rng.random(100_000) < 0.05)
    assert np.mean(np.abs(delta * dense)) == pytest.approx(0.638, abs=0.01)
    assert np.mean(np.abs(delta * sparse)) == pytest.approx(0.032, abs=0.002)
    assert np.mean(np.abs((delta * sparse)[sparse != 0])) == pytest.approx(0.631, abs=0.03)


def test_e1c_sparsity_factor_is_a_heuristic_that_adagrad_finds_from_gradients_alone():
    present = np.array([[1, k % 4 == 0, k % 100 == 0] for k in range(400)], dtype=float)
    np.testing.assert_allclose(sparsity_factor(present), [1, 2, 10])
    # AdaGrad never sees x. Where the gradients that come have one size it ends at those ratios,
    v = np.sum(present**2, axis=0)
    found = adagrad_effective_lr(v, lr=1.0, eps=1e-8)
    np.testing.assert_allclose(found / found[0], [1, 2, 10])
    # and where a rare gradient is large as well it gives back what the heuristic overdoes.
    v = np.sum((present * [1, 1, 10]) ** 2, axis=0)
    found = adagrad_effective_lr(v, lr=1.0, eps=1e-8)
    np.testing.assert_allclose(found / found[0], [1, 2, 1])
    np.testing.assert_allclose(sparsity_scaled_lr(present * [1, 1, 10], lr0=1.0), [1, 2, 10])


# Lesson 2


@pytest.mark.parametrize(
    ("g", "inside", "outside"), [(1e-4, ".707", "1.000"), (1e-6, ".010", ".990")]
)
def test_e2_where_eps_stands_decides_about_small_gradients(g, inside, outside):
    for rule, first_step in ((adagrad_update, inside), (torch_adagrad_update, outside)):
        w, _ = rule(0.0, g, 0.0, lr=1.0, eps=1e-8)
        assert -w == shown(first_step)


@pytest.mark.parametrize(("v0", "first_step"), [(0.0, "1.0"), (0.1, ".0316")])
def test_e2b_the_start_of_v_decides_about_the_first_step(v0, first_step):
    w, _ = adagrad_update(0.0, 0.01, v0, lr=1.0, eps=1e-10)
    assert -w == shown(first_step)


def test_e3_adagrads_learning_rate_falls_like_a_power_not_exponentially():
    t = np.arange(1, 1001)
    effective = adagrad_effective_lr(np.cumsum(np.ones(1000)), lr=1.0, eps=1e-10)
    np.testing.assert_allclose(effective[[0, 9, 99, 999]], [1, 0.316, 0.1, 0.0316], rtol=1e-3)
    slope, _ = np.polyfit(np.log(t), np.log(effective), 1)
    assert slope == shown("-.500")


def test_e3_with_vanishing_gradients_adagrads_learning_rate_levels_off():
    v = np.cumsum(0.9 ** (2 * np.arange(1000)))
    assert adagrad_effective_lr(v, lr=1.0, eps=1e-10)[-1] == shown(".436")


@pytest.mark.parametrize("dense_curvature", [0.0, 1.0, 100.0])
def test_e4_dense_features_do_not_hinder_sparse_ones_where_the_loss_is_separable(dense_curvature):
    w, v = np.ones(2), np.zeros(2)
    for t in range(200):
        sparse_curvature = 1.0 if t % 10 == 0 else 0.0
        grad = np.array([dense_curvature, sparse_curvature]) * w
        w, v = adagrad_update(w, grad, v, lr=0.5, eps=1e-8)
    assert w[1] == shown("1.1577e-5")


def test_e18_the_notes_code_runs_once_its_lines_are_parted_and_v_has_a_start():
    joined = "W -= (learning_rate / np.sqrt(v_W + eps)) * dWv_b += (db ** 2)"
    with pytest.raises(SyntaxError):
        compile(joined, "notes", "exec")
    parted = (
        "v_W += (dW ** 2)\n"
        "W -= (learning_rate / np.sqrt(v_W + eps)) * dW\n"
        "v_b += (db ** 2)\n"
        "b -= (learning_rate / np.sqrt(v_b + eps)) * db\n"
    )
    start = {"W": np.ones((2, 3)), "b": np.ones(2), "dW": np.full((2, 3), 2.0), "db": np.ones(2)}
    names = {"np": np, "learning_rate": 0.1, "eps": 1e-8} | {k: v.copy() for k, v in start.items()}
    with pytest.raises(NameError, match="v_W"):
        exec(parted, names)
    names |= {"v_W": np.zeros((2, 3)), "v_b": np.zeros(2)}
    W, v_W = start["W"], np.zeros((2, 3))
    b, v_b = start["b"], np.zeros(2)
    for _ in range(3):
        exec(parted, names)
        W, v_W = adagrad_update(W, start["dW"], v_W, lr=0.1, eps=1e-8)
        b, v_b = adagrad_update(b, start["db"], v_b, lr=0.1, eps=1e-8)
    np.testing.assert_allclose(names["W"], W, rtol=1e-12)
    np.testing.assert_allclose(names["b"], b, rtol=1e-12)


# Lesson 3


@pytest.mark.parametrize(("beta", "first_step"), [(0.9, "3.16"), (0.99, "10"), (0.999, "31.6")])
def test_e5_rmsprops_first_step_is_lr_over_the_root_of_one_minus_beta(beta, first_step):
    w, _ = rmsprop_update(0.0, 1.0, 0.0, lr=1.0, beta=beta, eps=1e-12)
    assert -w == shown(first_step)


def test_e5_eps_stands_inside_or_outside_by_dialect():
    inside, v = rmsprop_update(0.0, 1e-4, 0.0, lr=1.0, beta=0.9, eps=1e-8)
    outside, _ = torch_rmsprop_update(0.0, 1e-4, 0.0, lr=1.0, beta=0.9, eps=1e-8)
    assert -inside == pytest.approx(1e-4 / math.sqrt(v + 1e-8), rel=1e-12)
    assert -outside == pytest.approx(1e-4 / (math.sqrt(v) + 1e-8), rel=1e-12)
    assert outside / inside > 3


def test_e5_on_a_parabola_rmsprop_ends_in_a_two_cycle_of_half_a_learning_rate():
    w, v = 1.0, 0.0
    iterates = []
    for _ in range(2000):
        w, v = rmsprop_update(w, 4 * w, v, lr=0.01, beta=0.9, eps=1e-12)
        iterates.append(w)
    np.testing.assert_allclose(np.abs(iterates[-10:]), 0.005, rtol=1e-6)
    assert np.all(np.sign(iterates[-10:-1]) == -np.sign(iterates[-9:]))


# Lesson 4


@pytest.mark.parametrize(
    ("eps", "first_step"), [(1e-8, "4.5e-4"), (1e-6, "4.5e-3"), (1e-4, "4.5e-2")]
)
def test_e6_eps_sets_the_start_of_adadelta(eps, first_step):
    w, *_ = adadelta_update(0.0, 1.0, 0.0, 0.0, beta=0.95, eps=eps)
    assert -w == shown(first_step)


@pytest.mark.parametrize("curvature", [1, 4, 10])
def test_e6_adadelta_does_not_see_the_scale_of_the_loss(curvature):
    w, v, u = 1.0, 0.0, 0.0
    for _ in range(60):
        w, v, u = adadelta_update(w, curvature * w, v, u, beta=0.95, eps=1e-6)
    assert w == shown(".7424")


def test_e6b_u_averages_steps_and_is_used_before_it_is_updated():
    w, v, u = adadelta_update(0.0, 1.0, 0.0, 0.0, beta=0.95, eps=1e-6)
    assert u == pytest.approx(0.05 * w**2, rel=1e-12)
    # In the order of the notes' workflow u is v, so the rule is plain descent with lr = 1,
    w, v, u = 1.0, 0.0, 0.0
    for _ in range(60):
        previous = w
        w, v, u = adadelta_notes_update(w, 4 * w, v, u, beta=0.95, eps=1e-6)
        assert w == pytest.approx(previous - 4 * previous, rel=1e-12)
    assert abs(w) > 1e28  # which on curvature 4 multiplies the error by -3 each time


def test_e6c_the_learning_rate_is_gone_by_dialect_and_eps_sets_the_scale():
    steps = {
        lr: scaled_adadelta_update(0.0, 1.0, 0.0, 0.0, lr=lr, beta=0.95, eps=1e-6)
        for lr in (1.0, 0.001)
    }
    assert steps[0.001][0] == pytest.approx(0.001 * steps[1.0][0], rel=1e-12)
    assert steps[0.001][2] == steps[1.0][2]  # u averages the step before lr
    assert steps[1.0] == adadelta_update(0.0, 1.0, 0.0, 0.0, beta=0.95, eps=1e-6)
    larger, *_ = adadelta_update(0.0, 1.0, 0.0, 0.0, beta=0.95, eps=1e-4)
    assert larger / steps[1.0][0] == pytest.approx(10, rel=0.01)


@pytest.mark.parametrize(("curvature", "end"), [(4, "-3e11"), (10, "-2e25")])
def test_e6d_the_notes_adadelta_learning_rate_blows_up(curvature, end):
    w, v = 1.0, 0.0
    for _ in range(60):
        grad = curvature * w
        v_before, v = v, ema_update(v, grad**2, beta=0.95)
        w = w - adadelta_notes_effective_lr(v_before, v, eps=1e-6) * grad
    assert w == shown(end)


@pytest.mark.parametrize("beta", [0.9, 0.95])
def test_e6d_while_the_run_diverges_the_notes_adadelta_learning_rate_is_one_over_its_growth(beta):
    w, v, growth = 1.0, 0.0, (np.sqrt(1 + 4 * 4) - 1) / 2  # r² + r = c, by hand, for c = 4
    for _ in range(400):
        before, v = (w, v), ema_update(v, (4 * w) ** 2, beta=beta)
        effective = adadelta_notes_effective_lr(before[1], v, eps=1e-6)
        w = w - effective * 4 * w
    assert growth == pytest.approx(1.56, abs=0.005)
    assert abs(w / before[0]) == pytest.approx(growth, rel=1e-3)
    assert effective == pytest.approx(0.640, abs=1e-3)


def test_e6d_the_notes_adadelta_learning_rate_tends_to_one_for_constant_gradients_only():
    v, effective = 0.0, []
    for _ in range(500):
        v_before, v = v, ema_update(v, 1.0, beta=0.95)
        effective.append(adadelta_notes_effective_lr(v_before, v, eps=1e-6))
    assert effective[-1] == pytest.approx(1, abs=1e-9)
    assert adadelta_effective_lr(v, 0.0, eps=1e-6) == pytest.approx(1e-3, rel=1e-5)


# Lesson 5


def test_e7_keras_adds_eps_to_the_uncorrected_root():
    start = (0.0, 1e-6, 0.0, 0.0, 1)
    ours, *_ = adam_update(*start, lr=1.0, **ADAM)
    theirs, *_ = keras_adam_update(*start, lr=1.0, **ADAM)
    assert -ours == pytest.approx(1e-6 / (1e-6 + 1e-8), rel=1e-9)
    assert -theirs == pytest.approx(1e-6 / (1e-6 + 1e-8 / math.sqrt(0.001)), rel=1e-9)


def test_e7b_without_correction_adams_first_steps_are_too_long():
    m = v = 0.0
    uncorrected = []
    for t in range(1, 101):
        m, v = ema_update(m, 1.0, beta=0.9), ema_update(v, 1.0, beta=0.999)
        uncorrected.append(m * adam_notes_effective_lr(v, lr=1.0, eps=1e-12))
        corrected = m / (1 - 0.9**t) * adam_effective_lr(v, t, lr=1.0, beta2=0.999, eps=1e-12)
        assert corrected == pytest.approx(1, rel=1e-9)
    assert uncorrected[0] == shown("3.16")
    assert uncorrected[1] == shown("4.25")
    assert uncorrected[99] == shown("3.24")
    assert np.argmax(uncorrected) + 1 == 12
    assert max(uncorrected) == shown("6.57")


def test_e7c_the_decay_that_adam_avoids_is_adagrads():
    """Under a constant gradient RMSprop's learning rate settles; AdaGrad's goes on falling."""
    v_sum = v_average = 0.0
    for _ in range(10_000):
        v_sum, v_average = v_sum + 1.0, ema_update(v_average, 1.0, beta=0.9)
    assert adagrad_effective_lr(v_sum, lr=1.0, eps=1e-8) == shown("0.01")
    assert adagrad_effective_lr(v_average, lr=1.0, eps=1e-8) == shown("1.0")


def test_e7c_adam_can_end_at_the_worst_point_where_amsgrad_finds_the_best():
    """Reddi, Kale and Kumar (2018), Theorem 1: slope 3 once in three steps, else -1, on [-1, 1]."""
    ends = []
    for amsgrad in (False, True):
        w = m = v = v_max = 0.0
        for t in range(1, 2001):
            grad, lr = 3.0 if t % 3 == 1 else -1.0, 0.1 / math.sqrt(t)
            if amsgrad:
                v = ema_update(v, grad**2, beta=0.1)
                v_max = max(v_max, v)
                w = w - lr * grad / math.sqrt(v_max)
            else:
                # Their Adam has no correction; with t this large ours has none either.
                w, m, v = adam_update(w, grad, m, v, 10**6, lr=lr, beta1=0.0, beta2=0.1, eps=1e-12)
            w = min(1.0, max(-1.0, w))
        ends.append(w)
    assert ends == [shown(".999"), shown("-.999")]


# Lesson 6


def naive_norm_over_time(gradients, p, beta2=0.99):
    """The root of Kingma and Ba's v with a power p for the square (§7.1), computed as written."""
    v = 0.0
    with np.errstate(over="ignore"):
        for g in gradients:
            v = beta2**p * v + (1 - beta2**p) * np.float64(abs(g)) ** p
        return v ** (1 / p)


@pytest.mark.parametrize(
    ("p", "value"), [(2, "0.892"), (32, "1.890"), (512, "1.93883"), (2048, "inf")]
)
def test_e8_the_norm_over_time_tends_to_a_maximum_and_its_power_overflows(p, value):
    gradients = [0.8216] * 500 + [1.92812, -1.93885]  # steady, then two spikes
    assert naive_norm_over_time(gradients, p) == shown(value)


def test_e8_the_limit_of_large_p_is_adamaxs_u():
    m = u = w = 0.0
    for g in [0.8216] * 500 + [1.92812, -1.93885]:
        w, m, u = adamax_update(w, g, m, u, 500, lr=0.0, beta1=0.9, beta2=0.99, eps=0.0)
    assert u == shown("1.93885")


@pytest.mark.parametrize(("dtype", "p"), [(np.float64, 309), (np.float32, 39)])
def test_e8_the_first_power_of_ten_that_overflows(dtype, p):
    with np.errstate(over="ignore"):
        assert np.isfinite(dtype(10) ** (p - 1))
        assert np.isinf(dtype(10) ** p)


def first_steps(rule, grad):
    grad = np.asarray(grad, dtype=float)
    zero = np.zeros_like(grad)
    w, *_ = rule(zero, grad, zero, zero, 1, lr=1.0, beta1=0.9, beta2=0.999, eps=1e-12)
    return -w


def test_e9_the_notes_adam_max_ties_all_coordinates_to_the_largest():
    np.testing.assert_allclose(first_steps(adam_max_update, [10, 1, 0.01]), [1, 0.1, 0.001])
    np.testing.assert_allclose(first_steps(adamax_update, [10, 1, 0.01]), [1, 1, 1])


def test_e9_for_one_weight_the_notes_adam_max_is_adam():
    rng = np.random.default_rng(0)
    ours = theirs = (np.ones(1), np.zeros(1), np.zeros(1))
    for t in range(1, 21):
        grad = rng.normal(size=1)
        ours = adam_max_update(ours[0], grad, *ours[1:], t, lr=0.1, **ADAM)
        theirs = adam_update(theirs[0], grad, *theirs[1:], t, lr=0.1, **ADAM)
    np.testing.assert_allclose(ours, theirs, rtol=1e-12)


def test_e9_without_eps_the_papers_adamax_divides_zero_by_zero():
    start = (np.ones(1), np.zeros(1), np.zeros(1), np.zeros(1), 1)
    hyper = {"lr": 0.1, "beta1": 0.9, "beta2": 0.999}
    with np.errstate(invalid="ignore"):
        assert np.isnan(keras_adamax_update(*start, eps=0.0, **hyper)[0])
    assert keras_adamax_update(*start, eps=1e-8, **hyper)[0] == 1
    assert adamax_update(*start, eps=1e-8, **hyper)[0] == 1


def denominators(period, steps, beta2=0.999):
    """Adam's and AdaMax's denominators under a gradient of 1 every `period` steps."""
    v = u = 0.0
    rows = []
    for t in range(1, steps + 1):
        grad = 1.0 if (t - 1) % period == 0 else 0.0
        _, _, v = adam_update(0.0, grad, 0.0, v, t, lr=0.0, beta1=0.9, beta2=beta2, eps=1e-8)
        _, _, u = adamax_update(0.0, grad, 0.0, u, t, lr=0.0, beta1=0.9, beta2=beta2, eps=1e-12)
        rows.append((math.sqrt(v / (1 - beta2**t)), u))
    return np.array(rows).T


def test_e10_alternating_gradients_find_adamax_steadier_at_the_start():
    adam, adamax = denominators(period=2, steps=20)
    assert adam.max() / adam.min() == shown("1.41")
    assert adamax.max() / adamax.min() == shown("1.00")


def test_e10_later_adam_is_the_steadier_one():
    adam, adamax = denominators(period=10, steps=10_000)[:, -100:]
    assert adam.max() / adam.min() == shown("1.0045")
    assert adamax.max() / adamax.min() == pytest.approx(1.0091, abs=1e-4)


def test_e10_adamax_gives_up_the_boost_for_rare_features():
    adam, adamax = denominators(period=100, steps=10_000)[:, -1000:]
    assert adam.mean() == shown(".10")
    assert adamax.mean() == shown(".95")


def test_e10b_in_silence_the_maximum_decays_too_and_faster():
    v = u = 1.0
    for t in range(10**6, 10**6 + 1000):
        _, _, v = adam_update(0.0, 0.0, 0.0, v, t, lr=0.0, **ADAM)
        _, _, u = adamax_update(0.0, 0.0, 0.0, u, t, lr=0.0, **ADAM)
    assert 1 / math.sqrt(v) == shown("1.65")
    assert 1 / u == shown("2.72")


GOLDEN = json.loads(Path(__file__).with_name("golden.json").read_text())
A = np.array(GOLDEN["problems"]["quadratic"]["A"])


def test_e11_the_look_ahead_points_are_the_iterates_of_torch():
    wanted = next(
        run
        for run in GOLDEN["runs"]
        if (run["rule"], run["library"], run["problem"]) == ("nesterov", "torch", "quadratic")
    )
    lr, beta = wanted["kwargs"]["lr"], wanted["kwargs"]["momentum"]
    theta, u = np.array([1.0, -2.0]), np.zeros(2)
    look_ahead, velocity = theta, u
    for iterate in wanted["w"][1:]:
        theta, u = nag_update(theta, u, lambda w: A @ w, lr=lr, beta=beta)
        look_ahead, velocity = nesterov_update(
            look_ahead, A @ look_ahead, velocity, lr=lr, beta=beta
        )
        np.testing.assert_allclose(theta - beta * u, iterate, rtol=0, atol=9e-16)
        np.testing.assert_allclose(look_ahead, iterate, rtol=0, atol=9e-16)


def test_e11_with_the_sign_of_the_look_ahead_reversed_descent_explodes():
    right, u = np.array([1.0, -2.0]), np.zeros(2)
    wrong, wrong_u = right, u
    for _ in range(200):
        right, u = nag_update(right, u, lambda w: A @ w, lr=0.002, beta=0.9)
        wrong_u = 0.9 * wrong_u + 0.002 * A @ (wrong + 0.9 * wrong_u)
        wrong = wrong - wrong_u
    assert right @ A @ right / 2 == shown(".09")
    assert wrong @ A @ wrong / 2 == shown("1e8")


@pytest.mark.parametrize(("lr", "in_lr"), [(0.001, "3.19"), (0.1, "6.01")])
def test_e12_in_the_notes_nadam_lr_acts_twice(lr, in_lr):
    w, *_ = nadam_notes_update(0.0, 1.0, 0.0, 0.0, lr=lr, **ADAM)
    assert -w / lr == shown(in_lr)
    w, *_ = nadam_update(0.0, 1.0, 0.0, 0.0, 1, lr=lr, **ADAM)
    assert -w / lr == shown("1.474")


@pytest.mark.parametrize(("momentum_decay", "first_step"), [(0.004, 1.057), (1.0, 1.063)])
def test_e12_dialects_of_nadam_differ_in_the_schedule_of_momentum(momentum_decay, first_step):
    start = (0.0, 1.0, 0.0, 0.0, 1.0, 1)
    w, *_ = nadam_scheduled_update(*start, lr=1.0, momentum_decay=momentum_decay, **ADAM)
    assert -w == pytest.approx(first_step, abs=6e-4)


# Lesson 7


def test_e13_the_notes_triangle_never_peaks_and_never_cycles():
    notes = triangular_notes(np.arange(100), lr_min=0.0, lr_max=1.0, period=4)
    np.testing.assert_array_equal(notes, [0, 0.25, 0.5, 0.75] + [0] * 96)
    right = triangular(np.arange(9), lr_min=0.0, lr_max=1.0, half_period=4)
    np.testing.assert_array_equal(right, [0, 0.25, 0.5, 0.75, 1, 0.75, 0.5, 0.25, 0])


def test_e14_cosine_annealing_restarts_only_if_someone_sets_t_back():
    bounds = {"lr_min": 0.0, "lr_max": 1.0}
    assert cosine_annealing(11, t_max=10, **bounds) == shown("0.0245")
    assert cosine_restarts(11, t_0=10, t_mult=1, **bounds) == shown("0.976")
    assert optax_cosine_annealing(11, t_max=10, **bounds) == 0
    assert cosine_annealing(20, t_max=10, **bounds) == 1  # its period is 2 t_max


def test_e15_exponential_decay_is_torchs_with_gamma_e_to_the_minus_lambda():
    t = np.arange(100)
    ours = exponential_decay(t, lr0=0.1, decay_rate=0.05)
    np.testing.assert_allclose(ours, 0.1 * math.exp(-0.05) ** t, rtol=1e-12)


def test_e15_epochs_and_iterations_are_different_times():
    per_epoch = 50
    iterations = np.arange(500)
    in_epochs = step_decay(iterations // per_epoch, lr0=0.1, gamma=0.5, tau=3)
    in_iterations = step_decay(iterations, lr0=0.1, gamma=0.5, tau=3 * per_epoch)
    np.testing.assert_array_equal(in_epochs, in_iterations)
    confused = step_decay(iterations, lr0=0.1, gamma=0.5, tau=3)
    assert confused[149] < 1e-15 < in_epochs[149] == 0.1


def test_e16_the_transformers_schedule_warms_up_and_never_restarts():
    t = np.arange(1, 20_001)
    lr = warmup_inverse_sqrt(t, d_model=512, warmup=4000)
    assert t[np.argmax(lr)] == 4000
    assert lr.max() == shown("6.99e-4")
    assert lr[15_999] == pytest.approx(lr.max() / 2, rel=1e-12)
    assert np.all(np.diff(lr[:4000]) > 0)
    assert np.all(np.diff(lr[3999:]) < 0)


def descend(gradient, w, lrs):
    for t, lr in enumerate(lrs):
        w = sgd_update(w, gradient(w, t), lr=lr)
    return w


def test_e17_cosine_annealing_wins_under_noise_and_loses_without():
    t = np.arange(200)
    cosine = cosine_annealing(t, lr_min=0.0, lr_max=0.5, t_max=200)
    fixed = np.full(200, 0.5)
    noise = np.random.default_rng(0).normal(size=(200, 1000))  # a thousand runs as one

    def noisy(w, t):
        return w + noise[t]

    start = np.full(1000, 5.0)
    loss_fixed, loss_cosine = (np.mean(descend(noisy, start, lrs) ** 2) for lrs in (fixed, cosine))
    assert loss_cosine < loss_fixed / 10
    w_fixed, w_cosine = (descend(lambda w, t: w, 5.0, lrs) for lrs in (fixed, cosine))
    assert abs(w_fixed) < abs(w_cosine) / 10


def test_e17_triangular_leaves_a_saddle_only_as_any_larger_rate_would():
    """On x² - y², and exactly on the axis no schedule leaves at all: lr times 0 is 0."""
    t = np.arange(60)
    up_and_down = triangular(t, lr_min=0.01, lr_max=0.1, half_period=10)
    saddle = np.array([2.0, -2.0])

    def height_left(lrs, y):
        return descend(lambda w, t: saddle * w, np.array([1.0, y]), lrs)[1]

    lowest, mean, highest = (np.full(60, lr) for lr in (0.01, up_and_down.mean(), 0.1))
    assert height_left(up_and_down, 1e-3) > 10 * height_left(lowest, 1e-3)
    assert height_left(up_and_down, 1e-3) == pytest.approx(height_left(mean, 1e-3), rel=0.2)
    assert height_left(up_and_down, 1e-3) < height_left(highest, 1e-3)
    assert height_left(up_and_down, 0.0) == 0


# Numerical traps


def test_a_numpy_float64_for_a_hyperparameter_widens_float32_and_a_python_float_does_not():
    w, grad, v = (np.ones(3, dtype=np.float32) for _ in range(3))
    assert adagrad_update(w, grad, v, lr=0.1, eps=1e-8)[0].dtype == np.float32
    assert adagrad_update(w, grad, v, lr=np.float64(0.1), eps=1e-8)[0].dtype == np.float64
    from_schedule = cosine_annealing(3, lr_min=0.0, lr_max=0.1, t_max=10)
    assert adagrad_update(w, grad, v, lr=float(from_schedule), eps=1e-8)[0].dtype == np.float32


@pytest.mark.parametrize(
    ("dtype", "grad", "v", "moved"),
    [
        (np.float32, 1e-23, 0.0, False),  # its square is 0
        (np.float32, 1e20, math.inf, False),  # its square is infinite
        (np.float64, 1e20, 1e40, True),
    ],
)
def test_squares_leave_the_range_of_float32_long_before_gradients_do(dtype, grad, v, moved):
    one, zero = np.ones(1, dtype=dtype), np.zeros(1, dtype=dtype)
    with np.errstate(over="ignore"):
        w, new_v = adagrad_update(one, one * dtype(grad), zero, lr=0.1, eps=1e-8)
    assert new_v == pytest.approx(v)
    assert (w != one) == moved


def test_an_eps_of_1e_minus_8_is_zero_in_float16():
    assert np.float16(1e-8) == 0
    zero = np.zeros(1, dtype=np.float16)
    with np.errstate(invalid="ignore", divide="ignore"):
        assert np.isnan(adagrad_update(zero, zero, zero, lr=0.1, eps=1e-8)[0])
        assert adagrad_update(zero, zero, zero, lr=0.1, eps=1e-3)[0] == 0
