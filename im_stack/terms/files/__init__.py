"""Bounded reading of files that are not this project's own: their size, depth and number of values."""
