"""Figures: labels, two cues for each curve, and a sentence for whoever does not see them."""

import base64
import io

import numpy as np
import pytest
from matplotlib.image import imread

from course_lib import figures
from course_lib.problems import quadratic, saddle


def test_curves_differ_by_more_than_colour():
    axes = figures.lines({f"{i}": np.arange(5) for i in range(7)}, x="step", y="loss").axes[0]
    cues = {(line.get_linestyle(), line.get_marker()) for line in axes.get_lines()}
    assert len(cues) == 7
    assert len({line.get_color() for line in axes.get_lines()}) == 7


def test_curves_on_one_another_show_their_markers_in_different_places():
    axes = figures.lines({"a": np.ones(100), "b": np.ones(100)}, x="step", y="loss").axes[0]
    one, other = (set(line.get_markevery()) for line in axes.get_lines())
    assert len(one) == len(other) == 7
    assert not one & other


def test_the_names_of_curves_cover_none_of_them():
    figure = figures.lines({"a": np.ones(9), "b": np.zeros(9)}, x="step", y="loss")
    figure.draw_without_rendering()
    (names,) = figure.legends
    assert names.get_window_extent().y0 >= figure.axes[0].get_window_extent().y1


def test_markers_are_spread_evenly_on_a_logarithmic_axis():
    t = np.arange(1, 10_001)
    axes = figures.lines({"a": (t, 1 / t)}, x="step", y="rate", log="xy").axes[0]
    places = np.log10(t[axes.get_lines()[0].get_markevery()])
    assert np.diff(places) == pytest.approx(4 / 7, abs=0.2)


def test_a_figure_has_labelled_axes():
    drawn = [
        figures.lines({"a": np.arange(3)}, x="step (updates)", y="loss"),
        figures.landscape(quadratic(10), {"path": np.zeros((3, 2))}),
    ]
    for figure in drawn:
        assert figure.axes[0].get_xlabel()
        assert figure.axes[0].get_ylabel()


def test_a_path_ends_where_it_diverges():
    path = np.array([[0.0, 0.5], [1.0, 1.0], [np.inf, 1.0], [np.nan, np.nan]])
    axes = figures.landscape(saddle(), {"path": path}).axes[0]
    (line,) = (line for line in axes.get_lines() if line.get_label() == "path")
    assert line.get_xydata().tolist() == [[0.0, 0.5], [1.0, 1.0]]


def test_panels_share_a_figure():
    figure, (left, right) = figures.panels("one", "two")
    assert figures.lines({"a": np.arange(3)}, x="step", y="loss", axes=left) is figure
    assert not right.get_lines()


def test_rows_of_a_data_matrix_carry_the_names_of_the_features():
    axes = figures.nonzeros(np.eye(3), ["a", "b", "c"]).axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["a", "b", "c"]


def test_a_picture_carries_its_sentence_in_every_form():
    figure = figures.lines({"a": np.arange(3)}, x="step", y="loss")
    data, metadata = figures.bundle(figure, 'Loss "a" & b < 3.')
    assert metadata["image/png"]["alt"] == data["text/plain"] == 'Loss "a" & b < 3.'
    assert 'alt="Loss &quot;a&quot; &amp; b &lt; 3."' in data["text/html"]
    picture = imread(io.BytesIO(base64.b64decode(data["image/png"])))
    assert picture.shape[1] > 600


def test_the_same_figure_gives_the_same_bytes():
    one, other = (figures.png(figures.lines({"a": np.arange(3)}, x="s", y="l")) for _ in "ab")
    assert one == other


def test_a_figure_without_a_sentence_is_refused():
    with pytest.raises(ValueError, match="sentence"):
        figures.show(figures.panels("")[0], " ")
