"""Time and memory of `preflight check --state` and `--plan` for 100 MB, compared with only parsing the file.

    python -m benchmarks.state

Each is measured in its own process by its peak resident memory. The file consists of copies of the deployed Jakarta
stack's resources.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.scale import copies

ROOT = Path(__file__).parents[1]
STACK = "tencent-ap-jakarta"
SIZE = 100 << 20
_PARSE = "import json, sys; document = json.loads(open(sys.argv[1], 'rb').read())"
_JUDGE = "from benchmarks.state import judged; import sys; judged(*sys.argv[1:])"
_PEAK = "; import resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"


def judged(kind: str, file: str) -> None:
    """Judge a file as the command does; the number of verdicts is returned."""
    from im_stack.preflight.judgement.from_file import check_plan, check_state

    check = {"state": check_state, "plan": check_plan}[kind]
    check(ROOT, STACK, Path(file), today=date(2026, 11, 23))


def write_state(file: Path, size: int) -> int:
    """Write an exported state of at least `size` bytes; the number of its resources is returned."""
    from im_stack.preflight.judgement.one_stack import check_stack

    recorded = check_stack(ROOT, STACK).recording["registrations"]
    count, written = 0, 0
    with file.open("w", encoding="utf-8") as out:
        out.write('{"version": 3, "deployment": {"manifest": {}, "resources": [')
        for registrations in copies(recorded):
            for r in registrations:
                row = json.dumps(_exported(r))
                written += out.write(f"{', ' if count else ''}{row}")
                count += 1
            if written >= size:
                break
        out.write("]}}")
    return count


def _exported(r: Any) -> dict[str, Any]:
    row = {
        "urn": r["urn"],
        "custom": r["custom"],
        "type": r["type"],
        "inputs": r["inputs"],
        "outputs": {**r["inputs"], "id": f"{r['urn'].rsplit('::', 1)[-1]}_id"},
        "parent": r["parent"],
        "protect": r["protect"],
        "dependencies": sorted({urn for urns in r["links"].values() for urn in urns}),
        "propertyDependencies": {key: urns for key, urns in r["links"].items() if urns},
        "created": "2026-11-23T00:00:00Z",
        "modified": "2026-11-23T00:00:00Z",
    }
    if r["custom"]:
        row["id"] = f"{r['urn'].rsplit('::', 1)[-1]}_id"
    if r["provider"]:
        row["provider"] = f"{r['provider']}::{r['provider'].rsplit('::', 1)[-1]}_id"
    return row


def write_plan(file: Path, size: int) -> int:
    """Write a Terraform plan of at least `size` bytes; the number of its resources is returned."""
    from im_stack.preflight.judgement.one_stack import check_stack
    from im_stack.preflight.terraform.view import plan_view

    recorded = check_stack(ROOT, STACK).recording["registrations"]
    each = len(plan_view({"registrations": list(recorded), "notices": []}))
    rows: list[Any] = []
    for number, registrations in enumerate(copies(recorded)):
        if number * each >= size:
            break
        rows += registrations
    file.write_text(plan_view({"registrations": rows, "notices": []}), encoding="utf-8")
    return len(rows)


def _peak(program: str, *arguments: str) -> tuple[float, float]:
    """Seconds and peak memory in MB of a program."""
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", program + _PEAK, *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return time.monotonic() - started, int(done.stdout.splitlines()[-1]) / 1024


def main() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    assert soft in (hard, resource.RLIM_INFINITY), "memory is limited here: the peak would say nothing"
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        for kind, write in (("state", write_state), ("plan", write_plan)):
            file = Path(folder) / f"{kind}.json"
            count = write(file, SIZE)
            parse, judge = _peak(_PARSE, str(file)), _peak(_JUDGE, kind, str(file))
            size = file.stat().st_size / (1 << 20)
            print(f"{kind}: {size:.0f} MB, {count} resources; parsed {parse[0]:.1f} s, {parse[1]:.0f} MB")
            print(f"  judged {judge[0]:.1f} s, {judge[1]:.0f} MB: {judge[1] - parse[1]:+.0f} MB beyond the parse")


if __name__ == "__main__":
    main()
