"""Wrong AdaDeltas."""

from solutions.mistakes import both, slips
from solutions.mistakes.roles import average_of_squares, handed_on, move, ratio, root, stale

RMS = """
eps_outside_root: Where does eps stand: under the root or beside it? In AdaDelta eps stands under
        the root, with the average.
    np.sqrt(average) + eps
mean_over_coordinates: Is the mean in “root mean square” one over coordinates? The mean has been
        taken over time; each coordinate keeps its own.
    np.sqrt(np.mean(average) + eps)
    np.sqrt(np.mean(average**2) + eps)
    np.sqrt(np.sum(average) + eps)
one_over_the_root: Is the root returned, or one divided by it? The division stands in the step, not
        here.
    1 / np.sqrt(average + eps)
root_of_eps_forgotten: What stands under the root? average + eps as a whole, in parentheses.
    average + np.sqrt(eps)
"""

RATIO_STEP = """
u_and_v_swapped: Which of u and v stands above the line, and which below? The step is √(u + eps) /
        √(v + eps): sizes of steps over sizes of gradients.
    {w}rms(v, eps=eps) / rms(u, eps=eps) * grad
multiplied_by_the_root: Should a coordinate with a large v move further or less far? √(v + eps)
        divides.
    {w}rms(u, eps=eps) * rms(v, eps=eps) * grad
gradient_missing: What gives the step its direction? The ratio of the roots multiplies the gradient.
    {w}rms(u, eps=eps) / rms(v, eps=eps)
sign_of_the_gradient_lost: Can the step go both ways? What happens to a negative gradient? The
        gradient itself is multiplied, with its sign.
    {w}rms(u, eps=eps) / rms(v, eps=eps) * np.abs(grad)
    {w}rms(u, eps=eps) / rms(v, eps=eps) * grad**2
sign_of_the_gradient_only: Does the size of the gradient enter the step, or only its sign? The ratio
        of the roots multiplies the gradient itself.
    {w}rms(u, eps=eps) / rms(v, eps=eps) * np.sign(grad)
notes_schedule_form: What stands in the numerator: the steps so far, or the gradients so far? u, the
        average of squared steps, not the v of the step before.
    {w}rms((v - (1 - beta) * grad**2) / beta, eps=eps) / rms(v, eps=eps) * grad
last_gradient_only_in_the_root: What stands under the lower root: v, or this step's gradient alone?
        It is v, which remembers the gradients before.
    {w}rms(u, eps=eps) / np.sqrt(grad**2 + eps) * grad
one_minus_beta_in_the_step: Does beta stand in the step itself? beta stands in the two averages
        only.
    {w}(1 - beta) * rms(u, eps=eps) / rms(v, eps=eps) * grad
    {w}beta * rms(u, eps=eps) / rms(v, eps=eps) * grad
"""


def ratio_step(target, w):
    """Return mistakes in a step `√(u + eps) / √(v + eps) · grad`, after `w`."""
    return [*ratio(target, "u", "v", w, " * grad"), *slips(target, RATIO_STEP, w=w)]


ADADELTA = """
missing_square_in_u: {s} collects squares. Can yours become negative? The step enters squared:
        delta_w**2.
    u = beta * u - (1 - beta) * delta_w
u_from_the_gradient: What does u average: squared gradients, or squared steps? u stands for the size
        of the steps: it averages Δw².
    u = beta * u + (1 - beta) * grad**2
u_from_v: What does u average: squared gradients, or squared steps? v does not stand in the equation
        of u; Δw² does.
    u = beta * u + (1 - beta) * v
    u = v
u_from_the_new_parameters: What does u average: the steps, or the parameters? Δw² enters u, not w².
    u = beta * u + (1 - beta) * (w + delta_w) ** 2
u_updated_too_early: Which u is in the step: the one from before this step, or the new one? First
        Δw, with the u of the step before; then u, from Δw².
    delta_w = -rms({once}, eps=eps) / rms(v, eps=eps) * grad; u = {once}
    delta_w = -rms({grads}, eps=eps) / rms(v, eps=eps) * grad; u = {grads}
    delta_w = -rms({once}, eps=eps) / rms(v, eps=eps) * grad; u = beta * ({once}) + (1 - beta) *
        delta_w**2
learning_rate_added: Is there a learning rate in AdaDelta? Δw is added to w as it is.
    w = w + 0.01 * delta_w
    w = w + 0.1 * delta_w
    w = w + 0.5 * delta_w
learning_rate_as_in_keras: This is Keras's form, which multiplies the step by a learning rate of
        .001; the course uses the paper's form, without any. Which does the docstring show? Δw is
        added to w as it is.
    w = w + 0.001 * delta_w
"""
GRADS = "beta * u + (1 - beta) * grad**2"
ONCE = "beta * u + (1 - beta) * (rms(u, eps=eps) / rms(v, eps=eps) * grad) ** 2"

NOTES = """
right_adadelta_in_place_of_the_notes_form: This is AdaDelta as it should be, with u from the step.
        What does the notes' workflow do before the step is known? In the notes' workflow u is
        updated first, from the gradient.
    u_before = u; u = {once}; w = w - rms(u_before, eps=eps) / rms(v, eps=eps) * grad
"""

OF_V = average_of_squares("v", "beta", suffix="_in_v")
OF_STEPS = average_of_squares("u", "beta", "delta_w", "step", "_in_u")
OF_GRADIENTS = average_of_squares("u", "beta", suffix="_in_u")

MISTAKES = {
    "rms": [*root("average"), *slips("return …", RMS)],
    "adadelta_update": [
        *OF_V,
        *OF_STEPS,
        *both(OF_V, OF_STEPS, ("_in_v", "_in_u")),
        *ratio_step("delta_w = …", "-"),
        *move("-delta_w"),
        *stale("v", "delta_w = -rms(u, eps=eps) / rms(v_before, eps=eps) * grad", "_v"),
        *handed_on("v", "w, v, u", "_v"),
        *slips("", ADADELTA, s="u", once=ONCE, grads=GRADS),
    ],
    "adadelta_notes_update": [
        *OF_V,
        *OF_GRADIENTS,
        *both(OF_V, OF_GRADIENTS, ("_in_v", "_in_u")),
        *ratio_step("w = …", "w - "),
        *move("rms(u, eps=eps) / rms(v, eps=eps) * grad"),
        *stale("v", "w = w - rms(u, eps=eps) / rms(v_before, eps=eps) * grad", "_v"),
        *stale("u", "w = w - rms(u_before, eps=eps) / rms(v, eps=eps) * grad", "_u"),
        *handed_on("v", "w, v, u", "_v"),
        *handed_on("u", "w, v, u", "_u"),
        *slips("", NOTES, once=ONCE),
    ],
}
