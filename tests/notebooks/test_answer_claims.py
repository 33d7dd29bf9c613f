"""Every keyed answer, computed anew: the key is right, and each other option is wrong.

A number comes from a formula or a loop that is written here, without the course's functions. Of a
choice each option gets a verdict of its own: exactly one is true, and it is the key.
"""

import numpy as np
import pytest
from lessons import NAMES, graded, key, options

from course_lib.instructor.authoring import build
from course_lib.network import Network
from course_lib.problems import load_definitions
from course_lib.widgets.sparse import RARITIES, examples

TRUTH = {}


def answers(name, *, rel=0.01):
    """Register a function that computes an answer: a number, or a verdict for each option."""

    def register(function):
        TRUTH[name, function.__name__] = function, rel
        return function

    return register


def keyed():
    for name in NAMES:
        for cell in graded(build.read_lesson(name), "solution"):
            if not cell.metadata.nbgrader.grade and cell.cell_type == "code":
                yield name, cell.id


@pytest.mark.parametrize(("name", "answer"), list(keyed()))
def test_the_key_is_right_and_each_other_option_is_wrong(name, answer):
    function, rel = TRUTH[name, answer]
    found, right = function(), key(name, answer)
    if not isinstance(found, dict):
        assert right == pytest.approx(found, rel=rel)
        return
    assert [option for option, true in found.items() if true] == [right]
    if isinstance(right, str):
        assert set(found) == set(options(name, answer))


def test_nothing_is_computed_that_nobody_asks():
    assert set(TRUTH) == set(keyed())


def near(found, wanted, rel=1e-6):
    return bool(np.allclose(found, wanted, rtol=rel, atol=0))


def by_phrase(name, answer, verdicts):
    """Give each option's verdict by its letter: that of the phrase which this option has."""
    return {
        letter: verdict
        for letter, text in options(name, answer).items()
        for phrase, verdict in verdicts.items()
        if phrase in text
    }


def least(losses, margin=1.2):
    """Tell of each setting whether its loss is the smallest, and that by a margin."""
    first, second = sorted(losses.values())[:2]
    assert second > margin * first
    return {setting: loss == first for setting, loss in losses.items()}


def along_and_across(step, curvatures, start, steps, **state):
    """Walk two separate weights of a ravine; give the loss after each step."""
    c, w = np.array(curvatures), np.array(start, dtype=float)
    losses = []
    for t in range(1, steps + 1):
        w, state = step(w, c * w, t, state)
        losses.append(np.sum(c * w**2) / 2)
    return np.array(losses)


# 1. Adaptive rates


@answers("01_adaptive_rates")
def largest_lr():
    low, high = 0.0, 0.1
    for _ in range(60):
        lr, w = (low + high) / 2, 1.0
        for _ in range(100):
            w = w - lr * 80 * w
        grows = abs(w) > 1
        low, high = (low, lr) if grows else (lr, high)
    return low


@answers("01_adaptive_rates")
def reading():
    agrees = {"A": [], "B": [], "C": []}
    for seed in range(10):
        rng = np.random.default_rng(seed)
        x, y, w = rng.normal(size=(4, 3)), rng.integers(2, size=4), rng.normal(size=3)
        half = [np.sum((x @ (w + s * np.array([1e-6, 0, 0])) - y) ** 2) / 2 for s in (1, -1)]
        slope, delta = (half[0] - half[1]) / 2e-6, x @ w - y
        agrees["A"].append(near(4 * delta.mean() * x[:, 0].mean(), slope, 1e-4))
        agrees["B"].append(
            near(sum(d * one[0] for d, one in zip(delta, x, strict=True)), slope, 1e-4)
        )
        agrees["C"].append(near(sum(delta) * x[-1, 0], slope, 1e-4))
    assert not any(agrees["A"] + agrees["C"])
    return {letter: all(found) for letter, found in agrees.items()}


@answers("01_adaptive_rates")
def size_when_there():
    # |½ − y| is ½, and the feature is three times a normal number, whose mean size is √(2/π).
    return 0.5 * 3 * np.sqrt(2 / np.pi)


# 2. AdaGrad


@answers("02_adagrad")
def repair():
    rng = np.random.default_rng(0)
    gradients = [(rng.normal(size=(2, 3)), rng.normal(size=2)) for _ in range(2)]
    (dW, db), (dW2, db2) = gradients
    wanted = [
        -0.1 * (np.sign(first) + second / np.sqrt(first**2 + second**2))
        for first, second in ((dW, dW2), (db, db2))
    ]
    found = {}
    for letter, program in options("02_adagrad", "repair").items():
        room = {"np": np, "gradients": gradients, "learning_rate": 0.1, "eps": 1e-16}
        room |= {"W": np.zeros((2, 3)), "b": np.zeros(2)}
        exec(program, room)
        found[letter] = near(room["W"], wanted[0]) and near(room["b"], wanted[1])
    return found


@answers("02_adagrad", rel=0.02)
def felt_ratio():
    x, noise = (part.copy() for part in examples())
    x = x[:, list(RARITIES).index(0.01)]
    w, v, felt = np.zeros(4), np.zeros(4), np.zeros(4)
    for row, error in zip(x, noise, strict=True):
        g = (np.sum((w - 1) * row) - error) * row
        v = v + g**2
        felt[row != 0] = 0.5 / np.sqrt(v[row != 0])
        w = w - 0.5 * g / np.sqrt(v + 1e-8)
    return felt[3] / felt[0]


@answers("02_adagrad", rel=0.02)
def fading_slope():
    t = np.arange(1, 10_001)
    rate = 1 / np.sqrt(np.cumsum(t**-0.5))
    return np.polyfit(np.log(t[99:]), np.log(rate[99:]), 1)[0]


@answers("02_adagrad")
def hinder():
    def ends(angle, one_v=False):
        """How far w1 is from its goal for the three curvatures of w2, with a v each or one v."""
        c, s = np.cos(angle), np.sin(angle)
        turn, found = np.array([[c, -s], [s, c]]), []
        for curvature in (1, 10, 100):
            A, w, v = turn @ np.diag([1, curvature]) @ turn.T, np.array([-4.0, 1.0]), np.zeros(2)
            for _ in range(50):
                g = A @ w
                v = v + (np.sum(g**2) if one_v else g**2)
                w = w - 0.3 * g / np.sqrt(v + 1e-8)
            found.append(abs(w[0]))
        return found

    alone, coupled = ends(0), ends(np.pi / 8)
    slower = coupled[2] > 1.2 * coupled[1] > 1.4 * coupled[0]
    independent = len(set(alone)) == 1
    verdicts = {
        "slows the other weights down, always": not independent,
        "never goes together": not slower,
        "acts on that weight alone": independent and slower,
        "into one $v$": near(ends(0, one_v=True), alone, 0.01)
        and near(ends(np.pi / 8, one_v=True), coupled, 0.01),
    }
    return by_phrase("02_adagrad", "hinder", verdicts)


# 3. RMSprop


@answers("03_rmsprop")
def half_life():
    return round(np.log(0.5) / np.log(0.98))


@answers("03_rmsprop")
def update():
    def steps(g):
        v = 0.1 * g**2
        return {"A": g / v, "B": g / np.sqrt(v), "C": g * np.sqrt(v), "D": v / np.sqrt(v)}

    one, thousand = steps(3.0), steps(3000.0)
    return {letter: near(thousand[letter], one[letter]) for letter in one}


@answers("03_rmsprop")
def window():
    def rate(length):
        v = 0.0
        for g in [3.0] * 80 + [0.1] * 120:
            v += (g**2 - v) / length
        return 0.1 / np.sqrt(v)

    return max(n for n in (2, 3, 5, 10, 20, 50, 100, 200) if rate(n) > 0.5)


@answers("03_rmsprop")
def swing():
    w, v = 1.0, 0.0
    for _ in range(2000):
        v = 0.5 * v + 0.5 * (4 * w) ** 2
        w = w - 0.0625 * 4 * w / np.sqrt(v + 1e-8)
    return 2 * w**2


@answers("03_rmsprop")
def best_lr():
    def after_3000(lr):
        def step(w, g, t, state):
            v = 0.9 * state["v"] + 0.1 * g**2
            return w - lr * g / np.sqrt(v + 1e-8), {"v": v}

        return along_and_across(step, [1, 20], [-4, 1], 3000, v=np.zeros(2))[-1]

    return least({lr: after_3000(lr) for lr in (1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001)})


# 4. AdaDelta


@answers("04_adadelta")
def order():
    def ends(rounds):
        """Walk from 10 with β = ½, ε = 1 and the gradients 4 and 2; w after each."""
        w, v, u, dw, found = 10.0, 0.0, 0.0, 0.0, []
        for g in (4.0, 2.0):
            for what in rounds:
                if what == "v":
                    v = (v + g**2) / 2
                elif what == "u(g)":
                    u = (u + g**2) / 2
                elif what == "u":
                    u = (u + dw**2) / 2
                elif what == "dw":
                    dw = -np.sqrt(u + 1) / np.sqrt(v + 1) * g
                else:
                    w = w + dw
            found.append(w)
        return found

    by_hand = [10 - 4 / 3, 10 - 4 / 3 - 2 * np.sqrt(8 / 9 + 1) / np.sqrt(7)]  # Zeiler, Algorithm 1
    names = {"$v$": "v", r"$\Delta w$": "dw", "$w$": "w", "$u$ from the gradient": "u(g)"}
    names |= {"$v$ from the gradient": "v", r"$u$ from $\Delta w$": "u"}
    return {
        letter: near(ends([names[step] for step in way.split(" → ")[1:]]), by_hand)
        for letter, way in options("04_adadelta", "order").items()
    }


@answers("04_adadelta")
def loss_factor():
    def way(price, length):
        w, path = length, []
        for _ in range(60):
            w = w - 0.05 * price * w / length**2
            path.append(w / length)
        return path

    return {
        price: near(way(price, 0.1), way(1, 1)) for price in (0.01, 0.1, 0.5, 1, 2, 10, 100, 1000)
    }


@answers("04_adadelta")
def first_step():
    return np.sqrt(1e-6) / np.sqrt(0.05)


@answers("04_adadelta")
def best_eps():
    def after_300(eps):
        def step(w, g, t, state):
            v = 0.95 * state["v"] + 0.05 * g**2
            dw = -np.sqrt(state["u"] + eps) / np.sqrt(v + eps) * g
            return w + dw, {"v": v, "u": 0.95 * state["u"] + 0.05 * dw**2}

        return along_and_across(step, [1, 20], [-4, 1], 300, v=np.zeros(2), u=np.zeros(2))[-1]

    return least({eps: after_300(eps) for eps in (1e-8, 1e-6, 1e-4, 1e-2)})


# 5. Adam


@answers("05_adam")
def longest():
    t = np.arange(1, 2001)
    return t[((1 - 0.95**t) / np.sqrt(1 - 0.999**t)).argmax()]


@answers("05_adam")
def silence():
    m, v = 0.8 * 0.2 + 0.2, 0.999 * 0.001 + 0.001
    return m / (1 - 0.8**5001) / np.sqrt(v / (1 - 0.999**5001))


@answers("05_adam")
def wrong_claim():
    t = np.array([100, 10_000])
    rmsprop, adagrad = 1 / np.sqrt(1 - 0.9**t), 1 / np.sqrt(t)  # rates for gradients of 1
    decays = {"RMSprop": rmsprop[1] < 0.9 * rmsprop[0], "AdaGrad": adagrad[1] < 0.9 * adagrad[0]}
    assert decays == {"RMSprop": False, "AdaGrad": True}

    def best(beta1, beta):
        """Mean loss on the noisy ravine after 300 steps, at the best of nine rates."""
        rng, c = np.random.default_rng(0), np.array([1.0, 100.0])
        w, m, v = np.tile([-4.0, 1.0], (9, 500, 1)), 0.0, 0.0
        lr = 10 ** np.linspace(-3, 1, 9)[:, None, None]
        for t in range(1, 301):
            g = c * w + rng.normal(size=(500, 2))
            m, v = beta1 * m + (1 - beta1) * g, beta * v + (1 - beta) * g**2
            # RMSprop is the case beta1 = 0, without correction.
            fair = (1 - beta1**t) / np.sqrt(1 - beta**t) if beta1 else 1.0
            w = w - lr * m / fair / (np.sqrt(v) + 1e-8)
        return np.min(np.mean(np.sum(c * w**2, axis=-1) / 2, axis=-1))

    # A claim that one run bears out and another refutes is a question, and not wrong by itself.
    adam = best(0.9, 0.999)
    a_question = best(0, 0.9) > 2 * adam and best(0, 0.999) < adam
    verdicts = {
        "Favorable convergence": not a_question,
        "decay issues encountered in RMSprop": decays["AdaGrad"] and not decays["RMSprop"],
        "convergence speed": not a_question,
    }
    return by_phrase("05_adam", "wrong_claim", verdicts)


@answers("05_adam")
def mean_gradient():
    return (3 - 1 - 1) / 3


# 6. AdaMax and Nadam


@answers("06_adamax_nadam")
def wrong_norm():
    g, beta2 = np.array([10.0, 1.0, 0.01]), 0.999
    largest, m_hat = np.abs(g).max(), g
    mended = {
        "taken over the *weights*": m_hat
        / np.abs(g),  # at t = 1 the maximum over time is the gradient itself
        "must not be squared": m_hat / np.sqrt(np.full(3, (1 - beta2) * largest / (1 - beta2))),
        "have changed places": m_hat / np.sqrt(np.full(3, beta2 * largest**2 / (1 - beta2))),
        "is missing": m_hat / np.sqrt(np.full(3, (1 - beta2) * largest**2 / (1 - beta2))),
    }
    verdicts = {phrase: near(first, 1) for phrase, first in mended.items()}
    return by_phrase("06_adamax_nadam", "wrong_norm", verdicts)


@answers("06_adamax_nadam")
def pulses():
    t = np.arange(200)
    there = t[t % 20 == 0]
    v = np.sum(0.01 * 0.99 ** (199 - there)) / (1 - 0.99**200)
    return 0.99 ** (199 - there[-1]) / np.sqrt(v)


@answers("06_adamax_nadam")
def first_nadam():
    return 0.9 * 0.1 / (1 - 0.9**2) + 0.1 / (1 - 0.9)


# 7. Schedules


@answers("07_schedules")
def triangle_error():
    t, mu = np.arange(0, 40.0, 0.5), 4
    wave = 1 - np.abs(1 - (t / mu) % 2)

    def notes(t, mu, whole=lambda place: 1 - np.abs(place)):
        return np.maximum(0, whole(t / mu - 2 * np.floor(t / mu) - 1))

    place = t / mu - 2 * np.floor(t / mu) - 1
    verdicts = {
        "count from $t = 1$": near(notes(t + 1, mu), wave) or near(notes(t - 1, mu)[2:], wave[2:]),
        "is never above −1 again": bool(
            np.all(place[t >= mu] <= -1) and np.all(notes(t, mu)[t >= mu] == 0)
        ),
        "absolute value": near(notes(t, mu, lambda place: np.abs(1 - place)), wave),
        "if μ is the period": near(notes(t, 2 * mu), wave),
    }
    return by_phrase("07_schedules", "triangle_error", verdicts)


@answers("07_schedules")
def blow_up():
    found = {"tends to 1": [], "stays below 1": [], "tends to 0": [], "grows without bound": []}
    for c in (4, 10):
        w, v, ratios, path = 1.0, 0.0, [], []
        for _ in range(300):
            g, before = c * w, v
            v = 0.95 * v + 0.05 * g**2
            ratios.append(np.sqrt((before + 1e-6) / (v + 1e-6)))
            w = w - ratios[-1] * g
            path.append(abs(w))
        late = np.array(ratios[60:])
        slower = 1e3 < path[59] < 1e-10 * (c - 1.0) ** 60
        found["tends to 1"].append(np.all(late > 0.9))  # near 1
        found["stays below 1"].append(
            np.all(np.array(ratios) < 0.8) and np.all(late > 0.1) and slower
        )
        found["tends to 0"].append(np.all(late < 0.1) or path[-1] < 1)  # near 0, or it stops
        found["grows without bound"].append(late[-1] > 1)
    assert [any(verdicts) for verdicts in found.values()] == [False, True, False, False]
    verdicts = {phrase: all(verdicts) for phrase, verdicts in found.items()}
    return by_phrase("07_schedules", "blow_up", verdicts)


@answers("07_schedules", rel=0.02)
def lowest():
    """Softmax regression on the definitions, written out, while the rate grows from .01 to 100."""
    words = load_definitions()
    x, y = words.x_train.astype(float), np.eye(6)[words.y_train]
    start = Network((x.shape[1], 6)).init_params(0)
    W, b = (start[name].astype(float) for name in sorted(start))
    losses, rates = [], 1e-2 * 1e4 ** (np.arange(200) / 199)
    for t, lr in enumerate(rates):
        epoch, i = divmod(t, -(-len(x) // 32))
        rows = np.random.default_rng([0, epoch]).permutation(len(x))[32 * i : 32 * i + 32]
        logits = x[rows] @ W.T + b
        logits -= logits.max(axis=1, keepdims=True)
        p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        losses.append(-np.mean(np.log(np.sum(p * y[rows], axis=1))))
        delta = (p - y[rows]) / len(rows)
        W, b = W - lr * delta.T @ x[rows], b - lr * delta.sum(axis=0)
    smooth = [np.mean(losses[i - 7 : i + 8]) for i in range(7, 193)]
    return rates[7 + int(np.argmin(smooth))]


# 8. After Adam


def adam_by_hand():
    """Give Adam's fraction as a function of one gradient after another."""
    m, v, t = 0.0, 0.0, 0

    def step(g):
        nonlocal m, v, t
        m, v, t = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2, t + 1
        return m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)

    return step


@answers("08_after_adam")
def half_gone():
    return np.log(0.5) / np.log(1 - 3e-4 * 0.1)


def beale(x, y):
    """Give Beale's loss and its gradient."""
    c, i = np.array([1.5, 2.25, 2.625]), np.array([1, 2, 3])
    r = c - x + x * y**i
    return np.sum(r**2), np.array(
        [np.sum(2 * r * (y**i - 1)), np.sum(2 * r * x * i * y ** (i - 1))]
    )


@answers("08_after_adam")
def rests():
    found = {
        "rests where it is": [],
        "less than a quarter": [],
        "comes no nearer": [],
        "loss grows": [],
    }
    for lr in (0.1, 0.3, 0.6, 1.0):
        w, adam, losses, away = np.array([1.0, 1.5]), adam_by_hand(), [], []
        for _ in range(3001):
            loss, g = beale(*w)
            losses.append(loss)
            away.append(np.hypot(*(w - [3, 0.5])))
            w = w - lr * (adam(g) + 0.3 * w)
        found["rests where it is"].append(losses[3000] > 0.9 * losses[120])
        found["less than a quarter"].append(
            losses[3000] < losses[120] / 4 and away[3000] < 0.6 * away[120]
        )
        found["comes no nearer"].append(min(away[120:]) > 0.9 * away[120])
        found["loss grows"].append(losses[3000] > losses[120])
    assert [any(verdicts) for verdicts in found.values()] == [False, True, False, False]
    verdicts = {phrase: all(verdicts) for phrase, verdicts in found.items()}
    return by_phrase("08_after_adam", "rests", verdicts)


@answers("08_after_adam")
def odd_one():
    ends = {}
    for letter, program in options("08_after_adam", "odd_one").items():
        room = {"adam_step": adam_by_hand(), "lr": 0.1, "weight_decay": 0.5, "w": 10.0}
        for grad in np.random.default_rng(0).normal(size=20):
            room["grad"] = grad
            exec(program, room)
        ends[letter] = room["w"]
    a, b, c = ends["A"], ends["B"], ends["C"]
    return {"A": near(b, c), "B": near(a, c), "C": near(a, b)}
