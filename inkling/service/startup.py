"""What both services do when they start: configure the log and print one line with the address."""

import logging
import socket
import sys


def configure_logging() -> None:
    """Log warnings and errors to standard error, with time and process ID."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s")


def announce(service: str, listen_socket: socket.socket, details: str) -> None:
    """Print the startup line. service: its name. details: what follows the address."""
    sys.stderr.write(f"{service} is listening at {format_url(listen_socket)} ({details})\n")
    sys.stderr.flush()


def format_url(listen_socket: socket.socket) -> str:
    """The socket's address as http://HOST:PORT."""
    host, port = listen_socket.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
