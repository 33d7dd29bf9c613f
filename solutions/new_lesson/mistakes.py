"""Wrong ways to write it. The head of `solutions/mistakes/__init__.py` says how to add one."""

from solutions.mistakes import slips
from solutions.mistakes.roles import average, handed_on, stale, step

OWN = """
sign_missing: Does the size of m enter the step, or only its sign? np.sign(m) is -1, 0 or 1 in each
        coordinate.
    w - lr * m
sign_of_the_gradient: Whose sign is it: that of the average, or that of this step's gradient? That
        of the new m.
    w - lr * np.sign(grad)
"""

MISTAKES = {
    "example_update": [
        *average("m", "beta", "grad"),
        *handed_on("m", "w, m"),
        *stale("m", "w = w - lr * np.sign(m_before)"),
        *step("np.sign(m)"),
        *slips("w = …", OWN),
    ]
}
