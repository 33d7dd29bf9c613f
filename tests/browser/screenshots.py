"""Makes pictures of docs/views.md anew: `python tests/browser/screenshots.py [VIEW ...]`."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from lab import ROOT, chromium

from course_lib.grading.demo import SCENES, VIEWS

FOLDER = ROOT / "docs" / "views"


def main():
    """Open the first scene of each view in the classroom and keep what it shows."""
    FOLDER.mkdir(exist_ok=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "course_lib", "demo", "--port", str(port), "--no-browser"]
    classroom = subprocess.Popen(command, start_new_session=True)
    try:
        with tempfile.TemporaryDirectory() as place, chromium(Path(place) / "profile") as browser:
            page = browser.new_page()
            page.set_viewport_size({"width": 1100, "height": 760})
            for _ in range(60):
                try:
                    page.goto(f"http://127.0.0.1:{port}/")
                    break
                except Exception:  # noqa: BLE001 - not up yet
                    page.wait_for_timeout(1000)
            wanted = set(sys.argv[1:] or VIEWS)
            for name, scene in SCENES.items():
                if scene.view in wanted:
                    wanted.remove(scene.view)
                    page.goto(f"http://127.0.0.1:{port}/?scene={name}")
                    page.locator(".alr-view canvas").wait_for()
                    page.wait_for_timeout(1500)
                    page.locator(".alr-view").screenshot(path=FOLDER / f"{scene.view}.png")
                    print(f"Wrote {FOLDER / scene.view}.png.", flush=True)
    finally:
        os.killpg(classroom.pid, signal.SIGINT)
        classroom.wait(20)


if __name__ == "__main__":
    main()
