"""What is different where the course runs in a browser, on Pyodide: no pip, files of a website.

`make site` puts two files into `course_lib`: `packages.zip`, with what Pyodide has not, and
`site.json`, with the fingerprint of each file that students change. A file that was saved in the
browser hides the website's own, a newer one too.
"""

import hashlib
import json
import os
import sys
import zipfile
from pathlib import Path

HERE = sys.platform == "emscripten"
PACKAGES = Path("/lib/course_packages")
SEEN = "site_seen.json"


def prepare(root: Path) -> None:
    """Unpack the packages that a lesson needs, once for each start of Python."""
    if not PACKAGES.exists():
        with zipfile.ZipFile(root / "course_lib" / "packages.zip") as archive:
            archive.extractall(PACKAGES)
        sys.path.append(str(PACKAGES))
        os.environ["MPLCONFIGDIR"] = str(PACKAGES / "matplotlib_cache")


def older_files(root: Path) -> list[str]:
    """Name the student's files that began from an older website than the one that is here now.

    Parameters
    ----------
    root : Path
        The folder that holds `course_lib`.

    Returns
    -------
    names : list of str
        Such as "02_adagrad.ipynb". Each is left as it is.
    """
    now = json.loads((root / "course_lib" / "site.json").read_text("utf-8"))
    record = root / "course_lib" / SEEN
    seen = json.loads(record.read_text("utf-8")) if record.is_file() else {}
    older, told = [], {}
    for name, fingerprint in now.items():
        told[name] = fingerprint
        if seen.get(name, fingerprint) != fingerprint:
            path = root / name
            if hashlib.sha256(path.read_bytes()).hexdigest() != fingerprint:
                older.append(name)
                told[name] = seen[name]  # the one that it began from
    if told != seen:
        record.write_text(json.dumps(told, indent=1), "utf-8")
    return older
