"""Hands on the messages that come; whoever waits for one reads the socket meanwhile.

A thread of its own that reads would have to wake the thread that each message is for, which takes
longer than most messages take to be answered. So a thread that has nothing to do until a message
comes reads until its own has come, and lets another one that waits go on. While no thread waits,
because all compute, a watcher takes over after a moment, so that cancellations and pings are seen.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

WATCH_S = 0.02
"""How often the watcher looks whether nobody reads; it takes over the second time in a row."""

N_QUIET = 50
"""After how many looks at an idle worker the watcher sleeps until there is work again."""

SLEEP_S = 1.0
"""How long it sleeps at most."""


class Slot:
    """Where items for the threads that wait for them are put."""

    __slots__ = ("items",)

    def __init__(self) -> None:
        """Start empty."""
        self.items: deque[Any] = deque()


class _Waiter:
    """A thread that waits while another one reads."""

    __slots__ = ("slot", "wakes")

    def __init__(self, slot: Slot) -> None:
        self.slot = slot
        self.wakes = threading.Lock()
        self.wakes.acquire()


class Inbox:
    """The messages of one connection, each put into the slot of the thread that waits for it."""

    def __init__(self, take: Callable[[], None]) -> None:
        """Start without a reader; `take` waits for one message and puts it where it belongs."""
        self._take = take
        self._lock = threading.Lock()
        self.is_read = False
        """Whether a thread reads."""
        self._waiters: list[_Waiter] = []
        self._n_woken = 0
        self._n_left = 0
        self._watcher_sleeps = False
        self._wakes_watcher = threading.Lock()
        self._wakes_watcher.acquire()
        self._is_over = False

    def end(self) -> None:
        """Have the watcher end: no message will come any more."""
        with self._lock:
            self._is_over = True
            self._wake_watcher()

    def put(self, slot: Slot, item: Any) -> None:
        """Put an item into a slot, and wake a thread that waits for it."""
        with self._lock:
            slot.items.append(item)
            for waiter in self._waiters:
                if waiter.slot is slot:
                    self._wake(waiter)
                    break

    def get(self, slot: Slot) -> Any:
        """Give the slot's next item, and read messages until there is one.

        A cancellation that is raised here loses no item and leaves no one without a reader.
        """
        reads, waiter = False, None
        try:
            while True:
                with self._lock:
                    if slot.items:
                        return slot.items.popleft()
                    if not reads and not self.is_read:
                        self.is_read = reads = True
                    elif not reads:
                        waiter = _Waiter(slot)
                        self._waiters.append(waiter)
                if reads:
                    self._take()
                else:
                    waiter.wakes.acquire()
        finally:
            with self._lock:
                if reads:
                    self.is_read = False
                if waiter in self._waiters:
                    self._waiters.remove(waiter)
                self._pass_on()

    def watch(self) -> None:
        """Read while nobody else does, until there is nothing more to read."""
        n_left, n_quiet = -1, 0
        while not self._is_over:
            self._wakes_watcher.acquire(timeout=SLEEP_S if n_quiet > N_QUIET else WATCH_S)
            with self._lock:
                takes_over = not self.is_read and self._n_left == n_left
                n_quiet = n_quiet + 1 if self.is_read else 0
                n_left = self._n_left
                self.is_read = self.is_read or takes_over
                self._watcher_sleeps = n_quiet > N_QUIET
            if takes_over:
                self._stand_in()

    def _stand_in(self) -> None:
        """Read until a thread waits that can go on."""
        while True:
            with self._lock:
                n_woken = self._n_woken
            self._take()
            with self._lock:
                if self._is_over or self._waiters or self._n_woken != n_woken:
                    self.is_read = False
                    self._pass_on()
                    return

    def _wake(self, waiter: _Waiter) -> None:
        self._waiters.remove(waiter)
        self._n_woken += 1
        waiter.wakes.release()

    def _pass_on(self) -> None:
        """Have a thread that waits read on, if nobody does."""
        if self.is_read:
            return
        self._n_left += 1
        if self._waiters:
            self._wake(self._waiters[0])
        else:
            self._wake_watcher()

    def _wake_watcher(self) -> None:
        if self._watcher_sleeps:
            self._watcher_sleeps = False
            self._wakes_watcher.release()
