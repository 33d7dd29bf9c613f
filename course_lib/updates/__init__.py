"""The update rules that a student writes: one module a lesson."""
