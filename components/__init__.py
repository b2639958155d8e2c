"""Pulumi components whose settings follow from the duties and the limits of the provider."""
