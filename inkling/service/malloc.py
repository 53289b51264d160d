"""malloc: settings of glibc's allocator that return freed memory to the system."""

import ctypes

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
"""Parameters of mallopt(3), from glibc's <malloc.h>."""

MMAP_BYTES = 2 << 20
"""Blocks of at least this size are returned to the system as soon as they are freed; the largest activations of a batch are
smaller. By default, glibc raises this threshold up to 32 MiB, and each thread retains that much after an evaluation."""

TRIM_BYTES = 8 << 20
"""Free memory that a thread retains for its next request. With glibc's default of 128 KiB, a request would allocate and
return the same memory several times, which takes a quarter more time for a picture from a canvas."""


def limit_arenas(n: int) -> bool:
    """Let all threads of this process share n heaps, because each retains free memory. False if the C library cannot."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return bool(mallopt and mallopt(M_ARENA_MAX, n))


def set_malloc_thresholds() -> bool:
    """Set the thresholds for this process and its future children. False if the C library has none."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return False
    return bool(mallopt(M_MMAP_THRESHOLD, MMAP_BYTES)) and bool(mallopt(M_TRIM_THRESHOLD, TRIM_BYTES))


def trim_heap() -> bool:
    """Return all unused pages to the system. False if there were none or the C library cannot."""
    malloc_trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    return bool(malloc_trim and malloc_trim(0))
