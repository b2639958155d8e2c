"""Check of a stack without an engine, from its files to reports, and the command line."""
