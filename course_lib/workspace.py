"""The student's folder: where their modules are, in what state, and how they come into a lesson.

A lesson begins with `workspace.start()`. From then on the modules in `course_lib/updates` are
read again whenever they have been saved, and whatever was imported from them is new as well.

`released.json`, beside the modules, says what each was when the folder was handed out; a module
is edited when its text differs from that.
"""

import ast
import contextlib
import hashlib
import importlib
import importlib.util
import json
import os
import re
import shutil
import sys
import types
from collections.abc import Callable
from dataclasses import dataclass
from importlib.machinery import PathFinder, SourceFileLoader
from pathlib import Path
from typing import Any

from course_lib import CourseError, browser, nearest

PACKAGE = "course_lib.updates"
KEPT = ".kept"


@dataclass(frozen=True)
class Module:
    """A module of the student's, and what has become of it.

    Attributes
    ----------
    name : str
        Such as "adagrad".
    path : Path
        Its file, there or not.
    state : str
        "missing"; "broken" (Python cannot read it); "blank" or "reference" (as it was handed
        out); or "edited".
    functions : tuple of str
        The functions that a student writes in it; where the folder has no `released.json`, all
        that it defines.
    unwritten : tuple of str
        Those of them that are not there or still raise NotImplementedError; all of them where
        the module is missing or broken.
    problem : str
        What is wrong with a missing or broken one, in one sentence.
    """

    name: str
    path: Path
    state: str
    functions: tuple[str, ...] = ()
    unwritten: tuple[str, ...] = ()
    problem: str = ""


def find_root(folder: str | Path | None = None) -> Path:
    """Find the folder to work in: the nearest one upwards that holds `course_lib/updates`.

    Parameters
    ----------
    folder : path, optional
        Where to begin; the current folder where not given.

    Returns
    -------
    root : Path
        Where nothing is found upwards, the folder of the installed course.
    """
    folder = Path(folder or ".").resolve()
    for root in (folder, *folder.parents):
        if (root / "course_lib" / "updates").is_dir():
            return root
    return Path(__file__).resolve().parents[1]


def fingerprint(source: bytes) -> str:
    """Give the SHA-256 of a module's bytes, the same with Windows line ends."""
    return hashlib.sha256(source.replace(b"\r\n", b"\n")).hexdigest()


def read_source(source: bytes) -> str:
    """Decode a module as Python does, or as an editor under Windows may have saved it."""
    try:
        return importlib.util.decode_source(source)
    except (SyntaxError, UnicodeDecodeError):
        utf16 = source.startswith((b"\xff\xfe", b"\xfe\xff"))
        return source.decode("utf-16" if utf16 else "latin-1")


def released(updates: str | Path) -> dict[str, dict[str, Any]]:
    """Read what was handed out: for each module its kind, fingerprint and functions."""
    try:
        return json.loads((Path(updates) / "released.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}


def modules(updates: str | Path) -> dict[str, Module]:
    """Look at every module in a folder `updates`, without running any.

    Returns
    -------
    modules : dict of str to Module
        Those that were handed out and those that are there besides, by name.
    """
    updates = Path(updates)
    record = released(updates)
    here = (p.stem for p in updates.glob("*.py") if not p.stem.startswith("_"))
    return {name: _look(name, updates, record.get(name)) for name in sorted({*record, *here})}


def _look(name: str, updates: Path, record: dict[str, Any] | None) -> Module:
    path = updates / f"{name}.py"
    functions = tuple(record["functions"]) if record else ()
    source = path.read_bytes() if path.is_file() else b""
    if not source.strip():  # an empty file is nobody's work
        problem = f"{place(path)} is {'empty' if path.is_file() else 'missing'}."
        return Module(name, path, "missing", functions, functions, problem)
    try:
        tree = ast.parse(read_source(source), str(path))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return Module(name, path, "broken", functions, functions, _sentence(error, path))
    defined = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    functions = functions or tuple(defined)
    unwritten = tuple(f for f in functions if f not in defined or _is_blank(defined[f]))
    state = "edited"
    if record and fingerprint(source) == record["sha256"]:
        state = "blank" if record["kind"] == "stub" else "reference"
    return Module(name, path, state, functions, unwritten)


def reset(updates: str | Path, function: str) -> str:
    """Make one function blank again, and keep the module as it was in a file beside it.

    Parameters
    ----------
    updates : path
        A folder `updates`.
    function : str
        Such as "adagrad_update".

    Returns
    -------
    sentence : str
        What was done.

    Raises
    ------
    CourseError
        For a function that the course does not ask for.
    """
    record = released(updates)
    asked = {home: told for home, told in record.items() if "blank" in told}
    homes = {name: home for home, told in asked.items() for name in told["functions"]}
    if function not in homes:
        known = nearest(function, homes)
        raise CourseError(f"There is no function {function}; did you mean {known}?")
    path = Path(updates) / f"{homes[function]}.py"
    blank = record[homes[function]]["blank"]
    source = read_source(path.read_bytes()) if path.is_file() else ""
    new = blank if not source.strip() else _put(_cut_out(blank, function)[1], source, function)
    kept = (path.with_name(f"{path.name}.bak-{number}") for number in range(1, 10**6))
    kept_as = next(place for place in kept if not place.exists())
    if source:
        shutil.copy2(path, kept_as)
    path.write_text(new, "utf-8")
    said = f"{function} in {place(path)} is blank again."
    return f"{said} What you had is kept in {kept_as.name}." if source else said


def _put(blank: str, source: str, function: str) -> str:
    before, old, after = _cut_out(source, function)
    return before + blank + after if old else f"{source.rstrip()}\n\n\n{blank}"


def _cut_out(source: str, function: str) -> tuple[str, str, str]:
    """Part a module at a function, which Python need not be able to read: before, it, after."""
    pattern = rf"^def {function}\b.*\n(?:[ \t)].*\n|[ \t]*\n(?=(?:[ \t]*\n)*[ \t]))*"
    found = re.search(pattern, f"{source}\n", re.MULTILINE)
    if not found:
        return source, "", ""
    return source[: found.start()], found.group(), source[found.end() :]


def _is_blank(function: ast.FunctionDef) -> bool:
    """Tell whether a function raises NotImplementedError before it can return."""
    ends = (node for node in function.body if isinstance(node, ast.Raise | ast.Return))
    first = next(ends, None)
    return isinstance(first, ast.Raise) and "NotImplementedError" in ast.dump(first)


def place(path: str | Path) -> str:
    """Name a file as the student knows it: from `course_lib` on."""
    parts = Path(path).parts
    return "/".join(parts[parts.index("course_lib") :] if "course_lib" in parts else parts[-1:])


def _sentence(error: BaseException, path: str | Path) -> str:
    """Say in one sentence what is wrong in a student's file, and in which line."""
    line = getattr(error, "lineno", None)
    traceback = error.__traceback__
    while line is None and traceback is not None:  # the last line of theirs that was run
        if traceback.tb_frame.f_code.co_filename == str(path):
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    what = getattr(error, "msg", None) or str(error)
    where = f"{place(path)}, line {line}" if line else place(path)
    return f"{where}: {type(error).__name__}: {what}."


# Carrying work over


def carry_over(root: str | Path) -> list[str]:
    """Bring a student's earlier work into a folder, and keep a copy of what is edited in it.

    Work comes from the folders of other lessons beside this one, and from `.kept`: the copies
    made here before, in case a release was unpacked over this folder. An edited module is never
    written over. A reference that was handed out gives way only to a module that is written to
    its end.

    Parameters
    ----------
    root : path
        A folder as `find_root` gives it.

    Returns
    -------
    sentences : list of str
        What was taken over, and what is newer elsewhere.
    """
    if "NBGRADER_EXECUTION" in os.environ:
        return []  # what was handed in is graded as it is
    updates = Path(root) / "course_lib" / "updates"
    sentences = []
    for name, module in modules(updates).items():
        work = _newest_work(Path(root), name)
        if module.state in ("edited", "broken"):
            _keep(module)
            if work and work.path.stat().st_mtime_ns > module.path.stat().st_mtime_ns:
                sentences.append(f"Your {work.path} is newer than the {name}.py used here.")
        elif work and not (module.state == "reference" and (work.problem or work.unwritten)):
            shutil.copy2(work.path, module.path)  # with its time: the newest stays the newest
            sentences.append(f"Taken over: your {name}.py, from {work.path.parent}.")
    return sentences


def _keep(module: Module) -> None:
    """Copy a student's module into `.kept`, where no release that is unpacked here reaches it."""
    kept = module.path.parent / KEPT / module.path.name
    kept.parent.mkdir(exist_ok=True)
    if not kept.exists() or kept.read_bytes() != module.path.read_bytes():
        shutil.copy2(module.path, kept)


def _newest_work(root: Path, name: str) -> Module | None:
    """Find the newest edited copy of a module elsewhere, readable by Python if there is one."""
    here = root / "course_lib" / "updates"
    record = released(here).get(name)
    found = [_look(name, here / KEPT, record)]
    if any(root.glob("[0-9][0-9]_*.ipynb")):  # a lesson that was handed out by itself
        lessons = {notebook.parent for notebook in root.parent.glob("*/[0-9][0-9]_*.ipynb")}
        for lesson in sorted(lessons - {root}):
            there = lesson / "course_lib" / "updates"
            found.append(_look(name, there, released(there).get(name, record)))
    work = [module for module in found if module.state in ("edited", "broken")]
    return max(work, key=lambda m: (m.state == "edited", m.path.stat().st_mtime_ns), default=None)


# In a lesson


class BrokenModule(ImportError):
    """A student's module that cannot be loaded, told in one sentence and without a traceback."""

    def _render_traceback_(self):
        return [str(self)]


class _Loader(SourceFileLoader):
    """Loads a student's module from its text alone: a cached one may be older than a second."""

    def get_code(self, fullname):
        source = read_source(self.get_data(self.path))
        return compile(source, self.path, "exec", dont_inherit=True)

    def exec_module(self, module):
        try:
            super().exec_module(module)
        except BrokenModule:
            raise
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a module may raise anything
            raise BrokenModule(_sentence(error, self.path)) from None


class _Finder:
    """Finds the student's modules, so that `_Loader` loads them."""

    @staticmethod
    def find_spec(name, path, target=None):
        spec = PathFinder.find_spec(name, path) if name.startswith(f"{PACKAGE}.") else None
        if spec and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _Loader(name, spec.loader.path)
        return spec


sys.meta_path.insert(0, _Finder)
_seen: dict[Path, bytes] = {}


def start() -> None:
    """Begin a lesson: take earlier work over, and from now on follow what is saved.

    To be called in a notebook's first cell. Before each cell that runs, the modules of
    `course_lib/updates` that have been saved since are read again, and functions imported from
    them before are the new ones too. A module that Python cannot read is told of in one
    sentence; the version before it stays in use.
    """
    root = Path(__file__).resolve().parents[1]
    if browser.HERE:
        browser.prepare(root)
        if older := browser.older_files(root):
            print(
                f"This site is newer than your {', '.join(older)}, which stay as they are. "
                "To begin anew with one, rename or delete yours on the left."
            )
    if (beside := find_root()) != root:
        print(f"This notebook uses the course in {root}, not the one beside it in {beside}.")
    try:
        for sentence in carry_over(root):
            print(sentence)
    except OSError as error:
        print(f"Work from other folders could not be taken over: {error}.")
    refresh()
    if "IPython" in sys.modules and (shell := sys.modules["IPython"].get_ipython()):
        shell.events.register("pre_run_cell", refresh)
        shell.set_custom_exc((NameError,), _tell_of_answer)


def _tell_of_answer(shell, kind, error, trace, tb_offset=None):
    """Say in a sentence what is wrong where a letter that is an answer stands without quotes."""
    source, name = shell.user_ns["In"][-1], error.name or ""
    if re.search(rf"^\w+ *= *{re.escape(name)} *(#.*)?$", source, re.MULTILINE) and len(name) == 1:
        said = f'The letter needs quotes: "{name}".'
    elif re.search(rf'^check_answer\("{re.escape(name)}", ', source, re.MULTILINE):
        said = f"{name} is not answered yet: mend the cell above, and run it first."
    else:
        shell.showtraceback((kind, error, trace), tb_offset=tb_offset)
        return
    shell._showtraceback(kind, error, [said])


def refresh(info: object = None) -> None:
    """Load every module that has been saved since it was loaded, and say which one cannot be."""
    updates = Path(__file__).resolve().parent / "updates"
    for path in sorted(updates.glob("[!_]*.py")):
        source = path.read_bytes()
        if _seen.get(path) == source:
            continue
        _seen[path] = source
        name = f"{PACKAGE}.{path.stem}"
        try:
            _load(name)
        except BrokenModule as error:
            stays = " The version before it stays in use." if name in sys.modules else ""
            print(f"{error}{stays}")
        module = _look(path.stem, updates, released(updates).get(path.stem))
        if module.state in ("edited", "broken"):
            with contextlib.suppress(OSError):
                _keep(module)


def _load(name: str) -> None:
    """Import a module, or load it again so that what was imported from it is new as well."""
    module = sys.modules.get(name)
    if module is None:
        importlib.import_module(name)
        return
    before = dict(vars(module))
    for key in before:
        if not key.startswith("__"):
            delattr(module, key)
    try:
        _Finder.find_spec(name, sys.modules[PACKAGE].__path__).loader.exec_module(module)
    except BrokenModule:
        vars(module).clear()
        vars(module).update(before)
        raise
    for key, old in before.items():
        new = getattr(module, key, None)
        if (
            isinstance(old, types.FunctionType)
            and isinstance(new, types.FunctionType)
            and not (old.__code__.co_freevars or new.__code__.co_freevars)
        ):
            old.__code__, old.__defaults__ = new.__code__, new.__defaults__
            old.__kwdefaults__, old.__doc__ = new.__kwdefaults__, new.__doc__
            setattr(module, key, old)


def written(*rules: str) -> dict[str, Callable]:
    """Give those update rules that the student has written; say in one line which are left out.

    For views and races, which go on without a rule that is missing.

    Parameters
    ----------
    *rules : str
        Such as "adagrad_update".

    Returns
    -------
    functions : dict of str to function
        In the order asked for.

    Raises
    ------
    CourseError
        Where no module of the course has a function of that name.
    """
    here = modules(Path(__file__).parent / "updates")
    homes = {function: module for module in here.values() for function in module.functions}
    functions, left_out = {}, []
    for rule in rules:
        if rule not in homes:
            raise CourseError(f"There is no rule {rule}; did you mean {nearest(rule, homes)}?")
        module = homes[rule]
        if rule in module.unwritten:
            left_out.append(f"{rule} ({module.problem.rstrip('.') or 'not written yet'})")
            continue
        try:
            functions[rule] = getattr(importlib.import_module(f"{PACKAGE}.{module.name}"), rule)
        except BrokenModule as error:
            left_out.append(f"{rule} ({str(error).rstrip('.')})")
    if left_out:
        print(f"Left out: {', '.join(left_out)}.")
    return functions
