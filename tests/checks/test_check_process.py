"""A student's code costs its own check alone, whatever it does, and nothing it sends is believed."""

import json
import os
import struct
import subprocess
import sys
import threading
import time
import tracemalloc

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from course_lib.checks import process as protocol
from course_lib.checks.process import MalformedReply, Other, StudentProcess, decode

STUDENT = """
import ctypes, os, sys, time
import numpy as np
from . import sibling
fork = ctypes.CDLL(None).fork  # which nobody is told of

def step(w, grad, *, lr): return w - lr * grad
def kinds(): return np.float32(2), [1, 2.5], None, "text", np.arange(3, dtype="i2"), True
def in_place(w): w += 1; return w
def blank(): raise NotImplementedError("blank is not written yet")
def raises():
    return 1 / 0
def needs_sibling(): return sibling.VALUE
def with_function(f): return f(np.ones(2)) + f(np.zeros(2))
def loop():
    while True: pass
def leave(): sys.exit()
def leave_hard(): os._exit(3)
def crash(): os.kill(os.getpid(), 11)
def flood():
    while True: print("x" * 1000)
def chat(): print("hello"); print("there", file=sys.stderr); os.write(1, b"raw"); return 1.0
def asks(): return input()
def eats(): return bytearray(10**12)
def recurses(): return recurses()
def odd(): return np.array([object()]), {1: 2}, np.ma.array([1.0]), 1j, np.array(["a"])
def large(): return np.zeros(10**8)
def deep():
    x = []
    for _ in range(200): x = [x]
    return x
def descriptors(): return [float(fd) for fd in range(40) if is_open(fd)]
def is_open(fd):
    try: os.fstat(fd)
    except OSError: return False
    return True
def stays_behind():
    if fork() == 0:
        os.setsid(); time.sleep(4); os._exit(0)
    os._exit(0)
def child_in_group():
    pid = fork()
    if pid == 0:
        time.sleep(60); os._exit(0)
    return float(pid)
def environment(): return sorted(os.environ)
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "mine.py").write_text(STUDENT)
    (tmp_path / "sibling.py").write_text("VALUE = 3.5\n")
    return tmp_path


@pytest.fixture
def process(folder):
    with StudentProcess(folder, timeout=3) as running:
        yield running


def test_arrays_go_over_and_come_back_bit_for_bit(process):
    w, grad = np.array([1.5, np.nan, -0.0]), np.array([np.inf, 1e-320, 2.0])
    reply = process.call("mine", "step", [w, grad], {"lr": 0.5})
    assert reply.kind == "value"
    np.testing.assert_array_equal(reply.value, w - 0.5 * grad)
    np.testing.assert_array_equal(reply.args[0], w)
    assert reply.value.dtype == np.float64 and reply.args[2] == 0.5


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((2, 0, 3)),
        np.float32(2.5),
        np.array(7.0),
        np.arange(6, dtype="f4").reshape(2, 3)[:, ::2],
        np.array([1, 2], dtype=">i8"),
        np.array([True, False]),
    ],
)
def test_every_shape_and_dtype_goes_over(process, array):
    reply = process.call("mine", "step", [array, array], {"lr": np.float32(0)})
    np.testing.assert_array_equal(reply.args[0], array)
    assert np.shape(reply.args[0]) == np.shape(array)


def test_a_list_of_arrays_goes_over_and_comes_back(process):
    given = [np.array([1.5, np.nan]), np.zeros((2, 0)), np.array(7.0, "f4")]
    reply = process.call("mine", "in_place", [given])
    assert isinstance(reply.args[0], list)
    for array, back in zip(given, reply.args[0], strict=True):
        np.testing.assert_array_equal(back, array)
        assert back.dtype == array.dtype


def test_kinds_of_values_are_told_apart(process):
    scalar, numbers, none, text, array, truth = process.call("mine", "kinds").value
    assert type(scalar) is np.float32 and numbers == [1, 2.5] and none is None
    assert text == "text" and array.dtype == np.int16 and truth is True


def test_arguments_come_back_as_they_are_after_the_call(process):
    w = np.zeros(2)
    reply = process.call("mine", "in_place", [w])
    assert reply.args[0].tolist() == [1, 1] and w.tolist() == [0, 0]


def test_a_function_argument_is_called_here(process):
    reply = process.call("mine", "with_function", [lambda x: 2 * x + 1])
    assert reply.value.tolist() == [4, 4]


def test_an_error_in_a_function_argument_is_the_students(process):
    reply = process.call("mine", "with_function", [lambda x: x["no"]])
    assert reply.kind == "raised" and reply.line == 14


def test_one_module_imports_another(process):
    assert process.call("mine", "needs_sibling").value == 3.5


def test_a_file_can_take_the_place_of_a_module(folder, tmp_path_factory):
    other = tmp_path_factory.mktemp("elsewhere") / "any name.py"
    other.write_text("VALUE = -1.0\n")
    with StudentProcess(folder, files={"sibling": other}) as process:
        assert process.call("mine", "needs_sibling").value == -1


@pytest.mark.parametrize(
    ("function", "kind"),
    [
        ("blank", "blank"),
        ("raises", "raised"),
        ("no_such_function", "missing"),
        ("leave", "exited"),
        ("leave_hard", "died"),
        ("crash", "died"),
        ("loop", "timeout"),
        ("flood", "flood"),
        ("asks", "raised"),
        ("recurses", "raised"),
        ("stays_behind", "timeout"),
    ],
)
def test_what_goes_wrong_has_a_name_and_the_next_call_works(folder, function, kind):
    with StudentProcess(folder, timeout=1.5) as process:
        reply = process.call("mine", function)
        assert reply.kind == kind, reply
        assert process.call("mine", "needs_sibling").value == 3.5


@pytest.mark.skipif(sys.platform != "linux", reason="the limit on memory holds on Linux")
def test_a_memory_bomb_is_an_error_of_its_own(process):
    reply = process.call("mine", "eats")
    assert (reply.kind, reply.error_type) == ("raised", "MemoryError")


def test_an_error_is_told_with_the_students_line(process):
    reply = process.call("mine", "raises")
    assert (reply.error_type, reply.file, reply.line) == ("ZeroDivisionError", "mine.py", 12)


def test_output_is_kept_apart_from_replies(process):
    reply = process.call("mine", "chat")
    assert reply.value == 1.0
    while "raw" not in reply.output:  # pytest ends what would never come
        reply = process.call("mine", "kinds")
    assert "hello" in reply.output and "there" in reply.output and "raw" in reply.output


def test_what_is_no_plain_array_comes_back_as_a_name(process):
    value = process.call("mine", "odd").value
    assert all(isinstance(item, Other) for item in value)
    assert isinstance(process.call("mine", "large").value, Other)
    assert process.call("mine", "deep").kind == "value"


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="process groups are POSIX")
def test_children_of_the_student_end_with_the_check(folder):
    with StudentProcess(folder, timeout=3) as process:
        pid = int(process.call("mine", "child_in_group").value)
        os.kill(pid, 0)
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        if open(f"/proc/{pid}/stat").read().split(")")[1].split()[0] == "Z":
            return
        time.sleep(0.05)
    pytest.fail("a child of the student's is still running")


def test_no_descriptor_of_ours_is_open_in_the_child(folder):
    secret = os.open(os.devnull, os.O_RDONLY)
    os.set_inheritable(secret, True)
    try:
        with StudentProcess(folder) as process:
            # standard streams, and the two pipes of the protocol
            assert len(process.call("mine", "descriptors").value) == 5
    finally:
        os.close(secret)


def test_no_secret_of_the_environment_reaches_the_child(folder, monkeypatch):
    monkeypatch.setenv("COURSE_SECRET", "hidden")
    with StudentProcess(folder) as process:
        assert "COURSE_SECRET" not in process.call("mine", "environment").value


def test_nothing_is_left_behind(folder):
    before = threading.active_count()
    for _ in range(3):
        with StudentProcess(folder) as process:
            process.call("mine", "kinds")
            child = process._child.process
        assert child.returncode is not None
    while threading.active_count() > before:  # pytest ends what would stay for ever
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"def f(:\n", "syntax"),
        (b"# caf\xe9\ndef f(): return 2.0\n", "value"),
        ("# café\ndef f(): return 2.0\n".encode("utf-16"), "value"),
        (b"\xef\xbb\xbfdef f(): return 2.0\r\n", "value"),
        (b"# coding: latin-1\n# \xe9\ndef f(): return 2.0\n", "value"),
        (b"def f(): return 2.0\nimport no_such_module\n", "raised"),
        (b"\x00\x01", "syntax"),
        (b"", "missing"),
    ],
)
def test_files_as_editors_leave_them(tmp_path, content, kind):
    (tmp_path / "mine.py").write_bytes(content)
    with StudentProcess(tmp_path) as process:
        assert process.call("mine", "f").kind == kind


def test_a_file_that_was_just_saved_is_the_one_that_runs(tmp_path):
    """Byte code from a second ago, of the same length, would be taken for the new file."""
    file = tmp_path / "mine.py"
    for value in range(5):
        file.write_text(f"def f(): return {value}.0\n")
        stamp = file.stat()
        os.utime(file, (stamp.st_atime, 1_700_000_000))
        with StudentProcess(tmp_path) as process:
            assert process.call("mine", "f").value == value


def test_a_missing_folder_is_a_missing_file(tmp_path):
    with StudentProcess(tmp_path / "nowhere") as process:
        assert process.call("mine", "f").kind == "no_file"


# A hostile child


CHILD = """
import json, os, struct, sys, time
def frame(header, body=b"", lengths=None):
    header = header if isinstance(header, bytes) else json.dumps(header).encode()
    os.write(1, struct.pack("!II", *(lengths or (len(header), len(body)))) + header + body)
def request():
    lengths = struct.unpack("!II", sys.stdin.buffer.read(8))
    header = json.loads(sys.stdin.buffer.read(lengths[0])); sys.stdin.buffer.read(lengths[1])
    return header["id"]
"""

HOSTILE = {
    "a reply before the call": "frame({'id': 'x', 'kind': 'value', 'value': 1.0}); time.sleep(9)",
    "another call's reply": "request(); frame({'id': '0' * 16, 'kind': 'value', 'value': 1.0})",
    "no JSON": "request(); frame(b'not json')",
    "deep JSON": "request(); frame(b'[' * 100000 + b']' * 100000)",
    "no object": "request(); frame([1, 2])",
    "an endless header": "request(); frame(b'', lengths=(2**31, 0))",
    "an endless body": "request(); frame({'id': 1}, lengths=(9, 2**32 - 1))",
    "an unknown kind": "frame({'id': request(), 'kind': 'right'})",
    "a pickle": "frame({'id': request(), 'kind': 'value', 'value': {'pickle': ['gA==']}})",
    "an object array": "frame({'id': request(), 'kind': 'value', 'value': {'array': ['|O', [1]]}}, b'x' * 8)",
    "a structured dtype": "frame({'id': request(), 'kind': 'value', 'value': {'array': ['f8,f8', [1]]}}, b'x' * 16)",
    "a huge shape": "frame({'id': request(), 'kind': 'value', 'value': {'array': ['<f8', [2**40]]}})",
    "an overflowing shape": "frame({'id': request(), 'kind': 'value', 'value': {'array': ['<f8', [0, 2**62, 2**62]]}})",
    "a negative shape": "frame({'id': request(), 'kind': 'value', 'value': {'array': ['<f8', [-1]]}})",
    "a shape of floats": "frame({'id': request(), 'kind': 'value', 'value': {'array': ['<f8', [1.0]]}}, b'x' * 8)",
    "too few bytes": "frame({'id': request(), 'kind': 'value', 'value': {'array': ['<f8', [2]]}, 'args': {'list': []}}, b'x' * 8)",
    "too many bytes": "frame({'id': request(), 'kind': 'value', 'value': 1.0, 'args': {'list': []}}, b'x' * 8)",
    "a deep value": "frame({'id': request(), 'kind': 'value', 'value': eval('{\"list\": [' * 50 + '1' + ']}' * 50), 'args': {'list': []}})",
    "missing arguments": "frame({'id': request(), 'kind': 'value', 'value': 1.0})",
    "a huge integer": "frame({'id': request(), 'kind': 'value', 'value': 10**400, 'args': {'list': []}})",
    "an integer of a million digits": 'i = request(); frame((\'{"id": "%s", "kind": "value", "value": %s}\' % (i, \'9\' * 900000)).encode())',
    "a call of a function that was not passed": "frame({'id': request(), 'callback': 0, 'args': {'tuple': []}})",
    "an error that is a list": "frame({'id': request(), 'kind': 'raised', 'error': [1], 'args': {'list': []}})",
    "half a frame": "request(); os.write(1, b'\\0\\0\\0\\1')",
}


def hostile_reply(tmp_path, script, timeout=1.5):
    file = tmp_path / "child.py"
    file.write_text(CHILD + script)
    with StudentProcess(
        tmp_path, wrap=lambda command: [sys.executable, str(file)], timeout=timeout
    ) as process:
        return process.call("mine", "f")


@pytest.mark.parametrize("attack", HOSTILE)
def test_a_forged_reply_is_no_reply(tmp_path, attack):
    reply = hostile_reply(tmp_path, HOSTILE[attack])
    assert reply.kind in ("malformed", "died", "timeout"), attack
    assert reply.value is None


def test_replies_that_drip_are_late(tmp_path):
    """Each byte comes in time, and the whole reply does not."""
    drip = "request()\nfor byte in struct.pack('!II', 10, 0) + b' ' * 10:\n    os.write(1, bytes([byte])); time.sleep(0.3)"
    assert hostile_reply(tmp_path, drip).kind == "timeout"


def test_a_child_that_does_not_read_is_late(tmp_path):
    file = tmp_path / "child.py"
    file.write_text("import time; time.sleep(30)")
    with StudentProcess(
        tmp_path, wrap=lambda command: [sys.executable, str(file)], timeout=1
    ) as process:
        assert process.call("mine", "f", [np.zeros(10**6)]).kind == "timeout"


def test_replies_that_nobody_reads_do_not_pile_up(tmp_path):
    flood = "request()\nwhile True: frame({'id': 'x'}, bytes(1 << 20))"
    assert hostile_reply(tmp_path, flood).kind == "malformed"


def test_messages_carry_no_control_codes(tmp_path):
    (tmp_path / "mine.py").write_text(
        "def f(): raise ValueError('\\x1b[31mred\\x1b[0m \\x07\\u202e' + 'x' * 9999)"
    )
    with StudentProcess(tmp_path) as process:
        reply = process.call("mine", "f")
    assert reply.message.startswith("red ") and len(reply.message) < 600
    assert all(c.isprintable() for c in reply.message)


# Replies are no longer than the call can need


def peak(ask):
    """Return what a call gives and the most bytes that it needed here."""
    tracemalloc.start()
    try:
        return ask(), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


LONG_REPLIES = {
    "an array of 31 MB": (
        "frame({'id': request(), 'kind': 'value', 'args': {'list': []},"
        " 'value': {'array': ['<f8', [4_000_000]]}}, bytes(32_000_000))"
    ),
    "many lists": (
        "frame({'id': request(), 'kind': 'value', 'args': {'list': []},"
        " 'value': {'list': [{'list': []}] * 60_000}})"
    ),
}


@pytest.mark.parametrize("attack", LONG_REPLIES)
def test_a_reply_longer_than_the_call_can_need_is_none(tmp_path, attack):
    reply, memory = peak(lambda: hostile_reply(tmp_path, LONG_REPLIES[attack], timeout=5))
    assert (reply.kind, reply.value) == ("malformed", None)
    assert memory < 4 << 20


def test_calls_of_a_function_argument_are_bounded_together(tmp_path):
    """Each is short enough; all together they held 2 GB."""
    file = tmp_path / "child.py"
    file.write_text(
        CHILD + "i = request()\n"
        "for _ in range(100):\n"
        "    frame({'id': i, 'callback': 0, 'args': {'list': [{'array': ['<f8', [30_000]]}]}},"
        " bytes(240_000))\n"
        "    lengths = struct.unpack('!II', sys.stdin.buffer.read(8))\n"
        "    sys.stdin.buffer.read(sum(lengths))\n"
        "frame({'id': i, 'kind': 'value', 'value': 1.0, 'args': {'list': [None]}})"
    )
    wrap = [sys.executable, str(file)]
    with StudentProcess(tmp_path, wrap=lambda command: wrap) as process:
        reply, memory = peak(lambda: process.call("mine", "f", [lambda x: 0.0]))
    assert reply.kind == "malformed"
    assert process.received < 8 << 20 and memory < 8 << 20


def test_a_long_result_is_told_by_its_shape(process):
    value = process.call("mine", "step", [np.ones(1000), np.ones((1000, 1))], {"lr": 0.1}).value
    assert value == Other("ndarray of shape (1000, 1000)")
    whole = process.call("mine", "step", [np.ones(400_000), np.ones(400_000)], {"lr": 0.5})
    assert whole.value.tolist() == [0.5] * 400_000


# What a call may use is counted in processor seconds


def timed(folder, body, limit, calls=1):
    (folder / "mine.py").write_text(
        f"import time\ndef work(seconds):\n    end = time.process_time() + seconds\n"
        f"    while time.process_time() < end: pass\ndef f(): {body}\n"
    )
    with StudentProcess(folder, timeout=limit) as process:
        return [process.call("mine", "f") for _ in range(calls)]


def test_a_loop_loops_and_a_sleep_sleeps(folder):
    [loop] = timed(folder, "work(60)", 1.0)
    [sleep] = timed(folder, "time.sleep(60)", 1.0)
    [stopped] = timed(folder, "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)", 1.0)
    told = [(reply.kind, reply.message) for reply in (loop, sleep, stopped)]
    assert told == [("timeout", "loops"), ("timeout", "sleeps"), ("timeout", "sleeps")]


def test_seconds_are_those_of_the_processor_whoever_else_is_at_work(folder):
    """Beside busy processes a call takes longer by the clock, and no more seconds."""
    busy = [
        subprocess.Popen([sys.executable, "-c", "while True: pass"])
        for _ in range(4 * os.cpu_count())
    ]
    try:
        replies = timed(folder, "work(0.4)", 1.5, calls=3)
    finally:
        for process in busy:
            process.kill()
            process.wait()
    assert [reply.kind for reply in replies] == ["value"] * 3
    assert all(0.3 < reply.seconds < 1.0 for reply in replies), replies


@pytest.mark.skipif(sys.platform != "linux", reason="it forks behind Python's back")
def test_processor_time_of_what_a_call_started_counts(folder):
    """It waits, and another process calculates for it."""
    fork = "import ctypes, os; p = ctypes.CDLL(None).fork(); "
    [reply] = timed(folder, fork + "p or work(60); os.waitpid(p, 0)", 1.0)
    assert (reply.kind, reply.message) == ("timeout", "loops")


# What there is nothing of where a rule is graded is refused at home, in the same words

REFUSED = {
    "import threading; threading.Thread(target=print).start()": "starts no thread",
    "from concurrent.futures import ThreadPoolExecutor as T; T().submit(print)": "starts no thread",
    "import subprocess; subprocess.run(['true'])": "starts no thread and no other program",
    "import os; [os.fork() for _ in range(3)]": "starts no thread and no other program",
    "import os; os.system('true')": "starts no thread and no other program",
    "import multiprocessing; multiprocessing.Lock()": "no other process",
    "open(__file__ + '.log', 'w')": "writes no file",
    "import os; os.mkdir('here')": "writes no file",
    "open('/etc/passwd')": "reads no file",
    "import socket; socket.socket()": "reaches no network",
}


@pytest.mark.parametrize("line", REFUSED)
def test_what_a_rule_cannot_have_when_graded_is_refused_at_home(tmp_path, line):
    (tmp_path / "mine.py").write_text(f"import numpy as np\n{line}\ndef f(): return 1.0\n")
    with StudentProcess(tmp_path) as process:
        reply = process.call("mine", "f")
    assert (reply.kind, reply.error_type) == ("raised", "PermissionError"), reply
    assert (reply.file, reply.line) == ("mine.py", 2) and REFUSED[line] in reply.message
    assert [path.name for path in tmp_path.iterdir()] == ["mine.py"]


HARMLESS = [
    "import zoneinfo, sysconfig; sysconfig.get_config_vars()",
    "from numpy import *",
    "np.testing.assert_allclose(1, 1)",
    "import getpass; getpass.getuser()",
    "import locale; locale.setlocale(locale.LC_ALL, '')",
    "import multiprocessing, threading, subprocess, asyncio, logging, sqlite3",
    "import platform; platform.platform()",
    "import linecache; linecache.getlines(__file__)",
    "t = np.ones(700 << 17)",
]


@pytest.mark.parametrize("line", HARMLESS)
def test_what_does_no_harm_passes(tmp_path, line):
    (tmp_path / "mine.py").write_text(f"import numpy as np\n{line}\ndef f(): return 1.0\n")
    with StudentProcess(tmp_path) as process:
        assert process.call("mine", "f").value == 1.0


@pytest.mark.skipif(sys.platform != "linux", reason="the limit on memory holds on Linux")
def test_memory_is_as_scarce_as_where_it_is_graded(tmp_path):
    (tmp_path / "mine.py").write_text("import numpy as np\nt = np.ones(1500 << 17)\n")
    with StudentProcess(tmp_path) as process:
        assert process.call("mine", "f").error_type == "MemoryError"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["array", "scalar", "list", "tuple", "other", "x"]), inner, max_size=2
        )
        | st.fixed_dictionaries(
            {
                "array": st.tuples(
                    st.sampled_from(["<f8", "<f4", "|O", "<U3", "|b1", "<i8"]),
                    st.lists(st.integers(-2, 2**33), max_size=3),
                ).map(list)
            }
        )
    ),
    max_leaves=12,
)


@settings(max_examples=300)
@example({"array": ["<f8", [2]]}, b"\x00" * 16)
@given(json_values, st.binary(max_size=64))
def test_any_description_is_rebuilt_or_refused(tree, data):
    try:
        value = decode(tree, protocol._Body(data))
    except MalformedReply:
        return
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, list | tuple):
            stack.extend(item)
        else:
            plain = bool | int | float | str | Other | np.ndarray | np.generic
            assert item is None or isinstance(item, plain)
            assert getattr(item, "nbytes", 0) <= len(data)


def test_frames_are_what_the_worker_sends(folder):
    """Both ends agree on the frame: two lengths, a JSON header, raw bytes."""
    with StudentProcess(folder) as process:
        process.start()
        child = process._child
        header = {"id": "a" * 16, "module": "mine", "function": "kinds", "names": []}
        header["room"] = 1000
        child.send(header | {"args": {"list": []}, "kwargs": {"list": []}}, [])
        answer, body = child.receive(protocol.Use(child.process.pid, 5), 1000)
    assert answer["id"] == "a" * 16 and answer["value"]["tuple"][0] == {"scalar": ["<f4", []]}
    assert struct.unpack("<f", body.data[:4])[0] == 2 and json.dumps(answer)
