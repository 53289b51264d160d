"""Plots of a run: learning curves, and mistakes."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from inkling.datasets.dataset import Dataset
from inkling.plotting.image_grid import image_grid

MAX_MISTAKES = 60
"""Mistakes in a plot."""


def plot_curves(history: list[dict], path: Path) -> None:
    """Plot the epochs of a run into a PNG."""
    from matplotlib.figure import Figure  # not pyplot, which keeps figures and a display for the whole process

    figure = Figure(figsize=(10, 4), layout="constrained")
    epochs = [row["epoch"] for row in history]
    for axes, name in zip(figure.subplots(1, 2), ("loss", "accuracy"), strict=True):
        for key, style in ((name, "--"), (f"val_{name}", "-")):
            axes.plot(epochs, [row[key] for row in history], style, marker="o", markersize=3, label=key)
        axes.set_xlabel("epoch")
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.set_ylabel(name)
        axes.grid(alpha=0.3)
        axes.legend()
    figure.savefig(path, format="png", dpi=120)


def plot_comparison(histories: dict[str, list[dict]], path: Path) -> None:
    """Plot the epochs of several runs, by name, into a PNG: a color each, training dashed, validation solid."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(12, 5), layout="constrained")
    for axes, metric in zip(figure.subplots(1, 2), ("loss", "accuracy"), strict=True):
        for index, (name, history) in enumerate(histories.items()):
            epochs = [row["epoch"] for row in history]
            for key, style in ((metric, "--"), (f"val_{metric}", "-")):
                label = f"{name} {'validation' if style == '-' else 'training'}"
                axes.plot(epochs, [row[key] for row in history], style, color=f"C{index % 10}", label=label)
        axes.set_xlabel("epoch")
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.set_ylabel(metric)
        axes.grid(alpha=0.3)
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=2, fontsize="small")
    figure.savefig(path, format="png", dpi=120)


def plot_mistakes(mistakes: Sequence[dict[str, Any]], dataset: Dataset) -> Image.Image:
    """Draw the first mistakes of a report on a dataset, or the first images if there are none."""
    chosen = mistakes[:MAX_MISTAKES]
    if chosen:
        captions = [f"{each['true']} → {each['predicted']} {each['confidence']:.2f}" for each in chosen]
        return image_grid(dataset.images[[each["index"] for each in chosen]], captions)
    captions = [dataset.labels[target] for target in dataset.targets[:MAX_MISTAKES]]
    return image_grid(dataset.images[:MAX_MISTAKES], captions)
