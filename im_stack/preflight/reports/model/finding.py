"""Finding: a verdict as a report shows it, with its place and its fix in the spelling of the user's file."""

from dataclasses import dataclass, field

from im_stack.policies.rule import Verdict
from im_stack.policies.say import say_hop_name
from im_stack.preflight.reports.model.places import Place, Places
from im_stack.preflight.reports.model.spelling import Spelling, respelled


@dataclass(frozen=True, slots=True)
class Finding(Verdict):
    """`source` is file and line as the program's run saw them, or empty; `let_through` is why it does not decide the
    exit status, though it blocks."""

    source: str = ""
    let_through: str = ""
    places: Places = field(kw_only=True, compare=False, repr=False)
    spelling: Spelling = field(kw_only=True, compare=False, repr=False)

    @property
    def place(self) -> Place:
        return self.places.of(self)

    @property
    def related(self) -> tuple[Place, ...]:
        """The lines of program and library that make the resource for the user, as far as they are others."""
        return self.places.related(self)

    @property
    def along(self) -> tuple[Place, ...]:
        """The place of each hop, where its number was set."""
        return tuple(self.places.made(hop.evidence.resource) or self.place for hop in self.hops)

    @property
    def excuse(self) -> str:
        """What keeps it from deciding the exit status, in words: its waiver, or an option of the command."""
        if self.waived:
            by = self.waived
            return f"waived until {by.expires} by {by.owner}: {by.reason} ({by.evidence})"
        return self.let_through

    @property
    def counts(self) -> bool:
        """Whether it decides the exit status."""
        return self.weak and not self.excuse

    def spelled(self, text: str) -> str:
        """A text about the finding, with its arguments as the user's file spells them."""
        evidence = (*([self.evidence] if self.evidence else []), *(hop.evidence for hop in self.hops))
        return respelled(text, evidence, self.spelling)

    @property
    def identity(self) -> tuple[str, ...]:
        """What stays the same when lines move or numbers change."""
        argument = self.evidence.argument if self.evidence else ""
        return (self.rule, self.subject, argument, *map(say_hop_name, self.hops), *self.duties)
