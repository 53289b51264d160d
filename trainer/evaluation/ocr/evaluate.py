"""Evaluation of a run or an ONNX file on whole numbers, with the server's own recognizer."""

from pathlib import Path
from typing import Any

from trainer.data.spec import TRAINER_LIMITS
from trainer.evaluation.evaluate import load_predictor
from trainer.evaluation.ocr.ground_truth import load_numbers
from trainer.evaluation.ocr.scorer import score_numbers
from trainer.evaluation.ocr.worst_cases import worst_cases_png

MAX_TABLE_ROWS = 40
"""Tables with more rows than fit on a screen are only in the JSON."""


def evaluate_numbers(model: Path, spec: str, writers: str = "all") -> tuple[dict[str, Any], dict[str, bytes]]:
    """Evaluate on the numbers of a SPEC by the chosen writers. Returns the report, and its plots by file name.

    Raises an InklingError for what the user can fix.
    """
    predictor = load_predictor(model)
    numbers = load_numbers(spec, writers, predictor.card.raw["training"])
    report, outcomes = score_numbers(predictor, numbers, TRAINER_LIMITS)
    return report, {"numbers.png": worst_cases_png(outcomes)}


def format_numbers(report: dict[str, Any]) -> str:
    """Format a report as text, with tables by number of digits and by writer."""
    error, digits = report["character_error"], report["digits"]
    lines = [
        f"exact      {_format_share(report['exact'])}",
        f"lines      {_format_share(report['lines'])}",
        f"character error rate {error['share']:.2%}   {error['edits']:,} edits, {error['characters']:,} characters",
        f"{digits['n']:,} digits: "
        + "   ".join(f"{digits[kind]:,} {kind}" for kind in ("correct", "misread", "missed", "merged", "inserted", "split"))
        + f"   (from {digits['from']})",
        f"{report['rejected']:.2%} of the recognized digits rejected   {report['milliseconds']:.1f} ms per picture",
    ]
    lines += [f"{n:,} without a result: {code}" for code, n in report["failures"].items()]
    for name, rows in (("digits", report["by_length"]), ("writer", report["by_writer"])):
        if 1 < len(rows) <= MAX_TABLE_ROWS:
            lines.append(f"{name:<16} {'n':>7} {'exact':>10} {'character error':>18}")
            lines += [f"{row[name]:<16} {row['n']:>7,} {row['exact']:>10.2%} {row['character_error']:>18.2%}" for row in rows]
    return "\n".join(lines)


def _format_share(share: dict[str, Any]) -> str:
    low, high = share["interval"]
    return f"{share['share']:.2%} (95 % interval: {low:.1%} to {high:.1%})   {share['count']:,} of n = {share['n']:,}"
