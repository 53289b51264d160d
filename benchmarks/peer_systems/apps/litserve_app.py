"""LitServe with one worker on the CPU; the picture is a file in a form."""

import sys

import digits
import litserve


class Digits(litserve.LitAPI):
    """Predicts digits."""

    def setup(self, device):  # noqa: ARG002  LitServe passes it
        """Load the model in the worker process."""
        self.session = digits.make_session()

    def decode_request(self, request):
        """Decode the picture in the form."""
        return digits.read_image(request["image"].file.read())

    def predict(self, picture):
        """Predict the label of a picture."""
        return digits.predict(self.session, picture)

    def encode_response(self, prediction):
        """The prediction is a dict already."""
        return prediction


if __name__ == "__main__":
    server = litserve.LitServer(Digits(), accelerator="cpu", workers_per_device=1)
    server.run(host=sys.argv[1], port=int(sys.argv[2]), num_api_servers=1, generate_client_file=False)
