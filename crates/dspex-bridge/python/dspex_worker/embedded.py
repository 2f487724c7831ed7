"""Serves calls on a thread of a Rust program, which has this interpreter inside."""

from __future__ import annotations

import posix
import socket
import threading

from dspex_worker import process

_preparing = threading.Lock()
"""Held by the thread that prepares the interpreter, which all others share."""


def serve(
    descriptor: int, search: list[str], preload: list[str], *, threads: int, faults: bool
) -> None:
    """Serve calls over a socket until the other side closes it or drains."""
    with _preparing, socket.socket(fileno=descriptor) as control:
        # What a worker's process has in its environment. Set here it is seen by Python alone: the
        # environment of a process that runs threads of Rust's must not be written to.
        posix.environ.setdefault(b"LITELLM_LOCAL_MODEL_COST_MAP", b"True")
        process.prefer_installed_packages(search)
        process.import_all(preload)
        from dspex_worker.server import Server  # noqa: PLC0415

        server = Server(control.dup(), threads=threads, faults=faults, embedded=True)
    server.serve()
