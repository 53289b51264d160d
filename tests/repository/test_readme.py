"""The README's tables and commands, against the code."""

import re
import shlex
import tomllib
from dataclasses import fields
from importlib import import_module
from pathlib import Path

import click
import pytest

from server.app import create_app
from server.settings import Settings, settings_table
from trainer.service.app import create_app as create_service
from trainer.service.extensions import Parts
from trainer.service.settings import ServiceSettings, service_settings_table
from trainer.settings import settings_table as fit_settings_table

ROOT = Path(__file__).parents[2]
SHELL = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
CALL = re.compile(r"`([A-Z]+) (/[^`?]*)[^`]*`")


def readme() -> str:
    """The README's text."""
    return (ROOT / "README.md").read_text("utf-8")


def between(name: str) -> str:
    """What stands between the README's markers of a name."""
    begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
    text = readme()
    assert text.count(begin) == text.count(end) == 1, f"expected one pair of {begin} and {end} in README.md"
    return text.split(begin)[1].split(end)[0].strip()


def commands() -> list[list[str]]:
    """Every command of the README's sh blocks as words: without a variable before it, and cut at pipes and the like."""
    found = []
    for block in SHELL.findall(readme()):
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
    """The console scripts of pyproject.toml."""
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["scripts"]
    places = {name: place.split(":") for name, place in scripts.items()}
    return {name: getattr(import_module(module), attribute) for name, (module, attribute) in places.items()}


def arguments(words: list[str]) -> tuple[str, list[str]] | None:
    """The console script that a command starts, on this machine or by compose, and what it is given."""
    if words[:4] == ["docker", "compose", "run", "--rm"]:
        words = words[4:]
    name = words[0].rpartition("/")[2].removesuffix("-gpu")
    return (name, words[1:]) if name in programs() else None


def parse(command: click.Command, name: str, words: list[str], parent: click.Context | None = None) -> None:
    """Parse a command line as its program would, down to the last command, without running it."""
    try:
        with command.make_context(name, list(words), parent=parent) as context:
            if isinstance(command, click.Group):
                chosen, sub, rest = command.resolve_command(context, words)  # a group of ours has no options
                parse(sub, chosen, rest, context)
    except click.exceptions.Exit:
        pass  # --help and --version


@pytest.fixture
def no_paths(monkeypatch):
    """Take every path as it is written: a newcomer's files are not here."""
    monkeypatch.setattr(click.Path, "convert", lambda *given: given[1])


def test_the_settings_table_is_the_code_s():
    """The table of settings is what `settings_table` makes."""
    assert between("settings") == settings_table().strip()


def test_the_table_of_fit_settings_is_the_code_s():
    """As above, for `trainer fit`; the program and its table name every option alike."""
    table = between("fit-settings")
    assert table == fit_settings_table().strip()
    taken = {word for option in programs()["trainer"].commands["fit"].params for word in option.opts}
    assert set(re.findall(r"^\| `(--[a-z-]+)`", table, re.MULTILINE)) <= taken


def test_every_call_is_in_the_api_table(tmp_path):
    """The API table names each call that the server answers, and no other."""
    (tmp_path / "models").mkdir()
    app = create_app(Settings(models=str(tmp_path / "models"), store=f"sqlite:///{tmp_path}/store.db"))
    answered = {
        f"{method} {re.sub(r'<[^>]+>', 'X', rule.rule)}"
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    cells = [line.split("|")[1] for line in between("api").splitlines() if line.startswith("| `")]
    named = {f"{method} {path.strip()}" for cell in cells for method, path in CALL.findall(cell)}
    assert named
    patterns = {name: re.sub(r"(?<=/)[A-Z]+(?=/|$)", "X", name).replace("…", ".+") for name in named}
    unknown = [name for name, pattern in patterns.items() if not any(re.fullmatch(pattern, call) for call in answered)]
    missing = [call for call in answered if not any(re.fullmatch(pattern, call) for pattern in patterns.values())]
    assert (unknown, missing) == ([], [])


def test_the_trainer_s_settings_table_is_the_code_s():
    """The table of the trainer service's settings is what `service_settings_table` makes."""
    assert between("trainer-settings") == service_settings_table().strip()


def test_every_call_of_the_trainer_is_in_its_table():
    """The trainer's table names each call that its service answers, and no other."""
    app = create_service(Parts(ServiceSettings(), *[None] * (len(fields(Parts)) - 1)))
    answered = {
        f"{method} {re.sub(r'<[^>]+>', 'X', rule.rule)}"
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    cells = [line.split("|")[1] for line in between("trainer-api").splitlines() if line.startswith("| `")]
    named = {f"{method} {path.strip()}" for cell in cells for method, path in CALL.findall(cell)}
    assert {re.sub(r"(?<=/)[A-Z]+(?=/|$)", "X", name) for name in named} == answered


def test_every_make_target_exists():
    """Each `make X` of the README is a target of the Makefile."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {word for words in commands() if words[0] == "make" for word in words[1:] if "=" not in word}
    assert {"run", "test"} <= named <= targets


@pytest.mark.usefixtures("no_paths")
def test_every_command_line_parses():
    """Each `trainer …` and `server …` of the README is understood by the program, with every option and choice."""
    found = [started for words in commands() if (started := arguments(words))]
    assert {name for name, _ in found} == {"trainer", "server"}
    for name, words in found:
        try:
            parse(programs()[name], name, words)
        except click.ClickException as error:
            pytest.fail(f"{name} {shlex.join(words)}: {error.format_message()}")


@pytest.mark.usefixtures("no_paths")
@pytest.mark.parametrize(
    "line", ["trainer fit --no-such-option", "trainer no-such-command", "server run --port many", "server check"]
)
def test_a_wrong_command_line_would_be_found(line):
    """What the programs do not understand does not pass as a command of the README."""
    name, words = arguments(line.split())
    with pytest.raises(click.UsageError):
        parse(programs()[name], name, words)


def test_every_link_to_a_file_leads_there():
    """Each relative link and picture of the README names a file of the project."""
    for target in re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", readme()):
        assert (ROOT / target).exists(), target
