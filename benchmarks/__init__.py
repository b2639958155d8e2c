"""What a check costs. `make benchmark` prints the table of the README; nothing here is a timed test."""
