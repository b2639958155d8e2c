"""Recorded AWS stacks created through boto3 in moto's server and read back."""
