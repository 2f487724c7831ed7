"""Sends back each frame that comes on standard input, unread: what a socket costs and no more."""

import os
import socket
import struct

_LENGTH = struct.Struct(">I")


def _read(connection: socket.socket, buffer: bytearray, count: int) -> bool:
    view = memoryview(buffer)
    position = 0
    while position < count:
        received = connection.recv_into(view[position:count])
        if received == 0:
            return False
        position += received
    return True


def main() -> None:
    """Echo until the other side closes."""
    connection = socket.socket(fileno=os.dup(0))
    buffer = bytearray(1 << 20)
    while _read(connection, buffer, _LENGTH.size):
        (length,) = _LENGTH.unpack_from(buffer)
        if not _read(connection, buffer, length):
            return
        connection.sendall(_LENGTH.pack(length) + buffer[:length])


main()
