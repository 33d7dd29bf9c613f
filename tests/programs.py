"""The programs of the system that some tests need: where they are, or why they do not serve.

`python tests/programs.py` prints the Debian packages of those that are not installed.
"""

import os
import platform
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


@cache
def chromium():
    """Find a Chromium or Chrome that starts, or the one that Playwright can install; else None.

    On Ubuntu `chromium-browser` may be a script that only tells to install a snap.
    """
    for path in filter(None, map(shutil.which, BROWSERS)):
        if _run(path, "--version").returncode == 0:
            return path
    if not driver_works():
        return None
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


@cache
def driver_works():
    """Tell whether Playwright starts: on a bare Debian its Node.js lacks a library."""
    return _run(sys.executable, "-m", "playwright", "--version").returncode == 0


@cache
def postgresql():
    """Find the folder of PostgreSQL's own programs, the newest; None where there is none."""
    debian = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    found = sorted(debian, key=lambda path: int(path.parts[-3]))
    found += map(Path, filter(None, [shutil.which("initdb")]))
    return found[-1].resolve().parent if found else None


@cache
def problem(name):
    """Say why a program cannot be used here and what to type, or None where it can."""
    if name == "chromium" and not chromium():
        return f"there is no Chromium or Chrome. {_install(name)}"
    if name == "chromium" and not driver_works():
        return f"Playwright does not start. {_install('libatomic1')}"
    if name == "postgresql" and not postgresql():
        return f"PostgreSQL is not installed. {_install(name)}"
    if name == "bubblewrap":
        if not shutil.which("bwrap"):
            return f"bubblewrap is not installed. {_install(name)}"
        trial = _run("bwrap", "--unshare-all", "--ro-bind", "/", "/", "true")
        if trial.returncode:
            return (
                f"bubblewrap is installed, but this system does not let it work: "
                f"{trial.stderr.strip()}. Allow user namespaces, on Ubuntu with: "
                "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0"
            )
    return None


def _install(package):
    if package == "chromium" and (not shutil.which("apt-get") or "Ubuntu" in platform.version()):
        return f"Type: {sys.executable} -m playwright install --with-deps chromium"
    if sys.platform != "linux":
        return "It runs on Linux alone: run these tests in a Linux machine or container."
    return f"Type: {'' if os.geteuid() == 0 else 'sudo '}apt-get install {package}"


def _run(*command):
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


if __name__ == "__main__":
    here = {
        "chromium": chromium(),
        "libatomic1": driver_works(),
        "bubblewrap": shutil.which("bwrap"),
        "postgresql": postgresql(),
    }
    print(*(package for package, is_here in here.items() if not is_here))
