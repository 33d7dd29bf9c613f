"""Times `course grade` beside nbgrader as it comes: `make bench-grading N=64`.

`bench_grading.py --linear 512` grades 64 and 512 in place of that, and tells seconds a submission
and the memory, disk and gradebook that they take; `--workers` grades with one and with two workers
of a Dask cluster.

Both grade the same submissions of the AdaGrad lesson, as it is. Seconds a submission are the slope
between N/8 and N/2 submissions; what is left over is the start. The limit of the processor's
seconds is what no grader can save: the same cells in a process forked from a warm one, without
the sandbox, and nbgrader's own work on the result.
"""

import argparse
import base64
import contextlib
import importlib.util
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from attack_report import STOCK
from handing_in import ANSWERS, LESSON, RIGHT, hand_in
from IPython.utils.capture import capture_output
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde
from rich.console import Console
from rich.table import Table
from test_cluster import Cluster

from course_lib.checks.process import Reply
from course_lib.instructor import FOLDER
from course_lib.instructor.conversion import convert
from course_lib.instructor.grading import (
    autograde,
    gradebook,
    hidden,
    intake,
    rebuild,
    results,
    trusted,
)
from course_lib.instructor.grading.task import make_task, read_modules
from course_lib.instructor.handout import release
from course_lib.instructor.sandbox import bubblewrap

# All results wrong: for a part that is right, nbgrader as it comes gives no share of the marks.
WRONG = RIGHT.replace("return w, v", "return w + 1, v + 1").replace("+ 1, m", "+ 1, m + 1")


def fill(course, count):
    """Hand in `count` submissions, no two alike: right, wrong and blank ones."""
    for number in range(count):
        text = (RIGHT, WRONG, "", RIGHT)[number % 4]
        modules = {"adagrad.py": f"{text}\n# {number}\n"} if text else {}
        hand_in(course, f"s{number:04}", modules=modules, answers=ANSWERS if text else {})


@contextlib.contextmanager
def group():
    """Make a control group, which counts the processor's seconds of all processes in it.

    What ends in the sandbox is missing from what the kernel tells a parent of its children. Gives
    a folder, or None where this user may make no group: then those seconds are not counted.
    """
    for top in (Path("/sys/fs/cgroup/cpuacct"), Path("/sys/fs/cgroup")):
        folder = top / f"bench-{os.getpid()}"
        try:
            folder.mkdir()
            break
        except OSError:
            continue
    else:
        folder = None
    yield folder
    if folder:
        with contextlib.suppress(OSError):  # somebody may still be on the way out
            folder.rmdir()


def used(folder):
    """Give the processor's seconds of a control group, or of the children that ended."""
    if folder is None:
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        return children.ru_utime + children.ru_stime
    if (usage := folder / "cpuacct.usage").exists():
        return int(usage.read_text()) / 1e9
    return int(re.search(r"usage_usec (\d+)", (folder / "cpu.stat").read_text())[1]) / 1e6


def timed(command, folder):
    """Run a command; give its seconds, the processor's (of all that it started), its memory."""
    with group() as place, tempfile.TemporaryFile("w+") as said:
        enter = place and (lambda: (place / "cgroup.procs").write_text(str(os.getpid())))
        before, start, memory = used(place), time.perf_counter(), 0
        with subprocess.Popen(
            command, cwd=folder, stdout=said, stderr=said, preexec_fn=enter
        ) as process:
            status = Path(f"/proc/{process.pid}/status")
            while process.poll() is None:
                if most := re.search(r"VmHWM:\s+(\d+) kB", status.read_text()):
                    memory = int(most[1]) >> 10
                time.sleep(0.05)
        seconds = time.perf_counter() - start
        said.seek(0)
        assert process.returncode == 0, said.read()
        return seconds, used(place) - before, memory


def scores(course):
    """Read all scores."""
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        return {s.student.id: s.score for s in gradebook.assignment_submissions(LESSON)}


def measure(templates, work, mode, count, *options):
    """Grade `count` submissions in one way; give seconds, processor seconds, scores."""
    course = Path(shutil.copytree(templates[mode == "nbgrader"], work / f"{mode}-{count}"))
    fill(course, count)
    if mode == "nbgrader":
        command = [str(Path(sys.executable).with_name("nbgrader")), "autograde", LESSON]
    else:
        command = [sys.executable, "-m", "course_lib", "grade", LESSON, "--course", str(course)]
        command += ["--rerun"] if mode == "rerun" else []
        command += options
    empty = size(course)
    seconds, processor, memory = timed(command, course)
    taken = size(course) - empty
    again = timed(command, course)[0] if mode == "ours" and not options else None
    found = scores(course)
    book = (course / "gradebook.db").stat().st_size
    shutil.rmtree(course)
    print(f"{mode}: {count} submissions in {seconds:.1f} s", flush=True)
    return {
        "seconds": seconds,
        "cpu": processor,
        "again": again,
        "scores": found,
        "memory": memory,
        "disk": taken,
        "gradebook": book,
    }


def size(folder):
    """Give the bytes on disk of all files in a folder."""
    return sum(p.lstat().st_blocks * 512 for p in folder.rglob("*") if p.is_file())


def slope(few, many, key, between):
    """Give what one submission more adds."""
    return (many[key] - few[key]) / between


def linear(templates, work, most):
    """Grade 64 and many more: what each takes must not grow with their number."""
    counts = sorted({2, min(64, most), most})
    few, some, many = (measure(templates, work, "ours", count) for count in counts)
    first, rest = counts[1] - counts[0], counts[2] - counts[1]
    seconds = slope(few, some, "seconds", first), slope(some, many, "seconds", rest)
    return {
        "n": most,
        "seconds a submission": seconds,
        "growth": (many["seconds"] / most) / (some["seconds"] / counts[1]),
        "cpu a submission": slope(some, many, "cpu", rest),
        "MB of the coordinator": many["memory"],
        "KB on disk a submission": slope(some, many, "disk", rest) / 1024,
        "KB of the gradebook a submission": slope(some, many, "gradebook", rest) / 1024,
    }


def workers(templates, work, n):
    """Grade with one worker of a cluster and with two, each a process reached by its address."""
    slopes = []
    for count in (1, 2):
        place = work / f"cluster{count}"
        place.mkdir()
        cluster = Cluster(place)
        try:
            for _ in range(count):
                cluster.worker()
            told = "--scheduler", cluster.address
            measure(templates, work, "ours", count, *told)  # so that each worker is warm
            few, many = (measure(templates, work, "ours", k, *told) for k in (n // 8, n // 2))
        finally:
            cluster.end()
        slopes.append(slope(few, many, "seconds", n // 2 - n // 8))
    return {"n": n, "seconds a submission": slopes, "faster": slopes[0] / slopes[1]}


class Direct:
    """Calls a student's functions here, without a sandbox."""

    def __init__(self, folder):
        self.folder = folder

    def call(self, module, function, args=(), kwargs=None):
        """Answer as `StudentProcess.call` does."""
        path = self.folder / f"{module}.py"
        spec = importlib.util.spec_from_file_location(module, path)
        loaded = importlib.util.module_from_spec(spec)
        try:
            spec.loader.exec_module(loaded)
            value = getattr(loaded, function)(*args, **(kwargs or {}))
        except NotImplementedError:
            return Reply("blank")
        return Reply("value", value, list(args))


def limit(template, work, shell, whole):
    """Give the processor's seconds a submission that no grader can save."""
    course = Path(shutil.copytree(template, work / f"limit-{whole}"))
    count = 8
    fill(course, count)
    root, config = release.open_course(course)
    record, seed = gradebook.record(config, LESSON), autograde.read_seed(root)
    bubblewrap.prove()
    tasks = []
    for name in intake.students(root, LESSON):
        folder = root / "submitted" / name / LESSON
        book, _ = rebuild.rebuild(intake.read_notebook(folder / f"{LESSON}.ipynb"), record)
        task, _ = make_task(book, record, read_modules(folder), seed, whole)
        tasks.append((name, task))
    trusted.prepare(tasks[0][1])
    before = used(None)
    for _, task in tasks:
        if (child := os.fork()) == 0:
            with tempfile.TemporaryDirectory() as place:
                for file, content in task["modules"].items():
                    (Path(place) / file).write_bytes(base64.b64decode(content))
                names = {"check": hidden.show_check, "check_answer": hidden.show_check_answer}
                with capture_output():
                    for cell in task["cells"] or ():
                        shell.run_cell(cell["source"], store_history=False)
                shell.user_ns.update(names, **task["answers"])
                with hidden.session(Direct(Path(place)), seed) as session:
                    for test in task["tests"]:
                        trusted._run_test(shell, session, test)
            os._exit(0)
        os.waitpid(child, 0)
    cells = used(None) - before
    with trusted.Examiner() as examiner:
        for _, task in tasks:
            path = results.path_of(root, task | {"cells": None})
            results.write_json(path, examiner.examine(task))
    before = time.process_time()
    for name, _ in tasks:
        assert convert(Autograde, config, LESSON, name) == []
    own = time.process_time() - before
    shutil.rmtree(course)
    return (cells + own) / count, own / count


def main():
    """Print the table and write build/bench/grading.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("n", type=int, nargs="?", default=64)
    parser.add_argument("--linear", type=int, metavar="N")
    parser.add_argument("--workers", action="store_true")
    told = parser.parse_args()
    n = told.n
    small, large = max(2, n // 8), max(4, n // 2)
    rows = {}
    with tempfile.TemporaryDirectory() as place:
        work = Path(place)
        ours, stock = work / "course", work / "stock-course"
        list(release.release([LESSON], ours))
        shutil.copytree(ours, stock)
        (stock / "nbgrader_config.py").write_text(STOCK, "utf-8")
        # There its kernel imports the hidden tests' module, so the submission must hold it.
        shutil.copytree(FOLDER, stock / "source" / LESSON / "course_lib" / "instructor")
        if told.linear or told.workers:
            found = linear((ours, stock), work, told.linear) if told.linear else {}
            found |= workers((ours, stock), work, n) if told.workers else {}
            print(json.dumps(found, indent=1))
            return
        for mode in ("nbgrader", "ours", "rerun"):
            few, many = (measure((ours, stock), work, mode, count) for count in (small, large))
            between = large - small
            rows[mode] = {
                "slope": (many["seconds"] - few["seconds"]) / between,
                "cpu": (many["cpu"] - few["cpu"]) / between,
                "start": few["seconds"] - small * (many["seconds"] - few["seconds"]) / between,
                "again": many["again"],
                "scores": many["scores"],
            }
        shell = trusted._make_shell()
        limits = {"ours": limit(ours, work, shell, False)}
        limits["rerun"] = limit(ours, work, shell, True)
    for mode in ("ours", "rerun"):
        assert rows[mode]["scores"] == rows["nbgrader"]["scores"], [
            row["scores"] for row in rows.values()
        ]
    found = {
        "n": n,
        "sizes": [small, large],
        "processors": os.cpu_count(),
        "ratio": rows["nbgrader"]["slope"] / rows["ours"]["slope"],
        "ratio_rerun": rows["nbgrader"]["slope"] / rows["rerun"]["slope"],
        "cpu_over_limit": rows["ours"]["cpu"] / limits["ours"][0],
        "cpu_over_limit_rerun": rows["rerun"]["cpu"] / limits["rerun"][0],
        "nbgraders_own_cpu": limits["ours"][1],
        "modes": {mode: row | {"scores": None} for mode, row in rows.items()},
    }
    table = Table("", "s a submission", "CPU s", "start s", "the same again s", box=None)
    for mode, row in rows.items():
        again = f"{row['again']:.1f}" if row["again"] else ""
        numbers = (f"{row[key]:.2f}" for key in ("slope", "cpu", "start"))
        table.add_row(mode, *numbers, again)
    for mode, (least, _) in limits.items():
        table.add_row(f"limit of {mode}", "", f"{least:.2f}", "", "")
    Console().print(table)
    print({key: round(value, 2) for key, value in found.items() if isinstance(value, float)})
    path = Path(__file__).resolve().parents[2] / "build" / "bench" / "grading.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
