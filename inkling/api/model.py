"""Model: a model file that predicts pictures in this process, with the code that the server runs."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, overload

import numpy as np

from inkling.api.encoding import Strokes, is_array, is_batch, strokes_to_lists, to_bytes
from inkling.api.results import Digit, Line, Prediction, Reading, stroke_box
from inkling.errors import InvalidInput
from inkling.imaging.decoding import DecodedPicture
from inkling.imaging.normalization import normalize, normalize_traced
from inkling.imaging.picture import EncodedPicture, GrayLevels, PenStrokes, Picture, PicturePosition, to_gray_levels
from inkling.imaging.strokes import PixelTransform, parse_pen_width, parse_strokes
from inkling.limits import Limits
from inkling.models.model_card import ModelCard
from inkling.models.predictor import PROBABILITY_DECIMALS, Predictor
from inkling.models.smoke_test import load_verified
from inkling.recognition.page import decode_page, scale_box
from inkling.recognition.recognizer import recognize_numbers
from inkling.recognition.result import DigitResult

if TYPE_CHECKING:
    from inkling.api.encoding import PictureBatch, PictureLike

T = TypeVar("T")


def load(path: str | os.PathLike[str]) -> "Model":
    """Load a model file. Raises FileNotFoundError, or InvalidModel with the reason."""
    file = Path(path)
    if not file.is_file():
        raise FileNotFoundError(f"The model file {file} doesn't exist.")
    return Model(load_verified(file))


class Model:
    """A loaded model. Create it with `load`, in the process that uses it: a model doesn't survive a fork."""

    def __init__(self, predictor: Predictor):
        self._predictor = predictor
        self._limits = Limits()

    def __repr__(self) -> str:
        return f"<inkling.Model {self.card.name!r}, labels {', '.join(self.labels)}>"

    @property
    def card(self) -> ModelCard:
        """The model card."""
        return self._predictor.card

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels that the model can predict."""
        return tuple(self.card.labels)

    @overload
    def predict(self, picture: "PictureLike", *, crops: str = "4") -> Prediction: ...
    @overload
    def predict(self, picture: "PictureBatch", *, crops: str = "4") -> list[Prediction]: ...
    @overload
    def predict(self, *, strokes: Strokes, pen: float | None = None, crops: str = "4") -> Prediction: ...

    def predict(
        self, picture: Any = None, *, strokes: Any = None, pen: float | None = None, crops: str = "4"
    ) -> Prediction | list[Prediction]:
        """Predict the character in a picture, or in each of several.

        crops: the windows to average: "1" (center), "4" (those of the model card), or "all" (slowest).
        pen: width of the pen in the units of the strokes; by default a tenth of the drawing.
        Raises EmptyPicture if a picture has no ink, and other subclasses of InklingError.
        """
        pictures = self._parse(picture, strokes, pen)
        normalized = _for_each(pictures, self._normalize)
        images = np.array([image for image, _ in normalized])
        predicted = self._predictor.predict(images, crops).probabilities
        results = []
        for (_, multiple), probabilities in zip(normalized, predicted, strict=True):
            by_label = self._by_label(probabilities)
            label = self.labels[int(probabilities.argmax())]
            known = bool(self.card.is_known(probabilities))
            results.append(Prediction(label, by_label[label], known, multiple, by_label))
        return results if is_batch(picture) else results[0]

    @overload
    def read(self, picture: "PictureLike") -> Reading: ...
    @overload
    def read(self, picture: "PictureBatch") -> list[Reading]: ...
    @overload
    def read(self, *, strokes: Strokes, pen: float | None = None) -> Reading: ...

    def read(self, picture: Any = None, *, strokes: Any = None, pen: float | None = None) -> Reading | list[Reading]:
        """Read the whole numbers in a picture, or in each of several.

        Raises EmptyPicture if a picture has no digits, and other subclasses of InklingError.
        """
        results = _for_each(self._parse(picture, strokes, pen), self._read)
        return results if is_batch(picture) else results[0]

    def normalize(
        self, picture: "PictureLike | None" = None, *, strokes: Strokes | None = None, pen: float | None = None
    ) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
        """Return the image that the model sees: uint8 (28, 28), 0 = paper, 255 = ink. Raises EmptyPicture without ink."""
        (parsed,) = self._parse(picture, strokes, pen)
        image: np.ndarray[Any, np.dtype[np.uint8]] = normalize(to_gray_levels(parsed, self._limits))
        return image

    def _parse(self, picture: Any, strokes: Any, pen: float | None) -> list[Picture]:
        if (picture is None) == (strokes is None):
            raise InvalidInput("Pass either a picture or strokes.")
        if pen is not None and strokes is None:
            raise InvalidInput("pen needs strokes.")
        if strokes is not None:
            lists = strokes_to_lists(strokes)
            return [PenStrokes(parse_strokes(lists, self._limits), None if pen is None else parse_pen_width(pen), lists)]
        pictures = list(picture) if is_batch(picture) else [picture]
        return _for_each(pictures, lambda each: GrayLevels(each) if is_array(each) else EncodedPicture(to_bytes(each)))

    def _normalize(self, picture: Picture) -> tuple[np.ndarray, bool]:
        """The image, and whether the picture contains multiple characters. The trace, which holds the picture, is dropped."""
        trace = normalize_traced(to_gray_levels(picture, self._limits))
        return trace.image, trace.multiple

    def _read(self, picture: Picture) -> Reading:
        page, transform = decode_page(picture, self._limits)
        result = recognize_numbers(self._predictor, page.gray, self._limits)
        lines = tuple(
            Line(line.text, tuple(self._digit(digit, page, transform) for digit in line.digits)) for line in result.lines
        )
        return Reading(result.text, lines)

    def _digit(self, digit: DigitResult, page: DecodedPicture, transform: PixelTransform | None) -> Digit:
        box = tuple(scale_box(digit.box, page).tolist())
        if transform is not None:
            box = stroke_box(box, transform.origin, transform.pixel_size)
        by_label = self._by_label(digit.probabilities)
        return Digit(digit.label, by_label[digit.label], digit.known, box, by_label)

    def _by_label(self, probabilities: np.ndarray) -> dict[str, float]:
        # float32 is rounded as in the server's response, then float64 to the shortest decimals, which is what JSON contains
        rounded = probabilities.round(PROBABILITY_DECIMALS).astype(np.float64).round(PROBABILITY_DECIMALS)
        return dict(zip(self.labels, rounded.tolist(), strict=True))


def _for_each(items: list[Any], function: Callable[[Any], T]) -> list[T]:
    """Apply a function to each item; errors name the position of the item if there are several."""
    results = []
    for index, item in enumerate(items):
        with PicturePosition(index, len(items)).named_in_errors():
            results.append(function(item))
    return results
