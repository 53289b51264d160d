"""Mutations of bytes, as coverage-blind fuzzers make them: flipped bits, extreme numbers, cut, repeated and spliced parts."""

import random

MAX_MUTATIONS = 6

TOKENS = (
    *(
        b"\x00" * 8,
        b"\xff" * 8,
        b"\x7f\xff\xff\xff",
        b"\x80\x00\x00\x00",
        b"\r\n\r\n",
        b"%s%n",
        b"../../etc/passwd",
        b"\xed\xa0\x80",
    ),
    *(b"null", b"true", b"{}", b"[]", b"[" * 200, b'""', b"-1", b"1e309", b"NaN", b"9" * 5_000, b"0.1", b"\\u0000", b"\\ud800"),
    *(b"IHDR", b"IEND", b"PK\x01\x02", b"PK\x05\x06", b"\x93NUMPY", b"Exif\x00\x00", b"VP8X", b"\x1f\x8b\x08"),
)
"""Parts of files and texts at which parsers branch."""


def mutate(data: bytes, other: bytes, rng: random.Random) -> bytes:
    """Apply some mutations. other: data of which a part may be spliced in."""
    mutated = bytearray(data)
    for _ in range(rng.randint(1, MAX_MUTATIONS)):
        rng.choice(MUTATIONS)(mutated, other, rng)
    return bytes(mutated)


def _flip_bits(data: bytearray, _: bytes, rng: random.Random) -> None:
    for _ in range(rng.randint(1, 8) if data else 0):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def _overwrite(data: bytearray, _: bytes, rng: random.Random) -> None:
    token, at = rng.choice(TOKENS), rng.randint(0, len(data))
    data[at : at + len(token)] = token


def _insert(data: bytearray, _: bytes, rng: random.Random) -> None:
    at = rng.randint(0, len(data))
    data[at:at] = rng.choice(TOKENS)


def _delete(data: bytearray, _: bytes, rng: random.Random) -> None:
    start = rng.randint(0, len(data))
    del data[start : start + rng.randint(1, 1 + len(data) // 4)]


def _repeat(data: bytearray, _: bytes, rng: random.Random) -> None:
    start = rng.randint(0, len(data))
    part = data[start : start + rng.randint(1, 200)]
    data[start:start] = part * rng.randint(1, 20)


def _truncate(data: bytearray, _: bytes, rng: random.Random) -> None:
    del data[rng.randint(0, len(data)) :]


def _splice(data: bytearray, other: bytes, rng: random.Random) -> None:
    start, at = rng.randint(0, len(other)), rng.randint(0, len(data))
    data[at:at] = other[start : start + rng.randint(1, 500)]


MUTATIONS = (_flip_bits, _flip_bits, _overwrite, _insert, _delete, _repeat, _truncate, _splice)
