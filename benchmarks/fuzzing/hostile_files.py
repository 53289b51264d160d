"""Small files that cost much memory or time to read, and requests with many of them."""

import gzip
import io
import json
import zipfile
from base64 import b64encode

import numpy as np
from PIL import Image

from benchmarks.harness.request import Request, multipart

SIDE = 4_000
"""Pixels: as large as a picture may be."""


def hostile_requests() -> list[Request]:
    """Requests to the inference service."""
    webp, png = blank_page("WEBP", "RGB"), blank_page("PNG", "RGBA")
    pictures = {"WebP": (webp, "image/webp"), "RGBA PNG": (png, "image/png"), "16-bit PNG": (deep_page(), "image/png")}
    found = [
        Request(f"`{path}`, {name} of 16 million pixels, {len(body) / 1e3:,.1f} kB", "POST", path, body, media_type)
        for name, (body, media_type) in pictures.items()
        for path in ("/predict", "/read")
    ]
    many = json.dumps({"images": [b64encode(webp).decode()] * 60}).encode()
    found.append(
        Request(f"`/predict`, 60 such WebP files, {len(many) / 1e3:,.0f} kB", "POST", "/predict", many, "application/json")
    )
    found.append(Request("`/read`, 1,024 dots on 3100×200 pixels", "POST", "/read", dots(), "image/png"))
    found.append(Request("`/read`, noise of 1600×1600 pixels", "POST", "/read", noise(), "image/png"))
    deep = b'{"image": ' + b"[" * 200_000
    found.append(Request("`/predict`, JSON nested 200,000 deep", "POST", "/predict", deep, "application/json"))
    for name, body in {"npz": npz_bomb(), "zip": zip_bomb(), "CSV, gzipped": csv_bomb()}.items():
        form = multipart({"data": body}, "application/octet-stream")
        found.append(Request(f"`/evaluate`, {name}, {len(body) / 1e6:,.2f} MB", "POST", "/evaluate", *form))
    return found


def lesson_request(lesson: str) -> Request:
    """A large picture for a lesson of the trainer service."""
    path = f"/lessons/{lesson}/predict"
    return Request("`/lessons/ID/predict`, WebP of 16 million pixels", "POST", path, blank_page("WEBP", "RGB"), "image/webp")


def blank_page(format_name: str, mode: str) -> bytes:
    """A white page with a little ink."""
    page = Image.new("L", (SIDE, SIDE), 255)
    page.paste(0, (1_000, 1_000, 1_100, 3_000))
    file = io.BytesIO()
    page.convert(mode).save(file, format_name)
    return file.getvalue()


def deep_page() -> bytes:
    """The same in 16 bits."""
    page = np.full((SIDE, SIDE), 65_535, np.uint16)
    page[1_000:3_000, 1_000:1_100] = 0
    file = io.BytesIO()
    Image.fromarray(page).save(file, "PNG")
    return file.getvalue()


def dots() -> bytes:
    """As many components as may be looked at, spread over a line."""
    rng = np.random.default_rng(0)
    page = np.full((200, 3_100), 255, np.uint8)
    for left, top in zip(range(6, 3_078, 3), rng.integers(0, 190, 1_024), strict=True):
        page[top : top + 2, left : left + 2] = 0
    return _png(page)


def noise() -> bytes:
    """Half a million components."""
    return _png(np.where(np.random.default_rng(0).random((1_600, 1_600)) < 0.3, 0, 255).astype(np.uint8))


def npz_bomb() -> bytes:
    """500 MB of pixels."""
    file = io.BytesIO()
    images = np.zeros((80_000, 80, 78), np.uint8)
    images[:, 20:60, 39] = 255
    np.savez_compressed(file, x=images, y=np.arange(80_000) % 10)
    return file.getvalue()


def zip_bomb() -> bytes:
    """Hundreds of large pictures."""
    file = io.BytesIO()
    page = blank_page("PNG", "L")
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(250):
            archive.writestr(f"{number % 10}/{number}.png", page)
    return file.getvalue()


def csv_bomb() -> bytes:
    """300 MB of text."""
    row = b",".join([b"7", *[b"0"] * 783, b"255"]) + b"\n"
    return gzip.compress(row * 190_000, 9)


def _png(page: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(page).save(file, "PNG")
    return file.getvalue()
