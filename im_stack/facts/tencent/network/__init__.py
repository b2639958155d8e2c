"""Readers of the network on Tencent Cloud: what reaches what, and the edge."""
