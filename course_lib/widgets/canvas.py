"""The live view: numbers computed once in the kernel, drawn and scrubbed in the browser.

A view is a `spec` (controls, panels, sentences: plain data) and one binary buffer that holds every
array the panels index. Moving a slider never asks the kernel for anything. What a view declares is
looked up and tried here, so that a mistake in it is told in Python.
"""

import inspect

import anywidget
import numpy as np
from IPython.display import display
from traitlets import Bytes, Dict, Int, Unicode

from . import browser
from .grid import At, Grid, NotRun, resolve

STORED = "A live view: run this cell to move it. At first it looks like this."
NOTHING = "nothing to draw yet"


class View(anywidget.AnyWidget):
    """A live view on one canvas, declared by names.

    Parameters
    ----------
    title, ask : str
        What it is called, and the question that stands there until something moves.
    controls : list of Control
        In the order in which they stand.
    arrays : dict of str to (str, ndarray or None)
        Each array with the names of its axes: ``{"w": ("step lr", w)}``. An axis named like a
        control has its length. None in place of what a rule did not give: marks of it are left out.
    axes : dict of str to sequence, optional
        The values along axes that are no controls.
    rows : list of list of panels
        As `parts` makes them, side by side and below each other.
    caption : callable
        What to notice: ``caption(at, lr, beta)`` for the controls that it names, where `at` has
        the arrays at these values. It is asked for every value of them.
    status : list of str and numbers
        What is shown, in one line, as `parts.number` and `parts.numbers` make it.
    message : str
        What the check says of a rule that is not right, or "".
    picks : dict of str to int, optional
        Where the controls stand, by position; otherwise at their first values.
    **more : object
        ``every`` and ``background``, as `browser/view.js` documents them.

    Attributes
    ----------
    arrays : dict of str to ndarray
        The numbers behind the view, in full precision.
    picks : dict of str to int
        The position of every control. Follows the student's hand, and may be set.
    first : dict of str to int
        Where the controls stood at first, and stand again after Reset.

    Raises
    ------
    ValueError
        In one sentence, where the declaration contradicts itself.
    """

    # Text, not paths: anywidget would watch a path with a thread per view.
    _esm = browser.join("view.js")
    _css = browser.CSS
    spec = Dict(key_trait=Unicode()).tag(sync=True)
    data = Bytes().tag(sync=True)
    picks = Dict(key_trait=Unicode(), value_trait=Int()).tag(sync=True)
    alt = Unicode().tag(sync=True)

    def __init__(self, **declared):
        super().__init__()
        self.first = None
        self.load(**declared)

    def load(self, *, title, picks=None, message="", **declared):
        """Show other numbers: parameters as above, sent to the browser in one message."""
        try:
            spec, first = self._read(**declared)
        except ValueError as error:
            raise ValueError(f"{title}: {error}") from error.__cause__
        self.first = self.first or first
        layout, start = {}, 0
        for name, array in self.arrays.items():
            layout[name] = {"start": start, "shape": list(np.shape(array))}
            start += np.size(array)
        with np.errstate(over="ignore"):  # beyond float32 is off every scale: drawn as infinite
            data = b"".join(np.asarray(a, dtype="<f4").tobytes() for a in self.arrays.values())
        with self.hold_sync():
            more = {"title": title, "message": message, "arrays": layout, "start": self.first}
            self.spec = {**spec, **more}
            self.picks = dict(picks or self.first)
            self.alt = self._words()
            self.data = data

    def _read(self, *, ask, controls, arrays, rows, caption, status, axes=None, **more):
        """Look every name up: the spec, and where the controls stand at first."""
        names = [control.name for control in controls]
        titles = [panel["title"] for row in rows for panel in row if panel["title"]]
        for what, those in (("controls", names), ("panels", titles)):
            if twice := sorted({one for one in those if those.count(one) > 1}):
                raise ValueError(f"two {what} are called {twice[0]}")
        self.grid = Grid({c.name: c.values for c in controls} | (axes or {}), arrays)
        self.arrays = self.grid.arrays
        first = {control.name: self.grid.index(control.name, control.first) for control in controls}
        spec = {
            "ask": ask,
            "controls": [control.spec() for control in controls],
            "rows": [[self._panel(panel, names) for panel in row] for row in rows],
            "captions": self._captions(caption, names),
            "status": self._status(status, names),
            **more,
        }
        return spec, first

    def _panel(self, panel, names):
        panel = dict(panel)
        if panel["kind"] == "legend":
            there = [e for e in panel["entries"] if "ref" not in e or self._has(e)]
            looks = ("label", "color", "dash", "marker")
            panel["entries"] = [{key: entry[key] for key in looks} for entry in there]
            return panel
        over = panel.pop("over", None)
        for key in ("time", "scrub"):
            if panel.get(key) is True:  # by the panel's own axis, where that is a control
                panel[key] = over if over in names else None
            if panel.get(key) and panel[key] not in names:
                raise ValueError(f"{panel['title']}: there is no control {panel[key]}")
        try:
            panel = resolve(self.grid, names, panel, over)
        except ValueError as error:
            raise ValueError(f"{panel['title']}: {error}") from None
        drawn = [key for key in ("series", "arrows", "spans", "rows") if key in panel]
        for key in drawn:
            panel[key] = [one for one in panel[key] if None not in one.values()]
        if drawn and not any(panel[key] for key in drawn):
            panel["blank"] = NOTHING
        return panel

    def _has(self, mark):
        if mark["ref"].array not in self.grid.axes:
            raise ValueError(f"legend: there is no array {mark['ref'].array}")
        return mark["ref"].array in self.arrays

    def _captions(self, caption, names):
        """Ask for the caption of every value of the controls that it names."""
        by = list(inspect.signature(caption).parameters)[1:]
        if unknown := [name for name in by if name not in names]:
            raise ValueError(f"the caption asks for {unknown[0]}, which is no control")
        texts = []
        for place in np.ndindex(*(len(self.grid.values[name]) for name in by)):
            values = {name: self.grid.values[name][i] for name, i in zip(by, place, strict=True)}
            where = ", ".join(f"{name} = {value}" for name, value in values.items())
            try:
                text = caption(At(self.grid, dict(zip(by, place, strict=True))), **values)
            except NotRun:
                text = ""
            except Exception as error:
                said = f"{type(error).__name__}: {error}"
                raise ValueError(f"the caption fails for {where}: {said}") from error
            if not isinstance(text, str):
                raise ValueError(f"the caption for {where} is no text but {text!r}")
            texts.append(text)
        return {"by": by, "texts": texts}

    def _status(self, status, names):
        """Leave out what was not computed: a part in a list of its own, or all."""
        try:
            found = resolve(self.grid, names, status)
        except ValueError as error:
            raise ValueError(f"status: {error}") from None
        parts = []
        for part in found:
            group = part if isinstance(part, list) else [part]
            missing = any(isinstance(one, dict) and one["ref"] is None for one in group)
            if missing and group is not part:
                return ["Nothing to tell yet."]
            parts += [] if missing else group
        if not any(isinstance(part, dict) for part in parts):
            return ["Nothing to tell yet."]
        if isinstance(parts[-1], str):
            return [*parts[:-1], parts[-1].rstrip("; ,.") + "."]
        return [*parts, "."]

    def _words(self):
        """What the view shows, for someone who cannot see it."""
        controls = self.spec["controls"]
        stand = "; ".join(f"{c['label']} {c['texts'][self.picks[c['name']]]}" for c in controls)
        return f"{self.spec['title'].rstrip('?')}. {stand}. {self.caption()} {self.status()}"

    def caption(self):
        """What there is to notice where the controls stand."""
        by, texts = self.spec["captions"]["by"], self.spec["captions"]["texts"]
        at = 0
        for name in by:
            at = at * len(self.grid.values[name]) + self.picks[name]
        return texts[at]

    def status(self):
        """The status line where the controls stand, as the browser writes it."""
        parts = self.spec["status"]
        return "".join(p if isinstance(p, str) else self._number(**p) for p in parts)

    def _number(self, ref, digits):
        name, *places = ref
        return write(self.arrays[name][tuple(self.picks.get(p, p) for p in places)], digits)

    def at(self, **values):
        """The arrays where these controls and axes have these values.

        Parameters
        ----------
        **values : object
            By name: ``view.at(rarity=1 / 20, lr=0.5)["w"]``.

        Returns
        -------
        mapping of str to ndarray
            Each array without the axes that were given.

        Raises
        ------
        ValueError
            For a name or a value that is not there.
        """
        return self.grid.at(**values)

    def control(self, name):
        """The control of that name, as the spec has it."""
        return next(c for c in self.spec["controls"] if c["name"] == name)

    def figure(self, **picks):
        """Draw the still picture as the controls stand, or with some of them elsewhere."""
        from .still import draw  # matplotlib, which nothing else here needs

        return draw(self.spec, self.arrays, {**self.picks, **picks})


def write(value, digits=3):
    """A number as `browser/view.js` writes it."""
    with np.errstate(over="ignore"):
        value = float(np.float32(value))
    if np.isnan(value):
        return "not a number"
    if np.isinf(value):
        return "∞" if value > 0 else "−∞"
    if value and not 1e-3 <= abs(value) < 1e5:
        mantissa, exponent = f"{value:.1e}".split("e")
        text = f"{mantissa}e{int(exponent):+d}"
    else:
        text = f"{float(f'{value:.{digits - 1}e}'):.15g}"
    return text.replace("-", "−")


def show(view):
    """Display a live view, and then its still picture.

    Where a kernel and a browser are there, the view shows; elsewhere (a stored notebook, a page
    made by nbconvert, a code-hosting site) its picture does. They are two outputs, so that the
    view need not wait for matplotlib; `browser/view.css` hides a picture below its view.

    Parameters
    ----------
    view : View
    """
    display(view._repr_mimebundle_()[0] | {"text/plain": STORED}, raw=True)
    from course_lib.figures import bundle  # matplotlib, which a view that moves does not need

    data, metadata = bundle(view.figure(), view.alt)
    data["text/html"] = data["text/html"].removesuffix(">") + ' class="alr-twin">'
    display(data, metadata=metadata, raw=True)
