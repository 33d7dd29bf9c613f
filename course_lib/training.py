"""One loop, one History: an update rule on a loss surface, or on mini-batches of data."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from threadpoolctl import ThreadpoolController
from tqdm.auto import tqdm

from course_lib.network import Network
from course_lib.optimizer import Optimizer, Rate
from course_lib.problems import Data, Problem

Array = np.ndarray
PATIENCE = 2  # seconds that a run may take without a progress bar

# Products of small matrices: a second thread costs more than it brings (ten times the time on a
# busy machine), and the number of cores must not change the last digits.
one_thread = ThreadpoolController().wrap(limits=1, user_api="blas")


@dataclass
class History:
    """What a run left behind. Row t of each array belongs to the point before step t.

    Attributes
    ----------
    rule : str
        Name of the update rule.
    loss : array
        On a problem (steps + 1, ...); in training the mini-batch's, (steps,).
    lr : array or None
        Learning rate of each step, (steps,), or (steps, ...) where it is an array; None for a
        rule that has none.
    w, grad : array or None
        Points and the gradients that the steps saw, (steps + 1, ..., d); None in training.
    state : dict of arrays
        On a problem, each state of the rule: row t is what step t started from.
    params : dict of arrays
        In training, the parameters at the end.
    test_steps, test_loss, test_accuracy : arrays
        In training, how the parameters before those steps did on the test data.
    note : str
        Empty, or one sentence that says where and why the run did not go to its end.
    """

    rule: str
    loss: Array
    lr: Array | None
    w: Array | None = None
    grad: Array | None = None
    state: dict[str, Array] = field(default_factory=dict)
    params: dict[str, Array] = field(default_factory=dict)
    test_steps: Array | None = None
    test_loss: Array | None = None
    test_accuracy: Array | None = None
    note: str = ""


@one_thread
def descend(
    problem: Problem,
    rule: Callable,
    w0: Array,
    *,
    steps: int,
    lr: Rate | Callable | None = None,
    **hyper: Any,
) -> History:
    """Walk down a loss surface, from one point or from any batch of points at once.

    Parameters
    ----------
    problem
        The surface.
    rule
        An update rule.
    w0
        Points (..., d). They are broadcast against array hyperparameters, so that
        ``w0`` (2,) with ``lr`` (1000, 1) makes a thousand runs in one.
    steps
        How many steps to take.
    lr, **hyper
        As for `Optimizer`.

    Returns
    -------
    History
        A path that diverges goes on as inf and NaN while others go on; `note` counts them. When
        none is left, the rest of the rows is NaN.
    """
    shapes = [np.shape(value) for value in (lr, *hyper.values()) if not callable(value)]
    w = np.asarray(w0) * 1.0
    w = np.array(np.broadcast_to(w, np.broadcast_shapes(w.shape, *shapes)))
    optimizer = Optimizer(rule, lr=lr, **hyper)
    rows = (steps + 1, *w.shape)
    ws, grads = np.full(rows, np.nan, w.dtype), np.full(rows, np.nan, w.dtype)
    losses = np.full(rows[:-1], np.nan, w.dtype)
    states = {  # a number is recorded for each parameter
        name: np.full((steps + 1, *(np.shape(start) or w.shape)), np.nan, w.dtype)
        for name, start in optimizer.states_of("w", w).items()
    }
    lrs = []
    step_grad: Callable = problem.step_grad or (lambda w, t: problem.grad(w))
    with np.errstate(all="ignore"), _Progress(steps) as bar:
        for t in range(steps + 1):
            ws[t], losses[t], grads[t] = w, problem.loss(w), step_grad(w, t)
            for name, state in optimizer.states_of("w", w).items():
                states[name][t] = state
            if t == steps or not np.isfinite(losses[t]).any():
                break
            lrs.append(lr(t) if callable(lr) else lr)
            grad: Any = partial(step_grad, t=t) if optimizer.looks_ahead else grads[t].copy()
            w = optimizer.step({"w": w}, {"w": grad})["w"]
            bar.update()
    return History(
        rule=optimizer.name,
        loss=losses,
        lr=None if lr is None else np.array(lrs),
        w=ws,
        grad=grads,
        state=states,
        note=_divergence_note(optimizer, losses),
    )


def _divergence_note(optimizer: Optimizer, losses: Array) -> str:
    finite = np.isfinite(losses).reshape(len(losses), -1)
    diverged = np.count_nonzero(~finite.all(axis=0))
    if not diverged:
        return ""
    first = np.argmin(finite.all(axis=1))
    who = f"on {diverged} of {finite.shape[1]} paths, first " if losses.ndim > 1 else ""
    return f"{optimizer.name} diverged {who}at step {first}: try a smaller learning rate"


@one_thread
def train(
    network: Network,
    data: Data,
    optimizer: Optimizer,
    *,
    steps: int,
    batch_size: int = 32,
    seed: int = 0,
    params: dict[str, Array] | None = None,
    quiet: bool = False,
) -> History:
    """Train a network on mini-batches, and test it before every epoch and at the end.

    An epoch is one pass over the training examples in an order drawn by `seed` and its number.
    The batch of a step follows from `seed` and ``optimizer.t`` alone: given the optimizer and
    the parameters of an earlier run, training goes on as if it had never stopped, bit for bit.

    Parameters
    ----------
    network, data
        What to train, and on what.
    optimizer
        A rule with its hyperparameters, fresh or from an earlier run.
    steps
        How many mini-batches to take.
    batch_size
        Examples a mini-batch; the last of an epoch may have fewer.
    seed
        Draws the initial parameters and the order of the examples.
    params
        Where to start instead of ``network.init_params(seed)``.
    quiet
        No progress bar and no message.

    Returns
    -------
    History
        When the loss or a parameter is no longer finite, or the loss is a million times what it
        was, the run stops there and `note` says so; unless `quiet`, it is printed too.
    """
    start = network.init_params(seed) if params is None else params
    now = {name: value.copy() for name, value in start.items()}
    n = len(data.x_train)
    epoch_steps = -(-n // batch_size)
    losses, lrs, tests, note = [], [], [], ""

    def test(t):
        loss = network.loss(now, data.x_test, data.y_test)
        tests.append((t, loss, network.accuracy(now, data.x_test, data.y_test)))

    first = optimizer.t
    with np.errstate(all="ignore"), _Progress(steps, quiet=quiet) as bar:
        for t in range(first, first + steps):
            epoch, i = divmod(t, epoch_steps)
            if i == 0 or t == first:
                order = np.random.default_rng([seed, epoch]).permutation(n)
                test(t)
            rows = order[i * batch_size : (i + 1) * batch_size]
            loss, grads = network.loss_and_grads(now, data.x_train[rows], data.y_train[rows])
            losses.append(loss)
            lrs.append(optimizer.lr(t) if callable(optimizer.lr) else optimizer.lr)
            if not loss <= 1e6 * (1 + losses[0]):
                note = (
                    f"{optimizer.name} diverged: the loss was {losses[0]:.3g} at first and "
                    f"{loss:.3g} before step {t}; try a smaller learning rate"
                )
                break
            now = optimizer.step(now, grads, out=now)
            bar.update()
        test(optimizer.t)
    if note and not quiet:
        print(note)
    test_steps, test_loss, test_accuracy = np.array(tests).T
    return History(
        rule=optimizer.name,
        loss=np.array(losses),
        lr=None if optimizer.lr is None else np.array(lrs),
        params=now,
        test_steps=test_steps.astype(int),
        test_loss=test_loss,
        test_accuracy=test_accuracy,
        note=note,
    )


def range_test(
    network: Network,
    data: Data,
    rule: Callable,
    *,
    lr_min: float,
    lr_max: float,
    steps: int = 200,
    batch_size: int = 32,
    seed: int = 0,
    **hyper: Any,
) -> History:
    """Train while the learning rate grows geometrically, until the end or until it diverges.

    Plot ``history.loss`` against ``history.lr``: try rates around the place where the loss is
    smallest. Divergence is the expected end, so nothing is said. Smith raises the rate linearly
    and plots the accuracy.

    Source: Smith 2017, "Cyclical learning rates for training neural networks", WACV, §3.3.
    """
    growth = (lr_max / lr_min) ** (1 / (steps - 1))
    optimizer = Optimizer(rule, lr=lambda t: lr_min * growth**t, **hyper)
    return train(
        network, data, optimizer, steps=steps, batch_size=batch_size, seed=seed, quiet=True
    )


class _Progress:
    """A bar that appears only when a run is long and a person is there to see it.

    In a notebook tqdm's own delay does not do: its widgets are sent to the browser at once.
    """

    def __init__(self, steps: int, *, quiet: bool = False):
        self.steps, self.done, self.bar = steps, 0, None
        self.watched = not quiet and _someone_watches()
        self.begun = time.monotonic()

    def __enter__(self):
        return self

    def update(self):
        self.done += 1
        if self.bar is not None:
            self.bar.update()
        elif self.watched and time.monotonic() - self.begun > PATIENCE:
            self.bar = tqdm(total=self.steps, initial=self.done, leave=False, unit="step")

    def __exit__(self, *_):
        if self.bar is not None:
            self.bar.close()


def _someone_watches() -> bool:
    """Whether a person sees a progress bar: a terminal, or a notebook front end with a prompt.

    A notebook that is run from a command (nbclient, nbval, Voilà) tells its kernel that nobody
    can answer `input`; there a bar would only end up in the stored output.
    """
    ipython = sys.modules.get("IPython")
    kernel = getattr(ipython and ipython.get_ipython(), "kernel", None)
    return sys.stderr.isatty() or getattr(kernel, "_allow_stdin", False)
