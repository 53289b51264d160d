"""Declarations of the fit settings and of the recipes, as a form is made from them."""

from typing import Any

from trainer.recipes import RECIPES, recipe
from trainer.settings import CHANGEABLE, COMMON, DECLARED, FIXED

KINDS = {int: "integer", float: "number", str: "string", tuple[str, ...]: "array"}


def declarations() -> dict[str, Any]:
    """settings: each as it is declared, in order; recipes: every value of each; fixed: what an optimizer has not, and why."""
    return {
        "settings": [_declaration(name) for name in DECLARED],
        "recipes": {name: recipe(name).to_dict() for name in RECIPES},
        "fixed": FIXED,
    }


def _declaration(name: str) -> dict[str, Any]:
    declared = DECLARED[name]
    facts = dict(declared.metadata)
    facts["choices"] = list(RECIPES) if name == "recipe" else list(facts["choices"]) or None
    kind = {"name": name, "type": KINDS[declared.type], "default": declared.default, "unit": facts.pop("unit") or None}
    return kind | facts | {"common": name in COMMON, "changeable": name in CHANGEABLE}
