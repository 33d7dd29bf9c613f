"""One loop, one History: seeded, resumable, silent, and clear about divergence."""

import json
import subprocess
import sys
import warnings
from types import SimpleNamespace

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from course_lib import training
from course_lib.network import Network
from course_lib.optimizer import Optimizer
from course_lib.problems import (
    Problem,
    load_definitions,
    logistic,
    quadratic,
    rosenbrock,
    sparse_features,
    with_noise,
)
from course_lib.training import descend, range_test, train
from solutions.updates.adadelta import adadelta_update
from solutions.updates.adagrad import adagrad_update
from solutions.updates.adam import adam_update
from solutions.updates.adaptive import sgd_update
from solutions.updates.nadam import nadam_scheduled_update, nag_update
from solutions.updates.schedules import cosine_annealing

ADAM = {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8}


# On a loss surface


def test_descent_by_hand():
    """½(x² + 4y²) with lr ¼: x shrinks to ¾ of itself in each step, y is 0 after the first."""
    history = descend(quadratic(4), sgd_update, [1.0, 1.0], steps=2, lr=0.25)
    np.testing.assert_allclose(history.w, [[1, 1], [0.75, 0], [0.5625, 0]], atol=1e-15)
    np.testing.assert_allclose(history.grad, [[1, 4], [0.75, 0], [0.5625, 0]], atol=1e-15)
    np.testing.assert_allclose(history.loss, [2.5, 0.28125, 0.158203125], rtol=1e-14)
    assert history.lr.tolist() == [0.25, 0.25]
    assert (history.rule, history.note, history.state) == ("sgd_update", "", {})


def test_state_is_recorded_as_each_step_found_it():
    history = descend(quadratic(4), adagrad_update, [1.0, 1.0], steps=3, lr=0.1, eps=1e-8)
    squares = history.grad**2
    np.testing.assert_allclose(history.state["v"][0], 0)
    np.testing.assert_allclose(history.state["v"][1:], np.cumsum(squares[:-1], axis=0), rtol=1e-14)


@pytest.mark.parametrize(
    "problem", [rosenbrock(), quadratic(80, 0.4)], ids=lambda problem: problem.name
)
def test_a_batch_of_points_and_learning_rates_equals_single_runs(problem):
    starts = np.array([[-1.2, 1.0], [0.5, -0.5], [1.5, 2.0]])
    lrs = np.array([0.001, 0.01])
    together = descend(problem, adam_update, starts, steps=30, lr=lrs[:, None, None], **ADAM)
    assert together.w.shape == (31, 2, 3, 2)
    assert together.loss.shape == (31, 2, 3)
    assert together.state["m"].shape == (31, 2, 3, 2)
    for i, lr in enumerate(lrs):
        for j, start in enumerate(starts):
            alone = descend(problem, adam_update, start, steps=30, lr=lr, **ADAM)
            np.testing.assert_array_equal(together.w[:, i, j], alone.w)
            np.testing.assert_array_equal(together.loss[:, i, j], alone.loss)
            np.testing.assert_array_equal(together.state["v"][:, i, j], alone.state["v"])


def test_every_hyperparameter_may_be_an_array():
    history = descend(
        quadratic(10), adam_update, [1.0, 1.0], steps=5, lr=0.1,
        beta1=np.array([[0.0], [0.9]]), beta2=0.99, eps=1e-8,
    )  # fmt: skip
    alone = descend(
        quadratic(10), adam_update, [1.0, 1.0], steps=5, lr=0.1, beta1=0.9, beta2=0.99, eps=1e-8
    )
    np.testing.assert_allclose(history.w[:, 1], alone.w, rtol=1e-14)


def test_a_schedule_is_called_with_t_from_zero():
    def schedule(t):
        return cosine_annealing(t, lr_min=0.0, lr_max=0.1, t_max=10)

    history = descend(quadratic(4), sgd_update, [1.0, 1.0], steps=10, lr=schedule)
    np.testing.assert_allclose(history.lr, 0.05 * (1 + np.cos(np.pi * np.arange(10) / 10)))


def test_float32_stays_float32():
    start = np.array([-1.2, 1.0], np.float32)
    history = descend(rosenbrock(), adam_update, start, steps=5, lr=np.array([[0.01]]), **ADAM)
    assert {history.w.dtype, history.grad.dtype, history.state["v"].dtype} == {start.dtype}


def test_rules_with_a_look_ahead_a_running_product_or_no_lr():
    nag = descend(quadratic(10), nag_update, [1.0, 1.0], steps=200, lr=0.05, beta=0.8)
    assert nag.loss[-1] < 1e-6
    assert nag.state["u"].shape == (201, 2)
    scheduled = descend(
        quadratic(10),
        nadam_scheduled_update,
        [1.0, 1.0],
        steps=3,
        lr=0.05,
        momentum_decay=1,
        **ADAM,
    )
    # A product starts at 1; the first factor is .9 (1 − ½ · .96).
    np.testing.assert_allclose(scheduled.state["mu_product"][:2], [[1, 1], [0.468, 0.468]])
    no_lr = descend(quadratic(10), adadelta_update, [1.0, 1.0], steps=3, beta=0.9, eps=1e-6)
    assert no_lr.lr is None


def test_steps_see_noisy_or_mini_batch_gradients_where_the_problem_has_them():
    problem = with_noise(quadratic(10), 0.1, seed=2)
    history = descend(problem, sgd_update, [1.0, 1.0], steps=4, lr=0.01)
    for t in range(4):
        np.testing.assert_array_equal(history.grad[t], problem.step_grad(history.w[t], t))
    np.testing.assert_array_equal(history.w[1], history.w[0] - 0.01 * history.grad[0])
    mini = logistic(sparse_features([0, 0.9]), batch_size=1, seed=1)
    history = descend(mini, sgd_update, mini.start, steps=200, lr=0.1)
    assert 0.8 < np.mean(history.grad[:, 1] == 0) < 1
    np.testing.assert_allclose(history.loss, mini.loss(history.w), rtol=1e-13)


def test_a_path_that_diverges_is_told_without_a_wall_of_warnings(capsys):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        history = descend(quadratic(100), sgd_update, [1.0, 1.0], steps=5000, lr=1.0)
    # Each step multiplies y by −99: the loss 50 y² leaves float64 after 77 steps.
    assert history.note == "sgd_update diverged at step 77: try a smaller learning rate"
    assert np.isfinite(history.loss[:77]).all()
    assert not np.isfinite(history.loss[77])
    assert np.isnan(history.w[78:]).all()
    assert len(history.lr) == 77
    assert capsys.readouterr() == ("", "")


def test_paths_that_diverge_do_not_stop_the_others():
    lrs = np.array([[1e-3], [1e-2], [1.0], [10.0]])
    history = descend(quadratic(100), sgd_update, [1.0, 1.0], steps=400, lr=lrs)
    assert history.note == (
        "sgd_update diverged on 2 of 4 paths, first at step 52: try a smaller learning rate"
    )
    assert np.isfinite(history.w[:, :2]).all()
    assert history.loss[-1, 1] < 0.01
    assert not np.isfinite(history.loss[-1, 2:]).any()


def test_a_blank_rule_speaks_for_itself():
    def adagrad_update(w, grad, v, *, lr, eps):
        raise NotImplementedError("adagrad_update is not written yet: open its file")

    with pytest.raises(NotImplementedError, match="not written yet"):
        descend(quadratic(4), adagrad_update, [1.0, 1.0], steps=3, lr=0.1, eps=1e-8)


def test_a_problem_of_ones_own():
    """A one-line problem in three dimensions, as a lesson writes it."""
    curvature = np.array([1.0, 4.0, 10.0])
    bowl = Problem(
        name="bowl", loss=lambda w: (curvature * w**2 / 2).sum(-1), grad=lambda w: curvature * w,
        minimum=np.zeros(3), window=None, start=np.ones(3),
    )  # fmt: skip
    history = descend(bowl, sgd_update, bowl.start, steps=1, lr=0.1)
    np.testing.assert_allclose(history.w[1], [0.9, 0.6, 0.0], atol=1e-15)


# A network


@pytest.fixture(scope="module")
def data():
    return sparse_features([0, 0, 0.5, 0.9], examples=300, seed=1)


NETWORK = Network((4, 8, 2), "tanh")


def adam(lr=0.02):
    return Optimizer(adam_update, lr=lr, **ADAM)


def same_params(a, b):
    return all(np.array_equal(a[n], b[n]) for n in a)


def test_training_learns_and_is_seeded(data):
    history = train(NETWORK, data, adam(), steps=200, seed=3)
    assert history.test_loss[-1] < 0.65 * history.test_loss[0]
    assert history.test_accuracy[-1] > 0.78
    assert history.loss.shape == history.lr.shape == (200,)
    again = train(NETWORK, data, adam(), steps=200, seed=3)
    assert same_params(history.params, again.params)
    assert np.array_equal(history.loss, again.loss)
    assert not np.array_equal(history.loss, train(NETWORK, data, adam(), steps=200, seed=4).loss)


def test_one_step_by_other_means(data):
    """A full batch leaves no choice of examples: one step is the plain formula."""
    start = NETWORK.init_params(0)
    _, grads = NETWORK.loss_and_grads(start, data.x_train, data.y_train)
    history = train(NETWORK, data, Optimizer(sgd_update, lr=0.5), steps=1, batch_size=300)
    for name in start:
        np.testing.assert_allclose(history.params[name], start[name] - 0.5 * grads[name], rtol=1e-9)


def test_small_matrices_are_multiplied_on_one_thread(data):
    seen = []

    def watch(w, grad, *, lr):
        seen.extend(lib["num_threads"] for lib in threadpool_info() if lib["user_api"] == "blas")
        return w - lr * grad

    train(NETWORK, data, Optimizer(watch, lr=0.1), steps=1)
    descend(quadratic(2), watch, [1.0, 1.0], steps=1, lr=0.1)
    assert set(seen) <= {1}


def test_an_epoch_sees_every_example_once(data):
    seen = []

    class Watch(Network):
        def loss_and_grads(self, params, x, y):
            seen.append(x)
            return super().loss_and_grads(params, x, y)

    train(Watch((4, 8, 2), "tanh"), data, adam(), steps=20, batch_size=32)
    assert [len(x) for x in seen] == 2 * ([32] * 9 + [12])
    rows, second_epoch = np.concatenate(seen[:10]), np.concatenate(seen[10:])
    assert not np.array_equal(rows, data.x_train)
    assert not np.array_equal(rows, second_epoch)
    np.testing.assert_array_equal(
        rows[np.lexsort(rows.T)], data.x_train[np.lexsort(data.x_train.T)]
    )


def test_it_is_tested_before_each_epoch_and_at_the_end(data):
    history = train(NETWORK, data, adam(), steps=25)  # ten steps an epoch
    assert history.test_steps.tolist() == [0, 10, 20, 25]
    start = NETWORK.init_params(0)
    assert history.test_loss[0] == NETWORK.loss(start, data.x_test, data.y_test)
    assert history.test_accuracy[-1] == NETWORK.accuracy(history.params, data.x_test, data.y_test)


def test_a_resumed_training_equals_an_unbroken_one_bit_for_bit(data, tmp_path):
    def optimizer():
        return adam(lambda t: cosine_annealing(t, lr_min=1e-4, lr_max=0.05, t_max=40))

    unbroken = train(NETWORK, data, optimizer(), steps=37, seed=5)
    first = optimizer()
    part = train(NETWORK, data, first, steps=13, seed=5)  # in the middle of an epoch
    first.save(tmp_path / "state.npz")
    second = optimizer()
    second.load(tmp_path / "state.npz")
    rest = train(NETWORK, data, second, steps=24, seed=5, params=part.params)
    assert same_params(rest.params, unbroken.params)
    assert np.array_equal(np.concatenate([part.loss, rest.loss]), unbroken.loss)
    assert np.array_equal(np.concatenate([part.lr, rest.lr]), unbroken.lr)


def test_the_parameters_given_to_start_from_are_left_alone(data):
    start = NETWORK.init_params(1)
    kept = {n: a.copy() for n, a in start.items()}
    history = train(NETWORK, data, adam(), steps=5, params=start)
    assert same_params(start, kept)
    assert not same_params(history.params, kept)


def test_divergence_stops_with_one_sentence(data, capsys):
    network = Network((4, 8, 2), "relu")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        history = train(network, data, Optimizer(sgd_update, lr=1e8), steps=1000)
    out, err = capsys.readouterr()
    assert history.note.startswith("sgd_update diverged: the loss was 0.")
    assert history.note.endswith("try a smaller learning rate")
    assert out == history.note + "\n"
    assert err == ""
    assert len(history.loss) < 20
    train(network, data, Optimizer(sgd_update, lr=1e8), steps=1000, quiet=True)
    assert capsys.readouterr() == ("", "")


def test_a_loss_that_is_not_a_number_stops_too(data):
    def poison(w, grad, *, lr):
        return w * np.nan

    history = train(NETWORK, data, Optimizer(poison, lr=1.0), steps=10, quiet=True)
    assert len(history.loss) == 2
    assert "nan before step 1" in history.note


def test_a_rule_that_needs_the_gradient_as_a_function_is_turned_away(data):
    with pytest.raises(Exception, match="nag_update asks for grad_fn.*nesterov_update"):
        train(NETWORK, data, Optimizer(nag_update, lr=0.1, beta=0.9), steps=1)


def test_the_range_test_sweeps_until_it_diverges(data, capsys):
    network = Network((4, 8, 2), "relu")
    history = range_test(network, data, sgd_update, lr_min=1e-4, lr_max=1e6, steps=101)
    np.testing.assert_allclose(history.lr[:3], [1e-4, 10**-3.9, 10**-3.8], rtol=1e-12)
    assert len(history.lr) == len(history.loss) < 101
    assert "diverged" in history.note
    assert capsys.readouterr() == ("", "")
    whole = range_test(network, data, sgd_update, lr_min=1e-4, lr_max=1e-2, steps=50)
    np.testing.assert_allclose(whole.lr[-1], 1e-2, rtol=1e-12)
    assert whole.note == ""


def test_a_progress_bar_shows_only_on_a_long_run_that_someone_watches(data, monkeypatch, capsys):
    train(NETWORK, data, adam(), steps=50)
    assert capsys.readouterr() == ("", "")  # nobody at a terminal

    monkeypatch.setattr(training, "_someone_watches", lambda: True)
    train(NETWORK, data, adam(), steps=50)
    assert capsys.readouterr() == ("", "")  # too short

    # As if 10 s had passed between any two looks at the clock.
    clock = iter(range(0, 10**9, 10))
    monkeypatch.setattr(training, "time", SimpleNamespace(monotonic=lambda: float(next(clock))))
    train(NETWORK, data, adam(), steps=50)
    out, err = capsys.readouterr()
    assert out == ""
    assert "/50" in err
    train(NETWORK, data, adam(), steps=50, quiet=True)
    assert capsys.readouterr() == ("", "")


def test_a_notebook_run_by_a_command_stays_silent(tmp_path):
    """A real kernel, run by nbclient, with no patience before the bar: no output at all."""
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    code = """
import course_lib.training as training
training.PATIENCE = 0
from course_lib.optimizer import Optimizer
from course_lib.network import Network
from course_lib.problems import sparse_features
def sgd(w, grad, *, lr):
    return w - lr * grad
history = training.train(Network((2, 2)), sparse_features([0, 0]), Optimizer(sgd, lr=.1), steps=50)
"""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    nbclient.NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    assert notebook.cells[0].outputs == []


@pytest.mark.full
@pytest.mark.parametrize("seed", range(5))
def test_on_the_real_data_adagrad_beats_the_best_plain_rate(seed):
    """Rare words get steps of a useful size: ahead after one epoch, whatever the plain rate."""
    data = load_definitions()
    network = Network((len(data.features), 6))

    def accuracy(rule, lr, **hyper):
        optimizer = Optimizer(rule, lr=lr, **hyper)
        return train(network, data, optimizer, steps=85, seed=seed, quiet=True).test_accuracy[-1]

    plain = max(accuracy(sgd_update, lr) for lr in (0.3, 1, 3, 10))
    assert accuracy(adagrad_update, 0.3, eps=1e-8) > plain + 0.02


def test_training_needs_no_part_of_the_trusted_side():
    """What a student imports works without solutions, grading or updates that are written."""
    code = (
        "import json, sys, course_lib.training; "
        "print(json.dumps([m for m in sys.modules if m.startswith(('solutions', 'course_lib'))]))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(json.loads(out.stdout)) == {
        "course_lib",
        "course_lib.blockwise",
        "course_lib.training",
        "course_lib.network",
        "course_lib.optimizer",
        "course_lib.problems",
    }
