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

from course_lib.grading.presets import build_presets
from course_lib.widgets import sparse_features
from course_lib.widgets.presets import FOLDER
from solutions.updates.adagrad import adagrad_update

SETTINGS = {"lr": 0.5, "eps": 1e-8}


@pytest.fixture(scope="module")
def view():
    return sparse_features(adagrad_update, **SETTINGS)


def test_weights_follow_adagrad_written_out(view):
    rarity, place = 8, 4  # 1 in 20, lr 0.5
    x = view.arrays["x"][:, rarity]
    noise = view.arrays["noise"]
    w, v = np.zeros(4), np.zeros(4)
    for t in range(300):
        error = x[t] @ w - (x[t].sum() + noise[t])
        g = error * x[t]
        v += g * g
        w = w - 0.5 * g / np.sqrt(v + 1e-8)
        assert np.allclose(view.paths[t + 1, rarity, place], w, rtol=1e-9, atol=1e-12)
        assert np.allclose(view.arrays["v"][t + 1, rarity, place], v, rtol=1e-9)


def test_plain_descent_beside_it_written_out(view):
    x, noise = view.arrays["x"][:, 3], view.arrays["noise"]
    w = np.zeros(4)
    for t in range(300):
        w = w - 0.125 * (x[t] @ w - x[t].sum() - noise[t]) * x[t]
    assert np.allclose(view.plain[-1, 3, 2], w, rtol=1e-9)


def test_felt_rate_is_lr_over_root_of_v_and_stays_while_the_feature_is_away(view):
    rate, v = view.arrays["rate"], view.arrays["v"]
    felt = ~np.isnan(rate[:, 8, 4])
    assert np.allclose(rate[:, 8, 4][felt], (0.5 / np.sqrt(v[:, 8, 4] + 1e-8))[felt], rtol=1e-5)
    assert not felt[:19, 3].any()  # the rare feature is there for the first time in step 19


def test_counts_are_counts(view):
    assert view.arrays["seen"][-1, 0].tolist() == [300] * 4  # 1 in 1: every feature, every example
    assert (np.diff(view.arrays["seen"][-1, :, 3]) <= 0).all()  # rarer features lose examples only


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
    """The bundle that a cell showed, its metadata, and what it printed."""
    bundle = next(out for out in cell.outputs if out.output_type == "display_data")
    printed = "".join(out.text for out in cell.outputs if out.output_type == "stream")
    return bundle.data, bundle.metadata, printed.strip()


def test_one_bundle_holds_widget_picture_and_words(cells):
    data, metadata, printed = shown(cells["right"])
    assert "application/vnd.jupyter.widget-view+json" in data
    assert metadata["image/png"]["alt"] == data["text/plain"]
    assert "always 1.06" in data["text/plain"]
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
        ("blank", "adagrad_update is not written yet: open course_lib/updates/adagrad.py"),
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
