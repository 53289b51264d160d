"""`python -m benchmarks [NAME …] [--quick]`: measure, print each section, and put it into RESULTS.md."""

import shlex
import signal
import sys
import time
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import click

from benchmarks.harness import results_file
from benchmarks.harness.load import LoadFailed
from benchmarks.harness.options import Options
from benchmarks.harness.server_process import NotStarted
from server.inference.errors import InklingError

NAMES = ["fit", "predict", "read", "explain", "serve", "evaluate", "wsgi", "startup", "memory", "publish", "jobs", "page", "peers"]
RESULTS = Path(__file__).with_name("RESULTS.md")
MODEL = Path(__file__).parents[1] / "models" / "digits.onnx"


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...", type=click.Choice(NAMES))
@click.option("--quick", is_flag=True, help="The least of everything, to see that it runs: RESULTS.md stays as it is.")
@click.option(
    "--model", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=MODEL, help="ONNX file that answers."
)
@click.option("--data", metavar="SPEC", help="Labelled set to fit and score.  [default: mnist; with --quick: digits]")
@click.option(
    "--results", "file", type=click.Path(dir_okay=False, path_type=Path), help="Where the sections go, in place of RESULTS.md."
)
@click.option(
    "--peers",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder that holds the peers' own environments.  [default: in the user's cache]",
)
def main(names: tuple[str, ...], quick: bool, model: Path, data: str | None, file: Path | None, peers: Path | None) -> None:
    """Measure NAMEs, or all: fit, predict, read, explain, serve, evaluate, wsgi, startup, memory, publish, jobs, page, peers."""
    options = Options(model, data or ("digits" if quick else "mnist"), quick, **({"peers": peers.resolve()} if peers else {}))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # as Ctrl-C does, it stops whatever runs for a benchmark
    place = file or (None if quick else RESULTS)
    for name in [known for known in NAMES if known in names or not names]:
        click.echo(f"bench: {name} …", err=True)
        started = time.monotonic()
        try:
            section = import_module(f"benchmarks.{name}").measure(options)
        except (InklingError, LoadFailed, NotStarted) as error:
            click.echo(f"Error: {name}: {error}", err=True)
            sys.exit(1)
        text = section.text(command(name, quick, data), datetime.now(UTC).strftime("%Y-%m-%d"))
        click.echo(text)
        click.echo(f"bench: {name} took {time.monotonic() - started:.0f} s", err=True)
        if place:
            results_file.update(place, NAMES, name, text)


def command(name: str, quick: bool, data: str | None) -> str:
    """The command that repeats a section."""
    words = ["python", "-m", "benchmarks", name, *(["--quick"] if quick else []), *(["--data", data] if data else [])]
    return shlex.join(words)


if __name__ == "__main__":
    main()
