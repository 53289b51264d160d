"""Pages: pictures of any number of characters, at a resolution for recognition, and boxes in the client's pixels."""

import numpy as np

from inkling.imaging.decoding import DecodedPicture, decode_picture
from inkling.imaging.picture import EncodedPicture, PenStrokes, Picture
from inkling.imaging.strokes import PixelTransform, line_transform, rasterize_line
from inkling.limits import Limits
from inkling.recognition.result import READING_SIDE


def decode_page(picture: Picture, limits: Limits) -> tuple[DecodedPicture, PixelTransform | None]:
    """Decode a picture of any number of characters; for strokes also return where its pixels lie among them."""
    if isinstance(picture, EncodedPicture):
        return decode_picture(picture.data, limits, READING_SIDE), None
    if isinstance(picture, PenStrokes):
        gray = rasterize_line(picture.points, picture.pen)
        return DecodedPicture.from_gray(gray), line_transform(picture.points, picture.pen)
    return DecodedPicture.from_gray(picture.levels), None


def scale_box(box: list[int], page: DecodedPicture) -> np.ndarray:
    """Convert a box, [left, top, right, bottom] in pixels of `page.gray`, to pixels of the original picture: int (4,)."""
    scaled: np.ndarray = np.minimum(np.array(box) * page.reduction, [page.width, page.height] * 2)
    return scaled
