"""One fit: a recipe fitted by the trainer's own `fit`, and a bare step of the same network, in a process of their own."""

import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from server.inference.report import score
from trainer.events import Epoch, Event
from trainer.recipes import recipe
from trainer.settings import FitSettings

CROPS = ("1", "4")
WARM_UP_STEPS = 20


@dataclass
class Scores:
    """A listener that scores the test part after every epoch, with the weights that the run would be exported with.

    What it takes is subtracted from the fit's seconds. Nobody reads its scores while the fit runs.
    """

    path: Path
    seconds: list[float] = field(default_factory=list)  # from the first step to the end of each epoch
    accuracy: dict[str, list[float]] = field(default_factory=lambda: {crops: [] for crops in CROPS})
    speeds: list[float] = field(default_factory=list)  # images a second of each epoch's steps
    own_seconds: float = 0.0
    n: int = 0

    def __call__(self, event: Event) -> None:
        if not isinstance(event, Epoch):
            return
        from trainer.answer import run_predictor
        from trainer.run import Run

        started = time.perf_counter()
        self.seconds.append(event.seconds - self.own_seconds)
        self.speeds.append(event.images_per_second)
        run = Run.open(self.path)
        test, predictor = run.held_out("test"), run_predictor(run)
        self.n = len(test)
        for crops in CROPS:
            self.accuracy[crops].append(score(predictor, test, crops)["accuracy"])
        self.own_seconds += time.perf_counter() - started


def one_fit(name: str, data: str, overrides: dict, bare_seconds: float) -> dict:
    """Fit a recipe between two measurements of the bare step.

    Returns recipe, epochs, seconds, accuracy by crops and speeds of each epoch, n of the test part, images an epoch, and
    the bare step's images a second before and after.
    """
    from trainer.device import prepare

    settings = recipe(name, data=(data,), **overrides)
    prepare(settings.device)
    with tempfile.TemporaryDirectory(prefix="inkling-bench-") as folder:
        from trainer.fit import fit

        scores = Scores(Path(folder) / "run")
        before = bare_images_a_second(settings, bare_seconds)
        run = fit(settings, scores.path, [scores])
        after = bare_images_a_second(settings, bare_seconds)
        images = run.data["counts"]["training"]
    return {
        "recipe": name,
        "settings": settings,
        "seconds": scores.seconds,
        "accuracy": scores.accuracy,
        "speeds": scores.speeds,
        "n": scores.n,
        "images": images // settings.batch_size * settings.batch_size,
        "bare": [before, after],
    }


def bare_images_a_second(settings: FitSettings, seconds: float) -> float:
    """Images a second of a compiled training step of the recipe's network on one constant batch that lies in memory."""
    import keras
    import tensorflow as tf

    from trainer.crop import CROP_SIZE
    from trainer.networks.network import build
    from trainer.optimizer import make_optimizer, schedule_of

    network = build(settings, 10)
    model = network.layers
    model.compile(optimizer=make_optimizer(settings, schedule_of(settings, 10_000)), loss=network.loss)
    model.optimizer.build(model.trainable_variables)
    crops = keras.random.uniform((settings.batch_size, CROP_SIZE, CROP_SIZE, 1), seed=0)
    targets = keras.random.randint((settings.batch_size,), 0, 10, seed=1)
    step = tf.function(lambda: model.train_step((crops, targets)))
    for _ in range(WARM_UP_STEPS):
        step()
    steps, started = 0, time.perf_counter()
    while time.perf_counter() - started < seconds:
        step()
        steps += 1
    return steps * settings.batch_size / (time.perf_counter() - started)
