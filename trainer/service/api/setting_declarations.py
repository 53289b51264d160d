"""Declarations of the fit settings and of the recipes, as a form is made from them."""

from typing import Any

from trainer.recipes import RECIPES, recipe
from trainer.settings import COMMON_SETTINGS, MUTABLE_SETTINGS, SETTING_FIELDS, UNSUPPORTED_SETTINGS

KINDS = {int: "integer", float: "number", str: "string", tuple[str, ...]: "array"}


def declarations() -> dict[str, Any]:
    """settings: each as it is declared, in order; recipes: every value of each; unsupported: by optimizer, the mutable settings that it does not support, with the reason."""
    return {
        "settings": [_declaration(name) for name in SETTING_FIELDS],
        "recipes": {name: recipe(name).to_dict() for name in RECIPES},
        "unsupported": UNSUPPORTED_SETTINGS,
    }


def _declaration(name: str) -> dict[str, Any]:
    declared = SETTING_FIELDS[name]
    facts = dict(declared.metadata)
    facts["choices"] = list(RECIPES) if name == "recipe" else list(facts["choices"]) or None
    kind = {"name": name, "type": KINDS[declared.type], "default": declared.default, "unit": facts.pop("unit") or None}
    return kind | facts | {"common": name in COMMON_SETTINGS, "mutable": name in MUTABLE_SETTINGS}
