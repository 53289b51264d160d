"""The command line `trainer`."""

import click

from inkling.distribution import NAME
from inkling.service.cli import ErrorReportingGroup
from trainer.cli.adopt import adopt
from trainer.cli.card import card
from trainer.cli.cross_validate import cross_validate
from trainer.cli.data import data
from trainer.cli.distill import distill
from trainer.cli.ensemble import ensemble
from trainer.cli.evaluate import evaluate
from trainer.cli.export import export
from trainer.cli.fit import fit
from trainer.cli.fit_lines import fit_lines
from trainer.cli.lr_find import lr_find
from trainer.cli.predict import predict
from trainer.cli.recipes import recipes
from trainer.cli.runs import runs
from trainer.cli.serve import serve
from trainer.cli.sweep import sweep


@click.group(cls=ErrorReportingGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(package_name=NAME)
def main() -> None:
    """Train networks that read handwriting: data, fit, evaluate, predict, export, adopt, compare, search, distill, serve."""


for command in (
    data,
    recipes,
    fit,
    evaluate,
    predict,
    export,
    adopt,
    card,
    runs,
    cross_validate,
    lr_find,
    ensemble,
    distill,
    sweep,
    fit_lines,
    serve,
):
    main.add_command(command)
