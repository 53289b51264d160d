"""A .zip with one folder of pictures per label, laid out as described in `image_tree` and read in memory."""

from pathlib import Path

from inkling.datasets.dataset import Dataset
from inkling.datasets.formats import image_tree
from inkling.datasets.io import safe_zip
from inkling.limits import Limits


def read(source: Path | bytes, name: str, limits: Limits) -> Dataset:
    """Read a dataset from a zip file, given as a path or as bytes."""
    with safe_zip.open_zip(source, limits) as archive:
        members = {
            tuple(part for part in member.filename.split("/") if part not in ("", ".")): member
            for member in archive.infolist()
            if not member.is_dir()
        }
        members.pop((), None)
        images = image_tree.find_images(members)
        return image_tree.load_images(name, images, lambda image: safe_zip.read_member(archive, members[image.path]), limits)
