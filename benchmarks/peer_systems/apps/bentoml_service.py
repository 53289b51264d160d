"""BentoML: one worker; the picture comes as a form's file."""

import bentoml
import digits
from PIL.Image import Image


@bentoml.service(workers=1)
class Digits:
    """Reads digits."""

    def __init__(self) -> None:
        self.session = digits.make_session()

    @bentoml.api
    def predict(self, image: Image) -> dict:
        """A picture -> the answer."""
        return digits.answer(self.session, image)
