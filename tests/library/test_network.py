"""The network's gradients agree with finite differences, and its losses with hand calculation."""

import numpy as np
import pytest

from course_lib.network import ACTIVATIONS, Network
from solutions.updates.adaptive import dense_backward, dense_forward


def finite_differences(loss, params, step=1e-5):
    """Central differences of fourth order in every single parameter."""
    grads = {}
    for name, array in params.items():
        grads[name] = np.zeros_like(array)
        for i in np.ndindex(array.shape):
            values = []
            for k in (-2, -1, 1, 2):
                moved = {**params, name: array.copy()}
                moved[name][i] += k * step
                values.append(loss(moved))
            a, b, c, d = values
            grads[name][i] = (a - 8 * b + 8 * c - d) / (12 * step)
    return grads


def assert_gradient(network, x, y, seed=0):
    params = network.init_params(seed)
    params = {n: a + 0.1 * np.random.default_rng(1).normal(size=a.shape) for n, a in params.items()}
    loss, grads = network.loss_and_grads(params, x, y)
    assert loss == network.loss(params, x, y)
    expected = finite_differences(lambda p: network.loss(p, x, y), params)
    assert list(grads) == list(params)
    for name in params:
        error = np.linalg.norm(grads[name] - expected[name])
        assert error <= 1e-7 * np.linalg.norm(expected[name]), name


@pytest.mark.parametrize("output", ["softmax", "logistic"])
@pytest.mark.parametrize(
    "activation", ["identity", "relu", "sigmoid", "tanh", ("tanh", "relu")], ids=str
)
def test_backpropagation_agrees_with_finite_differences(activation, output):
    rng = np.random.default_rng(2)
    classes = 3 if output == "softmax" else 1
    network = Network((4, 5, 6, classes), activation, output)
    y = rng.integers(max(classes, 2), size=7)
    assert_gradient(network, rng.normal(size=(7, 4)), y)


@pytest.mark.parametrize("output", ["softmax", "logistic"])
def test_a_linear_model_and_a_single_example(output):
    network = Network((3, 1 if output == "logistic" else 4), output=output)
    assert_gradient(network, np.array([[0.5, -1.0, 2.0]]), np.array([1]))


def test_a_wrong_gradient_would_be_noticed():
    def forgets_the_sum(delta, h, W):
        dW, db, dh = dense_backward(delta, h, W)
        return dW, db / len(delta), dh

    network = Network((3, 4, 2), "tanh", dense=(dense_forward, forgets_the_sum))
    x = np.random.default_rng(0).normal(size=(5, 3))
    with pytest.raises(AssertionError, match="b1"):
        assert_gradient(network, x, np.array([0, 1, 1, 0, 1]))


def test_a_students_own_layer_gives_the_same_network():
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(6, 4)), rng.integers(3, size=6)
    own = Network((4, 5, 3), dense=(dense_forward, dense_backward))
    built_in = Network((4, 5, 3))
    params = own.init_params(1)
    loss, grads = own.loss_and_grads(params, x, y)
    expected_loss, expected = built_in.loss_and_grads(params, x, y)
    np.testing.assert_allclose(loss, expected_loss, rtol=1e-14)
    for name in params:
        np.testing.assert_allclose(grads[name], expected[name], rtol=1e-12, atol=1e-15)


def test_logistic_loss_by_hand():
    """With W = 2, b = −1 and x = 1, 0: a = 1, −1. Both examples cost log(1 + e⁻¹)."""
    network = Network((1, 1), output="logistic")
    params = {"W1": np.array([[2.0]]), "b1": np.array([-1.0])}
    x, y = np.array([[1.0], [0.0]]), np.array([1, 0])
    loss, grads = network.loss_and_grads(params, x, y)
    np.testing.assert_allclose(loss, np.log(1 + np.exp(-1)), rtol=1e-15)
    # a − y through the sigmoid: σ(1) − 1 and σ(−1); only the first has x = 1; the mean of two.
    sigma = 1 / (1 + np.e)
    np.testing.assert_allclose(grads["W1"], [[-sigma / 2]], rtol=1e-14)
    np.testing.assert_allclose(grads["b1"], [0], atol=1e-16)
    assert network.predict(params, x).tolist() == [1, 0]
    assert network.accuracy(params, x, np.array([1, 1])) == 0.5


def test_softmax_loss_by_hand():
    """Scores 0, log 2, log 5 have probabilities 1/8, 2/8, 5/8."""
    network = Network((1, 3))
    params = {"W1": np.log([[1.0], [2.0], [5.0]]), "b1": np.zeros(3)}
    loss, grads = network.loss_and_grads(params, np.array([[1.0]]), np.array([1]))
    np.testing.assert_allclose(loss, np.log(4), rtol=1e-15)
    np.testing.assert_allclose(grads["b1"], [1 / 8, 2 / 8 - 1, 5 / 8], rtol=1e-14)


@pytest.mark.parametrize("output", ["softmax", "logistic"])
def test_huge_scores_neither_overflow_nor_warn(output):
    network = Network((1, 2 if output == "softmax" else 1), output=output)
    params = {n: np.full_like(a, 0.0) for n, a in network.init_params().items()}
    params["W1"][0] = 1e4
    with np.errstate(all="raise", under="ignore"):
        loss, grads = network.loss_and_grads(params, np.array([[1.0], [-1.0]]), np.array([0, 1]))
    assert loss == {"softmax": 0.0, "logistic": 1e4}[output]
    assert all(np.isfinite(g).all() for g in grads.values())


def test_parameters_are_seeded_and_scaled_by_their_inputs():
    network = Network((400, 300, 200, 1), ("relu", "tanh"), "logistic")
    params = network.init_params(5)
    assert {n: a.shape for n, a in params.items()} == {
        "W1": (300, 400),
        "b1": (300,),
        "W2": (200, 300),
        "b2": (200,),
        "W3": (1, 200),
        "b3": (1,),
    }
    np.testing.assert_allclose(params["W1"].var(), 2 / 400, rtol=0.02)
    np.testing.assert_allclose(params["W2"].var(), 1 / 300, rtol=0.02)
    again = network.init_params(5)
    assert all(np.array_equal(params[n], again[n]) for n in params)
    assert not np.array_equal(params["W1"], network.init_params(6)["W1"])
    assert network.init_params(5, np.float32)["W1"].dtype == np.float32


def test_float32_parameters_have_float32_gradients():
    network = Network((4, 3, 2))
    x = np.random.default_rng(0).normal(size=(5, 4))
    params = network.init_params(0, np.float32)
    _, grads = network.loss_and_grads(params, x, np.array([0, 1, 0, 1, 1]))
    assert {g.dtype for g in grads.values()} == {np.dtype(np.float32)}
    _, grads = network.loss_and_grads(params, x > 0, np.array([0, 1, 0, 1, 1]))
    assert {g.dtype for g in grads.values()} == {np.dtype(np.float32)}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_have_their_derivative(name):
    g, derivative = ACTIVATIONS[name]
    a = np.array([-3.0, -0.5, 0.25, 2.0])
    expected = (g(a + 1e-6) - g(a - 1e-6)) / 2e-6
    np.testing.assert_allclose(derivative(g(a)), expected, rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (((4,),), "sizes need an input and an output"),
        (((4, 0, 2),), "sizes need an input and an output"),
        (((4, 3, 2), "rely"), "1 hidden layers need activations from identity, relu"),
        (((4, 3, 2), ("relu", "tanh")), "1 hidden layers need activations"),
        (((4, 2), "relu", "hinge"), "output is softmax or logistic, not 'hinge'"),
        (((4, 2), "relu", "logistic"), "a logistic output has size 1, not 2"),
    ],
)
def test_misuse_is_told(arguments, message):
    with pytest.raises(ValueError, match=message):
        Network(*arguments)
