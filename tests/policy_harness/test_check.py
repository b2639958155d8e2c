"""Tables against packs: met and unmet expectations and their messages."""

import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from im_stack.policy_harness import Harness, Mismatch, TableError, check_table, read_table
from im_stack.policy_harness.protocol.redact import Secrets
from im_stack.policy_harness.protocol.wire import secret
from tests.policy_harness.packs import write_pack

CANARY = "canary-31c0"
PACK = """
BUCKET = "aws:s3/bucket:Bucket"

def acl(args, report):
    if args.resource_type != BUCKET:
        args.not_applicable("no bucket")
    if args.props.get("acl") == "public-read":
        report("it is public")

def both(args, report):
    if args.name == "photos":
        report("at once")
        args.props["acl"]

def close(args):
    if args.props.get("acl") == "public-read":
        return {**dict(args.props), "acl": "private"}

def count(args, report):
    buckets = [r for r in args.resources if r.resource_type == BUCKET]
    if not buckets:
        args.not_applicable("no bucket")
    for bucket in buckets[int(args.get_config()["most"]):]:
        report("one too many", bucket.urn)
    if any(bucket.props.get("acl") == "public-read" for bucket in buckets):
        report("one is public", "urn:of:nothing")

def tell(args, report):
    if "key" in list(args.props):
        report(f"the key is {args.props['key']}")

most = PolicyConfigSchema({"most": {"type": "integer", "default": 1, "maximum": 9}, "how": {"enum": ["a", "b"]},
    "text": {"maxLength": 3, "minLength": 2, "pattern": "^a"}, "same": {"const": "x"}})
serve(
    resource("acl", acl),
    resource("advice", acl, enforcement_level=EnforcementLevel.ADVISORY),
    resource("closed", acl, close, enforcement_level=EnforcementLevel.REMEDIATE),
    resource("only-closes", None, close, enforcement_level=EnforcementLevel.DISABLED),
    resource("both", both, enforcement_level=EnforcementLevel.DISABLED),
    resource("tell", tell),
    resource("crash", lambda args, report: 1 / 0, enforcement_level=EnforcementLevel.DISABLED),
    stack("count", count, config_schema=most),
    stack("initial", lambda args, report: report(str(sorted(args.get_config().items())))),
    initial_config={"initial": {"enforcementLevel": EnforcementLevel.ADVISORY, "days": 7}, "count": {"most": 1}},
)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_pack(tmp_path_factory.mktemp("pack"), PACK)


@pytest.fixture(scope="module")
def harness(folder: Path) -> Iterator[Harness]:
    """One process for all tests, which shows that cases do not affect each other."""
    with Harness(folder, python=sys.executable) as harness:
        yield harness


def _checked(harness: Harness, tmp_path: Path, resources: str, expect: str, more: str = "") -> list[Mismatch]:
    file = tmp_path / "table.yaml"
    file.write_text(f"resources: {resources}\ncases:\n  - name: the case\n    expect: {expect}\n{more}")
    return [mismatch for case in read_table(file).cases for mismatch in harness.check(case)]


def _alone(tmp_path: Path, body: str, resources: str, more: str = "") -> list[Mismatch]:
    """Mismatches of a pack with one policy, which is expected to pass."""
    with Harness(write_pack(tmp_path, body), python=sys.executable) as harness:
        return _checked(harness, tmp_path, resources, "{a: pass}", more)


PUBLIC = "[{name: photos, type: 'aws:s3/bucket:Bucket', properties: {acl: public-read}}]"
PRIVATE = "[{name: photos, type: 'aws:s3/bucket:Bucket', properties: {acl: private}}]"
UNKNOWN = "[{name: photos, type: 'aws:s3/bucket:Bucket', properties: {acl: {$unknown: true}}}]"
TWO = PRIVATE[:-1] + ", {name: films, type: 'aws:s3/bucket:Bucket'}]"
SECRET = f"[{{name: photos, type: 'x:y:Z', properties: {{key: {{$secret: {CANARY}}}}}}}]"
NONE = "[]"
CONFIG = "    policyConfig: "
MET = [
    (PUBLIC, "{acl: fail}", CONFIG + "{closed: disabled}"),
    (PUBLIC, "{acl: {outcome: fail, resource: photos, message: is public}}", CONFIG + "{closed: disabled}"),
    (PUBLIC, "{acl: {outcome: fail, level: mandatory}}", CONFIG + "{closed: disabled}"),
    (PUBLIC, "{acl: {outcome: fail, level: advisory}}", CONFIG + "{all: advisory, crash: disabled}"),
    (PUBLIC, "{acl: disabled, count: disabled}", CONFIG + "{all: disabled}"),
    (PUBLIC, "{advice: {outcome: fail, level: advisory}}", CONFIG + "{closed: disabled}"),
    (PUBLIC, "{advice: {outcome: fail, level: mandatory}}", CONFIG + "{closed: disabled, advice: mandatory}"),
    (PRIVATE, "{acl: [pass, {outcome: pass, resource: photos}, {outcome: not applicable, resource: $stack}]}", ""),
    (NONE, "{acl: {outcome: not applicable, message: no bucket}, count: {outcome: not applicable}}", ""),
    (UNKNOWN, "{acl: {outcome: unproven, resource: photos, message: .acl}, count: unproven}", ""),
    # what was changed by a remediation is what everything later sees
    (PUBLIC, "{closed: {outcome: pass, remediated: {acl: private}}, acl: pass, count: pass}", ""),
    (
        PUBLIC,
        "{only-closes: {outcome: pass, remediated: {}}, acl: pass}",
        CONFIG + "{only-closes: remediate, closed: disabled}",
    ),
    (PUBLIC, "{only-closes: not applicable, acl: fail}", CONFIG + "{all: mandatory, crash: disabled}"),
    (PUBLIC, "{closed: {outcome: fail, level: mandatory}}", CONFIG + "{closed: mandatory}"),
    # a violation counts for more than what comes after it
    (UNKNOWN, "{both: fail}", CONFIG + "{both: mandatory}"),
    # the pack's own configuration says no level for `count`: the wire makes advisory of it
    (TWO, "{count: {outcome: fail, level: advisory, message: one too many}}", ""),
    (TWO, "{count: pass}", CONFIG + "{count: {most: 2}}"),
    (TWO, "{count: {outcome: fail, level: mandatory}}", CONFIG + "{count: {most: 1, enforcementLevel: mandatory}}"),
    (PUBLIC, "{count: {outcome: fail, resource: $stack, message: is public}}", CONFIG + "{closed: disabled}"),
    (PUBLIC, "{count: {outcome: pass, resource: photos}}", CONFIG + "{closed: disabled}"),
    (NONE, "{initial: {outcome: fail, level: advisory, message: \"[('days', 7.0)]\"}}", ""),
    (NONE, "{initial: {outcome: fail, message: \"[('days', 7.0), ('more', 'x')]\"}}", CONFIG + "{initial: {more: x}}"),
    (PRIVATE, "{acl: pass, initial: fail}", "    others: pass"),
]


@pytest.mark.parametrize(("resources", "expect", "more"), MET)
def test_an_expectation_that_is_met(harness: Harness, tmp_path: Path, resources: str, expect: str, more: str) -> None:
    assert _checked(harness, tmp_path, resources, expect, more) == []


NOT_MET = [
    (PRIVATE, "{acl: fail}", "", "table.yaml:4: the case: acl: expected fail, was pass"),
    (UNKNOWN, "{acl: pass}", "", "acl: expected pass, was unproven\n    can't run policy 'acl'"),
    (UNKNOWN, "{count: pass}", "", "count: expected pass, was unproven"),
    (NONE, "{acl: pass}", "", "acl: expected pass, was not applicable\n    no bucket"),
    (PUBLIC, "{acl: pass}", CONFIG + "{closed: disabled}", "expected pass, was fail\n    about acl\n    it is public"),
    (
        PUBLIC,
        "{advice: {outcome: fail, message: private, resource: photos}}",
        CONFIG + "{closed: disabled}",
        "advice on photos: expected fail, a message with 'private', was fail without such a message",
    ),
    (
        PUBLIC,
        "{advice: {outcome: fail, level: mandatory}}",
        CONFIG + "{closed: disabled}",
        "expected fail, the level mandatory, was fail at the level advisory",
    ),
    (PRIVATE, "{closed: {outcome: pass, remediated: {}}}", "", "expected pass, a remediation, was no remediation"),
    (PRIVATE, "{closed: {outcome: pass, remediated: {acl: x}}}", "", "was no remediation"),
    (PUBLIC, "{closed: {outcome: pass, remediated: {acl: x}}}", "", "was a remediation with another acl"),
    (PUBLIC, "{acl: disabled}", "", "expected disabled, was pass"),
    (UNKNOWN, "{acl: unproven}", "    others: pass", "advice: expected pass, as all others, was unproven"),
    (
        PRIVATE,
        "{crash: pass}",
        CONFIG + "{crash: mandatory}",
        ": expected pass, was raised ZeroDivisionError: division by zero (__main__.py:58)",
    ),
    (
        PUBLIC,
        "{crash: fail, acl: pass}",
        CONFIG + "{crash: mandatory, closed: disabled}",
        "acl: expected pass, was fail",
    ),
    (SECRET, "{tell: fail}", "", "tell on photos: expected no secret, was a message that holds one"),
]


@pytest.mark.parametrize(("resources", "expect", "more", "says"), NOT_MET)
def test_a_mismatch(harness: Harness, tmp_path: Path, resources: str, expect: str, more: str, says: str) -> None:
    found = "\n".join(map(str, _checked(harness, tmp_path, resources, expect, more)))
    assert says in found
    assert CANARY not in found


REFUSED = [
    ("{aclx: pass}", "", "table.yaml:4: the case: the pack has no policy 'aclx'; is it acl?"),
    ("{acl: pass}", CONFIG + "{none: mandatory}", "table.yaml:5: policyConfig: the pack has no policy 'none'"),
    ("{acl: pass}", CONFIG + "{acl: strict}", "acl: 'strict' is no enforcement level, one of advisory"),
    ("{acl: pass}", CONFIG + "{count: {most: some}}", "count: most is not of the type integer"),
    ("{acl: pass}", CONFIG + "{count: {most: 1.5}}", "count: most is not of the type integer"),
    ("{acl: pass}", CONFIG + "{count: {how: c}}", "count: how is none of a, b"),
    ("{acl: pass}", CONFIG + "{count: {most: 10, how: c}}", "count: how is none of a, b\ncount: most is 10, at most "),
    ("{acl: pass}", CONFIG + "{count: {text: a}}", "count: text has 1 characters, at least 2 is allowed"),
    ("{acl: pass}", CONFIG + "{count: {text: abcd}}", "count: text has 4 characters, at most 3 is allowed"),
    ("{acl: pass}", CONFIG + "{count: {text: ba}}", "count: text does not match ^a"),
    ("{acl: pass}", CONFIG + "{count: {same: y}}", "count: same is not x"),
]


@pytest.mark.parametrize(("expect", "more", "says"), REFUSED)
def test_what_the_pack_does_not_know(harness: Harness, tmp_path: Path, expect: str, more: str, says: str) -> None:
    with pytest.raises(TableError) as caught:
        _checked(harness, tmp_path, NONE, expect, more)
    assert says in str(caught.value)


def test_a_required_property_that_nobody_sets(tmp_path: Path) -> None:
    body = "serve(resource('a', lambda a, r: None, config_schema=PolicyConfigSchema({'n': {}}, ['n'])))"
    with pytest.raises(TableError, match="policyConfig: a: n is required"):
        _alone(tmp_path, body, NONE)
    assert _alone(tmp_path, body, NONE, CONFIG + "{a: {n: 1}}") == []


def test_after_a_crash_the_next_case_has_a_new_process(tmp_path: Path) -> None:
    body = "serve(resource('a', lambda a, r: os._exit(1) if a.name == 'bad' else None))"
    file = tmp_path / "table.yaml"
    file.write_text(
        dedent("""\
        cases:
          - {name: one, resources: [{name: bad, type: 'x:y:Z'}], expect: {a: pass}}
          - {name: two, resources: [{name: good, type: 'x:y:Z'}], expect: {a: pass}}
        """)
    )
    found = check_table(write_pack(tmp_path / "pack", body), file, python=sys.executable)
    assert [(m.case, m.actual) for m in found] == [("one", "the pack died in Analyze of 'bad'")]


@pytest.mark.parametrize(("isolated", "outcome"), [(True, []), (False, ["two"])])
def test_a_process_for_each_case(tmp_path: Path, isolated: bool, outcome: list[str]) -> None:
    """A pack with memory: in one process the second case has another verdict."""
    body = "seen = []\nserve(stack('a', lambda a, r: r('again') if seen else seen.append(1)))"
    file = tmp_path / "table.yaml"
    file.write_text("cases:\n  - {name: one, expect: {a: pass}}\n  - {name: two, expect: {a: pass}}\n")
    pack = write_pack(tmp_path / "pack", body)
    found = check_table(pack, file, python=sys.executable, isolated=isolated)
    assert [m.case for m in found] == outcome


def test_a_policy_that_leans_on_the_order_is_found(tmp_path: Path) -> None:
    body = "serve(stack('a', lambda a, r: None if [x.name for x in a.resources][-1] == 'last' else r('not last')))"
    rows = ", ".join(f"{{name: {name}, type: 'x:y:Z'}}" for name in ("b", "c", "d", "e", "f", "last"))
    assert _alone(tmp_path, body, f"[{rows}]")


def test_prove_raises_what_a_test_prints(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "table.yaml"
    file.write_text(f"resources: {PRIVATE}\ncases: [{{name: one, expect: {{acl: fail}}}}]")
    (case,) = read_table(file).cases
    with (
        Harness(folder, python=sys.executable) as harness,
        pytest.raises(AssertionError, match="expected fail, was pass"),
    ):
        harness.prove(case)


@given(st.lists(st.text(min_size=4), min_size=1), st.text(), st.text())
def test_no_secret_survives(texts: list[str], before: str, after: str) -> None:
    secrets = Secrets()
    secrets.learn({"a": [secret({"b": texts})]})
    for text in texts:
        assert text not in secrets.redact(f"{before} {text} {after}").replace("[secret]", "")
        assert repr(text)[1:-1] not in secrets.redact(f"{text!r}").replace("[secret]", "")


@pytest.mark.parametrize(
    ("value", "text", "safe"),
    [
        (7.0, "kept for 7 days, or 7.0, not 70", "kept for [secret] days, or [secret], not 70"),
        ("ab", "ab, not abc", "[secret], not abc"),
        (True, "True", "True"),
        ("first line\nsecond line", "second line", "[secret]"),
        ('a"b\\c', '"a\\"b\\\\c"', '"[secret]"'),
        ("", "text", "text"),
        (None, "None", "None"),
    ],
)
def test_a_secret_in_a_text(value: object, text: str, safe: str) -> None:
    secrets = Secrets()
    secrets.learn(secret(value))
    assert secrets.redact(text) == safe
