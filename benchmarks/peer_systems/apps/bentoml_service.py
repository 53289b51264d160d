"""BentoML with one worker; the picture is a file in a form."""

import bentoml
import digits
from PIL.Image import Image


@bentoml.service(workers=1)
class Digits:
    """Predicts digits."""

    def __init__(self) -> None:
        self.session = digits.make_session()

    @bentoml.api
    def predict(self, image: Image) -> dict:
        """Predict the label of a picture."""
        return digits.predict(self.session, image)
