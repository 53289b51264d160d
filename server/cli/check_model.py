"""`server check`: verify a model file and summarize its card."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from inkling.errors import InvalidModel
from inkling.models.crops import crop_offsets
from inkling.models.predictor import Predictor
from inkling.models.smoke_test import smoke_image_of
from server.services.loaded_model import load_model

BATCH = 64

BATCH_TOLERANCE = 1e-5
"""Maximum difference of a probability between a single image and a batch, where the runtime sums in another order."""

EXPORT_TOLERANCE = 1e-4
"""Maximum difference of a probability from the export, on another machine or with another version of the runtime."""

REPEATS = 200


def check_model(path: Path) -> Iterator[str]:
    """Check a model and yield lines of the summary. Raises InvalidModel for the first problem."""
    model = load_model(path)
    predictor = model.predictor
    yield from _require_valid_fields(summarize_card(predictor))
    yield f"sha256      {model.sha256}"
    yield from _require_valid_fields(compare_predictions(predictor))
    image = smoke_image_of(predictor)[None]
    for crops in ("1", "4") if len(predictor.card.offsets) > 1 else ("4",):
        seconds = median_seconds(predictor, image, crops)
        count = len(crop_offsets(predictor.card, crops))
        yield f"time        {seconds * 1e6:,.0f} µs per image with {count} crop{'s' * (count > 1)}, on one core"


def summarize_card(predictor: Predictor) -> Iterator[str]:
    """The fields of the card that tell models apart."""
    card = predictor.card
    fields = card.raw
    parameters = sum(layer.get("parameters", 0) for layer in fields["layers"])
    yield f"model       {card.name}, created {card.created}"
    yield f"labels      {len(card.labels)}: {' '.join(card.labels)}"
    yield f"image       {card.image_height}×{card.image_width}, normalization version {fields['image']['normalization']}"
    yield f"crops       {card.crop_size}×{card.crop_size} at {', '.join(f'{top},{left}' for top, left in card.offsets)}"
    yield f"layers      {len(fields['layers'])}, {parameters:,} parameters"
    for key in ("recipe", "seed", "epochs", "device"):
        if key in fields["training"]:
            yield f"{key:<11} {fields['training'][key]}"
    yield f"accuracy    {format_accuracy(fields['report'], len(card.offsets))}"
    yield f"known       {card.score_name} of at least {card.threshold:g}"


def format_accuracy(report: dict[str, Any], crops: int) -> str:
    """The accuracies in a card's report, with their n. crops: that are averaged."""
    parts = [("averaged over the crops", report)] if crops > 1 else []
    parts.append(("with one crop", report.get("one_crop", {}) if crops > 1 else report))
    accuracies = [f"{part['accuracy']:.2%} {how}" for how, part in parts if isinstance(part.get("accuracy"), float)]
    n = report.get("data", {}).get("n")
    return ", ".join([*accuracies, f"n = {n:,}"]) if accuracies and n else "unknown"


def compare_predictions(predictor: Predictor) -> Iterator[str]:
    """Predict the smoke image alone and in a batch, and compare with the export. Raises InvalidModel."""
    image, smoke = smoke_image_of(predictor), predictor.card.smoke
    single = predictor.predict(image[None]).probabilities[0]
    batch = predictor.predict(np.repeat(image[None], BATCH, 0)).probabilities
    difference = float(np.abs(batch - single).max())
    if difference > BATCH_TOLERANCE:
        raise InvalidModel(f"Probabilities in a batch of {BATCH} differ from those of a single image by {difference:.1e}.")
    winner = int(single.argmax())
    shown = "a drawing" if smoke is None else f"an image of {smoke.label}"
    prediction = f"{predictor.card.labels[winner]} at {single[winner]:.4f}"
    yield f"smoke test  {prediction} for {shown}, alone and in a batch of {BATCH}"
    if smoke is None:
        yield "parity      unknown: the card has no prediction from the export"
        return
    difference = smoke.difference(single)
    if not difference <= EXPORT_TOLERANCE:
        raise InvalidModel(f"Probabilities of the smoke image differ from those at export by {difference:.1e}.")
    yield f"parity      as at export, within {difference:.1e}"


def median_seconds(predictor: Predictor, image: np.ndarray, crops: str) -> float:
    """Median time of a prediction."""
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        predictor.predict(image, crops)
        times.append(time.perf_counter() - started)
    return float(np.median(times))


def _require_valid_fields(lines: Iterator[str]) -> Iterator[str]:
    """The lines. Raises InvalidModel if a field that only people read is missing or has an unexpected type."""
    try:
        yield from lines
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise InvalidModel("The card's layers, training or report is malformed.") from error
