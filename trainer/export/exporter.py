"""Export: a run -> an ONNX file with its card. This file alone imports TensorFlow, and what it does is behind `convert`."""

import json
from pathlib import Path

import numpy as np

from inkling.datasets.dataset import LabelledSet
from inkling.errors import BadInput
from inkling.evaluation.report import score
from inkling.models.model_card import CARD_KEY, CARD_VERSION
from inkling.models.predictor import Predictor
from inkling.models.smoke_test import smoke_image
from trainer.errors import ExportFailed
from trainer.io.atomic import replace_file
from trainer.runs.rejection_threshold import find_threshold
from trainer.runs.run import Run

OPSET = 17
"""From 18, the converter's highest, global average pooling becomes a transposition and a mean."""

TOLERANCE = 1e-5
REAL_IMAGES = (1, 256)


def export(run: Run, place: Path) -> Path:
    """Write the run's best network to `place`, an .onnx file, through every gate; what stood there stays until the end.

    Gates: onnx.checker; the same answers as Keras through `Predictor`, on 1 and on 256 real images, within 1e-5 and with
    every label equal; the finished file loads and answers the smoke picture. Raises ExportFailed or BadInput.
    """
    import onnx

    from trainer.runs.keras_predictor import best_network, run_predictor
    from trainer.runs.model_card import card_fields, sketch_card

    if place.suffix != ".onnx":
        raise BadInput(f"Expected a file name that ends in .onnx. Received {place.name}.")
    if not run.finished:
        raise BadInput(f"Expected a finished run. Received {run.path}, whose fit has not come to its end: --resume it.")
    network, test, outliers = best_network(run), run.held_out("test"), run.held_out_outliers("test")
    model = convert(network, len(run.data["labels"]))
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"Expected a folder for models. Received {place.parent}: {error.strerror}.") from error

    def write_through_the_gates(beside: Path) -> None:
        _write(model, sketch_card(run, network), beside)
        predictor = Predictor(beside)
        check_parity(run_predictor(run, network), predictor, test.images)
        known = find_threshold(predictor, run)
        _write(model, sketch_card(run, network, known), beside)
        report = _measure(Predictor(beside), test, outliers, place.stem)
        _write(model, json.dumps(card_fields(run, network, place.stem, report, known), allow_nan=False), beside)
        onnx.checker.check_model(str(beside), full_check=True)
        _check_smoke(Predictor(beside), report)

    try:
        replace_file(place, write_through_the_gates)
    except OSError as error:
        raise BadInput(f"Expected room and leave to write {place}. Received: {error.strerror}.") from error
    return place


def convert(network, labels: int):
    """A network -> an ONNX model: `images` uint8 (N, 24, 24, 1) -> `probabilities` float32 (N, labels), scaled inside.

    `tf2onnx.convert.from_function` is used because `from_keras` fails on Keras 3 (tensorflow-onnx #2448).
    """
    import keras

    if keras.backend.backend() != "tensorflow":
        raise BadInput(f"Expected Keras on TensorFlow for an export. Received {keras.backend.backend()}: unset KERAS_BACKEND.")
    import tensorflow as tf
    import tf2onnx

    shape = network.layers.input_shape[1:]

    @tf.function(input_signature=[tf.TensorSpec((None, *shape), tf.uint8, name="images")])
    def answer(images):
        outputs = network.layers(tf.cast(images, tf.float32) / 255, training=False)
        return {"probabilities": network.probabilities(outputs)}

    model, _ = tf2onnx.convert.from_function(answer, input_signature=answer.input_signature, opset=OPSET)
    for value in (*model.graph.input, *model.graph.output):
        value.type.tensor_type.shape.dim[0].dim_param = "N"
    model.graph.output[0].type.tensor_type.shape.dim[1].dim_value = labels
    model.graph.ClearField("value_info")
    model.graph.name = "inkling"
    return model


def check_parity(keras_predictor: Predictor, onnx_predictor: Predictor, images: np.ndarray) -> None:
    """Compare the answers of both to 1 and to 256 real images. Raises ExportFailed with the largest difference."""
    for count in REAL_IMAGES:
        chosen = np.resize(np.arange(len(images)), count)  # a small set is gone through again
        wanted = keras_predictor.predict(images[chosen])
        got = onnx_predictor.predict(images[chosen])
        difference = float(np.abs(wanted.crops - got.crops).max())
        labels_differ = int((wanted.probabilities.argmax(1) != got.probabilities.argmax(1)).sum())
        if not difference < TOLERANCE or labels_differ:
            raise ExportFailed(
                f"Expected the converted model to answer as Keras does, within {TOLERANCE:g}. Received a difference of "
                f"{difference:.2g} and {labels_differ} other labels on {count} images; nothing was written."
            )


def _measure(predictor: Predictor, test: LabelledSet, outliers: LabelledSet | None, name: str) -> dict:
    """The card's report: of the averaged crops, with the figures of one crop and the answer to the smoke picture."""
    averaged, single = score(predictor, test, "4", outliers=outliers), score(predictor, test, "1")
    smoke = predictor.predict(smoke_image()[None]).probabilities[0]
    return averaged | {
        "model": name,
        "one_crop": {key: single[key] for key in ("accuracy", "loss", "crops")},
        "smoke": {"probabilities": [round(float(share), 6) for share in smoke]},
    }


def _check_smoke(predictor: Predictor, report: dict) -> None:
    answer = predictor.predict(smoke_image()[None]).probabilities[0]
    if not np.allclose(answer, report["smoke"]["probabilities"], atol=TOLERANCE):
        raise ExportFailed("Expected the finished file to answer as the checked one did. Received another answer.")


def _write(model, card: str, path: Path) -> None:
    from onnx import helper

    helper.set_model_props(model, {CARD_KEY: card})
    model.producer_name, model.producer_version = "inkling", str(CARD_VERSION)
    path.write_bytes(model.SerializeToString())
