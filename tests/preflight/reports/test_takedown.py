"""How a stack is taken down, from the recording of its program."""

import shlex
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.model import Options, Resource
from im_stack.preflight.cli import app
from im_stack.preflight.judgement.one_stack import Check
from im_stack.preflight.recording.recording import Registration
from im_stack.preflight.reports.takedown import guarded, in_rounds, takedown, takedown_of_customer
from im_stack.terms.problem import InputError
from tests.harness.people import check_people
from tests.harness.recorded import check_ours
from tests.harness.root import ROOT


@pytest.fixture(scope="module", params=["tencent-ap-jakarta", "aws-ap-southeast-3"])
def check(request: pytest.FixtureRequest) -> Check:
    return check_ours(request.param)


def _lines(check: Check, **changes: object) -> list[str]:
    """The lines for a stack in which every resource with one of these arguments has another value of it."""
    made = [{**r, "inputs": r["inputs"] | {k: v for k, v in changes.items() if k in r["inputs"]}} for r in _made(check)]
    return list(takedown(replace(check, recording={**check.recording, "registrations": made})))  # type: ignore[typeddict-item]  # the same keys


def _made(check: Check) -> list[Registration]:
    return check.recording["registrations"]


def test_it_unprotects_destroys_empties_and_destroys_again(check: Check) -> None:
    lines, stack = _lines(check), check.stack.stack
    ran = [line.strip() for line in lines if "pulumi " in line]
    destroy = f"pulumi destroy --stack {stack}"
    assert ran == [f"pulumi state unprotect --all --stack {stack}", destroy, destroy]
    [ends] = [at for at, line in enumerate(lines) if line.startswith("It ends at Bucket im-keyring")]
    assert "or wait 11 d" in lines[ends + 1]


@pytest.mark.parametrize("stack", ["tencent-ap-singapore", "aws-ap-southeast-1"])
def test_one_customer_is_ended_by_its_own_stores(stack: str) -> None:
    lines = list(takedown_of_customer(check_ours(stack), "example"))
    [unprotect] = [shlex.split(line) for line in lines if "unprotect" in line]
    assert unprotect[:5] == ["pulumi", "state", "unprotect", "--stack", stack]
    ended = {urn.rpartition("::")[2] for urn in unprotect[5:]}
    assert ended == {"im-customer-keys-example", "im-customer-logs-example"}
    assert lines[-1] == f"    pulumi up --stack {stack}"


def test_a_customer_that_is_not_there_is_refused(check: Check) -> None:
    with pytest.raises(InputError, match="exampel"):
        list(takedown_of_customer(check, "exampel"))


@pytest.mark.parametrize("stack", ["tencent-ap-jakarta", "aws-ap-southeast-3"])
def test_keys_of_people_have_no_end_to_wait_for(stack: str) -> None:
    lines = _lines(check_people(stack))
    [ends] = [at for at, line in enumerate(lines) if line.startswith("It ends at Bucket im-people")]
    assert lines[ends + 1] == "Take its policy away and empty it. Then again:"


def test_a_keyring_that_is_deleted_full_needs_no_second_run(check: Check) -> None:
    lines = _lines(check, forceClean=True, forceDestroy=True)
    assert not [line for line in lines if "keyring, which holds" in line]
    assert len([line for line in lines if "pulumi destroy" in line]) == 1


def test_stores_go_before_what_ends_keys_and_that_before_the_key(check: Check) -> None:
    lines = [line.strip().split(", ") for line in _lines(check)]
    at = {name: n for n, names in enumerate(lines) for name in names}
    assert at["im-mysql"] < at["im-keyring"] < at["im-keys"]


@pytest.mark.parametrize("days", [7, 30])
def test_what_stays_and_until_when(check: Check, days: int) -> None:
    lines = _lines(check, pendingDeleteWindowInDays=days, deletionWindowInDays=days)
    assert [line for line in lines if line.startswith(f"    Key im-keys-key: {days} d, switched off")]
    downloads = [line for line in lines if "BackupDownloadRestriction" in line]
    assert len(downloads) == (2 if check.duties.home.cloud == "tencent" else 0)
    assert all("of the account" in line for line in downloads)


def test_what_refuses_to_be_deleted_is_named() -> None:
    check = check_ours("aws-ap-southeast-3")
    lines = _lines(check, deletionProtection=True, enableDeletionProtection=True)
    named = [line.split(" cannot")[0] for line in lines if "cannot be deleted until it is switched off" in line]
    assert sorted(named) == ["Cluster im-mongodb", "Instance im-mysql", "LoadBalancer im-edge"]
    assert not [line for line in _lines(check) if "cannot be deleted" in line]


def test_an_order_is_that_of_dependencies_and_parents() -> None:
    """`inside` waits for nothing itself: what its component waits for is there first all the same."""
    rows = {"net": ("", []), "part": ("", ["net"]), "inside": ("part", []), "alone": ("", [])}
    graph = Graph(
        Resource(name, "a:b:C", name, {}, parent=parent, after=tuple(needs), options=Options(protect=name == "inside"))
        for name, (parent, needs) in rows.items()
    )
    assert graph.before("inside") == {"part", "net"}
    assert in_rounds(graph, rows) == [["inside"], ["part"], ["alone", "net"]]
    assert guarded(graph) == {"inside", "part", "net"}


def test_the_command_runs_nothing_and_refuses_an_unknown_stack() -> None:
    run = CliRunner().invoke(app, ["takedown", "tencent-ap-jakarta", "--project", str(ROOT)])
    assert run.exit_code == 0
    assert run.output.startswith("tencent-ap-jakarta: how it is taken down")
    assert CliRunner().invoke(app, ["takedown", "nowhere", "--project", str(ROOT)]).exit_code != 0
