"""Random programs: components and hand-written resources, with random options, links, unknowns and transforms.

`program` says with each which weaknesses it built in, by rule and name of the resource (no name: a class, or the
stack). Whatever else a judge finds, these it must find; and a program of components alone must pass.
"""

from dataclasses import dataclass, field
from random import Random

_HEAD = """\
import pulumi
import tencentcloud_iac_pulumi as tencentcloud
from tencentcloud_iac_pulumi import cos, kms, lighthouse, mysql, redis, vpc

from im_stack.components.plan.budget import plan
from im_stack.components.plan.holdings import Placed
from im_stack.components.program import declared, secret
from im_stack.components.tencent.cos import Bucket, BucketArgs
from im_stack.components.tencent.keys import Keys
from im_stack.components.tencent.mysql import Mysql, MysqlArgs

home = tencentcloud.Provider("home", region="ap-jakarta")
pinned = pulumi.ResourceOptions(provider=home, providers=[home])
key = kms.Key("key", alias="key", is_enabled=True, opts=pinned)
off = kms.Key("off", alias="off", opts=pinned)
abroad = tencentcloud.Provider("abroad", region="ap-singapore")
late = tencentcloud.Provider("late", region=key.id)
keys = Keys("keys", pinned)
inside = vpc.Instance("inside", cidr_block="10.0.0.0/16", opts=pinned)


def later(value):
    return key.id.apply(lambda _: value)


def hidden(value):
    return pulumi.Output.secret(value)


PASSWORD = hidden("Aa1-xxxxxxxx")


def changed(type_, **inputs):
    def transform(given):
        if given.type_ == type_:
            return pulumi.ResourceTransformResult(props={**given.props, **inputs}, opts=given.opts)

    return transform


BUCKET, INSTANCE = "tencentcloud:Cos/bucket:Bucket", "tencentcloud:Mysql/instance:Instance"
"""
_BUCKET_CHANGES = {
    'acl="public-read"': "no-public-door",
    'acl=later("private")': "no-public-door",
    'encryptionAlgorithm="none"': "encrypted-at-rest",
    'tags={"owner": "im"}': "",
    "lifecycleRules=[]": "ceiling",
}
_PARENTS = {  # what its children are made by, and the opts that make it
    "group": "providers=[home]",
    "inner": "parent=group, protect=True",
    "bare": "",
}


@dataclass(frozen=True)
class Program:
    """The text of a program, what is weak in it, and the weaknesses that the protocol shows to no policy."""

    text: str
    weak: frozenset[tuple[str, str]]
    unseen: frozenset[tuple[str, str]]
    sound: bool  # nothing in it but what must pass


@dataclass
class _Draft:
    random: Random
    lines: list[str] = field(default_factory=list)
    weak: set[tuple[str, str]] = field(default_factory=set)
    unseen: set[tuple[str, str]] = field(default_factory=set)
    buckets: dict[str, str] = field(default_factory=dict)  # name to parent, "" for none
    foreign: bool = False
    names: int = 0

    def name(self) -> str:
        self.names += 1
        return self.random.choice(["r{}", "r-{}", "ü{}", "a::{}", "$ {}'"]).format(self.names)

    def one(self, choices: dict[str, str], name: str) -> str:
        """A random value of an argument; the rule that refuses it, if any, is noted for the resource."""
        value = self.random.choice(sorted(choices))
        if choices[value]:
            self.weak.add((choices[value], name))
        return value


def program(random: Random) -> Program:
    """A random program: sometimes components alone, mostly with something beside them."""
    draft = _Draft(random)
    transforms = random.random() < 0.4
    if transforms and random.random() < 0.5:
        _stack_transform(draft)
    for name, options in _PARENTS.items():
        draft.lines.append(
            f'{name} = pulumi.ComponentResource("t:i:C", "{name}", opts=pulumi.ResourceOptions({options}))'
        )
    _components(draft)
    for _ in range(random.choice([0, 0, 1, 1, 2, 3])):
        random.choice(_ELEMENTS)(draft)
    text = _HEAD + "\n" + "\n".join(draft.lines) + "\n"
    sound = not draft.weak and not draft.unseen and not draft.foreign
    return Program(text, frozenset(draft.weak), frozenset(draft.unseen), sound)


def _stack_transform(draft: _Draft) -> None:
    """A transform of the whole stack reaches the component's bucket, too, and every one that comes later."""
    change = draft.random.choice(sorted(_BUCKET_CHANGES))
    draft.lines.append(f"pulumi.runtime.register_resource_transform(changed(BUCKET, {change}))")
    rule = _BUCKET_CHANGES[change]
    if rule == "ceiling":
        draft.weak.add((rule, ""))
    elif rule:
        draft.weak.add((rule, "media"))


def _components(draft: _Draft) -> None:
    draft.lines.append(
        'args = BucketArgs("media-1250000000", "1250000000", "ap-jakarta", plan(declared(), "messages"), keys)'
    )
    own = draft.random.choice(["", "", "", *sorted(_BUCKET_CHANGES)])
    options = f"pulumi.ResourceOptions(transforms=[changed(BUCKET, {own})])" if own else "pulumi.ResourceOptions()"
    draft.lines.append(f'Bucket("media", args, pulumi.ResourceOptions.merge(pinned, {options}))')
    stack = any("register_resource_transform" in line for line in draft.lines)
    rule = _BUCKET_CHANGES.get(own, "")
    if rule and not stack:  # the stack's runs last, and may put right what this did
        draft.weak.add((rule, "" if rule == "ceiling" else "media"))
    draft.foreign |= bool(own and stack)
    if draft.random.random() < 0.5:
        zones = '("ap-jakarta-1", "ap-jakarta-2")'
        draft.lines += [
            'users = plan(declared(), "user-information")',
            f'of = MysqlArgs({{"profiles": Placed(users)}}, keys, "ap-jakarta", {zones}, "dev", '
            'secret("mysql-root-password"), vpc_id=inside.id)',
            'Mysql("mysql", of, pinned)',
        ]
    else:
        draft.foreign = True  # profiles are stored, and perhaps nothing holds them


def _options(draft: _Draft, name: str, judged: str, *, store: bool = True) -> str:
    """Random options: who makes it, where it is, what is ignored, how it ends."""
    made_by = draft.random.choice(["home", "home", "home", "parent", "parent", "abroad", "late", "none"])
    given = []
    if made_by == "parent":
        given.append(f"parent={draft.random.choice(['group', 'inner'])}")
    elif made_by == "none":
        given += draft.random.choice([[], ["parent=bare"]])
        draft.weak.add(("explicit-provider", name))
    else:
        given += [f"provider={made_by}", *draft.random.choice([[], ["parent=bare"], ["parent=inner"]])]
        draft.weak |= {("home-region", name)} if made_by != "home" else set()
    if draft.random.random() < 0.2:
        given.append(f"ignore_changes=[{judged!r}]")
        draft.weak.add(("judged-arguments-count", name))
    if draft.random.random() < 0.1:
        given.append(draft.random.choice(["retain_on_delete=True", "deleted_with=key"]))
        draft.unseen.add(("judged-arguments-count", name))
    if draft.random.random() < 0.2:
        given.append(draft.random.choice(["protect=True", "depends_on=[keys]", 'aliases=[pulumi.Alias(name="old")]']))
    draft.foreign |= store
    return f"pulumi.ResourceOptions({', '.join(given)})"


def _bucket(draft: _Draft) -> None:
    name = draft.name()
    stack = [line for line in draft.lines if "register_resource_transform" in line]
    touched = next((change for change in _BUCKET_CHANGES if any(change in line for line in stack)), "")
    before = set(draft.weak)
    acl = draft.one(
        {
            "None": "",
            '"private"': "",
            '"public-read"': "no-public-door",
            'later("private")': "no-public-door",
            'hidden("public-read-write")': "no-public-door",
        },
        name,
    )
    how = draft.one(
        {
            'encryption_algorithm="AES256"': "",
            'encryption_algorithm="KMS", kms_id=key.id': "",
            'encryption_algorithm="KMS", kms_id="no-such-key"': "encrypted-at-rest",
            'encryption_algorithm="KMS", kms_id=off.id': "encrypted-at-rest",
            'encryption_algorithm="KMS", kms_id=pulumi.Output.concat(key.id, off.id)': "encrypted-at-rest",
            'encryption_algorithm=later("AES256")': "encrypted-at-rest",
            "encryption_algorithm=None": "encrypted-at-rest",
        },
        name,
    )
    if touched:  # what the transform sets is no longer what was written
        draft.weak = before
        if _BUCKET_CHANGES[touched] not in ("", "ceiling"):
            draft.weak.add((_BUCKET_CHANGES[touched], name))
    days = draft.random.choice(["7", "30", "later(7)", "hidden(7)", "3000"])
    rules = f'[{{"filterPrefix": "", "expiration": {{"days": {days}}}}}]'
    rules = draft.random.choice([rules, rules, "None", f"later({rules})"])
    versioning = draft.random.choice(["None", "True", "later(True)", "False"])
    draft.weak |= {("ceiling", ""), ("declared-holdings", name), ("encrypted-in-transit", name)}
    opts = _options(draft, name, "lifecycleRules")
    # a bucket written by hand never ends its unfinished uploads, whatever else it says
    draft.lines.append(
        f"b{draft.names} = cos.Bucket({name!r}, bucket='b{draft.names}-1250000000', acl={acl}, {how}, "
        f"lifecycle_rules={_snake(rules)}, versioning_enable={versioning}, opts={opts})"
    )
    if draft.random.random() < 0.3:
        beside = draft.name()
        bucket = draft.random.choice([f"b{draft.names - 1}.bucket", f"b{draft.names - 1}.id", "'elsewhere-1250000000'"])
        draft.lines.append(
            f"cos.BucketVersion({beside!r}, bucket={bucket}, status='Enabled', "
            f"opts={_options(draft, beside, 'status')})"
        )
        if "elsewhere" in bucket:
            draft.weak.add(("known-types", beside))


def _snake(rules: str) -> str:
    return rules.replace("filterPrefix", "filter_prefix")


def _inside(draft: _Draft, name: str) -> str:
    """Network arguments of a store; only in the stack's own network every client is judged."""
    elsewhere = ("None", "'vpc-elsewhere'", 'later("vpc-elsewhere")', "key.id")
    return draft.one({"inside.id": "", **dict.fromkeys(elsewhere, "no-public-door")}, name)


def _database(draft: _Draft) -> None:
    name = draft.name()
    draft.weak |= {("declared-holdings", name), ("encrypted-at-rest", name), ("ceiling", "")}
    public = draft.one({"0": "", "1": "no-public-door", "later(1)": "no-public-door"}, name)
    line = f"instance_name='db', mem_size=1000, volume_size=50, internet_service={public}, root_password=PASSWORD"
    line += f", vpc_id={_inside(draft, name)}"
    draft.lines.append(
        f"d{draft.names} = mysql.Instance({name!r}, {line}, opts={_options(draft, name, 'internetService')})"
    )
    if draft.random.random() < 0.6:
        instance, policy = f"d{draft.names}", draft.name()
        target = draft.one({f"{instance}.id": "", "'cdb-other'": "known-types", "later('cdb')": "known-types"}, policy)
        days = draft.random.choice([3, 7, 30, 1830, 1831])
        if target == f"{instance}.id" and not 7 <= days <= 1830:
            draft.weak.add(("known-types", policy))
        draft.lines.append(
            f"mysql.BackupPolicy({policy!r}, mysql_id={target}, retention_period={days}, "
            f"opts={_options(draft, policy, 'retentionPeriod')})"
        )


def _cache(draft: _Draft) -> None:
    name = draft.name()
    draft.weak |= {("declared-holdings", name), ("encrypted-at-rest", name), ("encrypted-in-transit", name)}
    forced = draft.one(
        {"True": "", "None": "nothing-survives-deletion", "later(True)": "nothing-survives-deletion"}, name
    )
    zone = draft.one({'"ap-jakarta-1"': "", '"ap-singapore-1"': "home-region", 'later("z")': "home-region"}, name)
    draft.lines.append(
        f"redis.Instance({name!r}, mem_size=1024, type_id=8, availability_zone={zone}, force_delete={forced}, "
        f"vpc_id={_inside(draft, name)}, opts={_options(draft, name, 'forceDelete')})"
    )


def _strange(draft: _Draft) -> None:
    name = draft.name()
    draft.weak.add(("known-types", name))
    draft.lines.append(f"lighthouse.KeyPair({name!r}, key_name='pair', opts={_options(draft, name, 'x', store=False)})")
    draft.weak.discard(("judged-arguments-count", name))
    draft.unseen.discard(("judged-arguments-count", name))


def _network(draft: _Draft) -> None:
    """Holds nothing: only where it is matters."""
    name = draft.name()
    made_by = draft.random.choice(["home", "abroad", "late"])
    if made_by != "home":
        draft.weak.add(("home-region", name))
    draft.lines.append(
        f"vpc.Instance({name!r}, cidr_block='10.0.0.0/16', opts=pulumi.ResourceOptions(provider={made_by}))"
    )


_ELEMENTS = (_bucket, _bucket, _bucket, _database, _cache, _strange, _network, _network)
