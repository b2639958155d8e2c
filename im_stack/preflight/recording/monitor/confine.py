"""Confinement of a recorded program: it may compute, read files, and connect to itself.

A preview needs no network, no processes and no changes of existing files. Each attempt raises `Forbidden` and is
noted, so that a program which catches the exception still does not pass. It protects against mistakes: a hostile
program is arbitrary code in this process and can undo it (docs/engine/hostile-programs.md).
"""

import contextlib
import ctypes
import ipaddress
import os
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from im_stack.preflight.recording.monitor.own_lines import OwnLines
from im_stack.preflight.recording.recording import LARGEST

MEMORY: Final = 2 << 30
"""Bytes of writable memory a program gets; ten times what the largest stack here needs."""
_SPARE: Final = 256 << 20
"""What is left for saying so where a program has used that up: to report an error, threads are started."""
_SPACE: Final = 8 << 30  # of addresses: shared memory counts here, and so do reservations that are never used
_NOTES: Final = 20

_PROCESSES: Final = frozenset(
    {"os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.exec", "os.system", "subprocess.Popen", "pty.spawn"}
)
_ADDRESSED: Final = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
_LOOKED_UP: Final = frozenset(
    {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"}
)
_CHANGED: Final = frozenset({"os.remove", "os.rmdir", "os.truncate", "os.chmod", "os.chown", "os.rename", "os.link"})
_INSTEAD: Final = "take the value from the stack's configuration instead"


class Forbidden(RuntimeError):
    """The program did what a preview must not do."""


class Confinement:
    """The rules of one run. `notes` is what was refused, each with the line of the program that did it."""

    def __init__(self, lines: OwnLines, own: Path) -> None:
        self._lines = lines
        self._own = os.path.realpath(own) + os.sep
        self._made: set[str] = set()
        self._open = True
        self.notes: list[tuple[str, str]] = []

    def begin(self) -> None:
        """Start the confinement, for the rest of this process."""
        _limit()
        _watch_grpc(self._reach)
        _watch_spawning(self._spawn)
        sys.addaudithook(self._hook)

    def end(self) -> None:
        """The program is over; what follows is ours."""
        self._open = False
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        if used.ru_minflt and not self.notes:  # a child process existed in spite of every hook
            self.notes.append((f"the program starts a process; {_INSTEAD}", ""))

    def _hook(self, event: str, args: tuple[Any, ...]) -> None:
        if not self._open:
            return
        if event == "open":
            path, _, flags = args
            if flags & os.O_ACCMODE != os.O_RDONLY and not isinstance(path, int):
                self._change(path, -1, "writes into")
        elif event in _PROCESSES:
            self._spawn(args)
        elif event in _ADDRESSED:
            self._send(args[1])
        elif event in _LOOKED_UP:
            self._look_up(args[0])
        elif event in ("os.kill", "os.killpg"):
            if args[0] not in (0, os.getpid()) and args[1] != 0:
                self._refuse("sends a signal to another process", "remove it")
        elif event in _CHANGED:
            self._change(args[0], args[1] if event in ("os.remove", "os.rmdir") else -1, "changes or deletes")
            if event == "os.rename":
                self._change(args[1], -1, "replaces")
        elif event == "os.mkdir":
            self._made.add(os.path.realpath(os.fsdecode(args[0])) + os.sep)

    def _spawn(self, args: tuple[Any, ...]) -> None:
        what = args[0] if args and isinstance(args[0], str | bytes) else ""
        named = f" ({_short(os.path.basename(what))})" if what else ""
        self._refuse(f"starts a process{named}", _INSTEAD)

    def _send(self, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) and address else address
        if host is not None and not _is_loopback(host):
            self._refuse(f"opens a connection to {_short(host)}", _INSTEAD)

    def _look_up(self, host: Any) -> None:
        host = host[0] if isinstance(host, tuple) and host else host
        if host and not _is_loopback(host) and not _is_address(host):
            self._refuse(f"looks up the name {_short(host)}", _INSTEAD)

    def _reach(self, target: Any) -> None:
        text = os.fsdecode(target) if isinstance(target, str | bytes) else str(target)
        if not _is_loopback(text.rpartition(":")[0].strip("[]")):
            self._refuse(f"opens a connection to {_short(text)}", _INSTEAD)

    def _change(self, path: Any, folder: int, verb: str) -> None:
        if isinstance(path, int):
            return
        text = os.fsdecode(path)
        if folder != -1 and not os.path.isabs(text):
            with contextlib.suppress(OSError):
                text = os.path.join(os.readlink(f"/proc/self/fd/{folder}"), text)
        real = os.path.realpath(text)
        if real.startswith(self._own) or real.startswith("/dev/") or f"{os.sep}__pycache__{os.sep}" in real:
            return
        if real in self._made or any(real.startswith(made) for made in self._made if made.endswith(os.sep)):
            return
        if verb == "writes into" and not os.path.lexists(real):
            self._made.add(real)
            return
        self._refuse(f"{verb} {_short(text)}, which was there before", "a preview changes nothing: remove it")

    def _refuse(self, what: str, instead: str) -> None:
        message = f"the program {what}; {instead}"
        if len(self.notes) < _NOTES:
            self.notes.append((message, self._lines.innermost(sys._getframe(1))))
        raise Forbidden(message)


def _limit() -> None:
    """Bounds of the kernel's. Where it knows one of them not, the time limit remains."""
    for name, most in (("RLIMIT_DATA", MEMORY), ("RLIMIT_AS", _SPACE), ("RLIMIT_FSIZE", LARGEST), ("RLIMIT_CORE", 0)):
        with contextlib.suppress(AttributeError, ValueError, OSError):
            which = getattr(resource, name)
            ceiling = resource.getrlimit(which)[1]
            least = most if ceiling == resource.RLIM_INFINITY else min(most, ceiling)
            spare = _SPARE if name == "RLIMIT_DATA" else 0
            resource.setrlimit(which, (least, least + spare if ceiling == resource.RLIM_INFINITY else least))


def make_room() -> None:
    """Release the reserve after a MemoryError, for reporting it."""
    with contextlib.suppress(AttributeError, ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (resource.getrlimit(resource.RLIMIT_DATA)[1],) * 2)


def _watch_grpc(allow: Callable[[Any], None]) -> None:
    """Connections of gRPC are made in C and raise no audit event."""
    from grpc import _channel as plain
    from grpc.aio import _channel as waiting

    for kind in (plain.Channel, waiting.Channel):
        _before(kind, "__init__", lambda _self, target, *_args, **_options: allow(target))


def _watch_spawning(refuse: Callable[[tuple[Any, ...]], None]) -> None:
    """`multiprocessing` starts processes by a function that has no audit event."""
    with contextlib.suppress(ImportError):
        import _posixsubprocess

        _before(_posixsubprocess, "fork_exec", lambda *_args, **_options: refuse(()))


def _before(owner: Any, name: str, check: Callable[..., None]) -> None:
    inner = getattr(owner, name)

    def checked(*args: Any, **options: Any) -> Any:
        check(*args, **options)
        return inner(*args, **options)

    setattr(owner, name, checked)


def _is_loopback(host: Any) -> bool:
    text = os.fsdecode(host) if isinstance(host, str | bytes) else ""
    return text == "localhost" or (_is_address(text) and ipaddress.ip_address(text).is_loopback)


def _is_address(host: Any) -> bool:
    try:
        ipaddress.ip_address(os.fsdecode(host))
    except (ValueError, TypeError):
        return False
    return True


def _short(what: Any) -> str:
    text = ascii(os.fsdecode(what) if isinstance(what, str | bytes) else what).strip("'\"")
    return text if len(text) <= 100 else text[:99] + "…"


def end_with_parent() -> None:
    """Die when the parent does, however it dies. Linux only; elsewhere the parent's own clean-up has to do."""
    _prctl(1, signal.SIGKILL)


def adopt_orphans() -> None:
    """Become the parent of whatever descendant loses its own, so that nothing escapes by forking twice."""
    _prctl(36, 1)


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(option, value, 0, 0, 0)
