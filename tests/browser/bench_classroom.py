"""Measures each scene of the classroom: `make bench-classroom`, build/bench/classroom.json."""

import json
import sys
import tempfile
from pathlib import Path

from lab import ROOT, chromium

from course_lib.instructor.classroom import pages
from course_lib.instructor.classroom.scenes import SCENES

SIZES = ((1280, 720), (1920, 1080), (3840, 2160))
LISTEN = """
window.fonts = new Set();
const fill = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.fillText = function (...given) {
  const ratio = this.getTransform().a / (window.devicePixelRatio || 1);
  window.fonts.add(parseFloat(this.font.match(/([\\d.]+)px/)[1]) * ratio);
  fill.apply(this, given);
};
"""
MEASURE = """() => {
  const shown = (el) => el.checkVisibility({ visibilityProperty: true });
  const box = (el) => el.getBoundingClientRect();
  const stage = document.getElementById("stage"), bar = box(document.getElementById("bar"));
  const all = [...stage.querySelectorAll("*")].filter((el) => shown(el)
    && el.nodeName !== "OPTION");
  const written = all.filter((el) => [...el.childNodes].some((n) => n.nodeType === 3
    && n.data.trim()));
  const types = written.map((el) => parseFloat(getComputedStyle(el).fontSize));
  const canvas = stage.querySelector("#view canvas");
  const inside = all.filter((el) => el.closest("#scene"));
  const cut = inside.filter((el) => box(el).bottom > bar.top + 1 || box(el).right > innerWidth + 1
    || (el.scrollHeight > el.clientHeight + 3 && el.matches("p")));
  return {
    fill: box(canvas).height / bar.top,
    type: Math.min(...types, ...window.fonts) / innerHeight,
    cut: cut.map((el) => `${el.nodeName} ${el.className} ${el.textContent.slice(0, 40)}`),
  };
}"""
NEXT = """async () => {
  const painted = () => new Promise((done) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = done;
    channel.port2.postMessage(0);
  }));
  const press = (key) => document.dispatchEvent(new KeyboardEvent("keydown", { key }));
  const times = [], here = location.hash;
  for (let i = 0; i < 10; i++) {
    press("ArrowLeft");
    await new Promise((done) => setTimeout(done, 300));
    const begun = performance.now();
    press("ArrowRight");
    await painted();
    times.push(performance.now() - begun);
    await new Promise((done) => setTimeout(done, 100));
  }
  if (location.hash !== here) throw new Error(`it went to ${location.hash}`);
  return times.sort((a, b) => a - b)[9]; // of ten, the 95th percentile is the largest
}"""


def reach(page, folder, name, phase):
    """Open a scene in a phase, by its address and the keys."""
    page.goto("about:blank")
    page.goto(f"{folder.as_uri()}/classroom/index.html#{name}")
    page.locator("#view canvas").wait_for(state="attached")
    if phase == "question":
        return
    page.keyboard.press(" ")
    page.wait_for_function("document.getElementById('stage').dataset.phase === 'beginning'")
    if phase == "answer":
        page.keyboard.press(" ")
        page.keyboard.press("PageDown")
        page.locator(".alr-view:not(.alr-veiled)").wait_for()


def main(names):
    """Measure scenes, all where none is named, and write what was found."""
    rows = []
    with tempfile.TemporaryDirectory() as place, chromium(Path(place) / "profile") as browser:
        folder = Path(place) / "site"
        pages.build(folder)
        page = browser.new_page()
        page.add_init_script(LISTEN)
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            for name in names or SCENES:
                reach(page, folder, name, "answer")
                found = page.evaluate(MEASURE)
                first = name == next(iter(SCENES))  # nothing is before it
                after = None if first else page.evaluate(NEXT)
                size = f"{width}x{height}"
                row = {"scene": name, "size": size, "fill": found["fill"], "type": found["type"]}
                rows.append(row | {"next_ms": after})
                print(json.dumps(rows[-1]), *found["cut"], flush=True)
    path = ROOT / "build" / "bench" / "classroom.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(rows, indent=1), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
