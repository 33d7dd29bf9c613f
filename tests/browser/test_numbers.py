"""What a view shows is right, and stays there where no browser is."""

import base64
import io

import nbformat
import numpy as np
import pytest
from bs4 import BeautifulSoup
from lab import ROOT, course_folder
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from PIL import Image

from course_lib.instructor.authoring.presets import build_presets
from course_lib.network import Network
from course_lib.optimizer import Optimizer
from course_lib.problems import Data, load_definitions, quadratic, some_of, with_noise
from course_lib.training import descend, train
from course_lib.widgets import (
    landscape,
    memory,
    moments,
    nesterov,
    norms,
    oscillation,
    race,
    range_test,
    schedules,
    sparse_features,
    units,
)
from course_lib.widgets.presets import FOLDER
from solutions.updates.adadelta import adadelta_update
from solutions.updates.adagrad import adagrad_update
from solutions.updates.adam import adam_update, bias_correction
from solutions.updates.adamax import adamax_update, lp_norm
from solutions.updates.adaptive import sgd_update
from solutions.updates.nadam import nag_update, nesterov_update
from solutions.updates.rmsprop import rmsprop_update
from solutions.updates.schedules import (
    cosine_annealing,
    cosine_restarts,
    exponential_decay,
    step_decay,
    triangular,
    warmup_inverse_sqrt,
)

SETTINGS = {"lr": 0.5, "eps": 1e-8}


@pytest.fixture(scope="module")
def view():
    return sparse_features(adagrad_update, **SETTINGS)


def test_weights_follow_adagrad_written_out(view):
    here = view.at(rarity=1 / 20, lr=0.5)
    x, noise = here["x"], here["noise"]
    w, v = np.zeros(4), np.zeros(4)
    for t in range(300):
        error = x[t] @ w - (x[t].sum() + noise[t])
        g = error * x[t]
        v += g * g
        w = w - 0.5 * g / np.sqrt(v + 1e-8)
        assert np.allclose(here["w"][t + 1], w, rtol=1e-9, atol=1e-12)
        assert np.allclose(here["v"][t + 1], v, rtol=1e-9)


def test_plain_descent_beside_it_written_out(view):
    here = view.at(rarity=1 / 3, lr=0.125)
    x, noise = here["x"], here["noise"]
    w = np.zeros(4)
    for t in range(300):
        w = w - 0.125 * (x[t] @ w - x[t].sum() - noise[t]) * x[t]
    assert np.allclose(here["plain"][-1], w, rtol=1e-9)


def test_effective_rate_is_lr_over_root_of_v_and_stays_while_the_feature_is_away(view):
    here = view.at(rarity=1 / 20, lr=0.5)
    there = ~np.isnan(here["rate"])
    expected = 0.5 / np.sqrt(here["v"] + 1e-8)
    assert np.allclose(here["rate"][there], expected[there], rtol=1e-5)
    assert not there[:19, 3].any()  # the rare feature is there for the first time in step 19


def test_counts_are_counts(view):
    # 1 in 1: every feature, every example.
    assert view.at(rarity=1, step=300)["seen"].tolist() == [300] * 4
    assert (
        np.diff(view.at(step=300, feature="rarely")["seen"]) <= 0
    ).all()  # rarer features lose examples only


def test_buffer_holds_the_arrays_as_float32(view):
    numbers = np.frombuffer(view.data, "<f4")
    for name, array in view.arrays.items():
        place = view.spec["arrays"][name]
        sent = numbers[place["start"] : place["start"] + array.size].reshape(place["shape"])
        with np.errstate(over="ignore"):
            assert np.array_equal(sent, array.astype("f4"), equal_nan=True), name


def test_stored_curves_are_those_of_the_reference(tmp_path):
    build_presets(tmp_path)
    made = {path.name for path in tmp_path.iterdir()}
    assert made == {path.name for path in FOLDER.iterdir()}
    for name in made:
        with np.load(tmp_path / name) as new, np.load(FOLDER / name) as old:
            assert set(new) == set(old)
            for key in new:
                assert np.allclose(new[key], old[key], rtol=1e-5, equal_nan=True), (name, key)


@pytest.mark.parametrize("lr", [0, -1, np.nan, np.inf])
def test_a_learning_rate_that_is_none_is_refused_in_one_sentence(lr):
    with pytest.raises(ValueError, match="sparse_features: lr is a positive number"):
        sparse_features(adagrad_update, lr=lr, eps=1e-8)


# The landscape


@pytest.fixture(scope="module")
def ravine():
    return landscape(Optimizer(adagrad_update, **SETTINGS), Optimizer(sgd_update, lr=0.04))


def test_paths_on_the_turned_ravine_follow_adagrad_written_out(ravine):
    c = np.cos(np.radians(30))
    s = np.sin(np.radians(30))
    w, v = np.array([-4 * c - s, -4 * s + c]), np.zeros(2)
    here = ravine.at(angle=30, lr=1)
    for t in range(120):
        along, across = c * w[0] + s * w[1], -s * w[0] + c * w[1]
        loss = (along**2 + 20 * across**2) / 2
        assert np.allclose(here["w adagrad_update"][t], w, atol=1e-12)
        assert np.isclose(here["loss adagrad_update"][t], loss, atol=1e-15)
        g = np.array([c * along - 20 * s * across, s * along + 20 * c * across])
        v += g * g
        w = w - 0.5 * g / np.sqrt(v + 1e-8)


def test_plain_descent_does_not_mind_turning_and_adagrad_does(ravine):
    def steps(name, angle):
        loss = ravine.at(angle=angle, lr=1)[f"loss {name}"]
        return int(np.argmax(loss <= loss[0] / 100))

    assert [steps("sgd_update", angle) for angle in (0, 20, 45)] == [47, 47, 47]
    assert [steps("adagrad_update", angle) for angle in (0, 45)] == [32, 69]
    assert "adagrad_update 69 steps (at 0°: 32 steps)" in ravine.spec["captions"]["texts"][-5]


def test_start_point_is_taken_along_when_the_ravine_is_turned():
    view = landscape(Optimizer(sgd_update, lr=0.04), start=(3, 0))
    assert np.allclose(view.at(angle=0)["start"], (3, 0))
    assert np.allclose(view.at(angle=45)["start"], (3 / np.sqrt(2), 3 / np.sqrt(2)))
    assert np.allclose(view.at(step=0, lr=1)["w sgd_update"], view.arrays["start"])


@pytest.mark.parametrize("surface", ["Rosenbrock", "Beale", "saddle", "noisy plateau"])
def test_every_surface_has_a_start_in_its_window_and_contours(surface):
    view = landscape(Optimizer(sgd_update, lr=1e-3), surface=surface)
    plane = view.spec["rows"][1][0]
    (start,), contours = view.arrays["start"], view.arrays["contours"]
    assert plane["x"]["min"] <= start[0] <= plane["x"]["max"]
    assert plane["y"]["min"] <= start[1] <= plane["y"]["max"]
    assert len(contours) == plane["contours"]["cuts"][-1] > 100
    assert np.nanmin(view.arrays["loss sgd_update"]) > -1e-12


@pytest.mark.parametrize(
    ("optimizers", "more", "sentence"),
    [
        ([], {}, "one to four rules, not 0"),
        ([Optimizer(sgd_update, lr=1)] * 2, {}, "each rule once"),
        ([Optimizer(sgd_update, lr=1)], {"surface": "bowl"}, "surface is one of ravine, "),
    ],
)
def test_misuse_is_told_in_one_sentence(optimizers, more, sentence):
    with pytest.raises(ValueError, match=f"^landscape: .*{sentence}"):
        landscape(*optimizers, **more)


def test_a_rule_that_cannot_run_is_left_out_and_the_others_go_on():
    def broken_update(w, grad, v, *, lr):
        raise KeyError("v")

    view = landscape(Optimizer(broken_update, lr=1), Optimizer(sgd_update, lr=0.04))
    assert [name for name in view.arrays if name.startswith("w ")] == ["w sgd_update"]
    assert "broken_update stopped with KeyError" in view.spec["message"]


# Decay and memory


@pytest.fixture(scope="module")
def remembered():
    return memory(adagrad_update, rmsprop_update, lr=0.1, eps=1e-12)


def test_adagrad_s_rate_falls_like_the_root_of_time(remembered):
    rate = remembered.at(stream="always 1")["rate adagrad_update"]
    assert np.allclose(rate[[1, 10, 100]], [0.1, 0.1 / np.sqrt(10), 0.01])


def test_rmsprop_s_first_step_depends_on_the_window_and_its_rate_settles_at_lr(remembered):
    rate = remembered.at(stream="always 1")["rate rmsprop_update"]
    windows = np.array([2, 3, 5, 10, 20, 50, 100, 200])
    assert np.allclose(rate[1], 0.1 * np.sqrt(windows))
    assert np.allclose(rate[-1, :4], 0.1, rtol=1e-6)


def test_v_keeps_a_share_of_beta_for_every_step_of_age_or_everything(remembered):
    assert np.allclose(remembered.arrays["kept adagrad_update"], 1)
    kept = remembered.at(window=10)["kept rmsprop_update"]
    assert np.allclose(kept, 0.9 ** np.arange(61))


def test_only_rmsprop_recovers_after_loud_gradients(remembered):
    here = remembered.at(stream="loud, then quiet", window=10)
    adagrad, rmsprop = here["rate adagrad_update"], here["rate rmsprop_update"]
    assert adagrad[-1] / adagrad[80] == pytest.approx(1, abs=0.01)
    assert rmsprop[-1] / rmsprop[80] == pytest.approx(30, rel=0.01)  # as much as gradients fell


# The swing of RMSprop


def test_swing_is_half_the_learning_rate_whatever_the_learning_rate():
    view = oscillation(rmsprop_update, eps=1e-8)
    lr = 0.5 / np.sqrt(2) ** np.arange(12, -1, -1)
    assert np.allclose(view.arrays["lr"], lr)
    assert np.allclose(view.arrays["swing"][:3], lr / 2, rtol=1e-3)
    last = view.at(beta=0.9, lr=0.125)["scaled"][-2:]
    assert np.allclose(np.sort(last), [-0.5, 0.5], atol=1e-3)


# Adam's averages


def test_without_correction_adam_s_first_steps_are_too_long():
    here = moments(adam_update, bias_correction, lr=0.001, eps=1e-8).at(stream="always 1")
    steps = here.where(beta1=0.9, beta2=0.999)["step"]
    assert [round(float(steps[t]), 2) for t in (1, 2, 12, 100)] == [3.16, 4.25, 6.57, 3.24]
    assert steps[1:].argmax() + 1 == 12
    assert np.allclose(here["step corrected"][1:], 1, atol=1e-6)


def test_corrected_averages_of_a_constant_are_that_constant():
    here = moments(adam_update, bias_correction, lr=0.001, eps=1e-8).at(stream="always 1")
    assert np.allclose(here["m corrected"][1:], 1)
    assert np.allclose(here["v corrected"][1:], 1)
    assert np.allclose(here.where(beta1=0.9, beta2=0.9)["m"], 1 - 0.9 ** np.arange(201))


# Units


def test_adadelta_alone_keeps_its_way_when_its_eps_is_measured_in_the_weight_s_unit():
    view = units(
        Optimizer(adadelta_update, beta=0.95, eps=1e-6),
        Optimizer(sgd_update, lr=0.05),
        Optimizer(adam_update, lr=0.02, beta1=0.9, beta2=0.999, eps=1e-8),
    )
    home = {"eps": "the same number", "s": 1, "c": 1}

    def off(name, **units):
        """How far the path gets from that in the first units."""
        return abs(view.at(**home | units)[f"w {name}"] - view.at(**home)[f"w {name}"]).max()

    with_it = {"s": 0.1, "eps": "times the unit squared"}
    assert off("adadelta_update", **with_it) < 0.01 < off("adadelta_update", s=0.1)
    assert off("adam_update", **with_it) > 0.5
    assert off("sgd_update", eps="times the unit squared", c=10) > 0.5
    # The unit of the loss alone: plain descent minds, Adam and AdaDelta do not.
    assert off("adadelta_update", c=10) < 1e-3
    assert off("adam_update", c=10) < 1e-3
    assert off("sgd_update", c=10) > 0.3


# Norms


def test_unit_ball_grows_from_the_diamond_through_the_circle_to_the_square():
    hyper = {"lr": 0.1, "beta1": 0.9, "beta2": 0.99, "eps": 1e-8}
    view = norms(lp_norm, adam_update, adamax_update, **hyper)
    for p, corner, norm in ((1, 0.5, 14), (2, np.sqrt(0.5), 10), (np.inf, 1, 8)):
        assert np.allclose(view.at(p=p)["ball"][45], corner)  # at 45°
        assert view.at(p=p)["norm"] == norm
    assert np.isfinite(view.at(p=256)["naive"])
    assert np.isinf(view.at(p=512)["naive"])


def test_adamax_s_denominator_decays_by_beta_2_between_pulses_and_jumps_at_each():
    hyper = {"lr": 0.1, "beta1": 0.9, "beta2": 0.99, "eps": 0}
    view = norms(lp_norm, adam_update, adamax_update, **hyper)
    u = view.at(stream="a pulse every 20 steps")["denominator adamax_update"]
    assert np.allclose(u[1:21], 0.99 ** np.arange(20))
    assert u[21] == 1


# Nesterov's look-ahead


@pytest.fixture(scope="module")
def looking_ahead():
    return nesterov(nag_update, nesterov_update)


def test_look_ahead_points_are_the_iterates_of_the_rewritten_form(looking_ahead):
    arrays = looking_ahead.arrays
    assert np.allclose(arrays["ahead"][:, :, :5], arrays["rewritten"][:, :, :5], atol=1e-12)
    texts = looking_ahead.spec["captions"]["texts"]
    assert all("walks on the look-ahead points" in text for text in texts)


def test_arrows_of_a_step_are_momentum_and_then_the_gradient_found_there(looking_ahead):
    here = looking_ahead.at(beta=0.9, lr=0.02)
    w, close = here["w"], here["close"]
    for t in range(1, 80):
        momentum = 0.9 * (w[t] - w[t - 1])
        step = w[t + 1] - w[t]
        # One factor enlarges all arrows of a step, so that the longest has length 1.
        factor = np.linalg.norm(close[2, t]) / np.linalg.norm(step)
        assert np.allclose(close[1, t], factor * momentum, atol=1e-9)
        assert np.allclose(close[2, t], factor * step, atol=1e-9)
        assert np.linalg.norm(close[1:, t], axis=-1).max() == pytest.approx(1)


# Schedules

RATES = {
    "step_decay": {0: 1, 19: 1, 20: 0.3, 40: 0.09, 200: 0.3**10},
    "exponential_decay": {0: 1, 10: np.sqrt(0.3), 20: 0.3, 40: 0.09},
    "triangular": {0: 0.3, 10: 0.65, 20: 1, 40: 0.3, 60: 1},
    "cosine_annealing": {0: 1, 10: 0.65, 20: 0.3, 40: 1},
    "cosine_restarts": {0: 1, 10: 0.65, 20: 1, 40: 0.65, 60: 1, 140: 1},
    "warmup_inverse_sqrt": {0: 1 / 20, 9: 0.5, 19: 1, 79: 0.5},  # step t + 1
}


@pytest.fixture(scope="module")
def scheduled():
    return schedules(
        step_decay,
        exponential_decay,
        triangular,
        cosine_annealing,
        cosine_restarts,
        warmup_inverse_sqrt,
    )


def test_each_schedule_has_its_rates_at_the_places_worked_out_by_hand(scheduled):
    rates = {
        name: scheduled.at(time=20, share=0.3)[f"rate {name}"]
        for name in (*RATES, "triangle of the notes")
    }
    for name, places in RATES.items():
        assert np.allclose(rates[name][list(places)], list(places.values())), name
    notes = rates["triangle of the notes"]
    assert np.allclose(notes[[0, 10, 19]], [0.3, 0.65, 0.965])
    assert np.allclose(notes[20:], 0.3)  # never again


@pytest.mark.parametrize("schedule", ["step_decay", "triangular", "cosine_restarts"])
def test_mean_loss_is_that_of_many_noisy_runs(scheduled, schedule):
    here = scheduled.at(schedule=schedule, time=40, share=0.1, lr=0.03)
    rates = here[f"rate {schedule}"]
    noisy = with_noise(quadratic(20), scale=2.0, seed=1)
    starts = np.tile(noisy.start, (3000, 1))
    run = descend(
        noisy, lambda w, grad, *, lr: w - lr * grad, starts, steps=200, lr=lambda t: 0.03 * rates[t]
    )
    assert np.allclose(run.loss.mean(-1)[::20], here["loss"][::20], rtol=0.1)


def test_network_is_trained_with_the_rates_that_are_drawn(scheduled):
    scheduled.train({"schedule": 0, "time": 7, "share": 1, "lr": 2})
    trained, fixed = scheduled.arrays["trained"][:-1], scheduled.arrays["trained"][-1]
    assert np.array_equal(trained[7][:195], fixed[:195])  # T = 200: the rate has not fallen yet
    points = np.random.default_rng(0).uniform(-1, 1, (400, 2))
    same = (points[:, 0] * points[:, 1] > 0).astype(int)
    signs = Data("signs", points[:300], same[:300], points[300:], same[300:], "xy", ["no", "yes"])
    losses = [
        train(
            Network((2, 8, 2), activation="tanh"), signs,
            Optimizer(sgd_update, lr=lambda t: 3.0 * 0.1 ** (t // 40)),
            steps=201, seed=seed, quiet=True,
        ).loss
        for seed in range(5)
    ]  # fmt: skip
    # A point of the curve is the mean of 11 steps; of fewer at its ends.
    mean = np.mean(losses, axis=0)
    assert np.allclose(trained[3, [0, 50, 200]], [np.mean(mean[s]) for s in (
        slice(6), slice(45, 56), slice(195, None))])  # fmt: skip


def test_training_that_is_stopped_keeps_what_is_done(scheduled):
    ask = iter([True] * 12 + [False])
    scheduled.train({"schedule": 2, "time": 3, "share": 1, "lr": 2}, lambda: next(ask))
    told = scheduled.trained
    assert (told["done"], told["all"], told["stopped"]) == (12, 45, True)
    rows = np.frombuffer(told["data"], "<f4").reshape(9, 201)
    assert np.isfinite(rows[[8, 3]]).all()  # the fixed rate, and the T that is shown
    assert np.isnan(rows[[0, 7]]).all()


def test_a_schedule_that_is_not_written_is_left_out_and_the_others_go_on():
    def step_decay(t, *, lr0, gamma, tau):
        raise NotImplementedError("step_decay is not written yet")

    view = schedules(step_decay, triangular)
    assert "rate step_decay" not in view.arrays
    assert "rate triangular" in view.arrays
    assert view.spec["message"] == "step_decay is not written yet."


@pytest.mark.parametrize("rules", [(triangular, triangular), (sgd_update,)])
def test_schedules_takes_each_schedule_once_and_no_other_rule(rules):
    with pytest.raises(ValueError, match="^schedules: takes each of step_decay, "):
        schedules(*rules)


# The learning-rate range test


@pytest.fixture(scope="module")
def topics():
    return some_of(load_definitions(), ["animal", "plant"], 128)


def entropy(x, y, w):
    p = 1 / (1 + np.exp(-(x @ w)))
    return -np.mean(np.log(np.where(y == 1, p, 1 - p)))


def walked(data, lrs):
    """Plain descent on mini-batches, one rate a step, worked out here: batch losses, weights."""
    w, losses = np.zeros(data.x_train.shape[1]), []
    for t, lr in enumerate(lrs):
        rows = np.random.default_rng([0, t]).integers(len(data.x_train), size=32)
        x, y = data.x_train[rows], data.y_train[rows]
        losses.append(entropy(x, y, w))
        w = w - lr * x.T @ (1 / (1 + np.exp(-(x @ w))) - y) / 32
    return np.array(losses), w


@pytest.fixture(scope="module")
def swept(topics):
    return range_test(sgd_update, topics, lr_min=1e-2, lr_max=1e3)


def test_the_sweep_is_what_the_batches_showed_on_the_way(swept, topics):
    losses, _ = walked(topics, np.geomspace(1e-2, 1e3, 25)[:13])
    # In 25 steps every fifth of the 121 places is a step; mean of 1 step.
    here = swept.at(speed=25)
    assert np.allclose(here.where(mean=1)["sweep"][::5][:13], losses)
    assert here.where(mean=5)["sweep"][25] == pytest.approx(losses[3:8].mean())


@pytest.mark.parametrize("place", [0, 60, 75])
def test_runs_at_fixed_rates_end_where_plain_descent_does(swept, topics, place):
    lr = swept.arrays["lr"][place]
    _, w = walked(topics, [lr] * 100)
    expected = entropy(topics.x_test, topics.y_test, w)
    assert swept.arrays["run"][-1, place] == pytest.approx(expected)


def test_the_marks_of_the_sweep_stand_where_it_is_lowest_and_steepest_before(swept):
    sweep, lr = swept.arrays["sweep"], swept.arrays["lr"]
    for at in np.ndindex(sweep.shape[:2]):
        low = swept.arrays["lr lowest"][at]
        assert low == lr[sweep[at].argmin()]
        assert swept.arrays["lr steepest"][at] <= low


def test_a_sweep_that_is_no_number_any_more_still_has_its_marks(topics):
    def blows_up(w, grad, *, lr):
        return np.where(lr > 1, np.nan, w - lr * grad)

    view = range_test(blows_up, topics, lr_min=1e-2, lr_max=1e3)
    here = view.at(speed=200, mean=1)
    assert np.isnan(here["sweep"][-1])
    assert here["lr lowest"] < 2
    assert "nan" not in view.alt


@pytest.mark.parametrize("rates", [(0, 1), (1, 1), (2, 1)])
def test_range_test_takes_two_rates_in_order(topics, rates):
    with pytest.raises(ValueError, match="^range_test: takes 0 < lr_min < lr_max"):
        range_test(sgd_update, topics, lr_min=rates[0], lr_max=rates[1])


def test_range_test_takes_two_classes():
    with pytest.raises(ValueError, match="^range_test: takes data of two classes, not 6"):
        range_test(sgd_update, load_definitions(), lr_min=1e-2, lr_max=1)


# The race

FACTORS = [1, 1 / 3, 3, 1 / 10, 10, 1 / 30, 30]
UNSEEN = "on seeds that nobody has seen"


def cosine(t):
    return cosine_annealing(t, lr_min=0.0, lr_max=1.0, t_max=100)


def runners():
    return (
        Optimizer(adagrad_update, lr=0.5, eps=1e-8),
        Optimizer(sgd_update, lr=0.3),
    )


@pytest.fixture(scope="module")
def raced(topics):
    return race(*runners(), schedules={"cosine": cosine}, data=topics, on="noisy ravine")


def test_a_try_of_the_race_is_plain_descent_under_noise(raced):
    ravine = quadratic(20)
    w = np.broadcast_to(ravine.start, (2, 7, 10, 2))
    for t in range(100):
        noise = np.random.default_rng([0, t]).normal(scale=2.0, size=w.shape)
        lr = 0.3 * np.multiply.outer([1, cosine(t)], FACTORS)[..., None, None]
        w = w - lr * (w * [1, 20] + noise)
    with np.errstate(over="ignore"):
        loss = np.nan_to_num((w**2 @ [1, 20]) / 2, nan=np.inf, posinf=np.inf)
    assert np.allclose(raced.runs["sgd_update"][-1], loss)


def test_three_seeds_choose_the_rate_and_seven_others_judge_it(raced):
    for name, guess in (("adagrad_update", 0.5), ("sgd_update", 0.3)):
        for k, schedule in enumerate(("fixed", "cosine")):
            entry = f"{name.removesuffix('_update')}, {schedule}"
            end = raced.runs[name][-1, k]
            for budget in range(1, 8):
                best = min(range(budget), key=lambda i, end=end: sorted(end[i, :3])[1])
                here = raced.at(first=budget, others=budget, judged=UNSEEN, step=100)
                lr = here[f"lr {entry}"]
                assert lr == pytest.approx(guess * FACTORS[best])
                unseen = sorted(end[best, 3:])
                for word, value in (("low", unseen[0]), ("middle", unseen[3]), ("high", unseen[6])):
                    assert here[f"{word} {entry}"] == value


def test_an_entry_s_rank_is_one_more_than_are_better_on_that_seed(raced):
    names = ("adagrad_update", "sgd_update")
    ends = [
        raced.runs[name][-1, k, FACTORS.index(1), 3:] for name in names for k in (0, 1)
    ]  # fmt: skip
    ranks = np.argsort(np.argsort(ends, axis=0), axis=0) + 1
    for at, entry in enumerate(("adagrad, fixed", "adagrad, cosine", "sgd, fixed", "sgd, cosine")):
        here = raced.at(first=1, others=1, judged=UNSEEN)
        found = [here[f"{word} rank {entry}"] for word in ("low", "middle", "high")]
        assert found == [ranks[at].min(), np.median(ranks[at]), ranks[at].max()]


def test_the_race_moves_to_another_place_and_back(topics):
    view = race(*runners(), data=topics)
    first = {name: loss.copy() for name, loss in view.runs.items()}
    assert view.place == "definitions, animal or plant"
    assert first["sgd_update"][0] == pytest.approx(np.log(2))  # all weights zero
    view._asked(view, {"ask": "on", "picks": {**view.picks, "on": 3}}, [])
    assert view.place == "Rosenbrock with noise"
    view._asked(view, {"ask": "rewind", "picks": view.picks}, [])
    assert all(np.array_equal(view.runs[name], loss) for name, loss in first.items())
    assert view.picks == view.first


def test_batches_differ_from_seed_to_seed(topics):
    end = race(*runners(), data=topics).runs["sgd_update"][-1, 0, 0]
    assert len(np.unique(end)) == 10


def test_what_is_not_written_stays_out_of_the_race_and_the_view_says_so():
    def adagrad_update(w, grad, v, *, lr, eps):
        raise NotImplementedError("adagrad_update is not written yet")

    def no_schedule(t):
        raise NotImplementedError("cosine_annealing is not written yet")

    view = race(
        Optimizer(adagrad_update, lr=0.5, eps=1e-8),
        Optimizer(sgd_update, lr=0.3),
        schedules={"cosine": no_schedule},
    )
    assert list(view.runs) == ["sgd_update"]
    assert "adagrad_update is not written yet." in view.spec["message"]
    assert "cosine_annealing is not written yet." in view.spec["message"]
    assert view.figure()
    assert "sgd, fixed" in view.alt


def test_a_rule_that_blows_up_comes_last(topics):
    def runs_away(w, grad, *, lr):
        return w * np.nan

    view = race(Optimizer(runs_away, lr=0.1), Optimizer(sgd_update, lr=0.3), on="noisy ravine")
    assert np.isinf(view.arrays["low runs_away, fixed"][-1]).all()
    assert (view.arrays["low rank runs_away, fixed"] == 2).all()
    assert view.figure()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (((), {}), "takes one to four rules, not 0"),
        (((Optimizer(sgd_update, lr=1.0),) * 2, {}), "takes each rule once"),
        (((Optimizer(adadelta_update, beta=0.9, eps=1e-6),), {}), "needs a guess"),
        (((Optimizer(sgd_update, lr=1.0),), {"on": "the moon"}), "on is one of noisy ravine"),
        (((Optimizer(sgd_update, lr=1.0),), {"schedules": dict.fromkeys("abc", cosine)}), "two"),
        (((Optimizer(sgd_update, lr=1.0),), {"data": load_definitions()}), "two classes, not 6"),
    ],
)
def test_race_says_what_it_takes(arguments, sentence):
    with pytest.raises(ValueError, match=f"^race: .*{sentence}"):
        race(*arguments[0], **arguments[1])


# In a student's folder, run by a kernel and no browser

SHOW = (
    "show(view := sparse_features(adagrad_update, lr=0.5, eps=1e-8))\nprint(view.spec['message'])"
)


def write(old, new):
    """A cell that saves the reference with one change in it."""
    return (
        "from pathlib import Path\n"
        "path = Path('course_lib/updates/adagrad.py')\n"
        f"path.write_text(source.replace({old!r}, {new!r}))"
    )


@pytest.fixture(scope="module")
def cells(tmp_path_factory):
    """Outputs of a lesson in which a student writes this and that."""
    folder = course_folder(tmp_path_factory.mktemp("student"))
    blank = (ROOT / "course_lib" / "updates" / "adagrad.py").read_text()
    source = (folder / "course_lib" / "updates" / "adagrad.py").read_text()
    steps = {
        "setup": "from course_lib import workspace\nworkspace.start()\n"
        "from course_lib.updates.adagrad import adagrad_update\n"
        "from course_lib.widgets import show, sparse_features\n"
        f"source = {source!r}",
        "right": SHOW,
        "again": SHOW,
        "write wrong": write("v = v + grad**2", "v = grad**2"),
        "wrong": SHOW,
        "write raising": write("v = v + grad**2", "v = v + gradient**2"),
        "raising": SHOW,
        "write scalar": write("w - lr /", "w - float(lr) /"),
        "scalar": SHOW,
        "write blank": f"path.write_text({blank!r})",
        "blank": SHOW,
    }
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(c) for c in steps.values()]
    )
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(folder)}}).execute()
    return dict(zip(steps, notebook.cells, strict=True))


def shown(cell):
    """The still picture that a cell showed, its metadata, and what it printed."""
    _, twin = (out for out in cell.outputs if out.output_type == "display_data")
    printed = "".join(out.text for out in cell.outputs if out.output_type == "stream")
    return twin.data, twin.metadata, printed.strip()


def test_view_comes_first_and_then_its_picture_and_words(cells):
    data, metadata, printed = shown(cells["right"])
    first = cells["right"].outputs[0].data
    assert "application/vnd.jupyter.widget-view+json" in first
    assert "run this cell" in first["text/plain"]
    assert metadata["image/png"]["alt"] == data["text/plain"]
    assert "adagrad_update 0.04 and 0.12; plain descent 0.24 and 0.32" in data["text/plain"]
    picture = Image.open(io.BytesIO(base64.b64decode(data["image/png"])))
    assert len(picture.convert("RGB").getcolors(1 << 20)) > 20
    assert printed == ""


def test_picture_and_words_are_the_same_at_every_run(cells):
    first, second = shown(cells["right"])[0], shown(cells["again"])[0]
    assert first["image/png"] == second["image/png"]
    assert first["text/plain"] == second["text/plain"]


@pytest.mark.parametrize(
    ("case", "sentence"),
    [
        ("wrong", "Where does the v that was passed in enter the new v?"),
        ("raising", "course_lib/updates/adagrad.py, line"),
        ("scalar", "TypeError"),
        ("blank", "adagrad_update is not written yet: open adagrad.py"),
    ],
)
def test_what_is_wrong_is_said_in_the_view_and_nothing_breaks(cells, case, sentence):
    data, _, message = shown(cells[case])
    assert sentence in message
    assert message.count("\n") == 0
    assert "Plain descent" in data["text/plain"]


def test_saved_code_is_what_the_next_run_shows(cells):
    right, wrong = shown(cells["right"])[0], shown(cells["wrong"])[0]
    assert right["image/png"] != wrong["image/png"]
    assert right["text/plain"] != wrong["text/plain"]


@pytest.mark.parametrize("template", ["lab", "classic"])
def test_nbconvert_shows_the_picture_and_its_words(cells, template):
    notebook = nbformat.v4.new_notebook(cells=[cells["right"]])
    page, _ = HTMLExporter(template_name=template).from_notebook_node(notebook)
    picture = BeautifulSoup(page, "html.parser").select_one("img")
    assert picture["src"].startswith("data:image/png;base64,")
    assert picture["alt"] == shown(cells["right"])[0]["text/plain"]
