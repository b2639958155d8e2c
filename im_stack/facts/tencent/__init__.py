"""Readers of Tencent Cloud resources, one module for each service: its `READERS`."""

from im_stack.facts.mechanism.cloud import Cloud, readers_of
from im_stack.facts.tencent.location import region_in
from im_stack.facts.tencent.network.references import referring

CLOUD = Cloud("tencent", referring(readers_of(__name__, __path__)), region_in)
