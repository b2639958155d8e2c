"""Bounds of data classes: the ledger of every path, what reaches what, sweeps and their alarms, erasure."""
