"""The model card of a run."""

import json
from datetime import UTC, datetime

from inkling.imaging.normalization import IMAGE_SIDE, NORMALIZATION_VERSION
from inkling.models.model_card import CARD_VERSION
from trainer.networks.layer_table import layer_table
from trainer.networks.network import Network, has_temperature
from trainer.runs.provenance import provenance
from trainer.runs.run import Run

UNMEASURED = {"threshold": 0.0, "how": "not determined yet"}


def draft_card(run: Run, network: Network, known: dict | None = None) -> str:
    """Return the card of a run before export, as JSON: without a report, with paths. known: the run's own if None."""
    card = card_fields(run, network, run.path.name, {}, known or run.fitted.get("known", UNMEASURED))
    return json.dumps(card | {"training": provenance(run, with_paths=True)})


def card_fields(run: Run, network: Network, name: str, report: dict, known: dict) -> dict:
    """Return the fields of the card: see docs/model-card.md."""
    return {
        "card": CARD_VERSION,
        "name": name,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "labels": run.data["labels"],
        "image": {"height": IMAGE_SIDE, "width": IMAGE_SIDE, "normalization": NORMALIZATION_VERSION},
        "crop": network.crops.to_card(),
        "activation": "softmax" if has_temperature(run.settings) else "sigmoid",
        "layers": layer_table(network.model),
        "training": provenance(run),
        "report": report,
        "known": known,
    }
