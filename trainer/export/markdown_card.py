"""The model card as Markdown, in the shape of Hugging Face's model cards. All of it comes from the card in the file."""

import json
from collections.abc import Iterable
from typing import Any

from inkling.errors import InvalidModel
from inkling.models.model_card import ModelCard
from trainer.runs.summary import MeasuredAccuracy

MIN_CLASS_IMAGES = 100
"""Labels with fewer images in the report are named as a limitation."""

MAX_CONFUSIONS = 3


def markdown_card(card: ModelCard) -> str:
    """Return the Markdown text of a card. Raises InvalidModel if the layers, `training` or `report` are malformed."""
    try:
        sections = [_front_matter(card), _description(card), _intended_use(card), _how_to_use(card), _training_data(card)]
        sections += [_training_procedure(card), _evaluation(card), _limitations(card)]
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise InvalidModel(
            f"The card of the model {card.name!r:.60} can't be shown: its layers, training or report are malformed."
        ) from error
    return "\n\n".join(section for section in sections if section) + "\n"


def _front_matter(card: ModelCard) -> str:
    """YAML; its strings are those of JSON."""
    lines = ["library_name: onnx", "pipeline_tag: image-classification", "tags:", "- onnx", "- inkling", "model-index:"]
    lines += [f"- name: {_quote(card.name)}"]
    report = card.raw["report"]
    if _is_measured(report):
        data = report["data"]
        lines += ["  results:", "  - task:", "      type: image-classification", "    dataset:", "      type: custom"]
        lines += [
            f"      name: {_quote(data['name'])}",
            "    metrics:",
            "    - type: accuracy",
            f"      value: {report['accuracy']:.6g}",
        ]
    else:
        lines += ["  results: []"]
    return "\n".join(["---", *lines, "---"])


def _description(card: ModelCard) -> str:
    layers = card.layers
    parameters, operations = (sum(layer.get(key, 0) for layer in layers) for key in ("parameters", "multiply_adds"))
    size, adopted = card.crop_size, card.raw["training"].get("adopted")
    rows = [
        ("Labels", f"{len(card.labels)}: {' '.join(map(_code, card.labels))}"),
        ("Input", f"`images`, uint8 (N, {size}, {size}, 1), 0 = paper, 255 = ink"),
        ("Output", f"`probabilities`, float32 (N, {len(card.labels)})"),
        (
            "Crops",
            f"{len(card.offsets)} of {size}×{size} pixels, whose probabilities are averaged"
            if size < card.image_height
            else "",
        ),
        ("Layers", "" if adopted else f"{len(layers)}: {', '.join(_text(layer['kind']) for layer in layers)}"),
        ("Parameters", f"{parameters:,}" + (f"; {operations:,} multiply-adds per crop" if operations else "")),
        ("Created", _text(card.created)),
    ]
    text = (
        f"{_code(card.name)} is an image classifier with {len(card.labels)} labels. It reads normalized gray images of "
        f"{card.image_height}×{card.image_width} pixels."
    )
    return f"# {_text(card.name)}\n\n{text}\n\n{_table(('', ''), [row for row in rows if row[1]])}"


def _intended_use(card: ModelCard) -> str:
    text = "Predict which of the labels a picture of a single character or symbol shows."
    if card.threshold > 0:
        text += (
            f" A prediction is accepted if its {card.score_name} is at least {card.threshold:g}; other pictures count as not "
            f"recognized. The threshold {_text(card.raw['known'].get('how', ''))}."
        )
    return f"## Intended use\n\n{text}"


def _how_to_use(card: ModelCard) -> str:
    file = f"{card.name}.onnx"
    code = ["import inkling", "", f"model = inkling.load({_quote(file)})", 'prediction = model.predict("picture.png")']
    code += ["print(prediction.label, prediction.confidence, prediction.known)"]
    return "\n".join(["## How to use", "", "```python", *code, "```"])


def _training_data(card: ModelCard) -> str:
    training = card.raw["training"]
    if adopted := training.get("adopted"):
        rows = [(_text(key), _code(value)) for key, value in adopted.items() if value]
        return f"## Origin\n\nMade from an ONNX file by `trainer adopt`.\n\n{_table(('', ''), rows)}"
    sets = training.get("data", [])
    if not sets:
        return ""
    data = [
        (_text(each["name"]), _text(each.get("role", "labeled images")), f"{each['n']:,}", _code(each["sha256"]))
        for each in sets
    ]
    counts = training.get("counts", {})
    split = ", ".join(f"{count:,} {_text(name)}" for name, count in counts.items())
    table = _table(("Dataset", "Role", "Images", "SHA-256 of the images and labels"), data, numbers=(2,))
    return f"## Training data\n\n{table}" + (f"\n\nImages by split: {split}." if split else "")


def _training_procedure(card: ModelCard) -> str:
    training = card.raw["training"]
    settings = training.get("settings")
    if not settings:
        return ""
    facts = [
        ("epochs trained", training.get("epochs")),
        ("seconds", training.get("seconds")),
        ("ran on", training.get("device")),
    ]
    facts += [("temperature", training.get("temperature")), ("commit", training.get("commit"))]
    facts += [("versions", ", ".join(f"{name} {number}" for name, number in training.get("versions", {}).items()))]
    rows = [(name, _code(value)) for name, value in facts if value]
    rows += [
        (name if name.isidentifier() else _text(name), _code(_value(value)))
        for name, value in settings.items()
        if value not in ("", [])
    ]
    changes = [f"- epoch {_text(each['epoch'])}: {_code(json.dumps(each['changes']))}" for each in training.get("changes", [])]
    text = f"## Training procedure\n\n{_table(('Setting', 'Value'), rows)}"
    return text + ("\n\nChanged during the fit:\n\n" + "\n".join(changes) if changes else "")


def _evaluation(card: ModelCard) -> str:
    report = card.raw["report"]
    if not _is_measured(report):
        return "## Evaluation\n\nThe model was not evaluated."
    n, name = report["data"]["n"], report["data"]["name"]
    rows = [("Accuracy", _share(report["accuracy"], n))]
    one = report.get("one_crop", {})
    if len(card.offsets) > 1 and "accuracy" in one:
        rows += [("Accuracy with one crop", _share(one["accuracy"], n))]
    rows += [("Cross-entropy loss", f"{report['loss']:.4f}")]
    if "calibration" in report:
        rows += [("Expected calibration error", f"{report['calibration']['error']:.2%}")]
    known = report.get("known", {})
    if "rejected" in known:
        rows += [("Rejected, though the picture shows a label", _share(known["rejected"], n))]
    if "outliers" in known:
        count = known["outliers"]
        rows += [("Rejected outliers", _share(known["outliers_rejected"], count))]
        rows += [("Area under the ROC curve against outliers", f"{known['roc_auc']:.4f}")]
    classes = [
        (
            _text(row["label"]),
            f"{row['precision']:.2%}",
            _share(row["recall"], row["n"]),
            f"{row['f1']:.2%}",
        )
        for row in report["classes"]
    ]
    hashed = f" (SHA-256 {_code(report['data']['sha256'])})" if "sha256" in report["data"] else ""
    table = _table(("Metric", "Value (95 % interval, Wilson)"), rows)
    labels = _table(("Label", "Precision", "Recall (95 % interval)", "F1"), classes, numbers=(1, 2, 3))
    return f"## Evaluation\n\nOn {_text(name)}{hashed}, n = {n:,}.\n\n{table}\n\n{labels}"


def _limitations(card: ModelCard) -> str:
    report, training = card.raw["report"], card.raw["training"]
    lines = []
    if not _is_measured(report):
        lines += ["There is no evaluation: neither the accuracy nor the polarity and scale of the input are verified."]
    else:
        if report["data"]["name"].endswith("(training)"):
            lines += ["No images were held out: the figures are those of the training images."]
        if "adopted" in training:
            lines += ["It is unknown on which images the model was trained; they may be among the evaluated ones."]
        lines += ["The figures hold for the dataset above. Images from other sources were not evaluated."]
        rare = [row for row in report["classes"] if row["n"] < MIN_CLASS_IMAGES]
        if rare:
            names = " ".join(_code(row["label"]) for row in rare)
            lines += [f"Fewer than {MIN_CLASS_IMAGES} evaluated images: {names}."]
        lines += [f"Most frequent confusions: {text}." if (text := _confusions(report)) else "There are no confusions."]
    if card.threshold == 0:
        lines += ["Every prediction is accepted, also for pictures that show none of the labels."]
    elif "data" in training and not any(each.get("role") == "outliers" for each in training["data"]):
        lines += ["The model was trained without outliers, so it may accept pictures that show none of the labels."]
    return "## Limitations\n\n" + "\n".join(f"- {line}" for line in lines)


def _confusions(report: dict[str, Any]) -> str:
    labels, counts = report["confusion_matrix"]["labels"], report["confusion_matrix"]["counts"]
    pairs = [
        (count, row, column) for row, line in enumerate(counts) for column, count in enumerate(line) if count and row != column
    ]
    pairs.sort(key=lambda pair: (-pair[0], pair[1], pair[2]))
    return ", ".join(
        f"{_code(labels[row])} read as {_code(labels[column])} ({count} of {sum(counts[row]):,})"
        for count, row, column in pairs[:MAX_CONFUSIONS]
    )


def _is_measured(report: dict[str, Any]) -> bool:
    return {"accuracy", "data", "classes", "confusion_matrix", "loss"} <= report.keys()


def _share(share: float, n: int) -> str:
    return str(MeasuredAccuracy.measured(share, n)) if n else "–"


def _table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]], numbers: tuple[int, ...] = ()) -> str:
    rule = ["---:" if column in numbers else "---" for column in range(len(header))]
    return "\n".join(f"| {' | '.join(row)} |" for row in (header, rule, *rows))


def _value(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _text(value: object) -> str:
    """Return a value of the card as one line, with what Markdown or HTML would interpret escaped."""
    return "".join(f"\\{character}" if character in "\\`*_[]<>|#&" else character for character in _line(value))


def _code(value: object) -> str:
    """Return a value of the card as code."""
    text = _line(value).replace("`", "ˋ").replace("|", "\\|")
    return f"`{text}`"


def _line(value: object) -> str:
    return " ".join(str(value).splitlines())
