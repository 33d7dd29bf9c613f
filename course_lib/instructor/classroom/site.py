"""Makes the site: the front page, the book of lessons, the views and the classroom.

The book is Sphinx's, with myst-nb, which reads the stored notebooks, and furo: contents, search
without a server, next and previous, light and dark, and nothing loaded from elsewhere. nbconvert
would give the pages alone, and all of that would have to be written here.
"""

import html
import io
import re
import shutil
import tempfile
from pathlib import Path

import nbformat
from sphinx.application import Sphinx

from course_lib import LESSONS, CourseError
from course_lib.instructor.authoring.build import NOTEBOOKS, ROOT
from course_lib.instructor.handout.release import secrets_in
from course_lib.widgets.canvas import STORED
from course_lib.widgets.gallery import GALLERY

from . import pages
from .scenes import SCENES

SITE = ROOT / "build" / "site"
SHOWN = re.compile(r"widgets\.(?!show)(\w+)\(")
SHEETS = ("glossary", "rules")
GUIDES = ("instructors", "classroom", "views", "handing-out")
IN_BROWSER = "lite/lab/index.html"


def build(folder=SITE):
    """Write the whole site.

    Parameters
    ----------
    folder : path
        What it holds of these pages is replaced; the rest, such as the course that runs in the
        browser, stays.

    Returns
    -------
    folder : Path

    Raises
    ------
    CourseError
        Where Sphinx fails, or a page would give an answer away.
    """
    folder = Path(folder)
    pages.build(folder)
    book(folder)
    _write_front(folder)
    for part in ("assets", "views", "classroom", "book"):
        if found := secrets_in(folder / part):
            raise CourseError(f"The site is not built, for it gives away: {part}/{found[0]}.")
    return folder


def book(folder):
    """Write the lessons and the guides as pages, into `book/`."""
    shutil.rmtree(folder / "book", ignore_errors=True)
    with tempfile.TemporaryDirectory() as place:
        source = Path(place) / "source"
        _lay_out(source, (folder / IN_BROWSER).is_file())
        said = io.StringIO()
        app = Sphinx(
            source, pages.HERE, Path(place) / "pages", Path(place) / "doctrees", "html",
            status=None, warning=said,
        )  # fmt: skip
        app.build()
        if app.statuscode:
            raise CourseError(f"Sphinx could not make the book:\n{said.getvalue()[-2000:]}")
        left = shutil.ignore_patterns(".*", "_sources", "objects.inv")
        shutil.copytree(Path(place) / "pages", folder / "book", ignore=left)


def _lay_out(source, in_browser):
    source.mkdir()
    shutil.copytree(ROOT / "docs" / "views", source / "views")
    for lesson in LESSONS:
        notebook = nbformat.read(NOTEBOOKS / f"{lesson}.ipynb", 4)
        nbformat.write(_page_of(notebook, lesson, in_browser), source / f"{lesson}.ipynb")
    sheets = [name for name in SHEETS if (ROOT / "docs" / f"{name}.md").is_file()]
    for name in (*sheets, *GUIDES):
        text = (ROOT / "docs" / f"{name}.md").read_text("utf-8")
        text = re.sub(r"\(classroom\.md#", "(../classroom/index.html#", text)
        (source / f"{name}.md").write_text(text, "utf-8")
    readme = (ROOT / "README.md").read_text("utf-8")
    (source / "install.md").write_text(f"# Install\n{_section(readme, 'Two commands')}", "utf-8")
    lists = {"Begin": ["install"], "Lessons": LESSONS, "To look up": sheets, "To teach": GUIDES}
    trees = "".join(
        f"```{{toctree}}\n:caption: {caption}\n:maxdepth: 1\n\n" + "\n".join(names) + "\n```\n\n"
        for caption, names in lists.items()
        if names
    )
    home = "[The course's front page](../index.html)"
    (source / "index.md").write_text(f"# The book\n\n{home}\n\n{trees}", "utf-8")


def _section(text, heading):
    """Give what stands in a Markdown text below a heading of the second level."""
    return text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def _page_of(notebook, lesson, in_browser):
    """Give a lesson as the book has it: its views move, and links lead to where it can be run."""
    its = {name: scene for name, scene in SCENES.items() if scene.lesson == lesson}
    links = []
    if in_browser:
        address = f"../{IN_BROWSER}?path=notebooks/{lesson}.ipynb"
        links.append(f"[Open this lesson in the browser]({address})")
    links += [
        f"[{scene.title}](../classroom/index.html#{name})" for name, scene in list(its.items())[:1]
    ]
    title, _, rest = notebook.cells[0].source.partition("\n")
    notebook.cells[0].source = f"{title}\n\n{' · '.join(links)}\n{rest}"
    views = list(dict.fromkeys(scene.view for scene in its.values()))
    for cell in notebook.cells:
        for i, output in enumerate(cell.get("outputs", ())):
            if output.get("data", {}).get("text/plain") != STORED:
                continue
            called = set(SHOWN.findall(cell.source))
            view = next((v for v in views if called & set(GALLERY[v].__code__.co_names)), None)
            if view is None:
                raise CourseError(f"{lesson} shows a view without a scene: {', '.join(called)}.")
            title = html.escape(cell.outputs[i + 1].data["text/html"].partition('alt="')[2][:60])
            output.data = {
                "text/html": f'<iframe src="../views/{view}.html" title="{title}" loading="lazy">'
                "</iframe>"
            }
            del cell.outputs[i + 1]
            break
    return notebook


def _write_front(folder):
    lessons = "".join(
        f'<li><a href="book/{lesson}.html">{html.escape(pages.lesson_title(lesson))}</a></li>'
        for lesson in LESSONS
    )
    there = (folder / IN_BROWSER).is_file()
    start = f'<a href="{IN_BROWSER}">Start in the browser</a>\n' if there else ""
    front = (pages.HERE / "front.html").read_text("utf-8")
    body = front.format(theme=pages.THEME, start=start, lessons=lessons)
    (folder / "index.html").write_text(pages.page("A course", body, root=""), "utf-8")
