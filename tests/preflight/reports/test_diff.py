"""`preflight diff`: what a change makes of a stack, from reports or checkouts, and what a preview would replace."""

import json
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from im_stack.preflight.cli import app
from im_stack.preflight.reports.as_json import AnyReport, Report, to_json
from im_stack.preflight.reports.diff.changes import compare
from im_stack.preflight.reports.diff.read import reports
from im_stack.preflight.reports.diff.show import COMMENT, as_json, as_markdown, as_text
from im_stack.preflight.reports.diff.steps import LostStore, lost_stores
from im_stack.preflight.reports.model.report import reports_of
from im_stack.terms.problem import InputError
from tests.harness.project import write_project
from tests.harness.recorded import check_project
from tests.harness.tables import whole

TODAY = date(2026, 11, 23)
EVIDENCE = {"resource": "urn:x", "argument": "days", "grade": "configured", "source": "", "note": ""}
CASES = yaml.safe_load(Path(__file__).with_name("diff.yaml").read_text("utf-8"))


def _hop(period: str | None) -> dict[str, Any]:
    evidence = {"resource": "urn:x", "argument": "days", "grade": "assumed", "source": "a document", "note": ""}
    return {"label": "kept", "period": period, "least": period, "known": True, "evidence": evidence}


def _verdict(subject: str, outcome: str, path: Any = (), **changes: Any) -> dict[str, Any]:
    verdict = {"rule": "ceiling", "title": "t", "subject": subject, "name": subject, "outcome": outcome}
    verdict |= {"message": f"{subject} is too long", "fix": "shorten it", "source": "main.py:3"}
    more = {"duties": [], "textDerived": True, "evidence": None, "waived": False}
    return verdict | more | {"path": [_hop(period) for period in path]} | changes


def _waiver(**changes: Any) -> dict[str, Any]:
    waiver = {"rule": "ceiling", "resource": "b", "reason": "r", "owner": "dpo", "evidence": "https://e"}
    return waiver | {"position": 1, "expires": "2027-01-01", "holds": True, "fault": "", "waives": []} | changes


def _report(stack: str = "s", **changes: Any) -> Any:
    """The report of a stack that passes, with `changes`; `bound`, `chosen`: those of its one class."""
    if "problem" in changes:
        problem = {"what": changes["problem"], "right": "", "key": "", "obligation": "", "file": "", "line": None}
        return {"schema": "im-preflight-problems/1", "stack": stack, "problems": [problem]}
    path = {"place": "Bucket b", "what": "live data", "end": "P7D", "hops": [_hop("P7D")]}
    bound = {"class": "messages", "latestEnd": "P7D", "known": True, "earliestEnd": "P6D", "limit": "P7D"}
    bound |= {"latestEndIfSweepsFail": "P8D", "paths": [path]}
    chosen = {"class": "messages", "store": True, "period": "P7D", "clock": "birth"}
    chosen |= {"backups": "sealed", "erasure": "P7D"}
    store = {"store": "Bucket b", "service": "cos", "holding": "h", "class": "messages", "sealed": False}
    store |= {"live": "P7D", "copiesReach": "P0D", "recovery": None}
    report = {"schema": "im-preflight-report/1", "stack": stack, "cloud": "tencent", "region": "ap-jakarta"}
    report |= {"jurisdiction": "indonesia", "instruments": ["im-module"], "outcome": "pass", "headline": "PASS"}
    report |= {"classes": [chosen | changes.pop("chosen", {})], "bounds": [bound | changes.pop("bound", {})]}
    report |= {"resources": 3, "stores": [store], "provider": None, "assumptions": [], "declaredHops": []}
    made = {
        "verdicts": [_verdict(**row) for row in changes.pop("verdicts", ())],
        "waivers": [_waiver(**row) for row in changes.pop("waivers", ())],
        "assumedHops": [_hop(period) for period in changes.pop("assumedHops", ())],
    }
    return report | made | changes


def given(case: dict[str, Any]) -> tuple[dict[str, AnyReport], dict[str, AnyReport]]:
    """The reports before and after, by stack."""
    with tempfile.TemporaryDirectory() as folder:
        sides = []
        for side in ("before", "after"):
            changes = case.get(side, {})
            file = Path(folder, f"{side}.json")
            file.write_text(json.dumps([] if changes is None else _report(**changes)))
            sides.append(dict(reports(file, TODAY)))
    return sides[0], sides[1]


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_what_changed_is_found_and_nothing_else(case: dict[str, Any]) -> None:
    (change,) = json.loads(as_json(compare(*given(case), TODAY, {})))["stacks"]
    headline = {"headline": [change.pop("before"), change.pop("after")]}
    found = {key: value for key, value in change.items() if key != "stack" and value}
    found |= headline if len(set(headline["headline"])) > 1 else {}
    assert sorted(found) == sorted(case["changes"])
    for key, names in case["changes"].items():
        for name in names:
            assert whole(str(name)).search(json.dumps(found[key])), f"{name}: {found[key]}"


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_the_comment_says_what_the_text_says(case: dict[str, Any]) -> None:
    changes = compare(*given(case), TODAY, {})
    first, *lines = as_text(changes).splitlines()
    comment = as_markdown(changes)
    assert comment.startswith(COMMENT)
    assert ("Nothing changes for s." in comment) is (not case["changes"]) is first.endswith("nothing changes")
    for line in lines:
        said = line.split(": ", 1)[1].removeprefix("true for all data from ").removeprefix("not true ")
        assert said.replace("\\x1b", " ") in comment.replace("\\", "")


def _preview(folder: Path, *steps: dict[str, Any]) -> Path:
    file = folder / "preview.json"
    file.write_text(json.dumps({"config": {}, "steps": steps}))
    return file


def _step(op: str, name: str = "b", type_: str = "tencentcloud:Cos/bucket:Bucket", **more: Any) -> dict[str, Any]:
    return {"op": op, "urn": f"urn:pulumi:s::p::a:b:C${type_}::{name}", **more}


@pytest.mark.parametrize(
    ("steps", "lost"),
    [
        ([_step("same"), _step("update"), _step("create")], ()),
        ([_step("delete")], (LostStore("Bucket b", "deleted"),)),
        (
            [_step("create-replacement", replaceReasons=["region"]), _step("replace"), _step("delete-replaced")],
            (LostStore("Bucket b", "replaced", ("region",)),),
        ),
        ([_step("delete", name="other")], ()),
        ([_step("delete", type_="tencentcloud:Vpc/instance:Instance")], ()),
    ],
)
def test_a_preview_says_which_stores_a_deployment_ends(tmp_path: Path, steps: Any, lost: tuple[LostStore, ...]) -> None:
    report_ = Report.model_validate(_report())
    found = lost_stores([_preview(tmp_path, *steps)], [report_])
    assert found.get("s", ()) == lost
    text = as_text(compare({"s": report_}, {"s": report_}, TODAY, found))
    assert ("Bucket b is" in text) is bool(lost)


NO_PREVIEWS = ["", "{", "[]", '{"steps": 3}', '{"steps": [{"op": "x"}]}', '{"steps":[{"op":"x","urn":"y"}]}']


@pytest.mark.parametrize("text", NO_PREVIEWS)
def test_what_is_no_preview_is_bad_input(tmp_path: Path, text: str) -> None:
    file = tmp_path / "p.json"
    file.write_text(text)
    with pytest.raises(InputError, match=r"p\.json"):
        lost_stores([file], [])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[" * 100_000,
        "3",
        "{}",
        '{"schema": "im-preflight-report/2"}',
        json.dumps(_report() | {"verdicts": [{}]}),
        json.dumps(_report(bound={"latestEnd": "seven days"})),
        json.dumps([_report(), _report()]),
        "\udc80",
    ],
)
def test_what_is_no_report_is_bad_input(tmp_path: Path, text: str) -> None:
    file = tmp_path / "r.json"
    file.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(InputError, match=r"r\.json"):
        reports(file, TODAY)


def test_a_report_that_is_not_there_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not there"):
        reports(tmp_path / "none.json", TODAY)
    with pytest.raises(InputError, match="no project"):
        reports(tmp_path, TODAY)


def test_two_checkouts_are_compared_by_their_own_programs(tmp_path: Path) -> None:
    outside = {"mysql/slow log": "no statement takes that long"}
    classes = {"user-information": {"period": "P30D", "outside": outside}}
    shorter = {
        "user-information": {"period": "P20D", "erasure": {"within": "P20D", "source": "test"}, "outside": outside}
    }
    program = "mysql(profiles='user-information')"
    base = write_project(tmp_path / "base", program, classes=classes)
    head = write_project(tmp_path / "head", program, classes=shorter)
    run = CliRunner().invoke(app, ["diff", str(base), str(head), "--today", "2026-11-23"])
    assert run.exit_code == 0, run.output
    assert "  user-information: declared period: 30 d -> 20 d" in run.stdout
    saved = tmp_path / "base.json"
    saved.write_text(to_json(reports_of([("test", check_project(base, "test", today=TODAY))]), every=False))
    again = CliRunner().invoke(app, ["diff", str(saved), str(head), "--today", "2026-11-23"])
    assert again.stdout == run.stdout
    comment = CliRunner().invoke(app, ["diff", str(saved), str(saved), "--format", "markdown"])
    assert comment.stdout == f"{COMMENT}\nNothing changes for test.\n"


def test_a_folder_with_its_own_code_is_judged_by_it(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: x\nruntime: python\n")
    (tmp_path / "im_stack/preflight").mkdir(parents=True)
    (tmp_path / "im_stack/preflight/__init__.py").write_text("")
    (tmp_path / "im_stack/preflight/__main__.py").write_text(
        f"import json\nprint(json.dumps([{_report(stack='own')!r}]))\n"
    )
    assert list(reports(tmp_path, TODAY)) == ["own"]


def test_a_change_that_no_update_carries_out_has_a_status_of_its_own(tmp_path: Path) -> None:
    row = {"resource": "Instance q", "argument": "disk", "how": "fixed", "source": "the provider"}
    base, head = tmp_path / "base.json", tmp_path / "head.json"
    base.write_text(json.dumps(_report(settled=[row | {"value": "SSD"}])))
    head.write_text(json.dumps(_report(settled=[row | {"value": "BASIC"}])))
    refused = CliRunner().invoke(app, ["diff", str(base), str(head)])
    assert refused.exit_code == 1
    assert "refused: Instance q: disk cannot be changed, from SSD to BASIC" in refused.output
    assert CliRunner().invoke(app, ["diff", str(head), str(head)]).exit_code == 0
