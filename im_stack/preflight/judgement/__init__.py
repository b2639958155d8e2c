"""Check of one stack or all: duties, resources and verdicts together."""
