"""Evaluate a run or an ONNX file on whole numbers, through the server's own reader."""

from pathlib import Path

from trainer.data.spec import TRAINER_LIMITS
from trainer.evaluation.evaluate import predictor_of
from trainer.evaluation.ocr.ground_truth import load_numbers
from trainer.evaluation.ocr.scorer import score_numbers
from trainer.evaluation.ocr.worst_cases import worst_sheet

MOST_ROWS = 40
"""Of a table: more writers, or lengths, than fit on a screen are in the JSON only."""


def evaluate_numbers(model: Path, spec: str, writers: str = "all") -> tuple[dict, dict[str, bytes]]:
    """Read the numbers of a SPEC by all writers or one half of them: the report, and its pictures by file name.

    Raises an InklingError for what the user can mend.
    """
    predictor = predictor_of(model)
    numbers = load_numbers(spec, writers, predictor.card.raw["training"])
    report, outcomes = score_numbers(predictor, numbers, TRAINER_LIMITS)
    return report, {"numbers.png": worst_sheet(outcomes)}


def format_numbers(report: dict) -> str:
    """The report as text: the figures, then the shares by number of digits and by writer."""
    error, digits = report["character_error"], report["digits"]
    lines = [
        f"read whole {_interval(report['whole'])}",
        f"lines      {_interval(report['lines'])}",
        f"character error {error['share']:.2%}   {error['edits']:,} edits of {error['characters']:,} characters",
        f"of {digits['n']:,} digits {digits['right']:,} right   {digits['misread']:,} misread   {digits['missed']:,} missed   "
        f"{digits['merged']:,} merged; {digits['invented']:,} invented   {digits['split']:,} split   (by {digits['by']})",
        f"{report['refused']:.2%} of what was read is not known   {report['milliseconds']:.1f} ms a picture",
    ]
    lines += [f"{n:,} without an answer: {code}" for code, n in report["failures"].items()]
    for name, rows in (("digits", report["lengths"]), ("writer", report["writers"])):
        if 1 < len(rows) <= MOST_ROWS:
            lines.append(f"{name:<16} {'n':>7} {'whole':>10} {'characters wrong':>18}")
            lines += [f"{row[name]:<16} {row['n']:>7,} {row['whole']:>10.2%} {row['character_error']:>18.2%}" for row in rows]
    return "\n".join(lines)


def _interval(share: dict) -> str:
    low, high = share["interval"]
    return f"{share['share']:.2%} (95 %: {low:.1%} to {high:.1%})   {share['count']:,} of n = {share['n']:,}"
