"""LitServe: one worker on the CPU; the picture comes as a form's file."""

import sys

import digits
import litserve


class Digits(litserve.LitAPI):
    """Reads digits."""

    def setup(self, device):  # noqa: ARG002  LitServe gives it
        """Load the model in the worker."""
        self.session = digits.make_session()

    def decode_request(self, request):
        """A form -> the picture."""
        return digits.read_image(request["image"].file.read())

    def predict(self, picture):
        """A picture -> the answer."""
        return digits.answer(self.session, picture)

    def encode_response(self, answer):
        """The answer as it is."""
        return answer


if __name__ == "__main__":
    server = litserve.LitServer(Digits(), accelerator="cpu", workers_per_device=1)
    server.run(host=sys.argv[1], port=int(sys.argv[2]), num_api_servers=1, generate_client_file=False)
