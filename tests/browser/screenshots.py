"""Makes pictures of docs/views.md anew: `python tests/browser/screenshots.py [VIEW ...]`."""

import sys
import tempfile
from pathlib import Path

from lab import ROOT, chromium

from course_lib.instructor.classroom import pages
from course_lib.instructor.classroom.scenes import SCENES
from course_lib.widgets.gallery import GALLERY

FOLDER = ROOT / "docs" / "views"


def main():
    """Open the first scene of each view on its page and keep what it shows."""
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as place,
        chromium(Path(place) / "profile") as browser,
    ):
        pages.build(place)
        page = browser.new_page()
        page.set_viewport_size({"width": 1100, "height": 760})
        wanted = set(sys.argv[1:] or GALLERY)
        for name, scene in SCENES.items():
            if scene.view in wanted:
                wanted.remove(scene.view)
                page.goto(f"file://{place}/views/{scene.view}.html#{name}")
                page.locator(".alr-view canvas").wait_for()
                page.wait_for_timeout(1500)
                page.locator(".alr-view").screenshot(path=FOLDER / f"{scene.view}.png")
                print(f"Wrote {FOLDER / scene.view}.png.", flush=True)


if __name__ == "__main__":
    main()
