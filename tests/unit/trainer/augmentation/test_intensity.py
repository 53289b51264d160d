"""Intensity augmentation and cutout."""

import keras
import numpy as np
import pytest
from keras import ops

from trainer.augmentation.intensity import IntensityAugmentation, binomial_blur
from trainer.augmentation.presets import Augmentation

COUNT, SIZE = 400, 24


def bars() -> np.ndarray:
    """A soft-edged vertical stroke in every crop, float32 (n, 24, 24, 1)."""
    profile = np.zeros(SIZE, np.float32)
    profile[9:15] = [0.4, 1, 1, 1, 1, 0.4]
    return np.broadcast_to(profile[None, None, :, None], (COUNT, SIZE, SIZE, 1)).copy()


def augmented(seed: int = 0, **strengths) -> np.ndarray:
    """The bars after augmentation."""
    return ops.convert_to_numpy(IntensityAugmentation(Augmentation(**strengths), keras.random.SeedGenerator(seed))(bars()))


def test_presets_without_intensity_change_nothing():
    """Random crops keep their pixels."""
    np.testing.assert_array_equal(augmented(window=True), bars())


@pytest.mark.parametrize("strengths", [{"intensity": 1.0}, {"blur": 1.0}, {"cutout": 1.0}, {"intensity": 0.5, "cutout": 0.5}])
def test_range_and_shape_stay_the_same(strengths):
    """Values are finite and from 0 to 1."""
    crops = augmented(**strengths)
    assert crops.shape == bars().shape
    assert crops.dtype == np.float32
    assert np.isfinite(crops).all()
    assert 0 <= crops.min() <= crops.max() <= 1


def test_the_configured_share_of_crops_is_changed():
    """The others stay the same."""
    changed = (augmented(intensity=0.5) != bars()).any((1, 2, 3)).mean()
    assert 0.4 < changed < 0.6


def test_strokes_get_thicker_and_thinner():
    """The amount of ink varies in both directions."""
    ink = augmented(intensity=1.0).sum((1, 2, 3)) / bars()[0].sum()
    assert ink.min() < 0.85
    assert ink.max() > 1.08


def test_cutout_erases_a_small_rectangle():
    """The rest of the crop is unchanged, and most of the ink remains."""
    crops, whole = augmented(cutout=1.0), bars()
    assert np.isin(crops, [0.0, *np.unique(whole)]).all()
    kept = crops.sum((1, 2, 3)) / whole[0].sum()
    assert kept.min() > 0.5
    assert (kept < 1).any()


def test_the_blur_preserves_the_sum():
    """A point is spread with weights 1 2 1 in both directions."""
    point = np.zeros((1, 7, 7, 1), np.float32)
    point[0, 3, 3, 0] = 16
    spread = ops.convert_to_numpy(binomial_blur(point))[0, :, :, 0]
    np.testing.assert_allclose(spread[2:5, 2:5], [[1, 2, 1], [2, 4, 2], [1, 2, 1]])
    assert spread.sum() == 16


def test_the_seed_determines_the_augmentation():
    """Another seed gives another result."""
    np.testing.assert_array_equal(augmented(intensity=1.0, cutout=0.5), augmented(intensity=1.0, cutout=0.5))
    assert (augmented(intensity=1.0) != augmented(seed=1, intensity=1.0)).any()


def test_blur_softens_edges_and_keeps_the_darkest_ink():
    """In the chosen share of the crops; the steepest edge becomes flatter."""
    crops, before = augmented(blur=0.5), bars()
    is_blurred = (np.abs(crops - before) > 1e-6).any((1, 2, 3))
    assert 0.4 < is_blurred.mean() < 0.6
    blurred = crops[is_blurred]
    np.testing.assert_allclose(blurred.max((1, 2, 3)), 1, atol=1e-5)
    assert (np.abs(np.diff(blurred, axis=2)).max((1, 2, 3)) < np.abs(np.diff(before[0], axis=1)).max()).all()
