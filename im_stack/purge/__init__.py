"""Deployed function that turns a keyring over: it creates keys ahead of need and deletes what is due.

It runs in the provider's Python 3.10 runtime and is shipped alone, so it imports no Pulumi, nothing
from the other packages of the project, and no library feature younger than Python 3.10.
"""
