"""A .zip with one folder of pictures per label, laid out as described in `image_tree` and read in memory."""

from pathlib import Path

from inkling.datasets.dataset import Dataset
from inkling.datasets.formats import image_tree
from inkling.datasets.io import safe_zip
from inkling.limits import Limits


def read(source: Path | bytes, name: str, limits: Limits) -> Dataset:
    """Read a dataset from a zip file, given as a path or, for an upload, as bytes."""
    with safe_zip.open_zip(source, limits) as archive:
        members = {
            tuple(part for part in member.filename.split("/") if part not in ("", ".")): member
            for member in archive.infolist()
            if not member.is_dir()
        }
        members.pop((), None)
        images = image_tree.find_images(members)

        def read_image(image: image_tree.ImageFile) -> bytes:
            return safe_zip.read_member(archive, members[image.path])

        return image_tree.load_images(name, images, read_image, limits, check_colors=isinstance(source, Path))
