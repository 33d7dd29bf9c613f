"""Loss surfaces to walk on, and data with sparse and dense features to learn from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import numpy as np

Array = np.ndarray


@dataclass(frozen=True)
class Problem:
    """A loss with its gradient, and what a picture of it needs.

    Every function takes points of shape (..., d), so that one call serves a whole batch of them.

    Parameters
    ----------
    name
        What a figure's title calls it.
    loss
        Points (..., d) to losses (...).
    grad
        Points (..., d) to gradients (..., d).
    minimum
        A point (d,) where the loss is smallest; None where it is not known in closed form.
    window
        (left, right, bottom, top): the part of the plane worth drawing; None unless d is 2.
    start
        A point (d,) from which the way to the minimum is instructive.
    step_grad
        ``step_grad(w, t)`` is the gradient that step t (from 0) sees when it differs from `grad`:
        that of a mini-batch, or one with noise.
    """

    name: str
    loss: Callable[[Array], Array]
    grad: Callable[[Array], Array]
    minimum: Array | None
    window: tuple[float, float, float, float] | None
    start: Array
    step_grad: Callable[[Array, int], Array] | None = None


def quadratic(condition_number: float, angle: float = 0.0) -> Problem:
    """A ravine ½ wᵀAw with curvature 1 along it and `condition_number` across it.

    Parameters
    ----------
    condition_number
        Ratio of the two curvatures, at least 1.
    angle
        By how much the ravine is turned from the x axis, in radians. At 0 the loss is separable
        (A is diagonal); at π/4 it defeats every rule that scales each coordinate by itself.

    Raises
    ------
    ValueError
        If `condition_number` is less than 1.
    """
    if not condition_number >= 1:
        raise ValueError(f"quadratic: condition_number is at least 1, not {condition_number}")
    c, s = np.cos(angle), np.sin(angle)
    turn = np.array([[c, -s], [s, c]])
    A = turn @ np.diag([1.0, condition_number]) @ turn.T

    # Written out: a matrix product may round a batch otherwise than a single point.
    def grad(w):
        return w[..., :1] * A[0] + w[..., 1:] * A[1]

    return Problem(
        name=f"quadratic, condition number {condition_number:g}",
        loss=lambda w: 0.5 * np.sum(w * grad(w), axis=-1),
        grad=grad,
        minimum=np.zeros(2),
        window=(-5.0, 5.0, -3.5, 3.5),
        start=turn @ np.array([-4.0, 1.0]),
    )


def rosenbrock() -> Problem:
    """Rosenbrock's curved valley (1 − x)² + 100 (y − x²)², with its minimum at (1, 1).

    Source: Rosenbrock 1960, "An automatic method for finding the greatest or least value of a
    function", The Computer Journal 3(3), example 1.
    """

    # np.square, since ** rounds a single number otherwise than the same number in an array.
    def loss(w):
        x, y = w[..., 0], w[..., 1]
        return np.square(1 - x) + 100 * np.square(y - np.square(x))

    def grad(w):
        x, y = w[..., 0], w[..., 1]
        across = y - np.square(x)
        return np.stack([-2 * (1 - x) - 400 * x * across, 200 * across], axis=-1)

    return Problem(
        name="Rosenbrock",
        loss=loss,
        grad=grad,
        minimum=np.array([1.0, 1.0]),
        window=(-2.0, 2.0, -1.0, 3.0),
        start=np.array([-1.2, 1.0]),
    )


def beale() -> Problem:
    """Beale's function: steep walls round a flat floor, with its minimum at (3, ½).

    The sum of (cᵢ − x (1 − yⁱ))² for c = 1.5, 2.25, 2.625. Source: Beale 1958; function 5 of Moré,
    Garbow and Hillstrom 1981, "Testing unconstrained optimization software", ACM TOMS 7(1).
    """
    powers = np.array([1, 2, 3])
    c = np.array([1.5, 2.25, 2.625])

    def residuals(w):
        x, y = w[..., 0, None], w[..., 1, None]
        return c - x * (1 - y**powers)

    def grad(w):
        x, y = w[..., 0, None], w[..., 1, None]
        r = residuals(w)
        dx = 2 * np.sum(r * (y**powers - 1), axis=-1)
        dy = 2 * np.sum(r * x * powers * y ** (powers - 1), axis=-1)
        return np.stack([dx, dy], axis=-1)

    return Problem(
        name="Beale",
        loss=lambda w: np.sum(residuals(w) ** 2, axis=-1),
        grad=grad,
        minimum=np.array([3.0, 0.5]),
        window=(-4.5, 4.5, -4.5, 4.5),
        start=np.array([1.0, 1.5]),
    )


def saddle() -> Problem:
    """A saddle x²/2 + y⁴/4 − y²/2 at the origin, between the minima (0, 1) and (0, −1).

    On the x axis the gradient points straight into the saddle; the start stands a hair beside it.
    """

    def loss(w):
        x, y = w[..., 0], w[..., 1]
        return np.square(x) / 2 + np.square(y) * (np.square(y) / 4 - 0.5)

    return Problem(
        name="saddle",
        loss=loss,
        grad=lambda w: np.stack([w[..., 0], (np.square(w[..., 1]) - 1) * w[..., 1]], axis=-1),
        minimum=np.array([0.0, 1.0]),
        window=(-2.0, 2.0, -1.75, 1.75),
        start=np.array([-1.75, 0.001]),
    )


def noisy_plateau(roughness: float = 0.3, seed: int = 0) -> Problem:
    """A basin in a plateau that is rough everywhere: s(w) (1 + roughness · n(w)).

    s = r²/(1 + r²) is flat far from the origin, and n, the mean of 8 plane waves of random
    direction, lies within ±1. So the minimum, 0 at the origin, is known however rough it is.

    Parameters
    ----------
    roughness
        From 0 (smooth) to less than 1.
    seed
        Draws the waves.

    Raises
    ------
    ValueError
        If `roughness` is not in [0, 1).
    """
    if not 0 <= roughness < 1:
        raise ValueError(f"noisy_plateau: roughness lies in [0, 1), not {roughness}")
    rng = np.random.default_rng(seed)
    direction = rng.uniform(0, 2 * np.pi, 8)
    waves = rng.uniform(3, 9, 8) * np.stack([np.cos(direction), np.sin(direction)])  # (2, 8)
    phase = rng.uniform(0, 2 * np.pi, 8)

    def parts(w):
        r2 = np.sum(w**2, axis=-1)
        return r2, r2 / (1 + r2), w @ waves + phase

    def loss(w):
        _, basin, wave = parts(w)
        return basin * (1 + roughness * np.cos(wave).mean(axis=-1))

    def grad(w):
        r2, basin, wave = parts(w)
        rough = 1 + roughness * np.cos(wave).mean(axis=-1)
        slope = -roughness * np.sin(wave) @ waves.T / 8
        return 2 * w * (rough / (1 + r2) ** 2)[..., None] + basin[..., None] * slope

    return Problem(
        name="noisy plateau",
        loss=loss,
        grad=grad,
        minimum=np.zeros(2),
        window=(-5.0, 5.0, -5.0, 5.0),
        start=np.array([-3.5, 2.5]),
    )


def with_noise(problem: Problem, scale: float, seed: int = 0) -> Problem:
    """The same problem, but each step sees its gradient with normal noise of deviation `scale`.

    The noise of step t depends on `seed` and t alone: every rule is dealt the same cards.
    """

    def step_grad(w, t):
        noise = np.random.default_rng([seed, t]).normal(scale=scale, size=w.shape)
        return problem.grad(w) + noise.astype(w.dtype)

    return replace(problem, step_grad=step_grad)


@dataclass(frozen=True)
class Data:
    """Examples to learn from and to be tested on: `x` (examples, features), `y` (examples,)."""

    name: str
    x_train: Array
    y_train: Array
    x_test: Array
    y_test: Array
    features: Sequence[str]
    classes: Sequence[str]


def sparse_features(sparsity: Sequence[float], *, examples: int = 512, seed: int = 0) -> Data:
    """Two classes told apart by features of which each is zero as often as you choose.

    Values that are not zero are standard normal, and every feature has the same say: its true
    weight in the log odds is +2 or −2. With the same seed a sparser feature keeps a part of the
    values of a denser one, so that a slider over `sparsity` moves smoothly.

    Parameters
    ----------
    sparsity
        For each feature the chance that its value is zero: 0 is dense, .99 is rare.
    examples
        How many to draw for training, and again as many for the test.
    seed
        Draws everything.

    Raises
    ------
    ValueError
        If a chance is not in [0, 1].
    """
    chances = np.asarray(sparsity, dtype=float)
    if chances.ndim != 1 or not np.all((chances >= 0) & (chances <= 1)):
        raise ValueError("sparse_features: sparsity is a list with one chance in [0, 1] a feature")
    rng = np.random.default_rng(seed)
    shape = (2 * examples, len(chances))
    values, present, label = rng.normal(size=shape), rng.random(shape), rng.random(2 * examples)
    x = np.where(present >= chances, values, 0.0)
    true_w = np.where(np.arange(len(sparsity)) % 2 == 0, 2.0, -2.0)
    y = (label < 1 / (1 + np.exp(-x @ true_w))).astype(np.int64)
    return Data(
        name="sparse and dense features",
        x_train=x[:examples],
        y_train=y[:examples],
        x_test=x[examples:],
        y_test=y[examples:],
        features=[f"x{j + 1}, {s:.0%} zero" for j, s in enumerate(sparsity)],
        classes=["0", "1"],
    )


def logistic_loss(w: Array, x: Array, y: Array) -> Array:
    """Mean over examples x (m, d), y (m,) in {0, 1}, of log(1 + e^a) − y a with a = x·w.

    Weights are (..., d), the losses (...).
    """
    a = w @ x.T
    return np.mean(np.logaddexp(0, a) - y * a, axis=-1)


def logistic(data: Data, *, batch_size: int | None = None, seed: int = 0) -> Problem:
    """Logistic regression without bias on two classes, as a problem in the weights (..., d).

    The loss is `logistic_loss` over the training examples.

    Parameters
    ----------
    data
        Two classes, `y` in {0, 1}.
    batch_size
        With a number, step t sees the gradient of that many examples only, drawn by `seed` and t.
    """
    x_all, y_all = data.x_train, data.y_train

    def mean_grad(w, x, y):
        a = w @ x.T
        return ((0.5 * (1 + np.tanh(a / 2)) - y) @ x) / len(x)

    def step_grad(w, t):
        rows = np.random.default_rng([seed, t]).integers(len(x_all), size=batch_size)
        return mean_grad(w, x_all[rows], y_all[rows])

    return Problem(
        name=f"logistic regression, {data.name}",
        loss=lambda w: logistic_loss(w, x_all, y_all),
        grad=lambda w: mean_grad(w, x_all, y_all),
        minimum=None,
        window=None,
        start=np.zeros(x_all.shape[1]),
        step_grad=None if batch_size is None else step_grad,
    )


def load_definitions() -> Data:
    """Dictionary definitions of 3600 nouns, to be told apart by topic: naturally sparse features.

    Feature j of a definition is True where word j occurs in it. The features are the words that
    occur at least three times in the 2700 training definitions; a definition has about ten of
    these 1662, and most words are rare. The six topics are equally frequent.

    Source: WordNet 3.0, Princeton University; see ``course_lib/data/README.md``.
    """
    path = Path(__file__).parent / "data" / "definitions.tsv"
    rows = [line.split("\t") for line in path.read_text(encoding="ascii").splitlines()]
    topics, _, definitions = zip(*rows, strict=True)
    letters_only = {i: " " for i in range(128) if not chr(i).isalpha()}
    words = [text.lower().translate(letters_only).split() for text in definitions]
    split = len(words) * 3 // 4
    count = Counter(chain.from_iterable(words[:split]))
    features = sorted(word for word in count if count[word] >= 3)
    column = {word: j for j, word in enumerate(features)}
    row = np.repeat(np.arange(len(words)), [len(of_row) for of_row in words])
    col = np.array([column.get(word, -1) for word in chain.from_iterable(words)])
    x = np.zeros((len(words), len(features)), dtype=bool)
    x[row[col >= 0], col[col >= 0]] = True
    classes, y = np.unique(topics, return_inverse=True)
    return Data(
        name="definitions",
        x_train=x[:split],
        y_train=y[:split],
        x_test=x[split:],
        y_test=y[split:],
        features=features,
        classes=classes.tolist(),
    )


def some_of(data: Data, classes: Sequence[str], features: int) -> Data:
    """Part of a data set: some classes, numbered in this order, and the most frequent features.

    Parameters
    ----------
    data
        All of it.
    classes
        Names of those to keep.
    features
        How many of those to keep that are not zero in most of the training examples kept.

    Raises
    ------
    ValueError
        For a class that is not there.
    """
    if missing := set(classes) - set(data.classes):
        raise ValueError(f"some_of: no class {', '.join(sorted(missing))} in {data.name}")
    number = np.full(len(data.classes), -1)
    number[[list(data.classes).index(name) for name in classes]] = range(len(classes))
    train, test = number[data.y_train] >= 0, number[data.y_test] >= 0
    frequent = np.argsort(-np.count_nonzero(data.x_train[train], axis=0), kind="stable")[:features]
    return replace(
        data,
        name=f"{data.name}, {' or '.join(classes)}",
        x_train=data.x_train[train][:, frequent].astype(float),
        y_train=number[data.y_train[train]],
        x_test=data.x_test[test][:, frequent].astype(float),
        y_test=number[data.y_test[test]],
        features=[data.features[j] for j in frequent],
        classes=list(classes),
    )
