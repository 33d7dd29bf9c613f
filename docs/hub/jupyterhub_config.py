"""A JupyterHub for one course, with nbgrader's exchange: one instructor, any number of students.

It is started as root by `COURSE=../spring jupyterhub -f docs/hub/jupyterhub_config.py`, and is
meant to be copied and changed: docs/handing-out.md says what to change before a class uses it.

Each student's server runs in a sandbox, as a system user of its own: it sees that student's home,
the exchange and the installed programs, no other process, and has no privilege. Where this cannot
be had the hub does not start.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

c = get_config()  # noqa: F821

HERE = Path(__file__).resolve().parent
CLONE = HERE.parents[1]
COURSE = Path(os.environ["COURSE"]).resolve()
STATE = COURSE / ".hub"  # what the hub remembers, the exchange, and the students' folders
PROGRAMS = Path(sys.executable).parent
PYTHON = sorted({os.path.realpath(sys.base_prefix), os.path.realpath(sys.prefix), sys.prefix})
SETTINGS = "ld.so.cache ssl alternatives fonts localtime hosts nsswitch.conf resolv.conf".split()
"""What a student's server may read of /etc."""
FIRST_USER = 200_000
"""The system user of the first student; the others follow. No account of the machine is there."""

STATE.mkdir(mode=0o755, exist_ok=True)
(STATE / "homes").mkdir(exist_ok=True)

# The environment of a process can be read by whoever shares its user, so no password stays in it:
# the hub keeps them in a file of its own, and starts again without them.
passwords = STATE / "passwords.json"
given = {name: os.environ.pop(name, None) for name in ("STUDENTS_PASSWORD", "INSTRUCTORS_PASSWORD")}
if all(given.values()):
    passwords.touch(mode=0o600)
    passwords.write_text(json.dumps(given), "utf-8")
    os.execv(sys.executable, [sys.executable, "-m", "jupyterhub", *sys.argv[1:]])
if not passwords.is_file():
    sys.exit("Say STUDENTS_PASSWORD and INSTRUCTORS_PASSWORD in the environment, once.")
known = json.loads(passwords.read_text("utf-8"))

# One address; the proxy is the one written in Python, so that Node.js is not needed.
c.JupyterHub.bind_url = os.environ.get("HUB_URL", "http://127.0.0.1:8000")
c.JupyterHub.hub_port = int(os.environ.get("HUB_PORT", 8081))
c.JupyterHub.db_url = f"sqlite:///{STATE}/jupyterhub.sqlite"
c.JupyterHub.cookie_secret_file = str(STATE / "cookie_secret")
c.ConfigurableHTTPProxy.command = [str(PROGRAMS / "configurable-http-proxy")]
c.ConfigurableHTTPProxy.api_url = os.environ.get("PROXY_API_URL", "http://127.0.0.1:8001")
c.ConfigurableHTTPProxy.pid_file = str(STATE / "proxy.pid")
# That proxy holds the page back that shows how a server starts: so wait for the server itself.
c.JupyterHub.tornado_settings = {"slow_spawn_timeout": 60}

# Change this for a class: one password serves all students.
c.JupyterHub.authenticator_class = "shared-password"
c.SharedPasswordAuthenticator.user_password = known["STUDENTS_PASSWORD"]
c.SharedPasswordAuthenticator.admin_password = known["INSTRUCTORS_PASSWORD"]
c.Authenticator.admin_users = {"instructor"}
c.Authenticator.allow_all = True
c.Authenticator.username_pattern = "[a-z][a-z0-9_.-]{0,31}"  # it becomes a name of the system
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = str(STATE / "homes" / "{username}")

c.Spawner.cmd = [str(PROGRAMS / "jupyterhub-singleuser")]
c.Spawner.default_url = "/lab"

# nbgrader makes the folders of a course open to all. Sticky, so that nobody can take away or
# replace what somebody else has put there.
exchange = STATE / "exchange"
for folder, mode in (
    (exchange, 0o1777),
    (exchange / "adaptive", 0o755),
    (exchange / "adaptive" / "outbound", 0o755),
    (exchange / "adaptive" / "inbound", 0o1733),
):
    folder.mkdir(exist_ok=True)
    folder.chmod(mode)
c.Spawner.environment = {"EXCHANGE": str(exchange)}


def system_user(student):
    """Give the number of a student's system user, the same for the whole term."""
    path = STATE / "users.json"
    users = json.loads(path.read_text("utf-8")) if path.exists() else {}
    users.setdefault(student, FIRST_USER + len(users))
    path.write_text(json.dumps(users), "utf-8")
    lines = [f"{name}:x:{n}:{n}::{STATE / 'homes' / name}:/bin/sh\n" for name, n in users.items()]
    # For collecting: nbgrader asks the system who a submission belongs to.
    everyone = Path("/etc/passwd").read_text("utf-8") + "".join(lines)
    (STATE / "passwd").write_text(everyone, "utf-8")
    return users[student]


def sandbox(student, command):
    """Put a student's command into a sandbox, as that student's own system user."""
    user = system_user(student)
    home = STATE / "homes" / student
    home.mkdir(mode=0o700, exist_ok=True)
    os.chown(home, user, user)
    passwd = STATE / "homes" / f".{student}.passwd"
    passwd.write_text(f"{student}:x:{user}:{user}::{home}:/bin/sh\n", "utf-8")
    inside = ["bwrap", "--die-with-parent", "--new-session"]
    inside += ["--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"]
    inside += ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    for path in map(Path, ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")):
        if path.is_symlink():
            inside += ["--symlink", os.readlink(path), path]
        elif path.is_dir():
            inside += ["--ro-bind", path, path]
    inside += ["--proc", "/proc", "--dev", "/dev", "--perms", "1777", "--tmpfs", "/tmp"]
    read = [Path(path) for path in ("/usr", *PYTHON, *(f"/etc/{name}" for name in SETTINGS), HERE)]
    for folder in sorted({parent for path in (*read, exchange, home) for parent in path.parents}):
        inside += ["--perms", "0755", "--dir", folder]
    for path in read:
        inside += ["--ro-bind-try", path, path]
    inside += ["--ro-bind", passwd, "/etc/passwd"]
    for path in (exchange, home):
        inside += ["--bind", path, path]
    inside += ["--", "setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"]
    inside += ["--inh-caps=-all", "--no-new-privs", "env", "-C", home]
    return [*map(str, inside), *command]


OTHERS = (
    "Take a spawner that gives each student a container or a system user: DockerSpawner, "
    "KubeSpawner or SystemdSpawner (docs/handing-out.md says where to set it)."
)
# What a student's server must not be able to do; it says nothing where all of it holds.
PROBE = """
import os, pathlib, sys
status = pathlib.Path("/proc/self/status").read_text()
pids = [int(p.name) for p in pathlib.Path("/proc").glob("[0-9]*")]
if os.getuid() == 0 or "CapEff:\\t0000000000000000" not in status:
    print("it keeps privileges")
if "NoNewPrivs:\\t1" not in status:
    print("it can gain privileges")
if len(pids) > 3:
    print("it sees other processes")
for path in sys.argv[1:]:
    if os.path.exists(path):
        print("it sees", path)
"""


def require():
    """Refuse to start where a student's server could not be shut in."""
    if sys.platform != "linux" or os.geteuid() != 0 or not shutil.which("bwrap"):
        sys.exit(
            "This hub keeps students apart as root on Linux with bubblewrap alone: start it with "
            f"sudo, after sudo apt-get install bubblewrap. {OTHERS}"
        )
    hidden = [CLONE / "solutions", COURSE / "nbgrader_config.py", passwords, "/etc/shadow"]
    command = sandbox("probe", [sys.executable, "-c", PROBE, *map(str, hidden)])
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode or done.stdout:
        said = " ".join((done.stdout or done.stderr).split())
        sys.exit(f"A student's server cannot be shut in on this machine: {said}. {OTHERS}")


def prepare(spawner):
    """Let the instructor work in the course folder; shut students in."""
    folders = [COURSE, HERE / "everyone"]  # the first holds the course's nbgrader_config.py
    spawner.notebook_dir = str(COURSE)
    if spawner.user.name in c.Authenticator.admin_users:
        system_user("probe")
        # So that collecting knows whose a submission is: the system's users and the students.
        within = ["bwrap", "--die-with-parent", "--dev-bind", "/", "/"]
        within += ["--ro-bind", str(STATE / "passwd"), "/etc/passwd", "--"]
        spawner.cmd, spawner.args = [*within, *c.Spawner.cmd], ["--allow-root"]
    else:
        folders = [HERE / "students", HERE / "everyone"]
        spawner.notebook_dir = str(STATE / "homes" / spawner.user.name)
        spawner.cmd = sandbox(spawner.user.name, c.Spawner.cmd)
    spawner.environment["JUPYTER_CONFIG_PATH"] = os.pathsep.join(map(str, folders))


require()
c.Spawner.pre_spawn_hook = prepare
