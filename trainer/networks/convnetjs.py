"""The network of ConvNetJS' MNIST demo. Its values are compared with the original in docs/recipes.md."""

from typing import Any

from trainer.networks.head import classifier_head
from trainer.networks.layer_plan import Conv2D, LayerPlan, MaxPooling2D
from trainer.settings import FitSettings

INITIALIZER = "normal_fan_in"
CONVOLUTION: dict[str, Any] = {
    "padding": "same",
    "activation": "relu",
    "kernel_initializer": INITIALIZER,
    "bias_initializer": "one_tenth",
}


def plan(labels: int, settings: FitSettings) -> list[LayerPlan]:
    """Padded 5×5×8 convolution, 2×2 pooling, padded 5×5×16 convolution, 3×3 pooling, dense; ReLU after each convolution."""
    return [
        Conv2D("conv1", 8, 5, **CONVOLUTION),
        MaxPooling2D("pool1", 2),
        Conv2D("conv2", 16, 5, **CONVOLUTION),
        MaxPooling2D("pool2", 3),
        *classifier_head(labels, settings, INITIALIZER),
    ]
