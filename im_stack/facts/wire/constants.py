"""Wire constants: how the engine's protocol writes a value that is not known yet, a secret, an output, a file or a
resource.
"""

from typing import Any, Final

from im_stack.facts.wire.walk import walk

UNKNOWN: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""The engine's text for a value that is not known yet, of whatever kind."""
UNKNOWNS: Final = frozenset(
    {
        UNKNOWN,
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)
"""The texts by which the engine says `not known yet`, for each kind of value."""
SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
"""The key of a block that stands for something else; which of these it is, is its value."""
SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"
OUTPUT: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
RESOURCE: Final = "5cf8f73096256a8f31e491e813e4eb8e"
ASSET: Final = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE: Final = "0def7320c3a5731c473e5ecbe6d01bc7"


def is_unknown(value: Any) -> bool:
    """Whether a wire value as a whole is not known yet."""
    return isinstance(value, str) and value in UNKNOWNS


def holds_unknown(value: Any) -> bool:
    """Whether a wire value, or anything inside it, is not known yet."""
    return any(map(is_unknown, walk(value)))


def is_secret(value: Any) -> bool:
    """Whether a wire value as a whole is a secret."""
    return isinstance(value, dict) and value.get(SIGNATURE) == SECRET
