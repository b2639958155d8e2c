"""Readers of what holds data on Tencent Cloud: buckets, databases, caches, topics, and their backups."""
