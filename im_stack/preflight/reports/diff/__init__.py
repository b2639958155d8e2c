"""Comparison of two reports or projects: what a change makes better, worse or impossible."""
