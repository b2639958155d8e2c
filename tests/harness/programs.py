"""The programs under tests/programs: one compliant, the others weakened, each in one way.

The first line of each says which rules it must fail (others may fail, too), or that it passes. All are
stacks of the same declaration.
"""

from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from preflight.check import Check, check_stack
from tests.harness.project import write_project

FOLDER = Path(__file__).parents[1] / "programs"
NAMES = sorted(path.stem for path in FOLDER.glob("*.py"))
WEAKENED = [name for name in NAMES if name not in ("compliant", "waived")]
_REASON = "no statement on these rows takes that long"
CLASSES = {name: {"outside": {"mysql/slow log": _REASON}} for name in ("messages", "user-information")}

WAIVERS = {
    "waived": [
        {
            "rule": "known-types",
            "resource": "pair",
            "reason": "a key pair for the build machines, it holds nothing of anybody",
            "owner": "data protection officer",
            "evidence": "https://example.com/decisions/7",
            "expires": "2999-12-31",
        }
    ]
}


def write_program(folder: Path, name: str, stack: str = "test") -> Path:
    """One of the programs as a project in `folder`, with one stack."""
    text = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
    project = write_project(folder, text, header="", classes=CLASSES, waivers=WAIVERS.get(name, []))
    (project / "Pulumi.test.yaml").rename(project / f"Pulumi.{stack}.yaml")
    return project


def must_fail(name: str) -> set[str]:
    """The rules that the program's first line names; empty for one that passes."""
    first = (FOLDER / f"{name}.py").read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
    return set() if first == "passes" else set(first.removeprefix("fails: ").split(", "))


@cache
def checked(name: str) -> Check:
    """A program recorded and judged, once for all tests of this process."""
    return check_stack(write_program(Path(mkdtemp(prefix="program-")), name), "test")


def blocked(check: Check) -> set[tuple[str, str]]:
    """What keeps a stack from passing: rule and URN, the URN empty for a class or the stack."""
    return {(v.rule, v.subject if v.subject.startswith("urn:") else "") for v in check.judgement.verdicts if v.blocks}
