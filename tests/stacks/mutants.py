"""The mutants of the Jakarta stack: what is changed, and which rules must notice."""

from dataclasses import dataclass

from tests.harness.mutate import REMOVED, Change, add, declare, lose, option, put, statement, told, twin
from tests.harness.world import UNKNOWN

KEYRING = "Bucket im-keyring"
GUARD = "BucketPolicy im-keyring-guard"
PURGE = "Function im-keyring-purge"
RING = "im-keyring"
_COS = "tencentcloud:Cos"
_TRIGGER = "tencentcloud:Scf/triggerConfig:TriggerConfig"
_HERE = "qcs::cos:ap-jakarta:uid/1250000000:im-keyring-ap-jakarta-1250000000"
_ONE_USER = ["qcs::cam::uin/100000000001:uin/100000000002"]
_ALL_USERS = ["qcs::cam::uin/100000000001:uin/*"]
_WHEN = {"ip_equal": {"qcs:ip": "10.0.0.0/8"}}
_ACTS = ("PutBucketVersioning", "PutBucketReplication", "PutBucketObjectLockConfiguration", "PutBucketInventory")


@dataclass(frozen=True)
class Mutant:
    """`rules` are those that must block it: a `?` behind one that need not fail, but may only be unproven."""

    name: str
    rules: tuple[str, ...]
    changes: tuple[Change, ...]


def m(name: str, rules: str, *changes: Change) -> Mutant:
    return Mutant(name, tuple(rules.split()), changes)


_SEALED = {
    "im-ckafka": ("im-ckafka-messages", "encrypted-at-rest"),
    "im-mongodb": ("chats", "ceiling encrypted-at-rest"),
    "im-redis": ("inbox", "ceiling"),
    "im-media": ("im-media", ""),  # its lifecycle ends it within the period, sealed or not, and a master key covers it
}
"""Where messages are declared, each first in its component: the holding, and what else fails once it is in clear."""


def _seals(component: str, holding: str, rules: str) -> list[Mutant]:
    flow = {"source": "clients", "target": holding}
    return [
        m(f"{component}: no seal", f"declared-holdings {rules}", declare(component, "holdings.0.seals", [])),
        m(f"{component}: another seal", "keyring-guarded", declare(component, "holdings.0.seals", ["other-epochs"])),
        m(f"{component}: written in clear", f"declared-holdings {rules}", declare(component, "flows.0.sealed", False)),
        m(
            f"{component}: in clear unless told",
            f"declared-holdings {rules}",
            declare(component, "flows.0.sealed", REMOVED),
        ),
        m(f"{component}: one more flow, in clear", f"declared-holdings {rules}", declare(component, "flows.9", flow)),
        m(f"{component}: no flow", "ceiling?", declare(component, "flows.0", REMOVED)),
        m(
            f"{component}: silent about what stays in clear",
            "declared-holdings",
            declare(component, "holdings.0.clear", REMOVED),
        ),
        m(
            f"{component}: messages stay in clear",
            "declared-holdings",
            declare(component, "holdings.0.clear", "messages"),
        ),
        m(
            f"{component}: another class stays in clear",
            "declared-holdings",
            declare(component, "holdings.0.clear", "no-such-class"),
        ),
    ]


SEALS = [mutant for component, row in _SEALED.items() for mutant in _seals(component, *row)]

_POLICY = [
    m("only over plain HTTP no more refused", "encrypted-in-transit", statement(GUARD, 0, "", REMOVED)),
    m("old TLS no more refused", "encrypted-in-transit", statement(GUARD, 1, "", REMOVED)),
    m("no act refused", "keyring-guarded", statement(GUARD, 2, "", REMOVED)),
    m("people may list", "keyring-guarded", statement(GUARD, 3, "", REMOVED)),
    m("one user may not list", "keyring-guarded", statement(GUARD, 3, "principal.qcs", _ONE_USER)),
    m("acts refused to people only", "keyring-guarded", statement(GUARD, 2, "principal.qcs", _ALL_USERS)),
    m("acts refused to one user", "keyring-guarded", statement(GUARD, 2, "principal.qcs", _ONE_USER)),
    m("acts refused to nobody named", "keyring-guarded", statement(GUARD, 2, "principal", REMOVED)),
    m("acts allowed", "keyring-guarded no-public-door", statement(GUARD, 2, "effect", "allow")),
    m("acts refused but for one", "keyring-guarded", statement(GUARD, 2, "notAction", ["name/cos:PutObject"])),
    m(
        "reading allowed to anybody",
        "no-public-door",
        statement(
            GUARD,
            4,
            "",
            {
                "effect": "allow",
                "principal": {"qcs": ["qcs::cam::anyone:anyone"]},
                "action": ["name/cos:GetObject"],
                "resource": [f"{_HERE}/*"],
            },
        ),
    ),
    *(
        m(f"statement {index}: {what}", "keyring-guarded", statement(GUARD, index, path, value))
        for index in (2, 3)
        for what, path, value in (
            ("a condition", "condition", _WHEN),
            ("a prefix", "resource", [f"{_HERE}/epochs/*"]),
            ("the bucket without what is in it", "resource", [_HERE]),
            ("one object", "resource", [f"{_HERE}/x"]),
            ("another bucket", "resource", [f"{_HERE[:-1]}1/*"]),
            ("another account", "resource", [_HERE.replace("1250000000:", "1250000001:") + "/*"]),
            ("another region", "resource", [_HERE.replace("jakarta", "singapore") + "/*"]),
            ("nothing named", "resource", []),
        )
    ),
    *(
        m(f"without {act}", "keyring-guarded", statement(GUARD, 2, f"action.{index}", REMOVED))
        for index, act in enumerate(_ACTS)
    ),
    *(
        m(f"{act} misspelt", "keyring-guarded", statement(GUARD, 2, f"action.{index}", f"cos:{act}"))
        for index, act in enumerate(_ACTS)
    ),
    m("no policy", "keyring-guarded encrypted-in-transit", lose(GUARD)),
    m(
        "policy of another bucket",
        "keyring-guarded known-types?",
        put(GUARD, "bucket", "im-media-ap-jakarta-1250000000"),
    ),
    m("policy not known", "keyring-guarded? known-types?", put(GUARD, "policy", UNKNOWN)),
    m("policy not readable", "keyring-guarded? known-types?", put(GUARD, "policy", "{")),
    m(
        "a second policy that guards nothing",
        "keyring-guarded",
        twin(GUARD, "second", statement(GUARD, 2, "", REMOVED)),
    ),
    m("policy ignored", "judged-arguments-count", option(GUARD, ignore_changes=["policy"])),
]
_BUCKET = [
    m("versions", "keyring-guarded ceiling", put(KEYRING, "versioningEnable", True)),
    m("versions not known", "keyring-guarded? ceiling?", put(KEYRING, "versioningEnable", UNKNOWN)),
    *(
        m(
            f"versions {status} beside it",
            "keyring-guarded",
            add(f"{_COS}/bucketVersion:BucketVersion", "versions", {"status": status}, bucket=KEYRING),
        )
        for status in ("Enabled", "Suspended")
    ),
    m(
        "versions beside it, by name",
        "keyring-guarded ceiling",
        add(
            f"{_COS}/bucketVersion:BucketVersion",
            "v",
            {"bucket": "im-keyring-ap-jakarta-1250000000", "status": "Enabled"},
        ),
    ),
    m(
        "versions beside it, of which is not known",
        "known-types?",
        add(f"{_COS}/bucketVersion:BucketVersion", "v", {"bucket": UNKNOWN, "status": "Enabled"}),
    ),
    m("several zones", "keyring-guarded ceiling", put(KEYRING, "multiAz", True)),
    m("replicated", "copies-stay-home", put(KEYRING, "replicaRules", [{"status": "Enabled"}])),
    m("an inventory", "copies-stay-home", add(f"{_COS}/bucketInventory:BucketInventory", "i", {}, bucket=KEYRING)),
    m("an object copied", "copies-stay-home", add(f"{_COS}/objectCopyOperation:ObjectCopyOperation", "o", {})),
    m("an object fetched", "copies-stay-home", add(f"{_COS}/objectDownloadOperation:ObjectDownloadOperation", "o", {})),
    m("a batch job", "copies-stay-home", add(f"{_COS}/batch:Batch", "batch", {})),
    m("public", "no-public-door", put(KEYRING, "acl", "public-read")),
    m("public by a list", "no-public-door", put(KEYRING, "aclBody", "<x/>")),
    m("a website", "no-public-door", put(KEYRING, "website", {"indexDocument": "x"})),
    m("accelerated", "copies-stay-home", put(KEYRING, "accelerationEnable", True)),
    m("unfinished uploads of keys kept", "ceiling", put(KEYRING, "lifecycleRules", REMOVED)),
    m("unfinished uploads of some keys kept", "ceiling", put(KEYRING, "lifecycleRules.0.filterPrefix", "epochs/")),
    m("not encrypted", "encrypted-at-rest", put(KEYRING, "encryptionAlgorithm", REMOVED)),
    m("logs to nowhere", "known-types?", put(KEYRING, "logEnable", True)),
    m("gone from the stack, not from the cloud", "judged-arguments-count", option(KEYRING, retain_on_delete=True)),
    m("everything ignored", "judged-arguments-count", option(KEYRING, ignore_changes=["*"])),
    m("versions ignored", "judged-arguments-count", option(KEYRING, ignore_changes=["versioningEnable"])),
    m("looked up", "known-types?", option(KEYRING, read=True)),
    m("no bucket", "known-types?", lose(KEYRING)),
]
GUARDS = [*_POLICY, *_BUCKET]

TIMERS = [
    m("no trigger", "sweeps-alive ceiling", put(PURGE, "triggers", [])),
    m("no word of a trigger", "sweeps-alive ceiling", put(PURGE, "triggers", REMOVED)),
    m("triggers not known", "sweeps-alive? ceiling?", put(PURGE, "triggers", UNKNOWN)),
    m("another kind of trigger", "sweeps-alive ceiling", put(PURGE, "triggers.0.type", "cos")),
    *(
        m(
            f"{what} beside it",
            "sweeps-alive?",
            add(_TRIGGER, "t", {"triggerName": "turnover", **row}, functionName=PURGE),
        )
        for what, row in (
            ("switched off", {"enable": "CLOSE"}),
            ("not known to be on", {"enable": UNKNOWN}),
            ("slower", {"enable": "OPEN", "triggerDesc": "0 0 2 * * * *"}),
            ("not readable", {"enable": "OPEN", "triggerDesc": "whenever"}),
            ("of a trigger not known", {"enable": "CLOSE", "triggerName": UNKNOWN}),
        )
    ),
    m(
        "switched off by name",
        "sweeps-alive ceiling",
        add(
            _TRIGGER, "t", {"functionName": "im-keyring-purge-ap-jakarta", "triggerName": "turnover", "enable": "CLOSE"}
        ),
    ),
    *(
        m(f"at {cron}", rule, put(PURGE, "triggers.0.triggerDesc", cron))
        for cron, rule in (
            ("0 0 */2 * * * *", "sweeps-alive ceiling"),
            ("0 0 3 * * * *", "sweeps-alive ceiling"),
            ("0 0 0 1 * * *", "sweeps-alive? ceiling"),
            ("0 0 * * * MON *", "sweeps-alive? ceiling"),
            ("0 0 * * * * 2020", "sweeps-alive? ceiling"),
            ("@hourly", "sweeps-alive? ceiling"),
            ("", "sweeps-alive? ceiling"),
            (UNKNOWN, "sweeps-alive? ceiling"),
        )
    ),
    m("no function", "known-types?", lose(PURGE)),
    m("everything ignored", "judged-arguments-count", option(PURGE, ignore_changes=["*"])),
    *(
        m(f"{argument} ignored", "judged-arguments-count", option(PURGE, ignore_changes=[argument]))
        for argument in ("triggers[0].triggerDesc", "environment", "timeout")
    ),
    m("longer runs", "ceiling", put(PURGE, "timeout", 900.0)),
    m("runs of a length not known", "ceiling?", put(PURGE, "timeout", UNKNOWN)),
    m("on the Internet", "no-public-door", put(PURGE, "enablePublicNet", True)),
]

_TOLD = "IM_KEYRING"
_LIFE = "classes.messages.life"
KEYS = [
    m("told a longer life", "ceiling erasure-in-time", told(PURGE, _TOLD, _LIFE, "P7DT21H40M")),
    m("told one minute more", "ceiling", told(PURGE, _TOLD, _LIFE, "P6DT21H41M")),
    m("told a longer epoch", "ceiling", told(PURGE, _TOLD, "classes.messages.epoch", "PT2H")),
    m("told a life without number", "ceiling known-types?", told(PURGE, _TOLD, _LIFE, "P1M")),
    m("told no life", "ceiling known-types?", told(PURGE, _TOLD, _LIFE, REMOVED)),
    m("told another class", "ceiling", told(PURGE, _TOLD, "classes", {"x": {"epoch": "PT1H", "life": "P1D"}})),
    m("told no class", "ceiling", told(PURGE, _TOLD, "classes", {})),
    m("told another bucket", "ceiling", told(PURGE, _TOLD, "bucket", "im-media-ap-jakarta-1250000000")),
    m("told nothing readable", "ceiling known-types?", put(PURGE, "environment.IM_KEYRING", "x")),
    m("told what is not known", "ceiling known-types?", put(PURGE, "environment.IM_KEYRING", UNKNOWN)),
    m("told nothing", "ceiling", put(PURGE, "environment.IM_KEYRING", REMOVED)),
    m("an environment not known", "ceiling known-types?", put(PURGE, "environment", UNKNOWN)),
    m(
        "a second function with a longer life",
        "ceiling",
        twin(PURGE, "second", put(PURGE, "name", "second"), told(PURGE, _TOLD, _LIFE, "P30D")),
    ),
    m(
        "a second function with a longer epoch",
        "ceiling",
        twin(PURGE, "second", put(PURGE, "name", "second"), told(PURGE, _TOLD, "classes.messages.epoch", "P1D")),
    ),
    m("a longer life declared", "ceiling", declare(RING, "keyrings.0.life", "P7DT21H40M")),
    m("a longer epoch declared", "ceiling", declare(RING, "keyrings.0.epoch", "PT2H")),
    m("keys held longer by applications", "ceiling", declare(RING, "keyrings.0.cache", "PT16M")),
    m("a slower turnover declared", "ceiling", declare(RING, "keyrings.0.sweep.period", "PT2H")),
    m("longer runs declared", "ceiling", declare(RING, "keyrings.0.sweep.run", "PT6M")),
    m("a faster turnover declared", "sweeps-alive", declare(RING, "keyrings.0.sweep.period", "PT30M")),
    m("another function declared", "known-types?", declare(RING, "keyrings.0.sweep.function", "x")),
    m("another bucket declared", "known-types?", declare(RING, "keyrings.0.store", "im-media")),
    m("another name", "keyring-guarded ceiling", declare(RING, "keyrings.0.name", "others")),
    m("another class sealed", "ceiling", declare(RING, "keyrings.0.sealsClass", "user-information")),
    m("no keyring", "keyring-guarded ceiling declared-holdings", declare(RING, "keyrings", [])),
    m("another version of the words", "known-types?", declare(RING, "version", 2.0)),
    m("words not known", "known-types?", put(RING, "imDeclares", UNKNOWN)),
    m("no word of a keyring", "keyring-guarded ceiling declared-holdings", put(RING, "imDeclares", REMOVED)),
    m("no component", "keyring-guarded ceiling", lose(RING)),
]
