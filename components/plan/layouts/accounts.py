"""Accounts: what the operator of a service knows of its customers, kept while the account lives and never with content.

What identifies a person is sensitive and has a bucket and a key of its own. Visits, delegates and dealings go into
tables; what an unfinished registration leaves waits in the cache, whose keys expire. What a law keeps longer goes into
archives: one for the sensitive class, and one for the others.
"""

from im_stack.components.plan.archive import ArchivePlan
from im_stack.components.plan.budget import ClassPlan, plan
from im_stack.components.plan.holdings import Placed
from im_stack.components.plan.layouts.feature import Feature, Parts, Services
from im_stack.terms.duties.ends import minimum
from im_stack.terms.duties.resolve import library_for
from im_stack.terms.problem import Problem
from im_stack.terms.stack.declaration import Archive, Declaration

REGISTRATION, INCOMPLETE = "tc-registration", "tc-incomplete"
_TABLES = {"tc-usage": "visits", "tc-delegates": "delegates", "tc-interactions": "dealings"}
_CLASSES = (REGISTRATION, *_TABLES, INCOMPLETE)
BUCKET = "registration"
ARCHIVES = ("archive", "archive-registration")


def _problems(declaration: Declaration) -> list[Problem]:
    return [
        Problem(
            "the services of this stack store it, for as long as it lives", "store: true", f"im:classes.{name}.store"
        )
        for name in _CLASSES
        if name in declaration.classes and not declaration.classes[name].store
    ]


def _parts(name: str, declaration: Declaration, _: Services) -> Parts:
    plans = {of: plan(declaration, of) for of in _CLASSES if of in declaration.classes}
    tables = {table: plans[of] for of, table in _TABLES.items() if of in plans}
    return Parts(
        classes=tuple(plans.values()),
        tables={table: Placed(of) for table, of in tables.items()},
        keyspaces={"unfinished": Placed(plans[INCOMPLETE])} if INCOMPLETE in plans else {},
        apart={BUCKET: plans[REGISTRATION]} if REGISTRATION in plans else {},
        archives=_archives(declaration, declaration.archive, f"{name}-{BUCKET}", tables) if declaration.archive else {},
    )


def _archives(
    declaration: Declaration, archive: Archive, registration: str, tables: dict[str, ClassPlan]
) -> dict[str, ArchivePlan]:
    """The archives by part, each with the holdings that its classes come from."""
    texts = library_for(declaration).instruments.values()
    least = next(each for text in texts for each in text.obligations if each.id == archive.obligation)
    live = {of.data_class: table for table, of in tables.items()}
    sources = {
        "archive": {of: live[of] for of in archive.classes if of in live},
        "archive-registration": {of: registration for of in archive.classes if of == REGISTRATION},
    }
    roles = {part: part.replace("archive", archive.role, 1) for part in sources}
    return {part: ArchivePlan(of, minimum(least), roles[part]) for part, of in sources.items() if of}


ACCOUNTS = Feature(_CLASSES, _problems, _parts, apart=(BUCKET,), archives=ARCHIVES)
