"""The trace that a call belongs to, as W3C's `traceparent` names it."""

from __future__ import annotations

import contextvars
import functools
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_parent: contextvars.ContextVar[str | None] = contextvars.ContextVar("traceparent", default=None)


def parent() -> str | None:
    """Give the `traceparent` of the call that runs, where Rust was told one."""
    return _parent.get()


def run(traceparent: str | None, work: Callable[..., Any], *arguments: Any) -> Any:
    """Do some work within a trace; OpenTelemetry, where it is installed, takes it on."""
    if traceparent is None:
        return work(*arguments)
    # In a context of its own: whatever interrupts the work, nothing of the trace is left.
    return contextvars.copy_context().run(_run, traceparent, work, arguments)


def _run(traceparent: str, work: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    _parent.set(traceparent)
    if (attach := _open_telemetry()) is not None:
        attach({"traceparent": traceparent})
    return work(*arguments)


@functools.cache
def _open_telemetry() -> Callable[[dict[str, str]], Any] | None:
    try:
        from opentelemetry import context  # noqa: PLC0415 - Few have it, and few calls need it.
        from opentelemetry.trace.propagation import tracecontext  # noqa: PLC0415
    except ImportError:
        return None
    propagator = tracecontext.TraceContextTextMapPropagator()
    return lambda headers: context.attach(propagator.extract(headers))
