"""Resource selection of AWS Backup: which stores a selection covers, by ARN, by tag, or all of them.

The answer is True, False or None (the plan does not say). Where AWS's documents leave open how the parts of a selection
combine, what takes more counts: names or tags are enough, and only conditions and exclusions narrow that.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from im_stack.facts.access.document import read_object
from im_stack.facts.aws.location import home_of, partition
from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.mechanism.view import View, all_of, any_of, as_items, member
from im_stack.facts.mechanism.wire_constants import UNKNOWNS
from im_stack.facts.model import ABSENT, Resource, Unknown, Value

ARGUMENTS = frozenset({"resources", "notResources", "selectionTags", "conditions"})
TAGS, DEFAULT_TAGS = "tags", "defaultTags"
"""The tags of a resource, and those that its provider sets on every resource."""
_TAG_KEY = "aws:ResourceTag/"
_RESERVED = "aws:"  # the prefix of tags that services set, and no program shows
_NOT_KNOWN = Unknown("tags")
_SOME = "\0"
"""What the plan does not say of a name: any text without a `:`."""


@dataclass(frozen=True)
class Named:
    """The form of a store's ARN: its service, what precedes its name, and the argument that is the name."""

    service: str
    before: str
    argument: str
    everywhere: bool = False  # True: its name holds no region and no account


STORES: Mapping[str, Named] = {
    "aws:docdb/cluster:Cluster": Named("rds", "cluster:", "clusterIdentifier"),
    "aws:docdb/elasticCluster:ElasticCluster": Named("docdb-elastic", "cluster/", ""),
    "aws:rds/cluster:Cluster": Named("rds", "cluster:", "clusterIdentifier"),
    "aws:rds/instance:Instance": Named("rds", "db:", "identifier"),
    "aws:s3/bucket:Bucket": Named("s3", "", "bucket", everywhere=True),
    "aws:s3/bucketV2:BucketV2": Named("s3", "", "bucket", everywhere=True),
}
"""The stores among the types that AWS Backup can back up."""


def selects(view: View, store: Resource, graph: Graph) -> bool | None:
    """Whether the selection of `view` takes `store`."""
    given = [argument for argument in ("resources", "selectionTags") if view.get(argument) not in (ABSENT, ())]
    taken = any_of(
        *(
            _listed(view, argument, store, graph) if argument == "resources" else _tagged(view, store, graph)
            for argument in given
        )
    )
    spared = _listed(view, "notResources", store, graph)
    return all_of(taken if given else True, _meets(view, store, graph), None if spared is None else not spared)


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
    """The ARN of a store, with `_SOME` for what the plan does not say."""
    arn = store.outputs.get("arn")
    if isinstance(arn, str):
        return arn
    named = STORES[store.type]
    region = home_of(store, graph)
    name = store.inputs.get(named.argument, ABSENT)
    where = ":" if named.everywhere else f"{region or _SOME}:{_SOME}"
    what = name if isinstance(name, str) and name else _SOME
    return f"arn:{partition(region) if region else _SOME}:{named.service}:{where}:{named.before}{what}"


def _covers(pattern: str, name: str) -> bool | None:
    """Whether a pattern matches a name; None where that depends on what the plan does not say of it."""
    if _matches(pattern, name):
        return True
    return None if _may_match(pattern, name) else False


def _matches(pattern: str, text: str) -> bool:
    """Whether a text is of a pattern. What is not known of it is a character that only a `*` matches."""
    first, *rest = pattern.split("*")
    if not rest:
        return pattern == text
    if not text.startswith(first):
        return False
    at = len(first)
    for part in rest[:-1]:
        found = text.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return len(text) - at >= len(rest[-1]) and text.endswith(rest[-1])


def _may_match(pattern: str, name: str) -> bool:
    """Whether a name may be of a pattern, for some text in place of what is not known of it."""
    reached = {(0, 0)}
    waiting = [(0, 0)]
    while waiting:
        at, to = waiting.pop()
        for step in _steps(pattern[at : at + 1], name[to : to + 1], at, to):
            if step not in reached:
                reached.add(step)
                waiting.append(step)
    return (len(pattern), len(name)) in reached


def _steps(here: str, there: str, at: int, to: int) -> Iterator[tuple[int, int]]:
    if here == "*":
        yield at + 1, to
        if there:
            yield at, to + 1
    if there == _SOME:
        yield at, to + 1
        if here not in ("", ":"):
            yield at + 1, to
    if here and here == there:
        yield at + 1, to + 1


def _tagged(view: View, store: Resource, graph: Graph) -> bool | None:
    """Whether a store has one of the tags of a list: any is enough."""
    rows = view.items("selectionTags")
    if isinstance(rows, Unknown):
        return None
    return any_of(*(_equal(member(row, "value"), _tag(store, member(row, "key"), graph), like=False) for row in rows))


def _meets(view: View, store: Resource, graph: Graph) -> bool | None:
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
        rows = as_items(member(block, kind))
        for row in (rows,) if isinstance(rows, Unknown) else rows:
            key = member(row, "key")
            found = _tag(store, _plain(key), graph)
            met = _equal(member(row, "value"), found, like=like)
            yield met if met is None else met is wanted


def _plain(key: Value) -> Value:
    """The tag a condition is about; a key of any other kind is not known to mean a tag."""
    return key.removeprefix(_TAG_KEY) if isinstance(key, str) and key.startswith(_TAG_KEY) else _NOT_KNOWN


def _equal(wanted: Value, found: Value, *, like: bool) -> bool | None:
    if found is ABSENT:
        return False
    if not isinstance(wanted, str) or not isinstance(found, str):
        return None
    return _matches(wanted, found) if like else wanted == found


def _tag(store: Resource, key: Value, graph: Graph) -> Value:
    """The value of a store's tag: its own, else that of its provider. ABSENT where it certainly has none."""
    if not isinstance(key, str) or key.startswith(_RESERVED):
        return _NOT_KNOWN  # equivalent(return): neither is a text, and only a text is compared
    for tags in (store.inputs.get(TAGS, ABSENT), _of_provider(store, graph)):
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


def _of_provider(store: Resource, graph: Graph) -> Value:
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
