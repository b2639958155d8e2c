"""Cost of sealing: `seal` and `open` beside the same primitives called bare, and one whole message of the chat.

The best of many short rounds is shown, in microseconds, so that other work on the machine counts as little as possible.
`python -m benchmarks sealing` runs it with `sealing/` and `examples/` on the path.
"""

import os
import time
from collections.abc import Callable

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from rich.console import Console
from rich.table import Table

from chat.costs import World as ChatWorld
from chat.service import CACHED, MESSAGES
from im_sealing import EpochKeys, Form, SealedClass, Sealer, SubjectKeys
from im_sealing.memory import MemoryService, MemoryStore

ROUNDS, EACH = 400, 50
LEAST = {1 << 10: ("primitives", 0.6), 1 << 16: ("AES-GCM", 0.5)}
"""The least share of the bare calls' speed at each size. `AES-GCM` is one seal under a fresh key."""
_ZERO, _BOUND = bytes(12), bytes(46)


def best(do: Callable[[], object]) -> float:
    """Microseconds of the fastest round."""
    found = float("inf")
    for _ in range(ROUNDS):
        started = time.perf_counter()
        for _ in range(EACH):
            do()
        found = min(found, time.perf_counter() - started)
    return found / EACH * 1e6


def sealer(form: Form) -> Sealer:
    """A sealer of messages in memory, whose person is `ada`."""
    of, store, service = SealedClass("messages", form, MESSAGES.epoch, MESSAGES.life), MemoryStore(), MemoryService()
    service.turn_over(store, of)
    epochs = EpochKeys(store, service, service.region, CACHED)
    if not form.has_subject:
        return Sealer(of, epochs)
    subjects = SubjectKeys(MemoryStore(), service, service.region, CACHED)
    subjects.create_class(of)
    subjects.create(of, "ada")
    return Sealer(of, epochs, subjects)


def primitives(form: Form, content: bytes) -> Callable[[], object]:
    """A fresh data key and id, one seal, and its wraps under keys that exist, each with a fresh nonce; nothing else."""
    wraps = [AESGCM(os.urandom(32)) for _ in range(1 + form.has_subject)]

    def once() -> bytes:
        key, record = os.urandom(32), os.urandom(16)
        layer = key
        for wrap in wraps:
            nonce = os.urandom(12)
            layer = nonce + wrap.encrypt(nonce, layer, _BOUND)
        return record + layer + AESGCM(key).encrypt(_ZERO, content, _BOUND)

    return once


def main() -> None:
    console = Console(width=120)
    columns = ("seal", "open", "primitives", "AES-GCM", "of primitives", "of AES-GCM", "at least")
    table = Table("µs", "size", *columns, box=None)
    for size, (against, least) in LEAST.items():
        content = os.urandom(size)
        alone = best(lambda content=content: AESGCM(os.urandom(32)).encrypt(_ZERO, content, _BOUND))
        for form in (Form.BIRTH, Form.BIRTH_AND_SUBJECT):
            seals, subject = sealer(form), "ada" if form.has_subject else None
            record = seals.seal(content, subject)
            sealing = best(lambda seals=seals, content=content, subject=subject: seals.seal(content, subject))
            opening = best(
                lambda seals=seals, record=record, subject=subject: seals.open(record.data, record.id, subject)
            )
            bare = best(primitives(form, content))
            numbers = [f"{number:.1f}" for number in (sealing, opening, bare, alone)]
            shares = [f"{bare / sealing:.2f}", f"{alone / sealing:.2f}"]
            table.add_row(form.name, f"{size:,}", *numbers, *shares, f"{least} of {against}")
    console.print(table)
    console.print(message())


def message() -> Table:
    """One message from its text to three inboxes, and read from one of them, stores in memory included."""
    world = ChatWorld()
    chat = world.process()
    text = "x" * 1000

    def whole() -> None:
        chat.send("ada", "all", text)
        chat.fan_out()

    sent = best(whole)
    record = next(reversed(world.stores.messages.rows.values()))
    table = Table("one message of 1,000 characters", "µs", box=None)
    table.add_row("sent, opened by the worker, stored and in three inboxes", f"{sent:.0f}")
    table.add_row("of this `seal` and one `open`", f"{_both(chat.messages, record.data):.0f}")
    table.add_row(
        "its envelope is longer by", f"{len(record.data) - len(chat.messages.open(record.data).content)} bytes"
    )
    return table


def _both(messages: Sealer, data: bytes) -> float:
    content = messages.open(data).content
    return best(lambda: messages.seal(content, "ada")) + best(lambda: messages.open(data))


if __name__ == "__main__":
    main()
