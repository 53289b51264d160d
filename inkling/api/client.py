"""Client: the API of `Model` over HTTP, with the standard library only."""

import json
import secrets
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any, overload
from urllib.parse import quote, urlencode, urlsplit

from inkling import errors
from inkling.api.encoding import Strokes, is_array, is_batch, strokes_to_lists, to_bytes
from inkling.api.results import Digit, Line, Prediction, Reading, stroke_box
from inkling.errors import InklingError, InvalidInput, RequestFailed, ServerUnavailable

if TYPE_CHECKING:
    from inkling.api.encoding import PictureBatch, PictureLike

Body = tuple[str, bytes]
"""A request's content type and body."""

ERRORS = {
    error.code: error
    for error in vars(errors).values()
    if isinstance(error, type) and issubclass(error, InklingError) and error is not InklingError
}
"""The classes to raise, by error code."""


class Client:
    """A model of a running server.

    url: address of the server. model: name of a model, the server's default if omitted. token: sent as a bearer token.
    timeout: in seconds, of a request. Every method raises ServerUnavailable if the server can't be reached, and otherwise the
    InklingError that the server reports, with its `code` and `status`.
    """

    def __init__(self, url: str, *, model: str | None = None, token: str | None = None, timeout: float = 30.0):
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
            raise InvalidInput(f"{url!r:.100} isn't an HTTP address. Pass one like http://127.0.0.1:8000.")
        self.url, self.model, self.timeout = url.rstrip("/"), model, timeout
        self._token = token
        self._opener = urllib.request.build_opener(_NoRedirects)

    def __repr__(self) -> str:
        return f"<inkling.Client {self.url}{f', model {self.model!r}' if self.model else ''}>"

    @property
    def card(self) -> dict[str, Any]:
        """The model card, as `Model.card.raw`."""
        name = self.model or self._send("GET", "/models")["default"]
        card: dict[str, Any] = self._send("GET", f"/models/{quote(name, safe='')}")
        return card

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels that the model can predict."""
        return tuple(self.card["labels"])

    @overload
    def predict(self, picture: "PictureLike", *, crops: str = "4") -> Prediction: ...
    @overload
    def predict(self, picture: "PictureBatch", *, crops: str = "4") -> list[Prediction]: ...
    @overload
    def predict(self, *, strokes: Strokes, pen: float | None = None, crops: str = "4") -> Prediction: ...

    def predict(
        self, picture: Any = None, *, strokes: Any = None, pen: float | None = None, crops: str = "4"
    ) -> Prediction | list[Prediction]:
        """As `Model.predict`."""
        results = []
        for body in _encode(picture, strokes, pen):
            response = self._send("POST", "/predict", {"crops": crops}, body)
            results += [_prediction(each, response["labels"]) for each in response["predictions"]]
        return results if is_batch(picture) else results[0]

    @overload
    def read(self, picture: "PictureLike") -> Reading: ...
    @overload
    def read(self, picture: "PictureBatch") -> list[Reading]: ...
    @overload
    def read(self, *, strokes: Strokes, pen: float | None = None) -> Reading: ...

    def read(self, picture: Any = None, *, strokes: Any = None, pen: float | None = None) -> Reading | list[Reading]:
        """As `Model.read`."""
        results = []
        for body in _encode(picture, strokes, pen):
            response = self._send("POST", "/read", {}, body)
            results += [_reading(each, response["labels"]) for each in response.get("readings", [response])]
        return results if is_batch(picture) else results[0]

    def normalize(
        self, picture: "PictureLike | None" = None, *, strokes: Strokes | None = None, pen: float | None = None
    ) -> list[list[int]]:
        """As `Model.normalize`, as 28 rows of 28 gray levels."""
        (body,) = _encode(picture, strokes, pen)
        response = self._send("POST", "/predict", {"show": "image"}, body)
        image: list[list[int]] = response["predictions"][0]["image"]
        return image

    def _send(self, method: str, path: str, query: dict[str, str] | None = None, body: Body | None = None) -> Any:
        """Send a request and return the JSON of the response."""
        if query is not None and self.model:
            query = {**query, "model": self.model}
        request = urllib.request.Request(f"{self.url}{path}{'?' + urlencode(query) if query else ''}", method=method)  # noqa: S310 the scheme is checked above
        request.add_header("Accept", "application/json")
        if self._token:
            request.add_unredirected_header("Authorization", f"Bearer {self._token}")
        if body:
            request.add_header("Content-Type", body[0])
            request.data = body[1]
        try:
            with self._opener.open(request, timeout=self.timeout) as response:
                content = response.read()
        except urllib.error.HTTPError as error:
            with error:
                raise _to_error(error.code, error.read()) from error
        except OSError as error:
            cause = getattr(error, "reason", error)
            reason = getattr(cause, "strerror", None) or cause
            raise ServerUnavailable(f"Cannot reach {self.url}: {reason}. Is the server running?") from error
        try:
            return json.loads(content)
        except ValueError as error:
            raise RequestFailed(f"{self.url} didn't respond with JSON. Is it an Inkling server?") from error


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Redirects are errors: the server sends none, and a token must not go elsewhere."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def _encode(picture: Any, strokes: Any, pen: float | None) -> list[Body]:
    """Encode pictures or strokes as the bodies of one or more requests."""
    if (picture is None) == (strokes is None):
        raise InvalidInput("Pass either a picture or strokes.")
    if pen is not None and strokes is None:
        raise InvalidInput("pen needs strokes.")
    if strokes is not None:
        return [_json({"strokes": strokes_to_lists(strokes)} | ({} if pen is None else {"pen": pen}))]
    pictures = list(picture) if is_batch(picture) else [picture]
    arrays = [is_array(each) for each in pictures]
    if len(pictures) > 1 and all(arrays):
        return [_json({"pixels": [each.tolist() for each in pictures]})]
    if len(pictures) > 1 and not any(arrays):
        return [_multipart([to_bytes(each) for each in pictures])]
    return [
        _json({"pixels": each.tolist()}) if array else ("application/octet-stream", to_bytes(each))
        for each, array in zip(pictures, arrays, strict=True)
    ]


def _json(value: Any) -> Body:
    return "application/json", json.dumps(value).encode()


def _multipart(files: list[bytes]) -> Body:
    boundary = secrets.token_hex(16)
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="image"; filename="picture"\r\n\r\n'.encode()
    content = b"".join(head + file + b"\r\n" for file in files) + f"--{boundary}--\r\n".encode()
    return f"multipart/form-data; boundary={boundary}", content


def _prediction(result: dict[str, Any], labels: list[str]) -> Prediction:
    by_label = dict(zip(labels, result["probabilities"], strict=True))
    return Prediction(result["label"], result["confidence"], result["known"], result["multiple"], by_label)


def _reading(result: dict[str, Any], labels: list[str]) -> Reading:
    transform = result.get("transform")
    lines = []
    for line in result["lines"]:
        digits = []
        for digit in line["digits"]:
            left, top, right, bottom = digit["box"]
            box = (left, top, right, bottom)
            if transform:
                box = stroke_box(box, transform["origin"], transform["pixel_size"])
            by_label = dict(zip(labels, digit["probabilities"], strict=True))
            digits.append(Digit(digit["label"], digit["confidence"], digit["known"], box, by_label))
        lines.append(Line(line["text"], tuple(digits)))
    return Reading(result["text"], tuple(lines))


def _to_error(status: int, content: bytes) -> InklingError:
    """The error of a response: its code decides the class."""
    try:
        body = json.loads(content)["error"]
        code, message = str(body["code"]), str(body["message"])
    except (ValueError, KeyError, TypeError):
        code, message = RequestFailed.code, f"The server responded with status {status}."
    error = ERRORS.get(code, RequestFailed)(message)
    error.status, error.code = status, code
    return error
