"""The sandbox that student code runs in: bubblewrap, resource limits and a system call filter.

Inside, there is the interpreter, numpy and the submission, all read-only; no network, no other
process, no privilege. `prove` tries every part of it from inside before the first submission is
graded, and grading is refused where one does not hold.
"""

import functools
import os
import platform
import shutil
import struct
import subprocess
import sys
import sysconfig
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from course_lib import CourseError
from course_lib.checks.process import WORKER, StudentProcess
from course_lib.checks.worker import MEMORY

MB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """What one sandbox may use.

    Attributes
    ----------
    cpu : int
        Seconds of processor time.
    memory : int
        Bytes of address space, a process.
    processes, files : int
        Processes and threads; open files.
    scratch : int
        Bytes in the folder `/tmp`, and in one file; with 0 nothing can be written.
    """

    cpu: int = 330
    memory: int = MEMORY
    processes: int = 1
    files: int = 64
    scratch: int = 0


FUNCTIONS = Limits()
"""For a worker that answers calls of the student's functions."""

NOTEBOOK = Limits(cpu=130, memory=2048 * MB, processes=8, files=256, scratch=64 * MB)
"""For a run of a whole notebook."""

PROGRAMS = ("bwrap", "setpriv", "prlimit", "ldd")
WHERE = (
    "Student code is graded on Linux with bubblewrap alone. On macOS and Windows run this command "
    "in a Linux virtual machine, WSL 2, or a container that allows user namespaces."
)

# System calls that nothing but this filter would stop: new namespaces and mounts, other processes'
# memory, sockets of any family (vsock knows no network namespace), memory that no limit counts.
# Numbers for each processor are Linux's own: arch/x86/entry/syscalls/syscall_64.tbl and
# include/uapi/asm-generic/unistd.h.
PROCESSORS = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
"""By processor: what the kernel calls it (linux/audit.h), and its column below."""
CLONE, CLONE3 = (56, 220), (435, 435)
REFUSED = {
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_getfd": (438, 438),
    "open_by_handle_at": (304, 265),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    "socket": (41, 198),
    "socketpair": (53, 199),
}
NEW_NAMESPACES = 0x7E020000  # any of the flags CLONE_NEW*
EPERM, ENOSYS = 1, 38


def wrap(command, *, readable=(), limits=FUNCTIONS, packages=False):
    """Make the command that runs another in the sandbox.

    Parameters
    ----------
    command : list of str
        Begins with `sys.executable`.
    readable : sequence of path
        Files and folders that it may read besides the interpreter and numpy. Everybody must be
        allowed to read them.
    limits : Limits
    packages : bool
        Let it read all installed packages but the course's own.

    Returns
    -------
    wrapped : list of str
        When the process that starts it ends, all that runs inside ends too.
    """
    root = os.geteuid() == 0
    inside = [shutil.which("prlimit"), f"--cpu={limits.cpu}", f"--as={limits.memory}"]
    inside += [f"--nproc={limits.processes}", f"--nofile={limits.files}", "--core=0"]
    inside += [f"--fsize={limits.scratch}", *command]
    sandbox = [shutil.which("bwrap"), "--die-with-parent", "--new-session", "--clearenv"]
    sandbox += ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"]
    sandbox += ["--unshare-cgroup-try", "--cap-drop", "ALL"]
    if root:
        # Root is above the limit on processes, so the command runs as a user that nobody is,
        # one for each sandbox: a limit is counted by user.
        user = str(_free_user())
        sandbox += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
        as_user = [shutil.which("setpriv"), f"--reuid={user}", f"--regid={user}"]
        inside = [*as_user, "--clear-groups", "--inh-caps=-all", "--", *inside]
    else:
        sandbox += ["--unshare-user", "--uid", "65534", "--gid", "65534"]
    sandbox += ["--perms", "1777", "--size", str(limits.scratch or MB), "--tmpfs", "/tmp"]
    bound = [*_interpreter(packages), WORKER, *map(Path, readable)]
    parents = {parent for path in bound for parent in path.parents} | {Path("/dev")} - {
        Path("/tmp")
    }
    for path in sorted(p for p in parents if not any(p.is_relative_to(b) for b in bound)):
        sandbox += ["--perms", "0755", "--dir", str(path)]
    for path in bound:
        sandbox += ["--ro-bind", str(path), str(path)]
        for hidden in _hidden(path):
            sandbox += ["--tmpfs", str(hidden), "--remount-ro", str(hidden)]
    for name in ("null", "zero", "urandom"):
        sandbox += ["--dev-bind", f"/dev/{name}", f"/dev/{name}"]
    for name, value in {
        "HOME": "/tmp",
        "USER": "student",
        "LANG": "C.UTF-8",
        "PATH": os.path.dirname(sys.executable),
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }.items():
        sandbox += ["--setenv", name, value]
    if not limits.scratch:
        sandbox += ["--remount-ro", "/tmp"]
    sandbox += ["--chdir", "/tmp", "--remount-ro", "/", "--seccomp", "9", "--", *inside]
    return ["/bin/sh", "-c", 'exec "$@" 9<"$0"', _filter(), *sandbox]


_sandboxes = 0


def _free_user():
    """Return the number of a user that runs nothing."""
    global _sandboxes
    _sandboxes += 1
    ranges = [line.split() for line in Path("/proc/self/uid_map").read_text().splitlines()]
    most = max(int(first) + int(length) for first, _, length in ranges)
    first, count = (1_000_000_000, 900_000_000) if most > 1_900_000_000 else (60_000, 5_000)
    return first + (os.getpid() * 1000 + _sandboxes) % count


def _library():
    return Path(sysconfig.get_path("stdlib"))


def _packages():
    return Path(find_spec("numpy").submodule_search_locations[0]).parent


OURS = ("course_lib", "solutions", "__editable__", "adaptive_learning_rates")


@functools.cache
def _interpreter(packages):
    """List the files and folders that Python and numpy are made of, or all that is installed."""
    library, numpy = _library(), _packages() / "numpy"
    parts = [_packages()] if packages else [numpy, numpy.with_name("numpy.libs")]
    folders = [library, *(path for path in parts if path.is_dir())]
    programs = [sys.executable, shutil.which("prlimit"), shutil.which("setpriv")]
    machine_code = [p for f in (library / "lib-dynload", numpy) for p in f.rglob("*.so*")]
    listed = subprocess.run(
        ["ldd", *programs, *map(str, machine_code)], capture_output=True, text=True, check=False
    ).stdout
    words = (word for line in listed.splitlines() if line[:1] == "\t" for word in line.split())
    libraries = {Path(word) for word in words if word.startswith("/")}
    if packages:  # what each of them needs lies beside
        folders += sorted({path.parent for path in libraries} - {Path("/"), library.parent})
    files = {*libraries, *map(Path, programs)}
    files |= {Path(sys.prefix) / "pyvenv.cfg", Path("/etc/ld.so.cache")}
    # The names of languages, for locale.setlocale.
    folders += [path for path in [Path("/usr/lib/locale")] if path.is_dir()]
    inside = (path for path in sorted(files) if not any(path.is_relative_to(f) for f in folders))
    return [*folders, *(path for path in inside if path.is_file())]


@functools.cache
def _hidden(folder):
    """List the folders inside a bound one that are not to be read: packages, the course itself."""
    names = ("site-packages", "dist-packages") if folder == _library() else OURS
    return (
        [p for p in folder.iterdir() if p.is_dir() and p.name.startswith(names)]
        if (folder in (_library(), _packages()))
        else []
    )


@functools.cache
def _filter():
    """Write the system call filter, in the kernel's own form, and return where it can be read.

    It is a file in memory: nothing is left of it when this process ends, however it ends.
    """
    architecture, column = PROCESSORS[platform.machine()]
    load, jump_equal, jump_bits, jump_above, end = 0x20, 0x15, 0x45, 0x35, 0x06
    allow, kill, error = 0x7FFF0000, 0x80000000, 0x00050000
    program = [
        (load, 0, 0, 4),  # the processor
        (jump_equal, 1, 0, architecture),
        (end, 0, 0, kill),
        (load, 0, 0, 0),  # the call's number
        (jump_above, 0, 1, 0x40000000),  # those of the 32-bit form
        (end, 0, 0, error | EPERM),
        (jump_equal, 0, 1, CLONE3[column]),  # its flags lie in memory: Python then takes clone
        (end, 0, 0, error | ENOSYS),
    ]
    for numbers in REFUSED.values():
        program += [(jump_equal, 0, 1, numbers[column]), (end, 0, 0, error | EPERM)]
    program += [
        (jump_equal, 0, 3, CLONE[column]),
        (load, 0, 0, 16),  # the first argument, the flags
        (jump_bits, 0, 1, NEW_NAMESPACES),
        (end, 0, 0, error | EPERM),
        (end, 0, 0, allow),
    ]
    descriptor = os.memfd_create("filter")
    os.write(descriptor, b"".join(struct.pack("=HBBI", *line) for line in program))
    return f"/proc/{os.getpid()}/fd/{descriptor}"


def warm():
    """Find out once what each sandbox needs, before the process forks."""
    _filter()
    _interpreter(False)


def require():
    """Ask, before anything is started, whether this machine can have a sandbox.

    Raises
    ------
    CourseError
        For a system or a processor without them, or a program that is missing.
    """
    if sys.platform != "linux":
        raise CourseError(f"Nothing is graded on {platform.system()}. {WHERE}")
    if platform.machine() not in PROCESSORS:
        raise CourseError(f"Nothing is graded on a {platform.machine()} processor. {WHERE}")
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        package = "bubblewrap" if "bwrap" in missing else "util-linux libc-bin"
        raise CourseError(
            f"Nothing is graded, for {missing[0]} is not installed: sudo apt-get install {package}."
        )


@functools.cache
def prove():
    """Try each part of the sandbox from inside.

    Raises
    ------
    CourseError
        Where one does not hold, with the reason and what to do.
    """
    require()
    from course_lib.instructor.sandbox import probe

    with tempfile.TemporaryDirectory() as folder:
        secret = Path(folder) / "secret"
        secret.write_text("not for students")
        updates = Path(folder) / "updates"
        updates.mkdir()
        shutil.copy(probe.__file__, updates / "probe.py")

        def bare(command):
            return wrap([*command, "unaudited"], readable=[updates])

        with StudentProcess(updates, wrap=bare, timeout=20) as process:
            for name in probe.TRIED:
                reply = process.call("probe", name, [str(secret), FUNCTIONS.memory])
                if (reply.kind, reply.value) == ("value", "holds"):
                    continue
                if name == "time" and reply.kind == "died":
                    continue
                what = reply.value if reply.kind == "value" else reply.message or reply.kind
                said = " ".join(reply.output.split())
                raise CourseError(
                    f"Nothing is graded, for the sandbox does not hold here ({name}): {what}"
                    f"{f' ({said})' if said else ''}. {_remedy(said)}"
                )


def _remedy(said):
    if "namespace" in said or "setting up uid map" in said or "Operation not permitted" in said:
        return (
            "This machine forbids the namespaces that bubblewrap needs: allow them "
            "(sysctl kernel.unprivileged_userns_clone=1, or on Ubuntu "
            "kernel.apparmor_restrict_unprivileged_userns=0; a container needs "
            "--security-opt seccomp=unconfined), or grade on another Linux machine."
        )
    return f"Look at docs/threat-model.md. {WHERE}"
