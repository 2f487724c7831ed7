"""Serves calls: the main thread and its helpers run what is asked, and read what comes."""

from __future__ import annotations

import contextlib
import logging
import os
import platform
import sys
import threading
from functools import partial
from importlib import metadata
from typing import TYPE_CHECKING, Any

from dspex_worker import (
    PROTOCOL_VERSION,
    embeddings,
    errors,
    faults,
    kept,
    lm,
    tools,
    trace,
    values,
)
from dspex_worker.calls import Callbacks, CallCancelledError, RunningCalls
from dspex_worker.inbox import Inbox, Slot
from dspex_worker.modules import DspyMethods
from dspex_worker.streams import Streams
from dspex_worker.wire import Connection, ProtocolError

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from dspex_worker.engine import Callback

EXIT_PROTOCOL = 65
"""The exit code after a frame that was not in the protocol."""


class Server:
    """One connection to dspex and the calls that come over it."""

    def __init__(
        self, control: socket.socket, *, threads: int, faults: bool, embedded: bool = False
    ) -> None:
        """Take over the socket; `faults` opens the methods that misbehave.

        One that is `embedded` has a thread and no process: it leaves alone what the program's other
        Python code shares with it, and ends by itself where a process would exit.
        """
        self._connection = Connection(control)
        self._embedded = embedded
        self._fault: Exception | None = None
        self._inbox = Inbox(self._read)
        self._callbacks = Callbacks(self._connection, self._inbox)
        self._streams = Streams(self._connection, self._inbox)
        self._running = RunningCalls()
        self._n_threads = threads
        self._alone = threading.Lock()
        self._own = threading.local()
        self._calls = Slot()
        self._faults = faults
        self._kept: set[int] = set()
        self._allow: list[str] = []
        self._handlers: dict[str, Callable[..., None]] = {
            "call": self._accept,
            "nested": self._accept_nested,
            "callback_result": self._callbacks.answer,
            "callback_error": self._callbacks.fail,
            "credit": self._streams.grant,
            "cancel": self._cancel,
            "release": self._release,
            "ping": lambda ping: self._connection.write(["pong", ping]),
            "drain": self._drain,
        }
        self._answers: dict[str, Callable[[Any, Callback], Any]] = {
            "adapter.parse": lambda parameters, _: self._methods().parse(parameters),
            "adapter.format": lambda parameters, _: self._methods().format(parameters),
            "embed": lambda parameters, ask: embeddings.embed(parameters, self._allow, ask),
            "lm.complete": self._complete,
            "missing_package": _missing_package,
            "tool.describe": lambda parameters, _: tools.describe(parameters, self._allow),
            "tool.call": lambda parameters, ask: tools.call(parameters, self._allow, ask),
        }

    def serve(self) -> None:
        """Greet, then run calls, on helpers too, until the other side closes or drains."""
        self._connection.write(["hello", _hello()])
        greeting = self._connection.read()
        if greeting is None:
            return
        if greeting[0] != "hello" or greeting[1]["protocol"] != PROTOCOL_VERSION:
            raise ProtocolError("the first message is no greeting of this protocol's version")
        self._allow = list(greeting[1]["allow"])
        if not self._embedded:
            _forward_logs(self._connection)
        threading.Thread(target=self._inbox.watch, name="dspex-watcher", daemon=True).start()
        helpers = [
            threading.Thread(target=self._run_calls, name=f"dspex-helper-{number}", daemon=True)
            for number in range(1, self._n_threads)
        ]
        for helper in helpers:
            helper.start()
        self._run_calls()
        for helper in helpers:
            helper.join()
        self._inbox.end()
        self._connection.close()
        # Nobody is left who could release them, and an interpreter may go on.
        kept.release(self._kept)
        if self._fault is not None:
            raise self._fault

    def _run_calls(self) -> None:
        while (call := self._inbox.get(self._calls)) is not None:
            self._answer(*call)

    def _read(self) -> None:
        """Take one message; the process ends with the connection."""
        try:
            message = self._connection.read()
            if message is not None:
                self._take(*message)
                return
        except Exception as error:  # noqa: BLE001 - Nothing that was not understood can be answered.
            self._fault = self._fault or error
        if self._embedded:
            self._give_up()
        elif self._fault is None:
            os._exit(0)
        else:
            print(f"dspex_worker: {self._fault}", file=sys.stderr, flush=True)  # noqa: T201
            os._exit(EXIT_PROTOCOL)

    def _give_up(self) -> None:
        """Cancel what runs, and have all threads end: nothing more will come."""
        self._inbox.end()
        for call in self._running.all():
            self._callbacks.cancel(call)
            self._streams.cancel(call)
            self._running.cancel(call)
        self._drain()

    def _take(self, kind: str, *rest: Any) -> None:
        handler = self._handlers.get(kind)
        if handler is None:
            raise ProtocolError(f"there is no message of the kind `{kind}`")
        handler(*rest)

    def _accept(self, call: int, *rest: Any) -> None:
        self._running.expect(call)
        self._inbox.put(self._calls, [call, *rest])

    def _accept_nested(self, call: int, *rest: Any) -> None:
        # The threads that run calls may all be waiting for this one.
        self._running.expect(call)
        threading.Thread(target=self._answer, args=(call, *rest), daemon=True).start()

    def _cancel(self, call: int) -> None:
        self._callbacks.cancel(call)
        self._streams.cancel(call)
        if self._running.cancel(call):
            self._connection.write(["error", call, errors.describe(CallCancelledError())])

    def _release(self, numbers: list[int]) -> None:
        self._kept.difference_update(numbers)
        kept.release(numbers)

    def _drain(self) -> None:
        for _ in range(self._n_threads):
            self._inbox.put(self._calls, None)

    def _answer(
        self, call: int, method: str, parameters: Any, traceparent: str | None = None
    ) -> None:
        kept.serve_for(self._kept)
        if method == "lm.complete":
            # A model's keys are in the environment, which all threads share.
            with self._alone:
                reply = self._reply(call, method, parameters, traceparent)
                # No cancellation arrives any more: a call is cancelled once, which is behind it.
                lm.restore()
        else:
            reply = self._reply(call, method, parameters, traceparent)
        if reply is not None:
            self._send(call, reply)

    def _send(self, call: int, reply: list[Any]) -> None:
        """Send a reply; where the connection has ended, whoever reads is told of it."""
        try:
            self._connection.write(reply)
        except ConnectionError:
            return
        except (TypeError, ValueError) as error:
            # Too long for a frame, or nothing that one can hold; nothing was sent.
            kept.forget()
            with contextlib.suppress(ConnectionError):
                self._connection.write(["error", call, errors.describe(error)])

    def _reply(
        self, call: int, method: str, parameters: Any, traceparent: str | None
    ) -> list[Any] | None:
        """Run a call; one that was cancelled before it began has its reply already."""
        try:
            try:
                if not self._running.begin(call):
                    return None
                result = trace.run(traceparent, self._run, call, method, parameters)
                return ["result", call, result]
            finally:
                self._running.end(call)
        except (Exception, CallCancelledError) as error:  # noqa: BLE001 - The caller gets all of them.
            # Once more, for the cancellation may have come before the first time.
            self._running.end(call)
            return ["error", call, errors.describe(error)]

    def _run_module(self, call: int, method: str, parameters: Any, callback: Callback) -> Any:
        if method == "module.run":
            return self._methods().run_module(parameters, callback)
        self._streams.open(call)
        try:
            send = partial(self._streams.send, call)
            return self._methods().run_module(parameters, callback, send)
        finally:
            self._streams.close(call)

    def _methods(self) -> DspyMethods:
        """Give this thread's own: what it keeps of modules is for one call at a time."""
        if not hasattr(self._own, "methods"):
            methods = faults.Methods if self._faults else DspyMethods
            self._own.methods = methods(self._allow)
        return self._own.methods

    def _run(self, call: int, method: str, parameters: Any) -> Any:
        callback = partial(self._callbacks.ask, call)
        if method in ("module.run", "module.stream"):
            return self._run_module(call, method, parameters, callback)
        if self._faults and method.startswith("faults."):
            return faults.run(method, parameters, callback, self._connection)
        answer = self._answers.get(method)
        if answer is None:
            raise values.NotSupportedYetError(f"the method `{method}`")
        return answer(parameters, callback)

    def _complete(self, parameters: Any, _: Callback) -> Any:
        if self._embedded and parameters["environment"]:
            raise values.NotSupportedYetError("a model's key in the program's own environment")
        return lm.complete(parameters)


def _missing_package(package: str, _: Callback) -> Any:
    raise ModuleNotFoundError(f"No module named '{package}'", name=package)


def _hello() -> dict[str, Any]:
    return {
        "protocol": PROTOCOL_VERSION,
        "pid": os.getpid(),
        "python": platform.python_version(),
        "dspy": metadata.version("dspy"),
        "msgspec": metadata.version("msgspec"),
    }


def _forward_logs(connection: Connection) -> None:
    """Send what Python logs from warnings upwards to Rust instead of to stderr."""
    handler = _LogHandler(connection)
    for logger in (logging.getLogger(), logging.getLogger("dspy")):
        logger.handlers = [handler]


class _LogHandler(logging.Handler):
    """Sends records as messages."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(logging.WARNING)
        self._connection = connection

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage().encode("utf-8", "replace").decode()
        self._connection.write(["log", record.levelname.lower(), record.name, text])
