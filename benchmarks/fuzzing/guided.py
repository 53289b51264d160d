"""Coverage-guided fuzzing of the readers with atheris, which is installed separately.

`python -m benchmarks.fuzzing.guided TARGET -max_total_time=60` runs until an exception that is not an InklingError; further
options are those of libFuzzer.
"""

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.fuzzing.corpus import datasets, encoded

SMALL_PIXELS = 100_000


def targets() -> dict[str, tuple[Callable[[bytes], object], list[bytes]]]:
    """Target -> what reads the bytes, and valid bytes to begin with. Imported here, so that atheris can instrument it."""
    from inkling.datasets.loader import load_upload
    from inkling.imaging.decoding import decode
    from inkling.imaging.strokes import parse_strokes
    from inkling.limits import Limits

    limits = Limits(max_picture_pixels=SMALL_PIXELS, max_dataset_images=20, max_dataset_bytes=1 << 20)
    pictures = [encoded("PNG"), encoded("JPEG"), encoded("WEBP"), encoded("PNG", "P")]
    return {
        "picture": (lambda data: decode(data, limits), pictures),
        "dataset": (lambda data: load_upload("upload", data, limits), datasets()),
        "strokes": (lambda data: parse_strokes(json.loads(data), limits), [b"[[[0,0],[9,9]]]", b"[[[1.5,2e3,0.5]]]"]),
    }


def main() -> None:
    """Fuzz the target named by the first argument."""
    import atheris

    from inkling.errors import InklingError

    with atheris.instrument_imports(include=["inkling", "PIL"]):
        read, seeds = targets()[sys.argv.pop(1)]

    def run_one(data: bytes) -> None:
        try:
            read(data)
        except (InklingError, json.JSONDecodeError, UnicodeDecodeError, RecursionError):
            return

    with tempfile.TemporaryDirectory() as folder:
        for number, seed in enumerate(seeds):
            (Path(folder) / str(number)).write_bytes(seed)
        atheris.Setup([*sys.argv, folder], run_one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
