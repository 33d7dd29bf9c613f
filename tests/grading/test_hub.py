"""A real JupyterHub with nbgrader's exchange: release, fetch, work, submit, collect, grade, return.

The hub is the one of `docs/hub`, with an instructor and two students in a real Chromium: nbgrader's
formgrader on one side, its list of assignments on the other.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest
from handing_in import ANSWERS, BY_TESTS, LESSON, RIGHT, ROOT, WRONG, fill_in
from playwright.sync_api import sync_playwright
from programs import chromium

from course_lib.instructor.grading import batch
from course_lib.instructor.handout import release

pytestmark = [
    pytest.mark.full,
    pytest.mark.needs("chromium", "bubblewrap"),
    pytest.mark.timeout(900),
]

PASSWORDS = {
    "instructor": "a password for the one who teaches",
    "ada": "a word for all",
    "grace": "a word for all",
}


class Hub:
    """A JupyterHub on free ports, as docs/hub/jupyterhub_config.py makes it."""

    def __init__(self, course, home):
        ports = free_ports(3)
        self.url = f"http://127.0.0.1:{ports[0]}"
        self.log = (home / "hub.log").open("wb")
        kept = {name: value for name, value in os.environ.items() if "JUPYTER" not in name}
        settings = {
            "COURSE": course,
            "STUDENTS_PASSWORD": PASSWORDS["ada"],
            "INSTRUCTORS_PASSWORD": PASSWORDS["instructor"],
            "HUB_URL": self.url,
            "HUB_PORT": ports[1],
            "PROXY_API_URL": f"http://127.0.0.1:{ports[2]}",
            "HOME": home,
        }
        config = ROOT / "docs" / "hub" / "jupyterhub_config.py"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "jupyterhub", "-f", str(config)],
            cwd=home,
            env=kept | {name: str(value) for name, value in settings.items()},
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def wait(self):
        """Wait until it answers."""
        until = time.monotonic() + 120
        while self.process.poll() is None and time.monotonic() < until:
            try:
                urllib.request.urlopen(f"{self.url}/hub/login", timeout=5).close()
                return
            except OSError:
                time.sleep(0.2)
        raise AssertionError(Path(self.log.name).read_text(errors="replace")[-3000:])

    def close(self):
        """End the hub, its proxy and the servers of all users."""
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)
        self.log.close()


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for probe in sockets:
        probe.bind(("127.0.0.1", 0))
    ports = [probe.getsockname()[1] for probe in sockets]
    for probe in sockets:
        probe.close()
    return ports


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hub") / "course"
    list(release.release([LESSON], folder))
    return folder


@pytest.fixture(scope="module")
def hub(course, tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    hub = Hub(course, home)
    try:
        hub.wait()
        yield hub
    finally:
        hub.close()


@pytest.fixture(scope="module")
def sign_in(hub):
    """Sign users in, each in a browser of its own: with sign_in("ada") as page."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])

        @contextmanager
        def sign_in(name):
            context = browser.new_context(viewport={"width": 1300, "height": 1000})
            context.set_default_timeout(90_000)
            page = context.new_page()
            page.goto(f"{hub.url}/hub/login")
            page.fill("#username_input", name)
            page.fill("#password_input", PASSWORDS[name])
            page.click("#login_submit")
            page.wait_for_selector(".jp-DirListing")
            yield page
            context.close()

        yield sign_in
        browser.close()


def in_formgrader(hub, page, column):
    """Click on a column of the lesson's row in the formgrader; give what nbgrader says."""
    page.goto(f"{hub.url}/user/instructor/formgrader")
    row = page.locator("tr", has_text=LESSON)
    row.wait_for()
    row.locator(f".{column} a").click()
    page.locator(".modal-body", has_text=re.compile("Success|Error|failed")).wait_for()
    return page.locator(".modal-body").first.inner_text()


def assignments(page):
    """Open nbgrader's list of assignments from JupyterLab's menu."""
    page.click("text=Nbgrader")
    page.click("text=Assignment List")
    page.wait_for_selector("text=Released assignments")


def press(page, section, button):
    """Press a button of the lesson's row in a section of the list."""
    page.locator(section, has_text=LESSON).get_by_role("button", name=button).first.click()


def sees(student, path):
    """Tell whether a path is there for a student's server."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            environment = (process / "environ").read_bytes().split(b"\0")
            command = (process / "cmdline").read_bytes()
        except OSError:
            continue
        if f"JUPYTERHUB_USER={student}".encode() in environment and b"bwrap" not in command:
            return (process / "root" / str(path).lstrip("/")).exists()
    raise AssertionError(f"{student} has no server")


def test_the_term_of_a_class_on_a_hub(hub, course, sign_in):
    homes = course / ".hub" / "homes"
    with sign_in("instructor") as page:
        assert f"Successfully released '{LESSON}'" in in_formgrader(hub, page, "release")

    for student, module, answers in (("ada", RIGHT, ANSWERS), ("grace", WRONG, {})):
        with sign_in(student) as page:
            page.click("text=Nbgrader")
            assert page.locator("text=Formgrader").count() == 0
            page.keyboard.press("Escape")
            assignments(page)
            press(page, "#released_assignments_list", "Fetch")
            page.locator("#fetched_assignments_list", has_text=LESSON).wait_for()
            folder = homes / student / LESSON
            fill_in(folder, modules={"adagrad.py": module}, answers=answers)
            press(page, "#fetched_assignments_list", "Submit")
            page.locator("#submitted_assignments_list", has_text=LESSON).wait_for()
        assert sees(student, folder)
        assert not sees(student, ROOT / "solutions")
        assert not sees(student, course / "gradebook.db")
        assert not sees(student, homes / ("grace" if student == "ada" else "ada") / LESSON)

    with sign_in("instructor") as page:
        assert "Successfully collected" in in_formgrader(hub, page, "collect")
    summary = batch.grade(LESSON, course)
    marks = {row.student: row.score for row in summary.rows}
    assert marks["ada"] == BY_TESTS
    assert marks["grace"] < BY_TESTS / 2
    assert not any(row.flags for row in summary.rows if row.student == "ada")
    assert all(line.startswith("Wrote") for line in batch.feedback(LESSON, course))

    with sign_in("instructor") as page:
        page.goto(f"{hub.url}/user/instructor/formgrader/gradebook/{LESSON}/{LESSON}")
        page.locator("table", has_text=f"{BY_TESTS}").first.wait_for()
        assert "Success" in in_formgrader(hub, page, "release-feedback")

    with sign_in("ada") as page:
        assignments(page)
        press(page, "#submitted_assignments_list", "Fetch Feedback")
        page.locator("#submitted_assignments_list", has_text="view feedback").wait_for()
    (mine,) = (homes / "ada" / LESSON / "feedback").rglob(f"{LESSON}.html")
    assert "Each weight has its own history" in mine.read_text("utf-8")
    assert not (homes / "grace" / LESSON / "feedback").exists()
