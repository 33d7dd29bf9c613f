"""Live views that run the student's own code. Each constructor returns a view for `show`."""

from .canvas import View, show
from .landscape import landscape
from .memory import memory
from .sparse import sparse_features

__all__ = ["View", "landscape", "memory", "show", "sparse_features"]
