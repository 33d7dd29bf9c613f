"""Times the first minute: `make bench-start` writes `build/bench/start.json`, kept in docs/figures.

For uv, as `make lab` takes it, and for pip alone, each with an empty cache and with a full one:
seconds from `git clone` to a JupyterLab that answers, and to the first card of `course check`,
and the size of the environment. Both installers run in turn, so that a busy machine slows both.
"""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def start(folder, env, installer):
    """Clone the project, set up, start JupyterLab and check; give the figures."""
    begin = time.monotonic()
    subprocess.run(["git", "clone", "--quiet", ROOT, folder], check=True)
    python = folder / ".venv" / "bin" / "python"
    if installer == "pip":
        subprocess.run([sys.executable, "-m", "venv", folder / ".venv"], check=True)
        install = [python, "-m", "pip", "install", "-q", "-c", "constraints.txt", "-e", "."]
        subprocess.run(install, cwd=folder, env=env, check=True)
        command = [python, "-m", "jupyterlab", "--allow-root", "--no-browser"]
    else:
        command = ["make", "lab", "LAB_ARGS=--no-browser", f"PYTHON={sys.executable}"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    lab = subprocess.Popen(command, cwd=folder, env=env, start_new_session=True, **pipes)
    try:
        wait_for(lab)
        lab_ready = time.monotonic() - begin
        before = time.monotonic()
        check = [python, "-m", "course_lib", "check", "adagrad"]
        subprocess.run(check, cwd=folder, env=env, stdout=subprocess.DEVNULL, check=False)
        first_card = lab_ready + time.monotonic() - before
    finally:
        os.killpg(lab.pid, signal.SIGKILL)
        lab.communicate()
    size = sum(p.lstat().st_size for p in (folder / ".venv").rglob("*") if p.is_file())
    return {"lab_ready_s": lab_ready, "first_card_s": first_card, "mb": size / 1e6}


def wait_for(lab):
    """Wait until JupyterLab answers at the address that it prints."""
    for line in lab.stdout:
        if found := re.search(r"(http://(?:localhost|127\.0\.0\.1):\d+/)\S*(\?token=\w+)", line):
            while lab.poll() is None:
                with contextlib.suppress(urllib.error.URLError):
                    urllib.request.urlopen(found[1] + "api/status" + found[2], timeout=60).close()
                    return
                time.sleep(0.1)
    raise SystemExit("JupyterLab ended and named no address")


def main():
    """Measure, print and write the table."""
    found = []
    with tempfile.TemporaryDirectory() as place:
        work = Path(place)
        caches = {"UV_CACHE_DIR": work / "uv", "PIP_CACHE_DIR": work / "pip", "HOME": work}
        env = os.environ | {name: str(path) for name, path in caches.items()}
        for cache in ("cold", "warm"):
            for installer in ("uv", "pip"):
                folder = work / f"{installer}-{cache}"
                row = {"installer": installer, "cache": cache}
                figures = start(folder, env, installer)
                found.append(row | {name: round(value, 1) for name, value in figures.items()})
                print(found[-1], flush=True)
                shutil.rmtree(folder)
    for folder in ("build/bench", "docs/figures"):
        path = ROOT / folder / "start.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
