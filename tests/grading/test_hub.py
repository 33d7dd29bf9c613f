"""A real JupyterHub with nbgrader's exchange: release, fetch, work, submit, collect, grade, return.

The hub is the one of `docs/hub`, with an instructor and two students in a real Chromium: nbgrader's
formgrader on one side, its list of assignments on the other.
"""

import contextlib
import json
import os
import re
import shutil
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

from course_lib.instructor.grading import batch, feedback
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


# What a student may try in a terminal of the hub. Each is said only where it went through.
TRY = """
import glob, json, os, pathlib, signal, sys
known, folders, inbound, mine = json.load(sys.stdin)
done = []
for path in glob.glob("/proc/[0-9]*/environ"):
    try:
        text = open(path, "rb").read().decode(errors="replace")
    except OSError:
        continue
    done += [f"read {word!r} in {path}" for word in known if word in text]
for root in ["/", *(path + "/" for path in glob.glob("/proc/[0-9]*/root"))]:
    for folder in folders:
        try:
            done += [f"saw {root + name}" for name in [folder.lstrip("/")] if os.stat(root + name)]
        except OSError:
            pass
for pid in range(2, 300_000):
    try:
        owner = os.stat(f"/proc/{pid}").st_uid
        os.kill(pid, 0)
    except OSError:
        continue
    if owner != os.getuid():
        done.append(f"may signal process {pid} of {owner}")
try:
    done += [f"listed {name}" for name in os.listdir(inbound)]
except OSError:
    pass
for name in ("/etc/x", "/usr/x", sys.prefix + "/x", inbound + "/../x", inbound + "/../outbound/x"):
    try:
        pathlib.Path(name).write_text("")
        done.append(f"wrote {name}")
    except OSError:
        pass
if os.getuid() == 0:
    done.append("is root")
for line in open("/proc/self/status"):
    if line.startswith("CapEff") and int(line.split()[1], 16):
        done.append(line)
pathlib.Path(mine).write_text(json.dumps(done))
"""


def readable(paths):
    """Leave out the processes that have ended."""
    for path in paths:
        with contextlib.suppress(OSError):
            path.read_bytes()
            yield path


def in_a_terminal(hub, page, student, home, command, result):
    """Type a command in a terminal of a student's server; wait for the file that it writes."""
    page.evaluate(
        """async ([url, command]) => {
            const xsrf = document.cookie.match(/_xsrf=([^;]+)/);
            const headers = xsrf ? {"X-XSRFToken": xsrf[1]} : {};
            const made = await fetch(url + "api/terminals", {method: "POST", headers});
            const {name} = await made.json();
            const address = new URL(url + "terminals/websocket/" + name, location);
            address.protocol = "ws";
            const socket = new WebSocket(address);
            await new Promise((open) => (socket.onopen = open));
            socket.send(JSON.stringify(["stdin", command + "\\n"]));
            window.kept = socket;
        }""",
        [f"/user/{student}/", command],
    )
    for _ in range(600):
        if (home / result).exists() and (text := (home / result).read_text()):
            return json.loads(text)
        time.sleep(0.1)
    raise AssertionError("the terminal did not answer")


def attack(hub, course, page, student, other):
    """Let a student try what must not go through; give what went through."""
    home = course / ".hub" / "homes" / student
    secret = [*PASSWORDS.values(), "CONFIGPROXY_AUTH_TOKEN"]
    folders = [ROOT / "solutions", ROOT / ".git", course / "gradebook.db", course / "source"]
    folders += [home.parent / other / LESSON, course / ".hub" / "passwords.json", "/etc/shadow"]
    inbound = course / ".hub" / "exchange" / "adaptive" / "inbound"
    (home / "try.py").write_text(TRY)
    told = [secret, list(map(str, folders)), str(inbound), str(home / "done.json")]
    (home / "told.json").write_text(json.dumps(told))
    for name in ("try.py", "told.json"):
        (home / name).chmod(0o644)
    command = f"cd {home} && {sys.executable} try.py < told.json"
    return in_a_terminal(hub, page, student, home, command, "done.json")


@pytest.mark.parametrize("without", ["root", "bubblewrap", "a password"])
def test_the_hub_does_not_start_where_it_cannot_keep_students_apart(without, tmp_path):
    course = tmp_path / "course"
    course.mkdir()
    tmp_path.chmod(0o755)
    course.chmod(0o777)
    words = {"STUDENTS_PASSWORD": "a", "INSTRUCTORS_PASSWORD": "b"}
    env = os.environ | {"COURSE": str(course), "HOME": str(tmp_path), "PYTHONPATH": ""}
    env |= {} if without == "a password" else words
    if without == "bubblewrap":
        (tmp_path / "bin").mkdir()
        (tmp_path / "bin" / "setpriv").symlink_to(shutil.which("setpriv"))
        env["PATH"] = str(tmp_path / "bin")
    config = ROOT / "docs" / "hub" / "jupyterhub_config.py"
    command = [sys.executable, "-m", "jupyterhub", "-f", str(config)]
    if without == "root":  # an ordinary user, who may read what root may
        command = ["bwrap", "--unshare-user", "--uid", "1000", "--dev-bind", "/", "/", *command]
    done = subprocess.run(
        command, cwd=course, env=env, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 1
    said = done.stderr.strip().splitlines()[-1]
    if without == "a password":
        assert said.startswith("Say STUDENTS_PASSWORD and INSTRUCTORS_PASSWORD")
    else:
        assert "as root on Linux with bubblewrap" in said
        assert "DockerSpawner, KubeSpawner or SystemdSpawner" in said


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
            other = "grace" if student == "ada" else "ada"
            assert attack(hub, course, page, student, other) == []
    for student in ("ada", "grace"):
        (handed_in,) = (course / ".hub/exchange/adaptive/inbound").glob(f"{student}+*")
        assert handed_in.stat().st_uid == (homes / student).stat().st_uid != 0
    environments = [path.read_bytes() for path in readable(Path("/proc").glob("[0-9]*/environ"))]
    assert not any(b"a word for all" in text for text in environments)

    with sign_in("instructor") as page:
        assert "Successfully collected" in in_formgrader(hub, page, "collect")
    summary = batch.grade(LESSON, course)
    marks = {row.student: row.score for row in summary.rows}
    assert marks["ada"] == BY_TESTS
    assert marks["grace"] < BY_TESTS / 2
    assert not any(row.flags for row in summary.rows if row.student == "ada")
    assert all(line.startswith("Wrote") for line in feedback.feedback(LESSON, course))

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
