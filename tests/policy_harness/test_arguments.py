"""Arguments of a policy in the harness, equal to those under the engine."""

from collections.abc import Iterator
from typing import Any

import pytest

from im_stack.policy_harness import Pack, Stack, resources
from tests.policy_harness.packs import PROBE, ask, pack

STACK = Stack(
    project="shop",
    name="dev",
    organization="acme",
    config={"aws:region": "eu-west-1", "aws:token": "canary-token", "shop:size": "7"},
    secrets=["aws:token"],
    tags={"team": "core"},
)
ROWS: list[dict[str, Any]] = [
    {"name": "home", "type": "pulumi:providers:aws", "properties": {"region": "eu-central-1"}},
    {"name": "web", "type": "acme:index:Site", "component": True, "properties": {"size": 3}},
    {"name": "key", "type": "aws:kms/key:Key", "options": {"provider": "home"}},
    {
        "name": "photos",
        "type": "aws:s3/bucket:Bucket",
        "properties": {
            "days": 7,
            "share": 0.5,
            "big": 2**53 + 1,
            "on": True,
            "none": None,
            "id": {"$ref": "key"},
            "both": {"$refs": ["key", "web"]},
            "arn": {"$known": "key", "is": "arn:1"},
            "number": {"$unknown": "number"},
            "rules": [{"days": 1}, {"days": {"$unknown": True}}],
            "password": {"$secret": "canary-password"},
            "hidden": {"$secret": {"$unknown": True}},
            "body": {"$plain": {"$ref": "#/definitions/a"}},
            "code": {"$asset": {"text": "hello"}},
            "zip": {"$archive": {"assets": {"a": {"$asset": {"text": "b"}}}}},
            "__defaults": [],
            "nested": {"__defaults": []},
        },
        "outputs": {"url": {"$unknown": True}, "arn": "arn:2"},
        "options": {
            "parent": "web",
            "dependsOn": ["home"],
            "protect": True,
            "ignoreChanges": ["tags"],
            "deleteBeforeReplace": False,
            "additionalSecretOutputs": ["url"],
            "aliases": ["urn:old"],
            "customTimeouts": {"create": "5m", "delete": 90},
        },
    },
]


@pytest.fixture(scope="module")
def probe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pack]:
    with pack(tmp_path_factory.mktemp("probe"), PROBE, STACK) as started:
        yield started


ALONE = {
    "props['days']": "7.0",
    "isinstance(props['days'], int)": "False",
    "props['share']": "0.5",
    "props['big']": "9007199254740992.0",
    "props['on']": "True",
    "props['none']": "None",
    "props['arn']": "'arn:1'",
    "props['rules'][0]['days']": "1.0",
    "len(props['rules'])": "2",
    "isinstance(props['rules'], list)": "False",
    "isinstance(props['rules'], Sequence)": "True",
    "isinstance(props['nested'], dict)": "False",
    "isinstance(props['nested'], Mapping)": "True",
    "'id' in list(props)": "True",
    "props.get('missing', 1)": "1",
    "props['body']['$ref']": "'#/definitions/a'",
    "props['code'].text": "'hello'",
    "type(props['zip']).__name__": "'AssetArchive'",
    "'__defaults' in list(props)": "False",
    "list(props['nested'])": "['__defaults']",
    "'url' in list(props)": "False",
    # what is unknown raises, whichever way it is touched
    "props['id']": "unproven",
    "props.get('id')": "unproven",
    "'id' in props": "unproven",
    "props['both']": "unproven",
    "props['number']": "unproven",
    "dict(props)": "unproven",
    "props['rules'][1]['days']": "unproven",
    "props['rules'][1]": None,
    "props['hidden']": "unproven",
    # a secret arrives in plaintext
    "len(props['password'])": "15",
    "props['password']": "'[secret]'",
    # options, provider, stack
    "args.urn": "'urn:pulumi:dev::shop::acme:index:Site$aws:s3/bucket:Bucket::photos'",
    "args.opts.parent": "'urn:pulumi:dev::shop::acme:index:Site::web'",
    "args.opts.protect": "True",
    "list(args.opts.ignore_changes)": "['tags']",
    "args.opts.delete_before_replace": "False",
    "list(args.opts.additional_secret_outputs)": "['url']",
    "list(args.opts.aliases)": "['urn:old']",
    "args.opts.custom_timeouts.create_seconds": "300.0",
    "args.opts.custom_timeouts.delete_seconds": "90.0",
    "args.provider.props['region']": "'eu-west-1'",
    "args.provider.name": "'default'",
    "len(args.provider.props['token'])": "12",
    "dict(args.stack_tags)": "{'team': 'core'}",
    "pulumi.get_stack(), pulumi.get_project(), pulumi.get_organization()": "('dev', 'shop', 'acme')",
    "pulumi.runtime.is_dry_run()": "True",
    "pulumi.Config('shop').require_int('size')": "7",
}


@pytest.mark.parametrize("question", ALONE)
def test_a_resource_policy_sees(probe: Pack, question: str) -> None:
    answer = ask(probe, resources(ROWS, STACK), "photos", question)
    expected = ALONE[question]
    assert answer == [expected] if expected else len(answer) == 1


def _named(name: str) -> str:
    return f"next(r for r in args.resources if r.name == '{name}')"


IN_STACK = {
    f"{_named('photos')}.props['days']": "7.0",
    f"{_named('photos')}.props['url']": "unproven",
    f"{_named('photos')}.props['arn']": "'arn:2'",
    f"{_named('photos')}.props['id']": "unproven",
    f"dict({_named('web')}.props)": "{}",
    f"{_named('photos')}.parent.name": "'web'",
    f"{_named('web')}.parent.name": "'shop-dev'",
    f"{_named('home')}.parent.name": "'shop-dev'",
    f"{_named('default')}.parent": "None",
    f"{_named('shop-dev')}.parent": "None",
    f"{_named('shop-dev')}.opts.parent": "None",
    f"{_named('default')}.opts.parent": "None",
    f"'id' in list({_named('home')}.props)": "False",
    f"sorted(r.name for r in {_named('photos')}.dependencies)": "['home', 'key', 'web']",
    f"[r.name for r in {_named('photos')}.property_dependencies['arn']]": "['key']",
    f"sorted({_named('photos')}.property_dependencies)": "['arn', 'both', 'id']",
    f"{_named('key')}.provider.props['region']": "'eu-central-1'",
    f"{_named('web')}.provider": "None",
    f"{_named('home')}.provider": "None",
    "sorted(r.name for r in args.resources)": "['default', 'home', 'key', 'photos', 'shop-dev', 'web']",
}


@pytest.mark.parametrize("question", IN_STACK)
def test_a_stack_policy_sees(probe: Pack, question: str) -> None:
    assert ask(probe, resources(ROWS, STACK), "stack", question) == [IN_STACK[question]]


def test_a_component_shows_resource_policies_its_inputs_and_stack_policies_only_what_it_registers(probe: Pack) -> None:
    assert ask(probe, resources(ROWS, STACK), "web", "props['size']") == ["3.0"]
    rows = [{"name": "web", "type": "acme:index:Site", "component": True, "outputs": {"url": "u"}}]
    assert ask(probe, resources(rows, STACK), "stack", f"dict({_named('web')}.props)") == ["{'url': 'u'}"]


def test_every_kind_of_resource_is_shown(probe: Pack) -> None:
    for name in ("shop-dev", "home", "web", "key", "default", "photos"):
        assert ask(probe, resources(ROWS, STACK), name, "args.name") == [repr(name)]


def test_an_update_knows_every_id(tmp_path: Any) -> None:
    stack = Stack(dry_run=False)
    rows = [{"name": "photos", "type": "aws:s3/bucket:Bucket"}]
    with pack(tmp_path, PROBE, stack) as probe:
        assert ask(probe, resources(rows, stack), "stack", f"{_named('photos')}.props['id']") == ["'photos-id'"]
        assert ask(probe, resources(rows, stack), "photos", "pulumi.runtime.is_dry_run()") == ["False"]


def test_the_order_of_the_stack_is_shuffled_by_a_seed(probe: Pack) -> None:
    rows = resources([{"name": f"r{i}", "type": "aws:s3/bucket:Bucket"} for i in range(9)])
    probe.configure({"stack-probe": {"ask": ["[r.name for r in args.resources]"], "of": "stack"}})
    orders = [probe.judge(rows, seed=seed).diagnostics[0].message for seed in (None, None, 1, 1, 2)]
    assert orders[0] == orders[1]
    assert orders[2] == orders[3]
    assert len(set(orders)) == 3


def test_what_is_not_targeted_is_only_in_the_stack(probe: Pack) -> None:
    rows = resources(ROWS, STACK)
    probe.configure({"probe": {"ask": ["1"], "of": "photos"}})
    photos = rows[-1].urn
    assert probe.judge(rows).verdict("probe", photos).outcome == "fail"
    assert probe.judge(rows, untargeted={"photos"}).verdict("probe", photos).outcome == "unproven"


def test_a_default_provider_can_be_written_down(probe: Pack) -> None:
    default = {"type": "pulumi:providers:aws", "default": True, "properties": {"version": "7.1.0"}}
    rows = resources([{"name": "default_7_1_0", **default}, {"name": "photos", "type": "aws:s3/bucket:Bucket"}], STACK)
    provider = "args.provider.name, args.provider.props['version'], args.provider.urn"
    urn = "urn:pulumi:dev::shop::pulumi:providers:aws::default_7_1_0"
    assert ask(probe, rows, "photos", provider) == [str(("default_7_1_0", "7.1.0", urn))]
    assert ask(probe, rows, "stack", f"{_named('default_7_1_0')}.parent") == ["None"]
