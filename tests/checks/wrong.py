"""Wrong answers as students write them, in their own words and apart from the catalogue.

Each has the names that would be right for it; an empty set where none is expected to fit.
"""

MISSING = {"nothing_returned"}

WRONG = [
    # sgd_update
    ("sgd_update", "return w + lr * grad", {"wrong_sign"}),
    ("sgd_update", "return w - grad", {"lr_missing"}),
    ("sgd_update", "w -= lr * grad\nreturn w", {"argument_changed_in_place"}),
    ("sgd_update", "return w - 0.01 * grad", {"hard_coded_lr"}),
    ("sgd_update", "w = w - lr * grad", MISSING),
    ("sgd_update", "return list(w - lr * grad)", {"list_where_an_array_belongs"}),
    ("sgd_update", "return w - np.float64(lr) * grad", {"dtype_lost"}),
    # adagrad_update
    (
        "adagrad_update",
        "v = v + grad**2\nreturn w - lr / (v + eps) * grad, v",
        {"missing_square_root"},
    ),
    (
        "adagrad_update",
        "v = v + np.abs(grad)\nreturn w - lr / np.sqrt(v + eps) * grad, v",
        {"abs_instead_of_square"},
    ),
    (
        "adagrad_update",
        "v = 0.9 * v + 0.1 * grad**2\nreturn w - lr / np.sqrt(v + eps) * grad, v",
        {"average_instead_of_sum"},
    ),
    (
        "adagrad_update",
        "v = grad**2\nreturn w - lr / np.sqrt(v + eps) * grad, v",
        {"state_thrown_away"},
    ),
    (
        "adagrad_update",
        "new_w = w - lr / np.sqrt(v + eps) * grad\nreturn new_w, v + grad**2",
        {"stale_state"},
    ),
    (
        "adagrad_update",
        "total = v + grad**2\nreturn w - lr / np.sqrt(total + eps) * grad, v",
        {"old_state_returned"},
    ),
    (
        "adagrad_update",
        "v += grad**2\nreturn w - lr / np.sqrt(v + eps) * grad, v",
        {"argument_changed_in_place"},
    ),
    (
        "adagrad_update",
        "v = v + grad**2\nreturn w - lr / (np.sqrt(v) + eps) * grad, v",
        {"eps_outside_root_as_in_torch"},
    ),
    (
        "adagrad_update",
        "v = v + grad**2\nreturn w - lr / np.sqrt(v + 1e-8) * grad, v",
        {"hard_coded_eps"},
    ),
    (
        "adagrad_update",
        "v = v + grad**2\nreturn w - 0.1 / np.sqrt(v + eps) * grad, v",
        {"hard_coded_lr"},
    ),
    (
        "adagrad_update",
        "v = v + grad**2\nreturn w + lr / np.sqrt(v + eps) * grad, v",
        {"wrong_sign"},
    ),
    (
        "adagrad_update",
        "v = v + np.sum(grad**2)\nreturn w - lr / np.sqrt(v + eps) * grad, v",
        {"norm_over_coordinates"},
    ),
    (
        "adagrad_update",
        "v = np.sum(v + grad**2)\nreturn w - lr / np.sqrt(v + eps) * grad, v",
        {"scalar_where_an_array_belongs"},
    ),
    (
        "adagrad_update",
        "v = v + grad**2\nreturn w - lr / np.sqrt(v + eps) * grad",
        {"state_not_returned"},
    ),
    (
        "adagrad_update",
        "v = v + grad**2\nreturn v, w - lr / np.sqrt(v + eps) * grad",
        {"results_in_another_order"},
    ),
    (
        "adagrad_update",
        "v = v + grad**2\nw = w - lr / np.sqrt(v[:, None] + eps) * grad\nreturn w, v",
        {"broadcast_to_the_wrong_shape"},
    ),
    (
        "adagrad_update",
        "v = v + grad**2\nreturn w - lr * grad / np.sqrt(v) + eps, v",
        {"missing_parentheses"},
    ),
    (
        "adagrad_update",
        "v = v + grad**2\nreturn w - lr * lr * grad / np.sqrt(v + eps), v",
        {"lr_twice"},
    ),
    (
        "adagrad_update",
        "v = v + grad**2\nreturn -lr * grad / np.sqrt(v + eps), v",
        {"step_returned_in_place_of_parameters"},
    ),
    (
        "adagrad_update",
        "v = np.where(v == 0, 0.1, v) + grad * grad\nreturn w - lr * grad / np.sqrt(v + eps), v",
        {"first_v_of_a_tenth_as_in_keras"},
    ),
    ("adagrad_update", "v = v + grad**2\nreturn w - lr / np.sqrt(v + eps) * grad + 1e-3, v", set()),
    ("adagrad_update", "return w, v", set()),
    (
        "adagrad_update",
        "return np.zeros_like(w), np.zeros_like(v)",
        set(),
    ),
    # adagrad_momentum_update
    (
        "adagrad_momentum_update",
        "v = v + grad**2\nm = beta * m + grad\nreturn w - lr / np.sqrt(v + eps) * m, v, m",
        {"missing_one_minus_beta_in_m"},
    ),
    (
        "adagrad_momentum_update",
        "v = v + grad**2\nm = beta * m + (1 - beta) * grad\nreturn w - lr / np.sqrt(v + eps) * grad, v, m",
        {"gradient_in_place_of_m"},
    ),
    (
        "adagrad_momentum_update",
        "v = v + grad**2\nm = 0.9 * m + 0.1 * grad\nreturn w - lr / np.sqrt(v + eps) * m, v, m",
        {"hard_coded_beta"},
    ),
    (
        "adagrad_momentum_update",
        "v = v + grad**2\nm = beta * m + (1 - beta) * grad\nreturn w - lr / np.sqrt(v + eps) * m, m, v",
        {"results_in_another_order"},
    ),
    # ema, rmsprop
    (
        "ema_update",
        "return (1 - beta) * average + beta * value",
        {"beta_and_one_minus_beta_swapped"},
    ),
    ("ema_update", "return beta * average + value", {"missing_one_minus_beta"}),
    ("ema_update", "return average + value", {"sum_instead_of_average"}),
    (
        "ema_update",
        "average *= beta\naverage += (1 - beta) * value\nreturn average",
        {"argument_changed_in_place"},
    ),
    (
        "rmsprop_update",
        "v = v + grad**2\nreturn w - lr / np.sqrt(v + eps) * grad, v",
        {"sum_instead_of_average"},
    ),
    ("rmsprop_update", "v = beta * v + (1 - beta) * grad**2\nreturn w - lr * grad / v, v", set()),
    (
        "rmsprop_update",
        "v = beta * v + (1 - beta) * grad**2\nreturn w - lr * grad / (v + eps), v",
        {"missing_square_root"},
    ),
    (
        "rmsprop_update",
        "v = v + (1 - beta) * grad**2\nreturn w - lr * grad / np.sqrt(v + eps), v",
        {"no_decay"},
    ),
    (
        "rmsprop_update",
        "v = beta * v + grad**2\nreturn w - lr * grad / np.sqrt(v + eps), v",
        {"missing_one_minus_beta"},
    ),
    (
        "rmsprop_update",
        "v = (1 - beta) * v + beta * grad**2\nreturn w - lr * grad / np.sqrt(v + eps), v",
        {"beta_and_one_minus_beta_swapped"},
    ),
    (
        "rmsprop_update",
        "v = beta * v + (1 - beta) * grad**2\nreturn w - lr * grad / (v**0.5 + eps), v",
        {"eps_outside_root_as_in_torch"},
    ),
    (
        "rmsprop_update",
        "v = 0.9 * v + 0.1 * grad**2\nreturn w - lr * grad / np.sqrt(v + eps), v",
        {"hard_coded_beta"},
    ),
    (
        "rmsprop_update",
        "root = np.sqrt(beta * v + (1 - beta) * grad**2 + eps)\nreturn w - lr * grad / root, root",
        set(),
    ),
    (
        "rmsprop_update",
        "v = beta * v + (1 - beta) * np.mean(grad**2)\nreturn w - lr * grad / np.sqrt(v + eps), v",
        {"mean_over_coordinates"},
    ),
    (
        "rmsprop_update",
        "s = beta * v + (1 - beta) * grad**2\nreturn w - lr * grad / np.sqrt(v + eps), s",
        {"stale_state"},
    ),
    # rms, adadelta
    ("rms", "return np.sqrt(average) + eps", {"eps_outside_root"}),
    (
        "rms",
        "return np.sqrt(np.mean(average**2) + eps)",
        {"scalar_where_an_array_belongs", "mean_over_coordinates"},
    ),
    (
        "adadelta_update",
        "v = beta * v + (1 - beta) * grad**2\nd = -np.sqrt(u + eps) / np.sqrt(v + eps) * grad\nu = beta * u + (1 - beta) * grad**2\nreturn w + d, v, u",
        {"u_from_the_gradient"},
    ),
    (
        "adadelta_update",
        "v = beta * v + (1 - beta) * grad**2\nu = beta * u + (1 - beta) * grad**2\nreturn w - np.sqrt(u + eps) / np.sqrt(v + eps) * grad, v, u",
        {"u_updated_too_early"},
    ),
    (
        "adadelta_update",
        "v = beta * v + (1 - beta) * grad**2\nd = np.sqrt(u + eps) / np.sqrt(v + eps) * grad\nu = beta * u + (1 - beta) * d**2\nreturn w + d, v, u",
        {"wrong_sign"},
    ),
    (
        "adadelta_update",
        "v = beta * v + (1 - beta) * grad**2\nd = (u + eps) / (v + eps) * grad\nu = beta * u + (1 - beta) * d**2\nreturn w - d, v, u",
        {"missing_square_root"},
    ),
    (
        "adadelta_update",
        "v = beta * v + (1 - beta) * grad**2\nd = np.sqrt((v + eps) / (u + eps)) * grad\nu = beta * u + (1 - beta) * d**2\nreturn w - d, v, u",
        {"u_and_v_swapped"},
    ),
    (
        "adadelta_update",
        "v = beta * v + (1 - beta) * grad**2\nd = np.sqrt((u + eps) / (v + eps)) * grad\nu = beta * u + (1 - beta) * d**2\nreturn w - 0.001 * d, v, u",
        {"learning_rate_as_in_keras"},
    ),
    (
        "adadelta_update",
        "v = beta * v + (1 - beta) * grad**2\nd = np.sqrt((u + eps) / (v + eps)) * grad\nu = u + d**2\nreturn w - d, v, u",
        {"sum_instead_of_average_in_u"},
    ),
    (
        "adadelta_update",
        "v = 0.95 * v + 0.05 * grad**2\nd = np.sqrt((u + eps) / (v + eps)) * grad\nu = 0.95 * u + 0.05 * d**2\nreturn w - d, v, u",
        {"hard_coded_beta"},
    ),
    # adam
    ("bias_correction", "return average / (1 - beta)**t", {"power_of_one_minus_beta"}),
    ("bias_correction", "return average * (1 - beta**t)", {"correction_multiplied"}),
    ("bias_correction", "return average / (1 - beta**(t + 1))", {"t_off_by_one"}),
    *(
        ("adam_update", body, names)
        for body, names in [
            (
                "m = beta1*m + (1-beta1)*grad\nv = beta2*v + (1-beta2)*grad**2\nreturn w - lr*m/(np.sqrt(v) + eps), m, v",
                {"bias_correction_missing"},
            ),
            (
                "m = beta1*m + (1-beta1)*grad\nv = beta2*v + (1-beta2)*grad**2\nmh = m/(1-beta1**t)\nreturn w - lr*mh/(np.sqrt(v) + eps), m, v",
                {"only_m_corrected"},
            ),
            (
                "m = beta1*m + (1-beta1)*grad\nv = beta2*v + (1-beta2)*grad**2\nm = m/(1-beta1**t)\nv = v/(1-beta2**t)\nreturn w - lr*m/(np.sqrt(v) + eps), m, v",
                {"corrected_averages_stored_back"},
            ),
            (
                "m = beta1*m + (1-beta1)*grad\nv = beta2*v + (1-beta2)*grad**2\nmh, vh = m/(1-beta1**t), v/(1-beta2**t)\nreturn w - lr*mh/np.sqrt(vh + eps), m, v",
                {"eps_inside_root"},
            ),
            (
                "m = beta2*m + (1-beta2)*grad\nv = beta1*v + (1-beta1)*grad**2\nmh, vh = m/(1-beta2**t), v/(1-beta1**t)\nreturn w - lr*mh/(np.sqrt(vh) + eps), m, v",
                {"swapped_betas"},
            ),
            (
                "m = beta1*m + (1-beta1)*grad\nv = beta2*v + (1-beta2)*grad**2\nmh, vh = m/(1-beta2**t), v/(1-beta1**t)\nreturn w - lr*mh/(np.sqrt(vh) + eps), m, v",
                {"swapped_betas_in_the_corrections"},
            ),
            (
                "m = beta1*m + (1-beta1)*grad\nv = beta2*v + (1-beta2)*m**2\nmh, vh = m/(1-beta1**t), v/(1-beta2**t)\nreturn w - lr*mh/(np.sqrt(vh) + eps), m, v",
                {"v_from_m"},
            ),
            (
                "m = beta1*m + (1-beta1)*grad\nv = beta2*v + (1-beta2)*grad**2\nvh = v/(1-beta2**t)\nreturn w - lr*grad/(np.sqrt(vh) + eps), m, v",
                {"gradient_in_place_of_m"},
            ),
            (
                "m = beta1*m + (1-beta1)*grad\nv = beta2*v + (1-beta2)*grad**2\nmh, vh = m/(1-beta1**(t+1)), v/(1-beta2**(t+1))\nreturn w - lr*mh/(np.sqrt(vh) + eps), m, v",
                {"t_off_by_one"},
            ),
            (
                "t = t - 1\nm = beta1*m + (1-beta1)*grad\nv = beta2*v + (1-beta2)*grad**2\nmh, vh = m/(1-beta1**t), v/(1-beta2**t)\nreturn w - lr*mh/(np.sqrt(vh) + eps), m, v",
                {"t_off_by_one"},
            ),
            (
                "m = beta1*m + (1-beta1)*grad\nv = beta2*v + (1-beta2)*grad**2\nmh, vh = m/(1-beta1), v/(1-beta2)\nreturn w - lr*mh/(np.sqrt(vh) + eps), m, v",
                {"t_stuck_at_one"},
            ),
            (
                "m = beta1*m + (1-beta1)*grad\nv = beta2*v + (1-beta2)*grad**2\nmh, vh = m*(1-beta1**t), v*(1-beta2**t)\nreturn w - lr*mh/(np.sqrt(vh) + eps), m, v",
                {"correction_multiplied"},
            ),
            (
                "m = beta1*m + grad\nv = beta2*v + grad**2\nmh, vh = m/(1-beta1**t), v/(1-beta2**t)\nreturn w - lr*mh/(np.sqrt(vh) + eps), m, v",
                {"missing_one_minus_beta"},
            ),
            (
                "m = (1-beta1)*m + beta1*grad\nv = (1-beta2)*v + beta2*grad**2\nmh, vh = m/(1-beta1**t), v/(1-beta2**t)\nreturn w - lr*mh/(np.sqrt(vh) + eps), m, v",
                {"beta_and_one_minus_beta_swapped"},
            ),
            (
                "a = lr*(1-beta2**t)**0.5/(1-beta1**t)\nm = beta1*m + (1-beta1)*grad\nv = beta2*v + (1-beta2)*grad**2\nreturn w - a*m/(np.sqrt(v) + eps), m, v",
                {"eps_beside_the_uncorrected_root_as_in_keras"},
            ),
            (
                "m = beta1*m + (1-beta1)*grad\nv = beta2*v + (1-beta2)*grad**2\nmh, vh = m/(1-beta1**t), v/(1-beta2**t)\nreturn w - lr*mh/(vh + eps), m, v",
                {"missing_square_root"},
            ),
            (
                "m = (1-beta1)*grad\nv = (1-beta2)*grad**2\nmh, vh = m/(1-beta1**t), v/(1-beta2**t)\nreturn w - lr*mh/(np.sqrt(vh) + eps), m, v",
                {"state_thrown_away"},
            ),
            (
                "mh, vh = m/(1-beta1**t), v/(1-beta2**t)\nm = beta1*m + (1-beta1)*grad\nv = beta2*v + (1-beta2)*grad**2\nreturn w - lr*mh/(np.sqrt(vh) + eps), m, v",
                {"stale_state"},
            ),
            (
                "m = 0.9*m + 0.1*grad\nv = beta2*v + (1-beta2)*grad**2\nmh, vh = m/(1-0.9**t), v/(1-beta2**t)\nreturn w - lr*mh/(np.sqrt(vh) + eps), m, v",
                {"hard_coded_beta1"},
            ),
            (
                "beta2 = 0.999\nm = beta1*m + (1-beta1)*grad\nv = beta2*v + (1-beta2)*grad**2\nmh, vh = m/(1-beta1**t), v/(1-beta2**t)\nreturn w - lr*mh/(np.sqrt(vh) + eps), m, v",
                {"hard_coded_beta2"},
            ),
            (
                "beta1, beta2 = 0.9, 0.999\nm = beta1*m + (1-beta1)*grad\nv = beta2*v + (1-beta2)*grad**2\nmh, vh = m/(1-beta1**t), v/(1-beta2**t)\nreturn w - lr*mh/(np.sqrt(vh) + eps), m, v",
                {"hard_coded_beta1_and_beta2"},
            ),
            (
                "m[:] = beta1*m + (1-beta1)*grad\nv[:] = beta2*v + (1-beta2)*grad**2\nmh, vh = m/(1-beta1**t), v/(1-beta2**t)\nreturn w - lr*mh/(np.sqrt(vh) + eps), m, v",
                {"argument_changed_in_place"},
            ),
            (
                "m = beta1*m + (1-beta1)*grad\nv = beta2*v + (1-beta2)*grad**2\nmh, vh = m/(1-beta1**t), v/(1-beta2**t)\nreturn w - np.array(lr)*mh/(np.sqrt(vh) + eps), m, v",
                {"dtype_lost"},
            ),
            (
                "m = beta1*m + (1-beta1)*grad\nv = beta2*v + (1-beta2)*grad**2\nmh, vh = m/(1-beta1**t), v/(1-beta2**t)\nreturn w + lr*mh/(np.sqrt(vh) + eps), m, v",
                {"wrong_sign"},
            ),
            (
                "m = beta1*m + (1-beta1)*grad\nv = beta2*v + (1-beta2)*abs(grad)\nmh, vh = m/(1-beta1**t), v/(1-beta2**t)\nreturn w - lr*mh/(np.sqrt(vh) + eps), m, v",
                {"abs_instead_of_square_in_v"},
            ),
            (
                "adam_update.n = getattr(adam_update, 'n', 0) + 1\nt = adam_update.n\nm = beta1*m + (1-beta1)*grad\nv = beta2*v + (1-beta2)*grad**2\nmh, vh = m/(1-beta1**t), v/(1-beta2**t)\nreturn w - lr*mh/(np.sqrt(vh) + eps), m, v",
                {"state_kept_between_calls"},
            ),
        ]
    ),
    # adamax and norms
    (
        "lp_norm",
        "return np.sum(np.abs(x)**p, axis=-1)**(1/p) if p != np.inf else np.max(np.abs(x), axis=-1)",
        {"overflow_at_large_p"},
    ),
    ("lp_norm", "return np.sum(np.abs(x)**p, axis=-1)**(1/p)", {"infinity_not_handled"}),
    ("lp_norm", "return np.max(np.abs(x), axis=-1)", {"maximum_for_every_p"}),
    ("lp_norm", "return np.sqrt(np.sum(x**2, axis=-1))", {"always_the_two_norm"}),
    (
        "adamax_update",
        "m = beta1*m + (1-beta1)*grad\nu = np.minimum(beta2*u, np.abs(grad) + eps)\nreturn w - lr/(1-beta1**t)*m/u, m, u",
        {"minimum_for_maximum"},
    ),
    (
        "adamax_update",
        "m = beta1*m + (1-beta1)*grad\nu = np.maximum(beta2*u, np.abs(grad) + eps)\nreturn w - lr*m/u, m, u",
        {"bias_correction_missing"},
    ),
    (
        "adamax_update",
        "m = beta1*m + (1-beta1)*grad\nu = np.maximum(beta2*u, np.abs(grad) + eps)\nuh = u/(1-beta2**t)\nreturn w - lr/(1-beta1**t)*m/uh, m, u",
        {"u_corrected"},
    ),
    (
        "adamax_update",
        "m = beta1*m + (1-beta1)*grad\nu = np.maximum(beta2*u, np.abs(grad) + eps)\nreturn w - lr/(1-beta1**t)*m/np.sqrt(u), m, u",
        {"square_root_of_u"},
    ),
    (
        "adamax_update",
        "m = beta1*m + (1-beta1)*grad\nu = np.maximum(beta2*u, np.max(np.abs(grad)) + eps)\nreturn w - lr/(1-beta1**t)*m/u, m, u",
        {"norm_over_coordinates"},
    ),
    (
        "adamax_update",
        "m = beta1*m + (1-beta1)*grad\nu = np.maximum(beta2*u, np.abs(grad))\nreturn w - lr/(1-beta1**t)*m/(u + eps), m, u",
        {"eps_beside_u_as_in_keras"},
    ),
    (
        "adam_max_update",
        "m = beta1*m + (1-beta1)*grad\nv = beta2*v + (1-beta2)*grad**2\nmh, vh = m/(1-beta1**t), v/(1-beta2**t)\nreturn w - lr*mh/(np.sqrt(vh) + eps), m, v",
        {"elementwise_in_place_of_the_norm"},
    ),
    # nadam
    ("nag_update", "g = grad_fn(w)\nu = beta*u + lr*g\nreturn w - u, u", {"gradient_at_w"}),
    (
        "nag_update",
        "g = grad_fn(w + beta*u)\nu = beta*u + lr*g\nreturn w - u, u",
        {"look_ahead_with_the_wrong_sign"},
    ),
    ("nag_update", "g = grad_fn(w - u)\nu = beta*u + lr*g\nreturn w - u, u", {"look_ahead_by_u"}),
    ("nag_update", "w = w - beta*u\nu = beta*u + lr*grad_fn(w)\nreturn w - u, u", {"moved_twice"}),
    ("nesterov_update", "u = beta*u + lr*grad\nreturn w - u, u", {"plain_momentum"}),
    (
        "nesterov_update",
        "u = beta*u + grad\nreturn w - lr*(grad + beta*u), u",
        {"lr_outside_u_as_in_torch"},
    ),
    (
        "nadam_update",
        "m = beta1*m + (1-beta1)*grad\nv = beta2*v + (1-beta2)*grad**2\nmh, vh = m/(1-beta1**t), v/(1-beta2**t)\nreturn w - lr*mh/(np.sqrt(vh) + eps), m, v",
        {"adam_in_place_of_nadam"},
    ),
    (
        "nadam_update",
        "m = beta1*m + (1-beta1)*grad\nv = beta2*v + (1-beta2)*grad**2\nmb = (beta1*m + (1-beta1)*grad)/(1-beta1**t)\nreturn w - lr*mb/(np.sqrt(v/(1-beta2**t)) + eps), m, v",
        {"t_off_by_one"},
    ),
    (
        "nadam_update",
        "m = beta1*m + (1-beta1)*grad\nv = beta2*v + (1-beta2)*grad**2\nmb = beta1*m + (1-beta1)*grad\nreturn w - lr*mb/(np.sqrt(v/(1-beta2**t)) + eps), m, v",
        {"bias_correction_missing"},
    ),
    # layers
    ("dense_forward", "a = h @ W.T\nreturn a, activation(a)", {"bias_missing"}),
    (
        "dense_forward",
        "a = h @ W.T + b\nreturn activation(a), activation(a)",
        {"pre_activation_lost"},
    ),
    ("dense_forward", "a = h @ W.T + b\nreturn activation(a), a", {"results_in_another_order"}),
    (
        "dense_backward",
        "return delta.T @ h / len(h), delta.mean(axis=0), delta @ W",
        {"mean_instead_of_sum"},
    ),
    ("dense_backward", "return h.T @ delta, delta.sum(axis=0), delta @ W", {"transposed_dW"}),
    (
        "dense_backward",
        "return np.outer(delta.sum(0), h.sum(0)), delta.sum(0), delta @ W",
        {"index_of_the_example_missing_in_dW"},
    ),
    # schedules
    ("step_decay", "return lr0 * gamma ** (t / tau)", {"floor_missing"}),
    ("step_decay", "return lr0 * gamma ** np.round(t / tau)", {"rounded_instead_of_floor"}),
    ("step_decay", "return lr0 * gamma ** ((t + 1) // tau)", {"t_off_by_one"}),
    ("step_decay", "return lr0 * 0.5 ** (t // tau)", {"hard_coded_gamma"}),
    (
        "step_decay",
        "import math\nreturn lr0 * gamma ** math.floor(t / tau)",
        {"scalar_where_an_array_belongs"},
    ),
    ("exponential_decay", "return lr0 * np.exp(decay_rate * t)", {"wrong_sign"}),
    (
        "exponential_decay",
        "import math\nreturn lr0 * math.exp(-decay_rate * t)",
        {"scalar_where_an_array_belongs"},
    ),
    ("exponential_decay", "return lr0 * decay_rate ** t", {"power_of_the_rate_as_in_torch"}),
    (
        "triangular",
        "return lr_min + (lr_max - lr_min) * np.maximum(0, 1 - np.abs(t/half_period - 2*np.floor(t/half_period) - 1))",
        {"notes_form"},
    ),
    (
        "triangular",
        "p = t % half_period / half_period\nreturn lr_min + (lr_max - lr_min) * p",
        {"sawtooth_for_triangle"},
    ),
    (
        "triangular",
        "if t % (2*half_period) < half_period:\n    x = t % (2*half_period)\nelse:\n    x = 2*half_period - t % (2*half_period)\nreturn lr_min + (lr_max - lr_min) * x / half_period",
        {"scalar_where_an_array_belongs"},
    ),
    (
        "cosine_annealing",
        "return lr_min + (lr_max - lr_min) * (1 + np.cos(np.pi*t/t_max))",
        {"missing_half"},
    ),
    (
        "cosine_annealing",
        "return lr_min + 0.5*(lr_max - lr_min) * (1 + np.cos(180*t/t_max))",
        {"degrees_for_radians"},
    ),
    (
        "cosine_annealing",
        "t = np.minimum(t, t_max)\nreturn lr_min + 0.5*(lr_max - lr_min) * (1 + np.cos(np.pi*t/t_max))",
        {"clamped_after_t_max_as_in_optax"},
    ),
    (
        "cosine_annealing",
        "return 0.5*lr_max * (1 + np.cos(np.pi*t/t_max))",
        {"lr_min_and_amplitude_wrong"},
    ),
    (
        "cosine_restarts",
        "return lr_min + 0.5*(lr_max - lr_min) * (1 + np.cos(np.pi*t/t_0))",
        {"no_restart"},
    ),
    (
        "cosine_restarts",
        "return lr_min + 0.5*(lr_max - lr_min) * (1 + np.cos(np.pi*(t % t_0)/t_0))",
        {"growth_of_cycles_missing"},
    ),
    (
        "warmup_inverse_sqrt",
        "return d_model**-0.5 * np.maximum(t**-0.5, t * warmup**-1.5)",
        {"maximum_for_minimum"},
    ),
    ("warmup_inverse_sqrt", "return np.minimum(t**-0.5, t * warmup**-1.5)", {"d_model_missing"}),
    # effective rates
    ("adagrad_effective_lr", "return lr / (np.sqrt(v) + eps)", {"eps_outside_root_as_in_torch"}),
    ("adadelta_effective_lr", "return np.sqrt(v + eps) / np.sqrt(u + eps)", {"upside_down"}),
    ("adam_effective_lr", "return lr / np.sqrt(v + eps)", {"notes_form"}),
    # one more round, after the catalogue had grown
    (
        "adagrad_update",
        "v = v + np.dot(grad, grad)\nreturn w - lr / np.sqrt(v + eps) * grad, v",
        {"norm_over_coordinates"},
    ),
    (
        "adagrad_update",
        "v = (v + grad**2) / 2\nreturn w - lr / np.sqrt(v + eps) * grad, v",
        {"average_instead_of_sum"},
    ),
    (
        "adagrad_update",
        "v = v + grad**2\nreturn w - lr / np.sqrt(v + eps) * grad, np.zeros_like(v)",
        {"zeros_returned_for_the_state"},
    ),
    (
        "rmsprop_update",
        "v = beta * v + 1 - beta * grad**2\nreturn w - lr / np.sqrt(v + eps) * grad, v",
        {"missing_parentheses_in_the_average"},
    ),
    (
        "rmsprop_update",
        "v = beta * v + (1 - beta) * grad**2\nreturn w - lr / np.sqrt(v + eps), v",
        {"numerator_missing"},
    ),
    (
        "rmsprop_update",
        "v = beta * v + (1 - beta) * grad**2\nreturn w - np.sqrt(lr / (v + eps)) * grad, v",
        {"root_over_too_much"},
    ),
    (
        "adadelta_update",
        "v = beta * v + (1 - beta) * grad**2\nd = grad / np.sqrt(v + eps)\nu = beta * u + (1 - beta) * d**2\nreturn w - d, v, u",
        {"numerator_missing"},
    ),
    (
        "adadelta_update",
        "v = beta * v + (1 - beta) * grad**2\nd = -(np.sqrt(u) + eps) / (np.sqrt(v) + eps) * grad\nu = beta * u + (1 - beta) * d**2\nreturn w + d, v, u",
        {"eps_outside_root"},
    ),
    (
        "adadelta_update",
        "old = v\nv = beta * v + (1 - beta) * grad**2\nd = -np.sqrt((old + eps) / (v + eps)) * grad\nu = beta * u + (1 - beta) * d**2\nreturn w + d, v, u",
        {"notes_schedule_form"},
    ),
    (
        "adadelta_update",
        "v = beta * v + (1 - beta) * abs(grad)\nd = -np.sqrt((u + eps) / (v + eps)) * grad\nu = beta * u + (1 - beta) * abs(d)\nreturn w + d, v, u",
        {"abs_instead_of_square"},
    ),
    (
        "adam_update",
        "m = beta1*m + (1-beta1)*grad\nv = beta2*v + (1-beta2)*grad**2\nm, v = m/(1-beta1**t), v/(1-beta2**t)\nlr = lr*(1-beta2**t)**0.5/(1-beta1**t)\nreturn w - lr*m/(np.sqrt(v) + eps), m, v",
        set(),
    ),
    (
        "adam_update",
        "m = beta1*m + (1-beta1)*grad\nv = beta2*v + (1-beta2)*grad**2\nmh, vh = m/(1-beta1**t), v/(1-beta2**t)\nreturn w - lr/np.sqrt(t)*mh/(np.sqrt(vh) + eps), m, v",
        {"lr_decayed_by_t"},
    ),
    (
        "adam_update",
        "m = beta1*m + (1-beta1)*grad\nv = beta2*v + (1-beta2)*grad**2\nmh, vh = m/(1-beta1*t), v/(1-beta2*t)\nreturn w - lr*mh/(np.sqrt(vh) + eps), m, v",
        {"beta_times_t"},
    ),
    (
        "adam_update",
        "m = beta1*m + (1-beta1)*grad\nv = beta2*v + (1-beta2)*(grad - m)**2\nmh, vh = m/(1-beta1**t), v/(1-beta2**t)\nreturn w - lr*mh/(np.sqrt(vh) + eps), m, v",
        {"deviation_from_m_in_v"},
    ),
    (
        "adam_update",
        "m = beta1*m + (1-beta1)*grad\nv = beta2*v + (1-beta2)*grad**2\nmh, vh = m/(1-beta1**t), v/(1-beta2**t)\nreturn w - lr*mh/np.sqrt(vh) + eps, m, v",
        {"missing_parentheses"},
    ),
    (
        "adam_update",
        "m = m + (1-beta1)*grad\nv = v + (1-beta2)*grad**2\nmh, vh = m/(1-beta1**t), v/(1-beta2**t)\nreturn w - lr*mh/(np.sqrt(vh) + eps), m, v",
        {"no_decay"},
    ),
    (
        "adam_update",
        "m = beta1*m + (1-beta1)*grad\nv = beta2*v + (1-beta2)*grad**2\nreturn w - lr*m/np.sqrt(v + eps), m, v",
        {"notes_schedule_form"},
    ),
    (
        "adam_update",
        "m = beta1*m + (1-beta2)*grad\nv = beta2*v + (1-beta1)*grad**2\nmh, vh = m/(1-beta1**t), v/(1-beta2**t)\nreturn w - lr*mh/(np.sqrt(vh) + eps), m, v",
        {"beta2_in_m"},
    ),
    (
        "adamax_update",
        "m = beta1*m + (1-beta1)*grad\nu = np.maximum(beta2*u, grad + eps)\nreturn w - lr/(1-beta1**t)*m/u, m, u",
        {"absolute_value_missing"},
    ),
    (
        "adamax_update",
        "m = beta1*m + (1-beta1)*grad\nu = np.maximum(u, abs(grad) + eps)\nreturn w - lr/(1-beta1**t)*m/u, m, u",
        {"no_decay"},
    ),
    (
        "adamax_update",
        "m = beta1*m + (1-beta1)*grad\nu = np.maximum(beta2*u, abs(grad))\nreturn w - lr/(1-beta1**t)*m/u, m, u",
        {"eps_missing"},
    ),
    (
        "adamax_update",
        "m = beta1*m + (1-beta1)*grad\nu = beta2*u + (1-beta2)*abs(grad)\nreturn w - lr/(1-beta1**t)*m/(u + eps), m, u",
        {"average_instead_of_maximum"},
    ),
    (
        "nadam_update",
        "m = beta1*m + (1-beta1)*grad\nv = beta2*v + (1-beta2)*grad**2\nmb = beta1*m/(1-beta1**(t+1)) + (1-beta1)*grad/(1-beta1**t)\nreturn w - lr*mb/(np.sqrt(v) + eps), m, v",
        {"v_not_corrected"},
    ),
    (
        "nadam_update",
        "m = beta1*m + (1-beta1)*grad\nv = beta2*v + (1-beta2)*grad**2\nmb = beta1*m/(1-beta1**(t+1)) + grad/(1-beta1**t)\nreturn w - lr*mb/(np.sqrt(v/(1-beta2**t)) + eps), m, v",
        {"missing_one_minus_beta_in_the_look_ahead"},
    ),
    (
        "nag_update",
        "u = beta*u - lr*grad_fn(w + beta*u)\nreturn w + u, u",
        {"velocity_with_the_opposite_sign"},
    ),
    ("nag_update", "u = beta*u + grad_fn(w - beta*u)\nreturn w - lr*u, u", {"lr_outside_u"}),
    ("nag_update", "u = beta*u + lr*grad_fn(w - beta*u)\nreturn w - lr*u, u", {"lr_twice"}),
    (
        "lp_norm",
        "return np.sum(np.abs(x)**p)**(1/p) if p < np.inf else np.max(np.abs(x))",
        {"norm_over_everything"},
    ),
    (
        "lp_norm",
        "return np.sum(x**p, axis=-1)**(1/p) if p < np.inf else np.max(x, axis=-1)",
        {"absolute_value_missing"},
    ),
    ("lp_norm", "return np.linalg.norm(x, 2, axis=-1)", {"always_the_two_norm"}),
    ("sparsity_factor", "return 1 - np.count_nonzero(x, axis=0) / len(x)", {"share_of_zeros"}),
    ("dense_forward", "a = W @ h + b\nreturn a, activation(a)", {"order_of_the_product"}),
    (
        "dense_backward",
        "return delta.T @ h, delta.sum(axis=1), delta @ W",
        {"sum_over_the_wrong_axis_in_db"},
    ),
    ("dense_backward", "return delta.T @ h, delta, delta @ W", {"sum_missing_in_db"}),
    (
        "dense_backward",
        "return delta.T @ h, delta.sum(axis=0), delta @ W.T",
        {"weights_transposed_in_dh"},
    ),
    ("step_decay", "return lr0 * gamma * (t // tau)", {"product_in_place_of_the_power"}),
    ("step_decay", "return lr0 * gamma ** t // tau", {"missing_parentheses"}),
    ("step_decay", "return lr0 * gamma ** np.ceil(t / tau)", {"ceiling_instead_of_floor"}),
    ("exponential_decay", "return lr0 * (1 - decay_rate) ** t", {"wrong_base"}),
    ("exponential_decay", "return lr0 * np.exp(-t / decay_rate)", {"divided_by_decay_rate"}),
    (
        "triangular",
        "x = np.abs(t / half_period - 2 * np.floor(1 + t / (2 * half_period)) + 1)\nreturn lr_min + (lr_max - lr_min) * x",
        {"upside_down"},
    ),
    (
        "triangular",
        "x = np.abs(t/half_period - 2*np.floor(t/(2*half_period)) - 1)\nreturn lr_max * np.maximum(0, 1 - x)",
        {"lr_min_and_amplitude_wrong"},
    ),
    (
        "triangular",
        "x = np.abs(t/half_period - 2*np.round(t/(2*half_period)) - 1)\nreturn lr_min + (lr_max - lr_min) * np.maximum(0, 1 - x)",
        {"rounded_instead_of_floor"},
    ),
    (
        "cosine_annealing",
        "return lr_min + 0.5*(lr_max - lr_min) * (1 + np.cos(t/t_max))",
        {"pi_missing"},
    ),
    (
        "cosine_annealing",
        "return lr_min + 0.5*(lr_max - lr_min) * (1 + np.cos(np.pi*(t % t_max)/t_max))",
        {"restarts_at_t_max"},
    ),
    (
        "cosine_restarts",
        "n = t // t_0\nreturn lr_min + 0.5*(lr_max - lr_min)*(1 + np.cos(np.pi*(t - n*t_0)/(t_0*t_mult**n)))",
        {"cycles_counted_as_equally_long"},
    ),
    (
        "warmup_inverse_sqrt",
        "return d_model**-0.5 * np.minimum(t**-0.5, t * warmup**-0.5)",
        {"wrong_power_of_warmup"},
    ),
    ("warmup_inverse_sqrt", "return d_model**-0.5 * t**-0.5", {"warmup_missing"}),
    (
        "warmup_inverse_sqrt",
        "return d_model**-0.5 * min(t**-0.5, t * warmup**-1.5)",
        {"scalar_where_an_array_belongs"},
    ),
    (
        "nadam_scheduled_update",
        "mu = beta1\nm = beta1*m + (1-beta1)*grad\nv = beta2*v + (1-beta2)*grad**2\np = mu_product*mu if t > 1 else mu\nmb = mu*m/(1-p*mu) + (1-mu)*grad/(1-p)\nreturn w - lr*mb/(np.sqrt(v/(1-beta2**t)) + eps), m, v, p",
        {"momentum_held_at_beta1"},
    ),
    ("dozat_momentum", "return beta1 * (1 - 0.96 ** (t * momentum_decay))", {"half_missing"}),
    ("dozat_momentum", "return beta1 * (1 - 0.5 * 0.96 ** t)", {"momentum_decay_missing"}),
    ("adadelta_effective_lr", "return np.sqrt(u) / np.sqrt(v + eps)", {"eps_missing_under_u"}),
    ("adam_effective_lr", "return lr / np.sqrt(v / (1 - beta2**t) + eps)", {"eps_inside_root"}),
    # tried later, in other styles
    (
        "adagrad_update",
        "G = v + grad**2\nreturn w - lr * grad / np.sqrt(np.sum(G) + eps), G",
        {"sum_over_coordinates_in_the_step"},
    ),
    (
        "adagrad_update",
        "G = v + grad**2\nreturn w - lr * grad / (G + eps) ** 1/2, G",
        {"half_for_the_root"},
    ),
    (
        "adagrad_update",
        "G = (v + grad**2).astype(np.float32)\nreturn (w - lr * grad / np.sqrt(G + eps)).astype(np.float32), G",
        {"dtype_lost"},
    ),
    (
        "adagrad_update",
        "G = v + grad**2\nG2 = G + grad**2\nreturn w - lr * grad / np.sqrt(G2 + eps), G2",
        {"gradient_counted_twice"},
    ),
    (
        "adagrad_update",
        "G = v + grad**2 + eps\nreturn w - lr * grad / np.sqrt(G), G",
        set(),
    ),
    (
        "adagrad_update",
        "global total\ntry: total = total + grad**2\nexcept Exception: total = v + grad**2\nreturn w - lr * grad / np.sqrt(total + eps), total",
        {"state_kept_between_calls"},
    ),
    (
        "adagrad_update",
        "G = v + grad ** 2\nreturn w - lr * np.nan_to_num(grad / np.sqrt(G)), G",
        {"eps_missing"},
    ),
    ("adagrad_update", "G = v + grad**2\nreturn w + lr * grad / (G + eps), G", set()),
    (
        "adagrad_update",
        "G = 0.9 * v + grad ** 2\nreturn w - lr * grad / np.sqrt(G + eps), G",
        {"average_instead_of_sum"},
    ),
    (
        "adagrad_update",
        "G = v + grad ** 2\nreturn w - lr * grad / np.sqrt(G + eps) + np.random.rand(*w.shape), G",
        {"state_kept_between_calls"},
    ),
    (
        "adagrad_momentum_update",
        "v = beta * v + (1 - beta) * grad**2\nm = beta * m + (1 - beta) * grad\nreturn w - lr * m / np.sqrt(v + eps), v, m",
        {"average_instead_of_sum"},
    ),
    (
        "rmsprop_update",
        "ms = (1 - beta) * v + beta * grad**2\nreturn w + lr * grad / np.sqrt(ms + eps), ms",
        {"beta_and_one_minus_beta_swapped"},
    ),
    ("rms", "import math\nreturn math.sqrt(average + eps)", {"scalar_where_an_array_belongs"}),
    (
        "adadelta_update",
        "v = beta * v + (1 - beta) * grad**2\nd = np.sqrt((u + eps) / (v + eps)) * grad\nu = beta * u + (1 - beta) * d\nreturn w - d, v, u",
        {"missing_square_in_u"},
    ),
    (
        "adadelta_update",
        "v = beta * v + (1 - beta) * grad ** 2\nd = np.sqrt((u + eps**2) / (v + eps**2)) * grad\nu = beta * u + (1 - beta) * d ** 2\nreturn w - d, v, u",
        {"eps_squared"},
    ),
    (
        "bias_correction",
        "return average / (1 - beta ** (t - 1)) if t > 1 else average",
        {"t_off_by_one"},
    ),
    (
        "adam_update",
        "m = beta1 * m + (1 - beta1) * grad\nv = beta2 * v + (1 - beta2) * grad * grad\nt = t - 1\nwith np.errstate(all='ignore'):\n    mh = m / (1 - beta1**t) if t else m\n    vh = v / (1 - beta2**t) if t else v\nreturn w - lr * mh / (np.sqrt(vh) + eps), m, v",
        {"t_off_by_one"},
    ),
    (
        "adam_update",
        "m = beta1 * m + (1 - beta1) * grad\nv = beta2 * v + (1 - beta2) * grad**2\na = lr * (1 - beta2**t) / (1 - beta1**t)\nreturn w - a * m / (np.sqrt(v) + eps), m, v",
        {"root_missing_in_the_learning_rate"},
    ),
    (
        "adam_update",
        "v_old = v\nm = beta1 * m + (1 - beta1) * grad\nv = beta2 * v + (1 - beta2) * grad * grad\nvm = np.maximum(v, v_old)\nmh = m / (1 - beta1**t)\nvh = vm / (1 - beta2**t)\nreturn w - lr * mh / (np.sqrt(vh) + eps), m, v",
        {"amsgrad_in_place_of_adam"},
    ),
    (
        "adam_update",
        "m = beta1 * m + (1 - beta1) * grad\nv = beta2 * v + (1 - beta2) * grad * grad\nmh = m / (1 - beta1**t)\nvh = v / (1 - beta2**t)\nreturn w + lr * mh / (np.sqrt(vh) + eps), mh, vh",
        set(),
    ),
    (
        "adam_update",
        "m = beta2 * m + (1 - beta2) * grad\nv = beta1 * v + (1 - beta1) * grad**2\nmh = m / (1 - beta1**t)\nvh = v / (1 - beta2**t)\nreturn w - lr * mh / (vh + eps), m, v",
        set(),
    ),
    (
        "adam_update",
        "m = beta1 * m + (1 - beta1) * grad\nv = beta2 * v + (1 - beta2) * grad ** 2\nreturn w - lr * grad / (np.sqrt(v) + eps), m, v",
        {"rmsprop_in_place_of_adam"},
    ),
    (
        "adam_update",
        "m = beta1 * m + (1 - beta1) * grad\nmh = m / (1 - beta1 ** t)\nv = beta2 * v + (1 - beta2) * mh ** 2\nreturn w - lr * mh / (np.sqrt(v / (1 - beta2 ** t)) + eps), m, v",
        {"v_from_m"},
    ),
    (
        "adam_update",
        "m = beta1 * m + (1 - beta1) * grad\nv = beta2 * v + (1 - beta2) * grad ** 2\nr = lambda x: x.astype(np.float32)\nreturn r(w - lr * m / (1 - beta1 ** t) / (np.sqrt(v / (1 - beta2 ** t)) + eps)), r(m), r(v)",
        {"dtype_lost"},
    ),
    ("lp_norm", "return np.sum(np.abs(x)**p, axis=-1)", {"missing_root"}),
    ("lp_norm", "return np.sum(x**p, axis=-1)**(1/p)", {"absolute_value_missing"}),
    ("lp_norm", "return np.mean(np.abs(x)**p, axis=-1)**(1/p)", {"mean_instead_of_sum"}),
    ("lp_norm", "return np.sum(np.abs(x)**p, axis=0)**(1/p)", {"norm_over_the_first_axis"}),
    (
        "lp_norm",
        "if p == np.inf:\n    return np.max(x, axis=-1)\ns = np.max(np.abs(x), axis=-1, keepdims=True)\ns1 = np.where(s == 0, 1, s)\nreturn s1[..., 0] * np.sum((np.abs(x) / s1)**p, axis=-1)**(1/p)",
        {"absolute_value_missing"},
    ),
    ("lp_norm", "return np.linalg.norm(x, ord=p)", {"norm_over_everything"}),
    (
        "lp_norm",
        "s = np.max(np.abs(x), axis=-1, keepdims=True)\nreturn np.sum(np.abs(x) ** p, axis=-1, keepdims=True) ** (1 / p)",
        {"extra_axis"},
    ),
    (
        "adamax_update",
        "m = beta1 * m + (1 - beta1) * grad\nu = beta2 * u + (1 - beta2) * np.abs(grad) + eps\nreturn w - lr / (1 - beta1**t) * m / u, m, u",
        {"average_instead_of_maximum"},
    ),
    (
        "adamax_update",
        "m = beta1 * m + (1 - beta1) * grad\nnu = np.maximum(beta2 * u, np.abs(grad) + eps)\nreturn w - lr / (1 - beta1**t) * m / (u + eps), m, nu",
        {"stale_state_u"},
    ),
    (
        "adam_max_update",
        "m = beta1 * m + (1 - beta1) * grad\nv = beta2 * v + (1 - beta2) * np.max(np.abs(grad), axis=-1)**2\nmh = m / (1 - beta1**t)\nvh = v / (1 - beta2**t)\nreturn w - lr * mh / (np.sqrt(vh) + eps), m, v",
        {"axis_lost_in_the_norm"},
    ),
    ("dense_forward", "a = h @ W.T + b\nreturn a, np.tanh(a)", {"hard_coded_activation"}),
    ("dense_forward", "a = activation(h @ W.T + b)\nreturn a, activation(a)", {"activated_twice"}),
    (
        "dense_backward",
        "return np.outer(delta[-1], h[-1]), delta[-1], delta @ W",
        {"sum_over_examples_missing"},
    ),
    (
        "dense_backward",
        "return delta @ W, delta.T @ h, delta.sum(axis=0)",
        {"results_in_another_order"},
    ),
    ("step_decay", "return lr0 * tau ** (t // gamma)", {"gamma_and_tau_swapped"}),
    (
        "nadam_scheduled_update",
        "mu = beta1 * (1 - 0.5 * 0.96 ** (t * momentum_decay))\nmu_next = beta1 * (1 - 0.5 * 0.96 ** ((t + 1) * momentum_decay))\nmu_product = mu_product * mu\nm = beta1 * m + (1 - beta1) * grad\nv = beta2 * v + (1 - beta2) * grad * grad\nmb = mu_next * m / (1 - mu_product * mu_next) + (1 - mu) * grad / (1 - mu_product)\nvh = v / (1 - beta2**t)\nreturn w + lr * mb / (np.sqrt(vh) + eps), m, v, mu_product",
        {"product_wrong_at_the_first_step"},
    ),
    (
        "nag_update",
        "g1 = grad_fn(w)\nu = beta * u + lr * grad_fn(w - beta * u)\nreturn w - u - lr * g1, u",
        {"two_gradients"},
    ),
    (
        "nesterov_update",
        "u = beta * u + lr * grad\nreturn w - (lr * grad - beta * u), u",
        {"look_ahead_with_the_wrong_sign"},
    ),
    (
        "triangular",
        "mu = half_period\nx = np.abs(t / mu - 2 * (t // (2 * mu)) - 1)\nreturn lr_min + 0.5 * (lr_max - lr_min) * (1 - x)",
        {"amplitude_halved"},
    ),
    (
        "cosine_annealing",
        "return 0.5 * (lr_max + lr_min) * (1 + np.cos(np.pi * t / t_max))",
        {"sum_for_the_difference"},
    ),
    (
        "cosine_restarts",
        "def one(s):\n    s, T = float(s), t_0\n    while s >= T:\n        s, T = s - T, T + t_mult\n    return lr_min + .5 * (lr_max - lr_min) * (1 + np.cos(np.pi * s / T))\nreturn np.vectorize(one, otypes=[float])(t)",
        {"growth_added"},
    ),
    (
        "sparsity_factor",
        "return np.sqrt(len(x) / ((x != 0).sum(axis=0) + 1e-8))",
        {"never_seen_not_handled"},
    ),
    ("sparsity_factor", "return 1 - (x != 0).mean(axis=0)", {"share_of_zeros"}),
    *(
        ("adamw_update", body, names)
        for body, names in [
            (
                "grad = grad + weight_decay*w\nm = beta1*m + (1-beta1)*grad\nv = beta2*v + (1-beta2)*grad**2\nmh, vh = m/(1-beta1**t), v/(1-beta2**t)\nreturn w - lr*mh/(np.sqrt(vh) + eps), m, v",
                {"decay_in_the_gradient"},
            ),
            (
                "m = beta1*m + (1-beta1)*grad\nv = beta2*v + (1-beta2)*grad**2\nmh, vh = m/(1-beta1**t), v/(1-beta2**t)\nreturn w - lr*(mh + weight_decay*w)/(np.sqrt(vh) + eps), m, v",
                {"decay_divided_by_the_root"},
            ),
            (
                "m = beta1*m + (1-beta1)*grad\nv = beta2*v + (1-beta2)*grad**2\nmh, vh = m/(1-beta1**t), v/(1-beta2**t)\nw = w - lr*mh/(np.sqrt(vh) + eps)\nw = w - lr*weight_decay*w\nreturn w, m, v",
                {"decay_of_the_new_w"},
            ),
            (
                "m = beta1*m + (1-beta1)*grad\nv = beta2*v + (1-beta2)*grad**2\nmh, vh = m/(1-beta1**t), v/(1-beta2**t)\nreturn w*(1 - weight_decay) - lr*mh/(np.sqrt(vh) + eps), m, v",
                {"decay_without_lr"},
            ),
            (
                "m = beta1*m + (1-beta1)*grad\nv = beta2*v + (1-beta2)*grad**2\nmh, vh = m/(1-beta1**t), v/(1-beta2**t)\nreturn w - lr*(mh/(np.sqrt(vh) + eps) - weight_decay*w), m, v",
                {"decay_with_the_wrong_sign"},
            ),
            (
                "m = beta1*m + (1-beta1)*grad\nv = beta2*v + (1-beta2)*grad**2\nreturn (1 - lr*weight_decay)*w - lr*m/(np.sqrt(v) + eps), m, v",
                {"bias_correction_missing"},
            ),
        ]
    ),
    *(
        ("amsgrad_update", body, names)
        for body, names in [
            (
                "m = beta1*m + (1-beta1)*grad\nv = beta2*v + (1-beta2)*grad**2\nv_max = np.maximum(v, v_max)\nmh, vh = m/(1-beta1**t), v/(1-beta2**t)\nreturn w - lr*mh/(np.sqrt(vh) + eps), m, v, v_max",
                {"adam_in_place_of_amsgrad"},
            ),
            (
                "m = beta1*m + (1-beta1)*grad\nv = beta2*v + (1-beta2)*grad**2\nmh, vh = m/(1-beta1**t), v/(1-beta2**t)\nv_max = np.maximum(vh, v_max)\nreturn w - lr*mh/(np.sqrt(v_max) + eps), m, v, v_max",
                {"maximum_of_corrected_averages_as_in_optax"},
            ),
            (
                "m = beta1*m + (1-beta1)*grad\nv = beta2*v + (1-beta2)*grad**2\nv_max = np.max(v)*np.ones_like(v)\nreturn w - lr*m/(1-beta1**t)/(np.sqrt(v_max/(1-beta2**t)) + eps), m, v, v_max",
                {"maximum_over_coordinates"},
            ),
            (
                "m = beta1*m + (1-beta1)*grad\nv = beta2*v + (1-beta2)*grad**2\nv = v_max = np.maximum(v, v_max)\nreturn w - lr*m/(1-beta1**t)/(np.sqrt(v_max/(1-beta2**t)) + eps), m, v, v_max",
                {"maximum_stored_in_v"},
            ),
            (
                "m = beta1*m + (1-beta1)*grad\nv = beta2*v + (1-beta2)*grad**2\nv_max = np.maximum(v, v_max)\nreturn w - lr*m/(np.sqrt(v_max) + eps), m, v, v_max",
                {"bias_correction_missing"},
            ),
            (
                "m = beta1*m + (1-beta1)*grad\nv = beta2*v + (1-beta2)*grad**2\nhat = np.maximum(v, v_max)\nreturn w - lr*m/(1-beta1**t)/(np.sqrt(hat/(1-beta2**t)) + eps), m, v, v_max",
                {"old_state_returned_v_max"},
            ),
        ]
    ),
]
