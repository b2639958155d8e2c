"""A language host for Python, written from the engine's protocol: what `pulumi-language-python` of the official CLI does."""
