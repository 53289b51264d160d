"""The loss history of a lesson, computed from the weights before and after each training."""

from typing import Any

import numpy as np

from trainer.lessons.registry import LESSON_NETWORKS, weights_from_bytes


def loss_history(
    lesson: dict[str, Any], actions: list[dict[str, Any]], drawings: dict[str, tuple[str, np.ndarray]]
) -> list[dict[str, Any]]:
    """Trainings since the last reset, oldest first: steps after each, label, and the loss on its drawing before and after.

    actions: the undo log, oldest first; each has kind, drawing, previous_label (None for a new drawing) and `before`, the
    lesson's state. drawings: label and image, uint8 (28, 28), by ID; a training on a deleted drawing is left out.
    """
    network, rows = LESSON_NETWORKS[lesson["network"]], []
    labels = {drawing_id: label for drawing_id, (label, _) in drawings.items()}
    after = lesson
    for action in reversed(actions):
        if action["kind"] == "reset":
            break
        label = labels.pop(action["drawing"], None)
        if label is not None:
            inputs = network.preprocess(drawings[action["drawing"]][1])
            target = lesson["labels"].index(label)
            before_loss, after_loss = (
                network.loss(weights_from_bytes(state["weights"], lesson["network"], len(lesson["labels"])), inputs, target)
                for state in (action["before"], after)
            )
            rows.append({"steps": after["steps"], "label": label, "loss_before": before_loss, "loss": after_loss})
            if action["previous_label"] is not None:
                labels[action["drawing"]] = action["previous_label"]
        after = action["before"]
    return rows[::-1]
