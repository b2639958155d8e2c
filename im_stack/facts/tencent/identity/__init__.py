"""Readers of who may do what on Tencent Cloud: principals, documents, keys and secrets."""
