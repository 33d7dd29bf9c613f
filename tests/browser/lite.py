"""The course in Chromium as a static site: a plain server, a profile of its own, no network."""

import functools
import threading
import time
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import programs
from lab import FLAGS
from playwright.sync_api import sync_playwright

OFFLINE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"


class _Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    extensions_map = SimpleHTTPRequestHandler.extensions_map | {
        ".wasm": "application/wasm",
        ".mjs": "text/javascript",
        ".js": "text/javascript",
    }

    def log_message(self, *said):
        pass


@contextmanager
def served(folder):
    """Serve a folder as any static host does; give its address."""
    handler = functools.partial(_Handler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


class Lite:
    """One page of the site, with a notebook open in it.

    Attributes
    ----------
    page : playwright.sync_api.Page
    asked : list of str
        Addresses of other hosts that the page has asked for.
    """

    def __init__(self, context, address):
        self.address, self.asked = address, []
        self.page = context.pages[0] if context.pages else context.new_page()
        self.page.on("request", self._note)

    def _note(self, request):
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.asked.append(request.url)

    def open(self, notebook, app="lab"):
        """Open a notebook and wait for its kernel; give the seconds that took."""
        begin = time.monotonic()
        self.page.goto(f"{self.address}{app}/index.html?path={notebook}")
        self.page.wait_for_function(
            "name => window.jupyterapp?.shell.currentWidget?.context?.path === name",
            arg=notebook,
            timeout=120_000,
        )
        self.ready()
        return time.monotonic() - begin

    def ready(self):
        """Wait until the kernel has nothing to do."""
        self.page.wait_for_function(
            "() => jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status"
            " === 'idle'",
            timeout=240_000,
        )

    def run(self, index, seconds=120):
        """Run a notebook's cell, and give its outputs."""
        return self.page.evaluate(
            """async ([index, seconds]) => {
                const notebook = jupyterapp.shell.currentWidget.content;
                notebook.activeCellIndex = index;
                notebook.deselectAll();
                await Promise.race([
                    jupyterapp.commands.execute('notebook:run-cell'),
                    new Promise(done => setTimeout(done, 1000 * seconds))]);
                return notebook.widgets[index].model.outputs?.toJSON() ?? [];
            }""",
            [index, seconds],
        )

    def write(self, source):
        """Put a new cell at the end of the notebook; give its number."""
        return self.page.evaluate(
            """source => {
                const model = jupyterapp.shell.currentWidget.content.model.sharedModel;
                model.addCell({cell_type: 'code', source});
                return model.cells.length - 1;
            }""",
            source,
        )

    def fill_in(self, answers):
        """Write a source into each graded cell that is named."""
        self.page.evaluate(
            """answers => {
                for (const cell of jupyterapp.shell.currentWidget.content.model.cells) {
                    const name = cell.getMetadata('nbgrader')?.grade_id;
                    if (name in answers) cell.sharedModel.setSource(answers[name]);
                }
            }""",
            answers,
        )

    def save_notebook(self):
        """Save the notebook, as Ctrl+S does."""
        self.page.evaluate("() => jupyterapp.commands.execute('docmanager:save')")

    def save(self, path, text):
        """Save a file, as the editor does."""
        self.page.evaluate(
            """([path, content]) => jupyterapp.serviceManager.contents.save(
                path, {type: 'file', format: 'text', content})""",
            [path, text],
        )

    def read(self, path):
        """Read a file, as the editor does."""
        return self.page.evaluate(
            """async path => (await jupyterapp.serviceManager.contents.get(
                path, {content: true, type: 'file', format: 'text'})).content""",
            path,
        )


@contextmanager
def offline(profile):
    """Chromium with a profile, and no host but this machine; profiles keep what was saved."""
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            str(profile),
            executable_path=programs.chromium(),
            headless=True,
            args=[*FLAGS, OFFLINE],
            viewport={"width": 1300, "height": 1000},
            accept_downloads=True,
        )
        context.set_default_timeout(60_000)
        yield context
        context.close()
