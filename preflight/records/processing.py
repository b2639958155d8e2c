"""A record of processing activities in fideslang: one system per stack, one dataset per store, one activity per class.

What the stack does not know is not in it: controller, officer and legal basis are the organisation's to add.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from facts.model import Flow, Holding
from policies.rule import Outcome
from preflight.check import Check
from preflight.every import Checked
from preflight.records import needed
from terms.period import spell_period
from terms.problem import InputError
from terms.wire import CLIENTS
from terms.yaml_file import read_yaml

_ORGANISATION: Final = "default_organization"
_HOME: Final = ("home-region", "copies-stay-home")
_SECURITY: Final = ("encrypted-at-rest", "encrypted-in-transit", "no-public-door")


def to_processing(results: Iterable[tuple[str, Checked]]) -> str:
    """The stacks' systems and datasets as one YAML manifest. Raises `InputError` for a stack that was not judged."""
    needed("fideslang", "fideslang")
    import fideslang

    systems, datasets = [], []
    for _, checked in results:
        if isinstance(checked, InputError):
            raise checked
        systems.append(_system(checked))
        datasets += _datasets(checked)
    taxonomy = fideslang.models.Taxonomy(
        organization=[fideslang.models.Organization(fides_key=_ORGANISATION, name="the owner of the stacks")],
        system=systems,
        dataset=datasets,
    )
    document = taxonomy.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    text: str = yaml.safe_dump(document, sort_keys=True, allow_unicode=True, width=120)
    return text


@cache
def categories() -> Mapping[str, Mapping[str, Any]]:
    """The row of `categories.yaml` for each class."""
    return {row["class"]: row for row in read_yaml(Path(__file__).with_name("categories.yaml"))}


def _system(check: Check) -> Any:
    from fideslang.models import DataFlow, PrivacyDeclaration, System

    home, judgement = check.duties.home, check.judgement
    activities = []
    for bound, limit in judgement.bounds:
        name, row = bound.data_class, categories().get(bound.data_class, {})
        stores = sorted({key(check, kept.place) for kept in judgement.kept if kept.data_class == name})
        bounded = not bound.unknown and bound.latest is not None
        ends = f"every copy is gone after {spell_period(bound.latest)}" if bounded else "not every copy has a known end"
        activities.append(
            PrivacyDeclaration(
                name=name,
                data_categories=row.get("categories", ["user"]),
                data_use=row.get("use", "essential.service"),
                data_subjects=["customer"],
                dataset_references=stores,
                retention_period=f"at most {spell_period(limit)} is allowed; {ends}",
            )
        )
    flows = [flow for flow in judgement.facts.of(Flow) if flow.source == CLIENTS]
    return System(
        fides_key=_key(check.stack.project, check.stack.stack),
        organization_fides_key=_ORGANISATION,
        name=check.stack.stack,
        description=f"The instant-messaging backend in {home.place} ({home.cloud} {home.id}): {judgement.headline}",
        system_type="Service",
        privacy_declarations=activities,
        ingress=[DataFlow(fides_key="user", type="user")] if flows else None,
        dataset_references=sorted({key(check, kept.place) for kept in judgement.kept}),
        does_international_transfers=not _holds(check, _HOME),
        data_security_practices=_practices(check),
    )


def _holds(check: Check, rules: Iterable[str]) -> bool:
    """Whether everything that these rules speak about is proven: what is not counts as if it were otherwise."""
    return not any(v.rule in rules and v.weak for v in check.judgement.verdicts)


def _practices(check: Check) -> str:
    said = []
    for rule in _SECURITY:
        verdicts = [verdict for verdict in check.judgement.verdicts if verdict.rule == rule]
        weak = sum(verdict.weak for verdict in verdicts)
        shown = sum(verdict.outcome is Outcome.PASS for verdict in verdicts)
        said.append(f"{rule}: {shown} proven" + (f", {weak} not" if weak else ""))
    return "; ".join(said)


def _datasets(check: Check) -> list[Any]:
    from fideslang.models import Dataset, DatasetCollection

    facts, judgement = check.judgement.facts, check.judgement
    sealed = {holding.name: holding.seals for holding in facts.of(Holding)}
    found = []
    for place in sorted({row.place for row in judgement.kept}):
        rows = [row for row in judgement.kept if row.place == place]
        collections: dict[str, list[Any]] = {}
        for row in rows:
            collections.setdefault(row.holding or place, []).append(row)
        found.append(
            Dataset(
                fides_key=key(check, place),
                organization_fides_key=_ORGANISATION,
                name=place,
                description=f"{rows[0].service or 'a store'} in {check.duties.home.id}",
                collections=[
                    DatasetCollection(
                        name=name,
                        description="; ".join(
                            f"{row.data_class}{', sealed' if sealed.get(name) and row.sealed else ''}: "
                            f"live {spell_period(row.live)}, copies reach {spell_period(row.reach)}"
                            for row in members
                        ),
                        data_categories=sorted(
                            {c for row in members for c in categories().get(row.data_class, {}).get("categories", ())}
                        )
                        or ["user"],
                        fields=[],
                    )
                    for name, members in collections.items()
                ],
            )
        )
    return found


def key(check: Check, place: str) -> str:
    """The key of a store's dataset."""
    return _key(check.stack.stack, place)


def _key(*parts: str) -> str:
    """A key as fideslang allows it: letters, digits, dots, hyphens, underscores."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "_", ".".join(parts))
