"""What lesson 8 claims of AdamW and AMSGrad holds for other seeds and other gradients too."""

import numpy as np
import pytest

from solutions.updates.adam import adam_update
from solutions.updates.adamw import adamw_update, amsgrad_update

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
