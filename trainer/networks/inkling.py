"""Inkling's own network: small kernels, batch normalization (Ioffe & Szegedy 2015), most computation at reduced resolution.

The convolutions are a setting, `layers`, so an architecture search is a sweep over settings.
"""

from trainer.networks.head import classifier_head
from trainer.networks.layer_plan import BatchNormalization, Conv2D, LayerPlan, MaxPooling2D, ReLU
from trainer.networks.layer_spec import POOL, ConvolutionSpec, parse_layers
from trainer.settings import FitSettings


def plan(labels: int, settings: FitSettings) -> list[LayerPlan]:
    """The convolutions and pools of the setting `layers`, then the head."""
    layers: list[LayerPlan] = []
    counts = {POOL: 0, "conv": 0}
    for spec in parse_layers(settings.layers):
        prefix = POOL if isinstance(spec, str) else "conv"
        counts[prefix] += 1
        name = f"{prefix}{counts[prefix]}"
        layers += [MaxPooling2D(name, 2)] if isinstance(spec, str) else _block(name, spec)
    return layers + classifier_head(labels, settings)


def _block(name: str, spec: ConvolutionSpec) -> list[LayerPlan]:
    """Convolution, batch normalization, ReLU. Export merges the first two."""
    padding = "same" if spec.padded else "valid"
    convolution = Conv2D(name, spec.filters, spec.size, spec.strides, padding, None, False, "he_normal")
    return [convolution, BatchNormalization(f"{name}_norm", 0.9), ReLU(f"{name}_relu")]
