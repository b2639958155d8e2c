"""Types in which data may rest, run or pass and whose settings say nothing of it: a program declares what each holds.

In: a cloud. Out: readers. A resource is a store that ends nothing by itself, of which `holds` or `holds_nothing` says
what is in it (`im_stack.components.declaring`); of some types more is read. What it may be pointed at is in
`references.yaml`, and what would open, log or copy it in `forbidden_settings.yaml`; `declared_types.yaml` of a cloud
lists the arguments that do none of that, so that every argument of a type is read or in one of the three.
"""

from collections.abc import Mapping

from im_stack.facts.mechanism.cloud import Reader
from im_stack.facts.mechanism.rows import Facts, at_rest, resource, store
from im_stack.facts.mechanism.tables import declared_types

_IN_CLEAR = at_rest("what is kept in it", None, "no setting that is read here encrypts it", offered=False)


def readers_of_declared_types(cloud: str, read: Mapping[str, Facts]) -> Mapping[str, Reader]:
    """A reader for each type of a cloud that a program must declare. `read`: what is read of some types."""
    return {
        type_: resource(store(row.service), read.get(type_, _IN_CLEAR)) for type_, row in declared_types(cloud).items()
    }
