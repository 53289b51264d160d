"""Augmentation presets: the choices of the setting `augmentation`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Augmentation:
    """Strength of each augmentation. Distances are drawn uniformly from ±value, except `elastic`, a standard deviation."""

    window: bool = False  # random crop instead of the center crop
    rotation: float = 0.0  # degrees
    scale: float = 0.0  # fraction
    shear: float = 0.0  # pixels sideways per pixel down
    elastic: float = 0.0  # pixels
    intensity: float = 0.0  # fraction of the crops with changed intensity
    blur: float = 0.0  # fraction of the crops that are blurred
    cutout: float = 0.0  # fraction of the crops with an erased rectangle

    @property
    def is_geometric(self) -> bool:
        """Whether crops are distorted, rather than only cut out."""
        return any((self.rotation, self.scale, self.shear, self.elastic))


AUGMENTATION_PRESETS = {
    "none": Augmentation(),
    "random-crop": Augmentation(window=True),
    "affine": Augmentation(window=True, rotation=12, scale=0.12, shear=0.15),
    "elastic": Augmentation(window=True, rotation=12, scale=0.12, shear=0.15, elastic=0.7),
    "strong": Augmentation(window=True, rotation=14, scale=0.14, shear=0.2, elastic=0.8, intensity=0.5, blur=0.4, cutout=0.1),
}
