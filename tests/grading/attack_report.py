"""Grades the corpus with nbgrader as it comes and with ours: `make attack-report`.

Each submission stands between two right ones. nbgrader as it comes runs them with the grader's
own rights, so all of it is run in a container of its own here: no network, its own processes,
nothing writable but the course folder. The lesson is cut down to what is graded.
"""

import argparse
import functools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from corpus import CORPUS, FULL
from handing_in import ANSWERS, LESSON, RIGHT, hand_in
from nbgrader.api import Gradebook, MissingEntry
from rich.console import Console
from rich.table import Table
from rich.text import Text
from test_corpus import grade_corpus

from course_lib.instructor import FOLDER
from course_lib.instructor.handout import release
from course_lib.instructor.sandbox import bubblewrap

STOCK = """\
from course_lib import LESSONS
c = get_config()
modules = [f"course_lib/updates/{name}.py" for names in LESSONS.values() for name in names]
c.Autograde.exclude_overwriting = dict.fromkeys(LESSONS, modules)
c.ClearSolutions.code_stub = {"python": ""}
c.ExecutePreprocessor.timeout = 20
"""
SECONDS = 240


def cut(folder):
    """Leave in the lesson what is graded, and what its cells need; release it again."""
    path = folder / "source" / LESSON / f"{LESSON}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [
        cell
        for cell in notebook.cells
        if "nbgrader" in cell.metadata or "setup" in cell.metadata.get("tags", ())
    ]
    nbformat.write(notebook, path)
    command = [str(Path(sys.executable).with_name("nbgrader")), "generate_assignment", LESSON]
    subprocess.run([*command, "--force"], cwd=folder, check=True, capture_output=True)


def contain(command, folder):
    """Run a command where it can harm nothing but a folder; tell whether it ended in time."""
    home = str(Path.home())
    box = ["bwrap", "--die-with-parent", "--new-session", "--unshare-pid", "--unshare-net"]
    box += ["--unshare-ipc", "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev"]
    box += ["--perms", "1777", "--size", str(2 << 30), "--tmpfs", "/tmp"]
    box += ["--perms", "0755", "--tmpfs", home]
    root = str(Path(__file__).resolve().parents[2])
    for hidden in (home, "/tmp"):
        for path in {sys.base_prefix, sys.prefix, root}:
            if path.startswith(f"{hidden}/"):
                between = Path(path).relative_to(hidden).parents
                for parent in sorted(str(Path(hidden, p)) for p in between if p != Path(".")):
                    box += ["--perms", "0755", "--dir", parent]
                box += ["--ro-bind", path, path]
    box += ["--bind", str(folder), "/tmp/course", "--chdir", "/tmp/course", "--setenv", "HOME"]
    box += ["/tmp", "--setenv", "PATH", f"{sys.prefix}/bin:/usr/bin:/bin", "--cap-drop", "ALL"]
    limits = ["prlimit", "--nproc=400", f"--as={6 << 30}", f"--fsize={300 << 20}", "--"]
    if os.geteuid() == 0:
        user = bubblewrap._free_user()
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, user, user, follow_symlinks=False)
        box += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
        limits = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", *limits]
    with subprocess.Popen(
        [*box, "--", *limits, *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return False
    return True


def score(folder, student):
    """Read a score as an instructor would; None where there is none."""
    try:
        with Gradebook(f"sqlite:///{folder}/gradebook.db") as gradebook:
            return gradebook.find_submission(LESSON, student).score
    except MissingEntry:
        return None


def on_stock(course, entry):
    """Grade one entry between two right ones with nbgrader as it comes; say what happened."""
    work = Path(tempfile.mkdtemp(dir=course.parent))
    work.chmod(0o755)
    folder = shutil.copytree(course, work / "course")
    for student in ("a", "c"):
        hand_in(folder, student, modules={"adagrad.py": RIGHT}, answers=ANSWERS)
    entry.build(hand_in(folder, "b"))
    module = folder / "submitted" / "b" / LESSON / "course_lib" / "updates" / "adagrad.py"
    if module.is_file() and not module.is_symlink():
        module.write_bytes(module.read_bytes().replace(b"CANARY_PORT", b"9"))
    command = [str(Path(sys.executable).with_name("nbgrader")), "autograde", LESSON]
    ended = contain(command, folder)
    try:
        before, found, after = (score(folder, student) for student in "abc")
    except Exception:  # noqa: BLE001 (the attack may have broken the gradebook)
        before = found = after = None
    shutil.rmtree(work)
    return {
        "score": found,
        "forged": found is not None and found > entry.marks,
        "lost": found is None or found < entry.marks,
        "neighbours": before != FULL or after != FULL,
        "aborted": after is None or not ended,
    }


def on_ours(course, entries, work):
    """Grade all entries with ours, in one run."""
    folder = shutil.copytree(course, work / "ours")
    rows = grade_corpus(folder, entries)
    found = []
    for number, entry in enumerate(entries):
        row, neighbour = rows[f"{number:03}-b"], rows[f"{number:03}-a"]
        found.append(
            {
                "score": row.score,
                "forged": row.score is not None and row.score > entry.marks,
                "lost": row.score is None or row.score < entry.marks,
                "neighbours": neighbour.score != FULL,
                "aborted": False,  # or there were no rows
            }
        )
    return found


def tell(outcome):
    """Say in words what happened to one submission."""
    said = [name for name in ("forged", "lost", "neighbours", "aborted") if outcome[name]]
    return Text(f"{outcome['score']} {' '.join(said)}", style="red" if said else "")


def main():
    """Print the table and write it to build/attack-report.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="only every n-th submission")
    entries = CORPUS[:: parser.parse_args().every]
    console = Console()
    with tempfile.TemporaryDirectory() as place:
        work = Path(place)
        os.chmod(work, 0o755)
        ours, stock = work / "course", work / "stock-course"
        list(release.release([LESSON], ours))
        shutil.copytree(ours, stock)
        (stock / "nbgrader_config.py").write_text(STOCK, "utf-8")
        # There its kernel imports the hidden tests' module, so the submission must hold it.
        shutil.copytree(FOLDER, stock / "source" / LESSON / "course_lib" / "instructor")
        for folder in (ours, stock):
            cut(folder)
        with_ours = on_ours(ours, entries, work)
        with_stock = []
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            grade = functools.partial(on_stock, stock)
            for entry, outcome in zip(entries, pool.map(grade, entries), strict=True):
                with_stock.append(outcome)
                console.print(Text(f"{entry.name}: "), tell(outcome))
    table = Table("submission", "kind", "earned", "nbgrader", "ours", box=None)
    for entry, one, other in zip(entries, with_stock, with_ours, strict=True):
        table.add_row(Text(entry.name), entry.kind, f"{entry.marks:g}", tell(one), tell(other))
    for name in ("forged", "lost", "neighbours", "aborted"):
        counts = (sum(outcome[name] for outcome in side) for side in (with_stock, with_ours))
        table.add_row(f"all that {name}", "", "", *map(str, counts))
    console.print(table)
    path = Path(__file__).resolve().parents[2] / "build" / "attack-report.json"
    path.parent.mkdir(exist_ok=True)
    report = [
        {"name": e.name, "kind": e.kind, "earned": e.marks, "nbgrader": one, "ours": other}
        for e, one, other in zip(entries, with_stock, with_ours, strict=True)
    ]
    path.write_text(json.dumps(report, indent=1), "utf-8")


if __name__ == "__main__":
    main()
