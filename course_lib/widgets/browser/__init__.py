"""The browser's side of the views: ES modules, and one text of them all for anywidget.

A page imports `view.js` or `static.js` as they are. anywidget takes one module, so here what they
import is put in front of them, which is all that a bundler would do. For that each import has the
plain form ``import { a, b } from "./file.js";``, and top-level names differ between files.
"""

import re
from pathlib import Path

HERE = Path(__file__).parent
IMPORT = re.compile(r'^import \{[^}]*\} from "\./([\w-]+\.js)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?:default .*;\n)?", re.MULTILINE)


def join(name):
    """Join a module with all that it imports, each once and before who imports it.

    Parameters
    ----------
    name : str
        A file of this folder: "view.js" for anywidget, "static.js" for a page that is one file.

    Returns
    -------
    str
        An ES module that imports nothing. It exports what `name` does.
    """
    found: dict[str, str] = {}

    def read(name):
        if name not in found:
            text = (HERE / name).read_text(encoding="utf-8")
            for other in IMPORT.findall(text):
                read(other)
            found[name] = IMPORT.sub("", text)

    read(name)
    *parts, last = found.values()
    return "\n".join([*(EXPORT.sub("", part) for part in parts), last])


CSS = (HERE / "view.css").read_text(encoding="utf-8")
