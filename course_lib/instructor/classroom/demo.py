"""The classroom: the lessons' live views on pages of their own, with the reference and no code.

`course demo` serves one notebook with Voilà. What it shows is told by the address: `?scene=NAME`
opens a view in a certain state, no name the table of contents.
"""

import html
import os
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs

import anywidget
import nbformat
import traitlets
from IPython.display import display

from course_lib import LESSONS, CourseError, widgets
from course_lib.widgets.gallery import GALLERY, rules


@dataclass(frozen=True)
class Scene:
    """A view in the state that a lecture begins with.

    Attributes
    ----------
    lesson, view : str
    title : str
    ask : str
        What to ask the class before anything moves.
    controls : dict of str to str
        Those that do not stand where the view puts them, by the text that they show.
    """

    lesson: str
    view: str
    title: str
    ask: str
    controls: dict = field(default_factory=dict)

    def open(self):
        """Make the view, its controls where the scene wants them, at first and after Reset."""
        view = GALLERY[self.view](rules("solutions.updates"))
        for name, text in self.controls.items():
            view.first[name] = view.control(name)["texts"].index(text)
        view.spec = {**view.spec, "start": view.first}
        view.picks = dict(view.first)
        return view


SCENES = {
    "one-rate": Scene(
        "01_adaptive_rates",
        "landscape",
        "One learning rate for two directions",
        "Which way does the first step go, and why not towards the minimum?",
    ),
    "too-fast": Scene(
        "01_adaptive_rates",
        "landscape",
        "Three times as fast",
        "Which of the two directions gives way first?",
        {"lr": "3.2"},
    ),
    "one-in-100": Scene(
        "02_adagrad",
        "sparse",
        "A feature in one example of a hundred",
        "How often did the rare weight move? How far would it have to go each time?",
        {"rarity": "1 in 100"},
    ),
    "along-the-axes": Scene(
        "02_adagrad",
        "two-landscapes",
        "AdaGrad beside plain descent",
        "Why does AdaGrad's first step go equally far in both directions?",
    ),
    "turned": Scene(
        "02_adagrad",
        "two-landscapes",
        "The same ravine, turned by 45°",
        "AdaGrad measures each coordinate by itself. What has it lost?",
        {"angle": "45°"},
    ),
    "loud-then-quiet": Scene(
        "03_rmsprop",
        "memory",
        "Loud gradients, then quiet ones",
        "Which of the two rules finds back to large steps, and after how long?",
    ),
    "one-spike": Scene(
        "03_rmsprop",
        "memory",
        "One spike",
        "How many steps does RMSprop need to forget it? What does the window say?",
        {"stream": "one spike", "window": "20 steps, beta 0.95"},
    ),
    "two-cycle": Scene(
        "03_rmsprop",
        "oscillation",
        "To and fro for ever",
        "The minimum is at 0. Why does the weight not stay there?",
        {"lr": "0.5"},
    ),
    "small-rate": Scene(
        "03_rmsprop",
        "oscillation",
        "The same with a small learning rate",
        "How wide is the swing now? Guess before you look at the axis.",
        {"lr": "0.0312"},
    ),
    "ten-times-the-unit": Scene(
        "04_adadelta",
        "units",
        "The weight in another unit",
        "Metres become decimetres. Whose path stays the same path?",
        {"s": "10"},
    ),
    "eps-has-a-unit": Scene(
        "04_adadelta",
        "units",
        "And eps with it",
        "Which unit has eps? What if it is changed along?",
        {"s": "10", "eps": "times the unit squared"},
    ),
    "first-steps": Scene(
        "05_adam",
        "moments",
        "With and without the correction",
        "At which step is the uncorrected step longest?",
        {"beta1": "0.95", "beta2": "0.999"},
    ),
    "noise": Scene(
        "05_adam",
        "moments",
        "A gradient of 1 with noise",
        "Both averages aim at a true moment. Which arrives first?",
        {"stream": "1 with noise"},
    ),
    "the-ball": Scene(
        "06_adamax_nadam",
        "norms",
        "The unit ball as p grows",
        "Which shape does the ball take at the end?",
        {"p": "2"},
    ),
    "a-pulse": Scene(
        "06_adamax_nadam",
        "norms",
        "A pulse, then silence",
        "Whose denominator falls first, Adam's or AdaMax's?",
        {"stream": "a pulse, then silence", "p": "∞"},
    ),
    "look-ahead": Scene(
        "06_adamax_nadam",
        "nesterov",
        "Look first, then step",
        "From which point does the gradient's arrow start?",
    ),
    "all-schedules": Scene(
        "07_schedules",
        "schedules",
        "All schedules",
        "Which curve jumps up, which one comes back the way it went, which one dies?",
    ),
    "triangle-of-the-notes": Scene(
        "07_schedules",
        "schedules",
        "The triangle of the notes",
        "The formula says μ is the period. How often does this triangle rise?",
        {"schedule": "triangle of the notes"},
    ),
    "runaway": Scene(
        "07_schedules",
        "schedules",
        "A learning rate that is too high",
        "The fixed rate runs away. Which schedules survive it?",
        {"lr": "0.12"},
    ),
    "the-sweep": Scene(
        "07_schedules",
        "range-test",
        "The range test",
        "Where would you stop the sweep and say: this rate?",
    ),
    "a-sweep-in-haste": Scene(
        "07_schedules",
        "range-test",
        "The same in 25 steps",
        "Where is the lowest place now, and why so far to the left?",
        {"speed": "25 steps"},
    ),
    "the-race": Scene(
        "07_schedules",
        "race",
        "The race",
        "Who wins, and on how many of the seven seeds?",
    ),
    "unequal-budgets": Scene(
        "07_schedules",
        "race-on-a-surface",
        "Seven tries against one",
        "Adam may try seven learning rates, the others one. Is that why it wins?",
        {"first": "7 rates", "others": "1 rate"},
    ),
    "where-it-rests": Scene(
        "08_after_adam",
        "decay",
        "AdamW does not rest in the minimum",
        "Two forces act on w. Where do they cancel?",
    ),
}


class Head(anywidget.AnyWidget):
    """The top of a page, with links that stay in its tab, and the presenter's keys."""

    html = traitlets.Unicode().tag(sync=True)
    _esm = """
    export default { render({ model, el }) {
      el.innerHTML = model.get("html");
      const go = (way) => document.querySelector(`a[rel=${way}]`)?.click();
      const press = (...texts) => {
        for (const button of document.querySelectorAll(".alr-buttons button"))
          if (texts.includes(button.textContent)) return button.click();
      };
      const keys = {
        PageDown: () => go("next"), n: () => go("next"),
        PageUp: () => go("prev"), b: () => go("prev"),
        Home: () => go("contents"), r: () => press("Reset"),
        " ": () => press("Play", "Pause"), l: () => press("Larger type"),
      };
      const act = (event) => {
        const typing = ["SELECT", "BUTTON", "A"].includes(event.target.tagName);
        if (!keys[event.key] || event.ctrlKey || event.altKey || event.metaKey) return;
        if (typing && event.key.length === 1) return;
        event.preventDefault();
        event.stopPropagation();
        keys[event.key]();
      };
      document.addEventListener("keydown", act, true);
      document.body.dataset.keys = "heard";
      return () => document.removeEventListener("keydown", act, true);
    } };
    """


STYLE = """<style>
.classroom { font: 1.1rem/1.5 system-ui, sans-serif; margin: 0 1rem }
.classroom nav { display: flex; gap: 2rem }
.classroom h1 { font-size: 1.6rem; margin: .5rem 0 }
.classroom kbd { border: 1px solid; border-radius: .2rem; padding: 0 .3rem }
</style>"""
TOLD = (
    "<kbd>Page Down</kbd> or <kbd>n</kbd> next, <kbd>Page Up</kbd> or <kbd>b</kbd> back, "
    "<kbd>Home</kbd> contents, <kbd>Space</kbd> play, <kbd>r</kbd> reset, <kbd>l</kbd> larger type"
)


# Voilà's own page asks the network for a font of signs that nothing here uses.
TEMPLATE = """\
{%- extends "lab/index.html.j2" -%}
{%- block notebook_css -%}
{{ super() | replace("https://cdn.jsdelivr.net/npm/", "data:,") }}
{%- endblock notebook_css -%}
"""
# Extensions that want all of JupyterLab.
NOT_THERE = (
    "@jupyter/nbgrader",
    "@jupyter-notebook/lab-extension",
    "@voila-dashboards/jupyterlab-preview",
    "jupyterlab-jupytext",
)


def page():
    """Show what the page's address asks for: a scene, or the table of contents."""
    name = parse_qs(os.environ.get("QUERY_STRING", "")).get("scene", [""])[0]
    display(Head(html=STYLE + (_scene(name) if name in SCENES else _contents(name))))
    if name in SCENES:
        widgets.show(SCENES[name].open())


def _link(name, text, way=""):
    target = f"?scene={name}" if name else "?"
    return f'<a href="{target}"{f" rel={way!r}" if way else ""}>{text}</a>'


def _scene(name):
    names, scene = list(SCENES), SCENES[name]
    at = names.index(name)
    links = [_link("", "Contents", "contents")]
    if at:
        links.insert(0, _link(names[at - 1], "◀ back", "prev"))
    if at + 1 < len(names):
        links.append(_link(names[at + 1], "next ▶", "next"))
    return (
        f'<div class="classroom"><nav>{"".join(links)}</nav>'
        f"<h1>{html.escape(scene.title)}</h1><p>{html.escape(scene.ask)}</p></div>"
    )


def _contents(name):
    unknown = f"<p>There is no scene {html.escape(name)}.</p>" if name else ""
    lists = []
    for lesson in LESSONS:
        found = {key: scene for key, scene in SCENES.items() if scene.lesson == lesson}
        items = [f"<li>{_link(key, html.escape(found[key].title))}" for key in found]
        title = f"{int(lesson[:2])}. {lesson[3:].replace('_', ' ')}"
        lists.append(f"<h2>{title}</h2><ul>{''.join(items)}</ul>")
    return (
        f'<div class="classroom"><h1>Adaptive learning rates: the views</h1>{unknown}'
        f"<p>{TOLD}.</p><nav>{_link(next(iter(SCENES)), 'begin ▶', 'next')}</nav>"
        f"{''.join(lists)}</div>"
    )


def serve(port, browser):
    """Serve the pages on this machine until it is stopped.

    Parameters
    ----------
    port : int
    browser : bool
        Whether to open one.

    Raises
    ------
    CourseError
        Where the port is in use, or Voilà ends by itself.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise CourseError(f"port {port} is in use: try another, --port {port + 1}.") from None
    with tempfile.TemporaryDirectory() as folder:
        cell = nbformat.v4.new_code_cell(f"from {__name__} import page\n\npage()")
        notebook = nbformat.v4.new_notebook(cells=[cell])
        notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
        notebook.metadata.title = "Adaptive learning rates"
        path = Path(folder) / "demo.ipynb"
        nbformat.write(notebook, path)
        template = Path(folder) / "voila" / "templates" / "classroom"
        template.mkdir(parents=True)
        (template / "conf.json").write_text('{"base_template": "lab"}', "utf-8")
        (template / "index.html.j2").write_text(TEMPLATE, "utf-8")
        environment = os.environ | {"JUPYTER_PATH": folder}
        command = [sys.executable, "-m", "voila", str(path), f"--port={port}"]
        command += ["--Voila.ip=127.0.0.1", "--Voila.log_level=ERROR", "--template=classroom"]
        # Without it a page cannot stop its kernel when it is left.
        command += ["--Voila.tornado_settings=disable_check_xsrf=True"]
        command += [f"--VoilaConfiguration.extension_denylist={name}" for name in NOT_THERE]
        print(f"The classroom is at http://127.0.0.1:{port}/; Ctrl-C ends it.", flush=True)
        try:
            command += [] if browser else ["--no-browser"]
            code = subprocess.run(command, env=environment, check=False).returncode
        except KeyboardInterrupt:
            return
    if code:
        raise CourseError(f"Voilà ended with {code}; what it said stands above.")
