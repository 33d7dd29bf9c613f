"""The figures of docs/figures: compared with what a test has found, or stored by `make figures`."""

import json
import os
from collections import Counter
from pathlib import Path

from students import HOMES

FOLDER = Path(__file__).parents[2] / "docs" / "figures"


def hold(name, found):
    """Hold stored figures to those that a test has found; with STORE_FIGURES=1 store them.

    A module that is not stored yet has nothing to be held to.
    """
    path = FOLDER / f"{name}.json"
    if os.environ.get("STORE_FIGURES"):
        path.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    stored = json.loads(path.read_text("utf-8"))
    for column, numbers in stored.items():
        assert {module: found[column][module] for module in numbers} == numbers, "make figures"


def by_module(numbers):
    """Add up numbers of functions for each module."""
    sums = Counter(dict.fromkeys(HOMES.values(), 0))
    for function, number in numbers.items():
        sums[HOMES[function]] += number
    return dict(sums)
