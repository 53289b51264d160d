"""A .zip of what `tree` describes, a folder a label with pictures inside, read without unpacking it to disk."""

from pathlib import Path

from inkling.datasets.dataset import LabelledSet
from inkling.datasets.formats import image_tree
from inkling.datasets.io import safe_zip
from inkling.limits import Limits


def read(source: Path | bytes, name: str, limits: Limits) -> LabelledSet:
    """A set from a zip file, or from its bytes."""
    with safe_zip.opened(source, limits) as archive:
        members = {
            tuple(part for part in member.filename.split("/") if part not in ("", ".")): member
            for member in archive.infolist()
            if not member.is_dir()
        }
        members.pop((), None)
        found = image_tree.leaves(members)
        return image_tree.read(name, found, lambda leaf: safe_zip.read(archive, members[leaf.path]), limits)
