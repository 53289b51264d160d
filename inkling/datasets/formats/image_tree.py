"""How a tree of files, in a folder or a zip file, becomes a dataset: one sub-folder of pictures per label.

Above the labels there may be folders train/ and test/, and above those any number of folders that contain everything else.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from inkling.datasets.color_loss import MAX_SAMPLES, describe_color_loss, mean_color
from inkling.datasets.dataset import Dataset, check_count, check_pixels, normalize_or_blank
from inkling.errors import InklingError, InvalidDataset, TooLarge
from inkling.imaging.decoding import decode, read_dimensions
from inkling.limits import Limits

EXTENSIONS = (".png", ".jpg", ".jpeg", ".webp")
SPLITS = {"train": False, "training": False, "test": True, "testing": True}
"""Names of folders above the labels, and whether they contain the test split."""

Path = tuple[str, ...]


@dataclass(frozen=True)
class ImageFile:
    """A picture's original path, its label, and whether it is in the test split (None: there is no test split)."""

    path: Path
    label: str
    in_test: bool | None


def is_hidden(path: Path) -> bool:
    """Whether a path belongs to files that operating systems create: .DS_Store, __MACOSX, Thumbs.db and the like."""
    return any(name.startswith(".") or name == "__MACOSX" for name in path) or path[-1] in ("Thumbs.db", "desktop.ini")


def find_images(paths: Iterable[Path]) -> list[ImageFile]:
    """Return the pictures among the files, sorted by path. Other files outside of the labels' folders, such as a README, are
    ignored.

    Raises InvalidDataset if a picture isn't in a label's folder, or if another file is.
    """
    files = sorted(path for path in paths if not is_hidden(path))
    pictures = [path for path in files if path[-1].lower().endswith(EXTENSIONS)]
    if not pictures:
        raise InvalidDataset("No PNG, JPEG or WebP pictures found. Put them into one folder per label.")
    root = _common_root_depth(pictures)
    has_splits = all(len(path) == root + 3 and path[root].lower() in SPLITS for path in pictures)
    depth = root + (3 if has_splits else 2)
    for path in files:
        is_picture = path[-1].lower().endswith(EXTENSIONS)
        if is_picture and len(path) != depth:
            raise InvalidDataset(f"{display_path(path)} isn't directly in a label's folder.")
        if not is_picture and len(path) >= depth:
            raise InvalidDataset(f"{display_path(path)} isn't a picture. Only PNG, JPEG and WebP may be in a label's folder.")
    splits = {SPLITS[path[root].lower()] for path in pictures} if has_splits else set()
    return [ImageFile(path, path[-2], SPLITS[path[root].lower()] if True in splits else None) for path in pictures]


def load_images(
    name: str, files: list[ImageFile], read: Callable[[ImageFile], bytes], limits: Limits, check_colors: bool
) -> Dataset:
    """Make a dataset of pictures, each read, decoded and normalized before the next one.

    check_colors: warn of labels that differ mainly in color, for which some pictures are decoded twice.
    """
    check_count(len(files), limits)
    images, pixels, sampled, colors, counts = [], 0, [], [], Counter[str]()
    for index, file in enumerate(files):
        data = read(file)
        try:
            height, width = read_dimensions(data, limits)
            pixels += height * width
            check_pixels(pixels, limits)
            images.append(normalize_or_blank(decode(data, limits)))
            counts[file.label] += 1
            if check_colors and counts[file.label] <= MAX_SAMPLES:
                sampled.append(index)
                colors.append(mean_color(data))
        except InklingError as error:
            raise (TooLarge if isinstance(error, TooLarge) else InvalidDataset)(
                f"{display_path(file.path)}: {error}"
            ) from error
    in_test = None if files[0].in_test is None else np.array([file.in_test for file in files])
    dataset = Dataset.from_pictures(name, np.stack(images), [file.label for file in files], limits, in_test=in_test)
    if not check_colors:
        return dataset
    sampled_labels = [files[index].label for index in sampled]
    return replace(dataset, warnings=describe_color_loss(sampled_labels, np.stack(colors), np.stack(images)[sampled]))


def display_path(path: Path) -> str:
    """A path for use in a message: at most 120 printable characters."""
    text = "/".join(path)
    return text if text.isprintable() and len(text) <= 120 else f"{text!a:.120}"


def _common_root_depth(pictures: list[Path]) -> int:
    """Number of folders at the top that contain everything and are neither a label nor a split."""
    root = 0
    while (
        min(map(len, pictures)) > root + 2
        and len({path[root] for path in pictures}) == 1
        and pictures[0][root].lower() not in SPLITS
    ):
        root += 1
    return root
