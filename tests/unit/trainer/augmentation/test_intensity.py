"""Tones: crops of other pens, scanners and lights."""

import keras
import numpy as np
import pytest
from keras import ops

from trainer.augmentation.intensity import Tones, blurred
from trainer.augmentation.presets import Augmentation

COUNT, SIZE = 400, 24


def bars() -> np.ndarray:
    """A soft-edged vertical stroke in every crop, float32 (n, 24, 24, 1)."""
    profile = np.zeros(SIZE, np.float32)
    profile[9:15] = [0.4, 1, 1, 1, 1, 0.4]
    return np.broadcast_to(profile[None, None, :, None], (COUNT, SIZE, SIZE, 1)).copy()


def toned(seed: int = 0, **how) -> np.ndarray:
    """The bars, changed."""
    return ops.convert_to_numpy(Tones(Augmentation(**how), keras.random.SeedGenerator(seed))(bars()))


def test_without_tones_a_crop_stays_as_it_is():
    """The augmentations that have no tones cost nothing and change nothing."""
    np.testing.assert_array_equal(toned(window=True), bars())


@pytest.mark.parametrize("how", [{"tones": 1.0}, {"occluded": 1.0}, {"tones": 0.5, "occluded": 0.5}])
def test_a_changed_crop_stays_between_paper_and_ink_and_keeps_its_shape(how):
    """Whatever is drawn, the network meets levels from 0 to 1, all of them finite."""
    crops = toned(**how)
    assert crops.shape == bars().shape
    assert crops.dtype == np.float32
    assert np.isfinite(crops).all()
    assert 0 <= crops.min() <= crops.max() <= 1


def test_about_the_share_of_crops_that_is_asked_for_is_changed():
    """The others come out untouched."""
    changed = (toned(tones=0.5) != bars()).any((1, 2, 3)).mean()
    assert 0.4 < changed < 0.6


def test_strokes_come_out_wider_and_thinner():
    """The ink of a stroke varies to both sides."""
    ink = toned(tones=1.0).sum((1, 2, 3)) / bars()[0].sum()
    assert ink.min() < 0.85
    assert ink.max() > 1.08


def test_what_is_missing_is_a_small_rectangle():
    """Where a crop is occluded it is blank, elsewhere untouched, and most of the ink remains."""
    crops, whole = toned(occluded=1.0), bars()
    assert np.isin(crops, [0.0, *np.unique(whole)]).all()
    kept = crops.sum((1, 2, 3)) / whole[0].sum()
    assert kept.min() > 0.5
    assert (kept < 1).any()


def test_a_blur_keeps_the_sum_of_what_lies_inside_and_spreads_a_point():
    """Weights 1 2 1 in both directions."""
    point = np.zeros((1, 7, 7, 1), np.float32)
    point[0, 3, 3, 0] = 16
    spread = ops.convert_to_numpy(blurred(point))[0, :, :, 0]
    np.testing.assert_allclose(spread[2:5, 2:5], [[1, 2, 1], [2, 4, 2], [1, 2, 1]])
    assert spread.sum() == 16


def test_the_same_seed_gives_the_same_tones():
    """Another seed gives others."""
    np.testing.assert_array_equal(toned(tones=1.0, occluded=0.5), toned(tones=1.0, occluded=0.5))
    assert (toned(tones=1.0) != toned(seed=1, tones=1.0)).any()
