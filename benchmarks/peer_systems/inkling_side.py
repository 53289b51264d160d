"""Ours: what stands beside the peers. Each function runs in a process of its own."""

import tempfile
import time
from pathlib import Path

from benchmarks.harness.timed_fit import EpochScorer
from benchmarks.harness.timing import Samples, time_interleaved
from inkling.errors import InklingError
from inkling.models.predictor import Predictor
from inkling.models.smoke_test import smoke_image
from trainer.recipes import recipe
from trainer.settings import FitSettings


def fit_until(goal: float, name: str, data: str, overrides: dict, limit: float, onnx: Path | None = None) -> dict:
    """Fit a recipe until four crops reach a goal on the test part, for `limit` seconds at most; export it where `onnx` says.

    Returns seconds and accuracy at the end of each epoch, n of the test part, and images, those trained on.
    """
    from trainer.backend.device import prepare

    settings = recipe(name, data=(data,), **overrides)
    prepare(settings.device)
    with tempfile.TemporaryDirectory(prefix="inkling-bench-") as folder:
        from trainer.training.control import Controls
        from trainer.training.events import Event
        from trainer.training.fit import fit

        scores, began, controls = EpochScorer(Path(folder) / "run"), time.perf_counter(), Controls(settings)

        def watch(_: Event) -> None:
            if max(scores.accuracy["4"], default=0) >= goal or time.perf_counter() - began > limit:
                controls.stop()

        run = fit(settings, scores.path, [scores, watch], controls)
        if onnx:
            from trainer.export.exporter import export

            export(run, onnx)
        return {
            "seconds": scores.seconds,
            "accuracy": scores.accuracy["4"],
            "n": scores.n,
            "images": run.data["counts"]["training"],
        }


def answer_times(models: dict[str, Path], rounds: int, block_seconds: float) -> dict[str, Samples]:
    """Seconds of a four-crop answer of each model, in turns."""
    image = smoke_image()[None]
    predictors = {name: Predictor(path) for name, path in models.items()}
    calls = {name: lambda own=own: own.predict(image, "4") for name, own in predictors.items()}
    return time_interleaved(calls, rounds, block_seconds)


def save_keras(model: Path, place: Path) -> str:
    """Write a Keras model with the layers of a model file, crops 0..1 -> probabilities, with fresh weights: it is to be timed.

    Returns the layers' name, "inkling" (the default recipe's) where the card holds no settings that can be built.
    """
    from trainer.backend.device import prepare

    card = Predictor(model).card
    settings = settings_of(card.fields["training"])
    prepare("cpu")
    import keras

    from trainer.networks.network import build

    network = build(settings, len(card.labels))
    crops = keras.Input((card.crop_size, card.crop_size, 1))
    outputs = network.layers(crops)
    keras.Model(crops, keras.layers.Softmax()(outputs)).save(place)
    return network.layers.name


def settings_of(training: dict) -> FitSettings:
    """The settings that a card tells of, or the default recipe's."""
    try:
        return FitSettings.from_dict(training["settings"])
    except (KeyError, TypeError, InklingError):
        return recipe("inkling")
