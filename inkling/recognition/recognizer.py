"""Recognizer: finds and reads all numbers in a picture."""

from dataclasses import dataclass

import numpy as np

from inkling.deadline import check_deadline
from inkling.errors import EmptyPicture, TooLarge
from inkling.imaging.foreground import extract_foreground
from inkling.limits import Limits
from inkling.models.predictor import Predictor
from inkling.recognition.best_path import find_best_path
from inkling.recognition.candidate_scorer import CandidateScorer
from inkling.recognition.component_filter import filter_components
from inkling.recognition.hypotheses import DigitHypothesis, build_hypotheses, hypothesis_image
from inkling.recognition.line_image import extract_line_image
from inkling.recognition.line_rescoring import LineReading, RescoredPath, rescore_path
from inkling.recognition.oversegmentation import Segment, SegmentMap, may_be_touching, oversegment
from inkling.recognition.result import DigitResult, LineResult, NumberResult
from inkling.recognition.single_character import detect_single_character
from inkling.recognition.text_lines import TextLine, drop_cropped_lines, find_text_lines
from inkling.recognition.word_filter import ScoredGlyph, filter_number_words

CANDIDATES_PER_DIGIT = 16
"""Maximum number of candidate images that are scored for each digit that may be read."""

MIN_SKIPPED_HEIGHT = 0.5
"""Minimum height of a skipped segment that counts as an unknown glyph of its word, in line heights."""

MIN_WHOLE_CONFIDENCE, MAX_WHOLE_WIDTH = 0.95, 1.1
"""A component is not split if the network is this confident of it and it is a single character or at most this many line
heights wide."""

MIN_CERTAIN_CONFIDENCE = 0.99
"""A line of whole components is not read by the line network if the network is this confident of each."""

NO_DIGITS = "No digits were found in the picture."


@dataclass(frozen=True)
class LineCandidates:
    """The hypotheses for a line; scores: int (hypotheses,), their rows in the scorer's probabilities."""

    line: TextLine
    segments: list[Segment]
    hypotheses: list[DigitHypothesis]
    scores: np.ndarray


def recognize_numbers(predictor: Predictor, picture: np.ndarray, limits: Limits) -> NumberResult:
    """Recognize all numbers in a picture, uint8 (height, width).

    The network runs at most twice: first on a single character and on whole components that may be touching digits, then on
    the hypotheses of all lines. Raises EmptyPicture if there is no digit, TooLarge above `limits.max_digits`.
    """
    ink = extract_foreground(picture)
    components, selected = filter_components(ink, limits.max_digits)
    if not len(selected):
        raise EmptyPicture(NO_DIGITS)
    boxes = components.boxes
    found = drop_cropped_lines(find_text_lines(boxes[selected]), boxes[selected], ink.shape)
    lines = [TextLine(selected[line.components], line.height) for line in found]
    single = detect_single_character(picture, ink, boxes[selected])
    segment_map = SegmentMap(components)
    scorer = CandidateScorer(predictor, CANDIDATES_PER_DIGIT * limits.max_digits, limits.max_digits)
    single_entry = None if single is None else (scorer.add(single.image), single.box)
    unsplit = _find_unsplit(lines, boxes, ink, segment_map, scorer)
    if single_entry is not None and scorer.confidence(single_entry[0]) >= MIN_WHOLE_CONFIDENCE:
        return NumberResult([LineResult([scorer.digit(*single_entry)])])
    candidates = [
        _build_candidates(line, oversegment(line, components, ink, segment_map, unsplit), ink, segment_map, scorer)
        for line in lines
    ]
    scorer.score_pending()
    digits_by_line = [digits for digits in (_read_line(line, scorer, ink, segment_map) for line in candidates) if digits]
    count = sum(map(len, digits_by_line))
    if single_entry is not None and count <= 1:
        return NumberResult([LineResult([scorer.digit(*single_entry)])])
    if not count:
        raise EmptyPicture(NO_DIGITS)
    if count > limits.max_digits:
        raise TooLarge(f"The picture holds {count:,} digits. At most {limits.max_digits:,} are read.")
    return NumberResult([LineResult(digits) for digits in digits_by_line])


def _find_unsplit(
    lines: list[TextLine], boxes: np.ndarray, ink: np.ndarray, segment_map: SegmentMap, scorer: CandidateScorer
) -> set[int]:
    """Score everything pending and all components that may be touching digits; return those that are one digit for sure."""
    line_heights = {
        component: line.height
        for line in lines
        for component in line.components.tolist()
        if may_be_touching(boxes[component], line.height)
    }
    scores = {}
    for component in line_heights:
        check_deadline()
        image = hypothesis_image(boxes[component], [component + 1], ink, segment_map)
        if image is not None:
            scores[component] = scorer.add(image)
    scorer.score_pending()
    return {
        component
        for component, score in scores.items()
        if scorer.confidence(score) >= MIN_WHOLE_CONFIDENCE
        and boxes[component, 2] - boxes[component, 0] <= MAX_WHOLE_WIDTH * line_heights[component]
    }


def _build_candidates(
    line: TextLine,
    segments: list[Segment],
    ink: np.ndarray,
    segment_map: SegmentMap,
    scorer: CandidateScorer,
) -> LineCandidates:
    """Queue the image of each hypothesis of a line; hypotheses whose image is empty are left out."""
    hypotheses: list[DigitHypothesis] = []
    scores: list[int] = []
    for hypothesis in build_hypotheses(segments, line.height):
        check_deadline()
        image = hypothesis_image(hypothesis.box, hypothesis.labels, ink, segment_map)
        if image is not None:
            hypotheses.append(hypothesis)
            scores.append(scorer.add(image))
    return LineCandidates(line, segments, hypotheses, np.array(scores, np.intp))


def _read_line(
    candidates: LineCandidates, scorer: CandidateScorer, ink: np.ndarray, segment_map: SegmentMap
) -> list[DigitResult]:
    """The digits of a line from left to right; empty if it has none."""
    height = candidates.line.height
    probabilities = scorer.probabilities[candidates.scores]
    confidences, known = probabilities.max(1), scorer.predictor.card.is_known(probabilities)
    path = find_best_path(candidates.segments, candidates.hypotheses, confidences, known, height)
    rescored, reading = RescoredPath(*path, probabilities[path[0]]), None
    network = scorer.predictor.line_network
    if network is not None and not _is_certain(path, candidates.hypotheses, confidences):
        check_deadline()
        reading = LineReading.predict(network, extract_line_image(candidates.segments, ink, segment_map))
        rescored = rescore_path(reading, path, candidates.segments, candidates.hypotheses, probabilities, known, height)
    glyphs = []
    for position, index in enumerate(rescored.chosen):
        hypothesis, scores = candidates.hypotheses[index], rescored.probabilities[position]
        is_known = bool(scorer.predictor.card.is_known(scores))
        glyphs.append(ScoredGlyph(hypothesis.box, position, float(scores.max()), is_known, hypothesis.is_split))
    for index in rescored.skipped:
        box = candidates.segments[index].box
        if box[3] - box[1] >= MIN_SKIPPED_HEIGHT * height:
            glyphs.append(ScoredGlyph(box, None, 0.0, False, False))
    glyphs.sort(key=lambda glyph: int(glyph.box[0] + glyph.box[2]))
    digits = []
    for position in filter_number_words(glyphs, height, reading):
        index = rescored.chosen[position]
        digits.append(
            scorer.digit(int(candidates.scores[index]), candidates.hypotheses[index].box, rescored.probabilities[position])
        )
    return digits


def _is_certain(path: tuple[list[int], list[int]], hypotheses: list[DigitHypothesis], confidences: np.ndarray) -> bool:
    """Whether a path, as of `find_best_path`, consists of whole components that are digits for sure."""
    chosen, skipped = path
    is_whole = all(len(hypotheses[index].labels) == 1 and not hypotheses[index].is_split for index in chosen)
    return is_whole and not skipped and bool((confidences[chosen] >= MIN_CERTAIN_CONFIDENCE).all())
