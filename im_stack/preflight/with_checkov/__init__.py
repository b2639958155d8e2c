"""Checkov over a stack, offline: its own checks, and beside them our rules as external checks.

Nothing here imports Checkov but what runs in its environment: `__main__` and `checks/`.
"""
