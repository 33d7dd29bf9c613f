"""Wrong AdaGrads."""

from solutions.mistakes import slips
from solutions.mistakes.roles import (
    average_of_gradients,
    handed_on,
    root_step,
    stale,
    sum_of_squares,
)

LR_IN_V = """
lr_in_the_state{of}: Does the learning rate enter the equation of v? v collects grad² alone; lr
        stands in the step.
    v + (lr * grad) ** 2
    v + lr * grad**2
"""

MOMENTUM = """
average_instead_of_sum: Does v forget? Is it a sum or an average in AdaGrad? AdaGrad's v is a plain
        sum: v + grad². The average is RMSprop's.
    v = beta * v + (1 - beta) * grad**2
v_from_m: What does v collect: squares of the gradient, or of m? v = v + grad²; m does not enter.
    v = v + (beta * m + (1 - beta) * grad) ** 2
scaled_gradient_in_m: Is the gradient divided by its root before it enters m, or after? m averages
        plain gradients; the root divides the step.
    m = beta * m + (1 - beta) * grad / np.sqrt(v + eps)
gradient_in_place_of_m: Which of your quantities stands in the numerator of the step? The step goes
        along m, the average, not along this step's gradient alone.
    w = w - lr / np.sqrt(v + eps) * grad
momentum_added_to_the_gradient: How many terms has the numerator of the step? m already holds this
        step's gradient.
    w = w - lr / np.sqrt(v + eps) * (m + grad)
    w = w - lr / np.sqrt(v + eps) * (beta * m + grad)
    w = w - lr / np.sqrt(v + eps) * (beta * m + (1 - beta) * grad)
    w = w - lr / np.sqrt(v + eps) * grad - beta * m
"""

MISTAKES = {
    "adagrad_update": [
        *sum_of_squares(),
        *slips("v = …", LR_IN_V, of=""),
        *root_step("grad", "AdaGrad"),
        *stale("v", "w = w - lr / np.sqrt(v_before + eps) * grad"),
        *handed_on("v", "w, v"),
    ],
    "adagrad_momentum_update": [
        *sum_of_squares(),
        *slips("v = …", LR_IN_V, of="_v"),
        *average_of_gradients("beta", "_m"),
        *root_step("m", "AdaGrad"),
        *stale("v", "w = w - lr / np.sqrt(v_before + eps) * m", "_v"),
        *stale("m", "w = w - lr / np.sqrt(v + eps) * m_before", "_m"),
        *handed_on("v", "w, v, m", "_v"),
        *handed_on("m", "w, v, m", "_m"),
        *slips("", MOMENTUM),
    ],
}
