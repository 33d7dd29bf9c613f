"""Wrong look-aheads and wrong Nadams."""

from solutions.mistakes.adam import M, V, moments
from solutions.mistakes.families import (
    average,
    averaged_square,
    lines,
    old_state,
    returned,
    stale,
    step,
    variants,
)

# nag_update and nesterov_update

NAG_U = "u = beta * u + lr * grad_fn(w - beta * u)"
NAG_W = "w = w - u"
GRAD = "grad_fn(w - beta * u)"
U = "u = beta * u + lr * grad"
W = "w = w - (beta * u + lr * grad)"


def velocity(line, gradient):
    """Return mistakes in `u = beta * u + lr * gradient`."""
    g = gradient
    return lines(
        line,
        {
            "no_decay": (
                "Is anything of the old u forgotten in a step?",
                "The old u is multiplied by beta.",
                f"u + lr * {g}",
            ),
            "state_thrown_away": (
                "Where does the u that was passed in enter the new u?",
                "The first term of the new u is the old one, times beta.",
                f"lr * {g}",
            ),
            "state_not_updated": (
                "Does u change in a step?",
                "u comes back as it was passed in. Which equation gives the new one?",
                "u",
            ),
            "new_value_missing": (
                "What does this step's gradient add to u?",
                "lr times the gradient.",
                "beta * u",
            ),
            "minus_for_plus": (
                "Are the two terms in the equation of u added or subtracted?",
                "Both stand with a plus; the minus is in the step of w.",
                f"beta * u - lr * {g}",
            ),
            "lr_missing_in_u": (
                "Where does the learning rate stand: in u, or in the step?",
                "In this form lr stands inside u.",
                f"beta * u + {g}",
            ),
            "one_minus_beta_in_u": (
                "Is u an average or a sum that fades?",
                "The gradient's factor is lr alone, without 1 - beta.",
                f"beta * u + (1 - beta) * lr * {g}",
                f"beta * u + (1 - beta) * {g}",
            ),
            "beta_and_one_minus_beta_swapped": (
                "By what is the old u multiplied?",
                "By beta.",
                f"(1 - beta) * u + lr * {g}",
                f"(1 - beta) * u + beta * {g}",
                f"(1 - beta) * u + beta * lr * {g}",
            ),
            "decay_applied_to_the_new_value_too": (
                "Which term in the equation of u is multiplied by beta?",
                "The old u alone.",
                f"beta * (u + lr * {g})",
            ),
            "beta_and_lr_swapped": (
                "Which of beta and lr belongs to the old u, and which to the gradient?",
                "beta keeps a share of u; lr scales the gradient.",
                f"lr * u + beta * {g}",
            ),
            "lr_twice_in_u": (
                "How often does the learning rate enter u?",
                "Once: lr times the gradient.",
                f"beta * u + lr * lr * {g}",
                f"lr * (beta * u + lr * {g})",
            ),
            "lr_for_the_old_velocity_too": (
                "Which term in the equation of u is multiplied by lr?",
                "The gradient alone: the old u holds its lr already.",
                f"lr * (beta * u + {g})",
            ),
            "sign_of_the_gradient_lost": (
                "What happens to a negative gradient?",
                "The gradient enters u with its sign.",
                f"beta * u + lr * np.abs({g})",
            ),
            "squared_gradient": (
                "Is the gradient squared in u?",
                "u sums gradients, with their signs.",
                f"beta * u + lr * {g}**2",
            ),
        },
    )


NAG = [
    *velocity(NAG_U, GRAD),
    *lines(
        NAG_U,
        {
            "gradient_at_w": (
                "Where is the gradient taken: where you stand, or where the velocity carries you?",
                "At the look-ahead point w - beta u; at w it is plain momentum.",
                "beta * u + lr * grad_fn(w)",
            ),
            "look_ahead_with_the_wrong_sign": (
                "u is subtracted from w in the step: on which side of w is the look-ahead point?",
                "The look-ahead point is w - beta u.",
                "beta * u + lr * grad_fn(w + beta * u)",
            ),
            "look_ahead_by_u": (
                "How far ahead is the gradient taken: by u, or by the share of it that is kept?",
                "By beta u.",
                "beta * u + lr * grad_fn(w - u)",
            ),
            "look_ahead_by_u_with_the_wrong_sign": (
                "On which side of w is the look-ahead point, and how far away?",
                "The look-ahead point is w - beta u.",
                "beta * u + lr * grad_fn(w + u)",
            ),
            "look_ahead_by_lr": (
                "How far ahead is the gradient taken?",
                "By beta u; lr is in u already.",
                "beta * u + lr * grad_fn(w - lr * beta * u)",
                "beta * u + lr * grad_fn(w - lr * u)",
            ),
            "gradient_at_the_velocity": (
                "At which point is the gradient taken?",
                "At w - beta u.",
                "beta * u + lr * grad_fn(beta * u)",
                "beta * u + lr * grad_fn(u)",
            ),
            "two_gradients": (
                "How many gradients does a step need?",
                "One, at the look-ahead point.",
                "beta * u + lr * (grad_fn(w) + grad_fn(w - beta * u))",
                "beta * u + lr * (grad_fn(w) + grad_fn(w - beta * u)) / 2",
            ),
        },
    ),
    *lines(
        NAG_W,
        {
            "wrong_sign": (
                "In which direction does w move: with u or against it?",
                "To descend, u is subtracted.",
                "w + u",
            ),
            "lr_twice": (
                "How often does the learning rate act?",
                "lr stands inside u; the step is u itself.",
                "w - lr * u",
            ),
            "beta_twice": (
                "How far does w move: by u, or by a share of it?",
                "By u; its decay is in the equation of u.",
                "w - beta * u",
            ),
            "step_returned_in_place_of_parameters": (
                "What goes out first: the new parameters, or only how far they move?",
                "The new w is the old w minus u.",
                "u",
                "-u",
            ),
            "parameters_not_updated": (
                "Does w change in a step?",
                "w comes back as it was passed in.",
                "w",
            ),
        },
    ),
    *variants(
        "moved_twice",
        "From where does the step set out: from w, or from the look-ahead point?",
        "From w. The look-ahead point is only where the gradient is taken.",
        [(NAG_U, f"ahead = w - beta * u\n    {NAG_U}"), (NAG_W, "w = ahead - u")],
        [(NAG_U, f"w = w - beta * u\n    {NAG_U.replace('w - beta * u', 'w')}")],
        [(NAG_W, "w = w - beta * u - u")],
    ),
    *variants(
        "two_gradients",
        "How many gradients does a step need?",
        "One, at the look-ahead point.",
        [(NAG_W, "w = w - u - lr * grad_fn(w)")],
        [(NAG_U, "u = beta * u + lr * grad_fn(w)\n    u = beta * u + lr * grad_fn(w - beta * u)")],
    ),
    *variants(
        "lr_outside_u",
        "Where does the learning rate stand: inside u, or in the step?",
        "In the course's form, that of the notes, lr stands inside u, and the step is u itself.",
        [(NAG_U, "u = beta * u + grad_fn(w - beta * u)"), (NAG_W, "w = w - lr * u")],
        [(NAG_U, "u = beta * u + grad_fn(w - lr * beta * u)"), (NAG_W, "w = w - lr * u")],
    ),
    *variants(
        "velocity_with_the_opposite_sign",
        "Is u subtracted from w, or added? Some papers and libraries keep it with the other sign.",
        "Here u = beta u + lr ∇L(w - beta u), and the step is w - u.",
        [(NAG_U, "u = beta * u - lr * grad_fn(w + beta * u)"), (NAG_W, "w = w + u")],
    ),
    *variants(
        "rewritten_form_with_the_gradient_function",
        "Is the gradient taken at w here, or ahead of it?",
        "In this form w is where you stand, and the gradient is taken at w - beta u.",
        [
            (NAG_U, "grad = grad_fn(w)\n    u = beta * u + lr * grad"),
            (NAG_W, "w = w - (beta * u + lr * grad)"),
        ],
    ),
    *variants(
        "step_from_the_look_ahead_without_velocity",
        "By what does w move in the end?",
        "By the whole new u.",
        [(NAG_U, f"step = lr * {GRAD}\n    {NAG_U}"), (NAG_W, "w = w - step")],
    ),
    *stale(NAG_U, "u", NAG_W, "w = w - u_before"),
    *old_state(NAG_U, "u", "w, u"),
]

NESTEROV = [
    *velocity(U, "grad"),
    *lines(
        W,
        {
            "wrong_sign": (
                "In which direction does the step go: with the gradient or against it?",
                "To descend, w moves against the gradient: there is a minus.",
                "w + (beta * u + lr * grad)",
            ),
            "plain_momentum": (
                "This is momentum without a look-ahead. What is added to beta u in this form?",
                "The step is beta u + lr grad, with the new u.",
                "w - u",
            ),
            "decay_missing_in_the_step": (
                "By what is the new u multiplied in the step?",
                "By beta: the step is beta u + lr grad.",
                "w - (u + lr * grad)",
            ),
            "gradient_missing_in_the_step": (
                "How many terms has the step of the rewritten form?",
                "Two: beta u and lr grad.",
                "w - beta * u",
            ),
            "velocity_missing_in_the_step": (
                "How many terms has the step of the rewritten form?",
                "Two: beta u and lr grad.",
                "w - lr * grad",
            ),
            "missing_parentheses": (
                "Which sign has the second term of the step?",
                "Both terms are subtracted: put their sum in parentheses.",
                "w - beta * u + lr * grad",
            ),
            "lr_missing_in_the_step": (
                "By what is the gradient multiplied in the step?",
                "By lr.",
                "w - (beta * u + grad)",
            ),
            "lr_twice": (
                "How often does the learning rate act on u?",
                "lr stands inside u already: the step is beta u + lr grad.",
                "w - lr * (beta * u + grad)",
                "w - lr * (beta * u + lr * grad)",
            ),
            "beta_for_both_terms": (
                "Which term of the step is multiplied by beta?",
                "u alone.",
                "w - beta * (u + lr * grad)",
                "w - beta * (u + grad)",
            ),
            "look_ahead_with_the_wrong_sign": (
                "Do the two terms of the step point the same way?",
                "Both are subtracted: w - (beta u + lr grad).",
                "w - (lr * grad - beta * u)",
            ),
            "beta_twice": (
                "Which power of beta multiplies u in the step?",
                "beta itself, with the new u.",
                "w - (beta * beta * u + lr * grad)",
            ),
            "weights_of_an_average": (
                "Do the two terms of the step have the weights of an average?",
                "The step is beta u + lr grad.",
                "w - (beta * u + (1 - beta) * lr * grad)",
                "w - (beta * u + (1 - beta) * grad)",
            ),
            "decay_counted_twice": (
                "How often does the gradient enter the step?",
                "The step is beta u + lr grad.",
                "w - (beta * u + u)",
                "w - ((1 + beta) * u + lr * grad)",
            ),
            "step_returned_in_place_of_parameters": (
                "What goes out first: the new parameters, or only how far they move?",
                "The new w is the old w minus the step.",
                "beta * u + lr * grad",
                "-(beta * u + lr * grad)",
            ),
            "parameters_not_updated": (
                "Does w change in a step?",
                "w comes back as it was passed in.",
                "w",
            ),
        },
    ),
    *old_state(U, "u", "w, u"),
    *variants(
        "velocity_with_the_opposite_sign_as_in_keras",
        "This is Keras's form, which keeps the velocity with a minus; the course adds lr grad to u "
        "and subtracts in the step. Which does the docstring show?",
        "u = beta u + lr grad, and the step is w - (beta u + lr grad).",
        [(U, "u = beta * u - lr * grad"), (W, "w = w + (beta * u - lr * grad)")],
        dialect=True,
    ),
    *variants(
        "lr_outside_u_as_in_torch",
        "This is PyTorch's form, which keeps lr outside the velocity; in the course lr stands "
        "inside u. Which does the docstring show?",
        "u = beta u + lr grad, and the step is beta u + lr grad.",
        [(U, "u = beta * u + grad"), (W, "w = w - lr * (beta * u + grad)")],
        dialect=True,
    ),
]

# nadam_update

BAR = "m_bar = beta1 * m / (1 - beta1 ** (t + 1)) + (1 - beta1) * grad / (1 - beta1**t)"
V_HAT = "v_hat = v / (1 - beta2**t)"
STEP = "w = w - lr * m_bar / (np.sqrt(v_hat) + eps)"


def denominator():
    """Return mistakes in the root and the step of Nadam."""
    return [
        *lines(
            STEP,
            {
                "missing_square_root": (
                    "What is done to v̂ before it divides the step?",
                    "The step is divided by the square root of v̂.",
                    "w - lr * m_bar / (v_hat + eps)",
                ),
                "multiplied_by_the_root": (
                    "Should a coordinate with a large v̂ move further or less far?",
                    "√v̂ + eps divides.",
                    "w - lr * m_bar * (np.sqrt(v_hat) + eps)",
                ),
                "root_taken_twice": (
                    "How often is the root taken?",
                    "One square root is enough.",
                    "w - lr * m_bar / (np.sqrt(np.sqrt(v_hat)) + eps)",
                ),
                "eps_missing": (
                    "What happens in a coordinate where v̂ is zero? Which symbol prevents it?",
                    "eps is added to √v̂.",
                    "w - lr * m_bar / np.sqrt(v_hat)",
                ),
                "eps_inside_root": (
                    "Where does eps stand in the step: under the root, or beside it?",
                    "The denominator is √v̂ + eps: eps stands outside the root.",
                    "w - lr * m_bar / np.sqrt(v_hat + eps)",
                ),
                "eps_subtracted": (
                    "Is eps added or subtracted?",
                    "eps keeps √v̂ + eps away from zero, so it is added.",
                    "w - lr * m_bar / (np.sqrt(v_hat) - eps)",
                ),
                "eps_inside_and_outside": (
                    "In how many places does eps stand in the step?",
                    "eps stands once: beside the root.",
                    "w - lr * m_bar / (np.sqrt(v_hat + eps) + eps)",
                ),
                "maximum_with_eps": (
                    "Is eps added to √v̂, or the larger of the two taken?",
                    "It is a sum, √v̂ + eps.",
                    "w - lr * m_bar / np.maximum(np.sqrt(v_hat), eps)",
                ),
                "missing_parentheses": (
                    "In which order does Python work out the step? To what exactly is eps added?",
                    "A division comes before a sum. Put the denominator in parentheses.",
                    "w - lr * m_bar / np.sqrt(v_hat) + eps",
                    "w - (lr * m_bar / np.sqrt(v_hat) + eps)",
                    "w - lr * (m_bar / np.sqrt(v_hat) + eps)",
                ),
                "adam_in_place_of_nadam": (
                    "This is Adam's step. What does Nadam put into the numerator in place of m̂?",
                    "m̄, which looks one step ahead and adds this step's gradient once more.",
                    "w - lr * m / (1 - beta1**t) / (np.sqrt(v_hat) + eps)",
                ),
                "gradient_in_place_of_m": (
                    "What stands in the numerator of the step?",
                    "m̄, made of m and of the gradient.",
                    "w - lr * grad / (np.sqrt(v_hat) + eps)",
                ),
                "sign_of_the_numerator_lost": (
                    "Can the step go both ways?",
                    "m̄ is multiplied with its sign.",
                    "w - lr * np.abs(m_bar) / (np.sqrt(v_hat) + eps)",
                ),
                "lr_decayed_by_t": (
                    "Does t stand anywhere but in the corrections?",
                    "The rule uses lr as it is passed; a schedule is made outside.",
                    "w - lr / np.sqrt(t) * m_bar / (np.sqrt(v_hat) + eps)",
                    "w - lr / t * m_bar / (np.sqrt(v_hat) + eps)",
                ),
                "numerator_missing": (
                    "What gives the step its direction?",
                    "lr / (√v̂ + eps) multiplies m̄.",
                    "w - lr / (np.sqrt(v_hat) + eps)",
                ),
                "denominator_missing": (
                    "By what is the step divided, for each coordinate?",
                    "By √v̂ + eps.",
                    "w - lr * m_bar",
                ),
            },
        ),
        *step(STEP, "w = w - ", "m_bar / (np.sqrt(v_hat) + eps)"),
        *lines(
            V_HAT,
            {
                "v_not_corrected": (
                    "v starts at zero. What makes up for that?",
                    "v̂ = v / (1 - β₂ᵗ).",
                    "v",
                ),
                "correction_multiplied_of_v": (
                    "In the first steps v is too small: does your correction make it larger?",
                    "The correction divides by 1 - β₂ᵗ.",
                    "v * (1 - beta2**t)",
                ),
                "beta1_in_the_correction_of_v": (
                    "Which beta belongs to v̂?",
                    "v̂ = v / (1 - β₂ᵗ).",
                    "v / (1 - beta1**t)",
                ),
                "t_off_by_one_of_v": (
                    "With which power of beta2 is v corrected?",
                    "With t, as in Adam: 1 - β₂ᵗ.",
                    "v / (1 - beta2 ** (t + 1))",
                    "v / (1 - beta2 ** (t - 1))",
                ),
                "t_stuck_at_one_of_v": (
                    "Does the correction change from step to step?",
                    "The exponent is t.",
                    "v / (1 - beta2)",
                ),
                "beta_times_t_of_v": (
                    "Is beta2 multiplied by t, or raised to it?",
                    "β₂ᵗ is a power.",
                    "v / (1 - beta2 * t)",
                ),
            },
        ),
        *stale(V, "v", V_HAT, V_HAT.replace("= v", "= v_before"), "_v"),
        *variants(
            "corrected_v_stored_back",
            "Which v does the next step need: the corrected one, or the average itself?",
            "v̂ is for this step only; v goes out uncorrected.",
            [("return w, m, v", "return w, m, v_hat")],
        ),
        *variants(
            "look_ahead_stored_back",
            "Which m does the next step need: the average, or the one that looks ahead?",
            "m̄ is for this step only; m goes out as the average it is.",
            [("return w, m, v", "return w, m_bar, v")],
        ),
    ]


def bar(first, second, line=BAR):
    """Put other terms into m̄."""
    return [(line, f"m_bar = {first} + {second}")]


AHEAD, NOW = "beta1 * m / (1 - beta1 ** (t + 1))", "(1 - beta1) * grad / (1 - beta1**t)"
NADAM_HINT = "m̄ = β₁ m / (1 - β₁ᵗ⁺¹) + (1 - β₁) grad / (1 - β₁ᵗ)."

NADAM = [
    # With a minus, lr in m cannot be told from the notes' form.
    *[m for m in moments() if "- lr * grad" not in str(m.edits)],
    *variants(
        "swapped_betas",
        "Which beta belongs to m, and which to v?",
        "beta1 belongs to m and m̄, beta2 to v and v̂.",
        [
            (M, M.replace("beta1", "beta2")),
            (V, V.replace("beta2", "beta1")),
            (BAR, BAR.replace("beta1", "beta2")),
            (V_HAT, V_HAT.replace("beta2", "beta1")),
        ],
    ),
    *denominator(),
    *variants(
        "t_off_by_one",
        "m looks one step ahead: which power of beta1 corrects it, and which corrects the "
        "gradient?",
        NADAM_HINT,
        bar("beta1 * m / (1 - beta1**t)", NOW),
        bar(AHEAD, "(1 - beta1) * grad / (1 - beta1 ** (t + 1))"),
        bar("beta1 * m / (1 - beta1**t)", "(1 - beta1) * grad / (1 - beta1 ** (t + 1))"),
        bar("beta1 * m / (1 - beta1 ** (t + 2))", "(1 - beta1) * grad / (1 - beta1 ** (t + 1))"),
        bar("beta1 * m / (1 - beta1**t)", "(1 - beta1) * grad / (1 - beta1 ** (t - 1))"),
    ),
    *variants(
        "t_off_by_one_everywhere",
        "Does t count from 1, and is it the exponent as it is?",
        f"{NADAM_HINT} And v̂ = v / (1 - β₂ᵗ).",
        [
            *bar(
                "beta1 * m / (1 - beta1 ** (t + 2))", "(1 - beta1) * grad / (1 - beta1 ** (t + 1))"
            ),
            (V_HAT, "v_hat = v / (1 - beta2 ** (t + 1))"),
        ],
        [
            *bar("beta1 * m / (1 - beta1**t)", "(1 - beta1) * grad / (1 - beta1 ** (t - 1))"),
            (V_HAT, "v_hat = v / (1 - beta2 ** (t - 1))"),
        ],
    ),
    *variants(
        "t_stuck_at_one",
        "Do the corrections change from step to step?",
        f"{NADAM_HINT} And v̂ = v / (1 - β₂ᵗ).",
        [
            *bar("beta1 * m / (1 - beta1**2)", "(1 - beta1) * grad / (1 - beta1)"),
            (V_HAT, "v_hat = v / (1 - beta2)"),
        ],
        [
            *bar("beta1 * m / (1 - beta1)", "(1 - beta1) * grad / (1 - beta1)"),
            (V_HAT, "v_hat = v / (1 - beta2)"),
        ],
    ),
    *variants(
        "stale_state",
        "Which m and v are in the step: those from before this gradient, or the new ones?",
        "First come the equations of m and v, then the step, with the new ones.",
        [
            (M, f"m_before, v_before = m, v\n    {M}"),
            (BAR, BAR.replace("* m /", "* m_before /")),
            (V_HAT, V_HAT.replace("= v", "= v_before")),
        ],
    ),
    *variants(
        "corrected_averages_stored_back",
        "Which m and v does the next step need: the corrected ones, or the averages themselves?",
        "The corrected averages are for this step only; m and v go out uncorrected.",
        [("return w, m, v", "return w, m / (1 - beta1**t), v_hat")],
        [("return w, m, v", "return w, m_bar, v_hat")],
    ),
    *variants(
        "corrected_m_stored_back",
        "Which m does the next step need: the corrected one, or the average itself?",
        "m goes out as the average it is.",
        [("return w, m, v", "return w, m / (1 - beta1**t), v")],
    ),
    *variants(
        "bias_correction_missing",
        "m starts at zero. What makes up for that in both terms of m̄?",
        NADAM_HINT,
        bar("beta1 * m", "(1 - beta1) * grad"),
    ),
    *variants(
        "bias_correction_missing_everywhere",
        "m and v start at zero. What makes up for that?",
        f"{NADAM_HINT} And v̂ = v / (1 - β₂ᵗ).",
        [*bar("beta1 * m", "(1 - beta1) * grad"), (V_HAT, "v_hat = v")],
    ),
    *variants(
        "gradient_not_corrected",
        "Are both terms of m̄ corrected?",
        NADAM_HINT,
        bar(AHEAD, "(1 - beta1) * grad"),
        bar("beta1 * m / (1 - beta1**t)", "(1 - beta1) * grad"),
    ),
    *variants(
        "m_not_corrected",
        "Are both terms of m̄ corrected?",
        NADAM_HINT,
        bar("beta1 * m", NOW),
    ),
    *variants(
        "correction_multiplied",
        "Do the corrections in m̄ make its terms larger?",
        NADAM_HINT,
        bar("beta1 * m * (1 - beta1 ** (t + 1))", "(1 - beta1) * grad * (1 - beta1**t)"),
    ),
    *variants(
        "beta2_in_the_correction_of_m",
        "Which beta belongs to m̄?",
        NADAM_HINT,
        bar("beta1 * m / (1 - beta2 ** (t + 1))", "(1 - beta1) * grad / (1 - beta2**t)"),
    ),
    *variants(
        "gradient_term_missing",
        "How many terms has m̄?",
        NADAM_HINT,
        [(BAR, f"m_bar = {AHEAD}")],
    ),
    *variants(
        "momentum_term_missing",
        "How many terms has m̄?",
        NADAM_HINT,
        [(BAR, f"m_bar = {NOW}")],
    ),
    *variants(
        "missing_one_minus_beta_in_the_look_ahead",
        "What is the weight of the gradient in m̄?",
        NADAM_HINT,
        bar(AHEAD, "grad / (1 - beta1**t)"),
    ),
    *variants(
        "no_decay_in_the_look_ahead",
        "What is the weight of m in m̄?",
        NADAM_HINT,
        bar("m / (1 - beta1 ** (t + 1))", NOW),
    ),
    *variants(
        "beta_and_one_minus_beta_swapped_in_the_look_ahead",
        "Which weight in m̄ belongs to m, and which to the gradient?",
        NADAM_HINT,
        bar("(1 - beta1) * m / (1 - beta1 ** (t + 1))", "beta1 * grad / (1 - beta1**t)"),
    ),
    *variants(
        "minus_for_plus_in_the_look_ahead",
        "Are the two terms of m̄ added or subtracted?",
        NADAM_HINT,
        [(BAR, f"m_bar = {AHEAD} - {NOW}")],
    ),
    *variants(
        "stale_state_m",
        "Which m is in m̄: the one from before this gradient, or the new one?",
        "The new one: first m and v, then m̄.",
        [(M, f"m_before = m\n    {M}"), (BAR, BAR.replace("* m /", "* m_before /"))],
    ),
    *variants(
        "momentum_schedule_as_in_torch",
        "This is PyTorch's Nadam, whose momentum grows with t; the course holds it at beta1. Which "
        "does the docstring show?",
        "nadam_scheduled_update is that form; here beta1 stands in its place.",
        [
            (
                BAR,
                (
                    "mu = [beta1 * (1 - 0.5 * 0.96 ** (k * 0.004)) for k in range(1, t + 2)]\n"
                    "    now = np.prod(mu[:-1])\n"
                    "    m_bar = mu[-1] * m / (1 - now * mu[-1]) + (1 - mu[-2]) * grad / (1 - now)"
                ),
            )
        ],
        dialect=True,
    ),
    *variants(
        "momentum_schedule_as_in_keras",
        "This is Keras's Nadam, whose momentum grows with t; the course holds it at beta1. Which "
        "does the docstring show?",
        "nadam_scheduled_update is that form; here beta1 stands in its place.",
        [
            (
                BAR,
                (
                    "mu = [beta1 * (1 - 0.5 * 0.96**k) for k in range(1, t + 2)]\n"
                    "    now = np.prod(mu[:-1])\n"
                    "    m_bar = mu[-1] * m / (1 - now * mu[-1]) + (1 - mu[-2]) * grad / (1 - now)"
                ),
            )
        ],
        dialect=True,
    ),
    *variants(
        "notes_form",
        "This is the notes' NADAM. What is corrected in Nadam, and how often does lr act?",
        NADAM_HINT,
        [
            (M, "m = beta1 * m + lr * grad"),
            (BAR, "m_bar = beta1 * m + (1 - beta1) * grad"),
            (V_HAT, "v_hat = v"),
        ],
    ),
]

# dozat_momentum

MOMENTUM = "return beta1 * (1 - 0.5 * 0.96 ** (t * momentum_decay))"

DOZAT = returned(
    MOMENTUM,
    {
        "half_missing": (
            "With which share of beta1 does the momentum begin, at t = 0?",
            "With a half: 1 - ½ · 0.96^(…).",
            "beta1 * (1 - 0.96 ** (t * momentum_decay))",
        ),
        "momentum_decay_missing": (
            "What sets the speed of the schedule?",
            "The exponent is t · momentum_decay.",
            "beta1 * (1 - 0.5 * 0.96**t)",
        ),
        "plus_for_minus": (
            "Does the momentum grow towards beta1 from below, or fall from above?",
            "From below: 1 minus a term that fades.",
            "beta1 * (1 + 0.5 * 0.96 ** (t * momentum_decay))",
        ),
        "beta1_missing": (
            "Towards which value does the momentum grow?",
            "Towards beta1, a factor of the whole.",
            "1 - 0.5 * 0.96 ** (t * momentum_decay)",
        ),
        "divided_by_momentum_decay": (
            "Does a larger momentum_decay make the schedule faster?",
            "The exponent is the product t · momentum_decay.",
            "beta1 * (1 - 0.5 * 0.96 ** (t / momentum_decay))",
        ),
        "t_off_by_one": (
            "Which t stands in the exponent?",
            "t as it is passed.",
            "beta1 * (1 - 0.5 * 0.96 ** ((t + 1) * momentum_decay))",
            "beta1 * (1 - 0.5 * 0.96 ** ((t - 1) * momentum_decay))",
        ),
        "one_minus_missing": (
            "Does the momentum grow or fade?",
            "It grows: 1 - ½ · 0.96^(…).",
            "beta1 * 0.5 * 0.96 ** (t * momentum_decay)",
        ),
        "product_in_place_of_the_power": (
            "Is 0.96 multiplied by the exponent, or raised to it?",
            "It is a power.",
            "beta1 * (1 - 0.5 * 0.96 * t * momentum_decay)",
        ),
        "wrong_base": (
            "What is the base of the power?",
            "0.96.",
            *(
                f"beta1 * (1 - 0.5 * {base} ** (t * momentum_decay))"
                for base in (0.9, 0.95, 0.99, "0.96**-1", "beta1")
            ),
            "beta1 * (1 - 0.5 * np.exp(-t * momentum_decay))",
        ),
        "beta1_inside": (
            "What is multiplied by beta1?",
            "The whole of 1 - ½ · 0.96^(…).",
            "beta1 - 0.5 * 0.96 ** (t * momentum_decay)",
            "1 - beta1 * 0.5 * 0.96 ** (t * momentum_decay)",
        ),
        "half_inside_the_power": (
            "What is raised to the power: 0.96, or half of it?",
            "0.96 alone.",
            "beta1 * (1 - (0.5 * 0.96) ** (t * momentum_decay))",
        ),
        "half_of_the_whole": (
            "What is halved: the term that fades, or the whole?",
            "The term that fades.",
            "0.5 * beta1 * (1 - 0.96 ** (t * momentum_decay))",
        ),
        "parentheses_missing_in_the_exponent": (
            "In which order does Python work out the power?",
            "A power comes before a product: put t * momentum_decay in parentheses.",
            "beta1 * (1 - 0.5 * 0.96**t * momentum_decay)",
        ),
    },
)

# nadam_scheduled_update

MU = "mu = dozat_momentum(t, beta1=beta1, momentum_decay=momentum_decay)"
MU_NEXT = "mu_next = dozat_momentum(t + 1, beta1=beta1, momentum_decay=momentum_decay)"
PRODUCT = "mu_product = mu_product * mu"
S_BAR = "m_bar = mu_next * m / (1 - mu_product * mu_next) + (1 - mu) * grad / (1 - mu_product)"
S_AHEAD = "mu_next * m / (1 - mu_product * mu_next)"
S_NOW = "(1 - mu) * grad / (1 - mu_product)"
S_RETURN = "w, m, v, mu_product"
S_HINT = "m̄ = μₜ₊₁ m / (1 - M μₜ₊₁) + (1 - μₜ) grad / (1 - M), with M = μ₁ · … · μₜ."


def four(mistakes):
    """Let mistakes that name the results of three return four."""
    from dataclasses import replace

    def fix(pair):
        old, new = pair
        if old.startswith("return "):
            return f"{old}, mu_product", f"{new}, mu_product"
        return pair

    return [replace(m, edits=tuple(map(fix, m.edits))) for m in mistakes]


SCHEDULED = [
    *four(moments()),
    *four(denominator()),
    *variants(
        "momentum_held_at_beta1",
        "Does the momentum grow here, or is it beta1 from the start?",
        S_HINT,
        [(MU, "mu = beta1"), (MU_NEXT, "mu_next = beta1")],
    ),
    *variants(
        "schedule_off_by_one",
        "At which t is μ taken, and at which t the next one?",
        "μₜ at t, μₜ₊₁ at t + 1; t counts from 1.",
        [(MU, MU.replace("(t,", "(t - 1,")), (MU_NEXT, MU_NEXT.replace("t + 1,", "t,"))],
        [(MU, MU.replace("(t,", "(t + 1,")), (MU_NEXT, MU_NEXT.replace("t + 1,", "t + 2,"))],
    ),
    *variants(
        "next_momentum_missing",
        "Which μ belongs to the term that looks ahead?",
        S_HINT,
        [(MU_NEXT, "mu_next = mu")],
    ),
    *variants(
        "current_momentum_missing",
        "Which μ belongs to the gradient's term?",
        S_HINT,
        [(MU, MU.replace("(t,", "(t + 1,"))],
    ),
    *variants(
        "product_not_updated",
        "What is multiplied into M in every step?",
        "M is the product of all μ so far, this step's among them.",
        [(PRODUCT, "mu_product = mu_product")],
    ),
    *variants(
        "product_thrown_away",
        "Where does the product that was passed in enter the new one?",
        "M is the old product times μₜ.",
        [(PRODUCT, "mu_product = mu")],
    ),
    *variants(
        "power_in_place_of_the_product",
        "All μ differ: is their product a power of one of them?",
        "M is the product μ₁ · … · μₜ.",
        [(PRODUCT, "mu_product = mu**t")],
        [(PRODUCT, "mu_product = beta1**t")],
    ),
    *variants(
        "sum_in_place_of_the_product",
        "Are the μ multiplied or added?",
        "M is a product.",
        [(PRODUCT, "mu_product = mu_product + mu if t > 1 else mu")],
        [(PRODUCT, "mu_product = mu_product + mu")],
    ),
    *variants(
        "next_momentum_in_the_product",
        "Which μ goes into the product that is returned?",
        "M ends with μₜ; μₜ₊₁ is for the look-ahead alone.",
        [(PRODUCT, "mu_product = mu_product * mu_next")],
        [("return w, m, v, mu_product", "return w, m, v, mu_product * mu_next")],
    ),
    *variants(
        "old_product_returned",
        "Which product goes out: the one that came in, or the new one?",
        "The next step needs M with this step's μ in it.",
        [
            (PRODUCT, f"before = mu_product\n    {PRODUCT}"),
            ("return w, m, v, mu_product", "return w, m, v, before"),
        ],
    ),
    *variants(
        "look_ahead_not_corrected_ahead",
        "By which product is the look-ahead corrected?",
        S_HINT,
        bar("mu_next * m / (1 - mu_product)", S_NOW, S_BAR),
    ),
    *variants(
        "bias_correction_missing",
        "m starts at zero. What makes up for that in both terms of m̄?",
        S_HINT,
        bar("mu_next * m", "(1 - mu) * grad", S_BAR),
    ),
    *variants(
        "gradient_not_corrected",
        "Are both terms of m̄ corrected?",
        S_HINT,
        bar(S_AHEAD, "(1 - mu) * grad", S_BAR),
    ),
    *variants(
        "m_not_corrected",
        "Are both terms of m̄ corrected?",
        S_HINT,
        bar("mu_next * m", S_NOW, S_BAR),
    ),
    *variants(
        "momenta_swapped",
        "Which of μₜ and μₜ₊₁ stands in which term of m̄?",
        S_HINT,
        bar(
            "mu * m / (1 - mu_product * mu_next)", "(1 - mu_next) * grad / (1 - mu_product)", S_BAR
        ),
        bar("mu * m / (1 - mu_product * mu_next)", S_NOW, S_BAR),
        bar(S_AHEAD, "(1 - mu_next) * grad / (1 - mu_product)", S_BAR),
    ),
    *variants(
        "corrections_of_adam",
        "By what are the two terms of m̄ corrected: powers of beta1, or products of μ?",
        S_HINT,
        bar("mu_next * m / (1 - beta1 ** (t + 1))", "(1 - mu) * grad / (1 - beta1**t)", S_BAR),
    ),
    *variants(
        "missing_one_minus_mu",
        "What is the weight of the gradient in m̄?",
        S_HINT,
        bar(S_AHEAD, "grad / (1 - mu_product)", S_BAR),
    ),
    *variants(
        "gradient_term_missing",
        "How many terms has m̄?",
        S_HINT,
        [(S_BAR, f"m_bar = {S_AHEAD}")],
    ),
    *variants(
        "momentum_term_missing",
        "How many terms has m̄?",
        S_HINT,
        [(S_BAR, f"m_bar = {S_NOW}")],
    ),
    *variants(
        "minus_for_plus_in_the_look_ahead",
        "Are the two terms of m̄ added or subtracted?",
        S_HINT,
        [(S_BAR, f"m_bar = {S_AHEAD} - {S_NOW}")],
    ),
    *variants(
        "average_as_in_dozat",
        "This is Dozat's own form, which averages m with the scheduled μ, and a right one; the "
        "course uses PyTorch's. Which beta does the docstring show in m?",
        "m = β₁ m + (1 - β₁) grad, with beta1 itself; μ stands in m̄.",
        [(M, "m = mu * m + (1 - mu) * grad")],
        dialect=True,
    ),
]

# nadam_notes_update

N_U = "u = beta1 * u + lr * grad"
N_W = "w = w - lr / (np.sqrt(v) + eps) * (beta1 * u + (1 - beta1) * grad)"
N_STEP = "(beta1 * u + (1 - beta1) * grad)"

NOTES = [
    *lines(
        N_U,
        {
            "no_decay_in_u": (
                "Is anything of the old u forgotten in a step?",
                "The old u is multiplied by beta1.",
                "u + lr * grad",
            ),
            "state_thrown_away_in_u": (
                "Where does the u that was passed in enter the new u?",
                "The first term of the new u is the old one, times beta1.",
                "lr * grad",
            ),
            "state_not_updated_in_u": (
                "Does u change in a step?",
                "u comes back as it was passed in.",
                "u",
            ),
            "new_value_missing_in_u": (
                "What does this step's gradient add to u?",
                "lr times the gradient.",
                "beta1 * u",
            ),
            "minus_for_plus_in_u": (
                "Are the two terms in the equation of u added or subtracted?",
                "Both stand with a plus.",
                "beta1 * u - lr * grad",
            ),
            "lr_missing_in_u": (
                "How often does lr act in the notes' form?",
                "Twice: inside u, and in the step.",
                "beta1 * u + grad",
            ),
            "average_in_place_of_u": (
                "Is the notes' u an average of gradients?",
                "The notes have lr times the gradient in u, not 1 - beta times it.",
                "beta1 * u + (1 - beta1) * grad",
                "beta1 * u + (1 - beta1) * lr * grad",
            ),
            "beta2_in_u": (
                "Which beta belongs to u?",
                "beta1 belongs to u, beta2 to v.",
                "beta2 * u + lr * grad",
            ),
        },
    ),
    *average(V, "beta2", "grad**2", "_in_v"),
    *averaged_square(V, "beta2", "_in_v"),
    *variants(
        "beta1_in_v",
        "Which beta belongs to v?",
        "beta1 belongs to u, beta2 to v.",
        [(V, V.replace("beta2", "beta1"))],
    ),
    *variants(
        "swapped_betas",
        "Which beta belongs to u, and which to v?",
        "beta1 belongs to u and the step, beta2 to v.",
        [
            (N_U, "u = beta2 * u + lr * grad"),
            (V, V.replace("beta2", "beta1")),
            (N_W, N_W.replace("beta1", "beta2")),
        ],
        [(N_U, "u = beta2 * u + lr * grad"), (V, V.replace("beta2", "beta1"))],
    ),
    *lines(
        N_W,
        {
            "missing_square_root": (
                "What is done to v before it divides the step?",
                "The step is divided by the square root of v.",
                f"w - lr / (v + eps) * {N_STEP}",
            ),
            "multiplied_by_the_root": (
                "Should a coordinate with a large v move further or less far?",
                "√v + eps divides.",
                f"w - lr * (np.sqrt(v) + eps) * {N_STEP}",
            ),
            "eps_missing": (
                "What happens in a coordinate where v is zero?",
                "eps is added to √v.",
                f"w - lr / np.sqrt(v) * {N_STEP}",
            ),
            "eps_inside_root": (
                "Where does eps stand in the step: under the root, or beside it?",
                "The denominator is √v + eps.",
                f"w - lr / np.sqrt(v + eps) * {N_STEP}",
            ),
            "eps_subtracted": (
                "Is eps added or subtracted?",
                "eps is added.",
                f"w - lr / (np.sqrt(v) - eps) * {N_STEP}",
            ),
            "missing_parentheses": (
                "In which order does Python work out the step?",
                "Put the denominator, and the two terms of the numerator, in parentheses.",
                f"w - lr / np.sqrt(v) + eps * {N_STEP}",
                f"w - lr / np.sqrt(v) * {N_STEP} + eps",
                "w - lr / (np.sqrt(v) + eps) * beta1 * u + (1 - beta1) * grad",
            ),
            "gradient_term_missing": (
                "How many terms stand in the notes' numerator?",
                "Two: beta1 u and (1 - beta1) grad.",
                "w - lr / (np.sqrt(v) + eps) * beta1 * u",
                "w - lr / (np.sqrt(v) + eps) * u",
            ),
            "momentum_term_missing": (
                "How many terms stand in the notes' numerator?",
                "Two: beta1 u and (1 - beta1) grad.",
                "w - lr / (np.sqrt(v) + eps) * (1 - beta1) * grad",
                "w - lr / (np.sqrt(v) + eps) * grad",
            ),
            "beta_and_one_minus_beta_swapped_in_the_step": (
                "Which weight belongs to u, and which to the gradient?",
                "beta1 to u, 1 - beta1 to the gradient.",
                "w - lr / (np.sqrt(v) + eps) * ((1 - beta1) * u + beta1 * grad)",
            ),
            "missing_one_minus_beta_in_the_step": (
                "What is the weight of the gradient in the step?",
                "1 - beta1.",
                "w - lr / (np.sqrt(v) + eps) * (beta1 * u + grad)",
                "w - lr / (np.sqrt(v) + eps) * (beta1 * u + lr * grad)",
            ),
            "minus_for_plus_in_the_step": (
                "Are the two terms of the numerator added or subtracted?",
                "Added.",
                "w - lr / (np.sqrt(v) + eps) * (beta1 * u - (1 - beta1) * grad)",
            ),
            "no_decay_in_the_step": (
                "By what is u multiplied in the step?",
                "By beta1.",
                "w - lr / (np.sqrt(v) + eps) * (u + (1 - beta1) * grad)",
            ),
        },
    ),
    *step(N_W, "w = w - ", f"{N_STEP} / (np.sqrt(v) + eps)"),
    *stale(N_U, "u", N_W, N_W.replace("* u", "* u_before"), "_u"),
    *stale(V, "v", N_W, N_W.replace("sqrt(v)", "sqrt(v_before)"), "_v"),
    *old_state(N_U, "u", "w, u, v", "_u"),
    *old_state(V, "v", "w, u, v", "_v"),
]

MISTAKES = {
    "nag_update": NAG,
    "nesterov_update": NESTEROV,
    "nadam_update": NADAM,
    "dozat_momentum": DOZAT,
    "nadam_scheduled_update": SCHEDULED,
    "nadam_notes_update": NOTES,
}
