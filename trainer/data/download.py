"""Download of one file: limited in size, verified by its hash, renamed into place when complete."""

import hashlib
import http.client
import os
import tempfile
import urllib.error
import urllib.request
from pathlib import Path
from typing import BinaryIO

from tqdm import tqdm

from inkling.errors import InklingError

TIMEOUT = 30
"""Seconds without data after which a download fails."""

MAX_BYTES = 64 << 20
"""Maximum size of a file. The largest one, Fashion-MNIST's training images, has 26 MB."""

_CHUNK_BYTES = 1 << 16


class DownloadFailed(InklingError):
    """A file could not be downloaded, or has the wrong hash."""

    status = 502
    code = "download_failed"


def download(url: str, path: Path, md5: str) -> None:
    """Download a file to `path`, with a progress bar on standard error. Raises DownloadFailed, also for a wrong hash."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise DownloadFailed(f"Can't write to {path.parent}: {error.strerror}.") from error
    try:
        with os.fdopen(handle, "wb") as file:
            received = _receive(url, file)
        if received != md5:
            raise DownloadFailed(f"{url} has the wrong MD5: expected {md5}, got {received}.")
        Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)


def file_md5(path: Path) -> str:
    """Return the MD5 of a file. It detects damaged files; the sources publish no other hash."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _receive(url: str, file: BinaryIO) -> str:
    """Write the response to the file and return its MD5."""
    digest, received = hashlib.md5(usedforsecurity=False), 0
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT) as response:  # noqa: S310 - only URLs from trainer.data.sources
            length = int(response.headers.get("Content-Length") or 0)
            with tqdm(total=length or None, unit="B", unit_scale=True, desc=url.rsplit("/", 1)[-1]) as bar:
                while chunk := response.read(_CHUNK_BYTES):
                    received += len(chunk)
                    if received > MAX_BYTES:
                        raise DownloadFailed(f"{url} is larger than {MAX_BYTES:,} bytes.")
                    digest.update(chunk)
                    file.write(chunk)
                    bar.update(len(chunk))
    except urllib.error.HTTPError as error:
        with error:  # also an open response
            raise DownloadFailed(f"Can't download {url}: {error.code} {error.reason}.") from error
    except (OSError, http.client.HTTPException, ValueError) as error:  # URLError and timeouts are OSErrors
        raise DownloadFailed(f"Can't download {url}: {_reason(error)}.") from error
    if received < length:
        raise DownloadFailed(f"The download of {url} is incomplete: {received:,} of {length:,} bytes.")
    return digest.hexdigest()


def _reason(error: Exception) -> str:
    cause = getattr(error, "reason", error)  # a URLError wraps the socket's error
    return str(getattr(cause, "strerror", None) or cause) or type(cause).__name__
