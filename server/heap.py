"""Heap: what the C library does with memory that is freed."""

import ctypes

M_MMAP_THRESHOLD = -3  # glibc's <malloc.h>
LARGE_BYTES = 1 << 20
"""Blocks from here on go back to the system when they are freed. Left alone, glibc raises this bound to the largest block
it has seen, up to 32 MiB, and each thread then keeps tens of megabytes from its last /evaluate."""


def give_back_large_blocks() -> bool:
    """Fix the size of the blocks that this process and those it forks give back. False where the C library has no such bound.

    Small blocks, all that a drawing takes, are kept and reused as before.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and bool(mallopt(M_MMAP_THRESHOLD, LARGE_BYTES))
