"""Makes `pytest --nbval` compare what stored pictures say, and not their bytes."""

from pathlib import Path


def pytest_configure(config):
    if getattr(config.option, "nbval_sanitize_with", "") is None:
        rules = Path(__file__).parent / "tests" / "notebooks" / "nbval.cfg"
        config.option.nbval_sanitize_with = str(rules)
