"""`trainer runs`: list, show and compare run folders."""

import json
import re
from pathlib import Path
from typing import Any

import click

from inkling.errors import InvalidInput
from trainer.cli.completion import complete_runs
from trainer.runs.comparison import compare_runs, format_comparison
from trainer.runs.details import describe_run, format_run
from trainer.runs.plots import plot_comparison
from trainer.runs.run import Run
from trainer.runs.summary import SORT_KEYS, find_runs, format_summaries, sort_summaries, summarize_run

MAX_NAME_LENGTH = 80

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
runs_option = click.option(
    "--runs",
    "folder",
    type=click.Path(path_type=Path),
    default=Path("runs"),
    show_default=True,
    metavar="DIR",
    help="Folder of the runs.",
)


@click.group()
def runs() -> None:
    """List, show and compare run folders."""


@runs.command("list")
@runs_option
@click.option(
    "--sort", type=click.Choice(SORT_KEYS), default="date", show_default=True, help="Largest numbers, newest dates first."
)
@click.option("--reverse", is_flag=True, help="Sort the other way.")
@json_option
def list_runs(folder: Path, sort: str, reverse: bool, as_json: bool) -> None:
    """List the runs in a folder and its subfolders, unfinished and damaged ones too.

    Accuracies have 95 % confidence intervals: validation of the best epoch, center crop; test with the crops of the model card.
    """
    summaries = [summarize_run(path, str(path.relative_to(folder))) for path in find_runs(folder)]
    summaries = sort_summaries(summaries, sort, reverse)
    if as_json:
        _print_json([each.to_dict() for each in summaries])
    elif summaries:
        click.echo(format_summaries(summaries))
    else:
        click.echo(f"There are no runs in {folder}.", err=True)


@runs.command("show")
@click.argument("run", type=click.Path(path_type=Path), shell_complete=complete_runs)
@runs_option
@json_option
def show_run(run: Path, folder: Path, as_json: bool) -> None:
    """Show a run: settings, data, accuracies, time of each phase, files. RUN is a folder, or a name in --runs."""
    path = _resolve(run, folder)
    summary = summarize_run(path)
    if summary.problem:
        raise InvalidInput(summary.problem)
    if as_json:
        _print_json(describe_run(Run.open(path), summary))
    else:
        click.echo(format_run(Run.open(path), summary))


@runs.command("compare")
@click.argument("names", type=click.Path(path_type=Path), nargs=-1, metavar="RUN RUN…", shell_complete=complete_runs)
@runs_option
@click.option(
    "--plot",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.png",
    help="Write the curves here.  [default: comparison-RUN-RUN….png]",
)
@json_option
def compare(names: tuple[Path, ...], folder: Path, plot: Path | None, as_json: bool) -> None:
    """Compare runs: the settings that differ, accuracies, and the curves as text and as a PNG."""
    if len(names) < 2:
        raise click.UsageError("Give at least two runs.")
    paths = [_resolve(name, folder) for name in names]
    comparison = compare_runs(paths)
    if as_json:
        _print_json(comparison.to_dict())
    else:
        click.echo(format_comparison(comparison))
    curves = {str(name): history for name, history in zip(names, comparison.histories, strict=True)}
    plot = plot or Path(f"{_file_name(paths)}.png")
    plot_comparison(curves, plot)
    click.echo(f"curves written to {plot}", err=True)


def _resolve(run: Path, folder: Path) -> Path:
    """Return the path of a run that is given by its path, or by its name in a folder."""
    return run if run.exists() or not (folder / run).exists() else folder / run


def _file_name(paths: list[Path]) -> str:
    name = "comparison-" + "-".join(path.resolve().name for path in paths)
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name)[:MAX_NAME_LENGTH].rstrip("-.")


def _print_json(value: Any) -> None:
    click.echo(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False))
