"""What a view may declare: names are looked up, and a mistake is told in Python, in a sentence."""

import re
import subprocess
import sys

import numpy as np
import pytest
from lab import ROOT

from course_lib.optimizer import Optimizer
from course_lib.widgets import View
from course_lib.widgets import parts as ui
from course_lib.widgets.canvas import write
from course_lib.widgets.gallery import GALLERY, rules
from solutions.updates.adagrad import adagrad_update
from solutions.updates.adaptive import sgd_update

STEPS, LRS, FEATURES = 3, (0.1, 0.2), ("often", "seldom")
W = np.arange(16.0).reshape(STEPS + 1, len(LRS), len(FEATURES))


def lines(title="Weights", array="w", **more):
    x, y = ui.time_axis(STEPS, 1), ui.axis(0, 16, [0, 16])
    keys = {key: more.pop(key) for key in ("over", "scrub", "time") if key in more}
    return ui.lines(title, [ui.mark(array, "one", **more)], x, y, **keys)


def declared(**changes):
    """A view of a weight of two features, with some of it declared otherwise."""
    return {
        "title": "Weights of two features",
        "ask": "Which moves?",
        "controls": [ui.Control("lr", "Learning rate", LRS, 0.2), ui.time_control(STEPS)],
        "axes": {"feature": FEATURES},
        "arrays": {"w": ("step lr feature", W)},
        "rows": [[lines(feature="seldom")]],
        "caption": lambda at, lr: f"At {lr} it ends at {at['w'][-1, 0]:g}.",
        "status": ["Weight ", ui.number("w", feature="seldom")],
    } | changes


def test_numbers_are_found_by_the_values_of_controls_and_axes():
    view = View(**declared())
    assert view.at(lr=0.2, feature="often")["w"].tolist() == [2, 6, 10, 14]
    assert view.at(step=1)["w"].tolist() == [[4, 5], [6, 7]]
    with pytest.raises(ValueError, match=r"lr has no value 0\.3"):
        view.at(lr=0.3)
    with pytest.raises(ValueError, match="there is no control or axis beta"):
        view.at(beta=0.9)


def test_a_panel_follows_the_controls_that_its_array_depends_on():
    ((panel,),) = View(**declared()).spec["rows"]
    assert panel["series"][0]["ref"] == ["w", ":", "lr", 1]
    assert panel["time"] == panel["scrub"] == "step"


@pytest.mark.parametrize("names", [("lr", "step"), ("step", "lr")])
def test_captions_stand_in_the_order_in_which_the_canvas_reads_them(names):
    told = {
        ("lr", "step"): lambda at, lr, step: f"{lr} {step}",
        ("step", "lr"): lambda at, step, lr: f"{lr} {step}",
    }
    captions = View(**declared(caption=told[names])).spec["captions"]
    values = {"lr": LRS, "step": range(STEPS + 1)}
    assert captions["by"] == list(names)
    for lr, step in np.ndindex(2, STEPS + 1):
        place = 0  # as view.js has it
        for name in names:
            place = place * len(values[name]) + {"lr": lr, "step": step}[name]
        assert captions["texts"][place] == f"{LRS[lr]} {step}"


def test_words_for_those_who_cannot_see_it_are_made_of_the_declaration():
    assert View(**declared()).alt == (
        "Weights of two features. Learning rate 0.2; Step 3 of 3. At 0.2 it ends at 14. Weight 15."
    )


def test_what_could_not_be_run_is_left_out():
    rows = [[lines(feature="seldom")], ui.legend(ui.mark("w", "one"))]
    view = View(**declared(arrays={"w": ("step lr feature", None)}, rows=rows))
    (panel,), (legend,) = view.spec["rows"]
    assert panel["series"] == legend["entries"] == []
    assert panel["blank"] == "nothing to draw yet"
    assert view.status() == "Nothing to tell yet."
    assert view.caption() == ""
    assert view.figure()


def divide(at, lr):
    return f"{1 / (lr - 0.2)}"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"rows": [[lines()]]},
            "Weights: w has the axis feature, which is no control: fix it",
        ),
        ({"rows": [[lines(feature="never")]]}, "Weights: feature has no value never"),
        ({"rows": [[lines(beta=0.9)]]}, "Weights: w has no axis beta"),
        ({"rows": [[lines(array="v")]]}, "Weights: there is no array v"),
        (
            {"rows": [[lines(feature="often", over="age")]]},
            "Weights: w has no axis age to be drawn over",
        ),
        (
            {"rows": [[lines(feature="often", scrub="beta")]]},
            "Weights: there is no control beta",
        ),
        (
            {"rows": [[lines(feature="often")], [lines(feature="seldom")]]},
            "two panels are called Weights",
        ),
        ({"controls": [ui.time_control(STEPS)] * 2}, "two controls are called step"),
        (
            {"controls": [ui.Control("lr", "Rate", LRS, 0.5), ui.time_control(STEPS)]},
            "lr has no value 0.5",
        ),
        (
            {"arrays": {"w": ("step lr feature", W[1:])}},
            "w has 3 values along step, which has 4",
        ),
        ({"arrays": {"w": ("step lr", W)}}, "w has 3 axes and not the 2 of 'step lr'"),
        ({"caption": lambda at, beta: ""}, "the caption asks for beta, which is no control"),
        ({"caption": divide}, "the caption fails for lr = 0.2: ZeroDivisionError: .*"),
        ({"caption": lambda at, lr: at["v"]}, "the caption fails for lr = 0.1: KeyError: 'v'"),
        ({"caption": lambda at, lr: None}, "the caption for lr = 0.1 is no text but None"),
        ({"status": [ui.number("v")]}, "status: there is no array v"),
        ({"rows": [ui.legend(ui.mark("v", "one"))]}, "legend: there is no array v"),
    ],
)
def test_a_mistake_in_a_declaration_is_told_in_one_sentence(changes, sentence):
    with pytest.raises(ValueError, match=f"^Weights of two features: {sentence}$"):
        View(**declared(**changes))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        # As a browser's toPrecision(3) and toExponential(1) have them.
        (0.0, "0"), (-0.5, "−0.5"), (2 / 3, "0.667"), (1234.5, "1230"), (123456.0, "1.2e+5"),
        (0.00012, "1.2e−4"), (np.nan, "not a number"), (1e300, "∞"), (-np.inf, "−∞"),
    ],
)  # fmt: skip
def test_a_number_is_written_as_the_canvas_writes_it(value, text):
    assert write(value) == text


@pytest.mark.parametrize("name", GALLERY)
def test_the_still_picture_has_every_panel_of_the_view(name):
    view = GALLERY[name](rules("solutions.updates"))
    panels = [panel for row in view.spec["rows"] for panel in row]
    drawn = view.figure().axes
    assert len(drawn) == len(panels)
    for axes, panel in zip(drawn, panels, strict=True):
        assert panel["title"] in [text.get_text() for text in axes.texts]


def test_a_view_needs_no_matplotlib_but_for_its_still_picture():
    code = (
        "import sys; from course_lib.widgets.gallery import GALLERY, rules\n"
        "for make in GALLERY.values(): make(rules('solutions.updates'))\n"
        "assert not {'matplotlib', 'PIL'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_the_view_in_the_contributors_guide_works():
    guide = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", guide, re.DOTALL)
    assert len(code.splitlines()) <= 60
    module = {"__name__": "course_lib.widgets.scales", "__package__": "course_lib.widgets"}
    exec(compile(code, "CONTRIBUTING.md", "exec"), module)
    for rule, hyper, length in ((sgd_update, {}, 100), (adagrad_update, {"eps": 0.0}, 0.1)):
        view = module["scales"](Optimizer(rule, lr=0.1, **hyper))
        assert view.at(scale=100, step=100)[f"step {rule.__name__}"] == pytest.approx(length)
        assert f"{length:.2g}" in view.caption() or view.picks["scale"] != 5
        assert view.figure()
