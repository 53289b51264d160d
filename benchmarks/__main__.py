"""`python -m benchmarks [NAME …] [--quick]`: run benchmarks, print their sections and write them into RESULTS.md."""

import shlex
import signal
import sys
import time
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from benchmarks.harness import results_file
from benchmarks.harness.load import LoadFailed
from benchmarks.harness.options import Options
from benchmarks.harness.server_process import ServerNotStarted
from inkling.errors import InklingError

NAMES = ["accuracy", "fit", "predict", "read", "explain", "serve", "evaluate", "infer"]
NAMES += ["wsgi", "overrides", "startup", "memory", "publish", "jobs", "fuzz", "hostile", "faults", "endurance"]
NAMES += ["page", "peers"]
COMPARE = "compare"
"""Needs --against, so it runs only if named, and its section goes only into a file named by --results."""

RESULTS = Path(__file__).with_name("RESULTS.md")
MODEL = Path(__file__).parents[1] / "models" / "digits.onnx"
FOLDER = click.Path(file_okay=False, path_type=Path, resolve_path=True)


@click.command(help=f"Run the benchmarks NAME: {', '.join(NAMES)} (all by default) or {COMPARE}.")
@click.argument("names", nargs=-1, metavar="[NAME]...", type=click.Choice([*NAMES, COMPARE]))
@click.option(
    "--quick", is_flag=True, help="Run the smallest sizes, to check that everything works; does not change RESULTS.md."
)
@click.option(
    "--model", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=MODEL, help="ONNX model to serve."
)
@click.option("--data", metavar="SPEC", help="Dataset to fit and evaluate.  [default: mnist; with --quick: digits]")
@click.option("--results", type=click.Path(dir_okay=False, path_type=Path), help="File for the sections instead of RESULTS.md.")
@click.option("--peers", type=FOLDER, help="Folder for the peers' environments.  [default: in the user's cache]")
@click.option("--against", type=FOLDER, help=f"Root of another checkout; {COMPARE} measures its /predict next to this one's.")
def main(
    names: tuple[str, ...],
    quick: bool,
    model: Path,
    data: str | None,
    results: Path | None,
    peers: Path | None,
    against: Path | None,
) -> None:
    if COMPARE in names and against is None:
        raise click.UsageError(f"{COMPARE} needs --against, the root of another checkout.")
    optional: dict[str, Any] = {"peers": peers} if peers else {}
    options = Options(model, data or ("digits" if quick else "mnist"), quick, against=against, **optional)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # leaves context managers, which stop the servers
    for name in [known for known in (*NAMES, COMPARE) if known in (names or NAMES)]:
        click.echo(f"bench: {name} …", err=True)
        started = time.monotonic()
        try:
            section = import_module(f"benchmarks.{name}").measure(options)
        except (InklingError, LoadFailed, ServerNotStarted) as error:
            click.echo(f"Error: {name}: {error}", err=True)
            sys.exit(1)
        text = section.text(command(name, quick, data), datetime.now(UTC).strftime("%Y-%m-%d"))
        click.echo(text)
        click.echo(f"bench: {name} took {time.monotonic() - started:.0f} s", err=True)
        if results or not (quick or name == COMPARE):
            results_file.update_section(results or RESULTS, [*NAMES, COMPARE], name, text)


def command(name: str, quick: bool, data: str | None) -> str:
    """The command that repeats a section. The other checkout's path is left out."""
    words = ["python", "-m", "benchmarks", name, *(["--quick"] if quick else []), *(["--data", data] if data else [])]
    return shlex.join([*words, *(["--against", "OTHER_CHECKOUT"] if name == COMPARE else [])])


if __name__ == "__main__":
    main()
