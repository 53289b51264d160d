"""Parse the setting `layers`, such as "5x5x16/2v 3x3x48/2 pool": the convolutions and pools of a network, in order."""

import re
from dataclasses import dataclass

from inkling.errors import InvalidInput

POOL = "pool"
SYNTAX = "kernel 3x3, filters x48, stride /2, v for no padding, and pool, as in '5x5x16/2 3x3x48v pool'"
CONVOLUTION = re.compile(r"(\d)x\1x(\d{1,4})(?:/([1-4]))?(v)?", re.ASCII)
MAX_LAYERS = 40


@dataclass(frozen=True)
class ConvolutionSpec:
    """size: pixels per side of the square kernel. strides: in both directions. padded: "same" padding rather than "valid"."""

    size: int
    filters: int
    strides: int
    padded: bool


def parse_layers(text: str) -> list[ConvolutionSpec | str]:
    """Parse the layers: a ConvolutionSpec or "pool" each. Raises InvalidInput with the syntax."""
    words = text.split()
    if not 1 <= len(words) <= MAX_LAYERS:
        raise InvalidInput(f"layers takes 1 to {MAX_LAYERS} layers, got {len(words)}. Syntax: {SYNTAX}.")
    return [word if word == POOL else _parse_convolution(word) for word in words]


def _parse_convolution(word: str) -> ConvolutionSpec:
    found = CONVOLUTION.fullmatch(word)
    if not found or not int(found[1]) or not int(found[2]):
        raise InvalidInput(f"layers has an invalid layer {word!r:.40}. Syntax: {SYNTAX}.")
    return ConvolutionSpec(int(found[1]), int(found[2]), int(found[3] or 1), not found[4])
