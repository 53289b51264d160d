"""The network of the tool that learns hand-drawn characters: a 6×6 bitmap and 12 hidden neurons, with sigmoids."""

from trainer.networks.bitmap import BITMAP_SIDE, HIDDEN_UNITS
from trainer.networks.head import classifier_head
from trainer.networks.inputs import CROP_SIZE
from trainer.networks.layer_plan import AveragePooling2D, Dense, LayerPlan, ThresholdPlan
from trainer.settings import FitSettings


def plan(labels: int, settings: FitSettings) -> list[LayerPlan]:
    """36 bits, 12 sigmoid neurons, one sigmoid neuron per label: 36-12-2 for two labels."""
    hidden = Dense("hidden", HIDDEN_UNITS, "sigmoid")
    bitmap = [AveragePooling2D("cell_means", CROP_SIZE // BITMAP_SIDE), ThresholdPlan("bitmap")]
    return [*bitmap, *classifier_head(labels, settings, "outputs", hidden)]
