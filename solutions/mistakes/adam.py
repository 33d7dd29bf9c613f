"""Wrong Adams and wrong corrections of a moving average."""

from solutions.mistakes import slips, without
from solutions.mistakes.roles import corrected_step, correction, corrections, moments, stale

CORRECTION = """
bias_correction_missing: The average started at zero. What makes up for that? It is divided by 1 -
        βᵗ.
    average
missing_parentheses: In which order does Python work out the correction? Put 1 - βᵗ in parentheses:
        a division comes before a difference.
    average / 1 - beta**t
wrong_sign: What is the sign of 1 - βᵗ? And of yours? 1 - βᵗ is positive.
    average / (beta**t - 1)
root_of_the_average: Is a root taken of the corrected average? The average is divided by 1 - βᵗ, no
        more; the root in Adam comes later.
    np.sqrt(average / (1 - beta**t))
exponential_in_place_of_the_power: What is raised to the power t? beta**t, not e to the power -beta
        t.
    average / (1 - np.exp(-beta * t))
rounded_down: Which of Python's two divisions is it: / or //? // rounds down to a whole number; /
        does not.
    average // (1 - beta**t)
"""

# What Adam and the notes' Adam Max share; `x` is what v averages.
PAIR = """
swapped_betas: Which beta belongs to m, and which to v? beta1 belongs to m and m̂, beta2 to v and
        v̂.
    m = beta2 * m + (1 - beta2) * grad; v = beta1 * v + (1 - beta1) * {x}; m_hat = m / (1 -
        beta2**t); v_hat = v / (1 - beta1**t)
stale_state: Which m and v are in the step: those from before this gradient, or the new ones? First
        come the equations of m and v, then the step, with the new ones.
    m_before = m; v_before = v; m_hat = m_before / (1 - beta1**t); v_hat = v_before / (1 - beta2**t)
"""


def adam(returned, x="grad**2"):
    """Return the mistakes of a rule that is Adam but for what v averages."""
    return [
        *moments(returned, x),
        *corrections(returned),
        *corrected_step(),
        *stale("m", "m_hat = m_before / (1 - beta1**t)", "_m"),
        *stale("v", "v_hat = v_before / (1 - beta2**t)", "_v"),
        *slips("", PAIR, x=x),
    ]


ADAM = """
one_beta_for_both: How many betas are there, and where does each stand? beta1 belongs to m and m̂,
        beta2 to v and v̂.
    m = beta2 * m + (1 - beta2) * grad; m_hat = m / (1 - beta2**t)
    v = beta1 * v + (1 - beta1) * grad**2; v_hat = v / (1 - beta1**t)
eps_beside_the_uncorrected_root_as_in_keras: This is Keras's form, a right Adam there, with eps
        beside the root of v before it is corrected; the course uses √v̂ + eps. Which does the
        docstring show? In the course's form the correction comes first, then the root, then eps.
    w = w - lr * (1 - beta2**t) ** 0.5 * m_hat / (np.sqrt(v) + eps)
eps_inside_the_uncorrected_root: Is eps added before v is corrected, or after the root? In the
        course's form the correction comes first, then the root, then eps.
    v_hat = (v + eps) / (1 - beta2**t); w = w - lr * m_hat / np.sqrt(v_hat)
    w = w - lr * (1 - beta2**t) ** 0.5 * m_hat / np.sqrt(v + eps)
rmsprop_in_place_of_adam: This is RMSprop's step. Which average has Adam in its numerator, and what
        is done to both averages first? Adam's step is m̂ / (√v̂ + eps), with both averages
        corrected.
    w = w - lr * grad / (np.sqrt(v) + eps)
    w = w - lr * grad / np.sqrt(v + eps)
amsgrad_in_place_of_adam: Can the v in the step be larger than the average itself? Whose rule takes
        a maximum? The largest v so far is AMSGrad's; Adam divides by the root of v̂ as it is.
    v_before = v; v_hat = np.maximum(v_before, v) / (1 - beta2**t)
    v = np.maximum(v, beta2 * v + (1 - beta2) * grad**2)
notes_schedule_form: This is the notes' form among the schedules, lr / √(v + eps) times m. What do
        m̂ and v̂ differ in, and where does eps stand in the docstring? Both averages are corrected,
        and eps stands outside the root.
    w = w - lr * m / np.sqrt(v + eps)
look_ahead_of_nadam: Does Adam look ahead? What stands in its numerator? β₁ m̂ + (1 - β₁) grad is
        Nadam's numerator; Adam's is m̂.
    w = w - lr * (beta1 * m_hat + (1 - beta1) * grad) / (np.sqrt(v_hat) + eps)
    w = w - lr * (beta1 * m_hat + (1 - beta1) * grad / (1 - beta1**t)) / (np.sqrt(v_hat) + eps)
    w = w - lr * (beta1 * m / (1 - beta1 ** (t + 1)) + (1 - beta1) * grad / (1 - beta1**t)) /
        (np.sqrt(v_hat) + eps)
"""

MISTAKES = {
    "bias_correction": [
        *without(
            correction("return …", "average", "beta"), "missing_parentheses_in_the_correction"
        ),
        *slips("return …", CORRECTION),
    ],
    "adam_update": [*adam("w, m, v"), *slips("", ADAM)],
}
