"""Programs of tests/programs: one compliant, each other one weakened or broken in one way.

The comments at the head of a program are its expectations:
    # passes | fails: rules (more may fail) | refused: part of the recorder's message
    # config: additional stack configuration, as JSON
    # classes: additional choices about its classes, as JSON
    # parties: sub-processors beside the cloud, as JSON
    # texts: the one text that is adopted, where that is not as for all others
    # holds: nothing, where it declares that no class is stored
    # plugin: the argument that the provider's own check refuses
    # engine: how a real preview differs, and why; without it both agree, or both refuse
    # deployed: why a deployed stack is judged differently; without it both are judged the same
All are stacks of the same declaration.
"""

import json
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from im_stack.preflight.judgement.one_stack import Check
from im_stack.preflight.judgement.program_seen import RULE as SEEN
from im_stack.preflight.provider.engine_accepts import RULE
from tests.harness.project import write_project
from tests.harness.recorded import check_project

FOLDER = Path(__file__).parents[1] / "programs"
_REASON = "no statement on these rows takes that long"
CLASSES = {name: {"outside": {"mysql/slow log": _REASON}} for name in ("messages", "user-information")}

NOT_STORED = {name: {"store": False, "period": None, "transient": "PT1H"} for name in CLASSES}

_WAIVER = {
    "rule": "known-types",
    "resource": "pair",
    "reason": "a key pair for the build machines, it holds nothing of anybody",
    "owner": "data protection officer",
    "evidence": "https://example.com/decisions/7",
    "expires": "2999-12-31",
}
WAIVERS = {"waived": [_WAIVER], "waiver_expired": [_WAIVER | {"expires": "2026-01-01"}]}


def head(name: str) -> dict[str, str]:
    """The comments at the head of a program by keyword."""
    found = {}
    for line in (FOLDER / f"{name}.py").read_text(encoding="utf-8").splitlines():
        if not line.startswith("# "):
            break
        key, _, value = line.removeprefix("# ").partition(": ")
        found[key] = value
    return found


ALL = sorted(path.stem for path in FOLDER.glob("*.py"))
REFUSED = [name for name in ALL if "refused" in head(name)]
NAMES = [name for name in ALL if name not in REFUSED]
_SOUND = ("compliant", "waived", "waived_in_code", "callback_harmless", "declared_by_hand")
WEAKENED = [name for name in NAMES if name not in _SOUND]


def write_program(folder: Path, name: str, stack: str = "test") -> Path:
    """Write a program as a project with one stack into `folder`."""
    text = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
    more = json.loads(head(name).get("classes", "{}"))
    base = NOT_STORED if "holds" in head(name) else CLASSES
    classes = {data_class: {**choice, **more.get(data_class, {})} for data_class, choice in ({**more, **base}).items()}
    parties = json.loads(head(name).get("parties", "[]"))
    texts = {"instruments": {head(name)["texts"]: {"source": "test"}}} if "texts" in head(name) else {}
    project = write_project(
        folder, text, header="", classes=classes, parties=parties, waivers=WAIVERS.get(name, []), **texts
    )
    file = project / "Pulumi.test.yaml"
    document = json.loads(file.read_text(encoding="utf-8"))
    document["config"] |= json.loads(head(name).get("config", "{}"))
    file.write_text(json.dumps(document), encoding="utf-8")
    file.rename(project / f"Pulumi.{stack}.yaml")
    return project


def must_fail(name: str) -> set[str]:
    """Rules that the program must fail; empty for one that passes."""
    fails = head(name).get("fails", "")
    return set(fails.split(", ")) if fails else set()


@cache
def checked(name: str) -> Check:
    """The check of a program, once for each test process."""
    return check_project(write_program(Path(mkdtemp(prefix="program-")), name), "test")


def blocked(check: Check) -> set[tuple[str, str]]:
    """Rule and URN of every blocking verdict, with an empty URN for a class or the stack.

    Refusals that only a preview or the provider makes are left out: the pack has no such rule.
    """
    return {
        (v.rule, v.subject if v.subject.startswith("urn:") else "")
        for v in check.judgement.verdicts
        if v.blocks and v.rule not in (RULE, SEEN)
    }
