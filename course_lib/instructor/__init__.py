"""What an instructor has besides: no release and no student's copy holds any of it."""

import os
import sys
import sysconfig
from pathlib import Path

FOLDER = Path(__file__).parent

# nbgrader starts alembic by its name, also where the environment is not activated.
os.environ["PATH"] = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")])

# nbformat's validator would build grammars of internet addresses for more than a second, in each
# process, if it found this; notebooks hold nothing that asks for them.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
