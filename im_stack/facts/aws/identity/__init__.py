"""Readers of who may do what on AWS: principals, documents, keys and secrets."""
