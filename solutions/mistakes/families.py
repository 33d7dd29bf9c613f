"""Mistakes that belong to a kind of line, not to one rule: averages, sums, roots, steps.

Each function takes a line of the reference and returns the mistakes that can be made in it. The
sentences are put together from the symbols of the line.
"""

from solutions.mistakes import Mistake


def variants(name, sentence, hint, *edit_lists, dialect=False):
    """Return one entry for each way to make the same mistake."""
    return [Mistake(name, sentence, hint, tuple(edits), dialect) for edits in edit_lists]


def lines(line, table, dialect=False):
    """Return mistakes that put another right-hand side into an assignment.

    `table` maps a name to (sentence, hint, right-hand side, …).
    """
    left = line.partition(" = ")[0]
    return [
        mistake
        for name, (sentence, hint, *sides) in table.items()
        for mistake in variants(
            name, sentence, hint, *([(line, f"{left} = {side}")] for side in sides), dialect=dialect
        )
    ]


def returned(line, table):
    """Return mistakes that put another expression into a `return`, from a table as in `lines`."""
    return [
        mistake
        for name, (sentence, hint, *sides) in table.items()
        for mistake in variants(name, sentence, hint, *([(line, f"return {x}")] for x in sides))
    ]


def average(line, beta, value, suffix=""):
    """Return mistakes in `s = beta * s + (1 - beta) * value`."""
    s = line.partition(" = ")[0]
    b, x = beta, value
    weights = f"The weights are {b} for the old {s} and 1 - {b} for the new value."
    table = {
        "no_decay": (
            (
                f"Is anything of the old {s} forgotten in a step? Look at the first term of the "
                f"equation of {s}."
            ),
            f"The old {s} is multiplied by {b}.",
            f"{s} + (1 - {b}) * {x}",
        ),
        "missing_one_minus_beta": (
            (
                f"{s} is an average, so its two weights add up to 1: what is the weight of the new "
                "value?"
            ),
            weights,
            f"{b} * {s} + {x}",
        ),
        "sum_instead_of_average": (
            f"{s} only ever adds up here. Should it be a sum or an average?",
            weights,
            f"{s} + {x}",
        ),
        "beta_and_one_minus_beta_swapped": (
            (
                f"Which of the two weights in the equation of {s} belongs to the old {s}, which to "
                "the new value?"
            ),
            weights,
            f"(1 - {b}) * {s} + {b} * {x}",
        ),
        "beta_for_both_weights": (
            f"The two weights in the equation of {s} add up to 1: do yours?",
            weights,
            f"{b} * {s} + {b} * {x}",
            f"(1 - {b}) * {s} + (1 - {b}) * {x}",
            f"{b} * ({s} + {x})",
        ),
        "decay_applied_to_the_new_value_too": (
            f"Which term in the equation of {s} is multiplied by {b}: both, or the old {s} alone?",
            f"The new value has the weight 1 - {b} and no other factor.",
            f"{b} * ({s} + (1 - {b}) * {x})",
        ),
        "state_thrown_away": (
            f"Where does the {s} that was passed in enter the new {s}?",
            f"The first term of the equation of {s} is the old {s}, times {b}.",
            f"(1 - {b}) * {x}",
            x,
            f"{b} * np.zeros_like({s}) + {b} * {x}",
        ),
        "new_value_missing": (
            f"What does this step's gradient add to {s}?",
            f"The equation of {s} has two terms; the second one is missing.",
            f"{b} * {s}",
        ),
        "state_not_updated": (
            f"Does {s} change in a step?",
            f"{s} comes back as it was passed in. Which equation gives the new one?",
            s,
        ),
        "minus_for_plus": (
            f"Are the two terms in the equation of {s} added or subtracted?",
            f"Both terms of {s} stand with a plus.",
            f"{b} * {s} - (1 - {b}) * {x}",
        ),
        "missing_parentheses_in_the_average": (
            (
                f"In which order does Python work out 1 - {b} times something? Look at the second "
                f"term of {s}."
            ),
            f"1 - {b} * x is 1 minus a product. Put 1 - {b} in parentheses.",
            f"{b} * {s} + 1 - {b} * {x}",
        ),
        "maximum_instead_of_average": (
            f"Does {s} average, or does it keep the largest?",
            f"The maximum belongs to AdaMax; here the two terms of {s} are added.",
            f"np.maximum({b} * {s}, (1 - {b}) * {x})",
            f"np.maximum({b} * {s}, {x})",
            f"np.maximum({s}, {x})",
        ),
    }
    if suffix:
        table = {name + suffix: entry for name, entry in table.items()}
    return lines(line, table)


def averaged_square(line, beta, suffix="", x="grad", noun="gradient"):
    """Return mistakes in `s = beta * s + (1 - beta) * x**2` that are about the square."""
    s = line.partition(" = ")[0]
    b = beta
    entries = square(s, lambda value: f"{b} * {s} + (1 - {b}) * {value}", x, noun)
    entries |= {
        "weight_squared_too": (
            f"What is squared in the equation of {s}: the {noun} alone, or its weight as well?",
            f"Only the {noun} is squared: (1 - {b}) * {x}**2.",
            f"{b} * {s} + ((1 - {b}) * {x}) ** 2",
        ),
        "square_of_the_average": (
            f"What comes first in the equation of {s}: the square or the average?",
            "The squares are averaged, not the average squared.",
            f"({b} * {s} + (1 - {b}) * {x}) ** 2",
        ),
        "root_stored_in_the_state": (
            f"What is kept in {s} from step to step: the average, or its root?",
            f"The root is taken where the step is made; {s} itself stays an average of squares.",
            f"np.sqrt({b} * {s} + (1 - {b}) * {x}**2)",
            f"np.sqrt({b} * {s} + (1 - {b}) * {x}**2 + eps)",
        ),
        "eps_added_to_the_state": (
            f"Where does eps stand: in the equation of {s}, or in that of the step?",
            f"eps is added under the root of the step, and never stored in {s}.",
            f"{b} * {s} + (1 - {b}) * {x}**2 + eps",
        ),
    }
    if suffix:
        entries = {name + suffix: entry for name, entry in entries.items()}
    return lines(line, entries)


def square(s, rest, x="grad", noun="gradient"):
    """Return mistakes about the square of `x` in a state `s`; `rest` completes the line."""
    return {
        "abs_instead_of_square": (
            f"What is done to the {noun} before it enters {s}: is it squared?",
            f"{s} collects {x}², not |{x}|.",
            rest(f"np.abs({x})"),
        ),
        "missing_square": (
            f"{s} collects squares. Can yours become negative?",
            f"The {noun} enters squared: {x}**2.",
            rest(f"{x}"),
        ),
        "doubled_instead_of_squared": (
            f"{x}² enters {s}. Which operator is the power in Python?",
            f"`**` is the power, `*` the product: 2 * {x} is not {x}**2.",
            rest(f"2 * {x}"),
        ),
        "norm_over_coordinates": (
            f"Does each coordinate have a {s} of its own? Which {noun}s enter that of the first?",
            "Nothing is summed over coordinates, and there is no norm; everything is elementwise.",
            rest(f"np.sum({x}**2)"),
            rest(f"np.dot({x}, {x})"),
            rest(f"np.sum({x}**2, axis=-1, keepdims=True)"),
            rest(f"np.linalg.norm({x})"),
            rest(f"np.linalg.norm({x}) ** 2 / {x}.size ** 0.5"),
            rest(f"np.max(np.abs({x})) ** 2"),
            rest(f"np.max(np.abs({x}), axis=-1, keepdims=True) ** 2"),
        ),
        "mean_over_coordinates": (
            f"Does each coordinate have a {s} of its own, or do all share one mean?",
            "The average runs over time, not over coordinates.",
            rest(f"np.mean({x}**2)"),
            rest(f"np.mean({x}**2, axis=-1, keepdims=True)"),
        ),
        "gradient_counted_twice": (
            f"How often does this step's {noun} enter {s}?",
            f"Once: {x}**2 is added in one place only.",
            rest(f"2 * {x}**2"),
        ),
        "parameters_in_place_of_gradient": (
            f"Whose squares does {s} collect: those of the {noun}, or those of w?",
            f"w does not stand in the equation of {s}.",
            rest("w**2"),
        ),
    }


def both(first, second, suffixes):
    """Combine mistakes of the same kind in two averages into one that stands in both.

    A student who misunderstands an average misunderstands both.
    """
    mistakes = []
    for one in first:
        kind = one.name.removesuffix(suffixes[0])
        others = [m for m in second if m.name == kind + suffixes[1]]
        rank = [m for m in first if m.name == one.name].index(one)
        if kind != one.name and rank < len(others):
            mistakes.append(
                Mistake(
                    kind,
                    one.sentence + " And in the other average?",
                    "The same slip stands in both averages. " + one.hint,
                    one.edits + others[rank].edits,
                )
            )
    return mistakes


def old_state(line, s, returned, suffix=""):
    """Return the mistakes of returning another state than the new one, with a right step."""
    back = f"return {returned}"
    return [
        *variants(
            f"old_state_returned{suffix}",
            f"Which {s} goes out: the one that came in, or the new one?",
            f"The step uses the new {s}, and the new {s} is what the next step needs.",
            [(line, f"{s}_before = {s}\n    {line}"), (back, _swap(returned, s, f"{s}_before"))],
        ),
        *variants(
            f"zeros_returned_for_the_state{suffix}",
            f"Which {s} goes out: the new one, or a fresh one of zeros?",
            f"{s} starts at zeros once, outside the rule; every step hands the new {s} on.",
            [(back, _swap(returned, s, f"np.zeros_like({s})"))],
        ),
    ]


def _swap(returned, s, other):
    names = [other if name == s else name for name in returned.split(", ")]
    return f"return {', '.join(names)}"


def stale(line, s, step, stale_step, suffix=""):
    """Return the mistake of making the step with a state of the step before."""
    return variants(
        f"stale_state{suffix}",
        f"Which {s} is in the step: the one from before this gradient, or the new one?",
        f"First comes the equation of {s}, then the step, with the new {s}.",
        [(line, f"{s}_before = {s}\n    {line}"), (step, stale_step)],
    )


def step(line, prefix, core):
    """Return mistakes in `w = w - (the step)` that hold for every rule.

    `prefix` is what stands before the step ("w = w - "), `core` the step without lr, written so
    that lr times it is the step.
    """
    right = line.removeprefix(prefix)
    return lines(
        line,
        {
            "wrong_sign": (
                "In which direction does the step go: with the gradient or against it?",
                "To descend, w moves against the gradient: there is a minus.",
                f"w + {right}",
            ),
            "lr_missing": (
                "Where does the learning rate enter the step?",
                "The whole step is multiplied by lr.",
                f"w - {core}",
            ),
            "lr_twice": (
                "How often does the learning rate enter the step?",
                "lr is a factor of the step once, not twice.",
                f"w - lr * (lr * {core})",
            ),
            "divided_by_lr": (
                "Should a larger learning rate make a larger step or a smaller one?",
                "lr is a factor of the step, not a divisor.",
                f"w - {core} / lr",
            ),
            "step_returned_in_place_of_parameters": (
                "What goes out first: the new parameters, or only how far they move?",
                "The new w is the old w minus the step.",
                f"-({right})",
                right,
            ),
            "parameters_not_updated": (
                "Does w change in a step?",
                "w comes back as it was passed in. Which equation gives the new one?",
                "w",
            ),
            "parameters_shrunk_too": (
                "How does the old w enter the new one?",
                "It is not multiplied by anything: no lr, no decay.",
                f"(1 - lr) * w - {right}",
                f"w * {right}",
            ),
        },
    )


def root_step(line, numerator, state="v", dialect_sentence=""):
    """Return mistakes in `w = w - lr / np.sqrt(state + eps) * numerator`."""
    n, s = numerator, state
    table = {
        "missing_square_root": (
            f"What is done to {s} before it divides the learning rate?",
            f"The learning rate is divided by the square root of {s} + eps.",
            f"w - lr / ({s} + eps) * {n}",
        ),
        "root_taken_twice": (
            f"How often is the root taken on the way from {s} to the step?",
            "One square root is enough.",
            f"w - lr / np.sqrt(np.sqrt({s} + eps)) * {n}",
            f"w - lr / ({s} + eps) ** 0.25 * {n}",
        ),
        "square_instead_of_root": (
            f"{s} is already a square: what undoes that in the step?",
            "A square root, not another square.",
            f"w - lr / ({s} + eps) ** 2 * {n}",
        ),
        "multiplied_by_the_root": (
            f"Should a coordinate with a large {s} move further or less far?",
            "The root divides.",
            f"w - lr * np.sqrt({s} + eps) * {n}",
        ),
        "root_over_too_much": (
            "What stands under the root, and what stands outside it?",
            f"Under the root are {s} and eps, nothing else.",
            f"w - np.sqrt(lr / ({s} + eps)) * {n}",
            f"w - lr * np.sqrt(np.abs({n}) / ({s} + eps)) * np.sign({n})",
        ),
        "eps_missing": (
            f"What happens in a coordinate where {s} is zero? Which symbol prevents it?",
            f"eps is added to {s} under the root.",
            f"w - lr / np.sqrt({s}) * {n}",
            f"w - np.nan_to_num(lr / np.sqrt({s}) * {n})",
        ),
        "eps_subtracted": (
            "Is eps added or subtracted?",
            f"eps keeps {s} + eps away from zero, so it is added.",
            f"w - lr / np.sqrt({s} - eps) * {n}",
        ),
        "eps_inside_and_outside": (
            "In how many places does eps stand in the step?",
            f"eps stands once: with {s} under the root.",
            f"w - lr / (np.sqrt({s} + eps) + eps) * {n}",
        ),
        "eps_squared": (
            "Is eps itself squared or rooted in the formula?",
            f"eps is added to {s} as it is.",
            f"w - lr / np.sqrt({s} + eps**2) * {n}",
            f"w - lr / (np.sqrt({s}) + np.sqrt(eps)) * {n}",
        ),
        "maximum_with_eps": (
            f"Is eps added to {s}, or the larger of the two taken?",
            f"It is a sum, {s} + eps, under the root.",
            f"w - lr / np.maximum(np.sqrt({s}), eps) * {n}",
            f"w - lr / np.sqrt(np.maximum({s}, eps)) * {n}",
        ),
        "missing_parentheses": (
            (
                "In which order does Python work out the step? What exactly is divided, and to "
                "what is eps added?"
            ),
            "A division comes before a sum. Put the denominator in parentheses.",
            f"w - lr / np.sqrt({s}) + eps * {n}",
            f"w - lr / np.sqrt({s}) * {n} + eps",
            f"w - (lr / np.sqrt({s}) + eps) * {n}",
            f"w - lr / np.sqrt({s}) + eps",
            f"w - lr * {n} / np.sqrt({s}) + eps * {n}",
            f"w - (lr * {n} / np.sqrt({s}) + eps)",
            f"w - lr / {s} + eps * {n}",
            f"w - lr / {s} * {n} + eps",
        ),
        "half_for_the_root": (
            "In which order does Python work out x ** 1 / 2?",
            "The power comes first: x ** 1 / 2 is half of x. The root is ** 0.5 or ** (1 / 2).",
            f"w - lr * {n} / ({s} + eps) / 2",
        ),
        "sum_over_coordinates_in_the_step": (
            f"Whose {s} stands under the root: that of each coordinate, or a sum of all?",
            f"Each coordinate is divided by the root of its own {s}.",
            f"w - lr / np.sqrt(np.sum({s}) + eps) * {n}",
            f"w - lr / np.sqrt(np.sum({s} + eps)) * {n}",
            f"w - lr / np.sqrt(np.sum({s}, axis=-1, keepdims=True) + eps) * {n}",
            f"w - lr / np.sqrt(np.mean({s}) + eps) * {n}",
        ),
        "numerator_in_the_denominator": (
            f"Where does {n} stand in the step: above or below the line?",
            f"The step is lr / √({s} + eps), times {n}.",
            f"w - lr / (np.sqrt({s} + eps) * {n})",
        ),
        "numerator_missing": (
            "What gives the step its direction?",
            f"lr / √({s} + eps) is only the learning rate; it multiplies {n}.",
            f"w - lr / np.sqrt({s} + eps)",
        ),
        "sign_of_the_gradient_only": (
            f"Does the size of {n} enter the step, or only its sign?",
            f"The step multiplies {n} itself.",
            f"w - lr / np.sqrt({s} + eps) * np.sign({n})",
        ),
        "sign_of_the_gradient_lost": (
            f"Can the step go both ways? What happens to a negative {n}?",
            f"{n} itself is multiplied, with its sign; no absolute value, no square.",
            f"w - lr / np.sqrt({s} + eps) * np.abs({n})",
            f"w - lr / np.sqrt({s} + eps) * {n}**2",
        ),
        "last_gradient_only_in_the_root": (
            f"What stands under the root: {s}, or this step's gradient alone?",
            f"It is {s}, which remembers the gradients before.",
            f"w - lr / np.sqrt(grad**2 + eps) * {n}",
        ),
    }
    if dialect_sentence:
        outside = {
            "eps_outside_root_as_in_torch": (
                dialect_sentence,
                f"The course's form is lr / √({s} + eps), that of the notes, Keras and optax.",
                f"w - lr / (np.sqrt({s}) + eps) * {n}",
            )
        }
        return lines(line, table) + lines(line, outside, dialect=True)
    return lines(line, table)
