"""Wrong moving averages and RMSprops."""

from dataclasses import replace

from solutions.mistakes.families import (
    average,
    averaged_square,
    lines,
    old_state,
    root_step,
    stale,
    step,
    variants,
)

EMA = "return beta * average + (1 - beta) * value"
V = "v = beta * v + (1 - beta) * grad**2"
W = "w = w - lr / np.sqrt(v + eps) * grad"


def in_return(mistakes):
    """Turn mistakes in `average = …` into mistakes in the return of `ema_update`."""
    return [
        replace(m, edits=tuple((EMA, new.replace("average =", "return", 1)) for _, new in m.edits))
        for m in mistakes
    ]


MISTAKES = {
    "ema_update": [
        *in_return(average("average = beta * average + (1 - beta) * value", "beta", "value")),
        *variants(
            "plain_mean",
            "Do the old average and the new value count the same?",
            "The old average has the weight beta, the new value 1 - beta.",
            [(EMA, "return (average + value) / 2")],
        ),
        *variants(
            "value_squared",
            "Is the new value squared before it is averaged?",
            "A moving average takes its values as they are; RMSprop squares before it averages.",
            [(EMA, "return beta * average + (1 - beta) * value**2")],
        ),
        *variants(
            "divided_by_the_sum_of_weights",
            "Do the two weights need a divisor?",
            "beta and 1 - beta add up to 1 already; the correction for the start is Adam's.",
            [(EMA, "return (beta * average + (1 - beta) * value) / (1 - beta)")],
            [(EMA, "return (beta * average + value) / (1 + beta)")],
        ),
        *variants(
            "mean_over_coordinates",
            "Does each coordinate have an average of its own?",
            "The average runs over time, not over coordinates.",
            [(EMA, "return beta * average + (1 - beta) * np.mean(value)")],
            [(EMA, "return np.mean(beta * average + (1 - beta) * value)")],
        ),
    ],
    "rmsprop_update": [
        *average(V, "beta", "grad**2"),
        *averaged_square(V, "beta"),
        *root_step(
            W,
            "grad",
            dialect_sentence="This is PyTorch's form, with eps outside the root, and a right "
            "RMSprop there; the course uses the form with eps inside. Which does the docstring "
            "show?",
        ),
        *step(W, "w = w - ", "grad / np.sqrt(v + eps)"),
        *stale(V, "v", "np.sqrt(v + eps)", "np.sqrt(v_before + eps)"),
        *old_state(V, "v", "w, v"),
        *lines(
            V,
            {
                "lr_in_the_state": (
                    "Does the learning rate enter the equation of v?",
                    "v averages grad² alone; lr stands in the step.",
                    "beta * v + (1 - beta) * (lr * grad) ** 2",
                    "beta * v + lr * grad**2",
                ),
            },
        ),
        *variants(
            "bias_corrected",
            "Is v corrected for its start at zero in RMSprop?",
            "The correction by 1 - betaᵗ is Adam's; RMSprop divides by the root of v itself.",
            [(W, "w = w - lr / np.sqrt(v / (1 - beta) + eps) * grad")],
        ),
    ],
}
