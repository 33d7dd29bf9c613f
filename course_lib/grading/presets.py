"""Stores the reference's curves for the views of the lessons: `python -m course_lib.grading.presets`."""

from course_lib.widgets import presets, sparse_features
from solutions.updates.adagrad import adagrad_update


def build_presets(folder=presets.FOLDER):
    """Run the reference in each view with a preset and write its curves into `folder`."""
    settings = {"lr": 0.5, "eps": 1e-8}
    view = sparse_features(adagrad_update, **settings)
    every = presets.EVERY
    presets.save(
        folder, "sparse_features", "adagrad_update", {"w": view.paths[::every]}, **settings
    )


if __name__ == "__main__":
    build_presets()
