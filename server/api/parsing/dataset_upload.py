"""The body of POST /evaluate: a labeled dataset as files or JSON, or the name of one."""

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

import numpy as np
from flask import Request
from werkzeug.datastructures import FileStorage

from inkling.datasets.dataset import Dataset, check_pixels
from inkling.datasets.loader import load_idx_pair, load_upload
from inkling.errors import EmptyPicture, InvalidInput, TooLarge
from inkling.imaging.decoding import read_dimensions
from inkling.imaging.normalization import IMAGE_SIDE, normalize
from inkling.imaging.picture import EncodedPicture, GrayLevels, PicturePosition, to_gray_levels
from inkling.limits import Limits
from inkling.service.http.errors import UnsupportedMediaType
from inkling.service.http.json_provider import JSON_MEDIA_TYPE
from inkling.service.parsing.content_length import require_content_length
from inkling.service.parsing.json_body import json_type_name, read_json_object
from inkling.service.parsing.pictures import FORM_MEDIA_TYPE
from inkling.service.parsing.pixels import decode_base64, parse_pixels
from server.settings import Settings

MAX_NAME_LENGTH = 100
"""Characters. The name is shown in tables and pictures."""


def read_dataset(request: Request, settings: Settings, load: Callable[[str], Dataset], name: str | None) -> Dataset:
    """The dataset in a request.

    load: returns the dataset of a name. name: replaces the dataset's own name. Raises InvalidInput, InvalidJson,
    InvalidDataset, DatasetNotFound, LengthRequired, TooLarge or UnsupportedMediaType.
    """
    require_content_length(request)
    if name is not None and (not name.strip() or len(name) > MAX_NAME_LENGTH or not name.isprintable()):
        raise InvalidInput(f"name: expected 1 to {MAX_NAME_LENGTH} printable characters, got {name!a:.60}.")
    if request.mimetype == JSON_MEDIA_TYPE:
        body = read_json_object(request, settings.max_evaluate_values)
        dataset = load(_dataset_name(body["data"])) if body.keys() == {"data"} else _from_json(body, settings)
    elif request.mimetype == FORM_MEDIA_TYPE:
        dataset = _from_form(request, settings)
    else:
        raise UnsupportedMediaType(
            f"Content-Type {request.mimetype:.60} is not supported. Send {FORM_MEDIA_TYPE} or {JSON_MEDIA_TYPE}."
        )
    return replace(dataset, name=name) if name else dataset


def _from_form(request: Request, limits: Limits) -> Dataset:
    if request.form:
        raise InvalidInput(f"Unknown text field {next(iter(request.form))!r:.40}. Send files only.")
    files = {field: request.files.getlist(field) for field in request.files}
    if set(files) not in ({"data"}, {"images", "labels"}) or any(len(each) != 1 for each in files.values()):
        got = ", ".join(f"{len(each)} × {field!r:.40}" for field, each in list(files.items())[:5]) or "none"
        raise InvalidInput(f"Expected one file in the field data, or one in each of images and labels, got {got}.")
    if "data" in files:
        file = files["data"][0]
        return load_upload(_file_name(file), file.read(), limits)
    images, labels = files["images"][0], files["labels"][0]
    return load_idx_pair(images.read(), labels.read(), _file_name(images), limits)


def _from_json(body: dict[str, Any], limits: Limits) -> Dataset:
    if body.keys() != {"images", "labels"}:
        got = ", ".join(repr(key)[:40] for key in list(body)[:5]) or "none"
        raise InvalidInput(f"Expected the keys images and labels, or only data, got {got}.")
    images, labels = body["images"], body["labels"]
    if not isinstance(images, list) or not isinstance(labels, list):
        raise InvalidInput("images and labels must be arrays.")
    if len(images) > limits.max_dataset_images:
        raise TooLarge(f"{len(images):,} images exceed the maximum of {limits.max_dataset_images:,}.")
    pictures = np.zeros((len(images), IMAGE_SIDE, IMAGE_SIDE), np.uint8)
    pixels = 0
    for index, image in enumerate(images):
        with PicturePosition(index, len(images)).named_in_errors():
            picture = _parse_image(image, limits)
            if isinstance(picture, EncodedPicture):
                pixels += math.prod(read_dimensions(picture.data, limits))
                check_pixels(pixels, limits)
            try:
                pictures[index] = _normalize(to_gray_levels(picture, limits))
            except EmptyPicture:
                continue  # remains blank: the dataset leaves blank images out and counts them
    return Dataset.from_pictures("JSON", pictures, [_label(label) for label in labels], limits)


def _parse_image(image: Any, limits: Limits) -> EncodedPicture | GrayLevels:
    return GrayLevels(parse_pixels(image, limits)) if isinstance(image, list) else EncodedPicture(decode_base64(image))


def _normalize(levels: np.ndarray) -> np.ndarray:
    """One picture as uint8 (28, 28). Normalized at once: thousands in full size would not fit into memory."""
    return levels if levels.shape == (IMAGE_SIDE, IMAGE_SIDE) else normalize(levels)


def _dataset_name(name: Any) -> str:
    if not isinstance(name, str):
        raise InvalidInput(f"data: expected the name of a dataset, got {json_type_name(name)}.")
    return name


def _label(label: Any) -> str:
    if type(label) not in (str, int):  # bool is a subclass of int
        raise InvalidInput(f"labels: expected strings or integers, got {json_type_name(label)}.")
    return str(label)


def _file_name(file: FileStorage) -> str:
    return PurePosixPath((file.filename or "").replace("\\", "/")).name[:MAX_NAME_LENGTH] or "upload"
