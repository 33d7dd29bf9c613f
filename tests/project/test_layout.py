"""The house: what stands where, who imports whom, and what must stand nowhere."""

import re

import pytest
from tree import ROOT, imports, tracked

DESIGNED = """README.md LICENSE environment.yml pyproject.toml constraints.txt Makefile
    nbgrader_config.py notebooks course_lib solutions tests .ci""".split()
BESIDE = """.gitattributes .gitignore .oxlintrc.json .pre-commit-config.yaml conftest.py docs
    CONTRIBUTING.md CITATION.cff CHANGELOG.md""".split()

FOUNDATION = {"course_lib.updates"}
LIBRARY = FOUNDATION | {"course_lib.optimizer", "course_lib.network", "course_lib.problems"}
TRAINING = LIBRARY | {"course_lib.training"}
FIGURES = TRAINING | {"course_lib.figures"}
# What each part may import of ours. A part may import itself.
ARROWS = {
    "course_lib/updates": set(),
    "course_lib/blockwise.py": set(),
    "course_lib/optimizer.py": FOUNDATION | {"course_lib.blockwise"},
    "course_lib/network.py": FOUNDATION,
    "course_lib/problems.py": FOUNDATION,
    "course_lib/training.py": LIBRARY,
    "course_lib/figures.py": TRAINING,
    # A view asks the checks, when a student's rule fails in it, for the sentence to show.
    "course_lib/widgets": FIGURES | {"course_lib.checks"},
    "solutions/updates": {"solutions.updates"},
}
PLAIN = ("course_lib.CourseError", "course_lib.LESSONS", "course_lib.nearest")


def sources(part):
    return tracked(part if part.endswith(".py") else f"{part}/*.py")


def test_the_top_level_is_as_designed():
    top = {path.relative_to(ROOT).parts[0] for path in tracked()}
    assert set(DESIGNED) <= top
    assert top <= {*DESIGNED, *BESIDE}


@pytest.mark.parametrize("part", ARROWS)
def test_imports_run_one_way(part):
    itself = part.removesuffix(".py").replace("/", ".")
    allowed = {*ARROWS[part], itself, *PLAIN}
    wrong = [
        f"{path.relative_to(ROOT)} imports {module}"
        for path in sources(part)
        for module in imports(path)
        if module.startswith(("course_lib", "solutions"))
        and not any(f"{module}.".startswith(f"{name}.") for name in allowed)
    ]
    assert sources(part)
    assert wrong == []


@pytest.mark.parametrize("part", ["course_lib/updates", "solutions/updates"])
def test_update_rules_import_numpy_alone(part):
    own = part.replace("/", ".")
    for path in sources(part):
        others = {m for m in imports(path) if not m.startswith(("numpy", f"{own}."))}
        assert others == set(), path.relative_to(ROOT)


def test_nothing_imports_the_solutions_but_tests_and_the_instructors_side():
    wrong = [
        f"{path.relative_to(ROOT)} imports {module}"
        for path in tracked("*.py")
        for module in imports(path)
        if module.partition(".")[0] == "solutions"
        and not path.is_relative_to(ROOT / "tests")
        and not path.is_relative_to(ROOT / "solutions")
        and not path.is_relative_to(ROOT / "course_lib" / "instructor")
    ]
    assert wrong == []


def test_the_students_side_imports_no_grading():
    wrong = [
        f"{path.relative_to(ROOT)} imports {module}"
        for path in sources("course_lib")
        if not path.is_relative_to(ROOT / "course_lib" / "instructor")
        for module in imports(path)
        if module.startswith("course_lib.instructor")
    ]
    assert wrong == []


HOMES = r"/(?:home|Users|root|work)/[A-Za-z]|[A-Z]:\\\\?Users"
REGISTRIES = (
    r"pypi\.org|pythonhosted|conda\.anaconda|registry\.npmjs|deb\.debian|--(?:extra-)?index-url"
)
OUTSIDE = r"\.\./shared"


@pytest.mark.parametrize("pattern", [HOMES, REGISTRIES, OUTSIDE])
def test_no_file_names_a_place_that_is_one_machines_own(pattern):
    named = []
    for path in tracked():
        text = path.read_bytes().decode("utf-8", errors="replace")
        if path.name != "test_layout.py":
            found = re.search(pattern, text)
            named += [f"{path.relative_to(ROOT)}: {found[0]}"] if found else []
    assert named == []
