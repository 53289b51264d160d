"""The card: what a model says about itself, as JSON in the model file's metadata."""

import json
from dataclasses import dataclass

from server.inference.errors import BadModel
from server.inference.normalise import NORMALISATION_VERSION

CARD_KEY = "inkling.card"
CARD_VERSION = 1


@dataclass(frozen=True)
class Card:
    """A checked card. `fields` is the whole of it, as it stands in the file; the rest are the parts that serving needs."""

    fields: dict
    name: str
    created: str
    labels: list[str]
    image_height: int
    image_width: int
    crop_size: int
    offsets: list[tuple[int, int]]
    threshold: float

    @classmethod
    def parse(cls, text: str | None) -> "Card":
        """Read a card's JSON. Raises BadModel with the first rule it breaks."""
        if text is None:
            raise BadModel(f"Expected a model with a card in its metadata ({CARD_KEY}). Received one without.")
        try:
            fields = json.loads(text)
            version = fields["card"]
        except (ValueError, TypeError, KeyError) as error:
            raise BadModel("Expected a card that is a JSON object with its version. Received something else.") from error
        if version != CARD_VERSION:
            raise BadModel(f"Expected a card of version {CARD_VERSION}. Received version {version!r:.20}.")
        try:
            card = cls(
                fields=fields,
                name=fields["name"],
                created=fields["created"],
                labels=fields["labels"],
                image_height=fields["image"]["height"],
                image_width=fields["image"]["width"],
                crop_size=fields["crop"]["size"],
                offsets=[(top, left) for top, left in fields["crop"]["offsets"]],
                threshold=fields["known"]["threshold"],
            )
            normalisation = fields["image"]["normalisation"]
            missing = {"layers", "training", "report"} - fields.keys()
        except (KeyError, TypeError, ValueError) as error:
            raise BadModel(
                f"Expected a card with every field of version {CARD_VERSION}. Received one that lacks {error}."
            ) from error
        if missing:
            raise BadModel(f"Expected a card with every field. Received one that lacks {', '.join(sorted(missing))}.")
        if normalisation != NORMALISATION_VERSION:
            raise BadModel(
                f"Expected a model fitted on images of normalisation {NORMALISATION_VERSION}. "
                f"Received one of normalisation {normalisation!r:.20}."
            )
        card._check_parts()
        return card

    def _check_parts(self) -> None:
        labels = self.labels
        if not isinstance(labels, list) or len(labels) < 2 or not all(isinstance(label, str) and label for label in labels):
            raise BadModel("Expected a card with at least two labels, each a string. Received something else.")
        if len(set(labels)) != len(labels):
            raise BadModel("Expected a card whose labels differ. Received one that names a label twice.")
        sizes = (self.image_height, self.image_width, self.crop_size)
        if not all(type(size) is int and size > 0 for size in sizes) or self.crop_size > min(sizes[:2]):
            raise BadModel(f"Expected a crop that fits into the image. Received sizes {sizes}.")
        room = self.image_height - self.crop_size, self.image_width - self.crop_size
        inside = all(
            type(corner) is int and 0 <= corner <= most
            for offset in self.offsets
            for corner, most in zip(offset, room, strict=True)
        )
        if not self.offsets or not inside:
            raise BadModel(f"Expected offsets of crops inside of the image. Received {self.offsets}.")
        if type(self.threshold) not in (int, float) or not 0 <= self.threshold <= 1:
            raise BadModel(f"Expected a threshold between 0 and 1. Received {self.threshold!r:.20}.")
