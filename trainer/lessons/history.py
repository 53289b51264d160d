"""The history of a lesson: what each training did to the loss, told by the weights before it and after it."""

from typing import Any

import numpy as np

from trainer.lessons.registry import KINDS, crop_of, unpack


def history(
    lesson: dict[str, Any], acts: list[dict[str, Any]], drawn: dict[str, tuple[str, np.ndarray]]
) -> list[dict[str, Any]]:
    """Trainings since the last reset, oldest first: steps after each, label, loss before and after on its own drawing.

    acts: oldest first, each with kind, drawing, the label that it had before (None where it was new), and `before`, what the
    lesson was. drawn: label and image, uint8 (28, 28), of the drawings by ID; a training on one that is gone is left out.
    """
    kind, told = KINDS[lesson["network"]], []
    labels = {number: label for number, (label, _) in drawn.items()}
    after = lesson
    for act in reversed(acts):
        if act["kind"] == "reset":
            break
        label = labels.pop(act["drawing"], None)
        if label is not None:
            seen, target = kind.see(crop_of(drawn[act["drawing"]][1])), lesson["labels"].index(label)
            weights = [unpack(each["weights"], lesson["network"], len(lesson["labels"])) for each in (act["before"], after)]
            losses = [kind.loss(each, seen, target) for each in weights]
            told.append({"steps": after["steps"], "label": label, "loss_before": losses[0], "loss": losses[1]})
            if act["was"] is not None:
                labels[act["drawing"]] = act["was"]
        after = act["before"]
    return told[::-1]
