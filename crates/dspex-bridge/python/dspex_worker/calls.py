"""The call that runs: how it is cancelled, and how it waits for callbacks."""

from __future__ import annotations

import ctypes
import itertools
import queue
import threading
from typing import TYPE_CHECKING, Any

from dspex_worker import values
from dspex_worker.engine import CallbackError

if TYPE_CHECKING:
    from dspex_worker.wire import Connection


class CallCancelledError(BaseException):
    """Raised inside a call that was cancelled.

    Not an `Exception`, so that code that catches those does not go on with a cancelled call.
    """


class RunningCall:
    """Which call the executor runs; other threads cancel it through this."""

    def __init__(self) -> None:
        """Start idle; made on the thread that runs the calls."""
        self._thread = threading.get_ident()
        self._lock = threading.Lock()
        self._call: int | None = None
        self._cancelled_early: int | None = None

    def begin(self, call: int) -> None:
        """Note that a call runs from now on; raises if it was cancelled before it could."""
        with self._lock:
            if self._cancelled_early == call:
                raise CallCancelledError
            self._call = call

    def cancel(self, call: int) -> None:
        """Raise `CallCancelledError` in the executor if it runs this call, or is about to."""
        with self._lock:
            if self._call == call:
                _raise_in(self._thread, CallCancelledError)
            else:
                self._cancelled_early = call

    def end(self) -> None:
        """Note that the call is over; a cancellation that comes too late disappears."""
        while True:
            try:
                with self._lock:
                    self._call = None
                    _raise_in(self._thread, None)
            except CallCancelledError:
                continue
            return


class Callbacks:
    """Questions to Rust that are waiting for their answers, each on the thread that asked."""

    def __init__(self, connection: Connection) -> None:
        """Start with none."""
        self._connection = connection
        self._ids = itertools.count(1)
        self._lock = threading.Lock()
        self._waiting: dict[int, tuple[int, queue.SimpleQueue[Any]]] = {}

    def ask(self, call: int, method: str, parameters: dict[str, Any]) -> Any:
        """Ask Rust on behalf of a call and wait for the answer."""
        callback, answers = next(self._ids), queue.SimpleQueue()
        with self._lock:
            self._waiting[callback] = (call, answers)
        try:
            packed = values.pack(parameters, "parameters")
            self._connection.write(["callback", callback, call, method, packed])
            answer = answers.get()
        finally:
            with self._lock:
                self._waiting.pop(callback, None)
        if isinstance(answer, BaseException):
            raise answer
        return answer["value"]

    def answer(self, callback: int, value: Any) -> None:
        """Give the answer to whoever waits for it."""
        self._wake(callback, {"value": value})

    def fail(self, callback: int, error: dict[str, Any]) -> None:
        """Raise the error where the answer is awaited."""
        self._wake(callback, CallbackError(error["kind"], error["message"]))

    def cancel(self, call: int) -> None:
        """End the waits of a cancelled call, on all of its threads."""
        with self._lock:
            waiting = [answers for asker, answers in self._waiting.values() if asker == call]
        for answers in waiting:
            answers.put(CallCancelledError())

    def _wake(self, callback: int, answer: Any) -> None:
        with self._lock:
            _, answers = self._waiting.get(callback, (None, None))
        if answers is not None:
            answers.put(answer)


def _raise_in(thread: int, error: type[BaseException] | None) -> None:
    """Raise an exception at the thread's next bytecode, or take back one not yet raised."""
    target = ctypes.c_ulong(thread)
    raised = ctypes.py_object(error) if error is not None else None
    ctypes.pythonapi.PyThreadState_SetAsyncExc(target, raised)
