"""Heap: what the C library does with memory that is freed."""

import ctypes

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # glibc's <malloc.h>

LARGE_BYTES = 2 << 20
"""Blocks from here on go back to the system when they are freed; a batch's largest activations are smaller. Left alone,
glibc raises this bound to the largest block it has seen, up to 32 MiB, and each thread keeps as much from an /evaluate."""

SPARE_BYTES = 8 << 20
"""Free memory that a thread keeps for its next request. With glibc's 128 KiB a canvas picture would take and give back its
memory several times over, at a quarter more time."""


def give_back_large_blocks() -> bool:
    """Fix what this process, and those it forks, give back. False where the C library has no such bounds."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return False
    return bool(mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)) and bool(mallopt(M_TRIM_THRESHOLD, SPARE_BYTES))


def give_back_free_memory() -> bool:
    """Give back every page that holds nothing, of all threads. False where the C library cannot, or there was none."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    return bool(trim and trim(0))
