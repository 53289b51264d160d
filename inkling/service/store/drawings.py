"""Stored drawings: the columns and the record shared by the tables `feedback` and `lesson_drawings`."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
import orjson
from sqlalchemy import Column, Integer, LargeBinary, Row, String, Text

from inkling.datasets.stored_drawings import encode_picture
from inkling.imaging.normalization import NORMALIZATION_VERSION
from inkling.service.store.pagination import position_column


def drawing_columns() -> list[Column[Any]]:
    """The columns of a table of drawings. Uniqueness of `id` is left to the table."""
    return [
        position_column(),
        Column("id", String(64), nullable=False),
        Column("created", String(40), nullable=False),
        Column("label", Text, nullable=False),
        Column("points", Integer, nullable=False),
        Column("normalization", Integer, nullable=False),
        Column("image", LargeBinary, nullable=False),
        Column("picture", LargeBinary, nullable=False),
        Column("strokes", Text),
    ]


@dataclass(frozen=True)
class StoredDrawing:
    """A labeled drawing.

    id: hash of the image, so that equal drawings are stored once.
    normalization: version of the normalization that made the image.
    image: 28×28 bytes. picture: a PNG, from which later versions of the normalization make the image again.
    strokes: [[[x, y], …], …], None if the drawing was sent as a picture.
    """

    id: str
    label: str
    normalization: int
    image: bytes
    picture: bytes
    strokes: list[Any] | None

    @classmethod
    def create(cls, label: str, image: np.ndarray, picture: np.ndarray, strokes: list[Any] | None, **more: Any) -> Self:
        """A new drawing. image: uint8 (28, 28). picture: uint8 (height, width). more: fields of subclasses."""
        pixels = image.tobytes()
        return cls(
            id=hashlib.sha256(pixels).hexdigest()[:32],
            label=label,
            normalization=NORMALIZATION_VERSION,
            image=pixels,
            picture=encode_picture(picture),
            strokes=strokes,
            **more,
        )

    @classmethod
    def from_row(cls, row: Row[Any]) -> Self:
        """The drawing in a row of all columns."""
        values = {each.name: row._mapping[each.name] for each in fields(cls)}
        return cls(**values | {"strokes": decode_strokes(values["strokes"])})

    def values(self, names: Sequence[str] = ()) -> dict[str, Any]:
        """Column values for an INSERT or UPDATE: of the named fields, or of all, with `points`."""
        values = {each.name: getattr(self, each.name) for each in fields(self) if not names or each.name in names}
        if "strokes" in values:
            values["points"] = sum(map(len, self.strokes or ()))
            values["strokes"] = None if self.strokes is None else orjson.dumps(self.strokes).decode()
        return values


def decode_strokes(text: str | None) -> list[Any] | None:
    """Strokes from their column."""
    return None if text is None else list(orjson.loads(text))
