"""Wrong Adams and wrong corrections of a moving average."""

from solutions.mistakes.families import (
    average,
    averaged_square,
    both,
    lines,
    old_state,
    returned,
    stale,
    step,
    variants,
)

CORRECTION = "return average / (1 - beta**t)"
M = "m = beta1 * m + (1 - beta1) * grad"
V = "v = beta2 * v + (1 - beta2) * grad**2"
M_HAT = "m_hat = m / (1 - beta1**t)"
V_HAT = "v_hat = v / (1 - beta2**t)"
W = "w = w - lr * m_hat / (np.sqrt(v_hat) + eps)"

M_MISTAKES = average(M, "beta1", "grad", "_in_m")
V_MISTAKES = [*average(V, "beta2", "grad**2", "_in_v"), *averaged_square(V, "beta2", "_in_v")]

FIRST_MOMENT = {
    "squared_gradient_in_m": (
        "Which gradient enters m: grad, or its square?",
        "m averages the gradients themselves, with their signs.",
        "beta1 * m + (1 - beta1) * grad**2",
    ),
    "abs_gradient_in_m": (
        "Can m be negative? Should it be?",
        "m averages the gradients themselves, with their signs.",
        "beta1 * m + (1 - beta1) * np.abs(grad)",
    ),
    "lr_in_the_state": (
        "Does the learning rate enter the equation of m?",
        "m averages gradients; lr stands in the step alone.",
        "beta1 * m + lr * grad",
        "beta1 * m + lr * (1 - beta1) * grad",
        "beta1 * m - lr * grad",
    ),
    "parameters_in_m": (
        "What does m average: gradients, or parameters?",
        "w does not stand in the equation of m.",
        "beta1 * m + (1 - beta1) * w",
    ),
}


def moments(m=M, v=V, returns="w, m, v"):
    """Return mistakes in the two averages of Adam and its relatives."""
    return [
        *M_MISTAKES,
        *V_MISTAKES,
        *both(M_MISTAKES, V_MISTAKES, ("_in_m", "_in_v")),
        *lines(m, FIRST_MOMENT),
        *betas(m, v),
        *variants(
            "v_from_m",
            "What does v average: squares of the gradient, or of m?",
            "v = β₂ v + (1 - β₂) grad²; m does not enter.",
            [(v, "v = beta2 * v + (1 - beta2) * m**2")],
            [(v, "v = m**2")],
            [(v, "v = beta2 * v + (1 - beta2) * m")],
        ),
        *variants(
            "deviation_from_m_in_v",
            "What is squared in the equation of v: the gradient, or how far it is from m?",
            "(grad - m)² is AdaBelief's; Adam's v averages grad².",
            [(v, "v = beta2 * v + (1 - beta2) * (grad - m) ** 2")],
        ),
        *old_state(m, "m", returns, "_m"),
        *old_state(v, "v", returns, "_v"),
        *variants(
            "old_state_returned",
            "Which m and v go out: those that came in, or the new ones?",
            "The step uses the new state, and the new state is what the next step needs.",
            [
                (m, f"m_before, v_before = m, v\n    {m}"),
                (f"return {returns}", "return w, m_before, v_before"),
            ],
        ),
    ]


def betas(m, v):
    """Return mistakes about which beta belongs to which average."""
    m_other, v_other = m.replace("beta1", "beta2"), v.replace("beta2", "beta1")
    hint = "beta1 belongs to m, the gradients; beta2 to v, their squares."
    return [
        *variants(
            "swapped_betas_in_the_averages",
            "Which beta belongs to m, and which to v? Look at both averages.",
            hint,
            [(m, m_other), (v, v_other)],
        ),
        *variants(
            "beta2_in_m",
            "Which beta belongs to m?",
            hint,
            [(m, m_other)],
            [(m, "m = beta1 * m + (1 - beta2) * grad")],
            [(m, "m = beta2 * m + (1 - beta1) * grad")],
        ),
        *variants(
            "beta1_in_v",
            "Which beta belongs to v?",
            hint,
            [(v, v_other)],
            [(v, "v = beta2 * v + (1 - beta1) * grad**2")],
            [(v, "v = beta1 * v + (1 - beta2) * grad**2")],
        ),
    ]


def corrections(returns="w, m, v"):
    """Return mistakes in the corrected averages of Adam."""

    def hats(m, v):
        edits = [(M_HAT, f"m_hat = {m}")] if m else []
        return edits + ([(V_HAT, f"v_hat = {v}")] if v else [])

    def each(name, sentence, hint, *forms, apart=True):
        """Make a mistake in both corrections, in that of m, and in that of v.

        They keep one name where they cannot be told apart: a v̂ below 0 leaves NaN alone.
        """
        mistakes = []
        for form in forms:
            m = form.replace("S", "m").replace("B", "beta1")
            v = form.replace("S", "v").replace("B", "beta2")
            mistakes += variants(name, sentence, hint, hats(m, v))
            of_m, of_v = (f"{name}_of_m", f"{name}_of_v") if apart else (name, name)
            mistakes += variants(
                of_m, f"Look at m̂. {sentence}" if apart else sentence, hint, hats(m, "")
            )
            mistakes += variants(
                of_v, f"Look at v̂. {sentence}" if apart else sentence, hint, hats("", v)
            )
        return mistakes

    return [
        *variants(
            "bias_correction_missing",
            "m and v start at zero. What makes up for that in the first steps?",
            "The step uses m̂ = m / (1 - β₁ᵗ) and v̂ = v / (1 - β₂ᵗ).",
            hats("m", "v"),
        ),
        *variants(
            "only_m_corrected",
            "Both averages start at zero. Are both corrected for it?",
            "v needs a correction too: v̂ = v / (1 - β₂ᵗ).",
            hats("", "v"),
        ),
        *variants(
            "only_v_corrected",
            "Both averages start at zero. Are both corrected for it?",
            "m needs a correction too: m̂ = m / (1 - β₁ᵗ).",
            hats("m", ""),
        ),
        *each(
            "correction_multiplied",
            "In the first steps m and v are too small: does your correction make them larger?",
            "The corrections divide by 1 - βᵗ.",
            "S * (1 - B**t)",
        ),
        *each(
            "t_off_by_one",
            "With which power of beta does the first correction, at t = 1, divide?",
            "t counts from 1 and is the exponent as it is: 1 - βᵗ.",
            "S / (1 - B ** (t + 1))",
            "S / (1 - B ** (t - 1))",
            "S / (1 - B ** (t - 1)) if t > 1 else S",
            "S / (1 - B ** max(t - 1, 1))",
        ),
        *each(
            "t_stuck_at_one",
            "Does the correction change from step to step?",
            "The exponent is t: the correction fades out as t grows.",
            "S / (1 - B)",
        ),
        *each(
            "beta_times_t",
            "Is beta multiplied by t in the correction, or raised to it?",
            "βᵗ is a power: beta**t.",
            "S / (1 - B * t)",
            apart=False,
        ),
        *each(
            "power_and_base_swapped",
            "What is the base and what the exponent in the correction?",
            "βᵗ: the base is beta, the exponent is t.",
            "S / (1 - t**B)",
        ),
        *each(
            "power_of_one_minus_beta",
            "What exactly is raised to the power t in the correction?",
            "beta alone: 1 - βᵗ, not (1 - β)ᵗ.",
            "S / (1 - B) ** t",
            "S / (1 - (1 - B) ** t)",
        ),
        *each(
            "one_minus_missing_in_the_correction",
            "By what does the correction divide? What does that become when t is large?",
            "By 1 - βᵗ, which tends to 1.",
            "S / B**t",
        ),
        *each(
            "plus_in_the_correction",
            "Does the correction make the averages larger, as it should?",
            "It divides by 1 - βᵗ, with a minus.",
            "S / (1 + B**t)",
        ),
        *each(
            "missing_parentheses_in_the_correction",
            "In which order does Python work out the correction?",
            "Put 1 - βᵗ in parentheses: a division comes before a difference.",
            "S / 1 - B**t",
        ),
        *each(
            "root_of_the_correction",
            "Is a root taken of the correction, or of what is corrected?",
            "The corrections divide by 1 - βᵗ itself.",
            "S / (1 - B**t) ** 0.5",
        ),
        *each(
            "corrected_twice",
            "How often is the average corrected?",
            "Once: divided by 1 - βᵗ.",
            "S / (1 - B**t) ** 2",
        ),
        *variants(
            "swapped_betas_in_the_corrections",
            "Which beta belongs to m̂, and which to v̂?",
            "Each average is corrected with its own beta.",
            hats("m / (1 - beta2**t)", "v / (1 - beta1**t)"),
        ),
        *variants(
            "beta2_in_the_correction_of_m",
            "Which beta belongs to m̂?",
            "Each average is corrected with its own beta.",
            hats("m / (1 - beta2**t)", ""),
        ),
        *variants(
            "beta1_in_the_correction_of_v",
            "Which beta belongs to v̂?",
            "Each average is corrected with its own beta.",
            hats("", "v / (1 - beta1**t)"),
        ),
        *variants(
            "v_corrected_from_m",
            "What is corrected to give v̂, and what to give m̂?",
            "m̂ comes from m, v̂ from v.",
            hats("", "m / (1 - beta2**t)"),
            hats("v / (1 - beta1**t)", ""),
            hats("v / (1 - beta1**t)", "m / (1 - beta2**t)"),
        ),
        *variants(
            "corrected_averages_stored_back",
            "Which m and v does the next step need: the corrected ones, or the averages "
            "themselves?",
            "The corrected averages are for this step only; m and v go out uncorrected.",
            [(f"return {returns}", "return w, m_hat, v_hat")],
        ),
        *variants(
            "corrected_m_stored_back",
            "Which m does the next step need: the corrected one, or the average itself?",
            "m̂ is for this step only; m goes out uncorrected.",
            [(f"return {returns}", "return w, m_hat, v")],
        ),
        *variants(
            "corrected_v_stored_back",
            "Which v does the next step need: the corrected one, or the average itself?",
            "v̂ is for this step only; v goes out uncorrected.",
            [(f"return {returns}", "return w, m, v_hat")],
        ),
    ]


def corrected_step(line=W, numerator="m_hat"):
    """Return mistakes in `w = w - lr * numerator / (np.sqrt(v_hat) + eps)`."""
    n = numerator
    table = {
        "missing_square_root": (
            "What is done to v̂ before it divides the step?",
            "The step is divided by the square root of v̂.",
            f"w - lr * {n} / (v_hat + eps)",
        ),
        "root_taken_twice": (
            "How often is the root taken on the way from v̂ to the step?",
            "One square root is enough.",
            f"w - lr * {n} / (np.sqrt(np.sqrt(v_hat)) + eps)",
            f"w - lr * {n} / np.sqrt(np.sqrt(v_hat) + eps)",
        ),
        "half_for_the_root": (
            "In which order does Python work out x ** 1 / 2?",
            "The power comes first: x ** 1 / 2 is half of x. The root is ** 0.5 or ** (1 / 2).",
            f"w - lr * {n} / (v_hat / 2 + eps)",
        ),
        "root_missing_in_the_learning_rate": (
            "Where the learning rate takes the corrections in: which of them stands under a root?",
            "lr · √(1 - β₂ᵗ) / (1 - β₁ᵗ): v̂ is rooted, and so is its correction.",
            f"w - lr * (1 - beta2**t) * {n} / (np.sqrt(v) + eps)",
        ),
        "square_instead_of_root": (
            "v̂ is already a square: what undoes that in the step?",
            "A square root, not another square.",
            f"w - lr * {n} / (v_hat**2 + eps)",
        ),
        "multiplied_by_the_root": (
            "Should a coordinate with a large v̂ move further or less far?",
            "√v̂ + eps divides.",
            f"w - lr * {n} * (np.sqrt(v_hat) + eps)",
        ),
        "eps_missing": (
            "What happens in a coordinate where v̂ is zero? Which symbol prevents it?",
            "eps is added to √v̂.",
            f"w - lr * {n} / np.sqrt(v_hat)",
        ),
        "eps_subtracted": (
            "Is eps added or subtracted?",
            "eps keeps √v̂ + eps away from zero, so it is added.",
            f"w - lr * {n} / (np.sqrt(v_hat) - eps)",
        ),
        "eps_inside_root": (
            "Where does eps stand in the step: under the root, or beside it?",
            "The denominator is √v̂ + eps: eps stands outside the root.",
            f"w - lr * {n} / np.sqrt(v_hat + eps)",
        ),
        "eps_inside_and_outside": (
            "In how many places does eps stand in the step?",
            "eps stands once: beside the root.",
            f"w - lr * {n} / (np.sqrt(v_hat + eps) + eps)",
        ),
        "eps_squared": (
            "Is eps itself squared or rooted in the formula?",
            "eps is added to √v̂ as it is.",
            f"w - lr * {n} / (np.sqrt(v_hat) + np.sqrt(eps))",
            f"w - lr * {n} / np.sqrt(v_hat + eps**2)",
            f"w - lr * {n} / (np.sqrt(v_hat) + eps**2)",
        ),
        "maximum_with_eps": (
            "Is eps added to √v̂, or the larger of the two taken?",
            "It is a sum, √v̂ + eps.",
            f"w - lr * {n} / np.maximum(np.sqrt(v_hat), eps)",
        ),
        "missing_parentheses": (
            "In which order does Python work out the step? To what exactly is eps added?",
            "A division comes before a sum. Put the denominator in parentheses.",
            f"w - lr * {n} / np.sqrt(v_hat) + eps",
            f"w - (lr * {n} / np.sqrt(v_hat) + eps)",
            f"w - lr * ({n} / np.sqrt(v_hat) + eps)",
            f"w - lr / np.sqrt(v_hat) + eps * {n}",
            f"w - (lr / np.sqrt(v_hat) + eps) * {n}",
        ),
        "gradient_in_place_of_m": (
            "What stands in the numerator of the step?",
            "The step goes along the corrected average of gradients, not along the last one.",
            "w - lr * grad / (np.sqrt(v_hat) + eps)",
        ),
        "lr_decayed_by_t": (
            "Does t stand anywhere but in the corrections?",
            "The rule uses lr as it is passed; a schedule is made outside.",
            f"w - lr / np.sqrt(t) * {n} / (np.sqrt(v_hat) + eps)",
            f"w - lr / t * {n} / (np.sqrt(v_hat) + eps)",
        ),
        "corrected_in_the_learning_rate_too": (
            "How often are the averages corrected?",
            "Either m̂ and v̂ are, or the learning rate is; not both.",
            f"w - lr * (1 - beta2**t) ** 0.5 / (1 - beta1**t) * {n} / (np.sqrt(v_hat) + eps)",
        ),
        "numerator_missing": (
            "What gives the step its direction?",
            "lr / (√v̂ + eps) is only the learning rate; it multiplies m̂.",
            "w - lr / (np.sqrt(v_hat) + eps)",
        ),
        "numerator_multiplied_by_the_gradient": (
            "How many factors has the numerator of the step?",
            "The gradient is in m̂ already.",
            f"w - lr * {n} * grad / (np.sqrt(v_hat) + eps)",
        ),
        "sign_of_the_numerator_only": (
            "Does the size of m̂ enter the step, or only its sign?",
            "The step multiplies m̂ itself.",
            f"w - lr * np.sign({n}) / (np.sqrt(v_hat) + eps)",
        ),
        "sign_of_the_numerator_lost": (
            "Can the step go both ways? What happens where m̂ is negative?",
            "m̂ itself is multiplied, with its sign.",
            f"w - lr * np.abs({n}) / (np.sqrt(v_hat) + eps)",
            f"w - lr * {n}**2 / (np.sqrt(v_hat) + eps)",
        ),
        "root_over_too_much": (
            "What stands under the root, and what stands outside it?",
            "Under the root is v̂, nothing else.",
            f"w - lr * np.sqrt(np.abs({n}) / (v_hat + eps)) * np.sign({n})",
            f"w - np.sqrt(lr / (v_hat + eps)) * {n}",
        ),
        "last_gradient_only_in_the_root": (
            "What stands under the root: v̂, or this step's gradient alone?",
            "It is v̂, which remembers the gradients before.",
            f"w - lr * {n} / (np.abs(grad) + eps)",
        ),
        "m_and_v_swapped_in_the_step": (
            "Which of m̂ and v̂ stands above the line, and which below?",
            "The step is m̂ / (√v̂ + eps).",
            f"w - lr * v_hat / (np.sqrt({n}) + eps)",
            f"w - lr * v_hat / (np.sqrt(np.abs({n})) + eps)",
            f"w - lr * np.sqrt(v_hat) / ({n} + eps)",
        ),
    }
    return [*lines(line, table), *step(line, "w = w - ", f"{n} / (np.sqrt(v_hat) + eps)")]


MISTAKES = {
    "bias_correction": returned(
        CORRECTION,
        {
            "correction_multiplied": (
                (
                    "In the first steps the average is too small: does your correction make it "
                    "larger?"
                ),
                "The correction divides by 1 - βᵗ.",
                "average * (1 - beta**t)",
            ),
            "bias_correction_missing": (
                "The average started at zero. What makes up for that?",
                "It is divided by 1 - βᵗ.",
                "average",
            ),
            "t_off_by_one": (
                "With which power of beta does the correction divide at t = 1?",
                "t counts from 1 and is the exponent as it is: 1 - βᵗ.",
                "average / (1 - beta ** (t + 1))",
                "average / (1 - beta ** (t - 1))",
                "average / (1 - beta ** (t - 1)) if t > 1 else average",
                "average / (1 - beta ** max(t - 1, 1))",
            ),
            "t_stuck_at_one": (
                "Does the correction change from step to step?",
                "The exponent is t: the correction fades out as t grows.",
                "average / (1 - beta)",
            ),
            "beta_times_t": (
                "Is beta multiplied by t, or raised to it?",
                "βᵗ is a power: beta**t.",
                "average / (1 - beta * t)",
            ),
            "power_and_base_swapped": (
                "What is the base and what the exponent?",
                "βᵗ: the base is beta, the exponent is t.",
                "average / (1 - t**beta)",
            ),
            "power_of_one_minus_beta": (
                "What exactly is raised to the power t?",
                "beta alone: 1 - βᵗ, not (1 - β)ᵗ.",
                "average / (1 - beta) ** t",
                "average / (1 - (1 - beta) ** t)",
            ),
            "one_minus_missing_in_the_correction": (
                "By what does the correction divide? What does that become when t is large?",
                "By 1 - βᵗ, which tends to 1.",
                "average / beta**t",
            ),
            "plus_in_the_correction": (
                "Does the correction make the average larger, as it should?",
                "It divides by 1 - βᵗ, with a minus.",
                "average / (1 + beta**t)",
            ),
            "missing_parentheses": (
                "In which order does Python work out the correction?",
                "Put 1 - βᵗ in parentheses: a division comes before a difference.",
                "average / 1 - beta**t",
            ),
            "wrong_sign": (
                "What is the sign of 1 - βᵗ? And of yours?",
                "1 - βᵗ is positive.",
                "average / (beta**t - 1)",
            ),
            "root_of_the_correction": (
                "Is a root taken of the correction?",
                "The average is divided by 1 - βᵗ itself; the root in Adam comes later.",
                "average / np.sqrt(1 - beta**t)",
                "np.sqrt(average / (1 - beta**t))",
            ),
            "corrected_twice": (
                "How often is the average corrected?",
                "Once: divided by 1 - βᵗ.",
                "average / (1 - beta**t) ** 2",
            ),
            "exponential_in_place_of_the_power": (
                "What is raised to the power t?",
                "beta**t, not e to the power -beta t.",
                "average / (1 - np.exp(-beta * t))",
            ),
            "rounded_down": (
                "Which of Python's two divisions is it: / or //?",
                "// rounds down to a whole number; / does not.",
                "average // (1 - beta**t)",
            ),
        },
    ),
    "adam_update": [
        *moments(),
        *corrections(),
        *corrected_step(),
        *variants(
            "swapped_betas",
            "Which beta belongs to m, and which to v?",
            "beta1 belongs to m and m̂, beta2 to v and v̂.",
            [
                (M, M.replace("beta1", "beta2")),
                (V, V.replace("beta2", "beta1")),
                (M_HAT, M_HAT.replace("beta1", "beta2")),
                (V_HAT, V_HAT.replace("beta2", "beta1")),
            ],
        ),
        *variants(
            "one_beta_for_both",
            "How many betas are there, and where does each stand?",
            "beta1 belongs to m and m̂, beta2 to v and v̂.",
            [(M, M.replace("beta1", "beta2")), (M_HAT, M_HAT.replace("beta1", "beta2"))],
            [(V, V.replace("beta2", "beta1")), (V_HAT, V_HAT.replace("beta2", "beta1"))],
        ),
        *variants(
            "eps_beside_the_uncorrected_root_as_in_keras",
            "This is Keras's form, a right Adam there, with eps beside the root of v before it is "
            "corrected; the course uses √v̂ + eps. Which does the docstring show?",
            "In the course's form the correction comes first, then the root, then eps.",
            [(W, "w = w - lr * (1 - beta2**t) ** 0.5 * m_hat / (np.sqrt(v) + eps)")],
            dialect=True,
        ),
        *variants(
            "eps_inside_the_uncorrected_root",
            "Is eps added before v is corrected, or after the root?",
            "In the course's form the correction comes first, then the root, then eps.",
            [
                (V_HAT, "v_hat = (v + eps) / (1 - beta2**t)"),
                (W, "w = w - lr * m_hat / np.sqrt(v_hat)"),
            ],
            [
                (V_HAT, "v_hat = v / (1 - beta2**t)"),
                (W, "w = w - lr * (1 - beta2**t) ** 0.5 * m_hat / np.sqrt(v + eps)"),
            ],
        ),
        *variants(
            "v_from_m",
            "What does v average: squares of the gradient, or of m?",
            "v = β₂ v + (1 - β₂) grad²; m does not enter.",
            [(V, "v = beta2 * v + (1 - beta2) * (m / (1 - beta1**t)) ** 2")],
        ),
        *variants(
            "rmsprop_in_place_of_adam",
            "This is RMSprop's step. Which average has Adam in its numerator, and what is done to "
            "both averages first?",
            "Adam's step is m̂ / (√v̂ + eps), with both averages corrected.",
            [(W, "w = w - lr * grad / (np.sqrt(v) + eps)")],
            [(W, "w = w - lr * grad / np.sqrt(v + eps)")],
        ),
        *variants(
            "amsgrad_in_place_of_adam",
            "Can the v in the step be larger than the average itself? Whose rule takes a maximum?",
            "The largest v so far is AMSGrad's; Adam divides by the root of v̂ as it is.",
            [
                (V, f"v_before = v\n    {V}"),
                (V_HAT, V_HAT.replace("= v", "= np.maximum(v_before, v)")),
            ],
            [(V, V.replace("= ", "= np.maximum(v, ") + ")")],
        ),
        *variants(
            "notes_schedule_form",
            "This is the notes' form among the schedules, lr / √(v + eps) times m. What do m̂ and v̂ "
            "differ in, and where does eps stand in the docstring?",
            "Both averages are corrected, and eps stands outside the root.",
            [(W, "w = w - lr * m / np.sqrt(v + eps)")],
        ),
        *variants(
            "look_ahead_of_nadam",
            "Does Adam look ahead? What stands in its numerator?",
            "β₁ m̂ + (1 - β₁) grad is Nadam's numerator; Adam's is m̂.",
            [(W, "w = w - lr * (beta1 * m_hat + (1 - beta1) * grad) / (np.sqrt(v_hat) + eps)")],
            [
                (
                    W,
                    (
                        "w = w - lr * (beta1 * m_hat + (1 - beta1) * grad / (1 - beta1**t)) "
                        "/ (np.sqrt(v_hat) + eps)"
                    ),
                )
            ],
            [
                (
                    W,
                    (
                        "w = w - lr * (beta1 * m / (1 - beta1 ** (t + 1)) "
                        "+ (1 - beta1) * grad / (1 - beta1**t)) / (np.sqrt(v_hat) + eps)"
                    ),
                )
            ],
        ),
        *stale(M, "m", M_HAT, M_HAT.replace("= m", "= m_before"), "_m"),
        *stale(V, "v", V_HAT, V_HAT.replace("= v", "= v_before"), "_v"),
        *variants(
            "stale_state",
            "Which m and v are in the step: those from before this gradient, or the new ones?",
            "First come the equations of m and v, then the step, with the new ones.",
            [
                (M, f"m_before, v_before = m, v\n    {M}"),
                (M_HAT, M_HAT.replace("= m", "= m_before")),
                (V_HAT, V_HAT.replace("= v", "= v_before")),
            ],
        ),
    ],
}
