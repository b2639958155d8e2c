"""Readers of AWS resources, one module for each service: its `READERS`."""

from im_stack.facts.aws.location import EVERY, region_in
from im_stack.facts.aws.stores.selection import STORES, TAGS
from im_stack.facts.mechanism.cloud import Cloud, readers_of
from im_stack.facts.mechanism.rows import looked_up, with_rows

_READERS = readers_of(__name__, __path__)
_TAGGED = {type_: with_rows(_READERS[type_], looked_up(TAGS)) for type_ in STORES if type_ in _READERS}
"""The stores that a selection of AWS Backup may take: a tag decides whether one is copied."""
CLOUD = Cloud("aws", _READERS | _TAGGED, region_in, EVERY)
