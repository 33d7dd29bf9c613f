"""Makes pages that need no kernel: each view with its scenes, and the classroom.

They are a folder of plain files: they work from a disk, from any host, without a network. So that
a page may be opened as a file, its data are scripts beside it, for a browser fetches no files.
"""

import base64
import functools
import html
import http.server
import json
import shutil
import tempfile
import threading
import webbrowser
from pathlib import Path

import nbformat

from course_lib import LESSONS, CourseError
from course_lib.instructor.authoring.build import NOTEBOOKS
from course_lib.widgets import browser
from course_lib.widgets.gallery import GALLERY, rules

from .scenes import SCENES, spoken

HERE = Path(__file__).parent
FIT = 0.0225  # the smallest type in the classroom, as a share of the window's height

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} – Adaptive learning rates</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{root}assets/site.css">
<script src="{root}assets/theme.js"></script>
{head}</head>
<body>
{body}
</body>
</html>
"""
THEME = '<button type="button" data-other-theme>Light or dark</button>'
VIEW = """<div class="page">
<nav aria-label="Site"><a href="../index.html">Adaptive learning rates</a>
<a href="../classroom/index.html">Classroom</a>{theme}</nav>
<main>
<h1>{title}</h1>
<p class="scenes">{links}</p>
<p id="ask" role="status"></p>
<div id="view"></div>
</main>
</div>
<script type="application/json" id="scenes">{scenes}</script>
<script src="../assets/view.js"></script>
<script src="data/{name}.js"></script>
<script src="../assets/views.js"></script>"""
CLASSROOM = """<div class="page" id="contents">
<nav aria-label="Site"><a href="../index.html">Adaptive learning rates</a>{theme}</nav>
<main>
<h1>The classroom</h1>
<p>Questions for a lecture, each with a view that answers it. A scene begins with the question
alone; <kbd>Space</kbd> shows the view at its beginning, and again what happens.</p>
<p class="keys"><kbd>Space</kbd> show, reveal, pause · <kbd>Page Down</kbd> <kbd>Page Up</kbd> what
a clicker sends: one thing after the other · <kbd>→</kbd> <kbd>←</kbd> next and last scene ·
<kbd>0</kbd>…<kbd>9</kbd> what the class predicts · <kbd>z</kbd> one panel · <kbd>l</kbd> laser ·
<kbd>b</kbd> or <kbd>.</kbd> black · <kbd>f</kbd> full screen · <kbd>d</kbd> dark or light ·
<kbd>s</kbd> speaker notes · <kbd>r</kbd> from the question · <kbd>Home</kbd> contents</p>
{lessons}
</main>
</div>
<div id="stage" hidden>
<main id="scene">
<div id="alone"><p class="lesson"></p><h1 class="question"></h1>
<label class="hands" id="hands">The class says <input id="class" autocomplete="off"></label></div>
<div id="view"></div>
</main>
<nav id="bar" aria-label="Scenes">
<button type="button" id="previous" aria-label="Scene before">◀</button>
<button type="button" id="reveal">Show</button>
<button type="button" id="next" aria-label="Next scene">▶</button>
<span class="title"></span>
<button type="button" id="zoom">Zoom</button>
<button type="button" id="notes">Notes</button>
<button type="button" data-other-theme>Dark</button>
<button type="button" id="full">Full screen</button>
<button type="button" id="index">Contents</button>
</nav>
</div>
<div id="black" hidden></div>
<div id="laser" hidden></div>
<template id="talk"><div class="talk"><p class="lesson"></p><p class="question"></p></div>
</template>
<script type="application/json" id="scenes">{scenes}</script>
<script src="../assets/view.js"></script>
{data}
<script src="../assets/classroom.js"></script>"""


def build(folder):
    """Write `views/`, `classroom/` and the assets of both into a folder.

    Parameters
    ----------
    folder : path
        What it holds of them is replaced; the rest stays.
    """
    folder = Path(folder)
    for name in ("assets", "views/data", "classroom/pictures"):
        shutil.rmtree(folder / name, ignore_errors=True)
        (folder / name).mkdir(parents=True)
    for path in (*HERE.glob("*.js"), *HERE.glob("*.css")):
        shutil.copy(path, folder / "assets")
    (folder / "assets" / "view.js").write_text(_script(), "utf-8")
    opened = {name: scene.open() for name, scene in SCENES.items()}
    functions = rules("solutions.updates")
    for name, make in GALLERY.items():
        _write_view(folder / "views", name, make(functions), opened)
    _write_classroom(folder / "classroom", opened)


def _script():
    """All modules of a view as one plain script, for pages that are opened as files."""
    text = browser.EXPORT.sub("", browser.join("static.js"))
    style = json.dumps(browser.CSS)
    return (
        f"const ALR = {{ views: {{}}, ...(() => {{\n{text}\n"
        f"document.head.appendChild(document.createElement('style')).textContent = {style};\n"
        "return { show };\n})() };\n"
    )


def _write_view(folder, name, view, opened):
    """Write a view's numbers, and its page."""
    kept = {
        "spec": _without_reference(spoken(view.spec)),
        "picks": view.picks,
        "alt": spoken(view.alt),
        "data": {"base64": base64.b64encode(view.data).decode()},
    }
    script = f"ALR.views[{json.dumps(name)}] = {_json(kept)};\n"
    (folder / "data" / f"{name}.js").write_text(script, "utf-8")
    its = {key: scene for key, scene in SCENES.items() if scene.view == name}
    told = {key: {"ask": scene.ask, "picks": opened[key].picks} for key, scene in its.items()}
    links = " · ".join(f'<a href="#{key}">{html.escape(s.title)}</a>' for key, s in its.items())
    title = kept["spec"]["title"]
    body = VIEW.format(
        title=html.escape(title), links=links, name=name, theme=THEME,
        scenes=_json({"name": name, "scenes": told}),
    )  # fmt: skip
    (folder / f"{name}.html").write_text(page(title, body), "utf-8")


def _without_reference(spec):
    """Leave out the rings of the reference: here it is the reference that runs."""
    for panel in (panel for row in spec["rows"] for panel in row):
        panel["title"] = panel["title"].replace(" (rings: the reference)", "")
        for one in panel.get("series", ()):
            one.pop("expected", None)
    return spec


def _write_classroom(folder, opened):
    told, lists = {}, []
    for lesson in LESSONS:
        title, cards = f"{int(lesson[:2])}. {lesson_title(lesson)}", []
        for name, scene in SCENES.items():
            if scene.lesson != lesson:
                continue
            told[name] = {
                key: getattr(scene, key)
                for key in ("view", "title", "ask", "notice", "wrong", "minutes", "reveal")
            } | {"lesson": title, "picks": opened[name].picks}
            _draw(folder / "pictures" / f"{name}.png", opened[name], scene.reveal)
            cards.append(
                f'<li><img src="pictures/{name}.png" alt="" loading="lazy">'
                f'<a href="#{name}">{html.escape(scene.title)}</a>'
                f"<span>{scene.minutes} minutes</span></li>"
            )
        lists.append(f'<h2>{html.escape(title)}</h2>\n<ul class="cards">{"".join(cards)}</ul>')
    views = dict.fromkeys(scene.view for scene in SCENES.values())
    data = "\n".join(f'<script src="../views/data/{name}.js"></script>' for name in views)
    scenes = _json({"scenes": told, "fit": FIT})
    body = CLASSROOM.format(theme=THEME, lessons="\n".join(lists), scenes=scenes, data=data)
    head = '<link rel="stylesheet" href="../assets/classroom.css">\n'
    (folder / "index.html").write_text(page("The classroom", body, head), "utf-8")


def _draw(path, view, reveal):
    """Draw a small picture of a scene soon after its beginning, so that it tells no answer."""
    spec = view.spec
    time = {name: 0 if name == reveal else place for name, place in view.picks.items()}
    time[reveal] = len(view.control(reveal)["texts"]) // 6
    view.spec = spoken(spec)
    arrays, view.arrays = view.arrays, {spoken(name): a for name, a in view.arrays.items()}
    figure = view.figure(**time)
    view.spec, view.arrays = spec, arrays
    figure.savefig(path, dpi=50)


def lesson_title(lesson):
    """What a lesson is called: the first heading of its notebook."""
    notebook = nbformat.read(NOTEBOOKS / f"{lesson}.ipynb", 4)
    return notebook.cells[0].source.splitlines()[0].removeprefix("# ")


def page(title, body, head="", root="../"):
    """Give a whole page of the site, from what stands in its body."""
    return PAGE.format(title=html.escape(title), body=body, head=head, root=root)


def _json(value):
    """JSON that may stand within a page."""
    return json.dumps(value, ensure_ascii=False).replace("</", "<\\/")


def demo(port, browser):
    """Make the pages and serve them on this machine until Ctrl-C.

    Parameters
    ----------
    port : int
    browser : bool
        Whether to open one.

    Raises
    ------
    CourseError
        Where the port is in use.
    """
    with tempfile.TemporaryDirectory() as folder:
        handler = functools.partial(_Quiet, directory=folder)
        try:
            server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
        except OSError:
            raise CourseError(f"port {port} is in use: try another, --port {port + 1}.") from None
        with server:
            build(folder)
            address = f"http://127.0.0.1:{port}/classroom/index.html"
            print(f"The classroom is at {address}; Ctrl-C ends it.", flush=True)
            if browser:
                threading.Timer(0.5, webbrowser.open, [address]).start()
            try:
                server.serve_forever()
            except KeyboardInterrupt:
                return


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        """Say nothing of each file."""
