"""pyproject.toml is the one list of what is needed; the pins and conda's file agree with it."""

import importlib.metadata
import re
import tomllib

import pytest
import yaml
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from tree import ROOT, imports, tracked

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
WANTED = [
    Requirement(line) for line in PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]
]
PINS = [
    Requirement(line.split("#")[0])
    for line in (ROOT / "constraints.txt").read_text().splitlines()
    if line.split("#")[0].strip()
]
# Ours, what pip and pytest bring, and what `make test-frameworks` compares with where it is there.
OF_TESTS = ["adaptive-learning-rates", "packaging", "torch", "optax", "jax"]
DISTRIBUTIONS = importlib.metadata.packages_distributions()
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
SYSTEMS = {
    "linux": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    "macos": {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
    "windows": {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
}


def pins(python, system):
    """The version of each package on one Python and system."""
    where = default_environment() | SYSTEMS[system]
    where |= {"python_version": python, "python_full_version": f"{python}.9"}
    found = {}
    for pin in PINS:
        if pin.marker is None or pin.marker.evaluate(where):
            name, (specifier,) = canonicalize_name(pin.name), pin.specifier
            assert name not in found, f"{name} is pinned twice"
            assert specifier.operator == "==" and "*" not in specifier.version, pin
            found[name] = specifier.version
    return found


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("python", PYTHONS)
def test_each_dependency_is_pinned_within_its_bounds(python, system):
    pinned = pins(python, system)
    for wanted in WANTED:
        assert wanted.specifier.contains(pinned[canonicalize_name(wanted.name)]), wanted


def test_a_students_folder_asks_for_the_same():
    lines = (ROOT / "course_lib" / "requirements.txt").read_text().splitlines()
    assert [line for line in lines if not line.startswith("#")] == PROJECT["dependencies"]


def test_each_dependency_has_a_lower_bound_and_a_reason():
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    for wanted in WANTED:
        assert [s.operator for s in wanted.specifier] == [">="], wanted
        (line,) = [line for line in lines if line.strip().startswith(f'"{wanted}"')]
        assert line.partition("#")[2].strip(), f"{wanted.name}: say in a comment why it is there"


def test_no_version_falls_below_what_the_audit_found():
    text = (ROOT / "docs" / "dependency-audit.md").read_text()
    mended = dict(re.findall(r"^\| ([\w-]+) \| .+ \| ([\d.]+) \|$", text, re.MULTILINE))
    assert len(mended) > 10
    pinned = pins("3.11", "linux")
    for name, version in mended.items():
        assert Version(pinned[name]) >= Version(version), name
    for wanted in WANTED:
        (lowest,) = wanted.specifier
        if (name := canonicalize_name(wanted.name)) in mended:
            assert Version(lowest.version) >= Version(mended[name]), name


def test_versions_are_the_current_ones():
    lines = {"numpy": "2", "matplotlib": "3.11", "ipywidgets": "8", "jupyterlab": "4"}
    lines |= {"nbgrader": "0.9.6", "nbval": "0.11", "pytest": "9"}
    for python in PYTHONS:
        pinned = pins(python, "linux")
        for name, line in lines.items():
            assert f"{pinned[name]}.".startswith(f"{line}."), (python, name)


def test_this_environment_has_the_pinned_versions():
    others = {}
    for pin in PINS:
        if pin.marker is None or pin.marker.evaluate():
            try:
                here = importlib.metadata.version(pin.name)
            except importlib.metadata.PackageNotFoundError:
                here = None  # of another system, or of a package that pip brought itself
            if here is not None and not pin.specifier.contains(here):
                others[pin.name] = here
    assert others == {}


def test_conda_installs_the_same_list_with_the_same_pins():
    conda = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    python, installer, through_pip = conda
    assert python.startswith(f"python{PROJECT['requires-python']},<"), python
    assert installer == "pip"
    assert through_pip == {"pip": ["-c constraints.txt", "-e .[dev]"]}


@pytest.mark.parametrize("side", ["student", "instructor"])
def test_whatever_the_code_imports_is_in_the_list(side):
    listed = PROJECT["dependencies"] + OF_TESTS
    if side == "instructor":
        listed = listed + PROJECT["optional-dependencies"]["dev"]
    names = {canonicalize_name(Requirement(line).name) for line in listed}
    missing = []
    for path in tracked("*.py"):
        top, second, *_ = (*path.relative_to(ROOT).parts, "")
        if (top == "course_lib" and second != "instructor") == (side == "student"):
            for module in imports(path):
                installed = DISTRIBUTIONS.get(module.partition(".")[0], ())
                if installed and not names & {canonicalize_name(name) for name in installed}:
                    missing.append(f"{path.relative_to(ROOT)} imports {module}")
    assert missing == []
