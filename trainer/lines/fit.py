"""Fit of a line network: composed lines -> network -> ONNX."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np

from inkling.errors import InklingError
from inkling.recognition.ctc import greedy_symbols
from trainer.data.outliers import remove_lookalikes
from trainer.data.spec import load
from trainer.errors import FitFailed
from trainer.lines.batches import LineBatches
from trainer.lines.export import export_line_network
from trainer.lines.network import build_line_network, ctc_loss
from trainer.lines.pool import DIGITS, build_pools
from trainer.lines.run import LineRun
from trainer.lines.samples import OTHER, LineSample, generate_samples
from trainer.lines.settings import LineSettings
from trainer.runs.provenance import commit, versions

VALIDATION_LINES = 2_000
VALIDATION_BATCH_SIZE = 64
VALIDATION_SEED = 1
"""Added to the seed of the training lines."""

WARMUP_STEPS, WARMUP_SHARE = 500, 0.1
"""Steps of the linear warm-up, and the maximum share of all steps that they are."""

WEIGHT_DECAY, EMA_MOMENTUM, MAX_NORM = 0.01, 0.998, 5.0
CHECKED_LINES = 20

log = logging.getLogger(__name__)


def fit_lines(run: LineRun, report: Callable[[str], object] = log.info) -> dict[str, Any]:
    """Train the line network of a run, from its checkpoint on if it has one, and return the row of the last epoch.

    report: gets a sentence for each phase and each epoch.

    A row: epoch, loss, and the shares of validation lines that are read correctly without a search: all, and those of digits.
    Raises an InklingError for what the user can fix.
    """
    settings = run.settings
    keras.utils.set_random_seed(settings.seed)
    training, validation = run.read_samples() or _compose(run, settings, report)
    steps = settings.epochs * len(LineBatches(training, settings.batch_size, settings.seed, augment=True))
    model = _load(run) or _build(settings, steps)
    for epoch in range(len(run.state["epochs"]), settings.epochs):
        started = time.perf_counter()
        batches = LineBatches(training, settings.batch_size, settings.seed, augment=True, epoch=epoch)
        loss = _train_epoch(model, batches)
        if not np.isfinite(loss):
            raise FitFailed(f"The loss is {loss} in epoch {epoch + 1}; try a lower --learning-rate.")
        with _averaged_weights(model):
            row = {"epoch": epoch + 1, "loss": loss} | measure(model, validation)
        row["seconds"] = round(time.perf_counter() - started, 1)
        model.save(run.path / "writing.keras")
        (run.path / "writing.keras").replace(run.checkpoint)
        state = run.state
        run.write_state(state | {"epochs": [*state["epochs"], row]})
        read = f"lines read {row['exact_digits']:.2%}"
        report(f"epoch {epoch + 1}/{settings.epochs}  loss {loss:.4f}  {read}  {row['seconds']:.0f} s")
    with _averaged_weights(model):
        network = export_line_network(model, [sample.image for sample in validation[:CHECKED_LINES]])
    state = run.state | {"parameters": model.count_params(), "versions": versions(), "commit": commit()}
    run.write_state(state)
    run.finish(network)
    last: dict[str, Any] = state["epochs"][-1]
    return last


def _train_epoch(model: keras.Model, batches: LineBatches) -> float:
    """Take a step for each batch; return the mean loss. `fit` would expect all batches to be as wide as the first ones."""
    model.reset_metrics()
    for index in range(len(batches)):
        loss = model.train_on_batch(*batches[index])  # the mean since the metrics were reset
    return float(loss)


def measure(model: keras.Model, samples: list[LineSample]) -> dict[str, float | int]:
    """The share of lines that are read correctly: of all, and of those without other characters, with their numbers."""
    batches = LineBatches(samples, VALIDATION_BATCH_SIZE, 0, augment=False)
    correct, is_digits = [], []
    for index in range(len(batches)):
        images, targets = batches[index]
        for logits, row in zip(model.predict_on_batch(images), targets, strict=True):
            symbols = tuple(row[: row[-2]].tolist())
            correct.append(greedy_symbols(logits) == symbols)
            is_digits.append(OTHER not in symbols)
    read, digits = np.array(correct), np.array(is_digits)
    return {
        "exact": float(read.mean()),
        "n": len(read),
        "exact_digits": float(read[digits].mean()),
        "n_digits": int(digits.sum()),
    }


def _compose(
    run: LineRun, settings: LineSettings, report: Callable[[str], object]
) -> tuple[list[LineSample], list[LineSample]]:
    """Compose the lines and keep them. If the datasets are of no use, the run is deleted."""
    report("loading the datasets …")
    try:
        datasets = [load(spec) for spec in settings.data]
        letters = [remove_lookalikes(load(spec), DIGITS) for spec in settings.letters]
        pools = build_pools(datasets, letters, settings.seed, settings.validation_split)
    except InklingError:
        run.discard()
        raise
    named = [{"name": each.name, "n": len(each), "sha256": each.sha256()} for each in (*datasets, *letters)]
    run.write_state(run.state | {"data": named})
    report(f"composing {settings.lines:,} lines …")
    counts = (settings.lines, min(VALIDATION_LINES, settings.lines))
    seeds = (settings.seed, settings.seed + VALIDATION_SEED)
    training, validation = (generate_samples(*each) for each in zip(pools, counts, seeds, strict=True))
    run.write_samples(training, validation)
    return training, validation


def _build(settings: LineSettings, steps: int) -> keras.Model:
    model = build_line_network()
    warmup = min(WARMUP_STEPS, max(1, round(WARMUP_SHARE * steps)))
    schedule = keras.optimizers.schedules.CosineDecay(
        settings.learning_rate / 300, max(1, steps - warmup), warmup_target=settings.learning_rate, warmup_steps=warmup
    )
    optimizer = keras.optimizers.AdamW(
        schedule, weight_decay=WEIGHT_DECAY, use_ema=True, ema_momentum=EMA_MOMENTUM, global_clipnorm=MAX_NORM
    )
    model.compile(optimizer, ctc_loss)
    return model


def _load(run: LineRun) -> keras.Model | None:
    if not run.checkpoint.exists():
        return None
    return keras.models.load_model(run.checkpoint, custom_objects={"ctc_loss": ctc_loss})


@contextmanager
def _averaged_weights(model: keras.Model) -> Iterator[None]:
    """Use the exponential moving average of the weights in the block."""
    variables = model.trainable_variables
    before = [keras.ops.convert_to_numpy(variable) for variable in variables]
    model.optimizer.finalize_variable_values(variables)
    try:
        yield
    finally:
        for variable, value in zip(variables, before, strict=True):
            variable.assign(value)
