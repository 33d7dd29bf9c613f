"""Wrong schedules and wrong effective learning rates."""

from solutions.mistakes.families import returned, variants

# Step and exponential decay

STEP = "return lr0 * gamma ** (t // tau)"
STEP_DECAY = returned(
    STEP,
    {
        "floor_missing": (
            "Does the learning rate fall in every step, or only once in tau steps?",
            "The exponent is ⌊t / tau⌋, a whole number.",
            "lr0 * gamma ** (t / tau)",
        ),
        "rounded_instead_of_floor": (
            "Is t / tau rounded, or cut down to the whole number below?",
            "Cut down: ⌊t / tau⌋, the floor.",
            "lr0 * gamma ** np.round(t / tau)",
        ),
        "ceiling_instead_of_floor": (
            "At which t does the first drop come?",
            "At t = tau: the exponent is the floor of t / tau.",
            "lr0 * gamma ** np.ceil(t / tau)",
        ),
        "floor_off_by_one": (
            "Has the learning rate dropped at t = 0 already?",
            "At t = 0 it is lr0: the exponent is ⌊t / tau⌋.",
            "lr0 * gamma ** (t // tau + 1)",
            "lr0 * gamma ** (t // tau - 1)",
            "lr0 * gamma ** np.maximum(t // tau - 1, 0)",
        ),
        "t_off_by_one": (
            "Does t count from 0 or from 1, and at which t does the first drop come?",
            "t counts from 0; the first drop comes at t = tau.",
            "lr0 * gamma ** ((t + 1) // tau)",
            "lr0 * gamma ** ((t - 1) // tau)",
            "lr0 * gamma ** (np.maximum(t - 1, 0) // tau)",
            "lr0 * gamma ** (t // (tau + 1))",
            "lr0 * gamma ** (t // (tau - 1))",
        ),
        "product_in_place_of_the_power": (
            "Is gamma multiplied by the number of drops, or raised to it?",
            "Every drop multiplies once more: a power.",
            "lr0 * gamma * (t // tau)",
            "lr0 * (1 - gamma * (t // tau))",
        ),
        "remainder_instead_of_quotient": (
            "Does // or % count the drops so far?",
            "// is the quotient without the rest, % the rest.",
            "lr0 * gamma ** (t % tau)",
        ),
        "tau_missing": (
            "How often does the learning rate drop?",
            "Once in tau steps.",
            "lr0 * gamma**t",
        ),
        "tau_multiplied": (
            "Does a larger tau make drops rarer?",
            "t is divided by tau.",
            "lr0 * gamma ** (t * tau)",
            "lr0 * gamma ** (tau // np.maximum(t, 1))",
        ),
        "lr0_missing": (
            "Where does the schedule start?",
            "At lr0, a factor of the whole.",
            "gamma ** (t // tau)",
        ),
        "divided_by_gamma": (
            "Does the learning rate fall or grow?",
            "gamma is at most 1 and multiplies.",
            "lr0 / gamma ** (t // tau)",
            "lr0 * gamma ** -(t // tau)",
        ),
        "one_minus_gamma": (
            "By what is the learning rate multiplied in a drop?",
            "By gamma itself.",
            "lr0 * (1 - gamma) ** (t // tau)",
        ),
        "lr0_raised_too": (
            "What is raised to the power: gamma alone?",
            "Yes: lr0 stands outside.",
            "(lr0 * gamma) ** (t // tau)",
        ),
        "exponential_for_the_power": (
            "What is the base of the power?",
            "gamma.",
            "lr0 * np.exp(-gamma * (t // tau))",
        ),
        "drop_subtracted": (
            "Is gamma subtracted, or does it multiply?",
            "It multiplies.",
            "lr0 - gamma * (t // tau)",
        ),
        "missing_parentheses": (
            "In which order does Python work out gamma ** t // tau?",
            "A power comes before a quotient: put t // tau in parentheses.",
            "lr0 * gamma**t // tau",
            "lr0 * gamma**t / tau",
        ),
        "gamma_and_tau_swapped": (
            "Which of gamma and tau is the factor, and which the time between two drops?",
            "gamma is the base of the power; tau divides t.",
            "lr0 * tau ** (t // gamma)",
        ),
        "only_one_drop": (
            "How many drops are there?",
            "One every tau steps, without end.",
            "np.where(np.asarray(t) < tau, lr0, lr0 * gamma)",
        ),
    },
)

EXP = "return lr0 * np.exp(-decay_rate * t)"
EXPONENTIAL = [
    *returned(
        EXP,
        {
            "wrong_sign": (
                "Does the learning rate fall or grow with t?",
                "It falls: the exponent has a minus.",
                "lr0 * np.exp(decay_rate * t)",
            ),
            "lr0_missing": (
                "Where does the schedule start?",
                "At lr0, a factor of the whole.",
                "np.exp(-decay_rate * t)",
            ),
            "decay_rate_missing": (
                "How fast does the learning rate fall?",
                "decay_rate multiplies t in the exponent.",
                "lr0 * np.exp(-t * 1.0)",
            ),
            "divided_by_decay_rate": (
                "Does a larger decay_rate make it fall faster?",
                "The exponent is the product -decay_rate · t.",
                "lr0 * np.exp(-t / decay_rate)",
            ),
            "linear_decay": (
                "Is it a straight line?",
                "It is e to the power -decay_rate · t.",
                "lr0 * (1 - decay_rate * t)",
                "lr0 - decay_rate * t",
                "lr0 * np.maximum(0, 1 - decay_rate * t)",
            ),
            "inverse_time_decay": (
                "Is lr0 divided by something that grows, or multiplied by a power of e?",
                "lr0 · e^(-decay_rate · t).",
                "lr0 / (1 + decay_rate * t)",
                "lr0 / (decay_rate * t + 1) ** 0.5",
            ),
            "wrong_base": (
                "What is the base of the power?",
                "e: np.exp.",
                "lr0 * 2.0 ** (-decay_rate * t)",
                "lr0 * 10.0 ** (-decay_rate * t)",
                "lr0 * (1 - decay_rate) ** t",
                "lr0 * 0.5 ** (decay_rate * t)",
            ),
            "t_off_by_one": (
                "What is the learning rate at t = 0?",
                "lr0: t counts from 0.",
                "lr0 * np.exp(-decay_rate * (t + 1))",
                "lr0 * np.exp(-decay_rate * (t - 1))",
            ),
            "t_squared": (
                "Which power of t stands in the exponent?",
                "t itself.",
                "lr0 * np.exp(-decay_rate * t**2)",
                "lr0 * np.exp(-decay_rate * np.sqrt(t))",
                "lr0 * np.exp(-((decay_rate * t) ** 2))",
            ),
            "lr0_in_the_exponent": (
                "Does lr0 stand in the exponent?",
                "It stands before the power.",
                "np.exp(-lr0 * decay_rate * t)",
                "lr0 * np.exp(-lr0 * decay_rate * t)",
            ),
            "lr0_subtracted": (
                "Is the power subtracted from lr0, or multiplied?",
                "Multiplied.",
                "lr0 - np.exp(-decay_rate * t)",
                "lr0 + np.exp(-decay_rate * t)",
                "lr0 * (1 - np.exp(-decay_rate * t))",
            ),
            "floor_added": (
                "Does the learning rate fall at every t?",
                "Yes: no floor, no steps.",
                "lr0 * np.exp(-np.floor(decay_rate * t))",
            ),
            "product_outside_the_power": (
                "What stands in the exponent?",
                "The product decay_rate · t.",
                "lr0 * np.exp(-decay_rate) * t",
                "lr0 * t * np.exp(-decay_rate * t)",
                "lr0 * decay_rate * np.exp(-t * 1.0)",
            ),
        },
    ),
    *variants(
        "power_of_the_rate_as_in_torch",
        "This is PyTorch's form, lr0 · gammaᵗ, with the rate taken for gamma; the course writes "
        "e^(-λt). Which gamma would give the same?",
        "gamma = e^(-decay_rate).",
        [(EXP, "return lr0 * decay_rate**t")],
        dialect=True,
    ),
]

# The triangle

PHASE = "phase = t % (2 * half_period) / half_period"
HEIGHT = "height = 1 - np.abs(phase - 1)"
MIX = "lr = (1 - height) * lr_min + height * lr_max"
CLIP = "return np.clip(lr, lr_min, lr_max)"


def between():
    """Return mistakes in `lr_min + (lr_max - lr_min) * height`, however that is written."""
    h = "height"
    table = {
        "lr_min_missing": (
            "What is the lowest learning rate?",
            "lr_min: it is added at the front.",
            f"(lr_max - lr_min) * {h}",
        ),
        "amplitude_of_lr_max": (
            "How far is it from the lowest learning rate to the highest?",
            "lr_max - lr_min.",
            f"lr_min + lr_max * {h}",
        ),
        "amplitude_halved": (
            "What is the highest learning rate of yours?",
            "lr_max, at t = μ: the amplitude is lr_max - lr_min.",
            f"lr_min + 0.5 * (lr_max - lr_min) * {h}",
        ),
        "lr_min_and_amplitude_wrong": (
            "What are the lowest and the highest learning rate?",
            "lr_min + (lr_max - lr_min) times a number between 0 and 1.",
            f"lr_max * {h}",
        ),
        "upside_down": (
            "Which bound is reached at t = 0, and which at the peak?",
            "lr_min at the start, where the height is 0, and lr_max at the peak, where it is 1.",
            f"lr_max + (lr_min - lr_max) * {h}",
        ),
        "bounds_added": (
            "How far is it from the lowest learning rate to the highest?",
            "lr_max - lr_min, a difference.",
            f"lr_min + (lr_max + lr_min) * {h}",
        ),
        "subtracted_from_lr_min": (
            "Does the schedule move above lr_min or below?",
            "Above: there is a plus.",
            f"lr_min - (lr_max - lr_min) * {h}",
        ),
        "starts_from_lr_max": (
            "From which bound is the height counted?",
            "From lr_min.",
            f"lr_max + (lr_max - lr_min) * {h}",
        ),
        "missing_parentheses": (
            "In which order does Python work out lr_max - lr_min times something?",
            "Put lr_max - lr_min in parentheses.",
            f"lr_min + lr_max - lr_min * {h}",
        ),
    }
    # The reference cuts rounding off at the bounds; a wrong value must not be cut with it.
    return [
        m
        for name, (sentence, hint, *sides) in table.items()
        for m in variants(
            name, sentence, hint, *([(MIX, f"lr = {x}"), (CLIP, "return lr")] for x in sides)
        )
    ]


def phases(name, sentence, hint, *forms):
    """Return mistakes that replace the whole height, with no clip after it."""
    return variants(
        name,
        sentence,
        hint,
        *([(HEIGHT, f"height = {form}"), (CLIP, "return lr")] for form in forms),
    )


MU = "half_period"
TRIANGULAR = [
    *between(),
    *phases(
        "notes_form",
        "This is the notes' formula, ⌊t/μ⌋ with no 2. Does it ever come to its peak?",
        "It is ⌊t / (2μ)⌋, with μ the half-period.",
        f"np.maximum(0, 1 - np.abs(t / {MU} - 2 * (t // {MU}) - 1))",
        f"1 - np.abs(t / {MU} - 2 * (t // {MU}) - 1)",
    ),
    *phases(
        "half_period_taken_for_the_period",
        "How long does it take from the lowest point to the highest: half_period, or half of it?",
        "half_period; a whole triangle takes 2 half_period.",
        f"1 - np.abs(t % {MU} / ({MU} / 2) - 1)",
    ),
    *phases(
        "period_too_long",
        "How long does it take from the lowest point to the highest?",
        "half_period.",
        f"1 - np.abs(t % (4 * {MU}) / (2 * {MU}) - 1)",
    ),
    *phases(
        "no_repetition",
        "What happens after the first triangle?",
        "It repeats: ⌊t / (2μ)⌋ counts the triangles so far.",
        f"np.maximum(0, 1 - np.abs(t / {MU} - 1))",
        f"1 - np.abs(t / {MU} - 1)",
    ),
    *phases(
        "floor_missing",
        "What cuts t / (2μ) down to a whole number of triangles?",
        "The floor.",
        f"np.maximum(0, 1 - np.abs(t / {MU} - t / (2 * {MU}) - 1))",
    ),
    *phases(
        "rounded_instead_of_floor",
        "Is the number of triangles rounded, or cut down?",
        "Cut down: the floor.",
        f"1 - np.abs(t / {MU} - 2 * np.round(t / (2 * {MU})) - 1)",
        f"np.maximum(0, 1 - np.abs(t / {MU} - 2 * np.round(t / (2 * {MU})) - 1))",
    ),
    *phases(
        "ceiling_instead_of_floor",
        "Is the number of triangles rounded up, or cut down?",
        "Cut down: the floor.",
        f"1 - np.abs(t / {MU} - 2 * np.ceil(t / (2 * {MU})) - 1)",
    ),
    *phases(
        "floor_off_by_one",
        "How many triangles are finished at t = 0?",
        "None: ⌊t / (2μ)⌋, as it is; Smith adds 1 and subtracts it again.",
        f"1 - np.abs(t / {MU} - 2 * (1 + t // (2 * {MU})) - 1)",
    ),
    *phases(
        "factor_two_missing",
        "By how much does t / μ grow in one whole triangle?",
        "By 2: that much is taken off for each.",
        f"np.maximum(0, 1 - np.abs(t / {MU} - t // (2 * {MU}) - 1))",
        f"1 - np.abs(t / {MU} - t // (2 * {MU}) - 1)",
    ),
    *phases(
        "minus_one_missing",
        "Where is the peak: at the start, or half-way?",
        "Half-way: 1 is subtracted inside the absolute value.",
        "np.maximum(0, 1 - np.abs(phase))",
        "1 - np.abs(phase)",
        "1 - phase",
    ),
    *phases(
        "absolute_value_missing",
        "What makes the line come down again after the peak?",
        "The absolute value of the distance from the peak.",
        "1 - (phase - 1)",
        "np.maximum(0, 1 - (phase - 1))",
        "np.clip(1 - (phase - 1), 0, 1)",
        "phase",
    ),
    *phases(
        "sawtooth_for_triangle",
        "Does it go down as slowly as it goes up?",
        "Yes: it is a triangle, up in half_period and down in half_period.",
        f"t % {MU} / {MU}",
        "phase / 2",
        f"1 - t % {MU} / {MU}",
    ),
    *phases(
        "square_for_the_absolute_value",
        "Are the sides straight lines?",
        "Yes: an absolute value, no square.",
        "1 - (phase - 1) ** 2",
    ),
    *phases(
        "sine_for_the_triangle",
        "Are the sides straight lines?",
        "Yes: no sine, no cosine.",
        "np.sin(np.pi * phase / 2)",
        "(1 - np.cos(np.pi * phase)) / 2",
    ),
    *phases(
        "floor_missing_or_wrong",
        "Your schedule never leaves lr_min: is there a floor, does it count finished triangles, "
        "and is the larger of 0 and the height taken?",
        "⌊t / (2μ)⌋ is 0 throughout the first triangle.",
        "0 * phase",
    ),
    *variants(
        "t_off_by_one",
        "What is the learning rate at t = 0?",
        "lr_min: t counts from 0.",
        [(PHASE, PHASE.replace("t %", "(t + 1) %"))],
        [(PHASE, PHASE.replace("t %", "(t - 1) %"))],
    ),
    *variants(
        "whole_cycles_only",
        "Is t cut down to whole half-periods?",
        "The height changes in every step.",
        [(PHASE, "phase = t // half_period % 2")],
    ),
]

# The notes' triangle

N_HEIGHT = "height = np.maximum(0, 1 - np.abs(t / period - 2 * (t // period) - 1))"


def notes_heights(name, sentence, hint, *forms):
    """Return mistakes in the height of the notes' formula."""
    return variants(
        name,
        sentence,
        hint,
        *([(N_HEIGHT, f"height = {form}"), (CLIP, "return lr")] for form in forms),
    )


TRIANGULAR_NOTES = [
    *between(),
    *notes_heights(
        "right_triangle_in_place_of_the_notes_form",
        "This is a right triangle wave. What stands in the notes: ⌊t/μ⌋, or ⌊t/(2μ)⌋?",
        "Here the notes' formula is asked for as it stands, with ⌊t/μ⌋.",
        "1 - np.abs(t / period - 2 * (t // (2 * period)) - 1)",
        "1 - np.abs(2 * t / period - 2 * (t // period) - 1)",
    ),
    *notes_heights(
        "maximum_missing",
        "Can the height become negative?",
        "No: max(0, …).",
        "1 - np.abs(t / period - 2 * (t // period) - 1)",
    ),
    *notes_heights(
        "floor_missing_or_wrong",
        "Your schedule never leaves lr_min: is there a floor, and is it the whole number below?",
        "⌊t / μ⌋ is 0 throughout the first period.",
        "0 * (t / period)",
    ),
    *notes_heights(
        "rounded_instead_of_floor",
        "Is t / μ rounded, or cut down?",
        "Cut down: the floor.",
        "np.maximum(0, 1 - np.abs(t / period - 2 * np.round(t / period) - 1))",
    ),
    *notes_heights(
        "factor_two_missing",
        "What multiplies the floor?",
        "2.",
        "np.maximum(0, 1 - np.abs(t / period - t // period - 1))",
    ),
    *notes_heights(
        "minus_one_missing",
        "What is subtracted at the end, inside the absolute value?",
        "1.",
        "np.maximum(0, 1 - np.abs(t / period - 2 * (t // period)))",
    ),
    *notes_heights(
        "one_minus_missing",
        "Is the height one minus the absolute value, or the absolute value itself?",
        "One minus it.",
        "np.abs(t / period - 2 * (t // period) - 1)",
    ),
    *notes_heights(
        "absolute_value_missing",
        "What stands around t/μ - 2⌊t/μ⌋ - 1?",
        "An absolute value.",
        "np.maximum(0, 1 - (t / period - 2 * (t // period) - 1))",
    ),
    *notes_heights(
        "minimum_for_maximum",
        "Which of 0 and the height is taken?",
        "The larger.",
        "np.minimum(0, 1 - np.abs(t / period - 2 * (t // period) - 1))",
    ),
    *notes_heights(
        "t_off_by_one",
        "What is t at the start?",
        "0.",
        "np.maximum(0, 1 - np.abs((t + 1) / period - 2 * ((t + 1) // period) - 1))",
        "np.maximum(0, 1 - np.abs((t - 1) / period - 2 * ((t - 1) // period) - 1))",
    ),
]

# Cosines

COS = f"height = 0.5 * (1 + np.cos(np.pi * t / t_max))\n    {MIX}"


def cosines(name, sentence, hint, *forms, dialect=False):
    """Return mistakes in the cosine, with no clip after it."""
    return variants(
        name,
        sentence,
        hint,
        *([(COS, f"lr = {form}"), (CLIP, "return lr")] for form in forms),
        dialect=dialect,
    )


COSINE = [
    *cosines(
        "missing_half",
        "1 + cos runs from 2 to 0: what brings it to 1 and 0?",
        "The factor ½.",
        "lr_min + (lr_max - lr_min) * (1 + np.cos(np.pi * t / t_max))",
    ),
    *cosines(
        "degrees_for_radians",
        "In which unit does np.cos take its angle?",
        "In radians: half a turn is π, not 180.",
        "lr_min + 0.5 * (lr_max - lr_min) * (1 + np.cos(180 * t / t_max))",
        "lr_min + 0.5 * (lr_max - lr_min) * (1 + np.cos(np.deg2rad(np.pi * t / t_max)))",
    ),
    *cosines(
        "pi_missing",
        "How far does the angle run from t = 0 to t_max?",
        "From 0 to π.",
        "lr_min + 0.5 * (lr_max - lr_min) * (1 + np.cos(t / t_max))",
    ),
    *cosines(
        "whole_turn_for_half",
        "How far does the angle run from t = 0 to t_max: half a turn, or a whole one?",
        "Half a turn: π t / t_max.",
        "lr_min + 0.5 * (lr_max - lr_min) * (1 + np.cos(2 * np.pi * t / t_max))",
    ),
    *cosines(
        "quarter_turn_for_half",
        "How far does the angle run from t = 0 to t_max?",
        "Half a turn: π t / t_max.",
        "lr_min + 0.5 * (lr_max - lr_min) * (1 + np.cos(0.5 * np.pi * t / t_max))",
        "lr_min + (lr_max - lr_min) * np.cos(0.5 * np.pi * t / t_max)",
    ),
    *cosines(
        "wrong_sign",
        "Where does the schedule start: at lr_max or at lr_min?",
        "At lr_max: 1 + cos.",
        "lr_min + 0.5 * (lr_max - lr_min) * (1 - np.cos(np.pi * t / t_max))",
        "lr_max + 0.5 * (lr_min - lr_max) * (1 + np.cos(np.pi * t / t_max))",
    ),
    *cosines(
        "one_plus_missing",
        "Can the factor after ½ become negative?",
        "No: 1 + cos runs from 2 to 0.",
        "lr_min + 0.5 * (lr_max - lr_min) * np.cos(np.pi * t / t_max)",
        "lr_min + (lr_max - lr_min) * np.cos(np.pi * t / t_max)",
    ),
    *cosines(
        "sine_for_cosine",
        "Is it a sine or a cosine?",
        "A cosine: it starts at its highest point.",
        "lr_min + 0.5 * (lr_max - lr_min) * (1 + np.sin(np.pi * t / t_max))",
    ),
    *cosines(
        "lr_min_missing",
        "What is the lowest learning rate?",
        "lr_min: it is added at the front.",
        "0.5 * (lr_max - lr_min) * (1 + np.cos(np.pi * t / t_max))",
    ),
    *cosines(
        "lr_min_and_amplitude_wrong",
        "What are the lowest and the highest learning rate?",
        "lr_min and lr_max.",
        "0.5 * lr_max * (1 + np.cos(np.pi * t / t_max))",
    ),
    *cosines(
        "amplitude_of_lr_max",
        "How far is it from the lowest learning rate to the highest?",
        "lr_max - lr_min.",
        "lr_min + 0.5 * lr_max * (1 + np.cos(np.pi * t / t_max))",
    ),
    *cosines(
        "sum_for_the_difference",
        "What is half of the sum of lr_min and lr_max, what half of their difference?",
        "lr_min stands alone; the cosine is multiplied by half of lr_max - lr_min.",
        "0.5 * (lr_max + lr_min) * (1 + np.cos(np.pi * t / t_max))",
    ),
    *cosines(
        "starts_from_lr_max",
        "Which bound is added at the front?",
        "lr_min.",
        "lr_max + 0.5 * (lr_max - lr_min) * (1 + np.cos(np.pi * t / t_max))",
    ),
    *cosines(
        "bounds_added",
        "How far is it from the lowest learning rate to the highest?",
        "lr_max - lr_min, a difference.",
        "lr_min + 0.5 * (lr_max + lr_min) * (1 + np.cos(np.pi * t / t_max))",
    ),
    *cosines(
        "missing_parentheses",
        "In which order does Python work out the factors?",
        "Put lr_max - lr_min, and 1 + cos, in parentheses.",
        "lr_min + 0.5 * lr_max - lr_min * (1 + np.cos(np.pi * t / t_max))",
        "lr_min + 0.5 * (lr_max - lr_min) * 1 + np.cos(np.pi * t / t_max)",
    ),
    *cosines(
        "upside_down_in_the_angle",
        "Is t divided by t_max, or t_max by t?",
        "The angle is π t / t_max.",
        "lr_min + 0.5 * (lr_max - lr_min) * (1 + np.cos(np.pi * t * t_max))",
        "lr_min + 0.5 * (lr_max - lr_min) * (1 + np.cos(np.pi * t_max / np.maximum(t, 1)))",
    ),
    *cosines(
        "t_off_by_one",
        "What is the learning rate at t = 0, and at t = t_max?",
        "lr_max at 0, lr_min at t_max: t counts from 0.",
        "lr_min + 0.5 * (lr_max - lr_min) * (1 + np.cos(np.pi * (t + 1) / t_max))",
        "lr_min + 0.5 * (lr_max - lr_min) * (1 + np.cos(np.pi * (t - 1) / t_max))",
        "lr_min + 0.5 * (lr_max - lr_min) * (1 + np.cos(np.pi * t / (t_max - 1)))",
        "lr_min + 0.5 * (lr_max - lr_min) * (1 + np.cos(np.pi * t / (t_max + 1)))",
    ),
    *cosines(
        "linear_for_cosine",
        "Is it a straight line?",
        "It is half a cosine.",
        "lr_max - (lr_max - lr_min) * t / t_max",
        "lr_max - (lr_max - lr_min) * np.minimum(t / t_max, 1)",
    ),
    *cosines(
        "restarts_at_t_max",
        "What happens beyond t_max: does it jump back to lr_max?",
        "Only with restarts, in cosine_restarts; here it rises again as a cosine does.",
        "lr_min + 0.5 * (lr_max - lr_min) * (1 + np.cos(np.pi * (t % t_max) / t_max))",
    ),
    *cosines(
        "clamped_after_t_max_as_in_optax",
        "This is optax's form, which stays at lr_min after t_max; the course's rises again. What "
        "does the docstring say about t beyond t_max?",
        "The cosine goes on with period 2 t_max.",
        "lr_min + 0.5 * (lr_max - lr_min) * (1 + np.cos(np.pi * np.minimum(t, t_max) / t_max))",
        dialect=True,
    ),
]

# Restarts

R_CHECK = "if t_mult == 1:\n"
WALK = "while np.any(over := t_cur >= t_i):"
TAKE = "t_cur = np.where(over, t_cur - t_i, t_cur)"
GROW = "t_i = np.where(over, t_i * t_mult, t_i)"
SIMPLE = "return cosine_annealing(t % t_0, lr_min=lr_min, lr_max=lr_max, t_max=t_0)"
LAST = "return cosine_annealing(t_cur, lr_min=lr_min, lr_max=lr_max, t_max=t_i)"


def last(new_simple, new_last):
    """Replace both places where a cycle's cosine is taken."""
    return [(SIMPLE, f"return {new_simple}"), (LAST, f"return {new_last}")]


def cycle(form):
    """Write a cycle's cosine in another form, in both places."""
    simple = form.replace("CUR", "(t % t_0)").replace("LEN", "t_0")
    return last(simple, form.replace("CUR", "t_cur").replace("LEN", "t_i"))


RESTARTS = [
    *variants(
        "no_restart",
        "What happens at the end of a cycle?",
        "T_cur is set back to 0, and the learning rate jumps to lr_max.",
        [
            (SIMPLE, SIMPLE.replace("t % t_0", "t")),
            (LAST, LAST.replace("t_cur,", "t,").replace("t_i)", "t_0)")),
        ],
        last(
            "cosine_annealing(np.minimum(t, t_0), lr_min=lr_min, lr_max=lr_max, t_max=t_0)",
            "cosine_annealing(np.minimum(t, t_0), lr_min=lr_min, lr_max=lr_max, t_max=t_0)",
        ),
    ),
    *variants(
        "time_not_set_back",
        "From when is T_cur counted?",
        "From the last restart.",
        [(SIMPLE, SIMPLE.replace("t % t_0", "t")), (LAST, LAST.replace("t_cur,", "t,"))],
    ),
    *variants(
        "growth_of_cycles_missing",
        "How long is the second cycle?",
        "t_mult times as long as the first.",
        [(GROW, "pass")],
        [(LAST, LAST.replace("t_i)", "t_0)"))],
    ),
    *variants(
        "growth_only_once",
        "How long is the third cycle?",
        "t_mult times as long as the second.",
        [(GROW, "t_i = np.where(over, t_0 * t_mult, t_i)")],
    ),
    *variants(
        "growth_added",
        "Do the cycles grow by a factor or by an amount?",
        "By the factor t_mult.",
        [(GROW, "t_i = np.where(over, t_i + t_0, t_i)")],
        [(GROW, "t_i = np.where(over, t_i + t_mult, t_i)")],
        [(GROW, "t_i = np.where(over, t_i + t_mult, t_i)"), ("if t_mult == 1:", "if False:")],
        [(GROW, "t_i = np.where(over, t_i + t_0 * (t_mult - 1), t_i)")],
    ),
    *variants(
        "cycles_counted_as_equally_long",
        "When does the third cycle begin, if the second is longer than the first?",
        "Later than at 2 t_0: after t_0 + t_0 · t_mult.",
        [
            (WALK, "for _ in range(1):"),
            (TAKE, "t_cur = t % t_0"),
            (GROW, "t_i = t_0 * t_mult ** (t // t_0)"),
        ],
    ),
    *variants(
        "growth_before_the_first_cycle",
        "How long is the first cycle?",
        "t_0, not t_0 · t_mult.",
        [("t_cur, t_i = t, t_0", "t_cur, t_i = t, t_0 * t_mult")],
    ),
    *variants(
        "new_length_taken_off",
        "Which length is taken off at a restart: that of the cycle that ends, or of the next?",
        "That of the cycle that ends.",
        [(TAKE, "t_cur = np.where(over, t_cur - t_i * t_mult, t_cur)")],
        [(TAKE, "t_cur = np.where(over, t_cur - t_0, t_cur)")],
    ),
    *variants(
        "restart_one_step_late",
        "What is the learning rate at t = t_0: lr_min, or lr_max again?",
        "At the moment of a restart T_cur = 0: lr_max.",
        [
            (WALK, WALK.replace(">=", ">")),
            (
                SIMPLE,
                SIMPLE.replace("t % t_0", "np.where(np.asarray(t) > 0, (t - 1) % t_0 + 1, t)"),
            ),
        ],
    ),
    *variants(
        "t_off_by_one",
        "What is the learning rate at t = 0?",
        "lr_max: t counts from 0.",
        [
            ("t_cur, t_i = t, t_0", "t_cur, t_i = t + 1, t_0"),
            (SIMPLE, SIMPLE.replace("t % t_0", "(t + 1) % t_0")),
        ],
        last(
            SIMPLE.removeprefix("return ").replace("t_max=t_0", "t_max=t_0 - 1"),
            LAST.removeprefix("return ").replace("t_max=t_i", "t_max=t_i - 1"),
        ),
        last(
            SIMPLE.removeprefix("return ").replace("t_max=t_0", "t_max=t_0 + 1"),
            LAST.removeprefix("return ").replace("t_max=t_i", "t_max=t_i + 1"),
        ),
    ),
    *variants(
        "missing_half",
        "1 + cos runs from 2 to 0: what brings it to 1 and 0?",
        "The factor ½.",
        cycle("lr_min + (lr_max - lr_min) * (1 + np.cos(np.pi * CUR / LEN))"),
    ),
    *variants(
        "degrees_for_radians",
        "In which unit does np.cos take its angle?",
        "In radians: half a turn is π, not 180.",
        cycle("lr_min + 0.5 * (lr_max - lr_min) * (1 + np.cos(180 * CUR / LEN))"),
    ),
    *variants(
        "pi_missing",
        "How far does the angle run in one cycle?",
        "From 0 to π.",
        cycle("lr_min + 0.5 * (lr_max - lr_min) * (1 + np.cos(CUR / LEN))"),
    ),
    *variants(
        "whole_turn_for_half",
        "How far does the angle run in one cycle: half a turn, or a whole one?",
        "Half a turn.",
        cycle("lr_min + 0.5 * (lr_max - lr_min) * (1 + np.cos(2 * np.pi * CUR / LEN))"),
    ),
    *variants(
        "wrong_sign",
        "Where does a cycle start: at lr_max or at lr_min?",
        "At lr_max: 1 + cos.",
        cycle("lr_min + 0.5 * (lr_max - lr_min) * (1 - np.cos(np.pi * CUR / LEN))"),
    ),
    *variants(
        "one_plus_missing",
        "Can the factor after ½ become negative?",
        "No: 1 + cos runs from 2 to 0.",
        cycle("lr_min + 0.5 * (lr_max - lr_min) * np.cos(np.pi * CUR / LEN)"),
    ),
    *variants(
        "sine_for_cosine",
        "Is it a sine or a cosine?",
        "A cosine: each cycle starts at its highest point.",
        cycle("lr_min + 0.5 * (lr_max - lr_min) * (1 + np.sin(np.pi * CUR / LEN))"),
    ),
    *variants(
        "lr_min_missing",
        "What is the lowest learning rate?",
        "lr_min: it is added at the front.",
        cycle("0.5 * (lr_max - lr_min) * (1 + np.cos(np.pi * CUR / LEN))"),
    ),
    *variants(
        "lr_min_and_amplitude_wrong",
        "What are the lowest and the highest learning rate?",
        "lr_min and lr_max.",
        cycle("0.5 * lr_max * (1 + np.cos(np.pi * CUR / LEN))"),
    ),
    *variants(
        "amplitude_of_lr_max",
        "How far is it from the lowest learning rate to the highest?",
        "lr_max - lr_min.",
        cycle("lr_min + 0.5 * lr_max * (1 + np.cos(np.pi * CUR / LEN))"),
    ),
    *variants(
        "linear_for_cosine",
        "Is a cycle a straight line?",
        "It is half a cosine.",
        cycle("lr_max - (lr_max - lr_min) * CUR / LEN"),
    ),
    *variants(
        "only_the_first_restart",
        "How many restarts are there?",
        "One at the end of every cycle.",
        [
            (WALK, "for over in [np.asarray(t_cur) >= t_i]:"),
            (SIMPLE, SIMPLE.replace("t % t_0", "np.where(np.asarray(t) >= t_0, t - t_0, t)")),
        ],
    ),
]

# Warm-up

WARM = "return d_model**-0.5 * np.minimum(t**-0.5, t * warmup**-1.5)"
WARMUP = returned(
    WARM,
    {
        "maximum_for_minimum": (
            "Which of the two branches is taken: the larger or the smaller?",
            "The smaller: the line first, then the decay.",
            "d_model**-0.5 * np.maximum(t**-0.5, t * warmup**-1.5)",
        ),
        "d_model_missing": (
            "What does a wider model change?",
            "The factor d_model^(-½).",
            "np.minimum(t**-0.5, t * warmup**-1.5)",
        ),
        "d_model_upside_down": (
            "Has a wider model a larger learning rate or a smaller one?",
            "A smaller one: d_model^(-½).",
            "d_model**0.5 * np.minimum(t**-0.5, t * warmup**-1.5)",
        ),
        "root_of_d_model_missing": (
            "Which power of d_model stands in front?",
            "-½.",
            "d_model**-1.0 * np.minimum(t**-0.5, t * warmup**-1.5)",
            "d_model * np.minimum(t**-0.5, t * warmup**-1.5)",
        ),
        "warmup_missing": (
            "What happens in the first steps?",
            "The learning rate climbs in a straight line, t · warmup^(-3/2).",
            "d_model**-0.5 * t**-0.5",
        ),
        "decay_missing": (
            "What happens after the warm-up?",
            "The learning rate decays like t^(-½).",
            "d_model**-0.5 * t * warmup**-1.5",
        ),
        "decay_grows": (
            "Does t^(½) fall or grow?",
            "It grows; the decay is t^(-½).",
            "d_model**-0.5 * np.minimum(t**0.5, t * warmup**-1.5)",
        ),
        "root_of_t_missing": (
            "Does the learning rate decay like 1/t or like 1/√t?",
            "Like 1/√t.",
            "d_model**-0.5 * np.minimum(1 / t, t * warmup**-1.5)",
        ),
        "wrong_power_of_warmup": (
            "At which t do the two branches meet? Is that t = warmup?",
            "They meet at warmup where its power is -3/2.",
            "d_model**-0.5 * np.minimum(t**-0.5, t * warmup**-0.5)",
            "d_model**-0.5 * np.minimum(t**-0.5, t * warmup**-1.0)",
            "d_model**-0.5 * np.minimum(t**-0.5, t * warmup**-2.0)",
            "d_model**-0.5 * np.minimum(t**-0.5, t / warmup)",
        ),
        "t_off_by_one": (
            "Does t count from 0 or from 1 here?",
            "From 1: t as it is passed.",
            "d_model**-0.5 * np.minimum((t + 1.0) ** -0.5, (t + 1) * warmup**-1.5)",
            "d_model**-0.5 * np.minimum(np.maximum(t - 1.0, 0) ** -0.5, (t - 1) * warmup**-1.5)",
        ),
        "t_missing_in_the_warmup": (
            "Does the learning rate climb during the warm-up?",
            "In a straight line: t · warmup^(-3/2).",
            "d_model**-0.5 * np.minimum(t**-0.5, warmup**-1.5)",
        ),
        "t_and_warmup_swapped": (
            "Which of t and warmup has the power -3/2?",
            "warmup.",
            "d_model**-0.5 * np.minimum(t**-0.5, warmup * t**-1.5)",
            "d_model**-0.5 * np.minimum(warmup**-0.5, t * warmup**-1.5)",
        ),
        "sum_of_the_branches": (
            "Are the two branches added, or is one chosen?",
            "The smaller one is chosen.",
            "d_model**-0.5 * (t**-0.5 + t * warmup**-1.5)",
            "d_model**-0.5 * (t**-0.5 * t * warmup**-1.5)",
        ),
        "d_model_in_one_branch_only": (
            "Which branches are multiplied by d_model^(-½)?",
            "Both.",
            "np.minimum(d_model**-0.5 * t**-0.5, t * warmup**-1.5)",
            "np.minimum(t**-0.5, d_model**-0.5 * t * warmup**-1.5)",
        ),
        "restarts_after_the_warmup": (
            "Does the schedule begin again after warmup steps?",
            "It is a warm-up, not a warm restart: it happens once.",
            "d_model**-0.5 * ((t - 1) % warmup + 1) * warmup**-1.5",
        ),
    },
)

# Effective learning rates

INSIDE = "return lr / np.sqrt(v + eps)"


def effective(rule, dialect="", extra=None):
    """Return mistakes in `lr / np.sqrt(v + eps)`."""
    table = {
        "missing_square_root": (
            "What is done to v before it divides the learning rate?",
            "A square root: √(v + eps).",
            "lr / (v + eps)",
        ),
        "root_taken_twice": (
            "How often is the root taken?",
            "Once.",
            "lr / np.sqrt(np.sqrt(v + eps))",
            "lr / (v + eps) ** 0.25",
        ),
        "multiplied_by_the_root": (
            "Is the effective learning rate large or small where v is large?",
            "Small: the root divides.",
            "lr * np.sqrt(v + eps)",
        ),
        "upside_down": (
            "Which of lr and the root stands above the line?",
            "lr.",
            "np.sqrt(v + eps) / lr",
        ),
        "lr_missing": (
            "What is divided by the root?",
            "lr.",
            "1 / np.sqrt(v + eps)",
        ),
        "lr_twice": (
            "How often does lr enter?",
            "Once.",
            "lr * lr / np.sqrt(v + eps)",
        ),
        "root_over_too_much": (
            "What stands under the root?",
            "v + eps, nothing else.",
            "np.sqrt(lr / (v + eps))",
        ),
        "eps_missing": (
            "What happens where v is zero?",
            "eps is added to v.",
            "lr / np.sqrt(v)",
        ),
        "eps_subtracted": (
            "Is eps added or subtracted?",
            "Added.",
            "lr / np.sqrt(v - eps)",
        ),
        "eps_inside_and_outside": (
            "In how many places does eps stand?",
            "Once, under the root.",
            "lr / (np.sqrt(v + eps) + eps)",
        ),
        "eps_squared": (
            "Is eps itself squared or rooted?",
            "It is added to v as it is.",
            "lr / np.sqrt(v + eps**2)",
            "lr / (np.sqrt(v) + np.sqrt(eps))",
        ),
        "maximum_with_eps": (
            "Is eps added, or the larger of the two taken?",
            "It is a sum under the root.",
            "lr / np.maximum(np.sqrt(v), eps)",
            "lr / np.sqrt(np.maximum(v, eps))",
        ),
        "missing_parentheses": (
            "In which order does Python work out the quotient?",
            "A division comes before a sum: parentheses round the denominator.",
            "lr / np.sqrt(v) + eps",
            "lr / v + eps",
        ),
        "wrong_sign": (
            "Can a learning rate be negative?",
            "The minus belongs to the step.",
            "-lr / np.sqrt(v + eps)",
        ),
        "square_instead_of_root": (
            "v is already a square: what undoes that?",
            "A root, not another square.",
            "lr / (v + eps) ** 2",
            "lr / np.sqrt(v**2 + eps)",
        ),
        "mean_over_coordinates": (
            "Does each coordinate have a learning rate of its own?",
            "Yes: no mean, no sum.",
            "lr / np.sqrt(np.mean(v) + eps)",
            "lr / np.sqrt(np.sum(v) + eps)",
            "lr / (np.linalg.norm(v) + eps)",
        ),
    }
    return [
        *returned(INSIDE, table | (extra or {})),
        *(
            variants(
                "eps_outside_root_as_in_torch",
                f"This is PyTorch's form of {rule}, with eps outside the root; the course uses the "
                "form with eps inside. Which does the docstring show?",
                "lr / √(v + eps).",
                [(INSIDE, "return lr / (np.sqrt(v) + eps)")],
                dialect=True,
            )
            if dialect
            else []
        ),
    ]


RATIO = "return np.sqrt(u + eps) / np.sqrt(v + eps)"
N_RATIO = "return np.sqrt((v_before + eps) / (v + eps))"
ADAM = "return lr / (np.sqrt(v / (1 - beta2**t)) + eps)"


def ratio(line, top, bottom):
    """Return mistakes in `√(top + eps) / √(bottom + eps)`."""
    a, b = top, bottom
    return returned(
        line,
        {
            "missing_square_root": (
                f"What is done to {a} and {b} before one is divided by the other?",
                "Both are averages of squares: a root of each.",
                f"({a} + eps) / ({b} + eps)",
            ),
            f"missing_square_root_of_{a}": (
                f"What is done to {a}?",
                f"√({a} + eps).",
                f"({a} + eps) / np.sqrt({b} + eps)",
            ),
            f"missing_square_root_of_{b}": (
                f"What is done to {b}?",
                f"√({b} + eps).",
                f"np.sqrt({a} + eps) / ({b} + eps)",
            ),
            "upside_down": (
                f"Which of {a} and {b} stands above the line?",
                f"{a}.",
                f"np.sqrt({b} + eps) / np.sqrt({a} + eps)",
            ),
            "eps_missing": (
                f"What is the ratio where {a} or {b} is zero?",
                "eps is added to both, under the roots.",
                f"np.sqrt({a}) / np.sqrt({b})",
            ),
            f"eps_missing_under_{a}": (
                f"What is the ratio where {a} is zero?",
                "eps is added to both, under the roots.",
                f"np.sqrt({a}) / np.sqrt({b} + eps)",
            ),
            f"eps_missing_under_{b}": (
                f"What is the ratio where {b} is zero?",
                "eps is added to both, under the roots.",
                f"np.sqrt({a} + eps) / np.sqrt({b})",
            ),
            "eps_outside_root": (
                "Where does eps stand: under the roots or beside them?",
                "Under both roots.",
                f"(np.sqrt({a}) + eps) / (np.sqrt({b}) + eps)",
                f"np.sqrt({a}) / (np.sqrt({b}) + eps)",
                f"np.sqrt({a} + eps) / (np.sqrt({b}) + eps)",
                f"(np.sqrt({a}) + eps) / np.sqrt({b} + eps)",
                f"np.sqrt({a} / {b}) + eps",
                f"np.sqrt({a} / {b} + eps)",
            ),
            "product_for_the_ratio": (
                "Is it a product or a ratio?",
                "A ratio.",
                f"np.sqrt({a} + eps) * np.sqrt({b} + eps)",
            ),
            "numerator_missing": (
                "What stands above the line?",
                f"√({a} + eps).",
                f"1 / np.sqrt({b} + eps)",
            ),
            "denominator_missing": (
                "What stands below the line?",
                f"√({b} + eps).",
                f"np.sqrt({a} + eps)",
            ),
            "wrong_sign": (
                "Can a learning rate be negative?",
                "The minus belongs to the step.",
                f"-np.sqrt({a} + eps) / np.sqrt({b} + eps)",
            ),
            "root_taken_twice": (
                "How often is the root taken?",
                "Once.",
                f"(({a} + eps) / ({b} + eps)) ** 0.25",
            ),
            "eps_subtracted": (
                "Is eps added or subtracted?",
                "Added, to both.",
                f"np.sqrt({a} + eps) / np.sqrt({b} - eps)",
                f"np.sqrt({a} - eps) / np.sqrt({b} - eps)",
            ),
            "missing_parentheses": (
                "In which order does Python work out the ratio?",
                "A division comes before a sum: parentheses round both sums.",
                f"np.sqrt({a} + eps / {b} + eps)",
                f"np.sqrt({a} + (eps / ({b} + eps)))",
            ),
        },
    )


ADAM_EFFECTIVE = returned(
    ADAM,
    {
        "bias_correction_missing": (
            "v started at zero. What makes up for that?",
            "v̂ = v / (1 - β₂ᵗ) stands under the root.",
            "lr / (np.sqrt(v) + eps)",
        ),
        "notes_form": (
            "This is the notes' form, lr / √(v + eps). What is v̂, and where does eps stand?",
            "v is corrected, v / (1 - β₂ᵗ), and eps stands outside the root.",
            "lr / np.sqrt(v + eps)",
        ),
        "eps_inside_root": (
            "Where does eps stand: under the root or beside it?",
            "Beside it: √v̂ + eps.",
            "lr / np.sqrt(v / (1 - beta2**t) + eps)",
        ),
        "eps_missing": (
            "What happens where v is zero?",
            "eps is added to √v̂.",
            "lr / np.sqrt(v / (1 - beta2**t))",
        ),
        "eps_subtracted": (
            "Is eps added or subtracted?",
            "Added.",
            "lr / (np.sqrt(v / (1 - beta2**t)) - eps)",
        ),
        "missing_square_root": (
            "What is done to v̂ before it divides the learning rate?",
            "A square root.",
            "lr / (v / (1 - beta2**t) + eps)",
        ),
        "correction_multiplied": (
            "In the first steps v is too small: does your correction make it larger?",
            "The correction divides by 1 - β₂ᵗ.",
            "lr / (np.sqrt(v * (1 - beta2**t)) + eps)",
        ),
        "t_off_by_one": (
            "With which power of beta2 is v corrected at t = 1?",
            "t counts from 1 and is the exponent as it is.",
            "lr / (np.sqrt(v / (1 - beta2 ** (t + 1))) + eps)",
            "lr / (np.sqrt(v / (1 - beta2 ** (t - 1))) + eps)",
        ),
        "t_stuck_at_one": (
            "Does the correction change from step to step?",
            "The exponent is t.",
            "lr / (np.sqrt(v / (1 - beta2)) + eps)",
        ),
        "beta_times_t": (
            "Is beta2 multiplied by t, or raised to it?",
            "β₂ᵗ is a power.",
            "lr / (np.sqrt(v / (1 - beta2 * t)) + eps)",
        ),
        "power_of_one_minus_beta": (
            "What exactly is raised to the power t?",
            "beta2 alone: 1 - β₂ᵗ.",
            "lr / (np.sqrt(v / (1 - beta2) ** t) + eps)",
        ),
        "one_minus_missing_in_the_correction": (
            "By what does the correction divide?",
            "By 1 - β₂ᵗ.",
            "lr / (np.sqrt(v / beta2**t) + eps)",
        ),
        "root_of_the_correction_missing": (
            "What stands under the root: v alone, or the corrected v̂?",
            "v̂ as a whole.",
            "lr / (np.sqrt(v) / (1 - beta2**t) + eps)",
        ),
        "lr_missing": (
            "What is divided by the root?",
            "lr.",
            "1 / (np.sqrt(v / (1 - beta2**t)) + eps)",
        ),
        "lr_twice": (
            "How often does lr enter?",
            "Once.",
            "lr * lr / (np.sqrt(v / (1 - beta2**t)) + eps)",
        ),
        "lr_corrected_too": (
            "Is anything but v corrected here?",
            "No: lr is not divided by 1 - β₂ᵗ.",
            "lr / (1 - beta2**t) / (np.sqrt(v) + eps)",
            "lr / (1 - beta2**t) / (np.sqrt(v / (1 - beta2**t)) + eps)",
        ),
        "multiplied_by_the_root": (
            "Is the effective learning rate large or small where v is large?",
            "Small: the root divides.",
            "lr * (np.sqrt(v / (1 - beta2**t)) + eps)",
        ),
        "upside_down": (
            "Which of lr and the root stands above the line?",
            "lr.",
            "(np.sqrt(v / (1 - beta2**t)) + eps) / lr",
        ),
        "missing_parentheses": (
            "In which order does Python work out the quotient?",
            "A division comes before a sum: parentheses round the denominator.",
            "lr / np.sqrt(v / (1 - beta2**t)) + eps",
            "lr / (np.sqrt(v / 1 - beta2**t) + eps)",
        ),
        "wrong_sign": (
            "Can a learning rate be negative?",
            "The minus belongs to the step.",
            "-lr / (np.sqrt(v / (1 - beta2**t)) + eps)",
        ),
        "mean_over_coordinates": (
            "Does each coordinate have a learning rate of its own?",
            "Yes: no mean, no sum.",
            "lr / (np.sqrt(np.mean(v) / (1 - beta2**t)) + eps)",
        ),
    },
) + variants(
    "eps_beside_the_uncorrected_root_as_in_keras",
    "This is Keras's form, with eps beside the root of v before it is corrected; the course uses "
    "√v̂ + eps. Which does the docstring show?",
    "In the course's form the correction comes first, then the root, then eps.",
    [(ADAM, "return lr * (1 - beta2**t) ** 0.5 / (np.sqrt(v) + eps)")],
    dialect=True,
)

MISTAKES = {
    "step_decay": STEP_DECAY,
    "exponential_decay": EXPONENTIAL,
    "triangular": TRIANGULAR,
    "triangular_notes": TRIANGULAR_NOTES,
    "cosine_annealing": COSINE,
    "cosine_restarts": RESTARTS,
    "warmup_inverse_sqrt": WARMUP,
    "adagrad_effective_lr": effective("AdaGrad", "torch"),
    "rmsprop_effective_lr": effective("RMSprop", "torch"),
    "adadelta_effective_lr": [
        *ratio(RATIO, "u", "v"),
        *variants(
            "notes_form",
            "Does the numerator hold sizes of steps, or of gradients?",
            "Of steps: u. With v above and below, the ratio is always 1.",
            [(RATIO, "return np.sqrt((v + eps) / (v + eps))")],
        ),
    ],
    "adadelta_notes_effective_lr": ratio(N_RATIO, "v_before", "v"),
    "adam_effective_lr": ADAM_EFFECTIVE,
    "adam_notes_effective_lr": effective(
        "Adam",
        extra={
            "eps_outside_root": (
                "Where does eps stand in the notes: under the root or beside it?",
                "Under it: √(v + eps).",
                "lr / (np.sqrt(v) + eps)",
            )
        },
    ),
}
