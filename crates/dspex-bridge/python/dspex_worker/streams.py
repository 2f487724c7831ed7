"""Results that are sent piece by piece, as far as Rust gives credit for them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from dspex_worker.calls import CallCancelledError
from dspex_worker.inbox import Slot

if TYPE_CHECKING:
    from dspex_worker.inbox import Inbox
    from dspex_worker.wire import Connection

CREDIT = 16
"""How many chunks may be sent before Rust has read one; Rust has the same number."""


class Streams:
    """The calls that send chunks. Each waits on its own thread until it may send one more."""

    def __init__(self, connection: Connection, inbox: Inbox) -> None:
        """Start with none."""
        self._connection = connection
        self._inbox = inbox
        self._lock = threading.Lock()
        self._credit: dict[int, Slot] = {}

    def open(self, call: int) -> None:
        """Give a call its first credit."""
        slot = Slot()
        slot.items.extend([None] * CREDIT)
        with self._lock:
            self._credit[call] = slot

    def send(self, call: int, value: Any) -> None:
        """Send a packed value, once there is credit for it."""
        with self._lock:
            slot = self._credit[call]
        refusal = self._inbox.get(slot)
        if refusal is not None:
            raise refusal
        self._connection.write(["chunk", call, value])

    def grant(self, call: int, n_chunks: int) -> None:
        """Let a call send so many more; one that is over needs none."""
        for _ in range(n_chunks):
            self._put(call, None)

    def cancel(self, call: int) -> None:
        """End the wait of a cancelled call."""
        self._put(call, CallCancelledError())

    def close(self, call: int) -> None:
        """Note that the call sends nothing more."""
        with self._lock:
            self._credit.pop(call, None)

    def _put(self, call: int, item: CallCancelledError | None) -> None:
        with self._lock:
            slot = self._credit.get(call)
        if slot is not None:
            self._inbox.put(slot, item)
