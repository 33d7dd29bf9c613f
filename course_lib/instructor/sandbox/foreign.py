"""Runs modules that somebody else has written, for a check outside of grading."""

import contextlib
import functools
import tempfile
from pathlib import Path

from course_lib import CourseError
from course_lib.checks.process import StudentProcess
from course_lib.instructor.sandbox import bubblewrap

MAX_MODULE = 256 << 10


@contextlib.contextmanager
def sandboxed(updates_dir, *, files):
    """Give a process that runs copies of these modules in the sandbox.

    Parameters
    ----------
    updates_dir : path
        Folder with the modules.
    files : mapping of module name to path
        Files that take the place of the folder's.

    Raises
    ------
    CourseError
        Where this machine has no sandbox, or a file cannot be read or is larger than 256 kB.
    """
    bubblewrap.prove()
    sources = {path.stem: path for path in Path(updates_dir).glob("*.py") if path.is_file()}
    with tempfile.TemporaryDirectory(prefix="course-") as folder:
        updates = Path(folder) / "course_lib" / "updates"
        updates.mkdir(parents=True)
        for name, source in {**sources, **files}.items():
            try:
                with Path(source).open("rb") as file:
                    content = file.read(MAX_MODULE + 1)
            except OSError as error:
                raise CourseError(f"{source} cannot be read: {error.strerror}.") from None
            if len(content) > MAX_MODULE:
                raise CourseError(f"{source} is larger than 256 kB, which no module needs to be.")
            (updates / f"{name}.py").write_bytes(content)
        for path in (Path(folder), updates.parent, updates, *updates.iterdir()):
            path.chmod(0o755)
        wrap = functools.partial(bubblewrap.wrap, readable=[updates])
        with StudentProcess(updates, wrap=wrap) as process:
            yield process
