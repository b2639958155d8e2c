"""Readers of what runs on Tencent Cloud: functions with what starts them, and machines."""
