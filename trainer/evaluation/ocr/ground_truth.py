"""Pictures of numbers with the numbers they show.

A SPEC is `lines:FILE`, `packed:FILE` or `pages:FILE` for lines composed of the single digits in a file of strokes; a file of
strokes whose labels are numbers; or a folder with a subfolder per number. A space in a label stands for a line break.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from inkling.datasets.dataset import MAX_LABEL_LENGTH, Dataset
from inkling.datasets.formats import image_tree, stroke_jsonl
from inkling.datasets.io.bounded_gzip import read_file
from inkling.errors import InvalidDataset, InvalidInput
from inkling.imaging.decoding import decode_picture
from inkling.imaging.strokes import rasterize_line
from inkling.recognition.result import READING_SIDE
from trainer.data.held_out import load_unseen
from trainer.data.spec import TRAINER_LIMITS
from trainer.data.synthetic.text_lines import LINE_LAYOUT, PACKED_LAYOUT, PAGE_LAYOUT, generate_pages

LAYOUTS = {"lines": LINE_LAYOUT, "packed": PACKED_LAYOUT, "pages": PAGE_LAYOUT}

COMPOSED_PAGES = 500
"""Number of composed pages. The confidence interval of the share of exact results is then about ±2 points."""

WRITER_CHOICES = ("all", "even", "odd")
"""All writers, or every second one in the order of their names, beginning with the first (even) or the second (odd)."""

LIMITS = replace(TRAINER_LIMITS, max_labels=TRAINER_LIMITS.max_dataset_images)  # every number may be different


@dataclass(frozen=True)
class NumberPicture:
    """A picture of numbers.

    load: returns the picture, uint8 (height, width). text: the numbers, with a line break between lines. boxes: of the digits,
    float (digits, 4) as [left, top, right, bottom], if known.
    """

    load: Callable[[], np.ndarray]
    text: str
    boxes: np.ndarray | None = None
    writer: str | None = None


@dataclass(frozen=True)
class NumberDataset:
    """Pictures of numbers. selection: describes which pictures they are. skipped: number of labels that are not numbers."""

    name: str
    selection: str
    pictures: list[NumberPicture]
    skipped: int = 0


def load_numbers(spec: str, writers: str, training: dict[str, Any], seed: int = 0) -> NumberDataset:
    """Load the numbers of a SPEC by the chosen writers.

    training: `training` of the model card. If the model was trained on the digits that lines are composed of, only digits of
    its test split are used. Raises an InklingError.
    """
    kind, _, path = spec.partition(":")
    if kind in LAYOUTS and path:
        dataset, selection = load_unseen(path, training)
        numbers = compose(kind, dataset, writers, selection, seed)
    elif not spec or "\0" in spec or not Path(spec).exists():
        raise InvalidDataset(
            f"There are no numbers {spec!a:.200}. Use lines:FILE, packed:FILE or pages:FILE, a file of strokes, or a "
            "folder with a subfolder per number."
        )
    elif Path(spec).is_dir():
        numbers = _read_folder(Path(spec))
    else:
        numbers = _read_strokes(Path(spec))
    if writers != "all" and kind not in LAYOUTS:
        chosen = select_writers([_writer_of(picture, numbers.name) for picture in numbers.pictures], writers)
        pictures = [picture for picture in numbers.pictures if picture.writer in chosen]
        numbers = replace(numbers, pictures=pictures, selection=f"{numbers.selection}, {_count_writers(chosen)}")
    if not numbers.pictures:
        raise InvalidDataset(f"None of the labels in {numbers.name} is a number.")
    return numbers


def select_writers(writers: Sequence[str], choice: str) -> list[str]:
    """Return the distinct writers of a choice, sorted by name."""
    names = sorted(set(writers))
    return {"all": names, "even": names[::2], "odd": names[1::2]}[choice]


def label_to_text(label: str) -> str | None:
    """Return the number that a label stands for, with a line break between lines; None if it is not a number."""
    lines = label.split(" ")
    is_number = len(label) <= MAX_LABEL_LENGTH and all(line.isascii() and line.isdigit() for line in lines)
    return "\n".join(lines) if is_number else None


def _read_strokes(path: Path) -> NumberDataset:
    dataset = stroke_jsonl.read(read_file(path, LIMITS), path.name, LIMITS)
    writers = dataset.writers or [None] * len(dataset)
    texts = [label_to_text(dataset.labels[target]) for target in dataset.targets]
    pictures = [
        NumberPicture(partial(rasterize_line, strokes), text, writer=writer)
        for strokes, text, writer in zip(dataset.strokes or (), texts, writers, strict=True)
        if text is not None and strokes is not None
    ]
    return NumberDataset(path.name, "all of the file", pictures, len(dataset) - len(pictures))


def _read_folder(folder: Path) -> NumberDataset:
    files = image_tree.find_images(path.relative_to(folder).parts for path in folder.rglob("*") if path.is_file())
    texts = [label_to_text(file.label) for file in files]
    pictures = [
        NumberPicture(partial(_decode, folder.joinpath(*file.path)), text)
        for file, text in zip(files, texts, strict=True)
        if text is not None
    ]
    return NumberDataset(folder.resolve().name, "all of the folder", pictures, len(files) - len(pictures))


def _decode(path: Path) -> np.ndarray:
    return decode_picture(read_file(path, LIMITS), LIMITS, READING_SIDE).gray


def compose(kind: str, dataset: Dataset, writers: str, selection: str, seed: int = 0) -> NumberDataset:
    """Compose pages of a kind, one of `LAYOUTS`, from the digits of the chosen writers. selection: says which digits they are.

    Raises InvalidDataset if the dataset has no writers.
    """
    if dataset.writers is None:
        raise InvalidDataset(f"Text lines are composed from pen strokes with writers, but {dataset.name} has none.")
    chosen = select_writers(dataset.writers, writers)
    dataset = dataset.take(np.isin(dataset.writers, chosen))
    pages = generate_pages(dataset, LAYOUTS[kind], COMPOSED_PAGES, seed)
    pictures = [NumberPicture(page.picture, page.text, page.boxes, page.writer) for page in pages]
    return NumberDataset(
        f"{kind} of {dataset.name}", f"composed from {selection}, seed {seed}, {_count_writers(chosen)}", pictures
    )


def _writer_of(picture: NumberPicture, dataset_name: str) -> str:
    if picture.writer is None:
        raise InvalidInput(f"--writers needs numbers with writers, but {dataset_name} has none.")
    return picture.writer


def _count_writers(names: Sequence[str]) -> str:
    return f"{len(names)} writer{'' if len(names) == 1 else 's'}"
