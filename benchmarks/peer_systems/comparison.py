"""Comparison: one figure of ours beside a peer's, as a row of the table of ratios."""

from dataclasses import dataclass

from benchmarks.harness.report_section import format_ratio
from benchmarks.harness.timing import Samples, format_number

COLUMNS = ("what", "peer", "versions", "ours", "theirs", "times as fast as the peer")
NONE = "–"


@dataclass(frozen=True)
class Comparison:
    """ours, theirs: figures in the unit that `what` names; None where there are none.

    more_is_faster: of requests a second, not of seconds. missing: why there is none of theirs. bound: theirs is a limit that
    they did not come under, told by `remark`; so is the ratio.
    """

    what: str
    peer: str
    versions: str = ""
    ours: Samples | None = None
    theirs: Samples | None = None
    more_is_faster: bool = False
    missing: str = ""
    bound: bool = False
    remark: str = ""

    @property
    def times(self) -> float | None:
        """How many times as fast as the peer ours is; None where one of the two is missing."""
        if self.ours is None or self.theirs is None:
            return None
        quotient = self.ours.median / self.theirs.median
        return quotient if self.more_is_faster else 1 / quotient

    def row(self) -> tuple[str, ...]:
        """The cells of COLUMNS."""
        theirs = f"missing: {self.missing}" if self.missing else NONE if self.theirs is None else str(self.theirs)
        if self.theirs is not None and self.bound:
            theirs = f"over {format_number(self.theirs.median)}"
        if self.remark:
            theirs += f" ({self.remark})"
        ours = NONE if self.ours is None else str(self.ours)
        times = NONE if self.times is None else ("over " if self.bound else "") + format_ratio(self.times, 1)
        return (self.what, self.peer, self.versions or NONE, ours, theirs, times)
