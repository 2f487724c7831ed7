"""Frames on the socket: a length of four bytes, big endian, then one MessagePack array."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from typing import Any

import msgspec

from dspex_worker import values

MAX_FRAME_BYTES = 64 * 1024 * 1024
"""The longest frame either side sends or reads."""

_LENGTH = struct.Struct(">I")


class ProtocolError(Exception):
    """A frame that is not in the protocol; the connection cannot go on."""


class FrameTooLongError(ValueError):
    """A message that does not fit a frame; nothing was sent."""


class Connection:
    """Reads and writes messages, each a list that starts with its kind."""

    def __init__(self, control: socket.socket) -> None:
        """Take over the socket."""
        self._control = control
        # Opened as a file it is read without a step through Python's own code.
        self._stream = open(control.fileno(), "rb", buffering=64 * 1024, closefd=False)  # noqa: SIM115
        self._write_lock = threading.Lock()

    def read(self) -> list[Any] | None:
        """Give the next message, or `None` when the other side has closed."""
        header = self._stream.read(_LENGTH.size)
        if len(header) < _LENGTH.size:
            return None
        (length,) = _LENGTH.unpack(header)
        if length > MAX_FRAME_BYTES:
            raise ProtocolError(f"a frame of {length} bytes is longer than {MAX_FRAME_BYTES}")
        payload = self._stream.read(length)
        if len(payload) < length:
            return None
        return decode(payload)

    def write(self, message: list[Any]) -> None:
        """Send one message whose values are packed; threads take turns."""
        self.send(encode(message))

    def send(self, frame: bytes) -> None:
        """Send bytes as they are."""
        with self._write_lock:
            self._control.sendall(frame)

    def finish(self) -> None:
        """Send nothing more."""
        self._control.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        """End the connection in both directions, also for a thread that reads."""
        with contextlib.suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)


def encode(message: list[Any]) -> bytes:
    """Give the frame of a message whose values are packed."""
    payload = msgspec.msgpack.encode(message)
    if len(payload) > MAX_FRAME_BYTES:
        raise FrameTooLongError(
            f"a message of {len(payload)} bytes is longer than a frame of {MAX_FRAME_BYTES}"
        )
    return _LENGTH.pack(len(payload)) + payload


def decode(payload: bytes) -> list[Any]:
    """Read the payload of a frame."""
    try:
        message = values.decode(payload)
    except ModuleNotFoundError as error:
        return _without_package(payload, str(error.name))
    except (msgspec.DecodeError, RecursionError, ValueError, TypeError) as error:
        raise ProtocolError(f"a frame cannot be read: {error}") from error
    if not isinstance(message, list) or not message or not isinstance(message[0], str):
        raise ProtocolError("a frame holds no message")
    return message


def _without_package(payload: bytes, package: str) -> list[Any]:
    """Give the call whose values need a package that is not there as one of `missing_package`."""
    kind, *rest = msgspec.msgpack.decode(payload, ext_hook=lambda _code, _data: None)
    if kind not in {"call", "nested"}:
        raise ProtocolError(f"a frame holds values of `{package}`, which is not installed")
    call, _, _, *trace = rest
    return [kind, call, "missing_package", package, *trace]
