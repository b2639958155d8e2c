"""Readers of what runs on AWS: functions with what starts them, and machines."""
