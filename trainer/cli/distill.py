"""`trainer distill`."""

import click

from trainer.cli.fit import progress_option, run_fit, run_option
from trainer.cli.options import setting_options, settings_of


@click.command()
@setting_options(teachers=True)
@run_option
@progress_option
def distill(run, progress, **options) -> None:
    """Fit a network to the labels and to what teachers answer: finished runs that kept the same images aside.

    The folder of an ensemble stands for all of its members. The network is as it would be without teachers.
    """
    run_fit(settings_of(options), run, progress)
