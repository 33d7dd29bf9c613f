"""Wrong AdaGrads."""

from solutions.mistakes.families import (
    average,
    lines,
    old_state,
    root_step,
    square,
    stale,
    step,
    variants,
)

V = "v = v + grad**2"
TORCH = (
    "This is PyTorch's form, with eps outside the root, and a right AdaGrad there; the course "
    "uses the form with eps inside. Which does the docstring show?"
)


def accumulator(*averages):
    """Return mistakes in `v = v + grad**2`; `averages` are what v may be taken for."""
    table = square("v", lambda x: f"v + {x}") | {
        "average_instead_of_sum": (
            "Does v forget? Is it a sum or an average in AdaGrad?",
            "AdaGrad's v is a plain sum: v + grad². The average is RMSprop's.",
            *(f"{beta} * v + (1 - {beta}) * grad**2" for beta in (0.9, 0.99, 0.999, 0.95, 0.5)),
            *(f"{beta} * v + grad**2" for beta in (0.9, 0.99, 0.999, 0.95, 0.5)),
            *averages,
        ),
        "state_thrown_away": (
            "Where does the v that was passed in enter the new v?",
            "v sums over all steps: the new v is the old one plus grad².",
            "grad**2",
        ),
        "state_not_updated": (
            "Does v change in a step?",
            "v comes back as it was passed in. Which equation gives the new one?",
            "v",
        ),
        "minus_for_plus": (
            "Is grad² added to v or subtracted?",
            "v only ever grows.",
            "v - grad**2",
        ),
        "square_of_the_sum": (
            "What comes first in the equation of v: the square or the sum?",
            "The squares are summed, not the sum squared.",
            "(v + grad) ** 2",
            "v**2 + grad**2",
        ),
        "root_stored_in_the_state": (
            "What is kept in v from step to step: the sum, or its root?",
            "The root is taken where the step is made; v itself stays a sum of squares.",
            "np.sqrt(v + grad**2)",
            "np.sqrt(v**2 + grad**2)",
            "np.sqrt(v + grad**2 + eps)",
        ),
        "maximum_instead_of_sum": (
            "Does v add up, or does it keep the largest?",
            "AdaGrad sums: v + grad².",
            "np.maximum(v, grad**2)",
        ),
        "eps_added_to_the_state": (
            "Where does eps stand: in the equation of v, or in that of the step?",
            "eps is added under the root of the step, and never stored in v.",
            "v + grad**2 + eps",
        ),
        "product_instead_of_sum": (
            "Is grad² added to v, or multiplied with it?",
            "From v = 0 a product never leaves zero.",
            "v * grad**2",
        ),
    }
    return lines(V, table)


def first_v(line):
    """Return the dialect that starts v at 0.1, as far as a rule can."""
    return variants(
        "first_v_of_a_tenth_as_in_keras",
        "This is the start of Keras and optax, where v begins at 0.1; the course begins at 0. What "
        "does the docstring say about v at the start?",
        "v is passed in, zeros at the start; the rule adds nothing to it but grad².",
        [(line, f"v = np.where(v == 0, 0.1, v)\n    {line}")],
        [(line, f"v = v if np.any(v) else v + 0.1\n    {line}")],
        [(line, f"{line} + 0.1")],
        dialect=True,
    )


def lr_stored(v_line, suffix=""):
    """Return the mistake of summing lr · grad."""
    return variants(
        f"lr_in_the_state{suffix}",
        "Does the learning rate enter the equation of v?",
        "v collects grad² alone; lr stands in the step.",
        [(v_line, "v = v + (lr * grad) ** 2")],
        [(v_line, "v = v + lr * grad**2")],
    )


W = "w = w - lr / np.sqrt(v + eps) * grad"
M = "m = beta * m + (1 - beta) * grad"
WM = "w = w - lr / np.sqrt(v + eps) * m"
STALE_V = "np.sqrt(v_before + eps)"

MISTAKES = {
    "adagrad_update": [
        *accumulator(),
        *root_step(W, "grad", dialect_sentence=TORCH),
        *step(W, "w = w - ", "grad / np.sqrt(v + eps)"),
        *stale(V, "v", "np.sqrt(v + eps)", STALE_V),
        *old_state(V, "v", "w, v"),
        *lr_stored(V),
        *first_v(V),
    ],
    "adagrad_momentum_update": [
        *accumulator("beta * v + (1 - beta) * grad**2"),
        *average(M, "beta", "grad", "_in_m"),
        *lines(
            M,
            {
                "squared_gradient_in_m": (
                    "Which gradient enters m: grad, or its square?",
                    "m averages the gradients themselves, with their signs.",
                    "beta * m + (1 - beta) * grad**2",
                    "beta * m + (1 - beta) * np.abs(grad)",
                ),
                "lr_in_the_state_m": (
                    "Does the learning rate enter the equation of m?",
                    "m averages gradients; lr stands in the step alone.",
                    "beta * m + lr * grad",
                    "beta * m + lr * (1 - beta) * grad",
                ),
                "scaled_gradient_in_m": (
                    "Is the gradient divided by its root before it enters m, or after?",
                    "m averages plain gradients; the root divides the step.",
                    "beta * m + (1 - beta) * grad / np.sqrt(v + eps)",
                ),
            },
        ),
        *root_step(WM, "m", dialect_sentence=TORCH),
        *step(WM, "w = w - ", "m / np.sqrt(v + eps)"),
        *lines(
            WM,
            {
                "gradient_in_place_of_m": (
                    "Which of your quantities stands in the numerator of the step?",
                    "The step goes along m, the average, not along this step's gradient alone.",
                    "w - lr / np.sqrt(v + eps) * grad",
                ),
                "momentum_added_to_the_gradient": (
                    "How many terms has the numerator of the step?",
                    "m already holds this step's gradient.",
                    "w - lr / np.sqrt(v + eps) * (m + grad)",
                    "w - lr / np.sqrt(v + eps) * (beta * m + grad)",
                    "w - lr / np.sqrt(v + eps) * (beta * m + (1 - beta) * grad)",
                    "w - lr / np.sqrt(v + eps) * grad - beta * m",
                ),
            },
        ),
        *stale(V, "v", "np.sqrt(v + eps)", STALE_V, "_v"),
        *stale(M, "m", WM, "w = w - lr / np.sqrt(v + eps) * m_before", "_m"),
        *old_state(V, "v", "w, v, m", "_v"),
        *old_state(M, "m", "w, v, m", "_m"),
        *lr_stored(V, "_v"),
        *first_v(V),
        *variants(
            "v_from_m",
            "What does v collect: squares of the gradient, or of m?",
            "v = v + grad²; m comes after it and does not enter.",
            [(V, ""), (M, f"{M}\n    v = v + m**2")],
        ),
    ],
}
