"""The reference's curves, for the views that the lessons show: numbers only, made from `solutions`.

A student's copy of the course holds no reference code; these numbers stand in for it.
"""

from pathlib import Path

import numpy as np

FOLDER = Path(__file__).with_name("stored")


def load(view, rule, **hyper):
    """Find the stored reference run of a view.

    Parameters
    ----------
    view : str
        Such as "sparse_features".
    rule : str
        Such as "adagrad_update".
    **hyper : float
        What the view runs the rule with.

    Returns
    -------
    dict of str to ndarray, or None
        The stored arrays; None where nothing is stored for these hyperparameters.
    """
    path = FOLDER / f"{view}-{rule}.npz"
    if not path.is_file():
        return None
    with np.load(path, allow_pickle=False) as file:
        stored = dict(file)
    same = all(stored.pop(f"hyper_{name}", None) == value for name, value in hyper.items())
    return stored if same else None


def save(folder, view, rule, arrays, **hyper):
    """Store what `load` gives back. The arrays are kept as float32."""
    np.savez_compressed(
        Path(folder) / f"{view}-{rule}.npz",
        **{name: array.astype(np.float32) for name, array in arrays.items()},
        **{f"hyper_{name}": value for name, value in hyper.items()},
    )
