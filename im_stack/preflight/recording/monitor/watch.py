"""Watch: what a program does, while it is recorded, that makes a deployment another than the recording.

Noted are hidden environment variables and files of elsewhere that its files read, questions for the time, for chance,
for the machine and whether this is a preview, callbacks on values not known yet and hooks that may register resources,
waits for such values, and secrets that lose their mark or are read without it. A value that such a callback would have
made is told from the resource's own: it depends on `MADE`, too.
"""

import datetime
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any, Final

import pulumi
import pulumi.runtime
from pulumi.output import _OutputData
from pulumi.resource import DependencyResource
from pulumi.runtime import settings
from pulumi.runtime.config import is_config_secret

from im_stack.facts.mechanism.cloud import sdks
from im_stack.preflight.recording.monitor.callbacks import may_register
from im_stack.preflight.recording.monitor.own_lines import OwnLines, is_own, real

MADE: Final = "urn:pulumi:made::by::callback::value"
"""Stands among the resources that a value depends on where a callback makes it out of them."""
_LOOKS_UP: Final = frozenset({"os", "_collections_abc", "posixpath", "ntpath"})
"""Modules of Python that read variables for whoever calls them."""
_FILES: Final = _LOOKS_UP | {"pathlib", "genericpath", "io", "codecs", "shutil", "glob", "fnmatch", "fileinput", "gzip"}
"""The same of files."""
_SAME_EVERYWHERE: Final = tuple(f"{os.path.realpath(path)}{os.sep}" for path in (sys.prefix, sys.base_prefix, "/dev"))
_VARIES: Final[Mapping[str, tuple[str, ...]]] = {
    "time": ("time", "time_ns", "localtime", "gmtime", "ctime", "strftime"),
    "random": (
        *("random", "randint", "randrange", "randbytes", "getrandbits", "uniform"),
        *("choice", "choices", "sample", "shuffle"),
    ),
    "secrets": ("choice", "randbelow", "randbits", "token_bytes", "token_hex", "token_urlsafe"),
    "uuid": ("uuid1", "uuid4"),
    "os": ("urandom", "getuid", "getlogin", "uname"),
    "socket": ("gethostname", "getfqdn"),
    "platform": ("node", "uname"),
    "getpass": ("getuser",),
}
"""Functions of Python's own modules whose answer another time, or on another machine, is another."""
_CLOCKS: Final = {"datetime": ("now", "utcnow", "today"), "date": ("today",)}
_EVERY: Final = "every variable of its environment"
_MOST: Final = 50


class Watch:
    """What is noted of one run: pairs of what was done and where."""

    def __init__(self, lines: OwnLines, answered: Mapping[str, str | None], folders: Iterable[Path]) -> None:
        """`folders`: where files are the program's, and there wherever it is deployed from."""
        self._lines = lines
        self._answered = answered
        self._folders = (*_SAME_EVERYWHERE, *(os.path.realpath(folder) + os.sep for folder in folders))
        self._notes: dict[tuple[str, str], None] = {}
        self._loaded: set[str] = set()
        self._waiting: list[tuple[Callable[..., Any], list[bool], str, str]] = []

    def begin(self) -> None:
        """Watch from now on, for the rest of this process; what the declaration answers is set."""
        for name, value in self._answered.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        self._loaded = {name.partition(".")[0] for name in (*sys.modules, *sdks())}
        self._watch_environment()
        self._watch_files()
        self._watch_dry_run()
        self._watch_what_varies()
        self._watch_configuration()
        self._watch_outputs()
        self._watch_waits()
        self._watch_hooks()

    def notes(self) -> list[list[str]]:
        """What was seen until now, a callback that did not run included."""
        for callback, ran, what, where in self._waiting:
            if not ran and may_register(callback):
                self._note(f"{what}: what it registers is not seen", where)
        return [list(note) for note in sorted(self._notes)]

    def _note(self, what: str, place: str) -> None:
        if len(self._notes) < _MOST:
            self._notes[what, place] = None

    def _watch_environment(self) -> None:
        kind = type(os.environ)
        read, iterate = kind.__getitem__, kind.__iter__

        def getitem(environ: Any, key: Any) -> Any:
            try:
                return read(environ, key)
            except KeyError:
                name = os.fsdecode(key) if isinstance(key, str | bytes) else ""
                if name and name not in self._answered:
                    self._hidden(f"the environment variable {name}")
                raise

        def every(environ: Any) -> Any:
            self._hidden(_EVERY)
            return iterate(environ)

        kind.__getitem__, kind.__iter__ = getitem, every  # type: ignore[method-assign]
        for name in ("__len__", "__repr__"):
            setattr(kind, name, self._noting(getattr(kind, name), f"reads {_EVERY}, which is hidden here"))

    def _watch_files(self) -> None:
        """Files decide as variables do: what is outside of the project, and what is not there."""
        stat = os.stat

        def asked(path: Any, *args: Any, **options: Any) -> Any:
            if isinstance(path, str | bytes | os.PathLike):
                self._file(path, sys._getframe(1))
            return stat(path, *args, **options)

        def hook(event: str, args: tuple[Any, ...]) -> None:
            reads = event in ("os.listdir", "os.scandir") or (event == "open" and args[2] & os.O_ACCMODE == os.O_RDONLY)
            if reads and isinstance(args[0], str | bytes):
                self._file(args[0], sys._getframe(1))

        os.stat = asked
        sys.addaudithook(hook)

    def _file(self, path: Any, frame: FrameType | None) -> None:
        place = self._asked_by(frame, _FILES)
        if not place:
            return
        named = os.fsdecode(path)
        file = os.path.realpath(named)
        if not f"{file}{os.sep}".startswith(self._folders):
            self._note(f"the file {named} is outside of the project: what is there may decide what is made", place)
        elif not os.path.lexists(file):
            self._note(f"the file {named} is asked for, and is not there: it may decide what is made", place)

    def _hidden(self, what: str) -> None:
        place = self._asked_by(sys._getframe(2), _LOOKS_UP)
        if place:
            self._note(f"the program reads {what}, which is hidden here: its value may decide what is made", place)

    def _asked_by(self, frame: FrameType | None, passes_on: frozenset[str]) -> str:
        """The line of the program that asks, itself or by a library of its own choice; nothing where none does. Modules
        of Python that `passes_on` names ask for whoever calls them.

        What libraries ask while they are imported, and what the SDKs ask, decides nothing of the stack.
        """
        while frame is not None:
            file = frame.f_code.co_filename
            own = self._lines.at(frame)
            if own or "importlib" in file:
                return own
            module = os.path.basename(file).removeprefix("<frozen ").removesuffix(">").removesuffix(".py")
            if module not in passes_on and self._package(file) in self._loaded:
                return ""
            frame = frame.f_back
        return ""

    def _package(self, file: str) -> str:
        """The package of a library's file; for a file of Python itself `sys`, which is always loaded."""
        _, library, path = real(file).rpartition("site-packages" + os.sep)
        return path.partition(os.sep)[0].removesuffix(".py") if library else "sys"

    def _watch_dry_run(self) -> None:
        asked = settings.is_dry_run

        def is_dry_run() -> bool:
            place = self._lines.at(sys._getframe(1))
            if place:
                self._note("the program asks whether this is a preview: a deployment may make something else", place)
            return asked()

        settings.is_dry_run = pulumi.runtime.is_dry_run = is_dry_run

    def _noting(self, asked: Callable[..., Any], what: str) -> Callable[..., Any]:
        """A function that is noted where the program's own files call it."""

        def noting(*args: Any, **options: Any) -> Any:
            place = self._lines.at(sys._getframe(1))
            if place:
                self._note(f"the program {what}: its value may decide what is made", place)
            return asked(*args, **options)

        return noting

    def _watch_what_varies(self) -> None:
        for module, names in _VARIES.items():
            found = import_module(module)
            for name in names:
                what = f"asks {module}.{name}, whose answer is another elsewhere or at another time"
                setattr(found, name, self._noting(getattr(found, name), what))
        for name, methods in _CLOCKS.items():
            kind = getattr(datetime, name)
            asks = {
                each: staticmethod(self._noting(getattr(kind, each), f"asks {name}.{each} for the time"))
                for each in methods
            }
            setattr(datetime, name, _alike(kind, asks))

    def _watch_configuration(self) -> None:
        read = pulumi.Config._get

        def got(config: Any, key: str, use: Any = None, instead_of: Any = None) -> Any:
            if use is not None and is_config_secret(config.full_key(key)):
                place = self._lines.innermost(sys._getframe(1))
                self._note(
                    f"the secret {config.full_key(key)} is read without its mark: `{use.__name__}` keeps it", place
                )
            return read(config, key, use, instead_of)

        pulumi.Config._get = got  # type: ignore[method-assign, assignment]

    def _watch_waits(self) -> None:
        """A coroutine of the program may take a value apart without any callback."""

        def watched(method: Callable[..., Any]) -> Callable[..., Any]:
            known = pulumi.Output.is_known

            def asked(output: Any, *args: Any, **options: Any) -> Any:
                place = self._lines.at(sys._getframe(1))

                async def noted() -> Any:
                    if place and not await known(output):
                        self._note("the program waits for a value that is not known yet, and goes on without it", place)
                    return await method(output, *args, **options)

                return noted()

            return asked

        pulumi.Output.future = watched(pulumi.Output.future)  # type: ignore[method-assign]
        pulumi.Output.is_known = watched(pulumi.Output.is_known)  # type: ignore[method-assign]

    def _watch_hooks(self) -> None:
        begin = pulumi.ResourceHook.__init__

        def made(hook: Any, name: str, func: Any, opts: Any = None) -> None:
            code = getattr(func, "__code__", None)
            if code is None or is_own(real(code.co_filename)):  # this project's own only refuse and wait
                place = self._lines.innermost(sys._getframe(1))
                self._waiting.append((func, [], f"the hook {name!r} runs at the deployment only", place))
            begin(hook, name, func, opts)

        pulumi.ResourceHook.__init__ = made  # type: ignore[method-assign, assignment]

    def _watch_outputs(self) -> None:
        apply, unsecret = pulumi.Output.apply, pulumi.Output.unsecret
        made: list[DependencyResource] = []

        def watched(output: Any, func: Any, run_with_unknowns: bool = False) -> Any:
            if run_with_unknowns or _lifts(func):
                return apply(output, func, run_with_unknowns)
            ran: list[bool] = []
            code = getattr(func, "__code__", None)
            place = self._lines.innermost(sys._getframe(1)) or (
                f"{code.co_filename}:{code.co_firstlineno}" if code else ""
            )
            module = getattr(func, "__module__", None) or ""

            def run(value: Any) -> Any:
                ran.append(True)
                return func(value)

            if module.partition(".")[0] != "pulumi":  # the SDK's own register nothing by themselves
                self._waiting.append((func, ran, "a callback waits for a value that is not known yet", place))
            result = apply(output, run)

            async def marked() -> Any:
                data = await result._data
                if data.is_known or ran:
                    return data
                if not made:
                    made.append(DependencyResource(MADE))
                return _OutputData(data.resources | {made[0]}, data.value, False, data.is_secret)

            result._untrack()
            return pulumi.Output._from_data(marked())

        def bared(value: Any) -> Any:
            result, place = unsecret(value), self._lines.innermost(sys._getframe(1))

            async def noted() -> Any:
                if await value.is_secret():
                    self._note("a secret loses its mark: it stands in clear in whatever takes it", place)
                return await result._data

            result._untrack()
            return pulumi.Output._from_data(noted())

        pulumi.Output.apply = watched  # type: ignore[method-assign,assignment]
        pulumi.Output.unsecret = staticmethod(bared)  # type: ignore[method-assign,assignment]


def _alike(kind: type, members: Mapping[str, Any]) -> type:
    """A class in place of another that cannot be changed, with other members. It makes instances of the other alone."""
    checks = {
        "__call__": lambda _, *args, **options: kind(*args, **options),
        "__instancecheck__": lambda _, value: isinstance(value, kind),
        "__subclasscheck__": lambda _, other: issubclass(other, kind),
    }
    meta: Any = type("Alike", (type,), checks)
    alike: type = meta(kind.__name__, (kind,), dict(members))
    return alike


def repository_of(folder: Path) -> Path:
    """The repository that a folder is in; the folder itself where it is in none."""
    return next((each for each in (folder, *folder.parents) if (each / ".git").exists()), folder)


def _lifts(func: Any) -> bool:
    """Whether a function only takes an output apart or together: the SDK's own, but what makes texts."""
    name = getattr(func, "__qualname__", "")
    module = getattr(func, "__module__", "")
    return func is tuple or (
        module == "pulumi.output" and not name.startswith(("Output.format", "Output.concat", "Output.json"))
    )
