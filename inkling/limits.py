"""Upper bounds on input, checked before memory is allocated for it. Each of them is a server setting."""

from dataclasses import dataclass, field
from typing import Any

MIB = 1 << 20


def limit(default: int, unit: str, help: str, minimum: int = 1) -> Any:
    """A dataclass field whose metadata holds its unit, help text and minimum, for every place that lists settings."""
    return field(default=default, metadata={"unit": unit, "help": help, "minimum": minimum})


@dataclass(frozen=True)
class Limits:
    """Upper bounds on what a client may send. The defaults are those of the server."""

    max_picture_pixels: int = limit(
        16_000_000,
        "pixels",
        "per picture; a phone photo has 12 million, which take 190 MB to decode from WebP and under 60 MB from other formats",
    )
    max_picture_side: int = limit(16_384, "pixels", "longer side of a picture; no common camera or scanner exceeds it")
    max_request_pixels: int = limit(
        100_000_000,
        "pixels",
        "of all pictures in a /predict or /read request; eight phone photos, up to ten seconds of decoding",
    )
    max_pictures: int = limit(256, "pictures", "per /predict or /read request; use /evaluate for more")
    max_digits: int = limit(256, "digits", "per picture in /read; a page of ten lines has under 200")
    max_points: int = limit(20_000, "points", "pen positions per drawing: two minutes of drawing at 166 Hz")
    max_dataset_images: int = limit(100_000, "images", "per dataset; MNIST has 70,000, and each takes 784 bytes in memory")
    max_dataset_bytes: int = limit(
        512 * MIB, "bytes", "per dataset after decompression; 100,000 images as CSV take about 300 MB"
    )
    max_dataset_pixels: int = limit(
        4_000_000_000, "pixels", "of all pictures in a dataset before scaling: about a minute of decoding"
    )
    max_labels: int = limit(100, "labels", "different labels per dataset; the confusion matrix grows with their square")
