"""Frames: what is read, what is refused, and when the other side is gone."""

from __future__ import annotations

import json
import socket
import struct
import sys
import unittest
from pathlib import Path
from unittest import mock

import numpy as np

from dspex_worker import values, wire


class WireTest(unittest.TestCase):
    """Two ends of one socket pair."""

    def setUp(self) -> None:
        self.ours, theirs = socket.socketpair()
        self.addCleanup(self.ours.close)
        self.addCleanup(theirs.close)
        self.connection = wire.Connection(theirs)

    def test_a_message_comes_back_as_it_was_sent(self) -> None:
        message = ["call", 7, "module.run", {"inputs": {"k": [1, 2.5, None]}}]
        self.ours.sendall(wire.encode(message))
        self.assertEqual(self.connection.read(), message)

    def test_golden_messages_are_written_and_read(self) -> None:
        cases = json.loads(Path(__file__).with_name("golden_messages.json").read_text())
        for case in cases:
            with self.subTest(case["name"]):
                frame = bytes.fromhex(case["hex"])
                self.assertEqual(wire.encode(case["message"]), frame)
                self.ours.sendall(frame)
                self.assertEqual(self.connection.read(), case["message"])

    def test_a_call_with_values_of_a_missing_package_says_so(self) -> None:
        call = ["call", 7, "module.run", {"v": values.pack(np.zeros((1, 1)))}, "trace"]
        frames = [wire.encode(call), wire.encode(["callback_result", *call[1:2], call[3]])]
        with mock.patch.dict(sys.modules, {"numpy": None}):
            self.ours.sendall(frames[0])
            expected = ["call", 7, "missing_package", "numpy", "trace"]
            self.assertEqual(self.connection.read(), expected)
            self.ours.sendall(frames[1])
            with self.assertRaises(wire.ProtocolError):
                self.connection.read()

    def test_the_end_of_the_stream_is_no_message(self) -> None:
        self.ours.sendall(wire.encode(["ping", 1])[:-1])
        self.ours.close()
        self.assertIsNone(self.connection.read())

    def test_what_is_no_message_is_refused(self) -> None:
        payloads = [b"\xc1", b"\x90", b"\x01", b"\x93\x01\x02\x03", b"\x91\xa1", b"\x91" * 100_000]
        for payload in payloads:
            with self.subTest(payload[:8]):
                self.ours.sendall(struct.pack(">I", len(payload)) + payload)
                with self.assertRaises(wire.ProtocolError):
                    self.connection.read()

    def test_a_frame_that_is_too_long_is_refused_before_it_is_read(self) -> None:
        self.ours.sendall(struct.pack(">I", wire.MAX_FRAME_BYTES + 1))
        with self.assertRaises(wire.ProtocolError):
            self.connection.read()
        with self.assertRaises(wire.FrameTooLongError):
            wire.encode(["result", 1, b"x" * wire.MAX_FRAME_BYTES])


if __name__ == "__main__":
    unittest.main()
