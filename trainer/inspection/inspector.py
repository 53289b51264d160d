"""Looking: a network, opened once, at as many images as are asked for."""

import time
from collections.abc import Callable

import keras
import numpy as np

from inkling.datasets.dataset import LabelledSet
from inkling.errors import BadInput
from inkling.models.crops import cut
from trainer.inspection.predictions import Predictions
from trainer.inspection.probe import Gradients, Probe, Probed
from trainer.inspection.request import Page
from trainer.inspection.snapshot import GRADIENT, LayerSnapshot, Snapshot
from trainer.networks.crop import CROP_SIZE
from trainer.networks.network import Network
from trainer.networks.table import layer_table

RUNS = 3
"""Of which the fastest is told: what the first one compiles and other programs take is no example's time."""


class Looking:
    """Looks at images of a validation part with a network as it is at that moment. Changes nothing in it."""

    def __init__(self, network: Network, part: LabelledSet, labels: list[str]):
        self.network, self.part, self.labels = network, part, labels
        self.seen: keras.Model | None = None

    def at(self, sample: int, step: int | None = None) -> Snapshot:
        """The network at one image of the part; `step`: how many it has learnt in. Raises BadInput where there is none such.

        Answers as it would in use, with no dropout and the statistics that normalisation has gathered, to the centre crop.
        """
        if type(sample) is not int or not 0 <= sample < len(self.part):
            raise BadInput(f"Expected sample between 0 and {len(self.part) - 1:,}. Received {sample!r:.40}.")
        if self.seen is None:
            self._open()
        image, target = self.part.images[sample], int(self.part.targets[sample])
        crop = _centres(image[None])
        wanted = np.array([target], np.int32)
        activations, forward = _timed(lambda: self.seen.predict_on_batch(crop))
        loss, both = _timed(lambda: self.probed.train_on_batch(crop, wanted))
        probabilities = keras.ops.convert_to_numpy(self.network.probabilities(activations[-1]))[0]
        return Snapshot(
            sample=sample,
            step=step,
            label=self.labels[target],
            answer=self.labels[int(probabilities.argmax())],
            probabilities=[float(share) for share in probabilities],
            loss=float(loss),
            forward_seconds=forward,
            backward_seconds=max(0.0, both - forward),
            layers=self._layers(activations),
        )

    def page(self, page: Page, step: int | None = None) -> Predictions:
        """What the network answers to some images of the part, as above. Raises BadInput where there is none such."""
        end = min(page.begin + page.limit, len(self.part))
        if not 0 <= page.begin < end:
            raise BadInput(f"Expected begin between 0 and {len(self.part) - 1:,}. Received {page.begin!r:.40}.")
        images, targets = self.part.images[page.begin : end], self.part.targets[page.begin : end]
        outputs = self.network.layers(_centres(images), training=False)
        probabilities = np.asarray(keras.ops.convert_to_numpy(self.network.probabilities(outputs)), np.float32)
        return Predictions(step, page.begin, len(self.part), self.labels, images, targets, probabilities)

    def _open(self) -> None:
        """Build, over the network's own layers, the model that shows every activation and the one that has gradients."""
        layers = self.network.layers.layers
        self.gradients, self.probed = Gradients(), Probed(layers)
        self.probed.compile(optimizer=self.gradients, loss=self.network.loss, jit_compile=False)
        self.seen = keras.Model(self.network.layers.input, [layer.output for layer in layers])
        self.seen.compile(jit_compile=False)

    def _layers(self, activations: list[np.ndarray]) -> list[LayerSnapshot]:
        rows = layer_table(self.network.layers)
        return [
            LayerSnapshot(**row, arrays=self._arrays(layer, probe, np.asarray(activation[0], np.float32)))
            for row, layer, probe, activation in zip(
                rows, self.network.layers.layers, self.probed.probes, activations, strict=True
            )
        ]

    def _arrays(self, layer: keras.Layer, probe: Probe, activations: np.ndarray) -> dict[str, np.ndarray]:
        arrays = {"activations": activations, f"activations{GRADIENT}": self.gradients.of(probe.zeros)}
        for weight in layer.weights:
            arrays[weight.name] = np.array(keras.ops.convert_to_numpy(weight), np.float32)
            if weight.trainable:
                arrays[f"{weight.name}{GRADIENT}"] = self.gradients.of(weight)
        return arrays


def _centres(images: np.ndarray) -> np.ndarray:
    """Images, uint8 (n, 28, 28) -> their centre crops, float32 (n, 24, 24, 1), 0 to 1."""
    room = (images.shape[1] - CROP_SIZE) // 2
    return cut(images, [(room, room)], CROP_SIZE).reshape(-1, CROP_SIZE, CROP_SIZE, 1).astype(np.float32) / 255


def _timed(call: Callable[[], object]) -> tuple:
    """What a call gives, and the seconds of the fastest of RUNS after the first."""
    call()
    seconds = []
    for _ in range(RUNS):
        began = time.perf_counter()
        value = call()
        seconds.append(time.perf_counter() - began)
    return value, min(seconds)
