"""The `doc_string` of an exported model, its graph, input and output, which viewers such as Netron show."""

from typing import TYPE_CHECKING

from inkling.models.model_card import CARD_KEY, ModelCard

if TYPE_CHECKING:
    import onnx

PICTURE = "0 = paper, 255 = ink, centered as in MNIST"


def add_doc_strings(model: "onnx.ModelProto", card: ModelCard) -> None:
    """Describe a model that takes crops of an image."""
    size = card.crop_size
    offsets = ", ".join(f"[{top}, {left}]" for top, left in card.offsets)
    crops = (
        "images, uint8 28×28"
        if size == card.image_height
        else f"{size}×{size} crops of images, uint8 28×28; the crops at [top, left] {offsets} are averaged"
    )
    set_doc_strings(
        model,
        card,
        f"Classifies {crops} ({PICTURE}).",
        f"uint8 (N, {size}, {size}, 1), {PICTURE}; the graph scales it",
        describe_probabilities(card),
    )


def describe_probabilities(card: ModelCard) -> str:
    """The doc string of the output."""
    sums = "each row sums to 1" if card.sums_to_one else "each from 0 to 1"
    return f"float32 (N, {len(card.labels)}), {sums}; in the order of the labels"


def set_doc_strings(model: "onnx.ModelProto", card: ModelCard, purpose: str, images: str, probabilities: str) -> None:
    """Set the four texts; the model's also names its labels and the metadata entry of the card."""
    labels = " ".join(card.labels[:40]) + (" …" if len(card.labels) > 40 else "")
    model.doc_string = f"{purpose} Labels: {labels}. The metadata entry {CARD_KEY} holds the model card, JSON."
    model.graph.doc_string = purpose
    model.graph.input[0].doc_string = images
    model.graph.output[0].doc_string = probabilities
