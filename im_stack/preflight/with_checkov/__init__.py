"""Checkov on a stack, offline, with its own checks and our rules as external checks.

Nothing here imports Checkov but what runs in its environment: `__main__` and `checks/`.
"""
