"""Sends tasks to be examined: to a Dask cluster by its address, or to one in this process.

A worker needs the same course and the walls, but no disk in common. It holds the trusted side, an
`Examiner`; a student's code runs in walls that its forks put up. A submission whose worker dies is
given up at once: whoever sent it decides whether, and beside what, it is tried again.
"""

import atexit
import contextlib
import logging
import secrets
import shutil
import socket
import sys
import threading
from concurrent.futures import CancelledError

from course_lib import CourseError
from course_lib.instructor.grading import results
from course_lib.instructor.grading.trusted import Examiner, ExaminerError
from course_lib.instructor.sandbox import walls

CONNECT_SECONDS = 10
WAIT_SECONDS = 15
SAME = "Install the same version of the course on each worker, and start the workers again"
_starting = threading.Lock()


class Cluster:
    """Examines tasks on the workers of a Dask scheduler, any number at a time.

    Parameters
    ----------
    scheduler : str, optional
        The address of a scheduler that is there. Without it one is started in this process, when
        the first task comes, whose one worker runs `threads` tasks at a time.
    threads : int
        How many tasks at a time this process examines where there is no scheduler.
    folder : Path
        Where Dask keeps its locks while it runs in this process.

    Raises
    ------
    CourseError
        Where no scheduler answers at the address.
    """

    def __init__(self, scheduler, threads, folder):
        self.scheduler, self.threads, self.folder = scheduler, threads, folder / "dask"
        self._client = self._local = None
        self._closed = self._told = False
        self._examiner = Examiner()
        self._lock = threading.Lock()
        self._prefix = f"examine-{secrets.token_hex(8)}"
        if scheduler:
            self._client = self._connect()
            self.threads = sum(self._client.nthreads().values())

    def warm(self):
        """Start what examines in this process, so that the first task need not wait for it."""
        with self._lock:
            if self._closed:
                raise ExaminerError("examining was stopped")
            if self._client is None:
                self._examiner.start()
                self._client = self._start()

    def examine(self, task):
        """Run a task on a worker and wait for its result.

        Raises
        ------
        ExaminerError
            Where the trusted side fails, or the worker dies.
        CourseError
            Where a worker or the scheduler cannot do its work at all.
        """
        self.warm()  # imports distributed, in one thread
        from distributed import KilledWorker

        key = f"{self._prefix}-{secrets.token_hex(8)}"
        sent = (task, results.code_version())
        try:
            found = self._wait(self._client.submit(examine, *sent, key=key, pure=False))
        except KilledWorker:
            raise ExaminerError("the process that examines has died") from None
        except (CancelledError, TimeoutError, OSError):
            raise CourseError(f"The scheduler at {self._place} does not answer any more") from None
        except Exception as error:  # noqa: BLE001 (what a worker without this course raises)
            found = {"refused": f"{self._place}: {type(error).__name__}: {error}. {SAME}"}
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
                    told = f"No worker has joined {self._place} so far: waiting for one."
                    print(told, file=sys.stderr, flush=True)

    def close(self):
        """Stop what was started here; a cluster that was there before stays."""
        self._examiner.close()
        with self._lock:
            self._closed = True
            if self._client is not None:
                if self.scheduler:
                    with contextlib.suppress(Exception):  # it may be gone
                        self._client.unregister_scheduler_plugin(self._prefix)
                self._client.close()
            if self._local is not None:
                self._local.close()
                shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def _place(self):
        return self.scheduler or "this machine"

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

    def _start(self):
        import dask
        from distributed import Client, LocalCluster

        _quiet()
        # What Dask keeps on disk, and leaves there when it is killed, lies in the course folder.
        with dask.config.set({"temporary-directory": str(self.folder)}):
            self._local = LocalCluster(
                n_workers=1,
                threads_per_worker=self.threads,
                processes=False,
                dashboard_address="127.0.0.1:0",  # Dask serves pages about itself, to nobody else
                worker_dashboard_address="127.0.0.1:0",
                memory_limit=0,
            )
            [worker] = self._local.workers.values()
            worker.examiner = self._examiner
            return Client(self._local, set_as_default=False)


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


def examine(task, version):
    """Examine a task with this worker's `Examiner`, once its walls are proved to hold.

    Returns
    -------
    result : dict
        As an `Examiner` gives it; or "error", where the trusted side failed, or "refused", where
        nothing can be examined here: another version of the course, or a wall that does not hold.
    """
    from distributed import get_worker

    worker = get_worker()
    try:
        if version != results.code_version():
            raise CourseError(f"it has another version of the course. {SAME}")
        with _starting:
            walls.prove()
            if not hasattr(worker, "examiner"):
                worker.examiner = Examiner()
                atexit.register(worker.examiner.close)
        return worker.examiner.examine(task)
    except ExaminerError as error:
        return {"error": str(error)}
    except Exception as error:  # noqa: BLE001 (an exception's traceback may not travel)
        said = str(error) if isinstance(error, CourseError) else repr(error)
        return {"refused": f"{worker.address}: {said}"}
