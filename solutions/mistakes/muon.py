"""Wrong Muons."""

from solutions.mistakes import slips
from solutions.mistakes.roles import FADING, handed_on, step

MOMENTUM = """
average_instead_of_sum: Is m an average or a sum that fades? The gradient enters m with the weight
        1.
    m = beta * m + (1 - beta) * grad
average_in_m_as_in_torch: This is PyTorch's form, a right Muon there, whose m is an average; the
        course's is a sum. Which does the docstring show? m ← beta · m + grad, and G = grad + beta
        · m.
    m = beta * m + (1 - beta) * grad; ahead = (1 - beta) * grad + beta * m
squared_gradient_in_m: Can m be negative? Should it be? m sums the gradients with their signs.
    m = beta * m + grad**2
    m = beta * m + np.abs(grad)
lr_in_m: Does the learning rate enter the equation of m? m sums gradients; lr stands in the step.
    m = beta * m + lr * grad
look_ahead_missing: Does the step go along m, or does it look one step ahead? G = grad + beta · m,
        with the new m.
    ahead = m
    m_before = m; ahead = grad + beta * m_before
gradient_alone: What do the gradients before this step add to the direction? G = grad + beta · m.
    ahead = grad
beta_on_the_gradient: Which of the two terms of G is multiplied by beta? The new m: G = grad +
        beta · m.
    ahead = beta * grad + m
    ahead = beta * (grad + m)
beta_missing_in_the_look_ahead: Which of the two terms of G is multiplied by beta? None of them is
        here; G = grad + beta · m.
    ahead = grad + m
average_in_the_look_ahead: What are the weights of grad and m in G? 1 and beta: G = grad + beta ·
        m.
    ahead = (1 - beta) * grad + beta * m
minus_in_the_look_ahead: Are the two terms of G added or subtracted? Added.
    ahead = grad - beta * m
direction_handed_on: What does the next step need: m, or G? m goes out; G is for this step only.
    return w, ahead
"""

LENGTH = """
not_divided_by_the_norm: How large may a singular value be before the first of the five steps? At
        most 1: G is divided by its norm.
    unit = ahead
squared_norm: Is the root taken of the sum of squares? ‖G‖ is the root of the sum of all squares.
    unit = ahead / (np.sum(ahead**2) + 1e-7)
another_norm: Which norm divides G? The Frobenius norm, of all numbers together:
        np.linalg.norm(G).
    unit = ahead / (np.linalg.norm(ahead, 2) + 1e-7)
    unit = ahead / (np.linalg.norm(ahead, 1) + 1e-7)
    unit = ahead / (np.linalg.norm(ahead, np.inf) + 1e-7)
    unit = ahead / (np.linalg.norm(ahead, "nuc") + 1e-7)
    unit = ahead / (np.abs(ahead).max() + 1e-7)
    unit = ahead / (np.abs(ahead).sum() + 1e-7)
norm_of_each_row: Is there one norm, or one for each row or column? One norm, of all numbers
        together.
    unit = ahead / (np.linalg.norm(ahead, axis=0, keepdims=True) + 1e-7)
    unit = ahead / (np.linalg.norm(ahead, axis=1, keepdims=True) + 1e-7)
norm_of_m: Which matrix is divided, and by whose norm? G by its own.
    unit = ahead / (np.linalg.norm(m) + 1e-7)
norm_of_the_gradient: Which matrix is divided, and by whose norm? G by its own.
    unit = ahead / (np.linalg.norm(grad) + 1e-7)
small_number_missing: What happens where the gradient and m are zero? 1e-7 is added to the norm.
    unit = ahead / np.linalg.norm(ahead)
another_small_number: Which number is added to the norm? 1e-7.
    unit = ahead / (np.linalg.norm(ahead) + 1e-5)
    unit = ahead / (np.linalg.norm(ahead) + 1e-6)
    unit = ahead / (np.linalg.norm(ahead) + 1e-8)
    unit = ahead / (np.linalg.norm(ahead) + 1e-12)
root_of_each_number: Is a norm one number, or is a root taken of each number? One number.
    unit = ahead / (np.sqrt(ahead**2) + 1e-7)
"""

LOOP = """
number_of_steps: How often does the loop run? Five times.
    for _ in range(5) -> for _ in range(1)
    for _ in range(5) -> for _ in range(3)
    for _ in range(5) -> for _ in range(4)
    for _ in range(5) -> for _ in range(6)
    for _ in range(5) -> for _ in range(10)
products_of_numbers: Which product is X Xᵀ: that of matrices, or of number with number? Matrices
        are multiplied with @.
    a = x @ x.T -> a = x * x; (-4.775 * a + 2.0315 * a @ a) @ x -> (-4.775 * a + 2.0315 * a * a) * x
    2.0315 * a @ a -> 2.0315 * a * a
a_from_the_wrong_side: Where does A stand in A X, and of which shape must it be? A = X Xᵀ stands
        on the left; Xᵀ X would stand on the right.
    a = x @ x.T -> a = x.T @ x
x_from_the_wrong_side: Is A multiplied with X from the left or from the right? A X, as X Xᵀ X.
    (-4.775 * a + 2.0315 * a @ a) @ x -> x @ (-4.775 * a + 2.0315 * a @ a)
transpose_missing: What is A: X times X, or X times its transpose? A = X Xᵀ.
    a = x @ x.T -> a = x @ x
signs_of_the_coefficients: Which of the three coefficients has a minus? The second one alone.
    -4.775 * a -> 4.775 * a
    + 2.0315 * a -> - 2.0315 * a
    3.4445 * x + -> -3.4445 * x +
coefficients_in_another_order: Which coefficient belongs to which power? 3.4445 to X, -4.775 to A
        X, 2.0315 to A² X.
    x = 3.4445 * x -> x = 2.0315 * x; 2.0315 * a -> 3.4445 * a
    -4.775 * a + 2.0315 * a @ a -> 2.0315 * a - 4.775 * a @ a
term_missing: How many terms has the new X? Three: X, A X and A² X.
    3.4445 * x + -> 0 * x +
    -4.775 * a + 2.0315 * a @ a -> -4.775 * a
third_power_of_a: Which power of A has the last term: p(x) has x⁵? A² X is of the fifth power in
        X.
    2.0315 * a @ a -> 2.0315 * a @ a @ a
last_factor_missing: Of which shape is X, and of which is A? Both powers of A are multiplied with
        X.
    (-4.775 * a + 2.0315 * a @ a) @ x -> (-4.775 * a + 2.0315 * a @ a)
other_coefficients: Which coefficients has the polynomial? 3.4445, -4.775 and 2.0315; these are
        those of another Newton-Schulz iteration.
    x = 3.4445 * x + (-4.775 * a + 2.0315 * a @ a) @ x -> x = 1.5 * x - 0.5 * a @ x
    3.4445 * x + (-4.775 * a + 2.0315 * a @ a) @ x -> (15 * x - (10 * a - 3 * a @ a) @ x) / 8
divided_again_in_the_loop: How often is the norm divided out? Once, before the loop.
    a = x @ x.T -> a = x @ x.T / np.sum(x**2)
loop_result_unused: Does the step use what came out of the loop? X after the five steps.
    step = unit
    step = ahead
"""

SHAPE = """
singular_values_all_one: Is the step U Vᵀ itself? Five steps bring the singular values near 1, not
        to 1: the rule is what the five steps give.
    step = (lambda u, s, vt: u @ vt)(*np.linalg.svd(ahead, full_matrices=False))
sign_of_each_number: Is the sign taken of each number? That is Lion's way; here the singular
        values are brought near 1.
    step = np.sign(ahead)
not_turned_back: Where X was transposed before the loop: what shape must the step have? That of w:
        X is transposed back.
    step = x
scale_missing: By what is the step multiplied beside lr? √max(1, rows / columns).
    w = w - lr * step
scale_without_root: Is a root taken of rows / columns? √max(1, rows / columns).
    w = w - lr * max(1, rows / columns) * step
scale_upside_down: What stands above the line in the scale, rows or columns? Rows: a tall matrix
        takes longer steps.
    w = w - lr * max(1, columns / rows) ** 0.5 * step
    w = w - lr * min(1, columns / rows) ** 0.5 * step
scale_below_one: Can the scale be less than 1? It is the root of the larger of 1 and rows /
        columns.
    w = w - lr * (rows / columns) ** 0.5 * step
    w = w - lr * min(1, rows / columns) ** 0.5 * step
scale_of_the_larger_side: Which number is under the root? max(1, rows / columns).
    w = w - lr * max(rows, columns) ** 0.5 * step
    w = w - lr * rows**0.5 * step
scaled_like_adamw_as_in_torch: This is PyTorch's adjust_lr_fn="match_rms_adamw", another scale
        than the course's. Which does the docstring show? √max(1, rows / columns).
    w = w - lr * 0.2 * max(rows, columns) ** 0.5 * step
"""

MISTAKES = {
    "muon_update": [
        *slips("m = …", FADING, s="m", b="beta", k="1", x="grad"),
        *handed_on("m", "w, m"),
        *slips("", MOMENTUM),
        *slips("", LENGTH),
        *slips("", LOOP),
        *slips("", SHAPE),
        *step("max(1, rows / columns) ** 0.5 * step"),
    ],
}
