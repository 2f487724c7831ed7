"""The calls that run: how they are cancelled, and how they wait for callbacks."""

from __future__ import annotations

import ctypes
import itertools
import threading
from typing import TYPE_CHECKING, Any

from dspex_worker import values
from dspex_worker.engine import CallbackError
from dspex_worker.inbox import Slot

if TYPE_CHECKING:
    from dspex_worker.inbox import Inbox
    from dspex_worker.wire import Connection


class CallCancelledError(BaseException):
    """Raised inside a call that was cancelled.

    Not an `Exception`, so that code that catches those does not go on with a cancelled call.
    """


class RunningCalls:
    """Which call runs on which thread; other threads cancel calls through this."""

    def __init__(self) -> None:
        """Start idle."""
        self._lock = threading.Lock()
        self._expected: set[int] = set()
        self._threads: dict[int, int] = {}
        self._cancelled: set[int] = set()

    def expect(self, call: int) -> None:
        """Note that a call has come and will begin."""
        with self._lock:
            self._expected.add(call)

    def begin(self, call: int) -> bool:
        """Note that a call runs on this thread from now on; false if it was cancelled before."""
        with self._lock:
            if call not in self._expected:
                return False
            self._expected.remove(call)
            self._threads[call] = threading.get_ident()
            return True

    def cancel(self, call: int) -> bool:
        """Raise `CallCancelledError` where this call runs; true if it had not begun, and will not.

        The call's own thread reads only while it waits for an answer, and has the error there.
        """
        with self._lock:
            thread = self._threads.get(call)
            if thread is not None and thread != threading.get_ident():
                self._cancelled.add(call)
                _raise_in(thread, CallCancelledError)
            had_not_begun = call in self._expected
            self._expected.discard(call)
            return had_not_begun

    def all(self) -> list[int]:
        """Give the calls that have come and are not over."""
        with self._lock:
            return [*self._threads, *self._expected]

    def end(self, call: int) -> None:
        """Note that the call is over; a cancellation that comes too late disappears.

        It is raised once more in place of the one that may still come: to take that back would
        leave the interpreter looking for it at each step from then on, which slows all calls.
        """
        while True:
            try:
                with self._lock:
                    self._threads.pop(call, None)
                    if call in self._cancelled:
                        self._cancelled.remove(call)
                        _raise_in(threading.get_ident(), CallCancelledError)
            except CallCancelledError:
                continue
            return


class Callbacks:
    """Questions to Rust that are waiting for their answers, each on the thread that asked."""

    def __init__(self, connection: Connection, inbox: Inbox) -> None:
        """Start with none."""
        self._connection = connection
        self._inbox = inbox
        self._ids = itertools.count(1)
        self._lock = threading.Lock()
        self._waiting: dict[int, tuple[int, Slot]] = {}

    def ask(self, call: int, method: str, parameters: dict[str, Any]) -> Any:
        """Ask Rust on behalf of a call and wait for the answer."""
        callback, answers = next(self._ids), Slot()
        with self._lock:
            self._waiting[callback] = (call, answers)
        try:
            packed = values.pack(parameters, "parameters")
            self._connection.write(["callback", callback, call, method, packed])
            answer = self._inbox.get(answers)
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
            self._inbox.put(answers, CallCancelledError())

    def _wake(self, callback: int, answer: Any) -> None:
        with self._lock:
            _, answers = self._waiting.get(callback, (None, None))
        if answers is not None:
            self._inbox.put(answers, answer)


def _raise_in(thread: int, error: type[BaseException]) -> None:
    """Raise an exception at the thread's next bytecode, in place of one that is not raised yet."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(error))
