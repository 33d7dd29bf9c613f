"""What holds for the rules, norms and schedules whatever the numbers are.

Every function of the registry is held to it, a new one too. Each property runs on a few drawn
examples, and on many under the marker `full`.
"""

import math
from copy import deepcopy
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from course_lib.checks.stored import FUNCTIONS as PASSED
from course_lib.instructor.authoring import cases
from solutions import registry
from solutions.registry import HYPERPARAMETERS, Function
from solutions.updates import (
    adadelta,
    adam,
    adamax,
    adamw,
    adaptive,
    nadam,
    rmsprop,
    schedules,
)


def parametrize(functions):
    return pytest.mark.parametrize("rule", functions, ids=lambda rule: rule.name)


EVERY = [*registry.FUNCTIONS.values(), *registry.of_module("dialects")]
RULES = [function for function in EVERY if function.is_rule]
every_rule = parametrize(RULES)
every_elementwise_rule = parametrize([rule for rule in RULES if rule.axes == 0])
every_rule_on_batches = parametrize([rule for rule in RULES if rule.axes < 2])
WITH_LR = [rule for rule in RULES if rule.axes < 2 and "lr" in rule.hyper]

SHAPES = st.one_of(
    st.just(()), st.just((0,)), st.just((0, 3)), hnp.array_shapes(max_dims=3, max_side=4)
)
DTYPES = st.sampled_from([np.float32, np.float64])
VECTORS_OR_MORE = hnp.array_shapes(max_dims=3, max_side=4)
MATRICES = hnp.array_shapes(min_dims=2, max_dims=2, max_side=4)


def values_of(hyperparameter):
    low, high = hyperparameter.valid
    return st.integers(low, high) if hyperparameter.whole else st.floats(low, high)


HYPER = {name: values_of(h) for name, h in HYPERPARAMETERS.items()}


@pytest.fixture(
    params=[
        pytest.param(20, id="few"),
        pytest.param(200, id="many", marks=pytest.mark.full),
    ]
)
def examples(request):
    return settings(max_examples=request.param, deadline=None)


def by_hand(rule):
    return {name: h.by_hand for name, h in rule.hyper.items()}


def takes_t(rule):
    return "t" in rule.arguments


@st.composite
def calls(draw, rule, shapes=None, dtypes=DTYPES):
    """Arguments for a rule in the middle of a run: state is not zero and t is not 1."""
    if shapes is None:
        shapes = (SHAPES, VECTORS_OR_MORE, MATRICES)[rule.axes]
    shape, dtype = draw(shapes), draw(dtypes)
    signed = hnp.arrays(dtype, shape, elements=st.floats(-8, 8, width=32))
    state = hnp.arrays(dtype, shape, elements=st.floats(0, 0.875, width=32))
    rest = {"t": draw(st.integers(1, 1000))} if takes_t(rule) else {}
    rest |= {name: draw(values_of(h)) for name, h in rule.hyper.items()}
    arrays = {"w": draw(signed), "grad": draw(signed)}
    if rule.declares_a_start:
        first = arrays | rule.start(arrays["w"])
        arrays |= dict(zip(["w", *rule.states], call(rule, first, rest | at_t(rule, 1))))
    else:
        arrays |= {name: draw(state) for name in rule.states}
    return arrays, rest


def at_t(rule, t):
    return {"t": t} if takes_t(rule) else {}


def call(rule, arrays, rest):
    """Call a rule; one that asks for the gradient as a function gets a loss with that slope."""
    given = {name: value for name, value in arrays.items() if name in rule.arguments}
    if "grad_fn" in rule.arguments:
        given["grad_fn"] = lambda at: arrays["grad"]
    result = rule.function(**given, **rest)
    return result if isinstance(result, tuple) else (result,)


def at_start(rule, w, grad, **hyper):
    """One call on the states that a run starts with, at t = 1."""
    return call(rule, rule.start(w) | {"w": w, "grad": grad}, at_t(rule, 1) | hyper)


def same(rule, ours, theirs):
    """Products of matrices may round otherwise in another memory; all else is the same bits."""
    if rule.axes == 2:
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5)
    else:
        np.testing.assert_array_equal(ours, theirs)


@every_rule
def test_no_argument_is_changed_and_no_memory_is_shared(rule, examples):
    @examples
    @given(calls(rule))
    def holds(drawn):
        arrays, rest = drawn
        before = {name: np.copy(array) for name, array in arrays.items()}
        results = call(rule, arrays, rest)
        for name, array in arrays.items():
            np.testing.assert_array_equal(array, before[name])
            for result in results:
                assert not np.shares_memory(result, array)

    holds()


@every_rule
def test_shape_and_dtype_are_kept(rule, examples):
    @examples
    @given(calls(rule))
    def holds(drawn):
        arrays, rest = drawn
        for name, result in zip(["w", *rule.states], call(rule, arrays, rest), strict=True):
            assert np.shape(result) == np.shape(arrays[name])
            assert np.asarray(result).dtype == np.asarray(arrays[name]).dtype

    holds()


@every_rule_on_batches
def test_a_batch_of_a_thousand_points_is_a_thousand_calls(rule):
    rng = np.random.default_rng(0)
    arrays = {name: rng.uniform(0, 0.9, size=(1000, 3)) for name in ("w", "grad", *rule.states)}
    if rule.declares_a_start:
        arrays |= rule.start(arrays["w"])
    rest = at_t(rule, 7) | by_hand(rule)
    together = call(rule, arrays, rest)
    for k in (0, 1, 500, 999):
        of_point = {name: array[k] if np.ndim(array) else array for name, array in arrays.items()}
        for whole, row in zip(together, call(rule, of_point, rest), strict=True):
            np.testing.assert_array_equal(whole[k] if np.ndim(whole) else whole, row)


@every_rule
def test_arrays_that_are_not_contiguous_give_the_same(rule, examples):
    @examples
    @given(calls(rule, shapes=hnp.array_shapes(min_dims=2, max_dims=3 - rule.axes // 2)))
    def holds(drawn):
        arrays, rest = drawn
        strided = {
            name: np.repeat(array, 2, axis=-1)[..., ::2] if np.ndim(array) else array
            for name, array in arrays.items()
        }
        for ours, plain in zip(call(rule, strided, rest), call(rule, arrays, rest), strict=True):
            same(rule, ours, plain)

    holds()


@parametrize(WITH_LR)
def test_lr_may_be_an_array_that_broadcasts(rule, examples):
    @examples
    @given(calls(rule, shapes=st.just((4,))), hnp.arrays(float, (3, 1), elements=HYPER["lr"]))
    def holds(drawn, lr):
        arrays, rest = drawn
        lr = lr.astype(arrays["w"].dtype)
        w, *_ = call(rule, arrays, rest | {"lr": lr})
        assert w.shape == (3, 4)
        assert w.dtype == lr.dtype
        for row, one_lr in zip(w, lr[:, 0], strict=True):
            np.testing.assert_array_equal(row, call(rule, arrays, rest | {"lr": one_lr})[0])

    holds()


@every_rule
def test_zero_gradient_from_zero_state_moves_nothing(rule, examples):
    hyper = st.fixed_dictionaries(
        {n: values_of(h) if h.off is None else st.just(h.off) for n, h in rule.hyper.items()}
    )
    shapes = (SHAPES, VECTORS_OR_MORE, MATRICES)[rule.axes]

    @examples
    @given(hnp.arrays(DTYPES, shapes, elements=st.floats(-8, 8, width=32)), hyper)
    def holds(w, hyper):
        new_w, *state = at_start(rule, w, np.zeros_like(w), **hyper)
        np.testing.assert_array_equal(new_w, w)
        for array in state:
            assert np.all(np.isfinite(array))

    holds()


@every_elementwise_rule
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_nan_and_inf_stay_in_their_coordinate(rule, bad, examples):
    @examples
    @given(calls(rule, shapes=st.just((5,))), st.data())
    def holds(drawn, data):
        arrays, rest = drawn
        name = data.draw(st.sampled_from([n for n, array in arrays.items() if np.ndim(array)]))
        spoilt = arrays[name].copy()
        spoilt[2] = bad
        with np.errstate(all="ignore"):
            results = call(rule, arrays | {name: spoilt}, rest)
        others = [0, 1, 3, 4]
        for ours, clean in zip(results, call(rule, arrays, rest), strict=True):
            if np.ndim(ours):
                np.testing.assert_array_equal(ours[others], clean[others])

    holds()


@every_elementwise_rule
def test_nan_in_a_gradient_is_not_hidden(rule):
    grad = np.array([1.0, np.nan])
    w, *_ = at_start(rule, np.ones(2), grad, **by_hand(rule))
    assert np.isfinite(w[0])
    assert np.isnan(w[1])


def run(function, grads, w=0.0, state=None, **hyper):
    """All iterates of a rule along given gradients."""
    rule = Function(function)
    w = np.full_like(grads[0], w)
    now = rule.start(w) | {name: np.full_like(w, x) for name, x in (state or {}).items()}
    iterates = [w]
    for t, grad in enumerate(grads, 1):
        w, *new = call(rule, now | {"w": w, "grad": grad}, at_t(rule, t) | hyper)
        now = dict(zip(rule.states, new, strict=True))
        iterates.append(w)
    return np.array(iterates)


GRADS = hnp.arrays(float, (12, 3), elements=st.floats(0.0625, 8) | st.floats(-8, -0.0625))
SCALE_FREE = pytest.mark.parametrize(
    "rule",
    [
        adam.adam_update,
        adamax.adamax_update,
        nadam.nadam_update,
        nadam.nadam_scheduled_update,
        adamw.amsgrad_update,
    ],
    ids=lambda rule: rule.__name__,
)


@SCALE_FREE
def test_scaling_the_loss_changes_no_step(rule, examples):
    hyper = {"lr": 0.1, "beta1": 0.9, "beta2": 0.99}
    if rule is nadam.nadam_scheduled_update:
        hyper["momentum_decay"] = 0.004

    @examples
    @given(GRADS, st.integers(-20, 20))
    def holds(grads, power):
        # Without eps and for powers of two to the last bit,
        np.testing.assert_array_equal(
            run(rule, grads * 2.0**power, eps=0.0, **hyper), run(rule, grads, eps=0.0, **hyper)
        )
        # otherwise up to eps over the size of the gradients.
        np.testing.assert_allclose(
            run(rule, grads * 1000, eps=1e-8, **hyper),
            run(rule, grads, eps=1e-8, **hyper),
            atol=1e-6,
        )

    holds()


def test_adadelta_has_the_units_of_the_parameters(examples):
    """In units k times smaller w is k times as large, gradients a k-th: so must each step be."""

    @examples
    @given(GRADS, st.integers(-20, 20))
    def holds(grads, power):
        k = 2.0**power
        plain = run(adadelta.adadelta_update, grads, state={"u": 0.25}, beta=0.9, eps=0.0)
        state = {"u": 0.25 * k**2}
        scaled = run(adadelta.adadelta_update, grads / k, state=state, beta=0.9, eps=0.0)
        np.testing.assert_array_equal(scaled, k * plain)

    holds()


def test_adadelta_steps_do_not_see_the_scale_of_the_loss(examples):
    @examples
    @given(GRADS, st.integers(-20, 20))
    def holds(grads, power):
        args = {"state": {"u": 0.25}, "beta": 0.9, "eps": 0.0}
        plain = run(adadelta.adadelta_update, grads, **args)
        scaled = run(adadelta.adadelta_update, grads * 2.0**power, **args)
        np.testing.assert_array_equal(scaled, plain)

    holds()


def test_without_decay_adamw_is_adam(examples):
    @examples
    @given(calls(registry.FUNCTIONS["adam_update"]))
    def holds(drawn):
        arrays, rest = drawn
        ours = adamw.adamw_update(**arrays, **rest, weight_decay=0.0)
        for one, other in zip(ours, adam.adam_update(**arrays, **rest), strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)

    holds()


def test_where_v_never_falls_amsgrad_is_adam(examples):
    hyper = {"lr": 0.1, "beta1": 0.9, "beta2": 0.99, "eps": 1e-8}

    @examples
    @given(GRADS)
    def holds(grads):
        growing = np.cumsum(np.abs(grads), axis=0) * np.sign(grads)
        adams = run(adam.adam_update, growing, **hyper)
        np.testing.assert_array_equal(run(adamw.amsgrad_update, growing, **hyper), adams)

    holds()


def test_the_denominator_of_amsgrad_never_falls(examples):
    @examples
    @given(GRADS)
    def holds(grads):
        m = v = v_max = np.zeros(3)
        for t, grad in enumerate(grads, 1):
            before = v_max
            _, m, v, v_max = adamw.amsgrad_update(
                m, grad, m, v, v_max, t, lr=0.1, beta1=0.9, beta2=0.5, eps=1e-8
            )
            assert np.all(v_max >= before)
            assert np.all(v_max >= v)

    holds()


def test_nag_and_its_rewritten_form_walk_together(examples):
    """w of `nesterov_update` is w - beta · u of `nag_update`, on any quadratic."""

    @examples
    @given(
        hnp.arrays(float, 3, elements=st.floats(0, 1)),
        hnp.arrays(float, 3, elements=st.floats(-8, 8)),
        st.floats(0, 0.99),
    )
    def holds(curvature, start, beta):
        def gradient(w):
            return curvature * w

        w, u = start, np.zeros(3)
        look_ahead, velocity = start, np.zeros(3)
        for _ in range(20):
            w, u = nadam.nag_update(w, u, gradient, lr=0.5, beta=beta)
            look_ahead, velocity = nadam.nesterov_update(
                look_ahead, gradient(look_ahead), velocity, lr=0.5, beta=beta
            )
            np.testing.assert_allclose(look_ahead, w - beta * u, rtol=1e-9, atol=1e-12)

    holds()


def _cast(x, dtype):
    if isinstance(x, list):
        return [_cast(item, dtype) for item in x]
    return x.astype(dtype) if isinstance(x, np.ndarray) else x


def _flat(values):
    """Lists of arrays taken apart."""
    return [item for x in values for item in (x if isinstance(x, list) else [x])]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@parametrize([f for f in registry.FUNCTIONS.values() if not f.is_rule and not f.is_schedule])
def test_helpers_keep_dtype_and_arguments(rule, dtype):
    for one in cases.make(rule.module, rule.name).calls:
        if one.role == "core":
            args = [_cast(x, dtype) for x in one.args]
            before = deepcopy(args)
            passed = [PASSED[x] if isinstance(x, str) else x for x in args]
            results = rule.function(*passed, **one.kwargs)
            args, before = _flat(args), _flat(before)
            for array, was in zip(args, before, strict=True):
                np.testing.assert_array_equal(array, was)
            for result in _flat(results if isinstance(results, tuple) else (results,)):
                assert result.dtype == dtype
                assert not any(np.shares_memory(result, x) for x in args if np.ndim(x))


@pytest.mark.parametrize("activation", [np.tanh, np.square, lambda a: a], ids=["tanh", "²", "1"])
def test_dense_layer_agrees_with_finite_differences(activation, examples):
    """Backward is the derivative of Σ delta · a, for any batch, empty ones too."""
    number = st.floats(-2, 2)

    @examples
    @given(st.integers(0, 4), st.integers(1, 3), st.integers(1, 3), st.data())
    def holds(m, n_in, n_out, data):
        h = data.draw(hnp.arrays(float, (m, n_in), elements=number))
        W = data.draw(hnp.arrays(float, (n_out, n_in), elements=number))
        b = data.draw(hnp.arrays(float, n_out, elements=number))
        delta = data.draw(hnp.arrays(float, (m, n_out), elements=number))
        a, h_next = adaptive.dense_forward(h, W, b, activation)
        assert a.shape == h_next.shape == (m, n_out)
        np.testing.assert_array_equal(h_next, activation(a))

        def loss(h, W, b):
            return np.sum(delta * adaptive.dense_forward(h, W, b, activation)[0])

        dW, db, dh = adaptive.dense_backward(delta, h, W)
        for ours, x, rebuilt in (
            (dW, W, lambda x: loss(h, x, b)),
            (db, b, lambda x: loss(h, W, x)),
            (dh, h, lambda x: loss(x, W, b)),
        ):
            assert ours.shape == x.shape
            for index in np.ndindex(x.shape):
                step = np.zeros_like(x)
                step[index] = 0.5  # the loss is linear in each, so no small step is needed
                numeric = rebuilt(x + step) - rebuilt(x - step)
                assert ours[index] == pytest.approx(numeric, rel=1e-9, abs=1e-9)

    holds()


def test_a_layer_refuses_shapes_that_do_not_fit():
    with pytest.raises(ValueError, match="matmul"):
        adaptive.dense_forward(np.ones((4, 3)), np.ones((2, 5)), np.ones(2), np.tanh)


@every_rule
def test_a_rule_refuses_shapes_that_do_not_fit(rule):
    w, grad = (np.ones((n, 2) if rule.axes == 2 else n) for n in (3, 4))
    arrays = rule.start(w) | {"w": w, "grad": grad}
    with pytest.raises(ValueError, match="broadcast|matmul"):
        call(rule, arrays, at_t(rule, 2) | by_hand(rule))


def test_sparsity_factor_lies_between_one_and_the_root_of_m(examples):
    @examples
    @given(hnp.arrays(float, hnp.array_shapes(max_dims=2), elements=st.sampled_from([0, 0, 3])))
    def holds(x):
        factor = adaptive.sparsity_factor(x)
        assert np.shape(factor) == x.shape[1:]
        assert np.all(factor >= 1)
        assert np.all(factor <= np.sqrt(len(x)))

    holds()


VECTORS = hnp.arrays(
    float, st.integers(1, 6), elements=st.floats(-8, 8).filter(lambda x: x == 0 or abs(x) > 1e-3)
)
ORDERS = st.floats(1, 1e6) | st.just(np.inf)


def test_lp_norm_is_a_norm(examples):
    @examples
    @given(VECTORS, ORDERS, st.floats(-8, 8), st.data())
    def holds(x, p, factor, data):
        y = data.draw(hnp.arrays(float, len(x), elements=st.floats(-8, 8)))
        norm = adamax.lp_norm(x, p)
        assert (norm == 0) == (not np.any(x))
        assert adamax.lp_norm(factor * x, p) == pytest.approx(abs(factor) * norm, rel=1e-9)
        assert adamax.lp_norm(x + y, p) <= (norm + adamax.lp_norm(y, p)) * (1 + 1e-12)

    holds()


def test_lp_norm_falls_with_p_towards_the_largest_entry(examples):
    @examples
    @given(VECTORS, ORDERS, ORDERS)
    def holds(x, p, q):
        p, q = sorted((p, q))
        largest = np.max(np.abs(x))
        assert adamax.lp_norm(x, p) >= adamax.lp_norm(x, q) * (1 - 1e-12)
        assert largest <= adamax.lp_norm(x, q) <= len(x) ** (1 / q) * largest * (1 + 1e-12)

    holds()


def test_lp_norm_is_exact_where_python_can_say(examples):
    @examples
    @given(st.lists(st.integers(-50, 50), min_size=1, max_size=5), st.integers(1, 6))
    def holds(x, p):
        exact = Fraction(sum(abs(entry) ** p for entry in x))
        assert adamax.lp_norm(x, p) == pytest.approx(float(exact) ** (1 / p), rel=1e-12)

    holds()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_lp_norm_overflows_nowhere_on_the_way(dtype, examples):
    top = float(np.finfo(dtype).max)
    bottom = float(np.finfo(dtype).smallest_normal)

    @examples
    @given(st.floats(2, 1e6), st.sampled_from([top / 4, 1.0, bottom * 4]), st.integers(0, 3))
    def holds(p, size, zeros):
        x = np.array([size, -size] + [0] * zeros, dtype=dtype)
        with np.errstate(over="raise", invalid="raise", divide="raise"):
            norm = adamax.lp_norm(x, p)
        assert norm.dtype == dtype
        assert norm / dtype(size) == pytest.approx(2 ** (1 / p), rel=1e-6)

    holds()


def test_lp_norm_of_a_batch_runs_over_the_last_axis(examples):
    @examples
    @given(hnp.arrays(float, (2, 3, 4), elements=st.floats(-8, 8)), ORDERS)
    def holds(x, p):
        norms = adamax.lp_norm(x, p)
        assert norms.shape == (2, 3)
        for index in np.ndindex(2, 3):
            assert norms[index] == pytest.approx(adamax.lp_norm(x[index], p), rel=1e-12)

    holds()


LR = st.floats(0, 10)
TIMES = hnp.arrays(
    st.sampled_from([np.int64, np.float64]),
    hnp.array_shapes(min_dims=0, max_dims=2, min_side=0, max_side=4),
    elements=st.integers(0, 10**6),
) | hnp.arrays(float, 4, elements=st.floats(0, 1e6))
PERIOD = st.integers(1, 1000) | st.floats(0.5, 1000)

# Between what each schedule promises to stay.
BOUNDS = {
    "step_decay": lambda h: (0, h["lr0"]),
    **dict.fromkeys(
        ["exponential_decay", "inverse_time_decay", "warmup_stable_decay"],
        lambda h: (0, h["lr0"]),
    ),
    **dict.fromkeys(
        ["triangular", "triangular_notes", "cosine_annealing", "cosine_restarts"],
        lambda h: (h["lr_min"], h["lr_max"]),
    ),
    "optax_cosine_annealing": lambda h: (h["lr_min"], h["lr_max"]),
    "warmup_inverse_sqrt": lambda h: (0, (h["d_model"] * h["warmup"]) ** -0.5 * (1 + 1e-15)),
    "dozat_momentum": lambda h: (h["beta1"] / 2, h["beta1"]),
}
every_schedule = parametrize([function for function in EVERY if function.is_schedule])


def times_and_hyper(schedule):
    """Times from the first that a schedule has, and its hyperparameters; periods may be broken."""
    first = max(schedule.least("t"), 0)
    broken = dict.fromkeys(("tau", "half_period", "period", "t_max", "t_0"), PERIOD)
    broken |= {"t_mult": st.sampled_from([1, 1.5, 2, 3])}
    hyper = {n: broken.get(n, values_of(h)) for n, h in schedule.hyper.items()}
    return TIMES.map(lambda t: t + t.dtype.type(first)), st.fixed_dictionaries(hyper)


@every_schedule
def test_schedule_keeps_its_bounds_and_the_shape_of_t(rule, examples):
    @examples
    @given(*times_and_hyper(rule))
    def holds(t, hyper):
        lr = rule.function(t, **hyper)
        assert np.shape(lr) == t.shape
        lowest, highest = BOUNDS.get(rule.name, lambda h: (-np.inf, np.inf))(hyper)
        assert np.all((lowest <= lr) & (lr <= highest))

    holds()


@every_schedule
def test_schedule_of_an_array_is_the_schedule_of_each_time(rule, examples):
    @examples
    @given(*times_and_hyper(rule))
    def holds(t, hyper):
        lr = rule.function(t, **hyper)
        for index in np.ndindex(t.shape):
            alone = rule.function(t[index].item(), **hyper)
            assert np.ndim(alone) == 0
            assert alone == pytest.approx(np.asarray(lr)[index], rel=1e-12, abs=1e-300)

    holds()


def test_warmup_keeps_its_bounds_and_peaks_at_warmup(examples):
    @examples
    @given(
        hnp.arrays(np.int64, 5, elements=st.integers(1, 10**6)),
        st.integers(1, 4096),
        st.integers(1, 10**5),
    )
    def holds(t, d_model, warmup):
        hyper = {"d_model": d_model, "warmup": warmup}
        lr = schedules.warmup_inverse_sqrt(t, **hyper)
        peak = schedules.warmup_inverse_sqrt(warmup, **hyper)
        assert peak == pytest.approx((d_model * warmup) ** -0.5, rel=1e-12)
        assert np.all(lr > 0)
        assert np.all(lr <= peak * (1 + 1e-15))
        assert lr[0] == pytest.approx(schedules.warmup_inverse_sqrt(int(t[0]), **hyper), rel=1e-15)

    holds()


def test_triangular_reaches_both_bounds_in_every_cycle(examples):
    @examples
    @given(LR, LR, PERIOD, st.integers(0, 10**6))
    def holds(one, other, half_period, k):
        lr_min, lr_max = sorted((one, other))
        hyper = {"lr_min": lr_min, "lr_max": lr_max, "half_period": half_period}
        assume(float(half_period * 2 * k) % half_period == 0)  # a time that floats can say
        assert schedules.triangular(2 * k * half_period, **hyper) == lr_min
        if isinstance(half_period, int):
            assert schedules.triangular((2 * k + 1) * half_period, **hyper) == lr_max

    holds()


def test_restarts_fall_on_their_moments_however_late(examples):
    @examples
    @given(st.integers(1, 50), st.integers(1, 4), st.integers(0, 20))
    def holds(t_0, t_mult, cycle):
        start = sum(t_0 * t_mult**i for i in range(cycle))
        assume(start < 2**50)
        hyper = {"lr_min": 0.1, "lr_max": 0.7, "t_0": t_0, "t_mult": t_mult}
        length = t_0 * t_mult**cycle
        assert schedules.cosine_restarts(start, **hyper) == 0.7
        if length < 10**7:  # else one step before the end is the end, to double precision
            last = schedules.cosine_restarts(start + length - 1, **hyper)
            assert last == pytest.approx(
                0.4 + 0.3 * math.cos(math.pi * (length - 1) / length), rel=1e-12
            )
        assert schedules.cosine_restarts(start + length, **hyper) == 0.7

    holds()


def test_ema_stays_between_the_average_and_the_value(examples):
    number = st.floats(-8, 8)

    @examples
    @given(number, number, HYPER["beta"])
    def holds(average, value, beta):
        moved = rmsprop.ema_update(average, value, beta=beta)
        lowest, highest = sorted((average, value))
        assert lowest - 1e-14 <= moved <= highest + 1e-14

    holds()


def test_bias_correction_returns_a_constant_gradient_at_any_t(examples):
    @examples
    @given(st.floats(-8, 8), st.integers(1, 100), HYPER["beta"])
    def holds(value, t, beta):
        average = 0.0
        for _ in range(t):
            average = rmsprop.ema_update(average, value, beta=beta)
        assert adam.bias_correction(average, t, beta=beta) == pytest.approx(value, rel=1e-9)

    holds()
