"""Read: picture -> reading."""

from dataclasses import dataclass

import numpy as np

from inkling.errors import EmptyPicture, TooLarge
from inkling.imaging.foreground import find_ink
from inkling.limits import Limits
from inkling.models.predictor import Predictor
from inkling.recognition.best_path import best_path
from inkling.recognition.candidate_scorer import Answers
from inkling.recognition.component_filter import find_signs
from inkling.recognition.hypotheses import Segment, find_segments, image_of
from inkling.recognition.oversegmentation import Labels, Piece, find_pieces, may_be_several
from inkling.recognition.result import Digit, Line, Reading
from inkling.recognition.single_character import find_alone
from inkling.recognition.text_lines import Row, find_lines, whole_lines
from inkling.recognition.word_filter import Sign, find_numbers

SEGMENTS_FOR_EACH = 16
"""Segments that are scored for each digit that may be read, at most."""

TALL = 0.5
"""What is left out, and as high as this share of its line's height, counts as a sign that is not known."""

SURE, SURE_WIDTH = 0.95, 1.1
"""A sign is not cut where the network is as sure of it, and it lies alone or is at most SURE_WIDTH heights of its line wide:
then two cuts cost more."""

EMPTY = "Expected digits on paper. Received a picture in which none stands out."


@dataclass(frozen=True)
class Candidates:
    """What a line may be: its segments, and where the answers to them stand, int (segments,)."""

    row: Row
    pieces: list[Piece]
    segments: list[Segment]
    answers: np.ndarray


def read(predictor: Predictor, picture: np.ndarray, limits: Limits) -> Reading:
    """Read all numbers in a picture, uint8 (height, width).

    The network is called twice at most: for what lies alone, and signs as they are, and for all that they may be cut and
    joined to. Raises EmptyPicture where no digit is in it, TooLarge where more are than `limits.max_digits`.
    """
    ink = find_ink(picture)
    parts, chosen = find_signs(ink, limits.max_digits)
    if not len(chosen):
        raise EmptyPicture(EMPTY)
    boxes = parts.boxes
    found = whole_lines(find_lines(boxes[chosen]), boxes[chosen], ink.shape)
    rows = [Row(chosen[row.signs], row.height) for row in found]
    alone = find_alone(picture, ink, boxes[chosen])
    labels, answers = Labels(parts), Answers(predictor, SEGMENTS_FOR_EACH * limits.max_digits, limits.max_digits)
    if alone is not None:
        answers.ask(alone.image)
    wide = {int(sign): row.height for row in rows for sign in row.signs if may_be_several(boxes[sign], row.height)}
    asked = {sign: answers.ask(image_of(boxes[sign], [sign + 1], ink, labels)) for sign in wide}
    answers.fetch()
    if alone is not None and answers.confidence(0) >= SURE:
        return Reading([Line([answers.digit(0, alone.box)])])
    sure = {sign for sign, answer in asked.items() if answer is not None and answers.confidence(answer) >= SURE}
    whole = {sign for sign in sure if boxes[sign, 2] - boxes[sign, 0] <= SURE_WIDTH * wide[sign]}
    lines = [_candidates(row, find_pieces(row, parts, ink, labels, whole), ink, labels, answers) for row in rows]
    answers.fetch()
    read_lines = [digits for digits in (_digits_of(line, answers) for line in lines) if digits]
    count = sum(map(len, read_lines))
    if alone is not None and count <= 1:
        return Reading([Line([answers.digit(0, alone.box)])])
    if not count:
        raise EmptyPicture(EMPTY)
    if count > limits.max_digits:
        raise TooLarge(f"Expected at most {limits.max_digits:,} digits in a picture. Received {count:,}.")
    return Reading([Line(digits) for digits in read_lines])


def _candidates(row: Row, pieces: list[Piece], ink: np.ndarray, labels: Labels, answers: Answers) -> Candidates:
    """The segments of a line, each asked for."""
    segments = find_segments(pieces, row.height)
    asked = [answers.ask(image_of(segment.box, segment.labels, ink, labels)) for segment in segments]
    kept = [(segment, answer) for segment, answer in zip(segments, asked, strict=True) if answer is not None]
    return Candidates(row, pieces, [segment for segment, _ in kept], np.array([answer for _, answer in kept], np.intp))


def _digits_of(line: Candidates, answers: Answers) -> list[Digit]:
    """The digits of a line, from left to right, if it has any."""
    height = line.row.height
    probabilities = answers.probabilities[line.answers]
    confidences, known = probabilities.max(1), answers.predictor.card.knows(probabilities)
    chosen, left_out = best_path(line.pieces, line.segments, confidences, known, height)
    signs = []
    for index in chosen:
        segment = line.segments[index]
        signs.append(Sign(segment.box, index, float(confidences[index]), bool(known[index]), segment.cut))
    for index in left_out:
        piece = line.pieces[index]
        if piece.box[3] - piece.box[1] >= TALL * height:
            signs.append(Sign(piece.box, None, 0.0, False, False))
    signs.sort(key=lambda sign: int(sign.box[0] + sign.box[2]))
    return [answers.digit(line.answers[index], line.segments[index].box) for index in find_numbers(signs, height)]
