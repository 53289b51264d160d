"""A run's network behind the server's own `Predictor`, so that Keras and ONNX are measured by the same code."""

import keras
import numpy as np

from inkling.errors import BadInput
from inkling.models.model_card import Card
from inkling.models.predictor import Predictor
from trainer.networks.network import Network, build
from trainer.runs.model_card import sketch_card
from trainer.runs.run import Run


class KerasSession:
    """Answers like onnxruntime's session: {"images": uint8 (n, 24, 24, 1)} -> [float32 (n, labels)]."""

    def __init__(self, network: Network):
        self.network = network

    def run(self, names: list[str], feed: dict[str, np.ndarray]) -> list[np.ndarray]:
        """Answer crops; `names` is ["probabilities"], the only output."""
        outputs = self.network.layers.predict_on_batch(feed["images"].astype(np.float32) / 255)
        return [keras.ops.convert_to_numpy(self.network.probabilities(outputs)) for _ in names]


def best_network(run: Run, temperature: float | None = None) -> Network:
    """The run's network with its best weights, in float32, at a temperature: else at the one found for them."""
    if temperature is None:
        temperature = run.fitted.get("temperature", 1.0)
    network = build(run.settings, len(run.data["labels"]), temperature)
    weights = run.read_weights()
    if [weight.shape for weight in weights] != [tuple(weight.shape) for weight in network.layers.weights]:
        raise BadInput(f"Expected the weights of the network {run.settings.network} in {run.path}. Received another's.")
    network.layers.set_weights(weights)
    return network


def run_predictor(run: Run, network: Network | None = None, known: dict | None = None) -> Predictor:
    """A Predictor over the run's Keras network. known: the card's threshold, the run's own unless another is given."""
    network = network or best_network(run)
    return Predictor.over(KerasSession(network), Card.parse(sketch_card(run, network, known)))
