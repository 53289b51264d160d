"""Checks that an exported model computes what the Keras network computes. Each raises ExportFailed."""

import numpy as np

from inkling.explain.explainer import Explainer
from inkling.models.predictor import Predictor
from inkling.models.smoke_example import SmokeExample
from trainer.errors import ExportFailed
from trainer.networks.network import Network

TOLERANCE = 1e-5
"""Largest difference between two probabilities."""

LAYER_TOLERANCE = 1e-4
"""Largest difference between two activations, relative to the largest activation of the layer."""

IMAGE_COUNTS = (1, 256)


def check_predictions(keras_predictor: Predictor, onnx_predictor: Predictor, images: np.ndarray) -> None:
    """Compare the predictions for 1 and for 256 real images, uint8 (n, 28, 28): probabilities and labels."""
    for count in IMAGE_COUNTS:
        chosen = np.resize(np.arange(len(images)), count)  # repeats the images of a small dataset
        expected = keras_predictor.predict(images[chosen])
        actual = onnx_predictor.predict(images[chosen])
        difference = float(np.abs(expected.crops - actual.crops).max())
        different_labels = int((expected.probabilities.argmax(1) != actual.probabilities.argmax(1)).sum())
        if not difference < TOLERANCE or different_labels:
            raise ExportFailed(
                f"The converted model differs from the Keras network: probabilities by up to {difference:.2g} (at most "
                f"{TOLERANCE:g} is allowed), labels of {different_labels} out of {count} images. Nothing was written."
            )


def check_layers(network: Network, explainer: Explainer, keras_layers: dict[str, str], image: np.ndarray) -> None:
    """Compare the output of each layer for the center crop of an image, uint8 (28, 28).

    keras_layers: the name of the Keras layer with the same output, by the name of the graph's layer.
    """
    import keras

    crop = network.crops.center(image[None])[0, :, :, 0]
    outputs = {name: network.model.get_layer(name).output for name in keras_layers.values()}
    expected = keras.Model(network.model.input, outputs)(network.center_crops(image[None]), training=False)
    for layer, actual in zip(explainer.layers, explainer.activations(crop), strict=True):
        if layer.name in keras_layers:
            difference = float(np.abs(keras.ops.convert_to_numpy(expected[keras_layers[layer.name]])[0] - actual).max())
            if not difference <= LAYER_TOLERANCE * max(1.0, float(np.abs(actual).max())):
                raise ExportFailed(
                    f"The layer {layer.name} differs from the Keras network by {difference:.2g}. Nothing was written."
                )


def check_smoke_test(predictor: Predictor, smoke: SmokeExample) -> None:
    """Compare the prediction for the smoke image with the expected one."""
    if not smoke.difference(predictor.predict(smoke.image[None]).probabilities[0]) < TOLERANCE:
        raise ExportFailed("The finished file predicts something else than the verified model. Nothing was written.")
