"""Runs what a student wrote where it can harm nothing and nobody."""
