"""The socket that the server listens on: made before the workers, held shut while they stop."""

import contextlib
import ctypes
import os
import socket
import struct
import sys

from inkling.service.http.errors import BadSettings

BACKLOG = 1024
"""Connections that wait in the kernel while no worker takes them, as after a crash of all."""

SO_ATTACH_FILTER = 26
"""Linux' number of the option, which Python's socket module leaves out (socket(7), asm-generic/socket.h)."""

DROP_SYN = (
    (0x30, 0, 0, 13),  # load the byte of TCP's flags
    (0x45, 0, 1, 0x02),  # is SYN among them?
    (0x06, 0, 0, 0),  # then drop the packet
    (0x06, 0, 0, 0xFFFFFFFF),  # else keep it whole
)
"""A classic BPF program (Linux, Documentation/networking/filter.rst): operation, jump if true, jump if false, operand."""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises BadSettings where the address is taken or none of this machine's."""
    problem: OSError | None = None
    try:
        addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        addresses, problem = [], error
    for family, *_, address in addresses:
        try:
            return socket.create_server(address, family=family, backlog=BACKLOG)
        except OSError as error:
            problem = error
    reason = os.strerror(problem.errno) if problem and problem.errno and problem.errno > 0 else "no such name"
    raise BadSettings(f"Expected an address that is free. Received {host} port {port}: {reason}.") from problem


def hold_newcomers(listening: socket.socket) -> None:
    """Let no further connection begin, for every process that shares the socket, and keep those that wait in it.

    Closing a listening socket resets the connections that the kernel completed after the last accept(). Held first, there
    are none: a newcomer's first packet is dropped, its system sends it again within about a second, and meets a closed
    port, or whoever listens there by then. Elsewhere than on Linux nothing happens.
    """
    if sys.platform != "linux":
        return
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in DROP_SYN))
    pointer = struct.pack("HL", len(DROP_SYN), ctypes.addressof(program))
    with contextlib.suppress(OSError):  # a kernel without filters; the stop is then as clean as closing is
        listening.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, pointer)
