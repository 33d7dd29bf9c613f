"""Shows verdicts: as a card in a notebook, as text beside it, and in a terminal."""

from html import escape

import numpy as np

from course_lib.checks.words import show, show_pair

# Colour only repeats what the words say; the text keeps the colours of the page, light or dark.
STYLE = (
    "border-left:.4em solid {};padding:.2em 0 .2em .8em;margin:.4em 0;max-width:52em;"
    "line-height:1.45"
)
CELL = "text-align:left;padding:.1em .8em .1em 0"
COLOURS = {"right": "#1a8a4a", "dialect": "#8a6d00", "wrong": "#c4442b", "blank": "#7a7a7a"}
HEADINGS = {
    "right": "✓ {}: right",
    "dialect": "≈ {}: another library's form",
    "wrong": "✗ {}: not right yet",
    "blank": "○ {}: not written yet",
}


def _state(verdict):
    if verdict.passed:
        return "right"
    if verdict.outcome in ("blank", "no_file", "missing"):
        return "blank"
    return "dialect" if verdict.dialect else "wrong"


def _heading(verdict):
    return HEADINGS[_state(verdict)].format(verdict.rule)


def _parts(verdict):
    """Say which results are right, where that is worth a line."""
    right = [name for name, ok in verdict.parts.items() if ok]
    wrong = [name for name, ok in verdict.parts.items() if not ok]
    if verdict.passed or not right or not wrong:
        return ""
    return f"Right in every call: {', '.join(right)}. Not yet: {', '.join(wrong)}."


def _inputs(verdict):
    """List what the failing call was given, as (name, text)."""
    call = verdict.call
    rows = [*zip(verdict.parameters, call.args, strict=True), *call.kwargs.items()]
    dtypes = {value.dtype for _, value in rows if isinstance(value, np.ndarray)}
    note = " (float32)" if np.dtype("f4") in dtypes else ""
    return [(name, show(x) + note * isinstance(x, np.ndarray)) for name, x in rows]


def _outputs(verdict):
    """List what came out of the failing call, as (name, got, expected, same or different)."""
    rows = []
    for name, got, expected in zip(verdict.parts, verdict.got, verdict.call.expected, strict=True):
        if name in verdict.differ:
            rows.append((name, *show_pair(got, expected), "different"))
        else:
            rows.append((name, show(got), show(expected), "same"))
    return rows


def _table(caption, head, rows):
    """Write a table that a screen reader can walk through."""
    cells = "".join(f'<th scope="col" style="{CELL}">{escape(x)}</th>' for x in head)
    body = "".join(
        f'<tr><th scope="row" style="{CELL}">{escape(row[0])}</th>'
        + "".join(f'<td style="{CELL}">{escape(x)}</td>' for x in row[1:])
        + "</tr>"
        for row in rows
    )
    return (
        '<table style="margin:.4em 0;font-variant-numeric:tabular-nums">'
        '<caption style="text-align:left;color:inherit;white-space:nowrap">'
        f"{escape(caption)}</caption>"
        f"<thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table>"
    )


def _section(verdict):
    """Write one verdict as HTML."""
    mark, _, heading = _heading(verdict).partition(" ")
    parts = [
        f'<h4 style="margin:.1em 0"><span aria-hidden="true">{mark}</span> {escape(heading)}</h4>'
    ]
    paragraphs = [verdict.message, _parts(verdict), *verdict.notes]
    parts += [f'<p style="margin:.3em 0">{escape(text)}</p>' for text in paragraphs if text]
    if verdict.call is not None:
        given = "".join(
            f"<div><dt style='display:inline'><code>{escape(name)}</code></dt> = "
            f"<dd style='display:inline;margin:0'>{escape(value)}</dd></div>"
            for name, value in _inputs(verdict)
        )
        where = escape(verdict.call.where)
        parts.append(
            f'<p style="margin:.3em 0">The smallest call that fails, {where}:</p>'
            f'<dl style="margin:.3em 0;display:flex;flex-wrap:wrap;gap:0 1.5em">{given}</dl>'
        )
    if verdict.call is not None and verdict.got is not None:
        head = ("result", "yours", "should be", "compared")
        parts.append(_table("What came out", head, _outputs(verdict)))
    if verdict.hint:
        parts.append(
            f"<details><summary>Next hint</summary><p>{escape(verdict.hint)}</p></details>"
        )
    if verdict.output and not verdict.passed:
        parts.append(
            "<details><summary>What your file printed</summary>"
            f"<pre>{escape(verdict.output)}</pre></details>"
        )
    style = STYLE.format(COLOURS[_state(verdict)])
    return (
        f'<section aria-label="Check of {escape(heading)}" style="{style}">'
        + "".join(parts)
        + "</section>"
    )


def text(verdict, hint=False):
    """Write one verdict as plain text; with `hint`, the next hint too."""
    lines = [_heading(verdict), f"  {verdict.message}"]
    lines += [f"  {line}" for line in (_parts(verdict), *verdict.notes) if line]
    if verdict.call is not None:
        lines.append(f"  The smallest call that fails, {verdict.call.where}:")
        lines.append("    " + ", ".join(f"{name} = {value}" for name, value in _inputs(verdict)))
    if verdict.call is not None and verdict.got is not None:
        for name, got, expected, same in _outputs(verdict):
            lines.append(f"    {name}: yours {got}, should be {expected} ({same})")
    if hint and verdict.hint:
        lines.append(f"  Next hint: {verdict.hint}")
    return "\n".join(lines)


class Card:
    """Verdicts as a notebook shows them."""

    def __init__(self, verdicts):
        self.verdicts = verdicts

    def _repr_mimebundle_(self, **_):
        return {
            "text/html": "".join(map(_section, self.verdicts)),
            "text/plain": "\n".join(map(text, self.verdicts)),
        }


def show_in_terminal(verdicts, *, hint=False):
    """Print verdicts with rich; with `hint`, the next hints too."""
    from rich.console import Console
    from rich.panel import Panel
    from rich.text import Text

    colours = {"right": "green", "dialect": "yellow", "wrong": "red", "blank": "bright_black"}
    console = Console()
    for verdict in verdicts:
        heading, _, body = text(verdict, hint).partition("\n")
        body = "\n".join(line.removeprefix("  ") for line in body.split("\n"))
        if verdict.hint and not hint:
            body += "\nFor the next hint add --hint."
        colour = colours[_state(verdict)]
        console.print(
            Panel(Text(body), title=Text(heading), title_align="left", border_style=colour)
        )
