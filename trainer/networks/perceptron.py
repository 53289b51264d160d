"""The network of the tool that learns hand-drawn characters: a 6×6 bitmap and 12 hidden neurons, with sigmoids.

Its values are compared with the original in docs/recipes.md.
"""

from trainer.networks.bitmap import HIDDEN_UNITS
from trainer.networks.head import classifier_head
from trainer.networks.layer_plan import BoundingBoxPoolingPlan, Dense, LayerPlan, ThresholdPlan
from trainer.settings import FitSettings

INITIALIZER = "uniform_half"


def plan(labels: int, settings: FitSettings) -> list[LayerPlan]:
    """36 bits, 12 sigmoid neurons, one sigmoid neuron per label: 36-12-2 for two labels."""
    hidden = Dense("hidden", HIDDEN_UNITS, "sigmoid", INITIALIZER, INITIALIZER)
    return [ThresholdPlan("ink"), BoundingBoxPoolingPlan("bitmap"), *classifier_head(labels, settings, hidden=hidden)]
