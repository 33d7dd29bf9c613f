"""The still picture of a view: the same panels as `canvas.js` draws, drawn once by matplotlib."""

import numpy as np
from matplotlib.figure import Figure

from .canvas import write

INK = {
    "text": "#1a1a1a", "soft": "#5f5f5f", "line": "#cccccc",
    "blue": "#0072B2", "vermillion": "#D55E00", "green": "#009E73", "purple": "#CC79A7",
}  # fmt: skip
MARKERS = {"circle": "o", "square": "s", "triangle": "^", "diamond": "D", "none": "", "right": ">"}
WIDTH, GAP, DPI = 900, 10, 100
PX = 72 / DPI  # points


def draw(spec, arrays, picks):
    """Draw every panel of a view.

    Parameters
    ----------
    spec : dict
        The view's, as `canvas.js` documents it.
    arrays : dict of str to ndarray
    picks : dict of str to int
        Where the controls stand.

    Returns
    -------
    Figure
    """
    heights = [max(panel["height"] for panel in row) for row in spec["rows"]]
    high = sum(heights) + GAP * len(heights)
    figure = Figure(figsize=(WIDTH / DPI, high / DPI), dpi=DPI, facecolor="white")
    top = GAP / 2
    for row, height in zip(spec["rows"], heights, strict=True):
        wide = WIDTH - GAP * (len(row) - 1)
        left = 0
        for panel in row:
            share = wide * panel["width"] / sum(one["width"] for one in row)
            Still(figure, spec, arrays, picks, panel).draw((left, top, share, height), high)
            left += share + GAP
        top += height + GAP / 2
    return figure


class Still:
    """One panel of a still picture."""

    def __init__(self, figure, spec, arrays, picks, panel):
        self.figure, self.spec, self.arrays = figure, spec, arrays
        self.picks, self.panel = picks, panel

    def draw(self, outer, high):
        """Draw it into a box of pixels (left, top, width, height) of a picture so high."""
        panel, (x, y, w, h) = self.panel, outer
        above = 28 if panel["title"] else 2
        below = 6 if "x" not in panel else 34 if panel["x"]["label"] else 20
        x, w = x + panel["left"], w - panel["left"] - panel["right"]
        y, h = y + above, h - above - below
        self.axes = axes = self.figure.add_axes(
            (x / WIDTH, 1 - (y + h) / high, w / WIDTH, h / high)
        )
        axes.set_facecolor("none")
        axes.spines[:].set_visible(False)
        axes.set(xticks=[], yticks=[])
        for way in ("x", "y"):
            if way in panel:
                self.scale(way, panel[way])
        offset = 4 - panel["left"], above - 15
        self.words(panel["title"], (0, 1), offset, weight="bold", size=12.5)
        if panel.get("blank"):
            self.words(panel["blank"], (0.5, 0.5), (0, 0), color=INK["soft"], ha="center")
        else:
            getattr(self, f"_{panel['kind']}")()
        scrub = panel.get("scrub")
        if scrub and panel["kind"] != "bars":
            last = len(next(c for c in self.spec["controls"] if c["name"] == scrub)["texts"]) - 1
            at = self.picks[scrub] / last
            axes.plot([at, at], [0, 1], color=INK["text"], lw=0.7, transform=axes.transAxes)

    def scale(self, way, axis):
        """Set an axis up with the ticks that it declares."""
        axes = self.axes
        if axis["log"]:
            getattr(axes, f"set_{way}scale")("log")
        getattr(axes, f"set_{way}lim")(axis["min"], axis["max"])
        ticks, texts = [tick for tick, _ in axis["ticks"]], [text for _, text in axis["ticks"]]
        getattr(axes, f"set_{way}ticks")(ticks, texts, fontsize=11 * PX, color=INK["soft"])
        getattr(axes, f"set_{way}ticks")([], minor=True)
        label = {"fontsize": 11 * PX, "color": INK["soft"], "labelpad": 1}
        getattr(axes, f"set_{way}label")(axis["label"], **label)
        axes.tick_params(way, length=3 if way == "x" else 0, color=INK["line"], pad=3)
        if way == "y":
            axes.grid(axis="y", color=INK["line"], lw=0.6)
            axes.set_axisbelow(True)

    def words(self, text, at, offset=(0, 0), *, size=12, color=INK["text"], way=None, **more):
        """Write text some pixels away from a place, by shares of the box or by the axes."""
        more = {"ha": "left", "va": "baseline", **more}
        self.axes.annotate(
            text, at, [px * PX for px in offset], xycoords=way or "axes fraction",
            textcoords="offset points", fontsize=size * PX, color=color, annotation_clip=False,
            **more,
        )  # fmt: skip

    def value(self, ref):
        """The numbers of a ref where the controls stand."""
        name, *places = ref
        at = (slice(None) if p == ":" else self.picks.get(p, p) for p in places)
        return self.arrays[name][tuple(at)]

    def within(self, values, way):
        """Keep a line near its axis: far outside is drawn as just outside."""
        low, high = self.panel[way]["min"], self.panel[way]["max"]
        values = np.asarray(values, dtype=float)
        if self.panel[way]["log"]:
            return np.clip(values, low / 10, high * 10)
        return np.clip(values, low - 3 * (high - low), high + 3 * (high - low))

    def _style(self, mark):
        dash = (0, [d / 2 for d in mark["dash"]]) if mark["dash"] else "-"
        return {"color": INK[mark["color"]], "linestyle": dash, "lw": 1.6}

    def _legend(self):
        axes, left = self.axes, 0
        width = self.figure.bbox.width * axes.get_position().width
        axes.set(xlim=(0, width), ylim=(-1, 1))
        for entry in self.panel["entries"]:
            axes.plot([left, left + 33], [0, 0], **self._style(entry))
            style = {"color": INK[entry["color"]], "markersize": 5}
            axes.plot(left + 16, 0, MARKERS[entry["marker"]], **style)
            self.words(entry["label"], (left + 40, 0), way="data", va="center")
            left += 64 + 7 * len(entry["label"])

    def _raster(self):
        axes, rows = self.axes, self.panel["rows"]
        axes.set_ylim(len(rows) - 0.5, -0.5)
        for i, row in enumerate(rows):
            there = np.flatnonzero(self.value(row["ref"]))
            axes.vlines(there, i - 0.38, i + 0.38, color=INK[row["color"]], lw=0.9)
            place = {"ha": "right", "va": "center", "way": ("axes fraction", "data")}
            self.words(row["label"], (0, i), (-10, 0), **place)

    def _lines(self):
        axes, time = self.axes, self.panel.get("time")
        for guide in self.panel.get("guides", ()):
            axes.axhline(guide, color=INK["soft"], lw=0.8, ls=":")
        for one in self.panel["series"]:
            y = np.atleast_1d(self.within(self.value(one["ref"]), "y"))
            x = self.value(one["xref"]) if "xref" in one else np.arange(len(y))
            x = np.atleast_1d(self.within(x, "x"))
            now = min(self.picks[time] + 1, len(y)) if time else len(y)
            if "trail" in one:
                axes.plot(x[:now][-one["trail"] :], y[:now][-one["trail"] :], ".",
                          color=INK[one["color"]], alpha=0.5)  # fmt: skip
            else:
                axes.plot(x, y, color=INK[one["color"]], lw=0.7, alpha=0.45)
                axes.plot(x[:now], y[:now], **self._style(one))
            if "expected" in one:
                rings = self.value(one["expected"])
                places = np.arange(len(rings)) * self.spec["every"]
                places = self.value(one["xexpected"]) if "xexpected" in one else places
                axes.plot(places, rings, "o", mfc="none", ms=4, mew=0.8, color=INK[one["color"]])
            there = np.flatnonzero(np.isfinite(x[:now] + y[:now]))
            if len(there):
                end = {"color": INK[one["color"]], "markersize": 6, "mec": "white", "mew": 0.6}
                axes.plot(x[there[-1]], y[there[-1]], MARKERS[one["marker"]], **end)

    def _plane(self):
        axes, panel, arrays = self.axes, self.panel, self.arrays
        axes.set_aspect("equal")
        axes.spines[:].set(visible=True, color=INK["line"])
        if contours := panel.get("contours"):
            at = self.picks[contours["by"]] if "by" in contours else 0
            start, end = contours["cuts"][at : at + 2]
            axes.plot(*arrays[contours["ref"]][start:end].T, color=INK["soft"], lw=0.5, alpha=0.6)
        if "minimum" in panel:
            axes.plot(*self.value(panel["minimum"]), "*", color=INK["text"], ms=11)
        for one in panel.get("arrows", ()):
            (x0, y0), (x1, y1) = self.value(one["from"]), self.value(one["to"])
            if np.isfinite([x0, y0, x1, y1]).all():
                arrow = {"arrowstyle": "-|>", "shrinkA": 0, "shrinkB": 0, **self._style(one)}
                axes.annotate("", (x1, y1), (x0, y0), arrowprops=arrow)
        self._lines()
        if "start" in panel:
            axes.plot(*self.value(panel["start"]), "o", mfc="none", color=INK["text"], ms=12)

    def _bars(self):
        axes, panel = self.axes, self.panel
        axes.set_ylim(len(panel["bars"]) - 0.5, -0.5)
        zero = panel["x"]["min"] if panel["x"]["log"] else 0
        axes.axvline(zero, color=INK["soft"], lw=0.8)
        for i, bar in enumerate(panel["bars"]):
            value = self.value(bar["ref"]) if bar["ref"] else np.nan
            known = not np.isnan(value)
            x = float(np.clip(value if known else zero, panel["x"]["min"], panel["x"]["max"]))
            axes.barh(i, x - zero, 0.6, zero, color=INK[bar["color"]])
            place = {"va": "center", "way": "data", "size": 11.5}
            self.words(write(value, panel["digits"]) if known else "—", (x, i), (5, 0), **place)
        if guide := panel.get("guide"):
            axes.axvline(self.value(guide["ref"]), color=INK["text"], lw=0.8, ls="--")
            place = {"way": ("data", "axes fraction"), "size": 11.5}
            self.words(guide["label"], (self.value(guide["ref"]), 1), (4, 0), **place)

    def _spans(self):
        axes, panel = self.axes, self.panel
        axes.set_ylim(len(panel["spans"]) - 0.5, -0.5)
        for i, span in enumerate(panel["spans"]):
            ends = [self.value(span[end]) for end in ("low", "middle", "high")]
            low, middle, high = np.clip(ends, panel["x"]["min"], panel["x"]["max"])
            color = INK[span["color"]]
            axes.plot([low, high], [i, i], "|-", color=color, lw=1.6, ms=6)
            axes.plot(middle, i, MARKERS[span["marker"]], color=color, ms=6, clip_on=False)
            note = span.get("note")
            label = note["texts"][self.picks[note["by"]]] if note else span["label"]
            place = {"ha": "right", "va": "center", "way": ("axes fraction", "data")}
            self.words(label, (0, i), (-10, 0), size=11.5, **place)
