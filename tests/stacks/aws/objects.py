"""Mutants of the buckets, the keyring and the master key."""

from tests.harness.mutate import REMOVED, add, lose, option, put, statement, twin
from tests.harness.world import UNKNOWN
from tests.stacks.mutants import Mutant, m

_S3 = "aws:s3"
KEYRING, RING = "Bucket im-keyring", "im-keyring"
_GUARD = "BucketPolicy im-keyring-policy"
_HERE = "arn:aws:s3:::im-keyring-123456789012-ap-southeast-3"
_ACTS = (
    "PutBucketVersioning",
    "PutReplicationConfiguration",
    "PutBucketObjectLockConfiguration",
    "PutInventoryConfiguration",
)
_WHEN = {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}
_MEDIA, _AVATARS = (
    "BucketLifecycleConfiguration im-media-lifecycle",
    "BucketLifecycleConfiguration im-avatars-lifecycle",
)
_BUCKETS = ("media", "avatars", "access", "keyring")


def _of_every_bucket() -> list[Mutant]:
    rows = []
    for part in _BUCKETS:
        bucket, policy = f"Bucket im-{part}", f"BucketPolicy im-{part}-policy"
        private, life = (
            f"BucketPublicAccessBlock im-{part}-private",
            f"BucketLifecycleConfiguration im-{part}-lifecycle",
        )
        rows += [
            m(f"{part}: plain HTTP", "encrypted-in-transit", statement(policy, 0, "", REMOVED)),
            m(f"{part}: old TLS", "encrypted-in-transit", statement(policy, 1, "", REMOVED)),
            m(f"{part}: no policy", "encrypted-in-transit", lose(policy)),
            m(
                f"{part}: HTTPS asked of objects only",
                "encrypted-in-transit",
                statement(policy, 0, "Resource.0", REMOVED),
            ),
            m(
                f"{part}: HTTPS asked of the bucket only",
                "encrypted-in-transit",
                statement(policy, 0, "Resource.1", REMOVED),
            ),
            m(
                f"{part}: HTTPS asked of one principal",
                "encrypted-in-transit",
                statement(policy, 0, "Principal", {"AWS": "1"}),
            ),
            m(
                f"{part}: HTTPS asked from somewhere",
                "encrypted-in-transit",
                statement(policy, 0, "Condition.IpAddress", {}),
            ),
            m(
                f"{part}: the policy is another bucket's",
                "encrypted-in-transit known-types?",
                put(policy, "bucket", "x"),
            ),
            m(f"{part}: nothing blocks public access", "no-public-door?", lose(private)),
            *(
                m(f"{part}: {flag} off", "no-public-door", put(private, flag, False))
                for flag in ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
            ),
            m(f"{part}: in another region", "home-region", put(bucket, "region", "ap-southeast-1")),
            m(f"{part}: its lifecycle in another region", "home-region", put(life, "region", "ap-southeast-1")),
            m(
                f"{part}: replicated",
                "copies-stay-home",
                add(f"{_S3}/bucketReplicationConfig:BucketReplicationConfig", "r", {}, bucket=bucket),
            ),
            m(
                f"{part}: locked",
                "copies-stay-home",
                add(f"{_S3}/bucketObjectLockConfiguration:BucketObjectLockConfiguration", "l", {}, bucket=bucket),
            ),
            m(f"{part}: an inventory", "copies-stay-home", add(f"{_S3}/inventory:Inventory", "i", {}, bucket=bucket)),
            m(
                f"{part}: a website",
                "no-public-door",
                add(f"{_S3}/bucketWebsiteConfiguration:BucketWebsiteConfiguration", "w", {}, bucket=bucket),
            ),
            m(
                f"{part}: logs to nowhere",
                "known-types?",
                add(f"{_S3}/bucketLogging:BucketLogging", "l", {"targetBucket": "x"}, bucket=bucket),
            ),
            m(f"{part}: retained", "judged-arguments-count", option(bucket, retain_on_delete=True)),
            m(f"{part}: everything ignored", "judged-arguments-count", option(bucket, ignore_changes=["*"])),
            m(f"{part}: its lifecycle ignored", "judged-arguments-count", option(life, ignore_changes=["rules"])),
            m(f"{part}: its region ignored", "judged-arguments-count", option(bucket, ignore_changes=["region"])),
            m(f"{part}: looked up", "known-types?", option(bucket, read=True)),
            m(f"{part}: by no declared provider", "explicit-provider", option(bucket, provider="")),
        ]
    return rows


def _of_objects() -> list[Mutant]:
    return [
        row
        for life, days in ((_MEDIA, 29.0), (_AVATARS, 29.0))
        for row in (
            m(f"{life}: a day longer", "ceiling", put(life, "rules.0.expiration.days", days)),
            m(f"{life}: off", "ceiling", put(life, "rules.0.status", "Disabled")),
            m(f"{life}: of a part", "ceiling", put(life, "rules.0.filter", {"prefix": "a/"})),
            m(f"{life}: of a tag", "ceiling", put(life, "rules.0.filter", {"tag": {"key": "a", "value": "b"}})),
            m(f"{life}: not known", "ceiling?", put(life, "rules", UNKNOWN)),
            m(f"{life}: gone", "ceiling sweeps-alive", lose(life)),
            m(f"{life}: a second, longer one", "ceiling", twin(life, "b", put(life, "rules.0.expiration.days", 90.0))),
            m(f"{life}: uploads kept", "ceiling", put(life, "rules.0.abortIncompleteMultipartUpload", REMOVED)),
        )
    ]


def _versions() -> list[Mutant]:
    token = f"{_S3}/bucketVersioning:BucketVersioning"
    rows = [
        m(
            f"{part}: versions {status}",
            rules,
            add(token, "v", {"versioningConfiguration": {"status": status}}, bucket=f"Bucket im-{part}"),
            *(
                [
                    put(
                        f"BucketLifecycleConfiguration im-{part}-lifecycle",
                        "rules.0.noncurrentVersionExpiration",
                        REMOVED,
                    )
                ]
                if "ceiling" in rules
                else []
            ),
        )
        for status in ("Enabled", "Suspended")
        for part, rules in (("avatars", "ceiling"), ("media", "ceiling"), ("keyring", "keyring-guarded"))
    ]
    return [*rows, m("keyring: a lock at birth", "keyring-guarded", put(KEYRING, "objectLockEnabled", True))]


_GUARDS = [
    m("keyring: no act refused", "keyring-guarded", statement(_GUARD, 2, "", REMOVED)),
    m("keyring: anybody may list", "keyring-guarded", statement(_GUARD, 3, "", REMOVED)),
    m(
        "keyring: any role may list",
        "keyring-guarded",
        statement(_GUARD, 3, "Condition.ArnNotEquals", {"aws:PrincipalArn": "arn:aws:iam::123456789012:role/*"}),
    ),
    m(
        "keyring: listing refused to one role only",
        "keyring-guarded",
        statement(
            _GUARD,
            3,
            "Condition",
            {"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::123456789012:role/im-keyring-purge-ap-southeast-3"}},
        ),
    ),
    m("keyring: acts allowed", "keyring-guarded no-public-door", statement(_GUARD, 2, "Effect", "Allow")),
    m("keyring: acts refused but for one", "keyring-guarded", statement(_GUARD, 2, "NotAction", ["s3:GetObject"])),
    *(
        m(f"keyring: statement {index}: {what}", "keyring-guarded", statement(_GUARD, index, path, value))
        for index in (2, 3)
        for what, path, value in (
            (
                "one more condition",
                "Condition.IpAddress" if index == 3 else "Condition",
                _WHEN["IpAddress"] if index == 3 else _WHEN,
            ),
            ("objects only", "Resource", [f"{_HERE}/*"]),
            ("another bucket", "Resource", [f"{_HERE}1", f"{_HERE}1/*"]),
            ("another partition", "Resource", [_HERE.replace("aws", "aws-cn")]),
            ("nothing named", "Resource", []),
            ("one principal", "Principal", {"AWS": "123456789012"}),
        )
    ),
    *(
        m(f"keyring: without {act}", "keyring-guarded", statement(_GUARD, 2, f"Action.{index}", REMOVED))
        for index, act in enumerate(_ACTS)
    ),
]
_KEYS = [
    m("key off", "encrypted-at-rest", put("Key im-keys-key", "isEnabled", False)),
    m("key that only signs", "encrypted-at-rest", put("Key im-keys-key", "keyUsage", "SIGN_VERIFY")),
    m("key for every region", "copies-stay-home", put("Key im-keys-key", "multiRegion", True)),
    m("key in a store of one's own", "copies-stay-home", put("Key im-keys-key", "customKeyStoreId", "cks-1")),
    m("key in another region", "home-region", put("Key im-keys-key", "region", "ap-southeast-1")),
    m(
        "key for anybody",
        "no-public-door",
        put("Key im-keys-key", "policy", '{"Statement": {"Effect": "Allow", "Principal": "*"}}'),
    ),
    m(
        "key replicated",
        "copies-stay-home",
        add("aws:kms/replicaKey:ReplicaKey", "r", {}, primaryKeyArn="Key im-keys-key"),
    ),
    m("key granted", "no-public-door", add("aws:kms/grant:Grant", "g", {}, keyId="Key im-keys-key")),
    m("key looked up", "known-types?", option("Key im-keys-key", read=True)),
    m("provider elsewhere", "home-region", put("aws im-ap-southeast-3", "region", "ap-southeast-1")),
    m("provider not known", "home-region?", put("aws im-ap-southeast-3", "region", UNKNOWN)),
    m(
        "bucket beside all components",
        "declared-holdings ceiling",
        add(f"{_S3}/bucket:Bucket", "b", {"bucket": "b-1"}),
    ),
    m(
        "older bucket beside all components",
        "declared-holdings ceiling",
        add(f"{_S3}/bucketV2:BucketV2", "b", {"bucket": "b-1"}),
    ),
]
MUTANTS = [*_of_every_bucket(), *_of_objects(), *_versions(), *_GUARDS, *_KEYS]
EQUIVALENT = [
    # Media are sealed, so they end with their key; what stays in clear beside them has a longer period.
    m("media: a day longer", "", put(_MEDIA, "rules.0.expiration.days", 6.0)),
    # The lifecycle is a backstop: the turnover ends every key before it, and a later one ends no key later.
    m(
        "keyring: a later backstop",
        "",
        put("BucketLifecycleConfiguration im-keyring-lifecycle", "rules.0.expiration.days", 400.0),
    ),
    # Never having been versioned is what a bucket is unless told.
    m(
        "keyring: never versioned, and says so",
        "",
        add(
            f"{_S3}/bucketVersioning:BucketVersioning",
            "v",
            {"versioningConfiguration": {"status": "Disabled"}},
            bucket=KEYRING,
        ),
    ),
    # Protection keeps a bucket from deletion; without it nothing lives longer.
    m("keyring: not protected", "", option(KEYRING, protect=False)),
    # The home region by name is where the provider is anyway.
    m("media: the home region by name", "", put("Bucket im-media", "region", "ap-southeast-3")),
    # S3 encrypts what nobody tells it to, under a key of its own.
    m("avatars: under a key of the service", "", lose("BucketServerSideEncryptionConfiguration im-avatars-encryption")),
]
_BACKSTOP = "keys end by their turnover; the bucket's own lifecycle is a backstop"
_RULES = "s3/bucketLifecycleConfiguration rules"
MAY_BE_UNKNOWN = {
    **dict.fromkeys((f"{_RULES}[].id",), "a name"),
    **dict.fromkeys((f"{_RULES}[].expiration", f"{_RULES}[].expiration.days"), _BACKSTOP),
    **dict.fromkeys(
        (f"{_RULES}[].noncurrentVersionExpiration", f"{_RULES}[].noncurrentVersionExpiration.noncurrentDays"),
        "nothing has versions",
    ),
    **dict.fromkeys(
        (
            "s3/bucketServerSideEncryptionConfiguration rules[].blockedEncryptionTypes",
            "s3/bucketServerSideEncryptionConfiguration rules[].blockedEncryptionTypes[]",
        ),
        "whoever brings a key of their own still has objects encrypted",
    ),
}
MAY_BE_LEFT_OUT = {
    "s3/bucketOwnershipControls": "new buckets know no owners of single objects",
    "s3/bucketServerSideEncryptionConfiguration": "the service encrypts under a key of its own",
}
