"""Live views that run the student's own code. Each constructor returns a view for `show`."""

from .canvas import View, show
from .landscape import landscape
from .memory import memory
from .moments import moments
from .nesterov import nesterov
from .norms import norms
from .oscillation import oscillation
from .race import race
from .schedules import schedules
from .sparse import sparse_features
from .sweep import range_test
from .units import units

__all__ = [
    "View",
    "landscape",
    "memory",
    "moments",
    "nesterov",
    "norms",
    "oscillation",
    "race",
    "range_test",
    "schedules",
    "show",
    "sparse_features",
    "units",
]
