"""The optimizer drives any rule, keeps its state, and resumes bit for bit."""

import functools
import re

import numpy as np
import pytest

from course_lib import blockwise
from course_lib.optimizer import Optimizer, RuleError
from solutions.registry import RULES
from solutions.updates import adadelta, adagrad, adam, adamax, adaptive, muon, nadam, rmsprop
from solutions.updates.schedules import cosine_annealing

IN_BLOCKS = """sgd_update adagrad_update adagrad_momentum_update rmsprop_update adadelta_update
    adadelta_notes_update adam_update adamax_update nesterov_update nadam_update
    nadam_scheduled_update nadam_notes_update adamw_update amsgrad_update
    lion_update""".split()


def hyper_of(rule):
    return {name: h.by_hand for name, h in rule.hyper.items()}


def draw(rng, dtype=np.float64, rule=None):
    """Arrays of every kind that a rule takes."""
    shapes = {"W1": (4, 3), "b1": (4,), "scale": ()}
    taken = [name for name, shape in shapes.items() if rule is None or len(shape) >= rule.axes]
    return {name: np.asarray(rng.normal(size=shapes[name])).astype(dtype) for name in taken}


def gradients(optimizer, grads):
    """Gradients as the rule asks for them: arrays, or functions that give them everywhere."""
    if not optimizer.looks_ahead:
        return grads
    return {name: lambda at, grad=grad: grad for name, grad in grads.items()}


def same(a, b):
    return set(a) == set(b) and all(
        a[n].dtype == b[n].dtype and np.array_equal(a[n], b[n]) for n in a
    )


every_rule = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)


@every_rule
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_drives_every_rule_without_touching_its_arguments(rule, dtype):
    rng = np.random.default_rng(0)
    optimizer = Optimizer(rule.function, **hyper_of(rule))
    params = draw(rng, dtype, rule)
    for _ in range(3):
        grads = draw(rng, dtype, rule)
        kept = {n: a.copy() for n, a in params.items()}, {n: a.copy() for n, a in grads.items()}
        new = optimizer.step(params, gradients(optimizer, grads))
        assert same(params, kept[0])
        assert same(grads, kept[1])
        assert all(a.dtype == dtype and a.shape == params[n].shape for n, a in new.items())
        assert not any(np.shares_memory(new[n], params[n]) for n in new)
        params = new
    assert optimizer.t == 3


def test_adam_by_hand():
    """Two steps on one weight from 1, gradients 1 and 2, worked out with pencil and paper.

    beta1 = beta2 = ½, eps = 0, lr = 1. Step 1: m = v = ½, corrected 1 and 1: w = 1 − 1 = 0.
    Step 2: m = ¼ + 1 = 5/4, v = ¼ + 2 = 9/4, corrected by 3/4: 5/3 and 3: w = −5/(3√3).
    """
    optimizer = Optimizer(adam.adam_update, lr=1.0, beta1=0.5, beta2=0.5, eps=0.0)
    params = optimizer.step({"w": np.array([1.0])}, {"w": np.array([1.0])})
    np.testing.assert_allclose(params["w"], [0.0], atol=1e-15)
    params = optimizer.step(params, {"w": np.array([2.0])})
    np.testing.assert_allclose(params["w"], [-5 / (3 * np.sqrt(3))], rtol=1e-14)
    assert optimizer.state["m"]["w"] == 1.25
    assert optimizer.state["v"]["w"] == 2.25


def test_schedule_gets_the_number_of_steps_taken_so_far():
    asked = []

    def schedule(t):
        asked.append(t)
        return np.float64(10.0**-t)  # a NumPy scalar must not widen float32

    optimizer = Optimizer(adaptive.sgd_update, lr=schedule)
    params = {"w": np.zeros(2, np.float32)}
    for _ in range(3):
        params = optimizer.step(params, {"w": np.ones(2, np.float32)})
    assert asked == [0, 1, 2]
    assert params["w"].dtype == np.float32
    np.testing.assert_allclose(params["w"], -1.11, rtol=1e-6)


def test_an_array_of_learning_rates_makes_one_run_each():
    lrs = np.array([[0.1], [0.2], [0.5]])
    together = Optimizer(adam.adam_update, lr=lrs, beta1=0.9, beta2=0.99, eps=1e-8)
    params = {"w": np.ones((3, 2), np.float32)}
    alone = [Optimizer(adam.adam_update, lr=x, beta1=0.9, beta2=0.99, eps=1e-8) for x in (0.1, 0.5)]
    rows = [{"w": np.ones(2, np.float32)} for _ in alone]
    for _ in range(5):
        params = together.step(params, {"w": params["w"] ** 3})
        rows = [o.step(row, {"w": row["w"] ** 3}) for o, row in zip(alone, rows, strict=True)]
    assert params["w"].dtype == np.float32
    np.testing.assert_array_equal(params["w"][[0, 2]], [row["w"] for row in rows])


def test_a_rule_says_itself_how_its_states_start():
    seen = []

    def rule(w, grad, product, rows, v, *, lr):
        seen.append(product)
        rows = rows + (grad**2).sum(axis=-1)
        return w - lr * product * grad, product * 0.5, rows, v + grad

    rule.init = lambda w: {"product": 1.0, "rows": np.full(w.shape[:-1], 0.5, w.dtype)}
    for form in (rule, functools.partial(rule, lr=1.0)):
        optimizer = Optimizer(form, lr=1.0)
        params = {"w": np.zeros((2, 3), np.float32)}
        for _ in range(3):
            params = optimizer.step(params, {"w": np.ones((2, 3), np.float32)})
        np.testing.assert_array_equal(params["w"], np.full((2, 3), -1.75, np.float32))
        np.testing.assert_array_equal(optimizer.state["rows"]["w"], np.float32([9.5, 9.5]))
        np.testing.assert_array_equal(optimizer.state["v"]["w"], np.full((2, 3), 3, np.float32))
    assert seen == 2 * [1.0, 0.5, 0.25]


def test_a_rule_may_ask_for_the_gradient_here_and_for_more_of_them():
    """On ½w² from 4 with lr = ½: the half step ends at 2, whose gradient 2 makes the step."""

    def midpoint(w, grad, grad_fn, *, lr):
        return w - lr * grad_fn(w - lr * grad)

    params = Optimizer(midpoint, lr=0.5).step({"w": np.array([4.0])}, {"w": lambda w: w})
    assert params["w"] == 3.0


def test_a_rule_without_the_star_or_with_a_default_t_is_understood():
    def starless(w, grad, v, t=1, lr=0.1, eps=1e-8):
        v = v + grad**2
        return w - lr / t * grad / np.sqrt(v + eps), v

    optimizer = Optimizer(starless, lr=0.5, eps=0.0)
    assert list(optimizer.state) == ["v"]
    params = optimizer.step({"w": np.zeros(1)}, {"w": np.array([4.0])})
    assert params["w"] == -0.5
    params = optimizer.step(params, {"w": np.array([3.0])})  # t = 2, √(16 + 9) = 5
    np.testing.assert_allclose(params["w"], -0.5 - 0.25 * 3 / 5, rtol=1e-15)


def test_partial_rules_keep_their_name():
    rule = functools.partial(adagrad.adagrad_update, eps=1e-8)
    assert Optimizer(rule, lr=0.1).name == "adagrad_update"


def test_a_rule_that_hands_back_its_arguments_shares_no_memory():
    def lazy(w, grad, m, v):
        return w, grad, grad

    params = {"w": np.ones(3)}
    grads = {"w": np.ones(3)}
    optimizer = Optimizer(lazy)
    new = optimizer.step(params, grads)
    m, v = optimizer.state["m"]["w"], optimizer.state["v"]["w"]
    arrays = [new["w"], m, v, params["w"], grads["w"]]
    assert not any(np.shares_memory(a, b) for i, a in enumerate(arrays) for b in arrays[i + 1 :])


# Resuming


@every_rule
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_resumed_run_equals_an_unbroken_one_bit_for_bit(rule, dtype, tmp_path):
    hyper = hyper_of(rule)
    if "lr" in hyper:
        hyper["lr"] = lambda t: cosine_annealing(t, lr_min=0.001, lr_max=0.1, t_max=20)

    def run(optimizer, params, rng, steps):
        for _ in range(steps):
            params = optimizer.step(params, gradients(optimizer, draw(rng, dtype, rule)))
        return params

    rng = np.random.default_rng(7)
    unbroken = run(Optimizer(rule.function, **hyper), draw(rng, dtype, rule), rng, 12)

    rng = np.random.default_rng(7)
    first = Optimizer(rule.function, **hyper)
    params = run(first, draw(rng, dtype, rule), rng, 5)
    first.save(tmp_path / "state.npz")
    second = Optimizer(rule.function, **hyper)
    second.load(tmp_path / "state.npz")
    assert second.t == 5
    assert same(run(second, params, rng, 7), unbroken)
    assert [p.name for p in tmp_path.iterdir()] == ["state.npz"]


def test_without_the_saved_state_the_run_differs():
    """The test above can fail: a fresh optimizer in the middle gives other numbers."""
    hyper = {"lr": 0.1, "beta1": 0.9, "beta2": 0.99, "eps": 1e-8}
    a = b = {"w": np.ones(3)}
    kept = Optimizer(adam.adam_update, **hyper)
    for _ in range(4):
        a = kept.step(a, a)
        b = Optimizer(adam.adam_update, **hyper).step(b, b)
    assert not np.array_equal(a["w"], b["w"])


def muon_and_adam():
    second = Optimizer(adam.adam_update, lr=0.01, beta1=0.9, beta2=0.99, eps=1e-8)
    return Optimizer(muon.muon_update, lr=0.1, beta=0.9, others=second)


def test_what_is_no_matrix_goes_to_the_second_rule_and_a_run_resumes(tmp_path):
    rng = np.random.default_rng(3)
    start, *grads = (draw(rng) for _ in range(7))
    unbroken, resumed = muon_and_adam(), muon_and_adam()
    alone = {
        "W1": Optimizer(muon.muon_update, lr=0.1, beta=0.9),
        "b1": muon_and_adam().others,
        "scale": muon_and_adam().others,
    }
    together, apart, again = dict(start), dict(start), dict(start)
    for i, g in enumerate(grads):
        together = unbroken.step(together, g)
        apart |= {n: o.step({n: apart[n]}, {n: g[n]})[n] for n, o in alone.items()}
        if i == 3:
            resumed.save(tmp_path / "state.npz")
            resumed = muon_and_adam()
            resumed.load(tmp_path / "state.npz")
        again = resumed.step(again, g)
    assert same(together, apart)
    assert same(together, again)
    plain = Optimizer(muon.muon_update, lr=0.1, beta=0.9)
    with pytest.raises(ValueError, match="saved with a second rule"):
        plain.load(tmp_path / "state.npz")
    with pytest.raises(ValueError, match="takes a matrix"):
        plain.step(start, grads[0])


def test_loading_what_was_not_saved_by_this_rule_says_so(tmp_path):
    optimizer = Optimizer(adagrad.adagrad_update, lr=0.1, eps=1e-8)
    with pytest.raises(FileNotFoundError, match=r"none\.npz"):
        optimizer.load(tmp_path / "none.npz")
    (tmp_path / "text.npz").write_text("not a zip file")
    np.savez(tmp_path / "other.npz", weights=np.ones(3))
    np.save(tmp_path / "array.npy", np.ones(3))
    for name in ("text.npz", "other.npz", "array.npy"):
        with pytest.raises(ValueError, match="not a file of saved optimizer state"):
            optimizer.load(tmp_path / name)
    rmsprop_optimizer = Optimizer(rmsprop.rmsprop_update, lr=0.1, beta=0.9, eps=1e-8)
    rmsprop_optimizer.step({"w": np.ones(2)}, {"w": np.ones(2)})
    rmsprop_optimizer.save(tmp_path / "rmsprop.npz")
    with pytest.raises(ValueError, match="saved by rmsprop_update; this optimizer runs adagrad"):
        optimizer.load(tmp_path / "rmsprop.npz")
    assert optimizer.t == 0
    other = Optimizer(rmsprop.rmsprop_update, lr=0.1, beta=0.9, eps=1e-8)
    other.load(tmp_path / "rmsprop.npz")
    with pytest.raises(ValueError, match=r"state v of 'w' is float64 of shape \(2,\)"):
        other.step({"w": np.ones(3)}, {"w": np.ones(3)})


# One clear sentence for what cannot work


def test_a_blank_says_where_to_write_it():
    def adagrad_update(w, grad, v, *, lr, eps):
        raise NotImplementedError("adagrad_update is not written yet: open the file")

    optimizer = Optimizer(adagrad_update, lr=0.1, eps=1e-8)
    for size in (3, 2 * blockwise.BLOCK):
        with pytest.raises(NotImplementedError, match="not written yet: open"):
            optimizer.step({"w": np.ones(size)}, {"w": np.ones(size)})


@pytest.mark.parametrize("size", [3, 2 * blockwise.BLOCK], ids=["small", "large"])
@pytest.mark.parametrize(
    ("returned", "message"),
    [
        (lambda w, v: None, "adagrad_update returned nothing: it must return w, v"),
        (lambda w, v: w, "adagrad_update returned one value: it must return w, v"),
        (lambda w, v: (w, v, v), "adagrad_update returned 3 values: it must return w, v"),
        (lambda w, v: (w, "v"), "adagrad_update returned v as str: it must be an array"),
        (lambda w, v: (w, 0.0), "adagrad_update returned v with shape (): for w of shape (SIZE,)"),
        (
            lambda w, v: (w - np.zeros((2, 1), w.dtype), v),
            "adagrad_update returned w with shape (2, SIZE): for w of shape (SIZE,)",
        ),
        (
            lambda w, v: (w, v * np.float64(0.1)),
            "adagrad_update returned v as float64: for w of dtype float32 it must be float32",
        ),
    ],
)
def test_a_broken_rule_is_told_what_came_back(returned, message, size):
    def adagrad_update(w, grad, v, *, lr, eps):
        return returned(w, v)

    optimizer = Optimizer(adagrad_update, lr=0.1, eps=1e-8)
    params = {"w": np.ones(size, np.float32)}
    with pytest.raises(RuleError, match=re.escape(message.replace("SIZE", str(size)))):
        optimizer.step(params, params)


def test_misuse_is_told():
    with pytest.raises(TypeError, match="adam_update needs a value for beta1, eps"):
        Optimizer(adam.adam_update, lr=0.1, beta2=0.9)
    with pytest.raises(TypeError, match="sgd_update needs a value for lr"):
        Optimizer(adaptive.sgd_update)
    with pytest.raises(TypeError, match="adadelta_update has no hyperparameter lr"):
        Optimizer(adadelta.adadelta_update, lr=0.1, beta=0.9, eps=1e-6)
    with pytest.raises(RuleError, match="lp_norm.*is not an update rule"):
        Optimizer(adamax.lp_norm, lr=0.1)
    sgd = Optimizer(adaptive.sgd_update, lr=0.1)
    with pytest.raises(ValueError, match=r"named \['W', 'b'\] but gradients \['W'\]"):
        sgd.step({"W": np.ones(2), "b": np.ones(2)}, {"W": np.ones(2)})
    with pytest.raises(ValueError, match=r"gradient of 'W' has shape \(2, 1\)"):
        sgd.step({"W": np.ones(2)}, {"W": np.ones((2, 1))})
    with pytest.raises(ValueError, match="'W' have dtype int64"):
        sgd.step({"W": np.arange(2)}, {"W": np.ones(2)})
    nag = Optimizer(nadam.nag_update, lr=0.1, beta=0.9)
    with pytest.raises(RuleError, match="nag_update asks for grad_fn.*nesterov_update"):
        nag.step({"W": np.ones(2)}, {"W": np.ones(2)})


def test_nag_takes_the_gradient_as_a_function():
    """On ½w² from 1 with lr = beta = ½: u = ½, w = ½; then u = ¼ + ½(½ − ¼) = ⅜, w = ⅛."""
    nag = Optimizer(nadam.nag_update, lr=0.5, beta=0.5)
    params = nag.step({"w": np.array([1.0])}, {"w": lambda w: w})
    assert params["w"] == 0.5
    params = nag.step(params, {"w": lambda w: w})
    assert params["w"] == 0.125


# Large arrays, in blocks


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr(blockwise, "BLOCK", 64)


def plainly(optimizer):
    optimizer._in_blocks = False
    return optimizer


@pytest.mark.parametrize(
    "rule, dtype",
    [
        pytest.param(rule, dtype, id=f"{name}-{dtype.__name__}")
        for name, rule in RULES.items()
        for dtype in (np.float16, np.float32, np.float64)
        if rule.axes < 2 or dtype is not np.float16  # numpy.linalg has no half precision
    ],
)
@pytest.mark.parametrize("in_place", [False, True])
def test_blocks_change_no_bit(rule, dtype, in_place, small_blocks):
    rng = np.random.default_rng(3)
    start = rng.normal(size=(23, 29)).astype(dtype)  # 667: ten blocks and a rest
    blocked = Optimizer(rule.function, **hyper_of(rule))
    whole = plainly(Optimizer(rule.function, **hyper_of(rule)))
    a, b = {"w": start.copy()}, {"w": start}
    for _ in range(4):
        grads = gradients(blocked, {"w": rng.normal(size=start.shape).astype(dtype)})
        a = blocked.step(a, grads, out=a if in_place else None)
        b = whole.step(b, grads)
        assert same(a, b)
        for name in whole.state:
            np.testing.assert_array_equal(blocked.state[name]["w"], whole.state[name]["w"])
    assert not (blocked._in_blocks and rule.axes)


@pytest.mark.parametrize("name", IN_BLOCKS)
def test_the_elementwise_rules_of_the_course_go_in_blocks(name, small_blocks):
    optimizer = Optimizer(RULES[name].function, **hyper_of(RULES[name]))
    optimizer.step({"w": np.ones(100)}, {"w": np.ones(100)})
    assert optimizer._in_blocks


@pytest.mark.full
@every_rule
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_blocks_change_no_bit_of_a_million_parameters(rule, dtype):
    rng = np.random.default_rng(4)
    blocked = Optimizer(rule.function, **hyper_of(rule))
    whole = plainly(Optimizer(rule.function, **hyper_of(rule)))
    shape = (1_000_003,) if rule.axes < 2 else (1009, 991)
    a = b = {"w": rng.normal(size=shape).astype(dtype)}
    for _ in range(2):
        grads = gradients(blocked, {"w": rng.normal(size=a["w"].shape).astype(dtype)})
        a, b = blocked.step(a, grads), whole.step(b, grads)
        assert same(a, b)


def elementwise_in_other_words(w, grad, m, v, t, *, lr):
    """Adam-like, with what students write: out=, in-place work on copies, powers, isinstance."""
    assert isinstance(w, np.ndarray)
    m = m.copy()
    m *= 0.9
    m += np.multiply(0.1, grad)
    scaled = v * 0.99
    v = np.add(scaled, 0.01 * np.abs(grad) ** 3, out=scaled)
    root = (v / (1 - 0.99**t)) ** (1 / 3)
    step = np.float64(lr) * np.tanh(-m) / (root + 1e-8) + np.exp(-(w**2)) * w**-1 * 1e-3
    return np.add(w, step), m, v


def clipped_by_norm(w, grad, *, lr):
    norm = np.linalg.norm(grad)
    return w - lr * grad / norm if norm > 1 else w - lr * grad


def clipped_by_largest(w, grad, *, lr):
    return w - lr * grad / (1 if grad.max() < 1 else grad.max())


def by_sum(w, grad, *, lr):
    return w - lr * grad / np.add.reduce(np.abs(grad))


def by_mean_square(w, grad, *, lr):
    return w - lr * grad / np.sqrt((grad**2).mean())


def by_neighbour(w, grad, *, lr):
    return w - lr * np.roll(grad, 1)


def by_last_entry(w, grad, *, lr):
    return w - lr * grad * grad[-1]


def by_position(w, grad, *, lr):
    return w - lr * grad * np.arange(w.size)


def by_dot_product(w, grad, *, lr):
    return w - lr * grad / (grad @ grad)


def by_array_of_itself(w, grad, *, lr):
    return w - lr * grad / float(np.asarray(grad).max())


def decided_by_a_value(w, grad, *, lr):
    if (grad > 100).any():  # never so while a small sample is tried
        grad = grad / 100
    return w - lr * grad


def swallows_errors(w, grad, *, lr):
    try:
        biggest = max(grad)
    except Exception:  # noqa: BLE001
        biggest = 1.0
    return w - lr * grad / biggest


def through_a_mask(w, grad, *, lr):
    return np.subtract(w, lr * grad, out=w.copy(), where=np.asarray(False))


def loops(w, grad, *, lr):
    return np.array([a - lr * b for a, b in zip(w, grad, strict=True)])


def changes_its_argument(w, grad, v, *, lr):
    v += grad**2
    return w - lr * grad / np.sqrt(v + 1e-8), v


def swaps_its_state(w, grad, m, v, *, lr):
    return w - lr * (m + grad), v, m


def one_array_twice(w, grad, m, v, *, lr):
    m = m + grad
    return w - lr * m, m, m


@pytest.mark.parametrize(
    ("rule", "in_blocks"),
    [
        (elementwise_in_other_words, True),
        (clipped_by_norm, False),
        (clipped_by_largest, False),
        (by_sum, False),
        (by_mean_square, False),
        (by_neighbour, False),
        (by_last_entry, False),
        (by_position, False),
        (by_dot_product, False),
        (by_array_of_itself, False),
        (decided_by_a_value, False),
        (swallows_errors, False),
        (through_a_mask, False),
        (loops, False),
        (changes_its_argument, False),
        (swaps_its_state, False),
        (one_array_twice, False),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_only_elementwise_rules_go_in_blocks_and_all_give_what_a_plain_call_gives(
    rule, in_blocks, small_blocks
):
    rng = np.random.default_rng(5)
    blocked, whole = Optimizer(rule, lr=0.1), plainly(Optimizer(rule, lr=0.1))
    a = b = {"w": rng.normal(size=500)}
    for scale in (1, 1000):
        grads = {"w": scale * rng.normal(size=500)}
        a, b = blocked.step(a, grads), whole.step(b, grads)
        assert same(a, b)
        for name in whole.state:
            np.testing.assert_array_equal(blocked.state[name]["w"], whole.state[name]["w"])
    assert blocked._in_blocks == in_blocks


def test_a_state_that_is_still_needed_is_not_overwritten_early(small_blocks):
    def late(w, grad, v, u, *, lr):
        new_v = v + grad**2
        new_u = u + v  # the old v, after the new one is known
        return w - lr * grad * (new_v - v) + w, new_v, new_u

    rng = np.random.default_rng(6)
    blocked, whole = Optimizer(late, lr=0.1), plainly(Optimizer(late, lr=0.1))
    a = b = {"w": rng.normal(size=300)}
    a = {"w": a["w"].copy()}
    for _ in range(3):
        grads = {"w": rng.normal(size=300)}
        a, b = blocked.step(a, grads, out=a), whole.step(b, grads)
        assert same(a, b)
    assert blocked._in_blocks
    np.testing.assert_array_equal(blocked.state["u"]["w"], whole.state["u"]["w"])


def test_arrays_with_gaps_or_in_another_order_come_out_right(small_blocks):
    rng = np.random.default_rng(8)
    hyper = {"lr": 0.1, "beta1": 0.9, "beta2": 0.99, "eps": 1e-8}
    blocked = Optimizer(adam.adam_update, **hyper)
    whole = plainly(Optimizer(adam.adam_update, **hyper))
    strided, columns_first = rng.normal(size=(300, 2))[:, 0], rng.normal(size=(20, 30)).T
    a = {"strided": strided.copy(), "columns first": columns_first.copy(order="K")}
    a["strided"] = np.repeat(a["strided"], 2)[::2]
    b = {"strided": strided, "columns first": columns_first}
    for _ in range(3):
        grads = {name: w**3 for name, w in b.items()}
        a, b = blocked.step(a, grads, out=a), whole.step(b, grads)
        assert same(a, b)


def test_a_gradient_in_the_memory_of_the_parameters_is_not_spoilt(small_blocks):
    """½w² has its gradient there; the new w must not get into v."""

    def w_first(w, grad, v, *, lr):
        return w - lr * grad, v + grad**2

    optimizer = Optimizer(w_first, lr=0.1)
    w = np.random.default_rng(9).normal(size=300)
    params = {"w": w.copy()}
    optimizer.step(params, params, out=params)
    np.testing.assert_array_equal(params["w"], w - 0.1 * w)
    np.testing.assert_array_equal(optimizer.state["v"]["w"], w**2)


def test_nan_and_infinity_stay_in_their_place(small_blocks):
    w = np.ones(300)
    grad = np.ones(300)
    grad[7], grad[250] = np.nan, np.inf
    with np.errstate(all="ignore"):
        new = Optimizer(rmsprop.rmsprop_update, lr=0.1, beta=0.9, eps=1e-8).step(
            {"w": w}, {"w": grad}
        )["w"]
    assert np.flatnonzero(~np.isfinite(new)).tolist() == [7, 250]
