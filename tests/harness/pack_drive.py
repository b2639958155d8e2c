"""Recording as input of a running policy pack: registrations converted to resources of `policy_harness`.

In: a `Recording` and the folder of a pack. Out: the pack's diagnostics. Raises `PackFault`. It shows that the pack and
`preflight` give the same verdicts.
"""

import random
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from im_stack.policy_harness import Diagnostic, Options, Pack, Resource, Stack
from im_stack.policy_harness import running as running_for
from im_stack.preflight.recording.record import TIME_LIMIT
from im_stack.preflight.recording.recording import Recording, Registration
from im_stack.preflight.stack_files.stack_file import StackFile


@contextmanager
def running(
    folder: Path,
    stack: StackFile,
    *,
    dry_run: bool = True,
    configured: bool = True,
    python: str = sys.executable,
    time_limit: timedelta = TIME_LIMIT,
) -> Iterator[Pack]:
    """Start the pack in `folder` for a stack, as the engine does, and end it afterwards.

    `configured=False` passes no stack: that is how `pulumi policy analyze` starts a pack. Raises `PackFault`.
    """
    known = Stack(
        stack.project,
        stack.stack,
        dry_run=dry_run,
        config=stack.config,
        secrets=stack.secrets,
        configured=configured,
    )
    with running_for(folder, known, python=python, time_limit=time_limit) as pack:
        yield pack


def shown(recording: Recording) -> list[Resource]:
    """Registered resources of a recording, without those only read, which the engine shows to no policy."""
    return [_resource(r) for r in recording["registrations"] if not r["read"]]


def _resource(r: Registration) -> Resource:
    known = r.get("known")
    return Resource(
        type=r["type"],
        name=r["name"],
        urn=r["urn"],
        inputs=r["inputs"],
        outputs={**r["inputs"], **known} if known else None,
        custom=r["custom"],
        parent=r["parent"],
        provider=r["provider"],
        dependencies=r.get("dependencies", ()),
        property_dependencies=r["links"],
        options=Options(protect=r["protect"], ignore_changes=r["ignore_changes"]),
    )


def drive(
    pack: Pack, recording: Recording, *, shuffled: random.Random | None = None, unseen: Collection[str] = ()
) -> list[Diagnostic]:
    """Diagnostics of a running pack about a recording: resource by resource, then the stack.

    `shuffled` gives the stack's resources in any order, as the engine does; resources whose name is in
    `unseen` are shown to no resource policy.
    """
    seed = shuffled.random() if shuffled else None
    return list(pack.judge(shown(recording), seed=seed, untargeted=unseen).diagnostics)
