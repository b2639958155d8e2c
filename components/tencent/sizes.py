"""Size classes of the services: `sizes.yaml`."""

from functools import partial

from im_stack.components import sizes

size = partial(sizes.size, "tencent")
