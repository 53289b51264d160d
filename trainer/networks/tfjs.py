"""The network of the TensorFlow.js tutorial on MNIST. Its values are compared with the original in docs/recipes.md."""

from trainer.networks.head import classifier_head
from trainer.networks.layer_plan import Conv2D, LayerPlan, MaxPooling2D
from trainer.settings import FitSettings

INITIALIZER = "truncated_fan_in"


def plan(labels: int, settings: FitSettings) -> list[LayerPlan]:
    """5×5×8 convolution, pooling, 5×5×16 convolution, pooling, dense; ReLU after each convolution."""
    return [
        Conv2D("conv1", 8, 5, activation="relu", kernel_initializer=INITIALIZER),
        MaxPooling2D("pool1", 2),
        Conv2D("conv2", 16, 5, activation="relu", kernel_initializer=INITIALIZER),
        MaxPooling2D("pool2", 2),
        *classifier_head(labels, settings, INITIALIZER),
    ]
