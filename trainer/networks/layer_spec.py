"""The text of the setting `layers`, such as "5x5x16/2v 3x3x48/2 pool": convolutions and pools of a network, in order."""

import re
from dataclasses import dataclass

from inkling.errors import BadInput

POOL = "pool"
WANTED = "layers such as '5x5x16/2 3x3x48 pool': kernel, filters, /2 for steps of 2 pixels, v for no padding, pool to halve"
CONVOLUTION = re.compile(r"(\d)x\1x(\d{1,4})(?:/([1-4]))?(v)?", re.ASCII)
MOST_LAYERS = 40


@dataclass(frozen=True)
class Convolution:
    """size: of the square kernel, in pixels. strides: pixels from one window to the next. padded: whether edges count."""

    size: int
    filters: int
    strides: int
    padded: bool


def parse(text: str) -> list[Convolution | str]:
    """The layers that a text names: a Convolution each, or "pool". Raises BadInput with what is expected."""
    words = text.split()
    if not 1 <= len(words) <= MOST_LAYERS:
        raise BadInput(f"Expected 1 to {MOST_LAYERS} {WANTED}. Received {len(words)}.")
    return [word if word == POOL else _convolution(word) for word in words]


def _convolution(word: str) -> Convolution:
    found = CONVOLUTION.fullmatch(word)
    if not found or not int(found[1]) or not int(found[2]):
        raise BadInput(f"Expected {WANTED}. Received {word!r:.40}.")
    return Convolution(int(found[1]), int(found[2]), int(found[3] or 1), not found[4])
