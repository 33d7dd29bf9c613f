"""Right answers in other words than the reference's."""

import numpy as np
from answers import right


@right
def lion_update(w, grad, m, *, lr, beta1, beta2, weight_decay):
    direction = np.sign(m + (1 - beta1) * (grad - m))
    return (1 - lr * weight_decay) * w - lr * direction, m + (1 - beta2) * (grad - m)


@right
def lion_update(w, grad, m, *, lr, beta1, beta2, weight_decay):
    c = np.add(np.multiply(beta1, m), np.multiply(1 - beta1, grad))
    up_or_down = np.where(c > 0, 1, np.where(c < 0, -1, 0)).astype(w.dtype)
    w = w - lr * weight_decay * w - lr * up_or_down
    return w, np.add(np.multiply(beta2, m), np.multiply(1 - beta2, grad))


@right
def lion_update(w, grad, m, *, lr, beta1, beta2, weight_decay):
    def mean(b):
        return b * m + (1 - b) * grad

    w = w.copy()
    step = np.copysign(1, mean(beta1)).astype(w.dtype)
    step[mean(beta1) == 0] = 0
    w -= lr * step + lr * weight_decay * w
    return w, mean(beta2)
