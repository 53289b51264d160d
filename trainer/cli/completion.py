"""Shell completion: dataset names, outliers, run folders and paths."""

from collections.abc import Callable, Iterable
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from trainer.data.outliers import AUTO, SYNTHETIC
from trainer.data.spec import dataset_names
from trainer.recipes import RECIPES, SUMMARIES
from trainer.settings import NO_OUTLIERS

RUN_MARKER = "settings.json"
"""The file that a run folder has."""


def complete_data(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the name of a dataset, or a path."""
    return _complete(dataset_names(), incomplete)


def complete_outliers(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete a kind of outliers, the name of a dataset, or a path."""
    return _complete([AUTO, NO_OUTLIERS, *SYNTHETIC, *dataset_names()], incomplete)


def complete_runs(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete a run folder, or another path."""
    return _complete(_find(incomplete, "runs", f"*/{RUN_MARKER}", lambda path: path.parent), incomplete)


def complete_models(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete a run folder, a model file, or another path."""
    names = _find(incomplete, "runs", f"*/{RUN_MARKER}", lambda path: path.parent)
    return _complete([*names, *_find(incomplete, "models", "*.onnx", lambda path: path)], incomplete)


def complete_recipes(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the name of a recipe."""
    return [CompletionItem(name, help=SUMMARIES[name]) for name in RECIPES if name.startswith(incomplete)]


def _find(incomplete: str, usual: str, pattern: str, to_name: Callable[[Path], Path]) -> list[str]:
    """Find paths in the folder of what was typed so far; without one, in the working directory and in the usual folder."""
    folder, slash, _ = incomplete.rpartition("/")
    folders = [Path(folder or "/")] if slash else [Path(), Path(usual)]
    return [str(to_name(path)) for each in folders for path in sorted(each.glob(pattern))]


def _complete(names: Iterable[str], incomplete: str) -> list[CompletionItem]:
    """Return the names that begin so, or else let the shell complete a path."""
    found = [CompletionItem(name) for name in names if name.startswith(incomplete)]
    return found or [CompletionItem(incomplete, type="file")]
