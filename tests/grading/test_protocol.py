"""Whatever bytes a worker sends: no crash, no hang, no wrong accept.

A real child process sends the bytes; `StudentProcess` reads them as it reads a worker's.
"""

import json
import struct
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from course_lib.checks.process import DTYPES, MAX_BODY, MAX_DEPTH, Other, StudentProcess

ID = "00112233aabbccdd"  # an attacker knows it: it stands in the request
OUTCOMES = {
    *("value", "no_file", "missing", "blank", "syntax", "raised", "exited"),
    *("timeout", "died", "flood", "malformed"),
}

numbers = st.one_of(
    st.integers(-3, 5),
    st.sampled_from([2**31, 2**32 - 1, 2**63, 2**64, -(2**63), 10**400, 1.5, True, None, "3"]),
)
dtypes = st.one_of(
    st.sampled_from([*DTYPES, "|O", "|V8", "<U4", "<M8[s]", ">f8", "=f8", "f8", "", "os.system"]),
    st.text(max_size=5),
    numbers,
)
leaves = st.one_of(numbers, st.text(max_size=5), st.floats(), st.none())
arrays = st.builds(
    lambda kind, dtype, shape: {kind: [dtype, shape]},
    st.sampled_from(["array", "scalar"]),
    dtypes,
    st.one_of(st.lists(numbers, max_size=4), st.just([1] * 40), numbers),
)
values = st.recursive(
    st.one_of(leaves, arrays, st.builds(lambda x: {"other": x}, leaves)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda x: {"list": x}),
        st.lists(inner, max_size=3).map(lambda x: {"tuple": x}),
        st.dictionaries(st.sampled_from(["list", "array", "callable", "x"]), inner, max_size=2),
        st.lists(inner, max_size=3),
    ),
    max_leaves=12,
)
headers = st.fixed_dictionaries(
    {"id": st.sampled_from([ID, ID, ID, "other", 7, None])},
    optional={
        "kind": st.one_of(st.sampled_from([*OUTCOMES, "passed"]), leaves, values),
        "value": values,
        "args": st.one_of(st.just({"list": [1.0, 2.0]}), values),
        "callback": numbers,
        "error": st.one_of(leaves, st.dictionaries(st.sampled_from(["type", "line"]), leaves)),
    },
)
lengths = st.one_of(st.none(), st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1)))


def frame(header, body, claimed):
    data = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("!II", *(claimed or (len(data), len(body)))) + data + body


frames = st.builds(
    frame,
    st.one_of(headers, headers, headers, values, st.binary(max_size=60)),
    st.one_of(st.binary(max_size=64), st.just(bytes(8)), st.just(b"")),
    lengths,
)
sent = st.one_of(st.binary(max_size=200), st.lists(frames, max_size=3).map(b"".join))


def is_plain(value, depth=0):
    """Tell whether a value is of the kinds that are allowed, and no larger."""
    if depth > MAX_DEPTH + 1:
        return False
    if isinstance(value, list | tuple):
        return all(is_plain(item, depth + 1) for item in value)
    if isinstance(value, np.ndarray | np.generic):
        return (
            value.dtype.str in DTYPES
            and value.nbytes <= MAX_BODY
            and type(value).__module__ == "numpy"
        )
    return value is None or type(value) in (bool, int, float, str, Other)


def try_bytes(data, path):
    path.write_bytes(data)
    with (
        patch("course_lib.checks.process.secrets.token_hex", return_value=ID),
        StudentProcess(path.parent, wrap=lambda command: ["cat", str(path)], timeout=10) as child,
    ):
        reply = child.call("adagrad", "adagrad_update", [1.0], {"lr": 2.0})
    assert reply.kind in OUTCOMES
    assert is_plain(reply.value)
    assert is_plain(reply.args)
    assert len(reply.args) in (0, 2)
    assert all(c.isprintable() or c in "\n" for c in reply.message + reply.error_type)


def fuzz(examples):
    quiet = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    return lambda test: settings(max_examples=examples, deadline=None, suppress_health_check=quiet)(
        given(data=sent)(test)
    )


@fuzz(300)
def test_bytes(data, tmp_path):
    try_bytes(data, tmp_path / "sent")


@pytest.mark.full
@pytest.mark.timeout(3600)
@fuzz(10_000)
def test_many_bytes(data, tmp_path):
    try_bytes(data, tmp_path / "sent")


def test_a_good_frame_is_accepted(tmp_path):
    """The fuzzing above reaches the code that accepts."""
    header = {"id": ID, "kind": "value", "value": {"array": ["<f8", [2]]}}
    header["args"] = {"list": [1.0, 2.0]}
    path = tmp_path / "sent"
    path.write_bytes(frame(header, struct.pack("<2d", 3, 4), None))
    with (
        patch("course_lib.checks.process.secrets.token_hex", return_value=ID),
        StudentProcess(tmp_path, wrap=lambda command: ["cat", str(path)]) as child,
    ):
        reply = child.call("adagrad", "adagrad_update", [1.0], {"lr": 2.0})
    assert reply.kind == "value"
    assert reply.value.tolist() == [3, 4]


def test_a_kind_that_is_no_word_is_malformed(tmp_path):
    """Found by an hour of coverage-guided fuzzing: such a kind cannot be looked up in a set."""
    try_bytes(frame({"id": ID, "kind": {"list": [1.0]}}, b"", None), tmp_path / "sent")
