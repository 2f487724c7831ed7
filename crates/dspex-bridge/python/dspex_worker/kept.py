"""Objects that stay in this process, and go to Rust as references."""

from __future__ import annotations

import contextlib
import itertools
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_KEPT = 10_000
"""How many objects are kept at a time."""

MAX_SHOWN = 200
"""How much of an object's `repr` is shown."""

_objects: dict[int, Any] = {}
_ids = itertools.count(1)
_lock = threading.Lock()
_own = threading.local()


class TooManyKeptError(Exception):
    """Rust holds as many references as it may: it has to drop some first."""


def serve_for(numbers: set[int]) -> None:
    """Note for whom this thread keeps objects: `numbers` has those that are kept."""
    _own.numbers = numbers


@contextlib.contextmanager
def keeping() -> Iterator[None]:
    """Keep what cannot cross, on this thread, until the end of the block."""
    _own.ids = []
    _own.keeps = True
    try:
        yield
    except BaseException:
        forget()
        raise
    finally:
        _own.keeps = False


def keeps() -> bool:
    """Tell whether what cannot cross is kept."""
    return getattr(_own, "keeps", False)


def keep(value: Any) -> int:
    """Keep an object, and give its number."""
    with _lock:
        if len(_objects) >= MAX_KEPT:
            raise TooManyKeptError(f"{MAX_KEPT} objects are kept in this worker already")
        number = next(_ids)
        _objects[number] = value
    _own.ids.append(number)
    getattr(_own, "numbers", set()).add(number)
    return number


def get(number: int) -> Any:
    """Give an object that is kept."""
    with _lock:
        return _objects[number]


def release(numbers: Iterable[int]) -> None:
    """Keep these objects no longer."""
    with _lock:
        # The objects' own ends are code of a user, which must not run under the lock.
        ended = [_objects.pop(number, None) for number in numbers]
    ended.clear()


def forget() -> None:
    """Release what this thread kept last: Rust never got the references."""
    ids = getattr(_own, "ids", [])
    getattr(_own, "numbers", set()).difference_update(ids)
    release(ids)
    _own.ids = []


def count() -> int:
    """Give the number of objects that are kept."""
    with _lock:
        return len(_objects)


def shown(value: Any) -> str:
    """Give the beginning of an object's `repr`, which is code of a user and may fail."""
    try:
        text = repr(value)
    except Exception:  # noqa: BLE001 - Whatever it raises, the object is as good as before.
        text = f"<{type(value).__name__}>"
    return text[:MAX_SHOWN].encode("utf-8", "replace").decode()
