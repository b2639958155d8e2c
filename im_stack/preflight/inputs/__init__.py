"""Resources from a file instead of a program: a Terraform plan, or an exported Pulumi state."""
