"""The rules and schedules give what PyTorch, optax and Keras give.

Stored runs (golden.json, with versions) are always compared; the tests marked `frameworks` make
new runs with whatever of PyTorch and optax is installed: `make test-frameworks`.

One step at a time: from the framework's iterates, so that no error is handed on. Freely: our
own 50 steps from the same start, where the run is not chaotic.
"""

import json
from operator import attrgetter
from pathlib import Path

import numpy as np
import pytest

from solutions.registry import Function
from solutions.updates import (
    adadelta,
    adagrad,
    adam,
    adamax,
    adamw,
    adaptive,
    clipping,
    dialects,
    lion,
    nadam,
    rmsprop,
    schedules,
)

GOLDEN = json.loads(Path(__file__).with_name("golden.json").read_text())

# Which form a framework's class takes, and why where it is not the course's own.
FORMS = {
    ("sgd", "torch"): adaptive.sgd_update,
    ("sgd", "optax"): adaptive.sgd_update,
    ("momentum", "torch"): adaptive.sgd_momentum_update,  # lr inside u, as for nesterov
    ("momentum", "optax"): adaptive.sgd_momentum_update,
    ("momentum_lr_decay", "torch"): dialects.torch_momentum_update,  # lr is then a schedule
    ("momentum_lr_decay", "optax"): dialects.torch_momentum_update,
    ("nesterov", "torch"): nadam.nesterov_update,  # lr inside u: the same iterates, u / lr theirs
    ("nesterov", "optax"): nadam.nesterov_update,
    ("adagrad", "torch"): dialects.torch_adagrad_update,  # eps outside
    ("adagrad_lr_decay", "torch"): dialects.torch_adagrad_update,  # lr is then a schedule
    ("adagrad", "optax"): adagrad.adagrad_update,
    ("adagrad", "keras"): adagrad.adagrad_update,
    ("rmsprop", "torch"): dialects.torch_rmsprop_update,  # eps outside
    ("rmsprop_eps_out", "optax"): dialects.torch_rmsprop_update,  # eps_in_sqrt=False
    ("rmsprop", "optax"): rmsprop.rmsprop_update,
    ("rmsprop", "keras"): rmsprop.rmsprop_update,
    ("adadelta", "torch"): adadelta.adadelta_update,  # where lr = 1
    ("adadelta", "optax"): adadelta.adadelta_update,
    ("adadelta", "keras"): adadelta.adadelta_update,
    ("adadelta_scaled", "torch"): dialects.scaled_adadelta_update,
    ("adadelta_scaled", "optax"): dialects.scaled_adadelta_update,
    ("adam", "torch"): adam.adam_update,
    ("adam", "optax"): adam.adam_update,
    ("adam", "keras"): dialects.keras_adam_update,  # eps beside the uncorrected root
    ("adam_eps_root", "optax"): dialects.optax_adam_eps_root_update,  # two eps
    ("adamax", "torch"): adamax.adamax_update,
    ("adamax", "optax"): adamax.adamax_update,
    ("adamax", "keras"): dialects.keras_adamax_update,  # u + eps
    ("nadam", "optax"): nadam.nadam_update,
    ("nadam", "torch"): nadam.nadam_scheduled_update,  # momentum_decay .004 unless given
    ("nadam_decay1", "torch"): nadam.nadam_scheduled_update,
    ("nadam", "keras"): nadam.nadam_scheduled_update,  # momentum_decay 1
    ("adamw", "torch"): adamw.adamw_update,
    ("adamw", "optax"): adamw.adamw_update,
    ("amsgrad", "torch"): adamw.amsgrad_update,
    ("amsgrad", "optax"): dialects.optax_amsgrad_update,  # the maximum of corrected averages
    ("lion", "optax"): lion.lion_update,
    ("muon", "torch"): dialects.torch_muon_update,  # m is an average; bfloat16
    ("muon", "optax"): dialects.optax_muon_update,  # m is corrected; outputs are columns
}

BFLOAT16 = {("muon", "torch")}  # which has 8 bits
BFLOAT16_ERROR = 0.2  # learning rates; a step of Muon is about 1 long in each direction

NAMES = {
    "learning_rate": "lr",
    "alpha": "beta",
    "decay": "beta",
    "rho": "beta",
    "momentum": "beta",
    "epsilon": "eps",
    "b1": "beta1",
    "b2": "beta2",
    "beta_1": "beta1",
    "beta_2": "beta2",
}
NADAM_DEFAULTS = {
    "torch": {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "momentum_decay": 0.004},
    "keras": {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "momentum_decay": 1.0},
}


def quadratic(A):
    return lambda w, t: A @ w


def rosenbrock(w, t):
    x, y = w
    return np.array([-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)])


def sparse_logreg(w, t):
    X, y = (np.array(GOLDEN["problems"]["sparse_logreg"][name]) for name in "Xy")
    i = (np.arange(8) + 8 * t) % 120
    return X[i].T @ (1 / (1 + np.exp(-(X[i] @ w))) - y[i]) / 8


GRADIENTS = {
    "quadratic": quadratic(np.array(GOLDEN["problems"]["quadratic"]["A"])),
    "rosenbrock": rosenbrock,
    "sparse_logreg": sparse_logreg,
}


def reshaped(gradient, w, t):
    """Give the gradient of a vector at a matrix that is read row by row."""
    return gradient(w.ravel(), t).reshape(w.shape)


def course_form(rule, library, kwargs):
    """The course's function, its hyperparameters at step t, and the value that v starts at."""
    update = FORMS[rule, library]
    hyper = dict(NADAM_DEFAULTS[library]) if update is nadam.nadam_scheduled_update else {}
    for name, value in kwargs.items():
        if name == "betas":
            hyper["beta1"], hyper["beta2"] = value
        else:
            hyper[NAMES.get(name, name)] = value
    said = ["nesterov", "eps_in_sqrt", "amsgrad"]  # by the choice of the function
    if rule == "muon":
        assert hyper.get("weight_decay", 0.0) == 0.0
        assert hyper.get("eps", 1e-7) == 1e-7
        said += ["weight_decay", "eps"]
    for name in said:
        hyper.pop(name, None)
    v0 = hyper.pop("initial_accumulator_value", 0.0)
    lr, lr_decay = hyper.pop("lr"), hyper.pop("lr_decay", 0.0)
    if update is adadelta.adadelta_update:
        assert lr == 1.0
        return update, lambda t: hyper, v0
    return update, lambda t: hyper | {"lr": lr / (1 + (t - 1) * lr_decay)}, v0


def compare(run, gradient, *, freely):
    update, hyper, v0 = course_form(run["rule"], run["library"], run["kwargs"])
    wanted = np.array(run["w"], dtype=float)
    w = wanted[0]
    rule = Function(update)
    state = rule.start(w)
    if "v" in state:
        state["v"] += v0
    for t in range(1, len(wanted)):
        w = w if freely else wanted[t - 1]
        counter = {"t": t} if "t" in rule.arguments else {}
        grad = reshaped(gradient, w, t - 1)
        result = update(w, grad, **state, **counter, **hyper(t))
        w, *new = result if isinstance(result, tuple) else (result,)
        state = dict(zip(state, new, strict=True))
        close = {"rtol": 1e-12, "atol": 1e-15}
        if (run["rule"], run["library"]) in BFLOAT16:
            close = {"rtol": 0, "atol": BFLOAT16_ERROR * hyper(t)["lr"]}
        np.testing.assert_allclose(w, wanted[t], **close, err_msg=f"step {t}")


def name_of(run):
    return "-".join((run["rule"], run["library"], run["problem"]))


@pytest.mark.parametrize("run", GOLDEN["runs"], ids=name_of)
def test_stored_run_is_reproduced_one_step_at_a_time(run):
    compare(run, GRADIENTS[run["problem"]], freely=False)


@pytest.mark.parametrize("run", [r for r in GOLDEN["runs"] if not r["chaotic"]], ids=name_of)
def test_stored_run_is_reproduced_over_all_its_steps(run):
    compare(run, GRADIENTS[run["problem"]], freely=True)


@pytest.mark.parametrize("rule", ["momentum", "momentum_lr_decay"])
def test_the_course_s_momentum_is_torch_s_for_a_constant_rate_and_not_under_a_schedule(rule):
    run = next(r for r in GOLDEN["runs"] if (r["rule"], r["problem"]) == (rule, "quadratic"))
    (w, u), off = (np.array(run["w"][0]), np.zeros(2)), []
    for t, theirs in enumerate(run["w"][1:]):
        lr = run["kwargs"]["lr"] / (1 + t * run["kwargs"].get("lr_decay", 0))
        grad = GRADIENTS["quadratic"](w, t)
        w, u = adaptive.sgd_momentum_update(w, grad, u, lr=lr, beta=0.9)
        off.append(np.abs(w - theirs).max())
    assert off[0] < 1e-15
    assert (max(off) > 0.1) == (rule == "momentum_lr_decay")


STORED_SCHEDULES = {
    ("step", "torch"): lambda t, step_size, gamma: schedules.step_decay(
        t, lr0=0.1, gamma=gamma, tau=step_size
    ),
    ("exp", "torch"): lambda t, gamma: schedules.exponential_decay(
        t,
        lr0=0.1,
        decay_rate=-np.log(gamma),  # gamma = e^(-λ)
    ),
    ("inverse_time", "keras"): lambda t, initial_learning_rate, decay_steps, decay_rate: (
        schedules.inverse_time_decay(t, lr0=initial_learning_rate, decay_rate=decay_rate)
    ),
    # Each library's own linear, constant and linear schedules, one after the other.
    ("warmup_stable_decay", "optax"): schedules.warmup_stable_decay,
    ("warmup_stable_decay", "torch"): schedules.warmup_stable_decay,
    ("triangular", "torch"): lambda t, base_lr, max_lr, step_size_up: schedules.triangular(
        t, lr_min=base_lr, lr_max=max_lr, half_period=step_size_up
    ),
    ("cosine", "optax"): lambda t, init_value, decay_steps, alpha: dialects.optax_cosine_annealing(
        t, lr_min=alpha * init_value, lr_max=init_value, t_max=decay_steps
    ),
    ("restarts_mult2", "torch"): lambda t, T_0, T_mult, eta_min: schedules.cosine_restarts(
        t, lr_min=eta_min, lr_max=0.1, t_0=T_0, t_mult=T_mult
    ),
}


@pytest.mark.parametrize(
    "row", GOLDEN["schedules"], ids=lambda row: f"{row['schedule']}-{row['library']}"
)
def test_stored_schedule_is_reproduced(row):
    lr = STORED_SCHEDULES[row["schedule"], row["library"]](np.arange(100), **row["kwargs"])
    np.testing.assert_allclose(lr, row["lr"], rtol=1e-12, atol=1e-16)


@pytest.mark.parametrize("row", GOLDEN["clipping"], ids=lambda row: row["library"])
def test_stored_clipping_is_reproduced(row):
    form = {
        "optax": clipping.clip_by_global_norm,
        "torch": dialects.torch_clip_by_global_norm,  # norm + 1e-6
    }[row["library"]]
    grads, norm = form([np.array(g) for g in row["grads"]], max_norm=row["max_norm"])
    assert norm == pytest.approx(row["norm"], rel=1e-12)
    for g, theirs in zip(grads, row["clipped"], strict=True):
        np.testing.assert_allclose(g, theirs, rtol=1e-12)


def test_cosine_annealing_is_the_stored_cosine_up_to_t_max():
    row = next(row for row in GOLDEN["schedules"] if row["schedule"] == "cosine")
    t = np.arange(41)
    lr = schedules.cosine_annealing(t, lr_min=0.01, lr_max=0.1, t_max=40)
    np.testing.assert_allclose(lr, row["lr"][:41], rtol=1e-12)


# From here on: live runs, on other problems and with other hyperparameters than the stored ones.

# The framework's class or function, its arguments that are drawn, and those that are fixed.
LIVE = {
    ("sgd", "torch"): ("SGD", "lr", {}),
    ("sgd", "optax"): ("sgd", "learning_rate", {}),
    ("momentum", "torch"): ("SGD", "lr momentum", {}),
    ("momentum", "optax"): ("sgd", "learning_rate momentum", {}),
    ("nesterov", "torch"): ("SGD", "lr momentum", {"nesterov": True}),
    ("nesterov", "optax"): ("sgd", "learning_rate momentum", {"nesterov": True}),
    ("adagrad", "torch"): ("Adagrad", "lr eps initial_accumulator_value", {}),
    ("adagrad_lr_decay", "torch"): ("Adagrad", "lr lr_decay eps", {}),
    ("adagrad", "optax"): ("adagrad", "learning_rate eps initial_accumulator_value", {}),
    ("rmsprop", "torch"): ("RMSprop", "lr alpha eps", {}),
    ("rmsprop", "optax"): ("rmsprop", "learning_rate decay eps", {}),
    ("rmsprop_eps_out", "optax"): (
        "rmsprop",
        "learning_rate decay eps",
        {"eps_in_sqrt": False},
    ),
    ("adadelta_scaled", "torch"): ("Adadelta", "lr rho eps", {}),
    ("adadelta_scaled", "optax"): ("adadelta", "learning_rate rho eps", {}),
    ("adam", "torch"): ("Adam", "lr betas eps", {}),
    ("adam", "optax"): ("adam", "learning_rate b1 b2 eps", {}),
    ("adam_eps_root", "optax"): ("adam", "learning_rate b1 b2 eps eps_root", {}),
    ("adamax", "torch"): ("Adamax", "lr betas eps", {}),
    ("adamax", "optax"): ("adamax", "learning_rate b1 b2 eps", {}),
    ("nadam", "torch"): ("NAdam", "lr betas eps momentum_decay", {}),
    ("nadam", "optax"): ("nadam", "learning_rate b1 b2 eps", {}),
    ("adamw", "torch"): ("AdamW", "lr betas eps weight_decay", {}),
    ("adamw", "optax"): ("adamw", "learning_rate b1 b2 eps weight_decay", {}),
    ("amsgrad", "torch"): ("Adam", "lr betas eps", {"amsgrad": True}),
    ("amsgrad", "optax"): ("amsgrad", "learning_rate b1 b2 eps", {}),
    ("lion", "optax"): ("lion", "learning_rate b1 b2 weight_decay", {}),
    ("muon", "torch"): ("Muon", "lr momentum", {"weight_decay": 0.0}),
    ("muon", "optax"): ("contrib.muon", "learning_rate beta", {"eps": 1e-7}),
}


def beale(w, t):
    x, y = w
    errors = [c - x + x * y**n for n, c in ((1, 1.5), (2, 2.25), (3, 2.625))]
    return np.array(
        [
            sum(2 * e * (y**n - 1) for n, e in enumerate(errors, 1)),
            sum(2 * e * n * x * y ** (n - 1) for n, e in enumerate(errors, 1)),
        ]
    )


MATRICES = {"beale": (2, 1), "quadratic5": (1, 5), "sparse_logreg": (4, 3)}  # for Muon
STEEP = np.random.default_rng(5).normal(size=(5, 5))
LIVE_PROBLEMS = {
    "beale": (beale, np.array([0.5, 0.5])),
    "quadratic5": (quadratic(STEEP @ STEEP.T), np.array([1.0, -2.0, 0.5, 0.0, 3.0])),
    "sparse_logreg": (sparse_logreg, np.zeros(12)),
}


def draw(names, rng):
    lr, (beta, beta1, beta2) = 10 ** rng.uniform(-4, -2), rng.uniform(0.3, 0.999, size=3)
    values = dict.fromkeys(["lr", "learning_rate"], lr)
    values |= dict.fromkeys(["beta", "momentum", "alpha", "decay", "rho"], beta)
    values |= {"betas": [beta1, beta2], "b1": beta1, "b2": beta2}
    values |= {"eps": 10 ** rng.uniform(-8, -1), "eps_root": 10 ** rng.uniform(-8, -1)}
    values |= {"initial_accumulator_value": rng.uniform(0, 1)}
    values |= {"lr_decay": rng.uniform(0, 0.1), "momentum_decay": rng.uniform(0.001, 1)}
    values |= {"weight_decay": rng.uniform(0, 1)}
    return {name: values[name] for name in names.split()}


@pytest.fixture
def torch():
    torch = pytest.importorskip(
        "torch", reason="PyTorch is not installed: python -m pip install torch"
    )
    default = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)  # in which NAdam keeps its product of momenta
    yield torch
    torch.set_default_dtype(default)


@pytest.fixture
def optax():
    reason = "optax is not installed: python -m pip install optax"
    optax = pytest.importorskip("optax", reason=reason)
    pytest.importorskip("jax", reason=reason).config.update("jax_enable_x64", True)
    return optax


def torch_run(torch, name, kwargs, gradient, w):
    w = torch.tensor(w, requires_grad=True)
    optimizer = getattr(torch.optim, name)([w], **kwargs)
    iterates = [w.detach().numpy().copy()]
    for t in range(50):
        w.grad = torch.tensor(reshaped(gradient, iterates[-1], t))
        optimizer.step()
        iterates.append(w.detach().numpy().copy())
    return iterates


def optax_run(optax, name, kwargs, gradient, w):
    optimizer = attrgetter(name)(optax)(**kwargs)
    state = optimizer.init(w)
    iterates = [w]
    for t in range(50):
        updates, state = optimizer.update(reshaped(gradient, w, t), state, w)
        w = np.asarray(optax.apply_updates(w, updates))
        iterates.append(w)
    return iterates


def test_every_form_is_compared_with_a_run():
    stored = {(run["rule"], run["library"]) for run in GOLDEN["runs"]}
    assert stored | set(LIVE) == set(FORMS)


@pytest.mark.frameworks
@pytest.mark.parametrize("problem", LIVE_PROBLEMS)
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("rule", "library"), LIVE, ids=map("-".join, LIVE))
def test_live_run_is_reproduced_one_step_at_a_time(rule, library, seed, problem, request):
    framework = request.getfixturevalue(library)
    name, drawn, fixed = LIVE[rule, library]
    kwargs = draw(drawn, np.random.default_rng(seed)) | fixed
    gradient, w0 = LIVE_PROBLEMS[problem]
    if rule == "muon":
        w0 = w0.reshape(MATRICES[problem])
    w = {"torch": torch_run, "optax": optax_run}[library](framework, name, kwargs, gradient, w0)
    run = {"rule": rule, "library": library, "kwargs": kwargs, "w": w}
    compare(run, gradient, freely=False)


TORCH_SCHEDULES = {
    "StepLR": (
        {"step_size": 7, "gamma": 0.3},
        lambda t: schedules.step_decay(t, lr0=0.2, gamma=0.3, tau=7),
    ),
    "ExponentialLR": (
        {"gamma": 0.97},
        lambda t: schedules.exponential_decay(t, lr0=0.2, decay_rate=-np.log(0.97)),
    ),
    "CyclicLR": (
        {"base_lr": 0.03, "max_lr": 0.2, "step_size_up": 9, "cycle_momentum": False},
        lambda t: schedules.triangular(t, lr_min=0.03, lr_max=0.2, half_period=9),
    ),
    "CosineAnnealingLR": (  # it rises again after T_max, as the course's form does
        {"T_max": 30, "eta_min": 0.03},
        lambda t: schedules.cosine_annealing(t, lr_min=0.03, lr_max=0.2, t_max=30),
    ),
    "CosineAnnealingWarmRestarts": (
        {"T_0": 4, "T_mult": 3, "eta_min": 0.03},
        lambda t: schedules.cosine_restarts(t, lr_min=0.03, lr_max=0.2, t_0=4, t_mult=3),
    ),
}


@pytest.mark.frameworks
@pytest.mark.parametrize("name", TORCH_SCHEDULES)
def test_live_schedule_is_reproduced(name, torch):
    kwargs, ours = TORCH_SCHEDULES[name]
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.2)
    scheduler = getattr(torch.optim.lr_scheduler, name)(optimizer, **kwargs)
    theirs = []
    for _ in range(100):
        theirs.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    np.testing.assert_allclose(ours(np.arange(100)), theirs, rtol=1e-12)


@pytest.mark.frameworks
def test_live_optax_cosine_stays_at_its_floor(optax):
    theirs = optax.cosine_decay_schedule(0.2, decay_steps=30, alpha=0.15)
    ours = dialects.optax_cosine_annealing(np.arange(100), lr_min=0.03, lr_max=0.2, t_max=30)
    np.testing.assert_allclose(ours, [theirs(t) for t in range(100)], rtol=1e-12)
