"""Fetch one file: bounded, hashed while it comes, written beside its place and renamed into it."""

import hashlib
import http.client
import os
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

from tqdm import tqdm

from inkling.errors import InklingError

TIMEOUT = 30
"""Seconds that a server may stay silent; people wait for the bar to move."""

MOST_BYTES = 64 << 20
"""Of one file; the largest, Fashion-MNIST's training images, has 26 MB."""

_STEP = 1 << 16  # bytes between two moves of the bar


class DownloadFailed(InklingError):
    """A file could not be fetched, or is not what it should be."""

    status = 502
    code = "download_failed"


def fetch(url: str, place: Path, md5: str) -> None:
    """Download into `place`, with a progress bar on standard error. What does not have the hash is not kept.

    Raises DownloadFailed.
    """
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
    except OSError as error:
        raise DownloadFailed(f"Expected to write into {place.parent}: {error.strerror}.") from error
    try:
        with os.fdopen(handle, "wb") as file:
            received = _receive(url, file)
        if received != md5:
            raise DownloadFailed(f"Expected a file with the MD5 {md5} at {url}. Received one with {received}, not kept.")
        Path(beside).replace(place)
    finally:
        Path(beside).unlink(missing_ok=True)


def md5_of(path: Path) -> str:
    """MD5 of a file: it tells a damaged file from a whole one; the catalogues publish no other hash."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _receive(url: str, file) -> str:
    """Write what the URL answers into the file, and return its MD5."""
    digest, received = hashlib.md5(usedforsecurity=False), 0
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT) as answer:  # noqa: S310 - the URLs are the catalogue's
            length = int(answer.headers.get("Content-Length") or 0)
            with tqdm(total=length or None, unit="B", unit_scale=True, desc=url.rsplit("/", 1)[-1]) as bar:
                while part := answer.read(_STEP):
                    received += len(part)
                    if received > MOST_BYTES:
                        raise DownloadFailed(f"Expected at most {MOST_BYTES:,} bytes from {url}. Received more.")
                    digest.update(part)
                    file.write(part)
                    bar.update(len(part))
    except urllib.error.HTTPError as error:
        with error:  # it is an open answer as well
            raise DownloadFailed(f"Could not fetch {url}: it answered {error.code} {error.reason}.") from error
    except (OSError, http.client.HTTPException, ValueError) as error:  # URLError and timeouts are OSErrors
        raise DownloadFailed(f"Could not fetch {url}: {_reason(error)}.") from error
    if received < length:
        raise DownloadFailed(f"Expected {length:,} bytes from {url}. Received {received:,}: the connection broke off.")
    return digest.hexdigest()


def _reason(error: Exception) -> str:
    cause = getattr(error, "reason", error)  # a URLError wraps what the socket said
    return str(getattr(cause, "strerror", None) or cause) or type(cause).__name__
