"""Writes `docs/checks.md`, `docs/speed.md` and `docs/classroom.md`: `course build`.

Scenes are told here, mistakes and answers counted.
What takes long is measured by tests, which keep it in
`docs/figures`: `make figures` those of the checks, `make bench` and `make bench-start` those of
the speed.
"""

import json

from course_lib.instructor.authoring.build import ROOT
from course_lib.instructor.classroom.scenes import SCENES
from solutions import mistakes, registry

DOCS = ROOT / "docs"
MADE = "<!-- Written by `make build` from docs/figures and the catalogue; not by hand. -->\n"


def pages():
    """Give the text of each document by its path; none where this is no clone of the project."""
    if not (DOCS / "figures").is_dir():
        return {}
    texts = {"checks": checks(), "speed": speed(), "classroom": classroom()}
    return {DOCS / f"{name}.md": text for name, text in texts.items()}


def classroom():
    """Write what a lecturer wants to know of each scene."""
    made = "<!-- Written by `make build` from course_lib/instructor/classroom/scenes.py. -->"
    lines = [f"# The scenes of the classroom\n\n{made}\n\n`make demo` opens them.\n"]
    lesson = ""
    for name, scene in SCENES.items():
        if scene.lesson != lesson:
            lesson = scene.lesson
            lines.append(f"## Lesson {int(lesson[:2])}\n")
        wrong = " ".join(f"“{answer}”" for answer in scene.wrong)
        lines.append(
            f'<a id="{name}"></a>\n\n### {scene.title}\n\n'
            f"{scene.minutes} minutes, view *{scene.view}*.\n\n- **Ask:** {scene.ask}\n"
            f"- **Expect:** {wrong}\n- **Notice:** {scene.notice}\n"
        )
    return "\n".join(lines)


def checks():
    """Write what is known of the checks: which mistakes they know, and how well."""
    columns = {"mistakes": {}, "ways": {}}
    for module, functions in mistakes.catalogue().items():
        columns["mistakes"][module] = sum(len({m.name for m in ms}) for ms in functions.values())
        columns["ways"][module] = sum(map(len, functions.values()))
    columns |= _stored("pairs") | _stored("mutants")
    modules = list(dict.fromkeys(f.module for f in registry.FUNCTIONS.values()))
    rows = [[f"`{m}`", *(column.get(m) for column in columns.values())] for m in modules]
    whole = (sum(c.values()) if c.keys() >= set(modules) else None for c in columns.values())
    rows.append(["all", *whole])
    seconds = _stored("latency")
    return f"""# How well the checks know mistakes

{MADE}
`solutions/mistakes/` lists wrong implementations that students write, most of them in several ways.
Each way is tried on the check, and every one is caught and called by its name.

So is every pair of ways that can be made in one function at once. A pair whose slips cancel out is
right again; all others are caught, and none is called by a name that is not in it.

A mutation tester changes every operator, number, name and call of the rules in turn. A mutant that
passes the check must change no number, on any input that was tried.

{_table(["module", *columns], rows)}
A dash stands where nothing has been measured yet: `make figures`, an hour or so, measures it.

Besides, {_count("right")} right answers written in other ways all pass, and of {_count("wrong")}
wrong answers written apart from the catalogue none passes and none gets a wrong name.

The first card in a notebook was there after {seconds["first"]:.1f} s, later ones after
{seconds["warm, median"]:.1f} s.
"""


def speed():
    """Write how fast the set-up is, by uv and by pip, and the rules, beside PyTorch."""
    found = _stored("speed")
    keys = {
        "copying the bytes": "copy_ms",
        "ours": "blocks_ms",
        "PyTorch, single tensor": "torch single tensor_ms",
        "PyTorch, `foreach`": "torch foreach_ms",
        "ours / `foreach`": "ratio_foreach",
        "the same, cold": "ratio_foreach_cold",
    }
    rows = [
        [f"`{rule}`", *(f"{row[key]:.2f}" for key in keys.values())]
        for rule, row in found["rules"].items()
        if set(keys.values()) <= row.keys()
    ]
    head = ["installer", "cache", "JupyterLab is ready, s", "first card, s", "environment, MB"]
    start = [[str(value) for value in row.values()] for row in _stored("start")]
    return f"""# How fast it is

{MADE}
## The first minute

From `git clone` to a JupyterLab that answers and to the first card of `course check`, with an empty
cache and with a full one, in one run on one machine. `make lab` takes uv, and pip where uv fails.

{_table(head, start)}
`make bench-start` measures it.

## The rules

One step on {found["parameters"]:,} float32 parameters, in milliseconds, one thread, beside PyTorch
{found["torch"]} on the same machine. The readable NumPy rules are run in blocks that fit the cache.
"Cold" means that other memory was read before each step, as in training.

{_table(["rule", *keys], rows)}
Measured on a busy machine; the ratios move by about 0.2 from run to run. Plain descent and
Nesterov's rule are bound by the number of passes over memory, of which PyTorch needs fewer.

`make bench` measures all this, and stores it where PyTorch is installed.
"""


def _stored(name):
    return json.loads((DOCS / "figures" / f"{name}.json").read_text("utf-8"))


def _count(kind):
    files = (ROOT / "tests" / "checks" / kind).glob("*.py")
    return sum(path.read_text("utf-8").count(f"\n@{kind}") for path in files)


def _table(head, rows):
    def cell(value):
        return "–" if value is None else f"{value:,}" if isinstance(value, int) else value

    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "".join("| " + " | ".join(map(cell, line)) + " |\n" for line in lines)
