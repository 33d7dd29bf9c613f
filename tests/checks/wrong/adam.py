"""Wrong answers in students' own words, with the names that would be right for each."""

import numpy as np
from answers import wrong


@wrong("power_of_one_minus_beta")
def bias_correction(average, t, *, beta):
    return average / (1 - beta) ** t


@wrong("correction_multiplied")
def bias_correction(average, t, *, beta):
    return average * (1 - beta**t)


@wrong("t_off_by_one")
def bias_correction(average, t, *, beta):
    return average / (1 - beta ** (t + 1))


@wrong("t_off_by_one")
def bias_correction(average, t, *, beta):
    return average / (1 - beta ** (t - 1)) if t > 1 else average


@wrong("bias_correction_missing")
def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    return w - lr * m / (np.sqrt(v) + eps), m, v


@wrong("only_m_corrected")
def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    mh = m / (1 - beta1**t)
    return w - lr * mh / (np.sqrt(v) + eps), m, v


@wrong("corrected_averages_stored_back")
def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m = m / (1 - beta1**t)
    v = v / (1 - beta2**t)
    return w - lr * m / (np.sqrt(v) + eps), m, v


@wrong("eps_inside_root")
def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    mh, vh = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - lr * mh / np.sqrt(vh + eps), m, v


@wrong("swapped_betas")
def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    m = beta2 * m + (1 - beta2) * grad
    v = beta1 * v + (1 - beta1) * grad**2
    mh, vh = m / (1 - beta2**t), v / (1 - beta1**t)
    return w - lr * mh / (np.sqrt(vh) + eps), m, v


@wrong("swapped_betas_in_the_corrections")
def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    mh, vh = m / (1 - beta2**t), v / (1 - beta1**t)
    return w - lr * mh / (np.sqrt(vh) + eps), m, v


@wrong("v_from_m")
def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * m**2
    mh, vh = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - lr * mh / (np.sqrt(vh) + eps), m, v


@wrong("gradient_in_place_of_m")
def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    vh = v / (1 - beta2**t)
    return w - lr * grad / (np.sqrt(vh) + eps), m, v


@wrong("t_off_by_one")
def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    mh, vh = m / (1 - beta1 ** (t + 1)), v / (1 - beta2 ** (t + 1))
    return w - lr * mh / (np.sqrt(vh) + eps), m, v


@wrong("t_off_by_one")
def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    t = t - 1
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    mh, vh = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - lr * mh / (np.sqrt(vh) + eps), m, v


@wrong("t_stuck_at_one")
def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    mh, vh = m / (1 - beta1), v / (1 - beta2)
    return w - lr * mh / (np.sqrt(vh) + eps), m, v


@wrong("correction_multiplied")
def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    mh, vh = m * (1 - beta1**t), v * (1 - beta2**t)
    return w - lr * mh / (np.sqrt(vh) + eps), m, v


@wrong("missing_one_minus_beta")
def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + grad
    v = beta2 * v + grad**2
    mh, vh = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - lr * mh / (np.sqrt(vh) + eps), m, v


@wrong("beta_and_one_minus_beta_swapped")
def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    m = (1 - beta1) * m + beta1 * grad
    v = (1 - beta2) * v + beta2 * grad**2
    mh, vh = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - lr * mh / (np.sqrt(vh) + eps), m, v


@wrong("eps_beside_the_uncorrected_root_as_in_keras")
def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    a = lr * (1 - beta2**t) ** 0.5 / (1 - beta1**t)
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    return w - a * m / (np.sqrt(v) + eps), m, v


@wrong("missing_square_root")
def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    mh, vh = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - lr * mh / (vh + eps), m, v


@wrong("state_thrown_away")
def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    m = (1 - beta1) * grad
    v = (1 - beta2) * grad**2
    mh, vh = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - lr * mh / (np.sqrt(vh) + eps), m, v


@wrong("stale_state")
def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    mh, vh = m / (1 - beta1**t), v / (1 - beta2**t)
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    return w - lr * mh / (np.sqrt(vh) + eps), m, v


@wrong("hard_coded_beta1")
def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    m = 0.9 * m + 0.1 * grad
    v = beta2 * v + (1 - beta2) * grad**2
    mh, vh = m / (1 - 0.9**t), v / (1 - beta2**t)
    return w - lr * mh / (np.sqrt(vh) + eps), m, v


@wrong("hard_coded_beta2")
def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    beta2 = 0.999
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    mh, vh = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - lr * mh / (np.sqrt(vh) + eps), m, v


@wrong("hard_coded_beta1_and_beta2")
def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    beta1, beta2 = 0.9, 0.999
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    mh, vh = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - lr * mh / (np.sqrt(vh) + eps), m, v


@wrong("argument_changed_in_place")
def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    m[:] = beta1 * m + (1 - beta1) * grad
    v[:] = beta2 * v + (1 - beta2) * grad**2
    mh, vh = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - lr * mh / (np.sqrt(vh) + eps), m, v


@wrong("dtype_lost")
def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    mh, vh = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - np.array(lr) * mh / (np.sqrt(vh) + eps), m, v


@wrong("wrong_sign")
def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    mh, vh = m / (1 - beta1**t), v / (1 - beta2**t)
    return w + lr * mh / (np.sqrt(vh) + eps), m, v


@wrong("abs_instead_of_square_in_v")
def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * abs(grad)
    mh, vh = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - lr * mh / (np.sqrt(vh) + eps), m, v


@wrong("state_kept_between_calls")
def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    adam_update.n = getattr(adam_update, "n", 0) + 1
    t = adam_update.n
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    mh, vh = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - lr * mh / (np.sqrt(vh) + eps), m, v


@wrong()
def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m, v = m / (1 - beta1**t), v / (1 - beta2**t)
    lr = lr * (1 - beta2**t) ** 0.5 / (1 - beta1**t)
    return w - lr * m / (np.sqrt(v) + eps), m, v


@wrong("lr_decayed_by_t")
def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    mh, vh = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - lr / np.sqrt(t) * mh / (np.sqrt(vh) + eps), m, v


@wrong("beta_times_t")
def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    mh, vh = m / (1 - beta1 * t), v / (1 - beta2 * t)
    return w - lr * mh / (np.sqrt(vh) + eps), m, v


@wrong("deviation_from_m_in_v")
def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * (grad - m) ** 2
    mh, vh = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - lr * mh / (np.sqrt(vh) + eps), m, v


@wrong("missing_parentheses")
def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    mh, vh = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - lr * mh / np.sqrt(vh) + eps, m, v


@wrong("no_decay")
def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    m = m + (1 - beta1) * grad
    v = v + (1 - beta2) * grad**2
    mh, vh = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - lr * mh / (np.sqrt(vh) + eps), m, v


@wrong("notes_schedule_form")
def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    return w - lr * m / np.sqrt(v + eps), m, v


@wrong("beta2_in_m")
def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta2) * grad
    v = beta2 * v + (1 - beta1) * grad**2
    mh, vh = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - lr * mh / (np.sqrt(vh) + eps), m, v


@wrong("t_off_by_one")
def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad * grad
    t = t - 1
    with np.errstate(all="ignore"):
        mh = m / (1 - beta1**t) if t else m
        vh = v / (1 - beta2**t) if t else v
    return w - lr * mh / (np.sqrt(vh) + eps), m, v


@wrong("root_missing_in_the_learning_rate")
def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    a = lr * (1 - beta2**t) / (1 - beta1**t)
    return w - a * m / (np.sqrt(v) + eps), m, v


@wrong("amsgrad_in_place_of_adam")
def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    v_old = v
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad * grad
    vm = np.maximum(v, v_old)
    mh = m / (1 - beta1**t)
    vh = vm / (1 - beta2**t)
    return w - lr * mh / (np.sqrt(vh) + eps), m, v


@wrong()
def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad * grad
    mh = m / (1 - beta1**t)
    vh = v / (1 - beta2**t)
    return w + lr * mh / (np.sqrt(vh) + eps), mh, vh


@wrong()
def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    m = beta2 * m + (1 - beta2) * grad
    v = beta1 * v + (1 - beta1) * grad**2
    mh = m / (1 - beta1**t)
    vh = v / (1 - beta2**t)
    return w - lr * mh / (vh + eps), m, v


@wrong("rmsprop_in_place_of_adam")
def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    return w - lr * grad / (np.sqrt(v) + eps), m, v


@wrong("v_from_m")
def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    mh = m / (1 - beta1**t)
    v = beta2 * v + (1 - beta2) * mh**2
    return w - lr * mh / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


@wrong("dtype_lost")
def adam_update(w, grad, m, v, t, *, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    r = lambda x: x.astype(np.float32)
    return r(w - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)), r(m), r(v)
