"""axe-core, the accessibility checker, on a page: its script comes with the package axe-playwright-python."""

from importlib.resources import files

from playwright.sync_api import Page

SCRIPT = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")


def find_violations(page: Page) -> list[str]:
    """What axe-core finds on the page as it stands, by all rules that it runs by default: a line an element."""
    page.evaluate(SCRIPT)  # through the debugger, which the Content-Security-Policy does not hold up
    found = page.evaluate("async () => (await axe.run(document)).violations")
    nodes = [(rule["id"], node) for rule in found for node in rule["nodes"]]
    return [f"{name}: {' '.join(map(str, node['target']))}: {node['failureSummary']}" for name, node in nodes]
