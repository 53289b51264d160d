"""Sheet of the numbers that were read worst: each picture with the boxes that were found, what is written and what was read."""

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from inkling.plotting.image_grid import ARROW, PAPER, picture_grid
from inkling.plotting.text import drawable, font
from trainer.evaluation.ocr.scorer import Outcome

WORST = 60
COLUMNS = 4
CELL = 340, 150
"""Width and height that a picture is scaled into."""

LABEL_SIZE = 13
"""Of what was read, below each box, in pixels."""

KNOWN, DOUBTED, TRUE = (36, 92, 190), (214, 120, 0), (150, 156, 166)
"""Colours of boxes that were read, with a confidence that is `known` or not, and of the digits that are there."""


def worst_sheet(outcomes: Sequence[Outcome]) -> bytes:
    """PNG of up to 60 outcomes: those that took the most edits, or, where all was read, the first."""
    order = sorted(range(len(outcomes)), key=lambda place: -outcomes[place].edits)
    wrong = [outcomes[place] for place in order if not outcomes[place].whole]
    shown = (wrong or list(outcomes))[:WORST]
    stream = io.BytesIO()
    picture_grid([_cell(outcome) for outcome in shown], [_caption(outcome) for outcome in shown], COLUMNS).save(stream, "PNG")
    return stream.getvalue()


def _caption(outcome: Outcome) -> str:
    true, read = (text.replace("\n", " / ") for text in (outcome.written.text, outcome.text))
    return true if outcome.whole else f"{true} {ARROW} {read or outcome.failure or 'nothing'}"


def _cell(outcome: Outcome) -> Image.Image:
    """The picture within CELL, with what was read in boxes; where they are known, the boxes of what is there lie below."""
    picture = Image.fromarray(outcome.written.picture())
    scale = min(CELL[0] / picture.width, CELL[1] / picture.height)
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    cell = Image.new("RGB", CELL, PAPER)
    corner = np.array([(CELL[0] - size[0]) // 2, (CELL[1] - size[1]) // 2])
    cell.paste(picture.resize(size, Image.Resampling.BOX if scale < 1 else Image.Resampling.NEAREST), tuple(corner.tolist()))
    draw = ImageDraw.Draw(cell)
    for box in () if outcome.written.boxes is None else outcome.written.boxes:
        draw.rectangle(_placed(box, scale, corner), outline=TRUE)
    for digit in outcome.digits:
        box, colour = _placed(digit.box, scale, corner), KNOWN if digit.known else DOUBTED
        draw.rectangle(box, outline=colour)
        room = box[3] + LABEL_SIZE <= CELL[1]  # below the box, else in it
        draw.text(
            ((box[0] + box[2]) / 2, box[3] + (LABEL_SIZE if room else 0)), drawable(digit.label), colour, font(LABEL_SIZE), "ms"
        )
    return cell


def _placed(box: Sequence[float], scale: float, corner: np.ndarray) -> tuple[float, float, float, float]:
    near, far = np.array(box[:2]) * scale + corner, np.array(box[2:]) * scale + corner - 1
    return (*near.tolist(), *np.maximum(near, far).tolist())
