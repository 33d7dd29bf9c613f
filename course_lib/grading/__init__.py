"""Release, grading and feedback: for instructors."""

import os
import sysconfig

# nbgrader starts alembic by its name, also where the environment is not activated.
os.environ["PATH"] = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")])
