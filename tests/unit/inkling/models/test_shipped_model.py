"""models/digits.onnx: what its file says about itself."""

from pathlib import Path

import onnx

from inkling.models.smoke_test import load_verified

SHIPPED = Path(__file__).parents[4] / "models" / "digits.onnx"


def test_names_and_no_paths():
    """It is named digits, and neither its datasets nor its graph name a folder."""
    card = load_verified(SHIPPED).card
    settings = card.raw["training"]["settings"]
    assert (card.name, card.raw["report"]["model"]) == ("digits", "digits")
    assert all("/" not in spec for name in ("data", "outliers", "teachers") for spec in settings[name])
    assert all(len(each["sha256"]) == 64 for each in card.raw["training"]["data"])
    assert card.smoke
    assert card.smoke.label == "7"


def test_graph():
    """It has texts, the default operator set only, and no computed shapes."""
    model = onnx.load(SHIPPED)
    assert all(each.doc_string for each in (model, model.graph, *model.graph.input, *model.graph.output))
    assert [(entry.domain, entry.version) for entry in model.opset_import] == [("", 17)]
    assert not {"Shape", "Gather", "Slice"} & {node.op_type for node in model.graph.node}
