"""The body of /evaluate, in every form it may take -> a labelled set."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

import numpy as np
from flask import Request
from werkzeug.datastructures import FileStorage

from inkling.datasets.dataset import LabelledSet
from inkling.datasets.loader import read_idx_pair, read_upload
from inkling.errors import BadInput, EmptyPicture, InklingError, TooLarge
from inkling.imaging.decoding import decode
from inkling.imaging.normalization import IMAGE_SIDE, normalise
from inkling.limits import Limits
from inkling.service.http.errors import UnsupportedMedia
from inkling.service.parsing.content_length import require_whole_body
from inkling.service.parsing.json_body import json_kind, read_json_object
from inkling.service.parsing.pixels import check_pixels, decode_base64
from server.settings import Settings

LONGEST_NAME = 100
"""Characters of a set's name: it stands in tables and pictures."""


def read_labelled_set(
    request: Request, settings: Settings, load: Callable[[str], LabelledSet], name: str | None
) -> LabelledSet:
    """The set that a request holds or names, under the given name or its own. Raises InklingError of several kinds.

    load: gives the sets that go by a name.
    """
    require_whole_body(request)
    if name is not None and (not name.strip() or len(name) > LONGEST_NAME or not name.isprintable()):
        raise BadInput(f"Expected a name of 1 to {LONGEST_NAME} printable characters. Received {name!a:.60}.")
    if request.mimetype == "application/json":
        body = read_json_object(request, settings.max_evaluate_values)
        if body.keys() == {"data"}:
            data = load(_set_name(body["data"]))
            return replace(data, name=name) if name else data
        return _from_json(body, settings, name or "JSON")
    if request.mimetype == "multipart/form-data":
        data = _from_form(request, settings)
        return replace(data, name=name) if name else data
    raise UnsupportedMedia(f"Expected multipart/form-data or application/json. Received {request.mimetype:.60}.")


def _from_form(request: Request, limits: Limits) -> LabelledSet:
    if request.form:
        raise BadInput(f"Expected files only. Received the text field {next(iter(request.form))!r:.40}.")
    files = {field: request.files.getlist(field) for field in request.files}
    if set(files) not in ({"data"}, {"images", "labels"}) or any(len(each) != 1 for each in files.values()):
        received = ", ".join(f"{len(each)} × {field[:40]!r}" for field, each in list(files.items())[:5]) or "none"
        raise BadInput(f"Expected one file in the field data, or one in each of images and labels. Received {received}.")
    if "data" in files:
        file = files["data"][0]
        return read_upload(_file_name(file), file.read(), limits)
    images, labels = files["images"][0], files["labels"][0]
    return read_idx_pair(images.read(), labels.read(), _file_name(images), limits)


def _from_json(body: dict[str, Any], limits: Limits, name: str) -> LabelledSet:
    if body.keys() != {"images", "labels"}:
        received = ", ".join(repr(key)[:40] for key in list(body)[:5]) or "none"
        raise BadInput(f"Expected the keys images and labels, or the key data alone. Received {received}.")
    images, labels = body["images"], body["labels"]
    if not isinstance(images, list) or not isinstance(labels, list):
        raise BadInput("Expected images and labels as arrays. Received something else.")
    if len(images) > limits.max_set_images:
        raise TooLarge(f"Expected at most {limits.max_set_images:,} images. Received {len(images):,}.")
    pictures = np.zeros((len(images), IMAGE_SIDE, IMAGE_SIDE), np.uint8)
    for position, image in enumerate(images):
        try:
            pictures[position] = _read(image, limits)
        except EmptyPicture:
            continue  # stays empty: the labelled set leaves it out and counts it
        except InklingError as error:
            raise type(error)(f"Picture {position + 1} of {len(images)}: {error}") from error
    return LabelledSet.of(name, pictures, [_label(label) for label in labels], limits)


def _read(image: Any, limits: Limits) -> np.ndarray:
    """One picture, brought to 28×28 at once: ten thousand in their own sizes would not fit into memory."""
    picture = check_pixels(image, limits) if isinstance(image, list) else decode(decode_base64(image), limits)
    return picture if picture.shape == (IMAGE_SIDE, IMAGE_SIDE) else normalise(picture)


def _set_name(name: Any) -> str:
    if not isinstance(name, str):
        raise BadInput(f"Expected data as the name of a set. Received {json_kind(name)}.")
    return name


def _label(label: Any) -> str:
    if type(label) not in (str, int):  # a boolean is an int to isinstance
        raise BadInput(f"Expected labels as strings or whole numbers. Received {json_kind(label)}.")
    return str(label)


def _file_name(file: FileStorage) -> str:
    return PurePosixPath((file.filename or "").replace("\\", "/")).name[:LONGEST_NAME] or "upload"
