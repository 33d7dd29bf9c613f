"""Wrong ways to clip gradients."""

from solutions.mistakes import slips

CLIP = """
missing_square_root: What is compared with max_norm: the sum of the squares, or its root? The norm
        is the root of the sum.
    norm = sum(np.sum(g**2) for g in grads)
sum_of_sizes: Are the entries squared before they are summed? The norm is √(Σ g²).
    norm = sum(np.sum(np.abs(g)) for g in grads)
    norm = np.abs(sum(np.sum(g) for g in grads))
sum_of_norms: Is the norm of all the sum of the norms of each? The squares are summed over all
        arrays, and the root comes last.
    norm = sum(np.sqrt(np.sum(g**2)) for g in grads)
largest_entry: Which entries count in the norm: the largest alone, or all? All: √(Σ g²).
    norm = max((np.max(np.abs(g), initial=0) for g in grads), default=0)
mean_for_the_sum: Is a mean taken under the root? A sum: √(Σ g²).
    norm = np.sqrt(sum(np.mean(g**2) for g in grads))
    norm = np.sqrt(sum(np.sum(g**2) for g in grads) / sum(np.size(g) for g in grads))
first_array_only: Which arrays count in the norm? All of the list.
    norm = np.sqrt(np.sum(grads[0] ** 2))
each_array_by_its_own_norm: Is each array clipped by itself, or all by one number? All by one, so
        that the direction stays.
    return [g * min(1.0, float(max_norm / np.sqrt(np.sum(g**2)))) for g in grads], norm
each_entry_by_itself: Is each entry cut off at max_norm, or all multiplied by one number? All by
        one, so that the direction stays.
    return [np.clip(g, -max_norm, max_norm) for g in grads], norm
always_scaled: What happens to gradients that are short enough? They stay as they are.
    scale = float(max_norm / norm)
never_scaled: What happens to gradients that are too long? They are multiplied by max_norm / norm.
    scale = 1.0
condition_turned_round: Which gradients are scaled: those with a norm above max_norm, or below?
        Above.
    scale = float(max_norm / norm) if norm < max_norm else 1.0
upside_down: Does the factor make long gradients shorter? It is max_norm / norm.
    scale = float(norm / max_norm) if norm > max_norm else 1.0
max_norm_missing_in_the_factor: How long are clipped gradients: 1, or max_norm? max_norm: the factor
        is max_norm / norm.
    scale = float(1 / norm) if norm > max_norm else 1.0
norm_missing_in_the_factor: How long are clipped gradients? max_norm: the factor is max_norm / norm.
    scale = float(max_norm) if norm > max_norm else 1.0
set_to_zero: What becomes of gradients that are too long: nothing, or something shorter? Something
        shorter: they are multiplied by max_norm / norm.
    scale = 0.0 if norm > max_norm else 1.0
norm_after_clipping: Which norm goes out: the one before clipping, or the one after? The one before.
    return [g * scale for g in grads], norm * scale
factor_in_place_of_the_norm: What goes out beside the gradients? The norm before clipping.
    return [g * scale for g in grads], scale
eps_beside_the_norm_as_in_torch: This is PyTorch's form, which divides by norm + 1e-6; the course
        divides by the norm. Which does the docstring show? max_norm / norm, as in optax.
    scale = min(1.0, float(max_norm / (norm + 1e-6)))
"""

MISTAKES = {"clip_by_global_norm": slips("", CLIP)}
