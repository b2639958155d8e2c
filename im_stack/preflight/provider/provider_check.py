"""Provider check of a recording: the provider's defaults filled in, and a verdict for each resource that it refuses.

In: registrations and a running `Plugin`. Out: `Accepted`. It is the call that the engine makes in a preview (`Check`,
before any policy). Without a plugin the defaults come from the tables, and refusals are not detected.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from im_stack.facts.mechanism.cloud import PROVIDER, credential_arguments, provider_of
from im_stack.facts.wire.constants import UNKNOWN, holds_unknown
from im_stack.facts.wire.secrets import mark_secrets, plaintext
from im_stack.facts.wire.walk import map_values
from im_stack.policies.judge import Verdict
from im_stack.policies.rule import Outcome
from im_stack.policy_harness.protocol.redact import Secrets
from im_stack.policy_harness.protocol.wire import flatten, secret
from im_stack.preflight.provider.engine_accepts import engine_verdict
from im_stack.preflight.provider.plugin import Failure, Plugin
from im_stack.preflight.recording.recording import Registration, label
from im_stack.preflight.stack_files.stack_file import PLACEHOLDER


@dataclass(frozen=True)
class Accepted:
    """A recording as the provider would have it, and what it refuses. `version` is the plugin's."""

    registrations: list[Registration]
    refused: tuple[Verdict, ...]
    version: str
    asked: int


def ask_provider(registrations: list[Registration], package: str, plugin: Plugin) -> Accepted:
    """Send every resource of `package` through the provider's own check, as a preview would.

    Not asked, as under the engine: what is looked up, and what is made by a provider whose own configuration
    is not known yet.
    """
    providers = {r["urn"]: r for r in registrations if r["type"].startswith(PROVIDER)}
    checked: list[Registration] = []
    refused: list[Verdict] = []
    asked = 0
    for r in registrations:
        made_by = providers.get(r["provider"])
        if not _is_of(r, package) or r["read"] or (made_by is not None and holds_unknown(made_by["inputs"])):
            checked.append(r)
            continue
        asked += 1
        given = {key: _sendable(value) for key, value in r["inputs"].items() if not key.startswith("__")}
        answer = plugin.check(r["urn"], r["type"], r["name"], given)
        refused += [_refusal(r, failure) for failure in answer.failures]
        checked.append(r if answer.failures else _with(r, answer.inputs))
    return Accepted(checked, tuple(refused), plugin.version, asked)


def _is_of(r: Registration, package: str) -> bool:
    return r["custom"] and provider_of(r["type"]) == package


def _with(r: Registration, inputs: Mapping[str, Any]) -> Registration:
    """A registration with the provider's inputs; what was secret stays so."""
    if r["type"].startswith(PROVIDER):
        return r
    kept = {key: mark_secrets(value, r["inputs"].get(key)) for key, value in inputs.items() if not key.startswith("__")}
    return {**r, "inputs": kept}


def _sendable(value: Any) -> Any:
    """A wire value as the plugin takes it: secrets plaintext, and what only stands in for a secret not known."""
    return map_values(flatten(plaintext(value)), _without_stand_in)


def _without_stand_in(value: Any) -> Any:
    return UNKNOWN if isinstance(value, str) and PLACEHOLDER in value else value


def _refusal(r: Registration, failure: Failure) -> Verdict:
    """A refusal as a verdict. A provider may quote what it refuses: nothing secret gets through."""
    what = f"{label(r)}.{failure.property}" if failure.property else label(r)
    message = f"the provider refuses {what}: {_without_secrets(failure.reason, r)}"
    fix = "correct the argument; a preview would fail before any policy is asked"
    return engine_verdict(r, Outcome.FAIL, message, fix, failure.property)


def _without_secrets(reason: str, r: Registration) -> str:
    hidden = Secrets()
    hidden.learn(r["inputs"])
    for key in credential_arguments(r["type"]) & r["inputs"].keys():
        hidden.learn(secret(r["inputs"][key]))
    return hidden.redact(reason)
