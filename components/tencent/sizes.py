"""Size classes of the services: `sizes.yaml`."""

from functools import partial

from components import sizes

size = partial(sizes.size, "tencent")
