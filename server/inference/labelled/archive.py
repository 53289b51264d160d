"""A .zip of what `tree` describes, a folder a label with pictures inside, read without unpacking it to disk."""

from pathlib import Path

from server.inference.labelled import tree, zipped
from server.inference.labelled.labelled_set import LabelledSet
from server.inference.limits import Limits


def read(source: Path | bytes, name: str, limits: Limits) -> LabelledSet:
    """A set from a zip file, or from its bytes."""
    with zipped.opened(source, limits) as archive:
        members = {
            tuple(part for part in member.filename.split("/") if part not in ("", ".")): member
            for member in archive.infolist()
            if not member.is_dir()
        }
        members.pop((), None)
        found = tree.leaves(members)
        return tree.read(name, found, lambda leaf: zipped.read(archive, members[leaf.path]), limits)
