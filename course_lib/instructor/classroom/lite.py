"""Builds the course that runs in a browser: a static folder of JupyterLite, for any host.

The kernel is Pyodide, Python compiled for browsers. Without a Pyodide of one's own the page loads
the one that JupyterLite's kernel names, from its network; with one it loads nothing from elsewhere.
"""

import hashlib
import importlib.metadata
import json
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import nbformat

from course_lib import CourseError
from course_lib.instructor.authoring import build
from course_lib.instructor.handout import release

STACKS = json.loads(Path(__file__).with_name("stacks.json").read_text("utf-8"))
"""For each version of Pyodide, the versions of JupyterLite that run on it; the newest first."""
NEWEST = next(iter(STACKS))
PRELOADED = ("numpy", "matplotlib", "pillow", "contourpy", "ipython", "jedi", "sqlite3", "micropip")
"""Pyodide's own packages; every lesson uses all of them."""
PURE = ("anywidget", "ipywidgets", "psygnal", "tqdm", "threadpoolctl", "typing-extensions")
"""Packages that are taken from this environment, for they are Python alone."""
KERNEL = "@jupyterlite/pyodide-kernel-extension"
EXTENSIONS = ("@jupyter-widgets/jupyterlab-manager", "anywidget")
APPS = ("lab", "notebooks", "edit", "tree")
NO_WORKER = """<script>
if (!navigator.serviceWorker) document.write(
  "<p style='margin:0;padding:1em;background:#fff3cd;color:#000;font:1em sans-serif'>" +
  "This window has no service worker, so Python cannot see the course's files. " +
  "Use a window that is not private, and an address with https.</p>");
</script>"""


def make(target, *, course=None, pyodide=None):
    """Build the course into a folder that any host can serve.

    Parameters
    ----------
    target : path
        What stands there is replaced.
    course : path, optional
        A course folder: its released lessons, with the references that it ships by now. Without
        one, all lessons and no reference.
    pyodide : path, optional
        A folder with a Pyodide, to be copied.

    Raises
    ------
    CourseError
        Where a folder is not what it should be, a page would give an answer away, or what builds
        the site cannot be had.
    """
    target, stack = Path(target), NEWEST
    if target.exists() and not (target / "jupyter-lite.json").is_file() and any(target.iterdir()):
        raise CourseError(f"{target} is not a site that was built here: delete or rename it.")
    if pyodide is not None:
        stack = _stack_of(pyodide)
    python = _environment(stack)
    with tempfile.TemporaryDirectory() as folder:
        stage = Path(folder)
        (stage / "files").mkdir()
        references = _lay_out(stage / "files", course)
        if found := release.secrets_in(stage / "files", references):
            raise CourseError(f"The site is not built, for it gives away: {found[0]}.")
        _pack_packages(stage / "files" / "course_lib" / "packages.zip")
        _describe(stage)
        if pyodide is not None:
            _copy_pyodide(Path(pyodide), stage / "static" / "pyodide")
        shutil.rmtree(target, ignore_errors=True)
        _run_jupyterlite(python, stage, target)
    for app in APPS:
        page = target / app / "index.html"
        page.write_text(page.read_text("utf-8").replace("<body", f"{NO_WORKER}<body", 1), "utf-8")


def _stack_of(pyodide):
    """Tell by a Pyodide's own version which JupyterLite runs on it."""
    try:
        lock = json.loads((Path(pyodide) / "pyodide-lock.json").read_text("utf-8"))
        module = (Path(pyodide) / "pyodide.mjs").is_file()
        version = re.match(r"\d+\.\d+", lock["info"]["version"])[0]
    except (OSError, ValueError, KeyError, TypeError):
        module = False
    if not module:
        raise CourseError(f"{pyodide} holds no Pyodide: no pyodide-lock.json and pyodide.mjs.")
    if version not in STACKS:
        known = " or ".join(STACKS)
        raise CourseError(f"{pyodide} holds Pyodide {version}; the site is made for {known}.")
    return version


def _environment(stack):
    """Give the Python with a stack's JupyterLite: this one, or one of its own in `build/`."""
    wanted = {name: v for name, v in STACKS[stack].items() if name.startswith("jupyterlite")}
    if wanted == {name: _version(name) for name in wanted}:
        return Path(sys.executable)
    folder = build.ROOT / "build" / f"jupyterlite-{wanted['jupyterlite-core']}"
    python = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    if not (folder / "whole").is_file():
        packages = [f"{name}=={version}" for name, version in wanted.items()]
        packages.append("jupyter-server")  # which lists the files
        commands = [
            [sys.executable, "-m", "venv", "--clear", folder],
            [python, "-m", "pip", "install", "--quiet", *packages],
        ]
        for command in commands:
            if subprocess.run(command, capture_output=True, check=False).returncode:
                raise CourseError(
                    f"JupyterLite for Pyodide {stack} cannot be installed: pip had no "
                    f"{' and '.join(packages)} to give. Is there a network?"
                )
        (folder / "whole").touch()
    return python


def _version(name):
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _lay_out(files, course):
    """Write a student's folder: notebooks beside `course_lib`; give the references in it."""
    if course is None:
        references = []
        notebooks = [build.NOTEBOOKS / f"{name}.ipynb" for name in build.lesson_names()]
    else:
        folder, config = release.open_course(course)
        references = release.due_references("", config)
        notebooks = sorted(folder.glob("release/*/[0-9][0-9]_*.ipynb"))
        if not notebooks:
            raise CourseError(f"{folder} has no released lesson: run course release first.")
    build.copy_library(files, references)
    for path in notebooks:
        if not path.is_file():
            raise CourseError(f"{path} is missing: run course build.")
        notebook = nbformat.read(path, 4)
        nbformat.write(notebook, files / path.name)
        _join_texts(files / path.name)
    hashes = {
        path.relative_to(files).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in [*files.glob("*.ipynb"), *files.glob("course_lib/updates/*.py")]
    }
    (files / "course_lib" / "site.json").write_text(json.dumps(hashes, indent=1), "utf-8")
    return references


def _join_texts(path):
    """Write each output's text in one piece: JupyterLite shows lists of lines with commas."""
    tree = json.loads(path.read_text("utf-8"))
    for cell in tree["cells"]:
        for output in cell.get("outputs", ()):
            for part, name in [
                (output, "text"),
                *((output.get("data", {}), n) for n in output.get("data", {})),
            ]:
                if isinstance(part.get(name), list):
                    part[name] = "".join(part[name])
    path.write_text(json.dumps(tree), "utf-8")


def _pack_packages(path):
    """Pack what views need and Pyodide has not, out of this environment."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in PURE:
            for file in importlib.metadata.files(name) or ():
                ours = ".." not in file.parts and file.suffix not in (".pyc", ".so", ".pyd")
                if ours and not {"tests", "nbextension"} & set(file.parts):
                    archive.write(file.locate(), file.as_posix())


def _wheel(name, folder):
    """Make a wheel again of a package that is installed here and is Python alone."""
    path = folder / f"{name}-{importlib.metadata.version(name)}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in importlib.metadata.files(name) or ():
            if ".." not in file.parts and file.suffix != ".pyc":
                archive.write(file.locate(), file.as_posix())
    return path


def _describe(stage):
    """Write JupyterLite's settings."""
    kernel = {
        "disablePyPIFallback": True,
        "loadPyodideOptions": {"packages": list(PRELOADED)},
    }
    config = {
        "appName": "Adaptive Learning Rates",
        "exposeAppInBrowser": True,
        "litePluginSettings": {f"{KERNEL}:kernel": kernel},
    }
    settings = {"jupyter-lite-schema-version": 0, "jupyter-config-data": config}
    (stage / "jupyter-lite.json").write_text(json.dumps(settings), "utf-8")
    # A canvas that is scrolled out of sight must not lose its picture.
    overrides = {"@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"}}
    (stage / "overrides.json").write_text(json.dumps(overrides), "utf-8")


def _plain(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def _copy_pyodide(source, target):
    """Copy Pyodide, and of its packages those that are loaded."""
    lock = json.loads((source / "pyodide-lock.json").read_text("utf-8"))
    packages = {_plain(name): (name, package) for name, package in lock["packages"].items()}
    wanted, queue = {}, [*PRELOADED, "ssl", "packaging", "traitlets"]
    while queue:
        name, package = packages.get(_plain(queue.pop()), (None, None))
        if package and name not in wanted:
            wanted[name] = package
            queue += wanted[name]["depends"]
    target.mkdir(parents=True)
    (target / "pyodide-lock.json").write_text(json.dumps(lock | {"packages": wanted}), "utf-8")
    names = ["pyodide.mjs", "pyodide.asm.wasm", "python_stdlib.zip"]
    names += [package["file_name"] for package in wanted.values()]
    optional = ("pyodide.js", "pyodide.asm.js", "pyodide.asm.mjs")
    names += [name for name in optional if (source / name).is_file()]
    for name in names:
        if not (source / name).is_file():
            raise CourseError(f"The Pyodide in {source} is not whole: {name} is missing.")
        shutil.copy(source / name, target)


def _run_jupyterlite(python, stage, target):
    from_here = Path(sys.prefix) / "share" / "jupyter" / "labextensions"
    extensions = [from_here / name for name in EXTENSIONS]
    prefix = python.parents[1]
    extensions.append(prefix / "share" / "jupyter" / "labextensions" / KERNEL)
    command = [python, "-m", "jupyterlite_core", "build", "--lite-dir", stage]
    command += ["--contents", stage / "files", "--output-dir", target.resolve()]
    command += ["--no-sourcemaps", "--no-unused-shared-packages", "--ignore-sys-prefix"]
    command += ["--piplite-wheels", _wheel("comm", stage)]
    for app in APPS:
        command += ["--apps", app]
    for folder in extensions:
        command.append(f"--LiteBuildConfig.federated_extensions={folder}")
    done = subprocess.run(command, cwd=stage, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CourseError(
            f"JupyterLite could not build the site:\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
        )
