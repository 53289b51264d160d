"""A chart of curves as text."""

from collections.abc import Sequence

HEIGHT, WIDTH = 10, 60
MARKS = "abcdefghijklmnopqrstuvwxyz"


def text_chart(curves: Sequence[Sequence[float]], height: int = HEIGHT, width: int = WIDTH) -> str:
    """Draw curves, each a value per epoch, with the marks a, b, c …; where curves meet, the last one is seen.

    The vertical axis reaches from the smallest to the largest value, in percent, the horizontal one to the last epoch.
    """
    values = [value for curve in curves for value in curve]
    low, high = min(values), max(values)
    span, epochs = high - low or 1.0, max(map(len, curves))
    cells = [[" "] * width for _ in range(height)]
    for mark, curve in zip(MARKS * (len(curves) // len(MARKS) + 1), curves, strict=False):
        for column in range(width):
            index = column * (epochs - 1) / (width - 1)
            if index > len(curve) - 1:
                break
            before = int(index)
            after = min(before + 1, len(curve) - 1)
            value = curve[before] + (index - before) * (curve[after] - curve[before])
            cells[height - 1 - round((value - low) / span * (height - 1))][column] = mark
    labels = [f"{high:.2%}", *[""] * (height - 2), f"{low:.2%}"]
    rows = [f"{label:>8} │{''.join(row).rstrip()}" for label, row in zip(labels, cells, strict=True)]
    return "\n".join([*rows, f"{'':>8} └{'─' * width}", f"{'epoch':>8}  1{epochs:>{width - 1}}"])
