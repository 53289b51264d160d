"""Curves of a run: loss and accuracy by epoch, training beside validation."""

from pathlib import Path


def draw_curves(history: list[dict], path: Path) -> None:
    """Draw the epochs of a run into a PNG."""
    from matplotlib.figure import Figure  # no pyplot: it holds figures and a display for the whole process

    figure = Figure(figsize=(10, 4), layout="constrained")
    epochs = [row["epoch"] for row in history]
    for axes, key in zip(figure.subplots(1, 2), ("loss", "accuracy"), strict=True):
        for name, part, style in ((key, "training", "--"), (f"validation_{key}", "validation", "-")):
            axes.plot(epochs, [row[name] for row in history], style, marker="o", markersize=3, label=part)
        axes.set_xlabel("epoch")
        axes.set_ylabel(key)
        axes.grid(alpha=0.3)
        axes.legend()
    figure.savefig(path, format="png", dpi=120)
