"""Read: picture -> reading."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from server.inference.card import Card
from server.inference.errors import EmptyPicture, TooLarge
from server.inference.ink import find_ink
from server.inference.limits import Limits
from server.inference.predictor import Predictor
from server.inference.reading.alone import find_alone
from server.inference.reading.lines import Row, find_lines
from server.inference.reading.path import best_path
from server.inference.reading.pieces import Labels, Piece, find_pieces
from server.inference.reading.reading import Digit, Line, Reading
from server.inference.reading.segments import Segment, find_segments, image_of
from server.inference.reading.signs import find_signs
from server.inference.reading.words import Sign, find_numbers

SIDE = 768
"""Large pictures are best reduced to about this before they are read: a line of twenty digits leaves 40 pixels for each."""

SEGMENTS_FOR_EACH = 8
"""Segments that are scored for each digit that may be read, at most."""

TALL = 0.5
"""What is left out, and as high as this share of its line's height, counts as a sign that is not known."""

SURE = 0.95
"""A sign that lies alone is read as one from this confidence on, without a look at how it might be cut."""

EMPTY = "Expected digits on paper. Received a picture in which none stands out."


@dataclass(frozen=True)
class Candidates:
    """What a line may be: its segments, of which the first is number `start` among all that are scored."""

    row: Row
    pieces: list[Piece]
    segments: list[Segment]
    start: int


def read(predictor: Predictor, picture: np.ndarray, limits: Limits) -> Reading:
    """Read all numbers in a picture, uint8 (height, width), the network called once for all candidates together.

    Raises EmptyPicture where no digit is in it, TooLarge where more are than `limits.max_digits`.
    """
    ink = find_ink(picture)
    parts, chosen = find_signs(ink, limits.max_digits)
    if not len(chosen):
        raise EmptyPicture(EMPTY)
    rows = find_lines(parts.boxes[chosen])
    alone = find_alone(picture, ink, parts.boxes[chosen])
    labels = Labels(parts)
    images = [] if alone is None else [alone.image]
    lines: list[Candidates] = []
    for row in rows:
        row = Row(chosen[row.signs], row.height)
        pieces = find_pieces(row, parts, ink, labels)
        found = [(segment, image_of(segment, ink, labels)) for segment in find_segments(pieces, row.height)]
        seen = [(segment, image) for segment, image in found if image is not None]
        lines.append(Candidates(row, pieces, [segment for segment, _ in seen], len(images)))
        images += [image for _, image in seen]
        if len(images) > SEGMENTS_FOR_EACH * limits.max_digits:
            raise TooLarge(f"Expected at most {limits.max_digits:,} digits in a picture. Received one with far more signs.")
    if not images:
        raise EmptyPicture(EMPTY)
    probabilities = predictor.predict(np.array(images)).probabilities
    digits = Digits(predictor.card, probabilities)
    if alone is not None and digits.confidences[0] >= SURE:
        return Reading([Line([digits.at(0, alone.box)])])
    found = [line for line in (_digits_of(line, digits) for line in lines) if line]
    count = sum(map(len, found))
    if alone is not None and count <= 1:
        return Reading([Line([digits.at(0, alone.box)])])
    if not count:
        raise EmptyPicture(EMPTY)
    if count > limits.max_digits:
        raise TooLarge(f"Expected at most {limits.max_digits:,} digits in a picture. Received {count:,}.")
    return Reading([Line(line) for line in found])


@dataclass(frozen=True)
class Digits:
    """What the network made of all candidates: probabilities, float32 (n, labels)."""

    card: Card
    probabilities: np.ndarray

    @cached_property
    def confidences(self) -> np.ndarray:
        """float32 (n,)."""
        return self.probabilities.max(1)

    def at(self, index: int, box: np.ndarray) -> Digit:
        """One of them, with its box, int (4,)."""
        confidence = float(self.confidences[index])
        label = self.card.labels[int(self.probabilities[index].argmax())]
        return Digit(label, confidence, confidence >= self.card.threshold, box.tolist(), self.probabilities[index])


def _digits_of(line: Candidates, digits: Digits) -> list[Digit]:
    """The digits of a line, from left to right, if it has any."""
    confidences = digits.confidences[line.start : line.start + len(line.segments)]
    threshold, height = digits.card.threshold, line.row.height
    chosen, left_out = best_path(line.pieces, line.segments, confidences, threshold, height)
    signs = []
    for index in chosen:
        segment, confidence = line.segments[index], float(confidences[index])
        signs.append(Sign(segment.box, index, confidence, confidence >= threshold, segment.cut))
    for index in left_out:
        piece = line.pieces[index]
        if piece.box[3] - piece.box[1] >= TALL * height:
            signs.append(Sign(piece.box, None, 0.0, False, False))
    signs.sort(key=lambda sign: int(sign.box[0] + sign.box[2]))
    return [digits.at(line.start + index, line.segments[index].box) for index in find_numbers(signs, height)]
