"""Bounds the memory of concurrent decoding: large pictures wait for each other, small ones never wait."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from inkling.limits import MIB

BYTES_PER_PIXEL = {"WEBP": 13, "PNG": 5, "JPEG": 2}
"""Peak memory of a decoder per pixel of the file, measured with 16 million pixels. Most JPEGs are decoded at a lower scale."""

DEFAULT_BYTES_PER_PIXEL = 13

CAPACITY = 256 * MIB
"""Memory for all decoders of a process: one picture of 16 million pixels of any format."""

FREE_BYTES = 4 * MIB
"""Pictures that take less are not counted: drawings, and photographs of 300,000 pixels."""


class DecodeMemory:
    """A semaphore weighted by bytes. A large picture that waits is not overtaken by small ones."""

    def __init__(self, capacity: int):
        self.capacity = capacity
        self.used = 0
        self.turn = threading.Lock()
        self.released = threading.Condition()

    @contextmanager
    def hold(self, n: int) -> Iterator[None]:
        """Hold n bytes, at most the capacity; wait until they are free."""
        n = min(n, self.capacity)
        with self.turn, self.released:
            self.released.wait_for(lambda: self.used + n <= self.capacity)
            self.used += n
        try:
            yield
        finally:
            with self.released:
                self.used -= n
                self.released.notify_all()


_memory = DecodeMemory(CAPACITY)


@contextmanager
def decode_memory(format_name: str | None, pixels: int) -> Iterator[None]:
    """Hold the memory that decoding a picture takes."""
    n = pixels * BYTES_PER_PIXEL.get(format_name or "", DEFAULT_BYTES_PER_PIXEL)
    if n <= FREE_BYTES:
        yield
        return
    with _memory.hold(n):
        yield
