"""The format a second time, from its description alone (docs/declaring/sealing.md), and the test vectors made with it.

It shares no code with the library: HKDF is written out with `hmac`, and every byte is put in its place by hand. Its
randomness is a counter, so `python -m tests.sealing.reference` writes the same `sealing/vectors.json` every time.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VECTORS = Path(__file__).parents[2] / "sealing" / "vectors.json"
START = 1795410000  # 2026-11-23T05:00:00Z
NAME, REGION, USER = "messages", "memory", "ada"


def hkdf(key: bytes, salt: bytes, purpose: str) -> bytes:
    """RFC 5869 with SHA-256, 32 bytes: one block."""
    extracted = hmac.digest(salt or bytes(32), key, "sha256")
    return hmac.digest(extracted, b"im-sealing 1 " + purpose.encode() + b"\x01", "sha256")


def wrap(key: bytes, salt: bytes, nonce: bytes, content: bytes, bound: bytes) -> bytes:
    return salt + nonce + AESGCM(hkdf(key, salt, "wrap")).encrypt(nonce, content, bound)


def unwrap(key: bytes, wrapped: bytes, bound: bytes) -> bytes:
    return AESGCM(hkdf(key, wrapped[:16], "wrap")).decrypt(wrapped[16:28], wrapped[28:], bound)


def subject_name(class_key: bytes, user: str) -> bytes:
    return hmac.digest(hkdf(class_key, b"", "names"), user.encode(), "sha256")


def token(epoch_key: bytes, start: int, field: str, value: str) -> bytes:
    text = len(field).to_bytes(2, "big") + field.encode() + value.encode()
    return start.to_bytes(8, "big") + hmac.digest(hkdf(epoch_key, b"", "names"), text, "sha256")[:16]


def envelope(
    form: int, keys: dict[str, bytes], content: bytes, record: bytes, fresh: Iterator[bytes], start: int = START
) -> bytes:
    """`keys`: epoch, class, subject, and the subject's own random id, as far as the form needs them."""
    start = 0 if form == 4 else start
    kept = b"IMS\x01" + bytes([form]) + len(content).to_bytes(8, "big") + record
    head = kept + start.to_bytes(8, "big") + (keys["subject_id"] if form == 4 else b"")
    name = bytes([len(NAME)]) + NAME.encode()
    data_key, salts = next(fresh) + next(fresh), [next(fresh), next(fresh)]
    nonces = [next(fresh)[:12], next(fresh)[:12]]
    layer = data_key
    if form != 1:
        layer = wrap(keys["subject"], salts[0], nonces[0], layer, name + head)
    if form in (2, 3):
        layer = subject_name(keys["class"], USER) + layer
    if form != 4:
        layer = wrap(keys["epoch"], salts[1], nonces[1], layer, name + head)
    return head + layer + AESGCM(data_key).encrypt(bytes(12), content, name + kept)


def opened(data: bytes, keys: dict[str, bytes]) -> bytes:
    """The content of a sound envelope, by the same description."""
    form, name = data[4], bytes([len(NAME)]) + NAME.encode()
    at = 53 if form == 4 else 37
    size = 32 + 76 + 44 if form in (2, 3) else 76
    head, layer, sealed = data[:at], data[at : at + size], data[at + size :]
    if form != 4:
        layer = unwrap(keys["epoch"], layer, name + head)
    if form in (2, 3):
        layer = layer[32:]
    if form != 1:
        layer = unwrap(keys["subject"], layer, name + head)
    return AESGCM(layer).decrypt(bytes(12), sealed, name + data[:29])


def media(key: bytes, content: bytes, segment: int) -> bytes:
    head = b"IMM\x01" + segment.to_bytes(4, "big")
    parts = [content[at : at + segment] for at in range(0, len(content), segment)] or [b""]
    sealed = b""
    for number, part in enumerate(parts):
        nonce = bytes(7) + number.to_bytes(4, "big") + (b"\x01" if number == len(parts) - 1 else b"\x00")
        sealed += AESGCM(key).encrypt(nonce, part, head)
    return head + sealed


def subject_object(keys: dict[str, bytes], fresh: Iterator[bytes]) -> tuple[str, bytes]:
    name = subject_name(keys["class"], USER)
    bound = b"IMK\x01" + NAME.encode() + name
    body = b"IMK\x01" + wrap(keys["class"], next(fresh), next(fresh)[:12], keys["subject"] + keys["subject_id"], bound)
    return f"subjects/{NAME}/{name.hex()}", body


def _fresh() -> Iterator[bytes]:
    number = 0
    while True:
        number += 1
        yield hashlib.sha256(b"vector %d" % number).digest()[:16]


def vectors() -> dict[str, Any]:
    """Every vector, with bytes in hexadecimal."""
    fresh = _fresh()
    keys = {each: next(fresh) + next(fresh) for each in ("epoch", "class", "subject")} | {"subject_id": next(fresh)}
    forms = {1: "BIRTH", 2: "BIRTH_AND_SUBJECT", 3: "LAST_WRITE_AND_SUBJECT", 4: "SUBJECT"}
    good = [
        {
            "form": form,
            "content": content.hex(),
            "envelope": envelope(number, keys, content, next(fresh), fresh).hex(),
        }
        for number, form in forms.items()
        for content in (b"", b"hello", bytes(range(256)) * 5)
    ]
    one = bytes.fromhex(str(good[1]["envelope"]))
    other = envelope(1, keys, b"other", next(fresh), fresh)
    bad = {
        "cut within the head": ("CutShortError", one[:20]),
        "cut within the content": ("CutShortError", one[:-1]),
        "version 2": ("VersionError", b"IMS\x02" + one[4:]),
        "no envelope": ("VersionError", b'{"text": "hello"}'),
        "unknown form": ("VersionError", one[:4] + b"\x07" + one[5:]),
        "another form": ("SwappedError", bytes.fromhex(str(good[4]["envelope"]))),
        "another record": ("SwappedError", other),
        "content of another record": ("AlteredError", one[:113] + other[113:]),
        "an epoch between two": ("AlteredError", envelope(1, keys, b"x", one[13:29], fresh, START + 60)),
        "a bit of the content": ("AlteredError", one[:-1] + bytes([one[-1] ^ 1])),
        "a bit of the wrap": ("AlteredError", one[:80] + bytes([one[80] ^ 1]) + one[81:]),
        "another byte behind": ("AlteredError", one + b"\0"),
        "an epoch without a key": ("KeyGoneError", envelope(1, keys, b"x", one[13:29], fresh, START - 3600)),
        "an epoch whose life is over": ("KeyGoneError", envelope(1, keys, b"x", one[13:29], fresh, START - 3600 * 145)),
        "an epoch to come": ("ClockError", envelope(1, keys, b"x", one[13:29], fresh, START + 3600 * 2)),
    }
    object_name, body = subject_object(keys, fresh)
    plain = bytes(range(200))
    return {
        "about": "Bytes in hexadecimal. Keys are plain; `objects` is what the keyring's store holds of a person.",
        "class": {"name": NAME, "epoch_s": 3600, "life_s": 144 * 3600},
        "now": START + 1200,
        "epoch": START,
        "user": USER,
        "keys": {name: key.hex() for name, key in keys.items()},
        "objects": {object_name: body.hex()},
        "envelopes": good,
        "tokens": [
            {"field": field, "value": value, "token": token(keys["epoch"], START, field, value).hex()}
            for field, value in (("conversation", "c-1"), ("inbox", "ada"), ("", ""))
        ],
        "media": [
            {"key": (key := next(fresh) + next(fresh)).hex(), "content": plain[:size].hex(), "segment": 64}
            | {"object": media(key, plain[:size], 64).hex()}
            for size in (0, 63, 64, 65, 200)
        ],
        "errors": [
            {"what": what, "error": error, "record": one[13:29].hex(), "envelope": data.hex()}
            for what, (error, data) in bad.items()
        ],
    }


if __name__ == "__main__":
    VECTORS.write_text(json.dumps(vectors(), indent=1) + "\n", "utf-8")
