"""Wrong schedules and wrong effective learning rates."""

from dataclasses import replace

from solutions.mistakes import slips, without
from solutions.mistakes.roles import correction, rate, ratio, root_beside_eps

STEP_DECAY = """
floor_missing: Does the learning rate fall in every step, or only once in tau steps? The exponent is
        ⌊t / tau⌋, a whole number.
    lr0 * gamma ** (t / tau)
rounded_instead_of_floor: Is t / tau rounded, or cut down to the whole number below? Cut down: ⌊t /
        tau⌋, the floor.
    lr0 * gamma ** np.round(t / tau)
ceiling_instead_of_floor: At which t does the first drop come? At t = tau: the exponent is the floor
        of t / tau.
    lr0 * gamma ** np.ceil(t / tau)
floor_off_by_one: What is the learning rate at t = 0? At t = 0 it is lr0: the exponent is ⌊t / tau⌋.
    lr0 * gamma ** (t // tau + 1)
    lr0 * gamma ** (t // tau - 1)
first_drop_left_out: At which t does the first drop come, and at which the second? At t = tau and at
        t = 2 tau: the exponent is ⌊t / tau⌋.
    lr0 * gamma ** np.maximum(t // tau - 1, 0)
t_off_by_one: Does t count from 0 or from 1, and at which t does the first drop come? t counts from
        0; the first drop comes at t = tau.
    lr0 * gamma ** ((t + 1) // tau)
    lr0 * gamma ** ((t - 1) // tau)
    lr0 * gamma ** (np.maximum(t - 1, 0) // tau)
    lr0 * gamma ** (t // (tau + 1))
    lr0 * gamma ** (t // (tau - 1))
product_in_place_of_the_power: Is gamma multiplied by the number of drops, or raised to it? Every
        drop multiplies once more: a power.
    lr0 * gamma * (t // tau)
    lr0 * (1 - gamma * (t // tau))
remainder_instead_of_quotient: Does // or % count the drops so far? // is the quotient without the
        rest, % the rest.
    lr0 * gamma ** (t % tau)
tau_missing: How often does the learning rate drop? Once in tau steps.
    lr0 * gamma**t
tau_multiplied: Does a larger tau make drops rarer? t is divided by tau.
    lr0 * gamma ** (t * tau)
    lr0 * gamma ** (tau // np.maximum(t, 1))
lr0_missing: Where does the schedule start? At lr0, a factor of the whole.
    gamma ** (t // tau)
divided_by_gamma: Does the learning rate fall or grow? gamma is at most 1 and multiplies.
    lr0 / gamma ** (t // tau)
    lr0 * gamma ** -(t // tau)
one_minus_gamma: By what is the learning rate multiplied in a drop? By gamma itself.
    lr0 * (1 - gamma) ** (t // tau)
lr0_raised_too: What is raised to the power: gamma alone? Yes: lr0 stands outside.
    (lr0 * gamma) ** (t // tau)
exponential_for_the_power: What is the base of the power? gamma.
    lr0 * np.exp(-gamma * (t // tau))
drop_subtracted: Is gamma subtracted, or does it multiply? It multiplies.
    lr0 - gamma * (t // tau)
missing_parentheses: In which order does Python work out a power and a quotient? The power comes
        first: put t // tau in parentheses.
    lr0 * gamma**t // tau
    lr0 * gamma**t / tau
gamma_and_tau_swapped: Which of gamma and tau is the factor, and which the time between two drops?
        gamma is the base of the power; tau divides t.
    lr0 * tau ** (t // gamma)
only_one_drop: How many drops are there? One every tau steps, without end.
    np.where(np.asarray(t) < tau, lr0, lr0 * gamma)
"""

EXPONENTIAL = """
wrong_sign: Does the learning rate fall or grow with t? It falls: the exponent has a minus.
    lr0 * np.exp(decay_rate * t)
lr0_missing: Where does the schedule start? At lr0, a factor of the whole.
    np.exp(-decay_rate * t)
decay_rate_missing: How fast does the learning rate fall? decay_rate multiplies t in the exponent.
    lr0 * np.exp(-t * 1.0)
divided_by_decay_rate: Does a larger decay_rate make it fall faster? The exponent is the product
        -decay_rate · t.
    lr0 * np.exp(-t / decay_rate)
linear_decay: Is it a straight line? It is e to the power -decay_rate · t.
    lr0 * (1 - decay_rate * t)
    lr0 - decay_rate * t
    lr0 * np.maximum(0, 1 - decay_rate * t)
inverse_time_decay: Is lr0 divided by something that grows, or multiplied by a power of e? lr0 ·
        e^(-decay_rate · t).
    lr0 / (1 + decay_rate * t)
    lr0 / (decay_rate * t + 1) ** 0.5
wrong_base: What is the base of the power? e: np.exp.
    lr0 * 2.0 ** (-decay_rate * t)
    lr0 * 10.0 ** (-decay_rate * t)
    lr0 * (1 - decay_rate) ** t
    lr0 * 0.5 ** (decay_rate * t)
t_off_by_one: What is the learning rate at t = 0? lr0: t counts from 0.
    lr0 * np.exp(-decay_rate * (t + 1))
    lr0 * np.exp(-decay_rate * (t - 1))
t_squared: Which power of t stands in the exponent? t itself.
    lr0 * np.exp(-decay_rate * t**2)
    lr0 * np.exp(-decay_rate * np.sqrt(t))
    lr0 * np.exp(-((decay_rate * t) ** 2))
lr0_in_the_exponent: Does lr0 stand in the exponent? It stands before the power.
    np.exp(-lr0 * decay_rate * t)
    lr0 * np.exp(-lr0 * decay_rate * t)
lr0_subtracted: Is the power subtracted from lr0, or multiplied? Multiplied.
    lr0 - np.exp(-decay_rate * t)
    lr0 + np.exp(-decay_rate * t)
    lr0 * (1 - np.exp(-decay_rate * t))
floor_added: Does the learning rate fall at every t? Yes: no floor, no steps.
    lr0 * np.exp(-np.floor(decay_rate * t))
product_outside_the_power: What stands in the exponent? The product decay_rate · t.
    lr0 * np.exp(-decay_rate) * t
    lr0 * t * np.exp(-decay_rate * t)
    lr0 * decay_rate * np.exp(-t * 1.0)
power_of_the_rate_as_in_torch: This is PyTorch's form, lr0 · gammaᵗ, with the rate taken for gamma;
        the course writes e^(-λt). Which gamma would give the same? gamma = e^(-decay_rate).
    lr0 * decay_rate**t
"""

# Between two bounds. The reference cuts rounding off at the bounds; a wrong value must not be cut
# with it, so these return lr as it is.

BETWEEN = """
lr_min_missing: What is the lowest learning rate? lr_min: it is added at the front.
    (lr_max - lr_min) * {height}
amplitude_of_lr_max: How far is it from the lowest learning rate to the highest? lr_max - lr_min.
    lr_min + lr_max * {height}
amplitude_halved: What is the highest learning rate of yours? lr_max: the amplitude is lr_max -
        lr_min.
    lr_min + 0.5 * (lr_max - lr_min) * {height}
lr_min_and_amplitude_wrong: What are the lowest and the highest learning rate? lr_min + (lr_max -
        lr_min) times a number between 0 and 1.
    lr_max * {height}
upside_down: Which bound is reached where the height is 0, and which where it is 1? lr_min where the
        height is 0, and lr_max where it is 1.
    lr_max + (lr_min - lr_max) * {height}
bounds_added: How far is it from the lowest learning rate to the highest? lr_max - lr_min, a
        difference.
    lr_min + (lr_max + lr_min) * {height}
subtracted_from_lr_min: Does the schedule move above lr_min or below? Above: there is a plus.
    lr_min - (lr_max - lr_min) * {height}
starts_from_lr_max: From which bound is the height counted? From lr_min.
    lr_max + (lr_max - lr_min) * {height}
missing_parentheses: In which order does Python work out lr_max - lr_min times something? Put lr_max
        - lr_min in parentheses.
    lr_min + lr_max - lr_min * {height}
"""


def between(height, target="lr = …; return lr"):
    """`lr_min + (lr_max - lr_min) * height`, however that is written."""
    return slips(target, BETWEEN, height=height)


TRIANGULAR = """
notes_form: This is the notes' formula, ⌊t/μ⌋ with no 2. Does it ever come to its peak? It is ⌊t /
        (2μ)⌋, with μ the half-period.
    np.maximum(0, 1 - np.abs(t / half_period - 2 * (t // half_period) - 1))
    1 - np.abs(t / half_period - 2 * (t // half_period) - 1)
half_period_taken_for_the_period: How long does it take from the lowest point to the highest:
        half_period, or half of it? half_period; a whole triangle takes 2 half_period.
    1 - np.abs(t % half_period / (half_period / 2) - 1)
period_too_long: How long does it take from the lowest point to the highest? half_period.
    1 - np.abs(t % (4 * half_period) / (2 * half_period) - 1)
no_repetition: What happens after the first triangle? It repeats: ⌊t / (2μ)⌋ counts the triangles so
        far.
    np.maximum(0, 1 - np.abs(t / half_period - 1))
    1 - np.abs(t / half_period - 1)
floor_missing: What cuts t / (2μ) down to a whole number of triangles? The floor.
    np.maximum(0, 1 - np.abs(t / half_period - t / (2 * half_period) - 1))
rounded_instead_of_floor: Is the number of triangles rounded, or cut down? Cut down: the floor.
    1 - np.abs(t / half_period - 2 * np.round(t / (2 * half_period)) - 1)
    np.maximum(0, 1 - np.abs(t / half_period - 2 * np.round(t / (2 * half_period)) - 1))
ceiling_instead_of_floor: Is the number of triangles rounded up, or cut down? Cut down: the floor.
    1 - np.abs(t / half_period - 2 * np.ceil(t / (2 * half_period)) - 1)
floor_off_by_one: How many triangles are finished at t = 0? None: ⌊t / (2μ)⌋, as it is; Smith adds 1
        and subtracts it again.
    1 - np.abs(t / half_period - 2 * (1 + t // (2 * half_period)) - 1)
factor_two_missing: By how much does t / μ grow in one whole triangle? By 2: that much is taken off
        for each.
    np.maximum(0, 1 - np.abs(t / half_period - t // (2 * half_period) - 1))
    1 - np.abs(t / half_period - t // (2 * half_period) - 1)
minus_one_missing: Where is the peak: at the start, or half-way? Half-way: 1 is subtracted inside
        the absolute value.
    np.maximum(0, 1 - np.abs(phase))
    1 - np.abs(phase)
    1 - phase
absolute_value_missing: What makes the line come down again after the peak? The absolute value of
        the distance from the peak.
    1 - (phase - 1)
    np.maximum(0, 1 - (phase - 1))
    np.clip(1 - (phase - 1), 0, 1)
    phase
sawtooth_for_triangle: Does it go down as slowly as it goes up? Yes: it is a triangle, up in
        half_period and down in half_period.
    t % half_period / half_period
    phase / 2
    1 - t % half_period / half_period
square_for_the_absolute_value: Are the sides straight lines? Yes: an absolute value, no square.
    1 - (phase - 1) ** 2
sine_for_the_triangle: Are the sides straight lines? Yes: no sine, no cosine.
    np.sin(np.pi * phase / 2)
    (1 - np.cos(np.pi * phase)) / 2
floor_missing_or_wrong: Your schedule never leaves lr_min: is there a floor, does it count finished
        triangles, and is the larger of 0 and the height taken? ⌊t / (2μ)⌋ is 0 throughout the first
        triangle.
    0 * phase
t_off_by_one: What is the learning rate at t = 0? lr_min: t counts from 0.
    phase = (t + 1) % (2 * half_period) / half_period
    phase = (t - 1) % (2 * half_period) / half_period
whole_cycles_only: Is t cut down to whole half-periods? The height changes in every step.
    phase = t // half_period % 2
"""

TRIANGULAR_NOTES = """
right_triangle_in_place_of_the_notes_form: This is a right triangle wave. What stands in the notes:
        ⌊t/μ⌋, or ⌊t/(2μ)⌋? Here the notes' formula is asked for as it stands, with ⌊t/μ⌋.
    1 - np.abs(t / period - 2 * (t // (2 * period)) - 1)
    1 - np.abs(2 * t / period - 2 * (t // period) - 1)
maximum_missing: Can the height become negative? No: max(0, …).
    1 - np.abs(t / period - 2 * (t // period) - 1)
floor_missing_or_wrong: Your schedule never leaves lr_min: is there a floor, and is it the whole
        number below? ⌊t / μ⌋ is 0 throughout the first period.
    0 * (t / period)
rounded_instead_of_floor: Is t / μ rounded, or cut down? Cut down: the floor.
    np.maximum(0, 1 - np.abs(t / period - 2 * np.round(t / period) - 1))
factor_two_missing: What multiplies the floor? 2.
    np.maximum(0, 1 - np.abs(t / period - t // period - 1))
minus_one_missing: What is subtracted at the end, inside the absolute value? 1.
    np.maximum(0, 1 - np.abs(t / period - 2 * (t // period)))
one_minus_missing: Is the height one minus the absolute value, or the absolute value itself? One
        minus it.
    np.abs(t / period - 2 * (t // period) - 1)
absolute_value_missing: What stands around t/μ - 2⌊t/μ⌋ - 1? An absolute value.
    np.maximum(0, 1 - (t / period - 2 * (t // period) - 1))
minimum_for_maximum: Which of 0 and the height is taken? The larger.
    np.minimum(0, 1 - np.abs(t / period - 2 * (t // period) - 1))
t_off_by_one: What is t at the start? 0.
    np.maximum(0, 1 - np.abs((t + 1) / period - 2 * ((t + 1) // period) - 1))
    np.maximum(0, 1 - np.abs((t - 1) / period - 2 * ((t - 1) // period) - 1))
"""

# Half a cosine, of the time t in a cycle that ends at `end`

HALF_COSINE = """
missing_half: 1 + cos runs from 2 to 0: what brings it to 1 and 0? The factor ½.
    lr_min + (lr_max - lr_min) * (1 + np.cos(np.pi * {t} / {end}))
degrees_for_radians: In which unit does np.cos take its angle? In radians: half a turn is π, not
        180.
    lr_min + 0.5 * (lr_max - lr_min) * (1 + np.cos(180 * {t} / {end}))
    lr_min + 0.5 * (lr_max - lr_min) * (1 + np.cos(np.deg2rad(np.pi * {t} / {end})))
pi_missing: How far does the angle run {span}? From 0 to π.
    lr_min + 0.5 * (lr_max - lr_min) * (1 + np.cos({t} / {end}))
whole_turn_for_half: How far does the angle run {span}: half a turn, or a whole one? Half a turn:
        from 0 to π.
    lr_min + 0.5 * (lr_max - lr_min) * (1 + np.cos(2 * np.pi * {t} / {end}))
quarter_turn_for_half: How far does the angle run {span}: a quarter of a turn, or half of one? Half
        a turn: from 0 to π.
    lr_min + 0.5 * (lr_max - lr_min) * (1 + np.cos(0.5 * np.pi * {t} / {end}))
    lr_min + (lr_max - lr_min) * np.cos(0.5 * np.pi * {t} / {end})
wrong_sign: Where does the cosine start: at lr_max or at lr_min? At lr_max: 1 + cos.
    lr_min + 0.5 * (lr_max - lr_min) * (1 - np.cos(np.pi * {t} / {end}))
    lr_max + 0.5 * (lr_min - lr_max) * (1 + np.cos(np.pi * {t} / {end}))
one_plus_missing: Can the factor that multiplies lr_max - lr_min become negative? No: 1 + cos runs
        from 2 to 0.
    lr_min + 0.5 * (lr_max - lr_min) * np.cos(np.pi * {t} / {end})
    lr_min + (lr_max - lr_min) * np.cos(np.pi * {t} / {end})
sine_for_cosine: Is it a sine or a cosine? A cosine: it starts at its highest point.
    lr_min + 0.5 * (lr_max - lr_min) * (1 + np.sin(np.pi * {t} / {end}))
sum_for_the_difference: What is half of the sum of lr_min and lr_max, what half of their difference?
        lr_min stands alone; the cosine is multiplied by half of lr_max - lr_min.
    0.5 * (lr_max + lr_min) * (1 + np.cos(np.pi * {t} / {end}))
missing_parentheses: In which order does Python work out the factors? Put lr_max - lr_min, and
        1 + cos, in parentheses.
    lr_min + 0.5 * lr_max - lr_min * (1 + np.cos(np.pi * {t} / {end}))
    lr_min + 0.5 * (lr_max - lr_min) * 1 + np.cos(np.pi * {t} / {end})
linear_for_cosine: Is it a straight line? It is half a cosine.
    lr_max - (lr_max - lr_min) * {t} / {end}
"""


def half_cosine(t, end, span, target="lr = …; return lr"):
    """`lr_min + (lr_max - lr_min) * 0.5 * (1 + np.cos(np.pi * t / end))`."""
    amplitude = between(f"0.5 * (1 + np.cos(np.pi * {t} / {end}))", target)
    return [  # which starts at lr_max, upside down already
        *without(amplitude, "upside_down", "missing_parentheses"),
        *slips(target, HALF_COSINE, t=t, end=end, span=span),
    ]


COSINE = """
upside_down_in_the_angle: Does t_max divide the angle? Yes: the angle is π t / t_max.
    lr_min + 0.5 * (lr_max - lr_min) * (1 + np.cos(np.pi * t * t_max))
    lr_min + 0.5 * (lr_max - lr_min) * (1 + np.cos(np.pi * t_max / np.maximum(t, 1)))
t_off_by_one: What is the learning rate at t = 0, and at t = t_max? lr_max at 0, lr_min at t_max: t
        counts from 0.
    lr_min + 0.5 * (lr_max - lr_min) * (1 + np.cos(np.pi * (t + 1) / t_max))
    lr_min + 0.5 * (lr_max - lr_min) * (1 + np.cos(np.pi * (t - 1) / t_max))
    lr_min + 0.5 * (lr_max - lr_min) * (1 + np.cos(np.pi * t / (t_max - 1)))
    lr_min + 0.5 * (lr_max - lr_min) * (1 + np.cos(np.pi * t / (t_max + 1)))
linear_and_then_flat: Is it a straight line, and does it end at t_max? It is half a cosine, which
        rises again beyond t_max.
    lr_max - (lr_max - lr_min) * np.minimum(t / t_max, 1)
restarts_at_t_max: What happens beyond t_max: does it jump back to lr_max? Only with restarts, in
        cosine_restarts; here it rises again as a cosine does.
    lr_min + 0.5 * (lr_max - lr_min) * (1 + np.cos(np.pi * (t % t_max) / t_max))
clamped_after_t_max_as_in_optax: This is optax's form, which stays at lr_min after t_max; the
        course's rises again. What does the docstring say about t beyond t_max? The cosine goes on
        with period 2 t_max.
    lr_min + 0.5 * (lr_max - lr_min) * (1 + np.cos(np.pi * np.minimum(t, t_max) / t_max))
"""

RESTARTS = """
no_restart: What happens at the end of a cycle? T_cur is set back to 0, and the learning rate jumps
        to lr_max.
    t % t_0 -> t; (t_cur, -> (t,; t_max=t_i -> t_max=t_0
    t % t_0 -> np.minimum(t, t_0); (t_cur, -> (np.minimum(t, t_0),; t_max=t_i -> t_max=t_0
time_not_set_back: From when is T_cur counted? From the last restart.
    t % t_0 -> t; (t_cur, -> (t,
growth_of_cycles_missing: How long is the second cycle? t_mult times as long as the first.
    t_i = t_i
    t_max=t_i -> t_max=t_0
growth_only_once: How long is the third cycle? t_mult times as long as the second.
    t_i = np.where(over, t_0 * t_mult, t_i)
growth_added: Do the cycles grow by a factor or by an amount? By the factor t_mult.
    t_i = np.where(over, t_i + t_0, t_i)
    t_i = np.where(over, t_i + t_mult, t_i)
    t_mult == 1 -> False; t_i = np.where(over, t_i + t_mult, t_i)
    t_i = np.where(over, t_i + t_0 * (t_mult - 1), t_i)
cycles_counted_as_equally_long: When does the third cycle begin, if the second is longer than the
        first? Later than at 2 t_0: after t_0 + t_0 · t_mult.
    {walk} -> for _ in range(1):; t_cur = t % t_0; t_i = t_0 * t_mult ** (t // t_0)
growth_before_the_first_cycle: How long is the first cycle? t_0, not t_0 · t_mult.
    t, t_0 -> t, t_0 * t_mult
new_length_taken_off: Which cycle's length is taken off at a restart? That of the cycle that ends.
    t_cur = np.where(over, t_cur - t_i * t_mult, t_cur)
    t_cur = np.where(over, t_cur - t_0, t_cur)
restart_one_step_late: What is the learning rate at t = t_0: lr_min, or lr_max again? At the moment
        of a restart T_cur = 0: lr_max.
    >= t_i -> > t_i; t % t_0 -> np.where(np.asarray(t) > 0, (t - 1) % t_0 + 1, t)
only_the_first_restart: How many restarts are there? One at the end of every cycle.
    {walk} -> for over in [np.asarray(t_cur) >= t_i]:; t % t_0 -> np.where(np.asarray(t) >= t_0, t -
        t_0, t)
t_off_by_one: What is the learning rate at t = 0? lr_max: t counts from 0.
    t, t_0 -> t + 1, t_0; t % t_0 -> (t + 1) % t_0
length_off_by_one: At which T_cur would the cosine reach lr_min? At T_i, where the next cycle
        begins.
    t_max=t_0 -> t_max=t_0 - 1; t_max=t_i -> t_max=t_i - 1
    t_max=t_0 -> t_max=t_0 + 1; t_max=t_i -> t_max=t_i + 1
"""


def half_cosines():
    """Return mistakes in the cosine of a cycle, made in both places that take one."""
    bounds = "lr_min=lr_min, lr_max=lr_max"
    equal = f"return cosine_annealing(t % t_0, {bounds}, t_max=t_0) -> return …"
    growing = f"return cosine_annealing(t_cur, {bounds}, t_max=t_i) -> return …"
    ways = zip(
        half_cosine("(t % t_0)", "t_0", "in one cycle", equal),
        half_cosine("t_cur", "t_i", "in one cycle", growing),
    )
    return [replace(one, edits=one.edits + other.edits) for one, other in ways]


WARMUP = """
maximum_for_minimum: Which of the two branches is taken: the larger or the smaller? The smaller: the
        line first, then the decay.
    d_model**-0.5 * np.maximum(t**-0.5, t * warmup**-1.5)
d_model_missing: What does a wider model change? The factor d_model^(-½).
    np.minimum(t**-0.5, t * warmup**-1.5)
d_model_upside_down: Has a wider model a larger learning rate or a smaller one? A smaller one:
        d_model^(-½).
    d_model**0.5 * np.minimum(t**-0.5, t * warmup**-1.5)
root_of_d_model_missing: Which power of d_model stands in front? -½.
    d_model**-1.0 * np.minimum(t**-0.5, t * warmup**-1.5)
    d_model * np.minimum(t**-0.5, t * warmup**-1.5)
warmup_missing: What happens in the first steps? The learning rate climbs in a straight line, t ·
        warmup^(-3/2).
    d_model**-0.5 * t**-0.5
decay_missing: What happens after the warm-up? The learning rate decays like t^(-½).
    d_model**-0.5 * t * warmup**-1.5
decay_grows: Does t^(½) fall or grow? It grows; the decay is t^(-½).
    d_model**-0.5 * np.minimum(t**0.5, t * warmup**-1.5)
root_of_t_missing: Does the learning rate decay like 1/t or like 1/√t? Like 1/√t.
    d_model**-0.5 * np.minimum(1 / t, t * warmup**-1.5)
wrong_power_of_warmup: At which t do the two branches meet? Is that t = warmup? They meet at warmup
        where its power is -3/2.
    d_model**-0.5 * np.minimum(t**-0.5, t * warmup**-0.5)
    d_model**-0.5 * np.minimum(t**-0.5, t * warmup**-1.0)
    d_model**-0.5 * np.minimum(t**-0.5, t * warmup**-2.0)
    d_model**-0.5 * np.minimum(t**-0.5, t / warmup)
t_off_by_one: Does t count from 0 or from 1 here? From 1: t as it is passed.
    d_model**-0.5 * np.minimum((t + 1.0) ** -0.5, (t + 1) * warmup**-1.5)
    d_model**-0.5 * np.minimum(np.maximum(t - 1.0, 0) ** -0.5, (t - 1) * warmup**-1.5)
t_missing_in_the_warmup: Does the learning rate climb during the warm-up? In a straight line: t ·
        warmup^(-3/2).
    d_model**-0.5 * np.minimum(t**-0.5, warmup**-1.5)
t_and_warmup_swapped: Which of t and warmup has the power -3/2? warmup.
    d_model**-0.5 * np.minimum(t**-0.5, warmup * t**-1.5)
warmup_in_the_decay: Whose power -½ is the decay: that of t, or that of warmup? That of t: t^(-½).
    d_model**-0.5 * np.minimum(warmup**-0.5, t * warmup**-1.5)
sum_of_the_branches: Are the two branches added or multiplied, or is one chosen? The smaller one is
        chosen.
    d_model**-0.5 * (t**-0.5 + t * warmup**-1.5)
    d_model**-0.5 * (t**-0.5 * t * warmup**-1.5)
d_model_in_one_branch_only: Which branches are multiplied by d_model^(-½)? Both.
    np.minimum(d_model**-0.5 * t**-0.5, t * warmup**-1.5)
    np.minimum(t**-0.5, d_model**-0.5 * t * warmup**-1.5)
restarts_after_the_warmup: Does the schedule begin again after warmup steps? It is a warm-up, not a
        warm restart: it happens once.
    d_model**-0.5 * ((t - 1) % warmup + 1) * warmup**-1.5
"""

# Effective learning rates

EFFECTIVE = """
wrong_sign: Can a learning rate be negative? The minus belongs to the step.
    -lr / {below}
upside_down: Which of lr and the root stands above the line? lr.
    {below} / lr
lr_missing: What is divided by the root? lr.
    1 / {below}
lr_twice: How often does lr enter? Once.
    lr * lr / {below}
"""

INSIDE = """
missing_parentheses: In which order does Python work out the quotient? A division comes before a
        sum: parentheses round the denominator.
    lr / np.sqrt(v) + eps
    lr / v + eps
mean_over_coordinates: Does each coordinate have a learning rate of its own? Yes: no mean, no sum.
    lr / np.sqrt(np.mean(v) + eps)
    lr / np.sqrt(np.sum(v) + eps)
    lr / (np.linalg.norm(v) + eps)
"""


def inside(torch_name=""):
    """`lr / np.sqrt(v + eps)`."""
    return [
        *rate("return …", torch_name),
        *slips("return …", EFFECTIVE + INSIDE.lstrip(), below="np.sqrt(v + eps)"),
    ]


ADAM = """
bias_correction_missing: v started at zero. What makes up for that? v̂ = v / (1 - β₂ᵗ) stands under
        the root.
    lr / (np.sqrt(v) + eps)
notes_form: This is the notes' form, lr / √(v + eps). What is v̂, and where does eps stand? v is
        corrected, v / (1 - β₂ᵗ), and eps stands outside the root.
    lr / np.sqrt(v + eps)
root_of_the_correction_missing: What stands under the root: v alone, or the corrected v̂? v̂ as a
        whole.
    lr / (np.sqrt(v) / (1 - beta2**t) + eps)
lr_corrected_too: Is anything but v corrected here? No: lr is not divided by 1 - β₂ᵗ.
    lr / (1 - beta2**t) / (np.sqrt(v) + eps)
    lr / (1 - beta2**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
missing_parentheses: In which order does Python work out the quotient? A division comes before a
        sum: parentheses round the denominator.
    lr / np.sqrt(v / (1 - beta2**t)) + eps
mean_over_coordinates: Does each coordinate have a learning rate of its own? Yes: no mean, no sum.
    lr / (np.sqrt(np.mean(v) / (1 - beta2**t)) + eps)
eps_beside_the_uncorrected_root_as_in_keras: This is Keras's form, with eps beside the root of v
        before it is corrected; the course uses √v̂ + eps. Which does the docstring show? In the
        course's form the correction comes first, then the root, then eps.
    lr * (1 - beta2**t) ** 0.5 / (np.sqrt(v) + eps)
"""
V_HAT = "v / (1 - beta2**t)"

RATES = """
upside_down: Which of {a} and {b} stands above the line? {a}.
    np.sqrt({b} + eps) / np.sqrt({a} + eps)
product_for_the_ratio: Is it a product or a ratio? A ratio.
    np.sqrt({a} + eps) * np.sqrt({b} + eps)
wrong_sign: Can a learning rate be negative? The minus belongs to the step.
    -np.sqrt({a} + eps) / np.sqrt({b} + eps)
"""

NOTES_RATIO = """
notes_form: Does the numerator hold sizes of steps, or of gradients? Of steps: u. With v above and
        below, the ratio is always 1.
    np.sqrt((v + eps) / (v + eps))
"""

ADAM_NOTES = """
eps_outside_root: Where does eps stand in the notes: under the root or beside it? Under it: √(v +
        eps).
    lr / (np.sqrt(v) + eps)
"""

INVERSE = """
square_root: Does the learning rate fall like 1/t or like 1/√t? Like 1/t: there is no root.
    lr0 / np.sqrt(1 + decay_rate * t)
exponential_decay: Is lr0 divided by something that grows in a straight line, or multiplied by a
        power of e? It is divided by 1 + decay_rate · t.
    lr0 * np.exp(-decay_rate * t)
power_for_the_product: Is decay_rate multiplied by t, or is something raised to the power t?
        Multiplied: 1 + decay_rate · t.
    lr0 / (1 + decay_rate) ** t
    lr0 / (1 + decay_rate**t)
    lr0 * (1 - decay_rate) ** t
one_missing: What is the learning rate at t = 0? lr0: the denominator begins at 1.
    lr0 / (decay_rate * t)
    lr0 / np.maximum(decay_rate * t, 1)
missing_parentheses: In which order does Python work out the quotient? A division comes before a
        sum: parentheses round the denominator.
    lr0 / 1 + decay_rate * t
lr0_missing: Where does the schedule start? At lr0, which stands above the line.
    1 / (1 + decay_rate * t)
decay_rate_missing: How fast does the learning rate fall? decay_rate multiplies t.
    lr0 / (1 + t)
divided_by_decay_rate: Does a larger decay_rate make it fall faster? The denominator is 1 +
        decay_rate · t.
    lr0 / (1 + t / decay_rate)
t_off_by_one: What is the learning rate at t = 0? lr0: t counts from 0.
    lr0 / (1 + decay_rate * (t + 1))
    lr0 / (1 + decay_rate * (t - 1))
wrong_sign: Does the learning rate fall or grow with t? It falls: the denominator grows, with a
        plus.
    lr0 / (1 - decay_rate * t)
    lr0 * (1 + decay_rate * t)
linear_decay: Is it a straight line? No: lr0 is divided by a straight line.
    lr0 * (1 - decay_rate * t)
    lr0 * np.maximum(0, 1 - decay_rate * t)
t_squared: Which power of t stands in the denominator? The first.
    lr0 / (1 + decay_rate * t**2)
    lr0 / (1 + (decay_rate * t) ** 2)
    lr0 / (1 + decay_rate * t) ** 2
"""

STABLE = """
starts_at_zero: What is the learning rate at t = 0: nothing, or one step of the climb? lr0 / warmup:
        the climb is (t + 1) / warmup.
    climb = np.minimum(t / max(warmup, 1), 1)
climb_one_step_early: What is the learning rate at t = 0? lr0 / warmup: the climb is (t + 1) /
        warmup.
    climb = np.minimum((t + 2) / max(warmup, 1), 1)
climb_too_long: After how many steps is lr0 reached? After warmup steps, at t = warmup - 1.
    climb = np.minimum((t + 1) / (warmup + 1), 1)
warmup_missing: How does it begin: at lr0, or with a climb? With a climb of warmup steps.
    climb = 1.0
climb_without_end: What is the learning rate after the warm-up? lr0, and no more.
    climb = (t + 1) / max(warmup, 1); return lr0 * np.where(t < warmup + stable, climb, fall)
stable_missing: How long does it stay at lr0? `stable` steps come between the climb and the fall.
    fall = np.clip(1 - (t - warmup) / decay, 0, 1)
stable_from_the_start: From when are the `stable` steps counted? From the end of the warm-up.
    fall = np.clip(1 - (t - stable) / decay, 0, 1)
fall_from_the_start: At which t does the fall begin? At t = warmup + stable.
    fall = np.clip(1 - t / decay, 0, 1)
fall_ends_too_early: How many steps does the fall take? `decay` steps, from t = warmup + stable.
    fall = np.clip((decay - t) / (decay - warmup - stable), 0, 1)
decay_missing: What happens after the `stable` steps? The learning rate falls to 0 in `decay` steps.
    fall = 1.0
below_zero: What is the learning rate after the last step of the fall? 0: it is never below.
    fall = np.minimum(1 - (t - warmup - stable) / decay, 1)
not_zero_after_the_end: What is the learning rate after the last step of the fall? 0, for good.
    fall = np.where(t < warmup + stable + decay, np.clip(1 - (t - warmup - stable) / decay, 0, 1),
        1)
fall_one_step_early: What is the learning rate at t = warmup + stable? Still lr0: there k is 0.
    fall = np.clip(1 - (t - warmup - stable + 1) / decay, 0, 1)
fall_one_step_late: What is the learning rate at t = warmup + stable + 1? lr0 · (1 - 1 / decay): k
        is 1 there.
    fall = np.clip(1 - (t - warmup - stable - 1) / decay, 0, 1)
cosine_for_the_line: Does it fall along a cosine or in a straight line? In a straight line: 1 - k /
        decay.
    fall = (1 + np.cos(np.pi * np.clip((t - warmup - stable) / decay, 0, 1))) / 2
exponential_for_the_line: Does it fall along an exponential or in a straight line? In a straight
        line: 1 - k / decay.
    fall = np.exp(-np.maximum(t - warmup - stable, 0) / decay)
root_for_the_line: Does it fall with a root of k or in a straight line? In a straight line: 1 - k /
        decay.
    fall = 1 - np.sqrt(np.clip((t - warmup - stable) / decay, 0, 1))
lr0_missing: How high is the stable part? lr0 multiplies all of it.
    return np.minimum(climb, fall)
maximum_for_minimum: Which holds where climb and fall differ, the larger or the smaller? The
        smaller.
    return lr0 * np.maximum(climb, fall)
starts_anew: What comes after the fall: 0, or another climb? 0: it is one cycle only.
    t = t % (warmup + stable + decay)
"""

MISTAKES = {
    "step_decay": slips("return …", STEP_DECAY),
    "exponential_decay": slips("return …", EXPONENTIAL),
    "inverse_time_decay": slips("return …", INVERSE),
    "triangular": [
        *between("height"),
        *slips("height = …; return lr", TRIANGULAR),
    ],
    "triangular_notes": [
        *between("height"),
        *slips("height = …; return lr", TRIANGULAR_NOTES),
    ],
    "cosine_annealing": [
        *half_cosine("t", "t_max", "from t = 0 to t_max"),
        *slips("lr = …; return lr", COSINE),
    ],
    "cosine_restarts": [
        *half_cosines(),
        *slips("", RESTARTS, walk="while np.any(over := t_cur >= t_i):"),
    ],
    "warmup_inverse_sqrt": slips("return …", WARMUP),
    "warmup_stable_decay": slips("", STABLE),
    "adagrad_effective_lr": inside("AdaGrad"),
    "rmsprop_effective_lr": inside("RMSprop"),
    "adadelta_effective_lr": [
        *ratio("return …", "u", "v"),
        *slips("return …", RATES + NOTES_RATIO.lstrip(), a="u", b="v"),
    ],
    "adadelta_notes_effective_lr": [
        *ratio("return …", "v_before", "v"),
        *slips("return …", RATES, a="v_before", b="v"),
    ],
    "adam_effective_lr": [
        *root_beside_eps("return …", "lr", V_HAT, "v̂"),
        *without(
            correction("return …", "v", "beta2", left="lr / (np.sqrt(", rest=") + eps)"),
            "corrected_twice",
        ),
        *slips("return …", EFFECTIVE + ADAM.lstrip(), below=f"(np.sqrt({V_HAT}) + eps)"),
    ],
    "adam_notes_effective_lr": [*inside(), *slips("return …", ADAM_NOTES)],
}
