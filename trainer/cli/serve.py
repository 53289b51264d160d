"""`trainer serve`."""

from typing import Any

import click

from inkling.service.config.click_options import setting_options
from trainer.service.settings import ServiceSettings


@click.command()
@setting_options(ServiceSettings)
def serve(**given: Any) -> None:
    """Serve jobs, their events, lessons and datasets over HTTP. The token is read from INKLING_TOKEN only, not from an
    option."""
    from trainer.service.serve import serve as run_service

    run_service(ServiceSettings.from_environment(**given))
