"""Chunks: as many as there is credit for, then a wait that credit or a cancellation ends."""

from __future__ import annotations

import socket
import threading
import unittest

from dspex_worker import streams, wire
from dspex_worker.calls import CallCancelledError
from dspex_worker.inbox import Inbox

CALL = 7


class StreamsTest(unittest.TestCase):
    """One call that sends chunks, and what Rust's end of the socket gets of them."""

    def setUp(self) -> None:
        ours, theirs = socket.socketpair()
        self.addCleanup(ours.close)
        self.addCleanup(theirs.close)
        self.rust = wire.Connection(ours)
        self.worker = wire.Connection(theirs)
        self.streams = streams.Streams(self.worker, Inbox(self._take))
        self.streams.open(CALL)

    def _take(self) -> None:
        """Hand on one message, as a worker does."""
        kind, *rest = self.worker.read()
        {"credit": self.streams.grant, "cancel": self.streams.cancel}[kind](*rest)

    def _send(self, n_chunks: int) -> None:
        for number in range(n_chunks):
            self.streams.send(CALL, number)

    def test_as_many_are_sent_as_there_is_credit_for(self) -> None:
        self._send(streams.CREDIT)
        sender = threading.Thread(target=self._send, args=(3,), daemon=True)
        sender.start()
        sender.join(0.1)
        self.assertTrue(sender.is_alive(), "it waits for credit")
        self.rust.write(["credit", CALL, 2])
        sender.join(0.1)
        self.assertTrue(sender.is_alive(), "it waits for the third")
        self.rust.write(["credit", CALL, 1])
        sender.join(10)
        self.assertFalse(sender.is_alive())
        numbers = [*range(streams.CREDIT), 0, 1, 2]
        for number in numbers:
            self.assertEqual(self.rust.read(), ["chunk", CALL, number])

    def test_a_cancellation_ends_the_wait(self) -> None:
        self._send(streams.CREDIT)
        self.rust.write(["cancel", CALL])
        with self.assertRaises(CallCancelledError):
            self.streams.send(CALL, "more")

    def test_credit_for_a_call_that_is_over_is_lost(self) -> None:
        self.streams.close(CALL)
        self.streams.grant(CALL, 8)
        self.streams.cancel(CALL)
        with self.assertRaises(KeyError):
            self.streams.send(CALL, "more")


if __name__ == "__main__":
    unittest.main()
