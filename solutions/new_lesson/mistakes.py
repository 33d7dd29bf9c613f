"""Wrong ways to write it. Each is an edit of the reference, with a question and a second hint."""

from solutions.mistakes.families import average, lines, old_state, stale

M = "m = beta * m + (1 - beta) * grad"
W = "w = w - lr * np.sign(m)"

MISTAKES = {
    "example_update": [
        *average(M, "beta", "grad"),
        *stale(M, "m", W, "w = w - lr * np.sign(m_before)"),
        *old_state(M, "m", "w, m"),
        *lines(
            W,
            {
                "sign_missing": (
                    "Does the size of m enter the step, or only its sign?",
                    "np.sign(m) is -1, 0 or 1 in each coordinate.",
                    "w - lr * m",
                ),
                "sign_of_the_gradient": (
                    "Whose sign is it: that of the average, or that of this step's gradient?",
                    "That of the new m.",
                    "w - lr * np.sign(grad)",
                ),
                "wrong_sign": (
                    "In which direction does the step go: with the average or against it?",
                    "To descend, w moves against it: there is a minus.",
                    "w + lr * np.sign(m)",
                ),
                "lr_missing": (
                    "Where does the learning rate enter the step?",
                    "The step is lr times the sign.",
                    "w - np.sign(m)",
                ),
            },
        ),
    ]
}
