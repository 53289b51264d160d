"""How a tree of files, in a folder or in a zip file, is read as a labelled set: a sub-folder a label, pictures inside.

Above the labels there may be a level train/ and test/, and above that any number of folders that hold everything else.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from inkling.datasets.dataset import LabelledSet, check_count, image_of
from inkling.errors import BadData, InklingError, TooLarge
from inkling.imaging.decoding import decode, dimensions
from inkling.limits import Limits

ENDINGS = (".png", ".jpg", ".jpeg", ".webp")
PARTS = {"train": False, "training": False, "test": True, "testing": True}
"""Names of folders above the labels, and whether they hold the test part."""

Path = tuple[str, ...]


@dataclass(frozen=True)
class Leaf:
    """A picture's place: its path as it came, its label, and whether it is in the test part (None: there is none)."""

    path: Path
    label: str
    in_test: bool | None


def is_hidden(path: Path) -> bool:
    """Whether a path leads to what systems leave behind: .DS_Store, __MACOSX, Thumbs.db and their like."""
    return any(part.startswith(".") or part == "__MACOSX" for part in path) or path[-1] in ("Thumbs.db", "desktop.ini")


def leaves(paths: Iterable[Path]) -> list[Leaf]:
    """The pictures among the files, in the order of their paths. Files that lie outside of the labels' folders and are no
    pictures, such as a README, are left aside.

    Raises BadData for a picture that is not in a label's folder, and for another file that is.
    """
    files = sorted(path for path in paths if not is_hidden(path))
    pictures = [path for path in files if path[-1].lower().endswith(ENDINGS)]
    if not pictures:
        raise BadData("Expected a folder for each label with PNG, JPEG or WebP pictures inside. Received none.")
    root = _common_root(pictures)
    parted = all(len(path) == root + 3 and path[root].lower() in PARTS for path in pictures)
    depth = root + (3 if parted else 2)
    for path in files:
        is_picture = path[-1].lower().endswith(ENDINGS)
        if is_picture and len(path) != depth:
            raise BadData(f"Expected every picture directly in its label's folder. Received {shown(path)}.")
        if not is_picture and len(path) >= depth:
            raise BadData(f"Expected only PNG, JPEG and WebP pictures in a label's folder. Received {shown(path)}.")
    tests = {PARTS[path[root].lower()] for path in pictures} if parted else set()
    return [Leaf(path, path[-2], PARTS[path[root].lower()] if True in tests else None) for path in pictures]


def read(name: str, found: list[Leaf], open_leaf: Callable[[Leaf], bytes], limits: Limits) -> LabelledSet:
    """A set of the pictures, each opened, decoded and normalised before the next one."""
    check_count(len(found), limits)
    images, pixels = [], 0
    for leaf in found:
        data = open_leaf(leaf)
        try:
            height, width = dimensions(data, limits)
            pixels += height * width
            if pixels > limits.max_set_pixels:
                raise TooLarge(f"Expected at most {limits.max_set_pixels:,} pixels in all pictures. Received more.")
            images.append(image_of(decode(data, limits)))
        except InklingError as error:
            raise (TooLarge if isinstance(error, TooLarge) else BadData)(f"{shown(leaf.path)}: {error}") from error
    in_test = None if found[0].in_test is None else np.array([leaf.in_test for leaf in found])
    return LabelledSet.of(name, np.stack(images), [leaf.label for leaf in found], limits, in_test=in_test)


def shown(path: Path) -> str:
    """A path, fit for a sentence."""
    text = "/".join(path)
    return text if text.isprintable() and len(text) <= 120 else f"{text!a:.120}"


def _common_root(pictures: list[Path]) -> int:
    """How many folders at the top hold everything and are neither a label nor train/ or test/."""
    root = 0
    while (
        min(map(len, pictures)) > root + 2
        and len({path[root] for path in pictures}) == 1
        and pictures[0][root].lower() not in PARTS
    ):
        root += 1
    return root
