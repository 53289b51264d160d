"""How much of anything is accepted before memory is spent on it. Each limit is a setting of the server as well."""

from dataclasses import dataclass, field

MEBI = 1 << 20


def limit(default: int, unit: str, help: str, minimum: int = 1) -> int:
    """A dataclass field that carries its unit, and the reason for its default, to every place that lists settings."""
    return field(default=default, metadata={"unit": unit, "help": help, "minimum": minimum})


@dataclass(frozen=True)
class Limits:
    """Bounds on what a user may send. The defaults are the server's."""

    max_picture_pixels: int = limit(
        16_000_000,
        "pixels",
        "one picture; a phone's photograph has 12 million: as WebP 190 MB while it is decoded, else under 60 MB",
    )
    max_picture_side: int = limit(16_384, "pixels", "a picture's longer side; no camera or scanner in use goes beyond")
    max_pictures: int = limit(256, "pictures", "pictures in one /predict or /read; more belong into /evaluate")
    max_digits: int = limit(256, "digits", "in one picture that /read reads; a page of ten lines holds under 200")
    max_points: int = limit(20_000, "points", "pen positions in one drawing; two minutes of drawing at 166 a second")
    max_set_images: int = limit(100_000, "images", "a labelled set; MNIST has 70,000, and each image holds 784 bytes")
    max_set_bytes: int = limit(
        512 * MEBI, "bytes", "a labelled set once unpacked; 100,000 images as CSV text take about 300 MB"
    )
    max_set_pixels: int = limit(
        4_000_000_000, "pixels", "all pictures of a set together, before they are reduced; a minute of decoding"
    )
    max_labels: int = limit(100, "labels", "different labels in a set; the confusion matrix grows with the square")
