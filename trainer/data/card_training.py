"""The field `training` of a model card, validated. A card may come from elsewhere."""

from typing import Any

from inkling.errors import InvalidInput, InvalidModel
from trainer.settings import FitSettings, validate_setting

DEFAULTS = {"data": [], "outliers": []} | {
    name: getattr(FitSettings(), name) for name in ("labels", "seed", "validation_split", "folds", "fold")
}
"""Settings that determine the split of a fit, with the values of a card that lacks them."""


def read_training(training: dict[str, Any]) -> dict[str, Any]:
    """Return `training` of a card with `data`, `counts` and `settings`: those it has, and defaults for missing ones.

    Of `settings`, only those in DEFAULTS are returned. Raises InvalidModel with the first value that is malformed.
    """
    data, counts, settings = _get(training, "data", []), _get(training, "counts", {}), _get(training, "settings", {})
    for row in data:
        if not isinstance(row, dict) or not isinstance(row.get("name"), str):
            raise InvalidModel(f"The card's training data must be objects with a name. Got {row!r:.40}.")
    given = {name: settings[name] for name in DEFAULTS if name in settings}
    for name, value in given.items():
        try:
            if value != []:
                validate_setting(name, tuple(value) if isinstance(value, list) else value)
        except InvalidInput as error:
            raise InvalidModel(f"The settings in the card's training are malformed: {error}") from error
    return training | {"data": data, "counts": counts, "settings": DEFAULTS | given}


def _get(training: dict[str, Any], name: str, default: Any) -> Any:
    value = training.get(name)
    if value is None:
        return default
    if not isinstance(value, type(default)):
        kind = "a list" if isinstance(default, list) else "an object"
        raise InvalidModel(f"The field {name!r} of the card's training must be {kind}. Got {value!r:.40}.")
    return value
