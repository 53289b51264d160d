"""The network of ConvNetJS' MNIST demo."""

from trainer.networks.head import head
from trainer.networks.layer import Conv2D, Layer, MaxPooling2D
from trainer.settings import FitSettings


def plan(labels: int, settings: FitSettings) -> list[Layer]:
    """Conv 5×5×8 padded, pool 2, conv 5×5×16 padded, pool 3, dense; rectified."""
    return [
        Conv2D("conv1", 8, 5, padding="same", activation="relu"),
        MaxPooling2D("pool1", 2),
        Conv2D("conv2", 16, 5, padding="same", activation="relu"),
        MaxPooling2D("pool2", 3),
        *head(labels, settings),
    ]
