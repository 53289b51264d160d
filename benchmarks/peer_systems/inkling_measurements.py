"""Inkling's figures for the comparison with peers. Each function runs in its own process."""

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


def fit_until_accuracy(goal: float, name: str, data: str, overrides: dict, limit: float, onnx: Path | None = None) -> dict:
    """Fit a recipe until four crops reach an accuracy on the test split, for at most `limit` seconds; export it to `onnx`.

    Returns seconds and accuracy at the end of each epoch, and n of the test split.
    """
    from trainer.backend.device import prepare_backend

    settings = recipe(name, data=(data,), **overrides)
    prepare_backend(settings.device)
    with tempfile.TemporaryDirectory(prefix="inkling-bench-") as folder:
        from trainer.fit import fit
        from trainer.training.control import FitControl
        from trainer.training.events import FitEvent

        scorer, started, controls = EpochScorer(Path(folder) / "run"), time.perf_counter(), FitControl(settings)

        def stop_at_goal(_: FitEvent) -> None:
            if max(scorer.accuracy["4"], default=0) >= goal or time.perf_counter() - started > limit:
                controls.stop()

        run = fit(settings, scorer.path, [scorer, stop_at_goal], controls)
        if onnx:
            from trainer.export.exporter import export

            export(run, onnx)
        return {"seconds": scorer.seconds, "accuracy": scorer.accuracy["4"], "n": scorer.n}


def time_predictions(models: dict[str, Path], rounds: int, block_seconds: float) -> dict[str, Samples]:
    """Seconds of a four-crop prediction by each model, interleaved."""
    image = smoke_image()[None]
    predictors = {name: Predictor(path) for name, path in models.items()}
    calls = {name: lambda predictor=predictor: predictor.predict(image, "4") for name, predictor in predictors.items()}
    return time_interleaved(calls, rounds, block_seconds)


def save_keras_model(model: Path, path: Path) -> str:
    """Write a Keras model with the layers of an ONNX model, crops 0..1 -> probabilities. Weights are random, as only its
    speed is measured.

    Returns the network's name; that of the default recipe if the card holds no settings that can be built.
    """
    from trainer.backend.device import prepare_backend

    card = Predictor(model).card
    settings = settings_of(card.raw["training"])
    prepare_backend("cpu")
    import keras

    from trainer.networks.network import build_network

    network = build_network(settings, len(card.labels))
    crops = keras.Input((card.crop_size, card.crop_size, 1))
    outputs = network.model(crops)
    keras.Model(crops, keras.layers.Softmax()(outputs)).save(path)
    return network.model.name


def settings_of(training: dict) -> FitSettings:
    """The settings in a card, or the default recipe's."""
    try:
        return FitSettings.from_dict(training["settings"])
    except (KeyError, TypeError, InklingError):
        return recipe("inkling")
