"""`server check`: whether a model file can be served, and what it says about itself."""

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from inkling.errors import BadModel
from inkling.models.crops import offsets
from inkling.models.predictor import Predictor
from inkling.models.smoke_test import smoke_image
from server.services.model_registry import load

BATCH = 64
SAME = 1e-5
"""How far an answer may differ with its place in a batch: the runtime adds up in another order there."""

PARITY = 1e-4
"""How far the smoke picture's answer may be from the one at export: another machine, another version of the runtime."""

REPEATS = 200


def check_model(path: Path) -> Iterator[str]:
    """Check a model and tell each finding as a line. Raises BadModel with the first thing that is off."""
    model = load(path)
    predictor = model.predictor
    yield from of_form(card_lines(predictor))
    yield f"sha256      {model.sha256}"
    yield from of_form(smoke_lines(predictor))
    image = smoke_image()[None]
    for crops in ("1", "4"):
        seconds = answer_seconds(predictor, image, crops)
        yield f"time        {seconds * 1e6:,.0f} µs for an answer of {len(offsets(predictor.card, crops))} crop(s), one core"


def of_form(lines: Iterator[str]) -> Iterator[str]:
    """The lines. Raises BadModel where the card holds something of another form, which serving does not need but people do."""
    try:
        yield from lines
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise BadModel("Expected a card whose layers and report have the form of version 1. Received another form.") from error


def card_lines(predictor: Predictor) -> Iterator[str]:
    """The card, readably."""
    card = predictor.card
    fields = card.fields
    parameters = sum(layer.get("parameters", 0) for layer in fields["layers"])
    yield f"model       {card.name}, made {card.created}"
    yield f"labels      {len(card.labels)}: {' '.join(card.labels)}"
    yield f"image       {card.image_height}×{card.image_width}, normalisation {fields['image']['normalisation']}"
    yield f"crops       {card.crop_size}×{card.crop_size} at {', '.join(f'{top},{left}' for top, left in card.offsets)}"
    yield f"layers      {len(fields['layers'])}, {parameters:,} parameters"
    for key in ("recipe", "seed", "epochs", "device"):
        if key in fields["training"]:
            yield f"{key:<11} {fields['training'][key]}"
    yield f"accuracy    {accuracy_text(fields['report'])}"
    yield f"known       at a {card.score} of {card.threshold:g} or more"


def accuracy_text(report: dict) -> str:
    """The accuracies of a card's report with their n."""
    parts = [("averaged over the crops", report), ("with one crop", report.get("one_crop", {}))]
    shares = [f"{part['accuracy']:.2%} {how}" for how, part in parts if isinstance(part.get("accuracy"), float)]
    n = report.get("data", {}).get("n")
    return ", ".join([*shares, f"n = {n:,}"]) if shares and n else "not told"


def smoke_lines(predictor: Predictor) -> Iterator[str]:
    """The smoke picture's answer, alone, in a batch, and beside the one that the card holds. Raises BadModel."""
    image = smoke_image()
    alone = predictor.predict(image[None]).probabilities[0]
    batch = predictor.predict(np.repeat(image[None], BATCH, 0)).probabilities
    apart = float(np.abs(batch - alone).max())
    if apart > SAME:
        raise BadModel(f"Expected the same answer alone and in a batch of {BATCH}. Received one that differs by {apart:.1e}.")
    winner = int(alone.argmax())
    yield f"smoke       read as {predictor.card.labels[winner]} at {alone[winner]:.4f}, alone and in a batch of {BATCH}"
    smoke = predictor.card.fields["report"].get("smoke")
    if smoke is None:
        yield "parity      the card holds no answer to compare with"
        return
    kept = np.array(smoke["probabilities"], np.float64)
    difference = float(np.abs(kept - alone).max()) if kept.shape == alone.shape else np.inf
    if not difference <= PARITY:
        raise BadModel(f"Expected the smoke picture's answer as at export. Received one that differs by {difference:.1e}.")
    yield f"parity      as at export, to {difference:.1e}"


def answer_seconds(predictor: Predictor, image: np.ndarray, crops: str) -> float:
    """Median time of an answer."""
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        predictor.predict(image, crops)
        times.append(time.perf_counter() - started)
    return float(np.median(times))
