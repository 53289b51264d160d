"""The sampler: cutting and distorting on the device."""

import numpy as np
import pytest
from keras import ops

from trainer.augmentation.crop_sampler import Sampler, spread_matrix
from trainer.augmentation.presets import AUGMENTATIONS, Augmentation

SIZE = 24


def images(count: int = 6) -> np.ndarray:
    """Noise, so that every window differs from every other."""
    return np.random.default_rng(0).integers(0, 256, (count, 28, 28), np.uint8)


def sample(augmentation: Augmentation, pictures: np.ndarray, training: bool = True, seed: int = 0) -> np.ndarray:
    """One pass over all pictures: float32 (n, 24, 24)."""
    sampler = Sampler(pictures, SIZE, augmentation, seed)
    return ops.convert_to_numpy(sampler(np.arange(len(pictures)), training=training))[..., 0]


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_without_training_the_centre_crop_comes_out_as_it_is(name):
    """Validation sees what `--crops 1` serves."""
    pictures = images()
    np.testing.assert_allclose(sample(AUGMENTATIONS[name], pictures, training=False), pictures[:, 2:26, 2:26] / 255, atol=1e-6)


def test_random_windows_are_windows_of_the_image_and_all_of_them_come():
    """Every crop is one of the 25 windows, and each of the 25 is drawn sooner or later."""
    pictures = np.repeat(images(1), 600, axis=0)
    crops = np.round(sample(Augmentation(window=True), pictures) * 255).astype(np.uint8)
    windows = {pictures[0, t : t + SIZE, c : c + SIZE].tobytes() for t in range(5) for c in range(5)}
    assert {crop.tobytes() for crop in crops} == windows


def test_a_distortion_of_nothing_is_the_identity():
    """With an infinitesimal rotation the bilinear path gives the centre crop."""
    pictures = images()
    np.testing.assert_allclose(sample(Augmentation(rotation=1e-6), pictures), pictures[:, 2:26, 2:26] / 255, atol=2e-3)


@pytest.mark.parametrize("name", ["affine", "elastic"])
def test_distorted_crops_stay_in_range_and_differ(name):
    """Ink stays between paper and ink, and two draws of one image are not the same."""
    pictures = np.repeat(images(1), 4, axis=0)
    crops = sample(AUGMENTATIONS[name], pictures)
    assert crops.min() >= 0
    assert crops.max() <= 1
    assert all((crops[0] != other).any() for other in crops[1:])


def test_distortion_keeps_the_ink_near_where_it_was():
    """A blob in the middle stays within a few pixels of it: nothing is flipped or thrown away."""
    pictures = np.zeros((200, 28, 28), np.uint8)
    pictures[:, 11:17, 11:17] = 255
    crops = sample(AUGMENTATIONS["elastic"], pictures)
    mass = crops.sum((1, 2))
    assert np.all(np.abs(mass / 36 - 1) < 0.6)
    rows = (crops.sum(2) @ np.arange(SIZE)) / mass
    assert np.all(np.abs(rows - 11.5) < 5)


def test_the_same_seed_gives_the_same_crops_and_another_seed_others():
    """Augmentation is decided by the seed."""
    pictures = images()
    first, again, other = (sample(AUGMENTATIONS["elastic"], pictures, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_bending_moves_every_pixel_as_far_as_the_setting_says():
    """Each row of the spread has unit length, so a pixel's displacement has the deviation of a grid point's."""
    np.testing.assert_allclose((spread_matrix(SIZE) ** 2).sum(1), 1, rtol=1e-5)


def test_an_image_with_others_to_stand_for_it_is_sampled_from_all_of_them():
    """Each comes about as often as the image itself; an image without any, and validation, see just the image."""
    pictures, extra = images(2), images(5)[2:]
    sampler = Sampler(pictures, SIZE, Augmentation(), 0, extra, np.array([[0, 3], [0, 0]]))
    crops = ops.convert_to_numpy(sampler(np.zeros(800, np.int32), training=True))[..., 0]
    shown = [image[2:26, 2:26] / 255 for image in (pictures[0], *extra)]
    counts = [int((np.abs(crops - one).max((1, 2)) < 1e-6).sum()) for one in shown]
    assert sum(counts) == 800
    assert min(counts) > 120
    for positions, training in (([1] * 50, True), ([0] * 50, False)):
        crops = ops.convert_to_numpy(sampler(np.array(positions, np.int32), training=training))[..., 0]
        np.testing.assert_allclose(crops, np.repeat(pictures[positions[:1], 2:26, 2:26], 50, 0) / 255, atol=1e-6)
