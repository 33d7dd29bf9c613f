"""Each function once, in numbers small enough to redo by hand.

Hyperparameters are far from the usual ones, state is not zero and t is not 1, so that each
symbol of the formula leaves its trace in the result.
"""

import math

import numpy as np
import pytest

from solutions.updates.adadelta import adadelta_notes_update, adadelta_update, rms
from solutions.updates.adagrad import adagrad_momentum_update, adagrad_update
from solutions.updates.adam import adam_update, bias_correction
from solutions.updates.adamax import adam_max_update, adamax_update, lp_norm
from solutions.updates.adamw import adamw_update, amsgrad_update
from solutions.updates.adaptive import (
    dense_backward,
    dense_forward,
    sgd_momentum_update,
    sgd_update,
    sparsity_factor,
    sparsity_scaled_lr,
)
from solutions.updates.clipping import clip_by_global_norm
from solutions.updates.lion import lion_update
from solutions.updates.muon import muon_update
from solutions.updates.nadam import (
    dozat_momentum,
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
    inverse_time_decay,
    rmsprop_effective_lr,
    step_decay,
    triangular,
    triangular_notes,
    warmup_inverse_sqrt,
    warmup_stable_decay,
)


def near(*values):
    return pytest.approx(values if len(values) > 1 else values[0], rel=1e-12, abs=1e-15)


def test_sgd():
    assert sgd_update(1.0, 3.0, lr=0.5) == near(-0.5)


def test_sgd_momentum():
    # u = ¼ · 4 + .1 · 3 = 1.3, and w moves by all of it
    assert sgd_momentum_update(2.0, 3.0, 4.0, lr=0.1, beta=0.25) == near(0.7, 1.3)


def test_momentum_under_a_constant_gradient_becomes_a_step_one_over_one_minus_beta_as_long():
    w, u = 0.0, 0.0
    for _ in range(200):
        before = w
        w, u = sgd_momentum_update(w, 1.0, u, lr=0.5, beta=0.75)
    assert before - w == near(0.5 / (1 - 0.75))


def test_adagrad():
    # v = 7 + 3² = 16, the root of 16 + 9 is 5, the step .5 · 3 / 5
    assert adagrad_update(1.0, 3.0, 7.0, lr=0.5, eps=9.0) == near(0.7, 16)


def test_adagrad_momentum():
    # m = ¼ · 2 + ¾ · 3 = 2.75, the step .5 · 2.75 / 5
    update = adagrad_momentum_update(1.0, 3.0, 7.0, 2.0, lr=0.5, beta=0.25, eps=9.0)
    assert update == near(0.725, 16, 2.75)


def test_adagrad_momentum_without_momentum_is_adagrad():
    w, v, m = adagrad_momentum_update(1.0, 3.0, 7.0, 1.0, lr=0.5, beta=0.0, eps=9.0)
    assert (w, v) == adagrad_update(1.0, 3.0, 7.0, lr=0.5, eps=9.0)


def test_ema():
    assert ema_update(8.0, 4.0, beta=0.75) == near(7)


def test_ema_from_zero_has_weights_that_add_up_to_one_minus_beta_to_the_t():
    average = 0.0
    for _ in range(5):
        average = ema_update(average, 1.0, beta=0.9)
    assert average == near(1 - 0.9**5)


def test_rmsprop():
    # v = ¾ · 8 + ¼ · 4² = 10, the root of 10 + 6 is 4, the step .5 · 4 / 4
    assert rmsprop_update(1.0, 4.0, 8.0, lr=0.5, beta=0.75, eps=6.0) == near(0.5, 10)


def test_rms():
    assert rms(16.0, eps=9.0) == near(5)


def test_adadelta():
    # v = 10, the roots are √(30 + 6) = 6 and √(10 + 6) = 4, Δw = -6/4 · 4 = -6,
    # u = ¾ · 30 + ¼ · 36 = 31.5
    assert adadelta_update(1.0, 4.0, 8.0, 30.0, beta=0.75, eps=6.0) == near(-5, 10, 31.5)


def test_adadelta_in_the_order_of_the_notes():
    # v = ¾ · 8 + ¼ · 4² = 10, u = ¾ · 20 + ¼ · 4² = 19, the step √(19 + 6) / √(10 + 6) · 4
    w, v, u = adadelta_notes_update(1.0, 4.0, 8.0, 20.0, beta=0.75, eps=6.0)
    assert (w, v, u) == near(-4, 10, 19)


def test_bias_correction():
    assert bias_correction(1.5, 2, beta=0.5) == near(2)


def test_adam():
    # m = ½ · 4 + ½ · 3 = 3.5, m̂ = 3.5 / ¾ = 14/3
    # v = .8 · 5 + .2 · 3² = 5.8, v̂ = 5.8 / .36
    w, m, v = adam_update(1.0, 3.0, 4.0, 5.0, 2, lr=0.5, beta1=0.5, beta2=0.8, eps=2.0)
    assert (w, m, v) == near(1 - 0.5 * 14 / 3 / (math.sqrt(5.8 / 0.36) + 2), 3.5, 5.8)


@pytest.mark.parametrize(("u", "new_u"), [(10.0, 8.0), (1.0, 5.0)])
def test_adamax(u, new_u):
    # m = ½ · 4 - ½ · 3 = ½, m̂ = ½ / ¾ = 2/3; u = max(.8 · u, |-3| + 2)
    w, m, u = adamax_update(1.0, -3.0, 4.0, u, 2, lr=0.5, beta1=0.5, beta2=0.8, eps=2.0)
    assert (w, m, u) == near(1 - 0.5 * 2 / 3 / new_u, 0.5, new_u)


def test_adam_max_of_the_notes():
    # The norm of (2, -4) is 4: v = .8 · 5 + .2 · 16 = 7.2, v̂ = 7.2 / .36 = 20 for both.
    w, m, v = adam_max_update(
        np.array([1.0, 1.0]),
        np.array([2.0, -4.0]),
        np.array([4.0, -2.0]),
        np.array([5.0, 5.0]),
        2,
        lr=0.5,
        beta1=0.5,
        beta2=0.8,
        eps=2.0,
    )
    np.testing.assert_allclose(m, [3, -3], rtol=1e-12)
    np.testing.assert_allclose(v, [7.2, 7.2], rtol=1e-12)
    step = 0.5 * 4 / (math.sqrt(20) + 2)
    np.testing.assert_allclose(w, [1 - step, 1 + step], rtol=1e-12)


def test_adam_max_of_one_number_is_adam():
    rest = {"lr": 0.5, "beta1": 0.5, "beta2": 0.8, "eps": 2.0}
    one = adam_max_update(np.array(1.0), np.array(-3.0), np.array(4.0), np.array(5.0), 2, **rest)
    assert one == near(*adam_update(1.0, -3.0, 4.0, 5.0, 2, **rest))


def test_clip_by_global_norm():
    # 2² + 3² + 6² = 7²; half of it is allowed
    clipped, norm = clip_by_global_norm([np.array([2.0, 3.0]), np.array([[6.0]])], max_norm=3.5)
    assert norm == near(7)
    np.testing.assert_allclose(clipped[0], [1, 1.5], rtol=1e-12)
    np.testing.assert_allclose(clipped[1], [[3]], rtol=1e-12)


@pytest.mark.parametrize("max_norm", [7.0, 8.0])
def test_gradients_that_are_short_enough_stay_as_they_are(max_norm):
    clipped, norm = clip_by_global_norm([np.array([2.0, 3.0, 6.0])], max_norm=max_norm)
    assert norm == 7
    np.testing.assert_array_equal(clipped[0], [2, 3, 6])


def test_no_gradient_and_no_arrays_have_norm_zero():
    assert clip_by_global_norm([np.zeros(2)], max_norm=1.0)[0][0].tolist() == [0, 0]
    assert clip_by_global_norm([np.zeros(2)], max_norm=1.0)[1] == 0
    assert clip_by_global_norm([], max_norm=1.0) == ([], 0)


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_a_norm_that_is_not_finite_is_handed_back_and_mends_nothing():
    [g], norm = clip_by_global_norm([np.array([np.nan, 5.0])], max_norm=1.0)
    assert np.isnan(norm)
    np.testing.assert_array_equal(g, [np.nan, 5])
    [g], norm = clip_by_global_norm([np.array([-np.inf, 5.0])], max_norm=1.0)
    assert norm == np.inf
    np.testing.assert_array_equal(g, [np.nan, 0])


@pytest.mark.parametrize("max_norm", [0, -1.0, np.nan])
def test_clipping_refuses_a_max_norm_that_is_not_above_zero(max_norm):
    with pytest.raises(ValueError, match="max_norm must be above 0"):
        clip_by_global_norm([np.ones(2)], max_norm=max_norm)


def test_nag():
    # ∇L(w) = w: look ahead to 3 - ¼ · 4 = 2, u = ¼ · 4 + .1 · 2 = 1.2
    assert nag_update(3.0, 4.0, lambda w: w, lr=0.1, beta=0.25) == near(1.8, 1.2)


def test_nag_asks_for_one_gradient():
    asked = []
    nag_update(2.0, 1.0, lambda w: asked.append(w) or w, lr=0.1, beta=0.5)
    assert asked == [1.5]


def test_nesterov():
    # u = ¼ · 4 + .1 · 3 = 1.3, w = 2 - (¼ · 1.3 + .1 · 3)
    assert nesterov_update(2.0, 3.0, 4.0, lr=0.1, beta=0.25) == near(1.375, 1.3)


def test_nadam():
    # m = 3.5 and v̂ = 5.8 / .36 as for Adam; m̄ = ½ · 3.5 / (1 - ⅛) + ½ · 3 / ¾ = 4
    w, m, v = nadam_update(1.0, 3.0, 4.0, 5.0, 2, lr=0.5, beta1=0.5, beta2=0.8, eps=2.0)
    assert (w, m, v) == near(1 - 0.5 * 4 / (math.sqrt(5.8 / 0.36) + 2), 3.5, 5.8)


def test_dozat_momentum():
    assert dozat_momentum(2, beta1=0.8, momentum_decay=0.5) == near(0.8 * (1 - 0.48))
    assert dozat_momentum(0, beta1=0.8, momentum_decay=1.0) == near(0.4)
    assert dozat_momentum(10**6, beta1=0.8, momentum_decay=0.004) == near(0.8)


def test_nadam_with_scheduled_momentum():
    # mu(2) = .8 · .52 = .416, mu(3) = .8 · (1 - .5 · .96^1.5), M = .3 · .416
    mu, mu_next = 0.416, 0.8 * (1 - 0.5 * 0.96**1.5)
    w, m, v, product = nadam_scheduled_update(
        1.0, 3.0, 4.0, 5.0, 0.3, 2, lr=0.5, beta1=0.8, beta2=0.6, eps=2.0, momentum_decay=0.5
    )
    # m = .8 · 4 + .2 · 3 = 3.8, v = .6 · 5 + .4 · 3² = 6.6, v̂ = 6.6 / .64
    assert (m, v, product) == near(3.8, 6.6, 0.1248)
    m_bar = mu_next * 3.8 / (1 - 0.1248 * mu_next) + (1 - mu) * 3 / (1 - 0.1248)
    assert w == near(1 - 0.5 * m_bar / (math.sqrt(6.6 / 0.64) + 2))


def test_the_product_of_momenta_starts_at_one():
    hyper = {"lr": 0.5, "beta1": 0.8, "beta2": 0.8, "eps": 2.0, "momentum_decay": 0.5}
    start = nadam_scheduled_update.init(np.array(1.0))
    *_, product = nadam_scheduled_update(1.0, 2.0, 0.0, 0.0, t=1, **start, **hyper)
    assert product == near(0.8 * (1 - 0.5 * math.sqrt(0.96)))


def test_nadam_of_the_notes():
    # u = ¼ · 4 + .1 · 3 = 1.3, v = .8 · 5 + .2 · 3² = 5.8
    w, u, v = nadam_notes_update(1.0, 3.0, 4.0, 5.0, lr=0.1, beta1=0.25, beta2=0.8, eps=2.0)
    assert (w, u, v) == near(1 - 0.1 / (math.sqrt(5.8) + 2) * (0.325 + 2.25), 1.3, 5.8)


@pytest.mark.parametrize(
    ("p", "norm"), [(1, 7), (2, 5), (3, 91 ** (1 / 3)), (10_000, 4), (np.inf, 4)]
)
def test_lp_norm(p, norm):
    assert lp_norm([3, -4], p) == near(norm)


@pytest.mark.parametrize("p", [1, 2, 7.5, 1e6, np.inf])
def test_lp_norm_at_the_edges(p):
    assert lp_norm([], p) == 0
    assert lp_norm([0.0, 0.0], p) == 0
    assert lp_norm([-np.inf, 1e300], p) == np.inf
    assert np.isnan(lp_norm([np.nan, 1.0], p))
    assert lp_norm(-3.0, p) == near(3)


@pytest.mark.parametrize("p", [0.5, 0, -1, np.nan])
def test_lp_norm_refuses_what_is_no_norm(p):
    with pytest.raises(ValueError, match="p must be at least 1"):
        lp_norm([3.0, 4.0], p)


def test_sparsity_factor_of_a_batch():
    x = [[5, 0, 0], [1, 0, 0], [2, 3, 0], [-1, 0, 0]]
    np.testing.assert_allclose(sparsity_factor(x), [1, 2, 2], rtol=1e-12)


def test_sparsity_factor_of_one_vector():
    assert sparsity_factor([0, 7, 0, 0]) == near(2)


def test_sparsity_scaled_lr():
    lr = sparsity_scaled_lr([[5, 0], [1, 0], [2, 3], [1, 0]], lr0=0.1)
    np.testing.assert_allclose(lr, [0.1, 0.2], rtol=1e-12)


H = np.array([[1.0, 2.0, 0.0], [0.0, -1.0, 3.0]])  # 2 examples, 3 inputs
W = np.array([[1.0, 0.0, 2.0], [-1.0, 1.0, 0.0]])  # 2 outputs
DELTA = np.array([[1.0, 0.0], [2.0, -1.0]])


def test_dense_forward():
    a, h_next = dense_forward(H, W, np.array([0.5, -0.5]), np.abs)
    np.testing.assert_array_equal(a, [[1.5, 0.5], [6.5, -1.5]])
    np.testing.assert_array_equal(h_next, [[1.5, 0.5], [6.5, 1.5]])


def test_dense_backward():
    dW, db, dh = dense_backward(DELTA, H, W)
    np.testing.assert_array_equal(dW, [[1, 0, 6], [0, 1, -3]])
    np.testing.assert_array_equal(db, [3, -1])
    np.testing.assert_array_equal(dh, [[1, 0, 2], [3, -1, 4]])


def test_step_decay():
    lr = step_decay(np.array([0, 9, 10, 19, 20, 99]), lr0=0.8, gamma=0.5, tau=10)
    np.testing.assert_allclose(lr, [0.8, 0.8, 0.4, 0.4, 0.2, 0.8 / 512], rtol=1e-12)


def test_exponential_decay():
    lr = exponential_decay(np.array([0, 1, 10]), lr0=0.8, decay_rate=math.log(2))
    np.testing.assert_allclose(lr, [0.8, 0.4, 0.8 / 1024], rtol=1e-12)


def test_inverse_time_decay():
    lr = inverse_time_decay(np.array([0, 2, 6, 18]), lr0=0.8, decay_rate=0.5)
    np.testing.assert_allclose(lr, [0.8, 0.4, 0.2, 0.08], rtol=1e-12)
    assert inverse_time_decay(6, lr0=0.8, decay_rate=0.5) == near(0.2)


def test_warmup_stable_decay():
    lr = warmup_stable_decay(np.arange(12), lr0=0.8, warmup=4, stable=2, decay=4)
    wanted = [0.2, 0.4, 0.6, 0.8, 0.8, 0.8, 0.8, 0.6, 0.4, 0.2, 0, 0]
    np.testing.assert_allclose(lr, wanted, rtol=1e-12, atol=0)
    assert warmup_stable_decay(8, lr0=0.8, warmup=4, stable=2, decay=4) == near(0.4)


@pytest.mark.parametrize("t", [0, np.arange(4)])
def test_warmup_stable_decay_without_a_climb_or_a_plateau(t):
    lr = warmup_stable_decay(t, lr0=0.8, warmup=0, stable=0, decay=2)
    np.testing.assert_allclose(lr, np.array([0.8, 0.4, 0, 0])[t], rtol=1e-12)


@pytest.mark.parametrize("decay", [0, -1, 0.5, np.nan])
def test_warmup_stable_decay_refuses_a_fall_of_less_than_a_step(decay):
    with pytest.raises(ValueError, match="decay must be at least 1"):
        warmup_stable_decay(3, lr0=0.8, warmup=4, stable=2, decay=decay)


def test_triangular():
    lr = triangular(np.arange(10), lr_min=0.1, lr_max=0.5, half_period=4)
    wanted = [0.1, 0.2, 0.3, 0.4, 0.5, 0.4, 0.3, 0.2, 0.1, 0.2]
    np.testing.assert_allclose(lr, wanted, rtol=1e-12)


def test_triangular_of_the_notes():
    lr = triangular_notes(np.arange(7), lr_min=0.1, lr_max=0.5, period=4)
    np.testing.assert_allclose(lr, [0.1, 0.2, 0.3, 0.4, 0.1, 0.1, 0.1], rtol=1e-12)


def test_cosine_annealing():
    lr = cosine_annealing(np.array([0, 2, 3, 6, 12]), lr_min=0.1, lr_max=0.5, t_max=6)
    np.testing.assert_allclose(lr, [0.5, 0.4, 0.3, 0.1, 0.5], rtol=1e-12)


def test_cosine_restarts():
    # cycles of 3, 6 and 12: they start at 0, 3, 9 and 21
    t = np.array([0, 1, 3, 5, 9, 13, 21])
    lr = cosine_restarts(t, lr_min=0.1, lr_max=0.5, t_0=3, t_mult=2)
    np.testing.assert_allclose(lr, [0.5, 0.4, 0.5, 0.4, 0.5, 0.4, 0.5], rtol=1e-12)


def test_cosine_restarts_with_equal_cycles():
    t = np.array([0, 0.25, 0.5, 0.75, 100.25])
    lr = cosine_restarts(t, lr_min=0.1, lr_max=0.5, t_0=0.5, t_mult=1)
    np.testing.assert_allclose(lr, [0.5, 0.3, 0.5, 0.3, 0.3], rtol=1e-12)


@pytest.mark.parametrize(("t_0", "t_mult"), [(0, 2), (-1, 2), (3, 0.5), (np.nan, 1)])
def test_cosine_restarts_refuses_cycles_that_do_not_cover_time(t_0, t_mult):
    with pytest.raises(ValueError, match="t_0 must be above 0 and t_mult at least 1"):
        cosine_restarts(1.0, lr_min=0.0, lr_max=1.0, t_0=t_0, t_mult=t_mult)


def test_warmup_inverse_sqrt():
    lr = warmup_inverse_sqrt(np.array([1, 2, 4, 16]), d_model=16, warmup=4)
    np.testing.assert_allclose(lr, [1 / 32, 1 / 16, 1 / 8, 1 / 16], rtol=1e-12)


def test_effective_learning_rates():
    assert adagrad_effective_lr(16.0, lr=0.5, eps=9.0) == near(0.1)
    assert rmsprop_effective_lr(16.0, lr=0.5, eps=9.0) == near(0.1)
    assert adadelta_effective_lr(7.0, 16.0, eps=9.0) == near(5 / 4)
    assert adadelta_notes_effective_lr(16.0, 7.0, eps=9.0) == near(5 / 4)
    assert adam_effective_lr(6.75, 2, lr=0.5, beta2=0.5, eps=2.0) == near(0.1)
    assert adam_notes_effective_lr(16.0, lr=0.5, eps=9.0) == near(0.1)


def test_adamw():
    # m = ½ · 2 + ½ · 4 = 3, m̂ = 3 / (1 - ¼) = 4; v = ¾ · 16 + ¼ · 16 = 16, v̂ = 16 / (1 - 9/16);
    # √v̂ = 16 / √7; the decay is .1 · 10 = 1, and all of it is taken half
    update = adamw_update(
        10.0, 4.0, 2.0, 16.0, 2, lr=0.5, beta1=0.5, beta2=0.75, eps=0.0, weight_decay=0.1
    )
    assert update == near(10 - 0.5 * (4 / (16 / math.sqrt(7)) + 1), 3, 16)


def test_amsgrad_divides_by_the_largest_average_so_far():
    # m̂ = 4 as above; v = 16 is less than 63, v̂ = 63 / (7/16) = 144, its root 12, and 12 + 4 = 16
    update = amsgrad_update(10.0, 4.0, 2.0, 16.0, 63.0, 2, lr=0.5, beta1=0.5, beta2=0.75, eps=4.0)
    assert update == near(10 - 0.5 * 4 / 16, 3, 16, 63)


def test_amsgrad_takes_a_larger_average_over():
    # v = ¾ · 16 + ¼ · 208 = 64 is more than 63; v̂ = 64 / (7/16)
    update = amsgrad_update(
        10.0, math.sqrt(208), 2.0, 16.0, 63.0, 2, lr=0.5, beta1=0.5, beta2=0.75, eps=0.0
    )
    assert update[2:] == near(64, 64)


def test_lion_steps_along_the_sign_of_an_average_and_keeps_another():
    # c = .5 · (2, -1, 0) + .5 · (-4, -3, 0) = (-1, -2, 0); m = .75 · m + .25 · grad; the decay is
    # .1 · 10 = 1 for each weight, and all of it is taken half
    w, m = lion_update(
        np.full(3, 10.0),
        np.array([-4.0, -3.0, 0.0]),
        np.array([2.0, -1.0, 0.0]),
        lr=0.5,
        beta1=0.5,
        beta2=0.75,
        weight_decay=0.1,
    )
    np.testing.assert_allclose(w, [10.0, 10.0, 9.5], rtol=1e-12)
    np.testing.assert_allclose(m, [0.5, -1.5, 0.0], rtol=1e-12)


def five_times(x):
    """The polynomial of Muon's five steps, of a number."""
    for _ in range(5):
        x = 3.4445 * x - 4.775 * x**3 + 2.0315 * x**5
    return x


def test_muon_on_two_weights_only_normalises():
    # m = ½ · (2, 0) + (2, 3) = (3, 3); G = (2, 3) + ½ · (3, 3) = (3.5, 4.5), the only singular
    # value of G / ‖G‖ is 1; there are two rows to a column
    w = np.zeros((2, 1))
    w, m = muon_update(w, np.array([[2.0], [3.0]]), np.array([[2.0], [0.0]]), lr=0.1, beta=0.5)
    np.testing.assert_allclose(m, [[3.0], [3.0]])
    along = np.array([[3.5], [4.5]]) / math.hypot(3.5, 4.5)
    np.testing.assert_allclose(w, -0.1 * math.sqrt(2) * five_times(1.0) * along, rtol=1e-6)
    assert five_times(1.0) == pytest.approx(0.6964, abs=1e-4)


@pytest.mark.parametrize("shape", [(1, 1), (4, 4), (7, 3), (3, 7), (1, 5)])
@pytest.mark.parametrize("seed", range(3))
def test_muon_maps_each_singular_value_and_keeps_the_directions(shape, seed):
    rng = np.random.default_rng(seed)
    w, grad, m = rng.normal(size=(3, *shape))
    new, kept = muon_update(w, grad, m, lr=0.1, beta=0.9)
    np.testing.assert_allclose(kept, 0.9 * m + grad)
    G = grad + 0.9 * kept
    u, s, vt = np.linalg.svd(G, full_matrices=False)
    wanted = (u * five_times(s / (np.sqrt(np.sum(s**2)) + 1e-7))) @ vt
    scale = math.sqrt(max(1, shape[0] / shape[1]))
    np.testing.assert_allclose(new, w - 0.1 * scale * wanted, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("shape", [(4, 4), (6, 3), (2, 5)])
@pytest.mark.parametrize("seed", range(3))
def test_muon_commutes_with_rotations_of_rows_and_of_columns_and_lion_does_not(shape, seed):
    rng = np.random.default_rng(seed)
    w, grad, m = rng.normal(size=(3, *shape))
    left, right = (np.linalg.qr(rng.normal(size=(n, n)))[0] for n in shape)

    def turned(x):
        return left @ x @ right

    def muon(w, grad, m):
        return muon_update(w, grad, m, lr=0.1, beta=0.9)

    def lion(w, grad, m):
        return lion_update(w, grad, m, lr=0.1, beta1=0.9, beta2=0.99, weight_decay=0.1)

    for ours, plain in zip(muon(*map(turned, (w, grad, m))), muon(w, grad, m), strict=True):
        np.testing.assert_allclose(ours, turned(plain), rtol=1e-9, atol=1e-11)
    assert np.abs(lion(*map(turned, (w, grad, m)))[0] - turned(lion(w, grad, m)[0])).max() > 0.01


@pytest.mark.parametrize("shape", [(), (3,), (2, 2, 2)])
def test_muon_refuses_what_is_no_matrix(shape):
    with pytest.raises(ValueError, match="takes a matrix"):
        muon_update(np.ones(shape), np.ones(shape), np.zeros(shape), lr=0.1, beta=0.9)
