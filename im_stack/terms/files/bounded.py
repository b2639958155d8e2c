"""Bounded file reading: the text of a file, or the JSON document in it, of at most a given size.

In: a path, the most bytes that are read, and what the user should give instead. Raises `InputError` for a file that is
missing, no regular file (a pipe would be waited for, a device has no end), unreadable, too large, or not UTF-8.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from im_stack.terms.problem import InputError, Problem


def read_text(path: Path, largest: int, right: str) -> str:
    """The text of a file, without a byte order mark."""
    try:
        if path.exists() and not path.is_file():
            raise InputError(Problem("this is no file", right, file=str(path)))
        with path.open("rb") as file:
            content = file.read(largest + 1)
        if len(content) > largest:
            size = f"{largest >> 20} MB" if largest >> 20 else f"{largest >> 10} kB"
            raise InputError(Problem(f"the file is larger than {size}", right, file=str(path)))
        return content.decode("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        raise InputError(Problem("the file is not there", right, file=str(path))) from None
    except OSError as error:
        raise InputError(Problem(f"the file cannot be read: {error.strerror}", right, file=str(path))) from None
    except UnicodeDecodeError:
        raise InputError(Problem("the file is not UTF-8 text", right, file=str(path))) from None
    except MemoryError:
        raise InputError(Problem("the file is too large for this machine's memory", file=str(path))) from None


@contextmanager
def json_faults(path: Path, right: str) -> Iterator[None]:
    """Turns what a JSON parser raises into an `InputError` with the line."""
    try:
        yield
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        said = getattr(error, "msg", "") or type(error).__name__
        fault = Problem(f"this is not JSON, or not all of it: {said}", right, file=str(path), line=line)
        raise InputError(fault) from None
    except MemoryError:
        raise InputError(Problem("the file is too large for this machine's memory", file=str(path))) from None


def read_json(path: Path, largest: int, right: str) -> Any:
    """The JSON document in a file."""
    text = read_text(path, largest, right)
    with json_faults(path, right):
        return json.loads(text)
