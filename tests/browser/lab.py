"""A real JupyterLab in a real Chromium, on a copy of the course with the reference in it."""

import ctypes
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import matplotlib
import nbformat
import programs
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
# Errors of Jupyter's own pages are not ours; those of widgets and of modules loaded by them are.
NOT_OURS = ("/static/lab/", "/static/notebook/")
LAB, SEVEN = "lab/tree", "notebooks"  # where JupyterLab and Notebook 7 open a notebook


def course_folder(folder):
    """Lay the course out as a student has it, each rule written: notebook beside course_lib."""
    ignore = shutil.ignore_patterns("instructor", "__pycache__", ".kept")
    shutil.copytree(ROOT / "course_lib", folder / "course_lib", ignore=ignore)
    for source in (ROOT / "solutions" / "updates").glob("[!_]*.py"):
        shutil.copy(source, folder / "course_lib" / "updates")
    return folder


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Lab:
    """A JupyterLab server of our own, on a free port, with nothing of the user's."""

    def __init__(self, folder, home):
        port = _free_port()
        self.folder = folder
        self.runtime = home / "runtime"
        environment = {
            **{name: value for name, value in os.environ.items() if "JUPYTER" not in name},
            "JUPYTER_CONFIG_DIR": str(home / "config"),
            "JUPYTER_DATA_DIR": str(home / "data"),
            "JUPYTER_RUNTIME_DIR": str(self.runtime),
            "HOME": str(home),
            "IPYTHONDIR": str(home / "ipython"),
            "MPLCONFIGDIR": matplotlib.get_cachedir(),  # its list of fonts takes long to make
        }
        settings = home / "config/lab/user-settings/@jupyterlab/apputils-extension"
        settings.mkdir(parents=True)
        (settings / "notification.jupyterlab-settings").write_text('{"fetchNews": "false"}')
        self.log = (home / "lab.log").open("wb")
        arguments = [
            "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}",
            f"--ServerApp.root_dir={folder}", "--IdentityProvider.token=", "--ServerApp.password=",
            "--LabApp.expose_app_in_browser=True", "--LabApp.extension_manager=readonly",
            "--JupyterNotebookApp.expose_app_in_browser=True",
        ]  # fmt: skip
        self.process = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *arguments],
            cwd=folder, env=environment, stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL,
            preexec_fn=_end_with_tests,
        )  # fmt: skip
        try:
            self.url = self._wait()
        except BaseException:
            self.close()
            raise

    def _wait(self):
        until = time.monotonic() + 60
        info = self.runtime / f"jpserver-{self.process.pid}.json"
        while time.monotonic() < until and self.process.poll() is None:
            try:
                url = json.loads(info.read_text())["url"]
                urllib.request.urlopen(f"{url}api", timeout=5).close()
                return url
            except (OSError, ValueError):
                time.sleep(0.1)
        text = Path(self.log.name).read_text(errors="replace")
        raise RuntimeError(f"JupyterLab did not start:\n{text[-3000:]}")

    def close(self):
        """End the server, which ends its kernels; without it they end by themselves."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)
        self.log.close()


def _end_with_tests():
    """Let Linux end the server even if the tests are killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


@contextmanager
def chromium(profile):
    """Chromium with a profile of its own. While it is open, its event loop is this thread's."""
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            str(profile),
            executable_path=programs.chromium(),
            headless=True,
            args=FLAGS,
            viewport={"width": 1300, "height": 1000},
        )
        context.set_default_timeout(60_000)
        yield context
        context.close()


class Notebook:
    """One notebook, open in JupyterLab or in Notebook 7.

    Attributes
    ----------
    page : playwright.sync_api.Page
    errors : list of str
        What the browser's console told of, as long as it may be ours.
    """

    def __init__(self, lab, browser, name, cells=None, *, app=LAB):
        """Open a notebook of the lab's folder; with `cells` it is written first."""
        if cells is not None:
            notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
            notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
            nbformat.write(notebook, lab.folder / name)
        self.errors = []
        self.page = browser.new_page()
        self.page.on("pageerror", lambda error: self._hear("error", str(error), error.stack or ""))
        self.page.on("console", lambda said: self._hear(said.type, said.text, said.location["url"]))
        self.page.goto(f"{lab.url}{app}/{name}?reset")
        self.page.wait_for_function(
            "name => window.jupyterapp?.shell.currentWidget?.context?.path === name", arg=name
        )
        self.page.evaluate("() => jupyterapp.shell.currentWidget.context.ready")

    def _hear(self, kind, text, where):
        frames = [line for line in where.splitlines() if "://" in line]
        theirs = [line for line in frames if any(place in line for place in NOT_OURS)]
        if kind == "error" and not (frames and theirs == frames):
            self.errors.append(f"{text} ({where})")

    def run_all(self):
        """Run every cell, and give the outputs of each code cell."""
        return self._run("notebook:run-all-cells")

    def run_cell(self, index):
        """Run one cell again, and give its outputs."""
        self.page.evaluate(
            "i => { jupyterapp.shell.currentWidget.content.activeCellIndex = i }", index
        )
        return self._run("notebook:run-cell")[index]

    def _run(self, command):
        return self.page.evaluate(
            """async command => {
                const panel = jupyterapp.shell.currentWidget;
                await panel.sessionContext.ready;
                await jupyterapp.commands.execute(command);
                return panel.content.widgets.map(
                    cell => cell.model.sharedModel.toJSON().outputs ?? []);
            }""",
            command,
        )

    def view(self, index=0):
        """The index-th live view on the page, scrolled to where it can be seen."""
        view = self.page.locator(".alr-view").nth(index)
        view.wait_for(state="attached", timeout=30_000)
        view.scroll_into_view_if_needed()
        view.locator("canvas").wait_for()
        return view


def failures(outputs):
    """The errors among the outputs of a notebook's cells."""
    return [
        f"{out['ename']}: {out['evalue']}"
        for cell in outputs
        for out in cell
        if out["output_type"] == "error"
    ]
