"""Sphinx's settings for the book. Formulas become MathML here, so that a page loads no script."""

from docutils import nodes
from latex2mathml.converter import convert

project = "Adaptive learning rates"
html_title = project
extensions = ["myst_nb"]
html_theme = "furo"
html_static_path = ["book.css"]
html_css_files = ["book.css"]
html_copy_source = html_show_sourcelink = html_show_sphinx = False
html_show_search_summary = False  # it would fetch pages, which a file may not
html_math_renderer = "mathml"
nb_execution_mode = "off"
myst_enable_extensions = ["dollarmath", "amsmath"]
myst_heading_anchors = 3
suppress_warnings = ["myst.xref_missing", "myst.header", "mystnb.unknown_mime_type"]


def formula(display):
    """Make a visitor that writes a formula, inline or on lines of its own."""

    def visit(writer, node):
        writer.body.append(convert(node.astext(), display=display))
        raise nodes.SkipNode

    return visit, None


def setup(app):
    """Add the renderer of formulas."""
    app.add_html_math_renderer("mathml", formula("inline"), formula("block"))
