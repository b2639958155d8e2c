"""Readers of logs and alarms on AWS."""
