"""The rule of lesson 00 in numbers small enough to redo by hand."""

import numpy as np
import pytest

from solutions.updates.example import example_update


def test_one_step():
    # m = ½ · 2 - ½ · 4 = -1, so w goes up by .1
    assert example_update(1.0, -4.0, 2.0, lr=0.1, beta=0.5) == pytest.approx((1.1, -1.0))


def test_every_coordinate_moves_by_lr_or_not_at_all():
    w = np.array([1.0, -2.0, 5.0])
    new, _ = example_update(w, np.array([300.0, -0.01, 0.0]), np.zeros(3), lr=0.1, beta=0.9)
    np.testing.assert_allclose(new, [0.9, -1.9, 5.0])
