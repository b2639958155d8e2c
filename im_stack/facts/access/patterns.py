"""Languages of wildcard patterns: the words that match, and whether several languages have a word in common.

A pattern is a text in which `*` stands for any characters and `?` for one; `confined` writes one whose wildcards do
not reach beyond a segment of a resource name. A pattern without wildcards is one word; `literal` writes a text as such.

Decided exactly: the patterns are run side by side as one automaton, over the characters that they name and one that
none names. `Exhausted` is raised where that takes more than `Work` allows.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

ANY = "*"
ONE = "?"
_ANY_WITHIN, _ONE_WITHIN = "\ue000", "\ue004"  # the same, but no colon
_OTHER = "\ue001"  # a character that no pattern names
_LITERAL = str.maketrans({ANY: "\ue002", ONE: "\ue003"})
_CONFINED = str.maketrans({ANY: _ANY_WITHIN, ONE: _ONE_WITHIN})
_SPELLED = str.maketrans({"\ue002": ANY, "\ue003": ONE, _ANY_WITHIN: ANY, _ONE_WITHIN: ONE})
_WILD = frozenset({ANY, ONE, _ANY_WITHIN, _ONE_WITHIN})

UNNAMED = _OTHER
"""A word that only wildcards match."""
RESERVED = "\ue000-\ue004"
"""Characters that mean something else in a pattern, as a range of a regular expression."""

Language = frozenset[str]
"""The words that match one of some patterns."""


class Exhausted(Exception):
    """A question that is too large to be decided."""


class Work:
    """How many steps the decision of one question may still take."""

    def __init__(self, steps: int = 50_000) -> None:
        self.left = steps

    def step(self, count: int = 1) -> None:
        self.left -= count
        # equivalent(comparison): one step more or less
        if self.left < 0:
            raise Exhausted


def literal(text: str) -> str:
    """The pattern that only this text matches."""
    return text.translate(_LITERAL)


def spelled(word: str) -> str:
    """A pattern as a policy document spells it."""
    return word.translate(_SPELLED)


def confined(pattern: str) -> str:
    """A resource name (segments between colons, of which the sixth is the last) whose wildcards stay in their segment.

    In a shorter one, a `*` at the very end stands for the segments that are left out.
    """
    parts = pattern.split(":", 5)
    head = ":".join(parts[:5]) + ":" if len(parts) == 6 else pattern.rstrip(ANY)
    return head.translate(_CONFINED) + pattern[len(head) :]


def is_wild(pattern: str) -> bool:
    return not _WILD.isdisjoint(pattern)


class _Machine:
    """The automaton of a language. A state is the set of places reached in its patterns, as the bits of a number."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self.start = self.accept = self._one = self._one_within = self._any = self._any_within = 0
        self.named: dict[str, int] = {}
        bit = 1
        for pattern in patterns:
            self.start |= bit
            for token in pattern:
                if token == ANY:
                    self._any |= bit
                elif token == _ANY_WITHIN:
                    self._any_within |= bit
                elif token == ONE:
                    self._one |= bit
                elif token == _ONE_WITHIN:
                    self._one_within |= bit
                else:
                    self.named[token] = self.named.get(token, 0) | bit
                bit <<= 1
            self.accept |= bit
            bit <<= 1
        self._skipped = self._any | self._any_within
        self.start = self._closed(self.start)

    def _closed(self, state: int) -> int:
        """A wildcard may stand for nothing."""
        while more := ((state & self._skipped) << 1) & ~state:
            state |= more
        return state

    def next(self, state: int, character: str) -> int:
        one, stays = (self._one, self._any) if character == ":" else (self._one | self._one_within, self._skipped)
        moved = (state & (self.named.get(character, 0) | one)) << 1
        return self._closed(moved | (state & stays))

    def absorbs(self, pattern: str) -> bool:
        """Whether every word of a pattern certainly matches: its wildcards must be met by wildcards."""
        state = self.start
        for token in pattern:
            if token == ANY:
                state = self._closed(state & self._any)
            elif token == _ANY_WITHIN:
                state = self._closed(state & self._skipped)
            elif token == ONE:
                state = self._closed(((state & self._one) << 1) | (state & self._any))
            elif token == _ONE_WITHIN:
                one = state & (self._one | self._one_within)
                state = self._closed((one << 1) | (state & self._skipped))
            else:
                state = self.next(state, token)
            if not state:
                return False
        return bool(state & self.accept)


@lru_cache(maxsize=4096)
def _machine(language: Language) -> _Machine:
    return _Machine(sorted(language))


def contains(language: Language, word: str) -> bool:
    """Whether a word is one of a language."""
    # equivalent(operand): the automaton of one word has that word; to ask first is only speed
    return word in language or (any(map(is_wild, language)) and _machine(language).absorbs(word))


def have_common_word(inside: Iterable[Language], outside: Iterable[Language], work: Work) -> bool:
    """Whether some word is in every language `inside` and in none `outside`."""
    # equivalent(builtin): the order is only speed
    within = sorted(inside, key=lambda language: (any(map(is_wild, language)), len(language)))
    first, rest = (within[0], within[1:]) if within else (frozenset({ANY}), [])
    excluded: Language = frozenset().union(*outside)
    work.step(sum(map(len, excluded)) // 16)  # what building an automaton of them costs
    wild = []
    for pattern in sorted(first):
        work.step()
        if is_wild(pattern):
            wild.append(pattern)
        elif all(contains(each, pattern) for each in rest) and not contains(excluded, pattern):
            return True
    return any(_has_word(pattern, rest, excluded, work) for pattern in wild)


def _has_word(pattern: str, rest: Sequence[Language], excluded: Language, work: Work) -> bool:
    # equivalent(operand): no patterns have no words
    if excluded and _machine(excluded).absorbs(pattern):
        return False  # equivalent(return): asked for its truth
    for stands in ("", _OTHER):  # words that settle most questions without a search
        word = pattern.translate(
            {ord(ANY): stands, ord(_ANY_WITHIN): stands, ord(ONE): _OTHER, ord(_ONE_WITHIN): _OTHER}
        )
        if all(contains(each, word) for each in rest) and not contains(excluded, word):
            return True
    machines = [_machine(frozenset({pattern})), *map(_machine, rest)]
    against = _machine(excluded)
    alphabet = {character for each in (*machines, against) for character in each.named} | {_OTHER, ":"}
    todo = [(tuple(each.start for each in machines), against.start)]
    seen = set(todo)
    while todo:
        states, other = todo.pop()
        # equivalent(constant): a state for each machine
        if not other & against.accept and all(s & m.accept for s, m in zip(states, machines, strict=True)):
            return True
        for character in alphabet:
            work.step()
            # equivalent(constant): a state for each machine
            after = tuple(m.next(s, character) for s, m in zip(states, machines, strict=True))
            reached = (after, against.next(other, character))
            if all(after) and reached not in seen:
                seen.add(reached)
                todo.append(reached)
    return False  # equivalent(return): asked for its truth
