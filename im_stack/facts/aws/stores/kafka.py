"""Kafka configuration of MSK: the settings of a topic, and the server properties of its brokers where it has none.

Out: values, periods in seconds, and the evidence of where each is set.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from im_stack.facts.access.document import read_object
from im_stack.facts.knowledge.database_parameters import engine
from im_stack.facts.mechanism.graph import Graph
from im_stack.facts.mechanism.view import as_number, member
from im_stack.facts.model import ABSENT, Evidence, Resource, Unknown, Value

CONFIGURATION = "aws:msk/configuration:Configuration"
_INFO = "configurationInfo"
_LINE = re.compile(r"([A-Za-z0-9._-]+)\s*=\s*(.*)")
_WHOLE = re.compile(r"-?\d{1,18}")
_DIGEST = 12
_MS, _MINUTE, _HOUR = timedelta(milliseconds=1), timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True)
class Setting:
    """One setting of a topic: its own name and the broker's names for it, the first of which that is set counts."""

    own: str
    brokers: tuple[tuple[str, timedelta], ...]


RETENTION = Setting(
    "retention.ms", (("log.retention.ms", _MS), ("log.retention.minutes", _MINUTE), ("log.retention.hours", _HOUR))
)
ROLL = Setting("segment.ms", (("log.roll.ms", _MS), ("log.roll.hours", _HOUR)))
DELAY = Setting("file.delete.delay.ms", (("log.segment.delete.delay.ms", _MS),))
CLEANUP = Setting("cleanup.policy", (("log.cleanup.policy", _MS),))
TIMESTAMP = Setting("message.timestamp.type", (("log.message.timestamp.type", _MS),))
TIERED = Setting("remote.storage.enable", ())
_JUDGED = {setting.own for setting in (RETENTION, ROLL, DELAY, CLEANUP, TIMESTAMP, TIERED)}


@dataclass(frozen=True)
class Settings:
    """Settings by name, and where they are read; None where they are not known, and `why` not."""

    values: Mapping[str, Value] | None
    evidence: Evidence
    why: str = ""

    def at(self, name: str) -> Evidence:
        return Evidence(self.evidence.resource, f"{self.evidence.argument}.{name}", source=self.evidence.source)


def content_name(name: str, properties: str) -> str:
    """A configuration's name that changes with its properties. A new name makes a new configuration, so one of this
    name has never had other properties, and its first revision is these."""
    return f"{name}-{sha256(properties.encode()).hexdigest()[:_DIGEST]}"


def cluster_settings(cluster: Resource, graph: Graph) -> Settings:
    """The server properties of the configuration revision that a cluster names. Without one the brokers run what they
    ran before: the provider does not change the configuration of a cluster that names none.

    A revision that is not known yet is the newest of the configuration that alone the argument is built from. One that
    is known may be older than what the plan shows, unless no other revision has ever been.
    """
    info, evidence = cluster.inputs.get(_INFO, ABSENT), Evidence(cluster.urn, _INFO)
    if info is ABSENT:
        return Settings(None, evidence, "no configuration is named, so the brokers run what they ran before")
    if isinstance(info, Unknown):
        return Settings(None, evidence, "which configuration the brokers run is not known before deployment")
    links, doubts = graph.links(cluster, _INFO, {CONFIGURATION}, (member(info, "arn"),))
    if doubts:
        return Settings(None, evidence, f"the brokers' configuration: {doubts}")
    found = links[0]
    if not _is_in_plan(cluster, member(info, "revision"), found):
        return Settings(None, evidence, "the revision of the configuration may be another than the one shown here")
    text = found.inputs.get("serverProperties", ABSENT)
    values = read_properties(text)
    why = "" if values is not None else "the properties of the configuration cannot be read before deployment"
    return Settings(values, Evidence(found.urn, "serverProperties"), why)


def _is_in_plan(cluster: Resource, revision: Value, configuration: Resource) -> bool:
    if isinstance(revision, Unknown):
        return set(cluster.links.get(_INFO, ())) == {configuration.urn}
    name, text = configuration.inputs.get("name", ABSENT), configuration.inputs.get("serverProperties", ABSENT)
    if not isinstance(name, str) or not isinstance(text, str) or as_number(revision) != 1:
        return False  # equivalent(return): both are no
    return name == content_name(name[: -_DIGEST - 1], text)


def read_properties(text: Value) -> Mapping[str, Value] | None:
    """Lines of `name=value`; None where the text is not known, a line is written in another way, or a name is there
    twice."""
    if not isinstance(text, str):
        return None
    found: dict[str, Value] = {}
    for line in (line.strip() for line in text.splitlines()):
        if not line or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line)
        if match is None or "\\" in line or match[1] in found:
            return None
        found[match[1]] = match[2]
    return found


def topic_settings(topic: Resource) -> Settings:
    """A topic's own settings: JSON of texts or numbers."""
    text, evidence = topic.inputs.get("configs", ABSENT), Evidence(topic.urn, "configs")
    if text in (ABSENT, ""):
        return Settings({}, evidence)
    document = read_object(text) if isinstance(text, str) else None
    if document is None:
        return Settings(None, evidence, "the settings of the topic cannot be read before deployment")
    return Settings({name: _decoded(name, value) for name, value in document.items()}, evidence)


def _decoded(name: str, value: object) -> Value:
    return value if isinstance(value, str | int) else Unknown(f"configs.{name}")


def unjudged(topic: Settings) -> list[str]:
    """The settings of a topic of which nothing here knows what they do to a record's life."""
    return sorted(set(topic.values or ()) - _JUDGED - engine("kafka topic").quiet)


def left_to_brokers(topic: Settings) -> list[str]:
    """The settings that decide how long a record stays and that a topic leaves to its brokers: no document says that
    an update that names them no more takes them back, so an existing topic may keep its previous settings."""
    values = topic.values
    must = (RETENTION, ROLL, CLEANUP, TIMESTAMP)
    return [] if values is None else [each.own for each in must if each.own not in values]


def setting_text(setting: Setting, topic: Settings, broker: Settings, default: str) -> tuple[str | None, Evidence]:
    """The word that a topic goes by, in small letters, and where it is read; None where it is not known."""
    value, evidence, _ = _effective(setting, topic, broker)
    if value is ABSENT:
        value = default
    if isinstance(value, bool):
        value = str(value)
    return value.strip().lower() if isinstance(value, str) else None, evidence


def setting_period(setting: Setting, topic: Settings, broker: Settings) -> tuple[Value, Evidence]:
    """The seconds that a topic goes by, and where they are read: ABSENT where nothing says, Unknown where that is not
    known or no whole number. Less than nothing is for ever."""
    value, evidence, unit = _effective(setting, topic, broker)
    if value is ABSENT:
        return ABSENT, evidence
    text = str(value).strip()
    if not _WHOLE.fullmatch(text):
        return Unknown(evidence.argument), evidence
    return int(text) * unit.total_seconds(), evidence


def _effective(setting: Setting, topic: Settings, broker: Settings) -> tuple[Value, Evidence, timedelta]:
    """The topic's own value, else the first of the broker's, with its unit."""
    if topic.values is None:
        return Unknown(setting.own), topic.evidence, _MS
    if setting.own in topic.values:
        return topic.values[setting.own], topic.at(setting.own), _MS
    for name, unit in setting.brokers:
        if broker.values is None:
            return Unknown(name), broker.evidence, unit
        if name in broker.values:
            return broker.values[name], broker.at(name), unit
    return ABSENT, topic.at(setting.own), _MS
