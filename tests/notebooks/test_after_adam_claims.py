"""What lesson 8 claims of AdamW and AMSGrad holds for other seeds and other gradients too."""

import numpy as np
import pytest

from course_lib.problems import beale, quadratic
from course_lib.training import descend
from solutions.updates.adam import adam_update
from solutions.updates.adamw import adamw_update, amsgrad_update
from solutions.updates.lion import lion_update
from solutions.updates.muon import muon_update

USUAL = {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8}
DECAY = 0.3


def shrink(rule, seed, *, inside=0.0, **hyper):
    """Walk a quiet and a loud weight through noise, 200 copies of each; give what is left."""
    rng = np.random.default_rng(seed)
    w = np.ones((200, 2))
    state = [np.zeros_like(w), np.zeros_like(w)]
    for t in range(1, 501):
        grad = np.array([0.1, 10.0]) * rng.normal(size=w.shape) + inside * w
        w, *state = rule(w, grad, *state, t, lr=0.003, **USUAL, **hyper)
    return w.mean(axis=0)


def walk(rule, states, grads, **hyper):
    w, state = 0.0, [0.0] * states
    for t, grad in enumerate(grads, 1):
        w, *state = rule(w, grad, *state, t, eps=1e-8, **hyper)
    return w


@pytest.mark.parametrize("seed", range(2, 7))
def test_a_penalty_in_the_gradient_holds_the_loud_weight_least(seed):
    quiet, loud = shrink(adam_update, seed, inside=DECAY)
    assert quiet < 0.2
    assert loud > 0.9


@pytest.mark.parametrize("seed", range(2, 7))
def test_adamw_shrinks_both_by_the_share_of_plain_descent(seed):
    np.testing.assert_allclose(
        shrink(adamw_update, seed, weight_decay=DECAY), (1 - 0.003 * DECAY) ** 500, atol=0.05
    )


def test_without_a_gradient_half_is_gone_after_ln_2_over_lr_and_decay():
    w, state, steps = 1.0, [0.0, 0.0], 0
    while w > 0.5:
        steps += 1
        w, *state = adamw_update(w, 0.0, *state, steps, lr=3e-4, weight_decay=0.1, **USUAL)
    assert steps == pytest.approx(np.log(2) / 3e-5, rel=1e-3)


@pytest.mark.parametrize("size", [2.5, 3.0, 4.0, 6.0])
def test_with_a_short_memory_adam_walks_uphill_and_amsgrad_down(size):
    grads = np.tile([size, -1.0, -1.0], 100)  # their sum is above 0: downhill is to the left
    hyper = {"lr": 0.01, "beta1": 0.0, "beta2": 1 / (1 + size**2)}
    assert walk(adam_update, 2, grads, **hyper) > 0.3
    assert walk(amsgrad_update, 3, grads, **hyper) < -0.1


@pytest.mark.parametrize("seed", range(5))
def test_a_memory_that_spans_the_rhythm_walks_downhill(seed):
    rng = np.random.default_rng(seed)
    grads = rng.permuted(np.tile([3.0, -1.0, -1.0], (200, 1)), axis=1).ravel()
    assert walk(adam_update, 2, grads, lr=0.01, beta1=0.0, beta2=0.999) < -0.5


@pytest.mark.parametrize("spike", [300.0, 1000.0, 3000.0])
def test_after_one_bad_step_adam_comes_further_than_amsgrad(spike):
    grads = np.concatenate([[spike], np.ones(9999)])
    hyper = {"lr": 0.001, "beta1": 0.9, "beta2": 0.999}
    adam, amsgrad = walk(adam_update, 2, grads, **hyper), walk(amsgrad_update, 3, grads, **hyper)
    assert -adam > 5 * -amsgrad > 0


def end_on_beale(lr, decay, steps=30_000, start=(1.0, 1.5)):
    options = {"weight_decay": decay, **USUAL}
    run = descend(beale(), adamw_update, np.array(start), steps=steps, lr=lr, **options)
    return run.w[-1], run.loss


@pytest.mark.parametrize("start", [(1.0, 1.5), (2.0, -1.0), (4.0, 1.0)])
def test_with_a_falling_rate_adamw_reaches_a_minimum_inside_its_bound(start):
    w, loss = end_on_beale(lambda t: 0.3 / np.sqrt(t + 1), 0.3, start=start)
    assert 3 < 1 / 0.3  # the minimum is inside
    np.testing.assert_allclose(w, [3, 0.5], atol=0.06)
    assert loss[-1] < 5e-4
    assert loss[3000] > 50 * loss[-1]  # and it is still on its way


@pytest.mark.parametrize(("lr", "left"), [(0.1, 0.0043), (0.3, 0.0192), (1.0, 0.103)])
def test_with_a_constant_rate_it_ends_in_a_small_swing_beside_the_minimum(lr, left):
    w, loss = end_on_beale(lr, 0.3)
    assert loss[-1000:].mean() == pytest.approx(left, rel=0.05)
    assert 0.1 < np.hypot(*(w - [3, 0.5])) < 0.6


@pytest.mark.parametrize("start", [(1.0, 1.5), (2.0, -1.0), (4.0, 1.0)])
def test_with_a_larger_decay_it_ends_on_the_bound_with_the_smallest_loss_there(start):
    w, loss = end_on_beale(lambda t: 0.3 / np.sqrt(t + 1), 0.5, start=start)
    y = np.linspace(-2, 2, 40_001)
    on_the_bound = beale().loss(np.stack([np.full_like(y, 1 / 0.5), y], axis=-1))
    np.testing.assert_allclose(w, [2, y[on_the_bound.argmin()]], atol=0.01)
    assert on_the_bound.min() == pytest.approx(0.52, abs=0.005)
    assert loss[-1] == pytest.approx(on_the_bound.min(), abs=0.01)
    slope = beale().grad(np.array([2.0, y[on_the_bound.argmin()]]))
    assert slope[0] < -0.1  # downhill lies beyond the bound, so it is a wall and no minimum
    assert abs(slope[1]) < 0.01


def test_which_denominator_never_shrinks_depends_on_the_order_of_maximum_and_correction():
    v, largest, torch, optax, paper = 0.0, 0.0, [], [], []
    for t, g in enumerate([1000.0] + [1.0] * 4999, start=1):
        v = 0.999 * v + 0.001 * g**2
        largest = max(largest, v)
        torch.append(np.sqrt(largest / (1 - 0.999**t)))
        optax.append(max([np.sqrt(v / (1 - 0.999**t)), *optax[-1:]]))
        paper.append(np.sqrt(largest))
    assert np.array(torch)[[0, 99, 4999]] == pytest.approx([1000, 102, 32], rel=0.01)
    assert np.diff(torch).max() < 0
    assert optax[-1] == pytest.approx(1000)
    assert min(np.diff(optax).min(), np.diff(paper).min()) >= 0
    state, t = [0.0, 0.0, 0.0], 0
    for t, g in enumerate([1000.0] + [1.0] * 99, start=1):
        w, *state = amsgrad_update(0.0, g, *state, t, lr=1.0, beta1=0.0, beta2=0.999, eps=1e-8)
    assert -1 / w == pytest.approx(102, rel=0.01)  # the course has PyTorch's order


@pytest.mark.parametrize("seed", range(5))
def test_muon_walks_the_same_path_on_a_turned_matrix_problem_and_lion_does_not(seed):
    rng = np.random.default_rng(seed)
    left, right = (np.linalg.qr(rng.normal(size=(4, 4)))[0] for _ in "LR")
    A, B = np.diag([1.0, 3, 10, 30]), np.diag([1.0, 2, 5, 10])

    def losses(rule, L, R, **hyper):
        W, m, path = L @ np.diag([1.0, 2, 3, 4]) @ R, np.zeros((4, 4)), []
        for _ in range(20):
            G = L @ A @ L.T @ W @ R.T @ B @ R
            path.append(0.5 * np.sum(W * G))
            W, m = rule(W, G, m, lr=0.05, **hyper)
        return np.array(path)

    turned, plain = (losses(muon_update, *x, beta=0.9) for x in [(left, right), (np.eye(4),) * 2])
    np.testing.assert_allclose(turned, plain, rtol=1e-6)
    lion = {"beta1": 0.9, "beta2": 0.99, "weight_decay": 0.0}
    turned, plain = (losses(lion_update, *x, **lion) for x in [(left, right), (np.eye(4),) * 2])
    assert np.abs(turned / plain - 1).max() > 0.1


def test_five_steps_bring_every_singular_value_from_a_hundredth_up_near_1():
    s = np.linspace(0.01, 1, 100_001)
    for _ in range(5):
        s = 3.4445 * s - 4.775 * s**3 + 2.0315 * s**5
    assert (s.min(), s.max()) == pytest.approx((0.682, 1.134), abs=1e-3)


def lion_in_a_ravine(angle, steps, start):
    """The least loss of 17 first learning rates that fall to 0."""
    ravine, rates = quadratic(1000, angle), 10.0 ** np.arange(-4, 0.1, 0.25)[:, None]
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    starts = np.tile(turn @ start, (len(rates), 1))
    options = {"beta1": 0.9, "beta2": 0.99, "weight_decay": 0.0, "steps": steps}
    run = descend(ravine, lion_update, starts, lr=lambda t: rates * (1 - t / steps), **options)
    return np.nanmin(run.loss[-1])


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("steps", [300, 1000, 3000])
def test_lion_does_not_cope_with_a_ravine_at_45_degrees(seed, steps):
    start = 3 * np.random.default_rng(seed).normal(size=2)
    along = lion_in_a_ravine(0, steps, start)
    assert lion_in_a_ravine(np.pi / 4, steps, start) > 10 * along


@pytest.mark.parametrize("steps", [300, 1000])
def test_nor_does_it_from_the_start_of_the_lesson(steps):
    start = np.array([-4.0, 1.0])
    assert lion_in_a_ravine(np.pi / 4, steps, start) > 10 * lion_in_a_ravine(0, steps, start)
