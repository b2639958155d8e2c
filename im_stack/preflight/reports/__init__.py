"""Reports in every format, and the explanation of their words."""
