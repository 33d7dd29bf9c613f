"""Names, signatures and docstrings of the updates: what the lessons and checks rely on."""

import ast
import inspect
import re
from pathlib import Path

import pytest

import solutions.updates
from solutions.registry import FUNCTIONS

SPECIFICATION = """
adaptive.sgd_update(w, grad, *, lr)
adaptive.sgd_momentum_update(w, grad, u, *, lr, beta)
adaptive.sparsity_factor(x)
adaptive.sparsity_scaled_lr(x, *, lr0)
adaptive.dense_forward(h, W, b, activation)
adaptive.dense_backward(delta, h, W)
adagrad.adagrad_update(w, grad, v, *, lr, eps)
adagrad.adagrad_momentum_update(w, grad, v, m, *, lr, beta, eps)
rmsprop.ema_update(average, value, *, beta)
rmsprop.rmsprop_update(w, grad, v, *, lr, beta, eps)
adadelta.rms(average, *, eps)
adadelta.adadelta_update(w, grad, v, u, *, beta, eps)
adadelta.adadelta_notes_update(w, grad, v, u, *, beta, eps)
adam.bias_correction(average, t, *, beta)
adam.adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps)
adamax.lp_norm(x, p)
adamax.adamax_update(w, grad, m, u, t, *, lr, beta1, beta2, eps)
adamax.adam_max_update(w, grad, m, v, t, *, lr, beta1, beta2, eps)
clipping.clip_by_global_norm(grads, *, max_norm)
nadam.nag_update(w, u, grad_fn, *, lr, beta)
nadam.nesterov_update(w, grad, u, *, lr, beta)
nadam.nadam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps)
nadam.dozat_momentum(t, *, beta1, momentum_decay)
nadam.nadam_scheduled_update(w, grad, m, v, mu_product, t, *, lr, beta1, beta2, eps, momentum_decay)
nadam.nadam_notes_update(w, grad, u, v, *, lr, beta1, beta2, eps)
schedules.step_decay(t, *, lr0, gamma, tau)
schedules.exponential_decay(t, *, lr0, decay_rate)
schedules.inverse_time_decay(t, *, lr0, decay_rate)
schedules.triangular(t, *, lr_min, lr_max, half_period)
schedules.triangular_notes(t, *, lr_min, lr_max, period)
schedules.cosine_annealing(t, *, lr_min, lr_max, t_max)
schedules.cosine_restarts(t, *, lr_min, lr_max, t_0, t_mult)
schedules.warmup_inverse_sqrt(t, *, d_model, warmup)
schedules.warmup_stable_decay(t, *, lr0, warmup, stable, decay)
schedules.adagrad_effective_lr(v, *, lr, eps)
schedules.rmsprop_effective_lr(v, *, lr, eps)
schedules.adadelta_effective_lr(v, u, *, eps)
schedules.adadelta_notes_effective_lr(v_before, v, *, eps)
schedules.adam_effective_lr(v, t, *, lr, beta2, eps)
schedules.adam_notes_effective_lr(v, *, lr, eps)
adamw.adamw_update(w, grad, m, v, t, *, lr, beta1, beta2, eps, weight_decay)
adamw.amsgrad_update(w, grad, m, v, v_max, t, *, lr, beta1, beta2, eps)
lion.lion_update(w, grad, m, *, lr, beta1, beta2, weight_decay)
muon.muon_update(w, grad, m, *, lr, beta)
"""
SIGNATURES = SPECIFICATION.strip().splitlines()

FOLDER = Path(solutions.updates.__file__).parent
MODULES = sorted({function.module for function in FUNCTIONS.values()})
every_function = pytest.mark.parametrize("name", FUNCTIONS)


@pytest.mark.parametrize("signature", SIGNATURES)
def test_signature(signature):
    known = FUNCTIONS[signature.partition("(")[0].partition(".")[2]]
    assert f"{known.module}.{known.name}{inspect.signature(known.function)}" == signature


@pytest.mark.parametrize("module", MODULES)
def test_a_lesson_module_holds_these_functions_and_imports_numpy_alone(module):
    tree = ast.parse((FOLDER / f"{module}.py").read_text(encoding="utf-8"))
    imports = [ast.unparse(n) for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom)]
    assert imports == ["import numpy as np"]
    named = {function.name for function in FUNCTIONS.values() if function.module == module}
    defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert {name for name in defined if not name.startswith("_")} == named


@every_function
def test_docstring_says_formula_shapes_ranges_and_result(name):
    function = FUNCTIONS[name].function
    doc = inspect.getdoc(function)
    assert "::\n" in doc, "a formula stands in a block of its own"
    parameters = doc.partition("Parameters\n---")[2].partition("Returns\n---")
    for argument in inspect.signature(function).parameters:
        described = re.search(rf"^(\w+, )*{argument}(, \w+)* : .", parameters[0], re.MULTILINE)
        assert described, f"{argument} is described"
    assert parameters[2], "what is returned is described"
    if "eps" in inspect.signature(function).parameters:
        assert re.search(r"inside|outside|root|as in|stands in", doc, re.IGNORECASE)


@every_function
def test_the_body_stands_between_the_solution_markers(name):
    source = inspect.getsource(FUNCTIONS[name].function)
    doc_end = source.index('"""', source.index('"""') + 3) + 3
    body = source[doc_end:].strip().splitlines()
    assert body[0].strip() == "### BEGIN SOLUTION"
    assert body[-1].strip() == "### END SOLUTION"
    assert source.count("###") == 2
