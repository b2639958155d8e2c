"""Terraform's names of types and arguments, and a recording as a Terraform plan or configuration."""
