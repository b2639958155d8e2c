"""Machines, containers and parameters: types that a program declares to hold a class, or nothing.

What a container logs goes where its definition says: to a log group of the stack, which declares what it holds.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from im_stack.facts.aws.compute.disks import ROWS
from im_stack.facts.aws.compute.machines import INSTANCE, MACHINE
from im_stack.facts.aws.monitoring.logs import GROUP
from im_stack.facts.knowledge.declared_types import readers_of_declared_types
from im_stack.facts.mechanism.rows import reads, with_rows
from im_stack.facts.mechanism.view import View
from im_stack.facts.model import Fact, Unresolved

TASK = "aws:ecs/taskDefinition:TaskDefinition"
_CONTAINERS = "containerDefinitions"


@reads(_CONTAINERS)
def _container_logs(view: View) -> Iterator[Fact]:
    text = view.get(_CONTAINERS)
    containers = _list(text) if isinstance(text, str) else None
    if containers is None:
        yield Unresolved(
            view.urn, f"{_CONTAINERS} cannot be read before deployment: what containers log is not known", "link"
        )
    for container in containers or ():
        logs = container.get("logConfiguration")
        if logs is None:
            continue
        driver, options = (
            (logs.get(key) for key in ("logDriver", "options")) if isinstance(logs, dict) else (None, None)
        )
        group = options.get("awslogs-group") if isinstance(options, dict) else None
        # equivalent(operand): what is no text names no log group
        ours = isinstance(group, str) and not view.links(_CONTAINERS, {GROUP}, (group,)).doubts
        if driver != "awslogs" or not ours:
            why = f"{_CONTAINERS}: {container.get('name')} logs to something that is no log group of this stack"
            yield Unresolved(view.urn, why, "link")


def _list(text: str) -> list[Mapping[str, Any]] | None:
    """The containers of a JSON text; None where it is none of them."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    # equivalent(connective, operand, builtin): what is no container stops the reader, which proves nothing
    return found if isinstance(found, list) and all(isinstance(each, dict) for each in found) else None


_READERS = readers_of_declared_types("aws", {INSTANCE: MACHINE, **ROWS})
READERS = {**_READERS, TASK: with_rows(_READERS[TASK], _container_logs)}
