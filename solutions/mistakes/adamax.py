"""Wrong norms, wrong AdaMaxes, and wrong forms of the notes' Adam Max."""

from solutions.mistakes import slips, without
from solutions.mistakes.adam import adam
from solutions.mistakes.roles import (
    average_of_gradients,
    correction,
    handed_on,
    numerator,
    stale,
    step,
)

# An answer that takes the powers of x itself often forgets p = inf, too.
NORM = """
overflow_at_large_p: What is 10 to the power 400 in float64? And its p-th root? Divide by the
        largest entry first, take the norm of that, and multiply at the end.
    {end} -> return np.sum(x**p, axis=-1) ** (1 / p)
missing_root: What undoes the power p at the end? The sum is raised to the power 1/p.
    {end} -> return np.sum(x**p, axis=-1)
    {end} -> return largest[..., 0] ** p * np.sum(ratio**p, axis=-1)
    {end} -> return largest[..., 0] * np.sum(ratio**p, axis=-1)
    {inf} -> ; {end} -> return np.sum(x**p, axis=-1)
square_root_for_every_p: Which root belongs to the power p? The p-th: the power 1/p, not a half.
    {end} -> return np.sqrt(np.sum(x**p, axis=-1))
    {end} -> return largest[..., 0] * np.sqrt(np.sum(ratio**p, axis=-1))
    {inf} -> ; {end} -> return np.sqrt(np.sum(x**p, axis=-1))
always_the_two_norm: Does p make a difference? The entries are raised to the power p, and the sum to
        1/p.
    {end} -> return np.sqrt(np.sum(x**2, axis=-1))
    {end} -> return largest[..., 0] * np.sqrt(np.sum(ratio**2, axis=-1))
    {inf} -> ; {end} -> return np.sqrt(np.sum(x**2, axis=-1))
mean_instead_of_sum: Are the powers summed, or averaged? A norm sums: it grows with every entry that
        is not zero.
    {end} -> return largest[..., 0] * np.mean(ratio**p, axis=-1) ** (1 / p)
    {end} -> return np.mean(x**p, axis=-1) ** (1 / p)
    {inf} -> ; {end} -> return np.mean(x**p, axis=-1) ** (1 / p)
root_before_the_sum: Is the root taken of each power, or of their sum? First the sum over the
        entries, then the root of it.
    {end} -> return np.sum((x**p) ** (1 / p), axis=-1)
    {end} -> return largest[..., 0] * np.sum((ratio**p) ** (1 / p), axis=-1)
    {inf} -> ; {end} -> return np.sum((x**p) ** (1 / p), axis=-1)
norm_over_everything: How many vectors are in a (2, 3) array, and how many norms come out? The norm
        runs over the last axis: axis=-1.
    {end} -> return np.max(x) * np.sum((x / np.max(x)) ** p) ** (1 / p)
    {end} -> return np.sum(x**p) ** (1 / p)
    {inf} -> ; {end} -> return np.max(x) * np.sum((x / np.max(x)) ** p) ** (1 / p)
    {inf} -> ; {end} -> return np.sum(x**p) ** (1 / p)
    {limit} -> return np.max(x){n}; {end} -> return np.sum(x**p) ** (1 / p)
    {abs} -> return np.linalg.norm(x, p)
norm_over_the_first_axis: Along which axis does a vector lie? The norm runs over the last axis:
        axis=-1.
    {end} -> return np.max(x, axis=0) * np.sum((x / np.max(x, axis=0)) ** p, axis=0) ** (1 / p)
    {end} -> return np.sum(x**p, axis=0) ** (1 / p)
    {inf} -> ; {end} -> return np.max(x, axis=0) * np.sum((x / np.max(x, axis=0)) ** p, axis=0) **
        (1 / p)
    {inf} -> ; {end} -> return np.sum(x**p, axis=0) ** (1 / p)
    {limit} -> return np.max(x, axis=0){n}; {end} -> return np.sum(x**p, axis=0) ** (1 / p)
not_scaled_back: You divide by the largest entry first: what makes up for that in the end? The norm
        of the ratios is multiplied by the largest entry.
    {end} -> return np.sum(ratio**p, axis=-1) ** (1 / p)
product_of_p_and_entries: Are the entries multiplied by p or raised to the power p? `**` is the
        power, `*` the product.
    {end} -> return np.sum(x * p, axis=-1) ** (1 / p)
    {end} -> return largest[..., 0] * np.sum(ratio * p, axis=-1) ** (1 / p)
divided_by_p: Is the sum divided by p, or is the p-th root of it taken? What is ** 1 / p in Python?
        The power 1/p takes the root, and the exponent needs parentheses: ** (1 / p).
    {end} -> return np.sum(x**p, axis=-1) / p
    {end} -> return largest[..., 0] * np.sum(ratio**p, axis=-1) / p
    {inf} -> ; {end} -> return np.sum(x**p, axis=-1) / p
maximum_for_every_p: Is it the largest entry for every p? Only for p = inf; below, all entries
        count.
    {end} -> return largest[..., 0]
absolute_value_missing: What happens to a negative entry? The absolute values are raised to the
        power p.
    x = np.atleast_1d(x) * 1.0
    x = np.atleast_1d(x) * 1.0; ratio = 0; {end} -> return np.sum(x**p, axis=-1) ** (1 / p)
    x = np.atleast_1d(x) * 1.0; ratio = 0; {limit} -> return np.max(x, axis=-1){n}; {end} -> return
        np.sum(x**p, axis=-1) ** (1 / p)
    x = np.atleast_1d(x) * 1.0; ratio = 0; {inf} -> ; {end} -> return np.sum(x**p, axis=-1) ** (1 /
        p)
    signed = x; {limit} -> return np.max(signed, axis=-1){n}
infinity_as_a_sum: What is the limit of the norm for p → ∞: which entry is left? For p = inf the
        norm is the largest absolute value.
    {limit} -> return np.sum(x, axis=-1){n}
smallest_for_infinity: Which entry wins as p grows: the largest or the smallest? For p = inf the
        norm is the largest absolute value.
    {limit} -> return np.min(x, axis=-1){n}
infinity_not_handled: What does your formula give for p = inf, where 1/p is 0? p = inf is a case of
        its own: the largest absolute value.
    {inf} -> ; {end} -> return np.sum(x**p, axis=-1) ** (1 / p)
"""

MAXIMUM = """
minimum_for_maximum: Which of the two candidates for u is taken? The larger one: np.maximum.
    np.minimum(beta2 * u, np.abs(grad) + eps)
no_decay: Is anything of the old u forgotten in a step? The old u is multiplied by beta2 before the
        maximum is taken.
    np.maximum(u, np.abs(grad) + eps)
absolute_value_missing: What does a large negative gradient do to u? The maximum takes |grad|.
    np.maximum(beta2 * u, grad + eps)
    np.maximum(beta2 * u, grad)
square_instead_of_abs: Does u hold sizes of gradients or their squares? The maximum takes |grad|,
        not grad²; so no root is needed later.
    np.maximum(beta2 * u, grad**2 + eps)
    np.maximum(beta2 * u, grad**2)
norm_over_coordinates: Over what does the maximum run: over time, for each coordinate, or over
        coordinates? Each coordinate has a u of its own: np.maximum of two arrays, not np.max of
        one.
    np.maximum(beta2 * u, np.max(np.abs(grad)) + eps)
    np.maximum(beta2 * u, np.max(np.abs(grad)))
    np.maximum(beta2 * u, np.max(np.abs(grad), axis=-1, keepdims=True) + eps)
    np.maximum(beta2 * u, np.linalg.norm(grad) + eps)
    np.maximum(beta2 * u, np.linalg.norm(grad))
    np.maximum(np.max(beta2 * u), np.abs(grad) + eps)
average_instead_of_maximum: Is u an average, or a maximum that fades? u = max(β₂ u, |grad| + eps).
    beta2 * u + (1 - beta2) * (np.abs(grad) + eps)
    beta2 * u + (1 - beta2) * np.abs(grad)
    beta2 * u + (1 - beta2) * np.abs(grad) + eps
    beta2 * u + (1 - beta2) * grad**2
sum_instead_of_maximum: Are the two candidates for u added, or is one chosen? u = max(β₂ u, |grad| +
        eps).
    beta2 * u + np.abs(grad) + eps
    beta2 * u + np.abs(grad)
one_minus_beta2_in_the_maximum: u is no average: has the gradient a weight in it? The gradient
        enters the maximum as it is; only the old u has a factor.
    np.maximum(beta2 * u, (1 - beta2) * np.abs(grad) + eps)
    np.maximum(beta2 * u, (1 - beta2) * (np.abs(grad) + eps))
    np.maximum(beta2 * u, (1 - beta2) * np.abs(grad))
decay_applied_to_the_new_value_too: Which of the two candidates is multiplied by beta2? The old u
        alone.
    beta2 * np.maximum(u, np.abs(grad) + eps)
    np.maximum(beta2 * u, beta2 * np.abs(grad) + eps)
one_minus_beta2_for_the_old_u: By what is the old u multiplied? By beta2.
    np.maximum((1 - beta2) * u, np.abs(grad) + eps)
state_thrown_away: Where does the u that was passed in enter the new u? The old u, times beta2, is
        one of the two candidates.
    np.abs(grad) + eps
    np.abs(grad)
new_value_missing: What does this step's gradient do to u? |grad| + eps is one of the two
        candidates.
    beta2 * u
    np.maximum(beta2 * u, eps)
state_not_updated: Does u change in a step? u comes back as it was passed in: its equation gives the
        new one.
    u
beta1_in_u: Which beta belongs to u? beta1 belongs to m, beta2 to u.
    np.maximum(beta1 * u, np.abs(grad) + eps)
eps_missing: This is the paper's form, which has no eps. What happens there in a coordinate that has
        seen no gradient yet? eps is added to |grad| inside the maximum, and keeps 0/0 away.
    np.maximum(beta2 * u, np.abs(grad))
eps_as_a_third_candidate: Is eps added to |grad|, or the larger of the two taken? It is a sum inside
        the maximum: |grad| + eps.
    np.maximum(beta2 * u, np.maximum(np.abs(grad), eps))
eps_outside_the_maximum: To what is eps added: to |grad|, to the old u, or to the maximum? To
        |grad|, inside: max(β₂ u, |grad| + eps).
    np.maximum(beta2 * u, np.abs(grad)) + eps
    np.maximum(beta2 * u + eps, np.abs(grad))
eps_subtracted: Is eps added or subtracted? eps keeps u away from zero, so it is added.
    np.maximum(beta2 * u, np.abs(grad) - eps)
m_in_place_of_the_gradient: Whose size enters u: that of the gradient, or that of m? u = max(β₂ u,
        |grad| + eps).
    np.maximum(beta2 * u, np.abs(m) + eps)
    np.maximum(beta2 * u, np.abs(m))
root_stored_in_the_state: Is there a root in AdaMax? u holds sizes, not squares, so no root is
        taken.
    np.sqrt(np.maximum(beta2 * u, np.abs(grad) + eps))
    np.maximum(beta2 * u, np.sqrt(np.abs(grad)) + eps)
decay_squared: Which power of beta2 multiplies the old u? beta2 itself.
    np.maximum(beta2**2 * u, np.abs(grad) + eps)
    np.maximum(beta2**t * u, np.abs(grad) + eps)
"""

ADAMAX = """
eps_beside_u_as_in_keras: This is Keras's form, a right AdaMax there, with eps added to u in the
        step; the course adds it to |grad| inside the maximum. Which does the docstring show? The
        course's form, that of PyTorch and optax, is max(β₂ u, |grad| + eps).
    u = np.maximum(beta2 * u, np.abs(grad)); w = w - lr / (1 - beta1**t) * m / (u + eps)
bias_correction_missing: m starts at zero. What makes up for that in the first steps? The step is
        divided by 1 - β₁ᵗ.
    w = w - lr * m / u
u_corrected: Is u corrected for its start at zero? A maximum needs no correction; only m is
        corrected.
    w = w - lr / (1 - beta1**t) * m / (u / (1 - beta2**t))
only_u_corrected: Which of m and u is corrected for its start at zero? m is: the step is divided by
        1 - β₁ᵗ. A maximum needs no correction.
    w = w - lr * m / (u / (1 - beta2**t))
beta2_in_the_correction_of_m: Which beta belongs to the correction of m? 1 - β₁ᵗ.
    w = w - lr / (1 - beta2**t) * m / u
missing_parentheses: In which order does Python work out the step? What is divided, and what added?
        u alone divides the step, and eps stands inside the maximum.
    w = w - lr / (1 - beta1**t) * m / u + eps
square_root_of_u: Does u hold squares? What has a root to undo? u holds sizes: the step is divided
        by u itself.
    w = w - lr / (1 - beta1**t) * m / np.sqrt(u)
    w = w - lr / (1 - beta1**t) * m / (np.sqrt(u) + eps)
square_of_u: Is u squared before it divides? The step is divided by u itself.
    w = w - lr / (1 - beta1**t) * m / u**2
eps_twice: In how many places does eps stand? Once: inside the maximum. u itself divides.
    w = w - lr / (1 - beta1**t) * m / (u + eps)
multiplied_by_u: Should a coordinate with a large u move further or less far? u divides.
    w = w - lr / (1 - beta1**t) * m * u
neither_average_nor_correction: What stands in the numerator of the step, and what corrects it? m,
        divided by 1 - β₁ᵗ.
    w = w - lr * grad / u
m_and_u_swapped: Which of m and u stands above the line, and which below? The step is m / u.
    w = w - lr / (1 - beta1**t) * u / m
swapped_betas: Which beta belongs to m, and which to u? beta1 belongs to m and its correction, beta2
        to u.
    m = beta2 * m + (1 - beta2) * grad; u = np.maximum(beta1 * u, np.abs(grad) + eps); w = w - lr /
        (1 - beta2**t) * m / u
    m = beta2 * m + (1 - beta2) * grad; u = np.maximum(beta1 * u, np.abs(grad) + eps)
beta2_in_m: Which beta belongs to m? beta1 belongs to m and its correction, beta2 to u.
    m = beta2 * m + (1 - beta2) * grad
    m = beta2 * m + (1 - beta2) * grad; w = w - lr / (1 - beta2**t) * m / u
    m = beta1 * m + (1 - beta2) * grad
    m = beta2 * m + (1 - beta1) * grad
corrected_m_stored_back: Which m does the next step need: the corrected one, or the average itself?
        The correction is for this step only; m goes out uncorrected.
    return w, m / (1 - beta1**t), u
corrected_u_stored_back: Is u corrected, and is the corrected one stored? u needs no correction at
        all.
    w = w - lr / (1 - beta1**t) * m / (u / (1 - beta2**t)); return w, m, u / (1 - beta2**t)
    return w, m, u / (1 - beta2**t)
adam_in_place_of_adamax: This is Adam: which average does AdaMax replace, and by what? In place of
        v, the average of squares, stands u = max(β₂ u, |grad| + eps).
    u = beta2 * u + (1 - beta2) * grad**2; {adam}
    u = beta2 * u + (1 - beta2) * grad**2; w = w - lr * m / (1 - beta1**t) / (np.sqrt(u) + eps)
notes_adam_max: This is the notes' Adam Max. Over what does AdaMax take its maximum? Over time, for
        each coordinate: u = max(β₂ u, |grad| + eps).
    u = beta2 * u + (1 - beta2) * np.max(np.abs(grad), axis=-1, keepdims=True) ** 2; {adam}
    u = beta2 * u + (1 - beta2) * np.max(np.abs(grad)) ** 2; {adam}
stale_state: Which m and u are in the step: those from before this gradient, or the new ones? First
        come the equations of m and u, then the step, with the new ones.
    m_before = m; u_before = u; w = w - lr / (1 - beta1**t) * m_before / u_before
stale_state_u: Which u is in the step: the one from before this gradient, or the new one? First
        comes the equation of u, then the step, with the new u.
    u_before = u; w = w - lr / (1 - beta1**t) * m / u_before
    u_before = u; w = w - lr / (1 - beta1**t) * m / (u_before + eps)
"""

ADAM_MAX = """
missing_square: v collects squares. Is the norm squared? The notes average ‖grad‖²: norm**2.
    v = beta2 * v + (1 - beta2) * norm
weight_squared_too: What is squared in the equation of v: the norm alone, or its weight as well?
        Only the norm is squared.
    v = beta2 * v + ((1 - beta2) * norm) ** 2
elementwise_in_place_of_the_norm: This is Adam, each coordinate for itself. Over what do the notes
        take a maximum? Over the coordinates: the largest |grad| along the last axis.
    v = beta2 * v + (1 - beta2) * grad**2
maximum_over_time: This is AdaMax's maximum, over time. Over what does the notes' form take it? The
        notes average the squared norm; the maximum is over the coordinates.
    v = np.maximum(beta2 * v, grad**2)
    v = np.maximum(beta2 * v, np.abs(grad))
    v = np.maximum(beta2 * v, np.abs(grad) + eps)
root_stored_in_the_state: What is kept in v: the average of squares, or its root? The root is taken
        where the step is made.
    v = np.sqrt(beta2 * v + (1 - beta2) * norm**2)
two_norm_for_maximum_norm: Which norm do the notes take of the gradient? The maximum norm: the
        largest |grad|.
    norm = np.linalg.norm(np.atleast_1d(grad), axis=-1, keepdims=True)
    norm = np.sqrt(np.sum(grad**2))
one_norm_for_maximum_norm: Which norm do the notes take of the gradient? The maximum norm: the
        largest |grad|.
    norm = np.sum(np.abs(grad), axis=vector, keepdims=True)
    norm = np.sum(np.abs(grad))
mean_for_maximum: Is the maximum taken of the gradients' sizes, or their mean? The maximum norm is
        the largest |grad|.
    norm = np.mean(np.abs(grad), axis=vector, keepdims=True)
    norm = np.mean(np.abs(grad))
minimum_for_maximum: Is it the largest or the smallest gradient that counts? The maximum norm is the
        largest |grad|.
    norm = np.min(np.abs(grad), axis=vector, keepdims=True)
    norm = np.min(np.abs(grad))
absolute_value_missing: What does a large negative gradient do to the norm? The maximum norm takes
        absolute values first.
    norm = np.max(grad, axis=vector, keepdims=True)
    norm = np.max(grad)
norm_over_everything: How many vectors are in a (2, 3) batch, and how many norms? The norm runs over
        the last axis: axis=-1, keepdims=True.
    norm = np.max(np.abs(grad))
axis_lost_in_the_norm: Which shape has the norm of a (2, 3) batch? Does it fit the batch? One norm a
        row, as a column: keepdims=True.
    norm = np.max(np.abs(grad), axis=vector, initial=0)
norm_over_the_first_axis: Along which axis does a vector lie? The norm runs over the last axis:
        axis=-1, keepdims=True.
    norm = np.max(np.abs(grad), axis=0, keepdims=True)
"""

MISTAKES = {
    "lp_norm": slips(
        "",
        NORM,
        end="return largest[..., 0] * np.sum(ratio**p, axis=-1) ** (1 / p)",
        inf="if p == np.inf:\n        return largest[..., 0]\n",
        limit="return largest[..., 0]\n",
        n="\n",
        abs="x = np.abs(np.atleast_1d(x)) * 1.0",
    ),
    "adamax_update": [
        *average_of_gradients("beta1"),
        *slips("u = …", MAXIMUM),
        *correction("w = …", "lr", "beta1", left="w - ", rest=" * m / u"),
        *step("m / (1 - beta1**t) / u", "lr / (1 - beta1**t) * m / u"),
        *numerator("m", "m", "u", "u", "w - lr / (1 - beta1**t) * ", core="m / (1 - beta1**t) / u"),
        *stale("m", "w = w - lr / (1 - beta1**t) * m_before / u", "_m"),
        *handed_on("m", "w, m, u", "_m"),
        *handed_on("u", "w, m, u", "_u"),
        *slips(
            "",
            ADAMAX,
            adam="w = w - lr * m / (1 - beta1**t) / (np.sqrt(u / (1 - beta2**t)) + eps)",
        ),
    ],
    "adam_max_update": [
        *without(adam("w, m, v", "norm**2"), "deviation_from_m_in_v"),
        *slips("", ADAM_MAX),
    ],
}
