"""Wrong look-aheads and wrong Nadams."""

from solutions.mistakes import slips
from solutions.mistakes.roles import (
    average_of_squares,
    corrected_step,
    correction,
    handed_on,
    moments,
    move,
    root_beside_eps,
    stale,
    step,
    velocity,
)

NAG = """
gradient_at_w: Where is the gradient taken: where you stand, or where the velocity carries you? At
        the look-ahead point w - beta u; at w it is plain momentum.
    u = beta * u + lr * grad_fn(w)
look_ahead_with_the_wrong_sign: u is subtracted from w in the step: on which side of w is the
        look-ahead point? The look-ahead point is w - beta u.
    u = beta * u + lr * grad_fn(w + beta * u)
look_ahead_by_u: How far ahead is the gradient taken: by u, or by the share of it that is kept? By
        beta u.
    u = beta * u + lr * grad_fn(w - u)
look_ahead_by_u_with_the_wrong_sign: On which side of w is the look-ahead point, and how far away?
        The look-ahead point is w - beta u.
    u = beta * u + lr * grad_fn(w + u)
look_ahead_by_lr: How far ahead is the gradient taken? By beta u; lr is in u already.
    u = beta * u + lr * grad_fn(w - lr * beta * u)
    u = beta * u + lr * grad_fn(w - lr * u)
gradient_at_the_velocity: At which point is the gradient taken? At w - beta u.
    u = beta * u + lr * grad_fn(beta * u)
    u = beta * u + lr * grad_fn(u)
two_gradients: How many gradients does a step need? One, at the look-ahead point.
    u = beta * u + lr * (grad_fn(w) + grad_fn(w - beta * u))
    u = beta * u + lr * (grad_fn(w) + grad_fn(w - beta * u)) / 2
    w = w - u - lr * grad_fn(w)
    first = beta * u + lr * grad_fn(w); u = beta * first + lr * grad_fn(w - beta * first)
lr_twice: How often does the learning rate act? lr stands inside u; the step is u itself.
    w = w - lr * u
beta_twice: How far does w move: by u, or by a share of it? By u; its decay is in the equation of u.
    w = w - beta * u
moved_twice: How often does w move: by the whole new u, or by a share of u as well? Once, by u, from
        w itself. The look-ahead point is only where the gradient is taken.
    ahead = w - beta * u; w = ahead - u
    w = w - beta * u - u
lr_outside_u: Where does the learning rate stand: inside u, or in the step? In the course's form,
        that of the notes, lr stands inside u, and the step is u itself.
    u = beta * u + grad_fn(w - beta * u); w = w - lr * u
    u = beta * u + grad_fn(w - lr * beta * u); w = w - lr * u
velocity_with_the_opposite_sign: Some papers and libraries keep u with the other sign. Is it
        subtracted from w here, or added? Here u = beta u + lr ∇L(w - beta u), and the step is w -
        u.
    u = beta * u - lr * grad_fn(w + beta * u); w = w + u
rewritten_form_with_the_gradient_function: Is the gradient taken at w here, or ahead of it? In this
        form w is where you stand, and the gradient is taken at w - beta u.
    u = beta * u + lr * grad_fn(w); w = w - (beta * u + lr * grad_fn(w))
step_from_the_look_ahead_without_velocity: By what does w move in the end? By the whole new u.
    step = lr * grad_fn(w - beta * u); w = w - step
"""

NESTEROV = """
plain_momentum: This is momentum without a look-ahead. Which u is in beta u + lr grad, the old one
        or the new one? The new one: with the old one the step is just the new u.
    w = w - u
decay_missing_in_the_step: By what is the new u multiplied in the step? By beta: the step is beta u
        + lr grad.
    w = w - (u + lr * grad)
gradient_missing_in_the_step: How many terms has the step of the rewritten form? Two: beta u and lr
        grad.
    w = w - beta * u
velocity_missing_in_the_step: How many terms has the step of the rewritten form? Two: beta u and lr
        grad.
    w = w - lr * grad
missing_parentheses: Which sign has the second term of the step? Both terms are subtracted: put
        their sum in parentheses.
    w = w - beta * u + lr * grad
lr_missing_in_the_step: By what is the gradient multiplied in the step? By lr.
    w = w - (beta * u + grad)
lr_twice: How often does the learning rate act on u? lr stands inside u already: the step is beta u
        + lr grad.
    w = w - lr * (beta * u + grad)
    w = w - lr * (beta * u + lr * grad)
beta_for_both_terms: Which term of the step is multiplied by beta? u alone.
    w = w - beta * (u + lr * grad)
    w = w - beta * (u + grad)
look_ahead_with_the_wrong_sign: Do the two terms of the step point the same way? Both are
        subtracted: w - (beta u + lr grad).
    w = w - (lr * grad - beta * u)
beta_twice: Which power of beta multiplies u in the step? beta itself, with the new u.
    w = w - (beta * beta * u + lr * grad)
weights_of_an_average: Do the two terms of the step have the weights of an average? The step is beta
        u + lr grad.
    w = w - (beta * u + (1 - beta) * lr * grad)
    w = w - (beta * u + (1 - beta) * grad)
decay_counted_twice: How often does u enter the step, and with which factor? Once, with beta: the
        step is beta u + lr grad.
    w = w - (beta * u + u)
    w = w - ((1 + beta) * u + lr * grad)
velocity_with_the_opposite_sign_as_in_keras: This is Keras's form, which keeps the velocity with a
        minus; the course adds lr grad to u and subtracts in the step. Which does the docstring
        show? u = beta u + lr grad, and the step is w - (beta u + lr grad).
    u = beta * u - lr * grad; w = w + (beta * u - lr * grad)
lr_outside_u_as_in_torch: This is PyTorch's form, which keeps lr outside the velocity; in the course
        lr stands inside u. Which does the docstring show? u = beta u + lr grad, and the step is
        beta u + lr grad.
    u = beta * u + grad; w = w - lr * (beta * u + grad)
"""

# What nadam_update and nadam_scheduled_update share: the momentum of a step is `mu`, that of the
# next one `mu_next`; the gradient is corrected by 1 - `product`, m by 1 - `later`.

BAR = """
bias_correction_missing: m starts at zero. What makes up for that in both terms of m̄? {hint}
    m_bar = {mu_next} * m + (1 - {mu}) * grad
gradient_not_corrected: Are both terms of m̄ corrected? {hint}
    m_bar = {mu_next} * m / (1 - {later}) + (1 - {mu}) * grad
    m_bar = {mu_next} * m / (1 - {product}) + (1 - {mu}) * grad
m_not_corrected: Are both terms of m̄ corrected? {hint}
    m_bar = {mu_next} * m + (1 - {mu}) * grad / (1 - {product})
gradient_term_missing: How many terms has m̄? {hint}
    m_bar = {mu_next} * m / (1 - {later})
momentum_term_missing: How many terms has m̄? {hint}
    m_bar = (1 - {mu}) * grad / (1 - {product})
missing_one_minus_{of}: What is the weight of the gradient in m̄? {hint}
    m_bar = {mu_next} * m / (1 - {later}) + grad / (1 - {product})
no_decay_in_the_look_ahead: What is the weight of m in m̄? {hint}
    m_bar = m / (1 - {later}) + (1 - {mu}) * grad / (1 - {product})
beta_and_one_minus_beta_swapped_in_the_look_ahead: Which weight in m̄ belongs to m, and which to the
        gradient? {hint}
    m_bar = (1 - {mu}) * m / (1 - {later}) + {mu_next} * grad / (1 - {product})
minus_for_plus_in_the_look_ahead: Are the two terms of m̄ added or subtracted? {hint}
    m_bar = {mu_next} * m / (1 - {later}) - (1 - {mu}) * grad / (1 - {product})
correction_multiplied: Do the corrections in m̄ make its terms larger? {hint}
    m_bar = {mu_next} * m * (1 - {later}) + (1 - {mu}) * grad * (1 - {product})
stale_state_m: Which m is in m̄: the one from before this gradient, or the new one? The new one:
        first m and v, then m̄.
    m_before = m; m_bar = {mu_next} * m_before / (1 - {later}) + (1 - {mu}) * grad / (1 - {product})
v_not_corrected: v starts at zero. What makes up for that? v̂ = v / (1 - β₂ᵗ).
    v_hat = v
beta1_in_the_correction_of_v: Which beta belongs to v̂? v̂ = v / (1 - β₂ᵗ).
    v_hat = v / (1 - beta1**t)
corrected_v_stored_back: Which v does the next step need: the corrected one, or the average itself?
        v̂ is for this step only; v goes out uncorrected.
    return w, m, v_hat{rest}
look_ahead_stored_back: Which m does the next step need: the average, or the one that looks ahead?
        m̄ is for this step only; m goes out as the average it is.
    return w, m_bar, v{rest}
adam_in_place_of_nadam: This is Adam's step. What does Nadam put into the numerator in place of m̂?
        m̄, which looks one step ahead and adds this step's gradient once more.
    w = w - lr * m / (1 - beta1**t) / (np.sqrt(v_hat) + eps)
"""


def nadam(mu, mu_next, product, later, of, hint, rest=""):
    """Return mistakes of a Nadam; `rest` is what it returns besides w, m and v."""
    symbols = {"mu": mu, "mu_next": mu_next, "product": product, "later": later, "of": of}
    return [
        *moments(f"w, m, v{rest}"),
        *correction("v_hat = …", "v", "beta2", "_of_v"),
        *stale("v", "v_hat = v_before / (1 - beta2**t)", "_v"),
        *corrected_step("m_bar", "m̄"),
        *slips("", BAR, hint=hint, rest=rest, **symbols),
    ]


NADAM = """
swapped_betas: Which beta belongs to m, and which to v? beta1 belongs to m and m̄, beta2 to v and
        v̂.
    m = beta2 * m + (1 - beta2) * grad; v = beta1 * v + (1 - beta1) * grad**2; m_bar = beta2 * m /
        (1 - beta2 ** (t + 1)) + (1 - beta2) * grad / (1 - beta2**t); v_hat = v / (1 - beta1**t)
t_off_by_one: m looks one step ahead: which power of beta1 corrects it, and which the gradient?
        {hint}
    m_bar = beta1 * m / (1 - beta1**t) + {now}
    m_bar = {ahead} + (1 - beta1) * grad / (1 - beta1 ** (t + 1))
    m_bar = beta1 * m / (1 - beta1**t) + (1 - beta1) * grad / (1 - beta1 ** (t + 1))
    {t_plus_one}
    {t_minus_one}
t_off_by_one_everywhere: Does t count from 1, and is it the exponent as it is? {hint} And v̂ = v /
        (1 - β₂ᵗ).
    {t_plus_one}; v_hat = v / (1 - beta2 ** (t + 1))
    {t_minus_one}; v_hat = v / (1 - beta2 ** (t - 1))
t_stuck_at_one: Do the corrections change from step to step? {hint} And v̂ = v / (1 - β₂ᵗ).
    m_bar = beta1 * m / (1 - beta1**2) + (1 - beta1) * grad / (1 - beta1); v_hat = v / (1 - beta2)
    m_bar = beta1 * m / (1 - beta1) + (1 - beta1) * grad / (1 - beta1); v_hat = v / (1 - beta2)
stale_state: Which m and v are in the step: those from before this gradient, or the new ones? First
        come the equations of m and v, then the step, with the new ones.
    m_before = m; v_before = v; m_bar = beta1 * m_before / (1 - beta1 ** (t + 1)) + {now}; v_hat =
        v_before / (1 - beta2**t)
corrected_averages_stored_back: Which m and v does the next step need: the corrected ones, or the
        averages themselves? The corrected averages are for this step only; m and v go out
        uncorrected.
    return w, m / (1 - beta1**t), v_hat
    return w, m_bar, v_hat
corrected_m_stored_back: Which m does the next step need: the corrected one, or the average itself?
        m goes out as the average it is.
    return w, m / (1 - beta1**t), v
bias_correction_missing_everywhere: m and v start at zero. What makes up for that? {hint} And v̂ = v
        / (1 - β₂ᵗ).
    m_bar = beta1 * m + (1 - beta1) * grad; v_hat = v
beta2_in_the_correction_of_m: Which beta belongs to m̄? {hint}
    m_bar = beta1 * m / (1 - beta2 ** (t + 1)) + (1 - beta1) * grad / (1 - beta2**t)
momentum_schedule_as_in_torch: This is PyTorch's Nadam, whose momentum grows with t; the course
        holds it at beta1. Which does the docstring show? nadam_scheduled_update is that form; here
        beta1 stands in its place.
    mu = [beta1 * (1 - 0.5 * 0.96 ** (k * 0.004)) for k in range(1, t + 2)]; product =
        np.prod(mu[:-1]); {scheduled}
momentum_schedule_as_in_keras: This is Keras's Nadam, whose momentum grows with t; the course holds
        it at beta1. Which does the docstring show? nadam_scheduled_update is that form; here beta1
        stands in its place.
    mu = [beta1 * (1 - 0.5 * 0.96**k) for k in range(1, t + 2)]; product = np.prod(mu[:-1]);
        {scheduled}
notes_form: This is the notes' NADAM. What is corrected in Nadam, and how often does lr act? {hint}
    m = beta1 * m + lr * grad; m_bar = beta1 * m + (1 - beta1) * grad; v_hat = v
"""
HINT = "m̄ = β₁ m / (1 - β₁ᵗ⁺¹) + (1 - β₁) grad / (1 - β₁ᵗ)."
AHEAD, NOW = "beta1 * m / (1 - beta1 ** (t + 1))", "(1 - beta1) * grad / (1 - beta1**t)"
T_PLUS_ONE, T_MINUS_ONE = (
    f"m_bar = beta1 * m / (1 - beta1**{m}) + (1 - beta1) * grad / (1 - beta1**{now})"
    for m, now in (("(t + 2)", "(t + 1)"), ("t", "(t - 1)"))
)
TWO_MU = "m_bar = mu[-1] * m / (1 - product * mu[-1]) + (1 - mu[-2]) * grad / (1 - product)"

DOZAT = """
half_missing: With which share of beta1 does the momentum begin, at t = 0? With a half: 1 - ½ ·
        0.96^(…).
    beta1 * (1 - 0.96 ** (t * momentum_decay))
momentum_decay_missing: What sets the speed of the schedule? The exponent is t · momentum_decay.
    beta1 * (1 - 0.5 * 0.96**t)
plus_for_minus: Does the momentum grow towards beta1 from below, or fall from above? From below: 1
        minus a term that fades.
    beta1 * (1 + 0.5 * 0.96 ** (t * momentum_decay))
beta1_missing: Towards which value does the momentum grow? Towards beta1, a factor of the whole.
    1 - 0.5 * 0.96 ** (t * momentum_decay)
divided_by_momentum_decay: Does a larger momentum_decay make the schedule faster? The exponent is
        the product t · momentum_decay.
    beta1 * (1 - 0.5 * 0.96 ** (t / momentum_decay))
t_off_by_one: Which t stands in the exponent? t as it is passed.
    beta1 * (1 - 0.5 * 0.96 ** ((t + 1) * momentum_decay))
    beta1 * (1 - 0.5 * 0.96 ** ((t - 1) * momentum_decay))
one_minus_missing: Does the momentum grow or fade? It grows: 1 - ½ · 0.96^(…).
    beta1 * 0.5 * 0.96 ** (t * momentum_decay)
product_in_place_of_the_power: Is 0.96 multiplied by the exponent, or raised to it? It is a power.
    beta1 * (1 - 0.5 * 0.96 * t * momentum_decay)
wrong_base: What is the base of the power? 0.96.
    beta1 * (1 - 0.5 * 0.9 ** (t * momentum_decay))
    beta1 * (1 - 0.5 * 0.95 ** (t * momentum_decay))
    beta1 * (1 - 0.5 * 0.99 ** (t * momentum_decay))
    beta1 * (1 - 0.5 * 0.96**-1 ** (t * momentum_decay))
    beta1 * (1 - 0.5 * beta1 ** (t * momentum_decay))
    beta1 * (1 - 0.5 * np.exp(-t * momentum_decay))
beta1_inside: What is multiplied by beta1? The whole of 1 - ½ · 0.96^(…).
    beta1 - 0.5 * 0.96 ** (t * momentum_decay)
    1 - beta1 * 0.5 * 0.96 ** (t * momentum_decay)
half_inside_the_power: What is raised to the power: 0.96, or half of it? 0.96 alone.
    beta1 * (1 - (0.5 * 0.96) ** (t * momentum_decay))
half_of_the_whole: What is halved: the term that fades, or the whole? The term that fades.
    0.5 * beta1 * (1 - 0.96 ** (t * momentum_decay))
parentheses_missing_in_the_exponent: In which order does Python work out the power? A power comes
        before a product: put t * momentum_decay in parentheses.
    beta1 * (1 - 0.5 * 0.96**t * momentum_decay)
"""

SCHEDULED = """
momentum_held_at_beta1: Does the momentum grow here, or is it beta1 from the start? {hint}
    mu = beta1; mu_next = beta1
schedule_off_by_one: At which t is μ taken, and at which t the next one? μₜ at t, μₜ₊₁ at t + 1; t
        counts from 1.
    mu = dozat_momentum(t - 1, {kwargs}); mu_next = dozat_momentum(t, {kwargs})
    mu = dozat_momentum(t + 1, {kwargs}); mu_next = dozat_momentum(t + 2, {kwargs})
next_momentum_missing: Which μ belongs to the term that looks ahead? {hint}
    mu_next = mu
current_momentum_missing: Which μ belongs to the gradient's term? {hint}
    mu = dozat_momentum(t + 1, {kwargs})
product_not_updated: What is multiplied into M in every step? M is the product of all μ so far, this
        step's among them.
    mu_product = mu_product
product_thrown_away: Where does the product that was passed in enter the new one? M is the old
        product times μₜ.
    mu_product = mu
power_in_place_of_the_product: All μ differ: is their product a power of one of them? M is the
        product μ₁ · … · μₜ.
    mu_product = mu**t
    mu_product = beta1**t
sum_in_place_of_the_product: Are the μ multiplied or added? M is a product.
    mu_product = mu_product + mu if t > 1 else mu
    mu_product = mu_product + mu
next_momentum_in_the_product: Which μ goes into the product that is returned? M ends with μₜ; μₜ₊₁
        is for the look-ahead alone.
    mu_product = mu_product * mu_next
    return w, m, v, mu_product * mu_next
old_product_returned: Which product goes out: the one that came in, or the new one? The next step
        needs M with this step's μ in it.
    before = mu_product; return w, m, v, before
look_ahead_not_corrected_ahead: By which product is the look-ahead corrected? {hint}
    m_bar = mu_next * m / (1 - mu_product) + (1 - mu) * grad / (1 - mu_product)
momenta_swapped: Which of μₜ and μₜ₊₁ stands in which term of m̄? {hint}
    m_bar = mu * m / (1 - mu_product * mu_next) + (1 - mu_next) * grad / (1 - mu_product)
    m_bar = mu * m / (1 - mu_product * mu_next) + (1 - mu) * grad / (1 - mu_product)
    m_bar = mu_next * m / (1 - mu_product * mu_next) + (1 - mu_next) * grad / (1 - mu_product)
corrections_of_adam: By what are the two terms of m̄ corrected: powers of beta1, or products of μ?
        {hint}
    m_bar = mu_next * m / (1 - beta1 ** (t + 1)) + (1 - mu) * grad / (1 - beta1**t)
average_as_in_dozat: This is Dozat's own form, which averages m with the scheduled μ, and a right
        one; the course uses PyTorch's. Which beta does the docstring show in m? m = β₁ m + (1 - β₁)
        grad, with beta1 itself; μ stands in m̄.
    m = mu * m + (1 - mu) * grad
"""
SCHEDULED_HINT = "m̄ = μₜ₊₁ m / (1 - M μₜ₊₁) + (1 - μₜ) grad / (1 - M), with M = μ₁ · … · μₜ."

NOTES = """
beta2_in_u: Which beta belongs to u? beta1 belongs to u, beta2 to v.
    u = beta2 * u + lr * grad
beta1_in_v: Which beta belongs to v? beta1 belongs to u, beta2 to v.
    v = beta1 * v + (1 - beta1) * grad**2
swapped_betas: Which beta belongs to u, and which to v? beta1 belongs to u and the step, beta2 to v.
    u = beta2 * u + lr * grad; v = beta1 * v + (1 - beta1) * grad**2; w = w - {rate} * (beta2 * u +
        (1 - beta2) * grad)
    u = beta2 * u + lr * grad; v = beta1 * v + (1 - beta1) * grad**2
missing_parentheses: In which order does Python work out the step? Put the denominator, and the two
        terms of the numerator, in parentheses.
    w = w - lr / np.sqrt(v) + eps * (beta1 * u + (1 - beta1) * grad)
    w = w - lr / np.sqrt(v) * (beta1 * u + (1 - beta1) * grad) + eps
    w = w - {rate} * beta1 * u + (1 - beta1) * grad
gradient_term_missing: How many terms stand in the notes' numerator? Two: beta1 u and (1 - beta1)
        grad.
    w = w - {rate} * beta1 * u
    w = w - {rate} * u
momentum_term_missing: How many terms stand in the notes' numerator? Two: beta1 u and (1 - beta1)
        grad.
    w = w - {rate} * (1 - beta1) * grad
    w = w - {rate} * grad
beta_and_one_minus_beta_swapped_in_the_step: Which weight belongs to u, and which to the gradient?
        beta1 to u, 1 - beta1 to the gradient.
    w = w - {rate} * ((1 - beta1) * u + beta1 * grad)
missing_one_minus_beta_in_the_step: What is the weight of the gradient in the step? 1 - beta1.
    w = w - {rate} * (beta1 * u + grad)
    w = w - {rate} * (beta1 * u + lr * grad)
minus_for_plus_in_the_step: Are the two terms of the numerator added or subtracted? Added.
    w = w - {rate} * (beta1 * u - (1 - beta1) * grad)
no_decay_in_the_step: By what is u multiplied in the step? By beta1.
    w = w - {rate} * (u + (1 - beta1) * grad)
"""
N_RATE, N_TERMS = "lr / (np.sqrt(v) + eps)", "(beta1 * u + (1 - beta1) * grad)"

MISTAKES = {
    "nag_update": [
        *velocity("beta", "grad_fn(w - beta * u)"),
        *move("u"),
        *stale("u", "w = w - u_before"),
        *handed_on("u", "w, u"),
        *slips("", NAG),
    ],
    "nesterov_update": [
        *velocity("beta", "grad"),
        *move("(beta * u + lr * grad)"),
        *handed_on("u", "w, u"),
        *slips("", NESTEROV),
    ],
    "nadam_update": [
        *nadam("beta1", "beta1", "beta1**t", "beta1 ** (t + 1)", "beta_in_the_look_ahead", HINT),
        *slips(
            "",
            NADAM,
            hint=HINT,
            ahead=AHEAD,
            now=NOW,
            t_plus_one=T_PLUS_ONE,
            t_minus_one=T_MINUS_ONE,
            scheduled=TWO_MU,
        ),
    ],
    "dozat_momentum": slips("return …", DOZAT),
    "nadam_scheduled_update": [
        *nadam(
            "mu",
            "mu_next",
            "mu_product",
            "mu_product * mu_next",
            "mu",
            SCHEDULED_HINT,
            ", mu_product",
        ),
        *slips(
            "",
            SCHEDULED,
            hint=SCHEDULED_HINT,
            kwargs="beta1=beta1, momentum_decay=momentum_decay",
        ),
    ],
    "nadam_notes_update": [
        *velocity("beta1", "grad", "_in_u", average="average_in_place_of_u"),
        *average_of_squares("v", "beta2", suffix="_in_v"),
        *root_beside_eps("w = …", "w - lr", "v", "v", f" * {N_TERMS}"),
        *step(f"{N_TERMS} / (np.sqrt(v) + eps)", f"{N_RATE} * {N_TERMS}"),
        *stale("u", f"w = w - {N_RATE} * (beta1 * u_before + (1 - beta1) * grad)", "_u"),
        *stale("v", f"w = w - lr / (np.sqrt(v_before) + eps) * {N_TERMS}", "_v"),
        *handed_on("u", "w, u, v", "_u"),
        *handed_on("v", "w, u, v", "_v"),
        *slips("", NOTES, rate=N_RATE),
    ],
}
