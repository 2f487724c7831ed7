"""What is made once and used again, as long as it is used."""

from __future__ import annotations

import collections
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

T = TypeVar("T")

MAX_KEPT = 256
"""How many are kept, least recently used dropped first."""


class Recent(Generic[T]):
    """Keeps what was used of late, by key."""

    def __init__(self) -> None:
        """Start with nothing kept."""
        self._kept: collections.OrderedDict[Hashable, T] = collections.OrderedDict()

    def get(self, key: Hashable, make: Callable[..., T], *arguments: Any) -> T:
        """Give what is kept under the key; what is not there is made of the arguments, and kept."""
        try:
            self._kept.move_to_end(key)
            return self._kept[key]
        except KeyError:
            made = self._kept[key] = make(*arguments)
        if len(self._kept) > MAX_KEPT:
            self._kept.popitem(last=False)
        return made
