"""Hands lessons out and takes work in."""
