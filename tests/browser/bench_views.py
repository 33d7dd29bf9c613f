"""Time every view in JupyterLab in Chromium, beside a plain matplotlib `interact` of the same.

`python tests/browser/bench_views.py` prints a table and writes build/bench/views.json.
"""

import json
import statistics
import sys
import tempfile
from pathlib import Path

from lab import ROOT, Lab, Notebook, chromium, course_folder, failures
from views import SETUP, VIEWS, code

# From the event of the slider to a picture whose pixels differ, read back from the canvas.
LATENCY = """async ([name, steps]) => {
    const view = document.querySelector(".alr-view");
    const canvas = view.querySelector("canvas");
    const slider = view.querySelector(`input[name="${name}"]`);
    const read = () => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    const same = (a, b) => a.every((v, i) => v === b[i]);
    const frame = () => new Promise(requestAnimationFrame);
    const times = [];
    for (let k = 0; k < steps; k++) {
        const before = read();
        await frame();
        await new Promise((done) => setTimeout(done, 20));
        slider.value = (Number(slider.value) + 1) % (Number(slider.max) + 1);
        const begin = performance.now();
        slider.dispatchEvent(new Event("input", { bubbles: true }));
        for (;;) {
            await frame();
            const now = read(), time = performance.now() - begin;
            if (!same(now, before)) { times.push(time); break; }
            if (time > 1000) throw new Error("the picture did not change");
        }
    }
    return times;
}"""

# Pictures a second while the slider moves with every frame.
FRAMES = """async (name) => {
    const slider = document.querySelector(`.alr-view input[name="${name}"]`);
    const begin = performance.now();
    let frames = 0;
    while (performance.now() - begin < 3000) {
        slider.value = (Number(slider.value) + 1) % (Number(slider.max) + 1);
        slider.dispatchEvent(new Event("input", { bubbles: true }));
        await new Promise(requestAnimationFrame);
        frames++;
    }
    return frames / ((performance.now() - begin) / 1000);
}"""

# From the cell's run to the first picture.
FIRST = """async ([index, selector]) => {
    const notebook = jupyterapp.shell.currentWidget.content;
    notebook.activeCellIndex = index;
    const begin = performance.now();
    jupyterapp.commands.execute("notebook:run-cell");
    while (!document.querySelector(selector)?.width) {
        await new Promise(requestAnimationFrame);
        if (performance.now() - begin > 60000) throw new Error("no picture came");
    }
    return performance.now() - begin;
}"""

# From a start point that is moved by a key to the curves of the loss that the kernel computed.
MOVED = """async (steps) => {
    const canvas = document.querySelector(".alr-view canvas");
    const { width, height } = canvas;
    const pen = canvas.getContext("2d"); // a strip, since a look at all of it takes long
    const read = () =>
        new Uint32Array(pen.getImageData(width * 0.7, 40, 60, height - 60).data.buffer);
    const times = [];
    for (let k = 0; k < steps; k++) {
        await new Promise((done) => setTimeout(done, 400));
        const before = read(), begin = performance.now();
        canvas.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
        while (read().every((value, i) => value === before[i])) {
            await new Promise(requestAnimationFrame);
            if (performance.now() - begin > 5000) throw new Error("the curves did not change");
        }
        times.push(performance.now() - begin);
    }
    return times;
}"""

INTERACT = """async (steps) => {
    const handle = document.querySelector(".jupyter-widgets .noUi-handle");
    const picture = () => document.querySelector(".widget-interact img")?.src;
    const times = [];
    for (let k = 0; k < steps; k++) {
        await new Promise((done) => setTimeout(done, 150));
        const before = picture(), begin = performance.now();
        const key = k % 2 ? "ArrowRight" : "ArrowLeft";
        handle.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
        while (!picture() || picture() === before) {
            await new Promise(requestAnimationFrame);
            if (performance.now() - begin > 10000) throw new Error("the figure did not change");
        }
        times.push(performance.now() - begin);
    }
    return times;
}"""


def percentile(times, share):
    return statistics.quantiles(times, n=100, method="inclusive")[round(share * 100) - 1]


def figures(name, times, fps, first):
    return {
        "name": name,
        "p50_ms": round(percentile(times, 0.50), 1),
        "p95_ms": round(percentile(times, 0.95), 1),
        "fps": round(fps, 1),
        "first_ms": round(first),
    }


def measure(lab, browser, name):
    """Time one view, and the same picture drawn by matplotlib for each move of a slider."""
    _, main = VIEWS[name]
    cells = [
        SETUP + "from IPython.display import display\nfrom ipywidgets import IntSlider, interact",
        f"view = {code(name)}\nshow(view)",
        f"n = len(view.control({main!r})['texts'])\n"
        + f"interact(lambda i: display(view.figure({main}=i)), i=IntSlider(n // 2, 0, n - 1));",
    ]
    notebook = Notebook(lab, browser, f"{name}.ipynb", cells)
    page = notebook.page
    assert not failures([notebook.run_cell(0)])
    first = page.evaluate(FIRST, [1, ".alr-view canvas"])
    notebook.view()
    times = page.evaluate(LATENCY, [main, 60])
    fps = page.evaluate(FRAMES, main)
    moved = page.evaluate(MOVED, 24) if name == "landscape" else []
    first_plain = page.evaluate(FIRST, [2, ".widget-interact img"])
    page.locator(".noUi-handle").first.scroll_into_view_if_needed()
    plain = page.evaluate(INTERACT, 24)
    assert not notebook.errors, notebook.errors
    page.close()
    rows = [figures(name, times, fps, first)]
    if moved:
        fps = 1000 / statistics.mean(moved)
        rows.append(figures(f"{name}, start point moved", moved, fps, first))
    return [
        *rows,
        figures(f"{name}, matplotlib interact", plain, 1000 / statistics.mean(plain), first_plain),
    ]


def main(names):
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        for part in ("course", "home", "profile"):
            (Path(scratch) / part).mkdir()
        lab = Lab(course_folder(Path(scratch) / "course"), Path(scratch) / "home")
        try:
            with chromium(Path(scratch) / "profile") as browser:
                for name in names:
                    rows += measure(lab, browser, name)
        finally:
            lab.close()
    target = ROOT / "build" / "bench" / "views.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(rows, indent=2) + "\n")
    print(f"{'view':42} p50 ms  p95 ms  pictures/s  first ms")
    for row in rows:
        print("{name:42} {p50_ms:6} {p95_ms:7} {fps:11} {first_ms:9}".format(**row))


if __name__ == "__main__":
    main(sys.argv[1:] or VIEWS)
