"""Wrong gradient steps, wrong layers, wrong measures of sparsity."""

from solutions.mistakes import slips
from solutions.mistakes.roles import handed_on, move, stale, step, velocity

SGD = """
sign_of_the_gradient_lost: What happens where the gradient is negative? The gradient enters with its
        sign.
    w - lr * np.abs(grad)
    w - lr * grad**2
sign_of_the_gradient_only: Does the size of the gradient enter the step, or only its sign? The step
        is lr times the gradient itself.
    w - lr * np.sign(grad)
gradient_divided_by_its_norm: Is the gradient divided by anything? The step is lr times the gradient
        itself.
    w - lr * grad / np.linalg.norm(grad)
    w - lr * grad / (np.linalg.norm(grad) + 1e-8)
mean_over_coordinates: Does each coordinate move by its own gradient? Yes: no mean, no sum.
    w - lr * np.mean(grad)
    w - lr * np.sum(grad)
gradient_missing: What gives the step its direction? The gradient.
    w - lr
"""

MOMENTUM = """
velocity_missing_in_the_step: How far does w move: by this step's gradient alone, or by the whole
        velocity? By u, which holds this gradient and those before.
    w = w - lr * grad
lr_twice: How often does the learning rate act? lr stands inside u already; the step is u itself.
    w = w - lr * u
beta_twice: How far does w move: by u, or by a share of it? By u; its decay is in the equation of u.
    w = w - beta * u
gradient_counted_twice: How often does this step's gradient enter the step? Once: it is in u
        already.
    w = w - u - lr * grad
    w = w - (u + grad)
look_ahead_added: This is Nesterov's step, which looks ahead. By what does w move in plain momentum?
        By u itself.
    w = w - (beta * u + lr * grad)
lr_outside_u_as_in_torch: This is PyTorch's form, which keeps lr outside the velocity; in the course
        lr stands inside u. Which does the docstring show? u = beta u + lr grad, and the step is u.
    u = beta * u + grad; w = w - lr * u
velocity_with_the_opposite_sign_as_in_keras: This is Keras's form, which keeps the velocity with a
        minus; the course adds lr grad to u and subtracts in the step. Which does the docstring
        show? u = beta u + lr grad, and the step is w - u.
    u = beta * u - lr * grad; w = w + u
lr_outside_an_average: Is u an average of gradients, or a sum of steps that fades? A sum: lr grad
        enters whole, and the step is u.
    u = beta * u + (1 - beta) * grad; w = w - lr * u
mean_over_coordinates: Does each coordinate have a velocity of its own? Yes: no mean, no sum.
    u = beta * u + lr * np.mean(grad)
    u = beta * u + lr * np.sum(grad)
parameters_in_place_of_gradient: What drives the velocity: the gradient, or w itself? w does not
        stand in the equation of u.
    u = beta * u + lr * w
"""

FACTOR = """
never_seen_not_handled: What is the factor of a feature that is zero in every row? It counts as seen
        once: max(n_j, 1).
    seen = np.count_nonzero(x, axis=0)
    seen = np.count_nonzero(x, axis=0) + 1e-8
one_added_to_the_count: Is 1 added to the count, or is 1 its smallest value? max(n_j, 1).
    seen = np.count_nonzero(x, axis=0) + 1
counted_along_the_wrong_axis: Are the rows counted that have a feature, or the features that a row
        has? Features are columns: count along axis=0.
    seen = np.maximum(np.count_nonzero(x, axis=-1), 1)
counted_over_everything: Does each feature have a count of its own? Count along axis=0.
    seen = np.maximum(np.count_nonzero(x), 1)
zeros_counted: Are the zeros counted, or the entries that are not zero? n_j is the number of rows in
        which feature j is not zero.
    seen = np.maximum(np.count_nonzero(x == 0, axis=0), 1)
sum_in_place_of_a_count: Does it matter how large an entry is? Only whether it is zero: n_j is a
        count.
    seen = np.maximum(np.sum(np.abs(x), axis=0), 1)
    seen = np.maximum(np.sum(x, axis=0), 1)
negative_entries_not_counted: Is a negative entry zero? Every entry that is not zero counts.
    seen = np.maximum(np.count_nonzero(x > 0, axis=0), 1)
missing_square_root: By how much does the factor grow when a feature is four times as rare? It is a
        square root: √(m / n).
    return np.asarray(len(x) / seen, dtype=np.result_type(x, 1.0))
ratio_upside_down: Is the factor of a rare feature larger or smaller than 1? Larger: m stands above
        the line.
    return np.sqrt(seen / len(x), dtype=np.result_type(x, 1.0))
    return np.asarray(seen / len(x), dtype=np.result_type(x, 1.0))
    return np.sqrt((x != 0).mean(axis=0), dtype=np.result_type(x, 1.0))
    return np.mean(x != 0, axis=0, dtype=np.result_type(x, 1.0))
share_of_zeros: Is the factor a share of zeros? It is √(m / n), at least 1.
    return np.asarray(1 - seen / len(x), dtype=np.result_type(x, 1.0))
    return np.mean(x == 0, axis=0, dtype=np.result_type(x, 1.0))
    return np.asarray(2 - seen / len(x), dtype=np.result_type(x, 1.0))
number_of_rows_missing: What is the factor of a feature that is always there? 1: the number of rows
        m stands above the line.
    return np.sqrt(1 / seen, dtype=np.result_type(x, 1.0))
size_in_place_of_rows: How many examples are in the batch? m is the number of rows, len(x), not the
        number of entries or features.
    return np.sqrt(np.size(x) / seen, dtype=np.result_type(x, 1.0))
    return np.sqrt(np.shape(x)[-1] / seen, dtype=np.result_type(x, 1.0))
root_of_the_count_only: What stands under the root? m / n as a whole.
    return np.asarray(len(x) / np.sqrt(seen), dtype=np.result_type(x, 1.0))
    return np.asarray(np.sqrt(len(x)) / seen, dtype=np.result_type(x, 1.0))
logarithm_for_the_root: Is it a logarithm or a root? √(m / n).
    return np.log(len(x) / seen, dtype=np.result_type(x, 1.0))
    return 1 + np.log(len(x) / seen, dtype=np.result_type(x, 1.0))
"""

SCALED = """
divided_by_the_factor: Should a rare feature have a larger learning rate or a smaller one? A larger
        one: lr0 times the factor.
    lr0 / sparsity_factor(x)
lr0_missing: What is scaled by the factor? lr0.
    sparsity_factor(x)
factor_missing: Does the learning rate depend on x? lr0 times the factor.
    lr0 * np.ones_like(sparsity_factor(x))
    lr0
factor_added: Is the factor added or multiplied? A factor multiplies.
    lr0 + sparsity_factor(x)
factor_squared: How often does the factor act? Once: lr0 times the factor.
    lr0 * sparsity_factor(x) ** 2
lr_twice: How often does lr0 act? Once.
    lr0 * lr0 * sparsity_factor(x)
mean_over_features: Does each feature have a learning rate of its own? Yes: one a feature.
    lr0 * np.mean(sparsity_factor(x))
    lr0 * np.max(sparsity_factor(x))
root_taken_twice: How often is a root taken? The factor has its root already.
    lr0 * np.sqrt(sparsity_factor(x))
multiplied_by_the_input: Does x itself stand in the learning rate? Only the factor that is made from
        it.
    lr0 * x
    lr0 * sparsity_factor(x) * x
    lr0 * sparsity_factor(x).T * np.mean(x, axis=0)
difference_for_the_product: Is lr0 multiplied by the factor? Yes, a plain product.
    lr0 * (1 - sparsity_factor(x))
    lr0 * (1 + sparsity_factor(x))
    lr0 ** sparsity_factor(x)
"""

FORWARD = """
bias_missing: What is added to W h in the equation of a? a = W h + b.
    a = h @ W.T
bias_subtracted: Is b added or subtracted? a = W h + b.
    a = h @ W.T - b
bias_twice: How often is b added? Once.
    a = h @ W.T + 2 * b
bias_multiplied: Is b added or multiplied? a = W h + b.
    a = (h @ W.T) * b
    a = (h @ W.T) * (1 + b)
bias_in_reverse_order: Which entry of b belongs to which output? b[i] belongs to output i.
    a = h @ W.T + b[::-1]
weights_not_transposed: With one example a row, which axis of W meets which axis of h? Row k of a is
        W h⁽ᵏ⁾: all at once that is h @ W.T.
    a = h @ W + b
order_of_the_product: With one example a row, is a itself a row an example? a has shape (m, n_out):
        h @ W.T + b.
    a = W @ h + b
    a = W @ h.T + b
    a = W @ h.T + b[:, None]
mean_over_the_batch: Does each example have an a of its own? Nothing is averaged over the batch in
        the forward pass.
    a = np.mean(h, axis=0) @ W.T + b + 0 * (h @ W.T)
    a = h @ W.T / len(h) + b
absolute_value_of_the_weights: Do the weights enter with their signs? a = W h + b, as they are.
    a = h @ np.abs(W).T + b
activation_of_the_input: Does the layer's own activation act on its input h? h is activated already,
        by the layer before; this layer activates a.
    a = activation(h) @ W.T + b
product_elementwise: Is W h a matrix product, or elementwise? `@` is the matrix product, `*` the
        elementwise one.
    a = np.sum(h, axis=1, keepdims=True) * np.sum(W, axis=1) + b
activation_missing: What is done to a before it becomes h_next? h_next = activation(a).
    return a, a
activated_twice: How often is a activated? Once.
    return a, activation(activation(a))
    return activation(a), activation(activation(a))
hard_coded_activation: Which function is applied to a: the one that is passed in? The argument
        `activation` is a function: call it, activation(a).
    return a, np.tanh(a)
    return a, np.maximum(a, 0)
    return a, 1 / (1 + np.exp(-a))
pre_activation_lost: Which of the two results is a itself? The first: a as it is, before the
        activation.
    return activation(a), activation(a)
bias_after_the_activation: Is b inside the activation or outside? a = W h + b, and the activation
        acts on all of it.
    return a, activation(a - b) + b
    return a - b, activation(a - b) + b
input_activated_in_place_of_a: What does the activation act on? On a.
    return a, activation(h)
    return a, activation(W) @ np.ones(W.shape[1]) + 0 * a
bias_added_again: How often is b added? Once, in a.
    return a, activation(a + b)
input_added: Does h_next hold anything but the activated a? h_next = activation(a).
    return a, activation(a) * a
    return a, a - activation(a)
wrong_sign: Which sign has a inside the activation, and which the activated a? activation(a), as it
        is.
    return a, activation(-a)
    return a, -activation(a)
"""

BACKWARD = """
mean_instead_of_sum_in_dW: Do the sums over the batch have a factor 1/m here? A loss that is a mean
        has its 1/m in delta; here it is a plain sum.
    dW = delta.T @ h / len(h)
index_of_the_example_missing_in_dW: Which delta meets which h: each its own example's, or sums of
        all? For each example k, delta⁽ᵏ⁾ meets h⁽ᵏ⁾; only then comes the sum.
    dW = np.outer(delta.sum(axis=0), h.sum(axis=0))
    dW = np.outer(delta.sum(axis=0), h.mean(axis=0))
    dW = np.outer(delta.mean(axis=0), h.mean(axis=0))
    dW = np.outer(delta.sum(axis=0), h[0])
one_example_only_in_dW: How many examples enter dW? All: the sum runs over k.
    dW = np.outer(delta[0], h[0])
    dW = np.outer(delta[-1], h[-1])
transposed_dW: Which shape has W, and which has your dW? dW has the shape of W, (n_out, n_in):
        delta.T @ h.
    dW = h.T @ delta
weights_in_place_of_h_in_dW: By what is a differentiated to get dW? ∂a/∂W is h, not W.
    dW = delta.T @ h * W
    dW = W * delta.sum(axis=0)[:, None]
wrong_sign_of_dW: Is the gradient turned round here already? The minus belongs to the update rule.
    dW = -delta.T @ h
h_missing_in_dW: What does delta meet in the sum for dW? h⁽ᵏ⁾ of the same example.
    dW = delta.sum(axis=0)[:, None] + 0 * W
squared_in_dW: Do delta and h enter as they are? Without squares and absolute values.
    dW = (delta**2).T @ h
    dW = np.abs(delta).T @ h
    dW = delta.T @ np.abs(h)
mean_instead_of_sum_in_db: Do the sums over the batch have a factor 1/m here? A loss that is a mean
        has its 1/m in delta; here it is a plain sum.
    db = delta.mean(axis=0)
sum_over_the_wrong_axis_in_db: Over what does the sum in db run: over the examples, the outputs, or
        both? Over the examples: axis=0.
    db = delta.sum(axis=1)
    db = delta.sum()
    db = np.full(delta.shape[1], delta.sum())
sum_missing_in_db: How many numbers has db: one an output, or one an output and example? One an
        output: the sum over the examples.
    db = delta
one_example_only_in_db: How many examples enter db? All: the sum runs over k.
    db = delta[0]
    db = delta[-1]
axis_kept_in_db: Which shape has b, and which has your db? db has shape (n_out,): without keepdims.
    db = delta.sum(axis=0, keepdims=True)
wrong_sign_of_db: Is the gradient turned round here already? The minus belongs to the update rule.
    db = -delta.sum(axis=0)
h_in_db: What is ∂a/∂b? 1: db is the sum of delta alone.
    db = (delta * h[:, :1]).sum(axis=0)
weights_transposed_in_dh: Over which index of W does the sum for dh run? Over the outputs i: delta @
        W.
    dh = delta @ W.T
h_in_place_of_the_weights_in_dh: Does h itself stand in dh? ∂a/∂h is W: h does not stand in it.
    dh = delta.sum(axis=1, keepdims=True) * h
    dh = delta @ W * h
sum_over_the_batch_in_dh: Does each example have a dh of its own? Yes: no sum over the batch.
    dh = delta.sum(axis=0) @ W + 0 * h
    dh = delta.sum(axis=0) @ W
mean_over_the_batch_in_dh: Is anything divided by the number of examples in dh? No: each example has
        a dh of its own, and a mean has its 1/m in delta.
    dh = delta @ W / len(h)
wrong_sign_of_dh: Is the gradient turned round here already? The minus belongs to the update rule.
    dh = -delta @ W
absolute_value_in_dh: Do the weights enter with their signs? dh = Σᵢ W_ij delta_i, as they are.
    dh = delta @ np.abs(W)
    dh = np.abs(delta) @ W
mean_instead_of_sum: Do the sums over the batch have a factor 1/m here? A loss that is a mean has
        its 1/m in delta; here both are plain sums.
    dW = delta.T @ h / len(h); db = delta.mean(axis=0)
    dW = delta.T @ h / len(h); db = delta.mean(axis=0); dh = delta @ W / len(h)
wrong_sign: Are the gradients turned round here already? The minus belongs to the update rule.
    dW = -delta.T @ h; db = -delta.sum(axis=0); dh = -delta @ W
    dW = -delta.T @ h; db = -delta.sum(axis=0)
sum_over_examples_missing: How many examples enter dW and db? All: both sums run over k.
    dW = np.outer(delta[0], h[0]); db = delta[0]
    dW = np.outer(delta[-1], h[-1]); db = delta[-1]
"""

MISTAKES = {
    "sgd_update": [*step("grad", target="return …"), *slips("return …", SGD)],
    "sgd_momentum_update": [
        *velocity("beta", "grad"),
        *move("u"),
        *stale("u", "w = w - u_before"),
        *handed_on("u", "w, u"),
        *slips("", MOMENTUM),
    ],
    "sparsity_factor": slips("", FACTOR),
    "sparsity_scaled_lr": slips("return …", SCALED),
    "dense_forward": slips("", FORWARD),
    "dense_backward": slips("", BACKWARD),
}
