"""The line that both services print when they start."""

import socket
import sys


def announce(service: str, listen_socket: socket.socket, details: str) -> None:
    """Print the startup line. service: its name. details: what follows the address."""
    sys.stderr.write(f"{service} is listening at {format_url(listen_socket)} ({details})\n")
    sys.stderr.flush()


def format_url(listen_socket: socket.socket) -> str:
    """The socket's address as http://HOST:PORT."""
    host, port = listen_socket.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
