"""Readers of logs and alarms on Tencent Cloud."""
