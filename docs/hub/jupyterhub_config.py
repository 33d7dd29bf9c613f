"""A JupyterHub for one course, with nbgrader's exchange: one instructor, any number of students.

It is started by `COURSE=../spring jupyterhub -f docs/hub/jupyterhub_config.py`, and is meant to be
copied and changed: docs/handing-out.md says what to change before a class uses it.
"""

import os
import sys
from pathlib import Path

c = get_config()  # noqa: F821

HERE = Path(__file__).resolve().parent
CLONE = HERE.parents[1]
COURSE = Path(os.environ["COURSE"]).resolve()
STATE = COURSE / ".hub"  # what the hub remembers, the exchange, and the students' folders
PROGRAMS = Path(sys.executable).parent

STATE.mkdir(mode=0o755, exist_ok=True)
(STATE / "exchange").mkdir(exist_ok=True)
(STATE / "exchange").chmod(0o777)

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

# Change this for a class: a password for all, and one system user for all servers.
c.JupyterHub.authenticator_class = "shared-password"
c.SharedPasswordAuthenticator.user_password = os.environ["STUDENTS_PASSWORD"]
c.SharedPasswordAuthenticator.admin_password = os.environ["INSTRUCTORS_PASSWORD"]
c.Authenticator.admin_users = {"instructor"}
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = str(STATE / "homes" / "{username}")

c.Spawner.cmd = [str(PROGRAMS / "jupyterhub-singleuser")]
c.Spawner.args = ["--allow-root"] if os.geteuid() == 0 else []
c.Spawner.default_url = "/lab"
c.Spawner.environment = {"EXCHANGE": str(STATE / "exchange")}

# nbgrader asks the system who somebody is, and takes JUPYTERHUB_USER where it says "jovyan".
passwd = STATE / "passwd"
passwd.write_text(f"jovyan:x:{os.geteuid()}:{os.getegid()}::/:/bin/sh\n")


def prepare(spawner):
    """Let the instructor work in the course folder; wall students off from it and the solutions."""
    folders = [COURSE, HERE / "everyone"]  # the first holds the course's nbgrader_config.py
    spawner.notebook_dir = str(COURSE)
    if spawner.user.name not in c.Authenticator.admin_users:
        folders = [HERE / "students", HERE / "everyone"]
        home = STATE / "homes" / spawner.user.name
        home.mkdir(parents=True, exist_ok=True)
        spawner.notebook_dir = str(home)
        walls = ["bwrap", "--die-with-parent", "--dev-bind", "/", "/"]
        walls += ["--ro-bind", passwd, "/etc/passwd", "--tmpfs", CLONE, "--tmpfs", COURSE]
        for path in (sys.prefix, HERE):
            walls += ["--ro-bind", path, path]
        for path in (STATE / "exchange", home):
            walls += ["--bind", path, path]
        spawner.cmd = [*map(str, walls), *c.Spawner.cmd]
    spawner.environment["JUPYTER_CONFIG_PATH"] = os.pathsep.join(map(str, folders))


c.Spawner.pre_spawn_hook = prepare
