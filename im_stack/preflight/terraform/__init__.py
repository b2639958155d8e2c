"""The bridge to Terraform: its names for what Pulumi calls otherwise, its plans as input, a recording as its plan."""
