"""What a worker does to its own process before it runs anything."""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import os
import resource
import signal
import socket
import sys

PR_SET_PDEATHSIG = 1
"""From Linux's `sys/prctl.h`."""


def die_with(parent: int) -> None:
    """Have the kernel kill this process when `parent` ends, however it ends.

    It is set here and not between fork and exec, so that the parent needs no unsafe code. A
    parent that ends before this line is noticed by the check after it.
    """
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL) != 0:
            raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != parent:
        raise SystemExit("the process that started this worker is gone")


def lead_group(process: int) -> None:
    """Give a process a group of its own; one that has it, or has ended, is left as it is."""
    with contextlib.suppress(OSError):
        os.setpgid(process, process)


def limit_memory(megabytes: int) -> None:
    """Make allocations beyond the limit fail with `MemoryError`.

    The data segment is limited, not the address space, which libraries reserve generously.
    """
    limit = megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def prefer_installed_packages(directories: list[str]) -> None:
    """Search these directories, then the working directory, after all installed packages.

    `python -m` puts the working directory first, where a stray `dspy.py` would take DSPy's place.
    """
    here = os.getcwd()  # noqa: PTH109
    with contextlib.suppress(ValueError):
        sys.path.remove(here)
    sys.path += [path for path in (*directories, here) if path not in sys.path]


def import_all(preload: list[str]) -> None:
    """Import DSPy, this package, and what else there should be before the first call.

    DSPy takes most of the start, and must find the process prepared. Bytecode of installed packages
    may be kept; this package is checked at every start and keeps none.
    """
    sys.dont_write_bytecode = False
    import dspy  # noqa: F401, PLC0415

    sys.dont_write_bytecode = True
    from dspex_worker import fork_server, server  # noqa: F401, PLC0415

    sys.dont_write_bytecode = False
    for name in preload:
        importlib.import_module(name)


def take_socket() -> socket.socket:
    """Give the socket that came as standard input; what user code prints goes to stderr."""
    control = socket.socket(fileno=os.dup(0))
    control.set_inheritable(False)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)
    return control
