"""Watch: what a program does, while it is recorded, that makes a deployment another than the recording.

Noted are hidden environment variables that its files read, questions whether this is a preview, callbacks on values
not known yet that may register resources, and secrets that lose their mark. A value that such a callback would have
made is told from the resource's own: it depends on `MADE`, too.
"""

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType
from typing import Any, Final

import pulumi
import pulumi.runtime
from pulumi.output import _OutputData
from pulumi.resource import DependencyResource
from pulumi.runtime import settings

from im_stack.facts.mechanism.cloud import sdks
from im_stack.preflight.recording.callbacks import may_register
from im_stack.preflight.recording.own_lines import is_own, place, real

MADE: Final = "urn:pulumi:made::by::callback::value"
"""Stands among the resources that a value depends on where a callback makes it out of them."""
_LOOKS_UP: Final = frozenset({"os.py", "_collections_abc.py", "posixpath.py", "ntpath.py"})
_FROZEN: Final = frozenset({"<frozen os>", "<frozen _collections_abc>", "<frozen posixpath>", "<frozen ntpath>"})
_EVERY: Final = "every variable of its environment"
_MOST: Final = 50


class Watch:
    """What is noted of one run: pairs of what was done and where."""

    def __init__(self, root: Path, answered: Mapping[str, str | None]) -> None:
        self._root = os.path.realpath(root) + os.sep
        self._answered = answered
        self._notes: dict[tuple[str, str], None] = {}
        self._loaded: set[str] = set()
        self._waiting: list[tuple[Callable[..., Any], list[bool], str]] = []

    def begin(self) -> None:
        """Watch from now on, for the rest of this process; what the declaration answers is set."""
        for name, value in self._answered.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        self._loaded = {name.partition(".")[0] for name in (*sys.modules, *sdks())}
        self._watch_environment()
        self._watch_dry_run()
        self._watch_outputs()

    def notes(self) -> list[list[str]]:
        """What was seen until now, a callback that did not run included."""
        for callback, ran, where in self._waiting:
            if not ran and may_register(callback):
                self._note("a callback waits for a value that is not known yet: what it registers is not seen", where)
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

    def _hidden(self, what: str) -> None:
        place = self._asked_by(sys._getframe(2))
        if place:
            self._note(f"the program reads {what}, which is hidden here: its value may decide what is made", place)

    def _asked_by(self, frame: FrameType | None) -> str:
        """The line of the program that asks, itself or by a library of its own choice; nothing where none does.

        What libraries ask while they are imported, and what the SDKs ask, decides nothing of the stack.
        """
        while frame is not None:
            file = frame.f_code.co_filename
            own = self._own(frame)
            if own or "importlib" in file:
                return own
            looks_up = os.path.basename(file) in _LOOKS_UP or file in _FROZEN
            if not looks_up and self._package(file) in self._loaded:
                return ""
            frame = frame.f_back
        return ""

    def _package(self, file: str) -> str:
        """The package of a library's file; for a file of Python itself `sys`, which is always loaded."""
        _, library, path = real(file).rpartition("site-packages" + os.sep)
        return path.partition(os.sep)[0].removesuffix(".py") if library else "sys"

    def _own(self, frame: FrameType | None) -> str:
        """Where in the program's own files a frame is; nothing where it is elsewhere."""
        if frame is None or frame.f_code.co_filename.startswith("<"):
            return ""
        file = real(frame.f_code.co_filename)
        return place(file, frame.f_lineno, self._root) if file.startswith(self._root) and is_own(file) else ""

    def _innermost(self) -> str:
        frame: FrameType | None = sys._getframe(2)
        while frame is not None:
            place = self._own(frame)
            if place:
                return place
            frame = frame.f_back
        return ""

    def _watch_dry_run(self) -> None:
        asked = settings.is_dry_run

        def is_dry_run() -> bool:
            place = self._own(sys._getframe(1))
            if place:
                self._note("the program asks whether this is a preview: a deployment may make something else", place)
            return asked()

        settings.is_dry_run = pulumi.runtime.is_dry_run = is_dry_run

    def _watch_outputs(self) -> None:
        apply, unsecret = pulumi.Output.apply, pulumi.Output.unsecret
        made: list[DependencyResource] = []

        def watched(output: Any, func: Any, run_with_unknowns: bool = False) -> Any:
            if run_with_unknowns or _lifts(func):
                return apply(output, func, run_with_unknowns)
            ran: list[bool] = []
            code = getattr(func, "__code__", None)
            place = self._innermost() or (f"{code.co_filename}:{code.co_firstlineno}" if code else "")
            module = getattr(func, "__module__", None) or ""

            def run(value: Any) -> Any:
                ran.append(True)
                return func(value)

            if module.partition(".")[0] != "pulumi":  # the SDK's own register nothing by themselves
                self._waiting.append((func, ran, place))
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
            result, place = unsecret(value), self._innermost()

            async def noted() -> Any:
                if await value.is_secret():
                    self._note("a secret loses its mark: it stands in clear in whatever takes it", place)
                return await result._data

            result._untrack()
            return pulumi.Output._from_data(noted())

        pulumi.Output.apply = watched  # type: ignore[method-assign,assignment]
        pulumi.Output.unsecret = staticmethod(bared)  # type: ignore[method-assign,assignment]


def _lifts(func: Any) -> bool:
    """Whether a function only takes an output apart or together: the SDK's own, but what makes texts."""
    name = getattr(func, "__qualname__", "")
    module = getattr(func, "__module__", "")
    return func is tuple or (
        module == "pulumi.output" and not name.startswith(("Output.format", "Output.concat", "Output.json"))
    )
