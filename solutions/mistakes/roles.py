"""What can go wrong in lines that many rules share: averages, sums, roots, corrections, steps.

Each function is the role of a line, or of a part of one, and returns the mistakes in it.
"""

from solutions.mistakes import both, slips, without

# What is kept from step to step

FADING = """
no_decay: Is anything of the old {s} forgotten in a step? The old {s} is multiplied by {b}.
    {s} + {k} * {x}
decay_applied_to_the_new_value_too: Which term in the equation of {s} is multiplied by {b}: both, or
        the old {s} alone? The old {s} alone; the new value has the weight {k} and no other factor.
    {b} * ({s} + {k} * {x})
beta_and_one_minus_beta_swapped: Which weight in the equation of {s} belongs to the old {s}, which
        to the new value? {b} belongs to the old {s}, {k} to the new value.
    (1 - {b}) * {s} + {b} * {x}
state_thrown_away: Where does the {s} that was passed in enter the new {s}? The first term of the
        equation of {s} is the old {s}, times {b}.
    {k} * {x}
    {x}
    {b} * np.zeros_like({s}) + {b} * {x}
new_value_missing: What does this step's gradient add to {s}? The equation of {s} has two terms; the
        second one is missing.
    {b} * {s}
state_not_updated: Does {s} change in a step? {s} comes back as it was passed in: its equation gives
        the new one.
    {s}
minus_for_plus: Are the two terms in the equation of {s} added or subtracted? Both terms of {s}
        stand with a plus.
    {b} * {s} - {k} * {x}
"""

AVERAGE = """
missing_one_minus_beta: {s} is an average, so its two weights add up to 1: what is the weight of the
        new value? The weights are {b} for the old {s} and 1 - {b} for the new value.
    {b} * {s} + {x}
sum_instead_of_average: {s} only ever adds up here. Should it be a sum or an average? The weights
        are {b} for the old {s} and 1 - {b} for the new value.
    {s} + {x}
beta_for_both_weights: The two weights in the equation of {s} add up to 1: do yours? The weights are
        {b} for the old {s} and 1 - {b} for the new value.
    {b} * {s} + {b} * {x}
    (1 - {b}) * {s} + (1 - {b}) * {x}
    {b} * ({s} + {x})
missing_parentheses_in_the_average: In which order does Python work out 1 - {b} times something? 1 -
        {b} * x is 1 minus a product. Put 1 - {b} in parentheses.
    {b} * {s} + 1 - {b} * {x}
maximum_instead_of_average: Does {s} average, or does it keep the largest? The maximum belongs to
        AdaMax; here the two terms of {s} are added.
    np.maximum({b} * {s}, (1 - {b}) * {x})
    np.maximum({b} * {s}, {x})
    np.maximum({s}, {x})
"""


def average(s, b, x, suffix="", target=None):
    """`s = b * s + (1 - b) * x`."""
    return slips(target or f"{s} = …", FADING + AVERAGE, suffix, s=s, b=b, k=f"(1 - {b})", x=x)


SQUARE = """
abs_instead_of_square: What is done to the {noun} before it enters {s}: is it squared? {s} collects
        {x}², not |{x}|.
    {old} np.abs({x})
missing_square: {s} collects squares. Can yours become negative? The {noun} enters squared: {x}**2.
    {old} {x}
doubled_instead_of_squared: {x}² enters {s}. Which operator is the power in Python? `**` is the
        power, `*` the product: 2 * {x} is not {x}**2.
    {old} 2 * {x}
norm_over_coordinates: Does each coordinate have a {s} of its own? Which {noun}s enter that of the
        first? Nothing is summed over coordinates, and there is no norm; everything is elementwise.
    {old} np.sum({x}**2)
    {old} np.dot({x}, {x})
    {old} np.sum({x}**2, axis=-1, keepdims=True)
    {old} np.linalg.norm({x})
    {old} np.linalg.norm({x}) ** 2 / {x}.size ** 0.5
    {old} np.max(np.abs({x})) ** 2
    {old} np.max(np.abs({x}), axis=-1, keepdims=True) ** 2
mean_over_coordinates: Does each coordinate have a {s} of its own, or do all share one mean? The
        average runs over time, not over coordinates.
    {old} np.mean({x}**2)
    {old} np.mean({x}**2, axis=-1, keepdims=True)
gradient_counted_twice: How often does this step's {noun} enter {s}? Once: {x}**2 is added in one
        place only.
    {old} 2 * {x}**2
parameters_in_place_of_gradient: Whose squares does {s} collect: those of the {noun}, or those of w?
        w does not stand in the equation of {s}.
    {old} w**2
"""

AVERAGED_SQUARE = """
weight_squared_too: What is squared in the equation of {s}: the {noun} alone, or its weight as well?
        Only the {noun} is squared: (1 - {b}) * {x}**2.
    {b} * {s} + ((1 - {b}) * {x}) ** 2
square_of_the_average: What comes first in the equation of {s}: the square or the average? The
        squares are averaged, not the average squared.
    ({b} * {s} + (1 - {b}) * {x}) ** 2
root_stored_in_the_state: What is kept in {s} from step to step: the average, or its root? The root
        is taken where the step is made; {s} itself stays an average of squares.
    np.sqrt({b} * {s} + (1 - {b}) * {x}**2)
    np.sqrt({b} * {s} + (1 - {b}) * {x}**2 + eps)
eps_added_to_the_state: Where does eps stand: in the equation of {s}, or in that of the step? eps
        belongs to the step, and is never stored in {s}.
    {b} * {s} + (1 - {b}) * {x}**2 + eps
"""


def average_of_squares(s, b, x="grad", noun="gradient", suffix="", square_suffix=None):
    """`s = b * s + (1 - b) * x**2`; mistakes about the square may have a suffix of their own."""
    square_suffix = suffix if square_suffix is None else square_suffix
    symbols = {"s": s, "b": b, "x": x, "noun": noun, "old": f"{b} * {s} + (1 - {b}) *"}
    return [
        *average(s, b, f"{x}**2", suffix),
        *slips(f"{s} = …", SQUARE + AVERAGED_SQUARE.lstrip(), square_suffix, **symbols),
    ]


SUM = """
average_instead_of_sum: Does v forget? Is it a sum or an average in AdaGrad? AdaGrad's v is a plain
        sum: v + grad². The average is RMSprop's.
    0.9 * v + (1 - 0.9) * grad**2
    0.99 * v + (1 - 0.99) * grad**2
    0.999 * v + (1 - 0.999) * grad**2
    0.95 * v + (1 - 0.95) * grad**2
    0.5 * v + (1 - 0.5) * grad**2
    0.9 * v + grad**2
    0.99 * v + grad**2
    0.999 * v + grad**2
    0.95 * v + grad**2
    0.5 * v + grad**2
state_thrown_away: Where does the v that was passed in enter the new v? v sums over all steps: the
        new v is the old one plus grad².
    grad**2
state_not_updated: Does v change in a step? v comes back as it was passed in: its equation gives the
        new one.
    v
minus_for_plus: Is grad² added to v or subtracted? v only ever grows.
    v - grad**2
square_of_the_sum: What comes first in the equation of v: the square or the sum? The squares are
        summed, not the sum squared.
    (v + grad) ** 2
state_squared_too: What is squared in the equation of v: the gradient alone, or the old v as well? v
        holds squares already: it is added as it is.
    v**2 + grad**2
root_stored_in_the_state: What is kept in v from step to step: the sum, or its root? The root is
        taken where the step is made; v itself stays a sum of squares.
    np.sqrt(v + grad**2)
    np.sqrt(v**2 + grad**2)
    np.sqrt(v + grad**2 + eps)
maximum_instead_of_sum: Does v add up, or does it keep the largest? AdaGrad sums: v + grad².
    np.maximum(v, grad**2)
eps_added_to_the_state: Where does eps stand: in the equation of v, or in that of the step? eps is
        added under the root of the step, and never stored in v.
    v + grad**2 + eps
product_instead_of_sum: Is grad² added to v, or multiplied with it? From v = 0 a product never
        leaves zero.
    v * grad**2
tenth_added_in_every_step: Does anything but grad² enter v in a step? v is passed in, zeros at the
        start; the rule adds nothing to it but grad².
    v + grad**2 + 0.1
first_v_of_a_tenth_as_in_keras: This is the start of Keras and optax, where v begins at 0.1; the
        course begins at 0. What does the docstring say about v at the start? v is passed in, zeros
        at the start; the rule adds nothing to it but grad².
    np.where(v == 0, 0.1, v) + grad**2
    (v if np.any(v) else v + 0.1) + grad**2
"""


def sum_of_squares():
    """`v = v + grad**2`."""
    square = slips("v = …", SQUARE, s="v", x="grad", noun="gradient", old="v +")
    return [*square, *slips("v = …", SUM)]


VELOCITY = """
one_minus_beta_for_the_old_u: By what is the old u multiplied? By {b}.
    (1 - {b}) * u + lr * {g}
    (1 - {b}) * u + {b} * lr * {g}
beta_and_lr_swapped: Which of {b} and lr belongs to the old u, and which to the gradient? {b} keeps
        a share of u; lr scales the gradient.
    lr * u + {b} * {g}
lr_for_the_old_velocity_too: Which term in the equation of u is multiplied by lr? The gradient
        alone: the old u holds its lr already.
    lr * ({b} * u + {g})
sign_of_the_gradient_lost: What happens to a negative gradient in u? u sums gradients, with their
        signs.
    {b} * u + lr * np.abs({g})
squared_gradient: Is the gradient squared in u? u sums gradients, with their signs.
    {b} * u + lr * {g}**2
"""

LR_IN_U = """
lr_missing_in_u: Does the learning rate enter the equation of u? In this form lr stands inside u,
        too.
    {b} * u + {g}
lr_twice_in_u: How often does the learning rate enter u? Once: lr times the gradient.
    {b} * u + lr * lr * {g}
    lr * ({b} * u + lr * {g})
{average}: Is u an average or a sum that fades? The gradient's factor is lr alone, without 1 - {b}.
    {b} * u + (1 - {b}) * lr * {g}
    {b} * u + (1 - {b}) * {g}
"""


def velocity(b, g, suffix="", average="one_minus_beta_in_u"):
    """`u = b * u + lr * g`; `average` names the mistake of taking it for an average."""
    return [
        *slips("u = …", FADING, suffix, s="u", b=b, k="lr", x=g),
        *slips("u = …", VELOCITY, suffix, b=b, g=g),
        *slips("u = …", LR_IN_U, b=b, g=g, average=average),
    ]


HANDED_ON = """
old_state_returned: Which {s} goes out: the one that came in, or the new one? The step uses the new
        {s}, and the new {s} is what the next step needs.
    {s}_before = {s}; return {before}
zeros_returned_for_the_state: Which {s} goes out: the new one, or a fresh one of zeros? {s} starts
        at zeros once, outside the rule; every step hands the new {s} on.
    return {zeros}
"""


def handed_on(s, returned, suffix=""):
    """A state among the results: `returned` is what the solution returns, "w, m, v"."""

    before, zeros = (results(returned, {s: x}) for x in (f"{s}_before", f"np.zeros_like({s})"))
    return slips("", HANDED_ON, suffix, s=s, before=before, zeros=zeros)


def results(returned, other):
    """Put other values into "w, m, v": `{"m": "m_hat"}`."""
    return ", ".join(other.get(name, name) for name in returned.split(", "))


STALE = """
stale_state: Which {s} is in the step: the one from before this gradient, or the new one? First
        comes the equation of {s}, then the step, with the new {s}.
    {s}_before = {s}; {line}
"""


def stale(s, line, suffix=""):
    """A state of the step before in a later line: `line` is that line with `s_before`."""
    return slips("", STALE, suffix, s=s, line=line)


# The step

MOVE = """
wrong_sign: In which direction does the step go: with the gradient or against it? To descend, w
        moves against the gradient: there is a minus.
    w + {right}
step_returned_in_place_of_parameters: What goes out first: the new parameters, or only how far they
        move? The new w is the old w minus the step.
    -({right})
    {right}
parameters_not_updated: Does w change in a step? w comes back as it was passed in: its equation
        gives the new one.
    w
"""


def move(right):
    """`w = w - right`, whatever right is."""
    return slips("w = …", MOVE, right=right)


STEP = """
lr_missing: Where does the learning rate enter the step? The whole step is multiplied by lr.
    w - {core}
lr_twice: How often does the learning rate enter the step? lr is a factor of the step once, not
        twice.
    w - lr * (lr * {core})
divided_by_lr: Should a larger learning rate make a larger step or a smaller one? lr is a factor of
        the step, not a divisor.
    w - {core} / lr
parameters_shrunk_too: How does the old w enter the new one? It is not multiplied by anything: no
        lr, no decay.
    (1 - lr) * w - {right}
    (1 - lr) * w + {right}
    lr * (w - {core})
    w * {right}
    w - {right} * w
"""


def step(core, right=None, target="w = …"):
    """`w = w - right`; `core` times lr is the same as `right`."""
    return slips(target, MOVE + STEP, core=core, right=right or f"lr * {core}")


ROOT = """
missing_square_root: What is done to {s} before it {then}? {root} the square root of {s} + eps.
    {over}({s} + eps){rest}
root_taken_twice: How often is the root taken of {s}? One square root is enough.
    {over}np.sqrt(np.sqrt({s} + eps)){rest}
    {over}({s} + eps) ** 0.25{rest}
    {over}np.sqrt(np.sqrt({s}) + eps){rest}
square_instead_of_root: {s} is an average or a sum of squares: what undoes the square? A square
        root, not another square.
    {over}({s} + eps) ** 2{rest}
squared_first: Is {s} squared once more before the root? {s} holds squares already: √({s} + eps).
    {over}np.sqrt({s}**2 + eps){rest}
eps_missing: What happens in a coordinate where {s} is zero? Which symbol prevents it? eps is added
        to {s} under the root.
    {over}np.sqrt({s}){rest}
eps_subtracted: Is eps added or subtracted? eps keeps {s} + eps away from zero, so it is added.
    {over}np.sqrt({s} - eps){rest}
eps_inside_and_outside: In how many places does eps stand? eps stands once: with {s} under the root.
    {over}(np.sqrt({s} + eps) + eps){rest}
eps_squared: Is eps itself squared or rooted in the formula? eps is added to {s} as it is.
    {over}np.sqrt({s} + eps**2){rest}
    {over}(np.sqrt({s}) + np.sqrt(eps)){rest}
maximum_with_eps: Is eps added to {s}, or the larger of the two taken? It is a sum, {s} + eps, under
        the root.
    {over}np.maximum(np.sqrt({s}), eps){rest}
    {over}np.sqrt(np.maximum({s}, eps)){rest}
half_for_the_root: In which order does Python work out x ** 1 / 2? The power comes first: x ** 1 / 2
        is half of x. The root is ** 0.5 or ** (1 / 2).
    {over}({s} + eps) / 2{rest}
"""

RATE = """
multiplied_by_the_root: Should a coordinate with a large {s} have a large learning rate or a small
        one? A small one: the root divides.
    {w}lr * np.sqrt({s} + eps){rest}
root_over_too_much: What stands under the root, and what stands outside it? Under the root are {s}
        and eps, nothing else.
    {w}np.sqrt(lr / ({s} + eps)){rest}
"""

AS_IN_TORCH = """
eps_outside_root_as_in_torch: This is PyTorch's form, with eps outside the root, and a right {rule}
        there; the course uses the form with eps inside. Which does the docstring show? The course's
        form is lr / √(v + eps), that of the notes, Keras and optax.
    {w}lr / (np.sqrt(v) + eps){rest}
"""


def root(s, target="return …"):
    """`np.sqrt(s + eps)`, which is returned."""
    return slips(target, ROOT, s=s, over="", rest="", then="is returned", root="It becomes")


def rate(target, torch_name, w="", rest=""):
    """`lr / np.sqrt(v + eps)` between `w` and `rest`; PyTorch's form is right in one of its own."""
    symbols = {"s": "v", "w": w, "rest": rest}
    then, taken = "divides the learning rate", "The learning rate is divided by"
    return [
        *slips(target, ROOT, over=f"{w}lr / ", then=then, root=taken, **symbols),
        *slips(target, RATE, **symbols),
        *(slips(target, AS_IN_TORCH, rule=torch_name, **symbols) if torch_name else []),
    ]


ROOT_STEP = """
missing_parentheses: In which order does Python work out the step? What exactly is divided, and to
        what is eps added? A division comes before a sum. Put the denominator in parentheses.
    w - lr / np.sqrt(v) + eps * {n}
    w - lr / np.sqrt(v) * {n} + eps
    w - (lr / np.sqrt(v) + eps) * {n}
    w - lr / np.sqrt(v) + eps
    w - lr * {n} / np.sqrt(v) + eps * {n}
    w - (lr * {n} / np.sqrt(v) + eps)
    w - lr / v + eps * {n}
    w - lr / v * {n} + eps
eps_missing: What happens in a coordinate where v is zero? Which symbol prevents it? eps is added to
        v under the root.
    w - np.nan_to_num(lr / np.sqrt(v) * {n})
numerator_under_the_root_too: What stands under the root, and what stands outside it? Under the root
        are v and eps, nothing else.
    w - lr * np.sqrt(np.abs({n}) / (v + eps)) * np.sign({n})
sum_over_coordinates_in_the_step: Whose v stands under the root: that of each coordinate, or one of
        all together? Each coordinate is divided by the root of its own v.
    w - lr / np.sqrt(np.sum(v) + eps) * {n}
    w - lr / np.sqrt(np.sum(v + eps)) * {n}
    w - lr / np.sqrt(np.sum(v, axis=-1, keepdims=True) + eps) * {n}
    w - lr / np.sqrt(np.mean(v) + eps) * {n}
numerator_in_the_denominator: Where does {n} stand in the step: above or below the line? The step is
        lr / √(v + eps), times {n}.
    w - lr / (np.sqrt(v + eps) * {n})
numerator_missing: What gives the step its direction? lr / √(v + eps) is only the learning rate; it
        multiplies {n}.
    w - lr / np.sqrt(v + eps)
sign_of_the_gradient_only: Does the size of {n} enter the step, or only its sign? The step
        multiplies {n} itself.
    w - lr / np.sqrt(v + eps) * np.sign({n})
sign_of_the_gradient_lost: Can the step go both ways? What happens to a negative {n}? {n} itself is
        multiplied, with its sign; no absolute value, no square.
    w - lr / np.sqrt(v + eps) * np.abs({n})
    w - lr / np.sqrt(v + eps) * {n}**2
last_gradient_only_in_the_root: What stands under the root: v, or this step's gradient alone? It is
        v, which remembers the gradients before.
    w - lr / np.sqrt(grad**2 + eps) * {n}
"""


def root_step(n, rule):
    """`w = w - lr / np.sqrt(v + eps) * n`, of a rule that PyTorch has with eps outside the root."""
    return [
        *rate("w = …", rule, "w - ", f" * {n}"),
        *slips("w = …", ROOT_STEP, n=n),
        *step(f"{n} / np.sqrt(v + eps)", f"lr / np.sqrt(v + eps) * {n}"),
    ]


# Adam and its relatives

FIRST_MOMENT = """
squared_gradient_in_m: Which gradient enters m: grad, or its square? m averages the gradients
        themselves, with their signs.
    {b} * m + (1 - {b}) * grad**2
abs_gradient_in_m: Can m be negative? Should it be? m averages the gradients themselves, with their
        signs.
    {b} * m + (1 - {b}) * np.abs(grad)
lr_in_the_state{of}: Does the learning rate enter the equation of m? m averages gradients; lr stands
        in the step alone.
    {b} * m + lr * grad
    {b} * m + lr * (1 - {b}) * grad
steps_in_m: What does m average: gradients, or steps? m averages gradients; lr and the minus stand
        in the step alone.
    {b} * m - lr * grad
parameters_in_m: What does m average: gradients, or parameters? w does not stand in the equation of
        m.
    {b} * m + (1 - {b}) * w
"""


def average_of_gradients(b, lr_of=""):
    """`m = b * m + (1 - b) * grad`."""
    own = slips("m = …", FIRST_MOMENT, b=b, of=lr_of)
    return [*average("m", b, "grad", "_in_m"), *own]


MOMENTS = """
swapped_betas_in_the_averages: Which beta belongs to m, and which to v? beta1 belongs to m, the
        gradients; beta2 to v, their squares.
    m = beta2 * m + (1 - beta2) * grad; v = beta1 * v + (1 - beta1) * {x}
beta2_in_m: Which beta belongs to m? beta1 belongs to m, the gradients; beta2 to v, their squares.
    m = beta2 * m + (1 - beta2) * grad
    m = beta1 * m + (1 - beta2) * grad
    m = beta2 * m + (1 - beta1) * grad
beta1_in_v: Which beta belongs to v? beta1 belongs to m, the gradients; beta2 to v, their squares.
    v = beta1 * v + (1 - beta1) * {x}
    v = beta2 * v + (1 - beta1) * {x}
    v = beta1 * v + (1 - beta2) * {x}
v_from_m: What does v average: squares of the gradient, or of m? m does not enter the equation of v.
    v = beta2 * v + (1 - beta2) * m**2
    v = beta2 * v + (1 - beta2) * (m / (1 - beta1**t)) ** 2
    v = m**2
    v = beta2 * v + (1 - beta2) * m
deviation_from_m_in_v: What is squared in the equation of v: the gradient, or how far it is from m?
        (grad - m)² is AdaBelief's; Adam's v averages grad².
    v = beta2 * v + (1 - beta2) * (grad - m) ** 2
old_state_returned: Which m and v go out: those that came in, or the new ones? The step uses the new
        state, and the new state is what the next step needs.
    m_before = m; v_before = v; return {before}
"""


def moments(returned, x="grad**2", square_suffix="_in_v"):
    """The two averages of Adam, m of the gradients and v of `x`."""
    first = average_of_gradients("beta1")
    second = (
        average_of_squares("v", "beta2", suffix="_in_v", square_suffix=square_suffix)
        if x == "grad**2"
        else average("v", "beta2", x, "_in_v")
    )
    before = results(returned, {"m": "m_before", "v": "v_before"})
    return [
        *first,
        *second,
        *both(first, second, ("_in_m", "_in_v")),
        *slips("", MOMENTS, x=x, before=before),
        *handed_on("m", returned, "_m"),
        *handed_on("v", returned, "_v"),
    ]


CORRECTION = """
correction_multiplied: In the first steps the average is too small: does your correction make {s}
        larger? The correction divides by 1 - {b}ᵗ.
    {left}{s} * (1 - {b}**t){rest}
t_off_by_one: With which power of {b} does the first correction of {s}, at t = 1, divide? t counts
        from 1 and is the exponent as it is: 1 - {b}ᵗ.
    {left}{s} / (1 - {b} ** (t + 1)){rest}
    {left}{s} / (1 - {b} ** (t - 1)){rest}
    {left}({s} / (1 - {b} ** (t - 1)) if t > 1 else {s}){rest}
one_step_behind: With which power of {b} does the correction of {s} divide at t = 2? t counts from 1
        and is the exponent as it is, in every step: 1 - {b}ᵗ.
    {left}{s} / (1 - {b} ** max(t - 1, 1)){rest}
t_stuck_at_one: Does the correction of {s} change from step to step? The exponent is t: the
        correction fades out as t grows.
    {left}{s} / (1 - {b}){rest}
beta_times_t: Is {b} multiplied by t in the correction, or raised to it? {b}ᵗ is a power: {b}**t.
    {left}{s} / (1 - {b} * t){rest}
power_and_base_swapped: What is the base and what the exponent in the correction of {s}? {b}ᵗ: the
        base is {b}, the exponent is t.
    {left}{s} / (1 - t**{b}){rest}
power_of_one_minus_beta: What exactly is raised to the power t in the correction of {s}? {b} alone:
        1 - {b}ᵗ, not (1 - {b})ᵗ.
    {left}{s} / (1 - {b}) ** t{rest}
    {left}{s} / (1 - (1 - {b}) ** t){rest}
one_minus_missing_in_the_correction: By what does the correction divide {s}? What does that become
        when t is large? By 1 - {b}ᵗ, which tends to 1.
    {left}{s} / {b}**t{rest}
plus_in_the_correction: Does the correction make {s} larger, as it should? It divides by 1 - {b}ᵗ,
        with a minus.
    {left}{s} / (1 + {b}**t){rest}
missing_parentheses_in_the_correction: In which order does Python work out the correction of {s}?
        Put 1 - {b}ᵗ in parentheses: a division comes before a difference.
    {left}{s} / 1 - {b}**t{rest}
root_of_the_correction: Is a root taken of the correction of {s}, or of what is corrected? The
        correction divides by 1 - {b}ᵗ itself.
    {left}{s} / (1 - {b}**t) ** 0.5{rest}
corrected_twice: How often is {s} corrected? Once: divided by 1 - {b}ᵗ.
    {left}{s} / (1 - {b}**t) ** 2{rest}
"""


def correction(target, s, b, suffix="", left="", rest=""):
    """`s / (1 - b**t)`, between `left` and `rest`."""
    return slips(target, CORRECTION, suffix, s=s, b=b, left=left, rest=rest)


CORRECTIONS = """
bias_correction_missing: m and {v} start at zero. What makes up for that in the first steps? The
        step uses m̂ = m / (1 - β₁ᵗ) and v̂ = {v} / (1 - β₂ᵗ).
    m_hat = m; v_hat = {v}
only_m_corrected: Both averages start at zero. Are both corrected for it? v̂ = {v} / (1 - β₂ᵗ).
    v_hat = {v}
only_v_corrected: Both averages start at zero. Are both corrected for it? m̂ = m / (1 - β₁ᵗ).
    m_hat = m
beta_times_t: Is beta multiplied by t in the correction, or raised to it? βᵗ is a power: beta**t.
    m_hat = m / (1 - beta1 * t); v_hat = {v} / (1 - beta2 * t)
    m_hat = m / (1 - beta1 * t)
    v_hat = {v} / (1 - beta2 * t)
swapped_betas_in_the_corrections: Which beta belongs to m̂, and which to v̂? Each average is
        corrected with its own beta.
    m_hat = m / (1 - beta2**t); v_hat = {v} / (1 - beta1**t)
beta2_in_the_correction_of_m: Which beta belongs to m̂? Each average is corrected with its own beta.
    m_hat = m / (1 - beta2**t)
beta1_in_the_correction_of_v: Which beta belongs to v̂? Each average is corrected with its own beta.
    v_hat = {v} / (1 - beta1**t)
v_corrected_from_m: What is corrected to give v̂, and what to give m̂? m̂ comes from m, v̂ from {v}.
    v_hat = m / (1 - beta2**t)
    m_hat = {v} / (1 - beta1**t)
    m_hat = {v} / (1 - beta1**t); v_hat = m / (1 - beta2**t)
corrected_averages_stored_back: Which m and {v} does the next step need: the corrected ones, or the
        averages themselves? The corrected averages are for this step only; m and {v} go out
        uncorrected.
    return {hats}
corrected_m_stored_back: Which m does the next step need: the corrected one, or the average itself?
        m̂ is for this step only; m goes out uncorrected.
    return {m_hat}
corrected_v_stored_back: Which {v} does the next step need: the corrected one, or the average
        itself? v̂ is for this step only; {v} goes out uncorrected.
    return {v_hat}
"""


def corrections(returned, v="v"):
    """`m_hat = m / (1 - beta1**t)` and `v_hat = v / (1 - beta2**t)`."""
    # A v̂ below zero leaves NaN alone, so this one cannot be told apart by its place.
    of_m = without(correction("m_hat = …", "m", "beta1", "_of_m"), "beta_times_t_of_m")
    of_v = without(correction("v_hat = …", v, "beta2", "_of_v"), "beta_times_t_of_v")
    hats = {
        name: results(returned, new)
        for name, new in {
            "m_hat": {"m": "m_hat"},
            "v_hat": {v: "v_hat"},
            "hats": {"m": "m_hat", v: "v_hat"},
        }.items()
    }
    return [
        *of_m,
        *of_v,
        *both(of_m, of_v, ("_of_m", "_of_v")),
        *slips("", CORRECTIONS, v=v, **hats),
    ]


OUTSIDE = """
missing_square_root: What is done to {word} before it divides? A square root: the denominator is
        √{word} + eps.
    {over} / ({s} + eps){rest}
root_taken_twice: How often is the root taken of {word}? One square root is enough.
    {over} / (np.sqrt(np.sqrt({s})) + eps){rest}
    {over} / np.sqrt(np.sqrt({s}) + eps){rest}
half_for_the_root: In which order does Python work out x ** 1 / 2? The power comes first: x ** 1 / 2
        is half of x. The root is ** 0.5 or ** (1 / 2).
    {over} / (({s}) / 2 + eps){rest}
square_instead_of_root: {word} is an average of squares: what undoes that? A square root, not
        another square.
    {over} / (({s}) ** 2 + eps){rest}
multiplied_by_the_root: Should a coordinate with a large {word} move further or less far? Less far:
        √{word} + eps divides.
    {over} * (np.sqrt({s}) + eps){rest}
eps_missing: What happens in a coordinate where {word} is zero? Which symbol prevents it? eps is
        added to √{word}.
    {over} / np.sqrt({s}){rest}
eps_subtracted: Is eps added or subtracted? eps keeps √{word} + eps away from zero, so it is added.
    {over} / (np.sqrt({s}) - eps){rest}
eps_inside_root: Where does eps stand: under the root, or beside it? The denominator is √{word} +
        eps: eps stands outside the root.
    {over} / np.sqrt({s} + eps){rest}
eps_inside_and_outside: In how many places does eps stand? eps stands once: beside the root.
    {over} / (np.sqrt({s} + eps) + eps){rest}
eps_squared: Is eps itself squared or rooted in the formula? eps is added to √{word} as it is.
    {over} / (np.sqrt({s}) + np.sqrt(eps)){rest}
    {over} / np.sqrt({s} + eps**2){rest}
    {over} / (np.sqrt({s}) + eps**2){rest}
maximum_with_eps: Is eps added to √{word}, or the larger of the two taken? It is a sum, √{word} +
        eps.
    {over} / np.maximum(np.sqrt({s}), eps){rest}
"""


def root_beside_eps(target, over, s, word, rest=""):
    """`over / (np.sqrt(s) + eps)` before `rest`; `word` is what a sentence calls s."""
    return slips(target, OUTSIDE, over=over, s=s, word=word, rest=rest)


NUMERATOR = """
gradient_in_place_of_m: What stands in the numerator of the step? The step goes along {word}, not
        along the last gradient.
    {go}grad / {below}{rest}
numerator_missing: What gives the step its direction? {word} stands above the line.
    {go}1 / {below}{rest}
denominator_missing: By what is the step divided, for each coordinate? By {below_word}.
    {go}{n}{rest}
numerator_multiplied_by_the_gradient: How many factors has the numerator of the step? The gradient
        is in {word} already.
    {go}{n} * grad / {below}{rest}
sign_of_the_numerator_only: Does the size of {word} enter the step, or only its sign? The step
        multiplies {word} itself.
    {go}np.sign({n}) / {below}{rest}
sign_of_the_numerator_lost: Can the step go both ways? What happens where {word} is negative? {word}
        itself is multiplied, with its sign.
    {go}np.abs({n}) / {below}{rest}
    {go}{n}**2 / {below}{rest}
lr_decayed_by_t: Does t stand anywhere but in the correction? The rule uses lr as it is passed; a
        schedule is made outside.
    w - lr / np.sqrt(t) * {core}
    w - lr / t * {core}
"""


def numerator(n, word, below, below_word, go="w - lr * ", rest="", core=""):
    """`go n / below rest`, a step along an average; `core` times lr is the step."""
    symbols = {"below": below, "below_word": below_word, "go": go, "rest": rest}
    core = core or f"{n} / {below}"
    return slips("w = …", NUMERATOR, n=n, word=word, core=core, **symbols)


ALONG = """
missing_parentheses: In which order does Python work out the step? To what exactly is eps added? A
        division comes before a sum. Put the denominator in parentheses.
    {go}{n} / np.sqrt(v_hat) + eps{rest}
    {go}({n} / np.sqrt(v_hat) + eps){rest}
    w - lr / np.sqrt(v_hat) + eps * {n}
    w - (lr / np.sqrt(v_hat) + eps) * {n}
    w - (lr * {n} / np.sqrt(v_hat) + eps)
root_over_too_much: What stands under the root, and what stands outside it? Under the root is v̂,
        nothing else.
    {go}np.sqrt(np.abs({n}) / (v_hat + eps)) * np.sign({n}){rest}
    w - np.sqrt(lr / (v_hat + eps)) * {n}
last_gradient_only_in_the_root: What stands under the root: v̂, or this step's gradient alone? It is
        v̂, which remembers the gradients before.
    {go}{n} / (np.abs(grad) + eps){rest}
m_and_v_swapped_in_the_step: Which of {word} and v̂ stands above the line, and which below? The step
        is {word} / (√v̂ + eps).
    {go}v_hat / (np.sqrt({n}) + eps){rest}
    {go}v_hat / (np.sqrt(np.abs({n})) + eps){rest}
    {go}np.sqrt(v_hat) / ({n} + eps){rest}
corrected_in_the_learning_rate_too: How often are the averages corrected? Either m̂ and v̂ are, or
        the learning rate is; not both.
    w - lr * (1 - beta2**t) ** 0.5 / (1 - beta1**t) * {core}
root_missing_in_the_learning_rate: Where the learning rate takes the corrections in: which of them
        stands under a root? lr · √(1 - β₂ᵗ) / (1 - β₁ᵗ): v̂ is rooted, and so is its correction.
    {go}(1 - beta2**t) * {n} / (np.sqrt({v}) + eps){rest}
"""


def corrected_step(n="m_hat", word="m̂", v="v", decay=""):
    """`w = w - lr * n / (np.sqrt(v_hat) + eps)`, v̂ made from `v`; `decay` is added in brackets."""
    go, rest = ("w - lr * (", f" + {decay})") if decay else ("w - lr * ", "")
    core = f"({n} / (np.sqrt(v_hat) + eps){rest or ')'}"
    return [
        *root_beside_eps("w = …", f"{go}{n}", "v_hat", "v̂", rest),
        *numerator(n, word, "(np.sqrt(v_hat) + eps)", "√v̂ + eps", go, rest, core),
        *slips("w = …", ALONG, n=n, word=word, v=v, go=go, rest=rest, core=core),
        *step(core),
    ]


DECAY = """
decay_missing: Which symbol of the formula does your step not use? weight_decay · w is added to
        {name}, inside the bracket.
    w - lr * ({core})
decay_without_lr: Is the decay multiplied by lr? In some papers it is not; in the docstring? lr
        stands before the bracket that holds both terms.
    w - lr * ({core}) - weight_decay * w
decay_with_the_wrong_sign: Does the decay make the weights smaller or larger? Both terms are taken
        away from w.
    w - lr * ({core} - weight_decay * w)
sign_of_w_only: Does a large weight lose more than a small one? The decay is weight_decay · w
        itself: it is L2's, not L1's.
    w - lr * ({core} + weight_decay * np.sign(w))
decay_squares_w: The penalty is ½ λ w². What is its derivative? weight_decay · w, of the first power
        and without a factor 2.
    w - lr * ({core} + weight_decay * w**2)
    w - lr * ({core} + 2 * weight_decay * w)
decay_of_the_new_w: Which w decays: the one before {name}, or the one after it? The w that came
        in: the whole right side holds old w.
    (w - lr * {core}) * (1 - lr * weight_decay)
decay_alone: Which term gives the step the direction of the loss? {name} and the decay are
        added.
    w - lr * weight_decay * w
decay_of_all_alike: Does each weight shrink by a share of itself? weight_decay multiplies w.
    w - lr * ({core} + weight_decay)
"""


def decay(core, name):
    """`w = w - lr * (core + weight_decay * w)`; `name` is what a sentence calls the core."""
    return slips("w = …", DECAY, core=core, name=name)


# Of what a rule amounts to

RATIO = """
missing_square_root: What is done to {a} and {b} before one is divided by the other? Both are
        averages of squares: √({a} + eps) / √({b} + eps).
    {w}({a} + eps) / ({b} + eps){rest}
missing_square_root_of_{a}: What is done to {a} before it stands above the line? {a} is an average
        of squares: √({a} + eps).
    {w}({a} + eps) / np.sqrt({b} + eps){rest}
missing_square_root_of_{b}: What is done to {b} before it stands below the line? {b} is an average
        of squares: √({b} + eps).
    {w}np.sqrt({a} + eps) / ({b} + eps){rest}
root_taken_twice: How often is the root taken? Once.
    {w}(({a} + eps) / ({b} + eps)) ** 0.25{rest}
numerator_missing: What takes the place of the learning rate, above the line? √({a} + eps).
    {w}1 / np.sqrt({b} + eps){rest}
denominator_missing: What stands below the line? √({b} + eps).
    {w}np.sqrt({a} + eps){rest}
eps_missing: What is the ratio where {a} or {b} is zero? eps is added to both, under the roots.
    {w}np.sqrt({a}) / np.sqrt({b}){rest}
eps_missing_under_{a}: What is the ratio where {a} is zero? eps is added to both, under the roots.
    {w}np.sqrt({a}) / np.sqrt({b} + eps){rest}
eps_missing_under_{b}: What is the ratio where {b} is zero? eps is added to both, under the roots.
    {w}np.sqrt({a} + eps) / np.sqrt({b}){rest}
eps_outside_root: Where does eps stand: under the roots or beside them? √({a} + eps) and √({b} +
        eps): eps stands inside both.
    {w}(np.sqrt({a}) + eps) / (np.sqrt({b}) + eps){rest}
    {w}np.sqrt({a}) / (np.sqrt({b}) + eps){rest}
    {w}np.sqrt({a} + eps) / (np.sqrt({b}) + eps){rest}
    {w}(np.sqrt({a}) + eps) / np.sqrt({b} + eps){rest}
eps_added_to_the_ratio: To what is eps added: to each of {a} and {b}, or to their ratio? To each,
        before one is divided by the other.
    {w}(np.sqrt({a} / {b}) + eps){rest}
    {w}np.sqrt({a} / {b} + eps){rest}
eps_squared: Is eps itself squared or rooted in the formula? eps is added as it is, under both
        roots.
    {w}np.sqrt({a} + eps**2) / np.sqrt({b} + eps**2){rest}
eps_subtracted: Is eps added or subtracted? Added, to both.
    {w}np.sqrt({a} + eps) / np.sqrt({b} - eps){rest}
    {w}np.sqrt({a} - eps) / np.sqrt({b} - eps){rest}
missing_parentheses: In which order does Python work out the ratio? A division comes before a sum:
        parentheses round both sums.
    {w}np.sqrt({a} + eps / {b} + eps){rest}
    {w}np.sqrt({a} + (eps / ({b} + eps))){rest}
"""


def ratio(target, a, b, w="", rest=""):
    """`np.sqrt(a + eps) / np.sqrt(b + eps)`, between `w` and `rest`."""
    return slips(target, RATIO, a=a, b=b, w=w, rest=rest)
