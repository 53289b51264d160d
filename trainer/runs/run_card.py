"""The model card of a finished run, as `trainer export` would write it, without the parts that only an exported file has."""

import json

from inkling.errors import InvalidInput
from inkling.models.model_card import ModelCard
from trainer.runs.keras_predictor import load_best_network
from trainer.runs.model_card import card_fields
from trainer.runs.run import Run


def run_card(run: Run) -> ModelCard:
    """Return the card with the run's own report. Raises InvalidInput for an unfinished run."""
    if not run.finished:
        raise InvalidInput(f"The run {run.path} isn't finished. Continue it with --resume.")
    reports = run.read_json("report.json")["reports"]
    one_crop = {key: reports["1"][key] for key in ("accuracy", "loss", "crops")}
    report = reports["4"] | {"one_crop": one_crop}
    return ModelCard.parse(
        json.dumps(card_fields(run, load_best_network(run), run.path.resolve().name, report, run.fitted["known"]))
    )
