"""`trainer recipes`."""

import click

from trainer.cli.completion import complete_recipes
from trainer.config_file import format_config
from trainer.recipes import DEFAULT_RECIPE, RECIPES, SUMMARIES, recipe
from trainer.settings_table import format_settings


@click.command()
@click.argument("name", required=False, type=click.Choice(list(RECIPES)), metavar="[NAME]", shell_complete=complete_recipes)
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "toml"]),
    default="text",
    show_default=True,
    help="toml: print a config file for `trainer fit --config`.",
)
def recipes(name: str | None, style: str) -> None:
    """List the recipes, or all settings of one; * marks those that differ from the default recipe."""
    if name is None and style == "toml":
        raise click.UsageError("--format toml needs the NAME of a recipe.")
    if name is None:
        width = max(map(len, RECIPES))
        for each in RECIPES:
            click.echo(f"{each:<{width}}  {SUMMARIES[each]}{' (default)' if each == DEFAULT_RECIPE else ''}")
    elif style == "toml":
        click.echo(format_config(recipe(name)), nl=False)
    else:
        click.echo(f"{name}: {SUMMARIES[name]}\n\n{format_settings(recipe(name), recipe(DEFAULT_RECIPE))}")
