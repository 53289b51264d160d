"""CropSampler: crops and distortions on the device."""

import numpy as np
import pytest
from keras import ops

from trainer.augmentation.crop_sampler import CropSampler, displacement_basis
from trainer.augmentation.presets import AUGMENTATION_PRESETS, Augmentation

SIZE = 24


def images(count: int = 6) -> np.ndarray:
    """Noise, so that all windows differ."""
    return np.random.default_rng(0).integers(0, 256, (count, 28, 28), np.uint8)


def sample(
    augmentation: Augmentation, inputs: np.ndarray, training: bool = True, seed: int = 0, size: int = SIZE
) -> np.ndarray:
    """One crop of each image: float32 (n, size, size)."""
    sampler = CropSampler(inputs, size, augmentation, seed)
    return ops.convert_to_numpy(sampler(np.arange(len(inputs)), training=training))[..., 0]


@pytest.mark.parametrize("name", AUGMENTATION_PRESETS)
def test_outside_of_training_crops_are_center_crops(name):
    """As `--crops 1` uses them."""
    inputs = images()
    np.testing.assert_allclose(
        sample(AUGMENTATION_PRESETS[name], inputs, training=False), inputs[:, 2:26, 2:26] / 255, atol=1e-6
    )


def test_random_crops_cover_all_25_windows():
    """Every crop is a window of the image, and each window occurs."""
    inputs = np.repeat(images(1), 600, axis=0)
    crops = np.round(sample(Augmentation(window=True), inputs) * 255).astype(np.uint8)
    windows = {inputs[0, t : t + SIZE, c : c + SIZE].tobytes() for t in range(5) for c in range(5)}
    assert {crop.tobytes() for crop in crops} == windows


def test_full_images_are_shifted_in_place_of_random_crops():
    """By up to 2 pixels; paper comes in. Without augmentation, and outside of training, they stay as they are."""
    inputs = np.repeat(images(1), 600, axis=0)
    crops = np.round(sample(Augmentation(window=True), inputs, size=28) * 255).astype(np.uint8)
    padded = np.pad(inputs[0], 2)
    assert {crop.tobytes() for crop in crops} == {padded[t : t + 28, c : c + 28].tobytes() for t in range(5) for c in range(5)}
    for augmentation, training in ((Augmentation(), True), (Augmentation(window=True), False)):
        np.testing.assert_allclose(sample(augmentation, inputs[:3], training, size=28), inputs[:3] / 255, atol=1e-6)


def test_a_tiny_rotation_gives_the_center_crop():
    """Bilinear interpolation at the pixels themselves is the identity."""
    inputs = images()
    np.testing.assert_allclose(sample(Augmentation(rotation=1e-6), inputs), inputs[:, 2:26, 2:26] / 255, atol=2e-3)


@pytest.mark.parametrize("name", ["affine", "elastic"])
def test_distorted_crops_stay_in_range_and_differ(name):
    """Values are from 0 to 1, and two crops of one image are not the same."""
    inputs = np.repeat(images(1), 4, axis=0)
    crops = sample(AUGMENTATION_PRESETS[name], inputs)
    assert crops.min() >= 0
    assert crops.max() <= 1
    assert all((crops[0] != other).any() for other in crops[1:])


def test_distortions_are_small():
    """A blob in the middle moves by a few pixels only."""
    inputs = np.zeros((200, 28, 28), np.uint8)
    inputs[:, 11:17, 11:17] = 255
    crops = sample(AUGMENTATION_PRESETS["elastic"], inputs)
    mass = crops.sum((1, 2))
    assert np.all(np.abs(mass / 36 - 1) < 0.6)
    rows = (crops.sum(2) @ np.arange(SIZE)) / mass
    assert np.all(np.abs(rows - 11.5) < 5)


def test_the_seed_determines_the_crops():
    """Another seed gives other crops."""
    inputs = images()
    first, again, other = (sample(AUGMENTATION_PRESETS["elastic"], inputs, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_elastic_displacements_have_the_configured_deviation():
    """Each row of the basis has unit length, so a pixel's displacement has the deviation of a grid point's."""
    np.testing.assert_allclose((displacement_basis(SIZE) ** 2).sum(1), 1, rtol=1e-5)


def test_an_image_with_variants_is_sampled_from_all_of_them():
    """Each occurs about as often as the image itself. Without variants, and in validation, only the image occurs."""
    originals, variants = images(2), images(5)[2:]
    sampler = CropSampler(originals, SIZE, Augmentation(), 0, variants, np.array([[0, 3], [0, 0]]))
    crops = ops.convert_to_numpy(sampler(np.zeros(800, np.int32), training=True))[..., 0]
    expected = [image[2:26, 2:26] / 255 for image in (originals[0], *variants)]
    counts = [int((np.abs(crops - one).max((1, 2)) < 1e-6).sum()) for one in expected]
    assert sum(counts) == 800
    assert min(counts) > 120
    for indices, training in (([1] * 50, True), ([0] * 50, False)):
        crops = ops.convert_to_numpy(sampler(np.array(indices, np.int32), training=training))[..., 0]
        np.testing.assert_allclose(crops, np.repeat(originals[indices[:1], 2:26, 2:26], 50, 0) / 255, atol=1e-6)
