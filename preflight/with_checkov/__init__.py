"""Checkov over a stack: its own checks, offline, and beside them our rules as checks that call our readers.

Nothing here imports Checkov but what runs in its environment: `__main__`, `checks/` and `kills_of`.
"""
