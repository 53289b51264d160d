"""The network of the tool that teaches hand-drawn characters: a bitmap of 6×6, twelve hidden neurons, sigmoid throughout."""

from trainer.networks.bitmap import BITMAP_SIDE, HIDDEN
from trainer.networks.crop import CROP_SIZE
from trainer.networks.head import head
from trainer.networks.layer import AveragePooling2D, Bitmap, Dense, Layer
from trainer.settings import FitSettings


def plan(labels: int, settings: FitSettings) -> list[Layer]:
    """6×6 bits, 12 sigmoid neurons, one sigmoid neuron a label: 36-12-2 where two labels are taught."""
    hidden = Dense("hidden", HIDDEN, "sigmoid")
    return [AveragePooling2D("shares", CROP_SIZE // BITMAP_SIDE), Bitmap("bitmap"), *head(labels, settings, "outputs", hidden)]
