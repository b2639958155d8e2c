"""Benchmarks of a check: `make benchmark` prints the tables of docs/benchmarks.md. No test depends on a time."""
