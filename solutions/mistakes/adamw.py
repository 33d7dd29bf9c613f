"""Wrong AdamWs and wrong AMSGrads."""

from solutions.mistakes import slips
from solutions.mistakes.roles import corrected_step, corrections, decay, handed_on, moments, stale

ADAMW = """
decay_in_the_gradient: Does the decay go through m and v, or beside them? That is Adam with an L2
        penalty: the decay is divided by √v̂ too. In AdamW the averages never see it.
    grad = grad + weight_decay * w; w = w - lr * m_hat / (np.sqrt(v_hat) + eps)
decay_in_the_gradient_too: How often does the decay act: in the gradient, in the step, or in both?
        Once, in the step; the averages never see it.
    grad = grad + weight_decay * w
decay_divided_by_the_root: Does every weight shrink by the same share, whatever its gradients?
        weight_decay · w stands outside the fraction.
    w = w - lr * (m_hat + weight_decay * w) / (np.sqrt(v_hat) + eps)
"""

AMSGRAD = """
maximum_of_corrected_averages_as_in_optax: This is optax's form, a right AMSGrad there, which takes
        the maximum of v̂; the course takes it of v and corrects then. Which does the docstring
        show? v_max ← max(v_max, v) comes first; v̂ = v_max / (1 - β₂ᵗ) after it.
    v_max = np.maximum(v_max, v / (1 - beta2**t)); v_hat = v_max
minimum_for_maximum: Should the denominator ever shrink? np.maximum, not np.minimum.
    v_max = np.minimum(v_max, v)
maximum_over_coordinates: Over what is the maximum taken: over time, or over the coordinates? Each
        coordinate has a v_max of its own: np.maximum of the old one and v.
    v_max = np.maximum(v_max, np.max(v))
    v_max = np.max(v) + 0 * v_max
maximum_of_squared_gradients: What is v_max the largest of: of averages, or of single squares? Of
        the averages v.
    v_max = np.maximum(v_max, grad**2)
sum_for_the_maximum: Does v_max add up, or does it keep the largest? np.maximum(v_max, v).
    v_max = v_max + v
maximum_forgets: Is v_max multiplied by anything before it is compared? Nothing is forgotten: that
        is what AMSGrad is for.
    v_max = np.maximum(beta2 * v_max, v)
maximum_missing: Which of the averages so far divides the step: the last, or the largest? v_max
        keeps the larger of itself and v.
    v_max = v
maximum_not_updated: Does v_max change in a step? v_max keeps the larger of itself and v.
    v_max = v_max
maximum_stored_in_v: Does the average v itself go on from the maximum? v goes out as the plain
        average; only v_max keeps the largest.
    return w, m, v_max, v_max
adam_in_place_of_amsgrad: Which v is in v̂: the average itself, or the largest so far? v̂ = v_max /
        (1 - β₂ᵗ).
    v_hat = v / (1 - beta2**t)
"""

MISTAKES = {
    "adamw_update": [
        *moments("w, m, v", square_suffix=""),
        *corrections("w, m, v"),
        *corrected_step(decay="weight_decay * w"),
        *decay("m_hat / (np.sqrt(v_hat) + eps)", "Adam's step"),
        *slips("", ADAMW),
    ],
    "amsgrad_update": [
        *moments("w, m, v, v_max", square_suffix=""),
        *corrections("w, m, v, v_max", "v_max"),
        *corrected_step(v="v_max"),
        *stale("v", "v_max = np.maximum(v_max, v_before)"),
        *handed_on("v_max", "w, m, v, v_max", "_v_max"),
        *slips("", AMSGRAD),
    ],
}
