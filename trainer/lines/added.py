"""A line network that is added to a model."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inkling.errors import InvalidInput
from trainer.lines.run import LineRun
from trainer.runs.run import Run


@dataclass(frozen=True)
class AddedLineNetwork:
    """data: its ONNX file. card: what the model card says about it."""

    data: bytes
    card: dict[str, Any]


def read_line_network(lines: LineRun, run: Run) -> AddedLineNetwork:
    """Read the line network of a finished run for the model of another.

    Both must have held out the same digits: otherwise the one's test images may have trained the other. Raises InvalidInput.
    """
    data, state, settings = lines.read_network(), lines.state, run.settings
    labels, digits = run.data["labels"], list("0123456789")
    if labels != digits:
        raise InvalidInput(
            f"A line network reads the digits 0 to 9, but the labels of {run.path} are {', '.join(labels)!a:.80}."
        )
    sets, others = ([each["sha256"] for each in rows] for rows in (run.data["sets"], state["data"]))
    if others[: len(sets)] != sets:
        raise InvalidInput(f"{lines.path} was fitted on other --data than {run.path}, so they held out other images.")
    for name in ("seed", "validation_split"):
        if getattr(lines.settings, name) != getattr(settings, name):
            raise InvalidInput(
                f"{lines.path} was fitted with {name} {getattr(lines.settings, name):g}, {run.path} with "
                f"{getattr(settings, name):g}, so they held out other images. Fit one of them again."
            )
    card = {
        "settings": state["settings"]
        | {name: [Path(spec).name for spec in state["settings"][name]] for name in ("data", "letters")},
        "data": state["data"],
        "parameters": state["parameters"],
        "validation": {name: state["epochs"][-1][name] for name in ("exact", "n", "exact_digits", "n_digits")},
        "seconds": round(sum(row["seconds"] for row in state["epochs"]), 1),
        "versions": state["versions"],
        "commit": state["commit"],
    }
    return AddedLineNetwork(data, card)
