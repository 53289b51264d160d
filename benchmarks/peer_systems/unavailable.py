"""Peers that cannot be measured on this machine, and why, in one line."""

import re

MAX_LENGTH = 120
URL = re.compile(r"(?:https?://)?\b[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|io|dev)\b(?:[:/]\S*)?")
PATH = re.compile(r"(?:file://)?/(?:[\w.@+~-]+/)+[\w.@+~-]*")


class PeerUnavailable(Exception):
    """A peer that cannot be installed, started or run. The message is the reason."""


def summarize_failure(output: str) -> str:
    """The most informative line of a failed program's output, without URLs and paths."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if re.search(r"\berror\b\W+\S|\b\w*(Error|Exception): \S", line, re.IGNORECASE)]
    exceptions = [line for line in errors if re.search(r"\w(Error|Exception): |\bError: ", line)]
    line = (exceptions or errors[-1:] or lines[-1:] or ["no output"])[0]
    line = re.sub(r"^((npm error|error:)\s+)+", "", line, flags=re.IGNORECASE)
    text = PATH.sub("…", URL.sub("(host)", line))
    return text if len(text) <= MAX_LENGTH else text[: MAX_LENGTH - 1].rstrip() + "…"
