"""The listening socket, opened before worker processes are forked."""

import contextlib
import ctypes
import os
import socket
import struct
import sys

from inkling.service.http.errors import InvalidSettings

BACKLOG = 1024
"""Connections that the kernel queues while no worker accepts them, for example while workers restart."""

SO_ATTACH_FILTER = 26
"""Linux' number of the socket option, which Python's socket module lacks (socket(7), asm-generic/socket.h)."""

DROP_SYN_FILTER = (
    (0x30, 0, 0, 13),  # load byte 13 of the TCP header: its flags
    (0x45, 0, 1, 0x02),  # if the SYN bit is set,
    (0x06, 0, 0, 0),  # drop the packet,
    (0x06, 0, 0, 0xFFFFFFFF),  # else accept all of it
)
"""A classic BPF program: opcode, jump if true, jump if false, operand (Linux, Documentation/networking/filter.rst)."""


def open_listen_socket(host: str, port: int) -> socket.socket:
    """Listen at an address; port 0 picks a free port. Raises InvalidSettings if the address is in use or not local."""
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
    reason = os.strerror(problem.errno) if problem and problem.errno and problem.errno > 0 else "unknown host name"
    raise InvalidSettings(f"Cannot listen at {host} port {port}: {reason}.") from problem


def drop_new_connections(listen_socket: socket.socket) -> None:
    """Ignore connection attempts from now on, in every process that shares the socket.

    Connections that the kernel has already established stay in the queue and can still be accepted; closing the socket
    with connections in the queue would reset them. A client whose SYN is dropped retries after about a second and finds
    the port closed, or the next server. Does nothing on systems other than Linux.
    """
    if sys.platform != "linux":
        return
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *instruction) for instruction in DROP_SYN_FILTER))
    pointer = struct.pack("HL", len(DROP_SYN_FILTER), ctypes.addressof(program))
    with contextlib.suppress(OSError):  # kernels without socket filters
        listen_socket.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, pointer)
