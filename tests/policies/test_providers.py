"""Providers beside the stack's own: in which account each works, by its pin and by whose credentials it uses."""

from typing import Any

import pytest

from im_stack.facts.mechanism.cloud import PROVIDER
from im_stack.facts.wire.constants import UNKNOWN
from im_stack.policies.judge import judge
from im_stack.preflight.recording.recording import Registration, to_resources
from im_stack.terms.duties.resolve import library_for, resolve
from im_stack.terms.stack.declaration import parse_declaration
from tests.harness.recorded import check_ours
from tests.harness.stacks import changed_config
from tests.harness.world import TODAY

AWS, TENCENT = "aws-ap-southeast-3", "tencent-ap-jakarta"
WORKS, MAY = " works in another account than ", " may work in another account than "


def _found(stack: str, other: dict[str, Any], own: dict[str, Any], parties: tuple[str, ...] = ()) -> list[str]:
    """What is said about accounts where another provider of these settings makes the logs of a stack."""
    check = check_ours(stack)
    made = {r["urn"]: r for r in check.recording["registrations"]}
    provider = next(r for r in made.values() if r["type"].startswith(PROVIDER))
    log = next(r for r in made.values() if r["type"].split(":")[-1] in ("LogGroup", "Topic"))
    mine: Registration = {**provider, "inputs": {**provider["inputs"], **own}}
    second: Registration = {
        **provider,
        "urn": f"{provider['urn']}-2",
        "name": "second",
        "inputs": {key: value for key, value in {**provider["inputs"], **other}.items() if value is not None},
    }
    made |= {mine["urn"]: mine, second["urn"]: second, log["urn"]: {**log, "provider": second["urn"]}}
    config = check.stack.structured
    entries = [{**config["im:sub-processors"][0], "name": name, "account": name} for name in parties]
    entries = [*config["im:sub-processors"], *entries]
    declaration = parse_declaration(changed_config(config, {"sub-processors": entries}))
    found = judge(to_resources(made.values()), resolve(declaration, library_for(declaration)), today=TODAY)
    return [v.message for v in found.verdicts if v.blocks and " another account than " in v.message]


@pytest.mark.parametrize(
    ("stack", "other", "own", "parties", "expected"),
    [
        (AWS, {}, {}, (), ""),
        (AWS, {"assumeRoles": [{"roleArn": "arn:aws:iam::123456789012:role/x"}]}, {}, (), ""),
        (AWS, {"allowedAccountIds": '["999999999999"]'}, {}, (), WORKS),
        (AWS, {"allowedAccountIds": '["999999999999"]'}, {}, ("999999999999",), ""),
        (AWS, {"allowedAccountIds": None}, {}, (), ""),
        (AWS, {"allowedAccountIds": None, "profile": "other"}, {}, (), MAY),
        (AWS, {"allowedAccountIds": None, "profile": "same"}, {"profile": "same"}, (), ""),
        (AWS, {"allowedAccountIds": None, "profile": UNKNOWN}, {"profile": UNKNOWN}, (), MAY),
        (AWS, {"skipRequestingAccountId": True, "profile": "other"}, {}, (), MAY),
        (TENCENT, {}, {}, (), ""),
        (TENCENT, {"assumeRole": {"roleArn": "qcs::cam::uin/1:roleName/x"}}, {}, (), MAY),
        (TENCENT, {"secretId": "x"}, {"allowedAccountIds": ["100000000001"]}, (), MAY),
        (TENCENT, {"allowedAccountIds": ["100000000002"]}, {"allowedAccountIds": ["100000000001"]}, (), WORKS),
        (
            TENCENT,
            {"secretId": "x", "allowedAccountIds": ["100000000001"]},
            {"allowedAccountIds": ["100000000001"]},
            (),
            "",
        ),
    ],
)
def test_what_another_provider_makes_is_in_the_account_of_the_stack(
    stack: str, other: dict[str, Any], own: dict[str, Any], parties: tuple[str, ...], expected: str
) -> None:
    found = _found(stack, other, own, parties)
    assert len(found) == bool(expected)
    assert expected in "".join(found)
