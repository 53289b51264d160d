"""Candidates for digits: components, images and their scores, where a picture has none or too many."""

import numpy as np
import pytest

from inkling.errors import TooLarge
from inkling.imaging.connected_components import label_components
from inkling.models.predictor import Predictor
from inkling.recognition.candidate_scorer import CandidateScorer
from inkling.recognition.component_filter import filter_components
from inkling.recognition.hypotheses import hypothesis_image
from inkling.recognition.oversegmentation import SegmentMap
from inkling.recognition.segmentation_paths import find_segmentation_paths
from inkling.recognition.single_character import detect_single_character
from tests.support.dataset_files import drawings

BLANK = np.zeros((60, 80), np.uint8)


def test_blank_picture_has_no_components() -> None:
    """Nor a single character."""
    components, candidates = filter_components(BLANK, 10)
    assert (len(components), len(candidates)) == (0, 0)
    assert detect_single_character(BLANK, BLANK, np.empty((0, 4), int)) is None


def test_hypothesis_without_ink_at_the_size_of_an_image() -> None:
    """Two pixels far apart have no image."""
    ink = np.zeros((2_000, 2_000), np.uint8)
    ink[[0, -1], [0, -1]] = 255
    segments = SegmentMap(label_components(ink > 0))
    assert hypothesis_image(np.array([0, 0, 2_000, 2_000]), [1, 2], ink, segments) is None


@pytest.mark.parametrize("shape", [(60, 2), (2, 60)])
def test_thin_component_is_not_split(shape: tuple[int, int]) -> None:
    """It has no place for a path between two borders."""
    assert find_segmentation_paths(np.full(shape, 255, np.uint8), 60, 2) == []


def test_equal_images_are_scored_once(predictor: Predictor) -> None:
    """More different images than allowed raise TooLarge."""
    first, second, third = drawings(3)
    scorer = CandidateScorer(predictor, 2, 1)
    assert [scorer.add(image) for image in (first, second, first)] == [0, 1, 0]
    scorer.score_pending()
    assert scorer.probabilities.shape == (2, 10)
    with pytest.raises(TooLarge):
        scorer.add(third)
