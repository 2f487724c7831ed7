"""Methods for dspex's own tests: they show values, block and break things on purpose."""

from __future__ import annotations

import ctypes
import datetime as dt
import decimal
import functools
import mmap
import os
import random
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pydantic

from dspex_worker import kept, trace, values
from dspex_worker.modules import DspyMethods
from dspex_worker.wire import MAX_FRAME_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable

    import dspy

    from dspex_worker.engine import Callback
    from dspex_worker.wire import Connection


_VALUES: dict[str, Callable[[], Any]] = {
    "a time zone": lambda: {"when": [dt.timezone.utc]},
    "scalars": lambda: [dt.date(2026, 1, 31), decimal.Decimal("1.50"), dt.timedelta(hours=26)],
    "an enum": lambda: {"how": signal.SIGTERM},
    "a model": lambda: PythonSays(text="hello", tags=("a", "b")),
    "an int key": lambda: {1: "one"},
    "an array of objects": lambda: {"v": [_numpy().array([None])]},
    "a lone surrogate": lambda: ["\ud83d\ude00"],
    "too deep": lambda: functools.reduce(lambda inner, _: [inner], range(1000), []),
    "too long": lambda: "x" * (MAX_FRAME_BYTES + 1),
}


def _numpy() -> Any:
    import numpy as np  # noqa: PLC0415 - Only tests need it.

    return np


class PythonSays(pydantic.BaseModel):
    """A model as user code returns it."""

    text: str
    tags: tuple[str, ...]


class Methods(DspyMethods):
    """DSPy's methods, where the model `faults/dummy` is a `DummyLM`: nothing is asked of Rust."""

    def _language_model(
        self, parameters: dict[str, Any], callback: Callback, *, is_reusable: bool
    ) -> dspy.LM:
        if parameters["lm"] == "faults/dummy":
            return _dummy()
        return super()._language_model(parameters, callback, is_reusable=is_reusable)


@functools.cache
def _dummy() -> dspy.LM:
    from dspy.utils.dummies import DummyLM  # noqa: PLC0415 - Only benchmarks have it.

    return DummyLM({"Emma": {"answer": "Jane Austen"}})


def run(
    method: str,
    parameters: Any,
    callback: Callable[[str, dict[str, Any]], Any],
    connection: Connection,
) -> Any:
    """Do what the method's name says."""
    if method == "faults.callback":
        return values.pack(callback("echo", parameters))
    if method == "faults.ask_long":
        return values.pack(len(callback("echo", "x" * parameters)))
    if method == "faults.flood":
        connection.write(["chunk", parameters, "nobody asked for it"])
        time.sleep(60)
    if (sent := _SENT.get(method)) is not None:
        connection.send(sent)
        connection.finish()
        time.sleep(60)
    fault = _FAULTS.get(method)
    if fault is None:
        raise ValueError(f"no fault is called `{method}`")
    return values.pack(fault(parameters))


def _sleep(seconds: float) -> None:
    """Sleep in slices, between which a cancelled call ends."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(0.005)


def _share(n_bytes: int) -> None:
    """Fill memory that is shared, which the limit of the data segment does not count."""
    shared = mmap.mmap(-1, n_bytes)
    chunk = b"x" * 1_000_000
    for _ in range(n_bytes // len(chunk)):
        shared.write(chunk)
    _HELD.append(shared)


_SENT = {
    "faults.close": b"",
    "faults.garbage": b"\xff" * 64,
    "faults.gigabyte": (2**30).to_bytes(4, "big"),
    "faults.truncate": (100).to_bytes(4, "big") + b"\x93",
}
"""What is sent in place of an answer; nothing comes behind it."""

_HELD: list[Any] = []


def _stubborn(seconds: float) -> None:
    """Sleep in one go, where no cancellation reaches."""
    time.sleep(seconds)


def _child() -> int:
    """Start a process that has a session of its own and sleeps; gives its id."""
    return subprocess.Popen(["sleep", "60"], start_new_session=True).pid  # noqa: S607


def _trace(_: None) -> list[str | None]:
    """Give the trace as this package and as OpenTelemetry know it."""
    from opentelemetry import trace as telemetry  # noqa: PLC0415 - Only tests have it.

    known = telemetry.get_current_span().get_span_context()
    return [trace.parent(), f"{known.trace_id:032x}-{known.span_id:016x}"]


_FAULTS: dict[str, Callable[[Any], Any]] = {
    "faults.allocate": lambda n_bytes: len(bytearray(n_bytes)),
    "faults.child": lambda _: _child(),
    "faults.describe": repr,
    "faults.echo": lambda value: value,
    "faults.environ": lambda _: sorted(os.environ),
    "faults.exit": os._exit,
    "faults.hide": lambda package: sys.modules.update({package: None}),
    "faults.hoard": lambda n_bytes: (_share(n_bytes), _sleep(60)),
    "faults.kept": lambda _: kept.count(),
    "faults.kill": lambda _: os.kill(os.getpid(), signal.SIGKILL),
    "faults.pid": lambda _: os.getpid(),
    "faults.random": lambda _: random.random(),  # noqa: S311
    "faults.segfault": lambda _: ctypes.string_at(0),
    "faults.share": _share,
    "faults.sleep": _sleep,
    "faults.spin": lambda n: sum(range(n)),  # In C, where Python is not let in.
    "faults.stuck": lambda seconds: ctypes.PyDLL(None).sleep(seconds),
    "faults.stubborn": _stubborn,
    "faults.trace": _trace,
    "faults.variable": os.environ.get,
    "faults.value": lambda name: _VALUES[name](),
}
