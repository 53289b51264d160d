"""Convert a Keras network to an ONNX graph with tf2onnx. This is the only module that imports TensorFlow."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from inkling.errors import InvalidInput
from trainer.export.graph_cleanup import clean_graph
from trainer.networks.network import Network

if TYPE_CHECKING:
    import onnx

OPSET = 17
"""From 18, the converter's highest, global average pooling becomes a transposition and a mean."""


def convert(network: Network, labels: int) -> "onnx.ModelProto":
    """Return an ONNX model: `images`, uint8 (N, size, size, 1) -> `probabilities`, float32 (N, labels). It scales inside.

    Raises InvalidInput if Keras runs on another backend than TensorFlow.
    """
    import keras
    from keras import ops

    def predict(images):
        outputs = network.model(ops.cast(images, "float32") / 255, training=False)
        return {"probabilities": network.probabilities(outputs)}

    model = convert_function(predict, "images", network.model.input_shape[1:])
    for value in (*model.graph.input, *model.graph.output):
        value.type.tensor_type.shape.dim[0].dim_param = "N"
    model.graph.output[0].type.tensor_type.shape.dim[1].dim_value = labels
    model.graph.name = "inkling"
    clean_graph(model, [layer.output.shape[1] for layer in network.model.layers if isinstance(layer, keras.layers.Flatten)])
    return model


def convert_function(
    function: Callable[[Any], dict[str, Any]], input_name: str, shape: Sequence[int | None]
) -> "onnx.ModelProto":
    """Convert a function of one tensor, uint8 (N, *shape), that returns its outputs by name.

    `tf2onnx.convert.from_function` is used because `from_keras` fails on Keras 3 (tensorflow-onnx #2448).
    Raises InvalidInput if Keras runs on another backend than TensorFlow.
    """
    import keras

    if keras.backend.backend() != "tensorflow":
        raise InvalidInput(f"Export needs the TensorFlow backend, not {keras.backend.backend()}. Unset KERAS_BACKEND.")
    import tensorflow as tf
    import tf2onnx

    signature = [tf.TensorSpec((None, *shape), tf.uint8, name=input_name)]
    traced = tf.function(function, input_signature=signature)
    model, _ = tf2onnx.convert.from_function(traced, input_signature=signature, opset=OPSET)
    model.graph.ClearField("value_info")
    return model
