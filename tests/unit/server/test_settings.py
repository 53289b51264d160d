"""Settings: declared once; options, environment and table follow."""

from dataclasses import fields

import pytest
from click.testing import CliRunner

from inkling.service.config.base import variable
from inkling.service.http.errors import BadSettings
from server.cli.main import main
from server.settings import Settings, settings_table

NAMES = [declared.name for declared in fields(Settings)]


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_has_unit_and_reason(name: str):
    """And a variable, a row, and, but for secrets, an option with all of it."""
    (declared,) = (each for each in fields(Settings) if each.name == name)
    assert declared.metadata["unit"]
    assert len(declared.metadata["help"]) > 10
    shown = " ".join(CliRunner().invoke(main, ["run", "--help"], terminal_width=10_000).output.split())
    option = f"--{name.replace('_', '-')} "
    (row,) = (line for line in settings_table().splitlines() if f"`{variable(declared)}`" in line)
    if declared.metadata.get("secret"):
        assert option not in shown
        assert option not in row
    else:
        assert option in shown
        assert variable(declared) in shown
        assert f"`{option.strip()}`" in row
        assert declared.metadata["help"] in shown


def test_variables_set_and_arguments_win():
    """INKLING_… is read and converted; empty ones count as absent."""
    environment = {"INKLING_PORT": "9000", "INKLING_MODELS": "elsewhere", "INKLING_HOST": "", "PORT": "1"}
    settings = Settings.from_environment(environment, models="here")
    assert (settings.port, settings.models, settings.host) == (9000, "here", "127.0.0.1")


def test_a_setting_that_repeats_is_parted_by_blanks():
    """Two origins in one variable."""
    settings = Settings.from_environment({"INKLING_ORIGIN": "http://a.example https://b.example:8443"})
    assert settings.origin == ("http://a.example", "https://b.example:8443")


BAD = [
    {"port": -1},
    {"port": 65_536},
    {"port": "8000"},
    {"port": True},
    {"workers": 0},
    {"max_pictures": 0},
    {"host": 7},
    {"trainer": "localhost:8001"},
    {"trainer": "http://"},
    {"trainer": "http://[localhost:8001"},
    {"trainer": "http://localhost:8001;script-src *"},
    {"origin": "http://a.example"},
    {"origin": ("*",)},
    {"origin": ("null",)},
    {"origin": ("http://a.example/",)},
    {"origin": ("http://A.example",)},
    {"token": "two words"},
    {"token": "ümlaut"},
    {"token": "line\n"},
]


@pytest.mark.parametrize("changes", BAD, ids=str)
def test_settings_without_sense_are_refused(changes: dict):
    """With the setting's name."""
    with pytest.raises(BadSettings, match=r"Expected .*Received"):
        Settings(**changes)


def test_a_variable_that_is_no_number_is_named():
    """As the environment calls it."""
    with pytest.raises(BadSettings, match="INKLING_PORT"):
        Settings.from_environment({"INKLING_PORT": "eight thousand"})
