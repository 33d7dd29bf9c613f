"""Benchmarks run only where they are asked for by path, as `make bench` does."""

from pathlib import Path

HERE = Path(__file__).parent


def pytest_ignore_collect(collection_path, config):
    paths = [config.invocation_params.dir / argument.split("::")[0] for argument in config.args]
    return None if any(HERE in (path, *path.parents) for path in paths) else True
