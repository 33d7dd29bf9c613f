"""Wrong Lions."""

from solutions.mistakes import slips, without
from solutions.mistakes.roles import average_of_gradients, decay, handed_on, step

DIRECTION = """
weights_in_c_swapped: Which weight in the equation of c belongs to m, which to the gradient? beta1
        belongs to m, 1 - beta1 to the gradient.
    (1 - beta1) * m + beta1 * grad
one_minus_beta1_missing_in_c: c is an average: what is the weight of the gradient in it? The weights
        are beta1 for m and 1 - beta1 for the gradient.
    beta1 * m + grad
weights_in_c_alike: The two weights in the equation of c add up to 1: do yours, with the beta1 that
        came in? The weights are beta1 for m and 1 - beta1 for the gradient.
    m + grad
    beta1 * (m + grad)
beta2_in_c: Which beta makes the direction c, and which the m that is kept? c has beta1.
    beta2 * m + (1 - beta2) * grad
gradient_missing_in_c: What does this step's gradient add to the direction? It enters c with the
        weight 1 - beta1.
    beta1 * m
m_missing_in_c: What do the gradients before this step add to the direction? m enters c with the
        weight beta1.
    grad
minus_in_c: Are the two terms of c added or subtracted? Added.
    beta1 * m - (1 - beta1) * grad
new_m_in_c: Which m is in c: the one that came in, or the new one? First comes c, then the new m.
    beta1 * (beta2 * m + (1 - beta2) * grad) + (1 - beta1) * grad
square_in_c: Can the direction point both ways? c averages gradients with their signs.
    beta1 * m + (1 - beta1) * grad**2
    beta1 * m + (1 - beta1) * np.abs(grad)
    beta1 * np.abs(m) + (1 - beta1) * np.abs(grad)
sign_taken_before_the_average: What comes first: the average or the sign? The sign is taken of c.
    beta1 * m + (1 - beta1) * np.sign(grad)
    beta1 * np.sign(m) + (1 - beta1) * np.sign(grad)
"""

OWN = """
beta1_in_m: Which beta makes the direction c, and which the m that is kept? m has beta2.
    m = beta1 * m + (1 - beta1) * grad
sign_kept_in_m: What does m average: gradients, or their signs? The gradients as they are; the sign
        is taken of c, for this step only.
    m = beta2 * m + (1 - beta2) * np.sign(grad)
    m = beta2 * m + (1 - beta2) * np.sign(c)
c_averaged_again: What enters m: this step's gradient, or c? The gradient.
    m = beta2 * m + (1 - beta2) * c
decay_in_the_gradient: Does the decay go through c and m, or beside them? The averages never see it:
        it is added to the sign.
    grad = grad + weight_decay * w; w = w - lr * np.sign(c)
decay_in_the_gradient_too: How often does the decay act: in the gradient, in the step, or in both?
        Once, in the step; the averages never see it.
    grad = grad + weight_decay * w
decay_inside_the_sign: Of what is the sign taken: of c, or of the whole bracket? Of c alone: the
        decay of a large weight is larger.
    w = w - lr * np.sign(c + weight_decay * w)
sign_missing: What is done to c before the step? Its sign is taken: +1, 0 or -1 for each weight.
    w = w - lr * (c + weight_decay * w)
size_in_place_of_the_sign: Can the step go both ways? The sign of c, not its absolute value.
    w = w - lr * (np.abs(c) + weight_decay * w)
two_signs_only: What is the sign of 0, and how does a weight move whose c is 0? np.sign gives 0
        there, and the weight stands still, but for the decay.
    w = w - lr * (np.where(c >= 0, 1.0, -1.0) + weight_decay * w)
    w = w - lr * (np.where(c > 0, 1.0, -1.0) + weight_decay * w)
scaled_by_a_norm: Is each weight's step the same length, or that of the whole vector? The sign is
        taken of each coordinate on its own; no norm is in it.
    w = w - lr * (c / (np.linalg.norm(c) + 1e-12) + weight_decay * w)
    w = w - lr * (c / (np.max(np.abs(c)) + 1e-12) + weight_decay * w)
"""

MISTAKES = {
    "lion_update": [
        *slips("c = …", DIRECTION),
        *average_of_gradients("beta2"),
        *without(handed_on("m", "w, m"), "old_state_returned"),
        *decay("np.sign(c)", "The sign of c"),
        *step("(np.sign(c) + weight_decay * w)"),
        *slips("", OWN),
    ],
}
