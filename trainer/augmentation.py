"""Augmentations: how far training images are moved at random, by the name that the setting `augment` takes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Augmentation:
    """Each uniform in ±, but for elastic, which is a standard deviation."""

    window: bool = False  # any of the windows of the image, instead of its centre
    rotation: float = 0.0  # degrees
    scale: float = 0.0  # share
    shear: float = 0.0  # pixels sideways a pixel down
    elastic: float = 0.0  # pixels

    @property
    def distorts(self) -> bool:
        return any((self.rotation, self.scale, self.shear, self.elastic))


AUGMENTATIONS = {
    "none": Augmentation(),
    "crops": Augmentation(window=True),
    "affine": Augmentation(window=True, rotation=12, scale=0.12, shear=0.15),
    "elastic": Augmentation(window=True, rotation=12, scale=0.12, shear=0.15, elastic=0.7),
}
