"""Answers that a frame cannot hold: they fail their call, and the worker goes on."""

from __future__ import annotations

import socket
import threading
import unittest
from typing import Any
from unittest import mock

import dspy

from dspex_worker import PROTOCOL_VERSION, modules, values, wire
from dspex_worker.server import Server


class ServerTest(unittest.TestCase):
    """A server on a thread, and Rust's end of its socket."""

    def setUp(self) -> None:
        ours, theirs = socket.socketpair()
        self.addCleanup(ours.close)
        self.rust = wire.Connection(ours)
        self.server = Server(theirs, threads=1, faults=False, embedded=True)
        thread = threading.Thread(target=self.server.serve, daemon=True)
        thread.start()
        self.addCleanup(thread.join, 20)
        self.addCleanup(self.rust.close)
        self.assertEqual(self.rust.read()[0], "hello")
        self.rust.write(["hello", {"protocol": PROTOCOL_VERSION, "allow": []}])

    def _answer(self, call: int) -> list[Any]:
        self.rust.write(["call", call, "tool.describe", None])
        return self.rust.read()

    def test_an_answer_that_cannot_be_written_fails_its_call(self) -> None:
        unwritable = {"half a character": {"\ud800": 1}, "an object": object()}
        for number, (what, answer) in enumerate(unwritable.items()):
            with self.subTest(what), mock.patch("dspex_worker.tools.describe") as describe:
                describe.return_value = answer
                kind, call, error = self._answer(2 * number)
                self.assertEqual((kind, call, error["kind"]), ("error", 2 * number, "python"))
                describe.return_value = "good"
                self.assertEqual(self._answer(2 * number + 1), ["result", 2 * number + 1, "good"])


class OutputsTest(unittest.TestCase):
    """What a module may return."""

    def test_outputs_have_names(self) -> None:
        good = {"a": (1,), "ä": None}
        packed = {name: values.pack(value) for name, value in good.items()}
        for answer in (good, dspy.Prediction(**good)):
            self.assertEqual(modules.outputs(answer), packed)
        for wrong in ({1: "a"}, {None: 1}, {"\ud800": 1}, {("a",): 1}):
            with self.assertRaisesRegex(values.NotSupportedYetError, "an output with a name"):
                modules.outputs(wrong)
        with self.assertRaisesRegex(values.NotSupportedYetError, "a module that returns a `int`"):
            modules.outputs(7)
