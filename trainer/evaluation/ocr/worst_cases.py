"""A sheet of the worst results: each picture with true and recognized boxes and texts."""

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from inkling.plotting.image_grid import ARROW, PAPER, picture_grid
from inkling.plotting.text import drawable, font
from trainer.evaluation.ocr.scorer import NumberOutcome

MAX_PICTURES = 60
COLUMNS = 4
CELL_SIZE = 340, 150
"""Maximum width and height of a picture."""

LABEL_SIZE = 13
"""Font size of the labels below the boxes, in pixels."""

KNOWN_COLOR, UNKNOWN_COLOR, TRUE_COLOR = (36, 92, 190), (214, 120, 0), (150, 156, 166)
"""Colors of recognized boxes whose confidence is or isn't `known`, and of true boxes."""


def worst_cases_png(outcomes: Sequence[NumberOutcome]) -> bytes:
    """Draw up to 60 wrong outcomes, those with the most edits first, or the first outcomes if all are exact."""
    wrong = sorted((outcome for outcome in outcomes if not outcome.is_exact), key=lambda outcome: -outcome.edits)
    shown = (wrong or list(outcomes))[:MAX_PICTURES]
    stream = io.BytesIO()
    picture_grid([_draw_cell(outcome) for outcome in shown], [_caption(outcome) for outcome in shown], COLUMNS).save(
        stream, "PNG"
    )
    return stream.getvalue()


def _caption(outcome: NumberOutcome) -> str:
    true, predicted = (text.replace("\n", " / ") for text in (outcome.truth.text, outcome.text))
    return true if outcome.is_exact else f"{true} {ARROW} {predicted or outcome.failure or 'nothing'}"


def _draw_cell(outcome: NumberOutcome) -> Image.Image:
    """Draw a picture with the true boxes, if known, below the recognized ones."""
    picture = Image.fromarray(outcome.truth.load())
    scale = min(CELL_SIZE[0] / picture.width, CELL_SIZE[1] / picture.height)
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    cell = Image.new("RGB", CELL_SIZE, PAPER)
    left, top = (CELL_SIZE[0] - size[0]) // 2, (CELL_SIZE[1] - size[1]) // 2
    cell.paste(picture.resize(size, Image.Resampling.BOX if scale < 1 else Image.Resampling.NEAREST), (left, top))
    offset = np.array([left, top])
    draw = ImageDraw.Draw(cell)
    for true_box in () if outcome.truth.boxes is None else outcome.truth.boxes:
        draw.rectangle(_to_cell(true_box, scale, offset), outline=TRUE_COLOR)
    for digit in outcome.digits:
        box, color = _to_cell(digit.box, scale, offset), KNOWN_COLOR if digit.known else UNKNOWN_COLOR
        draw.rectangle(box, outline=color)
        fits_below = box[3] + LABEL_SIZE <= CELL_SIZE[1]
        position = (box[0] + box[2]) / 2, box[3] + (LABEL_SIZE if fits_below else 0)
        draw.text(position, drawable(digit.label), color, font(LABEL_SIZE), "ms")
    return cell


def _to_cell(box: Sequence[float] | np.ndarray, scale: float, offset: np.ndarray) -> tuple[float, float, float, float]:
    low, high = np.array(box[:2]) * scale + offset, np.array(box[2:]) * scale + offset - 1
    left, top = low.tolist()
    right, bottom = np.maximum(low, high).tolist()
    return left, top, right, bottom
