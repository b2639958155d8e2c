"""Readers of what holds data on AWS: buckets, databases, caches, topics, queues, and their backups."""
