"""Policy documents of resources as rows: whom one lets in from outside the account."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from im_stack.facts.access.statements import Statement
from im_stack.facts.access.trust import Way, ways_in
from im_stack.facts.aws import access
from im_stack.facts.aws.location import account_of
from im_stack.facts.mechanism.rows import Facts, reads
from im_stack.facts.mechanism.view import View
from im_stack.facts.model import ABSENT, Evidence, Exposure, Fact, Unresolved


def lets_in(what: str, argument: str = "policy", *, optional: bool = False) -> Facts:
    """Whom the document in `argument` lets in; of one that cannot be read before deployment that is not known. `what`
    it opens is in words, `{name}` the name of the resource that has the document. `optional`: the argument may be
    absent."""

    @reads(argument)
    def facts(view: View) -> Iterator[Fact]:
        if optional and view.get(argument) in (ABSENT, ""):
            return
        subject, opens, evidence = view.subject.urn, what.format(name=view.resource.name), view.evidence(argument)
        statements = access.read_document(view.get(argument))
        if statements is None:
            yield Unresolved(view.urn, "the policy document cannot be read before deployment", "inputs")
            yield Exposure(subject, opens, None, evidence, alone=True)
        else:
            yield from doors(subject, opens, statements, account_of(view.resource, view.graph), evidence)

    return facts


def doors(
    subject: str, what: str, statements: Sequence[Statement], account: str | None, evidence: Evidence
) -> Iterator[Exposure]:
    """A door for every way in from outside the account, or one that is closed."""
    ways = list(ways_in(statements, access.strangers([account] if account else mentioned(statements))))
    if account is None:  # one of those that are mentioned may be the account, and any other may be, too
        others = {(way.statement, way.principal) for way in ways}
        maybe = (
            way for way in ways_in(statements, access.strangers([])) if (way.statement, way.principal) not in others
        )
        ways += (replace(way, certain=False) for way in maybe)
    ways = [way for way in ways if not _is_named(way)]
    for way in ways:
        through = f"{what} ({way.statement}: {way.action}, for {way.who})"
        yield Exposure(subject, through, True if way.certain else None, evidence, alone=True)
    if not ways:
        yield Exposure(subject, what, False, evidence, alone=True)


def mentioned(statements: Sequence[Statement]) -> set[str]:
    """The numbers of all accounts that statements mention."""
    return {n for s in statements for c in s.may for word in c.words for n in access.NUMBER.findall(word)}


def _is_named(way: Way) -> bool:
    """Whether a statement names one identity or account."""
    return way.zone == "any account" and way.principal is not None and way.principal.exact and way.who != way.zone
