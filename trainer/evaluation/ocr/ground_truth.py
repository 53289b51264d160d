"""Written numbers: pictures to read, and what is written in them.

A SPEC is `lines:FILE`, `packed:FILE` or `pages:FILE` for lines composed of the single digits in a file of strokes, a file of
strokes whose labels are whole numbers, or a folder with a sub-folder a number and pictures inside. A blank in a label stands
for the end of a line.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from inkling.datasets.formats import image_tree, stroke_jsonl
from inkling.datasets.io.bounded_gzip import read_file
from inkling.errors import InvalidDataset, InvalidInput
from inkling.imaging.decoding import decode_picture
from inkling.imaging.strokes import rasterize_line
from inkling.recognition.result import READING_SIDE
from trainer.data.held_out import unseen_part
from trainer.data.spec import TRAINER_LIMITS
from trainer.data.synthetic.text_lines import LINES, PACKED, PAGES, compose

COMPOSED = {"lines": LINES, "packed": PACKED, "pages": PAGES}
PAGES_COUNT = 500
"""Pages that are composed: their share of those read whole is known to within two points or so."""

LONGEST = 100
"""Digits of a number, at most: as many characters as a label may have."""

HALVES = ("all", "even", "odd")
"""All writers; the first, third, … of them in the order of their names; or the second, fourth, …"""

LIMITS = replace(TRAINER_LIMITS, max_labels=TRAINER_LIMITS.max_dataset_images)  # there are as many numbers as people


@dataclass(frozen=True)
class Written:
    """A picture with numbers. picture: gives it, uint8 (height, width). text: what is written, a line a line.

    boxes: float (digits, 4) as [left, top, right, bottom], where it is known. writer: where that is known.
    """

    picture: Callable[[], np.ndarray]
    text: str
    boxes: np.ndarray | None = None
    writer: str | None = None


@dataclass(frozen=True)
class Numbers:
    """What is to be read. part: which part of the data it is, in words. left_out: how many labels were no numbers."""

    name: str
    part: str
    written: list[Written]
    left_out: int = 0


def load_numbers(spec: str, writers: str, training: dict, seed: int = 0) -> Numbers:
    """The numbers of a SPEC by all writers or by one of two halves of them.

    training: the `training` of the model's card: of a set that it was fitted on only hands that it never saw are composed.
    Raises an InklingError.
    """
    kind, _, place = spec.partition(":")
    if kind in COMPOSED and place:
        numbers = _composed(kind, place, writers, training, seed)
    elif not spec or "\0" in spec or not Path(spec).exists():
        raise InvalidDataset(
            f"Expected lines:FILE, packed:FILE or pages:FILE, a file of strokes, or a folder with a sub-folder a number. "
            f"Received {spec!a:.200}, which is not there."
        )
    elif Path(spec).is_dir():
        numbers = _folder(Path(spec))
    else:
        numbers = _strokes(Path(spec))
    if writers != "all" and kind not in COMPOSED:
        names = [written.writer for written in numbers.written]
        if None in names:
            raise InvalidInput(f"Expected numbers that name their writers, to take half of them. Received {numbers.name}.")
        chosen = half(names, writers)
        part = [written for written in numbers.written if written.writer in chosen]
        numbers = replace(numbers, written=part, part=f"{numbers.part}, {_hands(chosen)}")
    if not numbers.written:
        raise InvalidDataset(f"Expected whole numbers as labels. Received none in {numbers.name}.")
    return numbers


def half(writers: Sequence[str], which: str) -> list[str]:
    """The different writers of a half, by the order of their names: nobody is in both."""
    names = sorted(set(writers))
    return {"all": names, "even": names[::2], "odd": names[1::2]}[which]


def text_of(label: str) -> str | None:
    """What a label says is written, a line a line, or None where it is no whole number."""
    lines = label.split(" ")
    good = len(label) <= LONGEST and all(line.isascii() and line.isdigit() for line in lines)
    return "\n".join(lines) if good else None


def _strokes(place: Path) -> Numbers:
    known = stroke_jsonl.read(read_file(place, LIMITS), place.name, LIMITS)
    writers = known.writers or [None] * len(known)
    texts = [text_of(known.labels[target]) for target in known.targets]
    written = [
        Written(partial(rasterize_line, drawing), text, writer=writer)
        for drawing, text, writer in zip(known.strokes, texts, writers, strict=True)
        if text is not None
    ]
    return Numbers(place.name, "all of the set", written, len(known) - len(written))


def _folder(place: Path) -> Numbers:
    leaves = image_tree.find_images(path.relative_to(place).parts for path in place.rglob("*") if path.is_file())
    texts = [text_of(leaf.label) for leaf in leaves]
    written = [
        Written(partial(_decoded, place.joinpath(*leaf.path)), text)
        for leaf, text in zip(leaves, texts, strict=True)
        if text is not None
    ]
    return Numbers(place.resolve().name, "all of the folder", written, len(leaves) - len(written))


def _decoded(path: Path) -> np.ndarray:
    return decode_picture(read_file(path, LIMITS), LIMITS, READING_SIDE).gray


def _composed(kind: str, place: str, writers: str, training: dict, seed: int) -> Numbers:
    known, part = unseen_part(place, training)
    if known.writers is None:
        raise InvalidDataset(f"Expected strokes that name their writers, to compose lines of. Received {known.name}.")
    chosen = half(known.writers, writers)
    known = known.take(np.isin(known.writers, chosen))
    pages = compose(known, COMPOSED[kind], PAGES_COUNT, seed)
    written = [Written(page.picture, page.text, page.boxes, page.writer) for page in pages]
    name = f"{kind} of {known.name}"
    return Numbers(name, f"composed of {part}, seed {seed}, {_hands(chosen)}", written)


def _hands(names: Sequence[str]) -> str:
    return f"{len(names)} writer{'' if len(names) == 1 else 's'}"
