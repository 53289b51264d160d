"""Augmentations: what training images go through at random, by the name that the setting `augment` takes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Augmentation:
    """Distances are uniform in ±, but for elastic, which is a standard deviation. `tones` is the share of crops that come out
    as of another pen, scanner or light, and `occluded` the share of which a corner is missing."""

    window: bool = False  # any of the windows of the image, instead of its centre
    rotation: float = 0.0  # degrees
    scale: float = 0.0  # share
    shear: float = 0.0  # pixels sideways a pixel down
    elastic: float = 0.0  # pixels
    tones: float = 0.0  # share of the crops
    occluded: float = 0.0  # share of the crops

    @property
    def distorts(self) -> bool:
        return any((self.rotation, self.scale, self.shear, self.elastic))


AUGMENTATIONS = {
    "none": Augmentation(),
    "crops": Augmentation(window=True),
    "affine": Augmentation(window=True, rotation=12, scale=0.12, shear=0.15),
    "elastic": Augmentation(window=True, rotation=12, scale=0.12, shear=0.15, elastic=0.7),
    "full": Augmentation(window=True, rotation=14, scale=0.14, shear=0.2, elastic=0.8, tones=0.5, occluded=0.1),
}
