"""Offline mode of Checkov: network calls fail at once instead of running into a timeout."""

import os
import sys
from typing import Any, Final

_OF_THE_PLATFORM: Final = ("BC_", "PRISMA_", "CKV_", "CHECKOV_", "LOG_LEVEL")
_CALLS: Final = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto")


def go_offline(home: str) -> None:
    """Refuse connections of this process, which has not loaded Checkov yet.

    `home` stands in for the user's folder, where Checkov would look for a key of its platform and for settings.
    """
    for name in [name for name in os.environ if name.startswith(_OF_THE_PLATFORM)]:
        del os.environ[name]
    os.environ |= {"CKV_SKIP_PACKAGE_UPDATE_CHECK": "true", "HOME": home, "USERPROFILE": home}

    def refuse(event: str, _: tuple[Any, ...]) -> None:
        if event in _CALLS:
            raise OSError("the network is not for checks: they run offline")

    sys.addaudithook(refuse)
