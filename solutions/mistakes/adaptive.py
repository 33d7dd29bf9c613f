"""Wrong gradient steps, wrong layers, wrong measures of sparsity."""

from solutions.mistakes.families import lines, returned, variants

SGD = "return w - lr * grad"
SEEN = "seen = np.maximum(np.count_nonzero(x, axis=0), 1)"
FACTOR = "return np.sqrt(len(x) / seen, dtype=np.result_type(x, 1.0))"
SCALED = "return lr0 * sparsity_factor(x)"
A = "a = h @ W.T + b"
FORWARD = "return a, activation(a)"
DW, DB, DH = "dW = delta.T @ h", "db = delta.sum(axis=0)", "dh = delta @ W"

LAYER = {
    "bias_missing": (
        "What is added to W h in the equation of a?",
        "a = W h + b.",
        "h @ W.T",
    ),
    "bias_subtracted": (
        "Is b added or subtracted?",
        "a = W h + b.",
        "h @ W.T - b",
    ),
    "bias_twice": (
        "How often is b added?",
        "Once.",
        "h @ W.T + 2 * b",
    ),
    "bias_multiplied": (
        "Is b added or multiplied?",
        "a = W h + b.",
        "(h @ W.T) * b",
        "(h @ W.T) * (1 + b)",
    ),
    "weights_not_transposed": (
        "With one example a row, which axis of W meets which axis of h?",
        "Row k of a is W h⁽ᵏ⁾: all at once that is h @ W.T.",
        "h @ W + b",
    ),
    "order_of_the_product": (
        "With one example a row, is a itself a row an example?",
        "a has shape (m, n_out): h @ W.T + b.",
        "W @ h + b",
        "(W @ h.T).T * 1.0 + b[::-1]",
        "W @ h.T + b",
        "W @ h.T + b[:, None]",
    ),
    "mean_over_the_batch": (
        "Does each example have an a of its own?",
        "Nothing is averaged over the batch in the forward pass.",
        "np.mean(h, axis=0) @ W.T + b + 0 * (h @ W.T)",
        "h @ W.T / len(h) + b",
    ),
    "absolute_value_of_the_weights": (
        "Do the weights enter with their signs?",
        "a = W h + b, as they are.",
        "h @ np.abs(W).T + b",
    ),
    "activation_of_the_input": (
        "Does the layer's own activation act on its input h?",
        "h is activated already, by the layer before; this layer activates a.",
        "activation(h) @ W.T + b",
    ),
    "product_elementwise": (
        "Is W h a matrix product, or elementwise?",
        "`@` is the matrix product, `*` the elementwise one.",
        "np.sum(h, axis=1, keepdims=True) * np.sum(W, axis=1) + b",
    ),
}

BACKWARD = [
    *lines(
        DW,
        {
            "mean_instead_of_sum_in_dW": (
                "Do the sums over the batch have a factor 1/m here?",
                "A loss that is a mean has its 1/m in delta; here it is a plain sum.",
                "delta.T @ h / len(h)",
            ),
            "index_of_the_example_missing_in_dW": (
                "Which delta meets which h: each its own example's, or sums of all?",
                "For each example k, delta⁽ᵏ⁾ meets h⁽ᵏ⁾; only then comes the sum.",
                "np.outer(delta.sum(axis=0), h.sum(axis=0))",
                "np.outer(delta.sum(axis=0), h.mean(axis=0))",
                "np.outer(delta.mean(axis=0), h.mean(axis=0))",
                "np.outer(delta.sum(axis=0), h[0])",
            ),
            "one_example_only_in_dW": (
                "How many examples enter dW?",
                "All: the sum runs over k.",
                "np.outer(delta[0], h[0])",
                "np.outer(delta[-1], h[-1])",
            ),
            "transposed_dW": (
                "Which shape has W, and which has your dW?",
                "dW has the shape of W, (n_out, n_in): delta.T @ h.",
                "h.T @ delta",
            ),
            "weights_in_place_of_h_in_dW": (
                "By what is a differentiated to get dW?",
                "∂a/∂W is h, not W.",
                "delta.T @ h * W",
                "W * delta.sum(axis=0)[:, None]",
            ),
            "wrong_sign_of_dW": (
                "Is the gradient turned round here already?",
                "The minus belongs to the update rule.",
                "-delta.T @ h",
            ),
            "h_missing_in_dW": (
                "What does delta meet in the sum for dW?",
                "h⁽ᵏ⁾ of the same example.",
                "delta.sum(axis=0)[:, None] + 0 * W",
            ),
            "squared_in_dW": (
                "Do delta and h enter as they are?",
                "Without squares and absolute values.",
                "(delta**2).T @ h",
                "np.abs(delta).T @ h",
                "delta.T @ np.abs(h)",
            ),
        },
    ),
    *lines(
        DB,
        {
            "mean_instead_of_sum_in_db": (
                "Do the sums over the batch have a factor 1/m here?",
                "A loss that is a mean has its 1/m in delta; here it is a plain sum.",
                "delta.mean(axis=0)",
            ),
            "sum_over_the_wrong_axis_in_db": (
                "Over what does the sum in db run: over the examples, or over the outputs?",
                "Over the examples: axis=0.",
                "delta.sum(axis=1)",
                "delta.sum()",
                "np.full(delta.shape[1], delta.sum())",
            ),
            "sum_missing_in_db": (
                "How many numbers has db: one an output, or one an output and example?",
                "One an output: the sum over the examples.",
                "delta",
                "delta[0]",
                "delta[-1]",
            ),
            "axis_kept_in_db": (
                "Which shape has b, and which has your db?",
                "db has shape (n_out,): without keepdims.",
                "delta.sum(axis=0, keepdims=True)",
            ),
            "wrong_sign_of_db": (
                "Is the gradient turned round here already?",
                "The minus belongs to the update rule.",
                "-delta.sum(axis=0)",
            ),
            "h_in_db": (
                "What is ∂a/∂b?",
                "1: db is the sum of delta alone.",
                "(delta * h[:, :1]).sum(axis=0)",
            ),
        },
    ),
    *lines(
        DH,
        {
            "weights_transposed_in_dh": (
                "Over which index of W does the sum for dh run?",
                "Over the outputs i: delta @ W.",
                "delta @ W.T",
            ),
            "h_in_place_of_the_weights_in_dh": (
                "By what is a differentiated to get dh?",
                "∂a/∂h is W.",
                "delta.sum(axis=1, keepdims=True) * h",
                "delta @ W * h",
            ),
            "sum_over_the_batch_in_dh": (
                "Does each example have a dh of its own?",
                "Yes: no sum over the batch.",
                "delta.sum(axis=0) @ W + 0 * h",
                "delta @ W / len(h)",
                "delta.sum(axis=0) @ W",
            ),
            "wrong_sign_of_dh": (
                "Is the gradient turned round here already?",
                "The minus belongs to the update rule.",
                "-delta @ W",
            ),
            "absolute_value_in_dh": (
                "Do the weights enter with their signs?",
                "dh = Σᵢ W_ij delta_i, as they are.",
                "delta @ np.abs(W)",
                "np.abs(delta) @ W",
            ),
        },
    ),
    *variants(
        "mean_instead_of_sum",
        "Do the sums over the batch have a factor 1/m here?",
        "A loss that is a mean has its 1/m in delta; here both are plain sums.",
        [(DW, "dW = delta.T @ h / len(h)"), (DB, "db = delta.mean(axis=0)")],
        [
            (DW, "dW = delta.T @ h / len(h)"),
            (DB, "db = delta.mean(axis=0)"),
            (DH, "dh = delta @ W / len(h)"),
        ],
    ),
    *variants(
        "wrong_sign",
        "Are the gradients turned round here already?",
        "The minus belongs to the update rule.",
        [(DW, "dW = -delta.T @ h"), (DB, "db = -delta.sum(axis=0)"), (DH, "dh = -delta @ W")],
        [(DW, "dW = -delta.T @ h"), (DB, "db = -delta.sum(axis=0)")],
    ),
    *variants(
        "sum_over_examples_missing",
        "How many examples enter dW and db?",
        "All: both sums run over k.",
        [(DW, "dW = np.outer(delta[0], h[0])"), (DB, "db = delta[0]")],
        [(DW, "dW = np.outer(delta[-1], h[-1])"), (DB, "db = delta[-1]")],
    ),
]

MISTAKES = {
    "sgd_update": returned(
        SGD,
        {
            "wrong_sign": (
                "In which direction does the step go: with the gradient or against it?",
                "To descend, w moves against the gradient: there is a minus.",
                "w + lr * grad",
            ),
            "lr_missing": (
                "Where does the learning rate enter the step?",
                "The step is lr times the gradient.",
                "w - grad",
            ),
            "lr_twice": (
                "How often does the learning rate enter the step?",
                "Once.",
                "w - lr * lr * grad",
            ),
            "divided_by_lr": (
                "Should a larger learning rate make a larger step or a smaller one?",
                "lr multiplies the gradient.",
                "w - grad / lr",
            ),
            "step_returned_in_place_of_parameters": (
                "What is returned: the new parameters, or only how far they move?",
                "The new w is the old w minus the step.",
                "-lr * grad",
                "lr * grad",
            ),
            "parameters_not_updated": (
                "Does w change in a step?",
                "w comes back as it was passed in.",
                "w",
                "w.copy()",
            ),
            "parameters_shrunk_too": (
                "How does the old w enter the new one?",
                "It is not multiplied by anything.",
                "(1 - lr) * w - lr * grad",
                "lr * (w - grad)",
                "w * lr * grad",
                "w - lr * grad * w",
                "(1 - lr) * w + lr * grad",
                "w * (1 - lr * grad)",
            ),
            "sign_of_the_gradient_lost": (
                "What happens where the gradient is negative?",
                "The gradient enters with its sign.",
                "w - lr * np.abs(grad)",
                "w - lr * grad**2",
            ),
            "sign_of_the_gradient_only": (
                "Does the size of the gradient enter the step, or only its sign?",
                "The step is lr times the gradient itself.",
                "w - lr * np.sign(grad)",
            ),
            "gradient_divided_by_its_norm": (
                "Is the gradient divided by anything?",
                "The step is lr times the gradient itself.",
                "w - lr * grad / np.linalg.norm(grad)",
                "w - lr * grad / (np.linalg.norm(grad) + 1e-8)",
            ),
            "mean_over_coordinates": (
                "Does each coordinate move by its own gradient?",
                "Yes: no mean, no sum.",
                "w - lr * np.mean(grad)",
                "w - lr * np.sum(grad)",
            ),
            "gradient_missing": (
                "What gives the step its direction?",
                "The gradient.",
                "w - lr",
            ),
        },
    ),
    "sparsity_factor": [
        *lines(
            SEEN,
            {
                "never_seen_not_handled": (
                    "What is the factor of a feature that is zero in every row?",
                    "It counts as seen once: max(n_j, 1).",
                    "np.count_nonzero(x, axis=0)",
                    "np.count_nonzero(x, axis=0) + 1e-8",
                ),
                "one_added_to_the_count": (
                    "Is 1 added to the count, or is 1 its smallest value?",
                    "max(n_j, 1).",
                    "np.count_nonzero(x, axis=0) + 1",
                ),
                "counted_along_the_wrong_axis": (
                    "Are the rows counted that have a feature, or the features that a row has?",
                    "Features are columns: count along axis=0.",
                    "np.maximum(np.count_nonzero(x, axis=-1), 1)",
                ),
                "counted_over_everything": (
                    "Does each feature have a count of its own?",
                    "Count along axis=0.",
                    "np.maximum(np.count_nonzero(x), 1)",
                ),
                "zeros_counted": (
                    "Are the zeros counted, or the entries that are not zero?",
                    "n_j is the number of rows in which feature j is not zero.",
                    "np.maximum(np.count_nonzero(x == 0, axis=0), 1)",
                ),
                "sum_in_place_of_a_count": (
                    "Does it matter how large an entry is?",
                    "Only whether it is zero: n_j is a count.",
                    "np.maximum(np.sum(np.abs(x), axis=0), 1)",
                    "np.maximum(np.sum(x, axis=0), 1)",
                ),
                "negative_entries_not_counted": (
                    "Is a negative entry zero?",
                    "Every entry that is not zero counts.",
                    "np.maximum(np.count_nonzero(x > 0, axis=0), 1)",
                ),
            },
        ),
        *returned(
            FACTOR,
            {
                "missing_square_root": (
                    "By how much does the factor grow when a feature is four times as rare?",
                    "It is a square root: √(m / n).",
                    "np.asarray(len(x) / seen, dtype=np.result_type(x, 1.0))",
                ),
                "ratio_upside_down": (
                    "Is the factor of a rare feature larger or smaller than 1?",
                    "Larger: m stands above the line.",
                    "np.sqrt(seen / len(x), dtype=np.result_type(x, 1.0))",
                    "np.asarray(seen / len(x), dtype=np.result_type(x, 1.0))",
                    "np.sqrt((x != 0).mean(axis=0), dtype=np.result_type(x, 1.0))",
                    "np.mean(x != 0, axis=0, dtype=np.result_type(x, 1.0))",
                ),
                "share_of_zeros": (
                    "Is the factor a share of zeros?",
                    "It is √(m / n), at least 1.",
                    "np.asarray(1 - seen / len(x), dtype=np.result_type(x, 1.0))",
                    "np.mean(x == 0, axis=0, dtype=np.result_type(x, 1.0))",
                    "np.asarray(2 - seen / len(x), dtype=np.result_type(x, 1.0))",
                ),
                "number_of_rows_missing": (
                    "What is the factor of a feature that is always there?",
                    "1: the number of rows m stands above the line.",
                    "np.sqrt(1 / seen, dtype=np.result_type(x, 1.0))",
                ),
                "size_in_place_of_rows": (
                    "How many examples are in the batch?",
                    "m is the number of rows, len(x), not the number of entries or features.",
                    "np.sqrt(np.size(x) / seen, dtype=np.result_type(x, 1.0))",
                    "np.sqrt(np.shape(x)[-1] / seen, dtype=np.result_type(x, 1.0))",
                ),
                "root_of_the_count_only": (
                    "What stands under the root?",
                    "m / n as a whole.",
                    "np.asarray(len(x) / np.sqrt(seen), dtype=np.result_type(x, 1.0))",
                    "np.asarray(np.sqrt(len(x)) / seen, dtype=np.result_type(x, 1.0))",
                ),
                "logarithm_for_the_root": (
                    "Is it a logarithm or a root?",
                    "√(m / n).",
                    "np.log(len(x) / seen, dtype=np.result_type(x, 1.0))",
                    "1 + np.log(len(x) / seen, dtype=np.result_type(x, 1.0))",
                ),
            },
        ),
    ],
    "sparsity_scaled_lr": returned(
        SCALED,
        {
            "divided_by_the_factor": (
                "Should a rare feature have a larger learning rate or a smaller one?",
                "A larger one: lr0 times the factor.",
                "lr0 / sparsity_factor(x)",
            ),
            "lr0_missing": (
                "What is scaled by the factor?",
                "lr0.",
                "sparsity_factor(x)",
            ),
            "factor_missing": (
                "Does the learning rate depend on x?",
                "lr0 times the factor.",
                "lr0 * np.ones_like(sparsity_factor(x))",
                "lr0",
            ),
            "factor_added": (
                "Is the factor added or multiplied?",
                "A factor multiplies.",
                "lr0 + sparsity_factor(x)",
            ),
            "factor_squared": (
                "How often does the factor act?",
                "Once: lr0 times the factor.",
                "lr0 * sparsity_factor(x) ** 2",
            ),
            "lr_twice": (
                "How often does lr0 act?",
                "Once.",
                "lr0 * lr0 * sparsity_factor(x)",
            ),
            "mean_over_features": (
                "Does each feature have a learning rate of its own?",
                "Yes: one a feature.",
                "lr0 * np.mean(sparsity_factor(x))",
                "lr0 * np.max(sparsity_factor(x))",
            ),
            "root_taken_twice": (
                "How often is a root taken?",
                "The factor has its root already.",
                "lr0 * np.sqrt(sparsity_factor(x))",
            ),
            "multiplied_by_the_input": (
                "Does x itself stand in the learning rate?",
                "Only the factor that is made from it.",
                "lr0 * x",
                "lr0 * sparsity_factor(x) * x",
                "lr0 * sparsity_factor(x).T * np.mean(x, axis=0)",
            ),
            "difference_for_the_product": (
                "Is lr0 multiplied by the factor?",
                "Yes, a plain product.",
                "lr0 * (1 - sparsity_factor(x))",
                "lr0 * (1 + sparsity_factor(x))",
                "lr0 ** sparsity_factor(x)",
            ),
        },
    ),
    "dense_forward": [
        *lines(A, LAYER),
        *returned(
            FORWARD,
            {
                "activation_missing": (
                    "What is done to a before it becomes h_next?",
                    "h_next = activation(a).",
                    "a, a",
                ),
                "activated_twice": (
                    "How often is a activated?",
                    "Once.",
                    "a, activation(activation(a))",
                    "activation(a), activation(activation(a))",
                ),
                "hard_coded_activation": (
                    "Which function is applied to a: the one that is passed in?",
                    "The argument `activation` is a function: call it, activation(a).",
                    "a, np.tanh(a)",
                    "a, np.maximum(a, 0)",
                    "a, 1 / (1 + np.exp(-a))",
                ),
                "pre_activation_lost": (
                    "Which of the two results is a itself?",
                    "The first: a as it is, before the activation.",
                    "activation(a), activation(a)",
                ),
                "bias_after_the_activation": (
                    "Is b inside the activation or outside?",
                    "a = W h + b, and the activation acts on all of it.",
                    "a, activation(a - b) + b",
                    "a - b, activation(a - b) + b",
                ),
                "input_activated_in_place_of_a": (
                    "What does the activation act on?",
                    "On a.",
                    "a, activation(h)",
                    "a, activation(W) @ np.ones(W.shape[1]) + 0 * a",
                ),
                "bias_added_again": (
                    "How often is b added?",
                    "Once, in a.",
                    "a, activation(a + b)",
                ),
                "input_added": (
                    "Does h_next hold anything but the activated a?",
                    "h_next = activation(a).",
                    "a, activation(a) * a",
                    "a, a - activation(a)",
                ),
                "wrong_sign": (
                    "Which sign has a inside the activation?",
                    "activation(a), as it is.",
                    "a, activation(-a)",
                    "a, -activation(a)",
                ),
            },
        ),
    ],
    "dense_backward": BACKWARD,
}
