"""Wrong answers in students' own words, with the names that would be right for each."""

import numpy as np
from answers import wrong


@wrong("each_array_by_its_own_norm")
def clip_by_global_norm(grads, *, max_norm):
    total = np.sqrt(sum((g**2).sum() for g in grads))
    out = []
    for g in grads:
        norm = np.linalg.norm(g)
        out.append(g * (max_norm / norm) if norm > max_norm else g)
    return out, total


@wrong("each_entry_by_itself")
def clip_by_global_norm(grads, *, max_norm):
    norm = np.sqrt(sum((g**2).sum() for g in grads))
    return [np.maximum(np.minimum(g, max_norm), -max_norm) for g in grads], norm


@wrong("always_scaled")
def clip_by_global_norm(grads, *, max_norm):
    norm = np.sqrt(sum((g**2).sum() for g in grads))
    return [g / norm * max_norm for g in grads], norm


@wrong("missing_square_root")
def clip_by_global_norm(grads, *, max_norm):
    norm = sum((g**2).sum() for g in grads)
    return [g * max_norm / norm if norm > max_norm else g for g in grads], norm


@wrong("eps_beside_the_norm_as_in_torch")
def clip_by_global_norm(grads, *, max_norm):
    norm = np.sqrt(sum((g**2).sum() for g in grads))
    factor = max_norm / (norm + 1e-6)
    return [g * factor if factor < 1 else g for g in grads], norm


@wrong("norm_after_clipping")
def clip_by_global_norm(grads, *, max_norm):
    norm = np.sqrt(sum((g**2).sum() for g in grads))
    if norm > max_norm:
        grads = [g * max_norm / norm for g in grads]
    return grads, np.sqrt(sum((g**2).sum() for g in grads))


@wrong("argument_changed_in_place")
def clip_by_global_norm(grads, *, max_norm):
    norm = np.sqrt(sum((g**2).sum() for g in grads))
    if norm > max_norm:
        for g in grads:
            g *= max_norm / norm
    return grads, norm
