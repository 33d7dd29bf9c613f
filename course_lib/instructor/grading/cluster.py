"""Sends tasks to the workers of a Dask cluster, to be examined there: `course grade --scheduler`.

A worker needs the same course and a sandbox, but no disk in common. It holds the trusted side, an
`Examiner`; a student's code runs in sandboxes that its forks start. A submission whose worker dies
is given up at once: whoever sent it decides whether, and beside what, it is tried again.
"""

import atexit
import contextlib
import logging
import secrets
import socket
import sys
import threading
from concurrent.futures import CancelledError
from typing import Any

from course_lib import CourseError
from course_lib.instructor.grading import results
from course_lib.instructor.grading.trusted import Examiner, ExaminerError
from course_lib.instructor.sandbox import bubblewrap

CONNECT_SECONDS = 10
WAIT_SECONDS = 15
SAME = "Install the same version of the course on each worker, and start the workers again"
_starting = threading.Lock()


class Dask:
    """Examines tasks on the workers of a Dask scheduler, any number at a time.

    Parameters
    ----------
    scheduler : str
        Its address.

    Raises
    ------
    CourseError
        Where no scheduler answers at the address.
    """

    def __init__(self, scheduler: str) -> None:
        self.scheduler = scheduler
        self._told = False
        self._prefix = f"examine-{secrets.token_hex(8)}"
        self._client = self._connect()
        self.ready = max(32, 2 * sum(self._client.nthreads().values()) + 2)  # it may grow

    def prepare(self, needed: bool) -> None:
        """Leave it to each worker to prove that its sandbox holds."""

    def examine(self, task: dict[str, Any]) -> dict[str, Any]:
        """Run a task on a worker and wait for its result.

        Raises
        ------
        ExaminerError
            Where the trusted side fails, or the worker dies.
        CourseError
            Where a worker or the scheduler cannot do its work at all.
        """
        from distributed import KilledWorker

        key = f"{self._prefix}-{secrets.token_hex(8)}"
        sent = (task, results.code_version())
        try:
            found = self._wait(self._client.submit(examine, *sent, key=key, pure=False))
        except KilledWorker:
            raise ExaminerError("the process that examines has died") from None
        except (CancelledError, TimeoutError, OSError):
            said = f"The scheduler at {self.scheduler} does not answer any more"
            raise CourseError(said) from None
        except Exception as error:  # noqa: BLE001 (what a worker without this course raises)
            found = {"refused": f"{self.scheduler}: {type(error).__name__}: {error}. {SAME}"}
        if "refused" in found:
            raise CourseError(f"A worker cannot examine, {found['refused']}")
        if "error" in found:
            raise ExaminerError(found["error"])
        return found

    def _wait(self, future):
        while True:
            try:
                return future.result(timeout=WAIT_SECONDS)
            except TimeoutError:
                if not self._told and not self._client.nthreads():
                    self._told = True
                    told = f"No worker has joined {self.scheduler} so far: waiting for one."
                    print(told, file=sys.stderr, flush=True)

    def close(self) -> None:
        """Leave the cluster, which stays as it was."""
        with contextlib.suppress(Exception):  # it may be gone
            self._client.unregister_scheduler_plugin(self._prefix)
        self._client.close()

    def _connect(self):
        from distributed import Client
        from distributed.comm.addressing import get_address_host_port

        _quiet()
        try:
            # A Client that finds nobody says so in many lines, so somebody else asks first.
            where = get_address_host_port(self.scheduler, strict=True)
            socket.create_connection(where, CONNECT_SECONDS).close()
            client = Client(self.scheduler, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error) or "no answer"
            raise CourseError(
                f"There is no Dask scheduler at {self.scheduler} ({reason.splitlines()[0]}): start "
                "one with dask scheduler, which prints its address, such as tcp://10.0.0.1:8786."
            ) from None
        client.register_plugin(_one_try(self._prefix), name=self._prefix)
        return client


def _quiet():
    """Say in one sentence of ours what Dask says in many lines of its log."""
    import dask

    for name in list(logging.root.manager.loggerDict):
        if name.partition(".")[0] == "distributed":
            logging.getLogger(name).setLevel(logging.CRITICAL)
    dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 GB"})


def _one_try(prefix):
    """Make a scheduler give up our tasks when their worker dies, and nobody else's."""
    from distributed import SchedulerPlugin

    class OneTry(SchedulerPlugin):  # defined here, it goes to the scheduler by value
        def update_graph(self, scheduler, *, tasks, **kwargs):
            for key in tasks:
                if str(key).startswith(prefix):
                    scheduler.tasks[key].suspicious = scheduler.allowed_failures

    return OneTry()


# What follows runs on a worker.


def examine(task: dict[str, Any], version: str) -> dict[str, Any]:
    """Examine a task with this worker's `Examiner`, once its sandbox is proved to hold.

    Returns
    -------
    result : dict
        As an `Examiner` gives it; or "error", where the trusted side failed, or "refused", where
        nothing can be examined here: another version of the course, or no sandbox.
    """
    from distributed import get_worker

    worker: Any = get_worker()
    try:
        if version != results.code_version():
            raise CourseError(f"it has another version of the course. {SAME}")
        with _starting:
            bubblewrap.prove()
            if not hasattr(worker, "examiner"):
                worker.examiner = Examiner()
                atexit.register(worker.examiner.close)
        return worker.examiner.examine(task)
    except ExaminerError as error:
        return {"error": str(error)}
    except Exception as error:  # noqa: BLE001 (an exception's traceback may not travel)
        said = str(error) if isinstance(error, CourseError) else repr(error)
        return {"refused": f"{worker.address}: {said}"}
