"""The live view: numbers computed once in the kernel, drawn and scrubbed in the browser.

A view is a `spec` (controls, panels, sentences: plain data) and one binary buffer that holds every
array the panels index. Moving a slider never asks the kernel for anything.
"""

import anywidget
import numpy as np
from IPython.display import display
from traitlets import Bytes, Dict, Unicode

from course_lib.figures import bundle

from . import browser

STORED = "A live view: run this cell to move it. At first it looks like this."


class View(anywidget.AnyWidget):
    """A live view on one canvas.

    Parameters
    ----------
    spec : dict
        Controls, panels and sentences, as `browser/view.js` documents them.
    arrays : dict of str to ndarray
        What the panels draw. Sent once, as float32.
    figure : callable
        Draws the still twin for the places of the controls: ``figure(picks) -> Figure``.
    alt : str
        What the still twin shows, in one or two sentences.
    picks : dict of str to int
        The first place of every control.

    Attributes
    ----------
    arrays : dict of str to ndarray
        The numbers behind the view, in full precision.
    picks : dict of str to int
        The place of every control. Follows the student's hand, and may be set.
    first : dict of str to int
        Where the controls stood at first, and stand again after Reset.
    """

    # Text, not paths: anywidget would watch a path with a thread per view.
    _esm = browser.join("view.js")
    _css = browser.CSS
    spec = Dict().tag(sync=True)
    data = Bytes().tag(sync=True)
    picks = Dict().tag(sync=True)
    alt = Unicode().tag(sync=True)

    def __init__(self, spec, arrays, figure, alt, picks):
        super().__init__()
        self.first = dict(picks)
        self.load(spec, arrays, figure, alt, picks)

    def load(self, spec, arrays, figure, alt, picks):
        """Show other numbers: parameters as above, sent to the browser in one message."""
        self.arrays = arrays
        self._figure = figure
        layout, start = {}, 0
        for name, array in arrays.items():
            layout[name] = {"start": start, "shape": list(np.shape(array))}
            start += np.size(array)
        with np.errstate(over="ignore"):  # beyond float32 is off every scale: drawn as infinite
            data = b"".join(np.asarray(a, dtype="<f4").tobytes() for a in arrays.values())
        with self.hold_sync():
            self.spec = {**spec, "arrays": layout, "start": self.first}
            self.alt = alt
            self.picks = dict(picks)
            self.data = data

    def control(self, name):
        """The control of that name, as the spec has it."""
        return next(c for c in self.spec["controls"] if c["name"] == name)

    def figure(self, **picks):
        """Draw the still twin as the controls stand, or with some of them elsewhere."""
        return self._figure({**self.picks, **picks})


def show(view):
    """Display a live view, and then its still picture.

    Where a kernel and a browser are there, the view shows; elsewhere (a stored notebook, a page
    made by nbconvert, a code-hosting site) its PNG twin does. They are two outputs, so that the
    view need not wait for matplotlib; `browser/view.css` hides a twin below its view.

    Parameters
    ----------
    view : View
    """
    display(view._repr_mimebundle_()[0] | {"text/plain": STORED}, raw=True)
    data, metadata = bundle(view.figure(), view.alt)
    data["text/html"] = data["text/html"].removesuffix(">") + ' class="alr-twin">'
    display(data, metadata=metadata, raw=True)
