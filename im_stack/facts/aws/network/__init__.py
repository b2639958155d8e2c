"""Readers of the network on AWS: what reaches what, and the edge."""
