"""The network of the TensorFlow.js course on MNIST, and of the tutorial that it follows: conv, pool, conv, pool, dense."""

from trainer.networks.head import head
from trainer.networks.layer import Conv2D, Layer, MaxPooling2D
from trainer.settings import FitSettings


def plan(labels: int, settings: FitSettings) -> list[Layer]:
    """Conv 5×5×8, pool, conv 5×5×16, pool, dense; rectified. Its kernels are drawn by variance scaling."""
    return [
        Conv2D("conv1", 8, 5, activation="relu"),
        MaxPooling2D("pool1", 2),
        Conv2D("conv2", 16, 5, activation="relu"),
        MaxPooling2D("pool2", 2),
        *head(labels, settings),
    ]
