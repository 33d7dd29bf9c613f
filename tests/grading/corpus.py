"""Hostile, unlucky and right submissions, each a small change of a released folder.

`CORPUS` lists them: a name, the marks that are earned, and a builder that changes the folder. A
hostile one gets what its honest part earns, mostly nothing; an accident keeps its marks.
"""

import base64
import json
import os
import py_compile
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from handing_in import ANSWERS, LESSON, RIGHT, ROOT, fill_in

CODE, ANSWERED = 7, 4


@dataclass(frozen=True)
class Entry:
    """One submission: `marks` are those of tests; `kind` is "hostile", "accident" or "right"."""

    name: str
    kind: str
    marks: float
    build: callable


CORPUS = []


def entry(kind, marks, name=None):
    """Add a builder to the corpus."""

    def add(build):
        CORPUS.append(Entry(name or build.__name__, kind, marks, build))
        return build

    return add


def module(name, text, *, kind="hostile", marks=0, answers=None, file="adagrad.py"):
    """Add a submission that differs in its module."""

    def build(folder):
        fill_in(folder, modules={file: text}, answers=answers)

    entry(kind, marks, name)(build)


def right(name, text, **more):
    """Add a module that is right, and something besides."""
    module(name, text, kind=more.pop("kind", "accident"), marks=CODE, **more)


def answers(name, kind, marks, **given):
    """Add a right module with other answers."""

    def build(folder):
        fill_in(folder, modules={"adagrad.py": RIGHT}, answers=ANSWERS | given)

    entry(kind, marks, name)(build)


def rule(body, before=""):
    """Write a module whose two functions have this body."""
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    return (
        f"import os, sys, time\nimport numpy as np\n{before}\n"
        f"def adagrad_update(w, grad, v, *, lr, eps):\n{lines}\n"
        f"def adagrad_momentum_update(w, grad, v, m, *, lr, beta, eps):\n{lines}\n"
    )


# Right

right("right", RIGHT, kind="right")
answers("right and answered", "right", CODE + ANSWERED)

# Forging from the module: other people's code, the caller, the comparison

module("imports the reference", "from solutions.updates.adagrad import *\n")
module(
    "imports the reference by its path",
    f"import sys\nsys.path[:0] = [{str(ROOT)!r}]\nfrom solutions.updates.adagrad import *\n",
)
module(
    "executes the reference's file",
    f"exec(open({str(ROOT / 'solutions/updates/adagrad.py')!r}).read())\n",
)
module(
    "imports the hidden tests",
    f"import sys\nsys.path[:0] = [{str(ROOT)!r}]\n"
    "import course_lib.instructor.grading.hidden as hidden\n"
    "hidden.grade = lambda *a, **k: 4.0\nfrom course_lib.checks import check\n",
)
module(
    "patches numpy's comparisons",
    rule("return w, v, w")
    + "np.testing.assert_allclose = lambda *a, **k: None\nnp.allclose = lambda *a, **k: True\n"
    "np.array_equal = lambda *a, **k: True\nnp.all = lambda *a, **k: True\n",
)
module(
    "patches json, struct and the import",
    rule("return w, v, w") + "import builtins, json, struct\nold = builtins.__import__\n"
    "builtins.__import__ = lambda *a, **k: old(*a, **k)\njson.dumps = lambda *a, **k: '{}'\n",
)
module(
    "an array that says it equals all",
    rule(
        "a = np.zeros(np.shape(w)).view(Liar)\nreturn a, a, a",
        "class Liar(np.ndarray):\n"
        "    def __eq__(self, other): return np.ones(self.shape, bool)\n"
        "    def __abs__(self): return np.zeros(self.shape)\n"
        "    def __array_ufunc__(self, *a, **k): return np.zeros(self.shape)\n",
    ),
)
module(
    "an object that equals all",
    rule(
        "return Liar(), Liar(), Liar()",
        "class Liar:\n    shape = ()\n    def __eq__(self, other): return True\n"
        "    def __array__(self, *a, **k): return np.zeros(())\n"
        "    def __float__(self): return 0.0\n    def __le__(self, o): return True\n",
    ),
)
module(
    "looks for the expected values in memory",
    rule(
        "import gc\nfound = [x for x in gc.get_objects() if isinstance(x, np.ndarray)]\n"
        "for f in (sys._getframe(n) for n in range(1, 5)):\n"
        "    found += [x for x in f.f_locals.values() if isinstance(x, np.ndarray)]\n"
        "return tuple(found[:2])"
    ),
)
module(
    "replaces the worker's answer",
    rule(
        "import __main__\n__main__.encode = lambda *a: {'passed': True}\nreturn 'passed', 'passed'"
    ),
)
module(
    "remembers the public cases",
    rule(
        "known = {(1.0, -2.0): (np.array([.5, -1.5]), np.array([9., 1.]))}\n"
        "return known.get(tuple(np.ravel(w)[:2]), (w, v))"
    ),
)
module("a shadowing numpy", "def sqrt(x): return 0\n", file="numpy.py")
module("a shadowing json", "def loads(x): return 0\n", file="json.py")

# Reaching out

FIND = (
    "for top in ('/', '/work', '/home', '/root', '/tmp', '/proc', os.path.expanduser('~')):\n"
    "    for place, folders, names in os.walk(top):\n"
    "        for name in names:\n"
    "            if name in ('gradebook.db', 'seed', 'adagrad.py', 'hidden.py', '02_adagrad.md'):\n"
    "                try: text = open(os.path.join(place, name)).read()\n"
    "                except Exception: continue\n"
    "                if 'sqrt' in text and 'SOLUTION' in text: exec(text, globals())\n"
)
module("searches the disk", "import os\n" + FIND + rule("return w, v"))
module(
    "writes into the gradebook",
    "import sqlite3, glob\nfor path in glob.glob('/**/gradebook.db', recursive=True):\n"
    "    db = sqlite3.connect(path)\n    db.execute('update grade set manual_score = 100')\n"
    "    db.commit()\n" + rule("return w, v"),
)
module(
    "locks the gradebook",
    "import sqlite3, glob\nheld = []\nfor path in glob.glob('/**/gradebook.db', recursive=True):\n"
    "    held.append(sqlite3.connect(path))\n    held[-1].execute('begin exclusive')\n"
    + rule("time.sleep(60)"),
)
module(
    "writes wherever it can",
    rule("return w, v")
    + f"for folder in ('/', '/tmp', {str(ROOT)!r}, os.path.dirname(__file__), '/etc'):\n"
    "    for name in ('adagrad.py', 'conftest.py', 'sitecustomize.py', 'CANARY'):\n"
    "        try: open(os.path.join(folder, name), 'w').write('forged')\n"
    "        except OSError: pass\n",
)
module(
    "reads its parent's memory",
    rule("return w, v") + "for number in (1, 2, os.getppid(), os.getpid()):\n"
    "    for name in ('mem', 'maps', 'environ', 'fd', 'cwd', 'root'):\n"
    "        try: open(f'/proc/{number}/{name}', 'rb').read(100)\n"
    "        except OSError: pass\n",
)
module(
    "uses inherited descriptors",
    rule("return w, v") + "for number in range(3, 256):\n    try: os.write(number, b'x' * 1000)\n"
    "    except OSError: pass\n",
)
CONNECT = (
    "import socket, os\nfor port in (CANARY_PORT, 80, 5432, 8888):\n"
    "    for family, address in ((2, ('127.0.0.1', port)), (10, ('::1', port)), (40, (2, port))):\n"
    "        try: socket.create_connection(('127.0.0.1', port), .1)\n"
    "        except OSError: pass\n"
    "        try: socket.socket(family).connect(address)\n"
    "        except (OSError, OverflowError, ValueError): pass\n"
)
module("connects to this machine", CONNECT + rule("return w, v"))
module(
    "new user namespace and mounts",
    "import ctypes\nlibc = ctypes.CDLL(None)\nlibc.unshare(0x10000000 | 0x20000)\n"
    "libc.mount(b'none', b'/tmp', b'tmpfs', 0, b'size=90%')\nlibc.ptrace(16, 1, 0, 0)\n"
    + rule("return w, v"),
)

# Ending and signals

for name, body in {
    "ends at once": "os._exit(0)",
    "exits": "sys.exit(0)",
    "quits in a thread": "import threading\nthreading.Thread(target=os._exit, args=[0]).start()",
    "aborts": "os.abort()",
    "a wrong address": "import ctypes\nctypes.string_at(0)",
    "kills its parent": "import signal\nos.kill(os.getppid(), 9)\nos.kill(1, 9)",
    "kills all it can": "for n in (15, 2, 1, 9):\n    os.kill(-1, n)",
    "kills its group": "os.killpg(0, 9)",
    "stops itself": "os.kill(os.getpid(), 19)",
    "loops for ever": "while True: pass",
    "loops and ignores every signal": (
        "import signal\nfor n in range(1, 60):\n    try: signal.signal(n, signal.SIG_IGN)\n"
        "    except (OSError, ValueError): pass\nwhile True:\n    try: pass\n"
        "    except BaseException: pass"
    ),
    "sleeps for ever": "time.sleep(10**6)",
    "closes the pipes": "for n in range(256):\n    try: os.close(n)\n    except OSError: pass",
    "recursion": "return adagrad_update(w, grad, v, lr=lr, eps=eps)",
    "recursion without a limit": ("sys.setrecursionlimit(10**9)\ndef f(): return f()\nreturn f()"),
}.items():
    module(name, rule(body))
    if name in ("loops for ever", "ends at once", "exits"):
        module(f"{name}, on import", f"import os, sys, time\n{body}\n")

# Taking all there is

for name, body in {
    "a memory bomb": "x = []\nwhile True: x.append(bytearray(10**7))",
    "a fork bomb": "while True:\n    try: os.fork()\n    except OSError: pass",
    "children left behind": (
        "for n in range(5):\n    try:\n        if os.fork() == 0:\n            os.setsid()\n"
        "            time.sleep(600)\n    except OSError: pass\nreturn w, v"
    ),
    "a thousand threads": (
        "import threading\nfor n in range(1000):\n"
        "    threading.Thread(target=time.sleep, args=[600]).start()\nreturn w, v"
    ),
    "fills the scratch": (
        "for n in range(10**6):\n    with open(f'/tmp/{n}', 'wb') as f: f.write(bytes(10**6))\n"
    ),
    "a million small files": "for n in range(10**6): open(f'/tmp/{n}', 'w').close()",
    "all descriptors": "x = [open('/dev/null') for _ in range(10**6)]",
    "50 MB on one line": "print('x' * (50 << 20))\nreturn w, v",
    "a flood of errors": "while True: os.write(2, b'x' * 65536)",
    "a flood of lines": "while True: print('x')",
    "shared memory": (
        "import ctypes\nlibc = ctypes.CDLL(None)\n"
        "ids = [libc.shmget(0, 1 << 30, 0o1600) for _ in range(64)]\n"
        "fds = [libc.memfd_create(b'x', 0) for _ in range(64)]\nreturn w, v"
    ),
}.items():
    module(name, rule(body))

# Values that are none

for name, value in {
    "arrays of objects": "np.array([print, None], dtype=object)",
    "structured arrays": "np.zeros(3, dtype=[('a', 'f8'), ('b', 'O')])",
    "a shape that holds no memory": "np.broadcast_to(np.float64(0), (10**9, 10**9))",
    "signalling NaN": "np.frombuffer(b'\\x01\\x00\\x00\\x00\\x00\\x00\\xf0\\x7f' * 2)",
    "infinities": "np.full(np.shape(w), np.inf)",
    "a masked array": "np.ma.masked_all(np.shape(w))",
    "long doubles": "np.zeros(np.shape(w), np.longdouble)",
    "dates": "np.zeros(3, 'M8[s]')",
    "text": "np.array(['right'] * 3)",
    "a list that holds itself": "(lambda x: (x.append(x), x)[1])([])",
    "a deep list": "eval('[' * 90 + ']' * 90)",
    "a generator": "(x for x in range(3))",
    "an integer of 10 000 digits": "10 ** 10_000",
    "a long text": "'x' * (40 << 20)",
    "forty dimensions": "np.zeros((1,) * 40)",
    "a pickle that runs": (
        "type('P', (), {'__reduce__': lambda s: (os.system, ('touch /tmp/CANARY',))})()"
    ),
}.items():
    module(name, rule(f"x = {value}\nreturn x, x"))

# Frames that the worker would not write

FRAME = (
    "def frame(header, body=b'', lengths=None):\n"
    "    import json, struct, __main__, gc\n"
    "    worker = next(x for x in gc.get_objects() if type(x).__name__ == 'Worker')\n"
    "    f = sys._getframe()\n"
    "    while 'request' not in f.f_locals: f = f.f_back\n"
    "    if isinstance(header, dict): header = {'id': f.f_locals['request']['id']} | header\n"
    "    data = header if isinstance(header, bytes) else json.dumps(header).encode()\n"
    "    lengths = lengths or (len(data), len(body))\n"
    "    worker.pipe.replies.write(struct.pack('!II', *lengths) + data + body)\n"
    "    worker.pipe.replies.flush()\n"
)
VALUE = "'kind': 'value', 'args': {'list': []}"
for name, call in {
    "a frame that is not JSON": "frame(b'{{{{')",
    "a frame that is a list": "frame([1, 2])",
    "a frame of another call": "frame({'id': 'other', " + VALUE + ", 'value': None})",
    "a frame that says passed": "frame({'kind': 'passed', 'passed': True, 'score': 4})",
    "a negative shape": "frame({" + VALUE + ", 'value': {'array': ['<f8', [-1]]}})",
    "a huge shape": "frame({" + VALUE + ", 'value': {'array': ['<f8', [2**40, 2**40]]}})",
    "a shape that is not whole": "frame({" + VALUE + ", 'value': {'array': ['<f8', [1.5]]}})",
    "a shape of truths": "frame({" + VALUE + ", 'value': {'array': ['<f8', [True]]}}, b'x' * 8)",
    "an object dtype": "frame({" + VALUE + ", 'value': {'array': ['|O', [1]]}}, b'x' * 8)",
    "a void dtype": "frame({" + VALUE + ", 'value': {'array': ['|V8', [1]]}}, b'x' * 8)",
    "a dtype that is code": "frame({" + VALUE + ", 'value': {'array': ['os.system', [1]]}})",
    "a body that is too short": "frame({" + VALUE + ", 'value': {'array': ['<f8', [9]]}}, b'x')",
    "a body that is too long": "frame({" + VALUE + ", 'value': None}, b'x' * 9999)",
    "lengths of 4 GB": "frame({}, lengths=(2**32 - 1, 2**32 - 1))",
    "a frame that never ends": "frame({}, lengths=(1000, 1000))\ntime.sleep(600)",
    "a nested header": "frame(b'[' * 500_000)",
    "a nested value": "frame({" + VALUE + ", 'value': eval('{\"list\":[' * 50 + ']}' * 50)})",
    "calls of nothing": "frame({'callback': 99, 'args': {'list': []}})",
    "a million replies": "while True: frame({" + VALUE + ", 'value': None})",
    "two replies for one call": "frame({" + VALUE + ", 'value': None})\nreturn w, v",
    "one byte at a time": (
        "import gc\nworker = next(x for x in gc.get_objects() if type(x).__name__ == 'Worker')\n"
        "while True:\n    worker.pipe.replies.write(b'\\0')\n    worker.pipe.replies.flush()\n"
        "    time.sleep(.2)"
    ),
}.items():
    module(f"frame: {name}", rule(call, FRAME))

# What instructors read

module(
    "control codes and HTML in messages",
    rule("raise ValueError('\\x1b[2J\\x1b]0;x\\x07<script>alert(1)</script>[red]bold[/] ' * 9)"),
)
module(
    "an error that cannot be shown",
    rule(
        "raise E()",
        (
            "class E(Exception):\n    def __str__(self): raise SystemExit\n"
            "    def __repr__(self):\n        while True: pass\n"
        ),
    ),
)
module("an error of 100 MB", rule("raise ValueError('x' * 10**8)"))
module(
    "an error with a forged place",
    rule("exec(compile('raise ValueError(1)', '/etc/<script>/adagrad.py', 'exec'))"),
)
module("a name that is HTML", rule("raise type('<b>\\x1b[31mE', (Exception,), {})('x')"))


# The notebook


def notebook(kind, marks, name=None):
    """Add a submission whose notebook is changed, as a tree of JSON; its module is right."""

    def add(change):
        def build(folder):
            fill_in(folder, modules={"adagrad.py": RIGHT}, answers=ANSWERS)
            path = folder / f"{LESSON}.ipynb"
            tree = json.loads(path.read_text("utf-8"))
            changed = change(tree)
            path.write_text(json.dumps(tree if changed is None else changed), "utf-8")

        return entry(kind, marks, name or change.__name__.replace("_", " "))(build)

    return add


FULL = CODE + ANSWERED


def graded(tree, name=None):
    return [
        cell
        for cell in tree["cells"]
        if (g := cell["metadata"].get("nbgrader")) and name in (None, g["grade_id"])
    ]


def code(source, **more):
    return {
        "cell_type": "code",
        "source": source,
        "metadata": {},
        "outputs": [],
        "execution_count": None,
        "id": os.urandom(4).hex(),
    } | more


def result(text):
    return {
        "output_type": "execute_result",
        "data": {"text/plain": text},
        "metadata": {},
        "execution_count": 1,
    }


def forged_notebook(name, change):
    """Add a notebook that forges, with a blank module and no answers."""

    def build(folder):
        path = folder / f"{LESSON}.ipynb"
        tree = json.loads(path.read_text("utf-8"))
        change(tree)
        path.write_text(json.dumps(tree), "utf-8")

    entry("hostile", 0, name)(build)


ATTACKS = {
    "an AST transformer that empties cells": (
        "import ast\nclass Empty(ast.NodeTransformer):\n"
        "    def visit_Module(self, node): node.body = []; return node\n"
        "get_ipython().ast_transformers.append(Empty())"
    ),
    "a forged displayhook": "import sys\nsys.displayhook = lambda value: print(4.0)",
    "a module of its own for the hidden tests": (
        "import sys, types\nfake = types.ModuleType('course_lib.instructor.grading.hidden')\n"
        "fake.grade = fake.grade_answer = lambda *a, points, **k: float(points)\n"
        "sys.modules['course_lib.instructor.grading'] = types.ModuleType('g')\n"
        "sys.modules['course_lib.instructor.grading.hidden'] = fake\n"
        "import course_lib.checks\ncheck = check_answer = lambda *a: None"
    ),
    "a cell that rewrites the notebook": (
        "import pathlib\nfor p in pathlib.Path('.').rglob('*.ipynb'): p.write_text('{}')"
    ),
    "a cell that ends the kernel": "import os\nos._exit(0)",
    "a cell that never ends": "while True: pass",
    "a cell that kills its parent": "import os\nos.kill(os.getppid(), 9)\nos.kill(-1, 9)",
}
for name, source in ATTACKS.items():
    forged_notebook(name, lambda tree, s=source: tree["cells"].insert(0, code(s)))
for name in (
    "a module of its own for the hidden tests",
    "a cell that ends the kernel",
    "a cell that kills its parent",
):
    # A calculated answer has the notebook run: then all of this runs too, in the sandbox.
    def calculated(tree, source=ATTACKS[name]):
        tree["cells"].insert(0, code(source))
        graded(tree, "repair")[0]["source"] = "repair = str(len('x'))"

    forged_notebook(f"{name}, and is run", calculated)


@lambda change: forged_notebook("stored results of full marks", change)
def stored_results(tree):
    for cell in graded(tree):
        if cell["cell_type"] == "code":
            cell["outputs"] = [result("4.0")]


@lambda change: forged_notebook("test cells that give points", change)
def test_cells_changed(tree):
    for cell in graded(tree):
        if cell["metadata"]["nbgrader"]["grade"]:
            cell["source"] = "4.0"


@lambda change: forged_notebook("metadata with more points", change)
def more_points(tree):
    for cell in graded(tree):
        cell["metadata"]["nbgrader"] |= {"points": 1000, "max_score": 1000}
    extra = {"grade": True, "grade_id": "bonus", "locked": False, "points": 1000}
    extra |= {"solution": False, "task": False, "schema_version": 3}
    tree["cells"].append(code("1000.0", metadata={"nbgrader": extra}, outputs=[result("1000.0")]))


@lambda change: forged_notebook("tests made answers", change)
def tests_made_answers(tree):
    for cell in graded(tree):
        cell["metadata"]["nbgrader"] |= {"solution": True, "locked": False, "task": True}


@lambda change: forged_notebook("scripts in texts and outputs", change)
def scripts(tree):
    html = "<script>document.title='forged'</script><img src=x onerror=alert(1)>"
    tree["cells"].insert(0, {"cell_type": "markdown", "metadata": {}, "source": html, "id": "x"})
    data = {"text/html": html, "image/svg+xml": html, "application/javascript": "alert(1)"}
    shown = {"output_type": "display_data", "data": data, "metadata": {}}
    tree["cells"].insert(0, code("1", outputs=[shown]))


for name, source in {
    "an answer that is a call": "repair = __import__('os').getcwd()",
    "an answer that equals all": (
        "class A(str):\n    def __eq__(self, o): return True\n    __hash__ = None\nrepair = A('X')"
    ),
    "an answer that is no JSON": "repair = {1: object()}",
    "an answer that is a lambda": "repair = lambda: 'B'",
    "an answer of bytes": "repair = b'B'",
    "an answer nested too deep": "repair = " + "[" * 3000 + "]" * 3000,
    "an answer that is all of them": 'repair = ["A", "B", "C", "D"]',
    "an answer that does not parse": "repair = = 'B'",
    "an answer of a megabyte": f"repair = {'B' * 10**6!r}",
    "a false answer": 'repair = "A"',
}.items():
    answers(
        name,
        "accident" if "false" in name or "parse" in name else "hostile",
        FULL - 1,
        repair=source,
    )
for name, source in {
    "an infinite answer": "felt_ratio = 1e999",
    "an answer that is no number": "felt_ratio = float('nan')",
    "an answer that is true": "felt_ratio = True",
    "an answer of many digits": "felt_ratio = " + "9" * 4000,
    "an answer in words": "felt_ratio = 'about 4.8'",
}.items():
    answers(name, "accident", FULL - 1, felt_ratio=source)
for name, given in {
    "an answer that is calculated": {"felt_ratio": "felt_ratio = np.sqrt(4.8 ** 2)"},
    "an answer with a comment and a print": {
        "felt_ratio": "# read off\nfelt_ratio = 4.8\nprint(felt_ratio)"
    },
    "a small letter": {"repair": "repair = 'b '"},
    "an answer that is given twice": {"hinder": "hinder = 'A'\nhinder = 'C'"},
    "an answer from another cell": {
        "hinder": "hinder = third_letter",
        "repair": "repair = 'B'\nthird_letter = 'C'",
    },
}.items():
    answers(name, "accident", FULL, **given)

answers(
    "an answer with a magic and a shell line",
    "accident",
    FULL,
    felt_ratio="%matplotlib inline\n!ls\nfelt_ratio = 4.8",
)
answers(
    "answers beside one that never ends",
    "accident",
    FULL - 1,
    felt_ratio="while True: felt_ratio = 4.8",
)
answers(
    "an answer in another answer's cell",
    "accident",
    FULL,
    hinder="",
    repair="repair = 'B'\nhinder = 'C'",
)


@notebook("accident", FULL)
def an_answer_in_a_new_cell(tree):
    [cell] = graded(tree, "hinder")
    cell["source"] = "hinder = None"
    tree["cells"].insert(tree["cells"].index(cell) + 1, code("hinder = 'C'"))


@notebook("accident", FULL)
def two_answer_cells_merged(tree):
    [one], [other] = graded(tree, "repair"), graded(tree, "hinder")
    one["source"] = "repair = 'B'\nhinder = 'C'"
    tree["cells"].remove(other)


@notebook("accident", FULL)
def an_answer_cell_split(tree):
    [cell] = graded(tree, "felt_ratio")
    cell["source"] = "read_off = 4.8"
    tree["cells"].insert(tree["cells"].index(cell) + 1, code("felt_ratio = read_off"))


@notebook("accident", FULL)
def halves_of_characters(tree):
    text = {"cell_type": "markdown", "metadata": {}, "source": "\ud800 \0", "id": "half"}
    stream = {"output_type": "stream", "name": "stdout", "text": "\udfff"}
    tree["cells"] = [text, code("# \ud800", outputs=[stream]), *tree["cells"]]


@notebook("accident", FULL)
def attachments_that_are_none(tree):
    shown = {"text/html": "<script>alert(1)</script>", "image/svg+xml": "\ud800", "image/png": "<"}
    cell = {"cell_type": "markdown", "metadata": {}, "source": "![x](attachment:a)", "id": "a"}
    tree["cells"].insert(0, cell | {"attachments": {"a": shown}})


@notebook("accident", FULL)
def an_attachment_that_is_not_there(tree):
    text = "![plot](attachment:plot.png)"
    tree["cells"].insert(0, {"cell_type": "markdown", "metadata": {}, "source": text, "id": "a"})
    [cell] = graded(tree, "explain")
    cell["source"] += f"\n\n{text}"


@notebook("accident", FULL)
def more_outputs_than_can_be_read(tree):
    stream = {"output_type": "stream", "name": "stdout", "text": "x"}
    tree["cells"].insert(0, code("1", outputs=[stream] * 300_000))


@notebook("accident", FULL)
def more_cells_than_can_be_read(tree):
    empty = {"cell_type": "raw", "metadata": {}, "source": ""}
    tree["cells"] += [empty | {"id": f"e{n}"} for n in range(300_000)]


@notebook("accident", FULL)
def a_copied_answer_cell(tree):
    [cell] = graded(tree, "repair")
    at = tree["cells"].index(cell)
    tree["cells"].insert(at, cell | {"source": "repair = None", "id": "copy"})


@notebook("accident", FULL)
def copied_test_cells(tree):
    tree["cells"] += [cell | {"id": f"copy{n}"} for n, cell in enumerate(graded(tree))]


@notebook("accident", FULL)
def deleted_test_cells(tree):
    for name in ("adagrad_update", "repair_check", "hinder_check"):
        tree["cells"].remove(graded(tree, name)[0])


@notebook("accident", FULL)
def edited_test_cells(tree):
    for name in ("adagrad_update", "repair_check"):
        graded(tree, name)[0]["source"] = "# check later"


@notebook("accident", FULL - 1)
def a_deleted_answer_cell(tree):
    tree["cells"].remove(graded(tree, "repair")[0])


@notebook("accident", FULL)
def metadata_lost_in_another_editor(tree):
    for cell in tree["cells"]:
        cell["metadata"] = {}


@notebook("accident", FULL)
def metadata_and_ids_lost(tree):
    for cell in tree["cells"]:
        cell["metadata"] = {}
        del cell["id"]
    tree["nbformat_minor"] = 4


@notebook("accident", FULL)
def an_old_schema_version(tree):
    for cell in graded(tree):
        cell["metadata"]["nbgrader"]["schema_version"] = 1


@notebook("accident", FULL)
def a_future_schema_version(tree):
    for cell in graded(tree):
        cell["metadata"]["nbgrader"]["schema_version"] = 99


@notebook("accident", FULL)
def an_old_notebook_version(tree):
    cells = [cell for cell in tree["cells"] if cell["cell_type"] in ("code", "markdown")]
    for cell in cells:
        cell.pop("id")
        if cell["cell_type"] == "code":
            cell |= {"input": cell.pop("source"), "language": "python", "outputs": []}
            cell["prompt_number"] = cell.pop("execution_count")
            cell["collapsed"] = False
    sheet = {"cells": cells, "metadata": {}}
    return {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": [sheet]}


@notebook("accident", FULL)
def a_future_notebook_version(tree):
    tree |= {"nbformat_minor": 99}


@notebook("accident", FULL)
def another_kernel(tree):
    tree["metadata"]["kernelspec"] = {"name": "ir", "display_name": "R", "language": "R"}
    tree["metadata"]["language_info"] = {"name": "R"}


@notebook("accident", FULL)
def no_metadata(tree):
    tree["metadata"] = {}


@notebook("accident", FULL)
def cells_of_wrong_types(tree):
    tree["cells"] += [7, None, {"cell_type": "code", "source": 7}, {"cell_type": "poem"}]


@notebook("accident", FULL)
def double_ids(tree):
    for cell in tree["cells"]:
        cell["id"] = "same"


@notebook("accident", FULL)
def thirty_megabytes_of_output(tree):
    stream = {"output_type": "stream", "name": "stdout", "text": "x" * (30 << 20)}
    tree["cells"].insert(0, code("1", outputs=[stream]))


@notebook("accident", FULL)
def warnings_in_stored_outputs(tree):
    for cell in graded(tree):
        if cell["cell_type"] == "code":
            cell["outputs"] = [{"output_type": "stream", "name": "stderr", "text": "Warning"}]


def file(kind, marks, name=None):
    """Add a submission whose files are changed; it is right before."""

    def add(change):
        def build(folder):
            fill_in(folder, modules={"adagrad.py": RIGHT}, answers=ANSWERS)
            change(folder)

        return entry(kind, marks, name or change.__name__.replace("_", " "))(build)

    return add


def blank_file(name):
    """Add a hostile change of the files of a blank submission."""

    def add(change):
        return entry("hostile", 0, name)(change)

    return add


def the_module(folder):
    return folder / "course_lib" / "updates" / "adagrad.py"


def replace_notebook(name, content, marks=CODE, kind="accident"):
    """Add a right module beside a notebook of other bytes."""
    file(kind, marks, name)(lambda folder: (folder / f"{LESSON}.ipynb").write_bytes(content))


replace_notebook("an empty notebook", b"")
replace_notebook("half a notebook", b'{"cells": [{"cell_type": "co')
replace_notebook("a notebook of nothing", b"null")
replace_notebook("a notebook without cells", b'{"cells": {}, "nbformat": 4, "metadata": {}}')
replace_notebook("a notebook that is a picture", b"\x89PNG\r\n\x1a\n" + bytes(100))
replace_notebook("a notebook nested too deep", b"[" * 200_000)
replace_notebook("a notebook of 70 MB", b'{"cells": [], "x": "' + b"x" * (70 << 20) + b'"}')


@file("accident", CODE)
def a_missing_notebook(folder):
    (folder / f"{LESSON}.ipynb").unlink()


@file("accident", FULL)
def a_renamed_notebook(folder):
    (folder / f"{LESSON}.ipynb").rename(folder / f"{LESSON} (1).ipynb")


@file("accident", FULL)
def a_notebook_in_utf_16(folder):
    path = folder / f"{LESSON}.ipynb"
    path.write_bytes(path.read_text("utf-8").encode("utf-16"))


@file("accident", FULL)
def a_notebook_with_a_byte_order_mark(folder):
    path = folder / f"{LESSON}.ipynb"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())


@file("accident", FULL)
def a_second_copy_of_the_notebook(folder):
    shutil.copy(folder / f"{LESSON}.ipynb", folder / f"{LESSON}-Copy1.ipynb")
    (folder / "Untitled.ipynb").write_text("{")


@file("accident", FULL)
def the_module_beside_the_notebook(folder):
    the_module(folder).rename(folder / "adagrad.py")


@file("accident", FULL)
def only_what_was_worked_on(folder):
    kept = the_module(folder).read_bytes()
    shutil.rmtree(folder / "course_lib")
    the_module(folder).parent.mkdir(parents=True)
    the_module(folder).write_bytes(kept)


@file("accident", ANSWERED)
def a_missing_module(folder):
    the_module(folder).unlink()


@file("accident", ANSWERED)
def an_empty_module(folder):
    the_module(folder).write_bytes(b"")


@file("accident", FULL)
def files_that_systems_leave(folder):
    for name in (".DS_Store", "Thumbs.db", ".ipynb_checkpoints/x.ipynb", "__pycache__/a.pyc"):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"\0\1\2")


@file("accident", FULL)
def a_timestamp_that_is_none(folder):
    (folder / "timestamp.txt").write_bytes(b"yesterday \xff")


@file("accident", FULL)
def names_with_control_codes(folder):
    for name in ("\x1b[2J<script>.txt", "a\nb.py", "[red]x.py"):
        (folder / name).write_text("x")
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff\xfe.txt")).write_text("x")


@file("accident", FULL)
def five_thousand_files(folder):
    for number in range(5000):
        (folder / f"{number}.txt").write_text("x")


@file("accident", FULL)
def folders_two_hundred_deep(folder):
    for _ in range(200):
        folder = folder / "d"
    folder.mkdir(parents=True)
    (folder / "x.txt").write_text("x")


@file("accident", FULL)
def a_notebook_of_another_name(folder):
    (folder / f"{LESSON}.ipynb").rename(folder / "AdaGrad final.ipynb")
    (folder / "notes.ipynb").write_text('{"cells": [], "metadata": {}, "nbformat": 4}')


@file("accident", FULL)
def all_in_one_more_folder(folder):
    inner = folder / "AdaGrad"
    inner.mkdir()
    for path in [path for path in folder.iterdir() if path != inner]:
        path.rename(inner / path.name)


@file("accident", CODE)
def the_module_alone_as_a_browser_names_it(folder):
    text = the_module(folder).read_bytes()
    shutil.rmtree(folder)
    folder.mkdir()
    (folder / "adagrad (1).py").write_bytes(text)


@file("accident", FULL)
def a_folder_named_as_a_module(folder):
    the_module(folder).with_name("mine.py").mkdir()


@file("accident", FULL)
def names_that_no_text_can_hold(folder):
    Path(os.fsdecode(os.fsencode(the_module(folder).parent) + b"/\xff.py")).write_text("x = 1")
    for place in (folder / "a", folder / "b"):
        place.mkdir()
        os.mkfifo(place / ("\U0001f600" * 63))


@file("accident", FULL)
def a_timestamp_of_60_MB(folder):
    (folder / "timestamp.txt").write_text("2026-01-01 00:00:00 UTC " + "1" * (60 << 20))


@file("accident", FULL)
def programs_that_python_starts_with(folder):
    for place in (folder, folder / "course_lib", the_module(folder).parent):
        for name in ("sitecustomize.py", "usercustomize.py", "x.pth", "numpy/__init__.py"):
            (place / name).parent.mkdir(exist_ok=True)
            (place / name).write_text("import os; os._exit(0)\n")


@blank_file("byte code of the reference")
def byte_code(folder):
    cache = the_module(folder).parent / "__pycache__"
    cache.mkdir(exist_ok=True)
    py_compile.compile(
        str(ROOT / "solutions" / "updates" / "adagrad.py"),
        cfile=str(cache / f"adagrad.{sys.implementation.cache_tag}.pyc"),
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )


@blank_file("a link to the neighbour's folder")
def link_neighbour(folder):
    shutil.rmtree(folder)
    folder.symlink_to(folder.parents[1] / f"{folder.parent.name[:-1]}a" / LESSON)


@entry("accident", 0)
def a_file_in_place_of_the_folder(folder):
    shutil.rmtree(folder)
    folder.write_text("my homework")


@blank_file("a link to the reference")
def link_module(folder):
    the_module(folder).unlink()
    the_module(folder).symlink_to(ROOT / "solutions" / "updates" / "adagrad.py")


@blank_file("a hard link to the reference")
def hard_link_module(folder):
    the_module(folder).unlink()
    try:
        os.link(ROOT / "solutions" / "updates" / "adagrad.py", the_module(folder))
    except OSError:  # on another disk
        the_module(folder).symlink_to(ROOT / "solutions" / "updates" / "adagrad.py")


@blank_file("a linked folder of modules")
def link_folder(folder):
    shutil.rmtree(folder / "course_lib")
    (folder / "course_lib").symlink_to(ROOT / "solutions")


@blank_file("a linked notebook")
def link_notebook(folder):
    (folder / f"{LESSON}.ipynb").unlink()
    (folder / f"{LESSON}.ipynb").symlink_to("/etc/passwd")


@blank_file("links in a circle")
def link_circle(folder):
    (folder / "circle").symlink_to(folder)
    (folder / f"{LESSON}_files").symlink_to("/etc")


@blank_file("a pipe in place of the module")
def pipe(folder):
    the_module(folder).unlink()
    os.mkfifo(the_module(folder))


@blank_file("folders in place of files")
def folders_for_files(folder):
    for path in (the_module(folder), folder / f"{LESSON}.ipynb", folder / "timestamp.txt"):
        path.unlink(missing_ok=True)
        path.mkdir()


@blank_file("a module of 300 MB")
def large_module(folder):
    with the_module(folder).open("wb") as opened:
        opened.truncate(300 << 20)


@blank_file("its own course library")
def own_library(folder):
    for path in (folder / "course_lib").rglob("*.py"):
        path.write_text("raise SystemExit\n")


@blank_file("a package for the hidden tests")
def own_grading(folder):
    grading = folder / "course_lib" / "instructor" / "grading"
    grading.mkdir(parents=True, exist_ok=True)  # nbgrader as it comes needs one there
    (grading.parent / "__init__.py").write_text("")
    (grading / "__init__.py").write_text("")
    (grading / "hidden.py").write_text("def grade(*a, points): return points\n")
    (folder / "sitecustomize.py").write_text("raise SystemExit\n")


# Accidents in a right module

right("Latin-1 in a comment", ("# größer\n" + RIGHT).encode("latin-1", "replace"))
right("a byte order mark", b"\xef\xbb\xbf" + RIGHT.encode())
right("UTF-16", RIGHT.encode("utf-16"))
right("Windows line ends", RIGHT.replace("\n", "\r\n"))
right("tabs", RIGHT.replace("    ", "\t"))
right(
    "a warning on each call",
    RIGHT.replace("    ### BEGIN SOLUTION", "    import warnings\n    warnings.warn('careful')"),
)
right("prints while it works", RIGHT.replace("    ### BEGIN SOLUTION", "    print('v =', v)"))
right("tests of its own below", RIGHT + "\nif __name__ == '__main__':\n    raise SystemExit(1)\n")
right(
    "a test of its own that runs",
    RIGHT + "\nprint(adagrad_update(np.ones(2), np.ones(2), np.ones(2), lr=.1, eps=.1))\n",
)
right("sets numpy's error state", "import numpy as np\nnp.seterr(all='raise')\n" + RIGHT)
right("a random seed of its own", "import numpy as np\nnp.random.seed(0)\n" + RIGHT)
right(
    "an unused import of the library",
    "import collections, dataclasses, typing, functools\n" + RIGHT,
)


@file("accident", FULL)
def a_helper_module_of_its_own(folder):
    the_module(folder).write_text("from course_lib.updates.helper import *\n")
    the_module(folder).with_name("helper.py").write_text(RIGHT)


module("a sentence in place of code", "I did not get this far.\n", kind="accident")
module(
    "only the first function",
    RIGHT[: RIGHT.index("def adagrad_momentum_update")],
    kind="accident",
    marks=4,
)
module("a picture in place of code", base64.b64decode(b"iVBORw0KGgo=") + bytes(50), kind="accident")
module("zero bytes in the code", RIGHT.encode() + b"\0", kind="accident")
