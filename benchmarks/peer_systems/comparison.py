"""One figure of Inkling next to that of a peer: a row of the table of ratios."""

from dataclasses import dataclass

from benchmarks.harness.report_section import format_ratio
from benchmarks.harness.timing import Samples, format_number

COLUMNS = ("measurement", "peer", "versions", "Inkling", "peer's figure", "Inkling is faster by")
NONE = "–"


@dataclass(frozen=True)
class Comparison:
    """own, peer_figure: in the unit that `measurement` names; None if there is none.

    higher_is_better: for requests per second, but not for seconds. unavailable: why the peer has no figure. is_lower_bound:
    the peer did not finish, so that its figure and the ratio are lower bounds. remark: in parentheses after the peer's figure.
    """

    measurement: str
    peer: str
    versions: str = ""
    own: Samples | None = None
    peer_figure: Samples | None = None
    higher_is_better: bool = False
    unavailable: str = ""
    is_lower_bound: bool = False
    remark: str = ""

    @property
    def speedup(self) -> float | None:
        """By what factor Inkling is faster; None if one of the two figures is missing."""
        if self.own is None or self.peer_figure is None:
            return None
        quotient = self.own.median / self.peer_figure.median
        return quotient if self.higher_is_better else 1 / quotient

    def row(self) -> tuple[str, ...]:
        """The cells of COLUMNS."""
        over = "over " if self.is_lower_bound else ""
        if self.unavailable:
            figure = f"missing: {self.unavailable}"
        elif self.peer_figure is None:
            figure = NONE
        else:
            figure = f"{over}{format_number(self.peer_figure.median)}" if over else str(self.peer_figure)
        if self.remark:
            figure += f" ({self.remark})"
        own = NONE if self.own is None else str(self.own)
        speedup = NONE if self.speedup is None else f"{over}{format_ratio(self.speedup, 1)}×"
        return (self.measurement, self.peer, self.versions or NONE, own, figure, speedup)
