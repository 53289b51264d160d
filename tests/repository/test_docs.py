"""README, CONTRIBUTING and docs/, checked against the code: commands, links and generated tables."""

import re
import shlex
import tomllib
from collections.abc import Callable
from dataclasses import fields
from importlib import import_module
from pathlib import Path
from unittest.mock import MagicMock

import click
import pytest
from flask import Flask

from server.app import create_app
from server.settings import Settings, settings_table
from tests.support.generated_tables import trainer_error_table
from trainer.service.app import create_app as create_service
from trainer.service.extensions import TrainerState
from trainer.service.settings import ServiceSettings, service_settings_table
from trainer.settings_table import settings_table as fit_settings_table

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")])
LISTED = {
    *("quickstart", "http-api", "python-api", "trainer-cli", "trainer-service", "configuration", "datasets", "model-card"),
    *("normalization", "whole-numbers", "operations", "architecture", "experiments", "benchmarks", "glossary", "tours"),
    *("onnx-contract", "own-data", "recipes", "runs"),
}
SHELL = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
CALL = re.compile(r"`([A-Z]+) (/[^`?]*)[^`]*`")

each_page = pytest.mark.parametrize("page", PAGES, ids=[page.stem for page in PAGES])


def between(page: str, marker: str) -> str:
    """The text between the markers of a generated table in a page of docs/."""
    begin, end = f"<!-- {marker}:begin -->", f"<!-- {marker}:end -->"
    text = (ROOT / "docs" / page).read_text("utf-8")
    assert text.count(begin) == text.count(end) == 1, f"docs/{page} needs one pair of {begin} and {end}"
    return text.split(begin)[1].split(end)[0].strip()


def commands(page: Path) -> list[list[str]]:
    """Every command of a page's sh blocks as words, without leading variable assignments, split at pipes and separators."""
    found = []
    for block in SHELL.findall(page.read_text("utf-8")):
        lexer = shlex.shlex(block.replace("\\\n", " ").replace("\n", "\n;"), posix=True, punctuation_chars="();<>|&")
        lexer.whitespace_split = True
        found.append([])
        for word in lexer:
            if set(word) <= set("();<>|&"):
                found.append([])
            elif found[-1] or not re.match(r"[A-Z_]+=", word):
                found[-1].append(word)
    return [words for words in found if words]


def programs() -> dict[str, click.Command]:
    """The commands of the console scripts declared in pyproject.toml."""
    names = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["scripts"]
    places = {name: (f"{name}.cli.main", "main") for name in names}
    return {name: getattr(import_module(module), attribute) for name, (module, attribute) in places.items()}


def arguments(words: list[str]) -> tuple[str, list[str]] | None:
    """The console script that a command starts, directly or through compose, and its arguments."""
    if words[:4] == ["docker", "compose", "run", "--rm"]:
        words = words[4:]
    name = words[0].rpartition("/")[2].removesuffix("-gpu")
    return (name, words[1:]) if name in programs() else None


def parse(command: click.Command, name: str, words: list[str], parent: click.Context | None = None) -> None:
    """Parse a command line as its program would, subcommands included, without running it."""
    try:
        with command.make_context(name, list(words), parent=parent) as context:
            if isinstance(command, click.Group):
                chosen, sub, rest = command.resolve_command(context, words)  # our groups have no options
                parse(sub, chosen, rest, context)
    except click.exceptions.Exit:
        pass  # --help and --version


@pytest.fixture
def no_paths(monkeypatch):
    """Accept any path: the files of the examples do not exist here."""
    monkeypatch.setattr(click.Path, "convert", lambda *given: given[1])


def server_app(folder: Path) -> Flask:
    """The server's application without a model."""
    (folder / "models").mkdir()
    return create_app(Settings(models=str(folder / "models"), store=f"sqlite:///{folder}/store.db"))


def trainer_app(_: Path) -> Flask:
    """The trainer service's application without its state."""
    return create_service(TrainerState(ServiceSettings(), *[MagicMock()] * (len(fields(TrainerState)) - 1)))


def test_every_page_of_the_design_exists_and_is_linked():
    """Each page is in docs/, README links to each, and no other page exists."""
    assert {page.stem for page in PAGES} == {"README", "CONTRIBUTING", *LISTED}
    readme = (ROOT / "README.md").read_text("utf-8")
    assert not [name for name in LISTED if f"docs/{name}.md" not in readme]
    assert len(readme.splitlines()) <= 130


@pytest.mark.parametrize(
    ("page", "marker", "table"),
    [
        ("configuration.md", "server-settings", settings_table),
        ("configuration.md", "trainer-settings", service_settings_table),
        ("trainer-cli.md", "fit-settings", fit_settings_table),
        ("trainer-service.md", "errors", trainer_error_table),
    ],
)
def test_tables_are_generated(page: str, marker: str, table: Callable[[], str]):
    """Each table equals the one generated from the declarations."""
    assert between(page, marker) == table().strip()


def test_fit_options_match_their_table():
    """`trainer fit` accepts every option of the table."""
    taken = {word for option in programs()["trainer"].commands["fit"].params for word in option.opts}
    assert set(re.findall(r"^\| `(--[a-z-]+)`", between("trainer-cli.md", "fit-settings"), re.MULTILINE)) <= taken


@pytest.mark.parametrize(
    ("page", "marker", "make_app"), [("http-api.md", "api", server_app), ("trainer-service.md", "api", trainer_app)]
)
def test_every_endpoint_is_documented(page: str, marker: str, make_app: Callable[[Path], Flask], tmp_path: Path):
    """The endpoint table of each service names every endpoint, and no other."""
    answered = {
        f"{method} {re.sub(r'<[^>]+>', 'X', rule.rule)}"
        for rule in make_app(tmp_path).url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    cells = [line.split("|")[1] for line in between(page, marker).splitlines() if line.startswith("| `")]
    named = {f"{method} {path.strip()}" for cell in cells for method, path in CALL.findall(cell)}
    assert named
    patterns = {name: re.sub(r"(?<=/)[A-Z]+(?=/|$)", "X", name).replace("…", ".+") for name in named}
    unknown = [name for name, pattern in patterns.items() if not any(re.fullmatch(pattern, call) for call in answered)]
    missing = [call for call in answered if not any(re.fullmatch(pattern, call) for pattern in patterns.values())]
    assert (unknown, missing) == ([], [])


@each_page
def test_make_targets_exist(page: Path):
    """Each `make X` in a page is a target of the Makefile."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert {word for words in commands(page) if words[0] == "make" for word in words[1:] if "=" not in word} <= targets


@each_page
@pytest.mark.usefixtures("no_paths")
def test_command_lines_parse(page: Path):
    """Each `trainer …` and `server …` command of a page is accepted by the program, with every option and choice."""
    for name, words in [started for words in commands(page) if (started := arguments(words))]:
        try:
            parse(programs()[name], name, words)
        except click.ClickException as error:
            pytest.fail(f"{name} {shlex.join(words)}: {error.format_message()}")


@pytest.mark.usefixtures("no_paths")
@pytest.mark.parametrize(
    "line", ["trainer fit --no-such-option", "trainer no-such-command", "server run --port many", "server check"]
)
def test_wrong_command_lines_are_detected(line):
    """A command that the programs reject does not pass as an example."""
    name, words = arguments(line.split())
    with pytest.raises(click.UsageError):
        parse(programs()[name], name, words)


@each_page
def test_relative_links_resolve(page: Path):
    """Each relative link and image of a page names a file of the project."""
    for target in re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), target


def test_contributing_names_existing_files():
    """Each path in CONTRIBUTING.md's lists of files to touch exists."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    paths = re.findall(r"`((?:inkling|server|trainer|web|tests|docs|benchmarks|models)/[\w./<>-]*)`", text)
    assert len(paths) > 20
    assert not [path for path in paths if "<" not in path and not (ROOT / path).exists()]
