"""Wrong AdaDeltas."""

from dataclasses import replace

from solutions.mistakes.families import (
    average,
    averaged_square,
    both,
    lines,
    old_state,
    returned,
    stale,
    variants,
)

RMS = "return np.sqrt(average + eps)"
V = "v = beta * v + (1 - beta) * grad**2"
D = "delta_w = -rms(u, eps=eps) / rms(v, eps=eps) * grad"
U = "u = beta * u + (1 - beta) * delta_w**2"
W = "w = w + delta_w"
RETURN = "return w, v, u"

V_MISTAKES = [*average(V, "beta", "grad**2", "_in_v"), *averaged_square(V, "beta", "_in_v")]


U_MISTAKES = [
    *average(U, "beta", "delta_w**2", "_in_u"),
    *averaged_square(U, "beta", "_in_u", "delta_w", "step"),
]
U_MISTAKES += [  # of a step that is written without its minus
    replace(m, edits=((U, "u = beta * u - (1 - beta) * delta_w"),))
    for m in U_MISTAKES
    if m.name == "missing_square_in_u"
]

RMS_MISTAKES = {
    "missing_square_root": (
        "A root mean square: where is the root?",
        "np.sqrt of average + eps.",
        "average + eps",
    ),
    "eps_outside_root": (
        "Where does eps stand: under the root or beside it?",
        "In AdaDelta eps stands under the root, with the average.",
        "np.sqrt(average) + eps",
    ),
    "eps_missing": (
        "What is the root where the average is zero? Which symbol prevents that?",
        "eps is added to the average.",
        "np.sqrt(average)",
    ),
    "eps_subtracted": (
        "Is eps added or subtracted?",
        "eps keeps the root away from zero, so it is added.",
        "np.sqrt(average - eps)",
    ),
    "eps_squared": (
        "Is eps itself squared or rooted in the formula?",
        "eps is added to the average as it is.",
        "np.sqrt(average + eps**2)",
        "np.sqrt(average) + np.sqrt(eps)",
    ),
    "squared_first": (
        "Is the average squared once more before the root?",
        "The average is one of squares already.",
        "np.sqrt(average**2 + eps)",
        "(average + eps) ** 2",
    ),
    "mean_over_coordinates": (
        "Is the mean in “root mean square” one over coordinates?",
        "The mean has been taken over time; each coordinate keeps its own.",
        "np.sqrt(np.mean(average) + eps)",
        "np.sqrt(np.mean(average**2) + eps)",
        "np.sqrt(np.sum(average) + eps)",
    ),
    "maximum_with_eps": (
        "Is eps added, or the larger of the two taken?",
        "It is a sum under the root.",
        "np.sqrt(np.maximum(average, eps))",
        "np.maximum(np.sqrt(average), eps)",
    ),
    "one_over_the_root": (
        "Is the root returned, or one divided by it?",
        "The division stands in the step, not here.",
        "1 / np.sqrt(average + eps)",
    ),
    "root_taken_twice": (
        "How often is the root taken?",
        "One square root is enough.",
        "np.sqrt(np.sqrt(average + eps))",
        "np.sqrt(np.sqrt(average) + eps)",
    ),
    "root_of_eps_forgotten": (
        "What stands under the root?",
        "average + eps as a whole, in parentheses.",
        "average + np.sqrt(eps)",
    ),
}


def ratio(line, minus, plus):
    """Return mistakes in a step `√(u + eps) / √(v + eps) · grad`, written after `minus`."""
    return lines(
        line,
        {
            "wrong_sign": (
                "In which direction does the step go: with the gradient or against it?",
                "To descend, w moves against the gradient: Δw has a minus.",
                f"{plus}rms(u, eps=eps) / rms(v, eps=eps) * grad",
            ),
            "missing_square_root": (
                "What is done to u and v before one is divided by the other?",
                "Both are averages of squares: √(u + eps) / √(v + eps).",
                f"{minus}(u + eps) / (v + eps) * grad",
            ),
            "missing_square_root_of_u": (
                "What is done to u before it enters the step?",
                "u is an average of squares: √(u + eps).",
                f"{minus}(u + eps) / rms(v, eps=eps) * grad",
            ),
            "missing_square_root_of_v": (
                "What is done to v before it enters the step?",
                "v is an average of squares: √(v + eps).",
                f"{minus}rms(u, eps=eps) / (v + eps) * grad",
            ),
            "u_and_v_swapped": (
                "Which of u and v stands above the line, and which below?",
                "The step is √(u + eps) / √(v + eps): sizes of steps over sizes of gradients.",
                f"{minus}rms(v, eps=eps) / rms(u, eps=eps) * grad",
            ),
            "numerator_missing": (
                "What takes the place of the learning rate?",
                "√(u + eps), from the steps so far, stands above the line.",
                f"{minus}grad / rms(v, eps=eps)",
            ),
            "denominator_missing": (
                "By what is the gradient divided?",
                "√(v + eps) stands below the line.",
                f"{minus}rms(u, eps=eps) * grad",
            ),
            "multiplied_by_the_root": (
                "Should a coordinate with a large v move further or less far?",
                "√(v + eps) divides.",
                f"{minus}rms(u, eps=eps) * rms(v, eps=eps) * grad",
            ),
            "gradient_missing": (
                "What gives the step its direction?",
                "The ratio of the roots multiplies the gradient.",
                f"{minus}rms(u, eps=eps) / rms(v, eps=eps)",
            ),
            "sign_of_the_gradient_lost": (
                "Can the step go both ways? What happens to a negative gradient?",
                "The gradient itself is multiplied, with its sign.",
                f"{minus}rms(u, eps=eps) / rms(v, eps=eps) * np.abs(grad)",
                f"{minus}rms(u, eps=eps) / rms(v, eps=eps) * grad**2",
            ),
            "sign_of_the_gradient_only": (
                "Does the size of the gradient enter the step, or only its sign?",
                "The ratio of the roots multiplies the gradient itself.",
                f"{minus}rms(u, eps=eps) / rms(v, eps=eps) * np.sign(grad)",
            ),
            "eps_missing": (
                "Where does the first step come from, when u is still zero?",
                "eps is added to u and to v, each under its root.",
                f"{minus}np.sqrt(u) / np.sqrt(v) * grad",
            ),
            "eps_missing_under_u": (
                "Where does the first step come from, when u is still zero?",
                "eps is added to u under its root.",
                f"{minus}np.sqrt(u) / rms(v, eps=eps) * grad",
            ),
            "eps_missing_under_v": (
                "What happens where v is zero?",
                "eps is added to v under its root.",
                f"{minus}rms(u, eps=eps) / np.sqrt(v) * grad",
            ),
            "eps_outside_root": (
                "Where does eps stand: under the roots or beside them?",
                "√(u + eps) and √(v + eps): eps stands inside both.",
                f"{minus}(np.sqrt(u) + eps) / (np.sqrt(v) + eps) * grad",
                f"{minus}np.sqrt(u) / (np.sqrt(v) + eps) * grad",
                f"{minus}(np.sqrt(u) + eps) / rms(v, eps=eps) * grad",
                f"{minus}rms(u, eps=eps) / (np.sqrt(v) + eps) * grad",
            ),
            "eps_squared": (
                "Is eps itself squared or rooted in the formula?",
                "eps is added as it is, under both roots.",
                f"{minus}rms(u, eps=eps**2) / rms(v, eps=eps**2) * grad",
            ),
            "notes_schedule_form": (
                "What stands in the numerator: the steps so far, or the gradients so far?",
                "u, the average of squared steps, not the v of the step before.",
                f"{minus}rms((v - (1 - beta) * grad**2) / beta, eps=eps) / rms(v, eps=eps) * grad",
            ),
            "last_gradient_only_in_the_root": (
                "What stands under the lower root: v, or this step's gradient alone?",
                "It is v, which remembers the gradients before.",
                f"{minus}rms(u, eps=eps) / np.sqrt(grad**2 + eps) * grad",
            ),
            "one_minus_beta_in_the_step": (
                "Does beta stand in the equation of Δw?",
                "beta stands in the two averages only.",
                f"{minus}(1 - beta) * rms(u, eps=eps) / rms(v, eps=eps) * grad",
                f"{minus}beta * rms(u, eps=eps) / rms(v, eps=eps) * grad",
            ),
        },
    )


MISTAKES = {
    "rms": returned(RMS, RMS_MISTAKES),
    "adadelta_update": [
        *V_MISTAKES,
        *U_MISTAKES,
        *both(V_MISTAKES, U_MISTAKES, ("_in_v", "_in_u")),
        *lines(
            U,
            {
                "u_from_the_gradient": (
                    "What does u average: squared gradients, or squared steps?",
                    "u stands for the size of the steps: it averages Δw².",
                    "beta * u + (1 - beta) * grad**2",
                ),
                "u_from_v": (
                    "What does u average: squared gradients, or squared steps?",
                    "v does not stand in the equation of u; Δw² does.",
                    "beta * u + (1 - beta) * v",
                    "v",
                ),
                "u_from_the_new_parameters": (
                    "What does u average: the steps, or the parameters?",
                    "Δw² enters u, not w².",
                    "beta * u + (1 - beta) * (w + delta_w) ** 2",
                ),
            },
        ),
        *ratio(D, "-", ""),
        *variants(
            "u_updated_too_early",
            "Which u is in the step: the one from before this step, or the new one?",
            "First Δw, with the u of the step before; then u, from Δw².",
            [(D, f"{D}\n    {U}\n    {D}"), (f"{U}\n", "\n")],
            [(D, f"u = beta * u + (1 - beta) * grad**2\n    {D}"), (f"{U}\n", "\n")],
            [
                (
                    D,
                    (
                        "early = rms(u, eps=eps) / rms(v, eps=eps) * grad\n"
                        "    u = beta * u + (1 - beta) * early**2"
                        f"\n    {D}"
                    ),
                ),
            ],
        ),
        *variants(
            "stale_state_v",
            "Which v is in the step: the one from before this gradient, or the new one?",
            "First comes the equation of v, then the step, with the new v.",
            [(V, f"v_before = v\n    {V}"), (D, D.replace("rms(v,", "rms(v_before,"))],
        ),
        *variants(
            "step_returned_in_place_of_parameters",
            "What goes out first: the new parameters, or only how far they move?",
            "The new w is the old w plus Δw.",
            [(W, "w = delta_w")],
            [(W, "w = -delta_w")],
        ),
        *variants(
            "parameters_not_updated",
            "Does w change in a step?",
            "w comes back as it was passed in. Which equation gives the new one?",
            [(W, "w = w")],
        ),
        *variants(
            "learning_rate_added",
            "Is there a learning rate in AdaDelta?",
            "Δw is added to w as it is.",
            *([(W, f"w = w + {lr} * delta_w")] for lr in (0.01, 0.1, 0.5)),
        ),
        *variants(
            "learning_rate_as_in_keras",
            "This is Keras's form, which multiplies the step by a learning rate of .001; the "
            "course uses the paper's form, without any. Which does the docstring show?",
            "Δw is added to w as it is.",
            [(W, "w = w + 0.001 * delta_w")],
            dialect=True,
        ),
        *old_state(V, "v", "w, v, u", "_v"),
    ],
}

NOTES_U = "u = beta * u + (1 - beta) * grad**2"
NOTES_W = "w = w - rms(u, eps=eps) / rms(v, eps=eps) * grad"
NOTES_U_MISTAKES = [
    *average(NOTES_U, "beta", "grad**2", "_in_u"),
    *averaged_square(NOTES_U, "beta", "_in_u"),
]

MISTAKES["adadelta_notes_update"] = [
    *V_MISTAKES,
    *NOTES_U_MISTAKES,
    *both(V_MISTAKES, NOTES_U_MISTAKES, ("_in_v", "_in_u")),
    *ratio(NOTES_W, "w - ", "w + "),
    *variants(
        "right_adadelta_in_place_of_the_notes_form",
        "This is AdaDelta as it should be, with u from the step. What does the notes' workflow do "
        "before the step is known?",
        "In the notes' workflow u is updated first, from the gradient.",
        [
            (NOTES_U, "delta_w = -rms(u, eps=eps) / rms(v, eps=eps) * grad"),
            (NOTES_W, f"{U}\n    w = w + delta_w"),
        ],
    ),
    *stale(V, "v", NOTES_W, NOTES_W.replace("rms(v,", "rms(v_before,"), "_v"),
    *stale(NOTES_U, "u", NOTES_W, NOTES_W.replace("rms(u,", "rms(u_before,"), "_u"),
    *old_state(V, "v", "w, v, u", "_v"),
    *old_state(NOTES_U, "u", "w, v, u", "_u"),
    *variants(
        "parameters_not_updated",
        "Does w change in a step?",
        "w comes back as it was passed in. Which equation gives the new one?",
        [(NOTES_W, "w = w")],
    ),
]
