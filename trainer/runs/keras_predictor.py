"""A run's Keras network as a `Predictor`, so that Keras and ONNX models are evaluated by the same code."""

import keras
import numpy as np

from inkling.errors import InvalidInput
from inkling.models.model_card import ModelCard
from inkling.models.predictor import Predictor
from trainer.networks.network import Network, build_network
from trainer.runs.model_card import draft_card
from trainer.runs.run import Run


class KerasSession:
    """Has the interface of an onnxruntime session: {"images": uint8 (n, size, size, 1)} -> [float32 (n, labels)]."""

    def __init__(self, network: Network):
        self.network = network

    def run(self, names: list[str], feed: dict[str, np.ndarray]) -> list[np.ndarray]:
        """Predict crops; `names` is ["probabilities"], the only output."""
        outputs = self.network.model.predict_on_batch(feed["images"].astype(np.float32) / 255)
        return [keras.ops.convert_to_numpy(self.network.probabilities(outputs)) for _ in names]


def load_best_network(run: Run, temperature: float | None = None) -> Network:
    """Return the run's network with its best weights, in float32; temperature: the run's own if None."""
    if temperature is None:
        temperature = run.fitted.get("temperature", 1.0)
    network = build_network(run.settings, len(run.data["labels"]), temperature)
    weights = run.read_weights()
    if [weight.shape for weight in weights] != [tuple(weight.shape) for weight in network.model.weights]:
        raise InvalidInput(f"The weights in {run.path} don't fit the network {run.settings.network}.")
    network.model.set_weights(weights)
    return network


def keras_predictor(run: Run, network: Network | None = None, known: dict | None = None) -> Predictor:
    """Return a Predictor for the run's Keras network. known: the rejection threshold; the run's own if None."""
    network = network or load_best_network(run)
    return Predictor.from_session(KerasSession(network), ModelCard.parse(draft_card(run, network, known)))
