"""`trainer recipes`."""

import click

from trainer.cli.completion import complete_recipes
from trainer.config_file import format_config
from trainer.recipes import DEFAULT_RECIPE, RECIPES, SUMMARIES, recipe
from trainer.settings import SETTING_FIELDS, FitSettings, grouped_settings


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
        click.echo(format_recipe(recipe(name)))


def format_recipe(settings: FitSettings) -> str:
    """Format all settings, by group."""
    width = max(map(len, SETTING_FIELDS))
    lines = [f"{settings.recipe}: {SUMMARIES[settings.recipe]}"]
    default = recipe(DEFAULT_RECIPE)
    for group, names in grouped_settings().items():
        lines += ["", group]
        for name in names:
            value = getattr(settings, name)
            marked = name != "recipe" and value != getattr(default, name)
            text = (" ".join(value) if isinstance(value, tuple) else str(value)) or "none"
            lines.append(f"{'*' if marked else ' '} {name:<{width}}  {text}")
    return "\n".join(lines)
