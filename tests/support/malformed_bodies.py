"""Malformed request bodies of endpoints that take pictures."""

import io

from tests.support.pictures import draw_seven, encode_picture, to_base64

PNG = encode_picture(draw_seven())
ROWS = draw_seven()[::4, ::4].tolist()


def raw_json(text: str | bytes) -> dict:
    """The arguments of a request with this text as JSON."""
    return {"data": text, "content_type": "application/json"}


def multipart(**fields: object) -> dict:
    """The arguments of a multipart request; bytes are sent as files."""
    fields_sent = {name: (io.BytesIO(value), "a.png") if isinstance(value, bytes) else value for name, value in fields.items()}
    return {"data": fields_sent, "content_type": "multipart/form-data"}


def pixels_with(row: int, column: int, value: object) -> dict:
    """The arguments of a request with one pixel replaced."""
    rows = [list(each) for each in ROWS]
    rows[row][column] = value
    return {"json": {"pixels": rows}}


MALFORMED_BODIES = {
    "empty body": ({"data": b"", "content_type": "image/png"}, 400, "invalid_input"),
    "no picture file": ({"data": b"hello", "content_type": "image/png"}, 415, "unsupported_picture"),
    "GIF": ({"data": encode_picture(draw_seven(), "GIF"), "content_type": "image/gif"}, 415, "unsupported_picture"),
    "TIFF": ({"data": encode_picture(draw_seven(), "TIFF"), "content_type": "image/tiff"}, 415, "unsupported_picture"),
    "SVG": (
        {"data": b"<svg xmlns='http://www.w3.org/2000/svg'/>", "content_type": "image/svg+xml"},
        415,
        "unsupported_picture",
    ),
    "truncated PNG": ({"data": PNG[: len(PNG) // 2], "content_type": "image/png"}, 422, "corrupt_picture"),
    "URL-encoded form": (
        {"data": {"image": "x"}, "content_type": "application/x-www-form-urlencoded"},
        415,
        "unsupported_media_type",
    ),
    "text": ({"data": "seven", "content_type": "text/plain"}, 415, "unsupported_media_type"),
    "XML": ({"data": "<a/>", "content_type": "application/xml"}, 415, "unsupported_media_type"),
    "compressed body": (
        {"data": PNG, "content_type": "image/png", "headers": {"Content-Encoding": "gzip"}},
        415,
        "unsupported_media_type",
    ),
    "form without a file": (multipart(), 400, "invalid_input"),
    "form with text": (multipart(image="seven"), 400, "invalid_input"),
    "form with another field": (multipart(image=PNG, label="7"), 400, "invalid_input"),
    "form with another file": (multipart(picture=PNG), 400, "invalid_input"),
    "form with an empty file": (multipart(image=b""), 415, "unsupported_picture"),
    "form without boundary": ({"data": b"--x", "content_type": "multipart/form-data"}, 400, "invalid_input"),
    "not JSON": (raw_json("seven"), 400, "invalid_json"),
    "empty JSON": (raw_json(""), 400, "invalid_json"),
    "invalid UTF-8": (raw_json(b'{"image": "\xff"}'), 400, "invalid_json"),
    "truncated JSON": (raw_json('{"pixels": [[1, 2'), 400, "invalid_json"),
    "NaN": (raw_json('{"pixels": [[NaN, 0]]}'), 400, "invalid_json"),
    "Infinity": (raw_json('{"pixels": [[1e999, 0]]}'), 400, "invalid_json"),
    "array": ({"json": [1]}, 400, "invalid_input"),
    "null": ({"json": None}, 400, "invalid_input"),
    "no key": ({"json": {}}, 400, "invalid_input"),
    "unknown key": ({"json": {"picture": ""}}, 400, "invalid_input"),
    "known and unknown key": ({"json": {"pixels": ROWS, "label": "7"}}, 400, "invalid_input"),
    "two keys": ({"json": {"pixels": ROWS, "strokes": [[[0, 0]]]}}, 400, "invalid_input"),
    "image a number": ({"json": {"image": 7}}, 400, "invalid_input"),
    "image a list": ({"json": {"image": [to_base64(PNG)]}}, 400, "invalid_input"),
    "image null": ({"json": {"image": None}}, 400, "invalid_input"),
    "not base64": ({"json": {"image": "seven!"}}, 400, "invalid_input"),
    "base64 with umlauts": ({"json": {"image": "ÄÖÜ="}}, 400, "invalid_input"),
    "truncated base64": ({"json": {"image": to_base64(PNG)[:-3]}}, 400, "invalid_input"),
    "empty base64": ({"json": {"image": ""}}, 415, "unsupported_picture"),
    "data URL without base64": ({"json": {"image": "data:image/png,abc"}}, 400, "invalid_input"),
    "data URL without comma": ({"json": {"image": "data:image/png;base64"}}, 400, "invalid_input"),
    "URL of a picture": ({"json": {"image": "https://example.org/seven.png"}}, 400, "invalid_input"),
    "images a string": ({"json": {"images": to_base64(PNG)}}, 400, "invalid_input"),
    "no images": ({"json": {"images": []}}, 400, "invalid_input"),
    "images of numbers": ({"json": {"images": [7, 8]}}, 400, "invalid_input"),
    "no pixels": ({"json": {"pixels": []}}, 400, "invalid_input"),
    "pixels without columns": ({"json": {"pixels": [[], []]}}, 400, "invalid_input"),
    "pixels a string": ({"json": {"pixels": "0"}}, 400, "invalid_input"),
    "pixels an object": ({"json": {"pixels": {"0": 1}}}, 400, "invalid_input"),
    "pixels in one row": ({"json": {"pixels": [1, 2, 3]}}, 400, "invalid_input"),
    "ragged pixels": ({"json": {"pixels": [[1, 2], [3]]}}, 400, "invalid_input"),
    "pixels too deep": ({"json": {"pixels": [[[[1]]]]}}, 400, "invalid_input"),
    "pixels of mixed depth": ({"json": {"pixels": [ROWS, [5, 6]]}}, 400, "invalid_input"),
    "negative pixel": (pixels_with(3, 3, -1), 400, "invalid_input"),
    "pixel of 256": (pixels_with(3, 3, 256), 400, "invalid_input"),
    "huge pixel": (raw_json('{"pixels": [[1%s, 0]]}' % ("0" * 40)), 400, "invalid_input"),
    "boolean pixel": (pixels_with(3, 3, True), 400, "invalid_input"),
    "string pixel": (pixels_with(3, 3, "7"), 400, "invalid_input"),
    "null pixel": (pixels_with(3, 3, None), 400, "invalid_input"),
    "pixels from 0 to 1": ({"json": {"pixels": (1 - draw_seven() / 255).tolist()}}, 400, "invalid_input"),
    "strokes a number": ({"json": {"strokes": 7}}, 400, "invalid_input"),
    "strokes of numbers": ({"json": {"strokes": [1, 2]}}, 400, "invalid_input"),
    "points in three dimensions": ({"json": {"strokes": [[[0, 0, 0]]]}}, 400, "invalid_input"),
    "points of strings": ({"json": {"strokes": [[["0", "0"]]]}}, 400, "invalid_input"),
    "points of booleans": ({"json": {"strokes": [[[True, False]]]}}, 400, "invalid_input"),
    "point out of range": ({"json": {"strokes": [[[1e300, 0]]]}}, 400, "invalid_input"),
    "no strokes": ({"json": {"strokes": []}}, 422, "empty_picture"),
    "strokes without points": ({"json": {"strokes": [[], []]}}, 422, "empty_picture"),
}
"""Name -> arguments of the test client, status and error code. Copy the arguments: the client closes the files it sends."""

REPRESENTATIVES = (
    "empty body",
    "no picture file",
    "truncated PNG",
    "text",
    "compressed body",
    "form without a file",
    "not JSON",
    "unknown key",
    "not base64",
    "ragged pixels",
    "strokes of numbers",
    "no strokes",
)
"""A few of each kind, to check that an endpoint uses the parser."""
