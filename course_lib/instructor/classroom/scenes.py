"""The scenes of a lecture, each declared once: for the classroom, the guide, the book and tests.

A scene is a view with its controls set, a question, and what a lecturer wants to know beside it.
"""

import json
import re
from dataclasses import dataclass, field

from course_lib.widgets.gallery import GALLERY, rules

SPOKEN = {
    "sgd": "SGD",
    "adagrad": "AdaGrad",
    "rmsprop": "RMSprop",
    "adadelta": "AdaDelta",
    "adam": "Adam",
    "adamax": "AdaMax",
    "adamw": "AdamW",
    "nag": "Nesterov",
    "nesterov": "Nesterov, rewritten",
    "lp_norm": "the p-norm",
    "step_decay": "step decay",
    "exponential_decay": "exponential decay",
    "cosine_annealing": "cosine",
    "cosine_restarts": "cosine with restarts",
    "warmup_inverse_sqrt": "warm-up, then 1/√t",
}
"""What people call the rules; a view calls them by the names of their functions."""
NAMES = re.compile(rf"\b({'|'.join(SPOKEN)})(?:_update)?\b")


@dataclass(frozen=True)
class Scene:
    """A view in the state that a lecture begins with.

    Attributes
    ----------
    lesson, view : str
    title : str
    ask : str
        What to ask the class before anything is seen.
    notice : str
        What to point at, once it is.
    wrong : tuple of str
        Answers to expect that are not right.
    minutes : int
        With the discussion.
    controls : dict of str to str
        Those that do not stand where the view puts them, by the text that they show.
    reveal : str
        The control that moves from its first value to its last and so shows the answer.
    """

    lesson: str
    view: str
    title: str
    ask: str
    notice: str
    wrong: tuple[str, ...]
    minutes: int = 4
    controls: dict[str, str] = field(default_factory=dict)
    reveal: str = "step"

    def open(self):
        """Make the view, its controls where the scene wants them, at first and after Reset."""
        view = GALLERY[self.view](rules("solutions.updates"))
        for name, text in self.controls.items():
            view.first[name] = view.control(name)["texts"].index(text)
        view.spec = {**view.spec, "start": view.first}
        view.picks = dict(view.first)
        return view


def spoken(spec):
    """Call the rules in a spec, or in any plain data, as people do."""
    text = json.dumps(spec, ensure_ascii=False)
    return json.loads(NAMES.sub(lambda found: SPOKEN[found[1]], text))


SCENES = {
    "one-rate": Scene(
        "01_adaptive_rates",
        "landscape",
        "One learning rate for two directions",
        "Which way does the first step go, and why not towards the minimum?",
        "The gradient is at right angles to the contour: across the ravine, hardly along it. "
        "It takes 47 steps to a hundredth of the first loss.",
        ("Straight to the minimum.", "Along the valley, because that way is longer."),
    ),
    "too-fast": Scene(
        "01_adaptive_rates",
        "landscape",
        "Three times as fast",
        "Which of the two directions gives way first?",
        "The steep one: its distance is multiplied by more than 1 in each step. "
        "The flat one would still have been well.",
        ("The flat one, for it is already slow.", "Both at once: there is one rate."),
        controls={"lr": "3.2"},
    ),
    "one-in-100": Scene(
        "02_adagrad",
        "sparse",
        "A feature in one example of a hundred",
        "In 300 steps, how often does the rare weight move, and how far does it come to 1?",
        "The rare feature was there 5 times. AdaGrad kept a large rate for it: five steps "
        "bring it to 0.71. The common weights rest; those of plain descent shake.",
        ("Three times, so it stays near 0.", "It moves a little in every step."),
        controls={"rarity": "1 in 100"},
    ),
    "along-the-axes": Scene(
        "02_adagrad",
        "two-landscapes",
        "AdaGrad beside plain descent",
        "AdaGrad's first step: in which direction does it go?",
        "Diagonally: each gradient is divided by its own size, so every coordinate moves by "
        "one learning rate. 32 steps to a hundredth of the loss, 47 for plain descent.",
        ("Straight to the minimum.", "Across the ravine, only shorter."),
    ),
    "turned": Scene(
        "02_adagrad",
        "two-landscapes",
        "The same ravine, turned by 45°",
        "The same ravine, turned by 45°. How many steps does each rule need now?",
        "Plain descent 47 as before; AdaGrad 69 where it took 32. It measures coordinates, "
        "and no coordinate is steep or flat any more.",
        ("The same: only the picture was turned.", "Both get slower."),
        controls={"angle": "45°"},
    ),
    "loud-then-quiet": Scene(
        "03_rmsprop",
        "memory",
        "Loud gradients, then quiet ones",
        "Loud gradients, then quiet ones. Which rule finds back to large steps, and when?",
        "RMSprop, within a few of its windows. AdaGrad's rate stays at 0.0037: a sum forgets "
        "nothing.",
        ("Both, for the gradients are small now.", "AdaGrad, more slowly."),
        minutes=5,
    ),
    "one-spike": Scene(
        "03_rmsprop",
        "memory",
        "One spike",
        "A single large gradient. After how many steps has RMSprop forgotten it?",
        "The window is 20 steps; after some two or three of them the rate is back at 0.1. "
        "AdaGrad falls from 0.013 to 0.0058 and stays there.",
        ("After exactly 20 steps.", "At once: one gradient is averaged away."),
        controls={"stream": "one spike", "window": "20 steps, beta 0.95"},
    ),
    "two-cycle": Scene(
        "03_rmsprop",
        "oscillation",
        "To and fro for ever",
        "The minimum is at 0, the learning rate 0.5. Where is the weight after 600 steps?",
        "It jumps between 0.25 and −0.25: half a learning rate to either side. Near the minimum "
        "the gradient shrinks, and so does what it is divided by.",
        ("At 0.", "It runs away: 0.5 is too much."),
        minutes=5,
        controls={"lr": "0.5"},
    ),
    "small-rate": Scene(
        "03_rmsprop",
        "oscillation",
        "The same with a small learning rate",
        "Now the learning rate is 0.03. How wide is the swing?",
        "0.016 to either side: half a learning rate again. No fixed rate takes it to 0.",
        ("None any more.", "As wide as before, only slower."),
        minutes=3,
        controls={"lr": "0.0312"},
    ),
    "ten-times-the-unit": Scene(
        "04_adadelta",
        "units",
        "The weight in another unit",
        "Metres become decimetres. Whose path stays the same path?",
        "None quite: AdaDelta is 0.48 off, SGD 0.95, RMSprop 0.84. AdaDelta's eps still has "
        "the old unit; the next scene changes it, too.",
        ("RMSprop's, for it divides by the gradient's size.", "All: it is the same problem."),
        minutes=5,
        controls={"s": "10"},
    ),
    "eps-has-a-unit": Scene(
        "04_adadelta",
        "units",
        "And eps with it",
        "Which unit has eps? What happens if it is changed along?",
        "That of a squared step. Changed along, AdaDelta is 0.039 off where it was 0.48.",
        ("None: it only prevents a division by 0.", "That of the loss."),
        controls={"s": "10", "eps": "times the unit squared"},
    ),
    "first-steps": Scene(
        "05_adam",
        "moments",
        "With and without the correction",
        "If nobody corrected the averages, how long would the first steps be, in learning rates?",
        "Too long: 1.6 learning rates at first and 4.6 at step 25. v starts too small, too, and "
        "lasts longer; the step is divided by its root.",
        ("Too short: m starts at 0.", "Right: the two errors cancel."),
        minutes=5,
        controls={"beta1": "0.95", "beta2": "0.999"},
    ),
    "noise": Scene(
        "05_adam",
        "moments",
        "A gradient of 1 with noise",
        "Both corrected averages aim at a true moment. Which arrives first?",
        "m is near its moment soon and keeps trembling; v takes its long window. The corrected "
        "step stays near 1 learning rate, the other reaches 6.2 at step 8.",
        ("v, for it is smoother.", "Both together: both are corrected."),
        controls={"stream": "1 with noise"},
    ),
    "the-ball": Scene(
        "06_adamax_nadam",
        "norms",
        "The unit ball as p grows",
        "All points whose p-norm is 1: which shape is it for p = 1, and which at the end?",
        "From a diamond through the circle to the square. For large p naive powers overflow; "
        "the norm of (6, 8) goes to 8, its largest coordinate.",
        ("It shrinks to a point.", "It is a circle, only larger."),
        controls={"p": "1"},
        reveal="p",
    ),
    "a-pulse": Scene(
        "06_adamax_nadam",
        "norms",
        "A pulse, then silence",
        "Whose denominator falls first, Adam's or AdaMax's?",
        "In silence AdaMax's u is multiplied by beta2 in each step, the root of Adam's v by its "
        "root. At the end they are 0.15 and 0.13.",
        ("AdaMax's never falls: it is a maximum.", "Adam's stays: v only grows."),
        controls={"stream": "a pulse, then silence", "p": "∞"},
    ),
    "look-ahead": Scene(
        "06_adamax_nadam",
        "nesterov",
        "Look first, then step",
        "From which point does the gradient's arrow start?",
        "From where momentum alone would go. Nesterov is at a thousandth of the loss after 15 "
        "steps, plain momentum after 55.",
        ("From where the weight stands.", "From the minimum of the last line."),
        minutes=5,
    ),
    "all-schedules": Scene(
        "07_schedules",
        "schedules",
        "All schedules",
        "Which curve jumps up, which one comes back the way it went, which one dies?",
        "Restarts jump; the triangle comes back; exponential decay dies. "
        "Each has the same highest rate.",
        ("Cosine jumps up.", "None ever rises."),
        minutes=3,
    ),
    "triangle-of-the-notes": Scene(
        "07_schedules",
        "schedules",
        "The triangle of the notes",
        "The formula says μ is the period. How often does this triangle rise in 200 steps?",
        "It is highest at step 39 and jumps at step 40: a saw, no triangle. The mean loss ends "
        "at 0.84, with the fixed rate at 0.073.",
        ("Twice a period.", "Once, then it stays up."),
        controls={"schedule": "triangle of the notes"},
    ),
    "runaway": Scene(
        "07_schedules",
        "schedules",
        "A learning rate that is too high",
        "The highest rate is too high to be kept. Does the triangle survive it?",
        "It ends at 30 where the fixed rate grows without bound: half of its time is spent at "
        "rates that can be borne.",
        ("No: too high is too high.", "Yes, it ends at the minimum."),
        controls={"lr": "0.12"},
    ),
    "the-sweep": Scene(
        "07_schedules",
        "range-test",
        "The range test",
        "The rate grows during one run. Where would you stop and say: this rate?",
        "The loss falls most steeply at 6.2 and is lowest at 7.5; whole runs there end at 0.4, "
        "the best that any fixed rate reaches.",
        ("As soon as the loss begins to fall.", "Where it explodes."),
        minutes=5,
        reveal="rate",
    ),
    "a-sweep-in-haste": Scene(
        "07_schedules",
        "range-test",
        "The same in 25 steps",
        "The same sweep in 25 steps: where is the lowest place now?",
        "At 0.29, a 26th of the best: the mean of 15 lags behind a rate that grows fast.",
        ("Where it was.", "Further to the right."),
        controls={"speed": "25 steps"},
        reveal="rate",
    ),
    "the-race": Scene(
        "07_schedules",
        "race",
        "The race",
        "Four rules with and without cosine, four tries each. Who wins?",
        "RMSprop with cosine has the lowest median, 0.33, but three others lie within its "
        "spread: no winner.",
        ("Adam, as always.", "The lowest median wins."),
        minutes=6,
    ),
    "unequal-budgets": Scene(
        "07_schedules",
        "race-on-a-surface",
        "Seven tries against one",
        "Adam may try seven learning rates, the others one. Is that why it wins?",
        "It wins at 0.21. Give all seven tries and look again: on Rosenbrock's valley with four "
        "each, AdaGrad led.",
        ("No, Adam is simply better.", "A try costs nothing."),
        minutes=6,
        controls={"first": "7 rates", "others": "1 rate"},
    ),
    "where-it-rests": Scene(
        "08_after_adam",
        "decay",
        "AdamW does not rest in the minimum",
        "Two forces act on w. Where do they cancel?",
        "Not in the minimum: Adam is at 0.038, AdamW at 1.3 after 120 steps, held back by its "
        "decay towards 0.",
        ("In the minimum, only later.", "At 0."),
    ),
}
"""By the name in its address, in the order of a lecture."""
