"""A hands-on course on adaptive learning rates."""
