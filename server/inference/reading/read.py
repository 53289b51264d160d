"""Read: picture -> reading."""

import numpy as np

from server.inference.errors import EmptyPicture, TooLarge
from server.inference.ink import find_ink
from server.inference.limits import Limits
from server.inference.predictor import Predictor
from server.inference.reading.lines import find_lines
from server.inference.reading.path import best_path
from server.inference.reading.pieces import Labels, find_pieces
from server.inference.reading.reading import Digit, Line, Reading
from server.inference.reading.segments import Segment, find_segments, image_of
from server.inference.reading.signs import find_signs

SIDE = 768
"""Large pictures are best reduced to about this before they are read: a line of twenty digits leaves 40 pixels for each."""

SEGMENTS_FOR_EACH = 8
"""Segments that are scored for each digit that may be read, at most."""


def read(predictor: Predictor, picture: np.ndarray, limits: Limits) -> Reading:
    """Read all numbers in a picture, uint8 (height, width).

    Raises EmptyPicture where no digit is in it, TooLarge where more are than `limits.max_digits`.
    """
    ink = find_ink(picture)
    parts, chosen = find_signs(ink, limits.max_digits)
    if not len(chosen):
        raise EmptyPicture("Expected digits on paper. Received a picture in which no sign stands out.")
    rows = find_lines(parts.boxes[chosen])
    labels = Labels(parts)
    found: list[tuple] = []
    images: list[np.ndarray] = []
    most = SEGMENTS_FOR_EACH * limits.max_digits
    for row in rows:
        row = type(row)(chosen[row.signs], row.height)
        pieces = find_pieces(row, parts, ink, labels)
        segments, own = [], []
        for segment in find_segments(pieces, row.height):
            image = image_of(segment, ink, labels)
            if image is not None:
                segments.append(segment)
                own.append(image)
        images += own
        if len(images) > most:
            raise TooLarge(f"Expected at most {limits.max_digits:,} digits in a picture. Received far more signs.")
        found.append((row, pieces, segments))
    if not images:
        raise EmptyPicture("Expected digits on paper. Received a picture in which no sign stands out.")
    confidences = predictor.predict(np.array(images)).probabilities.max(1)
    winners: list[tuple[int, Segment, int]] = []
    start = 0
    for number, (row, pieces, segments) in enumerate(found):
        own = confidences[start : start + len(segments)]
        for index in best_path(pieces, segments, own, predictor.card.threshold, row.height):
            winners.append((number, segments[index], start + index))
        start += len(segments)
    if not winners:
        raise EmptyPicture("Expected digits on paper. Received a picture in which no sign stands out.")
    if len(winners) > limits.max_digits:
        raise TooLarge(f"Expected at most {limits.max_digits:,} digits in a picture. Received {len(winners):,}.")
    answers = predictor.predict(np.array([images[index] for _, _, index in winners])).probabilities
    lines: dict[int, list[Digit]] = {}
    for (number, segment, _), row in zip(winners, answers, strict=True):
        best = int(row.argmax())
        confidence = float(row[best])
        known = confidence >= predictor.card.threshold
        lines.setdefault(number, []).append(Digit(predictor.card.labels[best], confidence, known, segment.box.tolist(), row))
    return Reading([Line(digits) for digits in lines.values()])
