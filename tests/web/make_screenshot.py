"""Make the README's picture, the page with a drawn digit: `python -m tests.web.make_screenshot docs/page.png`."""

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

CORNERS: Shape = [(0.29, 0.25), (0.50, 0.235), (0.70, 0.23), (0.62, 0.43), (0.53, 0.62), (0.46, 0.82)]
"""A seven in one stroke."""


def rounded(shape: Shape, steps: int = 4) -> Shape:
    """The same way without corners: Catmull and Rom's spline through its positions (1974)."""
    dense = []
    padded = [shape[0], *shape, shape[-1]]
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        for t in (i / steps for i in range(steps)):
            terms = zip(a, b, c, d, strict=True)
            dense.append(
                tuple(
                    q + t * (r - p + t * (2 * p - 5 * q + 4 * r - s + t * (3 * q - p - 3 * r + s))) / 2 for p, q, r, s in terms
                )
            )
    return [*dense, shape[-1]]


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
        draw(page, rounded(CORNERS))
        page.mouse.move(1, 1)
        expect(page.locator("#answer")).to_have_attribute("data-state", "sure")
        page.wait_for_timeout(500)  # until the last answer has come and the bars stand still
        page.screenshot(path=file)
        browser.close()


if __name__ == "__main__":
    main()
