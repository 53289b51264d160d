"""Inspector: snapshots and predictions of a network for the images of its validation set."""

import time
from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from inkling.datasets.dataset import Dataset
from inkling.errors import InvalidInput
from trainer.inspection.gradients import ActivationProbe, GradientRecorder, ProbedModel
from trainer.inspection.predictions import PredictionPage
from trainer.inspection.request import PageRequest
from trainer.inspection.snapshot import GRADIENT, LayerSnapshot, Snapshot
from trainer.networks.layer_table import layer_table
from trainer.networks.network import Network

TIMED_RUNS = 3
"""The fastest of these is reported, so that compilation and other processes don't count."""


class Inspector:
    """Inspects a network with its current weights, on the center crops of a validation set. Changes nothing in it.

    The network computes as in use: without dropout, and with the moving statistics of batch normalization.
    """

    def __init__(self, network: Network, dataset: Dataset, labels: list[str]):
        self.network, self.dataset, self.labels = network, dataset, labels
        self.activation_model: Any = None

    def take_snapshot(self, sample: int, step: int | None = None) -> Snapshot:
        """Return a snapshot for the image of an index. step: the current training step. Raises InvalidInput for another
        index."""
        if type(sample) is not int or not 0 <= sample < len(self.dataset):
            raise InvalidInput(f"sample: expected an integer between 0 and {len(self.dataset) - 1:,}, got {sample!r:.40}.")
        if self.activation_model is None:
            self._build()
        image, target = self.dataset.images[sample], int(self.dataset.targets[sample])
        crop, targets = self.network.center_crops(image[None]), np.array([target], np.int32)
        activations, forward = _timed(lambda: self.activation_model.predict_on_batch(crop))
        loss, forward_and_backward = _timed(lambda: self.probed_model.train_on_batch(crop, targets))
        probabilities = keras.ops.convert_to_numpy(self.network.probabilities(activations[-1]))[0]
        return Snapshot(
            sample=sample,
            step=step,
            label=self.labels[target],
            predicted=self.labels[int(probabilities.argmax())],
            probabilities=[float(probability) for probability in probabilities],
            loss=float(loss),
            forward_seconds=forward,
            backward_seconds=max(0.0, forward_and_backward - forward),
            layers=self._layers(activations),
        )

    def predict_page(self, page: PageRequest, step: int | None = None) -> PredictionPage:
        """Return the predictions for a page of images. Raises InvalidInput if the page begins beyond the last image."""
        end = min(page.begin + page.limit, len(self.dataset))
        if not 0 <= page.begin < end:
            raise InvalidInput(f"begin: expected an integer between 0 and {len(self.dataset) - 1:,}, got {page.begin!r:.40}.")
        images, targets = self.dataset.images[page.begin : end], self.dataset.targets[page.begin : end]
        outputs = self.network.model(self.network.center_crops(images), training=False)
        probabilities = np.asarray(keras.ops.convert_to_numpy(self.network.probabilities(outputs)), np.float32)
        return PredictionPage(step, page.begin, len(self.dataset), self.labels, images, targets, probabilities)

    def _build(self) -> None:
        """Build two models over the network's own layers: one that returns every activation, one that records gradients."""
        layers = self.network.model.layers
        self.gradients, self.probed_model = GradientRecorder(), ProbedModel(layers)
        self.probed_model.compile(optimizer=self.gradients, loss=self.network.loss, jit_compile=False)
        self.activation_model = keras.Model(self.network.model.input, [layer.output for layer in layers])
        self.activation_model.compile(jit_compile=False)

    def _layers(self, activations: list[np.ndarray]) -> list[LayerSnapshot]:
        rows, layers = layer_table(self.network.model), self.network.model.layers
        return [
            LayerSnapshot(**row, arrays=self._arrays(layer, probe, np.asarray(activation[0], np.float32)))
            for row, layer, probe, activation in zip(rows, layers, self.probed_model.probes, activations, strict=True)
        ]

    def _arrays(self, layer: keras.Layer, probe: ActivationProbe, activations: np.ndarray) -> dict[str, np.ndarray]:
        arrays = {"activations": activations, f"activations{GRADIENT}": self.gradients.gradient(probe.zeros)}
        for weight in layer.weights:
            arrays[weight.name] = np.array(keras.ops.convert_to_numpy(weight), np.float32)
            if weight.trainable:
                arrays[f"{weight.name}{GRADIENT}"] = self.gradients.gradient(weight)
        return arrays


def _timed(call: Callable[[], Any]) -> tuple[Any, float]:
    """Return what a call returns, and the seconds of the fastest of TIMED_RUNS after a first one."""
    call()
    seconds = []
    for _ in range(TIMED_RUNS):
        started = time.perf_counter()
        value = call()
        seconds.append(time.perf_counter() - started)
    return value, min(seconds)
