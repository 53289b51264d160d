"""`trainer serve`."""

from typing import Any

import click

from inkling.service.config.click_options import setting_options
from trainer.service.settings import ServiceSettings


@click.command()
@setting_options(ServiceSettings)
def serve(**given: Any) -> None:
    """Serve jobs, their events and data over HTTP. INKLING_TOKEN holds the token; it is no option, as others could see it."""
    from trainer.service.serve import serve as answer

    answer(ServiceSettings.from_environment(**given))
