"""A network of L dense layers with backpropagation by hand, in the symbols of the notes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Array = np.ndarray


def _sigmoid(a: Array) -> Array:
    return 0.5 * (1 + np.tanh(a / 2))  # the same function as 1/(1 + e⁻ᵃ), and never overflows


# Each activation h = g(a) with its derivative, written in h, which is what the forward pass keeps.
ACTIVATIONS = {
    "identity": (lambda a: a, lambda h: np.ones_like(h)),
    "relu": (lambda a: np.maximum(a, 0), lambda h: (h > 0).astype(h.dtype)),
    "sigmoid": (_sigmoid, lambda h: h * (1 - h)),
    "tanh": (np.tanh, lambda h: 1 - h**2),
}


def _forward(h: Array, W: Array, b: Array, activation: Callable) -> tuple[Array, Array]:
    a = np.inner(h, W) + b
    return a, activation(a)


def _backward(delta: Array, h: Array, W: Array) -> tuple[Array, Array, Array]:
    over_examples = (0, 0)
    return np.tensordot(delta, h, over_examples), np.sum(delta, axis=0), np.dot(delta, W)


@dataclass(frozen=True)
class Network:
    """A network with layer sizes n₀, n₁, ..., n_L and a loss on its last pre-activation a⁽ᴸ⁾.

    Layer i computes ``a = h @ W.T + b`` and ``h = g(a)`` for a batch with one example a row.
    Parameters are a dict of arrays ``W1`` (n₁, n₀), ``b1`` (n₁,), ..., ``WL``, ``bL``.

    Parameters
    ----------
    sizes
        Inputs, hidden layers, outputs. Two numbers make a linear model.
    activation
        g of the hidden layers, a name in `ACTIVATIONS`, or one name for each hidden layer.
    output
        "softmax": y holds class numbers (m,), the loss is the cross-entropy.
        "logistic": one output, y holds 0 and 1 (m,), the loss is the cross-entropy.
    dense
        The forward and the backward pass of one layer; give ``(dense_forward, dense_backward)``
        of your own `course_lib.updates.adaptive` to see a network learn by them.

    Raises
    ------
    ValueError
        If sizes, activation or output do not make a network.

    References
    ----------
    Rumelhart, Hinton, Williams 1986, "Learning representations by back-propagating errors";
    Goodfellow, Bengio, Courville 2016, "Deep Learning", algorithms 6.3 and 6.4.
    """

    sizes: tuple[int, ...]
    activation: str | tuple[str, ...] = "relu"
    output: str = "softmax"
    dense: tuple[Callable, Callable] = (_forward, _backward)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sizes", tuple(self.sizes))
        hidden = len(self.sizes) - 2
        if hidden < 0 or min(self.sizes) < 1:
            raise ValueError(f"Network: sizes need an input and an output, not {self.sizes}")
        names = self._hidden_activations
        if len(names) != hidden or not set(names) <= set(ACTIVATIONS):
            raise ValueError(
                f"Network: {hidden} hidden layers need activations from "
                f"{', '.join(ACTIVATIONS)}, not {self.activation!r}"
            )
        if self.output not in ("softmax", "logistic"):
            raise ValueError(f"Network: output is softmax or logistic, not {self.output!r}")
        if self.output == "logistic" and self.sizes[-1] != 1:
            raise ValueError(f"Network: a logistic output has size 1, not {self.sizes[-1]}")

    @property
    def _hidden_activations(self) -> tuple[str, ...]:
        if isinstance(self.activation, str):
            return (self.activation,) * (len(self.sizes) - 2)
        return tuple(self.activation)

    def init_params(self, seed: int = 0, dtype: type = np.float64) -> dict[str, Array]:
        """Draw weights with variance 2/n for relu and 1/n else (n inputs); biases are zero.

        Source: He et al. 2015, arXiv 1502.01852, eq. 10; LeCun et al. 1998, "Efficient BackProp".
        """
        rng = np.random.default_rng(seed)
        gains = [2.0 if name == "relu" else 1.0 for name in (*self._hidden_activations, "")]
        params: dict[str, Array] = {}
        for i, (n_in, n_out) in enumerate(zip(self.sizes, self.sizes[1:], strict=False), start=1):
            scale = np.sqrt(gains[i - 1] / n_in)
            params[f"W{i}"] = rng.normal(scale=scale, size=(n_out, n_in)).astype(dtype)
            params[f"b{i}"] = np.zeros(n_out, dtype)
        return params

    def _pass_forward(self, params: dict[str, Array], x: Array) -> tuple[list[Array], Array]:
        """Inputs of each layer, and the last pre-activation."""
        forward, _ = self.dense
        h = [np.asarray(x, dtype=params["W1"].dtype)]
        for i, name in enumerate((*self._hidden_activations, "identity"), start=1):
            g, _ = ACTIVATIONS[name]
            a, h_next = forward(h[-1], params[f"W{i}"], params[f"b{i}"], g)
            h.append(h_next)
        return h[:-1], a

    def _loss_and_delta(self, a: Array, y: Array) -> tuple[float, Array]:
        """Mean loss of a batch, and its derivative by a (m, n_L)."""
        m = len(a)
        y = np.asarray(y)
        if self.output == "logistic":
            a1 = a[:, 0]
            delta = ((_sigmoid(a1) - y) / m).astype(a.dtype)
            return float(np.mean(np.logaddexp(0, a1) - y * a1)), delta[:, None]
        a = a - a.max(axis=1, keepdims=True)
        log_sum = np.log(np.exp(a).sum(axis=1))
        delta = np.exp(a - log_sum[:, None])
        delta[np.arange(m), y] -= 1
        return float(np.mean(log_sum - a[np.arange(m), y])), delta / m

    def loss(self, params: dict[str, Array], x: Array, y: Array) -> float:
        """Mean loss over the examples x (m, n₀) with targets y (m,)."""
        _, a = self._pass_forward(params, x)
        return self._loss_and_delta(a, y)[0]

    def loss_and_grads(
        self, params: dict[str, Array], x: Array, y: Array
    ) -> tuple[float, dict[str, Array]]:
        """Mean loss and its gradient by every parameter, from one pass forward and one back."""
        h, a = self._pass_forward(params, x)
        loss, delta = self._loss_and_delta(a, y)
        _, backward = self.dense
        grads = {}
        for i in range(len(h), 0, -1):
            grads[f"W{i}"], grads[f"b{i}"], dh = backward(delta, h[i - 1], params[f"W{i}"])
            if i > 1:
                _, derivative = ACTIVATIONS[self._hidden_activations[i - 2]]
                delta = dh * derivative(h[i - 1])
        return loss, {name: grads[name] for name in params}

    def predict(self, params: dict[str, Array], x: Array) -> Array:
        """Class numbers (m,)."""
        _, a = self._pass_forward(params, x)
        return (a[:, 0] > 0).astype(int) if self.output == "logistic" else a.argmax(axis=1)

    def accuracy(self, params: dict[str, Array], x: Array, y: Array) -> float:
        """Share of the examples whose class is predicted."""
        return float(np.mean(self.predict(params, x) == y))
