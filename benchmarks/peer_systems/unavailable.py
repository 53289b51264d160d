"""Missing: a peer that cannot be measured on this machine, and why, in one line."""

import re

LONGEST = 120
ADDRESS = re.compile(r"(?:https?://)?\b[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|io|dev)\b(?:[:/]\S*)?")
PLACE = re.compile(r"(?:file://)?/(?:[\w.@+~-]+/)+[\w.@+~-]*")


class PeerUnavailable(Exception):
    """A peer that cannot be installed, started or run. Its text is the reason."""


def summarize_failure(output: str) -> str:
    """The line of a program's output that says most about its failure, without addresses and places of this machine."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    telling = [line for line in lines if re.search(r"\berror\b\W+\S|\b\w*(Error|Exception): \S", line, re.IGNORECASE)]
    named = [line for line in telling if re.search(r"\w(Error|Exception): |\bError: ", line)]
    chosen = (named or telling[-1:] or lines[-1:] or ["it ended without a word"])[0]
    plain = PLACE.sub("…", ADDRESS.sub("its host", re.sub(r"^((npm error|error:)\s+)+", "", chosen, flags=re.IGNORECASE)))
    return plain if len(plain) <= LONGEST else plain[: LONGEST - 1].rstrip() + "…"
