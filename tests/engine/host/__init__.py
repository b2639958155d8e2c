"""Language host for Python by the engine's protocol, the counterpart of the official `pulumi-language-python`."""
