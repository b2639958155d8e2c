"""A language host for Python, written from the protocol: what the official CLI has in `pulumi-language-python`."""
