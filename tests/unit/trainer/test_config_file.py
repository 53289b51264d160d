"""Config files: read, written, and refused."""

import tomllib

import pytest

from inkling.errors import InvalidInput
from trainer.config_file import format_config, read_config
from trainer.recipes import RECIPES, recipe
from trainer.settings import SETTING_FIELDS


@pytest.mark.parametrize("name", RECIPES)
def test_settings_survive_a_round_trip(name, tmp_path):
    """Every setting, also odd names of files."""
    settings = recipe(name, data=('my "data"\\set', "tab\tdel\x7fé.npz"), teachers=("runs/a",), learning_rate=1e-7, seed=7)
    (tmp_path / "config.toml").write_text(format_config(settings), "utf-8")
    values = read_config(tmp_path / "config.toml")
    assert values.keys() == SETTING_FIELDS.keys()
    assert recipe(**{"name": values.pop("recipe")} | values) == settings


def test_every_setting_has_a_comment():
    """Its help text, in the line before it."""
    lines = format_config(recipe("inkling")).splitlines()
    for name, declared in SETTING_FIELDS.items():
        (index,) = (index for index, line in enumerate(lines) if line.startswith(f"{name} = "))
        assert lines[index - 1] == f"# {declared.metadata['help']}"
    assert tomllib.loads("\n".join(lines))["epochs"] == 60


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {}),
        ("batch-size = 3", {"batch_size": 3}),
        ("learning_rate = 1", {"learning_rate": 1}),
        ('data = "digits"', {"data": ("digits",)}),
        ('data = ["a", "b"]', {"data": ("a", "b")}),
        ('outliers = "none"', {"outliers": ()}),
        ("outliers = []", {"outliers": ()}),
        ('recipe = "tfjs"', {"recipe": "tfjs"}),
    ],
)
def test_values_are_read(text, expected, tmp_path):
    """Either way to write a name; a list of one may be a string."""
    (tmp_path / "a.toml").write_text(text, "utf-8")
    assert read_config(tmp_path / "a.toml") == expected


@pytest.mark.parametrize(
    ("text", "mentioned"),
    [
        ("epoch = 3", ["'epoch'", "epochs?"]),
        ("color = 3", ["'color'", "batch_size"]),
        ("[data]\nname = 1", ["data"]),
        ("epochs = 0", ["epochs", "1", "100000"]),
        ('epochs = "3"', ["epochs", "int"]),
        ("epochs = true", ["epochs", "int"]),
        ('optimizer = "adm"', ["optimizer", "adam?", "sgd"]),
        ("optimizer = 3", ["optimizer", "sgd"]),
        ('recipe = "tfj"', ["recipe", "tfjs?", "convnetjs"]),
        ("data = []", ["data"]),
        ("data = [1]", ["data"]),
        ("batch-size = 3\nbatch_size = 3", ["batch_size", "twice"]),
        ('layers = "9"', ["layers", "9"]),
        ("epochs: 3", ["TOML", "line 1"]),
        (b"\xff", ["TOML"]),
        (f"data = {'[' * 20_000}", ["nested"]),
        (None, ["No such file"]),
    ],
)
def test_a_wrong_file_gets_one_sentence(text, mentioned, tmp_path):
    """With the name of the file, the key, what is accepted and the closest name."""
    path = tmp_path / "wrong.toml"
    if text is not None:
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(InvalidInput) as caught:
        read_config(path)
    message = str(caught.value)
    assert "wrong.toml" in message
    assert "\n" not in message
    assert all(each in message for each in mentioned), message
