"""Make the README's picture: the page with a drawn digit, read by the model in models/.

    python -m tests.web.make_screenshot docs/page.png
"""

import sys
import tempfile
from pathlib import Path

import click
from playwright.sync_api import expect, sync_playwright

from tests.web.chromium import find_chromium, launch
from tests.web.hand import Shape, draw
from tests.web.service import Service

MODELS = Path(__file__).parents[2] / "models"
SIZE = {"width": 1280, "height": 752}

THREE: Shape = [
    (0.31, 0.27), (0.38, 0.20), (0.48, 0.17), (0.58, 0.19), (0.64, 0.26), (0.63, 0.35), (0.56, 0.42), (0.45, 0.46),
    (0.57, 0.48), (0.66, 0.55), (0.68, 0.65), (0.63, 0.75), (0.53, 0.81), (0.41, 0.81), (0.31, 0.74),
]  # fmt: skip
"""A three in one stroke."""


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--dark", is_flag=True, help="In the dark scheme.")
def main(file: Path, dark: bool) -> None:
    """Start the server, draw a digit with the mouse, and save FILE.png."""
    chromium = find_chromium()
    if chromium is None:
        sys.exit("Expected an installed Chromium. Received none.")
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, Service(MODELS, Path(folder)) as service, sync_playwright() as playwright:
        browser = launch(playwright, chromium)
        page = browser.new_page(viewport=SIZE, color_scheme="dark" if dark else "light")
        page.goto(service.address)
        draw(page, THREE)
        page.mouse.move(1, 1)
        expect(page.locator("#answer")).to_have_attribute("data-state", "sure")
        page.wait_for_timeout(500)  # until the last answer has come and the bars stand still
        page.screenshot(path=file)
        browser.close()


if __name__ == "__main__":
    main()
