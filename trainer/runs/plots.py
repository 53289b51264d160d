"""Learning curves of a run: loss and accuracy by epoch, for training and validation."""

from pathlib import Path


def plot_curves(history: list[dict], path: Path) -> None:
    """Plot the epochs of a run into a PNG."""
    from matplotlib.figure import Figure  # not pyplot, which keeps figures and a display for the whole process

    figure = Figure(figsize=(10, 4), layout="constrained")
    epochs = [row["epoch"] for row in history]
    for axes, name in zip(figure.subplots(1, 2), ("loss", "accuracy"), strict=True):
        for key, style in ((name, "--"), (f"val_{name}", "-")):
            axes.plot(epochs, [row[key] for row in history], style, marker="o", markersize=3, label=key)
        axes.set_xlabel("epoch")
        axes.set_ylabel(name)
        axes.grid(alpha=0.3)
        axes.legend()
    figure.savefig(path, format="png", dpi=120)
