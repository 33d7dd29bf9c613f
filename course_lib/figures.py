"""Figures of the lessons: numbers in, one matplotlib figure out.

Every figure has labelled axes, the Okabe-Ito colours, and a dash and a marker beside each colour,
so that no reader depends on colour alone. `show` displays a figure together with a sentence that
says the same in words. Figures are made without pyplot: nothing is shown twice, and no global
state is left behind.
"""

import base64
import html
import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from PIL import Image

from course_lib.problems import Problem

Array = np.ndarray

# Okabe and Ito (2008), "Color universal design". The pale ones come last.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#000000", "#CC79A7", "#E69F00", "#56B4E9")
DASHES = ("-", (0, (5, 2)), (0, (1, 1.2)), (0, (6, 2, 1, 2)), (0, (3, 1, 1, 1, 1, 1)), "-", "--")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
FONT_SIZE = 11


def panels(*titles: str, width: float = 8.0, height: float = 3.4) -> tuple[Figure, list[Axes]]:
    """Make a figure with one pair of axes a title, side by side.

    Parameters
    ----------
    *titles : str
        One title a panel; an empty one for a panel without a title.
    width, height : float
        Size of the whole figure in inches.

    Returns
    -------
    figure : Figure
    axes : list of Axes
    """
    figure = Figure(figsize=(width, height), dpi=110, layout="constrained", facecolor="white")
    axes = list(figure.subplots(1, len(titles), squeeze=False)[0])
    for one, title in zip(axes, titles, strict=True):
        one.set_title(title, fontsize=FONT_SIZE)
        one.tick_params(labelsize=FONT_SIZE - 1)
    return figure, axes


def lines(
    series: Mapping[str, Any],
    *,
    x: str,
    y: str,
    log: str = "",
    title: str = "",
    axes: Axes | None = None,
) -> Figure:
    """Draw curves that share their axes, each with its own colour, dash and marker.

    Parameters
    ----------
    series : dict of str to array or (array, array)
        What each curve is called, and its heights; or its places and heights. Without places a
        curve is drawn against 0, 1, 2 ...
    x, y : str
        Labels of the axes, with units.
    log : str
        Which axes are logarithmic: "", "x", "y" or "xy".
    title : str
        Title of a figure of its own.
    axes : Axes, optional
        Where to draw; a new figure where none is given.

    Returns
    -------
    Figure
    """
    alone = axes is None
    figure, axes = _canvas(axes, title)
    if "x" in log:
        axes.set_xscale("log")
    if "y" in log:
        axes.set_yscale("log")
    for i, (label, curve) in enumerate(series.items()):
        places, heights = curve if isinstance(curve, tuple) else (np.arange(len(curve)), curve)
        marks = _marks(np.asarray(places), "x" in log, i / len(series))
        axes.plot(places, heights, label=label, markevery=marks, **_style(i))
    axes.set_xlabel(x, fontsize=FONT_SIZE)
    axes.set_ylabel(y, fontsize=FONT_SIZE)
    axes.grid(color="#d9d9d9", linewidth=0.6)
    if len(series) > 1 and alone:  # above the curves, so that it covers none
        names: dict[str, Any] = {
            "loc": "outside upper center",
            "ncols": len(series),
            "frameon": False,
        }
        figure.legend(fontsize=FONT_SIZE - 1, **names)
    elif len(series) > 1:
        axes.legend(fontsize=FONT_SIZE - 1)
    return figure


def landscape(
    problem: Problem, paths: Mapping[str, Array], *, title: str = "", axes: Axes | None = None
) -> Figure:
    """Draw the contours of a loss over two weights, and paths that cross it.

    Parameters
    ----------
    problem : Problem
        A loss over two weights, with its window and its minimum.
    paths : dict of str to array, shape (steps + 1, 2)
        What each path is called, and its points. A path ends where it stops being finite.
    title : str
        Title of a figure of its own.
    axes : Axes, optional
        Where to draw; a new figure where none is given.

    Returns
    -------
    Figure
    """
    figure, axes = _canvas(axes, title)
    assert problem.window is not None  # it has two weights
    left, right, bottom, top = problem.window
    grid = np.stack(np.meshgrid(np.linspace(left, right, 181), np.linspace(bottom, top, 181)), -1)
    height = problem.loss(grid)
    height = height - height.min()
    levels = height.max() * np.geomspace(1e-4, 1, 13)
    axes.contour(grid[..., 0], grid[..., 1], height, levels, colors="#b3b3b3", linewidths=0.8)
    for i, (label, path) in enumerate(paths.items()):
        finite = np.isfinite(path).all(-1)
        path = path[: len(path) if finite.all() else finite.argmin()]
        axes.plot(*path.T, label=label, markevery=max(1, len(path) // 12), **_style(i))
        axes.plot(*path[0], "o", color="black", markersize=7)
    if problem.minimum is not None:
        axes.plot(*problem.minimum, "*", color="black", markersize=13, label="minimum")
    axes.set(xlim=(left, right), ylim=(bottom, top))
    axes.set_xlabel("$w_1$ (units of weight)", fontsize=FONT_SIZE)
    axes.set_ylabel("$w_2$ (units of weight)", fontsize=FONT_SIZE)
    axes.legend(fontsize=FONT_SIZE - 1)
    return figure


def nonzeros(
    x: Array, names: Sequence[str], *, rows: int = 60, title: str = "", axes: Axes | None = None
) -> Figure:
    """Draw which entries of a data matrix differ from zero: dark cells on white.

    Parameters
    ----------
    x : array, shape (examples, features)
    names : sequence of str
        What the features are called.
    rows : int
        How many examples to draw, from the first.
    title : str
        Title of a figure of its own.
    axes : Axes, optional
        Where to draw; a new figure where none is given.

    Returns
    -------
    Figure
    """
    figure, axes = _canvas(axes, title)
    axes.pcolormesh(x[:rows].T != 0, cmap=ListedColormap(["white", COLOURS[0]]), vmin=0, vmax=1)
    axes.hlines(np.arange(1, len(names)), 0, min(rows, len(x)), color="#b3b3b3", linewidth=0.6)
    axes.set_yticks(np.arange(len(names)) + 0.5, names, fontsize=FONT_SIZE)
    axes.invert_yaxis()
    axes.set_xlabel("example (number)", fontsize=FONT_SIZE)
    return figure


def show(figure: Figure, alt: str) -> None:
    """Display a figure with the sentence that says in words what it shows.

    The picture carries the sentence as its alternative text, and a reader that shows no
    pictures prints it. Both are the same on every run, so that outputs can be compared.

    Parameters
    ----------
    figure : Figure
    alt : str
        What is to be seen, for someone who cannot see it.

    Raises
    ------
    ValueError
        Where the sentence is empty.
    """
    data, metadata = bundle(figure, alt)
    display(data, metadata=metadata, raw=True)


def bundle(figure: Figure, alt: str) -> tuple[dict[str, str], dict[str, Any]]:
    """Make what a notebook stores of a figure: the picture, and its sentence wherever it can be.

    Front ends read the sentence from different places. JupyterLab and nbconvert take the HTML,
    where it is the picture's `alt`; others take the PNG with its metadata; a terminal the text.

    Parameters
    ----------
    figure : Figure
    alt : str

    Returns
    -------
    data, metadata : dict
        By MIME type, as IPython's `display` takes them with `raw=True`.

    Raises
    ------
    ValueError
        Where the sentence is empty.
    """
    if not alt.strip():
        raise ValueError("a figure needs a sentence that says what it shows")
    picture = png(figure)
    data = {
        "image/png": picture,
        "text/html": f'<img alt="{html.escape(alt)}" src="data:image/png;base64,{picture}">',
        "text/plain": alt,
    }
    return data, {"image/png": {"alt": alt}}


def png(figure: Figure) -> str:
    """Render a figure to a PNG in base64 text, the same bytes for the same picture.

    Parameters
    ----------
    figure : Figure

    Returns
    -------
    str
    """
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": None})
    small = io.BytesIO()  # 64 colours are enough for line drawings, in a quarter of the bytes
    Image.open(buffer).convert("RGB").quantize(64, dither=Image.Dither.NONE).save(small, "png")
    return base64.b64encode(small.getvalue()).decode("ascii")


def _canvas(axes: Axes | None, title: str) -> tuple[Figure, Axes]:
    if axes is not None:
        return axes.figure, axes  # type: ignore[return-value]
    figure, (axes,) = panels(title, width=6.4)
    return figure, axes


def _style(i: int) -> dict[str, Any]:
    i %= len(COLOURS)
    return {"color": COLOURS[i], "linestyle": DASHES[i], "marker": MARKERS[i], "markersize": 5}


def _marks(places: Array, log: bool, shift: float) -> list[int]:
    """Choose the points that carry a marker: about seven, evenly spread over the axis as drawn.

    Each curve of a figure has its own shift, from 0 to 1, so that curves which lie on one another
    still show all their markers.
    """
    at = np.log(places, where=places > 0, out=np.full(len(places), np.nan)) if log else places
    first, last = np.nanmin(at), np.nanmax(at)
    wanted = first + (last - first) * (np.arange(7) + shift) / 7
    return sorted({int(np.nanargmin(np.abs(at - place))) for place in wanted})
