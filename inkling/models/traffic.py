"""Traffic shares: which part of a model's requests goes to another version than the current one."""

import json
import math
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from inkling.errors import InvalidInput

Shares = dict[str, float]
"""Version -> share of the requests, above 0 and at most 1. What is missing from 1 goes to the current version."""

TRAFFIC_FILE = "traffic.json"
MAX_FILE_BYTES = 65_536
TOLERANCE = 1e-9
"""Shares such as 0.7, 0.2 and 0.1 may sum to slightly more than 1 in binary arithmetic."""


def parse_shares(value: Any) -> Shares:
    """Check shares and leave out those of 0. value: {version: number}, from JSON. Raises InvalidInput."""
    if not isinstance(value, Mapping):
        raise InvalidInput('shares must be an object such as {"VERSION": 0.1}.')
    shares = {version: parse_share(share, f"shares[{version!r:.80}]") for version, share in value.items()}
    if (total := math.fsum(shares.values())) > 1 + TOLERANCE:
        raise InvalidInput(f"The shares sum to {total:.6g}, but must sum to at most 1. The rest goes to the current version.")
    return {version: share for version, share in shares.items() if share}


def parse_share(value: Any, name: str) -> float:
    """Check one share. Raises InvalidInput."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:  # false for NaN
        raise InvalidInput(f"{name} must be a number from 0 to 1, got {value!r:.40}.")
    return float(value)


def current_share(shares: Shares) -> float:
    """The share of the current version: what the others leave."""
    return max(0.0, round(1.0 - math.fsum(shares.values()), 9))


def read_shares(path: Path) -> Shares:
    """The shares in a file; {} if there is none. Raises InvalidInput for a file that can't be read."""
    try:
        if not path.exists():
            return {}
        if not path.is_file() or path.stat().st_size > MAX_FILE_BYTES:  # reading from a named pipe would wait for a writer
            raise InvalidInput(f"{path.name} isn't a regular file of at most {MAX_FILE_BYTES:,} bytes.")
        content = json.loads(path.read_bytes())
    except FileNotFoundError:  # deleted meanwhile
        return {}
    except OSError as error:
        raise InvalidInput(f"{path.name} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"{path.name} isn't valid JSON.") from error
    if not isinstance(content, dict):
        raise InvalidInput(f"{path.name} must hold an object.")
    return parse_shares(content.get("shares"))


@contextmanager
def prepared_shares(path: Path, shares: Shares) -> Iterator[Callable[[], object]]:
    """Write shares to a hidden file next to `path`, flushed to disk. The block gets a function that puts it in place.

    Without shares there is nothing to write, and the function deletes the file. Raises OSError.
    """
    if not shares:
        yield lambda: path.unlink(missing_ok=True)
        return
    copy = path.with_name(f".writing-{os.getpid()}-{path.name}")
    try:
        with copy.open("wb") as file:
            file.write(json.dumps({"shares": shares}, indent=1).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        yield lambda: copy.replace(path)
    finally:
        copy.unlink(missing_ok=True)
