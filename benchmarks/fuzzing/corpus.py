"""Valid requests to every endpoint, which the fuzzer mutates."""

import base64
import gzip
import io
import json
import zipfile

import numpy as np
from PIL import Image

from benchmarks.harness.pictures import canvas_png, number_png, seven_drawing, small_png
from benchmarks.harness.request import Request, multipart

JSON = "application/json"
PICTURE_PATHS = ("/predict?show=image,steps", "/predict?crops=all", "/read?allow_empty=true", "/explain", "/feedback?label=7")
STROKES = [[[10, 10], [60, 10], [30, 90]], [[20.5, 50], [55, 52]]]


def server_requests() -> list[Request]:
    """Requests to the inference service."""
    pictures = {"image/png": [small_png(), canvas_png(), number_png()], "image/jpeg": [encoded("JPEG")]}
    pictures |= {"image/webp": [encoded("WEBP")], "application/octet-stream": [encoded("PNG", "P"), encoded("PNG", "I;16")]}
    found = [
        Request(path, "POST", path, body, media_type)
        for path in PICTURE_PATHS
        for media_type, bodies in pictures.items()
        for body in bodies
    ]
    found += [Request(path, "POST", path, body, JSON) for path in ("/predict", "/read", "/explain") for body in drawings()]
    found += [Request("/predict", "POST", "/predict", *multipart({"image": small_png()}, "image/png"))]
    feedback = {"strokes": STROKES, "label": "7", "pen": 8.5, "model": "digits", "predicted": 1}
    found += [Request("/feedback", "POST", "/feedback", as_json(feedback), JSON)]
    found += [Request("/feedback", "POST", "/feedback?label=7", *multipart({"image": small_png()}, "image/png"))]
    found += [Request("/evaluate", "POST", "/evaluate?name=fuzz", *multipart({"data": body}, "x/y")) for body in datasets()]
    images, labels = idx_pair()
    found += [Request("/evaluate", "POST", "/evaluate", *multipart({"images": images, "labels": labels}, "x/y"))]
    rows = {"images": [gray_rows(), base64.b64encode(small_png()).decode()], "labels": ["7", 1]}
    found += [Request("/evaluate", "POST", "/evaluate?crops=1", as_json(rows), JSON)]
    found += [Request("/evaluate", "POST", "/evaluate", as_json({"data": "feedback"}), JSON)]
    paths = ("/reports?limit=5&show=crops", "/reports/latest", "/reports/latest/confusion-matrix?format=svg&normalize=true")
    paths += ("/reports/latest/images?order=mistakes&true=7&limit=3", "/models/digits", "/models", "/feedback?limit=3", "/data")
    paths += ("/feedback/0123456789abcdef/picture", "/static/js/shared/dom.js", "/inside?model=digits", "/openapi.json")
    return found + [Request(path, "GET", path) for path in paths]


def trainer_requests(lesson: str) -> list[Request]:
    """Requests to the trainer service. lesson: the ID of one with the labels "a" and "b"."""
    fit = {"data": ["no-such-file.npz"], "recipe": "tfjs", "epochs": 1, "learning_rate": 0.01, "batch_size": 32, "name": "fuzz"}
    split = {"data": ["no-such-file.npz"], "validation_split": 0.2, "seed": 3}
    bodies = {
        "/jobs": [fit],
        "/splits": [split],
        "/networks": [fit],
        "/lessons": [{"labels": ["x", "o"], "network": "perceptron", "learning_rate": 0.1, "seed": 3, "name": "fuzz"}],
        f"/lessons/{lesson}/train": [{"strokes": STROKES, "label": "a", "repeats": 2}],
        f"/lessons/{lesson}/predict": [{"strokes": STROKES}, {"pixels": gray_rows()}],
        f"/lessons/{lesson}/reset": [{"drawings": True}],
        f"/lessons/{lesson}/save": [{"name": "fuzz"}],
    }
    found = [Request(path, "POST", path, as_json(body), JSON) for path, some in bodies.items() for body in some]
    for format_name, media_type in (("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")):
        for path in (f"/lessons/{lesson}/train?label=b", f"/lessons/{lesson}/predict"):
            found += [Request(path, "POST", path, encoded(format_name), media_type)]
    form = multipart({"image": small_png()}, "image/png")
    found += [Request("/train", "POST", f"/lessons/{lesson}/train?label=a", *form)]
    found += [Request("/lessons/ID", "PATCH", f"/lessons/{lesson}", as_json({"name": "fuzz", "learning_rate": 0.2}), JSON)]
    found += [Request("/jobs/ID", "PATCH", "/jobs/none", as_json({"state": "paused", "learning_rate": 0.1}), JSON)]
    paths = ("/jobs?limit=5", "/jobs/none", "/jobs/none/events", "/jobs/none/snapshot?layer=conv1&sample=3", "/settings")
    paths += (f"/lessons/{lesson}", f"/lessons/{lesson}/history", f"/lessons/{lesson}/drawings?limit=3", "/lessons?limit=2")
    return found + [Request(path, "GET", path) for path in paths]


def encoded(format_name: str, mode: str = "RGB") -> bytes:
    """A drawn seven as a file."""
    file = io.BytesIO()
    Image.fromarray(seven_drawing(90)).convert("I" if mode == "I;16" else mode).convert(mode).save(file, format_name)
    return file.getvalue()


def gray_rows() -> list[list[int]]:
    """Pixels as JSON, white on black."""
    return (255 - seven_drawing(12)).tolist()


def drawings() -> list[bytes]:
    """Pictures as JSON."""
    base = base64.b64encode(small_png()).decode()
    bodies = [{"strokes": STROKES, "pen": 6}, {"pixels": gray_rows()}, {"image": base}]
    return [as_json(body) for body in [*bodies, {"images": [base, f"data:image/png;base64,{base}"]}]]


def datasets() -> list[bytes]:
    """Two labeled images in every format of an upload."""
    images, labels = np.stack([255 - seven_drawing(28)] * 2), np.array([7, 1])
    array, archive = io.BytesIO(), io.BytesIO()
    np.savez_compressed(array, x=images, y=labels)
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for label in (1, 7):
            file.writestr(f"{label}/a.png", encoded("PNG"))
    rows = "\n".join(",".join(map(str, [label, *image.ravel()])) for label, image in zip(labels, images, strict=True)).encode()
    strokes = json.dumps({"label": "7", "strokes": STROKES}).encode() + b"\n"
    return [array.getvalue(), archive.getvalue(), rows, gzip.compress(rows), strokes * 2]


def idx_pair() -> tuple[bytes, bytes]:
    """Two images and their labels in the format of MNIST."""
    images = np.stack([255 - seven_drawing(28)] * 2)
    head = np.array([0x803, *images.shape], ">i4").tobytes()
    return head + images.tobytes(), np.array([0x801, 2], ">i4").tobytes() + bytes([7, 1])


def as_json(body: object) -> bytes:
    """The bytes of a JSON body."""
    return json.dumps(body).encode()
