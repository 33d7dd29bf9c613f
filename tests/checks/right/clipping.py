"""Right answers in other words than the reference's."""

import numpy as np
from answers import right


@right
def clip_by_global_norm(grads, *, max_norm):
    total = 0.0
    for g in grads:
        total = total + (g * g).sum()
    norm = total**0.5
    if norm <= max_norm:
        return grads, norm
    clipped = []
    for g in grads:
        clipped.append(max_norm * g / norm)
    return clipped, norm


@right
def clip_by_global_norm(grads, *, max_norm):
    norm = np.linalg.norm(np.concatenate([np.ravel(g) for g in grads]))
    factor = 1 if norm <= max_norm else max_norm / norm
    return [np.multiply(g, factor, dtype=g.dtype) for g in grads], norm


@right
def clip_by_global_norm(grads, *, max_norm):
    norm = np.linalg.norm([np.linalg.norm(g) for g in grads]).astype(grads[0].dtype)
    return [g / np.maximum(norm / g.dtype.type(max_norm), g.dtype.type(1)) for g in grads], norm
