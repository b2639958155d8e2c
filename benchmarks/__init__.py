"""Benchmarks of a check. `make benchmark` prints the tables of the README; no test depends on a measured time."""
