"""What the sandbox must stop, tried from inside before anything is graded.

Runs as a student's module does. Each function gives "holds", or says what went through.
"""

import ctypes
import os
import resource
import socket

TRIED = (
    "reading",
    "writing",
    "memory",
    "processes",
    "files",
    "network",
    "rights",
    "time",
)


def reading(secret, memory):
    """Read another file of this machine; find an inherited file or variable."""
    for path in (secret, "/etc/passwd", "/proc/self/status", os.path.dirname(secret)):
        try:
            os.listdir(path) if path == os.path.dirname(secret) else open(path).close()
        except OSError:
            continue
        if path != os.path.dirname(secret) or "secret" in os.listdir(path):
            return f"{path} can be read"
    if strange := set(os.environ) - {
        *(
            "HOME",
            "USER",
            "LANG",
            "PATH",
            "PWD",
            "OMP_NUM_THREADS",
            "OPENBLAS_NUM_THREADS",
            "LC_CTYPE",
        )
    }:
        return f"the environment has {', '.join(sorted(strange))}"
    for number in range(5, 60):  # the pipes of the worker come before
        try:
            os.fstat(number)
        except OSError:
            continue
        return f"descriptor {number} is open"
    return "holds"


def writing(secret, memory):
    """Write a file anywhere, or make a link, which takes the kernel's memory."""
    for folder in ("/", "/dev", "/tmp", os.path.dirname(__file__), os.path.dirname(os.__file__)):
        for make in (lambda path: open(path, "w").close(), lambda path: os.symlink("x", path)):
            try:
                make(f"{folder}/written")
            except OSError:
                continue
            return f"something can be written in {folder}"
    return "holds"


def memory(secret, limit):
    """Take more memory than there is."""
    try:
        taken = bytearray(limit)
    except MemoryError:
        return "holds"
    return f"{len(taken)} bytes were given"


def processes(secret, memory):
    """Start another process."""
    try:
        child = os.fork()
    except OSError:
        return "holds"
    if child == 0:
        os._exit(0)
    return "another process was started"


def files(secret, memory):
    """Open many files."""
    opened = []
    try:
        while len(opened) < 1000:
            opened.append(os.open("/dev/null", os.O_RDONLY))
    except OSError:
        return "holds"
    finally:
        for number in opened:
            os.close(number)
    return f"{len(opened)} files were opened"


def network(secret, memory):
    """Open a socket."""
    for family in (
        socket.AF_INET,
        socket.AF_INET6,
        socket.AF_UNIX,
        getattr(socket, "AF_VSOCK", 40),
    ):
        try:
            socket.socket(family).close()
        except OSError:
            continue
        return f"a socket of family {family} was opened"
    try:
        socket.socketpair()
    except OSError:
        return "holds"
    return "a pair of sockets was opened"


def rights(secret, memory):
    """Find a privilege, or take one in a new user namespace."""
    if 0 in (os.getuid(), os.geteuid(), os.getgid()) or os.getgroups() not in ([], [os.getgid()]):
        return f"it runs as user {os.getuid()}, groups {os.getgid()} {os.getgroups()}"
    libc = ctypes.CDLL(None, use_errno=True)
    header, data = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    if libc.capget(header, data) != 0 or any(data):
        return f"it has capabilities {list(data)}"
    if libc.unshare(0x10000000) == 0:
        return "it made a user namespace"
    return "holds"


def time(secret, memory):
    """Calculate for ever; the limit of this one process is set to what is left of a second."""
    if resource.getrlimit(resource.RLIMIT_CPU)[1] == resource.RLIM_INFINITY:
        return "there is no limit on processor time"
    resource.setrlimit(resource.RLIMIT_CPU, (1, 1))
    while True:
        pass
