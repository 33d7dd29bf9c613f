"""How long one step on a million float32 parameters takes, beside PyTorch and plain copying.

Run it with `make bench`. Everything is measured in one run, on one thread; the figures that are
compared are the shortest of many rounds, which other work on the machine disturbs least. Steps are
taken back to back, when arrays are still in the last cache from the step before; and also "cold",
when other memory has been read in between, as a forward and a backward pass would. The figures go
to build/bench/updates.json, as a table to build/bench/updates.md and, where PyTorch was there to
compare with, to docs/figures, from which `make build` writes docs/speed.md. Nothing here can fail
for being slow.
"""

import inspect
import json
import platform
from pathlib import Path

import numpy as np
import pytest

from course_lib.optimizer import Optimizer
from course_lib.problems import load_definitions, rosenbrock
from course_lib.training import descend
from solutions.updates import adadelta, adagrad, adam, adamax, adaptive, nadam, rmsprop

try:
    import torch
except ImportError:
    torch = None
else:
    torch.set_num_threads(1)

BUILD = Path(__file__).parents[2] / "build" / "bench"
N = 10**6
HYPER = {"lr": 1e-3, "beta": 0.9, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "momentum_decay": 4e-3}
# Each rule with PyTorch's optimizer of the same kind, where there is one.
RULES = {
    adaptive.sgd_update: ("SGD", {}),
    adagrad.adagrad_update: ("Adagrad", {}),
    adagrad.adagrad_momentum_update: None,
    rmsprop.rmsprop_update: ("RMSprop", {}),
    adadelta.adadelta_update: ("Adadelta", {}),
    adam.adam_update: ("Adam", {}),
    adamax.adamax_update: ("Adamax", {}),
    adamax.adam_max_update: None,
    nadam.nag_update: None,
    nadam.nesterov_update: ("SGD", {"momentum": 0.9, "nesterov": True}),
    nadam.nadam_update: None,
    nadam.nadam_scheduled_update: ("NAdam", {}),
    nadam.nadam_notes_update: None,
}
WAYS = ("copy", "blocks", "plain", "torch single tensor", "torch foreach", "torch fused")


@pytest.fixture(scope="module")
def figures():
    """Collects every figure, and writes them all at the end."""
    found = {
        "machine": platform.processor() or platform.machine(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "torch": torch.__version__ if torch else "not installed",
        "threads": 1,
        "parameters": N,
        "rules": {},
    }
    yield found
    for row in found["rules"].values():
        for other in ("foreach", "copy"):
            for cold in ("", "_cold"):
                way = "torch foreach" if other == "foreach" else other
                ours, theirs = row.get(f"blocks{cold}_ms"), row.get(f"{way}{cold}_ms")
                if ours and theirs:
                    row[f"ratio_{other}{cold}"] = round(ours / theirs, 2)
    BUILD.mkdir(parents=True, exist_ok=True)
    (BUILD / "updates.json").write_text(json.dumps(found, indent=1) + "\n")
    (BUILD / "updates.md").write_text(table(found))
    if torch:
        (BUILD.parents[1] / "docs/figures/speed.json").write_text(
            json.dumps(found, indent=1) + "\n"
        )


def table(found):
    def cell(row, key, form):
        return form.format(row[key]) if row.get(key) is not None else "–"

    lines = [
        "| rule | copy | ours | plain call | torch single | foreach | fused "
        "| ours / foreach | the same, cold | ours / copy | the same, cold |",
        "|---|" + "---:|" * 10,
    ]
    for rule, row in found["rules"].items():
        cells = [cell(row, f"{way}_ms", "{:.2f}") for way in WAYS]
        ratios = ("ratio_foreach", "ratio_foreach_cold", "ratio_copy", "ratio_copy_cold")
        cells += [cell(row, key, "{:.2f}") for key in ratios]
        lines.append(f"| `{rule}` | " + " | ".join(cells) + " |")
    lines += [
        "",
        f"Milliseconds for one step on {N} float32 parameters, the shortest of many, one thread; "
        f"numpy {found['numpy']}, torch {found['torch']}.",
    ]
    if "trajectories" in found:
        runs = found["trajectories"]
        lines.append(
            f"A thousand trajectories of 300 steps take {runs['batch_s']:.2f} s as one batch, "
            f"{runs['loop_s']:.1f} s in a Python loop: a ratio of {runs['ratio']:.3f}."
        )
    return "\n".join(lines) + "\n"


def stepper(way, rule, rng):
    """A function without arguments that takes one step in the given way."""
    hyper = {n: v for n, v in HYPER.items() if n in inspect.signature(rule).parameters}
    w, grad = rng.normal(size=(2, N)).astype(np.float32)
    optimizer = Optimizer(rule, **hyper)
    grads = {"w": (lambda at: grad) if optimizer.looks_ahead else grad}
    if way == "blocks":
        params = {"w": w}
        return lambda: optimizer.step(params, grads, out=params)
    arrays = optimizer.states_of("w", w).values()
    states = [x for x in arrays if np.shape(x) == w.shape]
    if way == "copy":
        # w and states are read and written, grad is read: copying half of that moves as much.
        source = rng.normal(size=(2 * (1 + len(states)) + 1) * N // 2).astype(np.float32)
        target = np.empty_like(source)
        return lambda: np.copyto(target, source)
    if way == "plain":
        optimizer._in_blocks = False
        return lambda: optimizer.step({"w": w}, grads)
    if torch is None:
        pytest.skip("PyTorch is not installed: pip install torch, to compare with it")
    if RULES[rule] is None:
        pytest.skip("PyTorch has no such optimizer")
    name, options = RULES[rule]
    parameter = torch.nn.Parameter(torch.from_numpy(w))
    parameter.grad = torch.from_numpy(grad)
    kind = {
        "torch single tensor": {"foreach": False},
        "torch foreach": {"foreach": True},
        "torch fused": {"fused": True},
    }[way]
    try:
        return getattr(torch.optim, name)([parameter], lr=1e-3, **options, **kind).step
    except TypeError:
        pytest.skip(f"torch.optim.{name} has no fused form")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("turn", range(3))  # far apart in time: a busy machine spoils not all
def test_one_step(turn, rule, way, benchmark, figures):
    step = stepper(way, rule, np.random.default_rng(0))
    benchmark.group = rule.__name__
    benchmark.pedantic(step, rounds=60, warmup_rounds=5)
    note(figures, rule, f"{way}_ms", benchmark)


OTHER_MEMORY = np.ones(8 * N)  # 64 MB: more than the last cache holds


def read_other_memory():
    OTHER_MEMORY.sum()


@pytest.mark.parametrize("way", ["copy", "blocks", "torch foreach"])
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("turn", range(3))
def test_one_step_on_a_cold_cache(turn, rule, way, benchmark, figures):
    step = stepper(way, rule, np.random.default_rng(0))
    step()
    benchmark.group = f"{rule.__name__}, cold"
    benchmark.pedantic(step, setup=read_other_memory, rounds=15)
    note(figures, rule, f"{way}_cold_ms", benchmark)


def note(figures, rule, name, benchmark):
    row = figures["rules"].setdefault(rule.__name__, {})
    shortest = round(benchmark.stats.stats.min * 1e3, 3)
    row[name] = min(shortest, row.get(name, shortest))


STARTS = np.random.default_rng(1).uniform(-2, 2, (1000, 2))
STEPS = 300
ADAM = {"lr": 0.01, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}


def test_a_thousand_trajectories_as_one_batch(benchmark, figures):
    benchmark.group = "a thousand trajectories of 300 steps"
    benchmark.pedantic(
        lambda: descend(rosenbrock(), adam.adam_update, STARTS, steps=STEPS, **ADAM), rounds=5
    )
    figures["trajectories"] = {"batch_s": benchmark.stats.stats.min}


def test_a_thousand_trajectories_in_a_python_loop(benchmark, figures):
    """The barest loop: nothing is recorded."""
    problem = rosenbrock()

    def loop():
        for w in STARTS:
            m = v = np.zeros(2)
            for t in range(1, STEPS + 1):
                w, m, v = adam.adam_update(w, problem.grad(w), m, v, t, **ADAM)

    benchmark.group = "a thousand trajectories of 300 steps"
    benchmark.pedantic(loop, rounds=1)
    runs = figures["trajectories"]
    runs["loop_s"] = benchmark.stats.stats.min
    runs["ratio"] = round(runs["batch_s"] / runs["loop_s"], 4)


def test_the_real_data_are_loaded(benchmark, figures):
    benchmark.group = "loading the real data"
    benchmark.pedantic(load_definitions, rounds=10)
    figures["load_definitions_ms"] = round(benchmark.stats.stats.min * 1e3, 1)
