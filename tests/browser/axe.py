"""axe-core, the accessibility checker. Its script is part of the package axe-playwright-python."""

from importlib.resources import files

from playwright.sync_api import Page

SCRIPT = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")


def find_violations(page: Page) -> list[str]:
    """The violations of axe-core's default rules on the page in its current state, one line per element."""
    page.evaluate(SCRIPT)  # through the debugger, which the Content-Security-Policy doesn't restrict
    violations = page.evaluate("async () => (await axe.run(document)).violations")
    nodes = [(rule["id"], node) for rule in violations for node in rule["nodes"]]
    return [f"{name}: {' '.join(map(str, node['target']))}: {node['failureSummary']}" for name, node in nodes]
