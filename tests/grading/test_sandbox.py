"""What the sandbox of a student's functions refuses, tried from inside without our own refusals."""

import ctypes
import ctypes.util

import pytest

from course_lib.checks.process import StudentProcess
from course_lib.instructor.sandbox import bubblewrap

TRIES = {
    "a pair of sockets": "import socket\nsocket.socketpair()",
    "a link": "os.symlink('x', '/tmp/x')",
    "a file": "open('/tmp/x', 'w')",
    "a folder": "os.mkdir('/tmp/x')",
    "a pipe": "os.mkfifo('/tmp/x')",
    "a file in memory": "os.memfd_create('x')",
}


@pytest.mark.needs("bubblewrap")
@pytest.mark.parametrize("what", TRIES)
def test_a_function_can_make_nothing_that_no_limit_counts(what, tmp_path):
    updates = tmp_path / "updates"
    updates.mkdir()
    updates.chmod(0o755)
    (updates / "adagrad.py").write_text(
        f"import os\ndef attempt():\n    exec({TRIES[what]!r})\ndef sound():\n    return 1.0\n"
    )

    def wrap(command):
        return bubblewrap.wrap([*command, "unaudited"], readable=[updates])

    with StudentProcess(updates, wrap=wrap) as process:
        assert process.call("adagrad", "sound").value == 1.0
        reply = process.call("adagrad", "attempt")
    assert reply.error_type in ("OSError", "PermissionError"), reply


LIBSECCOMP = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}


@pytest.mark.skipif(not ctypes.util.find_library("seccomp"), reason="libseccomp is not installed")
@pytest.mark.parametrize("processor", bubblewrap.PROCESSORS)
def test_the_numbers_of_system_calls_are_those_of_libseccomp(processor):
    library = ctypes.CDLL(ctypes.util.find_library("seccomp"))
    kernels, column = bubblewrap.PROCESSORS[processor]
    assert kernels == LIBSECCOMP[processor]
    named = bubblewrap.REFUSED | {"clone": bubblewrap.CLONE, "clone3": bubblewrap.CLONE3}
    for name, numbers in named.items():
        known = library.seccomp_syscall_resolve_name_arch(LIBSECCOMP[processor], name.encode())
        assert numbers[column] == known, name
