"""Wrong moving averages and RMSprops."""

from solutions.mistakes import slips
from solutions.mistakes.roles import average, average_of_squares, handed_on, root_step, stale

EMA = """
plain_mean: Do the old average and the new value count the same? The old average has the weight
        beta, the new value 1 - beta.
    (average + value) / 2
value_squared: Is the new value squared before it is averaged? A moving average takes its values as
        they are; RMSprop squares before it averages.
    beta * average + (1 - beta) * value**2
divided_by_the_sum_of_weights: Do the two weights need a divisor? beta and 1 - beta add up to 1
        already; the correction for the start is Adam's.
    (beta * average + (1 - beta) * value) / (1 - beta)
    (beta * average + value) / (1 + beta)
mean_over_coordinates: Does each coordinate have an average of its own? The average runs over time,
        not over coordinates.
    beta * average + (1 - beta) * np.mean(value)
    np.mean(beta * average + (1 - beta) * value)
"""

RMSPROP = """
lr_in_the_state: Does the learning rate enter the equation of v? v averages grad² alone; lr stands
        in the step.
    v = beta * v + (1 - beta) * (lr * grad) ** 2
    v = beta * v + lr * grad**2
bias_corrected: Is v corrected for its start at zero in RMSprop? The correction by 1 - betaᵗ is
        Adam's; RMSprop divides by the root of v itself.
    w = w - lr / np.sqrt(v / (1 - beta) + eps) * grad
"""

MISTAKES = {
    "ema_update": [
        *average("average", "beta", "value", target="return …"),
        *slips("return …", EMA),
    ],
    "rmsprop_update": [
        *average_of_squares("v", "beta"),
        *root_step("grad", "RMSprop"),
        *stale("v", "w = w - lr / np.sqrt(v_before + eps) * grad"),
        *handed_on("v", "w, v"),
        *slips("", RMSPROP),
    ],
}
