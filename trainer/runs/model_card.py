"""The card of a run's model."""

import json
from datetime import UTC, datetime

from inkling.imaging.normalization import IMAGE_SIDE, NORMALISATION_VERSION
from inkling.models.model_card import CARD_VERSION
from trainer.networks.crop import CROP_SIZE
from trainer.networks.network import OFFSETS, Network
from trainer.networks.table import layer_table
from trainer.runs.provenance import provenance
from trainer.runs.run import Run

UNMEASURED = {"threshold": 0.0, "how": "not measured yet"}


def sketch_card(run: Run, network: Network, known: dict | None = None) -> str:
    """A card with everything but the report on the exported file: enough to answer with. known: else the run's own."""
    return json.dumps(card_fields(run, network, run.path.name, {}, known or run.fitted.get("known", UNMEASURED)))


def card_fields(run: Run, network: Network, name: str, report: dict, known: dict) -> dict:
    """The fields of a card, as the design fixes them."""
    return {
        "card": CARD_VERSION,
        "name": name,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "labels": run.data["labels"],
        "image": {"height": IMAGE_SIDE, "width": IMAGE_SIDE, "normalisation": NORMALISATION_VERSION},
        "crop": {"size": CROP_SIZE, "offsets": run.data.get("offsets", [list(offset) for offset in OFFSETS])},
        "layers": layer_table(network.layers),
        "training": provenance(run),
        "report": report,
        "known": known,
    }
