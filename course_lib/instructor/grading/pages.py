"""Keeps pages of feedback and the formgrader harmless: what a student wrote is text and pictures.

Nothing of it runs, loads from elsewhere, or lies over what is ours. Formulas are set here, as
MathML, so that a page needs no script and no network.
"""

import html
import re
from collections.abc import Callable, Mapping
from typing import Any

import nh3
from jinja2 import pass_context
from jinja2.runtime import Context
from latex2mathml.converter import convert
from nbconvert.exporters import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat.notebooknode import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

from course_lib.instructor.grading.rebuild import HIDDEN

# Reading Markdown takes more than twice as long for twice the length, if the text is made for it.
MAX_MARKDOWN = 10_000
"""Characters of a cell that are set as Markdown; a longer one is shown as it was typed."""
MAX_FORMULA = 2_000
MAX_TEXT = 200_000
"""Characters of a student's that a page shows."""
MAX_PICTURES = 32 << 20
"""Characters of a student's pictures that a page shows."""

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; "
POLICY += "form-action 'none'"

TEXT = "a abbr b blockquote br code dd del details dl dt em h1 h2 h3 h4 h5 h6 hr i img kbd li ol p"
TYPED = {*TEXT.split(), *"pre q s small strong sub summary sup ul".split()}
TYPED |= {"table", "caption", "thead", "tbody", "tr", "th", "td"}
CARD = {"div", "section", "span"}
MATH = "math mfrac mi mmultiscripts mn mo mover mphantom mroot mrow mspace msqrt mstyle msub"
MATH_TAGS = {*MATH.split(), *"msubsup msup mtable mtd mtext mtr munder munderover".split()}
MATH_VALUES = {"true", "false", "block", "inline", "left", "right", "center", "normal", "bold"}
MATH_VALUES |= {"italic", "bold-italic", "double-struck", "script", "fraktur", "sans-serif"}
MATH_NAMES = {"display", "mathvariant", "stretchy", "fence", "separator", "accent", "columnalign"}
GAP = re.compile(r"[0-2](\.\d{1,3})?em")
PICTURES = ("data:image/png;base64,", "data:image/jpeg;base64,")
ADDRESS = re.compile(r"https?://|mailto:|#", re.IGNORECASE)
ALIGNED = re.compile(r"text-align:(left|right|center)")
# Declarations of a card: no address, no position, nothing that draws outside of its own box.
DECLARED = re.compile(
    r"\s*(border-left|color|display|flex-wrap|font-variant-numeric|gap|line-height|margin|max-width"
    r"|padding|text-align|white-space)\s*:(?!.*-[\d.])[-#.\w ]+"
)
NOT_TYPED = re.compile(rf"<(?!/?({'|'.join(sorted(TYPED))})[\s/>])", re.IGNORECASE)


def _typed(tag: str, name: str, value: str) -> str | None:
    if tag == "img" and name == "src":  # no other address: a picture from afar tells who reads
        return value if value.startswith(PICTURES) else None
    if tag == "a" and name == "href":
        return value if ADDRESS.match(value) else None
    if name == "style":
        return value if tag in ("td", "th") and ALIGNED.fullmatch(value) else None
    if tag in MATH_TAGS:
        return value if value in MATH_VALUES or GAP.fullmatch(value) else None
    return value


def _shown(tag: str, name: str, value: str) -> str | None:
    if name == "style":
        parts = value.removesuffix(";").split(";")
        return value if all(map(DECLARED.fullmatch, parts)) else None
    return _typed(tag, name, value)


def _cleaner(
    tags: set[str], attributes: dict[str, set[str]], keep: Callable[[str, str, str], str | None]
) -> Callable[[Any], str]:
    own = {"a": {"href", "title"}, "img": {"src", "alt", "title"}, "ol": {"start"}}
    cleaner = nh3.Cleaner(
        tags=tags,
        attributes=own | {"th": {"scope", "style"}, "td": {"style"}} | attributes,
        attribute_filter=keep,
        url_schemes={"https", "http", "mailto", "data"},
        link_rel="noopener noreferrer",
    )

    def clean(text: str | bytes) -> str:
        whole = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
        return cleaner.clean(whole)

    return clean


students = _cleaner(
    TYPED | MATH_TAGS, dict.fromkeys(MATH_TAGS, MATH_NAMES) | {"mspace": {"width"}}, _typed
)
"""Clean what Markdown of a student's has become: text, tables, pictures, formulas."""

cards = _cleaner(
    TYPED | CARD,
    {tag: {"style", "scope", "aria-label", "aria-hidden"} for tag in (TYPED | CARD) - {"a", "img"}},
    _shown,
)
"""Clean the HTML of outputs, which the trusted side makes; their styles are those of cards."""


class _Renderer(IPythonRenderer):
    """Sets formulas, and shows tags that are not for text as they were typed."""

    def block_html(self, html: str) -> str:
        return super().block_html(NOT_TYPED.sub("&lt;", html))

    def inline_html(self, html: str) -> str:
        return super().inline_html(NOT_TYPED.sub("&lt;", html))

    def inline_math(self, body: str) -> str:
        return _formula(body, super().inline_math(body), "inline")

    def block_math(self, body: str) -> str:
        return _formula(body, super().block_math(body), "block")

    def latex_environment(self, name: str, body: str) -> str:
        text = f"\\begin{{{name}}}{body}\\end{{{name}}}"
        return _formula(text, super().latex_environment(name, body), "block")


def _formula(text: str, typed: str, display: str) -> str:
    if len(text) <= MAX_FORMULA:
        try:
            return convert(text, display=display)
        except Exception:  # noqa: BLE001 (it raises many kinds for what is no formula)
            pass
    return typed


@pass_context
def markdown(context: Context, source: str) -> str:
    """Set Markdown, as the filter `markdown2html` of nbconvert."""
    if len(source) <= MAX_MARKDOWN:
        attachments = context.get("cell", {}).get("attachments", {})
        renderer = _Renderer(escape=False, attachments=attachments, exclude_anchor_links=True)
        try:
            return MarkdownWithMath(renderer=renderer).render(source)
        except Exception:  # noqa: BLE001 (nested too deep, or a picture that is not there)
            pass
    return f"<pre>{html.escape(source)}</pre>"


FILTERS = {"markdown2html": markdown, "strip_files_prefix": students, "clean_html": cards}
"""Filters of nbconvert: nbgrader's pages pass Markdown through the first two, outputs the last."""


class Bounded(NbGraderPreprocessor):
    """Bounds what a student can put on a page, graded cells first."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Cut what is over, and say so."""
        text, pictures = MAX_TEXT, MAX_PICTURES
        for cell in sorted(nb.cells, key=lambda cell: "nbgrader" not in cell.metadata):
            if cell.cell_type == "raw":  # nbconvert would take it for HTML
                cell.update(cell_type="code", outputs=[], execution_count=None)
            if _is_test(cell):
                continue
            cell.source = _cut(cell.source, text)
            text -= min(text, len(cell.source))
            shown = []
            for output in cell.get("outputs", ()):
                size = len(output.get("text", "")) + len(output.get("evalue", ""))
                images = 0
                for mime, value in output.get("data", {}).items():
                    images += len(value) if mime.startswith("image/") else 0
                    size += 0 if mime.startswith("image/") else len(value)
                if size <= text and images <= pictures:
                    shown.append(output)
                    text, pictures = text - size, pictures - images
            cell.get("outputs", [])[:] = shown
            for name, images in list((cell.get("attachments") or {}).items()):
                size = sum(map(len, images.values()))
                if size > pictures:
                    cell.attachments[name] = {"text/plain": ""}
                else:
                    pictures -= size
        return nb, resources


class WithoutHiddenTests(NbGraderPreprocessor):
    """Takes hidden tests out of the course's own cells; what a student wrote holds none."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Give back the notebook as it was released."""
        for cell in filter(_is_test, nb.cells):
            cell.source = HIDDEN.sub("", cell.source)
        return nb, resources


def _is_test(cell: Mapping[str, Any]) -> bool:
    graded = cell["metadata"].get("nbgrader", {})
    return bool(graded.get("grade")) and not graded.get("solution")


def _cut(text: str, most: int) -> str:
    left = len(text) - most
    return text if left <= 0 else f"{text[:most]}\n\n[{left} characters more are not shown]"


class Page(HTMLExporter):
    """A page of feedback, which runs nothing and asks nobody for anything."""

    def from_notebook_node(self, nb: NotebookNode, resources: Any = None, **kw: Any) -> Any:
        """Convert a notebook; take nbconvert's scripts out, and forbid all others."""
        page, resources = super().from_notebook_node(nb, resources, **kw)
        page = re.sub(r"<script\b.*?</script>", "", page, flags=re.DOTALL)
        meta = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}"/>'
        return page.replace("<head>", f"<head>\n{meta}", 1), resources
