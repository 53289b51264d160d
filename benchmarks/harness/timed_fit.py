"""Timed fits: a recipe trained by the trainer's own `fit`, next to a bare training step of the same network."""

import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from inkling.evaluation.evaluator import evaluate_dataset
from trainer.recipes import recipe
from trainer.settings import FitSettings
from trainer.training.events import EpochEvent, FitEvent

CROPS = ("1", "4")
WARM_UP_STEPS = 20


@dataclass
class EpochScorer:
    """A listener that scores the test split after each epoch, with the weights that would be exported at that point.

    The time it takes is subtracted from the fit's. The fit does not use its scores.
    """

    path: Path
    seconds: list[float] = field(default_factory=list)  # from the first step to the end of each epoch
    accuracy: dict[str, list[float]] = field(default_factory=lambda: {crops: [] for crops in CROPS})
    speeds: list[float] = field(default_factory=list)  # images per second of each epoch's steps
    own_seconds: float = 0.0
    n: int = 0

    def __call__(self, event: FitEvent) -> None:
        if not isinstance(event, EpochEvent):
            return
        from trainer.runs.keras_predictor import keras_predictor
        from trainer.runs.run import Run

        started = time.perf_counter()
        self.seconds.append(event.seconds - self.own_seconds)
        self.speeds.append(event.images_per_second)
        run = Run.open(self.path)
        test, predictor = run.held_out("test"), keras_predictor(run)
        self.n = len(test)
        for crops in CROPS:
            self.accuracy[crops].append(evaluate_dataset(predictor, test, crops)["accuracy"])
        self.own_seconds += time.perf_counter() - started


def timed_fit(name: str, data: str, overrides: dict, bare_seconds: float) -> dict:
    """Fit a recipe, and time the bare step before and after it for `bare_seconds` each.

    Returns recipe, settings; seconds, accuracy (by crops) and speeds of each epoch; n of the test split; images, those
    trained on in each epoch; bare, the bare step's images per second before and after.
    """
    from trainer.backend.device import prepare_backend

    settings = recipe(name, data=(data,), **overrides)
    prepare_backend(settings.device)
    with tempfile.TemporaryDirectory(prefix="inkling-bench-") as folder:
        from trainer.fit import fit

        scorer = EpochScorer(Path(folder) / "run")
        before = bare_step_throughput(settings, bare_seconds)
        run = fit(settings, scorer.path, [scorer])
        after = bare_step_throughput(settings, bare_seconds)
        images = run.data["counts"]["training"]
    return {
        "recipe": name,
        "settings": settings,
        "seconds": scorer.seconds,
        "accuracy": scorer.accuracy,
        "speeds": scorer.speeds,
        "n": scorer.n,
        "images": images // settings.batch_size * settings.batch_size,
        "bare": [before, after],
    }


def bare_step_throughput(settings: FitSettings, seconds: float) -> float:
    """Images per second of a compiled training step of the recipe's network on one constant batch in memory."""
    import keras
    import tensorflow as tf

    from trainer.networks.network import build_network
    from trainer.training.lr_schedule import build_lr_schedule
    from trainer.training.optimizer import build_optimizer

    network = build_network(settings, 10)
    model = network.model
    model.compile(optimizer=build_optimizer(settings, build_lr_schedule(settings, 10_000)), loss=network.loss)
    model.optimizer.build(model.trainable_variables)
    crops = keras.random.uniform((settings.batch_size, *network.crops.shape), seed=0)
    targets = keras.random.randint((settings.batch_size,), 0, 10, seed=1)
    step = tf.function(lambda: model.train_step((crops, targets)))
    for _ in range(WARM_UP_STEPS):
        step()
    steps, started = 0, time.perf_counter()
    while time.perf_counter() - started < seconds:
        step()
        steps += 1
    return steps * settings.batch_size / (time.perf_counter() - started)
