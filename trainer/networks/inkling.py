"""Our own network: small kernels, batch normalisation (Ioffe & Szegedy 2015), most work at a sixteenth of the pixels.

Its convolutions are a setting, `layers`, so that a search over networks is a search over settings.
"""

from trainer.networks.head import head
from trainer.networks.layer import BatchNormalization, Conv2D, Layer, MaxPooling2D, ReLU
from trainer.networks.layer_spec import POOL, Convolution, parse
from trainer.settings import FitSettings


def plan(labels: int, settings: FitSettings) -> list[Layer]:
    """The convolutions and pools that the settings name, each convolution normalised and rectified, then dense."""
    layers, counts = [], {POOL: 0, "conv": 0}
    for layer in parse(settings.layers):
        word = POOL if layer == POOL else "conv"
        counts[word] += 1
        name = f"{word}{counts[word]}"
        layers += [MaxPooling2D(name, 2)] if layer == POOL else _block(name, layer)
    return layers + head(labels, settings)


def _block(name: str, layer: Convolution) -> list[Layer]:
    """Convolution, batch normalisation, rectifier; in the exported graph the first two become one."""
    padding = "same" if layer.padded else "valid"
    convolution = Conv2D(name, layer.filters, layer.size, layer.strides, padding, None, False, "he_normal")
    return [convolution, BatchNormalization(f"{name}_norm", 0.9), ReLU(f"{name}_relu")]
