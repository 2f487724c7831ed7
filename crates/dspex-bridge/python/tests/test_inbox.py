"""Messages reach the threads that wait for them, whichever thread reads."""

from __future__ import annotations

import queue
import threading
import unittest
from typing import Any

from dspex_worker.inbox import Inbox, Slot

LONG_S = 10.0
"""When a test gives up."""

FAILING = "fails"
"""The thread that is interrupted while it reads."""


class InboxTest(unittest.TestCase):
    """An inbox whose messages are slots and items."""

    def setUp(self) -> None:
        self.messages: queue.SimpleQueue[tuple[Slot, Any]] = queue.SimpleQueue()
        self.readers: list[str] = []
        self.inbox = Inbox(self.take)

    def take(self) -> None:
        slot, item = self.messages.get()
        self.readers.append(threading.current_thread().name)
        self.inbox.put(slot, item)
        if self.readers[-1] == FAILING:
            raise KeyboardInterrupt

    def start(self, name: str, slot: Slot, n_items: int = 1) -> tuple[threading.Thread, list[Any]]:
        """Have a thread wait for items."""
        got: list[Any] = []

        def work() -> None:
            got.extend(self.inbox.get(slot) for _ in range(n_items))

        thread = threading.Thread(target=work, name=name, daemon=True)
        thread.start()
        return thread, got

    def join(self, thread: threading.Thread) -> None:
        thread.join(LONG_S)
        self.assertFalse(thread.is_alive(), f"{thread.name} waits")

    def test_who_waits_alone_reads_for_itself(self) -> None:
        slot = Slot()
        thread, got = self.start("alone", slot, n_items=3)
        for item in range(3):
            self.messages.put((slot, item))
        self.join(thread)
        self.assertEqual((got, self.readers), ([0, 1, 2], ["alone"] * 3))

    def test_each_gets_its_own_and_the_next_one_reads_on(self) -> None:
        slots = [Slot() for _ in range(8)]
        waiting = [self.start(f"waiter-{number}", slot, 50) for number, slot in enumerate(slots)]
        for item in range(50):
            for slot in reversed(slots):
                self.messages.put((slot, item))
        for thread, got in waiting:
            self.join(thread)
            self.assertEqual(got, list(range(50)))

    def test_threads_share_a_slot(self) -> None:
        slot = Slot()
        waiting = [self.start(f"helper-{number}", slot, 25) for number in range(4)]
        for item in range(100):
            self.messages.put((slot, item))
        for thread, _ in waiting:
            self.join(thread)
        self.assertEqual(sorted(item for _, got in waiting for item in got), list(range(100)))

    def test_the_watcher_reads_while_all_compute_and_lets_go(self) -> None:
        threading.Thread(target=self.inbox.watch, name="watcher", daemon=True).start()
        slot, seen = Slot(), threading.Event()

        def compute() -> None:
            self.inbox.get(slot)
            seen.wait(LONG_S)

        computing = threading.Thread(target=compute, name="computes", daemon=True)
        computing.start()
        self.messages.put((slot, "a call"))
        aside = Slot()
        self.messages.put((aside, "a ping"))
        while len(self.readers) < 2:  # Nobody waits for it, and it is read all the same.
            self.assertTrue(computing.is_alive())
            seen.wait(0.005)
        self.assertEqual(self.readers, ["computes", "watcher"])
        seen.set()
        self.join(computing)
        # The first of them may still be read by the watcher.
        thread, got = self.start("later", slot, n_items=20)
        for item in range(20):
            self.messages.put((slot, item))
            threading.Event().wait(0.005)
        self.join(thread)
        self.assertEqual((got, self.readers[-1]), (list(range(20)), "later"))

    def test_an_error_in_a_wait_leaves_the_others_with_a_reader(self) -> None:
        def fails() -> None:
            with self.assertRaises(KeyboardInterrupt):
                self.inbox.get(Slot())

        failing = threading.Thread(target=fails, name=FAILING, daemon=True)
        failing.start()
        while not self.inbox.is_read:
            self.assertTrue(failing.is_alive())
        slot = Slot()
        thread, got = self.start("goes on", slot)
        self.messages.put((Slot(), "makes it fail"))
        self.messages.put((slot, "item"))
        self.join(failing)
        self.join(thread)
        self.assertEqual(got, ["item"])


if __name__ == "__main__":
    unittest.main()
