"""The still picture of a view: the panels of `browser/view.js`, drawn once by matplotlib."""

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
    """Draw every panel of a view: its spec and arrays, where the controls stand; gives a Figure."""
    heights = [max(panel["height"] for panel in row) for row in spec["rows"]]
    high, top = sum(heights) + GAP * len(heights), GAP / 2
    figure = Figure(figsize=(WIDTH / DPI, high / DPI), dpi=DPI, facecolor="white")
    for row, height in zip(spec["rows"], heights, strict=True):
        wide, left = WIDTH - GAP * (len(row) - 1), 0
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
        box = x / WIDTH, 1 - (y + h) / high, w / WIDTH, h / high
        self.axes = axes = self.figure.add_axes(box, facecolor="none", xticks=[], yticks=[])
        axes.spines[:].set_visible(False)
        for way in {"x", "y"} & set(panel):
            self.scale(way, panel[way])
        self.words(panel["title"], (0, 1), (4 - panel["left"], above - 15), weight="bold")
        if "blank" in panel:
            self.words(panel["blank"], (0.5, 0.5), color=INK["soft"], ha="center")
        else:
            getattr(self, f"_{panel['kind']}")()
        if scrub := panel.get("scrub"):
            texts = next(c["texts"] for c in self.spec["controls"] if c["name"] == scrub)
            at = self.picks[scrub] / (len(texts) - 1)
            axes.plot([at, at], [0, 1], color=INK["text"], lw=0.7, transform=axes.transAxes)

    def scale(self, way, axis):
        """Set an axis up with the ticks that it declares."""
        axes, soft = self.axes, {"fontsize": 11 * PX, "color": INK["soft"]}
        scale = "log" if axis["log"] else "linear"
        axes.set(**{f"{way}scale": scale, f"{way}lim": (axis["min"], axis["max"])})
        ticks = getattr(axes, f"set_{way}ticks")
        ticks([tick for tick, _ in axis["ticks"]], [text for _, text in axis["ticks"]], **soft)
        ticks([], minor=True)
        getattr(axes, f"set_{way}label")(axis["label"], labelpad=1, **soft)
        axes.tick_params(way, length=3 if way == "x" else 0, color=INK["line"], pad=3)
        if way == "y":
            axes.grid(axis="y", color=INK["line"], lw=0.6)
            axes.set_axisbelow(True)

    def words(self, text, at, offset=(0, 0), *, color=INK["text"], way="axes fraction", **more):
        """Write text some pixels away from a place, by shares of the box or by the axes."""
        self.axes.annotate(
            text, at, [px * PX for px in offset], xycoords=way, textcoords="offset points",
            fontsize=12 * PX, color=color, annotation_clip=False, **more,
        )  # fmt: skip

    def label(self, text, row):
        """Write what a row is called to its left."""
        self.words(text, (0, row), (-10, 0), way=("axes fraction", "data"), ha="right", va="center")

    def value(self, ref):
        """The numbers of a ref where the controls stand."""
        name, *places = ref
        at = (slice(None) if p == ":" else self.picks.get(p, p) for p in places)
        return self.arrays[name][tuple(at)]

    def within(self, values, way):
        """Keep a line near its axis: far outside is drawn as just outside."""
        low, high = self.panel[way]["min"], self.panel[way]["max"]
        log, far = self.panel[way]["log"], 3 * (high - low)
        values = np.atleast_1d(np.asarray(values, dtype=float))
        return np.clip(values, low / 10 if log else low - far, high * 10 if log else high + far)

    def _line(self, x, y, mark):
        dash = (0, [d / 2 for d in mark["dash"]]) if mark["dash"] else "-"
        self.axes.plot(x, y, color=INK[mark["color"]], linestyle=dash, lw=1.6)

    def _point(self, x, y, mark):
        shape, color = MARKERS[mark["marker"]], INK[mark["color"]]
        self.axes.plot(x, y, shape, color=color, ms=6, mec="white", mew=0.6, clip_on=False)

    def _legend(self):
        left, width = 0, self.figure.bbox.width * self.axes.get_position().width
        self.axes.set(xlim=(0, width), ylim=(-1, 1))
        for entry in self.panel["entries"]:
            self._line([left, left + 33], [0, 0], entry)
            self._point(left + 16, 0, entry)
            self.words(entry["label"], (left + 40, 0), way="data", va="center")
            left += 64 + 7 * len(entry["label"])

    def _raster(self):
        self.axes.set_ylim(len(self.panel["rows"]) - 0.5, -0.5)
        for i, row in enumerate(self.panel["rows"]):
            there = np.flatnonzero(self.value(row["ref"]))
            self.axes.vlines(there, i - 0.38, i + 0.38, color=INK[row["color"]], lw=0.9)
            self.label(row["label"], i)

    def _lines(self):
        axes, time = self.axes, self.panel.get("time")
        for guide in self.panel.get("guides", ()):
            axes.axhline(guide, color=INK["soft"], lw=0.8, ls=":")
        for one in self.panel["series"]:
            color, y = INK[one["color"]], self.within(self.value(one["ref"]), "y")
            x = self.value(one["xref"]) if "xref" in one else np.arange(len(y))
            x = self.within(x, "x")
            now = slice(self.picks[time] + 1 if time else len(y))
            if "trail" in one:
                axes.plot(x[now][-one["trail"] :], y[now][-one["trail"] :], ".", c=color, alpha=0.5)
            else:
                axes.plot(x, y, color=color, lw=0.7, alpha=0.45)
                self._line(x[now], y[now], one)
            if "expected" in one:
                y_rings = self.value(one["expected"])
                x_rings = np.arange(len(y_rings)) * self.spec["every"]
                x_rings = self.value(one["xexpected"]) if "xexpected" in one else x_rings
                axes.plot(x_rings, y_rings, "o", mfc="none", ms=4, mew=0.8, color=color)
            there = np.flatnonzero(np.isfinite(x[now] + y[now]))[-1:]
            shown = (
                [self.panel[way]["min"] for way in "xy"],
                [self.panel[way]["max"] for way in "xy"],
            )
            self._point(*np.clip(np.stack([x[there], y[there]], -1), *shown).T, one)

    def _plane(self):
        axes, panel = self.axes, self.panel
        axes.set_aspect("equal")
        axes.spines[:].set(visible=True, color=INK["line"])
        if contours := panel.get("contours"):
            at = self.picks.get(contours.get("by"), 0)
            points = self.arrays[contours["ref"]][slice(*contours["cuts"][at : at + 2])]
            axes.plot(*points.T, color=INK["soft"], lw=0.5, alpha=0.6)
        if "minimum" in panel:
            axes.plot(*self.value(panel["minimum"]), "*", color=INK["text"], ms=11)
        for one in panel.get("arrows", ()):
            begin, end = self.value(one["from"]), self.value(one["to"])
            if np.isfinite([begin, end]).all():
                self._line(*np.stack([begin, end], -1), one)
                arrow = {"arrowstyle": "-|>", "shrinkB": 0, "color": INK[one["color"]]}
                axes.annotate("", end, begin + 0.9 * (end - begin), arrowprops=arrow)
        self._lines()
        if "start" in panel:
            axes.plot(*self.value(panel["start"]), "o", mfc="none", color=INK["text"], ms=12)

    def _bars(self):
        axes, panel, x = self.axes, self.panel, self.panel["x"]
        axes.set_ylim(len(panel["bars"]) - 0.5, -0.5)
        zero = x["min"] if x["log"] else 0
        axes.axvline(zero, color=INK["soft"], lw=0.8)
        for i, bar in enumerate(panel["bars"]):
            value = self.value(bar["ref"]) if bar["ref"] else np.nan
            end = zero if np.isnan(value) else np.clip(value, x["min"], x["max"])
            axes.barh(i, end - zero, 0.6, zero, color=INK[bar["color"]])
            text = "—" if np.isnan(value) else write(value, panel["digits"])
            self.words(text, (end, i), (5, 0), va="center", way="data")
        if guide := panel.get("guide"):
            at = self.value(guide["ref"])
            axes.axvline(at, color=INK["text"], lw=0.8, ls="--")
            self.words(guide["label"], (at, 1), (4, 0), way=("data", "axes fraction"))

    def _spans(self):
        self.axes.set_ylim(len(self.panel["spans"]) - 0.5, -0.5)
        for i, span in enumerate(self.panel["spans"]):
            ends = [self.value(span[end]) for end in ("low", "middle", "high")]
            low, middle, high = np.clip(ends, self.panel["x"]["min"], self.panel["x"]["max"])
            self.axes.plot([low, high], [i, i], "|-", color=INK[span["color"]], lw=1.6, ms=6)
            self._point(middle, i, span)
            note = span.get("note")
            self.label(note["texts"][self.picks[note["by"]]] if note else span["label"], i)
