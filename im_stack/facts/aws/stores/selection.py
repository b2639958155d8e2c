"""Resource selection of AWS Backup: which stores a selection covers, by ARN, by tag, or all of them.

The answer is True, False or None (the plan does not say). Where AWS's documents leave open how the parts of a selection
combine, what takes more counts: names or tags are enough, and only conditions and exclusions narrow that.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from im_stack.facts.access.document import read_object
from im_stack.facts.access.patterns import ANY, Language, Work, confined, contains, have_common_word, literal
from im_stack.facts.aws.location import home_of, partition
from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.mechanism.view import View, all_of, any_of, as_values, member
from im_stack.facts.model import ABSENT, Resource, Unknown, Value
from im_stack.facts.wire.constants import UNKNOWNS

ARGUMENTS = frozenset({"resources", "notResources", "selectionTags", "conditions"})
TAGS, DEFAULT_TAGS = "tags", "defaultTags"
"""The tags of a resource, and those that its provider sets on every resource."""
_TAG_KEY = "aws:ResourceTag/"
_RESERVED = "aws:"  # the prefix of tags that services set, and no program shows
_NOT_KNOWN = Unknown("tags")


@dataclass(frozen=True)
class Form:
    """The form of a store's ARN: its service, what precedes its name, and the argument that is the name."""

    service: str
    before: str
    argument: str
    everywhere: bool = False  # True: its name holds no region and no account


STORES: Mapping[str, Form] = {
    "aws:ebs/volume:Volume": Form("ec2", "volume/", ""),
    "aws:ec2/instance:Instance": Form("ec2", "instance/", ""),
    "aws:docdb/cluster:Cluster": Form("rds", "cluster:", "clusterIdentifier"),
    "aws:docdb/elasticCluster:ElasticCluster": Form("docdb-elastic", "cluster/", ""),
    "aws:efs/fileSystem:FileSystem": Form("elasticfilesystem", "file-system/", ""),
    "aws:rds/cluster:Cluster": Form("rds", "cluster:", "clusterIdentifier"),
    "aws:rds/instance:Instance": Form("rds", "db:", "identifier"),
    "aws:s3/bucket:Bucket": Form("s3", "", "bucket", everywhere=True),
    "aws:s3/bucketV2:BucketV2": Form("s3", "", "bucket", everywhere=True),
}
"""The stores among the types that AWS Backup can back up."""


def selects(view: View, store: Resource, graph: Graph) -> bool | None:
    """Whether the selection of `view` takes `store`."""
    given = []
    if view.get("resources") not in (ABSENT, ()):
        given.append(_listed(view, "resources", store, graph))
    if view.get("selectionTags") not in (ABSENT, ()):
        given.append(_tagged(view, store, graph))
    spared = _listed(view, "notResources", store, graph)
    taken = any_of(*given) if given else True
    return all_of(taken, _conditions_met(view, store, graph), None if spared is None else not spared)


def _listed(view: View, argument: str, store: Resource, graph: Graph) -> bool | None:
    """Whether a list of names covers a store. Names that are not known are those of what the list is built from."""
    items = view.items(argument)
    links = view.resource.links.get(argument, ())
    if isinstance(items, Unknown):
        return True if store.urn in links and argument == "resources" else None
    unknown = [item for item in items if not isinstance(item, str)]
    answers = [_covers(item, _arn(store, graph)) for item in items if isinstance(item, str)]
    if unknown and store.urn in links:
        # Where there are more sources than names, the store may be none of them: it is taken, and not certainly spared.
        answers.append(True if argument == "resources" or len(unknown) == len(links) else None)
    elif len(unknown) > len(links):
        answers.append(None)
    return any_of(*answers)


def _arn(store: Resource, graph: Graph) -> str:
    """The ARN of a store, with wildcards for what the plan does not say."""
    arn = store.outputs.get("arn")
    if isinstance(arn, str):
        return literal(arn)
    form, region = STORES[store.type], home_of(store, graph)
    name = store.inputs.get(form.argument, ABSENT)
    where = ":" if form.everywhere else f"{region or ANY}:{ANY}"
    what = literal(name) if isinstance(name, str) and name else ANY
    return confined(f"arn:{partition(region) if region else ANY}:{form.service}:{where}:{form.before}{what}")


def _covers(pattern: str, arn: str) -> bool | None:
    """Whether a pattern matches an ARN; None where that depends on what the plan does not say of it."""
    matching = _language(pattern)
    if contains(matching, arn):
        return True
    return None if have_common_word([matching, frozenset({arn})], [], Work()) else False


def _language(pattern: str) -> Language:
    """The texts that match a pattern, in which `*` is the only wildcard."""
    return frozenset({ANY.join(map(literal, pattern.split(ANY)))})


def _tagged(view: View, store: Resource, graph: Graph) -> bool | None:
    """Whether a store has one of the tags of a list: any is enough."""
    rows = view.items("selectionTags")
    if isinstance(rows, Unknown):
        return None
    return any_of(*(_equal(member(row, "value"), _tag(store, member(row, "key"), graph), like=False) for row in rows))


def _conditions_met(view: View, store: Resource, graph: Graph) -> bool | None:
    """Whether a store meets every condition."""
    blocks = view.items("conditions")
    if isinstance(blocks, Unknown):
        return None
    return all_of(*(answer for block in blocks for answer in _conditions(block, store, graph)))


def _conditions(block: Value, store: Resource, graph: Graph) -> Iterator[bool | None]:
    for kind, like, wanted in (
        ("stringEquals", False, True),
        ("stringLikes", True, True),
        ("stringNotEquals", False, False),
        ("stringNotLikes", True, False),
    ):
        for row in as_values(member(block, kind)):
            key = member(row, "key")
            found = _tag(store, _tag_key(key), graph)
            met = _equal(member(row, "value"), found, like=like)
            yield met if met is None else met is wanted


def _tag_key(key: Value) -> Value:
    """The tag a condition is about; a key of any other kind is not known to mean a tag."""
    return key.removeprefix(_TAG_KEY) if isinstance(key, str) and key.startswith(_TAG_KEY) else _NOT_KNOWN


def _equal(wanted: Value, found: Value, *, like: bool) -> bool | None:
    if found is ABSENT:
        return False
    if not isinstance(wanted, str) or not isinstance(found, str):
        return None
    return contains(_language(wanted), literal(found)) if like else wanted == found


def _tag(store: Resource, key: Value, graph: Graph) -> Value:
    """The value of a store's tag: its own, else that of its provider. ABSENT where it certainly has none."""
    if not isinstance(key, str) or key.startswith(_RESERVED):
        return _NOT_KNOWN  # equivalent(return): neither is a text, and only a text is compared
    for tags in (store.inputs.get(TAGS, ABSENT), _default_tags(store, graph)):
        if tags is ABSENT:
            continue
        if not isinstance(tags, Mapping):
            return _NOT_KNOWN  # equivalent(return): neither is a text, and only a text is compared
        if key in tags:
            return tags[key]
        if key.lower() in {name.lower() for name in tags}:
            # equivalent(return): neither is a text, and only a text is compared
            return _NOT_KNOWN  # whether these are one tag depends on who compares them
    return ABSENT


def _default_tags(store: Resource, graph: Graph) -> Value:
    """The tags that a store's provider puts on everything: a block, or the JSON text of one."""
    # equivalent(operand): no graph holds a resource without a name, nor one called nothing
    provider = graph.by_urn.get(store.provider or "")
    value = provider.inputs.get(DEFAULT_TAGS, ABSENT) if provider else _NOT_KNOWN
    if isinstance(value, str):
        block = read_object(value)
        tags = None if block is None else block.get(TAGS, {})
        if not isinstance(tags, dict):
            return _NOT_KNOWN  # equivalent(return): neither is a block of tags, and anything else is not known
        return {key: tag if isinstance(tag, str) and tag not in UNKNOWNS else _NOT_KNOWN for key, tag in tags.items()}
    return member(value, TAGS)
