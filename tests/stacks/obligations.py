"""A mutant of its own for every static obligation: what breaks it in the stack in Jakarta, by which rule it is noticed.

In: the check of the stack. Out: the judgement of the mutant: resources changed as by hand, or another declaration.
docs/checking/obligations.md has the table, beside duties, rules and tests.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from im_stack.policies.judge import Judgement, judge
from im_stack.preflight.judgement.one_stack import Check
from im_stack.preflight.recording.recording import Registration, to_resources
from im_stack.terms.duties.resolve import library_for, resolve
from im_stack.terms.stack.declaration import parse_declaration
from tests.harness.mutate import REMOVED, Change, add, beside, changed, declare, find, lose, option, put, told, twin
from tests.harness.stacks import changed_config
from tests.harness.world import TODAY
from tests.stacks.beside import administrative
from tests.stacks.mutants import KEYRING, PURGE

STACK: Final = "tencent-ap-jakarta"
_ANYONE: Final = {
    "effect": "allow",
    "principal": {"qcs": ["qcs::cam::anyone:anyone"]},
    "action": ["name/cos:GetObject"],
}
_WORLD: Final = [{"protocol": "TCP", "port": "6379", "cidrBlock": "0.0.0.0/0", "action": "ACCEPT"}]
_ABROAD: Final = [{"status": "Enabled", "destinationBucket": "qcs::cos:ap-singapore::copies-1250000000", "id": "1"}]
_WAIVER: Final = {
    "rule": "ceiling",
    "resource": "im-media",
    "reason": "an exception that nothing needs",
    "owner": "the owner",
    "evidence": "https://example.com/decisions/9",
    "expires": "2027-12-31",
}


@dataclass(frozen=True)
class Variant:
    """The stack, or one that passes as it does: with other resources, and paths of its declaration
    (`classes.messages.period`) with other values."""

    changes: tuple[Change, ...] = ()
    said: Mapping[str, Any] = field(default_factory=dict)
    base: Callable[[], Check] | None = None  # the check of another stack than STACK

    def judged(self, check: Check) -> Judgement:
        check = self.base() if self.base else check
        declaration = parse_declaration(changed_config(check.stack.structured, self.said))
        duties = resolve(declaration, library_for(declaration))
        registrations = check.recording["registrations"]
        return judge(to_resources(changed(registrations, *self.changes)), duties, today=TODAY)


@dataclass(frozen=True)
class Own:
    """The mutant of one obligation, of a variant that passes without it."""

    obligation: str
    rule: str
    what: str
    changes: tuple[Change, ...] = ()
    said: Mapping[str, Any] = field(default_factory=dict)
    of: Variant = Variant()

    def judged(self, check: Check) -> Judgement:
        both = Variant((*self.of.changes, *self.changes), {**self.of.said, **self.said}, self.of.base)
        return both.judged(check)

    def cites(self, found: Judgement) -> bool:
        """Whether what blocks names the obligation, by the mutant's rule."""
        return any(
            v.blocks and v.rule == self.rule and self.obligation in {duty.partition("/")[0] for duty in v.duties}
            for v in found.verdicts
        )


def links(label: str, argument: str, target: str) -> Change:
    """An argument that is another resource's output."""

    def change(registrations: list[Registration]) -> None:
        find(registrations, label)["links"][argument] = [find(registrations, target)["urn"]]

    return change


def own(
    obligation: str,
    rule: str,
    what: str,
    *changes: Change,
    said: Mapping[str, Any] | None = None,
    of: Variant = Variant(),
) -> Own:
    return Own(obligation, rule, what, changes, said or {}, of)


_MESSAGES, _PROFILES = "classes.messages", "classes.user-information"


def _passed_on(obligation: str, data_class: str) -> Own:
    """A class that the owner decides not to store, and that rests where it did."""
    at, passing = f"classes.{data_class}", {"within": "PT1H", "source": "decided for this stack"}
    said = {f"{at}.store": False, f"{at}.transient": passing, f"{at}.period": REMOVED, f"{at}.clock": REMOVED}
    return own(obligation, "no-store", f"{data_class} are not to be stored, and are", said=said)


def _party(obligation: str, rule: str, what: str, *changes: Change, **party: Any) -> Own:
    row = {"name": "Example", "country": "indonesia", "basis": "agreement", "classes": ["messages"]} | party
    return own(obligation, rule, what, *changes, said={"sub-processors.1": row | {"source": "decided for this stack"}})


_ROW: Final = {
    "name": "faces",
    "store": "im-mysql",
    "dataClass": "kenalan-biometric",
    "clock": "last-write",
    "ttl": "P21D",
    "sweep": {"name": "faces", "period": "PT1H", "run": "PT15M", "repair": "P1D", "by": "the application's purge job"},
}
_FACES: Final = Variant(
    (
        twin("Key im-keys-key", "faces", put("Key im-keys-key", "alias", "faces")),
        links("Bucket im-avatars", "kmsId", "Key faces"),
        declare("im-avatars", "holdings.0.dataClass", "kenalan-biometric"),
    ),
    {
        "instruments": {"kenalan": {"role": "controller", "source": "the operator is Kenalan"}},
        "elsewhere.kenalan-biometric": REMOVED,
        "sub-processors.0.classes": ["messages", "user-information", "access-logs", "kenalan-biometric"],
        "classes.kenalan-biometric": {
            "store": True,
            "period": "P30D",
            "clock": "last-write",
            "backups": "counted",
            "erasure": {"within": "P30D", "no-write-after-request": "the application", "source": "decided for it"},
        },
    },
)
"""The stack of Kenalan alone, with faces in a bucket and under a key of their own."""

_GROUNDS: Final = {"TC-XFR-01": "standard-clauses", "TC-TUR-01": "consent"}


def _excepted(obligation: str, until: str = "2030-12-31") -> dict[str, Any]:
    """Exceptions by which what the stack of administrative information holds rests in Indonesia."""
    row = {"obligation": obligation, "ground": _GROUNDS[obligation], "target": "indonesia", "until": until}
    row |= {"evidence": "what binds each of them is kept in writing"}
    return {"exceptions": [row | {"class": name} for name in ("tc-registration", "tc-interactions")]}


def _residents(place: str, **said: Any) -> Variant:
    """The stack of Tencent Cloud's policy in Jakarta, for residents of a place."""
    return Variant(said={"residents": [place], **said}, base=lambda: administrative("tencent"))


_IN_CLEAR: Final = {"rule": "encrypted-at-rest", "resource": "Bucket dealings"}

OWN: Final = (
    own(
        "TC-PHL-03",
        "accesses-logged",
        "requests for what customers enter are not logged",
        put("Bucket registrations", "logEnable", False),
        of=_residents("philippines"),
    ),
    own(
        "TC-XFR-01",
        "home-region",
        "the basis of a transfer out of the EEA has ended",
        said=_excepted("TC-XFR-01", "2026-01-01"),
        of=_residents("germany", **_excepted("TC-XFR-01")),
    ),
    own(
        "TC-TUR-03",
        "encrypted-at-rest",
        "dealings of residents of Turkey rest in clear, under a waiver",
        put("Bucket dealings", "encryptionAlgorithm", REMOVED),
        said={"waivers": [_WAIVER | _IN_CLEAR]},
        of=_residents("turkey", **_excepted("TC-TUR-01")),
    ),
    own(
        "KN-BIO-01",
        "separation",
        "faces under the key of the other stores",
        links("Bucket im-avatars", "kmsId", "Key im-keys-key"),
        of=_FACES,
    ),
    own(
        "SP-SEP-01",
        "separation",
        "faces in the database of profiles",
        declare("im-mysql", "holdings.1", _ROW),
        of=_FACES,
    ),
    own(
        "IM-SEN-01",
        "declared-holdings",
        "the bucket of avatars holds faces",
        declare("im-avatars", "holdings.0.dataClass", "kenalan-biometric"),
    ),
    own(
        "IM-PUR-01",
        "known-types",
        "a search cluster beside the stores",
        add("tencentcloud:Elasticsearch/instance:Instance", "search", {"instanceName": "search"}),
    ),
    own(
        "IM-SVC-01",
        "known-types",
        "a store of a seventh service",
        add("tencentcloud:Postgresql/instance:Instance", "seventh", {"name": "seventh"}),
    ),
    own(
        "IM-RET-01", "ceiling", "rows of profiles are purged after 60 d", declare("im-mysql", "holdings.0.ttl", "P60D")
    ),
    own(
        "IM-RET-02",
        "ceiling",
        "no period is chosen for profiles, which end after 30 d",
        said={f"{_PROFILES}.period": REMOVED},
    ),
    own(
        "IM-RET-03",
        "ceiling",
        "the keys of messages live 30 d",
        told(PURGE, "IM_KEYRING", "classes.messages.life", "P30D"),
    ),
    own(
        "IM-RET-04",
        "ceiling",
        "no period is chosen for messages, whose keys live 10 d",
        told(PURGE, "IM_KEYRING", "classes.messages.life", "P10D"),
        said={f"{_MESSAGES}.period": REMOVED},
    ),
    own(
        "IM-LAW-01",
        "waivers-hold",
        "rows of profiles are purged after 60 d, and a waiver without a ground of the text excuses that",
        declare("im-mysql", "holdings.0.ttl", "P60D"),
        said={"waivers": [_WAIVER | {"resource": "user-information"}]},
    ),
    own(
        "KN-LOS-01",
        "loss-prevented",
        "lost objects are lost, and that is not accepted",
        said={"accepted-losses.cos": REMOVED},
    ),
    _passed_on("IM-NOS-01", "user-information"),
    _passed_on("IM-NOS-02", "messages"),
    _passed_on("SP-NOS-01", "access-logs"),
    _party("IM-SUB-01", "sub-processors", "a sub-processor that nothing here uses", account="100000000077"),
    own(
        "KN-SHR-01",
        "no-public-door",
        "media may be read by an account that is no sub-processor",
        beside(
            "BucketPolicy im-media-policy",
            _ANYONE | {"principal": {"qcs": ["qcs::cam::uin/100000000078:uin/100000000078"]}},
        ),
    ),
    _party(
        "SP-SUB-01",
        "sub-processors",
        "a sub-processor by an endpoint that nothing sends to",
        endpoint="203.0.113.7",
    ),
    own(
        "IM-DEL-01",
        "erasure-in-time",
        "messages must be erased within 3 d",
        said={f"{_MESSAGES}.erasure.within": "P3D"},
    ),
    own(
        "IM-REG-01",
        "home-region",
        "MySQL in a zone of Singapore",
        put("Instance im-mysql", "availabilityZone", "ap-singapore-1"),
    ),
    own(
        "KN-TLS-01",
        "encrypted-in-transit",
        "clients reach the edge by HTTP",
        put("Listener im-edge-443", "protocol", "HTTP"),
    ),
    own(
        "KN-ENC-01",
        "encrypted-at-rest",
        "avatars without encryption",
        put("Bucket im-avatars", "encryptionAlgorithm", REMOVED),
    ),
    own(
        "KN-ATK-01",
        "no-public-door",
        "MySQL with an address on the Internet",
        put("Instance im-mysql", "internetService", 1.0),
    ),
    own("KN-ACC-01", "no-public-door", "media may be read by anyone", beside("BucketPolicy im-media-policy", _ANYONE)),
    own("KN-LCM-01", "declared-holdings", "the bucket of media declares nothing", declare("im-media", "holdings", [])),
    own("KN-RET-01", "ceiling", "access logs are kept for 90 d", put("Topic im-access", "period", 90.0)),
    own(
        "KN-RES-01",
        "copies-stay-home",
        "media are replicated to Singapore",
        put("Bucket im-media", "replicaRules", _ABROAD),
    ),
    own(
        "KN-EOL-01",
        "ingress-first",
        "the edge is made beside the stores, so that they may be deleted while it lets clients in",
        option("im-edge", dependencies=[]),
    ),
    own("KN-DIS-01", "no-public-door", "avatars are public", put("Bucket im-avatars", "acl", "public-read")),
    own(
        "SP-RET-01",
        "ceiling",
        "backups of MySQL are kept for 60 d",
        put("BackupPolicy im-mysql-backups", "retentionPeriod", 60.0),
    ),
    own(
        "SP-DEC-01",
        "judged-arguments-count",
        "a lifecycle is ignored",
        option("Bucket im-avatars", ignore_changes=["lifecycleRules"]),
    ),
    own(
        "SP-ENC-01",
        "encrypted-at-rest",
        "MySQL without encryption of its tables",
        lose("InstanceEncryptionOperation im-mysql-tde"),
    ),
    own("SP-TLS-01", "encrypted-in-transit", "Redis without TLS", lose("Ssl im-redis-tls")),
    own(
        "SP-DOR-01",
        "no-public-door",
        "Redis admits every address",
        put("GroupRuleSet im-network-redis-rules", "ingresses", _WORLD),
    ),
    own("SP-REG-01", "copies-stay-home", "keys are replicated to Singapore", put(KEYRING, "replicaRules", _ABROAD)),
    own(
        "SP-DEL-01",
        "nothing-survives-deletion",
        "MySQL is prepaid and waits in the recycle bin",
        put("Instance im-mysql", "chargeType", "PREPAID"),
        put("Instance im-mysql", "forceDelete", False),
    ),
    own(
        "SP-ERA-01",
        "erasure-in-time",
        "access logs must be erased within 10 d",
        said={"classes.access-logs.erasure.within": "P10D"},
    ),
    own("SP-KEY-01", "keyring-guarded", "versions of the keyring", put(KEYRING, "versioningEnable", True)),
    own("SP-ALM-01", "sweeps-watched", "an alarm without its notice", lose("AlarmNotice im-alarm-notice")),
    own(
        "SP-END-01",
        "floor",
        "access logs are kept until an account ends, and end by age",
        said={
            "classes.access-logs.period": REMOVED,
            "classes.access-logs.until": {"account-end": "P30D"},
        },
    ),
    own("SP-WAV-01", "waivers-hold", "a waiver that excuses nothing", said={"waivers": [_WAIVER]}),
)
