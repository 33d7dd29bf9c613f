"""Makes what a student sees, and what a check compares with, from `solutions`."""
