"""Loss surfaces have right gradients and minima, and data the sparsity that was asked for."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

from course_lib import problems
from course_lib.problems import (
    beale,
    load_definitions,
    logistic,
    noisy_plateau,
    quadratic,
    rosenbrock,
    saddle,
    some_of,
    sparse_features,
    with_noise,
)

SURFACES = [
    quadratic(1),
    quadratic(535),
    quadratic(100, angle=np.pi / 4),
    rosenbrock(),
    beale(),
    saddle(),
    noisy_plateau(),
    noisy_plateau(roughness=0.0),
    noisy_plateau(roughness=0.9, seed=3),
]
every_surface = pytest.mark.parametrize("problem", SURFACES, ids=lambda problem: problem.name)


def inside(window, count, seed=0):
    left, right, bottom, top = window
    return np.random.default_rng(seed).uniform((left, bottom), (right, top), (count, 2))


def differences(loss, w, step=1e-5):
    """Central differences of fourth order."""
    columns = []
    for e in np.eye(w.shape[-1]) * step:
        columns.append(
            (loss(w - 2 * e) - 8 * loss(w - e) + 8 * loss(w + e) - loss(w + 2 * e)) / (12 * step)
        )
    return np.stack(columns, axis=-1)


@every_surface
def test_gradient_agrees_with_finite_differences(problem):
    w = inside(problem.window, 50)
    expected = differences(problem.loss, w)
    error = np.linalg.norm(problem.grad(w) - expected, axis=-1)
    # Rounding of the loss itself limits what differences can show.
    allowed = 1e-7 * np.linalg.norm(expected, axis=-1) + 1e-10 * (1 + problem.loss(w))
    assert np.all(error <= allowed)


@every_surface
def test_nothing_in_the_window_is_lower_than_the_minimum(problem):
    np.testing.assert_allclose(problem.grad(problem.minimum), 0, atol=1e-14)
    lowest = problem.loss(problem.minimum)
    left, right, bottom, top = problem.window
    grid = np.stack(np.meshgrid(np.linspace(left, right, 400), np.linspace(bottom, top, 400)), -1)
    assert problem.loss(grid).min() >= lowest - 1e-15
    near = problem.minimum + 1e-3 * inside((-1, 1, -1, 1), 100)
    assert np.all(problem.loss(near) > lowest)


@every_surface
def test_start_and_minimum_are_in_view_and_apart(problem):
    left, right, bottom, top = problem.window
    for point in (problem.start, problem.minimum):
        assert left < point[0] < right
        assert bottom < point[1] < top
    assert problem.loss(problem.start) > problem.loss(problem.minimum) + 0.1


@every_surface
def test_batches_of_points_give_what_single_points_give(problem):
    batch = inside(problem.window, 12).reshape(3, 4, 2)
    losses, grads = problem.loss(batch), problem.grad(batch)
    assert losses.shape == (3, 4)
    assert grads.shape == (3, 4, 2)
    for i in np.ndindex(3, 4):
        np.testing.assert_allclose(losses[i], problem.loss(batch[i]), rtol=1e-13)
        np.testing.assert_allclose(grads[i], problem.grad(batch[i]), rtol=1e-11, atol=1e-13)


def test_known_values():
    """From the papers: Rosenbrock 24.2 at (−1.2, 1), Beale 14.203125 at (1, 1)."""
    np.testing.assert_allclose(rosenbrock().loss(np.array([-1.2, 1.0])), 24.2, rtol=1e-14)
    assert beale().loss(np.array([1.0, 1.0])) == 14.203125
    for problem in (quadratic(9, 0.5), rosenbrock(), beale(), noisy_plateau()):
        assert problem.loss(problem.minimum) == 0.0
    assert saddle().loss(np.zeros(2)) == 0.0
    assert saddle().loss(np.array([0.0, -1.0])) == saddle().loss(np.array([0.0, 1.0])) == -0.25


@pytest.mark.parametrize("angle", [0, 0.3, np.pi / 4, 2])
def test_a_quadratic_has_the_curvatures_asked_for(angle):
    problem = quadratic(50, angle)
    A = problem.grad(np.eye(2))
    np.testing.assert_allclose(np.linalg.eigvalsh(A), [1, 50], rtol=1e-12)
    along = np.array([np.cos(angle), np.sin(angle)])
    np.testing.assert_allclose(A @ along, along, atol=1e-13)


def test_only_the_quadratic_that_is_not_turned_is_separable():
    w = np.array([1.0, 0.0])
    assert quadratic(50).grad(w)[1] == 0
    assert abs(quadratic(50, np.pi / 4).grad(w)[1]) > 1


def test_the_saddle_holds_who_comes_straight():
    g = saddle().grad(np.array([[-1.0, 0.0], [-1.0, 1e-3]]))
    assert g[0, 1] == 0
    assert g[1, 1] < 0


def test_the_plateau_is_flat_far_out_and_rough_everywhere():
    smooth, rough = noisy_plateau(roughness=0.0), noisy_plateau()
    far, near = np.array([4.0, 0.0]), np.array([0.6, 0.0])
    assert np.linalg.norm(smooth.grad(far)) < 0.05 * np.linalg.norm(smooth.grad(near))
    line = np.stack([np.linspace(-4.5, 4.5, 2000), np.full(2000, 3.0)], -1)
    turns = np.count_nonzero(np.diff(np.sign(np.diff(rough.loss(line)))))
    assert turns >= 10
    assert np.array_equal(noisy_plateau(seed=1).loss(line), noisy_plateau(seed=1).loss(line))
    assert not np.array_equal(noisy_plateau(seed=1).loss(line), noisy_plateau(seed=2).loss(line))


def test_noise_is_the_same_for_every_rule_and_new_in_every_step():
    problem = with_noise(quadratic(10), 0.5, seed=4)
    w = np.zeros((20000, 2))
    noise = problem.step_grad(w, 3)
    np.testing.assert_allclose(noise.std(), 0.5, rtol=0.02)
    np.testing.assert_allclose(noise.mean(), 0, atol=0.01)
    assert np.array_equal(noise, problem.step_grad(w, 3))
    assert not np.array_equal(noise, problem.step_grad(w, 4))
    assert np.array_equal(problem.grad(w), quadratic(10).grad(w))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: quadratic(0.5), "condition_number is at least 1, not 0.5"),
        (lambda: quadratic(np.nan), "condition_number"),
        (lambda: noisy_plateau(roughness=1.0), r"roughness lies in \[0, 1\), not 1.0"),
        (lambda: sparse_features([0.5, 1.5]), r"one chance in \[0, 1\] a feature"),
        (lambda: sparse_features(0.5), r"one chance in \[0, 1\] a feature"),
    ],
)
def test_misuse_is_told(make, message):
    with pytest.raises(ValueError, match=message):
        make()


# Data


def test_sparse_features_are_as_sparse_as_asked():
    sparsity = [0.0, 0.5, 0.9, 0.99, 1.0]
    data = sparse_features(sparsity, examples=20000, seed=1)
    for x in (data.x_train, data.x_test):
        assert x.shape == (20000, 5)
        zeros = (x == 0).mean(axis=0)
        np.testing.assert_allclose(zeros, sparsity, atol=0.01)
        assert zeros[0] == 0
        assert zeros[4] == 1
    seen = data.x_train[:, 2][data.x_train[:, 2] != 0]
    np.testing.assert_allclose([seen.mean(), seen.std()], [0, 1], atol=0.1)
    assert set(data.y_train) == {0, 1}
    assert len(data.features) == 5


def test_sparse_features_are_seeded_and_thin_out_smoothly():
    dense = sparse_features([0.0, 0.3], seed=2)
    thinner = sparse_features([0.0, 0.6], seed=2)
    assert np.array_equal(dense.x_train, sparse_features([0.0, 0.3], seed=2).x_train)
    kept = thinner.x_train[:, 1] != 0
    assert np.array_equal(dense.x_train[kept, 1], thinner.x_train[kept, 1])
    assert 0 < kept.sum() < np.count_nonzero(dense.x_train[:, 1])
    assert not np.array_equal(dense.x_train, sparse_features([0.0, 0.3], seed=3).x_train)


def test_each_feature_has_the_same_say():
    """The log odds are 2 x₁ − 2 x₂: among examples of one sign the share of ones says so."""
    data = sparse_features([0.0, 0.0], examples=20000, seed=5)
    a = 2 * data.x_train[:, 0] - 2 * data.x_train[:, 1]
    for low, high in ((-3, -2), (-0.5, 0.5), (2, 3)):
        there = (a > low) & (a < high)
        expected = np.mean(1 / (1 + np.exp(-a[there])))
        np.testing.assert_allclose(data.y_train[there].mean(), expected, atol=0.03)


@pytest.mark.parametrize("batch_size", [None, 1, 16])
def test_logistic_regression_has_the_gradient_of_its_loss(batch_size):
    problem = logistic(sparse_features([0, 0.5, 0.9], examples=200), batch_size=batch_size, seed=3)
    w = np.random.default_rng(0).normal(size=(5, 3))
    np.testing.assert_allclose(
        problem.grad(w), differences(problem.loss, w, 1e-3), rtol=1e-7, atol=1e-9
    )
    assert problem.loss(np.zeros(3)) == pytest.approx(np.log(2), rel=1e-15)
    if batch_size is None:
        assert problem.step_grad is None
    else:
        steps = np.stack([problem.step_grad(w, t) for t in range(4000)])
        spread = steps.std(axis=0) / np.sqrt(len(steps))
        assert np.all(np.abs(steps.mean(axis=0) - problem.grad(w)) <= 5 * spread)
        assert np.array_equal(steps[7], problem.step_grad(w, 7))


def test_one_example_gives_no_gradient_where_its_feature_is_zero():
    data = sparse_features([0, 0.9], examples=500)
    problem = logistic(data, batch_size=1)
    grads = np.stack([problem.step_grad(np.zeros(2), t) for t in range(1000)])
    assert np.all(grads[:, 0] != 0)
    np.testing.assert_allclose((grads[:, 1] == 0).mean(), 0.9, atol=0.03)


def test_definitions_are_naturally_sparse():
    data = load_definitions()
    assert data.classes == ["animal", "artifact", "food", "location", "plant", "substance"]
    assert data.x_train.shape == (2700, len(data.features))
    assert data.x_test.shape == (900, len(data.features))
    assert np.bincount(np.concatenate([data.y_train, data.y_test])).tolist() == [600] * 6
    words = data.x_train.sum(axis=1)
    assert 5 < words.mean() < 15
    occurs = data.x_train.sum(axis=0)
    # A few words are everywhere, half of them in fewer than 1 definition in 400.
    assert data.features[np.argmax(occurs)] in {"a", "of"}
    assert occurs.max() > 1000
    assert np.median(occurs) < 2700 / 400
    assert occurs.min() >= 1


def test_some_of_keeps_the_classes_in_the_order_asked_for_and_the_most_frequent_features():
    data = load_definitions()
    part = some_of(data, ["plant", "animal"], 40)
    assert (part.classes, set(part.y_train)) == (["plant", "animal"], {0, 1})
    is_plant = data.y_train == list(data.classes).index("plant")
    is_animal = data.y_train == list(data.classes).index("animal")
    assert len(part.y_train) == np.count_nonzero(is_plant | is_animal)
    column = list(data.features).index("genus")
    ours = part.features.index("genus")
    assert part.x_train[part.y_train == 0, ours].sum() == data.x_train[is_plant, column].sum()
    often = data.x_train[is_plant | is_animal].sum(axis=0)
    rest = np.isin(data.features, part.features, invert=True)
    assert often[~rest].min() >= often[rest].max()
    assert part.x_test.shape[1] == len(part.features) == 40


def test_some_of_names_a_class_that_is_not_there():
    with pytest.raises(ValueError, match="^some_of: no class mineral in definitions$"):
        some_of(load_definitions(), ["animal", "mineral"], 10)


def test_definitions_read_as_written():
    """The first line of the file, by eye."""
    path = Path(problems.__file__).parent / "data" / "definitions.tsv"
    topic, _, definition = path.read_text().splitlines()[0].split("\t")
    data = load_definitions()
    assert data.classes[data.y_train[0]] == topic
    present = {word for word, there in zip(data.features, data.x_train[0], strict=True) if there}
    written = set("".join(c if c.isalpha() else " " for c in definition.lower()).split())
    assert present <= written
    assert len(present) >= len(written) // 2


def test_definitions_are_the_file_that_the_readme_describes():
    folder = Path(problems.__file__).parent / "data"
    content = (folder / "definitions.tsv").read_bytes()
    assert len(content) < 1_000_000
    readme = (folder / "README.md").read_text()
    assert hashlib.sha256(content).hexdigest() in readme
    assert "WordNet 3.0 Copyright 2006 by Princeton University" in readme
