"""Wrong AdamWs and wrong AMSGrads: what is new in them, and the slips of Adam that come along."""

from solutions.mistakes.families import lines, old_state, stale, variants

M = "m = beta1 * m + (1 - beta1) * grad"
V = "v = beta2 * v + (1 - beta2) * grad**2"
M_HAT = "m_hat = m / (1 - beta1**t)"
V_HAT = "v_hat = v / (1 - beta2**t)"
W = "w = w - lr * (m_hat / (np.sqrt(v_hat) + eps) + weight_decay * w)"
ADAM = "m_hat / (np.sqrt(v_hat) + eps)"

V_MAX = "v_max = np.maximum(v_max, v)"
V_MAX_HAT = "v_hat = v_max / (1 - beta2**t)"
W_MAX = f"w = w - lr * {ADAM}"


def of_adam(v_hat, right):
    """Return the slips of Adam that show in its relatives too; `right` is what v̂ corrects."""
    return [
        *lines(
            M,
            {
                "missing_one_minus_beta_in_m": (
                    "m is an average, so its two weights add up to 1: what is the gradient's?",
                    "The weights are beta1 for the old m and 1 - beta1 for the gradient.",
                    "beta1 * m + grad",
                ),
                "squared_gradient_in_m": (
                    "Which gradient enters m: grad, or its square?",
                    "m averages the gradients themselves, with their signs.",
                    "beta1 * m + (1 - beta1) * grad**2",
                ),
            },
        ),
        *lines(
            V,
            {
                "missing_square": (
                    "v collects squares. Can yours become negative?",
                    "The gradient enters squared: grad**2.",
                    "beta2 * v + (1 - beta2) * grad",
                ),
                "missing_one_minus_beta_in_v": (
                    "v is an average, so its two weights add up to 1: what is the square's?",
                    "The weights are beta2 for the old v and 1 - beta2 for the square.",
                    "beta2 * v + grad**2",
                ),
            },
        ),
        *variants(
            "swapped_betas_in_the_averages",
            "Which beta belongs to m, and which to v? Look at both averages.",
            "beta1 belongs to m, the gradients; beta2 to v, their squares.",
            [(M, M.replace("beta1", "beta2")), (V, V.replace("beta2", "beta1"))],
        ),
        *variants(
            "bias_correction_missing",
            "m and v start at zero. What makes up for that in the first steps?",
            "The averages are divided by 1 - βᵗ, each with its own beta.",
            [(M_HAT, "m_hat = m"), (v_hat, f"v_hat = {right}")],
        ),
        *variants(
            "only_m_corrected",
            "Both averages start at zero. Are both corrected for it?",
            "v̂ divides by 1 - β₂ᵗ.",
            [(v_hat, f"v_hat = {right}")],
        ),
        *variants(
            "only_v_corrected",
            "Both averages start at zero. Are both corrected for it?",
            "m̂ = m / (1 - β₁ᵗ).",
            [(M_HAT, "m_hat = m")],
        ),
        *variants(
            "t_stuck_at_one",
            "Does the correction change from step to step?",
            "The exponent is t: the correction fades out as t grows.",
            [(M_HAT, "m_hat = m / (1 - beta1)"), (v_hat, f"v_hat = {right} / (1 - beta2)")],
        ),
    ]


def in_the_step(line, rest=""):
    """Return the slips in the denominator and the sign of a step; `rest` is what is added to it."""

    def form(step):
        return f"w - lr * ({step}{rest})"

    return lines(
        line,
        {
            "missing_square_root": (
                "What is done to v̂ before it divides the step?",
                "The step is divided by the square root of v̂.",
                form("m_hat / (v_hat + eps)"),
            ),
            "eps_inside_root": (
                "Where does eps stand in the step: under the root, or beside it?",
                "The denominator is √v̂ + eps: eps stands outside the root.",
                form("m_hat / np.sqrt(v_hat + eps)"),
            ),
            "eps_missing": (
                "What happens in a coordinate where v̂ is zero? Which symbol prevents it?",
                "eps is added to √v̂.",
                form("m_hat / np.sqrt(v_hat)"),
            ),
            "gradient_in_place_of_m": (
                "What stands in the numerator of the step?",
                "The step goes along the corrected average of gradients, not along the last one.",
                form("grad / (np.sqrt(v_hat) + eps)"),
            ),
            "wrong_sign": (
                "In which direction does the step go: with the gradient or against it?",
                "To descend, w moves against the gradient: there is a minus.",
                f"w + lr * ({ADAM}{rest})",
            ),
            "lr_missing": (
                "Where does the learning rate enter the step?",
                "The whole step is multiplied by lr.",
                f"w - ({ADAM}{rest})",
            ),
            "parameters_not_updated": (
                "Does w change in a step?",
                "w comes back as it was passed in. Which equation gives the new one?",
                "w",
            ),
        },
    )


MISTAKES = {
    "adamw_update": [
        *of_adam(V_HAT, "v"),
        *in_the_step(W, " + weight_decay * w"),
        *variants(
            "decay_in_the_gradient",
            "Does the decay go through m and v, or beside them?",
            "That is Adam with an L2 penalty: the decay is divided by √v̂ too. In AdamW the "
            "averages never see it.",
            [
                (M, "m = beta1 * m + (1 - beta1) * (grad + weight_decay * w)"),
                (V, "v = beta2 * v + (1 - beta2) * (grad + weight_decay * w) ** 2"),
                (W, f"w = w - lr * {ADAM}"),
            ],
            [
                (M, f"grad = grad + weight_decay * w\n    {M}"),
                (W, f"w = w - lr * {ADAM}"),
            ],
        ),
        *variants(
            "decay_in_the_gradient_too",
            "How often does the decay act: in the gradient, in the step, or in both?",
            "Once, in the step; the averages never see it.",
            [(M, f"grad = grad + weight_decay * w\n    {M}")],
        ),
        *lines(
            W,
            {
                "decay_missing": (
                    "Which symbol of the formula does your step not use?",
                    "weight_decay · w is added to Adam's step, inside the bracket.",
                    f"w - lr * {ADAM}",
                ),
                "decay_divided_by_the_root": (
                    "Does every weight shrink by the same share, whatever its gradients?",
                    "weight_decay · w stands outside the fraction.",
                    "w - lr * (m_hat + weight_decay * w) / (np.sqrt(v_hat) + eps)",
                ),
                "decay_without_lr": (
                    "Is the decay multiplied by lr? In the paper it is not; in the docstring?",
                    "lr stands before the bracket that holds both terms.",
                    f"w - lr * {ADAM} - weight_decay * w",
                ),
                "decay_with_the_wrong_sign": (
                    "Does the decay make the weights smaller or larger?",
                    "Both terms are taken away from w.",
                    f"w - lr * ({ADAM} - weight_decay * w)",
                ),
                "sign_of_w_only": (
                    "Does a large weight lose more than a small one?",
                    "The decay is weight_decay · w itself: it is L2's, not L1's.",
                    f"w - lr * ({ADAM} + weight_decay * np.sign(w))",
                ),
                "decay_squares_w": (
                    "The penalty is ½ λ w². What is its derivative?",
                    "weight_decay · w, of the first power.",
                    f"w - lr * ({ADAM} + weight_decay * w**2)",
                    f"w - lr * ({ADAM} + 2 * weight_decay * w)",
                ),
                "decay_of_the_new_w": (
                    "Which w decays: the one before Adam's step, or the one after it?",
                    "The w that came in: the whole right side holds old w.",
                    f"(w - lr * {ADAM}) * (1 - lr * weight_decay)",
                ),
                "decay_alone": (
                    "Which term gives the step the direction of the loss?",
                    "Adam's step and the decay are added.",
                    "w - lr * weight_decay * w",
                ),
                "decay_of_all_alike": (
                    "Does each weight shrink by a share of itself?",
                    "weight_decay multiplies w.",
                    f"w - lr * ({ADAM} + weight_decay)",
                ),
            },
        ),
    ],
    "amsgrad_update": [
        *of_adam(V_MAX_HAT, "v_max"),
        *in_the_step(W_MAX),
        *stale(V, "v", V_MAX, "v_max = np.maximum(v_max, v_before)"),
        *old_state(V_MAX, "v_max", "w, m, v, v_max", "_v_max"),
        *variants(
            "maximum_of_corrected_averages_as_in_optax",
            "This is optax's form, a right AMSGrad there, which takes the maximum of v̂; the course "
            "takes it of v and corrects then. Which does the docstring show?",
            "v_max ← max(v_max, v) comes first; v̂ = v_max / (1 - β₂ᵗ) after it.",
            [
                (V_MAX, "v_max = np.maximum(v_max, v / (1 - beta2**t))"),
                (V_MAX_HAT, "v_hat = v_max"),
            ],
            dialect=True,
        ),
        *lines(
            V_MAX,
            {
                "minimum_for_maximum": (
                    "Should the denominator ever shrink?",
                    "np.maximum, not np.minimum.",
                    "np.minimum(v_max, v)",
                ),
                "maximum_over_coordinates": (
                    "Over what is the maximum taken: over time, or over the coordinates?",
                    "Each coordinate has a v_max of its own: np.maximum of the old one and v.",
                    "np.maximum(v_max, np.max(v))",
                    "np.max(v) + 0 * v_max",
                ),
                "maximum_of_squared_gradients": (
                    "What is v_max the largest of: of averages, or of single squares?",
                    "Of the averages v.",
                    "np.maximum(v_max, grad**2)",
                ),
                "sum_for_the_maximum": (
                    "Does v_max add up, or does it keep the largest?",
                    "np.maximum(v_max, v).",
                    "v_max + v",
                ),
                "maximum_forgets": (
                    "Is v_max multiplied by anything before it is compared?",
                    "Nothing is forgotten: that is what AMSGrad is for.",
                    "np.maximum(beta2 * v_max, v)",
                ),
                "maximum_missing": (
                    "Which of the averages so far divides the step: the last, or the largest?",
                    "v_max keeps the larger of itself and v.",
                    "v",
                    "v_max",
                ),
            },
        ),
        *variants(
            "maximum_stored_in_v",
            "Does the average v itself go on from the maximum?",
            "v goes out as the plain average; only v_max keeps the largest.",
            [(V_MAX, f"{V_MAX}\n    v = v_max")],
        ),
        *variants(
            "adam_in_place_of_amsgrad",
            "Which v is in v̂: the average itself, or the largest so far?",
            "v̂ = v_max / (1 - β₂ᵗ).",
            [(V_MAX_HAT, "v_hat = v / (1 - beta2**t)")],
        ),
    ],
}
