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

PACKAGES = {"chromium": "chromium", "bubblewrap": "bubblewrap"}
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
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


@cache
def problem(name):
    """Say why a program cannot be used here and what to type, or None where it can."""
    if name == "chromium" and not chromium():
        return f"no Chromium or Chrome here. {_install(name)}"
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


def _install(name):
    if name == "bubblewrap" and sys.platform != "linux":
        return "It runs on Linux alone: run these tests in a Linux machine or container."
    if name == "chromium" and (not shutil.which("apt-get") or "Ubuntu" in platform.version()):
        return f"Type: {sys.executable} -m playwright install --with-deps chromium"
    sudo = "" if os.geteuid() == 0 else "sudo "
    return f"Type: {sudo}apt-get install {PACKAGES[name]}"


def _run(*command):
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


if __name__ == "__main__":
    installed = {"chromium": chromium, "bubblewrap": lambda: shutil.which("bwrap")}
    print(*(package for name, package in PACKAGES.items() if not installed[name]()))
