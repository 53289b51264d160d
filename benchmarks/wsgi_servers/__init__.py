"""WSGI servers that the same app is measured under: a file each, found by being here, each with its SERVERS.

One that is not installed is listed all the same and shown as missing.
"""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

from benchmarks.wsgi_servers.wsgi_server import Server


def servers() -> Iterator[Server]:
    """Ours, then the others in the order of their files' names."""
    names = sorted((module.name for module in iter_modules(__path__)), key=lambda name: (name != "ours", name))
    for name in names:
        yield from getattr(import_module(f"{__name__}.{name}"), "SERVERS", [])
