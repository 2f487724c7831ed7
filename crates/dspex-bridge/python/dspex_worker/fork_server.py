"""Forks workers from one prepared process: what it has imported is there at once, and shared."""

from __future__ import annotations

import gc
import os
import random
import select
import signal
import socket
import struct
import sys
from typing import Any

import msgspec

from dspex_worker import process

_REQUEST = struct.Struct(">cQ")
"""A letter, and a number: that of the fork, or the worker to reap."""
_LENGTH = struct.Struct(">I")
"""What stands before each message to dspex."""


def serve(control: socket.socket) -> socket.socket:
    """Fork a worker whenever asked; comes back in each worker only, with the worker's socket.

    The worker's socket and its standard error come with the request. A worker that has ended is
    reported, and remains until that is acknowledged, so that its id is not given away before.
    """
    n_threads = len(os.listdir("/proc/self/task"))  # noqa: PTH208
    if n_threads != 1:
        _send(control, ["unfit", f"{n_threads} threads run once everything is imported"])
        sys.exit(0)
    wakeups, wakeup = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wakeup, warn_on_full_buffer=False)
    gc.collect()
    gc.freeze()
    _send(control, ["ready"])
    workers: set[int] = set()
    poll = select.poll()
    poll.register(control, select.POLLIN)
    poll.register(wakeups, select.POLLIN)
    requests, descriptors = b"", []
    while True:
        for descriptor, _ in poll.poll():
            if descriptor == wakeups:
                _drain(wakeups)
                _report_ended(control, workers)
                continue
            received, passed, _, _ = socket.recv_fds(control, 4096, 2)
            if not received:
                os._exit(0)
            requests += received
            descriptors += passed
            while len(requests) >= _REQUEST.size:
                kind, number = _REQUEST.unpack_from(requests)
                requests = requests[_REQUEST.size :]
                if kind == b"r":
                    os.waitpid(number, 0)
                    continue
                its, descriptors = descriptors[:2], descriptors[2:]
                worker = _fork(control, number, its)
                if worker is None:
                    _close([wakeup, wakeups, control.detach(), *descriptors])
                    return _become_worker(*its)
                if worker:
                    workers.add(worker)


def _fork(control: socket.socket, number: int, descriptors: list[int]) -> int | None:
    """Fork; `None` in the worker, and 0 where there is none."""
    parent = os.getpid()
    try:
        worker = os.fork()
    except OSError as error:
        _close(descriptors)
        _send(control, ["failed", number, str(error)])
        return 0
    if worker == 0:
        process.lead_group(0)
        process.die_with(parent)
        return None
    # The worker does the same: whoever comes first, nobody signals a group that is not there yet.
    process.lead_group(worker)
    _close(descriptors)
    _send(control, ["forked", number, worker])
    return worker


def _become_worker(worker: int, stderr: int) -> socket.socket:
    """Take over what came with the request, and leave nothing of the server behind."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for output in (1, 2):
        os.dup2(stderr, output)
    os.close(stderr)
    random.seed()
    if (numpy := sys.modules.get("numpy")) is not None:
        numpy.random.seed()
    its = socket.socket(fileno=worker)
    its.set_inheritable(False)
    return its


def _close(descriptors: list[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)


def _drain(wakeups: int) -> None:
    try:
        while os.read(wakeups, 4096):
            pass
    except BlockingIOError:
        return


def _report_ended(control: socket.socket, workers: set[int]) -> None:
    """Tell of workers that have ended; those told of remain until they are reaped."""
    for worker in sorted(workers):
        ended = os.waitid(os.P_PID, worker, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if ended is None:
            continue
        workers.discard(worker)
        status = ended.si_status
        if ended.si_code == os.CLD_EXITED:
            status <<= 8
        _send(control, ["exited", worker, status])


def _send(control: socket.socket, message: list[Any]) -> None:
    try:
        payload = msgspec.msgpack.encode(message)
        control.sendall(_LENGTH.pack(len(payload)) + payload)
    except OSError:
        os._exit(0)
